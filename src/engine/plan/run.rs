//! Executes a plan: threads take slices, and a thread that finds none left takes over parts of another thread's group.
use super::memory::Memory;
use super::program::{
    FusedGroup, Instruction, Location, MAX_OUTPUTS, MAX_PARTS, NotFinite, Phase, Plan, SHARE_FROM, StepPlan,
};
use crate::engine::kernels::elementwise::all_finite;
use crate::engine::threads::{PIECES, Threads};
use crate::engine::{
    Batch, Buffer, Compute, Draw, Fed, Feed, Granularity, LANES, MOST_INPUTS, Out, Rows, Scratch, Slice, Tensor, View,
    derive_seed,
};
use std::array::from_fn;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The inputs of a run.
pub(super) struct Run<'a> {
    pub variables: &'a [&'a [f32]],
    pub feed: &'a [Fed<'a>],
    pub images: usize,
    pub seed: u64,
    pub threads: &'a Threads,
    /// Set to false if a new value of a variable is NaN or infinite.
    pub finite: &'a AtomicBool,
}

/// A section of each output of a [`FusedGroup`], from number `first` on; of outputs that are sums, a partial sum.
#[derive(Default)]
struct Span<'a> {
    first: usize,
    outputs: [&'a mut [f32]; MAX_OUTPUTS],
}

impl<'a> Span<'a> {
    /// The outputs from beginning to end.
    fn all(outputs: &'a mut [Buffer; MAX_OUTPUTS]) -> Self {
        let mut span = Span::default();
        span.outputs.iter_mut().zip(outputs).for_each(|(all, output)| *all = output);
        span
    }
}

/// What a group reads: the buffers of a slice, which a group for the whole batch does not have, and those of the batch.
#[derive(Clone, Copy)]
struct Sources<'a> {
    kept: &'a [Buffer],
    scratch: &'a [Buffer],
    shared: &'a [Buffer],
}

impl Run<'_> {
    /// Runs a group on slice `i`.
    pub fn on_slice(&self, group: &FusedGroup, i: usize, slice: &mut Slice, scratch: &mut Scratch, all: &[Buffer]) {
        // take the outputs out of their slots, so that the other slots can be borrowed as inputs
        let mut outputs: [Buffer; MAX_OUTPUTS] = Default::default();
        for (output, location) in outputs.iter_mut().zip(&group.outputs) {
            *output = take(slot(*location, slice, scratch));
        }
        let sources = Sources { kept: &slice.kept, scratch: &scratch.slots, shared: all };
        let part = |tiles: &mut Vec<Buffer>, part: &mut Span<'_>| {
            let end = group.size.min(part.first + group.part);
            self.work(group, end, part, tiles, (LANES, i * LANES), sources);
        };
        if group.part < group.size {
            let mut parts: [Span<'_>; MAX_PARTS] = from_fn(|_| Span::default());
            let count = cut(group, &mut outputs, group.part, LANES, &mut parts);
            self.threads.share(&mut scratch.tiles, &mut parts, part);
            for &(k, size) in &group.sums {
                let (sum, others) = outputs[k].split_at_mut(size * LANES);
                for part in others.chunks(size * LANES).take(count - 1) {
                    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
                }
            }
        } else {
            part(&mut scratch.tiles[0], &mut Span::all(&mut outputs));
        }
        for (output, location) in outputs.iter_mut().zip(&group.outputs) {
            *slot(*location, slice, scratch) = take(output);
        }
    }

    /// Runs a group for the whole batch.
    pub fn on_whole(&self, group: &FusedGroup, memory: &mut Memory) {
        let slot = |location| match location {
            Location::Shared(slot) => slot,
            _ => unreachable!("a tensor without open dimension"),
        };
        let mut outputs: [Buffer; MAX_OUTPUTS] = Default::default();
        for (output, location) in outputs.iter_mut().zip(&group.outputs) {
            *output = take(&mut memory.shared[slot(*location)]);
        }
        let Memory { slices, scratch, shared: all, .. } = memory;
        let Instruction { tensor, inputs, .. } = &group.instructions[0];
        match &tensor.0.compute {
            Compute::Across(kernel, together) => {
                let together = *together as usize;
                let slices = &slices[..self.images.div_ceil(LANES)];
                let mut batches = [Batch { slices, slot: 0, size: 0, images: self.images }; MOST_INPUTS];
                for (batch, &(location, size)) in batches.iter_mut().zip(inputs) {
                    let Location::Kept(slot) = location else { unreachable!("kept until the phase is over") };
                    (batch.slot, batch.size) = (slot, size);
                }
                let row = tensor.shape().last().copied().unwrap_or(1);
                let unit =
                    (row * together).max(group.size.div_ceil(self.threads.count())).next_multiple_of(row * together);
                self.threads.split(scratch, &mut outputs[0], unit, false, |_, first, values| {
                    kernel(&batches[..inputs.len()], Rows { first, values: &mut *values });
                    group.updates.iter().for_each(|_| self.check(values));
                });
            }
            _ => {
                let sources = Sources { kept: &[], scratch: &[], shared: all };
                if tensor.0.granularity != Granularity::PerNumber
                    || group.size < SHARE_FROM
                    || self.threads.count() == 1
                {
                    let tiles = &mut scratch[0].tiles[0];
                    self.work(group, group.size, &mut Span::all(&mut outputs), tiles, (1, 0), sources);
                } else {
                    let length = group.size.div_ceil(PIECES).next_multiple_of(LANES);
                    let mut spans: [Span<'_>; PIECES] = from_fn(|_| Span::default());
                    let count = cut(group, &mut outputs, length, 1, &mut spans);
                    self.threads.split(scratch, &mut spans[..count], 1, false, |scratch, _, spans| {
                        for span in spans {
                            let end = group.size.min(span.first + length);
                            self.work(group, end, span, &mut scratch.tiles[0], (1, 0), sources);
                        }
                    });
                }
            }
        }
        for (output, location) in outputs.iter_mut().zip(&group.outputs) {
            memory.shared[slot(*location)] = take(output);
        }
    }

    /// Runs the ops of a group tile by tile on the numbers from `span.first` to `end`.
    fn work(
        &self,
        group: &FusedGroup,
        end: usize,
        span: &mut Span<'_>,
        tiles: &mut [Buffer],
        (lanes, first_image): (usize, usize),
        sources: Sources<'_>,
    ) {
        for first in (span.first..end).step_by(group.tile) {
            let count = group.tile.min(end - first);
            let (start, len) = ((first - span.first) * lanes, count * lanes);
            for op in &group.instructions {
                let granularity = op.tensor.0.granularity;
                let (mut tile, mut result) = (Buffer::default(), &mut [][..]);
                let values = match op.output {
                    Location::GroupOutput(k) if granularity == Granularity::Accumulating => {
                        result = take(&mut span.outputs[k]);
                        &mut result[..op.tensor.size() * lanes]
                    }
                    Location::GroupOutput(k) => {
                        result = take(&mut span.outputs[k]);
                        &mut result[start..][..len]
                    }
                    Location::Tile(k) => {
                        tile = take(&mut tiles[k]);
                        &mut tile[..len]
                    }
                    _ => unreachable!("the output of a group"),
                };
                let mut views = [View { values: &[], lanes }; MOST_INPUTS];
                for (input, &(location, size)) in views.iter_mut().zip(&op.inputs) {
                    *input = match location {
                        Location::GroupOutput(k) => View { values: &span.outputs[k][start..][..len], lanes },
                        Location::Tile(k) => View { values: &tiles[k][..len], lanes },
                        location => self.view(sources, location, size),
                    };
                    let beside = size == group.size
                        && input.lanes == lanes
                        && !matches!(granularity, Granularity::PerRow(_) | Granularity::PerBlock(_));
                    if beside && input.values.len() > len {
                        input.values = &input.values[first * lanes..][..len];
                    }
                }
                if granularity == Granularity::Accumulating && first == span.first {
                    values.fill(0.0);
                }
                let images = lanes.min(self.images.saturating_sub(first_image)).max(1);
                self.compute(op, first_image, &views[..op.inputs.len()], Out { values, lanes, images, first });
                match op.output {
                    Location::GroupOutput(k) => span.outputs[k] = result,
                    Location::Tile(k) => tiles[k] = tile,
                    _ => {}
                }
            }
            group.updates.iter().for_each(|&k| self.check(&span.outputs[k][start..][..len]));
        }
    }

    /// An operand that is computed outside the group.
    fn view<'a>(&'a self, sources: Sources<'a>, location: Location, size: usize) -> View<'a> {
        match location {
            Location::Kept(slot) => View { values: &sources.kept[slot][..size * LANES], lanes: LANES },
            Location::Scratch(slot) => View { values: &sources.scratch[slot][..size * LANES], lanes: LANES },
            location => View { values: shared(location, sources.shared, self.variables), lanes: 1 },
        }
    }

    /// Records whether these new values of a variable are all finite.
    fn check(&self, values: &[f32]) {
        if !all_finite(values) {
            self.finite.store(false, Relaxed);
        }
    }

    fn compute(&self, op: &Instruction, first_image: usize, inputs: &[View<'_>], output: Out<'_>) {
        match &op.tensor.0.compute {
            Compute::Placeholder if output.lanes == 1 => self.fed(op.tensor).write(output.values),
            Compute::Placeholder => self.fed(op.tensor).fill(first_image, output.values.as_chunks_mut().0),
            Compute::BatchSize => output.values[0] = self.images as f32,
            Compute::Local(kernel) => kernel(inputs, output),
            Compute::Fill(value) => output.values.fill(*value),
            Compute::Random(kernel) => {
                kernel(Draw { seed: derive_seed(self.seed, op.stream), first_image }, inputs, output)
            }
            _ => unreachable!("an op that computes numbers"),
        }
    }

    fn fed(&self, placeholder: Tensor) -> &dyn Feed {
        let fed = self.feed.iter().find(|fed| fed.placeholder == placeholder);
        fed.expect("checked before the run").value
    }
}

/// The buffer of an output with an open dimension.
fn slot<'a>(location: Location, slice: &'a mut Slice, scratch: &'a mut Scratch) -> &'a mut Buffer {
    match location {
        Location::Kept(slot) => &mut slice.kept[slot],
        Location::Scratch(slot) => &mut scratch.slots[slot],
        _ => unreachable!("a tensor with open dimension"),
    }
}

/// Cuts the outputs of a group into `parts` of `part` numbers; returns how many there are.
fn cut<'a>(
    group: &FusedGroup,
    outputs: &'a mut [Buffer; MAX_OUTPUTS],
    part: usize,
    lanes: usize,
    parts: &mut [Span<'a>],
) -> usize {
    // those that are too many begin behind the end
    parts.iter_mut().enumerate().for_each(|(i, span)| span.first = i * part);
    let parts = &mut parts[..group.size.div_ceil(part)];
    for (k, output) in outputs.iter_mut().enumerate() {
        let sum = group.sums.iter().find(|sum| sum.0 == k);
        let pieces = output.chunks_mut(sum.map_or(part, |sum| sum.1) * lanes);
        parts.iter_mut().zip(pieces).for_each(|(span, piece)| span.outputs[k] = piece);
    }
    parts.len()
}

pub(super) fn shared<'a>(location: Location, all: &'a [Buffer], variables: &[&'a [f32]]) -> &'a [f32] {
    match location {
        Location::Constant(values) => values,
        Location::Variable(i) => variables[i],
        Location::Shared(slot) => &all[slot],
        _ => unreachable!("a tensor without open dimension"),
    }
}

impl Plan {
    /// Runs all phases for a batch of `images`.
    pub fn run(&mut self, variables: &[&[f32]], feed: &[Fed<'_>], images: usize, seed: u64, threads: &Threads) {
        let memory = &mut self.memory;
        *self.finite.get_mut() = true;
        memory.reserve(images.div_ceil(LANES), threads.count());
        let run = Run { variables, feed, images, seed, threads, finite: &self.finite };
        // each phase takes the slices in the opposite order of the phase before, whose last slices are still in the cache
        let mut backwards = false;
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

    /// The first step of the last run whose loss or new values of variables are not all finite, and which of them.
    pub fn not_finite(&self, variables: &[&[f32]]) -> Option<(Tensor, NotFinite)> {
        let finite = |location| all_finite(self.shared(location, variables));
        self.steps.iter().find_map(|StepPlan { step, loss, updates }| {
            if !finite(*loss) {
                return Some((*step, NotFinite::Loss(step.inputs()[0])));
            }
            let updates = if self.finite.load(Relaxed) { &[] } else { &updates[..] };
            let (variable, _) = updates.iter().find(|(_, new)| !finite(*new))?;
            Some((*step, NotFinite::Variable(self.variables[*variable])))
        })
    }

    /// The values of a tensor without open dimension.
    pub fn shared<'a>(&'a self, location: Location, variables: &[&'a [f32]]) -> &'a [f32] {
        shared(location, &self.memory.shared, variables)
    }

    /// Makes the new value at `location` the value of a variable, by swapping buffers where it can.
    pub fn exchange(&mut self, location: Location, variable: &mut Buffer) {
        match location {
            Location::Shared(slot) => std::mem::swap(&mut self.memory.shared[slot], variable),
            Location::Constant(values) => variable.copy_from_slice(values),
            _ => unreachable!("a new value without open dimension"),
        }
    }

    /// Copies a tensor with an open dimension out of its slices into `to`, of shape `[before][images][after]`.
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
