//! The steps at which a panel measures. They depend on the number of the step alone, so that a run that is repeated ends
//! with the same picture, however fast the machine.
use crate::picture::axes;

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

    /// Whether to measure on the training batch: about 250 times in a run.
    pub fn training(&self, step: usize) -> bool {
        self.landmark(step) || step.is_multiple_of(round_down(self.length / 250))
    }

    /// Whether to measure on the test digits, which takes as long as fifty steps: about 20 times in a run, 10 times if it has
    /// a few hundred steps, 5 times if it has so few that its curves are nearly straight.
    pub fn test(&self, step: usize) -> bool {
        let between = self.length >= 1000 && step.is_multiple_of(self.stride().div_ceil(2));
        self.printed(step) || (!self.is_short() && self.landmark(step)) || between
    }

    /// Whether to print a line: at most twelve times in a run.
    pub fn printed(&self, step: usize) -> bool {
        self.ends(step) || step.is_multiple_of(self.stride())
    }

    /// In slow motion a picture is seen of the steps 0 to 9, then of every tenth, then of every hundredth up to 500.
    pub fn is_shown_slowly(step: usize) -> bool {
        step < 10 || step < 100 && step.is_multiple_of(10) || step <= 500 && step.is_multiple_of(100)
    }

    pub fn ends_slow_motion(step: usize) -> bool {
        step >= 500
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

    /// The first and the last step, and 10, 20, 50 … among the early ones, in which most is learnt.
    fn landmark(&self, step: usize) -> bool {
        self.ends(step) || (step > self.length / 1000 && step < self.stride() && round_down(step) == step)
    }
}

/// The largest 1, 2 or 5 × 10ᵏ that is not above `n`, and 1 for 0.
fn round_down(n: usize) -> usize {
    let power = 10usize.pow(n.max(1).ilog10());
    [5, 2, 1].into_iter().map(|lead| lead * power).find(|&round| round <= n).unwrap_or(1)
}

/// The smallest 1, 2 or 5 × 10ᵏ that is not below `n`, and 1 for 0.
fn round_up(n: usize) -> usize {
    axes::round_up(n.max(1) as f64, &axes::ROUND) as usize
}
