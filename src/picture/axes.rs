//! How far the axes reach, for finite values. Labels stand still while training runs; only their text changes, and not
//! often.

/// No axis is longer, so that what is drawn beside it can still be counted.
const LONGEST: f64 = 1e36;

/// The smallest `lead` × 10ᵏ that is not below `x`; 1 if `x` is no positive number.
pub fn round_up(x: f32, leads: &[f64]) -> f32 {
    if !x.is_finite() || x <= 0.0 {
        return 1.0;
    }
    let x = f64::from(x) * (1.0 - 1e-6);
    let power = 10f64.powi(x.log10().floor() as i32);
    let lead = leads.iter().copied().find(|lead| lead * power >= x).unwrap_or(10.0);
    (lead * power).min(LONGEST) as f32
}

/// The end of the axis of steps.
pub fn steps(last: usize) -> f32 {
    round_up(last as f32, &[1.0, 2.0, 5.0]).max(20.0)
}

/// The bottom of the accuracy axis: the highest that leaves a point below every value.
pub fn accuracy(values: &[f32]) -> f32 {
    let lowest = values.iter().copied().fold(1.0, f32::min);
    [0.98, 0.95, 0.9, 0.8, 0.5].into_iter().find(|bottom| bottom + 0.01 <= lowest + 1e-6).unwrap_or(0.0)
}

/// Whether it is a part of a whole, but for what rounding does.
pub fn is_share(x: f32) -> bool {
    (-1e-4..=1.0 + 1e-4).contains(&x)
}

/// The bottom and the top of the loss axis: 0 is on it.
pub fn loss(values: &[f32]) -> (f32, f32) {
    let [lowest, highest] = [f32::min, f32::max].map(|outer| values.iter().copied().fold(0.0, outer));
    let reach = |x: f32| round_up(x, &[1.0, 2.0, 3.0, 5.0]);
    match (lowest < 0.0, highest > 0.0) {
        (false, _) => (0.0, reach(highest)),
        (true, true) => (-reach(-lowest), reach(highest)),
        (true, false) => (-reach(-lowest), 0.0),
    }
}

/// The reach of an axis of weights, up and down.
pub fn magnitude(largest: f32) -> f32 {
    round_up(largest, &[1.0, 1.5, 2.0, 3.0, 5.0])
}

/// How much of the errors the grid of test digits shows, in points below 100 % and as its share of 1000 cells of
/// `count` digits; the range of the frame before stays while the errors fit it and are not far smaller.
pub fn error_range(errors: f32, count: usize, before: Option<f32>) -> f32 {
    let fits = |range: &f32| errors <= range * 0.9 && count as f32 * range / 100.0 >= 1000.0;
    let roomy = [10.0, 20.0, 50.0].into_iter().find(fits).unwrap_or(100.0);
    match before {
        Some(range) if errors <= range && range <= roomy => range,
        _ => roomy,
    }
}

/// The end of an axis from frame to frame: it widens at once and narrows when that has been due three times.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    reach: Option<f32>,
    narrower: u32,
}

impl Held {
    pub fn settle(&mut self, wish: f32) -> f32 {
        let reach = self.reach.unwrap_or(wish);
        self.narrower = if wish < reach { self.narrower + 1 } else { 0 };
        let settled = if wish > reach || self.narrower >= 3 { wish } else { reach };
        if settled != reach {
            self.narrower = 0;
        }
        self.reach = Some(settled);
        settled
    }
}

/// The axes of a panel's charts, as the frame before left them.
#[derive(Debug, Clone, Default)]
pub struct Axes {
    pub steps: Held,
    /// How far below 1 the accuracy axis reaches.
    pub accuracy: Held,
    pub loss: Held,
    pub loss_below_0: Held,
    pub spreads: [Held; 2],
    pub errors: Option<f32>,
}
