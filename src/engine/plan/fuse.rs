//! Pass 4: divides the ops of a phase into groups. A group runs all of its ops on one tile of numbers before it goes on to
//! the next tile, so that each op reads what the op before it has just written to the cache.
use super::program::MAX_OUTPUTS;
use super::schedule::{AFTER, Schedule};
use super::share::{Id, Values};
use crate::engine::Granularity;
use std::collections::HashMap;

/// Ops that run together, and those of their values that are read outside the group.
pub(super) struct Group {
    pub members: Vec<Id>,
    pub outputs: Vec<Id>,
}

/// Where a value of the phase is computed.
struct Place {
    group: usize,
    /// The first group in which it can be read.
    readable: usize,
    /// How many of its reads are (so far) outside its group.
    outside: usize,
}

/// The groups of a phase, in the order in which they run. An elementwise op joins the earliest group of its size in which
/// its inputs are available, and an accumulating op the group of its input; every other op starts a group.
pub(super) fn fuse(phase: usize, values: &Values, schedule: &Schedule) -> Vec<Group> {
    let mut groups: Vec<Vec<Id>> = Vec::new();
    // by group, how many of its values are (so far) read outside it
    let mut outputs: Vec<usize> = Vec::new();
    // by size, the groups that an op of this size may join, in order
    let mut open: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut placed: HashMap<Id, Place> = HashMap::new();
    for &id in &schedule.phases[phase].values {
        let value = &values.list[id];
        let granularity = value.tensor.0.granularity;
        let earliest = value.inputs.iter().filter_map(|input| placed.get(input)).map(|place| place.readable).max();
        let reads = schedule.readers[id].len();
        let is_output = reads > 0 || schedule.last_use[id] == Some(AFTER);
        let has_room = |g: usize| outputs[g] + usize::from(is_output) <= MAX_OUTPUTS;
        let candidates = |size: usize| open.get(&size).map_or(&[][..], |groups| groups);
        let joined = match granularity {
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
            if matches!(granularity, Granularity::PerNumber | Granularity::PerRow(_)) {
                open.entry(value.tensor.size()).or_default().push(groups.len() - 1);
            }
            groups.len() - 1
        });
        for input in &value.inputs {
            let Some(place) = placed.get_mut(input).filter(|place| place.group == g) else { continue };
            place.outside -= 1;
            if place.outside == 0 && schedule.last_use[*input] != Some(AFTER) {
                outputs[g] -= 1;
            }
        }
        groups[g].push(id);
        outputs[g] += usize::from(is_output);
        // a sum is complete only after the last tile of its group
        let readable = g + usize::from(granularity == Granularity::Accumulating);
        placed.insert(id, Place { group: g, readable, outside: reads });
    }
    let is_output = |id: &Id| placed[id].outside > 0 || schedule.last_use[*id] == Some(AFTER);
    groups
        .into_iter()
        .map(|members| Group { outputs: members.iter().copied().filter(is_output).collect(), members })
        .collect()
}
