//! What the live panel costs the first lesson, and a canvas whose bars follow it: 5,001 steps without them, with the panel and
//! with both in turn, medians, in percent.
//! `EVCXR_IS_RUNTIME=1 cargo bench --bench live_panel | grep without`: a canvas wants a notebook, and prints what a notebook would show.
//! `THREADS=1` leaves the second of two cores to the panel.
use digitos::prelude::*;
use std::time::Instant;

const NUM_ITERS: usize = 5000;
const ROUNDS: usize = 7;

fn main() {
    let threads = std::env::var("THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    // The picture's files belong beside a notebook, not here.
    let data = std::env::current_dir().expect("a folder").join("MNISTdata");
    std::env::set_current_dir(std::env::temp_dir()).expect("a folder for temporary files");
    let mut mnist = read_data_sets(data).expect("the data set");
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    let mut sess = Session::new().threads(threads);
    sess.initialize(step).unwrap();
    let pad = draw("en").unwrap();
    pad.reads(&sess, y, feed! { x => pad.image().unwrap() }).unwrap();
    let mut panels = [(); 2].map(|()| LivePanel::new("en", y, loss).unwrap());
    panels[0].show();

    let (mut plain, mut watched) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        sess.initialize(step).unwrap();
        let start = Instant::now();
        for _ in 0..=NUM_ITERS {
            let batch = mnist.train.next_batch(100).unwrap();
            sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        }
        plain.push(start.elapsed());

        for (draws, (panel, times)) in panels.iter_mut().zip(&mut watched).enumerate() {
            if draws == 1 {
                panel.show();
                pad.follows(panel);
            }
            sess.initialize(step).unwrap();
            let start = Instant::now();
            for _ in panel.steps(&sess, NUM_ITERS) {
                let batch = mnist.train.next_batch(100).unwrap();
                panel.training(&sess, feed! { x => batch.images, y_ => batch.labels }).unwrap();
                panel.test(&sess, feed! { x => mnist.test.images, y_ => mnist.test.labels }).unwrap();
                sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
            }
            times.push(start.elapsed());
        }
    }
    let median = |mut times: Vec<std::time::Duration>| {
        times.sort_unstable();
        times[ROUNDS / 2].as_secs_f64()
    };
    let (plain, [panel, drawing]) = (median(plain), watched.map(median));
    println!(
        "without {plain:.2} s, with the panel {panel:.2} s: {:+.1} %; and with a drawing that is read {drawing:.2} s: {:+.1} % more",
        (panel / plain - 1.0) * 100.0,
        (drawing / panel - 1.0) * 100.0
    );
}
