//! From pixels as bytes to lanes of numbers.
use super::simd::vectorized;

vectorized! {
/// `lanes[p][l] = images[l][p] / 255`, rounded as the division would be.
pub(crate) fn unit_interval(images: [&[u8]; 16], lanes: &mut [[f32; 16]]) {
    // 1/255 in two parts: a byte times the first, of 16 bits, is exact, so only the sum is rounded
    const HIGH: f32 = f32::from_bits((1.0f32 / 255.0).to_bits() & 0xffff_ff00);
    const LOW: f32 = (1.0 / 255.0 - HIGH as f64) as f32;
        for (block, lanes) in lanes.chunks_mut(16).enumerate() {
            let mut turned = [[0u8; 16]; 16];
            for (l, image) in images.iter().enumerate() {
                let bytes = &image[16 * block..][..lanes.len()];
                match bytes.first_chunk::<16>() {
                    Some(bytes) => (0..16).for_each(|p| turned[p][l] = bytes[p]),
                    None => bytes.iter().zip(&mut turned).for_each(|(byte, turned)| turned[l] = *byte),
                }
            }
            for (lanes, bytes) in lanes.iter_mut().zip(&turned) {
                for l in 0..16 {
                    let byte = f32::from(bytes[l]);
                    lanes[l] = byte * HIGH + byte * LOW;
                }
            }
        }
}
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
