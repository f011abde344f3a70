//! At which steps of a run the panel measures: chosen by their numbers alone, so that a run that is repeated is
//! measured at the same steps and ends with the same picture, however fast the machine.

/// Which steps of a run of `length` steps, from `first` to `last`, are measured.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    pub length: usize,
    pub first: usize,
    pub last: usize,
}

impl Schedule {
    /// A run from `first` to the next multiple of `length`: the rest of a run that was stopped, or a new one.
    pub fn new(first: usize, length: usize) -> Schedule {
        let rounds = first.div_ceil(length.max(1)).max(1);
        Schedule { length, first, last: (rounds * length).max(first) }
    }

    /// Some 250 batches.
    pub fn training(&self, step: usize) -> bool {
        self.landmark(step) || step.is_multiple_of(round_down(self.length / 250))
    }

    /// Some 20 times, half as often in a run of a few hundred steps, and half as often again in one that is over before a
    /// curve can bend: to test takes as long as fifty steps.
    pub fn test(&self, step: usize) -> bool {
        let between = self.length >= 1000 && step.is_multiple_of(self.stride().div_ceil(2));
        self.told(step) || (!self.is_short() && self.landmark(step)) || between
    }

    /// At most eleven times, the first step included.
    pub fn told(&self, step: usize) -> bool {
        self.ends(step) || step.is_multiple_of(self.stride())
    }

    fn stride(&self) -> usize {
        round_up(self.length.div_ceil(if self.is_short() { 6 } else { 10 }))
    }

    fn is_short(&self) -> bool {
        (21..=100).contains(&self.length)
    }

    fn ends(&self, step: usize) -> bool {
        step == self.first || step == self.last
    }

    /// The ends, and 10, 20, 50 … among the first steps, in which most is learnt.
    fn landmark(&self, step: usize) -> bool {
        self.ends(step) || (step > self.length / 1000 && step < self.stride() && round_down(step) == step)
    }
}

/// The largest 1, 2 or 5 × 10ᵏ that is not above `n`, and 1 for 0.
fn round_down(n: usize) -> usize {
    let power = 10usize.pow(n.max(1).ilog10());
    [5, 2, 1].into_iter().map(|lead| lead * power).find(|&round| round <= n).unwrap_or(1)
}

/// The smallest that is not below `n`.
fn round_up(n: usize) -> usize {
    let power = 10usize.pow(n.max(1).ilog10());
    [1, 2, 5].into_iter().map(|lead| lead * power).find(|&round| round >= n).unwrap_or(power.saturating_mul(10))
}
