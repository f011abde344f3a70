//! A look inside without a notebook: `cargo run --release --example look_inside`.
//!
//! The page that it writes can be clicked; what it prints are numbers that are found there.
use digitos::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (x, y_, pkeep) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]), placeholder(()));
    let filters = |input: Tensor, side: usize, maps: usize, stride: usize| {
        let w = variable(truncated_normal([side, side, input.shape()[3], maps], 0.1));
        relu(conv2d(input, w, [1, stride, stride, 1], SAME) + variable(constant(0.1, [maps])))
    };
    let dense = |input: Tensor, neurons: usize| {
        matmul(input, variable(truncated_normal([input.shape()[1], neurons], 0.1))) + variable(constant(0.1, [neurons]))
    };
    let h1 = filters(x, 6, 6, 1).named("h1");
    let pool = max_pool(h1, [1, 2, 2, 1], [1, 2, 2, 1], SAME).named("pool");
    let h2 = filters(pool, 4, 12, 2).named("h2");
    let h3 = dropout(relu(dense(reshape(h2, [-1, 7 * 7 * 12]), 50)), pkeep).named("h3");
    let scores = dense(h3, 10).named("scores");
    let step = AdamOptimizer::new(0.003).minimize(reduce_mean(softmax_cross_entropy_with_logits(scores, y_)) * 100.0);

    let mut mnist = read_data_sets("MNISTdata")?;
    let mut sess = Session::new();
    sess.initialize(step)?;
    for _ in 0..200 {
        let batch = mnist.train.next_batch(100)?;
        sess.run(step, feed! { x => batch.images, y_ => batch.labels, pkeep => 0.75 })?;
    }

    let two = mnist.test.take(2);
    let feed = || feed! { x => two.images, y_ => two.labels, pkeep => 1 };
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let page = folder.join("look_inside.html");
    let html = look_inside(&sess, scores, feed(), "en")?.html();
    std::fs::write(
        &page,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>A look inside</title>\n<main><h1>A look inside</h1>{html}</main></html>\n"
        ),
    )?;
    nearest_digits(&sess, scores, feed(), &mnist.train, "en")?.save(folder.join("nearest.svg"))?;
    digit_map(&sess, scores, feed(), &mnist.test, "en")?.save(folder.join("map.svg"))?;
    cover(&sess, scores, feed(), "en")?.save(folder.join("cover.svg"))?;

    let seen = sess.run([h1, pool, h2], feed())?;
    for (layer, seen) in [h1, pool, h2].iter().zip(&seen) {
        for (digit, row, column, map) in [(1, 5, 3, 1), (0, 2, 6, 5), (1, 6, 4, 3), (0, 0, 0, 2)] {
            let value = seen[[digit, row, column, map]];
            println!(
                "digit {}, {}, map {}, row {}, column {}: {value:.4}",
                digit + 1,
                layer.name(),
                map + 1,
                row + 1,
                column + 1
            );
        }
    }
    let seen = sess.run([h3, scores], feed())?;
    for (digit, neuron) in [(0, 3), (1, 7)] {
        println!("digit {}, h3, neuron {}: {:.4}", digit + 1, neuron + 1, seen[0][[digit, neuron]]);
        println!("digit {}, scores, class {neuron}: {:.4}", digit + 1, seen[1][[digit, neuron]]);
    }
    println!("{}", page.display());
    Ok(())
}
