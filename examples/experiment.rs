//! Ten seeds of two learning rates side by side: `cargo run --release --example experiment`.
//!
//! With `DIGITOS_THREADS=1` the runs are made one after the other, and the numbers are the same.
use digitos::prelude::*;

fn main() -> Result<(), digitos::Error> {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));

    let mnist = read_data_sets("MNISTdata")?;
    let runs = Experiment::new("en").vary("rate", [0.001, 0.003]).seeds(10).run(|trial| {
        let mut train = mnist.train.with_seed(trial.seed());
        let mut sess = trial.session();
        let step = GradientDescentOptimizer::new(trial.value("rate")).minimize(loss);
        sess.initialize(step)?;
        for i in trial.steps(1000) {
            if trial.measures(i) {
                let exam = feed! { x => mnist.test.images, y_ => mnist.test.labels };
                let (right, wrong) = sess.run((accuracy, loss), exam)?;
                trial.note(i, right, wrong);
            }
            let batch = train.next_batch(100)?;
            sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
        }
        Ok(())
    })?;

    println!("{}", runs.table()?);
    let folder = std::env::temp_dir();
    runs.curves()?.save(folder.join("runs.svg"))?;
    runs.save(folder.join("runs.csv"))?;
    println!("{} and runs.csv beside it", folder.join("runs.svg").display());
    Ok(())
}
