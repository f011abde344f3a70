//! From the tensors that a program asks for to a short list of phases, compiled once and run many times.
//!
//! 1. Only what the fetched tensors need is computed, and what several of them share is computed once.
//! 2. A phase goes through all slices of the batch, and for each slice through all ops that look at one image at a time.
//!    What mixes images (a sum over the batch, the gradient of a weight) waits until all slices are done: it stands
//!    between two phases.
//! 3. What is needed only inside a phase lives in the scratch slots of the thread that works on the slice, so that ten
//!    thousand images need no more memory than sixteen; what is needed later is kept for each slice.
use super::memory::{Buffer, LANES, Scratch, Slice};
use super::tensor::{Batch, Draw, Guard, Kernel, Out, Rows, Tensor, View, in_order};
use super::threads::Threads;
use crate::session::Fed;
use std::collections::HashMap;
use std::mem::take;

/// The most inputs that an op has.
const INPUTS: usize = 4;

/// From so many numbers on, several threads divide an op on each number among them.
const MANY: usize = 8192;

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
}

/// An op of a phase, with its operands.
struct Op {
    tensor: Tensor,
    inputs: Vec<(Place, usize)>,
    output: Place,
    size: usize,
    /// Counts the random ops of the plan.
    stream: u64,
}

enum Phase {
    /// For every slice, these ops.
    Slices(Vec<Op>),
    /// These ops one after the other, for the batch as a whole.
    Whole(Vec<Op>),
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
                Phase::Slices(ops) => {
                    let slices = &mut memory.slices[..images.div_ceil(LANES)];
                    let whole = &memory.whole;
                    threads.split(&mut memory.scratch, slices, 1, |scratch, first, slices| {
                        for (i, slice) in (first..).zip(slices) {
                            ops.iter().for_each(|op| run.op_on_slice(op, i, slice, scratch, whole));
                        }
                    });
                }
                Phase::Whole(ops) => ops.iter().for_each(|op| run.op_on_whole(op, memory, threads)),
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
        Place::Kept(_) | Place::Scratch(_) => unreachable!("a tensor without open dimension"),
    }
}

impl Memory {
    fn reserve(&mut self, slices: usize, threads: usize) {
        let buffers = |sizes: &[usize]| sizes.iter().map(|size| Buffer::new(size * LANES)).collect();
        while self.slices.len() < slices {
            self.slices.push(Slice { kept: buffers(&self.kept_sizes) });
        }
        while self.scratch.len() < threads {
            self.scratch.push(Scratch { slots: buffers(&self.scratch_sizes) });
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

impl Run<'_> {
    fn op_on_slice(&self, op: &Op, i: usize, slice: &mut Slice, scratch: &mut Scratch, all: &[Buffer]) {
        // the output is taken out of its slot, so that the inputs can be borrowed beside it
        let mut output = match op.output {
            Place::Kept(slot) => take(&mut slice.kept[slot]),
            Place::Scratch(slot) => take(&mut scratch.slots[slot]),
            _ => unreachable!("a tensor with open dimension"),
        };
        let values = &mut output[..op.size * LANES];
        match &op.tensor.0.kernel {
            Kernel::Placeholder => self.fed(op.tensor).fill(i * LANES, values.as_chunks_mut().0),
            kernel => {
                let mut views = [View { values: &[], lanes: 1 }; INPUTS];
                for (view, &(place, size)) in views.iter_mut().zip(&op.inputs) {
                    *view = match place {
                        Place::Kept(slot) => View { values: &slice.kept[slot][..size * LANES], lanes: LANES },
                        Place::Scratch(slot) => View { values: &scratch.slots[slot][..size * LANES], lanes: LANES },
                        place => View { values: whole(place, all, self.variables), lanes: 1 },
                    };
                }
                self.compute(kernel, op, i * LANES, &views[..op.inputs.len()], Out { values, lanes: LANES });
            }
        }
        match op.output {
            Place::Kept(slot) => slice.kept[slot] = output,
            Place::Scratch(slot) => scratch.slots[slot] = output,
            _ => {}
        }
    }

    fn op_on_whole(&self, op: &Op, memory: &mut Memory, threads: &Threads) {
        let Place::Whole(slot) = op.output else { unreachable!("a tensor without open dimension") };
        let mut output = take(&mut memory.whole[slot]);
        let slices = &memory.slices[..self.images.div_ceil(LANES)];
        match &op.tensor.0.kernel {
            Kernel::Placeholder => self.fed(op.tensor).write(&mut output),
            Kernel::BatchSize => output[0] = self.images as f32,
            Kernel::Across(kernel, together) => {
                let mut batches = [Batch { slices, slot: 0, images: self.images }; INPUTS];
                for (batch, &(place, _)) in batches.iter_mut().zip(&op.inputs) {
                    let Place::Kept(slot) = place else { unreachable!("kept until the phase is over") };
                    batch.slot = slot;
                }
                let row = op.tensor.shape().last().copied().unwrap_or(1);
                let unit =
                    (row * together).max(output.len().div_ceil(threads.count())).next_multiple_of(row * together);
                threads.split(&mut memory.scratch, &mut output, unit, |_, first, values| {
                    kernel(&batches[..op.inputs.len()], Rows { first, values });
                });
            }
            kernel => {
                let mut views = [View { values: &[], lanes: 1 }; INPUTS];
                for (view, &(place, _)) in views.iter_mut().zip(&op.inputs) {
                    view.values = whole(place, &memory.whole, self.variables);
                }
                let inputs = &views[..op.inputs.len()];
                if op.tensor.0.elementwise && output.len() >= MANY {
                    threads.split(&mut memory.scratch, &mut output, LANES, |_, first, values| {
                        let mut stretches = views;
                        for view in &mut stretches {
                            if view.values.len() > 1 {
                                view.values = &view.values[first..][..values.len()];
                            }
                        }
                        self.compute(kernel, op, 0, &stretches[..inputs.len()], Out { values, lanes: 1 });
                    });
                } else {
                    self.compute(kernel, op, 0, inputs, Out { values: &mut output, lanes: 1 });
                }
            }
        }
        memory.whole[slot] = output;
    }

    fn compute(&self, kernel: &Kernel, op: &Op, first_image: usize, inputs: &[View<'_>], output: Out<'_>) {
        match kernel {
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
    fetch: Vec<Tensor>,
}

impl Builder {
    fn new(fetch: &[Tensor]) -> Self {
        let mut builder = Builder {
            nodes: Vec::new(),
            same: HashMap::new(),
            made: HashMap::new(),
            used: HashMap::new(),
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
                for input in node.inputs() {
                    self.used.insert(self.one(*input).address(), p);
                }
            }
        }
        for end in self.fetch.clone() {
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
            let ops = (0..nodes.len()).map(|i| {
                let node = nodes[i];
                let later = self.used.get(&node.address()).is_some_and(|&phase| phase > p);
                let output = match (slices, later) {
                    (false, _) => slots.whole(node.size()),
                    (true, true) => slots.kept(node.size()),
                    (true, false) => slots.scratch(node.size()),
                };
                places.insert(node.address(), output);
                let inputs: Vec<Tensor> = node.inputs().iter().map(|&t| self.one(t)).collect();
                for input in &inputs {
                    let last = !nodes[i + 1..].iter().any(|n| n.inputs().iter().any(|&t| self.one(t) == *input));
                    if let Place::Scratch(slot) = places[&input.address()]
                        && last
                    {
                        slots.release(slot);
                    }
                }
                let inputs = inputs.iter().map(|t| (places[&t.address()], t.size())).collect();
                Op {
                    tensor: node,
                    inputs,
                    output,
                    size: node.size(),
                    stream: random.iter().position(|&t| t == node).unwrap_or(0) as u64,
                }
            });
            let ops = ops.collect();
            slots.release_all();
            if slices { Phase::Slices(ops) } else { Phase::Whole(ops) }
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
    kept: Vec<usize>,
    scratch: Vec<usize>,
    free: Vec<usize>,
}

impl Slots {
    fn whole(&mut self, size: usize) -> Place {
        self.whole.push(size);
        Place::Whole(self.whole.len() - 1)
    }

    fn kept(&mut self, size: usize) -> Place {
        self.kept.push(size);
        Place::Kept(self.kept.len() - 1)
    }

    /// The smallest free slot that is large enough, or a new one.
    fn scratch(&mut self, size: usize) -> Place {
        let fitting = self.free.iter().copied().filter(|&slot| self.scratch[slot] >= size);
        match fitting.min_by_key(|&slot| self.scratch[slot]) {
            Some(slot) => {
                self.free.retain(|&free| free != slot);
                Place::Scratch(slot)
            }
            None => {
                self.scratch.push(size);
                Place::Scratch(self.scratch.len() - 1)
            }
        }
    }

    fn release(&mut self, slot: usize) {
        if !self.free.contains(&slot) {
            self.free.push(slot);
        }
    }

    fn release_all(&mut self) {
        self.free = (0..self.scratch.len()).collect();
    }

    fn memory(self) -> Memory {
        Memory {
            slices: Vec::new(),
            scratch: Vec::new(),
            whole: self.whole.iter().map(|&size| Buffer::new(size)).collect(),
            kept_sizes: self.kept,
            scratch_sizes: self.scratch,
        }
    }
}
