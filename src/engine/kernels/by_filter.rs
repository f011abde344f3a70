//! The gradient by a filter: a sum over all positions of all images.
//!
//! The images of a slice stand one behind the other here, with their borders ([`image_rows`](super::images::image_rows)):
//! what lies under a row of the filter is one stretch of memory, and a register takes the sums of sixteen weights. So
//! images that a slice does not have cost nothing, and no lane is ever added to another.
use super::images::Borders;
use crate::engine::simd::{Kernel, Simd, run};
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
    /// The borders that the window needs around an image.
    pub fn borders(&self) -> Borders {
        let Window { down, across } = self.window;
        Borders {
            row: across.size * self.channels,
            width: across.padded() * self.channels,
            left: across.before * self.channels,
            height: down.padded(),
            above: down.before,
        }
    }

    /// The numbers of a row of the filter (for each output), and how many times eight these are.
    fn row(&self) -> (usize, usize) {
        let row = self.window.across.kernel * self.channels;
        (row, row.div_ceil(8))
    }

    /// How many sums there are for each output: each row of the filter is filled up to a multiple of eight.
    pub fn sums(&self) -> usize {
        (self.window.down.kernel * self.row().1 * 8).next_multiple_of(16)
    }
}

/// y[o][i][k] = Σ x[r·s + i][q·s][k] · dy[r][q][o] over all positions (r, q) of the images of a slice, where k counts the
/// numbers of a row of the filter, column after column.
pub(crate) fn by_filter(filter: &Filter, x: &[f32], dy: &[f32], y: Out<'_>) {
    run(ByFilter { filter, x, dy, y })
}

struct ByFilter<'a> {
    filter: &'a Filter,
    x: &'a [f32],
    dy: &'a [f32],
    y: Out<'a>,
}

impl Kernel for ByFilter<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let ByFilter { filter, x, dy, y } = self;
        let (sums, [by_x, by_dy]) = (filter.sums(), [x, dy].map(|slice| slice.len() / 16));
        y.values.fill(0.0);
        for (x, dy) in x.chunks_exact(by_x).zip(dy.chunks_exact(by_dy)).take(y.images) {
            let image = Image { filter, x, dy };
            let mut first = 0;
            while first < sums {
                first += if const { V::TILE >= 24 } && sums.is_multiple_of(48) {
                    image.outputs::<V, 3>(first, y.values);
                    48
                } else if const { V::TILE >= 24 } && first + 32 <= sums {
                    image.outputs::<V, 2>(first, y.values);
                    32
                } else {
                    image.outputs::<V, 1>(first, y.values);
                    16
                };
            }
        }
    }
}

struct Image<'a> {
    filter: &'a Filter,
    x: &'a [f32],
    dy: &'a [f32],
}

impl Image<'_> {
    /// C times sixteen sums of all outputs.
    #[inline(always)]
    fn outputs<V: Simd, const C: usize>(&self, first: usize, y: &mut [f32]) {
        let mut o = 0;
        while o < self.filter.outputs {
            o += match self.filter.outputs - o {
                12.. if const { V::TILE >= 24 && C == 2 } => self.tile::<V, 12, C>(first, o, y),
                8.. if const { V::TILE >= 24 && C == 3 } => self.tile::<V, 8, C>(first, o, y),
                6.. if const { V::TILE >= 6 * C } => self.tile::<V, 6, C>(first, o, y),
                4.. if const { V::TILE >= 6 * C } => self.tile::<V, 4, C>(first, o, y),
                _ => self.tile::<V, 1, C>(first, o, y),
            };
        }
    }

    /// C times sixteen sums of P outputs. Returns P.
    #[inline(always)]
    fn tile<V: Simd, const P: usize, const C: usize>(&self, first: usize, o: usize, y: &mut [f32]) -> usize {
        let Filter { window: Window { down, across }, channels, outputs } = *self.filter;
        let (width, eights, sums) = (across.padded() * channels, self.filter.row().1, self.filter.sums());
        // behind the last weight, the first is taken once more
        let place =
            |eight: usize| if eight < down.kernel * eights { eight / eights * width + eight % eights * 8 } else { 0 };
        let mut places = [(0, 0); C];
        let mut sum = [[V::splat(0.0); C]; P];
        for c in 0..C {
            places[c] = (place(first / 8 + 2 * c), place(first / 8 + 2 * c + 1));
            for p in 0..P {
                let y = &y[(o + p) * sums + first + 16 * c..];
                sum[p][c] = V::load(y.first_chunk().expect("16 sums"));
            }
        }
        let step = across.stride * channels;
        for r in 0..down.positions {
            let mut x = &self.x[r * down.stride * width..];
            let dy = &self.dy[r * across.positions * outputs..][..across.positions * outputs];
            for dy in dy.chunks_exact(outputs) {
                let dy: &[f32; P] = dy[o..].first_chunk().expect("P outputs");
                let mut now = [V::splat(0.0); C];
                for c in 0..C {
                    now[c] = match places[c] {
                        (a, b) if const { !V::HALVES } && b == a + 8 => V::load(x[a..].first_chunk().expect("sixteen")),
                        (a, b) => V::load_halves(eight(&x[a..]), eight(&x[b..])),
                    };
                }
                for p in 0..P {
                    let dy = V::splat(dy[p]);
                    for c in 0..C {
                        sum[p][c] = dy.mul_add(now[c], sum[p][c]);
                    }
                }
                x = x.get(step..).unwrap_or_default();
            }
        }
        for p in 0..P {
            for c in 0..C {
                let y = &mut y[(o + p) * sums + first + 16 * c..];
                sum[p][c].store(y.first_chunk_mut().expect("16 sums"));
            }
        }
        P
    }
}

#[inline(always)]
fn eight(x: &[f32]) -> &[f32; 8] {
    x.first_chunk().expect("eight numbers")
}

/// Some weights' gradient, `[down][across][channels][outputs]`, from the sums of all slices.
pub(crate) fn filter_sums(filter: &Filter, sums: Batch<'_>, y: Rows<'_>) {
    let (row, eights) = filter.row();
    let (mut k, mut rest) = (y.first / filter.outputs, y.values);
    while !rest.is_empty() {
        let together = 16.min(row - k % row).min(rest.len() / filter.outputs);
        let (y, behind) = rest.split_at_mut(together * filter.outputs);
        for o in 0..filter.outputs {
            let from = o * filter.sums() + k / row * eights * 8 + k % row;
            let mut total = [0.0; 16];
            for s in 0..sums.slices.len() {
                total.iter_mut().zip(&sums.slice(s).0[from..][..together]).for_each(|(total, sum)| *total += sum);
            }
            y[o..].iter_mut().step_by(filter.outputs).zip(total).for_each(|(y, total)| *y = total);
        }
        (k, rest) = (k + together, behind);
    }
}
