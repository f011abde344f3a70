//! What a plan is made of: phases of groups of instructions, and where their numbers lie.
use super::memory::Memory;
use crate::engine::tensor::{Guard, Tensor};
use std::fmt;
use std::sync::atomic::AtomicBool;

/// A fused group has at most this many outputs.
pub(super) const MAX_OUTPUTS: usize = 5;

/// Ops with at least this many numbers are shared among threads; below, waking one costs more (≈ 15 µs).
pub(super) const SHARE_FROM: usize = 16384;

/// At most this many parts per slice. Partial sums are added in part order, so the result does not depend on which thread
/// computed them.
pub(super) const MAX_PARTS: usize = 8;

/// Where the numbers of a value are during a run.
#[derive(Clone, Copy)]
pub(crate) enum Location {
    Constant(&'static [f32]),
    /// In the session, by its position in [`Plan::variables`].
    Variable(usize),
    /// One copy: a tensor without open dimension.
    Shared(usize),
    /// One copy per slice of the batch, until the run is over.
    Kept(usize),
    /// One copy per thread, for the slice that it works on.
    Scratch(usize),
    /// A tile per thread, between the ops of a group.
    Tile(usize),
    /// An output of the group that reads it, by its position in [`FusedGroup::outputs`].
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

/// An op, with its operands and their sizes in numbers (per image, where there are images).
pub(super) struct Instruction {
    pub tensor: Tensor,
    pub inputs: Vec<(Location, usize)>,
    pub output: Location,
    /// Which of the plan's streams of random numbers it draws from.
    pub stream: u64,
}

/// One op, or several on the same number of numbers, which go through them tile by tile.
pub(super) struct FusedGroup {
    pub instructions: Vec<Instruction>,
    /// Numbers in a tile (per image).
    pub tile: usize,
    /// Numbers in all (per image).
    pub size: usize,
    /// Numbers in a part of a slice that another thread may take over.
    pub part: usize,
    pub outputs: Vec<Location>,
    /// The outputs that are sums, which each part adds up for itself, and their sizes.
    pub sums: Vec<(usize, usize)>,
    /// The outputs that are new values of variables.
    pub updates: Vec<usize>,
}

pub(super) enum Phase {
    /// All groups for one slice after the other.
    Slices(Vec<FusedGroup>),
    /// Each group once, for the batch as a whole.
    Whole(Vec<FusedGroup>),
}

pub(crate) struct Plan {
    pub(super) phases: Vec<Phase>,
    /// Whether anything depends on how many images are fed.
    pub counts_images: bool,
    pub placeholders: Vec<Tensor>,
    pub variables: Vec<Tensor>,
    /// Where each fetched tensor is found, in the order in which they were asked for, steps left out.
    pub fetched: Vec<(Tensor, Location)>,
    /// The steps among the fetched tensors, each once.
    pub steps: Vec<StepPlan>,
    pub guards: Vec<(Guard, Location)>,
    /// For the next run to list its variables in; empty.
    pub spare: Vec<&'static [f32]>,
    /// Whether no new value of a variable was NaN or infinite in the last run.
    pub(super) finite: AtomicBool,
    pub(super) memory: Memory,
}

pub(crate) struct StepPlan {
    pub step: Tensor,
    pub loss: Location,
    /// The variable at a position in [`Plan::variables`], and its new value.
    pub updates: Vec<(usize, Location)>,
}
