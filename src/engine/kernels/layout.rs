//! Transposes a slice from lanes to image after image, as the sums over images (weight and filter gradients) read it.
use crate::engine::simd::for_each_column;
use crate::engine::{LANES, Out};

/// x: `[width][16 images]`, y: `[⌈width / 16⌉][16 images][16]`: `y[block][image][i] = x[16 block + i][image]`, or zero if
/// x has no such row.
pub(crate) fn image_major(x: &[f32], y: Out<'_>) {
    let blocks = y.values.as_chunks_mut::<LANES>().0.chunks_exact_mut(LANES);
    for (x, y) in x.as_chunks::<LANES>().0.chunks(LANES).zip(blocks) {
        block(x, |image, first, numbers| *four(&mut y[image][first..]) = numbers);
    }
}

/// Sizes of an image `[rows][columns][channels]` before and after padding with zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Borders {
    /// Numbers in a row of the image, in a padded row, and in the padding on the left.
    pub row: usize,
    pub width: usize,
    pub left: usize,
    /// Rows of the padded image, and of the padding above.
    pub height: usize,
    pub above: usize,
}

/// x: `[image rows × row][16 images]`, y: `[16 images][height × width]`, padded.
pub(crate) fn image_rows(borders: &Borders, x: &[f32], y: Out<'_>) {
    let Borders { row, width, left, height, above } = *borders;
    let image_size = y.values.len() / LANES;
    let rows = x.as_chunks::<LANES>().0.chunks_exact(row);
    for image in y.values.chunks_exact_mut(image_size) {
        let (inside, below) = image.split_at_mut((above + rows.len()) * width);
        inside[..above * width].fill(0.0);
        below[..(height - above - rows.len()) * width].fill(0.0);
        for y in inside[above * width..].chunks_exact_mut(width) {
            y[..left].fill(0.0);
            y[left + row..].fill(0.0);
        }
    }
    for (r, x) in (above..).zip(rows) {
        for (x, at) in x.chunks(LANES).zip((r * width + left..).step_by(LANES)) {
            if x.len() == LANES {
                block(x, |image, first, numbers| {
                    *four(&mut y.values[image * image_size + at + first..]) = numbers;
                });
            } else {
                for (image, y) in y.values.chunks_exact_mut(image_size).enumerate() {
                    y[at..].iter_mut().zip(x).for_each(|(y, x)| *y = x[image]);
                }
            }
        }
    }
}

#[inline(always)]
fn four(y: &mut [f32]) -> &mut [f32; 4] {
    y.first_chunk_mut().expect("four numbers")
}

/// Transposes at most 16 rows of `x`: calls `put(image, first, numbers)` with 4 numbers of an image at a time.
#[inline(always)]
fn block(x: &[[f32; LANES]], put: impl FnMut(usize, usize, [f32; 4])) {
    match x.first_chunk() {
        Some(x) => for_each_column(x, put),
        None => {
            let mut block = [[0.0; LANES]; LANES];
            block[..x.len()].copy_from_slice(x);
            for_each_column(&block, put);
        }
    }
}
