//! What is known of a run: the curves of accuracy and loss, and how the values of the variables are spread.
use crate::picture::Percentiles;
use std::sync::Arc;

/// What a training run has shown so far: the curves of accuracy and loss, the spread of the weights.
///
/// Training code feeds it, figures and panels are drawn from it. Its memory is bounded: of a long run every second
/// point is dropped whenever a list is full, but never the first or the last.
///
/// Each list has its own order of steps. A step before the last one of its list means that training was restarted from
/// there: all values of that step and of later ones, in every list, are dropped. Recording a step a second time adds what was
/// missing (the accuracy first, the loss later), and replaces what was there.
///
/// A value that is NaN or infinite is kept as a gap in its curve. It is never the best, and takes no part in an axis;
/// [`not_finite`](History::not_finite) is the step of the first one.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub(crate) training: Thinned<Point>,
    pub(crate) test: Thinned<Point>,
    /// Of each layer, for activations; otherwise of all variables together.
    spreads: [Thinned<Vec<Percentiles>>; 3],
    best: Option<(usize, f32)>,
    pub(crate) rates: Thinned<f32>,
    pub(crate) changes: Vec<Change>,
}

/// A number that was changed from a step on.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub step: usize,
    pub name: Arc<str>,
    pub from: f32,
    pub to: f32,
}

/// Which values of the network a spread is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Variables with several dimensions.
    Weights,
    /// All other variables.
    Biases,
    /// What layers give for the training batch.
    Activations,
}

/// Accuracy (a share of 1) and loss after some step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    pub accuracy: Option<f32>,
    pub loss: Option<f32>,
}

impl History {
    /// A history of no steps.
    pub fn new() -> History {
        History::default()
    }

    /// Accuracy (a share of 1) and loss on the training batch of `step`; either may be `None`.
    pub fn training(&mut self, step: usize, accuracy: impl Into<Option<f32>>, loss: impl Into<Option<f32>>) {
        self.prepare(step, self.training.last_step());
        self.training.note(step, Point { accuracy: accuracy.into(), loss: loss.into() });
    }

    /// Accuracy (a share of 1) and loss on the test digits at `step`; either may be `None`.
    pub fn test(&mut self, step: usize, accuracy: impl Into<Option<f32>>, loss: impl Into<Option<f32>>) {
        self.prepare(step, self.test.last_step());
        let point = self.test.note(step, Point { accuracy: accuracy.into(), loss: loss.into() });
        if self.best.is_some_and(|(best, _)| best == step) {
            self.best = self.best_before(step);
        }
        self.best = better(self.best, (step, point));
    }

    /// All weights (or biases, or activations) at `step`: one slice for each variable, or for each layer. If one of the numbers
    /// is NaN or infinite, they have no spread, and the step is marked.
    pub fn spread(&mut self, values: Values, step: usize, slices: &[impl AsRef<[f32]>]) {
        let slices: Vec<&[f32]> = slices.iter().map(AsRef::as_ref).collect();
        let parts = match values {
            Values::Activations => slices.iter().map(|layer| layer.to_vec()).collect(),
            _ => vec![slices.concat()],
        };
        self.prepare(step, self.spreads(values).last_step());
        let list = &mut self.spreads[values as usize];
        list.forget_from(step);
        list.mark_not_finite(step, parts.iter().find_map(|part| part.iter().copied().find(is_not_finite)));
        let spreads: Option<Vec<Percentiles>> = parts.into_iter().map(Percentiles::of).collect();
        if let Some(spreads) = spreads.filter(|spreads| !spreads.is_empty()) {
            list.push(step, spreads);
        }
    }

    /// The learning rate of `step`. Charts of the loss draw it if it is not the same in all steps; NaN and infinite values are not kept.
    pub fn rate(&mut self, step: usize, rate: f32) {
        self.rates.forget_from(step);
        if rate.is_finite() {
            self.rates.push(step, rate);
        }
    }

    /// From `step` on, what is called `name` is no longer `from` but `to`: a line in the charts.
    pub fn change(&mut self, step: usize, name: impl Into<Arc<str>>, from: f32, to: f32) {
        self.changes.push(Change { step, name: name.into(), from, to });
    }

    /// The last step of which anything was recorded.
    pub fn last_step(&self) -> usize {
        let curves = self.training.last_step().max(self.test.last_step());
        self.spreads.iter().map(Thinned::last_step).fold(curves, Option::max).unwrap_or(0)
    }

    /// The highest accuracy on the test digits so far (a share of 1), and the step at which it was first measured; NaN and
    /// infinite values do not count.
    ///
    /// It was chosen by looking at the test digits many times: the accuracy after the last step is the honest one.
    pub fn best(&self) -> Option<(usize, f32)> {
        self.best
    }

    /// The step at which the first NaN or infinite value was recorded.
    pub fn not_finite(&self) -> Option<usize> {
        self.first_not_finite().map(|(step, _)| step)
    }

    /// The first NaN or infinite value, with its step.
    pub(crate) fn first_not_finite(&self) -> Option<(usize, f32)> {
        let mut all = vec![self.training.not_finite, self.test.not_finite];
        all.extend(self.spreads.iter().map(|s| s.not_finite));
        all.into_iter().flatten().min_by_key(|(step, _)| *step)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.training.points().is_empty() && self.test.points().is_empty()
    }

    /// The history as it was after `step`.
    pub(crate) fn until(&self, step: usize) -> History {
        let mut past = self.clone();
        past.forget_after(step);
        past
    }

    pub(crate) fn spreads(&self, values: Values) -> &Thinned<Vec<Percentiles>> {
        &self.spreads[values as usize]
    }

    /// Forgets all that was recorded of this step and of later ones: training begins again with it.
    pub(crate) fn forget_from(&mut self, step: usize) {
        self.training.forget_from(step);
        self.test.forget_from(step);
        self.spreads.iter_mut().for_each(|s| s.forget_from(step));
        self.rates.forget_from(step);
        self.changes.retain(|change| change.step < step);
        if self.best.is_some_and(|(best, _)| best >= step) {
            self.best = self.best_before(step);
        }
    }

    fn forget_after(&mut self, step: usize) {
        if let Some(next) = step.checked_add(1) {
            self.forget_from(next);
        }
    }

    /// The best of the test values that are kept from before a step.
    fn best_before(&self, step: usize) -> Option<(usize, f32)> {
        self.test.points().iter().copied().filter(|(s, _)| *s < step).fold(None, better)
    }

    /// Drops what a restarted run makes void, before a value of `step` is recorded in a list whose last step is `last`.
    fn prepare(&mut self, step: usize, last: Option<usize>) {
        match last {
            Some(last) if step < last => self.forget_from(step),
            Some(last) if step == last => self.forget_after(step),
            _ => (),
        }
    }
}

fn better(best: Option<(usize, f32)>, (step, point): (usize, Point)) -> Option<(usize, f32)> {
    let accuracy = point.accuracy.filter(|accuracy| accuracy.is_finite());
    accuracy.filter(|&now| best.is_none_or(|(_, before)| now > before)).map(|now| (step, now)).or(best)
}

/// Values with their steps, of which at most [`CAPACITY`] are kept, evenly chosen, and always the last one.
#[derive(Debug, Clone)]
pub struct Thinned<T> {
    kept: Vec<(usize, T)>,
    /// How many were added.
    seen: usize,
    /// Every so many-th is kept.
    stride: usize,
    /// The first value that was NaN or infinite, and its step.
    not_finite: Option<(usize, f32)>,
}

pub const CAPACITY: usize = 4096;

impl<T> Default for Thinned<T> {
    fn default() -> Self {
        Thinned { kept: Vec::new(), seen: 0, stride: 1, not_finite: None }
    }
}

impl<T> Thinned<T> {
    /// Adds a value, or replaces the last one if it is of the same step.
    fn push(&mut self, step: usize, value: T) {
        if let Some((_, last)) = self.kept.last_mut().filter(|(last, _)| *last == step) {
            *last = value;
            return;
        }
        let newest_is_spare = self.seen > 0 && !(self.seen - 1).is_multiple_of(self.stride);
        if newest_is_spare {
            self.kept.pop();
        }
        if self.kept.len() == CAPACITY {
            keep_every_second(&mut self.kept);
            self.stride *= 2;
        }
        self.kept.push((step, value));
        self.seen += 1;
    }

    /// Remembers the first value that is NaN or infinite.
    fn mark_not_finite(&mut self, step: usize, found: Option<f32>) {
        self.not_finite = self.not_finite.filter(|&(bad, _)| bad < step).or(found.map(|value| (step, value)));
    }

    fn forget_from(&mut self, step: usize) {
        self.not_finite = self.not_finite.filter(|&(bad, _)| bad < step);
        let stay = self.kept.partition_point(|(s, _)| *s < step);
        if stay < self.kept.len() {
            self.kept.truncate(stay);
            match stay {
                0 => (self.seen, self.stride) = (0, 1),
                _ => self.seen = (stay - 1) * self.stride + 1,
            }
        }
    }

    pub fn points(&self) -> &[(usize, T)] {
        &self.kept
    }

    /// The last step that has a value, even if that was not kept because it is NaN or infinite.
    fn last_step(&self) -> Option<usize> {
        self.kept.last().map(|(step, _)| *step).max(self.not_finite.map(|(step, _)| step))
    }
}

fn is_not_finite(value: &f32) -> bool {
    !value.is_finite()
}

/// Keeps the first of every two items.
pub fn keep_every_second<T>(items: &mut Vec<T>) {
    let kept = items.len().div_ceil(2);
    (0..kept).for_each(|i| items.swap(i, 2 * i));
    items.truncate(kept);
}

impl Thinned<Point> {
    /// Adds the values of a step, beside what is known of it if it is the last one; returns all of them.
    fn note(&mut self, step: usize, new: Point) -> Point {
        let known = self.kept.last().filter(|(last, _)| *last == step).map_or(Point::default(), |(_, point)| *point);
        let point = Point { accuracy: new.accuracy.or(known.accuracy), loss: new.loss.or(known.loss) };
        self.mark_not_finite(step, point.accuracy.filter(is_not_finite).or(point.loss.filter(is_not_finite)));
        self.push(step, point);
        point
    }
}
