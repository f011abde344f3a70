//! From pixels as bytes to lanes of numbers.
use super::simd::vectorized;
use std::array;

vectorized! {
/// `lanes[p][l] = images[l][p] / 255`, rounded as the division would be.
pub(crate) fn unit_interval(images: [&[u8]; 16], lanes: &mut [[f32; 16]]) {
    // images lie anywhere in memory: touching all their cache lines first lets the processor fetch them side by side
    let lines = images.iter().flat_map(|image| image.iter().step_by(64));
    std::hint::black_box(lines.fold(0, |all, byte| all ^ byte));
    let (blocks, rest) = lanes.as_chunks_mut::<8>();
    for (block, lanes) in blocks.iter_mut().enumerate() {
        let rows = |first: usize| array::from_fn(|l| u64::from_le_bytes(images[first + l].as_chunks().0[block]));
        let (left, right) = (transposed(rows(0)), transposed(rows(8)));
        for p in 0..8 {
            let (left, right) = (left[p].to_le_bytes(), right[p].to_le_bytes());
            lanes[p] = array::from_fn(|l| scaled(if l < 8 { left[l] } else { right[l - 8] }));
        }
    }
    for (lanes, p) in rest.iter_mut().zip(8 * blocks.len()..) {
        *lanes = images.map(|image| scaled(image[p]));
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

/// Byte l of word p from byte p of word l: exchanges ever smaller blocks across the diagonal.
#[inline(always)]
fn transposed(mut words: [u64; 8]) -> [u64; 8] {
    for (side, mask) in [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff)] {
        for i in (0..8).filter(|i| i & side == 0) {
            let exchanged = (words[i] >> (8 * side) ^ words[i + side]) & mask;
            words[i + side] ^= exchanged;
            words[i] ^= exchanged << (8 * side);
        }
    }
    words
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
