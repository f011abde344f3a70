//! From pixels as bytes to lanes of numbers.
use crate::engine::simd::{turn, vectorized};
use std::hint::black_box;

vectorized! {
/// `lanes[p][l] = images[l][p] / 255`, rounded as the division would be.
pub(crate) fn unit_interval(images: [&[u8]; 16], lanes: &mut [[f32; 16]]) {
    // images lie anywhere in memory: touching all their cache lines first lets the processor fetch them side by side
    let mut touched = 0;
    for image in images {
        for line in image.chunks(64) {
            touched ^= line[0];
        }
    }
    black_box(touched);
    for (block, lanes) in lanes.chunks_mut(16).enumerate() {
        let mut rows = [[0; 16]; 16];
        let (first, left) = (16 * block, lanes.len());
        for (row, image) in rows.iter_mut().zip(images) {
            match left {
                16 => *row = *image[first..].first_chunk().expect("sixteen"),
                _ => row.iter_mut().zip(&image[first..]).for_each(|(row, byte)| *row = *byte),
            }
        }
        turn(&mut rows);
        let numbers = lanes.as_flattened_mut().iter_mut().zip(rows.as_flattened());
        numbers.for_each(|(number, byte)| *number = scaled(*byte));
    }
}
}

#[inline(always)]
fn scaled(byte: u8) -> f32 {
    // 1/255 in two parts: a byte times the first, of 16 bits, is exact, so only the sum is rounded
    const HIGH: f32 = f32::from_bits((1.0f32 / 255.0).to_bits() & 0xffff_ff00);
    const LOW: f32 = (1.0 / 255.0 - HIGH as f64) as f32;
    f32::from(byte) * HIGH + f32::from(byte) * LOW
}
