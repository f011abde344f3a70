//! Microseconds per training step of the nets of the lessons, batches of 100, copying the batch included; `eval_conv` is
//! accuracy and loss on the 10,000 test images. One line each, `NAME MICROSECONDS`, and then the floor of each: its
//! multiply-adds at the rate of the product of two matrices of 1024 by 1024.
//!
//! `cargo bench --bench training_step -- [NAME…]`; the environment variable `THREADS` sets the number of threads. With
//! `--serve`, answers the questions of `benches/peers/compare.py`, also about `eval_batchnorm` and `eval_by_batch`: the same for
//! the net with batch normalisation, by the moving averages or by the moments of the 10,000 images.
use digitos::prelude::*;
use std::collections::HashMap;
use std::io::{Write, stdin, stdout};
use std::time::Instant;

/// The name of a net, how many steps make a run, and the multiply-adds of a step: those of the products forward, for
/// the gradient by the weights, and for the gradient by the inputs where these are not the images.
const NETS: [(&str, u32, f64); 5] = [
    ("softmax", 200, 100.0 * 2.0 * 7_840.0),
    ("dense", 50, 100.0 * (2.0 * 184_900.0 + 28_100.0)),
    ("conv", 10, 100.0 * (2.0 * 985_136.0 + 815_792.0)),
    ("batchnorm", 1, 100.0 * (2.0 * 9_359_824.0 + 8_682_448.0)),
    ("eval_conv", 1, 10_000.0 * 985_136.0),
];

/// One step of a net, which may be made again and again.
type Step = Box<dyn FnMut()>;

/// A net, ready to be trained: its placeholders are fed by [`Net::step`].
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

    /// The cross entropy, as the lessons scale it.
    fn loss(&self) -> Scalar {
        reduce_mean(softmax_cross_entropy_with_logits(self.logits, self.y_)) * 100
    }

    /// A step of Adam on the next batch.
    fn step(self, mut mnist: DataSets, mut sess: Session) -> Step {
        let rate = 0.0001 + 0.003 * exp(-self.iteration / 2000);
        let step = AdamOptimizer::new(rate).minimize(self.loss());
        sess.initialize(step).unwrap();
        let Net { x, y_, pkeep, is_test, iteration, .. } = self;
        let mut i = 0;
        Box::new(move || {
            let batch = mnist.train.next_batch(100).unwrap();
            let fed = feed! { x => batch.images, y_ => batch.labels, pkeep => 0.75, is_test => false, iteration => i };
            sess.run(step, fed).unwrap();
            i += 1;
        })
    }

    /// Accuracy and loss on the test images.
    fn evaluation(self, mnist: DataSets, mut sess: Session, by_averages: bool) -> Step {
        let loss = self.loss();
        let Net { x, y_, pkeep, logits, is_test, iteration } = self;
        let accuracy = reduce_mean(cast(equal(argmax(logits, 1), argmax(y_, 1))));
        sess.initialize(loss).unwrap();
        Box::new(move || {
            let (images, labels) = (&mnist.test.images, &mnist.test.labels);
            let fed = feed! { x => images, y_ => labels, pkeep => 1, is_test => by_averages, iteration => 0 };
            sess.run((accuracy, loss), fed).unwrap();
        })
    }
}

/// The first lesson's step: softmax, and the cross entropy as it stands there.
fn softmax_net(mut mnist: DataSets, mut sess: Session) -> Step {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    sess.initialize(step).unwrap();
    Box::new(move || {
        let batch = mnist.train.next_batch(100).unwrap();
        sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
    })
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

/// The product of two matrices of 1024 by 1024: a batch of so many images with so many pixels, and as many neurons.
fn product(mut sess: Session) -> Step {
    let x = placeholder([NONE, 1024]);
    let images = ndarray::Array2::from_shape_fn((1024, 1024), |(i, j)| ((i + j) % 7) as f32);
    let product = matmul(x, variable(truncated_normal([1024, 1024], 0.1)));
    // One number is fetched, and not a million.
    let greatest = reduce_max(product);
    sess.initialize(greatest).unwrap();
    Box::new(move || {
        sess.run(greatest, feed! { x => images }).unwrap();
    })
}

fn build(name: &str, mnist: &DataSets, threads: usize) -> Step {
    let (mnist, sess) = (mnist.clone(), Session::new().threads(threads));
    match name {
        "softmax" => softmax_net(mnist, sess),
        "dense" => Net::new(dense_net).step(mnist, sess),
        "conv" => Net::new(conv_net).step(mnist, sess),
        "batchnorm" => Net::new(batch_norm_net).step(mnist, sess),
        "eval_conv" => Net::new(conv_net).evaluation(mnist, sess, true),
        "eval_batchnorm" => Net::new(batch_norm_net).evaluation(mnist, sess, true),
        "eval_by_batch" => Net::new(batch_norm_net).evaluation(mnist, sess, false),
        "product" => product(sess),
        _ => panic!("no net is called {name}"),
    }
}

/// Microseconds of one of `steps` steps.
fn time(step: &mut Step, steps: u32) -> f64 {
    let start = Instant::now();
    (0..steps).for_each(|_| step());
    start.elapsed().as_secs_f64() * 1e6 / f64::from(steps)
}

/// The median of eleven runs, after one step to warm up.
fn median(mut step: Step, steps: u32) -> f64 {
    step();
    let mut times: Vec<f64> = (0..11).map(|_| time(&mut step, steps)).collect();
    times.sort_by(f64::total_cmp);
    times[5]
}

/// Answers each line `NAME STEPS` with the microseconds of a step.
fn serve(mnist: &DataSets, threads: usize) {
    println!("digitos {}", env!("CARGO_PKG_VERSION"));
    let mut nets = HashMap::<String, Step>::new();
    for line in stdin().lines().map_while(Result::ok) {
        let (name, steps) = line.split_once(' ').expect("NAME STEPS");
        let step = nets.entry(name.into()).or_insert_with(|| build(name, mnist, threads));
        // The other programs have had the caches: one step is not counted.
        step();
        println!("{:.2}", time(step, steps.parse().expect("a number of steps")));
        stdout().flush().unwrap();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let threads = std::env::var("THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let mnist = read_data_sets("MNISTdata").expect("the data set");
    if arguments.iter().any(|argument| argument == "--serve") {
        return serve(&mnist, threads);
    }
    let wanted = NETS.iter().filter(|(name, ..)| names.is_empty() || names.iter().any(|wanted| wanted == name));
    for (name, steps, _) in wanted.clone() {
        println!("{name} {:.1}", median(build(name, &mnist, threads), *steps));
    }
    let rate = 1024.0 * 1024.0 * 1024.0 / median(build("product", &mnist, threads), 3);
    for (name, _, multiply_adds) in wanted {
        println!("floor {name} {:.1}", multiply_adds / rate);
    }
}
