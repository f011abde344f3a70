//! Makes a plan: which ops there are, in which order, and where their numbers are.
use super::slots::Slots;
use super::{MANY, OUTPUTS, Op, PARTS, Phase, Place, Plan, StepPlan, Work};
use crate::engine::memory::LANES;
use crate::engine::tensor::{Guard, Kernel, Parts, Tensor, in_order};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// Ops that are done together take so many numbers at a time: four or five such stretches fit into the first cache.
const STRETCH: usize = 2048;

/// Where numbers are, as far as the plan is made.
struct Layout {
    slots: Slots,
    places: HashMap<usize, Place>,
    /// All random nodes.
    random: Vec<Tensor>,
}

fn is_step(t: Tensor) -> bool {
    matches!(t.0.kernel, Kernel::Assign { .. })
}

/// Makes a [`Plan`].
pub(super) struct Builder {
    /// Every node that is needed, each after its inputs; none twice.
    nodes: Vec<Tensor>,
    /// The node that stands for another one, by address.
    same: HashMap<usize, Tensor>,
    /// The phase in which a node's value is made, and the last in which it is used.
    pub made: HashMap<usize, usize>,
    pub used: HashMap<usize, usize>,
    /// The nodes that use a node's value.
    pub users: HashMap<usize, Vec<usize>>,
    /// By phase and address: what stands for a node there.
    pub again: HashMap<(usize, usize), Tensor>,
    fetch: Vec<Tensor>,
}

impl Builder {
    pub fn new(fetch: &[Tensor]) -> Self {
        let mut builder = Builder {
            nodes: Vec::new(),
            same: HashMap::new(),
            made: HashMap::new(),
            used: HashMap::new(),
            users: HashMap::new(),
            again: HashMap::new(),
            fetch: fetch.to_vec(),
        };
        let mut known: HashMap<_, Tensor> = HashMap::new();
        for node in in_order(fetch) {
            let one = match node.0.kernel {
                Kernel::Alias => builder.one(node.inputs()[0]),
                Kernel::Local(_) | Kernel::Across(..) | Kernel::BatchSize => {
                    // the same numbers in another shape meet others
                    let inputs = node.inputs().iter().map(|&t| (builder.one(t).address(), t.shape()));
                    let inputs: Vec<(usize, &[usize])> = inputs.collect();
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
        self.same.get(&t.address()).copied().unwrap_or(t)
    }

    /// What a node of this phase is computed from.
    pub fn inputs(&self, node: Tensor, phase: usize) -> impl Iterator<Item = Tensor> {
        let inputs = node.inputs().iter().map(|&t| self.one(t));
        inputs.map(move |t| self.again.get(&(phase, t.address())).copied().unwrap_or(t))
    }

    pub fn build(mut self) -> Plan {
        let mut phases = self.phases();
        self.note_uses(&phases);
        self.delay(&mut phases);
        self.compute_again(&mut phases);
        let all = |wanted: fn(&Tensor) -> bool| self.nodes.iter().copied().filter(wanted).collect::<Vec<_>>();
        let variables = all(|t| t.is_variable());
        let mut layout = Layout {
            random: all(|t| matches!(t.0.kernel, Kernel::Random(_))),
            slots: Slots::default(),
            places: HashMap::new(),
        };
        for (i, variable) in variables.iter().enumerate() {
            layout.places.insert(variable.address(), Place::Variable(i));
        }
        for &node in &self.nodes {
            if let Kernel::Constant(values) = &node.0.kernel {
                layout.places.insert(node.address(), Place::Constant(values));
            }
        }
        let phases = phases.into_iter().enumerate().map(|(phase, (slices, nodes))| {
            let groups = self.together(nodes, phase);
            let works = (0..groups.len()).map(|g| self.work(phase, slices, &groups[g..], &mut layout)).collect();
            layout.slots.scratch.release_all();
            if slices { Phase::Slices(works) } else { Phase::Whole(works) }
        });
        let phases = phases.collect();

        let place = |t: Tensor| layout.places[&self.one(t).address()];
        let (steps, values): (Vec<Tensor>, Vec<Tensor>) = self.fetch.iter().partition(|t| is_step(**t));
        let steps = steps.into_iter().map(|step| {
            let Kernel::Assign { variables: targets } = &step.0.kernel else { unreachable!("a step") };
            let position = |t: &Tensor| variables.iter().position(|v| v == t).expect("a variable of the plan");
            let updates = targets.iter().map(position).zip(step.inputs()[1..].iter().map(|&t| place(t))).collect();
            StepPlan { step, loss: place(step.inputs()[0]), updates }
        });
        Plan {
            phases,
            placeholders: all(|t| matches!(t.0.kernel, Kernel::Placeholder)),
            fetched: values.iter().map(|&t| (t, place(t))).collect(),
            steps: steps.collect(),
            guards: self.guards().map(|guard| (guard, place(guard.0))).collect(),
            variables,
            spare: Vec::new(),
            finite: AtomicBool::new(true),
            memory: layout.slots.memory(),
        }
    }

    /// The guards of all nodes. (A guarded number that no op reads any more, a rate of 1, say, cannot do harm.)
    fn guards(&self) -> impl Iterator<Item = Guard> {
        let all = self.nodes.iter().flat_map(|t| &t.0.guards).copied();
        all.filter(|guard| self.same.contains_key(&guard.0.address()))
    }

    /// Which phase is the last to use each value, and which nodes do.
    pub fn note_uses(&mut self, phases: &[(bool, Vec<Tensor>)]) {
        let (mut used, mut users) = (HashMap::new(), HashMap::<_, Vec<usize>>::new());
        for (phase, (_, nodes)) in phases.iter().enumerate() {
            for &node in nodes {
                for input in self.inputs(node, phase).map(Tensor::address) {
                    used.insert(input, phase);
                    users.entry(input).or_default().push(node.address());
                }
            }
        }
        (self.used, self.users) = (used, users);
        let guarded: Vec<Tensor> = self.guards().map(|guard| guard.0).collect();
        for end in guarded.into_iter().chain(self.fetch.clone()) {
            for &t in if is_step(end) { end.inputs() } else { std::slice::from_ref(&end) } {
                self.used.insert(self.one(t).address(), usize::MAX);
            }
        }
    }

    /// What the first of these groups of a phase does, and where its numbers are.
    fn work(&self, phase: usize, slices: bool, groups: &[Vec<Tensor>], layout: &mut Layout) -> Work {
        let group = &groups[0];
        let size = group[0].size();
        let lanes = if slices { LANES } else { 1 };
        let (stretch, heavy) = match group[0].0.parts {
            Parts::Rows(row) => ((STRETCH / lanes / row).max(1) * row, size * lanes >= MANY),
            Parts::Elementwise => (STRETCH / lanes, size * lanes >= MANY),
            Parts::Blocks(block) => (block, true),
            _ => (size.max(1), false),
        };
        // (what several threads do without an open dimension is decided where it is done)
        let part = if slices && heavy { size.div_ceil(stretch).div_ceil(PARTS) * stretch } else { size };
        let is_sum = |t: Tensor| t.0.parts == Parts::Sum && part < size;
        let mut outputs: Vec<(Tensor, Place)> = Vec::new();
        for &node in group.iter().filter(|t| self.is_output(**t, group)) {
            let later = self.used.get(&node.address()).is_some_and(|&last| last > phase);
            let copies = if is_sum(node) { PARTS } else { 1 };
            let place = layout.slots.take(copies * node.size(), slices, later);
            layout.places.insert(node.address(), place);
            outputs.push((node, place));
        }
        let ops = self.ops(phase, group, &outputs, layout);
        for input in group.iter().flat_map(|&node| self.inputs(node, phase)).filter(|t| !group.contains(t)) {
            let last = self.used.get(&input.address()).is_none_or(|&last| last <= phase);
            let mut later = groups[1..].iter().flatten().flat_map(|&node| self.inputs(node, phase));
            if last && !later.any(|t| t == input) {
                layout.slots.release(layout.places[&input.address()]);
            }
        }
        if group.len() > 1 {
            layout.slots.stretch_size = layout.slots.stretch_size.max(stretch * lanes);
        }
        let updates = self.fetch.iter().filter(|t| is_step(**t)).flat_map(|step| &step.inputs()[1..]);
        let updates: Vec<Tensor> = updates.map(|&t| self.one(t)).collect();
        Work {
            ops,
            length: if group.len() == 1 { size.max(1) } else { stretch },
            size,
            part,
            sums: (0..outputs.len()).filter(|&k| is_sum(outputs[k].0)).map(|k| (k, outputs[k].0.size())).collect(),
            updates: (0..outputs.len()).filter(|&k| updates.contains(&outputs[k].0)).collect(),
            outputs: outputs.into_iter().map(|(_, place)| place).collect(),
        }
    }

    /// The ops of a group. What no other group needs is in stretches.
    fn ops(&self, phase: usize, group: &[Tensor], outputs: &[(Tensor, Place)], layout: &mut Layout) -> Vec<Op> {
        let output = |t: Tensor| outputs.iter().position(|o| o.0 == t).map(Place::Output);
        let mut between: Vec<(Tensor, usize)> = Vec::new();
        let mut ops = Vec::new();
        for (i, &node) in group.iter().enumerate() {
            let own = output(node).unwrap_or_else(|| {
                let free = |slot: &usize| between.iter().all(|b| b.1 != *slot);
                let slot = (0..).find(free).unwrap_or(0);
                layout.slots.stretches = layout.slots.stretches.max(slot + 1);
                between.push((node, slot));
                Place::Stretch(slot)
            });
            let place = |t: Tensor| match between.iter().find(|b| b.0 == t) {
                Some(&(_, slot)) => Place::Stretch(slot),
                None => output(t).unwrap_or_else(|| layout.places[&t.address()]),
            };
            let inputs = self.inputs(node, phase).map(|t| (place(t), t.size())).collect();
            let stream = layout.random.iter().position(|&t| t == node).unwrap_or(0) as u64;
            ops.push(Op { tensor: node, inputs, output: own, stream });
            // a stretch whose last reader is done is free again
            let later = |t: Tensor| group[i + 1..].iter().any(|&n| self.inputs(n, phase).any(|u| u == t));
            between.retain(|b| later(b.0));
        }
        ops
    }

    /// The nodes of a phase, those together that can be done together: each elementwise one joins the first others of its
    /// size that do not come before what it needs, and a sum those that it adds up.
    fn together(&self, nodes: Vec<Tensor>, phase: usize) -> Vec<Vec<Tensor>> {
        let mut groups: Vec<Vec<Tensor>> = Vec::new();
        // the first group that may use a node's value
        let mut known_in: HashMap<usize, usize> = HashMap::new();
        for node in nodes {
            let inputs = self.inputs(node, phase).filter_map(|t| known_in.get(&t.address()).copied());
            let first = inputs.max();
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
