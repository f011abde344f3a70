//! Digits of your own: `cargo run --release --example own_digits`.
//!
//! A network learns from MNIST, and then reads two digits that were drawn here with the keyboard.
use digitos::ndarray::Array4;
use digitos::prelude::*;

/// Each mark is a square of two by two pixels: MNIST's digits are about 20 pixels high, in the middle of 28.
const SEVEN: [&str; 14] = [
    "..............",
    "..............",
    "..............",
    "...########...",
    "...########...",
    ".........##...",
    "........##....",
    "........##....",
    ".......##.....",
    ".......##.....",
    "......##......",
    "......##......",
    "..............",
    "..............",
];
const ONE: [&str; 14] = [
    "..............",
    "..............",
    "..............",
    "......##......",
    ".....###......",
    "......##......",
    "......##......",
    "......##......",
    "......##......",
    "......##......",
    "......##......",
    "......##......",
    "..............",
    "..............",
];

fn main() -> Result<(), digitos::Error> {
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(zeros([784, 10]));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);

    let mut mnist = read_data_sets("MNISTdata")?;
    let mut sess = Session::new();
    sess.initialize(step)?;
    for _ in 0..2000 {
        let batch = mnist.train.next_batch(100)?;
        sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    }

    // [n, height, width, channels]: 0 is background, 255 is ink
    let drawings = [SEVEN, ONE];
    let pixels = Array4::from_shape_fn([2, 28, 28, 1], |(image, row, column, _)| {
        if drawings[image][row / 2].as_bytes()[column / 2] == b'#' { 255 } else { 0 }
    });
    let own = DataSet::new(pixels, &[7, 1])?;

    let (answers, probabilities) = sess.run((argmax(y, 1), y), feed! { x => own.images })?;
    for i in 0..own.len() {
        let (digit, answer) = (own.labels.class(i), answers[i]);
        println!("drawn: {digit}, read: {answer}, with probability {:.2}", probabilities[[i, answer]]);
    }
    Ok(())
}
