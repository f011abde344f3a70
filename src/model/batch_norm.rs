//! Batch normalisation: each channel gets mean 0 and variance 1 over the batch, and then an offset (and scale) that is learnt.
use super::arithmetic::squared_deviation;
use super::reduce::{along, count, resolve, sum_along};
use super::{minimum, select, sqrt};
use crate::engine::{ANY, BELOW_ONE, Compute, Limit, NONE, NOT_NEGATIVE, Node, Number, Shape, Step, Tensor, broadcast};
use crate::error::{require, stop};
use crate::placeholders::{assign, in_range, memory, one_number, zeros};

const STEP: Limit = Limit("the number of the step of a moving average", NOT_NEGATIVE, "100");

/// Mean and variance (the mean squared distance from the mean) along some dimensions: `[0]` after a dense layer,
/// `[0, 1, 2]` after a convolution, which leaves one number for each channel; -1 is the last dimension.
pub fn moments(x: impl Into<Tensor>, axes: impl Shape) -> (Tensor, Tensor) {
    let x = x.into();
    let axes = resolve("moments", x, &axes.dims());
    let count = count(x, &axes);
    let mean = sum_along(x, &axes) / count;
    let deviation = squared_deviation(x, along(mean, x, &axes));
    (mean, sum_along(deviation, &axes) / count)
}

/// offset + scale · (x - mean) / √(variance + ε); without a scale, `None`.
///
/// The result has the shape of `x`; the others broadcast to it, as `[channels]` does. ε is 0 or more: above 0,
/// nothing is divided by 0 where all numbers are the same.
pub fn batch_normalization(
    x: impl Into<Tensor>,
    mean: impl Into<Tensor>,
    variance: impl Into<Tensor>,
    offset: impl Into<Tensor>,
    scale: Option<Tensor>,
    epsilon: impl Number,
) -> Tensor {
    let (x, mean, variance, offset, epsilon) =
        (x.into(), mean.into(), variance.into(), offset.into(), epsilon.to_f32());
    let others = [("mean", mean), ("variance", variance), ("offset", offset)];
    for (what, t) in others.into_iter().chain(scale.map(|scale| ("scale", scale))) {
        require!(
            broadcast(t.shape(), x.shape()).as_deref() == Some(x.shape()),
            "batch_normalization of {x}: the {what} {t} does not stretch to that shape; it must be one number for each \
             channel, as many as the last dimension says."
        );
    }
    in_range(epsilon, &Limit("batch_normalization: epsilon", NOT_NEGATIVE, "1e-5"));
    let factor = 1 / sqrt(variance + epsilon);
    let factor = scale.map_or(factor, |scale| factor * scale);
    let y = x * factor + (offset - mean * factor);
    // a name for all of this together, in messages and in pictures of the graph
    Node::new("batch_norm", &[y], y.shape(), Compute::Alias).gradient(|_, dy| dy).landmark().build()
}

/// Moving averages of values that change from run to run: average ← decay · average + (1 - decay) · value.
///
/// They begin at 0. In step number `step` the decay is at most (1 + step) / (10 + step), so that they follow faster at first.
#[derive(Clone, Debug)]
pub struct ExponentialMovingAverage {
    decay: Tensor,
    step: Tensor,
    averages: Vec<(Tensor, Tensor)>,
}

impl ExponentialMovingAverage {
    /// With the largest decay, from 0 to below 1, such as 0.999, and the number of the step, 0 or more: a placeholder without
    /// dimensions that is fed in each run.
    pub fn new(decay: impl Number, step: impl Into<Tensor>) -> Self {
        let (decay, step) = (decay.to_f32(), step.into());
        in_range(decay, &Limit("ExponentialMovingAverage: the decay", BELOW_ONE, "0.999"));
        one_number(step, &STEP);
        let early = (step + 1) / (step + 10);
        ExponentialMovingAverage { decay: minimum(decay, early), step, averages: Vec::new() }
    }

    /// Follows these values from now on. Returns the step that updates their averages.
    pub fn apply(&mut self, values: impl IntoIterator<Item = Tensor>) -> Step {
        self.follow(values.into_iter().map(|value| (value, value, "average")).collect())
    }

    /// Follows each value. The tensor and the text beside it say what the average is called in a saved model: `b/moving_mean`.
    fn follow(&mut self, values: Vec<(Tensor, Tensor, &'static str)>) -> Step {
        let rate = 1 - self.decay;
        let update = |(value, of, what): (Tensor, Tensor, &'static str)| {
            require!(
                !value.is_batched(),
                "a moving average cannot follow {value}, whose size changes with the number of images; follow their mean, \
                 say."
            );
            require!(self.found(value).is_none(), "{value} has a moving average already; take it with average.");
            let begun = self.averages.last().map(|(_, average)| average.initial());
            let start = begun.filter(|t| t.shape() == value.shape()).unwrap_or_else(|| zeros(value.shape()));
            let average = memory(start, of, what);
            self.averages.push((value, average));
            (average, average - (average - value) * rate)
        };
        let updates: Vec<_> = values.into_iter().map(update).collect();
        require!(!updates.is_empty(), "a moving average of no value at all; give apply at least one.");
        assign(Tensor::from(0), updates, Some((self.step, &STEP)))
    }

    /// The average of a value that was given to [`apply`](Self::apply).
    pub fn average(&self, value: Tensor) -> Tensor {
        self.found(value).unwrap_or_else(|| stop(format!("{value} has no moving average; give it to apply first.")))
    }

    fn found(&self, value: Tensor) -> Option<Tensor> {
        self.averages.iter().find(|(followed, _)| *followed == value).map(|(_, average)| *average)
    }
}

/// Normalises `x` over the batch while it learns (`is_test` 0, or fed `false`), and by the moving averages in a test.
///
/// `x` is `[?, n]` or `[?, height, width, channels]`, `offset` a variable `[n]` or `[channels]`; `is_test` and `step`, the
/// number of the step, are placeholders without dimensions. Returns the result, and the step that updates the averages, to be
/// run after each training step on the same batch.
///
/// The averages forget with the decay 0.999, and 1e-5 is added to each variance before the division: the constants of the
/// original lesson. (Ioffe and Szegedy, 2015; there is an offset but no scale, which the weights of the next layer can take over.)
pub fn batch_norm(
    x: impl Into<Tensor>,
    is_test: impl Into<Tensor>,
    step: impl Into<Tensor>,
    offset: impl Into<Tensor>,
) -> (Tensor, Step) {
    let (x, is_test) = (x.into(), is_test.into());
    let (offset, step) = (offset.into(), step.into());
    let &[_, .., channels @ ..NONE] = x.shape() else {
        stop(format!("batch_norm needs [?, n] or [?, height, width, channels], but {x} was given."))
    };
    require!(
        broadcast(offset.shape(), &[channels]).as_deref() == Some(&[channels]),
        "batch_norm of {x}: the offset must have shape [{channels}], one number for each channel, but {offset} was given."
    );
    one_number(is_test, &Limit("the is_test of batch_norm", ANY, "0"));
    let axes: Vec<usize> = (0..x.shape().len() - 1).collect();
    let (mean, variance) = moments(x, axes);
    let mut average = ExponentialMovingAverage::new(0.999, step);
    let update = average.follow(vec![(mean, offset, "moving_mean"), (variance, offset, "moving_variance")]);
    let m = select(is_test, average.average(mean), mean);
    let v = select(is_test, average.average(variance), variance);
    (batch_normalization(x, m, v, offset, None, 1e-5), update)
}
