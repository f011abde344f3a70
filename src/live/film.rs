//! What a film of a run is made of.
use crate::panel::{Digits, history::keep_every_second};
use std::sync::Arc;

/// The digits that the two grids showed at a step; the curves are in the history.
#[derive(Debug, Clone)]
pub struct Still {
    pub step: usize,
    pub epoch: Option<f32>,
    pub training: Option<Arc<Digits>>,
    pub test: Option<Arc<Digits>>,
}

/// Stills of a run, evenly chosen, at most [`MOST_STILLS`].
#[derive(Debug, Clone, Default)]
pub struct Film {
    pub stills: Vec<Still>,
    /// Every so many-th still is kept.
    stride: usize,
    /// How many were added.
    seen: usize,
}

const MOST_STILLS: usize = 128;

impl Film {
    pub fn add(&mut self, still: Still) {
        self.stills.retain(|earlier| earlier.step < still.step);
        if self.stills.len() == MOST_STILLS {
            keep_every_second(&mut self.stills);
            self.stride = 2 * self.stride.max(1);
        }
        if self.seen.is_multiple_of(self.stride.max(1)) {
            self.stills.push(still);
        }
        self.seen += 1;
    }
}
