//! `cargo run --release`: sets up Jupyter with the Rust kernel and opens the lessons, or executes them.

mod launcher;
mod whole_file;

fn main() -> std::process::ExitCode {
    launcher::main(std::env::args_os().skip(1))
}
