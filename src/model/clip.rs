//! The larger and the smaller of two numbers, and clipping: gradients with too large a norm are scaled down, and keep their
//! direction.
use super::arithmetic::{binary, comparison, square, unary, where_false, where_true};
use super::reduce::reduce_sum;
use crate::engine::{Limit, POSITIVE, Scalar, Tensor};
use crate::error::stop;
use crate::placeholders::checked;

pub(crate) const NORM: Limit = Limit("the norm of clip_by_norm", POSITIVE, "1");
pub(crate) const GLOBAL_NORM: Limit = Limit("the norm of clip_by_global_norm", POSITIVE, "1");

/// The larger of two numbers each, with broadcasting; NaN if one of them is.
///
/// The gradient goes to the number that was taken: to `a` where both are equal.
pub fn maximum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = max(a, b)
    // ∂f/∂a = 1 where a ≥ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    one_of("maximum", a.into(), b.into(), "at_least", |a, b| a >= b || a.is_nan())
}

/// The smaller of two numbers each, with broadcasting; NaN if one of them is.
///
/// The gradient goes to the number that was taken: to `a` where both are equal.
pub fn minimum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = min(a, b)
    // ∂f/∂a = 1 where a ≤ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    one_of("minimum", a.into(), b.into(), "at_most", |a, b| !(b < a || b.is_nan()))
}

/// `a` where `takes_a(a, b)`, and otherwise `b`; `test` is the name of that comparison.
fn one_of(
    op: &'static str,
    a: Tensor,
    b: Tensor,
    test: &'static str,
    takes_a: impl Fn(f32, f32) -> bool + Copy + Send + Sync + 'static,
) -> Tensor {
    let rule = move |[a, b]: [Tensor; 2], _, dy, i| {
        let is_a = comparison(test, a, b, takes_a);
        Some(if i == 0 { where_true(is_a, dy) } else { where_false(is_a, dy) })
    };
    binary(op, "", a, b, move |a, b| if takes_a(a, b) { a } else { b }, rule).build()
}

/// The Euclidean norm (the length) of all these tensors together: √ Σ x². Where it is 0, its gradient is 0.
pub fn global_norm(tensors: impl IntoIterator<Item = Tensor>) -> Scalar {
    norm(tensors.into_iter().map(|t| reduce_sum(square(t))).reduce(|a, b| a + b))
}

fn norm(squares: Option<Scalar>) -> Scalar {
    let squares = squares.unwrap_or_else(|| stop("global_norm of no tensor at all; give it at least one.".into()));
    // f(x) = √x
    // f'(x) = 1 / (2 √x), and 0 at 0, where each direction is as good as its opposite
    let rule = |_, y: Tensor, dy: Tensor| {
        let is_zero = comparison("equal", y, Tensor::from(0.0), |y, zero| y == zero);
        dy * (1 - is_zero) / ((y + is_zero) * 2)
    };
    Scalar(unary("norm", "", squares.0, f32::sqrt, rule).build())
}

/// `t` · norm / max(|t|, norm), in the shape of `t`: unchanged if it is no longer than `norm`, and otherwise as long as that.
///
/// `norm` is one number above 0, or a tensor without dimensions. A tensor of length 0 stays 0; one with a NaN becomes
/// NaN everywhere. (As in Pascanu, Mikolov and Bengio, 2013.)
pub fn clip_by_norm(t: impl Into<Tensor>, norm: impl Into<Tensor>) -> Tensor {
    let (t, norm) = (t.into(), checked(norm.into(), &NORM));
    scaled_to_norm(t, global_norm([t]).0, norm)
}

/// All tensors scaled down by the same factor, so that together their norm is at most `norm`; and the norm that they had.
///
/// `norm` is one number above 0, or a tensor without dimensions. With a NaN in one of the tensors, all become NaN.
/// (Pascanu, Mikolov and Bengio, 2013.)
pub fn clip_by_global_norm<const N: usize>(tensors: [Tensor; N], norm: impl Into<Tensor>) -> ([Tensor; N], Scalar) {
    let (norm, length) = (checked(norm.into(), &GLOBAL_NORM), global_norm(tensors));
    (tensors.map(|t| scaled_to_norm(t, length.0, norm)), length)
}

/// `t` with norm `length`, scaled down to `norm` if it is longer.
pub(crate) fn scaled_to_norm(t: Tensor, length: Tensor, norm: Tensor) -> Tensor {
    // where the squares of finite numbers add up to infinity, the length is not known: NaN, and not 0
    let unknown = length * 0.0;
    t * (norm / maximum(length, norm) + unknown)
}
