//! Pass 1: from the nodes of the graph to the values of a run. What several nodes compute alike becomes one value.
use crate::engine::tensor::{Compute, Guard, Tensor, topological_order};
use std::collections::HashMap;

/// The position of a value in [`Values::list`].
pub(super) type Id = usize;

/// What one op computes in one phase.
#[derive(Clone)]
pub(super) struct Value {
    /// The node that says how.
    pub tensor: Tensor,
    pub inputs: Vec<Id>,
}

/// Everything that a fetch needs.
pub(super) struct Values {
    /// Each value after its inputs. Copies that later passes make stand at the end.
    pub list: Vec<Value>,
    /// The value that stands for a node, by the node's address.
    of_node: HashMap<usize, Id>,
}

impl Values {
    pub fn new(fetch: &[Tensor]) -> Self {
        let nodes = topological_order(fetch);
        let mut values = Values { list: Vec::new(), of_node: HashMap::with_capacity(nodes.len()) };
        let mut known: HashMap<_, Id> = HashMap::new();
        for node in nodes {
            let id = match node.0.compute {
                Compute::Alias => values.of(node.inputs()[0]),
                Compute::Local(_) | Compute::Across(..) | Compute::BatchSize => {
                    // the shapes of the operands belong to the op: the same numbers in another shape meet others
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

    /// The value that stands for a node of the graph.
    pub fn of(&self, t: Tensor) -> Id {
        self.of_node[&t.address()]
    }

    pub fn tensor(&self, id: Id) -> Tensor {
        self.list[id].tensor
    }

    /// The numbers that must hold for the run to count, and where they are. A guarded number that nothing reads (a
    /// learning rate of 1 drops out of the graph) can do no harm.
    pub fn guards(&self) -> impl Iterator<Item = (Guard, Id)> {
        let guards = self.list.iter().filter_map(|value| value.tensor.0.guard.as_deref());
        guards.filter_map(|&guard| Some((guard, *self.of_node.get(&guard.0.address())?)))
    }
}
