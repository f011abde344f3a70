//! Steps of training: how the gradient changes the variables.
use crate::engine::kernels::elementwise::zip3;
use crate::engine::{
    BELOW_ONE, Compute, FINITE, Limit, NOT_NEGATIVE, Node, Number, POSITIVE, Range, Scalar, Step, Tensor, gradients_of,
    topological_order,
};
use crate::error::stop;
use crate::model::{GLOBAL_NORM, NORM, exp, global_norm, log, pairwise, scaled_to_norm, sqrt};
use crate::placeholders::{assign, checked, in_range, memory, one_number, zeros};

/// Gradient descent: each step moves every variable against its gradient, w ← w - rate · ∂loss/∂w.
#[derive(Clone, Copy, Debug)]
pub struct GradientDescentOptimizer {
    rate: Tensor,
    clip: Clip,
}

impl GradientDescentOptimizer {
    /// With a learning rate: a number, or a tensor without dimensions.
    pub fn new(rate: impl Into<Tensor>) -> Self {
        GradientDescentOptimizer { rate: learning_rate(rate), clip: Clip::None }
    }

    /// A step that reduces `loss`: adds to the graph the gradient by every variable of the loss, and the new value of
    /// each.
    pub fn minimize(&self, loss: Scalar) -> Step {
        minimize(loss, self.rate, self.clip, &|w, dw| vec![(w, weight_update(w, self.rate, (dw, dw), 0.0, |dw, _| dw))])
    }
}

/// Gradient descent with momentum (Polyak, 1964): v ← momentum · v + ∂loss/∂w, w ← w - rate · v.
#[derive(Clone, Copy, Debug)]
pub struct MomentumOptimizer {
    rate: Tensor,
    momentum: f32,
    clip: Clip,
}

impl MomentumOptimizer {
    /// With a learning rate, and the share of its speed that a weight keeps from step to step, from 0 to 1 (0.9, say).
    pub fn new(rate: impl Into<Tensor>, momentum: impl Number) -> Self {
        let momentum = momentum.to_f32();
        const RANGE: Range = Range("from 0 to 1", |x| (0.0..=1.0).contains(&x));
        in_range(momentum, &Limit("MomentumOptimizer: the momentum", RANGE, "0.9"));
        MomentumOptimizer { rate: learning_rate(rate), momentum, clip: Clip::None }
    }

    /// A step that reduces `loss`.
    pub fn minimize(&self, loss: Scalar) -> Step {
        minimize(loss, self.rate, self.clip, &|w, dw| {
            let v = memory(zeros(w.shape()), w, "momentum");
            let momentum = self.momentum;
            let faster = pairwise("faster", momentum, v, dw, move |v, g| flush_subnormal(v * momentum + g)).build();
            vec![(v, faster), (w, weight_update(w, self.rate, (faster, faster), 0.0, |v, _| v))]
        })
    }
}

/// Adam (Kingma and Ba, 2015): each weight has a rate of its own, from the mean `m` of its gradient and the mean `v` of its square.
///
/// In step t: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w - rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε),
/// with TensorFlow's defaults β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
#[derive(Clone, Copy, Debug)]
pub struct AdamOptimizer {
    rate: Tensor,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
    clip: Clip,
}

impl AdamOptimizer {
    /// With a learning rate: a number, a placeholder, or what [`exponential_decay`] computes.
    pub fn new(rate: impl Into<Tensor>) -> Self {
        AdamOptimizer { rate: learning_rate(rate), beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clip: Clip::None }
    }

    /// The same with other constants than TensorFlow's: β₁ and β₂ from 0 to below 1, ε above 0.
    pub fn with(self, beta1: impl Number, beta2: impl Number, epsilon: impl Number) -> Self {
        let [beta1, beta2, epsilon] = [beta1.to_f32(), beta2.to_f32(), epsilon.to_f32()];
        in_range(beta1, &Limit("AdamOptimizer: the first beta", BELOW_ONE, "0.9"));
        in_range(beta2, &Limit("AdamOptimizer: the second beta", BELOW_ONE, "0.999"));
        in_range(epsilon, &Limit("AdamOptimizer: epsilon", POSITIVE, "1e-8"));
        AdamOptimizer { beta1, beta2, epsilon, ..self }
    }

    /// A step that reduces `loss`.
    pub fn minimize(&self, loss: Scalar) -> Step {
        let AdamOptimizer { rate, beta1, beta2, epsilon, clip } = *self;
        let first = loss.variables().first().copied().unwrap_or(loss.0);
        let (power1, power2) = (memory(beta1, first, "adam_power1"), memory(beta2, first, "adam_power2"));
        let rate_now = rate * sqrt(1 - power2) / (1 - power1);
        let step = minimize(loss, rate, clip, &|w, dw| {
            let start = zeros(w.shape());
            let (m, v) = (memory(start, w, "adam_m"), memory(start, w, "adam_v"));
            let mean = move |m: f32, g: f32| flush_subnormal(beta1 * m + (1.0 - beta1) * g);
            let mean_square = move |v: f32, g: f32| flush_subnormal(beta2 * v + (1.0 - beta2) * g * g);
            let m_now = pairwise("mean", beta1, m, dw, mean).build();
            let v_now = pairwise("mean_square", beta2, v, dw, mean_square).build();
            let w_now = weight_update(w, rate_now, (m_now, v_now), epsilon, move |m, v| m / (v.sqrt() + epsilon));
            vec![(m, m_now), (v, v_now), (w, w_now)]
        });
        with_updates(step, vec![(power1, power1 * beta1), (power2, power2 * beta2)])
    }
}

/// The largest norm that gradients may have.
#[derive(Clone, Copy, Debug)]
enum Clip {
    None,
    /// Each by itself.
    Norm(Tensor),
    /// All together.
    GlobalNorm(Tensor),
}

impl Clip {
    fn apply(self, gradients: &mut [Tensor]) {
        match self {
            Clip::None => {}
            Clip::Norm(norm) => {
                gradients.iter_mut().for_each(|dw| *dw = scaled_to_norm(*dw, global_norm([*dw]).0, norm))
            }
            Clip::GlobalNorm(norm) => {
                let length = global_norm(gradients.iter().copied()).0;
                gradients.iter_mut().for_each(|dw| *dw = scaled_to_norm(*dw, length, norm));
            }
        }
    }
}

macro_rules! clipping {
    ($($optimizer:ident)*) => { $(
        impl $optimizer {
            /// The same, with each gradient scaled down to this norm at most: see [`clip_by_norm`](crate::clip_by_norm).
            pub fn clip_by_norm(self, norm: impl Into<Tensor>) -> Self {
                $optimizer { clip: Clip::Norm(checked(norm.into(), &NORM)), ..self }
            }

            /// The same, with all gradients together scaled down to this norm at most: see
            /// [`clip_by_global_norm`](crate::clip_by_global_norm).
            pub fn clip_by_global_norm(self, norm: impl Into<Tensor>) -> Self {
                $optimizer { clip: Clip::GlobalNorm(checked(norm.into(), &GLOBAL_NORM)), ..self }
            }
        }
    )* };
}
clipping!(GradientDescentOptimizer MomentumOptimizer AdamOptimizer);

/// A rate that falls with the steps: rate · decay_rate^(step / decay_steps).
///
/// `step` is a placeholder that is fed the number of the step. All four are one number each, `decay_steps` and `decay_rate`
/// above 0.
pub fn exponential_decay(
    rate: impl Into<Tensor>,
    step: impl Into<Tensor>,
    decay_steps: impl Into<Tensor>,
    decay_rate: impl Into<Tensor>,
) -> Tensor {
    let (rate, step) = (rate.into(), step.into());
    one_number(rate, &Limit("the rate of exponential_decay", FINITE, "0.003"));
    one_number(step, &Limit("the step of exponential_decay", FINITE, "100"));
    let decay_steps = checked(decay_steps.into(), &Limit("the decay_steps of exponential_decay", POSITIVE, "2000"));
    let decay_rate = checked(decay_rate.into(), &Limit("the decay_rate of exponential_decay", POSITIVE, "0.5"));
    rate * exp(step / decay_steps * log(decay_rate))
}

const RATE: Limit = Limit("the learning rate", NOT_NEGATIVE, "0.003");

/// A learning rate: one number, constant or fed or computed from the step.
fn learning_rate(rate: impl Into<Tensor>) -> Tensor {
    let rate = rate.into();
    one_number(rate, &RATE);
    rate
}

/// The same step, with more variables to update.
fn with_updates(step: Step, more: Vec<(Tensor, Tensor)>) -> Step {
    let Compute::Assign { variables } = &step.0.0.compute else { unreachable!("a step") };
    let inputs = step.0.inputs();
    let mut updates: Vec<_> = variables.iter().copied().zip(inputs[1..].iter().copied()).collect();
    updates.extend(more);
    assign(inputs[0], updates, step.0.0.guard())
}

/// The same step with its learning rate multiplied by a factor.
pub(crate) fn at_other_rate(step: Step, factor: Tensor) -> Step {
    let Compute::Assign { variables } = &step.0.0.compute else { unreachable!("a step") };
    let other = |new: Tensor| match (&new.0.compute, new.inputs()) {
        (Compute::Local(kernel), &[w, a, b, rate]) if new.0.op == "descent" => {
            let node = Node::local("descent", &[w, a, b, rate * factor], w.shape(), move |inputs, y| kernel(inputs, y));
            node.params(&new.0.params).elementwise().build()
        }
        _ => new,
    };
    let inputs = step.0.inputs();
    assign(inputs[0], variables.iter().copied().zip(inputs[1..].iter().map(|new| other(*new))).collect(), None)
}

/// `x`, or 0 where it is too small for a normal `f32`: the mean of a gradient that has become 0 fades away, and would end among
/// the subnormal numbers, with which processors compute many times slower.
#[inline]
fn flush_subnormal(x: f32) -> f32 {
    if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x }
}

/// w - rate · direction(a, b), in one pass over the numbers of a variable. `epsilon` is a number that `direction` needs.
fn weight_update(
    w: Tensor,
    rate: Tensor,
    (a, b): (Tensor, Tensor),
    epsilon: f32,
    direction: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
) -> Tensor {
    Node::local("descent", &[w, a, b, rate], w.shape(), move |inputs, y| {
        let rate = inputs[3].values[0];
        let [w, a, b] = [inputs[0].values, inputs[1].values, inputs[2].values];
        zip3(y.values, w, a, b, |w, a, b| w - rate * direction(a, b));
    })
    .params(epsilon)
    .elementwise()
    .build()
}

/// A step that gives each variable, and what the optimizer remembers of it, a new value; `update` makes them from
/// the variable and its gradient.
fn minimize(loss: Scalar, rate: Tensor, clip: Clip, update: &dyn Fn(Tensor, Tensor) -> Vec<(Tensor, Tensor)>) -> Step {
    let variables = loss.variables();
    if variables.is_empty() {
        stop(match topological_order(&[loss.0]).into_iter().find_map(Tensor::memory) {
            Some((of, what)) => format!(
                "minimize: the loss {} depends on no variable that minimize trains, only on the {} that belongs to {of} and \
                 that another step brings up to date; take the loss from what is trained itself.",
                loss.0,
                what.replace('_', " ")
            ),
            None => format!("minimize: the loss {} depends on no variable, so there is nothing to train.", loss.0),
        });
    }
    let mut gradients = gradients_of(loss, &variables);
    clip.apply(&mut gradients);
    let mut updates = Vec::new();
    variables.into_iter().zip(gradients).for_each(|(w, dw)| updates.extend(update(w, dw)));
    assign(loss.0, updates, Some((rate, &RATE)))
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn what_an_optimizer_remembers_fades_to_zero() {
        let (w, x) = (variable(constant(1, [3])), placeholder(()));
        let loss = reduce_sum(w * x);
        let adam = AdamOptimizer::new(0.001).with(0.9, 0.9, 1e-8).minimize(loss);
        let steps = [adam, MomentumOptimizer::new(0.001, 0.9).minimize(loss)];
        let mut sess = Session::new();
        sess.initialize(steps).unwrap();
        for step in steps {
            let beside_weights = |t: &Tensor| t.shape() == w.shape();
            let memories: Vec<Tensor> = step.0.inputs()[1..].iter().copied().filter(beside_weights).collect();
            for i in 0..1200 {
                sess.run(step, feed! { x => if i < 3 { 1 } else { 0 } }).unwrap();
                let memories = sess.run(memories.clone(), feed! { x => 0 }).unwrap();
                assert!(memories.iter().flatten().all(|x| *x == 0.0 || x.is_normal()), "step {i}: {memories:?}");
            }
            let faded = sess.run(memories.clone(), feed! { x => 0 }).unwrap();
            assert!(faded.iter().any(|memory| memory.iter().all(|x| *x == 0.0)), "{faded:?}");
        }
    }

    #[test]
    fn a_multiplied_rate_does_what_an_optimizer_with_that_rate_does() {
        let w = variable(truncated_normal([4, 3], 0.5));
        let loss = reduce_sum(square(w) * w);
        let step = |rate: f32| {
            let all: [fn(Scalar, f32) -> Step; 3] = [
                |loss, rate| GradientDescentOptimizer::new(rate).clip_by_global_norm(1).minimize(loss),
                |loss, rate| MomentumOptimizer::new(rate, 0.9).minimize(loss),
                |loss, rate| AdamOptimizer::new(rate).minimize(loss),
            ];
            all.map(|minimize| minimize(loss, rate))
        };
        let factor = placeholder(());
        for (slow, fast) in step(0.001).into_iter().zip(step(0.25)) {
            let trained = |step| {
                let mut sess = Session::new();
                sess.initialize(step).unwrap();
                (0..5).for_each(|_| sess.run(step, feed! { factor => 250 }).unwrap());
                sess.run(w, []).unwrap()
            };
            let [multiplied, fast] = [super::at_other_rate(slow, factor), fast].map(trained);
            assert!((multiplied - fast).iter().all(|difference| difference.abs() < 1e-5));
        }
    }
}
