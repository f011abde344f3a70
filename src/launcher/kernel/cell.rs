//! A part of every cell that is run with the relay: tells it by files in the folder `DIGITOS_RELAY` that the cell runs, and
//! whether it ended with an `Err` or a panic.
use std::any::Any;
use std::path::PathBuf;
use std::{env, fs, panic, thread};

/// The last line of a cell on stderr, which the relay waits for and takes away.
const END: &str = "\u{1}digitos: the cell has ended";

fn write(name: &str, text: &str) -> bool {
    let folder = env::var_os("DIGITOS_RELAY").map(PathBuf::from);
    folder.is_some_and(|folder| fs::write(folder.join(name), text).is_ok())
}

pub struct Cell(bool);

pub fn begin() -> Cell {
    let relayed = write("cell", "");
    if relayed {
        let own = thread::current().id();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().id() != own || !write("panic", &panic.to_string()) {
                eprintln!("{panic}");
            }
        }));
    }
    Cell(relayed)
}

impl Drop for Cell {
    fn drop(&mut self) {
        if self.0 {
            eprintln!("{END}");
        }
    }
}

pub fn failed(name: &str, text: &str) -> bool {
    write("failed", &format!("{name}\n{text}"))
}

pub fn panicked(panic: &(dyn Any + Send)) {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    failed("Panic", text.unwrap_or("The cell panicked."));
}
