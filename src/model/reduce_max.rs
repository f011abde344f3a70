//! The largest of many numbers.
use super::arithmetic::comparison;
use super::reduce::{all_axes, by_kind, kept, over_images, repeated, resolve, sum_along, without};
use crate::engine::kernels::reduce::Reduction;
use crate::engine::{Node, Scalar, Shape, Tensor, alias, show};

/// The largest of all numbers; NaN if one of them is. See [`reduce_max_axes`].
pub fn reduce_max(x: impl Into<Tensor>) -> Scalar {
    let x = x.into();
    Scalar(reduce_max_axes(x, all_axes(x)))
}

/// The largest along some dimensions, which disappear; -1 is the last one. Along `[1]`, `[?, n]` becomes `[?]`.
///
/// NaN if one of the numbers is. Where several numbers are the largest, they share the gradient equally, whichever image
/// they are in, as in TensorFlow.
pub fn reduce_max_axes(x: impl Into<Tensor>, axes: impl Shape) -> Tensor {
    let x = x.into();
    let axes = resolve("reduce_max", x, &axes.dims());
    if axes.is_empty() {
        return alias(x);
    }
    let (images, within) = by_kind(x, &axes);
    if images.is_empty() {
        return max_within(x, within).build();
    }
    // equal numbers are counted in all images together, so the gradient by the largest of each image already has the
    // shape of x
    let of_each = if within.is_empty() { x } else { max_within(x, within).gradient(|_, dx| dx).build() };
    let largest = |so_far: Option<f64>, x: &[f32]| {
        let so_far = so_far.map_or(f32::NEG_INFINITY, |so_far| so_far as f32);
        f64::from(x.iter().fold(so_far, |largest, &x| larger(largest, x)))
    };
    over_images("reduce_max", of_each, largest).gradient(move |y, dy| to_the_largest(x, y, dy, &axes)).build()
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b || a.is_nan() { a } else { b }
}

/// The largest along dimensions other than the open one.
fn max_within(x: Tensor, axes: Vec<usize>) -> Node {
    let reduction = Reduction::new(x.shape(), &axes);
    Node::local("reduce_max", &[x], &without(x, &axes), move |inputs, y| {
        reduction.fold(inputs[0], y, f32::NEG_INFINITY, larger)
    })
    .params(show(&axes))
    .gradient(move |y, dy| to_the_largest(x, y, dy, &axes))
}

// y = max x
// ∂L/∂x = dy / n where x = y, n of them; 0 elsewhere
fn to_the_largest(x: Tensor, y: Tensor, dy: Tensor, axes: &[usize]) -> Tensor {
    let kept = kept(x, axes);
    let back = |t: Tensor| repeated(t, &kept, x.shape());
    let largest = comparison("equal", x, back(y), |x, y| x == y);
    largest * back(dy / sum_along(largest, axes))
}
