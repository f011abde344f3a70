//! Sums over the images of a batch: the gradients by weights.
//!
//! Inside, slices are in the order of their images ([`image_major`]), so that no lane is ever added to another: every
//! number of the result is one sum, image after image, and every processor gives the same bits.
use crate::engine::memory::LANES;
use crate::engine::simd::{Kernel, Simd, run, vectorized};
use crate::engine::tensor::{Batch, Out, Rows};

/// So many rows of the result are computed together: their sums are held in registers, on any processor.
pub(crate) const TOGETHER: usize = 6;

vectorized! {
/// From the lanes of a slice to one image behind the other, each filled up with zeros to a multiple of sixteen.
pub(crate) fn image_major(x: &[f32], y: Out<'_>) {
    let width = y.values.len() / LANES;
    for (x, at) in x.as_chunks::<LANES>().0.chunks(LANES).zip((0..).step_by(LANES)) {
        let mut block = [[0.0; LANES]; LANES];
        let x = match x.first_chunk() {
            Some(x) => x,
            None => {
                block[..x.len()].copy_from_slice(x);
                &block
            }
        };
        for (image, y) in y.values.chunks_exact_mut(width).take(y.images).enumerate() {
            let y = y[at..].first_chunk_mut::<LANES>().expect("room for sixteen");
            for i in 0..LANES {
                y[i] = x[i][image];
            }
        }
    }
}
}

/// y[p][q] = Σ a[p]·b[q] over all images, for some rows p.
///
/// Both factors come from [`image_major`].
pub(crate) fn batch_sum(a: Batch<'_>, b: Batch<'_>, columns: usize, y: Rows<'_>) {
    run(BatchSum { a, b, columns, y })
}

struct BatchSum<'a> {
    a: Batch<'a>,
    b: Batch<'a>,
    columns: usize,
    y: Rows<'a>,
}

/// Some images: their numbers in the first factor, and their rows of the second.
type Images<'a> = (&'a [f32], &'a [[f32; 16]]);

/// So many slices are added up before the sums leave their registers: few enough for their numbers to stay in the cache.
const SLICES: usize = 32;

impl Kernel for BatchSum<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let BatchSum { a, b, columns, y } = self;
        let width = a.slice(0).0.len() / LANES;
        let mut sums = Sums { width, columns, first: y.first / columns, y: y.values, more: false };
        let mut together: [Images<'_>; SLICES] = [(&[], &[]); SLICES];
        for first in (0..a.slices.len()).step_by(SLICES) {
            let count = SLICES.min(a.slices.len() - first);
            for (s, images) in (first..).zip(&mut together[..count]) {
                let ((a, n), b) = (a.slice(s), b.slice(s).0.as_chunks::<16>().0);
                *images = (a, &b[..b.len() / LANES * n]);
            }
            sums.add::<V>(&together[..count]);
        }
    }
}

/// Some rows of the result.
struct Sums<'a> {
    /// How far it is from image to image in the first factor.
    width: usize,
    columns: usize,
    first: usize,
    y: &'a mut [f32],
    /// Whether there is something in `y` already.
    more: bool,
}

impl Sums<'_> {
    #[inline(always)]
    fn add<V: Simd>(&mut self, images: &[Images<'_>]) {
        let chunks = self.columns.div_ceil(16);
        let mut q = 0;
        while q < chunks {
            // of the last sixteen, the second half may be empty
            q += if const { V::TILE >= 12 } && q + 2 <= chunks {
                self.columns::<V, 2>(images, q);
                2
            } else if self.columns - 16 * q <= 8 {
                self.columns::<V::Half, 1>(images, q);
                1
            } else {
                self.columns::<V, 1>(images, q);
                1
            };
        }
        self.more = true;
    }

    /// C times sixteen columns of all rows: those of the second factor stay in the cache.
    #[inline(always)]
    fn columns<V: Simd, const C: usize>(&mut self, images: &[Images<'_>], q: usize) {
        let mut p = self.first;
        let mut rest = &mut *self.y;
        while !rest.is_empty() {
            let rows = if const { V::TILE > 1 } && rest.len() >= TOGETHER * self.columns { TOGETHER } else { 1 };
            let (y, behind) = rest.split_at_mut(rows * self.columns);
            if rows == TOGETHER {
                tile::<V, TOGETHER, C>(images, (p, self.width), q, y, self.more);
            } else {
                tile::<V, 1, C>(images, (p, self.width), q, y, self.more);
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
    (first, width): (usize, usize),
    q: usize,
    y: &mut [f32],
    more: bool,
) {
    let columns = y.len() / P;
    let chunks = columns.div_ceil(16);
    let mut sum = [[V::splat(0.0); C]; P];
    for &(a, b) in images {
        for (i, b) in b.chunks_exact(chunks).enumerate() {
            let a: &[f32; P] = a[first + i * width..].first_chunk().expect("P numbers");
            let chunk: &[[f32; 16]; C] = b[q..].first_chunk().expect("C chunks");
            let mut b = [V::splat(0.0); C];
            for c in 0..C {
                b[c] = V::load(&chunk[c]);
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
            let mut sums = [0.0; 16];
            sum[p][c].store(&mut sums);
            let y = &mut y[p * columns..][..columns][16 * (q + c)..];
            for (y, sum) in y.iter_mut().zip(sums) {
                *y = if more { *y + sum } else { sum };
            }
        }
    }
}
