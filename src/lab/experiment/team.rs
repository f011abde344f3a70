//! Those who make the runs: threads that take one after the other, while the caller looks on.
use crate::error::TRIAL;
use crate::notebook::FOLDER;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

/// How often the caller looks on, and somebody looks whether the runs are to stop.
const WATCH: Duration = Duration::from_millis(75);

/// How far all runs are, and whether they are to stop.
pub struct Course {
    start: Instant,
    stopped: AtomicBool,
    interrupts: Interrupts,
    /// When it was last looked for an interrupt, in milliseconds.
    looked: AtomicU32,
    /// How far each is, in thousandths.
    runs: Vec<AtomicU32>,
}

impl Course {
    pub fn new(count: usize, interrupts: Interrupts) -> Course {
        let runs = (0..count).map(|_| AtomicU32::new(0)).collect();
        Course { start: Instant::now(), stopped: AtomicBool::new(false), interrupts, looked: AtomicU32::new(0), runs }
    }

    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// To be asked at each step, by whoever makes the runs: there may be nobody else.
    pub fn is_stopped(&self) -> bool {
        let now = self.start.elapsed().as_millis() as u32;
        if now >= self.looked.load(Relaxed) + WATCH.as_millis() as u32 {
            self.looked.store(now, Relaxed);
            if self.interrupts.found() {
                self.stop();
            }
        }
        self.stopped.load(Relaxed)
    }

    /// Says that `done` of the `all` steps of a run are made.
    pub fn advance(&self, run: usize, done: usize, all: usize) {
        self.runs[run].store((done as f64 / all.max(1) as f64 * 1000.0) as u32, Relaxed);
    }

    pub fn seconds(&self) -> f32 {
        self.start.elapsed().as_secs_f32()
    }

    /// How long the rest takes if it goes on as it has so far; `None` before anything is made.
    fn seconds_left(&self) -> Option<f32> {
        let made: u32 = self.runs.iter().map(|run| run.load(Relaxed)).sum();
        let share = made as f32 / (1000 * self.runs.len()) as f32;
        (made > 0).then(|| self.seconds() * (1.0 - share) / share)
    }
}

/// The file by which the kernel's relay tells that Jupyter's ■ was pressed. While the file `loop` is there, the relay
/// does so in place of ending the process. Without a relay it is looked for beside the notebook: so a web page tells it.
pub struct Interrupts(Option<PathBuf>);

impl Interrupts {
    pub fn in_folder(relay: Option<PathBuf>) -> Interrupts {
        relay.as_ref().map(|folder| fs::write(folder.join("loop"), ""));
        Interrupts(relay)
    }

    pub fn found(&self) -> bool {
        fs::remove_file(self.0.as_deref().unwrap_or(Path::new(FOLDER)).join("stop")).is_ok()
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.0.as_ref().map(|folder| fs::remove_file(folder.join("loop")));
    }
}

/// When lines are printed: 2 s after the start, then after twice that time, and at least every ten minutes.
#[derive(Default)]
pub struct Lines {
    last: f32,
}

impl Lines {
    /// How many seconds are left, if it is time to say so.
    pub fn are_due(&mut self, course: &Course) -> Option<f32> {
        let now = course.seconds();
        let next = (2.0 * self.last).clamp(2.0, self.last + 600.0);
        let left = course.seconds_left().filter(|left| now >= next && *left >= 0.5)?;
        self.last = now;
        Some(left)
    }
}

/// Calls `attempt` with each run, and with whether it is alone, on this many threads, and `look` again and again with
/// the number of those that have ended. Where there are no threads, this one makes them all.
pub fn work<T: Send>(
    course: &Course,
    threads: usize,
    attempt: &(dyn Fn(usize, bool) -> T + Sync),
    look: &mut dyn FnMut(usize),
) -> Vec<Option<T>> {
    let (count, next) = (course.runs.len(), AtomicUsize::new(0));
    let threads = threads.min(count);
    let take = || {
        let run = if course.is_stopped() { count } else { next.fetch_add(1, Relaxed) };
        (run < count).then_some(run)
    };
    let mut results: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let mut ended = 0;
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        let mut begun = 0;
        for _ in 0..threads {
            let (sender, take) = (sender.clone(), &take);
            let work = move || {
                while let Some(run) = take() {
                    let result = attempt(run, threads == 1);
                    course.advance(run, 1, 1);
                    let _ = sender.send((run, result));
                }
            };
            if Builder::new().name(TRIAL.into()).spawn_scoped(scope, work).is_err() {
                break;
            }
            begun += 1;
        }
        drop(sender);
        while let Some(run) = if begun == 0 { take() } else { None } {
            results[run] = Some(attempt(run, true));
            course.advance(run, 1, 1);
            ended += 1;
            look(ended);
        }
        loop {
            match receiver.recv_timeout(WATCH) {
                Ok((run, result)) => {
                    results[run] = Some(result);
                    ended += 1;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            look(ended);
        }
    });
    results
}
