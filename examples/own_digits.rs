//! Digits of your own: `cargo run --release --example own_digits`, or with a picture, `… own_digits mine.png`.
//!
//! A network learns from MNIST, and then reads two digits that were drawn here with the keyboard, or those of a PNG file.
use digitos::ndarray::Array2;
use digitos::prelude::*;

/// A 7 and a 1. Where and how large they stand does not matter: they are prepared as MNIST's digits were.
const DRAWING: [&str; 12] = [
    "........................",
    "..########..............",
    "..########..............",
    "........##.......##.....",
    ".......##.......###.....",
    ".......##........##.....",
    "......##.........##.....",
    "......##.........##.....",
    ".....##..........##.....",
    ".....##..........##.....",
    ".................##.....",
    "........................",
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

    let own = match std::env::args().nth(1) {
        Some(path) => read_picture(path)?,
        None => {
            // each mark is a square of 10 × 10 pixels, dark on light
            let size = (10 * DRAWING.len(), 10 * DRAWING[0].len());
            let is_ink = |(y, x): (usize, usize)| DRAWING[y / 10].as_bytes()[x / 10] == b'#';
            let drawing = Handwriting::of(&Array2::from_shape_fn(size, |at| if is_ink(at) { 0 } else { 255 }))?;
            let set = drawing.labelled([7, 1])?;
            let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
            let right = sess.run(accuracy, feed! { x => set.images, y_ => set.labels })?;
            println!("of the two drawings it reads {:.0} rightly", 2.0 * right);
            drawing
        }
    };
    let (answers, probabilities) = sess.run((argmax(y, 1), y), feed! { x => own.images })?;
    for (i, &answer) in answers.iter().enumerate() {
        println!("digit {i} is read as {answer}, with probability {:.2}", probabilities[[i, answer]]);
    }
    Ok(())
}
