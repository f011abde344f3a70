//! The plan: phases, their groups of instructions, and the location of each operand.
use super::memory::Memory;
use crate::engine::{Guard, Tensor};
use std::fmt;
use std::sync::atomic::AtomicBool;

/// A fused group has at most this many outputs.
pub(super) const MAX_OUTPUTS: usize = 5;

/// Ops with at least this many numbers are shared among threads; for smaller ones, waking a thread (≈ 15 µs) costs more
/// than it saves.
pub(super) const SHARE_FROM: usize = 16384;

/// At most this many parts per slice. Partial sums are added in part order, so the result does not depend on which thread
/// computed them.
pub(super) const MAX_PARTS: usize = 8;

/// Where the numbers of a value are stored during a run.
#[derive(Clone, Copy)]
pub(crate) enum Location {
    Constant(&'static [f32]),
    /// In the session, by its position in [`Plan::variables`].
    Variable(usize),
    /// One buffer for the whole batch: a tensor without open dimension.
    Shared(usize),
    /// One buffer per slice of the batch, for values that a later phase or the caller reads.
    Kept(usize),
    /// One buffer per thread, for values that only the current phase needs, of the slice that the thread works on.
    Scratch(usize),
    /// One tile per thread, for values that only the ops of the current group read.
    Tile(usize),
    /// An output of the same group, by its position in [`FusedGroup::outputs`].
    GroupOutput(usize),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Constant(numbers) => write!(f, "{} constants", numbers.len()),
            Location::Variable(position) => write!(f, "variable {position}"),
            Location::Shared(slot) => write!(f, "shared {slot}"),
            Location::Kept(slot) => write!(f, "kept {slot}"),
            Location::Scratch(slot) => write!(f, "scratch {slot}"),
            Location::Tile(slot) => write!(f, "tile {slot}"),
            Location::GroupOutput(k) => write!(f, "output {k}"),
        }
    }
}

/// An op, with the location and size of each operand (in numbers; per image if it has an open dimension).
pub(super) struct Instruction {
    pub tensor: Tensor,
    pub inputs: Vec<(Location, usize)>,
    pub output: Location,
    /// The stream of random numbers that a random op draws from; the other ops have 0.
    pub stream: u64,
}

/// One op, or several that run together tile by tile. Sizes are in numbers, per image in a per-slice phase.
pub(super) struct FusedGroup {
    pub instructions: Vec<Instruction>,
    /// Size of a tile.
    pub tile: usize,
    /// Size of the result of each op, except for accumulating ones.
    pub size: usize,
    /// Size of a part: idle threads may take over parts of the group while a slice is computed.
    pub part: usize,
    pub outputs: Vec<Location>,
    /// The positions and sizes of the outputs that parts accumulate: each part has a partial sum of its own.
    pub sums: Vec<(usize, usize)>,
    /// The positions of outputs that are new values of variables.
    pub updates: Vec<usize>,
}

pub(super) enum Phase {
    /// Runs all groups on one slice, then on the next.
    Slices(Vec<FusedGroup>),
    /// Runs each group once, for the whole batch.
    Whole(Vec<FusedGroup>),
}

/// What is known of a run before its plan is made.
pub(crate) struct Given<'a> {
    /// The truth value of a condition, if it is fed.
    pub truth: &'a dyn Fn(Tensor) -> Option<bool>,
    /// Whether there are so many images that large values are computed again rather than kept.
    pub many: bool,
}

pub(crate) struct Plan {
    pub(super) phases: Vec<Phase>,
    /// Whether any value depends on the number of images.
    pub counts_images: bool,
    /// What the plan takes for granted, see [`Given`].
    pub(super) switches: Vec<(Tensor, bool)>,
    pub(super) many: bool,
    pub placeholders: Vec<Tensor>,
    pub variables: Vec<Tensor>,
    /// The fetched tensors and their locations, in the order of the fetch, without the steps.
    pub fetched: Vec<(Tensor, Location)>,
    /// The steps of the fetch, each once.
    pub steps: Vec<StepPlan>,
    pub guards: Vec<(Guard, Location)>,
    /// An empty list whose allocation the next run reuses for its variables.
    pub spare: Vec<&'static [f32]>,
    /// Whether all new values of variables were finite in the last run.
    pub(super) finite: AtomicBool,
    pub(super) memory: Memory,
}

/// What a step has made that is not finite.
#[derive(Clone, Copy)]
pub(crate) enum NotFinite {
    /// The loss.
    Loss(Tensor),
    /// The new value of a variable.
    Variable(Tensor),
}

pub(crate) struct StepPlan {
    pub step: Tensor,
    pub loss: Location,
    /// Positions in [`Plan::variables`], each with the location of the new value.
    pub updates: Vec<(usize, Location)>,
}
