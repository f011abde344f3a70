//! Compiles the lessons to WebAssembly: once for browsers with relaxed SIMD, once for those without.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cells::{self, Cell};
use crate::launcher::setup;

const TARGET: &str = "wasm32-wasip1";
/// The lessons' own code is small rather than fast: the library does the work.
const WORKSPACE: &str = r#"[workspace]
members = ["lesson_*"]
resolver = "3"

[profile.release]
codegen-units = 1
debug = false
opt-level = "s"
panic = "abort"
strip = true

[profile.release.package."*"]
opt-level = 3
"#;

const PACKAGE: &str = r#"[package]
name = "NAME"
edition = "2024"

[lib]
crate-type = ["cdylib"]
path = "lib.rs"

[dependencies]
digitos = { path = "PATH", default-features = false }
"#;

/// A lesson: its name, and its cells in each language.
pub struct Lesson {
    /// That of the package.
    pub name: String,
    pub languages: Vec<(String, Vec<Cell>)>,
}

/// The builds, the better one first: what it is called, and what its processor must have.
pub const BUILDS: [(&str, &str); 2] = [("relaxed", "+simd128,+relaxed-simd"), ("simd", "+simd128")];

/// Compiles the lessons and returns the folders with their modules `NAME.wasm`, in the order of [`BUILDS`].
pub fn modules(root: &Path, lessons: &[Lesson]) -> Result<Vec<PathBuf>, String> {
    let folder = root.join("target/web-build");
    let path = root.display().to_string().replace('\\', "/");
    write_if_new(&folder.join("Cargo.toml"), WORKSPACE)?;
    for Lesson { name, languages } in lessons {
        let package = folder.join(name);
        let list: String = languages.iter().map(|(l, _)| format!("    ({l:?}, || Box::pin({l}())),\n")).collect();
        let functions: String = languages.iter().map(|(language, cells)| cells::function(language, cells)).collect();
        write_if_new(&package.join("Cargo.toml"), &PACKAGE.replace("NAME", name).replace("PATH", &path))?;
        write_if_new(&package.join("lib.rs"), include_str!("lesson.rs"))?;
        let head = "use crate::Shown as _;\n\npub const LANGUAGES: &[(&str, fn() -> crate::Lesson)] = &[\n";
        write_if_new(&package.join("cells.rs"), &format!("{head}{list}];\n\n{functions}"))?;
    }
    add_target()?;
    BUILDS.iter().map(|(name, features)| build(&folder, name, features)).collect()
}

/// A file that stays as it is has not to be compiled again.
fn write_if_new(path: &Path, text: &str) -> Result<(), String> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) { Ok(()) } else { setup::write(path, text) }
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
}

/// Makes sure that rustc can compile for the page.
fn add_target() -> Result<(), String> {
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let library = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    let there = library.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir());
    if there || Command::new("rustup").args(["target", "add", TARGET]).status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!(
        "Rust's library for {TARGET} is missing: `rustup target add {TARGET}` installs it, or your system's package of that name"
    ))
}

fn build(folder: &Path, name: &str, features: &str) -> Result<PathBuf, String> {
    let target = folder.join(name);
    println!("Compiling the lessons for the page ({name}) …");
    let status = cargo()
        .args(["build", "--quiet", "--release", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(folder)
        .env("RUSTFLAGS", format!("-C target-feature={features}"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !status.success() {
        return Err(format!(
            "the lessons do not compile for the page: the message above names a line of {}",
            folder.join("lessons.rs").display()
        ));
    }
    Ok(target.join(TARGET).join("release"))
}
