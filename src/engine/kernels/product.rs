//! Matrix products: of slices with a matrix, of a batch with itself, of two matrices.
use super::simd::{Kernel, Simd, run, vectorized};
use crate::engine::memory::LANES;
use crate::engine::tensor::{Batch, Rows};
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

/// Sums over the batch: y[p][q] = Σ a[p]·b[q] over all images, for some rows p, in the order of the images.
///
/// `b` comes from [`image_major`]. No lane is ever added to another, so every processor gives the same bits.
pub(crate) fn outer(a: Batch<'_>, b: Batch<'_>, columns: usize, y: Rows<'_>) {
    run(Outer { a, b, columns, y })
}

struct Outer<'a> {
    a: Batch<'a>,
    b: Batch<'a>,
    columns: usize,
    y: Rows<'a>,
}

impl Kernel for Outer<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let Outer { a, b, columns, y } = self;
        let chunks = columns.div_ceil(16);
        let together = if V::TILE == 1 { 0 } else { y.values.len() / (8 * columns) * 8 * columns };
        let (eights, singles) = y.values.split_at_mut(together);
        let mut p = y.first / columns;
        for y in eights.chunks_exact_mut(8 * columns) {
            for q in (0..chunks - 1).step_by(2) {
                // sixteen registers of AVX2 hold half of what the thirty-two of AVX-512 do
                if V::TILE >= 16 {
                    outer_tile::<V, 8, 2>(a, b, (p, q), chunks, y);
                } else {
                    let (upper, lower) = y.split_at_mut(4 * columns);
                    outer_tile::<V, 4, 2>(a, b, (p, q), chunks, upper);
                    outer_tile::<V, 4, 2>(a, b, (p + 4, q), chunks, lower);
                }
            }
            if chunks % 2 == 1 {
                outer_tile::<V, 8, 1>(a, b, (p, chunks - 1), chunks, y);
            }
            p += 8;
        }
        for y in singles.chunks_exact_mut(columns) {
            for q in 0..chunks {
                outer_tile::<V, 1, 1>(a, b, (p, q), chunks, y);
            }
            p += 1;
        }
    }
}

#[inline(always)]
fn outer_tile<V: Simd, const P: usize, const Q: usize>(
    a: Batch<'_>,
    b: Batch<'_>,
    (p, q): (usize, usize),
    chunks: usize,
    y: &mut [f32],
) {
    let mut sums = [[[0.0; 16]; Q]; P];
    for part in 0..16 / V::WIDTH {
        let mut sum = [[V::splat(0.0); Q]; P];
        for ((a, images), (b, _)) in a.iter().zip(b.iter()) {
            let a: &[[f32; 16]; P] = a.as_chunks().0[p..].first_chunk().expect("P rows");
            let b = b.as_chunks::<16>().0.chunks_exact(chunks);
            for (image, b) in b.enumerate().take(images) {
                let b: &[[f32; 16]; Q] = b[q..].first_chunk().expect("Q chunks");
                let b: [V; Q] = from_fn(|q| V::load(&b[q], part));
                for p in 0..P {
                    let a = V::splat(a[p][image]);
                    for q in 0..Q {
                        sum[p][q] = a.mul_add(b[q], sum[p][q]);
                    }
                }
            }
        }
        for p in 0..P {
            for q in 0..Q {
                sum[p][q].store(&mut sums[p][q], part);
            }
        }
    }
    let columns = y.len() / P;
    let to = columns.min(16 * (q + Q));
    for (y, sums) in y.chunks_exact_mut(columns).zip(&sums) {
        y[16 * q..to].copy_from_slice(&sums.as_flattened()[..to - 16 * q]);
    }
}

/// From the lanes of a slice to rows of whole images, each row filled up with zeros to a multiple of sixteen.
pub(crate) fn image_major(x: &[f32], y: &mut [f32]) {
    let width = y.len() / LANES;
    y.fill(0.0);
    for (i, x) in x.as_chunks::<LANES>().0.iter().enumerate() {
        for (image, x) in x.iter().enumerate() {
            y[image * width + i] = *x;
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
