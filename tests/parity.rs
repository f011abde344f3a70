//! Held against TensorFlow: the same nets on the same digits in file order, from weights that anybody can compute.
//!
//! `golden/` has the losses and gradients in f64, and how far TensorFlow's own f32 moves away from them; training is chaotic,
//! so the distance grows with the steps, and ten times TensorFlow's own is allowed.
use digitos::mnist::DataSets;
use digitos::ndarray::{Array, ArrayD, IxDyn};
use digitos::prelude::*;
use serde_json::Value;
use std::fs;

/// A weight whose number k is 0.1·sin(k + 1), as in the reference.
fn weight(shape: &[usize]) -> Tensor {
    let size: usize = shape.iter().product();
    let values = (0..size).map(|k| (0.1 * ((k + 1) as f64).sin()) as f32).collect();
    variable(Array::from_shape_vec(IxDyn(shape), values).unwrap())
}

struct Reference(Value);

impl Reference {
    fn read(name: &str) -> Self {
        let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
        Reference(serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
    }

    /// How far a correct f32 implementation may be away from the f64 loss of a step.
    fn tolerance(&self, step: usize) -> f64 {
        let deviations = self.0["largest_relative_deviation_of_f32_up_to_step"].as_object().unwrap();
        let up_to =
            |(steps, deviation): (&String, &Value)| (steps.parse::<usize>().unwrap(), deviation.as_f64().unwrap());
        let covering = deviations.iter().map(up_to).filter(|(steps, _)| step < *steps).min_by_key(|(steps, _)| *steps);
        10.0 * covering.expect("a step of the reference").1.max(1e-6)
    }

    fn check_loss(&self, step: usize, loss: f32) {
        let truth = self.0["losses_before_update_f64"][step].as_f64().unwrap();
        let deviation = (f64::from(loss) / truth - 1.0).abs();
        assert!(deviation <= self.tolerance(step), "step {step}: loss {loss} instead of {truth}, {deviation:e} away");
    }

    fn check_gradients(&self, gradients: &[ArrayD<f32>]) {
        let expected = self.0["gradients_f64"].as_array().unwrap();
        assert_eq!(gradients.len(), expected.len());
        let largest_norm = expected.iter().map(|e| e["norm"].as_f64().unwrap()).fold(0.0, f64::max);
        for (i, (found, expected)) in gradients.iter().zip(expected).enumerate() {
            let norm = found.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
            let near = |what: &str, found: f64, expected: &Value| {
                let error = (found - expected.as_f64().unwrap()).abs();
                assert!(error < 1e-4 * largest_norm, "{what} of gradient {i}: {found} instead of {expected}");
            };
            near("norm", norm, &expected["norm"]);
            let at = expected["largest_at"].as_u64().unwrap() as usize;
            near("largest entry", found.as_slice().unwrap()[at].into(), &expected["largest"]);
            let shape: Vec<u64> = found.shape().iter().map(|&d| d as u64).collect();
            assert_eq!(serde_json::json!(shape), expected["shape"]);
        }
    }

    fn check_accuracy(&self, steps: usize, accuracy: f32, tolerance: f64) {
        let expected = self.0["after_steps"][steps.to_string()]["test_accuracy"].as_f64().unwrap();
        let error = (f64::from(accuracy) - expected).abs();
        assert!(error <= tolerance, "accuracy {accuracy} instead of {expected} after {steps} steps");
    }
}

fn mnist() -> DataSets {
    read_data_sets("MNISTdata").unwrap()
}

/// The batch of 100 at step `i` of the reference: in file order, beginning again after the last image.
fn batch(train: &DataSet, i: usize) -> (Images, Labels) {
    let k = i * 100 % 60_000;
    (train.images.select(k..k + 100), train.labels.select(k..k + 100))
}

#[test]
fn softmax_with_gradient_descent() {
    let reference = Reference::read("softmax_sgd");
    let mnist = mnist();
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = weight(&[784, 10]);
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    for i in 0..600 {
        let (images, labels) = batch(&mnist.train, i);
        if i == 0 {
            let by = sess.run(gradients(loss, [w, b]), feed! { x => images, y_ => labels }).unwrap();
            reference.check_gradients(&by);
        }
        let (loss, _) = sess.run((loss, step), feed! { x => images, y_ => labels }).unwrap();
        if i < 50 {
            reference.check_loss(i, loss);
        }
    }
    let accuracy = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels }).unwrap();
    reference.check_accuracy(600, accuracy, 0.001);
}

/// What every net after the first is trained with: 100 times the mean cross entropy, Adam, a rate that decays.
struct Net {
    x: Tensor,
    y_: Tensor,
    iteration: Tensor,
    is_test: Tensor,
    logits: Tensor,
    updates: Vec<Step>,
}

/// The placeholders that a net is built on.
fn inputs() -> (Tensor, Tensor, Tensor, Tensor) {
    (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]), placeholder(()), placeholder(()))
}

impl Net {
    fn check(self, name: &str, rate: impl Fn(Tensor) -> Tensor, steps: usize, tolerance: f64) {
        let Net { x, y_, iteration, is_test, logits, updates } = self;
        let reference = Reference::read(name);
        let mnist = mnist();
        let loss = reduce_mean(softmax_cross_entropy_with_logits(logits, y_)) * 100;
        let accuracy = reduce_mean(cast(equal(argmax(logits, 1), argmax(y_, 1))));
        let step = AdamOptimizer::new(rate(iteration)).minimize(loss);
        // fetched with the rest, so that a net that does not need them can be fed them all the same
        let fed_to_all = [is_test, iteration];
        let variables = loss.variables();
        let mut sess = Session::new();
        sess.initialize((step, updates.clone())).unwrap();
        for i in 0..steps {
            let (images, labels) = batch(&mnist.train, i);
            if i == 0 {
                let by: Vec<Tensor> = variables.iter().map(|&v| gradients(loss, [v])[0]).collect();
                let fed = feed! { x => images, y_ => labels, iteration => i, is_test => false };
                let (by, ..) = sess.run((by, loss, fed_to_all), fed).unwrap();
                reference.check_gradients(&by);
            }
            let fed = feed! { x => images, y_ => labels, iteration => i, is_test => false };
            let (loss, ..) = sess.run((loss, step, fed_to_all), fed).unwrap();
            if i < 50 {
                reference.check_loss(i, loss);
            }
            if !updates.is_empty() {
                // the moving averages follow after the step, on the same batch, with the weights already changed
                sess.run(updates.clone(), feed! { x => images, iteration => i, is_test => false }).unwrap();
            }
        }
        let test = &mnist.test;
        let last = steps - 1;
        let fed = feed! { x => test.images, y_ => test.labels, iteration => last, is_test => true };
        let (accuracy, _) = sess.run((accuracy, fed_to_all), fed).unwrap();
        reference.check_accuracy(steps, accuracy, tolerance);
    }
}

fn decay(iteration: Tensor) -> Tensor {
    0.0001 + 0.003 * exp(-iteration / 2000)
}

fn dense_net(activation: impl Fn(Tensor) -> Tensor, bias: f32) -> Net {
    let (x, y_, iteration, is_test) = inputs();
    let mut h = reshape(x, [-1, 784]);
    for (from, to) in [(784, 200), (200, 100), (100, 60), (60, 30)] {
        h = activation(matmul(h, weight(&[from, to])) + variable(constant(bias, [to])));
    }
    let logits = matmul(h, weight(&[30, 10])) + variable(zeros([10]));
    Net { x, y_, iteration, is_test, logits, updates: vec![] }
}

const FILTERS: [([usize; 4], usize); 3] = [([6, 6, 1, 6], 1), ([5, 5, 6, 12], 2), ([4, 4, 12, 24], 2)];

#[test]
fn five_layers_of_sigmoids_with_adam() {
    dense_net(sigmoid, 0.0).check("mlp_sigmoid_adam", decay, 300, 0.02);
}

#[test]
fn five_layers_of_relus_with_adam() {
    dense_net(relu, 0.1).check("mlp_relu_adam_decay", decay, 300, 0.02);
}

#[test]
fn convolutions_with_adam() {
    let (x, y_, iteration, is_test) = inputs();
    let mut h = x;
    for (shape, s) in FILTERS {
        h = relu(conv2d(h, weight(&shape), [1, s, s, 1], SAME) + variable(constant(0.1, [shape[3]])));
    }
    let h = relu(matmul(reshape(h, [-1, 1176]), weight(&[1176, 200])) + variable(constant(0.1, [200])));
    let logits = matmul(h, weight(&[200, 10])) + variable(constant(0.1, [10]));
    Net { x, y_, iteration, is_test, logits, updates: vec![] }.check("cnn_adam_decay", decay, 100, 0.02);
}

#[test]
fn convolutions_with_batch_normalisation() {
    let (x, y_, iteration, is_test) = inputs();
    let mut updates = vec![];
    let mut normalised = |scores: Tensor| {
        let offset = variable(constant(0.01, [*scores.shape().last().unwrap()]));
        let (h, update) = batch_norm(scores, is_test, iteration, offset);
        updates.push(update);
        relu(h)
    };
    let mut h = x;
    for (shape, s) in FILTERS {
        h = normalised(conv2d(h, weight(&shape), [1, s, s, 1], SAME));
    }
    let h = normalised(matmul(reshape(h, [-1, 1176]), weight(&[1176, 200])));
    let logits = matmul(h, weight(&[200, 10])) + variable(constant(0.01, [10]));
    let rate = |iteration: Tensor| 0.0001 + 0.02 * exp(-iteration / 1600);
    Net { x, y_, iteration, is_test, logits, updates }.check("cnn_batchnorm_adam", rate, 100, 0.02);
}

#[test]
fn five_seeds_reach_the_accuracy_of_the_lesson() {
    let mut mnist = mnist();
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    for seed in 1..=5 {
        let mut sess = Session::with_seed(seed);
        sess.initialize(step).unwrap();
        for _ in 0..=5000 {
            let batch = mnist.train.next_batch(100).unwrap();
            sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        }
        let accuracy = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels }).unwrap();
        assert!((0.915..0.935).contains(&accuracy), "seed {seed}: {accuracy}");
    }
}
