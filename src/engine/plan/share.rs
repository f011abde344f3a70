//! Pass 1: from the nodes of the graph to the values of a run. Nodes that compute the same result share one value
//! (common subexpression elimination), and an alias is the value of its input.
use super::program::Given;
use crate::engine::{Compute, Guard, Tensor, depth_first};
use std::collections::HashMap;

/// The position of a value in [`Values::list`].
pub(super) type Id = usize;

/// The result of one op in one phase; pass 3 may add a copy of it for another phase.
pub(super) struct Value {
    /// The node that computes it.
    pub tensor: Tensor,
    pub inputs: Vec<Id>,
}

/// All values that a fetch depends on.
pub(super) struct Values {
    /// In topological order, except for the copies that pass 3 appends.
    pub list: Vec<Value>,
    /// From the address of a node to its value.
    of_node: HashMap<usize, Id>,
    /// The truth values that the run was given, of the conditions of all `select`s: only the tensors that were taken are here.
    pub switches: Vec<(Tensor, bool)>,
}

impl Values {
    pub fn new(fetch: &[Tensor], given: &Given<'_>) -> Self {
        let truth = |node: Tensor| if node.0.op == "select" { (given.truth)(node.inputs()[0]) } else { None };
        let taken = |node: Tensor| truth(node).map(|truth| &node.inputs()[if truth { 1 } else { 2 }]);
        let nodes = depth_first(fetch, |node| taken(node).map_or(node.inputs(), std::slice::from_ref));
        let switches = nodes.iter().filter_map(|&node| Some((node.inputs().first().copied()?, truth(node)?))).collect();
        let mut values = Values { list: Vec::new(), of_node: HashMap::with_capacity(nodes.len()), switches };
        let mut known: HashMap<_, Id> = HashMap::new();
        for node in nodes {
            let id = match node.0.compute {
                Compute::Alias => values.of(node.inputs()[0]),
                _ if taken(node).is_some() => values.of(*taken(node).expect("just seen")),
                Compute::Local(_) | Compute::Across(..) | Compute::BatchSize => {
                    // operand shapes are part of the key: after a reshape, the same numbers broadcast differently
                    let inputs: Vec<_> = node.inputs().iter().map(|&t| (values.of(t), t.shape())).collect();
                    let next = values.list.len();
                    let id = *known.entry((node.0.op, &node.0.params, &node.0.dims, inputs)).or_insert(next);
                    if id == next { values.add(node) } else { id }
                }
                _ => values.add(node),
            };
            values.of_node.insert(node.address(), id);
        }
        values
    }

    fn add(&mut self, node: Tensor) -> Id {
        let inputs = node.inputs().iter().map(|&t| self.of(t)).collect();
        self.list.push(Value { tensor: node, inputs });
        self.list.len() - 1
    }

    /// The value that a node of the graph computes.
    pub fn of(&self, t: Tensor) -> Id {
        self.of_node[&t.address()]
    }

    pub fn tensor(&self, id: Id) -> Tensor {
        self.list[id].tensor
    }

    /// The guards of all values, each with the value that it checks. A guard whose value the fetch does not depend on is
    /// skipped: a learning rate of 1, for example, is simplified out of the graph.
    pub fn guards(&self) -> impl Iterator<Item = (Guard, Id)> {
        let guards = self.list.iter().filter_map(|value| value.tensor.0.guard());
        guards.filter_map(|guard| Some((guard, *self.of_node.get(&guard.0.address())?)))
    }
}
