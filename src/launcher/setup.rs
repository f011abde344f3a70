//! Finds Jupyter and the Rust kernel, or installs what is missing into `.venv`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use serde_json::json;

use super::kernel::{folders, sources};
use super::paths::Platform;
use crate::whole_file;

/// Exits with 0 if this Python has a JupyterLab that the lessons work in.
const HAS_JUPYTER: &str = "
import importlib.metadata, importlib.util, sys
sys.exit(not (int(importlib.metadata.version('jupyterlab').split('.')[0]) == 4 and importlib.util.find_spec('nbclient')))";

/// No questions about news and updates at the student's first start, and the notebook is saved every ten seconds, so that
/// a page that is reloaded still has its panel.
const SETTINGS: &str = r#"{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false},
 "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10}}
"#;

/// A Python with JupyterLab, and the folder where the Rust kernel is registered for it.
pub struct Jupyter {
    python: PathBuf,
    data: PathBuf,
    kernel: PathBuf,
    sources: PathBuf,
}

impl Jupyter {
    /// The same with the kernel registered in another folder, and its build folders elsewhere.
    pub fn with_kernels(&self, data: &Path, kernels: &Path) -> Result<Jupyter, String> {
        register(kernels, &self.python, &self.kernel, data, &self.sources)?;
        let [python, kernel, sources] = [&self.python, &self.kernel, &self.sources].map(Clone::clone);
        Ok(Jupyter { python, data: data.into(), kernel, sources })
    }

    /// This Python, told where the kernel `rust` is, and not what `cargo run` says about this package.
    pub fn python(&self) -> Command {
        let paths: Vec<PathBuf> = env::var_os("JUPYTER_PATH").iter().flat_map(env::split_paths).collect();
        let paths = env::join_paths([self.data.clone()].iter().chain(&paths));
        let mut python = Command::new(&self.python);
        python.env("JUPYTER_PATH", paths.unwrap_or_else(|_| self.data.clone().into()));
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                python.env_remove(&name);
            }
        }
        python
    }
}

/// Makes sure that everything is there. Quick when it is.
pub fn prepare(root: &Path) -> Result<Jupyter, String> {
    let sources = check_rust()?;
    let venv = root.join(".venv");
    let marker = venv.join("jupyter-installed"); // tells a finished pip from an interrupted one
    let own_python = Platform::HERE.program_of_venv(&venv, "python");
    let (python, kernel) = (python_of_jupyter(), on_path("evcxr_jupyter"));
    let needs_jupyter = python.is_none() && !(marker.is_file() && has_jupyter(&own_python));
    // What is on the PATH is registered in target/, so that nobody's home or conda environment is written to.
    let on_path = python.is_some() && kernel.is_some();
    let data = root.join(if on_path { "target/jupyter" } else { ".venv/share/jupyter" });
    let settings = python.is_none().then(|| venv.join("share/jupyter/lab/settings/overrides.json"));
    let python = python.unwrap_or(own_python);
    let kernel = kernel.unwrap_or_else(|| Platform::HERE.program_of_cargo(&venv, "evcxr_jupyter"));
    if needs_jupyter || !kernel.is_file() {
        let base = if needs_jupyter { Some(python_for_venv()?) } else { None };
        install(root, &venv, base, !kernel.is_file(), &marker)?;
    }
    settings.map_or(Ok(()), |file| write(&file, SETTINGS))?;
    let sources = sources::for_kernel(sources, &root.join("target/rust-library"));
    register(&folders(root), &python, &kernel, &data, &sources)?;
    Ok(Jupyter { python, data, kernel, sources })
}

fn install(root: &Path, venv: &Path, base: Option<PathBuf>, needs_kernel: bool, marker: &Path) -> Result<(), String> {
    println!("Setting up in {} (once; you may interrupt it, the next start goes on):", venv.display());
    let start = Instant::now();
    let ready = |what: &str| println!("  {what} is ready after {:.0} s", start.elapsed().as_secs_f64());
    let jupyter = || {
        let Some(base) = base else { return Ok(()) };
        println!("  JupyterLab: python3 -m venv and pip install, about half a minute");
        install_jupyter(&base, venv, marker).map(|()| ready("JupyterLab"))
    };
    let kernel = || {
        if !needs_kernel {
            return Ok(());
        }
        if on_path("cargo-binstall").is_some() {
            println!("  Rust kernel: cargo binstall evcxr_jupyter, some seconds");
            if perform(&mut fetch_kernel(venv)).is_ok() {
                ready("The Rust kernel");
                return Ok(());
            }
        }
        println!(
            "  Rust kernel: cargo install evcxr_jupyter, 4 to 12 minutes on two cores (with cargo-binstall, which fetches a built \
             one, some seconds)\n  Meanwhile `cargo run --release -- web --open`, in another terminal, opens the lessons as pages \
             that train in the browser."
        );
        perform(&mut build_kernel(root, venv))?;
        let _ = fs::remove_dir_all(root.join("target/kernel"));
        ready("The Rust kernel");
        Ok(())
    };
    let (jupyter, kernel) = thread::scope(|scope| {
        let jupyter = scope.spawn(jupyter);
        let kernel = kernel();
        (jupyter.join().unwrap_or_else(|_| Err("setting up JupyterLab failed".into())), kernel)
    });
    jupyter.and(kernel)
}

fn install_jupyter(base: &Path, venv: &Path, marker: &Path) -> Result<(), String> {
    let python = Platform::HERE.program_of_venv(venv, "python");
    if !python.exists() {
        // Links to a Python that is gone would stop `venv`; the kernel in the same folder stays.
        for name in ["python", "python3"] {
            let _ = fs::remove_file(Platform::HERE.program_of_venv(venv, name));
        }
    }
    perform(Command::new(base).args(["-m", "venv"]).arg(venv))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
    perform(Command::new(&python).args(pip).args(["jupyterlab>=4.2,<5", "nbclient>=0.10,<1"]))?;
    write(marker, "")
}

fn fetch_kernel(venv: &Path) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
        .arg(venv)
        .arg("evcxr_jupyter@^0.22");
    command
}

/// A quick build: it takes half the time of the release profile and costs 0.1 s a cell.
fn build_kernel(root: &Path, venv: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.args(["install", "--locked", "evcxr_jupyter", "--version", "^0.22", "--root"]).arg(venv);
    command.arg("--target-dir").arg(root.join("target/kernel")); // an interrupted build goes on where it was
    for (name, value) in [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "0")] {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    command
}

/// Registers the kernel `rust`, which this program starts, in a folder of its own. Its JUPYTER_PATH keeps it from
/// "updating" a registration that the student may have at home.
fn register(kernels: &Path, python: &Path, kernel: &Path, data: &Path, sources: &Path) -> Result<(), String> {
    let this = env::current_exe().map_err(|error| format!("this program does not know where it is: {error}"))?;
    let folder = data.join("kernels/rust");
    let text = |path: &Path| {
        let unreadable = || format!("{} is not UTF-8, and Jupyter needs names that are: rename it", path.display());
        path.to_str().map(str::to_owned).ok_or_else(unreadable)
    };
    let wanted = format!(
        "{:#}\n",
        json!({
            "argv": [text(&this)?, "kernel", text(python)?, text(kernel)?, text(kernels)?, "{connection_file}"],
            "display_name": "Rust",
            "language": "rust",
            "interrupt_mode": "message",
            "env": {"JUPYTER_PATH": text(data)?, "RUST_SRC_PATH": text(sources)?},
        })
    );
    if fs::read_to_string(folder.join("kernel.json")).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    perform(Command::new(kernel).arg("--install").env("JUPYTER_PATH", data).stdout(Stdio::null()))?; // brings the icons
    write(&folder.join("kernel.json"), &wanted)
}

/// Looks for what the kernel needs of the Rust installation: a compiler, a linker, and the sources of the standard
/// library, whose folder is returned.
fn check_rust() -> Result<PathBuf, String> {
    let own_linker = || env::vars_os().any(|(name, _)| name.to_string_lossy().ends_with("_LINKER"));
    if cfg!(unix) && !["cc", "gcc", "clang"].iter().any(|name| on_path(name).is_some()) && !own_linker() {
        return Err(
            "the C linker `cc` is not on the PATH, and Rust needs it: on Debian and Ubuntu try `sudo apt install \
                    build-essential`, on macOS `xcode-select --install`"
                .into(),
        );
    }
    let named = env::var_os("RUST_SRC_PATH").map(PathBuf::from).filter(|folder| folder.is_dir());
    let sources = || -> Result<PathBuf, String> {
        if let Some(folder) = &named {
            return Ok(folder.clone());
        }
        let output = Command::new("rustc").args(["--print", "sysroot"]).stderr(Stdio::inherit()).output();
        let output = output.ok().filter(|output| output.status.success());
        let output = output.ok_or("`rustc` does not run: install Rust from https://rustup.rs")?;
        Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("lib/rustlib/src/rust/library"))
    };
    if sources()?.is_dir() {
        return sources();
    }
    if on_path("rustup").is_some() {
        println!("Adding the sources of the standard library: rustup component add rust-src");
        let _ = perform(Command::new("rustup").args(["component", "add", "rust-src"]));
    }
    match sources()? {
        folder if folder.is_dir() => Ok(folder),
        folder => Err(format!(
            "the sources of Rust's standard library are not in {}, and the kernel needs them to know the types of \
             variables: try `rustup component add rust-src`, `conda install -c conda-forge rust-src`, or your system's \
             package rust-src",
            folder.display()
        )),
    }
}

/// The Python that `jupyter` on the PATH belongs to, if its JupyterLab will do.
fn python_of_jupyter() -> Option<PathBuf> {
    let jupyter = on_path("jupyter")?;
    let script = fs::read(&jupyter).unwrap_or_default();
    let first_line = String::from_utf8_lossy(script.split(|&byte| byte == b'\n').next()?).into_owned();
    let pythons = Platform::HERE.pythons_of(&jupyter, &first_line);
    pythons.into_iter().find(|python| python.is_file() && has_jupyter(python))
}

fn has_jupyter(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", HAS_JUPYTER]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn python_for_venv() -> Result<PathBuf, String> {
    let pythons: Vec<PathBuf> = Platform::HERE.names_of_python().iter().filter_map(|name| on_path(name)).collect();
    let Some(first) = pythons.first() else {
        return Err("python3 is not on the PATH, and JupyterLab needs it: install Python 3.9 or newer".into());
    };
    let works = |python: &PathBuf, code: &str| {
        let output = Command::new(python).args(["-c", code]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let recent = |python: &&PathBuf| works(python, "import sys; sys.exit(sys.version_info < (3, 9))");
    let recent: Vec<&PathBuf> = pythons.iter().filter(recent).collect();
    let Some(newest) = recent.first() else {
        return Err(format!("{} is not Python 3.9 or newer, which JupyterLab needs: install one", first.display()));
    };
    let complete = recent.iter().find(|python| works(python, "import venv, ensurepip"));
    complete.map(|python| python.to_path_buf()).ok_or_else(|| {
        let name = newest.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
        let package = if name.starts_with("python3") { &name } else { "python3" };
        format!(
            "{} cannot make a virtual environment: on Debian and Ubuntu try `sudo apt install {package}-venv`",
            newest.display()
        )
    })
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let name = Platform::HERE.file_name(program);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

pub fn write(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| whole_file::write_unsynced(file, text));
    written.map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

/// Runs a program to its end, its messages on this terminal.
fn perform(command: &mut Command) -> Result<(), String> {
    let told = || {
        let words = [command.get_program()].into_iter().chain(command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    };
    let told = told();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{told}` failed ({status}); its own messages are above")),
        Err(error) => Err(format!("`{told}` cannot be started: {error}")),
    }
}
