//! The larger and the smaller of two numbers, and gradients that are too long made shorter, with their direction kept.
use super::arithmetic::{binary, square};
use super::arithmetic::{comparison, unary, where_false, where_true};
use super::reduce::reduce_sum;
use crate::engine::tensor::{Scalar, Tensor};
use crate::error::stop;

use crate::placeholders::checked;

/// The larger of two numbers each, with broadcasting; NaN if one of them is.
///
/// The gradient goes to the number that was taken: to `a` where both are equal.
pub fn maximum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = max(a, b)
    // ∂f/∂a = 1 where a ≥ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    fn takes_a(a: f32, b: f32) -> bool {
        a >= b || a.is_nan()
    }
    binary(
        "maximum",
        a.into(),
        b.into(),
        |a, b| if takes_a(a, b) { a } else { b },
        (
            |a, b, _, dy| where_true(comparison("at_least", a, b, takes_a), dy),
            |a, b, _, dy| where_false(comparison("at_least", a, b, takes_a), dy),
        ),
    )
    .build()
}

/// The smaller of two numbers each, with broadcasting; NaN if one of them is.
///
/// The gradient goes to the number that was taken: to `a` where both are equal.
pub fn minimum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = min(a, b)
    // ∂f/∂a = 1 where a ≤ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    fn takes_b(b: f32, a: f32) -> bool {
        b < a || b.is_nan()
    }
    binary(
        "minimum",
        a.into(),
        b.into(),
        |a, b| if takes_b(b, a) { b } else { a },
        (
            |a, b, _, dy| where_false(comparison("less", b, a, takes_b), dy),
            |a, b, _, dy| where_true(comparison("less", b, a, takes_b), dy),
        ),
    )
    .build()
}

/// The length of all these tensors together: √ Σ x². At length 0, its gradient is 0.
pub fn global_norm(tensors: impl IntoIterator<Item = Tensor>) -> Scalar {
    let squares = tensors.into_iter().map(|t| Tensor::from(reduce_sum(square(t)))).reduce(|a, b| a + b);
    let squares = squares.unwrap_or_else(|| stop("global_norm of no tensor at all; give it at least one.".into()));
    // f(x) = √x
    // f'(x) = 1 / (2 √x), and 0 at 0, where each direction is as good as its opposite
    let rule = |_, y: Tensor, dy: Tensor| {
        let is_zero = comparison("equal", y, Tensor::from(0.0), |y, zero| y == zero);
        dy * (1 - is_zero) / ((y + is_zero) * 2)
    };
    Scalar(unary("norm", "", squares, f32::sqrt, rule).build())
}

/// `t` · norm / max(|t|, norm), in the shape of `t`: unchanged if it is no longer than `norm`, and otherwise as long as that.
///
/// `norm` is one number above 0, or a tensor without dimensions. A tensor of length 0 stays 0; one with a NaN becomes
/// NaN everywhere. (As in Pascanu, Mikolov and Bengio, 2013.)
pub fn clip_by_norm(t: impl Into<Tensor>, norm: impl Into<Tensor>) -> Tensor {
    let (t, norm) = (t.into(), clip_length("clip_by_norm", norm));
    scaled_to_norm(t, global_norm([t]).0, norm)
}

/// All tensors made shorter by the same factor, so that together they are no longer than `norm`; and how long they were.
///
/// `norm` is one number above 0, or a tensor without dimensions. With a NaN in one of the tensors, all become NaN.
/// (Pascanu, Mikolov and Bengio, 2013.)
pub fn clip_by_global_norm<const N: usize>(tensors: [Tensor; N], norm: impl Into<Tensor>) -> ([Tensor; N], Scalar) {
    let (norm, length) = (clip_length("clip_by_global_norm", norm), global_norm(tensors));
    (tensors.map(|t| scaled_to_norm(t, length.0, norm)), length)
}

/// The length that gradients are cut to, once it has been looked at.
pub(crate) fn clip_length(op: &str, norm: impl Into<Tensor>) -> Tensor {
    checked(&format!("the norm of {op}"), norm.into(), |norm| {
        let good = norm > 0.0 && norm.is_finite();
        (!good).then(|| format!("gradients can be cut to a finite length above 0, such as 1, but the norm is {norm}."))
    })
}

pub(crate) fn scaled_to_norm(t: Tensor, length: Tensor, norm: Tensor) -> Tensor {
    // where the squares of finite numbers add up to infinity, the length is not known: NaN, and not 0
    let unknown = length * 0.0;
    t * (norm / maximum(length, norm) + unknown)
}
