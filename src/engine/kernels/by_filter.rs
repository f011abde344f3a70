//! The gradient by a filter: a sum over all positions of all images.
//!
//! Each lane adds up what its own images contribute, so that nothing has to be turned round; what the sixteen lanes hold
//! in the end is added by [`lane_sums`].
use crate::engine::memory::LANES;
use crate::engine::simd::{Kernel, Simd, run, vectorized};
use crate::engine::tensor::{Batch, Rows};
use crate::engine::window::{Axis, Window};
use std::ops::Range;

/// So many numbers that lie side by side under a filter are taken together: their sums are held in registers.
pub(crate) const TOGETHER: usize = 6;

/// Numbers of `dy` that are added up before the sums leave their registers: few enough to stay in the cache.
const STRETCH: usize = 1344;

/// y[i][j][c][o][lane] = Σ x[r·s + i][q·s + j][c] · dy[r][q][o] over the images of a lane and all positions (r, q), for
/// some rows (i, j, c).
pub(crate) fn by_filter(window: &Window, x: Batch<'_>, dy: Batch<'_>, sizes: (usize, usize), y: Rows<'_>) {
    run(ByFilter { window, x, dy, sizes, y })
}

struct ByFilter<'a> {
    window: &'a Window,
    x: Batch<'a>,
    dy: Batch<'a>,
    /// Channels and outputs.
    sizes: (usize, usize),
    y: Rows<'a>,
}

/// What a slice contributes through one row of the filter.
struct FilterRow<'a> {
    window: &'a Window,
    x: &'a [[f32; LANES]],
    dy: &'a [[f32; LANES]],
    channels: usize,
    outputs: usize,
    /// The rows of positions, and the row of the image that the first of them meets.
    rows: Range<usize>,
    top: usize,
}

impl Kernel for ByFilter<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let ByFilter { window, x, dy, sizes: (channels, outputs), y } = self;
        let down = window.down;
        let row = window.across.kernel * channels;
        let (first, y) = (y.first / LANES / outputs, y.values.as_chunks_mut::<LANES>().0);
        let end = first + y.len() / outputs;
        y.fill([0.0; LANES]);
        let last = x.slices.len() - 1;
        let together = (STRETCH / outputs).clamp(28, 56).div_ceil(window.across.positions);
        for s in (0..=last).map(|s| s.checked_sub(1).unwrap_or(last)) {
            let ((x, images), dy) = (x.slice(s), dy.slice(s).0.as_chunks().0);
            for block in (0..down.positions).step_by(together) {
                for i in first / row..end.div_ceil(row) {
                    let (rows, top) = down.meeting(i, block..down.positions.min(block + together));
                    let own = first.max(i * row)..end.min((i + 1) * row);
                    let y = &mut y[(own.start - first) * outputs..(own.end - first) * outputs];
                    let part = FilterRow { window, x: x.as_chunks().0, dy, channels, outputs, rows, top };
                    if !part.rows.is_empty() {
                        part.add::<V>(own.start - i * row, y);
                    }
                }
            }
            if s == last {
                // the lanes behind the last image hold nothing that counts; so this slice comes first
                y.iter_mut().for_each(|y| y[images..].fill(0.0));
            }
        }
    }
}

impl FilterRow<'_> {
    /// For its numbers from `k` on.
    #[inline(always)]
    fn add<V: Simd>(&self, k: usize, y: &mut [[f32; LANES]]) {
        for (k, y) in (k..).step_by(TOGETHER).zip(y.chunks_mut(TOGETHER * self.outputs)) {
            if const { V::TILE >= TOGETHER } && y.len() == TOGETHER * self.outputs {
                self.outputs::<V, TOGETHER>(k, y);
            } else {
                (k..).zip(y.chunks_mut(self.outputs)).for_each(|(k, y)| self.outputs::<V, 1>(k, y));
            }
        }
    }

    /// All outputs for P numbers, which meet the same positions.
    #[inline(always)]
    fn outputs<V: Simd, const P: usize>(&self, k: usize, y: &mut [[f32; LANES]]) {
        let across = self.window.across;
        let (positions, _) = across.meeting(k / self.channels, 0..across.positions);
        let mut o = 0;
        if const { V::TILE >= 4 * TOGETHER } {
            while o + 4 <= self.outputs {
                self.tile::<V, P, 4>(k, o, &positions, y);
                o += 4;
            }
        }
        while o < self.outputs {
            self.tile::<V, P, 1>(k, o, &positions, y);
            o += 1;
        }
    }

    /// P numbers by Q outputs, over some positions of each row.
    #[inline(always)]
    fn tile<V: Simd, const P: usize, const Q: usize>(
        &self,
        k: usize,
        o: usize,
        positions: &Range<usize>,
        y: &mut [[f32; LANES]],
    ) {
        let across = self.window.across;
        let mut sum = [[V::splat(0.0); Q]; P];
        for p in 0..P {
            let y: &[_; Q] = y[p * self.outputs + o..].first_chunk().expect("Q outputs");
            for q in 0..Q {
                sum[p][q] = V::load(&y[q]);
            }
        }
        let left = positions.start * across.stride * self.channels + k - across.before * self.channels;
        let by_row = across.size * self.channels;
        let step = across.stride * self.channels;
        for (r, top) in self.rows.clone().zip((self.top..).step_by(self.window.down.stride)) {
            let x = &self.x[top * by_row + left..];
            let dy = &self.dy[(r * across.positions + positions.start) * self.outputs + o..];
            for i in 0..positions.len() {
                let x: &[_; P] = x[i * step..][..P].try_into().expect("P numbers");
                let dy: &[_; Q] = dy[i * self.outputs..][..Q].try_into().expect("Q outputs");
                let mut now = [V::splat(0.0); Q];
                for q in 0..Q {
                    now[q] = V::load(&dy[q]);
                }
                for p in 0..P {
                    let x = V::load(&x[p]);
                    for q in 0..Q {
                        sum[p][q] = x.mul_add(now[q], sum[p][q]);
                    }
                }
            }
        }
        for p in 0..P {
            let y: &mut [_; Q] = y[p * self.outputs + o..].first_chunk_mut().expect("Q outputs");
            for q in 0..Q {
                sum[p][q].store(&mut y[q]);
            }
        }
    }
}

/// The rows of images with the zeros that a window meets on their left and right.
pub(crate) fn padded(across: &Axis, x: &[f32], channels: usize, y: &mut [f32]) {
    let by = LANES * channels;
    let rows = x.chunks_exact(across.size * by).zip(y.chunks_exact_mut(across.covered() * by));
    for (x, y) in rows {
        let (before, y) = y.split_at_mut(across.before * by);
        let (inside, behind) = y.split_at_mut(across.covered_of_image() * by);
        before.fill(0.0);
        inside.copy_from_slice(&x[..inside.len()]);
        behind.fill(0.0);
    }
}

vectorized! {
/// yᵢ = the sum of sixteen lanes, always in the same order.
pub(crate) fn lane_sums(x: &[f32], y: &mut [f32]) {
    for (x, y) in x.as_chunks::<LANES>().0.iter().zip(y) {
        let mut eight = [0.0; 8];
        for i in 0..8 {
            eight[i] = x[i] + x[i + 8];
        }
        let [a, b, c, d, e, f, g, h] = eight;
        *y = ((a + e) + (c + g)) + ((b + f) + (d + h));
    }
}
}
