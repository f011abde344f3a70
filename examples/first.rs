use digitos::prelude::*;

fn main() -> Result<(), digitos::Error> {
    let mut mnist = read_data_sets("MNISTdata")?;

    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);

    let cross_entropy = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let training_step = GradientDescentOptimizer::new(0.003).minimize(cross_entropy);

    let mut history = History::new();
    let mut sess = Session::new();
    sess.initialize(training_step)?;
    for step in 0..=1000 {
        let batch = mnist.train.next_batch(100)?;
        if step % 50 == 0 {
            let test = feed! { x => mnist.test.images, y_ => mnist.test.labels };
            history.test(step, sess.run(accuracy, test)?, None);
        }
        sess.run(training_step, feed! { x => batch.images, y_ => batch.labels })?;
    }

    let result = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
    println!("{result} of the test digits are read correctly");
    assert!(result > 0.9);

    let picture = std::env::temp_dir().join("accuracy.svg");
    accuracy_curves(&history, "en")?.save(&picture)?;
    println!("and this is how it got there: {}", picture.display());
    Ok(())
}
