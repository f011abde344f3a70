//! Converts pixels from bytes, image after image, to numbers in lanes.
use crate::engine::LANES;
use crate::engine::simd::{transpose_bytes_16x16, vectorized};
use std::hint::black_box;

vectorized! {
/// `lanes[pixel][image] = images[image][pixel] / 255`, the same bits as the division gives.
pub(crate) fn unit_interval(images: [&[u8]; LANES], lanes: &mut [[f32; LANES]]) {
    // the images are scattered in memory: touching each of their cache lines first lets the processor load them in parallel
    let mut touched = 0;
    for image in images {
        for line in image.chunks(64) {
            touched ^= line[0];
        }
    }
    black_box(touched);
    for (block, lanes) in lanes.chunks_mut(LANES).enumerate() {
        let mut rows = [[0; LANES]; LANES];
        let (first, left) = (LANES * block, lanes.len());
        for (row, image) in rows.iter_mut().zip(images) {
            match left {
                LANES => *row = *image[first..].first_chunk().expect("sixteen"),
                _ => row.iter_mut().zip(&image[first..]).for_each(|(row, byte)| *row = *byte),
            }
        }
        transpose_bytes_16x16(&mut rows);
        let numbers = lanes.as_flattened_mut().iter_mut().zip(rows.as_flattened());
        numbers.for_each(|(number, byte)| *number = scaled(*byte));
    }
}
}

#[inline(always)]
fn scaled(byte: u8) -> f32 {
    // 1/255 = HIGH + LOW: HIGH has 16 significant bits, so its product with a byte is exact, and only LOW and the sum round
    const HIGH: f32 = f32::from_bits((1.0f32 / 255.0).to_bits() & 0xffff_ff00);
    const LOW: f32 = (1.0 / 255.0 - HIGH as f64) as f32;
    f32::from(byte) * HIGH + f32::from(byte) * LOW
}
