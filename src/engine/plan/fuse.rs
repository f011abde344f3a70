//! Pass 4: the ops of a phase in groups. A group goes through its numbers tile by tile, so that an op reads what the one
//! before has just written while it is still in the cache.
use super::program::MAX_OUTPUTS;
use super::schedule::{AFTER, Schedule};
use super::share::{Id, Values};
use crate::engine::tensor::Granularity;
use std::collections::HashMap;

/// Ops that are done together, and those of their values that are read outside the group.
pub(super) struct Group {
    pub members: Vec<Id>,
    pub outputs: Vec<Id>,
}

/// The groups of a phase, in order. An elementwise op joins the first group of its size that does not come before its
/// inputs, and a sum the group of what it adds up; every other op begins a group.
pub(super) fn fuse(phase: usize, values: &Values, schedule: &Schedule) -> Vec<Group> {
    let mut groups: Vec<Vec<Id>> = Vec::new();
    // how many members of each have readers outside
    let mut outputs: Vec<usize> = Vec::new();
    // the groups that ops of a size may join
    let mut open: HashMap<usize, Vec<usize>> = HashMap::new();
    // by value, the group of it, and the first group that may read it
    let mut placed: HashMap<Id, (usize, usize)> = HashMap::new();
    // by value, how many reads are outside its group
    let mut outside: HashMap<Id, usize> = HashMap::new();
    for &id in &schedule.phases[phase].values {
        let value = &values.list[id];
        let parts = value.tensor.0.granularity;
        let earliest = value.inputs.iter().filter_map(|input| placed.get(input)).map(|place| place.1).max();
        let reads = schedule.readers[id].len();
        let is_output = reads > 0 || schedule.last_use[id] == Some(AFTER);
        let has_room = |g: usize| outputs[g] + usize::from(is_output) <= MAX_OUTPUTS;
        let candidates = |size: usize| open.get(&size).map_or(&[][..], |groups| groups);
        let joined = match parts {
            Granularity::PerNumber => {
                let candidates = candidates(value.tensor.size());
                let start = candidates.partition_point(|&g| Some(g) < earliest);
                candidates[start..].iter().copied().find(|&g| has_room(g))
            }
            Granularity::Accumulating if value.tensor.is_batched() => {
                let size = values.tensor(value.inputs[0]).size();
                earliest.filter(|g| candidates(size).binary_search(g).is_ok() && has_room(*g))
            }
            _ => None,
        };
        let g = joined.unwrap_or_else(|| {
            groups.push(Vec::new());
            outputs.push(0);
            if matches!(parts, Granularity::PerNumber | Granularity::PerRow(_)) {
                open.entry(value.tensor.size()).or_default().push(groups.len() - 1);
            }
            groups.len() - 1
        });
        for input in value.inputs.iter().filter(|input| placed.get(input).is_some_and(|place| place.0 == g)) {
            let left = outside.get_mut(input).expect("a member of the group");
            *left -= 1;
            if *left == 0 && schedule.last_use[*input] != Some(AFTER) {
                outputs[g] -= 1;
            }
        }
        groups[g].push(id);
        outputs[g] += usize::from(is_output);
        // a sum is complete only when its whole group is
        placed.insert(id, (g, g + usize::from(parts == Granularity::Accumulating)));
        outside.insert(id, reads);
    }
    let is_output = |id: &Id| outside[id] > 0 || schedule.last_use[*id] == Some(AFTER);
    groups
        .into_iter()
        .map(|members| Group { outputs: members.iter().copied().filter(is_output).collect(), members })
        .collect()
}
