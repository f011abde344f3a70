//! One run of the student's function: what it is made with, its steps, and what it notes.
use super::run::{End, Note, Run, Settings};
use super::team::Course;
use crate::Session;
use crate::error::{listed, require, shown, stop};
use crate::live::Schedule;
use std::cell::{Cell, RefCell};
use std::str::FromStr;
use std::time::Instant;

/// What a function that an [`Experiment`](super::Experiment) runs is given: the values of this run, its seed and its
/// session, and where it notes what it measures.
pub struct Trial<'a> {
    experiment: &'a str,
    settings: &'a Settings,
    seed: u64,
    /// Whether no other run is made at the same time.
    alone: bool,
    course: &'a Course,
    turn: usize,
    start: Instant,
    schedule: Cell<Option<Schedule>>,
    stopped: Cell<bool>,
    notes: RefCell<Vec<Note>>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        (experiment, settings): (&'a str, &'a Settings),
        seed: u64,
        alone: bool,
        (course, turn): (&'a Course, usize),
    ) -> Trial<'a> {
        let (schedule, stopped, notes) = Default::default();
        Trial { experiment, settings, seed, alone, course, turn, start: Instant::now(), schedule, stopped, notes }
    }

    /// The number that is varied by this name. Stops this run if there is no such name, or if its value is no number.
    pub fn value(&self, name: &str) -> f64 {
        self.number(name, "value", "a number")
    }

    /// The whole number that is varied by this name, such as a width or the size of a batch. Stops this run if
    /// there is no such name, or if its value is no whole number from 0 on.
    pub fn count(&self, name: &str) -> usize {
        self.number(name, "count", "a whole number from 0 on")
    }

    /// The value that is varied by this name, as a text: `.vary("activation", ["relu", "sigmoid"])`. Stops this run
    /// if there is no such name.
    pub fn text(&self, name: &str) -> &str {
        self.find(name, "text")
    }

    fn number<T: FromStr>(&self, name: &str, method: &str, expected: &str) -> T {
        let text = self.find(name, method);
        let number = text.parse().ok();
        number.unwrap_or_else(|| {
            stop(format!("trial.{method}({name:?}): {name} is {text:?}, where {expected} was expected"))
        })
    }

    fn find(&self, name: &str, method: &str) -> &str {
        let found = self.settings.iter().find(|(known, _)| known == name);
        let names: Vec<String> = self.settings.iter().map(|(name, _)| shown(name)).collect();
        require!(
            !names.is_empty(),
            "trial.{method}({name:?}): nothing is varied; .vary({name:?}, […]) in front of .run does that"
        );
        let there = || {
            stop(format!(
                "trial.{method}({name:?}): there is no such name; those that are varied are {}",
                listed(&names)
            ))
        };
        found.map_or_else(there, |(_, value)| value)
    }

    /// The number of this run among those of its setting: 0, 1, 2 …
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A session with this run's seed. It works on one thread, for the others have runs of their own.
    pub fn session(&self) -> Session {
        let session = Session::with_seed(self.seed);
        if self.alone { session } else { session.threads(1) }
    }

    /// The steps from 0 up to and including `count`, as those of a panel: what is measured at the beginning of step `i`
    /// is the network after `i` steps. The ■ of Jupyter ends them early.
    pub fn steps(&self, count: usize) -> TrialSteps<'_> {
        self.schedule.set(Some(Schedule::new(0, count)));
        TrialSteps { course: self.course, turn: self.turn, stopped: &self.stopped, next: 0, last: count }
    }

    /// Whether to measure at this step: at the steps at which a panel measures on the test digits, about 20 of a
    /// long run, and always at the last one. Outside of [`steps`](Self::steps), always.
    pub fn measures(&self, step: usize) -> bool {
        self.schedule.get().is_none_or(|schedule| schedule.test(step))
    }

    /// Notes accuracy (a share of 1) and loss at this step; either may be `None`. NaN and infinite values are noted, too:
    /// the run's curve ends there, and it has no result.
    ///
    /// The last accuracy is the result of the run, or its last loss if no run notes an accuracy. Of two notes of a
    /// step, the second one counts, and what it leaves out stays.
    pub fn note(&self, step: usize, accuracy: impl Into<Option<f32>>, loss: impl Into<Option<f32>>) {
        let note = Note { step, accuracy: accuracy.into(), loss: loss.into() };
        let mut notes = self.notes.borrow_mut();
        match notes.binary_search_by_key(&step, |note| note.step) {
            Ok(place) => {
                let Note { accuracy, loss, .. } = notes[place];
                notes[place] = Note { accuracy: note.accuracy.or(accuracy), loss: note.loss.or(loss), ..note };
            }
            Err(place) => notes.insert(place, note),
        }
    }

    pub(super) fn ended(self, failure: Option<String>) -> Run {
        let end = match failure {
            Some(sentence) => End::Failed(sentence),
            None if self.stopped.get() => End::Stopped,
            None => End::Whole,
        };
        Run {
            experiment: self.experiment.into(),
            settings: self.settings.clone(),
            seed: self.seed,
            notes: self.notes.into_inner(),
            seconds: self.start.elapsed().as_secs_f32(),
            end,
        }
    }
}

/// The steps of one run, as [`Trial::steps`] gives them.
pub struct TrialSteps<'a> {
    course: &'a Course,
    turn: usize,
    stopped: &'a Cell<bool>,
    next: usize,
    last: usize,
}

impl Iterator for TrialSteps<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let step = self.next;
        if step > self.last {
            return None;
        }
        if self.course.is_stopped() {
            self.stopped.set(true);
            return None;
        }
        self.course.advance(self.turn, step, self.last);
        self.next += 1;
        Some(step)
    }
}
