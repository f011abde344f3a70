//! The gradient by a filter: a sum over all positions of all images.
//!
//! The images of a slice stand one behind the other here, with their borders ([`image_rows`](super::layout::image_rows)):
//! what lies under a row of the filter is one stretch of memory, and a register takes the sums of sixteen weights. So
//! images that a slice does not have cost nothing, and no lane is ever added to another.
use crate::engine::simd::{Simd, SimdLoop, add_products, run};
use crate::engine::tensor::{Batch, Out, Rows};
use crate::engine::window::Window;

/// What the gradient by a filter is computed from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub window: Window,
    pub channels: usize,
    pub outputs: usize,
}

impl Filter {
    /// The numbers of a row of the filter (for each output), and how many times eight these are.
    fn row(&self) -> (usize, usize) {
        let row = self.window.across.kernel * self.channels;
        (row, row.div_ceil(8))
    }

    /// How many sums there are for each output: each row of the filter is filled up to a multiple of eight.
    pub fn sums(&self) -> usize {
        (self.window.down.kernel * self.row().1 * 8).next_multiple_of(16)
    }

    /// So many blocks of sixteen sums are computed together, where the registers hold them.
    pub fn together(&self) -> usize {
        if self.sums().is_multiple_of(48) { 3 } else { 2 }
    }
}

/// y[o][i][k] = Σ x[r·s + i][q·s][k] · dy[r][q][o] over all positions (r, q) of the images of a slice, where k counts the
/// numbers of a row of the filter, column after column; in blocks of sixteen sums, each for one output after the other.
/// `starts`: of the window ([`Window::starts`]).
pub(crate) fn by_filter(filter: &Filter, starts: &[u32], x: &[f32], dy: &[f32], y: Out<'_>) {
    run(ByFilter(Images { filter, starts, x, dy }, y))
}

/// Images of a slice, or one of them.
struct Images<'a> {
    filter: &'a Filter,
    starts: &'a [u32],
    x: &'a [f32],
    dy: &'a [f32],
}

struct ByFilter<'a>(Images<'a>, Out<'a>);

impl SimdLoop for ByFilter<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let ByFilter(Images { filter, starts, x, dy }, y) = self;
        let [by_x, by_dy] = [x, dy].map(|slice| slice.len() / 16);
        y.values.fill(0.0);
        let (block, sums) = (y.first / filter.outputs, y.values.as_chunks_mut().0);
        let end = (2 * (block + sums.len() / filter.outputs)).min(filter.window.down.kernel * filter.row().1);
        for (x, dy) in x.chunks_exact(by_x).zip(dy.chunks_exact(by_dy)).take(y.images) {
            let image = Images { filter, starts, x, dy };
            let mut first = 2 * block;
            while first < end {
                let y = &mut sums[(first / 2 - block) * filter.outputs..];
                first += match end - first {
                    _ if const { V::TILE >= 24 } && filter.together() == 3 => image.outputs::<V, 3>(first, y),
                    3.. if const { V::TILE >= 24 } => image.outputs::<V, 2>(first, y),
                    _ => image.outputs::<V, 1>(first, y),
                };
            }
        }
    }
}

impl Images<'_> {
    /// C times sixteen sums of all outputs. Returns how many eights.
    #[inline(always)]
    fn outputs<V: Simd, const C: usize>(&self, first: usize, y: &mut [[f32; 16]]) -> usize {
        let mut o = 0;
        while o < self.filter.outputs {
            o += match self.filter.outputs - o {
                12.. if const { V::TILE >= 24 && C == 2 } => self.tile::<V, 12, C>(first, o, y),
                8.. if const { V::TILE >= 24 && C == 3 } => self.tile::<V, 8, C>(first, o, y),
                6.. if const { V::TILE >= 6 * C } => self.tile::<V, 6, C>(first, o, y),
                4.. if const { V::TILE >= 4 * C } => self.tile::<V, 4, C>(first, o, y),
                _ => self.tile::<V, 1, C>(first, o, y),
            };
        }
        2 * C
    }

    /// C times sixteen sums of P outputs. Returns P.
    #[inline(always)]
    fn tile<V: Simd, const P: usize, const C: usize>(&self, first: usize, o: usize, y: &mut [[f32; 16]]) -> usize {
        let Filter { window: Window { down, across }, channels, outputs } = *self.filter;
        let eights = self.filter.row().1;
        let row = |eight: usize| eight / eights;
        // behind the last weight, the first is taken once more
        let under = |eight: usize| match row(eight) {
            row if row < down.kernel => &self.x[row * across.padded() * channels + eight % eights * 8..],
            _ => self.x,
        };
        let from = |p: usize, c: usize| c * outputs + o + p;
        let (mut x, mut beside) = ([(self.x, self.x); C], [false; C]);
        let mut sum = [[V::splat(0.0); C]; P];
        for c in 0..C {
            let [a, b] = [first + 2 * c, first + 2 * c + 1];
            (x[c], beside[c]) = ((under(a), under(b)), row(a) == row(b));
            for p in 0..P {
                sum[p][c] = V::load(&y[from(p, c)]);
            }
        }
        let rows = down.meeting(row(first + 2 * C - 1)).start..down.meeting(row(first)).end;
        let positions = rows.start * across.positions..rows.end * across.positions;
        let begin = (positions.start * outputs + o).min(self.dy.len());
        let mut dys = self.dy[begin..].chunks(outputs);
        for &at in &self.starts[positions] {
            let at = at as usize;
            let dy: &[f32; P] = dys.next().and_then(|dy| dy.first_chunk()).expect("P outputs");
            let mut now = [V::splat(0.0); C];
            for c in 0..C {
                now[c] = match x[c] {
                    (a, _) if const { !V::HALVES } && beside[c] => {
                        V::load(a[at..at + 16].first_chunk().expect("sixteen"))
                    }
                    (a, b) => V::load_halves(eight(&a[at..at + 8]), eight(&b[at..at + 8])),
                };
            }
            add_products(&mut sum, dy, &now);
        }
        for p in 0..P {
            for c in 0..C {
                sum[p][c].store(&mut y[from(p, c)]);
            }
        }
        P
    }
}

#[inline(always)]
fn eight(x: &[f32]) -> &[f32; 8] {
    x.first_chunk().expect("eight numbers")
}

/// The sums of so many slices are added up in `f32`, and these in twice the precision.
const SLICES: usize = 64;

/// Some weights' gradient, `[down][across][channels][outputs]`, from the sums of all slices.
pub(crate) fn filter_sums(filter: &Filter, sums: Batch<'_>, y: Rows<'_>) {
    let (row, eights) = filter.row();
    let (mut k, mut rest) = (y.first / filter.outputs, y.values);
    while !rest.is_empty() {
        let (eight, at) = (k / row * eights + k % row / 8, k % row % 8);
        let together = (8 - at).min(row - k % row).min(rest.len() / filter.outputs);
        let (y, behind) = rest.split_at_mut(together * filter.outputs);
        for o in 0..filter.outputs {
            let from = (eight / 2 * filter.outputs + o) * 16 + eight % 2 * 8 + at;
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
