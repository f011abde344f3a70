//! From the network's answers to one number that says how wrong they are.
use crate::engine::gradient::unchanged;
use crate::engine::kernels::elementwise::map;
use crate::engine::kernels::math;
use crate::engine::kernels::reduce::Reduction;
use crate::engine::memory::LANES;
use crate::engine::shape::{Shape, batch_axis, broadcast, show, size};
use crate::engine::tensor::{Kernel, Node, Parts, Scalar, Tensor};
use crate::error::stop;
use crate::model::{log_softmax, repeated};

/// The natural logarithm of each number: -∞ of 0, NaN of a negative one and of NaN.
///
/// `log(softmax(z))` is computed from the scores `z` in one go, so that a probability too small for an `f32` does not become
/// log 0 = -∞ (and the cross entropy NaN).
pub fn log(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    if x.0.op == "softmax" {
        return log_softmax(x.inputs()[0]);
    }
    // f(x) = ln x
    // f'(x) = 1 / x
    Node::local("log", [x], x.shape(), |inputs, y| map(y.values, inputs[0].values, math::ln))
        .elementwise()
        .gradient(move |_, dy| dy / x)
        .build()
}

/// The cross entropy -Σ labels · log(softmax(logits)) of each image, from its scores: `[?]` from `[?, classes]`.
///
/// The labels have the same shape, a 1 in the place of the class, or one that stretches to it.
pub fn softmax_cross_entropy_with_logits(logits: impl Into<Tensor>, labels: impl Into<Tensor>) -> Tensor {
    let (logits, labels) = (logits.into(), labels.into());
    if broadcast(labels.shape(), logits.shape()).is_none() {
        stop(format!(
            "softmax_cross_entropy_with_logits: the labels {labels} do not fit the scores {logits}; both have the same \
             shape, such as [?, 10], with a 1 among the labels of an image in the place of its class."
        ));
    }
    -reduce_sum_axes(labels * log_softmax(logits), [-1])
}

/// The sum of all numbers.
pub fn reduce_sum(x: impl Into<Tensor>) -> Scalar {
    let x = x.into();
    Scalar(reduce_sum_axes(x, all_axes(x)))
}

/// The mean of all numbers.
pub fn reduce_mean(x: impl Into<Tensor>) -> Scalar {
    let x = x.into();
    Scalar(reduce_mean_axes(x, all_axes(x)))
}

/// The mean along some dimensions, which disappear: `reduce_mean_axes(x, [0, 1, 2])` makes `[channels]` of
/// `[?, height, width, channels]`; -1 is the last dimension.
pub fn reduce_mean_axes(x: impl Into<Tensor>, axes: impl Shape) -> Tensor {
    let x = x.into();
    let axes = resolve("reduce_mean", x, &axes.dims());
    let count = count(x, &axes);
    reduce_sum_axes(x, axes) / count
}

/// How many numbers of `x` are taken together along some dimensions.
pub(crate) fn count(x: Tensor, axes: &[usize]) -> Tensor {
    let counted: Vec<usize> = axes.iter().map(|&axis| x.shape()[axis]).collect();
    let within = Tensor::from(size(&counted));
    if batch_axis(&counted).is_some() { within * batch_size() } else { within }
}

/// The sum along some dimensions, which disappear; -1 is the last one. Along `[1]`, `[?, n]` becomes `[?]`.
pub fn reduce_sum_axes(x: impl Into<Tensor>, axes: impl Shape) -> Tensor {
    let x = x.into();
    let axes = resolve("reduce_sum", x, &axes.dims());
    if axes.is_empty() {
        return unchanged(x);
    }
    let batch = batch_axis(x.shape()).filter(|axis| axes.contains(axis));
    let within: Vec<usize> = axes.iter().copied().filter(|&axis| Some(axis) != batch).collect();
    let y = sum_within(x, &within);
    if batch.is_some() { sum_over_images(y) } else { y }
}

/// The sum along dimensions other than the open one.
fn sum_within(x: Tensor, axes: &[usize]) -> Tensor {
    if axes.is_empty() {
        return x;
    }
    let kept: Vec<usize> = x.shape().iter().enumerate().map(|(i, &d)| if axes.contains(&i) { 1 } else { d }).collect();
    let dims: Vec<usize> = (0..x.shape().len()).filter(|i| !axes.contains(i)).map(|i| x.shape()[i]).collect();
    let reduction = Reduction::new(x.shape(), axes);
    // y = Σ x
    // ∂L/∂x = dy, for each x that went into the same sum
    Node::local("reduce_sum", [x], &dims, move |inputs, y| reduction.add_up(inputs[0], y))
        .params(show(axes))
        .parts(Parts::Sum)
        .gradient(move |_, dy| repeated(dy, &kept, x.shape()))
        .build()
}

fn sum_over_images(x: Tensor) -> Tensor {
    let axis = batch_axis(x.shape()).expect("an open dimension");
    let mut dims = x.shape().to_vec();
    dims.remove(axis);
    let mut kept = x.shape().to_vec();
    kept[axis] = 1;
    Node::across("reduce_sum", [x], &dims, 1, |inputs, y| {
        for (i, y) in (y.first..).zip(y.values) {
            let mut sum = 0.0;
            for s in 0..inputs[0].slices.len() {
                let (x, images) = inputs[0].slice(s);
                let mut part = 0.0;
                for &x in &x[i * LANES..][..images] {
                    part += f64::from(x);
                }
                sum += part;
            }
            *y = sum as f32;
        }
    })
    .gradient(move |_, dy| repeated(dy, &kept, x.shape()))
    .build()
}

/// How many images are fed, as a number of the graph.
fn batch_size() -> Tensor {
    Node::new("batch_size", [], &[], Kernel::BatchSize).build()
}

pub(crate) fn all_axes(x: Tensor) -> Vec<usize> {
    (0..x.shape().len()).collect()
}

/// The axes as positions from the left, each once.
pub(crate) fn resolve(op: &str, x: Tensor, axes: &[usize]) -> Vec<usize> {
    let mut axes: Vec<usize> = axes.iter().map(|&axis| position(op, x, axis as isize)).collect();
    axes.sort_unstable();
    axes.dedup();
    axes
}

/// An axis as a position from the left; -1 is the last one.
pub(crate) fn position(op: &str, x: Tensor, axis: isize) -> usize {
    let rank = x.shape().len();
    let from_left = if axis < 0 { rank.checked_add_signed(axis) } else { Some(axis.unsigned_abs()) };
    from_left.filter(|&axis| axis < rank).unwrap_or_else(|| {
        let allowed = match rank {
            0 => "it is one number, without dimensions".into(),
            1 => "it has one dimension, which is 0 (or -1)".into(),
            _ => format!("it has {rank} dimensions, which are counted from 0 (or from the end: -1, -2, …)"),
        };
        stop(format!("{op} of {x} along dimension {axis}: {allowed}."))
    })
}

/// The number of an axis as the program says it.
pub(crate) fn written(axis: impl TryInto<isize>) -> isize {
    axis.try_into().unwrap_or(isize::MAX)
}
