//! The plans of the lessons' nets, and of small graphs that each show one decision of the compiler, as text in `plans/`.
//!
//! A change that should leave the plans alone leaves these files alone. Where they are meant to change,
//! `UPDATE_PLANS=1 cargo test --test plans` writes them anew, and the diff shows what became of each net.
use digitos::*;
use std::path::Path;

/// Holds the plan of `fetch` against the file of this name.
fn check(name: &str, fetch: impl Fetch) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans").join(name).with_extension("txt");
    let found = plan(fetch).to_string();
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(line) = (0..).zip(found.lines()).find(|&(i, line)| expected.lines().nth(i) != Some(line)) {
        panic!("{name}: line {} is now `{}`", line.0 + 1, line.1);
    }
    assert_eq!(found, expected, "{name}");
}

/// Images, their labels, and the three numbers that the lessons feed.
struct Fed {
    x: Tensor,
    y_: Tensor,
    pkeep: Tensor,
    is_test: Tensor,
    iteration: Tensor,
}

fn fed() -> Fed {
    let [x, y_] = [placeholder([NONE, 28, 28, 1]).named("x"), placeholder([NONE, 10]).named("y_")];
    let [pkeep, is_test, iteration] = ["pkeep", "is_test", "iteration"].map(|name| placeholder(()).named(name));
    Fed { x, y_, pkeep, is_test, iteration }
}

fn dense(h: Tensor, outputs: usize) -> Tensor {
    matmul(h, variable(truncated_normal([h.shape()[1], outputs], 0.1)).named("w"))
}

fn biased(h: Tensor) -> Tensor {
    h + variable(constant(0.1, [h.shape()[h.shape().len() - 1]])).named("b")
}

fn filtered(h: Tensor, side: usize, stride: usize, channels: usize) -> Tensor {
    let filter = variable(truncated_normal([side, side, h.shape()[3], channels], 0.1)).named("filter");
    conv2d(h, filter, [1, stride, stride, 1], SAME)
}

/// The loss as the lessons scale it, the accuracy, and a step of Adam with their falling rate.
fn ends(fed: &Fed, scores: Tensor) -> (Scalar, Scalar, Step) {
    let loss = reduce_mean(softmax_cross_entropy_with_logits(scores, fed.y_)) * 100;
    let accuracy = reduce_mean(cast(equal(argmax(scores, 1), argmax(fed.y_, 1))));
    (loss, accuracy, AdamOptimizer::new(0.0001 + 0.003 * exp(-fed.iteration / 2000)).minimize(loss))
}

#[test]
fn lesson_1() {
    let Fed { x, y_, .. } = fed();
    let y = softmax(biased(dense(reshape(x, [-1, 784]), 10)));
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    check("lesson_1_step", GradientDescentOptimizer::new(0.003).minimize(loss));
    check("lesson_1_test", (accuracy, loss));
}

#[test]
fn lesson_2() {
    let fed = fed();
    let mut h = reshape(fed.x, [-1, 784]);
    for outputs in [200, 100, 60, 30] {
        h = dropout(relu(biased(dense(h, outputs))), fed.pkeep);
    }
    let (loss, accuracy, step) = ends(&fed, biased(dense(h, 10)));
    check("lesson_2_step", step);
    check("lesson_2_test", (accuracy, loss));
}

#[test]
fn lesson_3() {
    let fed = fed();
    let mut h = fed.x;
    for (side, stride, channels) in [(6, 1, 6), (5, 2, 12), (4, 2, 24)] {
        h = relu(biased(filtered(h, side, stride, channels)));
    }
    let h = dropout(relu(biased(dense(reshape(h, [-1, 7 * 7 * 24]), 200))), fed.pkeep);
    let (loss, accuracy, step) = ends(&fed, biased(dense(h, 10)));
    check("lesson_3_step", step);
    check("lesson_3_test", (accuracy, loss));
}

#[test]
fn lesson_4() {
    let fed = fed();
    let mut averages = Vec::new();
    let mut normalised = |h: Tensor| {
        let offset = variable(constant(0.01, [h.shape()[h.shape().len() - 1]])).named("offset");
        let (h, update) = batch_norm(h, fed.is_test, fed.iteration, offset);
        averages.push(update);
        relu(h)
    };
    let mut h = fed.x;
    for (side, stride, channels) in [(6, 1, 24), (5, 2, 48), (4, 2, 64)] {
        h = normalised(filtered(h, side, stride, channels));
    }
    let h = dropout(normalised(dense(reshape(h, [-1, 7 * 7 * 64]), 200)), fed.pkeep);
    let (loss, accuracy, step) = ends(&fed, biased(dense(h, 10)));
    check("lesson_4_step", step);
    check("lesson_4_averages", averages);
    check("lesson_4_test", (accuracy, loss));
}

#[test]
fn what_is_asked_for_twice_is_computed_once() {
    let x = placeholder([NONE, 8]).named("x");
    check("shared", [exp(x) * 2 + 1, exp(x) * 2 - 1]);
}

#[test]
fn a_reshaped_tensor_is_the_same_numbers() {
    let x = placeholder([NONE, 4, 4]).named("x");
    check("alias", square(reshape(square(x), [-1, 16])));
}

#[test]
fn without_images_there_are_no_slices() {
    let v = variable(zeros([3])).named("v");
    check("whole", reduce_sum(square(v - 1)));
}

#[test]
fn a_sum_over_the_images_ends_a_phase() {
    let x = placeholder([NONE, 8]).named("x");
    check("across", x - reduce_mean_axes(x, [0]));
}

#[test]
fn a_chain_on_large_maps_is_fused() {
    let x = placeholder([NONE, 64, 64, 1]).named("x");
    check("fused", reduce_sum_axes(relu(filtered(x, 3, 1, 2) + 1) * 2, [1, 2]));
}

#[test]
fn a_value_waits_for_the_phase_that_reads_it() {
    let x = placeholder([NONE, 8]).named("x");
    check("delayed", exp(x) * reduce_sum(x));
}

#[test]
fn a_cheap_value_is_computed_again_and_not_kept() {
    let x = placeholder([NONE, 64, 64, 1]).named("x");
    let h = filtered(x, 3, 1, 2);
    let shifted = relu(h * 2 + 1);
    check("computed_again", shifted * reduce_sum(shifted) + h);
}

#[test]
fn a_product_over_the_images_is_a_phase_of_its_own() {
    let [a, b] = ["a", "b"].map(|name| placeholder([NONE, 8]).named(name));
    check("product_over_images", matmul(transpose(a), b));
}

#[test]
fn an_average_over_steps_is_an_update() {
    let (x, step) = (placeholder([NONE, 8]).named("x"), placeholder(()).named("step"));
    let mut average = ExponentialMovingAverage::new(0.99, step);
    check("average", average.apply([reduce_mean_axes(x, [0])]));
}

#[test]
fn momentum_and_clipping() {
    let x = placeholder([NONE, 8]).named("x");
    let loss = reduce_mean(square(matmul(x, variable(zeros([8, 2])).named("w"))));
    check("momentum", MomentumOptimizer::new(0.1, 0.9).clip_by_global_norm(5).minimize(loss));
}

/// Every kind of large graph is planned and run in seconds: what the compiler does grows hardly faster than the graph.
#[test]
fn twenty_thousand_ops_are_planned_in_seconds() {
    const OPS: usize = 20_000;
    let x = placeholder([NONE, 3]);
    let run = |what: &str, y: Tensor| {
        let start = std::time::Instant::now();
        let (mut sess, loss) = (Session::new().threads(1), reduce_mean(y));
        sess.initialize(loss).unwrap();
        let images = ndarray::Array2::<f32>::ones((4, 3));
        assert!(sess.run(loss, feed! { x => images }).unwrap().is_finite(), "{what}");
        assert!(start.elapsed().as_secs() < 20, "{what}: {:?}", start.elapsed());
    };
    run("a chain", (0..OPS).fold(x * 1.5, |y, _| y + 0.001));
    run("a chain without images", x + (0..OPS).fold(variable(ones([3])) * 1.5, |y, _| y + 0.001));
    // each number is used twice, so there are 2⁴⁰ ways through the graph
    run("doubling", (0..40).fold(x * 1e-30, |y, _| y + y));
    run("halving and doubling", (0..OPS / 2).fold(x * 2, |y, _| (y + y) * 0.5));
    let many = (0..OPS / 2).map(|i| exp(x * (i as f32 * 1e-6)));
    run("many branches", many.reduce(|sum, y| sum + y).unwrap());
    run("many phases", (0..OPS / 4).fold(x * 1, |y, _| y - reduce_mean_axes(y, [0]) + 0.5));
    run("many variables", (0..OPS / 2).fold(x * 1, |y, _| y + variable(ones([3]))));

    let w = variable(ones([3]));
    let y = (0..OPS / 8).fold(x * w, |y, i| if i % 2 == 0 { sigmoid(y) } else { y * w });
    run("a step", y);
    let start = std::time::Instant::now();
    plan(AdamOptimizer::new(0.1).minimize(reduce_mean(y)));
    assert!(start.elapsed().as_secs() < 20, "the plan of a step: {:?}", start.elapsed());
}
