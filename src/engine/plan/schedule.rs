//! Pass 2: which phase computes each value, and until which phase it is needed.
use super::share::{Id, Values};
use crate::engine::tensor::{Compute, Tensor};

/// The values of a phase, in the order in which they are computed.
pub(super) struct Phase {
    /// Whether the phase goes through the slices of the batch; otherwise it works once for the batch as a whole.
    pub sliced: bool,
    pub values: Vec<Id>,
}

/// Phases, and who reads what. All lists but `phases` are indexed by [`Id`].
pub(super) struct Schedule {
    pub phases: Vec<Phase>,
    /// The phase that computes a value; 0 for variables and constants, which are there from the start.
    pub phase_of: Vec<usize>,
    /// The values computed from a value, once for each operand.
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
    /// Phases over slices and phases over the whole batch take turns, and each computes as much as it can. What mixes the
    /// images of a batch has no open dimension, so it waits until a phase over slices has completed its inputs.
    pub fn new(values: &Values, fetch: &[Tensor]) -> Self {
        let mut turns: Vec<Option<usize>> = Vec::with_capacity(values.list.len());
        for value in &values.list {
            turns.push(match value.tensor.0.compute {
                Compute::Variable { .. } | Compute::Assign { .. } => None,
                _ if value.tensor.known_numbers().is_some() => None,
                _ => {
                    let ready = value.inputs.iter().filter_map(|&input| turns[input]).max().unwrap_or(0);
                    // even turns belong to the whole batch, odd ones to the slices
                    Some(ready + (ready + usize::from(value.tensor.is_batched())) % 2)
                }
            });
        }
        let mut by_turn: Vec<Vec<Id>> = vec![Vec::new(); turns.iter().flatten().max().map_or(0, |last| last + 1)];
        for (id, turn) in turns.iter().enumerate() {
            if let Some(turn) = *turn {
                by_turn[turn].push(id);
            }
        }
        let mut schedule = Schedule {
            phases: Vec::new(),
            phase_of: vec![0; values.list.len()],
            readers: vec![Vec::new(); values.list.len()],
            last_use: vec![None; values.list.len()],
        };
        for (turn, ids) in by_turn.into_iter().enumerate().filter(|(_, ids)| !ids.is_empty()) {
            ids.iter().for_each(|&id| schedule.phase_of[id] = schedule.phases.len());
            schedule.phases.push(Phase { sliced: turn % 2 == 1, values: ids });
        }
        for phase in 0..schedule.phases.len() {
            for id in schedule.phases[phase].values.clone() {
                schedule.note_reads(id, values);
            }
        }
        let fetched = fetch.iter().flat_map(|t| if is_step(*t) { t.inputs() } else { std::slice::from_ref(t) });
        let kept = fetched.map(|&t| values.of(t)).chain(values.guards().map(|(_, id)| id));
        kept.for_each(|id| schedule.last_use[id] = Some(AFTER));
        schedule
    }

    /// Notes that `id` reads its inputs, in its phase.
    pub fn note_reads(&mut self, id: Id, values: &Values) {
        for &input in &values.list[id].inputs {
            self.readers[input].push(id);
            self.last_use[input] = self.last_use[input].max(Some(self.phase_of[id]));
        }
    }
}
