//! Matrix products: of a slice of images with a matrix of weights, and of two matrices.
use crate::engine::simd::{Simd, SimdLoop, add_products, chunk_at, prefetch, run, vectorized};
use crate::engine::{LANES, Out};

/// yₒ = Σₖ xₖ wₖₒ for 16 images, at several positions of an image that are the same distance apart.
///
/// At each position, k runs over `rows` contiguous stretches of `length` numbers. A dense layer has one position and one
/// stretch; a convolution has a stretch for each row of the filter. Strides and lengths count numbers of one image; in `x`
/// and `y` each of them stands for 16 lanes.
pub(crate) struct Product<'a> {
    pub x: &'a [f32],
    pub w: &'a [f32],
    /// Whether `w` is `[outputs][length]`, with one stretch, instead of `[rows × length][outputs]`.
    pub transposed: bool,
    pub y: &'a mut [f32],
    pub outputs: usize,
    pub rows: usize,
    pub length: usize,
    /// Stride from one stretch to the next, in `x` and in `w`.
    pub by_row: (usize, usize),
    pub positions: usize,
    /// Stride from one position to the next, in `x` and in `y`.
    pub by_position: (usize, usize),
    /// How many of the 16 lanes are images of the batch.
    pub images: usize,
    /// Whether to add to `y` instead of overwriting it.
    pub more: bool,
}

/// How a tile reads its operands: as they are, with `w` transposed, or with 4 images × 4 positions as the 16 lanes, where
/// a slice has at most 4 images.
const PLAIN: u8 = 0;
const TRANSPOSED: u8 = 1;
const FOUR: u8 = 2;

/// Weights are prefetched this many rows ahead where a tile has a single position. A tile of a dense layer reads a few
/// numbers of each row, and the next row is too far away for the hardware prefetcher.
const AHEAD: usize = 40;

impl SimdLoop for Product<'_> {
    #[inline(always)]
    fn run<V: Simd>(&mut self) {
        if const { V::HALVES } && self.images <= 8 { self.positions::<V, V::Half>() } else { self.positions::<V, V>() }
    }
}

impl Product<'_> {
    pub fn run(self) {
        run(self)
    }

    /// All positions. H is V, or V::Half if at most 8 lanes are images.
    #[inline(always)]
    fn positions<V: Simd, H: Simd>(&mut self) {
        let values = std::mem::take(&mut self.y);
        let (x, y) = (self.x.as_chunks().0, values.as_chunks_mut().0);
        let four = self.images <= 4 && !self.transposed && (!V::HALVES || H::TILE > V::TILE);
        let mut q = 0;
        while q < self.positions {
            q += match self.positions - q {
                4.. if four => self.outputs::<V, 1, FOUR>(x, y, q),
                _ if self.images <= V::COVERS.start => 1,
                _ if self.transposed => self.outputs::<H, 1, TRANSPOSED>(x, y, q),
                4.. if const { H::TILE >= 24 } => self.outputs::<H, 4, PLAIN>(x, y, q),
                _ => self.outputs::<H, 1, PLAIN>(x, y, q),
            };
        }
        self.y = values;
    }

    /// All outputs at the positions from `q` on, in tiles whose sums fit into the registers, P registers for each output.
    /// M: how operands are read. Returns the number of positions.
    #[inline(always)]
    fn outputs<V: Simd, const P: usize, const M: u8>(
        &self,
        x: &[[f32; LANES]],
        y: &mut [[f32; LANES]],
        q: usize,
    ) -> usize {
        let (by_6, by_12) = (self.outputs.is_multiple_of(6), self.outputs.is_multiple_of(12));
        let mut o = 0;
        while o < self.outputs {
            o += match self.outputs - o {
                24.. if const { M == FOUR && V::TILE >= 24 } => self.tile::<V, 24, P, M>(x, y, q, o),
                12.. if const { V::TILE >= 24 * P && M != TRANSPOSED } && by_12 => self.tile::<V, 12, P, M>(x, y, q, o),
                20.. if const { V::TILE >= 24 * P && M == PLAIN } && !by_6 => self.tile::<V, 20, P, M>(x, y, q, o),
                10.. if const { V::TILE >= 10 * P } && !by_6 => self.tile::<V, 10, P, M>(x, y, q, o),
                6.. if const { V::TILE >= 6 } => self.tile::<V, 6, P, M>(x, y, q, o),
                4.. if const { V::TILE >= 4 } => self.tile::<V, 4, P, M>(x, y, q, o),
                2.. if const { V::TILE >= 4 } => self.tile::<V, 2, P, M>(x, y, q, o),
                _ => self.tile::<V, 1, P, M>(x, y, q, o),
            };
        }
        if M == FOUR { 4 } else { P }
    }

    /// Outputs `first..first + O` at P positions from `q` on (4 if M is `FOUR`). Returns O.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn tile<V: Simd, const O: usize, const P: usize, const M: u8>(
        &self,
        all: &[[f32; LANES]],
        y: &mut [[f32; LANES]],
        q: usize,
        first: usize,
    ) -> usize {
        let positions = const { if M == FOUR { 4 } else { P } };
        let mut sum = [[V::splat(0.0); P]; O];
        if self.more {
            for p in 0..P {
                let y: &[_; O] = y[(q + p) * self.by_position.1 + first..].first_chunk().expect("O outputs");
                for o in 0..O {
                    sum[o][p] = V::load(&y[o]);
                }
            }
        }
        for row in 0..self.rows {
            let x = &all[row * self.by_row.0 + q * self.by_position.0..];
            if const { M == TRANSPOSED } {
                let mut w: [&[f32]; O] = [&[]; O];
                for (o, w) in w.iter_mut().enumerate() {
                    *w = &self.w[(first + o) * self.length..][..self.length];
                }
                for (k, x) in x[..self.length].iter().enumerate() {
                    let x = V::load(x);
                    for o in 0..O {
                        sum[o][0] = V::splat(w[o][k]).mul_add(x, sum[o][0]);
                    }
                }
            } else {
                let mut stretches = [&x[..0]; 4];
                for p in 0..positions {
                    stretches[p] = &x[p * self.by_position.0..][..self.length];
                }
                let mut at = row * self.by_row.1 + first;
                for k in 0..self.length {
                    let w: &[f32; O] = chunk_at(self.w, at);
                    at += self.outputs;
                    if P == 1 && M == PLAIN {
                        prefetch(w, AHEAD * self.outputs);
                    }
                    let [a, b, c, d] = stretches;
                    let mut now = [V::splat(0.0); P];
                    for p in 0..P {
                        now[p] = match M {
                            FOUR => V::load_quarters([&a[k], &b[k], &c[k], &d[k]]),
                            _ => V::load(&stretches[p][k]),
                        };
                    }
                    add_products(&mut sum, w, &now);
                }
            }
        }
        for p in if M == FOUR { V::COVERS.start / 4..V::COVERS.end / 4 } else { 0..P } {
            let y: &mut [_; O] = y[(q + p) * self.by_position.1 + first..].first_chunk_mut().expect("O outputs");
            for o in 0..O {
                if M == FOUR {
                    let mut sums = [0.0; LANES];
                    sum[o][0].store(&mut sums);
                    y[o][..4].copy_from_slice(&sums[4 * p..][..4]);
                } else {
                    sum[o][p].store(&mut y[o]);
                }
            }
        }
        O
    }
}

/// A dense layer sums over this many inputs at a time, so that they stay in the cache with their weights for all outputs.
const INPUTS: usize = 128;

/// A sum of more products than these loses digits in an `f32`. Longer ones ask for memory in each run.
const LONG: usize = 16_384;

/// yₒ = Σₖ xₖ wₖₒ for 16 images. x: `[length][16]`, w: `[length][outputs]`, or `[outputs][length]` if `transposed`, y:
/// `[outputs][16]`.
pub(crate) fn dense(x: &[f32], w: &[f32], transposed: bool, y: Out<'_>) {
    let (length, outputs) = (x.len() / LANES, y.values.len() / LANES);
    if length > LONG {
        return long_sums(x, w, transposed, y);
    }
    let together = if transposed { length } else { INPUTS };
    for first in (0..length).step_by(together) {
        let length = together.min(length - first);
        Product {
            x: &x[first * LANES..],
            w: if transposed { w } else { &w[first * outputs..] },
            transposed,
            y: y.values,
            outputs,
            rows: 1,
            length,
            by_row: (0, 0),
            positions: 1,
            by_position: (0, 0),
            images: y.images,
            more: first > 0,
        }
        .run();
    }
}

/// [`dense`] for long sums: short ones are added up in an `f64`.
fn long_sums(x: &[f32], w: &[f32], transposed: bool, y: Out<'_>) {
    let (length, outputs) = (x.len() / LANES, y.values.len() / LANES);
    let (mut part, mut sums) = (vec![0.0; y.values.len()], vec![0.0; y.values.len()]);
    for (i, x) in x.chunks(INPUTS * LANES).enumerate() {
        let (first, end) = (i * INPUTS, i * INPUTS + x.len() / LANES);
        let rows: Vec<f32>;
        let w = if transposed {
            rows = w.chunks_exact(length).flat_map(|row| &row[first..end]).copied().collect();
            &rows
        } else {
            &w[first * outputs..end * outputs]
        };
        dense(x, w, transposed, Out { values: &mut part, ..y });
        sums.iter_mut().zip(&part).for_each(|(sum, part)| *sum += f64::from(*part));
    }
    y.values.iter_mut().zip(sums).for_each(|(y, sum)| *y = sum as f32);
}

/// The values of a matrix and its strides `(by_k, by_o)`: entry (k, o) is at `k * by_k + o * by_o`.
pub(crate) type Strided<'a> = (&'a [f32], (usize, usize));

vectorized! {
/// y[p][o] = Σₖ a(k, p) · b(k, o), for matrices without an open dimension; y: `[rows][columns]`.
pub(crate) fn matrices(a: Strided<'_>, b: Strided<'_>, inner: usize, columns: usize, y: &mut [f32]) {
    let ((a, (a_by_k, a_by_o)), (b, (b_by_k, b_by_o))) = (a, b);
    for (p, y) in y.chunks_exact_mut(columns).enumerate() {
        if inner > LONG {
            for (o, y) in y.iter_mut().enumerate() {
                let product = |k| f64::from(a[k * a_by_k + p * a_by_o]) * f64::from(b[k * b_by_k + o * b_by_o]);
                *y = (0..inner).map(product).sum::<f64>() as f32;
            }
            continue;
        }
        y.fill(0.0);
        for k in 0..inner {
            let factor = a[k * a_by_k + p * a_by_o];
            let row = b[k * b_by_k..].iter().step_by(b_by_o);
            y.iter_mut().zip(row).for_each(|(y, b)| *y += factor * b);
        }
    }
}
}
