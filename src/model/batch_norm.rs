//! Batch normalisation: each channel gets mean 0 and variance 1 over the batch, and then an offset (and scale) that is learnt.
use super::arithmetic::squared_difference;
use super::reshape::{along, stop_gradient};
use super::{minimum, select, sqrt};
use crate::engine::shape::Shape;
use crate::engine::tensor::{Kernel, Node, Step, Tensor};
use crate::error::stop;
use crate::loss::reduce_mean_axes;
use crate::placeholders::{Number, memory, zeros};
use crate::step::assign;

/// Mean and variance (the mean squared distance from the mean) along some dimensions: `[0]` after a dense layer,
/// `[0, 1, 2]` after a convolution, which leaves one number for each channel.
pub fn moments(x: impl Into<Tensor>, axes: impl Shape) -> (Tensor, Tensor) {
    let x = x.into();
    let mean = reduce_mean_axes(x, axes.dims());
    // the variance does not change with the mean: its derivative by it is -2 Σ (x - mean) / n = 0
    let centre = along(stop_gradient(mean), x, &axes.dims());
    (mean, reduce_mean_axes(squared_difference(x, centre), axes.dims()))
}

/// offset + scale · (x - mean) / √(variance + ε); without a scale, `None`.
pub fn batch_normalization(
    x: impl Into<Tensor>,
    mean: impl Into<Tensor>,
    variance: impl Into<Tensor>,
    offset: impl Into<Tensor>,
    scale: Option<Tensor>,
    epsilon: impl Number,
) -> Tensor {
    let factor = 1 / sqrt(variance.into() + epsilon.to_f32());
    let factor = scale.map_or(factor, |scale| factor * scale);
    let y = x.into() * factor + (offset.into() - mean.into() * factor);
    // a name for all of this together, in messages and in pictures of the graph
    Node::new("batch_norm", [y], y.shape(), Kernel::Alias).gradient(|_, dy| vec![Some(dy)]).build()
}

/// Averages that follow values from run to run: average ← decay · average + (1 - decay) · value.
///
/// They begin at 0. With the number of the step the decay is at most (1 + step) / (10 + step), so that they follow faster at first.
#[derive(Clone, Debug)]
pub struct ExponentialMovingAverage {
    decay: Tensor,
    averages: Vec<(Tensor, Tensor)>,
}

impl ExponentialMovingAverage {
    /// With the largest decay, such as 0.999, and the number of the step: a placeholder that is fed in each run.
    pub fn new(decay: impl Number, step: impl Into<Tensor>) -> Self {
        let (decay, step) = (Tensor::from(decay.to_f32()), step.into());
        let early = (step + 1) / (step + 10);
        ExponentialMovingAverage { decay: minimum(decay, early), averages: Vec::new() }
    }

    /// Follows these values from now on: the step that brings their averages up to date.
    pub fn apply(&mut self, values: impl IntoIterator<Item = Tensor>) -> Step {
        self.follow(values.into_iter().map(|value| (value, value, "average")).collect())
    }

    /// Follows each value; its average remembers, for who saves it, this of that tensor.
    fn follow(&mut self, values: Vec<(Tensor, Tensor, &'static str)>) -> Step {
        let update = |(value, of, what): (Tensor, Tensor, &'static str)| {
            let average = memory(zeros(value.shape()), of, what);
            self.averages.push((value, average));
            (average, average - (average - value) * (1 - self.decay))
        };
        let updates = values.into_iter().map(update).collect();
        assign(Tensor::from(0), updates, Vec::new())
    }

    /// The average of a value that was given to [`apply`](Self::apply).
    pub fn average(&self, value: Tensor) -> Tensor {
        let found = self.averages.iter().find(|(followed, _)| *followed == value);
        found.unwrap_or_else(|| stop(format!("{value} has no moving average; give it to apply first."))).1
    }
}

/// Normalises `x` over the batch while it learns (`is_test` false), and by the moving averages in a test.
///
/// `x` is `[?, n]` or `[?, height, width, channels]`, `offset` a variable `[n]` or `[channels]`. Returns the result, and the step
/// that updates the averages, to be run after each training step on the same batch.
pub fn batch_norm(
    x: impl Into<Tensor>,
    is_test: impl Into<Tensor>,
    step: impl Into<Tensor>,
    offset: impl Into<Tensor>,
) -> (Tensor, Step) {
    let (x, is_test, offset) = (x.into(), is_test.into(), offset.into());
    let axes: Vec<usize> = (0..x.shape().len() - 1).collect();
    let (mean, variance) = moments(x, axes);
    let mut average = ExponentialMovingAverage::new(0.999, step);
    let update = average.follow(vec![(mean, offset, "moving_mean"), (variance, offset, "moving_variance")]);
    let m = select(is_test, average.average(mean), mean);
    let v = select(is_test, average.average(variance), variance);
    (batch_normalization(x, m, v, offset, None, 1e-5), update)
}
