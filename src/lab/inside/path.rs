//! The way from the images to the scores, found in the graph.
use crate::engine::{Axis, Compute, NONE, Tensor, Window, topological_order};
use crate::lab::product::product;
use std::collections::HashMap;

/// Without them, between the layers of a net there is only what is added to and multiplied with each map.
const ACTIVATIONS: [&str; 4] = ["relu", "leaky_relu", "sigmoid", "tanh"];

/// A stage of the way: an op, and what is done to each of its numbers before the next op.
pub struct Layer {
    pub kind: Kind,
    /// What the op reads, in the shape in which it reads it.
    pub input: Tensor,
    /// What the op gives.
    pub sum: Tensor,
    /// Numbers for each map that are added, subtracted, …, in this order.
    pub moves: Vec<(&'static str, Tensor)>,
    pub activation: Option<Tensor>,
    /// What the next op reads, before it is reshaped.
    pub output: Tensor,
    pub name: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// The weights.
    Filter(Window, Tensor),
    Dense(Tensor),
    /// The largest or the mean.
    Pool(Window, bool),
    /// An op that is not known.
    Unknown,
    /// An op that joins several ways, of which the longest is followed.
    Join,
}

/// The layers from `input` to `end`; none if there is no way.
pub fn path(input: Tensor, end: Tensor) -> Vec<Layer> {
    let mut longest: HashMap<usize, usize> = HashMap::from([(input.address(), 0)]);
    let from = |node: Tensor, longest: &HashMap<usize, usize>| {
        let depth = |t: &Tensor| longest.get(&t.address()).copied();
        let mut ways: Vec<Tensor> = node.inputs().iter().copied().filter(|t| depth(t).is_some()).collect();
        ways.sort_by_key(|t| std::cmp::Reverse(depth(t)));
        ways
    };
    for node in topological_order(&[end]) {
        // what mixes the images, such as their mean, is a number beside the way
        let ways = if node.is_batched() { from(node, &longest) } else { Vec::new() };
        if let Some(way) = ways.first() {
            longest.insert(node.address(), longest[&way.address()] + 1);
        }
    }
    let mut nodes = Vec::new();
    let mut node = end;
    while node != input {
        let ways = from(node, &longest);
        let Some(&way) = ways.first() else { return Vec::new() };
        let others = ways.iter().filter(|other| **other != way).count();
        nodes.push((way, node, others > 0));
        node = way;
    }
    nodes.reverse();
    let mut layers: Vec<Layer> = Vec::new();
    for (before, node, joins) in nodes {
        if matches!(node.0.compute, Compute::Alias) {
            if let Some(layer) = layers.last_mut().filter(|_| node.has_name()) {
                layer.name = Some(node.name());
            }
            continue;
        }
        if joins || !layers.last_mut().is_some_and(|layer| layer.goes_on(before, node)) {
            layers.push(Layer::begin(before, node, joins));
        }
        if let Some(layer) = layers.last_mut() {
            layer.output = node;
            layer.name = layer.name.take().or(node.has_name().then(|| node.name()));
        }
    }
    layers
}

impl Layer {
    fn begin(input: Tensor, node: Tensor, joins: bool) -> Layer {
        let window = || window(&node.0.params);
        let kind = match (node.0.op, product(node), node.shape()) {
            _ if joins => Kind::Join,
            ("conv2d", Some([_, weights]), _) => window().map_or(Kind::Unknown, |window| Kind::Filter(window, weights)),
            ("matmul", Some([_, weights]), [NONE, _]) => Kind::Dense(weights),
            ("max_pool" | "avg_pool", ..) => {
                window().map_or(Kind::Unknown, |window| Kind::Pool(window, node.0.op == "max_pool"))
            }
            _ => Kind::Unknown,
        };
        Layer { kind, input, sum: node, moves: Vec::new(), activation: None, output: node, name: None }
    }

    /// Whether an op only finishes each number of this layer; then it is noted.
    fn goes_on(&mut self, before: Tensor, node: Tensor) -> bool {
        if matches!(self.kind, Kind::Unknown | Kind::Join) || self.drops() {
            return false;
        }
        match node.0.op {
            "dropout" => true,
            op if ACTIVATIONS.contains(&op) && self.activation.is_none() => {
                self.activation = Some(node);
                true
            }
            "add" | "sub" | "mul" | "div" if self.activation.is_none() => {
                let &[a, b] = node.inputs() else { return false };
                let (other, op) = match (a == before, node.0.op) {
                    (true, op) => (b, op),
                    (false, op @ ("add" | "mul")) => (a, op),
                    (false, _) => return false,
                };
                let maps = self.maps();
                let by_map = other.size() == 1 || other.size() == maps && other.shape().last() == Some(&maps);
                let fits = by_map && !other.is_batched() && node.shape() == self.sum.shape();
                if fits {
                    self.moves.push((op, other));
                }
                fits
            }
            _ => false,
        }
    }

    /// Multiply-adds for an image.
    pub fn work(&self) -> usize {
        match self.kind {
            Kind::Filter(_, weights) | Kind::Dense(weights) => self.sum.size() / self.maps() * weights.size(),
            _ => 0,
        }
    }

    /// How many maps or neurons it has.
    pub fn maps(&self) -> usize {
        self.sum.shape().last().copied().unwrap_or(1)
    }

    /// Whether it ends with dropout.
    pub fn drops(&self) -> bool {
        self.output.0.op == "dropout"
    }
}

/// The window of a convolution or a pool, from the text that it keeps among its parameters.
fn window(params: &str) -> Option<Window> {
    let numbers = params.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    let all: Vec<usize> = numbers.collect();
    let axis = |of: &[usize]| Axis { size: of[0], kernel: of[1], stride: of[2], before: of[3], positions: of[4] };
    (all.len() == 10).then(|| Window { down: axis(&all[..5]), across: axis(&all[5..]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Padding;

    #[test]
    fn a_window_is_read_from_its_text() {
        let made = Window::new([28, 14], [5, 3], &[1, 2, 1, 1], Padding::Same).unwrap();
        assert_eq!(window(&format!("{made:?}")), Some(made));
        assert_eq!(window("(28, 1)"), None);
    }
}
