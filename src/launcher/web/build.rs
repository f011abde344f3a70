//! Compiles the lessons to WebAssembly: with threads and relaxed SIMD, with relaxed SIMD alone, and with plain SIMD.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cells::{self, Cell};
use crate::launcher::setup;

/// How much memory a module with threads has at first and at most, in pages of 64 kB.
pub const PAGES: [usize; 2] = [64, 16_384];
/// What does the arithmetic is fast, all else is small: it is sent to the browser.
const WORKSPACE: &str = r#"[workspace]
members = ["lesson_*"]
resolver = "3"

[profile.release]
codegen-units = 1
debug = false
opt-level = "s"
panic = "abort"
strip = true
lto = "thin"

[profile.release.package.digitos]
opt-level = 3

[profile.release.package.ndarray]
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

/// The lessons by the names of their packages: their cells in each language.
pub type Packages = BTreeMap<String, Vec<(&'static str, Vec<Cell>)>>;

/// One way to compile the lessons.
pub struct Build {
    pub name: &'static str,
    target: &'static str,
    /// What the browser must have.
    features: &'static str,
}

/// The builds, the better one first. Threads need a page that is isolated from other origins.
pub const BUILDS: [Build; 3] = [
    Build { name: "threads", target: "wasm32-wasip1-threads", features: "+simd128,+relaxed-simd" },
    Build { name: "relaxed", target: "wasm32-wasip1", features: "+simd128,+relaxed-simd" },
    Build { name: "simd", target: "wasm32-wasip1", features: "+simd128" },
];

/// Compiles the lessons and returns the folders with their modules `NAME.wasm`, in the order of [`BUILDS`].
pub fn modules(root: &Path, packages: &Packages) -> Result<Vec<PathBuf>, String> {
    let folder = root.join("target/web-build");
    let path = root.display().to_string().replace('\\', "/");
    write_if_new(&folder.join("Cargo.toml"), WORKSPACE)?;
    for (name, languages) in packages {
        let package = folder.join(name);
        let list: String = languages.iter().map(|(l, _)| format!("    ({l:?}, || Box::pin({l}())),\n")).collect();
        let functions: String = languages.iter().map(|(language, cells)| cells::function(language, cells)).collect();
        write_if_new(&package.join("Cargo.toml"), &PACKAGE.replace("NAME", name).replace("PATH", &path))?;
        write_if_new(&package.join("lib.rs"), include_str!("lesson.rs"))?;
        write_if_new(&package.join("answers.rs"), include_str!("answers.rs"))?;
        let head = "use crate::Shown as _;\n\npub const LANGUAGES: &[(&str, fn() -> crate::Lesson)] = &[\n";
        write_if_new(&package.join("cells.rs"), &format!("{head}{list}];\n\n{functions}"))?;
    }
    BUILDS.iter().map(|build| build.run(&folder)).collect()
}

/// A file that stays as it is has not to be compiled again.
fn write_if_new(path: &Path, text: &str) -> Result<(), String> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) { Ok(()) } else { setup::write(path, text) }
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
}

/// Makes sure that rustc can compile for the page.
fn add_target(target: &str) -> Result<(), String> {
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let library = Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    let there = library.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir());
    if there || Command::new("rustup").args(["target", "add", target]).status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!(
        "Rust's library for {target} is missing: `rustup target add {target}` installs it, or your system's package of that name"
    ))
}

impl Build {
    /// Compiles the lessons; returns the folder with their modules.
    fn run(&self, folder: &Path) -> Result<PathBuf, String> {
        let Build { name, target, features } = self;
        add_target(target)?;
        let output = folder.join(name);
        let mut flags = format!("-C target-feature={features}");
        if self.has_threads() {
            let [fewest, most] = PAGES.map(|pages| pages << 16);
            flags += &format!(" -C link-arg=--initial-memory={fewest} -C link-arg=--max-memory={most} --cfg threads");
        }
        println!("Compiling the lessons for the page ({name}) …");
        let status = cargo()
            .args(["build", "--quiet", "--release", "--target", target, "--target-dir"])
            .arg(&output)
            .current_dir(folder)
            .env("RUSTFLAGS", flags)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .status()
            .map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !status.success() {
            return Err(format!(
                "the lessons do not compile for the page: the message above names a line of a file in {}",
                folder.display()
            ));
        }
        Ok(output.join(target).join("release"))
    }

    fn has_threads(&self) -> bool {
        self.target.ends_with("threads")
    }
}
