//! Pass 3: shorter lives. What a phase keeps for a later one has left the cache by the time that one reads it, so a value
//! is computed in the phase of its first reader (*sink*), or once more there (*recompute*), where this costs less.
use super::schedule::{AFTER, Phase, Schedule};
use super::share::{Id, Value, Values};
use crate::engine::tensor::{Compute, Granularity};
use std::collections::{HashMap, HashSet};

/// At most this many ops per number are computed once more instead of keeping their result.
const RECOMPUTED_OPS: usize = 4;

/// Moves what a phase computes only for later ones to the first of these, if its inputs are kept until then anyway.
pub(super) fn sink(values: &Values, schedule: &mut Schedule) {
    let mut moved = vec![false; values.list.len()];
    for phase in (0..schedule.phases.len()).rev() {
        for i in (0..schedule.phases[phase].values.len()).rev() {
            let id = schedule.phases[phase].values[i];
            let Some(later) = better_phase(id, values, schedule) else { continue };
            moved[id] = true;
            schedule.phase_of[id] = later;
            for &input in &values.list[id].inputs {
                schedule.last_use[input] = schedule.last_use[input].max(Some(later));
            }
        }
    }
    for (number, phase) in schedule.phases.iter_mut().enumerate() {
        let own = |id: &Id| schedule.phase_of[*id] == number && !moved[*id];
        phase.values = phase.values.iter().copied().filter(own).collect();
        place_before_readers(phase, values, |id| moved[id] && schedule.phase_of[id] == number);
    }
}

/// The phase of the first reader of a value, if the value should wait for it. It should not where its inputs would have to
/// be kept for it alone, or where they hold more numbers than the value.
fn better_phase(id: Id, values: &Values, schedule: &Schedule) -> Option<usize> {
    let (tensor, phase) = (values.tensor(id), schedule.phase_of[id]);
    if !tensor.is_batched() || !matches!(tensor.0.compute, Compute::Local(_)) || schedule.last_use[id]? == AFTER {
        return None;
    }
    let first = schedule.readers[id].iter().map(|&reader| schedule.phase_of[reader]).min()?;
    let mut kept_longer = 0;
    for &input in values.list[id].inputs.iter().filter(|&&input| values.tensor(input).is_batched()) {
        match schedule.last_use[input]? {
            last if last <= phase => return None,
            last if last < first => kept_longer += values.tensor(input).size(),
            _ => {}
        }
    }
    (first > phase && kept_longer <= tensor.size() && schedule.phases[first].sliced).then_some(first)
}

/// Lets later phases compute once more what they need of an earlier one, where a few ops on each number are enough and the
/// numbers that these begin with are kept anyway.
pub(super) fn recompute(values: &mut Values, schedule: &mut Schedule) {
    let originals = values.list.len();
    let mut copies = Copies::new();
    for phase in 0..schedule.phases.len() {
        place_before_readers(&mut schedule.phases[phase], values, |id| id >= originals);
        for id in schedule.phases[phase].values.clone() {
            let mut readers: Vec<usize> =
                schedule.readers[id].iter().map(|&reader| schedule.phase_of[reader]).collect();
            readers.sort_unstable();
            readers.dedup();
            if !values.tensor(id).is_batched() || !readers.contains(&phase) || schedule.last_use[id] == Some(AFTER) {
                continue;
            }
            for later in readers.into_iter().filter(|&later| later > phase) {
                let mut budget = RECOMPUTED_OPS;
                let missing = schedule.phases[later].sliced && !copies.contains_key(&(later, id));
                if missing && is_cheap(id, later, values, schedule, &copies, &mut budget) {
                    copy(id, later, values, schedule, &mut copies);
                }
            }
        }
    }
}

/// The copy of a value that a phase makes for itself.
type Copies = HashMap<(usize, Id), Id>;

/// Whether a value can be computed once more in a later phase with the ops that are left of the budget.
fn is_cheap(id: Id, later: usize, values: &Values, schedule: &Schedule, copies: &Copies, budget: &mut usize) -> bool {
    let node = values.tensor(id).0;
    if *budget == 0 || !matches!(node.compute, Compute::Local(_)) || node.granularity != Granularity::PerNumber {
        return false;
    }
    *budget -= 1;
    let mut inputs = values.list[id].inputs.iter();
    inputs.all(|&input| {
        is_there(input, later, values, schedule, copies) || is_cheap(input, later, values, schedule, copies, budget)
    })
}

/// Whether a value, or a copy of it, is there in a later phase anyway.
fn is_there(id: Id, later: usize, values: &Values, schedule: &Schedule, copies: &Copies) -> bool {
    !values.tensor(id).is_batched() || schedule.last_use[id] >= Some(later) || copies.contains_key(&(later, id))
}

/// Makes a copy of a value for a later phase, whose readers read it from now on, with copies of what is not there then.
fn copy(id: Id, later: usize, values: &mut Values, schedule: &mut Schedule, copies: &mut Copies) -> Id {
    let mut inputs = values.list[id].inputs.clone();
    for input in &mut inputs {
        if let Some(&copy) = copies.get(&(later, *input)) {
            *input = copy;
        } else if !is_there(*input, later, values, schedule, copies) {
            *input = copy(*input, later, values, schedule, copies);
        }
    }
    let new = values.list.len();
    values.list.push(Value { tensor: values.tensor(id), inputs });
    copies.insert((later, id), new);
    schedule.phase_of.push(later);
    schedule.last_use.push(None);
    let phase_of = &schedule.phase_of;
    let (there, others): (Vec<Id>, Vec<Id>) =
        schedule.readers[id].iter().partition(|&&reader| phase_of[reader] == later);
    schedule.last_use[id] = others.iter().map(|&reader| phase_of[reader]).max();
    schedule.readers[id] = others;
    for &reader in &there {
        values.list[reader].inputs.iter_mut().filter(|input| **input == id).for_each(|input| *input = new);
    }
    if !there.is_empty() {
        schedule.last_use[new] = Some(later);
    }
    schedule.readers.push(there);
    schedule.note_reads(new, values);
    new
}

/// Puts the values that are new in a phase among the others, each before its first reader.
fn place_before_readers(phase: &mut Phase, values: &Values, is_new: impl Fn(Id) -> bool) {
    let mut waiting: Vec<Id> = phase.values.drain(..).rev().collect();
    let mut placed = HashSet::new();
    while let Some(&id) = waiting.last() {
        let before = waiting.len();
        let missing = values.list[id].inputs.iter().copied().filter(|&input| is_new(input) && !placed.contains(&input));
        waiting.extend(missing);
        if waiting.len() == before {
            waiting.pop();
            if placed.insert(id) {
                phase.values.push(id);
            }
        }
    }
}
