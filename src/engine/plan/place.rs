//! Pass 5: assigns each value its place in memory, and adds up how much memory a run needs.
use super::fuse::{Group, fuse};
use super::program::{FusedGroup, Instruction, Location, MAX_PARTS, Phase, Plan, SHARE_FROM, StepPlan};
use super::schedule::{Schedule, is_step};
use super::share::{Id, Values};
use super::slots::Slots;
use crate::engine::{Compute, Granularity, LANES, Tensor};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::atomic::AtomicBool;

/// Numbers in a tile: 8 KiB, so that four or five tiles fit into the L1 cache.
const TILE: usize = 2048;

/// The state of the pass: the places given out so far.
struct Places<'a> {
    values: &'a Values,
    schedule: &'a Schedule,
    slots: Slots,
    /// By [`Id`]; `None` for a value that is not placed yet, or that lives only in a tile.
    location: Vec<Option<Location>>,
    /// The random ops, in the order of the values: each has a stream of random numbers of its own.
    random: Vec<Id>,
    /// The values that steps assign to variables.
    updates: HashSet<Id>,
    /// How many groups there are so far, the group of each value, and the last one of its phase that reads it.
    groups: usize,
    group_of: Vec<usize>,
    last_group: Vec<usize>,
    check: Check,
}

/// In debug builds, the value that each slot holds, to assert that every read of a slot finds the value it expects.
#[derive(Default)]
struct Check {
    value_in: HashMap<String, Id>,
}

impl Check {
    fn written(&mut self, location: Location, id: Id) {
        if cfg!(debug_assertions) {
            self.value_in.insert(location.to_string(), id);
        }
    }

    fn read(&self, location: Location, id: Id, values: &Values) {
        if cfg!(debug_assertions) && !matches!(location, Location::Constant(_) | Location::Variable(_)) {
            let found = self.value_in.get(&location.to_string());
            assert_eq!(found, Some(&id), "{} is not in {}, where it is read", values.tensor(id), location);
        }
    }
}

pub(super) fn place(values: &Values, schedule: &Schedule, fetch: &[Tensor], many: bool) -> Plan {
    let of_kind = |wanted: fn(&Compute) -> bool| {
        (0..values.list.len()).filter(move |&id| wanted(&values.tensor(id).0.compute)).collect::<Vec<_>>()
    };
    let variables = of_kind(|compute| matches!(compute, Compute::Variable { .. }));
    let mut updates = HashSet::new();
    for step in fetch.iter().filter(|t| is_step(**t)) {
        updates.extend(step.inputs()[1..].iter().map(|&t| values.of(t)));
    }
    let mut places = Places {
        values,
        schedule,
        slots: Slots::default(),
        location: vec![None; values.list.len()],
        random: of_kind(|compute| matches!(compute, Compute::Random(_))),
        updates,
        groups: 0,
        group_of: vec![usize::MAX; values.list.len()],
        last_group: vec![0; values.list.len()],
        check: Check::default(),
    };
    for (i, &variable) in variables.iter().enumerate() {
        places.location[variable] = Some(Location::Variable(i));
    }
    for (value, location) in values.list.iter().zip(&mut places.location) {
        if let Some(numbers) = value.tensor.known_numbers() {
            *location = Some(Location::Constant(numbers));
        }
    }
    let phases = (0..schedule.phases.len()).map(|phase| places.phase(phase)).collect();
    let at = |t: Tensor| {
        let location = places.location[values.of(t)].expect("computed in one of the phases");
        places.check.read(location, values.of(t), values);
        location
    };
    let mut plans: Vec<StepPlan> = Vec::new();
    for &step in fetch.iter().filter(|t| is_step(**t)) {
        let Compute::Assign { variables } = &step.0.compute else { unreachable!("a step") };
        if plans.iter().any(|plan| plan.step == step) {
            continue;
        }
        let mut updates = Vec::new();
        for (&variable, &new) in variables.iter().zip(&step.inputs()[1..]) {
            let Some(Location::Variable(position)) = places.location[values.of(variable)] else {
                unreachable!("a variable")
            };
            updates.push((position, at(new)));
        }
        plans.push(StepPlan { step, loss: at(step.inputs()[0]), updates });
    }
    let placeholders = of_kind(|compute| matches!(compute, Compute::Placeholder));
    let tensors = |ids: Vec<Id>| ids.into_iter().map(|id| values.tensor(id)).collect();
    Plan {
        phases,
        counts_images: values.list.iter().any(|value| counts_images(value.tensor)),
        switches: values.switches.clone(),
        many,
        placeholders: tensors(placeholders),
        fetched: fetch.iter().filter(|t| !is_step(**t)).map(|&t| (t, at(t))).collect(),
        steps: plans,
        guards: values.guards().map(|(guard, _)| (guard, at(guard.0))).collect(),
        variables: tensors(variables),
        spare: Vec::new(),
        finite: AtomicBool::new(true),
        memory: places.slots.memory(),
    }
}

/// Whether a value depends on how many images there are.
fn counts_images(t: Tensor) -> bool {
    t.is_batched() || matches!(t.0.compute, Compute::BatchSize)
}

impl Places<'_> {
    fn phase(&mut self, phase: usize) -> Phase {
        let sliced = self.schedule.phases[phase].sliced;
        let groups = fuse(phase, self.values, self.schedule);
        let values = self.values;
        let inputs = |id: Id| &values.list[id].inputs;
        for (g, group) in (self.groups..).zip(&groups) {
            for &id in &group.members {
                self.group_of[id] = g;
                inputs(id).iter().for_each(|&input| self.last_group[input] = g);
            }
        }
        let mut placed = Vec::new();
        for group in &groups {
            placed.push(self.group(phase, sliced, group));
            for &id in &group.members {
                for &input in inputs(id) {
                    let is_last = self.group_of[input] != self.groups && self.last_group[input] == self.groups;
                    if is_last && self.schedule.last_use[input] <= Some(phase) {
                        self.slots.release(self.location[input].expect("computed before it is read"));
                    }
                }
            }
            self.groups += 1;
        }
        self.slots.scratch.release_all();
        if sliced { Phase::Slices(placed) } else { Phase::Whole(placed) }
    }

    /// Chooses the tile of a group, and the places of its values.
    fn group(&mut self, phase: usize, sliced: bool, group: &Group) -> FusedGroup {
        let first = self.values.tensor(group.members[0]);
        let size = first.size();
        let lanes = if sliced { LANES } else { 1 };
        let (tile, heavy) = match first.0.granularity {
            Granularity::PerRow(row) => {
                let row = row as usize;
                ((TILE / lanes / row).max(1) * row, size * lanes >= SHARE_FROM)
            }
            Granularity::PerNumber => (TILE / lanes, size * lanes >= SHARE_FROM),
            Granularity::PerBlock(block) => (block as usize, true),
            _ => (size.max(1), false),
        };
        // a whole-batch group is cut into parts only when it runs, by the number of threads
        let part = if sliced && heavy { size.div_ceil(tile).div_ceil(MAX_PARTS) * tile } else { size };
        let is_sum = |id: Id| self.values.tensor(id).0.granularity == Granularity::Accumulating && part < size;
        let size_of = |id: Id| self.values.tensor(id).size();
        let mut outputs = Vec::new();
        for &id in &group.outputs {
            let later = self.schedule.last_use[id] > Some(phase);
            let copies = if is_sum(id) { MAX_PARTS } else { 1 };
            let location = self.slots.take(copies * size_of(id), sliced, later);
            self.location[id] = Some(location);
            self.check.written(location, id);
            outputs.push(location);
        }
        let positions = || group.outputs.iter().copied().enumerate();
        let sums = positions().filter(|&(_, id)| is_sum(id)).map(|(k, id)| (k, size_of(id))).collect();
        let updates = positions().filter(|(_, id)| self.updates.contains(id)).map(|(k, _)| k).collect();
        let fused = group.members.len() > 1;
        if fused {
            self.slots.tile_size = self.slots.tile_size.max(tile * lanes);
        }
        let instructions = self.instructions(group);
        FusedGroup { instructions, tile: if fused { tile } else { size.max(1) }, size, part, outputs, sums, updates }
    }

    /// The instructions of a group. A value that only the group reads lives in a tile, which is free again after its last
    /// reader.
    fn instructions(&mut self, group: &Group) -> Vec<Instruction> {
        let outputs: HashMap<Id, usize> = group.outputs.iter().copied().zip(0..).collect();
        let mut last_reader: HashMap<Id, usize> = HashMap::new();
        for (i, &id) in group.members.iter().enumerate() {
            last_reader.extend(self.values.list[id].inputs.iter().map(|&input| (input, i)));
        }
        let mut tiles: HashMap<Id, usize> = HashMap::new();
        let mut free: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
        let mut instructions = Vec::new();
        for (i, &id) in group.members.iter().enumerate() {
            let value = &self.values.list[id];
            let output = outputs.get(&id).map(|&k| Location::GroupOutput(k)).unwrap_or_else(|| {
                let tile = free.pop().map_or(tiles.len(), |Reverse(lowest)| lowest);
                tiles.insert(id, tile);
                self.check.written(Location::Tile(tile), id);
                self.slots.tiles = self.slots.tiles.max(tile + 1);
                Location::Tile(tile)
            });
            let location = |input: &Id| match (tiles.get(input), outputs.get(input)) {
                (Some(&tile), _) => Location::Tile(tile),
                (_, Some(&k)) => Location::GroupOutput(k),
                _ => self.location[*input].expect("computed before it is read"),
            };
            let read = |input: &Id| {
                let location = location(input);
                let tile = matches!(location, Location::Tile(_)).then_some(location);
                self.check.read(tile.or(self.location[*input]).expect("computed"), *input, self.values);
                (location, self.values.tensor(*input).size())
            };
            let inputs = value.inputs.iter().map(read).collect();
            let stream = self.random.binary_search(&id).unwrap_or(0) as u64;
            instructions.push(Instruction { tensor: value.tensor, inputs, output, stream });
            for done in value.inputs.iter().chain([&id]) {
                if last_reader.get(done).is_none_or(|&last| last <= i) {
                    free.extend(tiles.remove(done).map(Reverse));
                }
            }
        }
        instructions
    }
}
