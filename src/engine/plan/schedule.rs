//! Pass 2: assigns each value to the phase that computes it, and records its readers and its last use.
use super::share::{Id, Values};
use crate::engine::{Compute, Tensor};

/// The values of a phase, in the order in which they are computed.
pub(super) struct Phase {
    /// Whether the phase runs once per slice of 16 images, rather than once for the whole batch.
    pub sliced: bool,
    pub values: Vec<Id>,
}

/// The phases, and who reads each value. All lists except `phases` are indexed by [`Id`].
pub(super) struct Schedule {
    pub phases: Vec<Phase>,
    /// The phase that computes a value. For variables, constants and steps, which no phase computes, it is 0.
    pub phase_of: Vec<usize>,
    /// The values that read a value; a reader that uses it as two operands is listed twice.
    pub readers: Vec<Vec<Id>>,
    /// The last phase that reads a value: [`AFTER`] if it must outlive the run, `None` if nothing reads it.
    pub last_use: Vec<Option<usize>>,
}

/// Later than any phase.
pub(super) const AFTER: usize = usize::MAX;

pub(super) fn is_step(t: Tensor) -> bool {
    matches!(t.0.compute, Compute::Assign { .. })
}

impl Schedule {
    /// Whole-batch phases and per-slice phases alternate, and each value goes into the earliest phase of its kind that
    /// has its inputs. A value that combines images has no open dimension, so it belongs to a whole-batch phase, after
    /// the per-slice phase that completes its inputs.
    pub fn new(values: &Values, fetch: &[Tensor]) -> Self {
        let mut levels: Vec<Option<usize>> = Vec::with_capacity(values.list.len());
        for value in &values.list {
            levels.push(match value.tensor.0.compute {
                Compute::Variable { .. } | Compute::Assign { .. } => None,
                _ if value.tensor.known_numbers().is_some() => None,
                _ => {
                    let ready = value.inputs.iter().filter_map(|&input| levels[input]).max().unwrap_or(0);
                    // even levels are whole-batch phases, odd levels per-slice phases
                    Some(ready + (ready + usize::from(value.tensor.is_batched())) % 2)
                }
            });
        }
        let mut by_level: Vec<Vec<Id>> = vec![Vec::new(); levels.iter().flatten().max().map_or(0, |last| last + 1)];
        for (id, level) in levels.iter().enumerate() {
            if let Some(level) = *level {
                by_level[level].push(id);
            }
        }
        let mut schedule = Schedule {
            phases: Vec::new(),
            phase_of: vec![0; values.list.len()],
            readers: vec![Vec::new(); values.list.len()],
            last_use: vec![None; values.list.len()],
        };
        for (level, ids) in by_level.into_iter().enumerate().filter(|(_, ids)| !ids.is_empty()) {
            ids.iter().for_each(|&id| schedule.phase_of[id] = schedule.phases.len());
            schedule.phases.push(Phase { sliced: level % 2 == 1, values: ids });
        }
        for phase in 0..schedule.phases.len() {
            for id in schedule.phases[phase].values.clone() {
                schedule.note_reads(id, values);
            }
        }
        for t in fetch {
            let kept = if is_step(*t) { t.inputs() } else { std::slice::from_ref(t) };
            kept.iter().for_each(|&t| schedule.last_use[values.of(t)] = Some(AFTER));
        }
        values.guards().for_each(|(_, id)| schedule.last_use[id] = Some(AFTER));
        schedule
    }

    /// Adds `id` to the readers of its inputs, and extends their last use to its phase.
    pub fn note_reads(&mut self, id: Id, values: &Values) {
        for &input in &values.list[id].inputs {
            self.readers[input].push(id);
            self.last_use[input] = self.last_use[input].max(Some(self.phase_of[id]));
        }
    }
}
