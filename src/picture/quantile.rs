//! Percentiles of finite values: NaN and infinite ones have no place in an order, so the caller leaves them out.

/// How many values are spread: eight of their percentiles, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentiles {
    pub count: usize,
    /// In ascending order.
    pub levels: [f32; 8],
}

/// In percent: between the two outermost lie all values, then 95, 75 and 25 % of them.
const LEVELS: [f64; 8] = [0.0, 2.5, 12.5, 37.5, 62.5, 87.5, 97.5, 100.0];

impl Percentiles {
    /// `None` if there is no value, or one that is not finite.
    pub fn of(values: Vec<f32>) -> Option<Percentiles> {
        if values.is_empty() || values.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let values = sorted(values);
        Some(Percentiles { count: values.len(), levels: LEVELS.map(|p| at_share(&values, p / 100.0)) })
    }

    /// The lower and the upper edge of band `i`, from 0 (all values) to 3 (the middle quarter of them).
    pub fn band(&self, i: usize) -> (f32, f32) {
        (self.levels[i], self.levels[7 - i])
    }

    /// The largest absolute value.
    pub fn magnitude(&self) -> f32 {
        self.levels[0].abs().max(self.levels[7].abs())
    }
}

pub fn sorted(values: Vec<f32>) -> Vec<f32> {
    order(&values).into_iter().map(|i| values[i]).collect()
}

/// The numbers of some values, from the smallest value to the largest; equal values stay in their order.
pub fn order(values: &[f32]) -> Vec<usize> {
    // whole numbers in the order of `f32::total_cmp`, each followed by its position
    let rank = |value: f32| (value.to_bits() ^ ((value.to_bits() as i32 >> 31) as u32 | 1 << 31)) as u64;
    let mut ranks: Vec<u64> = (0..).zip(values).map(|(i, &value)| rank(value) << 32 | i).collect();
    ranks.sort_unstable();
    ranks.into_iter().map(|rank| rank as u32 as usize).collect()
}

/// The number of the largest value; of equal ones the first, as `argmax` has it.
pub fn largest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

/// The quantile of sorted values: `share` of them (from 0 to 1) are not above it. It is interpolated between neighbours.
pub fn at_share(sorted: &[f32], share: f64) -> f32 {
    let rank = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[rank as usize], sorted[rank.ceil() as usize]);
    let (step, part) = (above - below, rank.fract() as f32);
    if step.is_finite() { below + step * part } else { below * (1.0 - part) + above * part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_holds_the_percentiles() {
        let values = (0..=200).map(|i| (i * 77 % 201) as f32 - 100.0).collect();
        let spread = Percentiles::of(values).unwrap();
        assert_eq!(spread.levels, [-100.0, -95.0, -75.0, -25.0, 25.0, 75.0, 95.0, 100.0]);
        assert_eq!(spread.band(3), (-25.0, 25.0));
        assert_eq!(Percentiles::of(vec![1.0, 3.0]).unwrap().levels[1], 1.05, "between two values");
        assert!(Percentiles::of(vec![]).is_none() && Percentiles::of(vec![0.0, f32::INFINITY]).is_none());
    }

    #[test]
    fn equal_values_stay_in_their_order() {
        assert_eq!(order(&[2.0, -1.0, 2.0, f32::MIN, 2.0]), [3, 1, 0, 2, 4]);
    }

    #[test]
    fn huge_values_have_percentiles() {
        assert_eq!(at_share(&[-3e38, 3e38], 0.5), 0.0);
    }
}
