use super::reduce::{along, sum_along};
use crate::engine::kernels::math;
use crate::engine::simd::vectorized;
use crate::engine::{LANES, NONE, Node, Out, Tensor};
use crate::error::stop;

/// Probabilities from scores, along the last dimension: softmax(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ.
///
/// All are between 0 and 1, and they add up to 1. A NaN among the scores of an image makes all its probabilities NaN.
pub fn softmax(z: impl Into<Tensor>) -> Tensor {
    let z = z.into();
    let classes = classes(z, "softmax");
    // y = softmax(z)
    // ∂L/∂z = (dy - Σ dy·y) · y
    Node::local("softmax", &[z], z.shape(), move |inputs, y| rows(inputs[0].values, y, classes, Output::Probabilities))
        .gradient(move |y, dy| (dy - total(dy * y)) * y)
        .landmark()
        .build()
}

/// log(softmax(z)), without taking the logarithm of a probability that has become 0: zᵢ - max z - log Σⱼ e^(zⱼ - max z).
pub(crate) fn log_softmax(z: Tensor) -> Node {
    let classes = classes(z, "softmax_cross_entropy_with_logits");
    // y = log softmax(z)
    // ∂L/∂z = dy - softmax(z) · Σ dy
    Node::local("log_softmax", &[z], z.shape(), move |inputs, y| rows(inputs[0].values, y, classes, Output::Logarithms))
        .gradient(move |_, dy| dy - softmax(z) * total(dy))
        .landmark()
}

fn classes(z: Tensor, op: &str) -> usize {
    match z.shape().last() {
        Some(&n) if n != NONE => n,
        _ => stop(format!(
            "{op} of {z}: the scores of an image must be side by side in the last dimension, as in [?, 10]."
        )),
    }
}

/// The sum along the last dimension, which becomes 1.
fn total(x: Tensor) -> Tensor {
    let last = [x.shape().len() - 1];
    along(sum_along(x, &last), x, &last)
}

#[derive(Clone, Copy)]
enum Output {
    Probabilities,
    Logarithms,
}

vectorized! {
fn rows(z: &[f32], y: Out<'_>, classes: usize, output: Output) {
    match y.lanes {
        LANES => lane_rows::<LANES>(z, y.values, classes, output),
        _ => lane_rows::<1>(z, y.values, classes, output),
    }
}
}

#[inline(always)]
fn lane_rows<const L: usize>(z: &[f32], y: &mut [f32], classes: usize, output: Output) {
    let rows = z.as_chunks::<L>().0.chunks_exact(classes).zip(y.as_chunks_mut::<L>().0.chunks_exact_mut(classes));
    for (z, y) in rows {
        let mut largest = z[0];
        for z in z {
            (0..L).for_each(|l| largest[l] = if z[l] > largest[l] { z[l] } else { largest[l] });
        }
        let mut sum = [0.0; L];
        for (z, y) in z.iter().zip(&mut *y) {
            for l in 0..L {
                y[l] = math::exp(z[l] - largest[l]);
                sum[l] += y[l];
            }
        }
        match output {
            Output::Probabilities => y.iter_mut().for_each(|y| (0..L).for_each(|l| y[l] /= sum[l])),
            Output::Logarithms => {
                let mut shift = largest;
                (0..L).for_each(|l| shift[l] += math::ln(sum[l]));
                z.iter().zip(y).for_each(|(z, y)| (0..L).for_each(|l| y[l] = z[l] - shift[l]));
            }
        }
    }
}
