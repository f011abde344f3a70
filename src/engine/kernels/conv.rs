//! Convolution of slices: sixteen images at a time, channels innermost, so that what a kernel covers in one row of an
//! image is one stretch of memory, and so are its weights.
use super::product::{Strided, columns};
use super::simd::{Kernel, Simd, run};
use super::window::Window;
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
