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
mod build;
mod later;
mod print;
mod run;
mod slots;

use super::memory::{Buffer, LANES};
use super::tensor::{Guard, Tensor};
use super::threads::Threads;
use crate::session::Fed;
use build::Builder;
use run::{Run, all_finite, whole};
use slots::Memory;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Of ops that are done together, so many have a result that others need.
const OUTPUTS: usize = 5;

/// From so many numbers on, several threads divide an op among them.
const MANY: usize = 16384;

/// Into so many parts at most, if it works on a slice. The sum of a slice is that of its parts, whoever adds them up.
const PARTS: usize = 8;

/// Where the numbers of a tensor are during a run.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Constant(&'static [f32]),
    /// Of the session, by its position in [`Plan::variables`].
    Variable(usize),
    /// Without open dimension: one copy.
    Whole(usize),
    /// One copy for each slice.
    Kept(usize),
    /// One copy for each thread.
    Scratch(usize),
    /// A stretch of numbers for each thread: between ops that are done together.
    Stretch(usize),
    /// Of ops that are done together, by its position in [`Work::outputs`].
    Output(usize),
}

/// An op, with its operands and their sizes.
struct Op {
    tensor: Tensor,
    inputs: Vec<(Place, usize)>,
    output: Place,
    /// Counts the random ops of the plan.
    stream: u64,
}

/// One op, or several on the same count of numbers, which are done together stretch by stretch.
struct Work {
    ops: Vec<Op>,
    /// How many numbers are in a stretch.
    length: usize,
    /// The count of the numbers (of an image, where there are images).
    size: usize,
    /// How many of them are a part of a slice, which another thread may do.
    part: usize,
    outputs: Vec<Place>,
    /// Those outputs that are sums of parts, and their sizes: each part adds up its own.
    sums: Vec<(usize, usize)>,
    /// Those outputs that are new values of variables.
    updates: Vec<usize>,
}

enum Phase {
    /// All of this for every slice.
    Slices(Vec<Work>),
    /// One after the other, for the batch as a whole.
    Whole(Vec<Work>),
}

pub(crate) struct Plan {
    phases: Vec<Phase>,
    pub placeholders: Vec<Tensor>,
    pub variables: Vec<Tensor>,
    /// Where each fetched tensor is found, in the order in which they were asked for.
    pub fetched: Vec<(Tensor, Place)>,
    /// The steps among the fetched tensors.
    pub steps: Vec<StepPlan>,
    pub guards: Vec<(Guard, Place)>,
    /// For the next run to list its variables in; empty.
    pub spare: Vec<&'static [f32]>,
    /// Whether no new value of a variable was NaN or infinite in the last run.
    finite: AtomicBool,
    memory: Memory,
}

pub(crate) struct StepPlan {
    pub step: Tensor,
    pub loss: Place,
    /// The variable at a position in [`Plan::variables`], and its new value.
    pub updates: Vec<(usize, Place)>,
}

impl Plan {
    pub fn new(fetch: &[Tensor]) -> Plan {
        Builder::new(fetch).build()
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
                Phase::Slices(works) => {
                    let slices = &mut memory.slices[..images.div_ceil(LANES)];
                    let whole = &memory.whole;
                    threads.split(&mut memory.scratch, slices, 1, backwards, |scratch, first, slices| {
                        for (i, slice) in (first..).zip(slices) {
                            works.iter().for_each(|work| run.on_slice(work, i, slice, scratch, whole));
                        }
                    });
                    backwards = !backwards;
                }
                Phase::Whole(works) => works.iter().for_each(|work| run.on_whole(work, memory)),
            }
        }
    }

    /// The first step of the last run that made a loss or a new value of a variable NaN or infinite, and which.
    pub fn not_finite(&self, variables: &[&[f32]]) -> Option<(Tensor, String)> {
        let finite = |place| all_finite(self.whole(place, variables));
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
    pub fn whole<'a>(&'a self, place: Place, variables: &[&'a [f32]]) -> &'a [f32] {
        whole(place, &self.memory.whole, variables)
    }

    /// Exchanges the numbers of a variable with those of its new value.
    pub fn exchange(&mut self, place: Place, variable: &mut Buffer) {
        match place {
            Place::Whole(slot) => std::mem::swap(&mut self.memory.whole[slot], variable),
            Place::Constant(values) => variable.copy_from_slice(values),
            _ => unreachable!("a new value without open dimension"),
        }
    }

    /// Copies a tensor with an open dimension: `before` and `after` are the sizes of the dimensions around it.
    pub fn gather(&self, place: Place, images: usize, (before, after): (usize, usize), to: &mut [f32]) {
        let Place::Kept(slot) = place else { unreachable!("kept for its reader") };
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
