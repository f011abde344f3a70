//! Matrix products: of slices with a matrix, of a batch with itself, of two matrices.
use super::simd::{Kernel, Simd, run, vectorized};
use crate::engine::memory::LANES;
use crate::engine::tensor::{Batch, Rows};
use std::array::from_fn;

/// A matrix as the innermost loop walks over it: entry (k, o) is at `k * by_k + o * by_o`.
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
        let Dense { x, w, y } = self;
        let done = dense_tiles::<V, 5>(x, w, 0, y);
        let done = dense_tiles::<V, 3>(x, w, done, y);
        dense_tiles::<V, 1>(x, w, done, y);
    }
}

/// As many tiles of `O` outputs as there are from `first` on; returns the first output that is left.
#[inline(always)]
fn dense_tiles<V: Simd, const O: usize>(x: &[[f32; 16]], w: Strided<'_>, mut first: usize, y: &mut [[f32; 16]]) -> usize {
    for y in y[first..].as_chunks_mut::<O>().0 {
        if w.by_o == 1 {
            let rows = w.values[first..].chunks(w.by_k).map(|w| w.first_chunk().expect("O columns"));
            dense_tile::<V, O>(x.iter().zip(rows), y);
        } else {
            let columns: [&[f32]; O] = from_fn(|o| &w.values[(first + o) * w.by_o..][..x.len()]);
            dense_tile::<V, O>(x.iter().enumerate().map(|(k, x)| (x, columns.map(|w| w[k]))), y);
        }
        first += O;
    }
    first
}

#[inline(always)]
fn dense_tile<'a, V: Simd, const O: usize>(
    terms: impl Iterator<Item = (&'a [f32; 16], impl std::borrow::Borrow<[f32; O]>)> + Clone,
    y: &mut [[f32; 16]; O],
) {
    for part in 0..16 / V::WIDTH {
        let mut sum = [V::splat(0.0); O];
        for (x, w) in terms.clone() {
            let (x, w) = (V::load(x, part), w.borrow());
            for o in 0..O {
                sum[o] = V::splat(w[o]).mul_add(x, sum[o]);
            }
        }
        for o in 0..O {
            sum[o].store(&mut y[o], part);
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
        let mut rows = y.values.chunks_exact_mut(4 * columns);
        let mut p = y.first / columns;
        for y in &mut rows {
            for q in (0..chunks - 1).step_by(2) {
                outer_tile::<V, 4, 2>(a, b, (p, q), chunks, y);
            }
            if chunks % 2 == 1 {
                outer_tile::<V, 4, 1>(a, b, (p, chunks - 1), chunks, y);
            }
            p += 4;
        }
        for y in rows.into_remainder().chunks_exact_mut(columns) {
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
        for (sum, sums) in sum.iter().flatten().zip(sums.iter_mut().flatten()) {
            sum.store(sums, part);
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

/// The product of two matrices without an open dimension, `a` by `b`, both as (k, o) → entry.
pub(crate) fn matrices(a: Strided<'_>, b: Strided<'_>, inner: usize, columns: usize, y: &mut [f32]) {
    vectorized(|| {
        for (p, y) in y.chunks_exact_mut(columns).enumerate() {
            y.fill(0.0);
            for k in 0..inner {
                let factor = a.values[k * a.by_k + p * a.by_o];
                let row = b.values[k * b.by_k..].iter().step_by(b.by_o);
                y.iter_mut().zip(row).for_each(|(y, b)| *y += factor * b);
            }
        }
    })
}
