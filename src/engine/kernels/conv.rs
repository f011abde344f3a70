//! Convolution of slices: sixteen images at a time, channels innermost, so that what a kernel covers in one row of an
//! image is one stretch of memory, and so are its weights.
use super::product::{Strided, columns};
use super::simd::{Kernel, Simd, run};
use super::window::Window;
use crate::engine::tensor::{Batch, Rows};
use std::array::from_fn;

/// x: `[height][width][channels]`, filter: `[down][across][channels][outputs]`, y: `[positions][positions][outputs]`.
pub(crate) fn forward(window: &Window, x: &[f32], filter: &[f32], channels: usize, outputs: usize, y: &mut [f32]) {
    run(Forward { window, x: x.as_chunks().0, filter, channels, outputs, y: y.as_chunks_mut().0 })
}

struct Forward<'a> {
    window: &'a Window,
    x: &'a [[f32; 16]],
    filter: &'a [f32],
    channels: usize,
    outputs: usize,
    y: &'a mut [[f32; 16]],
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<V: Simd>(mut self) {
        let Window { down, across } = *self.window;
        for r in 0..down.positions {
            let mut q = 0;
            while q < across.positions {
                let whole = |q: usize| q < across.positions && across.inside(q).0.len() == across.kernel;
                if V::TILE > 1 && whole(q) && whole(q + 1) {
                    self.tile::<V, 2>(r, q);
                    q += 2;
                } else {
                    self.tile::<V, 1>(r, q);
                    q += 1;
                }
            }
        }
    }
}

impl Forward<'_> {
    /// The outputs at P neighbouring positions, which see the same part of the kernel.
    #[inline(always)]
    fn tile<V: Simd, const P: usize>(&mut self, r: usize, q: usize) {
        let Forward { window: &Window { down, across }, x, filter, channels, outputs, .. } = *self;
        let (rows, top) = down.inside(r);
        let (parts, left) = across.inside(q);
        let length = parts.len() * channels;
        let first_row = rows.start;
        let segments = rows.map(move |ky| {
            let start = ((top + ky - first_row) * across.size + left) * channels;
            let x: [&[[f32; 16]]; P] = from_fn(|p| &x[start + p * across.stride * channels..][..length]);
            (x, Strided::new(&filter[(ky * across.kernel + parts.start) * channels * outputs..], (outputs, 1)))
        });
        columns::<V, P, false>(segments, self.y, from_fn(|p| (r * across.positions + q + p) * outputs), outputs);
    }
}

/// A filter with channels and outputs exchanged, `[down][across][outputs][channels]`, as [`by_input`] walks through it.
pub(crate) fn turned(filter: &[f32], channels: usize, outputs: usize, y: &mut [f32]) {
    let matrices = filter.chunks_exact(channels * outputs).zip(y.chunks_exact_mut(channels * outputs));
    for (filter, y) in matrices {
        for (o, y) in y.chunks_exact_mut(channels).enumerate() {
            y.iter_mut().enumerate().for_each(|(c, y)| *y = filter[c * outputs + o]);
        }
    }
}

/// The gradient by the images, from `dy` as `y` in [`forward`] and the filter [`turned`].
pub(crate) fn by_input(window: &Window, dy: &[f32], turned: &[f32], channels: usize, outputs: usize, dx: &mut [f32]) {
    run(ByInput { window, dy: dy.as_chunks().0, turned, channels, outputs, dx: dx.as_chunks_mut().0 })
}

struct ByInput<'a> {
    window: &'a Window,
    dy: &'a [[f32; 16]],
    turned: &'a [f32],
    channels: usize,
    outputs: usize,
    dx: &'a mut [[f32; 16]],
}

impl Kernel for ByInput<'_> {
    #[inline(always)]
    fn run<V: Simd>(mut self) {
        let Window { down, across } = *self.window;
        for row in 0..down.size {
            // places one stride apart are touched by the same parts of the kernel, except near the border
            for first in (0..across.size).step_by(2 * across.stride) {
                for column in first..(first + across.stride).min(across.size) {
                    let next = column + across.stride;
                    let parts = |column| {
                        let (k, _, count) = across.touching(column);
                        (k, count)
                    };
                    if next >= across.size {
                        self.tile::<V, 1>(row, column);
                    } else if V::TILE > 1 && parts(column) == parts(next) {
                        self.tile::<V, 2>(row, column);
                    } else {
                        self.tile::<V, 1>(row, column);
                        self.tile::<V, 1>(row, next);
                    }
                }
            }
        }
    }
}

impl ByInput<'_> {
    /// The channels at P places, one stride apart, that are touched by the same parts of the kernel.
    #[inline(always)]
    fn tile<V: Simd, const P: usize>(&mut self, row: usize, column: usize) {
        let ByInput { window: &Window { down, across }, dy, turned, channels, outputs, .. } = *self;
        let ((ky, r, down_count), (kx, q, across_count)) = (down.touching(row), across.touching(column));
        let taps = (0..down_count).flat_map(|i| (0..across_count).map(move |j| (i, j)));
        let segments = taps.map(|(i, j)| {
            let at = ((r - i) * across.positions + q - j) * outputs;
            let dy: [&[[f32; 16]]; P] = from_fn(|p| &dy[at + p * outputs..][..outputs]);
            let tap = (ky + i * down.stride) * across.kernel + kx + j * across.stride;
            (dy, Strided::new(&turned[tap * channels * outputs..], (channels, 1)))
        });
        let places = from_fn(|p| (row * across.size + column + p * across.stride) * channels);
        columns::<V, P, false>(segments, self.dx, places, channels);
    }
}

/// The gradient by some rows of the filter (a row is one number of the images that the kernel covers), over all images.
pub(crate) fn by_filter(window: &Window, x: Batch<'_>, dy: Batch<'_>, channels: usize, outputs: usize, df: Rows<'_>) {
    run(ByFilter { window, x, dy, channels, outputs, df })
}

struct ByFilter<'a> {
    window: &'a Window,
    x: Batch<'a>,
    dy: Batch<'a>,
    channels: usize,
    outputs: usize,
    df: Rows<'a>,
}

impl Kernel for ByFilter<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let ByFilter { window, x, dy, channels, outputs, df } = self;
        let mut row = df.first / outputs;
        let mut rest = df.values;
        while !rest.is_empty() {
            // two rows together if they are channels of the same place in the kernel
            let pair = V::TILE > 1 && row % channels + 1 < channels && rest.len() > outputs;
            let (rows, behind) = rest.split_at_mut(if pair { 2 * outputs } else { outputs });
            let place = (window, row / channels, row % channels, channels);
            if pair {
                filter_rows::<V, 2>(place, x, dy, rows)
            } else {
                filter_rows::<V, 1>(place, x, dy, rows)
            }
            row += if pair { 2 } else { 1 };
            rest = behind;
        }
    }
}

type PlaceInKernel<'a> = (&'a Window, usize, usize, usize);

#[inline(always)]
fn filter_rows<V: Simd, const K: usize>(place: PlaceInKernel<'_>, x: Batch<'_>, dy: Batch<'_>, df: &mut [f32]) {
    let outputs = df.len() / K;
    let mut o = 0;
    while V::TILE > 1 && o + 4 <= outputs {
        filter_tile::<V, K, 4>(place, x, dy, o, df);
        o += 4;
    }
    while V::TILE > 1 && o + 2 <= outputs {
        filter_tile::<V, K, 2>(place, x, dy, o, df);
        o += 2;
    }
    while o < outputs {
        filter_tile::<V, K, 1>(place, x, dy, o, df);
        o += 1;
    }
}

#[inline(always)]
fn filter_tile<V: Simd, const K: usize, const O: usize>(
    place: PlaceInKernel<'_>,
    x: Batch<'_>,
    dy: Batch<'_>,
    first: usize,
    df: &mut [f32],
) {
    let outputs = df.len() / K;
    // the last slice apart, as only some of its lanes count
    let full = x.images / 16;
    let sums = filter_sums::<V, K, O>(place, x.iter().zip(dy.iter()).take(full), first, outputs);
    let last = filter_sums::<V, K, O>(place, x.iter().zip(dy.iter()).skip(full), first, outputs);
    for k in 0..K {
        for o in 0..O {
            let sum: f32 = sums[k][o].iter().chain(&last[k][o][..x.images % 16]).sum();
            df[k * outputs + first + o] = sum;
        }
    }
}

type SliceAndCount<'a> = (&'a [f32], usize);

#[inline(always)]
fn filter_sums<'a, V: Simd, const K: usize, const O: usize>(
    (window, tap, channel, channels): PlaceInKernel<'_>,
    slices: impl Iterator<Item = (SliceAndCount<'a>, SliceAndCount<'a>)> + Clone,
    first: usize,
    outputs: usize,
) -> [[[f32; 16]; O]; K] {
    let Window { down, across } = *window;
    let (rows, top) = down.positions_of(tap / across.kernel);
    let (places, left) = across.positions_of(tap % across.kernel);
    let step = across.stride * channels;
    let mut sums = [[[0.0; 16]; O]; K];
    for part in 0..16 / V::WIDTH {
        let mut sum = [[V::splat(0.0); O]; K];
        for ((x, _), (dy, _)) in slices.clone() {
            let (x, dy) = (x.as_chunks::<16>().0, dy.as_chunks::<16>().0);
            for (i, r) in rows.clone().enumerate() {
                let x = &x[((top + i * down.stride) * across.size + left) * channels + channel..];
                let dy = &dy[(r * across.positions + places.start) * outputs + first..];
                for (x, dy) in x.chunks(step).zip(dy.chunks(outputs)).take(places.len()) {
                    let x: &[[f32; 16]; K] = x.first_chunk().expect("K channels");
                    let dy: &[[f32; 16]; O] = dy.first_chunk().expect("O outputs");
                    let x: [V; K] = from_fn(|k| V::load(&x[k], part));
                    for o in 0..O {
                        let dy = V::load(&dy[o], part);
                        for k in 0..K {
                            sum[k][o] = x[k].mul_add(dy, sum[k][o]);
                        }
                    }
                }
            }
        }
        for k in 0..K {
            for o in 0..O {
                sum[k][o].store(&mut sums[k][o], part);
            }
        }
    }
    sums
}
