//! Microseconds per training step of the nets of the lessons, batches of 100, copying the batch included; `eval_conv` is
//! accuracy and loss on the 10,000 test images. One line each, `NAME MICROSECONDS`.
//!
//! `cargo bench --bench training_step [NAME…]`; the environment variable `THREADS` sets the number of threads.
use digitos::prelude::*;
use std::time::{Duration, Instant};

/// A net, ready to be trained: its placeholders are fed by [`Net::train`].
struct Net {
    x: Tensor,
    y_: Tensor,
    pkeep: Tensor,
    is_test: Tensor,
    iteration: Tensor,
    logits: Tensor,
}

impl Net {
    /// Builds a net from the images, and what its layers need.
    fn new(layers: impl FnOnce(&Net) -> Tensor) -> Self {
        let x = placeholder([NONE, 28, 28, 1]);
        let [pkeep, is_test, iteration] = [(); 3].map(placeholder);
        let mut net = Net { x, y_: placeholder([NONE, 10]), pkeep, is_test, iteration, logits: x };
        net.logits = layers(&net);
        net
    }

    fn measure(self, name: &str, mnist: &mut DataSets, threads: usize, steps: u32) {
        let Net { x, y_, pkeep, is_test, iteration, logits } = self;
        let loss = reduce_mean(softmax_cross_entropy_with_logits(logits, y_)) * 100;
        let rate = 0.0001 + 0.003 * exp(-iteration / 2000);
        let step = AdamOptimizer::new(rate).minimize(loss);
        let accuracy = reduce_mean(cast(equal(argmax(logits, 1), argmax(y_, 1))));
        let mut sess = Session::new().threads(threads);
        sess.initialize(step).unwrap();
        // fetched so that a net that does not need them can be fed them
        let known = [pkeep, is_test, iteration];
        if name == "eval_conv" {
            let test = mnist.test.clone();
            let eval = || {
                let fed = feed! { x => test.images, y_ => test.labels, pkeep => 1, is_test => true, iteration => 0 };
                sess.run((accuracy, loss, known), fed).unwrap();
            };
            println!("{name} {:.1}", median(eval, steps));
            return;
        }
        let mut i = 0;
        let train = || {
            let batch = mnist.train.next_batch(100).unwrap();
            let fed = feed! { x => batch.images, y_ => batch.labels, pkeep => 0.75, is_test => false, iteration => i };
            sess.run((step, known), fed).unwrap();
            i += 1;
        };
        println!("{name} {:.1}", median(train, steps));
    }
}

/// Builds the layers of a net from its placeholders.
type Layers = fn(&Net) -> Tensor;

/// The median over runs of `steps` steps each, in microseconds per step.
fn median(mut step: impl FnMut(), steps: u32) -> f64 {
    step();
    let mut time = || {
        let start = Instant::now();
        (0..steps).for_each(|_| step());
        start.elapsed() / steps
    };
    let mut times: Vec<Duration> = (0..11).map(|_| time()).collect();
    times.sort_unstable();
    times[5].as_secs_f64() * 1e6
}

fn softmax_net(mnist: &mut DataSets, threads: usize) -> f64 {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    let mut sess = Session::new().threads(threads);
    sess.initialize(step).unwrap();
    median(
        || {
            let batch = mnist.train.next_batch(100).unwrap();
            sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        },
        200,
    )
}

/// `matmul(h, w) + b`, with weights of a spread that suits ReLU.
fn layer(h: Tensor, outputs: usize) -> Tensor {
    let inputs = h.shape()[1];
    let w = variable(truncated_normal([inputs, outputs], (2.0 / inputs as f64).sqrt()));
    matmul(h, w) + variable(constant(0.1, [outputs]))
}

fn dense_net(net: &Net) -> Tensor {
    let mut h = reshape(net.x, [-1, 784]);
    for outputs in [200, 100, 60, 30] {
        h = dropout(relu(layer(h, outputs)), net.pkeep);
    }
    layer(h, 10)
}

/// 6×6 stride 1, 5×5 stride 2, 4×4 stride 2, with these numbers of channels.
fn filters(channels: [usize; 3]) -> impl Iterator<Item = (Tensor, usize)> {
    let [a, b, c] = channels;
    let shapes = [([6, 6, 1, a], 1), ([5, 5, a, b], 2), ([4, 4, b, c], 2)];
    shapes.into_iter().map(|(shape, stride)| (variable(truncated_normal(shape, 0.1)), stride))
}

fn conv_net(net: &Net) -> Tensor {
    let mut h = net.x;
    for (filter, s) in filters([6, 12, 24]) {
        h = relu(conv2d(h, filter, [1, s, s, 1], SAME) + variable(constant(0.1, [filter.shape()[3]])));
    }
    layer(dropout(relu(layer(reshape(h, [-1, 7 * 7 * 24]), 200)), net.pkeep), 10)
}

fn batch_norm_net(net: &Net) -> Tensor {
    let normalised = |scores: Tensor| {
        let offset = variable(constant(0.01, [*scores.shape().last().unwrap()]));
        relu(batch_norm(scores, net.is_test, net.iteration, offset).0)
    };
    let mut h = net.x;
    for (filter, s) in filters([24, 48, 64]) {
        h = normalised(conv2d(h, filter, [1, s, s, 1], SAME));
    }
    let w = variable(truncated_normal([7 * 7 * 64, 200], 0.03));
    let h = dropout(normalised(matmul(reshape(h, [-1, 7 * 7 * 64]), w)), net.pkeep);
    layer(h, 10)
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    let threads = std::env::var("THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let mut mnist = read_data_sets("MNISTdata").expect("the data set");
    if wanted("softmax") {
        println!("softmax {:.1}", softmax_net(&mut mnist, threads));
    }
    let nets: [(&str, Layers, u32); 4] = [
        ("dense", dense_net, 50),
        ("conv", conv_net, 10),
        ("batchnorm", batch_norm_net, 1),
        ("eval_conv", conv_net, 1),
    ];
    for (name, net, steps) in nets {
        if wanted(name) {
            Net::new(net).measure(name, &mut mnist, threads, steps);
        }
    }
}
