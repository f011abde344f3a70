//! `kernel`: the Rust kernel behind a relay (`relay.py`) that says which cells failed, and in a build folder that stays, so
//! that cargo finds the library compiled there. Left to itself, evcxr makes a new folder for each kernel and compiles
//! everything again.

pub mod sources;

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// How long a new folder waits for cargo to finish in the one that it copies. JupyterLab waits a minute for a kernel.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many folders stay when no kernel uses them.
const KEPT: u32 = 3;

/// Where the kernels of a project build: each in a folder of its own, 1, 2, 3, …
pub fn folders(root: &Path) -> PathBuf {
    root.join("target/kernels")
}

/// What Jupyter starts a kernel with.
pub struct Kernel {
    /// Jupyter's own, which has pyzmq.
    pub python: PathBuf,
    pub program: PathBuf,
    pub folders: PathBuf,
    pub connection: PathBuf,
}

impl Kernel {
    /// Runs the kernel to its end. Where no folder can be had, evcxr makes one as it always does.
    pub fn run(&self) -> Result<bool, String> {
        let taken = take(&self.folders);
        #[cfg(unix)]
        if let Some(success) = relay::run(self, taken.as_ref()) {
            return Ok(success);
        }
        let mut kernel = Command::new(&self.program);
        kernel.arg("--control_file").arg(&self.connection).envs(library_path());
        if let Some((folder, lock)) = taken {
            // As standard input the lock lives as long as the kernel, or the cargo that it started and left behind.
            kernel.env("EVCXR_TMPDIR", folder).stdin(lock);
        }
        let broken = |error: io::Error| format!("the kernel {} cannot be started: {error}", self.program.display());
        #[cfg(unix)]
        {
            // The kernel takes this process over, so that whatever ends the one that Jupyter knows ends the kernel.
            Err(broken(std::os::unix::process::CommandExt::exec(&mut kernel)))
        }
        #[cfg(not(unix))]
        kernel.status().map(|status| status.success()).map_err(broken)
    }
}

/// Where a cell finds Rust's own library. What the compiler notes in the cell is seen from a folder deeper than the one
/// where the kernel loads it from, which leads astray where the two have a folder in common, such as a home.
fn library_path() -> Option<(&'static str, OsString)> {
    let name = match env::consts::OS {
        "macos" => "DYLD_FALLBACK_LIBRARY_PATH",
        "windows" => return None, // the kernel itself sees to it
        _ => "LD_LIBRARY_PATH",
    };
    let output = Command::new("rustc").args(["--print", "target-libdir"]).output().ok()?;
    let own = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    let others = env::var_os(name);
    Some((name, env::join_paths(others.iter().flat_map(env::split_paths).chain([own])).ok()?))
}

/// Guards the relay, which guards evcxr: the end of any of them ends all.
#[cfg(unix)]
mod relay {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    use std::process::{Stdio, id};

    /// `None` if there is no relay: Jupyter's Python cannot be started, or has no pyzmq.
    pub fn run(kernel: &Kernel, taken: Option<&(PathBuf, File)>) -> Option<bool> {
        let mut relay = Command::new(&kernel.python);
        relay.envs(library_path()).env("DIGITOS_HOME", env!("CARGO_MANIFEST_DIR"));
        let (private, tools) = match taken {
            Some((folder, lock)) => {
                relay.env("EVCXR_TMPDIR", folder).stdin(lock.try_clone().ok()?);
                (folder.join("relay"), folder.parent()?.to_path_buf())
            }
            None => {
                relay.stdin(Stdio::null());
                let private = env::temp_dir().join(format!("digitos-{}", id()));
                (private.clone(), private)
            }
        };
        fs::DirBuilder::new().mode(0o700).create(&private).and_then(|()| write_tools(&tools)).ok()?;
        relay.args(["-c", include_str!("relay.py")]).arg(&kernel.program).arg(&kernel.connection).arg(&private);
        let mut relay = relay.stdout(Stdio::piped()).spawn().ok()?;
        let mut told = BufReader::new(relay.stdout.take()?);
        let mut group = String::new();
        told.read_line(&mut group).ok()?;
        if group.is_empty() {
            let _ = relay.wait();
            return None;
        }
        let _ = told.read_to_end(&mut Vec::new()); // until the relay is gone
        let success = relay.wait().is_ok_and(|status| status.success());
        if !success {
            let _ = fs::remove_dir_all(private);
            let _ = Command::new("sh").args(["-c", &format!("kill -KILL -{}", group.trim())]).status();
        }
        Some(success)
    }

    /// Writes what cells are compiled with. Cargo looks at its time, so what is right already stays.
    fn write_tools(folder: &Path) -> io::Result<()> {
        for (name, text) in [("cell.rs", include_str!("cell.rs")), ("cell.sh", include_str!("cell.sh"))] {
            let file = folder.join(name);
            if fs::read_to_string(&file).is_ok_and(|found| found == text) {
                continue;
            }
            let part = folder.join(format!("{name}-{}", id()));
            fs::write(&part, text)?;
            fs::set_permissions(&part, fs::Permissions::from_mode(0o755))?;
            fs::rename(part, file)?;
        }
        Ok(())
    }
}

/// The first folder that no other kernel has, and the lock on it. Where the project belongs to somebody else, as on a server
/// for a class, it is one in the user's own cache, which begins with what is compiled in the project.
fn take(folders: &Path) -> Option<(PathBuf, File)> {
    if let Some(taken) = take_in(folders, folders) {
        return Some(taken);
    }
    take_in(&user_cache()?.join("digitos/kernels"), folders)
}

fn user_cache() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))
}

fn take_in(folders: &Path, compiled: &Path) -> Option<(PathBuf, File)> {
    fs::create_dir_all(folders).ok()?;
    let lock_of = |number: u32| File::create(folders.join(format!("{number}.lock")));
    for number in 1.. {
        let lock = lock_of(number).ok()?;
        match lock.try_lock() {
            Ok(()) => {
                let folder = folders.join(number.to_string());
                prepare(&folder, compiled).ok()?;
                remove_unused(folders, number, lock_of);
                return Some((folder, lock));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(_)) => break, // a file system without locks
        }
    }
    None
}

/// Leaves as many folders as a student needs every day; each holds some 80 MB.
fn remove_unused(folders: &Path, taken: u32, lock_of: impl Fn(u32) -> io::Result<File>) {
    for folder in entries(folders).unwrap_or_default() {
        let number = folder.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0);
        if number > KEPT
            && number != taken
            && let Ok(lock) = lock_of(number)
            && lock.try_lock().is_ok()
        {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Leaves nothing of the kernel before but the libraries that cargo compiled for it: its cells would pile up, and a
/// dependency of it may be a broken one.
fn prepare(folder: &Path, compiled: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let target = folder.join("target");
    for path in entries(folder)? {
        if path != target {
            remove(&path)?;
        }
    }
    if target.exists() {
        return remove_cells(&target);
    }
    copy_target(folder.parent().unwrap_or(folder), folder)?;
    if target.exists() { Ok(()) } else { copy_target(compiled, folder) }
}

/// Gives the first of these new folders what is compiled in those.
pub fn copy_compiled(from: &Path, to: &Path) -> io::Result<()> {
    let first = to.join("1");
    fs::create_dir_all(&first)?;
    copy_target(from, &first)
}

/// Copies what another folder has compiled; if there is none, cargo compiles.
fn copy_target(others: &Path, folder: &Path) -> io::Result<()> {
    let part = folder.join("part"); // an interrupted copy is no `target`
    match copy_another(others, &part) {
        Ok(true) => fs::rename(&part, folder.join("target")),
        _ => Ok(()),
    }
}

/// Copies what is compiled in the first folder that has something, unless cargo is at work there for long.
fn copy_another(others: &Path, part: &Path) -> io::Result<bool> {
    let mut others = entries(others)?;
    others.sort();
    let Some(other) = others.iter().map(|other| other.join("target")).find(|target| target.is_dir()) else {
        return Ok(false);
    };
    // Cargo holds this lock while it builds, so all is complete while it is held here.
    let lock = File::open(other.join("debug/.cargo-lock"))?;
    let start = Instant::now();
    while lock.try_lock().is_err() {
        if start.elapsed() > PATIENCE {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(50));
    }
    copy(&other, part).map(|()| true)
}

/// Copies a folder but for cells. The times stay, since cargo compares them.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for path in entries(from)? {
        let copied = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            if !path.ends_with("incremental") {
                copy(&path, &copied)?;
            }
        } else if !is_of_a_cell(&path) {
            fs::copy(&path, &copied)?;
            File::options().write(true).open(&copied)?.set_modified(path.metadata()?.modified()?)?;
        }
    }
    Ok(())
}

fn remove_cells(folder: &Path) -> io::Result<()> {
    for path in entries(folder)? {
        if is_of_a_cell(&path) {
            remove(&path)?;
        } else if path.is_dir() {
            remove_cells(&path)?;
        }
    }
    Ok(())
}

/// Whether evcxr compiled this from a cell: its crate is called `ctx`, its libraries are kept as `code_1`, `code_2`, …
fn is_of_a_cell(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_prefix("lib").unwrap_or(&name);
    let word = name.split(['-', '.']).next().unwrap_or_default();
    word == "ctx" || word.strip_prefix("code_").is_some_and(|number| number.parse::<u32>().is_ok())
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
