use super::arithmetic::binary;
use super::reduce::reduce_sum;
use crate::engine::simd::vectorized;
use crate::engine::{Compute, Draw, LANES, Limit, Node, Out, Range, Tensor, View, derive_seed};
use crate::placeholders::one_number;

const PKEEP: Limit = Limit(
    "the pkeep of dropout, the probability that a number is kept,",
    Range("above 0 and at most 1", |x| x > 0.0 && x <= 1.0),
    "0.75",
);

/// Switches off each number of `x` with probability 1 - `pkeep`, and divides the others by `pkeep`, so that the sum stays
/// about the same. With `pkeep` 1, as in a test, `x` goes through unchanged.
///
/// `pkeep` is one number above 0 and at most 1, or a placeholder without dimensions; the result has the shape of `x`. Which
/// numbers are switched off depends on the session's seed, on how many runs there were, and on the image's place in the batch.
/// (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.)
pub fn dropout(x: impl Into<Tensor>, pkeep: impl Into<Tensor>) -> Tensor {
    let (x, pkeep) = (x.into(), pkeep.into());
    one_number(pkeep, &PKEEP);
    let kernel = |draw: Draw, inputs: &[View<'_>], y: Out<'_>| draw_mask(draw, inputs[0].values[0], y);
    // m = 1 / pkeep or 0
    // ∂m/∂pkeep = -m / pkeep
    let mask = Node::new("dropout_mask", &[pkeep], x.shape(), Compute::Random(Box::new(kernel)))
        .elementwise()
        .guarded(pkeep, &PKEEP)
        .gradient(move |m, dm| reduce_sum(-dm * m / pkeep).0)
        .build();
    // f(x, m) = x · m
    // ∂f/∂x = m, ∂f/∂m = x
    let rule = |[x, m]: [Tensor; 2], _, dy, i| Some(dy * if i == 0 { m } else { x });
    binary("dropout", "", x, mask, |x, m| x * m, rule).landmark().build()
}

/// 1/`pkeep` or 0, from random bits that depend on the position of each number alone, so any thread can compute any part.
fn draw_mask(draw: Draw, pkeep: f32, y: Out<'_>) {
    if pkeep == 1.0 {
        return y.values.fill(1.0);
    }
    let below = (f64::from(pkeep) * f64::from(u32::MAX)) as u32;
    if y.lanes == LANES {
        let mut keys = [0; LANES];
        for (key, image) in keys.iter_mut().zip(draw.first_image..) {
            *key = derive_seed(draw.seed, image as u64) as u32;
        }
        lanes(keys, below, 1.0 / pkeep, y);
    } else {
        let key = derive_seed(draw.seed, 0) as u32;
        for (i, y) in (y.first..).zip(y.values) {
            *y = if random_bits(i as u32, key) <= below { 1.0 / pkeep } else { 0.0 };
        }
    }
}

vectorized! {
fn lanes(keys: [u32; LANES], below: u32, kept: f32, y: Out<'_>) {
    for (i, y) in (y.first..).zip(y.rows()) {
        for lane in 0..LANES {
            y[lane] = if random_bits(i as u32, keys[lane]) <= below { kept } else { 0.0 };
        }
    }
}
}

/// A random `u32` for number `i` of the image with this key: the counter is hashed by C. Wellons' lowbias32, so that drawing
/// needs no state.
#[inline(always)]
fn random_bits(i: u32, key: u32) -> u32 {
    let z = i.wrapping_mul(0x9e37_79b9) ^ key;
    let z = (z ^ (z >> 16)).wrapping_mul(0x21f0_aaad);
    let z = (z ^ (z >> 15)).wrapping_mul(0x735a_2d97);
    z ^ (z >> 15)
}
