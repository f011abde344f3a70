//! The progress of a run: what the training loop and its two helpers share.
use super::film::{Film, Still};
use super::knob::Slider;
use super::schedule::Schedule;
use crate::panel::{Digits, Frame, History, State, Values};
use crate::{Error, Fed, Feed, Tensor, mnist::Images, session, session::Variables};
use ndarray::ArrayD;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The shortest time between two pictures.
pub const PACE: Duration = Duration::from_millis(150);

/// The shortest time between two states that are kept on the disk.
const KEPT: Duration = Duration::from_secs(10);

/// What the student has asked for with the buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Go,
    Pause,
    Stop,
    /// One step of a loop that is paused.
    Step,
}

/// How the page wants the picture.
#[derive(Debug, Clone, Copy, Default)]
pub struct View {
    /// With a logarithmic axis of the loss.
    pub log: bool,
    /// One of the six panels alone, or 0 for all.
    pub alone: usize,
}

/// What was measured, for the pictures.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub history: History,
    pub training: Option<Arc<Digits>>,
    pub test: Option<Arc<Digits>>,
    pub epoch: Option<f32>,
    pub film: Film,
}

/// The state of a run and of its panel.
#[derive(Default)]
pub struct Progress {
    pub state: State,
    pub order: Order,
    /// What was measured at the steps of the schedule.
    pub record: Record,
    /// The same, and what was measured in between to keep the picture moving.
    pub live: Record,
    /// The curves of the run before.
    pub before: Option<Arc<History>>,
    pub schedule: Option<Schedule>,
    /// The step that the loop is at, or was at last.
    pub step: Option<usize>,
    /// How many runs began with new weights, at step 0.
    pub beginnings: usize,
    /// How many runs there were. If there are several loops, only the last one counts.
    pub runs: usize,
    pub images: ImagesSeen,
    pub clock: Clock,
    /// Whether the panel is shown on a page.
    pub watched: bool,
    /// Whether the first steps wait until they have been seen.
    pub slow_motion: bool,
    /// The last looks at the training batch and at the test digits.
    pub looks: [LastLook; 2],
    /// The measurements to be made, in order.
    pub waiting: VecDeque<Measurement>,
    /// The step that is being measured.
    pub measuring: Option<usize>,
    pub error: Option<Error>,
    /// Grows with every change that the picture shows.
    pub version: usize,
    pub closing: bool,
    /// Whether somebody else wants a copy of the variables now and then, and the newest that was not taken yet.
    pub is_followed: bool,
    pub newest: Option<Variables>,
    pub keeping: Keeping,
    pub knobs: Vec<Slider>,
    pub view: View,
}

/// How many training images were seen, from which the epoch is computed.
#[derive(Default)]
pub struct ImagesSeen {
    /// In all earlier steps.
    before: usize,
    /// In this step.
    now: usize,
    /// The size of the set that they were chosen from.
    of: usize,
}

impl Progress {
    /// Begins a run: from step 0 with empty curves, otherwise where the last one ended.
    pub fn begin(&mut self, schedule: Schedule) {
        if schedule.first == 0 {
            let history = std::mem::take(&mut self.record).history;
            if history.last_step() > 0 {
                self.before = Some(Arc::new(history));
            }
            (self.live, self.images) = Default::default();
            self.beginnings += 1;
        }
        let now = std::mem::take(&mut self.images.now);
        if self.step != Some(schedule.first) {
            self.images.before += now; // otherwise the same step is tried again
        }
        let changes = &self.record.history.changes;
        for knob in &mut self.knobs {
            let undone = changes.iter().find(|change| change.step >= schedule.first && change.name == knob.name);
            knob.begin_run(undone.map(|change| change.from), schedule.first == 0);
        }
        for record in [&mut self.record, &mut self.live] {
            record.history.forget_from(schedule.first);
        }
        self.runs += 1;
        (self.schedule, self.step, self.error) = (Some(schedule), Some(schedule.first), None);
        (self.order, self.looks, self.clock) = (Order::Go, Default::default(), Clock::default());
        self.clock.resume();
        self.keeping.since = Some(Instant::now());
        self.change(State::Training);
    }

    /// Goes on to a step.
    pub fn advance(&mut self, step: usize) {
        if self.step != Some(step) {
            self.images.before += std::mem::take(&mut self.images.now);
        }
        self.step = Some(step);
        self.clock.steps += 1;
        for knob in &mut self.knobs {
            let Some((from, to)) = knob.begin_step() else { continue };
            for record in [&mut self.record, &mut self.live] {
                record.history.change(step, knob.name.clone(), from, to);
            }
        }
    }

    /// Takes what the page wants, as it writes it: whether the axis of the loss is logarithmic (0 or 1), the panel alone, and where
    /// the knobs stand.
    pub fn want(&mut self, text: &str) {
        let numbers: Option<Vec<f32>> = text.split_whitespace().map(|word| word.parse().ok()).collect();
        let Some([log, alone, values @ ..]) = numbers.as_deref() else { return };
        if !numbers.iter().flatten().all(|number| number.is_finite()) {
            return;
        }
        self.view = View { log: *log != 0.0, alone: *alone as usize };
        let busy = self.busy();
        for (knob, value) in self.knobs.iter_mut().zip(values) {
            knob.want(*value);
            if !busy {
                knob.turn();
            }
        }
        self.version += 1;
    }

    /// Ends a run.
    pub fn end(&mut self, state: State) {
        self.clock.pause();
        if state == State::Finished {
            self.live = self.record.clone(); // without what depends on the speed of this machine
        }
        self.change(state);
    }

    /// Makes a pause, or ends it.
    pub fn pause(&mut self, pause: bool) {
        if pause == (self.state == State::Paused) {
            return;
        }
        if pause {
            self.clock.pause()
        } else {
            self.clock.resume()
        }
        self.change(if pause { State::Paused } else { State::Training });
    }

    pub fn change(&mut self, state: State) {
        self.state = state;
        self.version += 1;
    }

    /// Counts the images of a training batch.
    pub fn see(&mut self, images: &Images) {
        self.images.now += images.len();
        self.images.of = images.chosen_from();
    }

    /// How often training has seen the whole set, as a fraction.
    pub fn epoch(&self) -> Option<f32> {
        let ImagesSeen { before, now, of } = self.images;
        (of > 0).then(|| (before + now) as f32 / of as f32)
    }

    /// The state, the step and the last step of the run.
    pub fn status(&self) -> (State, Option<usize>, Option<usize>) {
        (self.state, self.step, self.schedule.map(|schedule| schedule.last))
    }

    /// Whether the step is one that slow motion shows.
    pub fn is_shown_slowly(&self) -> bool {
        self.slow_motion && self.step.is_some_and(Schedule::is_shown_slowly)
    }

    /// Whether something of a step up to `step` is still to be measured.
    pub fn pending(&self, step: usize) -> bool {
        !self.closing
            && self.waiting.iter().map(|measurement| measurement.step).chain(self.measuring).any(|s| s <= step)
    }

    /// Whether the training loop is running or paused.
    pub fn busy(&self) -> bool {
        matches!(self.state, State::Training | State::Paused)
    }

    /// Keeps the first error of the measuring thread until the training loop asks for it. What was waiting behind would only
    /// fail once more.
    pub fn fail(&mut self, call: &str, text: &str) {
        self.waiting.clear();
        self.error.get_or_insert_with(|| Error::Picture(format!("panel.{call}: {text}")));
    }

    /// The error that was kept, once.
    pub fn report(&mut self) -> Result<(), Error> {
        self.error.take().map_or(Ok(()), Err)
    }
}

impl Record {
    pub fn add(&mut self, measured: &Measured) {
        let (step, loss, digits) = (measured.step, measured.loss, measured.digits.clone());
        // scores that are NaN are no answers, though argmax names a class
        let unknown = loss.is_nan();
        let accuracy = digits.as_ref().map(|digits| if unknown { f32::NAN } else { digits.accuracy() });
        if measured.test {
            self.history.test(step, accuracy, loss);
            self.test = digits;
            self.keep_still(step);
            return;
        }
        self.history.training(step, accuracy, loss);
        measured.rate.into_iter().for_each(|rate| self.history.rate(step, rate));
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

    /// Keeps the digits for a film; only with the feature `movie`, as they take memory.
    fn keep_still(&mut self, step: usize) {
        if cfg!(feature = "movie") {
            let (training, test) = (self.training.clone(), self.test.clone());
            self.film.add(Still { step, epoch: self.epoch, training, test });
        }
    }

    /// The frame of these data, at this state, step and last step.
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

/// A measurement that is to be made.
pub struct Measurement {
    pub step: usize,
    /// Of the test digits if true, of the training batch if not.
    pub test: bool,
    pub epoch: Option<f32>,
    /// Whether it only keeps the picture moving, and is not recorded.
    pub glance: bool,
    /// Whether the spread of weights, biases and activations is measured too.
    pub spreads: bool,
    pub variables: Variables,
    pub feed: Vec<KeptFeed>,
}

/// A fed value, kept until it is measured.
pub struct KeptFeed {
    placeholder: Tensor,
    name: &'static str,
    value: Arc<dyn Feed + Send>,
}

impl KeptFeed {
    pub fn new(fed: &Fed<'_>) -> KeptFeed {
        KeptFeed { placeholder: fed.placeholder, name: fed.name, value: fed.value.keep() }
    }

    pub fn fed(&self) -> Fed<'_> {
        Fed::new(self.placeholder, self.name, &*self.value)
    }
}

/// The result of a [`Measurement`].
#[derive(Debug, Clone)]
pub struct Measured {
    pub step: usize,
    pub test: bool,
    pub epoch: Option<f32>,
    pub loss: f32,
    /// The learning rate, if it is watched.
    pub rate: Option<f32>,
    /// If images and labels were fed.
    pub digits: Option<Arc<Digits>>,
    pub spreads: Vec<Vec<ArrayD<f32>>>,
}

/// When something was last looked at, and how long that took.
#[derive(Debug, Clone, Copy, Default)]
pub struct LastLook {
    pub at: Option<Instant>,
    pub took: Duration,
}

impl LastLook {
    /// Whether it is time to look again, if only to keep the picture moving.
    pub fn due(&self) -> bool {
        self.at.is_none_or(|at| at.elapsed() >= PACE.max(10 * self.took))
    }
}

/// The state that is kept on the disk.
#[derive(Default)]
pub struct Keeping {
    /// When the run began, or a state was kept in it.
    since: Option<Instant>,
    kept: Option<Instant>,
    /// To be written.
    pub waiting: Option<session::State>,
}

impl Keeping {
    /// Whether it is time, during a run or at its end.
    pub fn is_due(&self, ends: bool) -> bool {
        let is_long = |at: Instant| at.elapsed() >= KEPT;
        self.since.is_some_and(is_long) || ends && self.kept.is_none_or(is_long)
    }

    pub fn keep(&mut self, state: Option<session::State>) {
        (self.since, self.kept, self.waiting) = (Some(Instant::now()), Some(Instant::now()), state);
    }
}

/// How long a run has been going, not counting pauses.
#[derive(Debug, Default)]
pub struct Clock {
    since: Option<Instant>,
    before: Duration,
    steps: usize,
}

impl Clock {
    pub fn resume(&mut self) {
        self.since = Some(Instant::now());
    }

    pub fn pause(&mut self) {
        self.before = self.elapsed();
        self.since = None;
    }

    pub fn elapsed(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// `None` until there was enough time to measure it.
    pub fn steps_per_second(&self) -> Option<f32> {
        let seconds = self.elapsed().as_secs_f32();
        (seconds > 0.05 && self.steps > 1).then(|| self.steps as f32 / seconds)
    }
}
