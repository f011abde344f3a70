//! Where programs and notebooks lie. The platform is an argument, so that the paths of Windows are tested on every
//! machine.

use std::fs::{self, File};
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

/// Whether a file can be written there, before an hour is spent on what it is to hold. Its folder is made.
pub fn check_writable(file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    match fs::metadata(file) {
        Ok(found) if found.is_file() => drop(File::options().write(true).open(file)?),
        Ok(found) if found.is_dir() => return Err(io::Error::other("it is a folder")),
        Ok(_) => return Err(io::Error::other("it is no file")),
        Err(_) => {}
    }
    let trial = folder.join(format!(".digitos-{}.trial", std::process::id()));
    File::create_new(&trial).and_then(|_| fs::remove_file(&trial))
}
