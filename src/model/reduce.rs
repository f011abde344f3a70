//! Sums and means along dimensions, and the broadcasting that takes their gradients back.
use super::reshape::reshaped;
use crate::engine::kernels::elementwise::{Spread, broadcast};
use crate::engine::kernels::reduce::Reduction;
use crate::engine::{
    Compute, Granularity, LANES, NONE, Node, Scalar, Shape, Tensor, alias, batch_axis, per_image, show, size,
};
use crate::error::stop;
use std::sync::OnceLock;

/// The sum of all numbers of a tensor of any shape.
pub fn reduce_sum(x: impl Into<Tensor>) -> Scalar {
    let x = x.into();
    Scalar(sum_along(x, &all_axes(x)))
}

/// The mean of all numbers of a tensor of any shape; over a batch, of as many as were fed.
pub fn reduce_mean(x: impl Into<Tensor>) -> Scalar {
    let x = x.into();
    Scalar(reduce_mean_axes(x, all_axes(x)))
}

/// The mean along some dimensions, which disappear: `reduce_mean_axes(x, [0, 1, 2])` makes `[channels]` of
/// `[?, height, width, channels]`; -1 is the last dimension.
pub fn reduce_mean_axes(x: impl Into<Tensor>, axes: impl Shape) -> Tensor {
    let x = x.into();
    let axes = resolve("reduce_mean", x, &axes.dims());
    sum_along(x, &axes) / count(x, &axes)
}

/// How many numbers of `x` each result of a reduction along `axes` is computed from.
pub(crate) fn count(x: Tensor, axes: &[usize]) -> Tensor {
    let counted: Vec<usize> = axes.iter().map(|&axis| x.shape()[axis]).collect();
    match (batch_axis(&counted), size(&counted)) {
        (None, within) => within.into(),
        (_, 1) => batch_size(),
        (_, within) => within * batch_size(),
    }
}

/// The sum along some dimensions, which disappear; -1 is the last one. Along `[1]`, `[?, n]` becomes `[?]`.
pub fn reduce_sum_axes(x: impl Into<Tensor>, axes: impl Shape) -> Tensor {
    let x = x.into();
    sum_along(x, &resolve("reduce_sum", x, &axes.dims()))
}

pub(crate) fn sum_along(x: Tensor, axes: &[usize]) -> Tensor {
    if axes.is_empty() {
        return alias(x);
    }
    let (images, within) = by_kind(x, axes);
    let y = sum_within(x, &within);
    if images.is_empty() {
        return y;
    }
    let kept = per_image(y.shape());
    let sum = |sum: Option<f64>, x: &[f32]| sum.unwrap_or(0.0) + x.iter().fold(0.0, |part, &x| part + f64::from(x));
    over_images("reduce_sum", y, sum).gradient(move |_, dy| repeated(dy, &kept, y.shape())).build()
}

/// The sum along dimensions other than the open one.
fn sum_within(x: Tensor, axes: &[usize]) -> Tensor {
    if axes.is_empty() {
        return x;
    }
    let (kept, reduction) = (kept(x, axes), Reduction::new(x.shape(), axes));
    // y = Σ x
    // ∂L/∂x = dy, for each x that went into the same sum
    Node::local("reduce_sum", &[x], &without(x, axes), move |inputs, y| reduction.add_up(inputs[0], y))
        .params(show(axes))
        .granularity(Granularity::Accumulating)
        .gradient(move |_, dy| repeated(dy, &kept, x.shape()))
        .build()
}

/// Reduces along the open dimension: `add` combines the result so far, if there is one, with the numbers of a slice.
pub(super) fn over_images(
    op: &'static str,
    x: Tensor,
    add: impl Fn(Option<f64>, &[f32]) -> f64 + Send + Sync + 'static,
) -> Node {
    let (images, _) = by_kind(x, &all_axes(x));
    Node::across(op, &[x], &without(x, &images), 1, move |inputs, y| {
        for (i, y) in (y.first..).zip(y.values) {
            let result = (0..inputs[0].slices.len()).fold(None, |so_far, s| {
                let (x, images) = inputs[0].slice(s);
                Some(add(so_far, &x[i * LANES..][..images]))
            });
            *y = result.expect("at least one image") as f32;
        }
    })
}

/// The axes of a reduction: the open one, if the reduction goes along it, and those within an image.
pub(super) fn by_kind(x: Tensor, axes: &[usize]) -> (Vec<usize>, Vec<usize>) {
    axes.iter().partition(|&&axis| x.shape()[axis] == NONE)
}

/// The dimensions of `x`, with those of a reduction along `axes` as 1.
pub(super) fn kept(x: Tensor, axes: &[usize]) -> Vec<usize> {
    x.shape().iter().enumerate().map(|(i, &d)| if axes.contains(&i) { 1 } else { d }).collect()
}

/// The dimensions that a reduction of `x` along `axes` leaves.
pub(super) fn without(x: Tensor, axes: &[usize]) -> Vec<usize> {
    (0..x.shape().len()).filter(|i| !axes.contains(i)).map(|i| x.shape()[i]).collect()
}

/// How many images are fed, as a number of the graph.
fn batch_size() -> Tensor {
    static NODE: OnceLock<Tensor> = OnceLock::new();
    *NODE.get_or_init(|| Node::new("batch_size", &[], &[], Compute::BatchSize).build())
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

/// An axis as the program wrote it.
pub(crate) fn written(axis: impl TryInto<isize>) -> isize {
    axis.try_into().unwrap_or(isize::MAX)
}

/// Broadcasts `x` to the shape `dims`.
fn broadcast_to(x: Tensor, dims: &[usize]) -> Tensor {
    if x.shape() == dims {
        return x;
    }
    let spread = Spread::new(dims, x.shape());
    Node::local("broadcast", &[x], dims, move |inputs, y| broadcast(y, (inputs[0], &spread)))
        .elementwise()
        .gradient(move |_, dy| sum_to(dy, x.shape()))
        .build()
}

/// Undoes broadcasting: adds up the gradients of all places where the same number was used.
pub(super) fn sum_to(x: Tensor, dims: &[usize]) -> Tensor {
    if x.shape() == dims {
        return x;
    }
    let missing = x.shape().len() - dims.len();
    let stretched = |&axis: &usize| axis < missing || dims[axis - missing] == 1 && x.shape()[axis] != 1;
    let axes: Vec<usize> = (0..x.shape().len()).filter(stretched).collect();
    reshaped(sum_along(x, &axes), dims.to_vec())
}

/// The tensor that `t` was broadcast from, or `t` itself.
pub(crate) fn unrepeated(t: Tensor) -> Tensor {
    if t.0.op == "broadcast" { t.inputs()[0] } else { t }
}

/// Broadcasts the result of a reduction, or its gradient, to each of the numbers that were reduced. `kept` is the shape of `t`
/// with the reduced axes as 1, `dims` the shape of the numbers.
pub(crate) fn repeated(t: Tensor, kept: &[usize], dims: &[usize]) -> Tensor {
    let one = unrepeated(t);
    if !one.is_batched() && one.size() == t.size() {
        // the same for each image: it stays one for all
        broadcast_to(reshaped(one, per_image(kept)), dims)
    } else {
        broadcast_to(reshaped(t, kept.to_vec()), dims)
    }
}

/// The result of a reduction of `x` along `axes`, with these dimensions again, as 1, so that it broadcasts to `x`.
pub(crate) fn along(reduced: Tensor, x: Tensor, axes: &[usize]) -> Tensor {
    reshaped(reduced, kept(x, axes))
}
