//! From the network's answers to one number that says how wrong they are.
use crate::engine::{Tensor, broadcast};
use crate::error::require;
use crate::model::{log_softmax, reduce_sum_axes};

/// The cross entropy -Σ labels · log(softmax(logits)) of each image, from its scores: `[?]` from `[?, classes]`.
///
/// The labels have the same shape, a 1 in the place of the class, or one that stretches to it.
pub fn softmax_cross_entropy_with_logits(logits: impl Into<Tensor>, labels: impl Into<Tensor>) -> Tensor {
    let (logits, labels) = (logits.into(), labels.into());
    require!(
        broadcast(labels.shape(), logits.shape()).is_some(),
        "softmax_cross_entropy_with_logits: the labels {labels} do not fit the scores {logits}; both have the same shape, \
         such as [?, 10], with a 1 among the labels of an image in the place of its class."
    );
    -reduce_sum_axes(labels * log_softmax(logits).build(), [-1])
}
