//! Back-propagation (reverse-mode automatic differentiation): extends the graph of a loss by the nodes of its gradient.
use super::{Compute, Node, Scalar, Tensor, topological_order};
use crate::error::{distinct, stop};
use std::collections::{HashMap, HashSet};

/// The gradient of a loss by each tensor in `by`: how fast the loss changes with each of its numbers.
///
/// The result has one gradient for each tensor: `let [dw, db] = gradients(loss, [w, b]);`. Nothing is computed yet: a gradient
/// is a tensor of the same shape as `by`, made of the same ops as the rest of the graph, so you can compute a loss from
/// it and take gradients again.
///
/// Where a function jumps or has a corner ([`relu`](crate::relu) at 0, the maximum of equal numbers), the gradient is that
/// of one side, or is shared; each op says which. [`equal`](crate::equal) and [`argmax`](crate::argmax) have derivative
/// zero. It is a mistake to ask for the gradient by a tensor that the loss does not depend on, or only through such ops, and
/// by a softmax or a transpose that an op of the loss does without: `log(softmax(z))` is computed from `z`, and `matmul` reads
/// the columns of a matrix.
pub fn gradients<const N: usize>(loss: Scalar, by: [Tensor; N]) -> [Tensor; N] {
    let gradients = gradients_of(loss, &by);
    // if a gradient is a node of the graph already, or the gradient of two tensors, an alias lets it have its own name
    let mut known: HashSet<usize> = topological_order(&[loss.0]).iter().map(|node| node.address()).collect();
    // as does one that ops would look through, to the number that it repeats: it can have a gradient of its own
    std::array::from_fn(|i| match gradients[i] {
        new if known.insert(new.address()) && new.0.op != "broadcast" => new,
        old => alias(old),
    })
}

/// [`gradients`] for any number of tensors.
///
/// The chain rule in reverse: starting with ∂loss/∂loss = 1, each node passes gradients on to its inputs, and a node that
/// has several readers adds up what it receives.
pub(crate) fn gradients_of(loss: Scalar, by: &[Tensor]) -> Vec<Tensor> {
    let order = topological_order(&[loss.0]);
    let skipped: HashSet<usize> = order.iter().flat_map(|node| node.0.skipped()).map(|t| t.address()).collect();
    if let Some(&t) = by.iter().find(|t| skipped.contains(&t.address())) {
        stop(why_none(loss.0, t, &order, &[]));
    }
    let dependents = dependents_of(by, &order);
    let leads = |t: &Tensor| dependents.contains(&t.address());
    let mut received: HashMap<usize, Tensor> = HashMap::from([(loss.0.address(), Tensor::from(1.0))]);
    // ops that pass no gradient on
    let mut flat: Vec<Tensor> = Vec::new();
    for &node in order.iter().rev().filter(|node| node.inputs().iter().any(leads)) {
        let Some(&dy) = received.get(&node.address()) else { continue };
        if node.0.is_flat {
            flat.push(node);
            continue;
        }
        let rule = node.0.rule.as_ref().unwrap_or_else(|| {
            stop(format!("the gradient of {} goes through {node}, but {} has no derivative here.", loss.0, node.0.op))
        });
        for (i, input) in node.inputs().iter().enumerate().filter(|(_, input)| leads(input)) {
            match rule(node, dy, i) {
                Some(d) => _ = received.entry(input.address()).and_modify(|sum| *sum = *sum + d).or_insert(d),
                None => flat.push(node),
            }
        }
    }
    let found = |&t: &Tensor| received.get(&t.address()).copied();
    by.iter().map(|t| found(t).unwrap_or_else(|| stop(why_none(loss.0, *t, &order, &flat)))).collect()
}

/// The addresses of the tensors `by`, and of all nodes in `order` that are computed from them.
fn dependents_of(by: &[Tensor], order: &[Tensor]) -> HashSet<usize> {
    let mut dependents: HashSet<usize> = by.iter().map(|t| t.address()).collect();
    for node in order {
        if node.inputs().iter().any(|input| dependents.contains(&input.address())) {
            dependents.insert(node.address());
        }
    }
    dependents
}

/// An error message: why the loss has no gradient by `t`.
fn why_none(loss: Tensor, t: Tensor, order: &[Tensor], flat: &[Tensor]) -> String {
    let ask = format!("the gradient of {} by {t} was asked for, but", loss.name());
    let is_skipped = order.iter().any(|node| node.0.skipped().contains(&t));
    let own = t.unaliased();
    if let Some(input) = own.inputs().first().filter(|input| is_skipped || !order.contains(&t) && order.contains(input))
    {
        return match own.0.op {
            "softmax" => format!(
                "{ask} log(softmax(z)) is computed from the scores z in one go, without the probabilities; take the \
                 gradient by the scores, {input}."
            ),
            "transpose" => format!(
                "{ask} the loss is computed from {input} itself: matmul reads a matrix along its columns in place of its \
                 transpose, and two transposes undo each other. Take the gradient by {input}, and transpose that."
            ),
            op => format!("{ask} the loss is computed from {input}, not from its {op}; take the gradient by that."),
        };
    }
    let dependents = dependents_of(&[t], order);
    if !dependents.contains(&loss.address()) {
        return format!(
            "{ask} the loss is not computed from it, so that it would be 0 everywhere; if the loss should be, was the cell \
             that makes {} run again without the ones below it?",
            t.name()
        );
    }
    let ends_here = |node: &&Tensor| {
        let is_flat = node.0.is_flat || flat.contains(node);
        is_flat && node.inputs().iter().any(|input| dependents.contains(&input.address()))
    };
    let ops = distinct(order.iter().filter(ends_here).map(|node| node.0.op).collect());
    format!(
        "{ask} the loss depends on it only through ops whose derivative is zero ({}), so there is no gradient to follow; \
         take a loss that changes smoothly with it, such as the cross entropy.",
        ops.join(", ")
    )
}

/// A new node with the same value, as the result of an op that leaves `t` unchanged: its name is not that of `t`.
pub(crate) fn alias(t: Tensor) -> Tensor {
    identity(t).build()
}

pub(crate) fn identity(t: Tensor) -> Node {
    Node::new("identity", &[t], t.shape(), Compute::Alias).gradient(|_, dy| dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn an_op_that_says_nothing_of_its_derivative_is_not_taken_for_a_constant() {
        let w = variable(ones([2])).named("w");
        let silent =
            Node::local("silent", &[w], w.shape(), |inputs, y| y.values.copy_from_slice(inputs[0].values)).build();
        let loss = reduce_sum(square(w)) + reduce_sum(silent);
        let panic = catch_unwind(AssertUnwindSafe(|| gradients(loss, [w]))).expect_err("a mistake");
        let sentence = panic.downcast::<String>().expect("a sentence");
        assert!(sentence.contains("silent [2]") && sentence.contains("no derivative"), "{sentence}");
        // nothing goes through it here
        gradients(reduce_sum(silent), [silent]);
    }
}
