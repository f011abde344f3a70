//! Gradients by the weights of a dense layer: aᵀ·b, a matrix product that sums over the images of the batch.
//!
//! The slices have been transposed by [`image_major`](super::layout::image_major). A lane is then a weight, not an image,
//! and each result is a single sum over the images in order, so every instruction set gives the same bits.
use crate::engine::memory::LANES;
use crate::engine::simd::{Simd, SimdLoop, add_products, run};
use crate::engine::tensor::{Batch, Rows};

/// Threads share the result in multiples of this many rows, the block size of `image_major`.
pub(crate) const BLOCK_ROWS: usize = LANES;

/// With at most this many columns, a register holds the sums of 16 rows; 16 columns would not fill it.
const NARROW: usize = 12;

/// y[p][q] = Σ a[p]·b[q] over all images, for the rows p in `y`, which is `[rows][columns]`.
///
/// The slices of both factors are as [`image_major`](super::layout::image_major) leaves them.
pub(crate) fn batch_sum(a: Batch<'_>, b: Batch<'_>, columns: usize, y: Rows<'_>) {
    run(BatchSum { a, b, columns, y })
}

struct BatchSum<'a> {
    a: Batch<'a>,
    b: Batch<'a>,
    columns: usize,
    y: Rows<'a>,
}

/// A slice of the factor whose numbers are broadcast one by one, the same slice of the factor that is loaded 16 numbers at
/// a time, and the number of images in the slice.
type Images<'a> = (&'a [[f32; LANES]], &'a [[f32; LANES]], usize);

/// A tile sums over this many slices before it stores its sums: few enough that they stay in the cache for all tiles, and
/// that a sum over a whole data set keeps its precision.
const SLICES: usize = 32;

/// All columns of this many rows are computed before the next rows, so that the factor `a` of these rows stays in the cache.
const ROWS: usize = 256;

impl SimdLoop for BatchSum<'_> {
    #[inline(always)]
    fn run<V: Simd>(&mut self) {
        let BatchSum { a, b, columns, ref mut y } = *self;
        let mut together: [Images<'_>; SLICES] = [(&[], &[], 0); SLICES];
        for first in (0..a.slices.len()).step_by(SLICES) {
            let count = SLICES.min(a.slices.len() - first);
            for (s, images) in (first..).zip(&mut together[..count]) {
                let ((a, n), (b, _)) = (a.slice(s), b.slice(s));
                let (a, b) = (a.as_chunks().0, b.as_chunks().0);
                *images = if columns > NARROW { (a, b, n) } else { (b, a, n) };
            }
            let sums = Sums { images: &together[..count], columns, more: first > 0 };
            for (row, y) in (y.first / columns..).step_by(ROWS).zip(y.values.chunks_mut(ROWS * columns)) {
                if columns > NARROW { sums.columns_in_lanes::<V>(row, y) } else { sums.rows_in_lanes::<V>(row, y) }
            }
        }
    }
}

struct Sums<'a> {
    images: &'a [Images<'a>],
    columns: usize,
    /// Whether to add to the result instead of overwriting it.
    more: bool,
}

impl Sums<'_> {
    /// The rows of `y`, from `row` on, with 16 columns in a register.
    #[inline(always)]
    fn columns_in_lanes<V: Simd>(&self, row: usize, y: &mut [f32]) {
        let mut q = 0;
        while q + V::COVERS.start < self.columns {
            // of the last 16 columns, the second half may be empty
            q += match self.columns - q {
                17.. if const { V::TILE >= 16 } => self.column_block::<V, 2>((row, q), y),
                9.. => self.column_block::<V, 1>((row, q), y),
                _ => self.column_block::<V::Half, 1>((row, q), y),
            };
        }
    }

    /// 16 C columns from `q` on, which stay in the cache for all rows. Returns the number of columns.
    #[inline(always)]
    fn column_block<V: Simd, const C: usize>(&self, (row, q): (usize, usize), y: &mut [f32]) -> usize {
        let (mut p, by, rows) = (0, (self.columns, 1), y.len() / self.columns);
        while p < rows {
            let (y, at) = (&mut y[p * self.columns + q..], (row + p, q));
            p += match rows - p {
                8.. if const { V::TILE >= 8 * C } => self.tile::<V, 8, C>(at, y, by, self.columns - q),
                4.. if const { V::TILE >= 4 * C } => self.tile::<V, 4, C>(at, y, by, self.columns - q),
                _ => self.tile::<V, 1, C>(at, y, by, self.columns - q),
            };
        }
        LANES * C
    }

    /// The rows of `y`, from `row` on, with 16 rows in a register.
    #[inline(always)]
    fn rows_in_lanes<V: Simd>(&self, row: usize, y: &mut [f32]) {
        let by = (1, self.columns);
        for (row, y) in (row..).step_by(LANES).zip(y.chunks_mut(LANES * self.columns)) {
            let (mut column, rows) = (0, y.len() / self.columns);
            while column < self.columns {
                let (at, y) = ((column, row), &mut y[column..]);
                column += match self.columns - column {
                    10 | 11 if const { V::TILE >= 24 } => self.tile::<V, 10, 1>(at, y, by, rows),
                    6 | 7 | 10.. if const { V::TILE >= 6 } => self.tile::<V, 6, 1>(at, y, by, rows),
                    4.. if const { V::TILE >= 4 } => self.tile::<V, 4, 1>(at, y, by, rows),
                    2.. if const { V::TILE >= 4 } => self.tile::<V, 2, 1>(at, y, by, rows),
                    _ => self.tile::<V, 1, 1>(at, y, by, rows),
                };
            }
        }
    }

    /// The sums of P numbers of the broadcast factor, from `first` on, times 16 C of the loaded factor, from `q` on, of which
    /// only `left` exist. `by`: the strides in `y` along the first and along the second factor. Returns P.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn tile<V: Simd, const P: usize, const C: usize>(
        &self,
        (first, q): (usize, usize),
        y: &mut [f32],
        by: (usize, usize),
        left: usize,
    ) -> usize {
        let from = |p: usize, c: usize| p * by.0 + LANES * c * by.1;
        let mut sum = [[V::splat(0.0); C]; P];
        for &(a, b, images) in self.images {
            let a = &a[first / LANES * LANES..][..images];
            let mut sixteens: [&[[f32; LANES]]; C] = [&[]; C];
            for c in 0..C {
                sixteens[c] = &b[q + c * LANES..][..images];
            }
            for (image, a) in a.iter().enumerate() {
                let a: &[f32; P] = a[first % LANES..].first_chunk().expect("P numbers");
                let mut b = [V::splat(0.0); C];
                for c in 0..C {
                    b[c] = V::load(&sixteens[c][image]);
                }
                add_products(&mut sum, a, &b);
            }
        }
        if self.more {
            for p in 0..P {
                for c in 0..C {
                    let (mut sums, y) = ([0.0; LANES], &y[from(p, c)..]);
                    for i in V::COVERS.start..V::COVERS.end.min(left - LANES * c) {
                        sums[i] = y[i * by.1];
                    }
                    sum[p][c] = V::load(&sums).mul_add(V::splat(1.0), sum[p][c]);
                }
            }
        }
        for p in 0..P {
            for c in 0..C {
                let y = &mut y[from(p, c)..];
                if by.1 == 1 && left >= LANES * (c + 1) {
                    sum[p][c].store(y.first_chunk_mut().expect("sixteen"));
                } else {
                    let mut sums = [0.0; LANES];
                    sum[p][c].store(&mut sums);
                    for i in V::COVERS.start..V::COVERS.end.min(left - LANES * c) {
                        y[i * by.1] = sums[i];
                    }
                }
            }
        }
        P
    }
}
