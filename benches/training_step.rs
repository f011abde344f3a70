//! Microseconds per training step of the nets of the lessons, batches of 100, copying the batch included: one line each,
//! `NAME MICROSECONDS`. `cargo bench --bench training_step [NAME…]`
use digitos::prelude::*;
use std::time::{Duration, Instant};

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

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    let threads = std::env::var("THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let mut mnist = read_data_sets("MNISTdata").expect("the data set");
    if wanted("softmax") {
        println!("softmax {:.1}", softmax_net(&mut mnist, threads));
    }
}
