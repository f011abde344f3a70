//! The gradient by the filter of a convolution: a sum over all positions of all images.
//!
//! The slices have been transposed to one padded image after the other ([`image_rows`](super::layout::image_rows)). The
//! pixels under a row of the filter are then contiguous, and a lane is a weight, not an image: lanes are never added to each
//! other, and a slice with fewer than 16 images takes less time.
//!
//! A row of the filter has `kernel × channels` weights. Rows are padded to a multiple of 8 weights, an *eight*; a register
//! holds two eights, which may belong to two rows.
use crate::engine::simd::{Simd, SimdLoop, add_products, chunk_at, each_row, run};
use crate::engine::{Batch, LANES, Out, Rows, Window};
use std::ops::Range;

/// A filter `[down][across][channels][outputs]`, and how it moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub window: Window,
    pub channels: usize,
    pub outputs: usize,
}

impl Filter {
    /// Weights in a row of the filter (for one output), and the eights that they fill.
    fn row(&self) -> (usize, usize) {
        let row = self.window.across.kernel * self.channels;
        (row, row.div_ceil(8))
    }

    /// Sums for one output, with the padding of the rows.
    pub fn sums(&self) -> usize {
        (self.window.down.kernel * self.row().1 * 8).next_multiple_of(LANES)
    }

    /// How many registers of sums a tile has for each output, with AVX-512.
    pub fn registers(&self) -> usize {
        if self.sums().is_multiple_of(48) { 3 } else { 2 }
    }
}

/// sum[i][k][o] = Σ x[r·stride + i][q·stride][k] · dy[r][q][o] over all positions (r, q) of the images of a slice: i is the row
/// of the filter, and k the weight in that row.
///
/// x: `[images][padded height][padded width × channels]`, dy: `[images][positions][outputs]`, y: blocks of
/// `[outputs][16 sums]`. `starts` comes from [`Window::starts`].
pub(crate) fn by_filter(filter: &Filter, starts: &[u32], x: &[f32], dy: &[f32], y: Out<'_>) {
    run(ByFilter(Images { filter, starts, x, dy }, y))
}

/// The images of a slice, or one of them.
struct Images<'a> {
    filter: &'a Filter,
    starts: &'a [u32],
    x: &'a [f32],
    dy: &'a [f32],
}

struct ByFilter<'a>(Images<'a>, Out<'a>);

impl SimdLoop for ByFilter<'_> {
    #[inline(always)]
    fn run<V: Simd>(&mut self) {
        let ByFilter(Images { filter, starts, x, dy }, ref mut y) = *self;
        let (by_x, by_dy) = (x.len() / LANES, dy.len() / LANES);
        if V::COVERS.start == 0 {
            y.values.fill(0.0);
        }
        let (block, images, sums) = (y.first / filter.outputs, y.images, y.values.as_chunks_mut().0);
        let end = (2 * (block + sums.len() / filter.outputs)).min(filter.window.down.kernel * filter.row().1);
        for (x, dy) in x.chunks_exact(by_x).zip(dy.chunks_exact(by_dy)).take(images) {
            let image = Images { filter, starts, x, dy };
            let mut first = 2 * block;
            while first < end {
                let y = &mut sums[(first / 2 - block) * filter.outputs..];
                first += match end - first {
                    _ if const { V::TILE >= 24 } && filter.registers() == 3 => image.outputs::<V, 3>(first, y),
                    3.. if const { V::TILE >= 24 } => image.outputs::<V, 2>(first, y),
                    _ => image.outputs::<V, 1>(first, y),
                };
            }
        }
    }
}

impl Images<'_> {
    /// 16 C sums, from eight `first` on, of all outputs. Returns the number of eights.
    #[inline(always)]
    fn outputs<V: Simd, const C: usize>(&self, first: usize, y: &mut [[f32; LANES]]) -> usize {
        let mut o = 0;
        while o < self.filter.outputs {
            o += match self.filter.outputs - o {
                12.. if const { V::TILE >= 24 && C == 2 } => self.tile::<V, 12, C>(first, o, y),
                8.. if const { V::TILE >= 24 && C == 3 } => self.tile::<V, 8, C>(first, o, y),
                6.. if const { V::TILE >= 6 * C } => self.tile::<V, 6, C>(first, o, y),
                4.. if const { V::TILE >= 4 * C } => self.tile::<V, 4, C>(first, o, y),
                2.. if const { V::TILE >= 4 * C } => self.tile::<V, 2, C>(first, o, y),
                _ => self.tile::<V, 1, C>(first, o, y),
            };
        }
        2 * C
    }

    /// 16 C sums, from eight `first` on, of outputs `o..o + P`. Returns P.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn tile<V: Simd, const P: usize, const C: usize>(&self, first: usize, o: usize, y: &mut [[f32; LANES]]) -> usize {
        let Filter { window: Window { down, across }, channels, outputs } = *self.filter;
        let eights = self.filter.row().1;
        let row = |eight: usize| eight / eights;
        // the eights after the last row are padding: they read the first row
        let under = |eight: usize| match row(eight) {
            row if row < down.kernel => &self.x[row * across.padded() * channels + eight % eights * 8..],
            _ => self.x,
        };
        let from = |p: usize, c: usize| c * outputs + o + p;
        let (mut x, mut beside) = ([(self.x, self.x); C], [false; C]);
        let mut sum = [[V::splat(0.0); C]; P];
        for c in 0..C {
            let [a, b] = [first + 2 * c, first + 2 * c + 1];
            (x[c], beside[c]) = match V::COVERS {
                Range { end: 8, .. } => ((under(a), under(a)), false),
                Range { start: 8, .. } => ((under(b), under(b)), false),
                _ => ((under(a), under(b)), !V::HALVES && row(a) == row(b)),
            };
            for p in 0..P {
                sum[p][c] = V::load(&y[from(p, c)]);
            }
        }
        let rows = down.positions_inside(row(first + 2 * C - 1)).start..down.positions_inside(row(first)).end;
        let positions = rows.start * across.positions..rows.end * across.positions;
        let (dy, starts) = (&self.dy[positions.start * outputs..], &self.starts[positions]);
        each_row(dy, [outputs, o, starts.len()], |i, dy: &[f32; P]| {
            let at = starts[i] as usize;
            let mut now = [V::splat(0.0); C];
            for c in 0..C {
                now[c] = match x[c] {
                    (a, _) if beside[c] => V::load(chunk_at(a, at)),
                    (a, b) => V::load_halves(chunk_at(a, at), chunk_at(b, at)),
                };
            }
            add_products(&mut sum, dy, &now);
        });
        for p in 0..P {
            for c in 0..C {
                sum[p][c].store(&mut y[from(p, c)]);
            }
        }
        P
    }
}

/// The sums of this many slices are added in single precision, and the results of that in double precision.
const SLICES: usize = 64;

/// Adds up the sums of all slices (blocks of `[outputs][16 sums]`) to the gradient y, some weights of
/// `[down][across][channels][outputs]`.
pub(crate) fn filter_sums(filter: &Filter, sums: Batch<'_>, y: Rows<'_>) {
    let (row, eights) = filter.row();
    let (mut k, mut rest) = (y.first / filter.outputs, y.values);
    while !rest.is_empty() {
        let (eight, at) = (k / row * eights + k % row / 8, k % row % 8);
        let together = (8 - at).min(row - k % row).min(rest.len() / filter.outputs);
        let (y, behind) = rest.split_at_mut(together * filter.outputs);
        for o in 0..filter.outputs {
            let from = (eight / 2 * filter.outputs + o) * LANES + eight % 2 * 8 + at;
            let mut totals = [0.0; 8];
            for first in (0..sums.slices.len()).step_by(SLICES) {
                let mut part = [0.0; 8];
                for s in first..sums.slices.len().min(first + SLICES) {
                    part.iter_mut().zip(&sums.slice(s).0[from..][..together]).for_each(|(part, sum)| *part += sum);
                }
                totals.iter_mut().zip(part).for_each(|(total, part)| *total += f64::from(part));
            }
            y[o..].iter_mut().step_by(filter.outputs).zip(totals).for_each(|(y, total)| *y = total as f32);
        }
        (k, rest) = (k + together, behind);
    }
}
