//! Sums over the images of a batch: the gradients by weights.
//!
//! Inside, slices are in the order of their images ([`image_major`](super::images::image_major)), so that no lane is ever
//! added to another: every number of the result is one sum, image after image, and every processor gives the same bits.
use crate::engine::memory::LANES;
use crate::engine::simd::{Kernel, Simd, run};
use crate::engine::tensor::{Batch, Rows};

/// So many rows of the result are computed together, where the registers hold their sums.
pub(crate) const TOGETHER: usize = 8;

/// y[p][q] = Σ a[p]·b[q] over all images, for some rows p.
///
/// Both factors come from [`image_major`](super::images::image_major).
pub(crate) fn batch_sum(a: Batch<'_>, b: Batch<'_>, columns: usize, y: Rows<'_>) {
    run(BatchSum { a, b, columns, y })
}

struct BatchSum<'a> {
    a: Batch<'a>,
    b: Batch<'a>,
    columns: usize,
    y: Rows<'a>,
}

/// A slice of both factors, and how many images it has.
type Images<'a> = (&'a [[f32; LANES]], &'a [[f32; LANES]], usize);

/// So many slices are added up before the sums leave their registers: few enough for their numbers to stay in the cache.
const SLICES: usize = 32;

impl Kernel for BatchSum<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let BatchSum { a, b, columns, y } = self;
        let mut sums = Sums { columns, first: y.first / columns, y: y.values, more: false };
        let mut together: [Images<'_>; SLICES] = [(&[], &[], 0); SLICES];
        for first in (0..a.slices.len()).step_by(SLICES) {
            let count = SLICES.min(a.slices.len() - first);
            for (s, images) in (first..).zip(&mut together[..count]) {
                let ((a, n), (b, _)) = (a.slice(s), b.slice(s));
                *images = (a.as_chunks().0, b.as_chunks().0, n);
            }
            sums.add::<V>(&together[..count]);
        }
    }
}

/// So many rows of the result are written before the next: they stay in the cache for all columns.
const ROWS: usize = 256;

/// Some rows of the result.
struct Sums<'a> {
    columns: usize,
    first: usize,
    y: &'a mut [f32],
    /// Whether there is something in `y` already.
    more: bool,
}

impl Sums<'_> {
    #[inline(always)]
    fn add<V: Simd>(&mut self, images: &[Images<'_>]) {
        let chunks = self.columns.div_ceil(LANES);
        for (first, y) in (self.first..).step_by(ROWS).zip(self.y.chunks_mut(ROWS * self.columns)) {
            let mut rows = Sums { first, y, ..*self };
            let mut q = 0;
            while q < chunks {
                // of the last sixteen, the second half may be empty
                q += if const { V::TILE >= 2 * TOGETHER } && q + 2 <= chunks {
                    rows.columns::<V, 2>(images, q);
                    2
                } else if self.columns - LANES * q <= 8 {
                    rows.columns::<V::Half, 1>(images, q);
                    1
                } else {
                    rows.columns::<V, 1>(images, q);
                    1
                };
            }
        }
        self.more = true;
    }

    /// C times sixteen columns of all rows: those of the second factor stay in the cache.
    #[inline(always)]
    fn columns<V: Simd, const C: usize>(&mut self, images: &[Images<'_>], q: usize) {
        let mut p = self.first;
        let mut rest = &mut *self.y;
        while !rest.is_empty() {
            let left = rest.len() / self.columns;
            let rows = match (left, p % LANES) {
                (TOGETHER.., 0 | 8) if const { V::TILE >= C * TOGETHER } => TOGETHER,
                (4.., at) if const { V::TILE >= 4 * C } && at.is_multiple_of(4) => 4,
                _ => 1,
            };
            let (y, behind) = rest.split_at_mut(rows * self.columns);
            match rows {
                TOGETHER => tile::<V, TOGETHER, C>(images, (p, q), y, self.more),
                4 => tile::<V, 4, C>(images, (p, q), y, self.more),
                _ => tile::<V, 1, C>(images, (p, q), y, self.more),
            }
            rest = behind;
            p += rows;
        }
    }
}

/// P rows by C times sixteen columns.
#[inline(always)]
fn tile<V: Simd, const P: usize, const C: usize>(
    images: &[Images<'_>],
    (first, q): (usize, usize),
    y: &mut [f32],
    more: bool,
) {
    let columns = y.len() / P;
    let from = |p: usize, c: usize| p * columns + LANES * (q + c);
    let mut sum = [[V::splat(0.0); C]; P];
    if more {
        for p in 0..P {
            for c in 0..C {
                let mut sums = [0.0; LANES];
                let y = &y[from(p, c)..((p + 1) * columns).min(from(p, c + 1))];
                sums[..y.len()].copy_from_slice(y);
                sum[p][c] = V::load(&sums);
            }
        }
    }
    for &(a, b, images) in images {
        let a = &a[first / LANES * LANES..][..images];
        let mut chunks: [&[[f32; LANES]]; C] = [&[]; C];
        for c in 0..C {
            chunks[c] = &b[(q + c) * LANES..][..images];
        }
        for (image, a) in a.iter().enumerate() {
            let a: &[f32; P] = a[first % LANES..].first_chunk().expect("P numbers");
            let mut b = [V::splat(0.0); C];
            for c in 0..C {
                b[c] = V::load(&chunks[c][image]);
            }
            for p in 0..P {
                let a = V::splat(a[p]);
                for c in 0..C {
                    sum[p][c] = a.mul_add(b[c], sum[p][c]);
                }
            }
        }
    }
    for p in 0..P {
        for c in 0..C {
            let y = &mut y[from(p, c)..((p + 1) * columns).min(from(p, c + 1))];
            match y.first_chunk_mut() {
                Some(y) => sum[p][c].store(y),
                None => {
                    let mut sums = [0.0; LANES];
                    sum[p][c].store(&mut sums);
                    y.copy_from_slice(&sums[..y.len()]);
                }
            }
        }
    }
}
