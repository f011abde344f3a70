//! Steps of training: how the gradient changes the variables.
use crate::engine::gradient::gradients_of;
use crate::engine::tensor::{Kernel, Node, Scalar, Step, Tensor, in_order};
use crate::error::stop;

/// Gradient descent: each step moves every variable against its gradient, w ← w - rate · ∂loss/∂w.
#[derive(Clone, Copy, Debug)]
pub struct GradientDescentOptimizer {
    rate: Tensor,
}

impl GradientDescentOptimizer {
    /// With a learning rate: a number, or a tensor without dimensions.
    pub fn new(rate: impl Into<Tensor>) -> Self {
        GradientDescentOptimizer { rate: learning_rate(rate.into()) }
    }

    /// The step that makes `loss` smaller: adds the gradient by every variable of the loss to the graph, and the new
    /// value of each.
    pub fn minimize(&self, loss: Scalar) -> Step {
        minimize(loss, |w, dw| vec![(w, w - dw * self.rate)])
    }
}

fn learning_rate(rate: Tensor) -> Tensor {
    if !rate.shape().is_empty() {
        stop(format!("the learning rate must be one number, but {rate} was given."));
    }
    if let Kernel::Constant(value) = &rate.0.kernel
        && !(value[0] >= 0.0 && value[0].is_finite())
    {
        stop(format!("the learning rate must be a number of 0 or more, such as 0.003, but {} was given.", value[0]));
    }
    rate
}

/// A step that gives each variable, and what the optimizer remembers of it, a new value; `update` makes them from
/// the variable and its gradient.
fn minimize(loss: Scalar, update: impl Fn(Tensor, Tensor) -> Vec<(Tensor, Tensor)>) -> Step {
    let variables: Vec<Tensor> = in_order(&[loss.0]).into_iter().filter(|t| t.is_variable()).collect();
    if variables.is_empty() {
        stop(format!("minimize: the loss {} depends on no variable, so there is nothing to train.", loss.0));
    }
    let gradients = gradients_of(loss, &variables);
    let updates: Vec<_> = variables.into_iter().zip(gradients).flat_map(|(w, dw)| update(w, dw)).collect();
    let inputs: Vec<Tensor> = [loss.0].into_iter().chain(updates.iter().map(|u| u.1)).collect();
    let variables = updates.iter().map(|u| u.0).collect();
    Step(Node::new("step", inputs, &[], Kernel::Assign { variables }).build())
}
