//! From the lanes of a slice to one image behind the other: what sums over images are computed from.
use crate::engine::memory::LANES;
use crate::engine::simd::columns;
use crate::engine::tensor::Out;

/// Sixteen numbers of sixteen images each: `y[block][image][i] = x[16 block + i][image]`. What is missing of the last
/// sixteen numbers becomes zero.
pub(crate) fn image_major(x: &[f32], y: Out<'_>) {
    let blocks = y.values.as_chunks_mut::<LANES>().0.chunks_exact_mut(LANES);
    for (x, y) in x.as_chunks::<LANES>().0.chunks(LANES).zip(blocks) {
        block(x, |image, first, numbers| *four(&mut y[image][first..]) = numbers);
    }
}

/// Where the rows of an image go when borders of zeros are put around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Borders {
    /// Numbers of a row: of the image, with its borders, and of the left one.
    pub row: usize,
    pub width: usize,
    pub left: usize,
    /// Rows: with the borders, and of the upper one.
    pub height: usize,
    pub above: usize,
}

/// Whole images, with borders.
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

/// At most sixteen numbers of sixteen images: `put` gets the image, the first of four numbers, and these.
#[inline(always)]
fn block(x: &[[f32; LANES]], put: impl FnMut(usize, usize, [f32; 4])) {
    match x.first_chunk() {
        Some(x) => columns(x, put),
        None => {
            let mut block = [[0.0; LANES]; LANES];
            block[..x.len()].copy_from_slice(x);
            columns(&block, put);
        }
    }
}
