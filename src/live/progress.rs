//! Where a run stands: what the training loop, the thread that measures and the thread that draws tell one another.
use super::measure::{Job, Measured};
use super::movie::{Film, Still};
use super::painter::PACE;
use super::schedule::Schedule;
use super::*;
use crate::mnist::Images;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// What the student has asked for with the buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Go,
    Pause,
    Stop,
}

/// What the pictures are drawn from.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub history: History,
    pub training: Option<Arc<Digits>>,
    pub test: Option<Arc<Digits>>,
    pub epoch: Option<f32>,
    pub film: Film,
}

#[derive(Default)]
pub struct Progress {
    pub state: State,
    pub order: Order,
    /// What was measured at the steps of the schedule.
    pub record: Record,
    /// The same, and what was measured in between to keep the picture moving.
    pub live: Record,
    pub schedule: Option<Schedule>,
    /// The step that the loop is in, or was in last.
    pub step: Option<usize>,
    /// How many runs began with fresh weights.
    pub beginnings: usize,
    /// How many runs there were; of several loops the last one counts.
    pub runs: usize,
    images: Seen,
    pub clock: Clock,
    /// Whether there is somebody to draw for.
    pub watched: bool,
    /// The last looks at the training batch and at the test digits.
    pub looks: [Look; 2],
    pub jobs: VecDeque<Job>,
    /// The step that is being measured.
    pub measuring: Option<usize>,
    pub error: Option<Error>,
    /// Counts what changes in the picture.
    pub version: usize,
    pub closing: bool,
}

/// The training images so far, for the epoch.
#[derive(Default)]
struct Seen {
    /// In all steps before this one.
    before: usize,
    /// In this step.
    now: usize,
    /// The size of the set that they were drawn from.
    of: usize,
}

/// [`Progress`], and a bell that rings whenever somebody may be waiting for a change of it.
pub struct Shared {
    progress: Mutex<Progress>,
    bell: Condvar,
}

impl Default for Shared {
    fn default() -> Self {
        let progress = Progress { state: State::Waiting, ..Progress::default() };
        Shared { progress: Mutex::new(progress), bell: Condvar::new() }
    }
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn ring(&self) {
        self.bell.notify_all();
    }

    pub fn wait<'a>(&'a self, progress: MutexGuard<'a, Progress>) -> MutexGuard<'a, Progress> {
        self.bell.wait(progress).unwrap_or_else(|e| e.into_inner())
    }

    pub fn wait_for<'a>(&'a self, progress: MutexGuard<'a, Progress>, time: Duration) -> MutexGuard<'a, Progress> {
        self.bell.wait_timeout(progress, time).unwrap_or_else(|e| e.into_inner()).0
    }

    /// Waits while the student wants a pause; returns what they want then.
    pub fn hold(&self) -> Order {
        let mut progress = self.lock();
        if progress.order != Order::Pause {
            return progress.order;
        }
        progress.clock.hold();
        progress.change(State::Paused);
        self.ring();
        while progress.order == Order::Pause && !progress.closing {
            progress = self.wait(progress);
        }
        progress.clock.go();
        progress.change(State::Training);
        self.ring();
        progress.order
    }

    /// Until everything is measured that was asked for.
    pub fn wait_for_measurements(&self) -> MutexGuard<'_, Progress> {
        let mut progress = self.lock();
        self.ring();
        while progress.pending(usize::MAX) {
            progress = self.wait(progress);
        }
        progress
    }
}

impl Progress {
    pub fn begin(&mut self, schedule: Schedule) {
        if schedule.first == 0 {
            (self.record, self.live, self.images) = Default::default();
            self.beginnings += 1;
        }
        let now = std::mem::take(&mut self.images.now);
        if self.step != Some(schedule.first) {
            self.images.before += now; // otherwise the step is tried again
        }
        for record in [&mut self.record, &mut self.live] {
            record.history.forget_from(schedule.first);
        }
        self.runs += 1;
        (self.schedule, self.step, self.error) = (Some(schedule), Some(schedule.first), None);
        (self.order, self.looks, self.clock) = (Order::Go, Default::default(), Clock::default());
        self.clock.go();
        self.change(State::Training);
    }

    pub fn advance(&mut self, step: usize) {
        if self.step != Some(step) {
            self.images.before += std::mem::take(&mut self.images.now);
        }
        self.step = Some(step);
        self.clock.step();
    }

    pub fn end(&mut self, state: State) {
        self.clock.hold();
        if state == State::Finished {
            self.live = self.record.clone(); // what a repetition of the run would show too
        }
        self.change(state);
    }

    pub fn change(&mut self, state: State) {
        self.state = state;
        self.version += 1;
    }

    /// Takes note of a training batch.
    pub fn see(&mut self, images: &Images) {
        self.images.now += images.len();
        self.images.of = images.chosen_from();
    }

    /// How often training has seen all images.
    pub fn epoch(&self) -> Option<f32> {
        let Seen { before, now, of } = self.images;
        (of > 0).then(|| (before + now) as f32 / of as f32)
    }

    pub fn stand(&self) -> (State, Option<usize>, Option<usize>) {
        (self.state, self.step, self.schedule.map(|schedule| schedule.last))
    }

    /// Whether something of a step up to `step` is still to be measured.
    pub fn pending(&self, step: usize) -> bool {
        !self.closing && self.jobs.iter().map(|job| job.step).chain(self.measuring).any(|s| s <= step)
    }

    /// Whether the training loop is running or paused.
    pub fn busy(&self) -> bool {
        matches!(self.state, State::Training | State::Paused)
    }

    /// Keeps the first thing that went wrong in measuring, until the training loop asks.
    pub fn fail(&mut self, call: &str, text: &str) {
        self.error.get_or_insert_with(|| Error::Picture(format!("panel.{call}: {text}")));
    }

    /// What the line beside the buttons says.
    pub fn sentence(&self, language: Language) -> String {
        let step = language.count(self.step.unwrap_or(0));
        match self.state {
            State::Waiting => language.pick("Ejecuta la celda que entrena.", "Run the cell that trains.").into(),
            State::Training => String::new(),
            State::Paused => language.pick(
                format!("La celda espera en el paso {step}. Los pesos, los sesgos y las curvas se conservan."),
                format!("The cell waits at step {step}. Weights, biases and curves are kept."),
            ),
            State::Stopped => language.pick(
                format!("Detenido en el paso {step}. Ejecuta otra vez la celda que entrena y seguirá desde ahí."),
                format!("Stopped at step {step}. Run the training cell again and it goes on from there."),
            ),
            State::Finished => language.pick(
                "Terminado. Si ejecutas otra vez la celda que entrena, la red sigue aprendiendo.".into(),
                "Finished. If you run the training cell again, the network goes on learning.".into(),
            ),
            State::Interrupted => language.pick(
                format!("El bucle acabó antes de tiempo en el paso {step}: el porqué está bajo su celda."),
                format!("The loop ended early at step {step}: the reason is below its cell."),
            ),
        }
    }
}

impl Record {
    pub fn add(&mut self, measured: &Measured) {
        let (step, loss, digits) = (measured.step, measured.loss, measured.digits.clone());
        let accuracy = digits.as_ref().map(|digits| digits.accuracy());
        if measured.test {
            self.history.test(step, accuracy, loss);
            self.test = digits;
            self.keep_still(step);
            return;
        }
        self.history.training(step, accuracy, loss);
        self.training = digits;
        self.epoch = measured.epoch;
        if self.test.is_none() && !measured.spreads.is_empty() {
            self.keep_still(step);
        }
        for (values, slices) in
            [Values::Weights, Values::Biases, Values::Activations].into_iter().zip(&measured.spreads)
        {
            if !slices.is_empty() {
                let slices: Vec<&[f32]> = slices.iter().filter_map(|array| array.as_slice()).collect();
                self.history.spread(values, step, &slices);
            }
        }
    }

    /// For the film, if one can be made: its digits are kept in memory.
    fn keep_still(&mut self, step: usize) {
        if cfg!(feature = "movie") {
            let (training, test) = (self.training.clone(), self.test.clone());
            self.film.add(Still { step, epoch: self.epoch, training, test });
        }
    }

    /// The picture's data, of a run that stands so.
    pub fn frame(&self, (state, step, total_steps): (State, Option<usize>, Option<usize>)) -> Frame<'_> {
        Frame {
            training: self.training.as_deref(),
            test: self.test.as_deref(),
            epoch: self.epoch,
            state,
            step,
            total_steps,
            ..Frame::new(&self.history)
        }
    }
}

/// When something was last looked at, and how long that took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub at: Option<Instant>,
    pub took: Duration,
}

impl Look {
    /// Whether it is time to look again, if only to keep the picture moving.
    pub fn due(&self) -> bool {
        self.at.is_none_or(|at| at.elapsed() >= PACE.max(10 * self.took))
    }
}

/// How long a run has been going, pauses not counted.
#[derive(Debug, Default)]
pub struct Clock {
    since: Option<Instant>,
    before: Duration,
    steps: usize,
}

impl Clock {
    pub fn go(&mut self) {
        self.since = Some(Instant::now());
    }

    pub fn hold(&mut self) {
        self.before = self.elapsed();
        self.since = None;
    }

    pub fn step(&mut self) {
        self.steps += 1;
    }

    pub fn elapsed(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Once there was time to measure it.
    pub fn steps_per_second(&self) -> Option<f32> {
        let seconds = self.elapsed().as_secs_f32();
        (seconds > 0.05 && self.steps > 1).then(|| self.steps as f32 / seconds)
    }
}

/// One line about a step, for those who do not see the picture.
pub fn line(progress: &Progress, schedule: &Schedule, step: usize, language: Language) -> String {
    let at = |series: &Thinned<Point>| {
        series.points().iter().rfind(|(s, _)| *s == step).map_or(Point::default(), |(_, point)| *point)
    };
    let (training, test) = (at(&progress.record.history.training), at(&progress.record.history.test));
    let pair = |name: &str, test: Option<f32>, training: Option<f32>, written: &dyn Fn(f32) -> String| {
        let batch = language.pick("lote", "batch");
        match (test, training) {
            (Some(test), Some(training)) => Some(format!("{name} {} ({batch} {})", written(test), written(training))),
            (None, Some(training)) => Some(format!("{name} ({batch}) {}", written(training))),
            (Some(test), None) => Some(format!("{name} {}", written(test))),
            (None, None) => None,
        }
    };
    let accuracy = pair(language.pick("precisión", "accuracy"), test.accuracy, training.accuracy, &|share| {
        language.percent(share)
    });
    let loss = pair(language.pick("entropía", "loss"), test.loss, training.loss, &|loss| language.loss(loss));
    let speed = progress.clock.steps_per_second().map(|speed| {
        let left = (schedule.last.saturating_sub(progress.step.unwrap_or(step))) as f32 / speed;
        let time = if progress.busy() && left >= 0.5 {
            let left = duration(left, language);
            language.pick(format!(", quedan {left}"), format!(", {left} left"))
        } else {
            String::new()
        };
        let speed = language.count(header::round_to_two_digits(speed));
        format!("{speed} {}{time}", language.pick("pasos/s", "steps/s"))
    });
    let last = language.count(schedule.last);
    let step = format!("{:>width$}", language.count(step), width = last.chars().count());
    let facts: Vec<String> = [accuracy, loss, speed].into_iter().flatten().collect();
    let (word, of) = language.pick(("paso", "de"), ("step", "of"));
    format!("{word} {step} {of} {last}: {}", facts.join("; "))
}

fn duration(seconds: f32, language: Language) -> String {
    match seconds {
        ..90.0 => format!("{seconds:.0} s"),
        ..5400.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{} h", language.decimal(seconds / 3600.0, 1)),
    }
}
