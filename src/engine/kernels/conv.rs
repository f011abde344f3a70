//! Convolution of a slice of 16 images, as products with the filter and without an im2col copy: channels are innermost, so
//! the pixels that one row of the filter covers are contiguous in memory, and so are the weights of that row.
//!
//! Every number of an image stands for its 16 lanes in the shapes below.
use super::product::Product;
use crate::engine::{LANES, Out, Window};

/// x: `[height][width][channels]`, filter: `[down][across][channels][outputs]`, y: whole rows of
/// `[positions down][positions across][outputs]`.
pub(crate) fn forward(window: &Window, x: &[f32], filter: &[f32], channels: usize, outputs: usize, y: Out<'_>) {
    let Window { down, across } = *window;
    let row = across.positions * outputs;
    for (r, y_row) in (y.first / row..).zip(y.values.chunks_exact_mut(LANES * row)) {
        let (rows, top) = down.inside(r);
        let mut q = 0;
        while q < across.positions {
            let (taps, left) = across.inside(q);
            let same_taps = (q..across.positions).take_while(|&next| across.inside(next).0 == taps).count();
            Product {
                x: &x[LANES * (top * across.size + left) * channels..],
                w: &filter[(rows.start * across.kernel + taps.start) * channels * outputs..],
                transposed: false,
                y: &mut y_row[LANES * q * outputs..],
                outputs,
                rows: rows.len(),
                length: taps.len() * channels,
                by_row: (across.size * channels, across.kernel * channels * outputs),
                positions: same_taps,
                by_position: (across.stride * channels, outputs),
                images: y.images,
                more: false,
            }
            .run();
            q += same_taps;
        }
    }
}

/// The filter as [`by_input`] reads it: `[down][across][outputs][channels]`, with its rows and columns reversed
/// ([`Axis::reversed_tap`](crate::engine::window::Axis::reversed_tap)).
pub(crate) fn reversed(window: &Window, filter: &[f32], channels: usize, outputs: usize, y: &mut [f32]) {
    let Window { down, across } = *window;
    for (i, filter) in filter.chunks_exact(channels * outputs).enumerate() {
        let to = down.reversed_tap(i / across.kernel) * across.kernel + across.reversed_tap(i % across.kernel);
        let y = &mut y[to * channels * outputs..];
        for (o, y) in y.chunks_exact_mut(channels).take(outputs).enumerate() {
            y.iter_mut().enumerate().for_each(|(c, y)| *y = filter[c * outputs + o]);
        }
    }
}

/// The gradient by the images: dx: whole rows of `[height][width][channels]`, dy: as `y` in [`forward`], filter: as
/// [`reversed`] leaves it.
///
/// This is a convolution again: the outputs that a pixel contributed to are contiguous, and so are the weights of these
/// contributions. Pixels one stride apart have the same weights, except near the border.
pub(crate) fn by_input(window: &Window, dy: &[f32], reversed: &[f32], channels: usize, outputs: usize, dx: Out<'_>) {
    let Window { down, across } = *window;
    let row = across.size * channels;
    for (at, dx_row) in (dx.first / row..).zip(dx.values.chunks_exact_mut(LANES * row)) {
        let (ky, r, rows) = down.touching(at);
        for first in 0..across.stride.min(across.size) {
            let mut column = first;
            while column < across.size {
                let (kx, q, taps) = across.touching(column);
                let next = (column..across.size).step_by(across.stride);
                let same_taps =
                    next.take_while(|&c| (across.touching(c).0, across.touching(c).2) == (kx, taps)).count();
                // positions in ascending order, which is the order of the reversed taps
                let rows = if taps > 0 { rows } else { 0 };
                let (x, w) = match rows {
                    0 => (0, 0),
                    _ => (
                        (r + 1 - rows) * across.positions + q + 1 - taps,
                        down.reversed_tap(ky + (rows - 1) * down.stride) * across.kernel
                            + across.reversed_tap(kx + (taps - 1) * across.stride),
                    ),
                };
                Product {
                    x: &dy[LANES * x * outputs..],
                    w: &reversed[w * channels * outputs..],
                    transposed: false,
                    y: &mut dx_row[LANES * column * channels..],
                    outputs: channels,
                    rows,
                    length: taps * outputs,
                    by_row: (across.positions * outputs, across.kernel * outputs * channels),
                    positions: same_taps,
                    by_position: (outputs, across.stride * channels),
                    images: dx.images,
                    more: false,
                }
                .run();
                column += same_taps * across.stride;
            }
        }
    }
}
