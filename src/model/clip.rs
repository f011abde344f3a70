//! Gradients that are too long are made shorter, with their direction kept.
use super::{binary, sqrt, square};
use crate::engine::tensor::{Scalar, Tensor};
use crate::error::stop;
use crate::loss::reduce_sum;

/// The larger of two numbers each.
pub fn maximum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = max(a, b)
    // ∂f/∂a = 1 where a ≥ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    binary(
        "maximum",
        "",
        a.into(),
        b.into(),
        |a, b| if a >= b { a } else { b },
        Some(|a, b, _, dy| {
            let first = binary("at_least", "", a, b, |a, b| f32::from(u8::from(a >= b)), None);
            [dy * first, dy * (1 - first)]
        }),
    )
}

/// The smaller of two numbers each.
pub fn minimum(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    // f(a, b) = min(a, b)
    // ∂f/∂a = 1 where a ≤ b, else 0; ∂f/∂b = 1 - ∂f/∂a
    binary(
        "minimum",
        "",
        a.into(),
        b.into(),
        |a, b| if b < a { b } else { a },
        Some(|a, b, _, dy| {
            let second = binary("less", "", b, a, |b, a| f32::from(u8::from(b < a)), None);
            [dy * (1 - second), dy * second]
        }),
    )
}

/// The length of all these tensors together: √ Σ x².
pub fn global_norm(tensors: impl IntoIterator<Item = Tensor>) -> Scalar {
    let squares = tensors.into_iter().map(|t| Tensor::from(reduce_sum(square(t)))).reduce(|a, b| a + b);
    Scalar(sqrt(squares.unwrap_or_else(|| stop("global_norm of no tensor at all; give it at least one.".into()))))
}

/// `t` · norm / max(|t|, norm): unchanged if it is no longer than `norm`, and otherwise as long as that.
pub fn clip_by_norm(t: impl Into<Tensor>, norm: impl Into<Tensor>) -> Tensor {
    let t = t.into();
    shortened(t, global_norm([t]).0, norm.into())
}

/// All tensors made shorter by the same factor, so that together they are no longer than `norm`; and how long they were.
pub fn clip_by_global_norm<const N: usize>(tensors: [Tensor; N], norm: impl Into<Tensor>) -> ([Tensor; N], Scalar) {
    let (norm, length) = (norm.into(), global_norm(tensors));
    (tensors.map(|t| shortened(t, length.0, norm)), length)
}

pub(crate) fn shortened(t: Tensor, length: Tensor, norm: Tensor) -> Tensor {
    t * (norm / maximum(length, norm))
}
