//! The panel without a notebook: `cargo run --release --example panel`.
//!
//! Nothing moves outside of a notebook; the last picture is saved as a file.
use digitos::prelude::*;

fn main() -> Result<(), digitos::Error> {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);

    let mut mnist = read_data_sets("MNISTdata")?;
    let mut sess = Session::new();
    sess.initialize(step)?;
    let mut panel = LivePanel::new("en", y, loss)?;
    for _ in panel.steps(&sess, 1000) {
        let batch = mnist.train.next_batch(100)?;
        panel.training(&sess, feed! { x => batch.images, y_ => batch.labels })?;
        panel.test(&sess, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
        sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    }

    let picture = std::env::temp_dir().join("panel.svg");
    panel.figure()?.save(&picture)?;
    println!("{}", picture.display());
    Ok(())
}
