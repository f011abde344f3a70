use super::spread::Spread;

/// What a training run has shown so far: the curves of accuracy and loss, the spread of the weights.
///
/// Training code feeds it, figures and panels are drawn from it. Its memory is bounded: of a long run every second
/// point is forgotten whenever a list is full, but never the first or the last. A step that is not later than the one
/// before means that training began again from there, and what was recorded from that step on is forgotten.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub(super) training: Thinned<Point>,
    pub(super) test: Thinned<Point>,
    spreads: [Thinned<Spread>; 3],
    pub(super) not_finite: Option<(usize, f32)>,
}

/// Which values of the network a spread is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    Weights,
    Biases,
    Activations,
}

/// Accuracy (a share of 1) and loss after some step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Point {
    pub accuracy: Option<f32>,
    pub loss: Option<f32>,
}

impl Point {
    fn values(self) -> [f32; 2] {
        [self.accuracy.unwrap_or(0.0), self.loss.unwrap_or(0.0)]
    }
}

impl History {
    pub fn new() -> History {
        History::default()
    }

    /// Accuracy (a share of 1) and loss on the training batch of `step`; either may be `None`.
    pub fn training(&mut self, step: usize, accuracy: impl Into<Option<f32>>, loss: impl Into<Option<f32>>) {
        let point = Point { accuracy: accuracy.into(), loss: loss.into() };
        self.begin(step, self.training.last_step(), &point.values());
        self.training.push(step, point);
    }

    /// Accuracy (a share of 1) and loss on the test digits at `step`; either may be `None`.
    pub fn test(&mut self, step: usize, accuracy: impl Into<Option<f32>>, loss: impl Into<Option<f32>>) {
        let point = Point { accuracy: accuracy.into(), loss: loss.into() };
        self.begin(step, self.test.last_step(), &point.values());
        self.test.push(step, point);
    }

    /// All weights (or biases, or activations) at `step`: one slice for each variable of the network.
    pub fn spread(&mut self, values: Values, step: usize, slices: &[impl AsRef<[f32]>]) {
        let slices: Vec<&[f32]> = slices.iter().map(AsRef::as_ref).collect();
        let all = slices.concat();
        self.begin(step, self.spreads(values).last_step(), &all);
        if let Some(spread) = Spread::of(all) {
            self.spreads[values as usize].push(step, spread);
        }
    }

    /// The last step of which anything was recorded.
    pub fn last_step(&self) -> usize {
        let curves = [self.training.last_step(), self.test.last_step(), self.not_finite()];
        self.spreads.iter().map(Thinned::last_step).chain(curves).flatten().max().unwrap_or(0)
    }

    /// The highest accuracy on the test digits so far (a share of 1), and the step at which it was first measured.
    ///
    /// It was found by looking at the test digits again and again: the accuracy after the last step is the honest one.
    pub fn best(&self) -> Option<(usize, f32)> {
        let measured = self.test.points().iter().filter_map(|&(step, point)| Some((step, point.accuracy?)));
        measured
            .fold(None, |best, now| if best.is_some_and(|(_, accuracy)| accuracy >= now.1) { best } else { Some(now) })
    }

    /// The step at which the first NaN or infinite value was recorded.
    pub fn not_finite(&self) -> Option<usize> {
        self.not_finite.map(|(step, _)| step)
    }

    /// What was known after `step`.
    pub(super) fn until(&self, step: usize) -> History {
        let mut past = self.clone();
        past.forget_from(step + 1);
        past
    }

    pub(super) fn spreads(&self, values: Values) -> &Thinned<Spread> {
        &self.spreads[values as usize]
    }

    fn forget_from(&mut self, step: usize) {
        self.training.forget_from(step);
        self.test.forget_from(step);
        self.spreads.iter_mut().for_each(|s| s.forget_from(step));
        self.not_finite = self.not_finite.filter(|&(bad, _)| bad < step);
    }

    /// Forgets what a step that comes again makes void, and takes note of a value that is no number.
    fn begin(&mut self, step: usize, last: Option<usize>, values: &[f32]) {
        if last.is_some_and(|last| step <= last) {
            self.forget_from(step);
        }
        if self.not_finite.is_none() {
            self.not_finite = values.iter().find(|v| !v.is_finite()).map(|&v| (step, v));
        }
    }
}

/// A list of values with their steps that keeps at most [`CAPACITY`] of them, evenly chosen, and always the last.
#[derive(Debug, Clone)]
pub(super) struct Thinned<T> {
    kept: Vec<(usize, T)>,
    seen: usize,
    stride: usize,
}

pub(super) const CAPACITY: usize = 4096;

impl<T> Default for Thinned<T> {
    fn default() -> Self {
        Thinned { kept: Vec::new(), seen: 0, stride: 1 }
    }
}

impl<T> Thinned<T> {
    fn push(&mut self, step: usize, value: T) {
        let newest_is_spare = self.seen > 0 && !(self.seen - 1).is_multiple_of(self.stride);
        if newest_is_spare {
            self.kept.pop();
        }
        if self.kept.len() == CAPACITY {
            let mut stays = false;
            self.kept.retain(|_| {
                stays = !stays;
                stays
            });
            self.stride *= 2;
        }
        self.kept.push((step, value));
        self.seen += 1;
    }

    fn forget_from(&mut self, step: usize) {
        self.kept.truncate(self.kept.partition_point(|(s, _)| *s < step));
        match self.kept.len() {
            0 => *self = Thinned::default(),
            kept => self.seen = (kept - 1) * self.stride + 1,
        }
    }

    pub fn points(&self) -> &[(usize, T)] {
        &self.kept
    }

    fn last_step(&self) -> Option<usize> {
        self.kept.last().map(|(step, _)| *step)
    }
}
