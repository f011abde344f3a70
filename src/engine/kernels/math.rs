//! Exponential and logarithm in plain f32 arithmetic, so that loops over them are vectorized and every processor gives the
//! same bits. Both are within 2 units in the last place of the true value.
//!
//! The polynomials are those of the Cephes library (S. L. Moshier, single precision).

/// eˣ; 0 below -103.97, infinite above 88.72.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves the nearest integer in the low bits
    let limited = if x > 89.0 { 89.0 } else { x };
    let limited = if limited < -104.0 { -104.0 } else { limited };
    let shifted = limited * std::f32::consts::LOG2_E + ROUND;
    let whole = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let n = shifted - ROUND;
    let r = limited - n * LN2_HIGH - n * LN2_LOW;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let y = p * r * r + r + 1.0;
    // 2ⁿ as a product of two powers: n ranges from -150 to 128, beyond the exponents of f32
    let half = whole >> 1;
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    y * power(half) * power(whole.wrapping_sub(half))
}

/// ln x; -∞ at 0, NaN below.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let tiny = x < f32::MIN_POSITIVE;
    let bits = (if tiny { x * 8_388_608.0 } else { x }).to_bits();
    let exponent = (bits >> 23) as i32 - 126 - if tiny { 23 } else { 0 };
    let m = f32::from_bits(bits & 0x007f_ffff | 0x3f00_0000); // 0.5 ≤ m < 1
    let low = m < std::f32::consts::FRAC_1_SQRT_2;
    let e = (exponent - i32::from(low)) as f32;
    let r = if low { m + m - 1.0 } else { m - 1.0 };
    let z = r * r;
    let p = 7.037_683_6e-2;
    let p = p * r - 1.151_461e-1;
    let p = p * r + 1.167_699_9e-1;
    let p = p * r - 1.242_014_1e-1;
    let p = p * r + 1.424_932_3e-1;
    let p = p * r - 1.666_805_8e-1;
    let p = p * r + 2.000_071_5e-1;
    let p = p * r - 2.499_999_4e-1;
    let p = p * r + 3.333_333e-1;
    let y = r + (p * r * z + e * LN2_LOW - 0.5 * z) + e * LN2_HIGH;
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    let y = if x == f32::INFINITY { x } else { y };
    if x >= 0.0 { y } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn largest_error(f: fn(f32) -> f32, truth: fn(f64) -> f64, from: f32, to: f32) -> f64 {
        let steps = 200_000;
        let x = |i: i32| from + (to - from) * (i as f32 / steps as f32);
        let error = |x: f32| (f64::from(f(x)) / truth(x.into()) - 1.0).abs();
        (0..=steps).map(|i| error(x(i))).fold(0.0, f64::max)
    }

    #[test]
    fn both_agree_with_double_precision() {
        assert!(largest_error(exp, f64::exp, -87.0, 88.7) < 2.5e-7);
        assert!(largest_error(ln, f64::ln, 1e-30, 1e-3) < 2.5e-7);
        assert!(largest_error(ln, f64::ln, 1.5, 1e30) < 2.5e-7);
        // near 1 the logarithm goes through 0: its absolute error counts
        assert!((0..1000).all(|i| {
            let x = 0.7 + i as f32 * 1e-3;
            (f64::from(ln(x)) - f64::from(x).ln()).abs() < 1e-7
        }));
    }

    #[test]
    fn the_ends_of_the_range_behave() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-200.0), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(100.0), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
        assert!((exp(-100.0) / 3.8e-44 - 1.0).abs() < 0.05, "{}", exp(-100.0));
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f32::NEG_INFINITY);
        assert_eq!(ln(f32::INFINITY), f32::INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f32::NAN).is_nan());
        assert!((ln(1e-40) + 92.103_4).abs() < 1e-3, "{}", ln(1e-40));
    }
}
