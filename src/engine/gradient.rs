//! Back-propagation: from the nodes that compute a loss to the nodes that compute its gradient.
use super::shape::show;
use super::tensor::{Scalar, Tensor, in_order};
use crate::error::stop;
use std::collections::{HashMap, HashSet};

/// The gradient of a loss by each of some tensors of its graph: how much the loss changes for a small change of each number.
///
/// The result has the form of `by`: `let [dw, db] = gradients(loss, [w, b]);`. Nothing is computed yet; each gradient is
/// a tensor of the shape of what it is taken by, made of the same ops as the rest of the graph.
pub fn gradients<const N: usize>(loss: Scalar, by: [Tensor; N]) -> [Tensor; N] {
    let gradients = gradients_of(loss, &by);
    std::array::from_fn(|i| gradients[i])
}

/// As [`gradients`], for any number of tensors.
///
/// The rule of the chain, in reverse: starting with ∂loss/∂loss = 1, each node hands the gradient by its value on to its
/// inputs, and what a node receives from several sides is added.
pub(crate) fn gradients_of(loss: Scalar, by: &[Tensor]) -> Vec<Tensor> {
    let order = in_order(&[loss.0]);
    let mut leads_there: HashSet<usize> = by.iter().map(|t| t.address()).collect();
    for node in &order {
        if node.inputs().iter().any(|input| leads_there.contains(&input.address())) {
            leads_there.insert(node.address());
        }
    }
    let mut received: HashMap<usize, Tensor> = HashMap::from([(loss.0.address(), Tensor::from(1.0))]);
    for node in order.iter().rev().filter(|node| leads_there.contains(&node.address())) {
        let (Some(&dy), Some(rule)) = (received.get(&node.address()), node.gradient_rule()) else { continue };
        for (input, d_input) in node.inputs().iter().zip(rule(*node, dy)) {
            let Some(d_input) = d_input.filter(|_| leads_there.contains(&input.address())) else { continue };
            received.entry(input.address()).and_modify(|sum| *sum = *sum + d_input).or_insert(d_input);
        }
    }
    let found = |t: &Tensor| {
        received.get(&t.address()).copied().unwrap_or_else(|| {
            stop(format!(
                "the loss {} does not depend on {} ({}) in a way that has a gradient; is the loss computed from it, \
                 and without argmax, equal or cast in between?",
                loss.0.name(),
                t.name(),
                show(t.shape())
            ))
        })
    };
    by.iter().map(found).collect()
}
