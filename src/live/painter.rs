//! The helper that draws: it writes the picture into a file, which the page shows, and reads the orders that the page
//! leaves in another one. If it fails, training is not affected.
use super::knob::Slider;
use super::progress::{PACE, Progress};
use super::shared::{Helper, Rest, Shared, Turn};
use super::{files::Files, status};
use crate::language::Language;
use crate::panel::{Frame, Panel, State};
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// How often the painter looks for an order of the page.
const WATCH: Duration = Duration::from_millis(75);
/// The same while no loop runs.
const SELDOM: Duration = Duration::from_millis(200);
/// How often the page is told that the kernel is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Draws the panel of a run again and again.
pub struct Painter {
    files: Files,
    language: Language,
    panel: Panel,
    /// Of [`Progress::beginnings`], when the panel's axes were reset.
    beginning: usize,
    /// Of [`Progress::version`], when the last picture was drawn.
    version: Option<usize>,
    /// What the page has wanted last.
    view: String,
    /// When the last picture was drawn, the status written, and an order looked for.
    drawn: Instant,
    beat: Instant,
    looked: Instant,
    /// How many pictures were written.
    frames: usize,
    /// How many times the status was written.
    beats: usize,
}

impl Painter {
    pub fn new(files: Files, language: Language) -> Painter {
        let (panel, now) = (Panel::of(language), Instant::now());
        let (drawn, beat, looked) = (now, now, now);
        Painter {
            files,
            language,
            panel,
            beginning: 0,
            version: None,
            view: String::new(),
            drawn,
            beat,
            looked,
            frames: 0,
            beats: 0,
        }
    }

    fn draw(&mut self, shared: &Shared) -> Option<()> {
        let progress = shared.lock();
        let (picture, status, before) = (progress.live.clone(), progress.status(), progress.before.clone());
        let (steps_per_second, view) = (progress.clock.steps_per_second(), progress.view);
        if self.beginning != progress.beginnings {
            self.beginning = progress.beginnings;
            self.panel = Panel::of(self.language);
        }
        drop(progress);
        let (before, log_loss) = (before.as_deref(), view.log);
        let frame = Frame { steps_per_second, before, log_loss, ..picture.frame(status) };
        let figure = match view.alone {
            alone @ 1..=6 => self.panel.draw_one(&frame, alone),
            _ => self.panel.draw(&frame),
        };
        self.files.write("svg", figure.ok()?.svg()).ok()?;
        self.frames += 1;
        self.write_status(shared)
    }

    /// Looks whether the page has left an order, or wants something else to be seen.
    fn look(&mut self, shared: &Shared) {
        if self.looked.elapsed() < WATCH {
            return;
        }
        self.looked = Instant::now();
        if let Some(order) = self.files.order() {
            shared.obey(order);
        }
        if let Some(view) = self.files.view().filter(|view| *view != self.view) {
            shared.lock().want(&view);
            self.view = view;
        }
    }

    /// Writes what the page needs to know besides the picture, as JSON.
    fn write_status(&mut self, shared: &Shared) -> Option<()> {
        self.beats += 1;
        let progress = shared.lock();
        let sentence = status::sentence(&progress, self.language);
        let (busy, paused) = (progress.busy(), progress.state == State::Paused);
        let (log, alone) = (u8::from(progress.view.log), progress.view.alone);
        let Painter { frames, beats, .. } = self;
        let knobs = progress.knobs.iter().map(Slider::json).collect::<Vec<_>>().join(",");
        let json = format!(
            "{{\"frame\":{frames},\"beat\":{beats},\"busy\":{busy},\"paused\":{paused},\"sentence\":\"{sentence}\",\
             \"view\":[{log},{alone}],\"knobs\":[{knobs}]}}\n"
        );
        drop(progress);
        self.files.write("json", &json).ok()
    }
}

impl Helper for Painter {
    fn turn<'a>(&mut self, shared: &'a Shared, progress: MutexGuard<'a, Progress>) -> Turn<'a> {
        drop(progress);
        self.look(shared);
        let progress = shared.lock();
        let (due, busy) = (self.version != Some(progress.version), progress.busy());
        let rest = if due && (self.version.is_none() || self.drawn.elapsed() >= PACE) {
            self.version = Some(progress.version);
            (self.drawn, self.beat) = (Instant::now(), Instant::now());
            drop(progress);
            self.draw(shared);
            Rest::No
        } else if busy && self.beat.elapsed() >= HEARTBEAT {
            self.beat = Instant::now();
            drop(progress);
            self.write_status(shared);
            Rest::No
        } else if !busy && !due {
            return (progress, Rest::Seldom(SELDOM));
        } else {
            drop(progress);
            Rest::For(WATCH)
        };
        (shared.lock(), rest)
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.files.remove();
    }
}
