//! Where programs and notebooks lie, and how a file is written. The platform is an argument, so that the paths of
//! Windows are tested on every machine.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

#[derive(Clone, Copy)]
pub enum Platform {
    Unix,
    Windows,
}

impl Platform {
    pub const HERE: Self = if cfg!(windows) { Self::Windows } else { Self::Unix };

    pub fn file_name(self, program: &str) -> String {
        match self {
            Self::Unix => program.into(),
            Self::Windows => format!("{program}.exe"),
        }
    }

    /// A program that Python has put into a virtual environment.
    pub fn program_of_venv(self, venv: &Path, name: &str) -> PathBuf {
        let folder = match self {
            Self::Unix => "bin",
            Self::Windows => "Scripts",
        };
        venv.join(folder).join(self.file_name(name))
    }

    /// A program that `cargo install --root` has built: in `bin`, on Windows too.
    pub fn program_of_cargo(self, root: &Path, name: &str) -> PathBuf {
        root.join("bin").join(self.file_name(name))
    }

    /// The Pythons that a `jupyter` may belong to, the likeliest first.
    pub fn pythons_of(self, jupyter: &Path, first_line: &str) -> Vec<PathBuf> {
        let beside = |name| jupyter.with_file_name(self.file_name(name));
        match self {
            Self::Unix => {
                let named = first_line.strip_prefix("#!").and_then(|line| line.trim().split(" -").next());
                let is_python = |program: &PathBuf| {
                    program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("python"))
                };
                named.map(PathBuf::from).filter(is_python).into_iter().chain([beside("python3")]).collect()
            }
            // A virtual environment has its Python in `Scripts`, conda and python.org have it in the folder above.
            Self::Windows => {
                let above = jupyter.parent().map(|scripts| scripts.with_file_name(self.file_name("python")));
                [beside("python")].into_iter().chain(above).collect()
            }
        }
    }

    /// What a Python may be called: one that is newer than the system's has its version in its name.
    pub fn names_of_python(self) -> Vec<String> {
        let usual: &[&str] = match self {
            Self::Unix => &["python3", "python"],
            Self::Windows => &["python", "python3", "py"],
        };
        let versions = (9..=20).rev().map(|version| format!("python3.{version}"));
        usual.iter().map(|&name| name.to_owned()).chain(versions).collect()
    }
}

/// A path as it stands below the project's folder, or the absolute one of what lies elsewhere. The two are not compared
/// by their names alone: there are `..` and links, and on Windows `canonicalize` makes `\\?\C:\x` of `C:\x`.
pub fn in_project(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let plain = std::path::absolute(path)?;
    let real = path.canonicalize()?;
    if plain.starts_with(root) && !plain.components().any(|part| part == Component::ParentDir) {
        return Ok(plain);
    }
    Ok(match real.strip_prefix(root.canonicalize()?) {
        Ok(inside) => root.join(inside),
        Err(_) => plain,
    })
}

/// Writes a file whole or not at all. A link to it stays a link.
pub fn write(file: &Path, text: &str) -> Result<(), String> {
    let written = || {
        let target = file.canonicalize().unwrap_or(file.to_path_buf());
        let part = part_of(&target)?;
        fs::write(&part, text).and_then(|()| fs::rename(&part, &target)).inspect_err(|_| {
            let _ = fs::remove_file(&part);
        })
    };
    written().map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

/// Whether `write` will be able to, before an hour is spent on what it is to write.
pub fn check_writable(file: &Path) -> Result<(), String> {
    let tried = || match part_of(file)? {
        _ if file.is_dir() => Err(io::Error::other("it is a folder")),
        part => fs::write(&part, "").and_then(|()| fs::remove_file(&part)),
    };
    tried().map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

/// A name beside the file that nobody else uses; its folder is made.
fn part_of(file: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(file.with_file_name(format!(".{name}.{}.part", std::process::id())))
}
