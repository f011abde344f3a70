//! From the tensors that a program asks for to a short list of phases, compiled once and run many times.
//!
//! 1. Only what the fetched tensors need is computed, and what several of them share is computed once.
//! 2. A phase goes through all slices of the batch, and for each slice through all ops that look at one image at a time.
//!    What mixes images (a sum over the batch, the gradient of a weight) waits until all slices are done: it stands
//!    between two phases.
//! 3. Ops are done together, stretch by stretch, where they can be: a convolution row by row, what computes each number of
//!    it by itself, and sums of these, so that what one writes is still in the cache when the next reads it.
//! 4. Threads take slices; one that finds none left takes parts of what another is about to do.
//! 5. What is needed only inside a phase lives in the scratch slots of the thread that works on the slice, so that ten
//!    thousand images need no more memory than sixteen; what is needed later is kept for each slice, and what can be computed
//!    later from that waits till then, or is computed again.
mod fuse;
mod place;
mod print;
mod run;
mod schedule;
mod share;
mod shorten;
mod slots;

use super::memory::{Buffer, LANES};
use super::tensor::{Guard, Tensor};
use super::threads::Threads;
use crate::session::Fed;
pub(crate) use run::all_finite;
use run::{Run, shared};
use schedule::Schedule;
use share::Values;
use slots::Memory;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A fused group has at most this many outputs.
const MAX_OUTPUTS: usize = 5;

/// Ops with at least this many numbers are shared among threads; below, waking one costs more (≈ 15 µs).
const SHARE_FROM: usize = 16384;

/// At most this many parts per slice. Partial sums are added in part order, so the result does not depend on which thread
/// computed them.
const MAX_PARTS: usize = 8;

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

/// An op, with its operands and their sizes in numbers (per image, where there are images).
struct Instruction {
    tensor: Tensor,
    inputs: Vec<(Location, usize)>,
    output: Location,
    /// Which of the plan's streams of random numbers it draws from.
    stream: u64,
}

/// One op, or several on the same number of numbers, which go through them tile by tile.
struct FusedGroup {
    instructions: Vec<Instruction>,
    /// Numbers in a tile (per image).
    tile: usize,
    /// Numbers in all (per image).
    size: usize,
    /// Numbers in a part of a slice that another thread may take over.
    part: usize,
    outputs: Vec<Location>,
    /// The outputs that are sums, which each part adds up for itself, and their sizes.
    sums: Vec<(usize, usize)>,
    /// The outputs that are new values of variables.
    updates: Vec<usize>,
}

enum Phase {
    /// All groups for one slice after the other.
    Slices(Vec<FusedGroup>),
    /// Each group once, for the batch as a whole.
    Whole(Vec<FusedGroup>),
}

pub(crate) struct Plan {
    phases: Vec<Phase>,
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
    finite: AtomicBool,
    memory: Memory,
}

pub(crate) struct StepPlan {
    pub step: Tensor,
    pub loss: Location,
    /// The variable at a position in [`Plan::variables`], and its new value.
    pub updates: Vec<(usize, Location)>,
}

impl Plan {
    pub fn new(fetch: &[Tensor]) -> Plan {
        let mut values = Values::new(fetch);
        let mut schedule = Schedule::new(&values, fetch);
        shorten::sink(&values, &mut schedule);
        shorten::recompute(&mut values, &mut schedule);
        place::place(&values, &schedule, fetch)
    }

    /// Runs all phases for a batch of `images`.
    pub fn run(&mut self, variables: &[&[f32]], feed: &[Fed<'_>], images: usize, seed: u64, threads: &Threads) {
        let memory = &mut self.memory;
        *self.finite.get_mut() = true;
        memory.reserve(images.div_ceil(LANES), threads.count());
        let run = Run { variables, feed, images, seed, threads, finite: &self.finite };
        let mut backwards = false; // a phase begins where the one before ended: what that wrote last is still in the cache
        for phase in &self.phases {
            match phase {
                Phase::Slices(groups) => {
                    let slices = &mut memory.slices[..images.div_ceil(LANES)];
                    let shared = &memory.shared;
                    threads.split(&mut memory.scratch, slices, 1, backwards, |scratch, first, slices| {
                        for (i, slice) in (first..).zip(slices) {
                            groups.iter().for_each(|group| run.on_slice(group, i, slice, scratch, shared));
                        }
                    });
                    backwards = !backwards;
                }
                Phase::Whole(groups) => groups.iter().for_each(|group| run.on_whole(group, memory)),
            }
        }
    }

    /// The first step of the last run that made a loss or a new value of a variable NaN or infinite, and which.
    pub fn not_finite(&self, variables: &[&[f32]]) -> Option<(Tensor, String)> {
        let finite = |location| all_finite(self.shared(location, variables));
        self.steps.iter().find_map(|StepPlan { step, loss, updates }| {
            if !finite(*loss) {
                return Some((*step, format!("the loss {}", step.inputs()[0].name())));
            }
            let updates = if self.finite.load(Relaxed) { &[] } else { &updates[..] };
            let (variable, _) = updates.iter().find(|(_, new)| !finite(*new))?;
            Some((*step, format!("the new value of {}", self.variables[*variable])))
        })
    }

    /// The numbers of a tensor without open dimension.
    pub fn shared<'a>(&'a self, location: Location, variables: &[&'a [f32]]) -> &'a [f32] {
        shared(location, &self.memory.shared, variables)
    }

    /// Exchanges the numbers of a variable with those of its new value.
    pub fn exchange(&mut self, location: Location, variable: &mut Buffer) {
        match location {
            Location::Shared(slot) => std::mem::swap(&mut self.memory.shared[slot], variable),
            Location::Constant(values) => variable.copy_from_slice(values),
            _ => unreachable!("a new value without open dimension"),
        }
    }

    /// Copies a tensor with an open dimension: `before` and `after` are the sizes of the dimensions around it.
    pub fn gather(&self, location: Location, images: usize, (before, after): (usize, usize), to: &mut [f32]) {
        let Location::Kept(slot) = location else { unreachable!("kept for its reader") };
        for (s, slice) in self.memory.slices[..images.div_ceil(LANES)].iter().enumerate() {
            let values = slice.kept[slot].as_chunks::<LANES>().0;
            for image in LANES * s..images.min(LANES * (s + 1)) {
                for b in 0..before {
                    let to = &mut to[(b * images + image) * after..][..after];
                    to.iter_mut().zip(&values[b * after..]).for_each(|(to, x)| *to = x[image % LANES]);
                }
            }
        }
    }
}

/// A seed for each use of a seed (the finaliser of SplitMix64).
pub(crate) fn mix(seed: u64, position: u64) -> u64 {
    let z = seed.wrapping_add(position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
