//! What a network is made of, found in its graph.
use crate::engine::{NONE, Tensor, topological_order};
use crate::lab::product::product;

/// A product or a convolution with weights that are trained.
pub struct Layer {
    pub input: Tensor,
    pub output: Tensor,
    pub weights: Tensor,
}

/// The layers, from the inputs on.
pub fn layers(y: Tensor) -> Vec<Layer> {
    let layer = |node: Tensor| {
        let [input, weights] = product(node)?;
        let &[weights] = &weights.variables()[..] else { return None };
        Some(Layer { input, output: node, weights })
    };
    topological_order(&[y]).into_iter().filter_map(layer).collect()
}

/// The activations with these names, each with the number of its layer, from 1.
pub fn activations(y: Tensor, layers: &[Layer], names: &[&str]) -> Vec<(usize, Tensor)> {
    let mut number = 0;
    let mut found = Vec::new();
    for node in topological_order(&[y]) {
        number += usize::from(layers.iter().any(|layer| layer.output == node));
        if names.contains(&node.0.op) && node.is_batched() && number > 0 {
            found.push((number, node));
        }
    }
    found
}

/// How many layers follow upon another with nothing between them that bends a straight line.
pub fn unbent(layers: &[Layer]) -> usize {
    const STRAIGHT: [&str; 6] = ["add", "sub", "reshape", "identity", "dropout", "cast"];
    let follows = |layer: &&Layer| {
        let mut from = layer.input;
        while STRAIGHT.contains(&from.0.op)
            && let Some(input) = from.inputs().iter().find(|input| input.is_batched())
        {
            from = *input;
        }
        layers.iter().any(|other| other.output == from)
    };
    layers.iter().filter(follows).count()
}

/// What the scores go through before the softmax of the loss, if they should not: another softmax, or an activation.
pub fn before_softmax(loss: Tensor) -> Option<&'static str> {
    let ends = topological_order(&[loss]).into_iter().filter(|node| ["softmax", "log_softmax"].contains(&node.0.op));
    let before = |end: Tensor| end.inputs()[0].0.op;
    ends.map(before).find(|op| ["softmax", "relu", "sigmoid", "tanh"].contains(op))
}

/// Multiply-adds for one example, forward.
pub fn work(layers: &[Layer]) -> u64 {
    let each = |layer: &Layer| {
        let positions = match *layer.output.shape() {
            [NONE, down, across, _] => down * across,
            _ => 1,
        };
        (positions * layer.weights.size()) as u64
    };
    layers.iter().map(each).sum::<u64>().max(1)
}
