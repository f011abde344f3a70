//! Percentiles. They are of finite values: who has NaN or infinite ones leaves them out, or has no spread.

/// How some values are spread: eight percentiles, which bound seven slices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub count: usize,
    pub levels: [f32; 8],
}

/// The percentiles: between the two outermost lie all values, then 95, 75 and 25 % of them.
const PERCENTILES: [f64; 8] = [0.0, 2.5, 12.5, 37.5, 62.5, 87.5, 97.5, 100.0];

impl Spread {
    /// `None` if there is no value, or one that is not finite.
    pub fn of(values: Vec<f32>) -> Option<Spread> {
        if values.is_empty() || values.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let values = sorted(values);
        Some(Spread { count: values.len(), levels: PERCENTILES.map(|p| at_share(&values, p / 100.0)) })
    }

    /// The lower and upper edge of band 0 (all values) to 3 (the inner quarter).
    pub fn band(&self, i: usize) -> (f32, f32) {
        (self.levels[i], self.levels[7 - i])
    }

    pub fn magnitude(&self) -> f32 {
        self.levels[0].abs().max(self.levels[7].abs())
    }
}

pub(super) fn sorted(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_unstable_by(f32::total_cmp);
    values
}

/// The value that the given share of the sorted values does not exceed, between two neighbours if need be.
pub(super) fn at_share(sorted: &[f32], share: f64) -> f32 {
    let rank = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[rank as usize], sorted[rank.ceil() as usize]);
    let (step, part) = (above - below, rank.fract() as f32);
    if step.is_finite() { below + step * part } else { below * (1.0 - part) + above * part }
}
