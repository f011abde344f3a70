//! Where a network has its weights.
use crate::engine::Tensor;

/// The examples and the weights of a product or a convolution, if it is one of examples with weights.
pub fn product(node: Tensor) -> Option<[Tensor; 2]> {
    let &[a, b] = node.inputs() else { return None };
    let [input, weights] = if a.is_batched() { [a, b] } else { [b, a] };
    let multiplies = ["matmul", "conv2d"].contains(&node.0.op);
    (multiplies && input.is_batched() && !weights.is_batched()).then_some([input, weights])
}
