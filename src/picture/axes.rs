//! Where axes end: at round numbers, which change seldom while the values do, so that a moving picture can be read.

/// No axis is longer: sums and multiples of its length are still finite.
const LONGEST: f64 = 1e36;

/// Times a power of ten, the roundest numbers.
pub const ROUND: [f64; 3] = [1.0, 2.0, 5.0];

/// The smallest `lead` × 10ᵏ that is not below the positive number `x`.
pub fn round_up(x: f64, leads: &[f64]) -> f64 {
    let power = 10f64.powi(x.log10().floor() as i32);
    let lead = leads.iter().copied().find(|lead| lead * power >= x).unwrap_or(10.0);
    lead * power
}

/// The length of an axis that shows values up to `largest`; 1 if that is not a positive number.
fn length(largest: f32, leads: &[f64]) -> f32 {
    if !largest.is_finite() || largest <= 0.0 {
        return 1.0;
    }
    let x = f64::from(largest) * (1.0 - 1e-6); // f32 may have rounded a round number up
    round_up(x, leads).min(LONGEST) as f32
}

/// The end of the axis of steps.
pub fn steps(last: usize) -> f32 {
    length(last as f32, &ROUND).max(20.0)
}

/// The bottom of an axis of shares, which ends at 1: the highest that leaves one percent below every value.
pub fn bottom_of_shares(values: &[f32]) -> f32 {
    let lowest = values.iter().copied().fold(1.0, f32::min);
    [0.98, 0.95, 0.9, 0.8, 0.5].into_iter().find(|bottom| bottom + 0.01 <= lowest + 1e-6).unwrap_or(0.0)
}

/// Whether a number lies between 0 and 1, but for rounding errors.
pub fn is_share(x: f32) -> bool {
    (-1e-4..=1.0 + 1e-4).contains(&x)
}

/// The lowest and the highest of some values and of `start`.
pub fn extremes(values: impl Iterator<Item = f32>, start: f32) -> (f32, f32) {
    values.fold((start, start), |(lowest, highest), value| (lowest.min(value), highest.max(value)))
}

/// The bottom and the top of an axis of values, with 0 on it.
pub fn with_zero(values: &[f32]) -> (f32, f32) {
    let (lowest, highest) = extremes(values.iter().copied(), 0.0);
    let reach = |x: f32| length(x, &[1.0, 2.0, 3.0, 5.0]);
    match (lowest < 0.0, highest > 0.0) {
        (false, _) => (0.0, reach(highest)),
        (true, true) => (-reach(-lowest), reach(highest)),
        (true, false) => (-reach(-lowest), 0.0),
    }
}

/// How far an axis reaches up and down from 0 for values of at most this magnitude.
pub fn symmetric(largest: f32) -> f32 {
    length(largest, &[1.0, 1.5, 2.0, 3.0, 5.0])
}

/// The end of an axis from frame to frame. It widens at once, but narrows only at the third frame in a row that needs less,
/// so that it does not flicker.
#[derive(Debug, Clone, Copy, Default)]
pub struct StickyAxis {
    reach: Option<f32>,
    /// How many frames in a row have needed less.
    narrower: u32,
}

impl StickyAxis {
    /// The end for a frame that needs the axis up to here.
    pub fn settle(&mut self, needed: f32) -> f32 {
        let reach = self.reach.unwrap_or(needed);
        self.narrower = if needed < reach { self.narrower + 1 } else { 0 };
        let settled = if needed > reach || self.narrower >= 3 { needed } else { reach };
        if settled != reach {
            self.narrower = 0;
        }
        self.reach = Some(settled);
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([0, 20, 21, 501, 5000, 5001].map(steps), [20.0, 20.0, 50.0, 1000.0, 5000.0, 10_000.0]);
        assert_eq!([281.5, 79.7, 0.031].map(|v| with_zero(&[v])), [300.0, 100.0, 0.05].map(|top| (0.0, top)));
        assert_eq!([&[-1.2][..], &[-70.0, 3.0], &[]].map(with_zero), [(-2.0, 0.0), (-100.0, 3.0), (0.0, 1.0)]);
        assert_eq!([0.11, 0.15, 1.14, 1.95, 0.0].map(symmetric), [0.15, 0.15, 1.5, 2.0, 1.0]);
        assert_eq!(
            [0.991, 0.96, 0.905, 0.82, 0.4].map(|v| bottom_of_shares(&[v, f32::NAN])),
            [0.98, 0.95, 0.8, 0.8, 0.0]
        );
    }

    #[test]
    fn an_axis_widens_at_once_and_narrows_after_three_frames() {
        let mut axis = StickyAxis::default();
        let needs = [10.0, 20.0, 10.0, 10.0, 20.0, 10.0, 10.0, 5.0, 5.0];
        assert_eq!(needs.map(|needed| axis.settle(needed)), [10.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 5.0, 5.0]);
    }
}
