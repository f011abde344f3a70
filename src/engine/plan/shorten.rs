//! Pass 3: shortens lifetimes. By the time a later phase reads a value that an earlier one kept, the value has left the
//! cache. Where it costs less, *sink* moves an op to the phase of its first reader, and *recompute* repeats cheap ops
//! in the later phase instead of keeping their result (rematerialization).
use super::schedule::{AFTER, Phase, Schedule};
use super::share::{Id, Value, Values};
use crate::engine::{Compute, Granularity};
use std::collections::{HashMap, HashSet};

/// At most this many elementwise ops are repeated instead of keeping one value.
const RECOMPUTED_OPS: usize = 4;

/// With many images, values of more numbers than this are computed again from the images, if need be: 16 KiB, which are
/// 160 MB for 10,000 images.
const LARGE: usize = 4096;

/// Moves each value that its own phase does not read to the phase of its first reader, if [`sink_target`] says so.
/// Goes backwards, so that a value is looked at after its readers have moved.
pub(super) fn sink(values: &Values, schedule: &mut Schedule) {
    let mut moved = vec![false; values.list.len()];
    for phase in (0..schedule.phases.len()).rev() {
        for i in (0..schedule.phases[phase].values.len()).rev() {
            let id = schedule.phases[phase].values[i];
            let Some(later) = sink_target(id, values, schedule) else { continue };
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

/// The phase that a value should move to: that of its first reader. `None` if it should stay: if one of its inputs is not
/// kept beyond this phase anyway, or if inputs would have to be kept longer that hold more numbers than the value does.
fn sink_target(id: Id, values: &Values, schedule: &Schedule) -> Option<usize> {
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

/// Repeats cheap values in the later phases that read them, so that they need not be kept. Only values that their own
/// phase reads too are candidates; [`sink`] considers the others.
pub(super) fn recompute(values: &mut Values, schedule: &mut Schedule, many: bool) {
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
                let mut budget = if many && values.tensor(id).size() > LARGE { usize::MAX } else { RECOMPUTED_OPS };
                let missing = schedule.phases[later].sliced && !copies.contains_key(&(later, id));
                if missing && is_cheap(id, later, values, schedule, &copies, &mut budget) {
                    copy(id, later, values, schedule, &mut copies);
                }
            }
        }
    }
}

/// From a phase and a value to the copy of the value that this phase computes for itself.
type Copies = HashMap<(usize, Id), Id>;

/// Whether a value can be repeated in a later phase with the `budget` of ops that is left, starting from values that are
/// available there. With a budget without end, not only elementwise ops are.
fn is_cheap(id: Id, later: usize, values: &Values, schedule: &Schedule, copies: &Copies, budget: &mut usize) -> bool {
    let node = values.tensor(id).0;
    let repeatable = match node.compute {
        Compute::Local(_) => node.granularity == Granularity::PerNumber || *budget > RECOMPUTED_OPS,
        Compute::Placeholder => *budget > RECOMPUTED_OPS,
        _ => false,
    };
    if *budget == 0 || !repeatable {
        return false;
    }
    if *budget <= RECOMPUTED_OPS {
        *budget -= 1;
    }
    let mut inputs = values.list[id].inputs.iter();
    inputs.all(|&input| {
        is_available(input, later, values, schedule, copies) || is_cheap(input, later, values, schedule, copies, budget)
    })
}

/// Whether a value, or a copy of it, can be read in a later phase without being kept any longer for this.
fn is_available(id: Id, later: usize, values: &Values, schedule: &Schedule, copies: &Copies) -> bool {
    !values.tensor(id).is_batched() || schedule.last_use[id] >= Some(later) || copies.contains_key(&(later, id))
}

/// Adds a copy of a value to a later phase, redirects the readers in that phase to it, and does the same for each input
/// that is not available there. Returns the copy.
fn copy(id: Id, later: usize, values: &mut Values, schedule: &mut Schedule, copies: &mut Copies) -> Id {
    let mut inputs = values.list[id].inputs.clone();
    for input in &mut inputs {
        if let Some(&copy) = copies.get(&(later, *input)) {
            *input = copy;
        } else if !is_available(*input, later, values, schedule, copies) {
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

/// Inserts the values that are new in a phase before their first readers: a depth-first walk along new inputs.
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
