//! The helper that guards a run in a notebook: it stops the loop when Jupyter interrupts the kernel, and keeps the last
//! state on the disk in case that the process ends. If it fails, training is not affected.
use super::progress::{Order, Progress};
use super::shared::{Helper, Rest, Shared, Turn};
use std::fs;
use std::path::PathBuf;
use std::sync::MutexGuard;
use std::time::Duration;

/// How often the guard looks for an interrupt.
const WATCH: Duration = Duration::from_millis(75);

pub struct Guard {
    /// Where the state is kept.
    pub file: PathBuf,
    /// The folder of the relay, if there is one.
    pub relay: Option<PathBuf>,
}

impl Helper for Guard {
    fn turn<'a>(&mut self, shared: &'a Shared, mut progress: MutexGuard<'a, Progress>) -> Turn<'a> {
        if let Some(state) = progress.keeping.waiting.take() {
            drop(progress);
            let written = state.write(&self.file);
            if let (Ok(()), Some(relay)) = (written, &self.relay) {
                let _ = fs::write(relay.join("last"), format!("{}\n{}", state.step, self.file.display()));
            }
            return (shared.lock(), Rest::No);
        }
        let (Some(relay), true) = (&self.relay, progress.busy()) else { return (progress, Rest::UntilChanged) };
        drop(progress);
        if fs::remove_file(relay.join("stop")).is_ok() {
            shared.obey(Order::Stop);
        }
        (shared.lock(), Rest::For(WATCH))
    }
}
