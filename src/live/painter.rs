//! The thread that draws: it writes the picture into a file, which the page shows, and reads the orders that the page
//! leaves in another one. If it fails, training is not affected.
use super::progress::{PACE, Shared};
use super::{files::Files, status};
use crate::language::Language;
use crate::panel::{Frame, Panel, State};
use std::time::{Duration, Instant};

/// How often the thread looks for an order of the page.
const WATCH: Duration = Duration::from_millis(75);
/// How often the page is told that the kernel is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Draws the panel of a run again and again.
pub struct Painter {
    pub files: Files,
    pub language: Language,
    panel: Panel,
    /// Of [`Progress::beginnings`](super::progress::Progress), when the panel's axes were reset.
    beginning: usize,
    /// How many pictures were written.
    frames: usize,
    /// How many times the status was written.
    beats: usize,
}

impl Painter {
    pub fn new(files: Files, language: Language) -> Painter {
        Painter { files, language, panel: Panel::of(language), beginning: 0, frames: 0, beats: 0 }
    }

    /// Draws until the live panel is dropped.
    pub fn work(mut self, shared: &Shared) {
        let now = Instant::now();
        let (mut drawn, mut last, mut beat, mut looked) = (None, now, now, now);
        let mut progress = shared.lock();
        while !progress.closing {
            let due = drawn != Some(progress.version);
            if due && (drawn.is_none() || last.elapsed() >= PACE) {
                drawn = Some(progress.version);
                (last, beat) = (Instant::now(), Instant::now());
                drop(progress);
                self.draw(shared);
            } else if progress.busy() && beat.elapsed() >= HEARTBEAT {
                beat = Instant::now();
                drop(progress);
                self.write_status(shared);
            } else if !progress.busy() && !due {
                progress = shared.wait(progress);
                continue;
            } else {
                drop(shared.wait_for(progress, WATCH));
            }
            let mut order = None;
            if looked.elapsed() >= WATCH {
                (order, looked) = (self.files.order(), Instant::now());
            }
            progress = shared.lock();
            if let Some(order) = order.filter(|_| progress.busy()) {
                progress.order = order;
                shared.wake();
            }
        }
        self.files.remove();
    }

    fn draw(&mut self, shared: &Shared) -> Option<()> {
        let progress = shared.lock();
        let (picture, status) = (progress.live.clone(), progress.status());
        let steps_per_second = progress.clock.steps_per_second();
        if self.beginning != progress.beginnings {
            self.beginning = progress.beginnings;
            self.panel = Panel::of(self.language);
        }
        drop(progress);
        let figure = self.panel.draw(&Frame { steps_per_second, ..picture.frame(status) }).ok()?;
        self.files.write("svg", figure.svg()).ok()?;
        self.frames += 1;
        self.write_status(shared)
    }

    /// Writes what the page needs to know besides the picture, as JSON.
    fn write_status(&mut self, shared: &Shared) -> Option<()> {
        self.beats += 1;
        let progress = shared.lock();
        let sentence = status::sentence(&progress, self.language);
        let (busy, paused) = (progress.busy(), progress.state == State::Paused);
        let Painter { frames, beats, .. } = self;
        let json = format!(
            "{{\"frame\":{frames},\"beat\":{beats},\"busy\":{busy},\"paused\":{paused},\"sentence\":\"{sentence}\"}}\n"
        );
        drop(progress);
        self.files.write("json", &json).ok()
    }
}
