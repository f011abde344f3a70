//! From the tensors that a program asks for to a short list of phases, compiled once and run many times.
//!
//! 1. Only what the fetched tensors need is computed, and what several of them share is computed once.
//! 2. A phase goes through all slices of the batch, and for each slice through all ops that look at one image at a time.
//!    What mixes images (a sum over the batch, the gradient of a weight) waits until all slices are done: it stands
//!    between two phases.
//! 3. Ops are done together, stretch by stretch, where they can be: a convolution row by row, what computes each number of
//!    it by itself, and sums of these, so that what one writes is still in the cache when the next reads it.
//! 4. What is needed only inside a phase lives in the scratch slots of the thread that works on the slice, so that ten
//!    thousand images need no more memory than sixteen; what is needed later is kept for each slice.
use super::memory::{Buffer, LANES, Scratch, Slice};
use super::tensor::{Batch, Draw, Guard, Kernel, Out, Parts, Rows, Tensor, View, in_order};
use super::threads::{PIECES, Threads};
use crate::session::Fed;
use std::collections::HashMap;
use std::mem::take;

/// The most inputs that an op has.
const INPUTS: usize = 4;

/// From so many numbers on, several threads divide an op on each number among them.
const MANY: usize = 8192;

/// Ops that are done together take so many numbers at a time: four or five such stretches fit into the first cache.
const STRETCH: usize = 2048;

/// Of ops that are done together, so many have a result that others need.
const OUTPUTS: usize = 4;

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
    outputs: Vec<Place>,
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
    memory: Memory,
}

pub(crate) struct StepPlan {
    pub step: Tensor,
    pub loss: Place,
    /// The variable at a position in [`Plan::variables`], and its new value.
    pub updates: Vec<(usize, Place)>,
}

#[derive(Default)]
struct Memory {
    slices: Vec<Slice>,
    scratch: Vec<Scratch>,
    whole: Vec<Buffer>,
    kept_sizes: Vec<usize>,
    scratch_sizes: Vec<usize>,
    stretches: usize,
    stretch_size: usize,
}

impl Plan {
    pub fn new(fetch: &[Tensor]) -> Plan {
        Builder::new(fetch).build()
    }

    /// Runs all phases for a batch of `images`.
    pub fn run(&mut self, variables: &[&[f32]], feed: &[Fed<'_>], images: usize, seed: u64, threads: &Threads) {
        let memory = &mut self.memory;
        memory.reserve(images.div_ceil(LANES), threads.count());
        let run = Run { variables, feed, images, seed };
        for phase in &self.phases {
            match phase {
                Phase::Slices(works) => {
                    let slices = &mut memory.slices[..images.div_ceil(LANES)];
                    let whole = &memory.whole;
                    threads.split(&mut memory.scratch, slices, 1, |scratch, first, slices| {
                        for (i, slice) in (first..).zip(slices) {
                            works.iter().for_each(|work| run.on_slice(work, i, slice, scratch, whole));
                        }
                    });
                }
                Phase::Whole(works) => works.iter().for_each(|work| run.on_whole(work, memory, threads)),
            }
        }
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

fn whole<'a>(place: Place, whole: &'a [Buffer], variables: &[&'a [f32]]) -> &'a [f32] {
    match place {
        Place::Constant(values) => values,
        Place::Variable(i) => variables[i],
        Place::Whole(slot) => &whole[slot],
        _ => unreachable!("a tensor without open dimension"),
    }
}

impl Memory {
    fn reserve(&mut self, slices: usize, threads: usize) {
        let buffers = |sizes: &[usize]| sizes.iter().map(|size| Buffer::new(size * LANES)).collect();
        while self.slices.len() < slices {
            self.slices.push(Slice { kept: buffers(&self.kept_sizes) });
        }
        while self.scratch.len() < threads {
            let stretches = (0..self.stretches).map(|_| Buffer::new(self.stretch_size)).collect();
            self.scratch.push(Scratch { slots: buffers(&self.scratch_sizes), stretches });
        }
    }
}

/// What a run knows besides its memory.
struct Run<'a> {
    variables: &'a [&'a [f32]],
    feed: &'a [Fed<'a>],
    images: usize,
    seed: u64,
}

/// Numbers of the outputs of a [`Work`], the first of which is number `first`.
#[derive(Default)]
struct Stretch<'a> {
    first: usize,
    outputs: [&'a mut [f32]; OUTPUTS],
}

impl Run<'_> {
    fn on_slice(&self, work: &Work, i: usize, slice: &mut Slice, scratch: &mut Scratch, all: &[Buffer]) {
        // the outputs are taken out of their slots, so that the inputs can be borrowed beside them
        let mut outputs: [Buffer; OUTPUTS] = Default::default();
        let slot = |place: &Place| match *place {
            Place::Kept(slot) => (true, slot),
            Place::Scratch(slot) => (false, slot),
            _ => unreachable!("a tensor with open dimension"),
        };
        for (output, (kept, slot)) in outputs.iter_mut().zip(work.outputs.iter().map(slot)) {
            *output = take(if kept { &mut slice.kept[slot] } else { &mut scratch.slots[slot] });
        }
        let mut stretch = Stretch { first: 0, outputs: outputs.each_mut().map(|output| &mut output[..]) };
        let view = |place, size: usize| match place {
            Place::Kept(slot) => View { values: &slice.kept[slot][..size * LANES], lanes: LANES },
            Place::Scratch(slot) => View { values: &scratch.slots[slot][..size * LANES], lanes: LANES },
            place => View { values: whole(place, all, self.variables), lanes: 1 },
        };
        self.work(work, work.size, &mut stretch, &mut scratch.stretches, (LANES, i * LANES), view);
        for (output, (kept, slot)) in outputs.iter_mut().zip(work.outputs.iter().map(slot)) {
            *(if kept { &mut slice.kept[slot] } else { &mut scratch.slots[slot] }) = take(output);
        }
    }

    fn on_whole(&self, work: &Work, memory: &mut Memory, threads: &Threads) {
        let slot = |place: &Place| match *place {
            Place::Whole(slot) => slot,
            _ => unreachable!("a tensor without open dimension"),
        };
        let mut outputs: [Buffer; OUTPUTS] = Default::default();
        for (output, slot) in outputs.iter_mut().zip(work.outputs.iter().map(slot)) {
            *output = take(&mut memory.whole[slot]);
        }
        let Memory { slices, scratch, whole: all, .. } = memory;
        let Op { tensor, inputs, .. } = &work.ops[0];
        match &tensor.0.kernel {
            Kernel::Across(kernel, together) => {
                let slices = &slices[..self.images.div_ceil(LANES)];
                let mut batches = [Batch { slices, slot: 0, size: 0, images: self.images }; INPUTS];
                for (batch, &(place, size)) in batches.iter_mut().zip(inputs) {
                    let Place::Kept(slot) = place else { unreachable!("kept until the phase is over") };
                    (batch.slot, batch.size) = (slot, size);
                }
                let row = tensor.shape().last().copied().unwrap_or(1);
                let unit = (row * together).max(work.size.div_ceil(threads.count())).next_multiple_of(row * together);
                threads.split(scratch, &mut outputs[0], unit, |_, first, values| {
                    kernel(&batches[..inputs.len()], Rows { first, values });
                });
            }
            _ => {
                let view = |place, _| View { values: whole(place, all, self.variables), lanes: 1 };
                let divided = tensor.0.parts == Parts::Elementwise && work.size >= MANY && threads.count() > 1;
                let length = if divided { work.size.div_ceil(PIECES).next_multiple_of(LANES) } else { work.size };
                let mut parts = outputs.each_mut().map(|output| output.chunks_mut(length.max(1)));
                let mut stretches: [Stretch<'_>; PIECES] = std::array::from_fn(|i| Stretch {
                    first: i * length,
                    outputs: parts.each_mut().map(|parts| parts.next().unwrap_or_default()),
                });
                let count = work.size.div_ceil(length.max(1));
                threads.split(scratch, &mut stretches[..count], 1, |scratch, _, stretches| {
                    for stretch in stretches {
                        let end = work.size.min(stretch.first + length);
                        self.work(work, end, stretch, &mut scratch.stretches, (1, 0), view);
                    }
                });
            }
        }
        for (output, slot) in outputs.iter_mut().zip(work.outputs.iter().map(slot)) {
            memory.whole[slot] = take(output);
        }
    }

    /// All ops of a work on the numbers from the beginning of `stretch` to `end`; `view` gives what comes from elsewhere.
    fn work<'a>(
        &self,
        work: &Work,
        end: usize,
        stretch: &mut Stretch<'_>,
        between: &mut [Buffer],
        (lanes, first_image): (usize, usize),
        view: impl Fn(Place, usize) -> View<'a>,
    ) {
        for first in (stretch.first..end).step_by(work.length) {
            let count = work.length.min(end - first);
            let (here, now) = ((first - stretch.first) * lanes, count * lanes);
            for op in &work.ops {
                let parts = op.tensor.0.parts;
                let (mut own, mut shared) = (Buffer::default(), &mut [][..]);
                let values = match op.output {
                    Place::Output(k) if parts == Parts::Sum => {
                        shared = take(&mut stretch.outputs[k]);
                        &mut shared[..op.tensor.size() * lanes]
                    }
                    Place::Output(k) => {
                        shared = take(&mut stretch.outputs[k]);
                        &mut shared[here..][..now]
                    }
                    Place::Stretch(k) => {
                        own = take(&mut between[k]);
                        &mut own[..now]
                    }
                    _ => unreachable!("the output of a work"),
                };
                let mut views = [View { values: &[], lanes }; INPUTS];
                for (input, &(place, size)) in views.iter_mut().zip(&op.inputs) {
                    *input = match place {
                        Place::Output(k) => View { values: &stretch.outputs[k][here..][..now], lanes },
                        Place::Stretch(k) => View { values: &between[k][..now], lanes },
                        place => view(place, size),
                    };
                    let beside = size == work.size && input.lanes == lanes && !matches!(parts, Parts::Rows(_));
                    if beside && input.values.len() > now {
                        input.values = &input.values[first * lanes..][..now];
                    }
                }
                let images = lanes.min(self.images.saturating_sub(first_image)).max(1);
                self.compute(op, first_image, &views[..op.inputs.len()], Out { values, lanes, images, first });
                match op.output {
                    Place::Output(k) => stretch.outputs[k] = shared,
                    Place::Stretch(k) => between[k] = own,
                    _ => {}
                }
            }
        }
    }

    fn compute(&self, op: &Op, first_image: usize, inputs: &[View<'_>], output: Out<'_>) {
        match &op.tensor.0.kernel {
            Kernel::Placeholder if output.lanes == 1 => self.fed(op.tensor).write(output.values),
            Kernel::Placeholder => self.fed(op.tensor).fill(first_image, output.values.as_chunks_mut().0),
            Kernel::BatchSize => output.values[0] = self.images as f32,
            Kernel::Local(kernel) => kernel(inputs, output),
            Kernel::Random(kernel) => kernel(Draw { seed: mix(self.seed, op.stream), first_image }, inputs, output),
            _ => unreachable!("an op that computes numbers"),
        }
    }

    fn fed(&self, placeholder: Tensor) -> &dyn crate::session::Feed {
        let fed = self.feed.iter().find(|fed| fed.placeholder == placeholder);
        fed.expect("checked before the run").value
    }
}

/// Makes a [`Plan`].
struct Builder {
    /// Every node that is needed, each after its inputs; none twice.
    nodes: Vec<Tensor>,
    /// The node that stands for another one, by address.
    same: HashMap<usize, Tensor>,
    /// The phase in which a node's value is made, and the last in which it is used.
    made: HashMap<usize, usize>,
    used: HashMap<usize, usize>,
    /// The nodes that use a node's value.
    users: HashMap<usize, Vec<usize>>,
    fetch: Vec<Tensor>,
}

impl Builder {
    fn new(fetch: &[Tensor]) -> Self {
        let mut builder = Builder {
            nodes: Vec::new(),
            same: HashMap::new(),
            made: HashMap::new(),
            used: HashMap::new(),
            users: HashMap::new(),
            fetch: fetch.to_vec(),
        };
        let mut known: HashMap<_, Tensor> = HashMap::new();
        for node in in_order(fetch) {
            let inputs: Vec<Tensor> = node.inputs().iter().map(|&input| builder.one(input)).collect();
            let one = match node.0.kernel {
                Kernel::Alias => inputs[0],
                Kernel::Local(_) | Kernel::Across(..) | Kernel::BatchSize => {
                    let inputs: Vec<usize> = inputs.iter().map(|t| t.address()).collect();
                    *known.entry((node.0.op, &node.0.params, &node.0.dims, inputs)).or_insert(node)
                }
                _ => node,
            };
            builder.same.insert(node.address(), one);
            if one == node {
                builder.nodes.push(node);
            }
        }
        builder
    }

    /// The node that is computed in place of `t`.
    fn one(&self, t: Tensor) -> Tensor {
        self.same[&t.address()]
    }

    fn build(mut self) -> Plan {
        let phases = self.phases();
        for (p, (_, nodes)) in phases.iter().enumerate() {
            for node in nodes {
                for &input in node.inputs() {
                    let input = self.one(input).address();
                    self.used.insert(input, p);
                    self.users.entry(input).or_default().push(node.address());
                }
            }
        }
        let guarded = self.nodes.iter().flat_map(|t| &t.0.guards).map(|guard| guard.0);
        let guarded: Vec<Tensor> = guarded.filter(|t| self.same.contains_key(&t.address())).collect();
        for end in guarded.into_iter().chain(self.fetch.clone()) {
            let step = matches!(end.0.kernel, Kernel::Assign { .. });
            for &t in if step { end.inputs() } else { std::slice::from_ref(&end) } {
                self.used.insert(self.one(t).address(), usize::MAX);
            }
        }

        let random: Vec<Tensor> =
            self.nodes.iter().copied().filter(|t| matches!(t.0.kernel, Kernel::Random(_))).collect();
        let mut slots = Slots::default();
        let mut places: HashMap<usize, Place> = HashMap::new();
        let variables: Vec<Tensor> = self.nodes.iter().copied().filter(|t| t.is_variable()).collect();
        for &node in &self.nodes {
            let place = match &node.0.kernel {
                Kernel::Variable { .. } => Place::Variable(variables.iter().position(|&v| v == node).unwrap_or(0)),
                Kernel::Constant(values) => Place::Constant(values),
                _ => continue,
            };
            places.insert(node.address(), place);
        }
        let phases = (0..).zip(phases).map(|(p, (slices, nodes))| {
            let groups = self.together(nodes);
            let works = (0..groups.len()).map(|g| {
                let group = &groups[g];
                let own = |t: &Tensor| group.contains(t);
                let mut outputs: Vec<(Tensor, Place)> = Vec::new();
                for &node in group.iter().filter(|t| self.is_output(**t, group)) {
                    let place = match (slices, self.used.get(&node.address()).is_some_and(|&phase| phase > p)) {
                        (false, _) => slots.whole(node.size()),
                        (true, true) => Place::Kept(slots.kept.take(node.size())),
                        (true, false) => Place::Scratch(slots.scratch.take(node.size())),
                    };
                    places.insert(node.address(), place);
                    outputs.push((node, place));
                }
                let position = |t: Tensor| outputs.iter().position(|o| o.0 == t).map(Place::Output);
                let mut between: Vec<(Tensor, usize)> = Vec::new();
                let ops = (0..group.len()).map(|i| {
                    let node = group[i];
                    let inputs: Vec<Tensor> = node.inputs().iter().map(|&t| self.one(t)).collect();
                    let output = position(node).unwrap_or_else(|| {
                        // a stretch whose reader is done is free again
                        let free = |slot: &usize| between.iter().all(|b| b.1 != *slot);
                        let slot = (0..).find(free).unwrap_or(0);
                        slots.stretches = slots.stretches.max(slot + 1);
                        between.push((node, slot));
                        Place::Stretch(slot)
                    });
                    let place = |t: &Tensor| match between.iter().find(|b| b.0 == *t) {
                        Some(&(_, slot)) => Place::Stretch(slot),
                        None => position(*t).unwrap_or_else(|| places[&t.address()]),
                    };
                    let inputs = inputs.iter().map(|t| (place(t), t.size())).collect();
                    let later = |t: Tensor| group[i + 1..].iter().any(|n| n.inputs().iter().any(|&u| self.one(u) == t));
                    between.retain(|b| later(b.0));
                    let stream = random.iter().position(|&t| t == node).unwrap_or(0) as u64;
                    Op { tensor: node, inputs, output, stream }
                });
                let ops = ops.collect();
                for input in group.iter().flat_map(|node| node.inputs()).map(|&t| self.one(t)).filter(|t| !own(t)) {
                    let last = self.used.get(&input.address()).is_none_or(|&phase| phase <= p);
                    let mut later = groups[g + 1..].iter().flatten().flat_map(|node| node.inputs());
                    if last && !later.any(|&t| self.one(t) == input) {
                        slots.release(places[&input.address()]);
                    }
                }
                let size = group[0].size();
                let lanes = if slices { LANES } else { 1 };
                let length = match group[0].0.parts {
                    _ if group.len() == 1 => size.max(1),
                    Parts::Rows(row) => (STRETCH / lanes / row).max(1) * row,
                    _ => STRETCH / lanes,
                };
                if group.len() > 1 {
                    slots.stretch_size = slots.stretch_size.max(length * lanes);
                }
                Work { ops, length, size, outputs: outputs.into_iter().map(|o| o.1).collect() }
            });
            let works = works.collect();
            slots.scratch.release_all();
            if slices { Phase::Slices(works) } else { Phase::Whole(works) }
        });
        let phases = phases.collect();

        let place = |t: Tensor| places[&self.one(t).address()];
        let (steps, values): (Vec<Tensor>, Vec<Tensor>) =
            self.fetch.iter().partition(|t| matches!(t.0.kernel, Kernel::Assign { .. }));
        let steps = steps.into_iter().map(|step| {
            let Kernel::Assign { variables: targets } = &step.0.kernel else { unreachable!("a step") };
            let position = |t: &Tensor| variables.iter().position(|v| v == t).expect("a variable of the plan");
            let updates = targets.iter().map(position).zip(step.inputs()[1..].iter().map(|&t| place(t))).collect();
            StepPlan { step, loss: place(step.inputs()[0]), updates }
        });
        // a guarded number that no op reads any more (a rate of 1, say) cannot do harm
        let guards =
            self.nodes.iter().flat_map(|t| &t.0.guards).filter(|guard| self.same.contains_key(&guard.0.address()));
        Plan {
            phases,
            placeholders: self.nodes.iter().copied().filter(|t| matches!(t.0.kernel, Kernel::Placeholder)).collect(),
            fetched: values.iter().map(|&t| (t, place(t))).collect(),
            steps: steps.collect(),
            guards: guards.map(|&guard| (guard, place(guard.0))).collect(),
            variables,
            spare: Vec::new(),
            memory: slots.memory(),
        }
    }

    /// The nodes of a phase, those together that can be done together: each elementwise one joins the first others of its
    /// size that do not come before what it needs, and a sum those that it adds up.
    fn together(&self, nodes: Vec<Tensor>) -> Vec<Vec<Tensor>> {
        let mut groups: Vec<Vec<Tensor>> = Vec::new();
        // the first group that may use a node's value
        let mut known_in: HashMap<usize, usize> = HashMap::new();
        for node in nodes {
            let inputs = node.inputs().iter().filter_map(|&t| known_in.get(&self.one(t).address()));
            let first = inputs.max().copied();
            let (size, candidates) = match node.0.parts {
                Parts::Elementwise => (node.size(), first.unwrap_or(0)..groups.len()),
                Parts::Sum if node.is_batched() => (node.inputs()[0].size(), first.map_or(0..0, |g| g..g + 1)),
                _ => (0, 0..0),
            };
            let fits = |group: &Vec<Tensor>| {
                let outputs = group.iter().chain([&node]).filter(|t| self.is_output(**t, group)).count();
                let open = matches!(group[0].0.parts, Parts::Elementwise | Parts::Rows(_));
                open && group[0].size() == size && outputs <= OUTPUTS
            };
            let joined = candidates.into_iter().find(|&g| groups.get(g).is_some_and(fits));
            let g = joined.unwrap_or(groups.len());
            if g == groups.len() {
                groups.push(Vec::new());
            }
            groups[g].push(node);
            // a sum is complete only when all stretches are
            known_in.insert(node.address(), g + usize::from(node.0.parts == Parts::Sum));
        }
        groups
    }

    /// Whether a node of a group is needed outside.
    fn is_output(&self, node: Tensor, group: &[Tensor]) -> bool {
        let address = node.address();
        let users = self.users.get(&address).map_or(&[][..], |users| users);
        let outside = users.iter().any(|user| group.iter().all(|t| t.address() != *user));
        outside || self.used.get(&address) == Some(&usize::MAX)
    }

    /// The nodes of each phase, and whether it goes through the slices. Greedy: as much as can be done, in turns.
    fn phases(&mut self) -> Vec<(bool, Vec<Tensor>)> {
        let mut waiting: Vec<Tensor> = Vec::new();
        for &node in &self.nodes {
            match node.0.kernel {
                Kernel::Variable { .. } | Kernel::Constant(_) => _ = self.made.insert(node.address(), 0),
                Kernel::Assign { .. } => {}
                _ => waiting.push(node),
            }
        }
        let mut phases = Vec::new();
        let mut slices = false;
        while !waiting.is_empty() {
            let mut now = Vec::new();
            waiting.retain(|node| {
                let ready = node.inputs().iter().all(|&input| self.made.contains_key(&self.one(input).address()));
                // a sum over the batch needs slices that earlier phases have completed
                let across = matches!(node.0.kernel, Kernel::Across(..));
                let chosen = ready && node.is_batched() == slices && !(across && slices);
                if chosen {
                    now.push(*node);
                    self.made.insert(node.address(), phases.len());
                }
                !chosen
            });
            if !now.is_empty() {
                phases.push((slices, now));
            }
            slices = !slices;
        }
        phases
    }
}

/// Hands out slots of memory.
#[derive(Default)]
struct Slots {
    whole: Vec<usize>,
    kept: Pool,
    scratch: Pool,
    stretches: usize,
    stretch_size: usize,
}

impl Slots {
    fn whole(&mut self, size: usize) -> Place {
        self.whole.push(size);
        Place::Whole(self.whole.len() - 1)
    }

    /// Nobody needs what is there any more.
    fn release(&mut self, place: Place) {
        match place {
            Place::Kept(slot) => self.kept.release(slot),
            Place::Scratch(slot) => self.scratch.release(slot),
            _ => {}
        }
    }

    fn memory(self) -> Memory {
        Memory {
            slices: Vec::new(),
            scratch: Vec::new(),
            whole: self.whole.iter().map(|&size| Buffer::new(size)).collect(),
            kept_sizes: self.kept.sizes,
            scratch_sizes: self.scratch.sizes,
            stretches: self.stretches,
            stretch_size: self.stretch_size,
        }
    }
}

/// Slots that are used again when what was there is no longer needed.
#[derive(Default)]
struct Pool {
    sizes: Vec<usize>,
    free: Vec<usize>,
}

impl Pool {
    /// The smallest free slot that is large enough, or a new one.
    fn take(&mut self, size: usize) -> usize {
        let fitting = self.free.iter().copied().filter(|&slot| self.sizes[slot] >= size);
        let slot = fitting.min_by_key(|&slot| self.sizes[slot]).unwrap_or_else(|| {
            self.sizes.push(size);
            self.sizes.len() - 1
        });
        self.free.retain(|&free| free != slot);
        slot
    }

    fn release(&mut self, slot: usize) {
        if !self.free.contains(&slot) {
            self.free.push(slot);
        }
    }

    fn release_all(&mut self) {
        self.free = (0..self.sizes.len()).collect();
    }
}
