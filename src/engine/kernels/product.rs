//! Matrix products: of slices with a matrix, and of two matrices.
use super::simd::{Kernel, Simd, run, vectorized};
use std::array::from_fn;

/// A matrix as a loop over `k` walks through it: entry (k, o) is at `k * by_k + o * by_o`.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
    pub values: &'a [f32],
    pub by_k: usize,
    pub by_o: usize,
}

impl<'a> Strided<'a> {
    pub fn new(values: &'a [f32], (by_k, by_o): (usize, usize)) -> Self {
        Strided { values, by_k, by_o }
    }

    /// The same matrix from column `o` on.
    #[inline(always)]
    fn from(self, o: usize) -> Self {
        Strided { values: &self.values[o * self.by_o..], ..self }
    }
}

/// For each of sixteen images, yₒ = Σₖ xₖ wₖₒ.
pub(crate) fn dense(x: &[f32], w: Strided<'_>, y: &mut [f32]) {
    run(Dense { x: x.as_chunks().0, w, y: y.as_chunks_mut().0 })
}

struct Dense<'a> {
    x: &'a [[f32; 16]],
    w: Strided<'a>,
    y: &'a mut [[f32; 16]],
}

impl Kernel for Dense<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let outputs = self.y.len();
        let all = std::iter::once(([self.x], self.w));
        if self.w.by_o == 1 {
            columns::<V, 1, false>(all, self.y, [0], outputs);
        } else {
            columns::<V, 1, true>(all, self.y, [0], outputs);
        }
    }
}

/// For P positions at a time, yₒ = Σ xₖ wₖₒ over all k of all segments: a segment is a stretch of numbers of each position,
/// and the rows of the matrix that belong to it. Position p writes to `y[at[p]..]`.
///
/// TURNED says that the entries of a row stand apart, and those of a column side by side.
#[inline(always)]
pub(crate) fn columns<'a, V: Simd, const P: usize, const TURNED: bool>(
    segments: impl Iterator<Item = ([&'a [[f32; 16]]; P], Strided<'a>)> + Clone,
    y: &mut [[f32; 16]],
    at: [usize; P],
    outputs: usize,
) {
    let mut o = 0;
    // tens hold the layers of the lessons, sixes the channels; a wider tile would not fit the registers of AVX2
    while P == 1 && V::TILE >= 10 && !outputs.is_multiple_of(6) && o + 10 <= outputs {
        tile::<V, 10, P, TURNED>(segments.clone(), o, y, at);
        o += 10;
    }
    while V::TILE >= 12 && o + 6 <= outputs {
        tile::<V, 6, P, TURNED>(segments.clone(), o, y, at);
        o += 6;
    }
    while V::TILE >= 4 && o + 2 <= outputs {
        tile::<V, 2, P, TURNED>(segments.clone(), o, y, at);
        o += 2;
    }
    while o < outputs {
        tile::<V, 1, P, TURNED>(segments.clone(), o, y, at);
        o += 1;
    }
}

#[inline(always)]
fn tile<'a, V: Simd, const O: usize, const P: usize, const TURNED: bool>(
    segments: impl Iterator<Item = ([&'a [[f32; 16]]; P], Strided<'a>)> + Clone,
    first: usize,
    y: &mut [[f32; 16]],
    at: [usize; P],
) {
    for part in 0..16 / V::WIDTH {
        let mut sum = [[V::splat(0.0); P]; O];
        for (x, w) in segments.clone() {
            let (w, length) = (w.from(first), x[0].len());
            let x = x.map(|x| &x[..length]);
            if !TURNED {
                for (k, w) in w.values.chunks(w.by_k).take(length).enumerate() {
                    let w: &[f32; O] = w.first_chunk().expect("O columns");
                    let x: [V; P] = from_fn(|p| V::load(&x[p][k], part));
                    for o in 0..O {
                        for p in 0..P {
                            sum[o][p] = V::splat(w[o]).mul_add(x[p], sum[o][p]);
                        }
                    }
                }
            } else {
                let w: [&[f32]; O] = from_fn(|o| &w.values[o * w.by_o..][..length]);
                for k in 0..length {
                    let x: [V; P] = from_fn(|p| V::load(&x[p][k], part));
                    for o in 0..O {
                        for p in 0..P {
                            sum[o][p] = V::splat(w[o][k]).mul_add(x[p], sum[o][p]);
                        }
                    }
                }
            }
        }
        for o in 0..O {
            for p in 0..P {
                sum[o][p].store(&mut y[at[p] + first + o], part);
            }
        }
    }
}

vectorized! {
/// The product of two matrices without an open dimension, `a` by `b`, both as (k, o) → entry.
pub(crate) fn matrices(a: Strided<'_>, b: Strided<'_>, inner: usize, columns: usize, y: &mut [f32]) {
    for (p, y) in y.chunks_exact_mut(columns).enumerate() {
        y.fill(0.0);
        for k in 0..inner {
            let factor = a.values[k * a.by_k + p * a.by_o];
            let row = b.values[k * b.by_k..].iter().step_by(b.by_o);
            y.iter_mut().zip(row).for_each(|(y, b)| *y += factor * b);
        }
    }
}
}
