//! What a network has learnt is kept in a file: `cargo run --release --example save_and_load`.
use digitos::prelude::*;

fn main() -> Result<(), digitos::Error> {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    // The names are those that the file has; Python's package `safetensors` finds them under the same.
    let w = variable(truncated_normal([784, 10], 0.1)).named("w");
    let b = variable(zeros([10])).named("b");
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);

    let mut mnist = read_data_sets("MNISTdata")?;
    let file = std::env::temp_dir().join("digitos-example.safetensors");
    let mut sess = Session::new();
    sess.initialize(step)?;
    for _ in 0..1000 {
        let batch = mnist.train.next_batch(100)?;
        sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    }
    sess.save(&file, y)?;
    let learnt = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
    println!("learnt {learnt} and saved {}", file.display());

    // Another session, as another program would make it: `load` takes the place of `initialize`.
    let mut later = Session::new();
    later.load(&file, y)?;
    let loaded = later.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
    println!("loaded {loaded}");
    assert_eq!(learnt, loaded);
    Ok(())
}
