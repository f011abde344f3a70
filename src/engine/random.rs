//! Random numbers that depend only on a seed and a position, not on which thread draws them or when.

/// An independent seed for each `position`: output number `position` of SplitMix64 (Steele, Lea and Flood, 2014) started with
/// `seed`.
pub(crate) fn derive_seed(seed: u64, position: u64) -> u64 {
    let z = seed.wrapping_add(position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
