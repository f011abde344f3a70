//! From pixels as bytes to lanes of numbers.
use super::simd::vectorized;
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
    let mut turned = [[0; 16]; 64];
    for (block, lanes) in lanes.chunks_mut(64).enumerate() {
        let turned = &mut turned[..lanes.len()];
        gather(&images, 64 * block, turned);
        for (lanes, bytes) in lanes.iter_mut().zip(turned) {
            for l in 0..16 {
                lanes[l] = scaled(bytes[l]);
            }
        }
    }
}
}

/// `turned[p][l] = images[l][first + p]`; a function of its own, or the compiler makes hundreds of lines of it and the loop above.
#[inline(never)]
fn gather(images: &[&[u8]; 16], first: usize, turned: &mut [[u8; 16]]) {
    for (l, image) in images.iter().enumerate() {
        let bytes = &image[first..][..turned.len()];
        for (turned, byte) in turned.iter_mut().zip(bytes) {
            turned[l] = *byte;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_becomes_what_division_gives() {
        let all: Vec<u8> = (0..=255).collect();
        let mut lanes = vec![[0.0; 16]; 250];
        let images: [&[u8]; 16] = std::array::from_fn(|l| &all[l % 7..]);
        unit_interval(images, &mut lanes);
        for (p, lanes) in lanes.iter().enumerate() {
            assert!(lanes.iter().enumerate().all(|(l, x)| *x == (p + l % 7) as f32 / 255.0), "pixel {p}: {lanes:?}");
        }
    }
}
