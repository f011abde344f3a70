//! Short trainings from fresh initial values, each with another learning rate.
//!
//! The range test of L. N. Smith (2017) lets the rate grow while one network trains; its verdict depends on how fast. Here each
//! rate has a network of its own, so what is read off the curve is what that rate does.
use super::answers::Answers;
use super::data::{Data, two_digits};
use crate::engine::{Compute, Fed, Step, Tensor, topological_order};
use crate::lab::part::Part;
use crate::placeholders::placeholder;
use crate::step::at_other_rate;
use crate::{Error, Session};

/// Steps of a trial, and examples of a step: enough to see a loss fall.
const STEPS: usize = 40;
const BATCH: usize = 64;
/// The multiply-adds of a trial, at most: a large net has fewer steps of fewer images. Counted, not timed, so that the verdict is
/// the same on every machine; about 0.4 s on two cores.
const WORK: u64 = 11_000_000_000;
/// A net of this kind learns: so much of the entropy of guessing is gone.
const LEARNS: f32 = 0.15;
/// A cross entropy that rises so many times does not do so by chance.
const RISES: f32 = 1.05;
/// The rate is tenfolded at most so often either way.
const FARTHEST: i32 = 4;

/// The learning rate, and what trainings with it and with others come to.
pub struct Trials {
    pub rate: f32,
    /// Cross entropy before the first step.
    pub start: f32,
    /// That of guessing.
    pub guessing: f32,
    /// Power of ten by which the rate is multiplied, and the cross entropy after the last step; infinite if a step failed.
    pub runs: Vec<(i32, f32)>,
    pub steps: usize,
}

impl Trials {
    /// How far below both the start and guessing a cross entropy lies.
    pub fn gain(&self, entropy: f32) -> f32 {
        (self.guessing.min(self.start) - entropy).max(0.0)
    }

    pub fn best(&self) -> (i32, f32) {
        self.runs.iter().copied().fold((0, f32::INFINITY), |best, run| if run.1 < best.1 { run } else { best })
    }

    pub fn own(&self) -> f32 {
        self.runs.iter().find(|run| run.0 == 0).map_or(f32::INFINITY, |run| run.1)
    }

    pub fn learns(&self) -> bool {
        self.gain(self.best().1) > LEARNS * self.guessing
    }

    /// A tenth, a hundredth… of the rate teaches the net at least twice as much, or leads down where the rate leads up.
    pub fn too_high(&self) -> bool {
        let ((power, best), own) = (self.best(), self.own());
        let parts = own > RISES * self.start && best < self.start / RISES;
        power < 0 && (parts || self.learns() && self.gain(own) < 0.5 * self.gain(best))
    }

    /// A hundred times the rate is better, and the rate itself does next to nothing.
    pub fn too_low(&self) -> bool {
        self.learns() && self.best().0 >= 2 && self.gain(self.own()) < 0.1 * self.gain(self.best().1)
    }

    pub fn rate_of(&self, power: i32) -> f32 {
        two_digits((f64::from(self.rate) * 10f64.powi(power)) as f32)
    }
}

/// The session of the trials, with the initial values, and what it was fed first.
pub struct Bench<'a> {
    pub session: Session,
    pub batches: Vec<Part<'a>>,
    pub seen: Part<'a>,
    which: Vec<usize>,
}

/// Adds 0 for each number that only the learning rate needs: the beginning of its schedule.
pub fn complete(part: &mut Part<'_>, ends: &[Tensor], rate: Tensor) {
    let placeholders = |ends: &[Tensor]| {
        let all = topological_order(ends).into_iter();
        all.filter(|t| matches!(t.0.compute, Compute::Placeholder)).collect::<Vec<_>>()
    };
    let needed = placeholders(ends);
    let fed: Vec<Tensor> = part.fed().iter().map(|fed| fed.placeholder).collect();
    for t in placeholders(&[rate]).into_iter().filter(|t| t.shape().is_empty() && !needed.contains(t)) {
        if !fed.contains(&t) {
            part.add(t, "a number", 0.0);
        }
    }
}

impl<'a> Bench<'a> {
    pub fn new(step: Step, y: Tensor, rate: Tensor, data: &Data<'a>, work: u64) -> Result<Bench<'a>, Error> {
        let images = ((WORK / (3 * work)) as usize).clamp(8 * 16, STEPS * BATCH);
        let batch = (images / STEPS).next_multiple_of(16).clamp(32, BATCH);
        let ends = [y, step.0.inputs()[0]];
        let part = |which: &[usize]| {
            let mut part = data.part(which, data);
            complete(&mut part, &ends, rate);
            part
        };
        let batches = (0..images / batch).map(|k| part(&data.from(k * batch, batch))).collect();
        let which = data.some(256);
        let mut session = Session::new();
        session.initialize((step, y))?;
        Ok(Bench { session, batches, seen: part(&which), which })
    }

    pub fn answers(&mut self, y: Tensor, data: &Data<'a>) -> Result<Answers, Error> {
        Ok(Answers::new(&self.session.run_fed(&y, &self.seen.fed())?, data, &self.which))
    }

    pub fn trials(&mut self, step: Step, y: Tensor, rate: Tensor, data: &Data<'a>) -> Result<Trials, Error> {
        let factor = placeholder(());
        let other = at_other_rate(step, factor);
        let first = self.answers(y, data)?;
        let rate = self.session.run_fed(&rate, &self.batches[0].fed())?.sum();
        let (start, guessing) = (first.cross_entropy(), first.guessing());
        let mut trials = Trials { rate, start, guessing, runs: Vec::new(), steps: self.batches.len() };
        for power in [0, -1, 1] {
            self.trial((other, factor), y, data, power, &mut trials)?;
        }
        loop {
            let (lowest, highest) = (trials.runs[0].0, trials.runs[trials.runs.len() - 1].0);
            let diverges = !trials.learns() && trials.runs[0].1 > RISES * start;
            let power = match trials.best().0 {
                _ if diverges => lowest - 1,
                best if best == lowest && trials.learns() => lowest - 1,
                best if best == highest || !trials.learns() => highest + 1,
                _ => break,
            };
            if power.abs() > FARTHEST {
                break;
            }
            self.trial((other, factor), y, data, power, &mut trials)?;
        }
        Ok(trials)
    }

    fn trial(
        &mut self,
        (step, factor): (Step, Tensor),
        y: Tensor,
        data: &Data<'a>,
        power: i32,
        trials: &mut Trials,
    ) -> Result<(), Error> {
        self.session.initialize((step, y))?;
        let (times, mut result) = (10f64.powi(power), Ok(()));
        for batch in &self.batches {
            let mut fed = batch.fed();
            fed.push(Fed::new(factor, "a factor", &times));
            result = self.session.run_fed(&step, &fed);
            if result.is_err() {
                break;
            }
        }
        let entropy = match result {
            Err(Error::NotFinite(_)) => f32::INFINITY,
            Err(error) => return Err(error),
            Ok(()) => self.answers(y, data)?.cross_entropy(),
        };
        trials.runs.push((power, entropy));
        trials.runs.sort_by_key(|run| run.0);
        Ok(())
    }
}
