//! Convolution of slices: sixteen images at a time, channels innermost, so that what a kernel covers in one row of an
//! image is one stretch of memory, and so are its weights.
use super::product::Product;
use crate::engine::memory::LANES;
use crate::engine::tensor::Out;
use crate::engine::window::Window;

/// x: `[height][width][channels]`, filter: `[down][across][channels][outputs]`, y: some rows of
/// `[positions][positions][outputs]`.
pub(crate) fn forward(window: &Window, x: &[f32], filter: &[f32], channels: usize, outputs: usize, y: Out<'_>) {
    let Window { down, across } = *window;
    let row = across.positions * outputs;
    for (r, y_row) in (y.first / row..).zip(y.values.chunks_exact_mut(LANES * row)) {
        let (rows, top) = down.inside(r);
        let mut q = 0;
        while q < across.positions {
            let (parts, left) = across.inside(q);
            let alike = (q..across.positions).take_while(|&next| across.inside(next).0 == parts).count();
            Product {
                x: &x[LANES * (top * across.size + left) * channels..],
                w: &filter[(rows.start * across.kernel + parts.start) * channels * outputs..],
                transposed: false,
                y: &mut y_row[LANES * q * outputs..],
                outputs,
                rows: rows.len(),
                length: parts.len() * channels,
                by_row: (across.size * channels, across.kernel * channels * outputs),
                positions: alike,
                by_position: (across.stride * channels, outputs),
                images: y.images,
                more: false,
            }
            .run();
            q += alike;
        }
    }
}

/// A filter as [`by_input`] walks through it: `[down][across][outputs][channels]`, its rows and columns in the order in
/// which they meet a place of the image ([`Axis::turn`](crate::engine::window::Axis::turn)).
pub(crate) fn turned(window: &Window, filter: &[f32], channels: usize, outputs: usize, y: &mut [f32]) {
    let Window { down, across } = *window;
    for (i, filter) in filter.chunks_exact(channels * outputs).enumerate() {
        let to = down.turn(i / across.kernel) * across.kernel + across.turn(i % across.kernel);
        let y = &mut y[to * channels * outputs..];
        for (o, y) in y.chunks_exact_mut(channels).take(outputs).enumerate() {
            y.iter_mut().enumerate().for_each(|(c, y)| *y = filter[c * outputs + o]);
        }
    }
}

/// Some rows of the gradient by the images, from `dy` as `y` in [`forward`] and the filter [`turned`].
///
/// It is a convolution again: the outputs that a place of the image went into lie side by side, and so do the weights
/// that took it there. Places one stride apart are touched by the same weights, except near the border.
pub(crate) fn by_input(window: &Window, dy: &[f32], turned: &[f32], channels: usize, outputs: usize, dx: Out<'_>) {
    let Window { down, across } = *window;
    let row = across.size * channels;
    for (at, dx_row) in (dx.first / row..).zip(dx.values.chunks_exact_mut(LANES * row)) {
        let (ky, r, rows) = down.touching(at);
        for first in 0..across.stride.min(across.size) {
            let mut column = first;
            while column < across.size {
                let (kx, q, parts) = across.touching(column);
                let next = (column..across.size).step_by(across.stride);
                let alike = next.take_while(|&c| (across.touching(c).0, across.touching(c).2) == (kx, parts)).count();
                // what is touched last comes first: the positions in order, their weights from the last to the first
                let rows = if parts > 0 { rows } else { 0 };
                let (x, w) = match rows {
                    0 => (0, 0),
                    _ => (
                        (r + 1 - rows) * across.positions + q + 1 - parts,
                        down.turn(ky + (rows - 1) * down.stride) * across.kernel
                            + across.turn(kx + (parts - 1) * across.stride),
                    ),
                };
                Product {
                    x: &dy[LANES * x * outputs..],
                    w: &turned[w * channels * outputs..],
                    transposed: false,
                    y: &mut dx_row[LANES * column * channels..],
                    outputs: channels,
                    rows,
                    length: parts * outputs,
                    by_row: (across.positions * outputs, across.kernel * outputs * channels),
                    positions: alike,
                    by_position: (outputs, across.stride * channels),
                    images: dx.images,
                    more: false,
                }
                .run();
                column += alike * across.stride;
            }
        }
    }
}
