//! Every mistake gets one sentence that says what, where, what was found and what was expected, and nothing is lost.
use digitos::ndarray::{Array1, Array2, Array4};
use digitos::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The sentence that a mistake in building a graph stops with.
fn stopped<T>(build: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(build)).err().expect("a mistake");
    *panic.downcast::<String>().expect("a sentence")
}

/// The same of several mistakes, each with what its sentence must say.
macro_rules! all_stop {
    ($($build:expr => $parts:expr;)*) => { $(
        assert_says(&stopped(|| $build), &$parts);
    )* };
}

/// A trained net, its parts, and something to feed it.
struct Trained {
    sess: Session,
    x: Tensor,
    y_: Tensor,
    loss: Scalar,
    step: Step,
    w: Tensor,
    images: Array4<f32>,
    labels: Array2<f32>,
}

fn trained() -> Trained {
    let x = placeholder([NONE, 2, 2, 1]);
    let y_ = placeholder([NONE, 3]);
    let w = variable(zeros([4, 3])).named("w");
    let loss = -reduce_mean(y_ * log(softmax(matmul(reshape(x, [-1, 4]), w)))).named("loss");
    let step = GradientDescentOptimizer::new(0.1).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let images = Array4::from_elem((5, 2, 2, 1), 0.5);
    let labels = Array2::from_shape_fn((5, 3), |(i, j)| if i % 3 == j { 1.0 } else { 0.0 });
    sess.run(step, feed! { x => images, y_ => labels }).unwrap();
    Trained { sess, x, y_, loss, step, w, images, labels }
}

#[track_caller]
fn assert_says(sentence: &str, parts: &[&str]) {
    for part in parts {
        assert!(sentence.contains(part), "«{part}» is missing in: {sentence}");
    }
    assert!(!sentence.contains('\n'), "one line: {sentence}");
}

/// The message of a run that must fail; the weights must be those of before.
macro_rules! rejected {
    ($t:ident, $fetch:expr, $($feed:tt)*) => {{
        let before = $t.sess.run($t.w, []).unwrap();
        let error = $t.sess.run($fetch, feed! { $($feed)* }).err().expect("an error").to_string();
        assert_eq!($t.sess.run($t.w, []).unwrap(), before);
        let (x, y_) = ($t.x, $t.y_);
        $t.sess.run($t.loss, feed! { x => $t.images, y_ => $t.labels }).expect("the session is unharmed");
        error
    }};
}

#[test]
fn shapes_that_do_not_fit_are_named_with_both_tensors() {
    let x = placeholder([NONE, 784]).named("xx");
    let w = variable(zeros([785, 10])).named("w");
    assert_says(&stopped(|| matmul(x, w)), &["matmul", "xx", "[?, 784]", "w", "[785, 10]", "784 columns", "785 rows"]);
    let images = placeholder([NONE, 28, 28, 1]);
    assert_says(&stopped(|| matmul(images, w)), &["matmul", "[?, 28, 28, 1]", "reshape of placeholder to [-1, 784]"]);
    let colours = placeholder([NONE, 32, 32, 3]).named("colours");
    assert_says(&stopped(|| matmul(colours, w)), &["reshape of colours to [-1, 3072]"]);
    matmul(reshape(colours, [-1, 3072]), variable(zeros([3072, 10])));
    assert_says(&stopped(|| matmul(x, placeholder([NONE]).named("rates"))), &["reshape of rates to [-1, 1]"]);
    // what is no batch of images gets no advice that is about them
    for other in [variable(zeros([785])), variable(zeros([3, 4, 5])), Tensor::from(2)] {
        let sentence = stopped(|| matmul(x, other));
        assert!(sentence.contains("two matrices") && !sentence.contains("reshape"), "{sentence}");
    }
    assert_says(&stopped(|| matmul(x, transpose(x))), &["[?, 784]", "[784, ?]", "only one"]);
    let b = variable(zeros([9])).named("b");
    let scores = placeholder([NONE, 10]);
    assert_says(&stopped(|| scores + b), &["add", "[?, 10]", "[9]", "b"]);
    assert_says(&stopped(|| scores + placeholder([20, 10])), &["[?, 10]", "[20, 10]"]);
    assert_says(&stopped(|| reshape(images, [-1, 785])), &["reshape", "[?, 28, 28, 1]", "[?, 785]", "784"]);
    assert_says(&stopped(|| reshape(images, [100, 784])), &["reshape", "-1"]);
    assert_says(&stopped(|| reshape(w, [10, 10])), &["reshape", "7850", "100"]);
    assert_says(&stopped(|| reshape(w, [-1, -1])), &["reshape", "only one"]);
    // as many numbers, but in the place of other images
    assert_says(&stopped(|| reshape(images, [784, -1])), &["[784, ?]", "`?` must stay in its place"]);
    assert_says(&stopped(|| reshape(transpose(x), [-1, 784])), &["[784, ?] to [?, 784]", "in its place"]);
    assert_says(&stopped(|| reshape(placeholder([NONE]), [-1, 2])), &["one number, and the open", "asks for 2."]);
    assert_says(&stopped(|| reshape(2, [3])), &["there is one number", "asks for 3"]);
    assert_says(&stopped(|| argmax(scores, 2)), &["argmax", "2"]);
    assert_says(&stopped(|| argmax(placeholder([1, (1 << 24) + 1]), 1)), &["argmax", "16777216", "16777217"]);
    assert_says(&stopped(|| argmax(scores, 0)), &["argmax", "images", "one of the others"]);
    assert_says(&stopped(|| argmax(placeholder([NONE]), 0)), &["argmax", "images", "has no other"]);
    assert_says(&stopped(|| softmax(Tensor::from(1))), &["softmax", "[]"]);
    assert_says(&stopped(|| softmax(transpose(x))), &["softmax of transpose [784, ?]", "side by side"]);
    let sentence = stopped(|| softmax_cross_entropy_with_logits(placeholder([NONE]).named("z"), placeholder([NONE])));
    assert_says(&sentence, &["softmax_cross_entropy_with_logits of z [?]", "side by side"]);
    assert_says(&stopped(|| reduce_sum_axes(scores, [3])), &["reduce_sum", "3", "2"]);
    assert_says(&stopped(|| transpose(images)), &["transpose", "[?, 28, 28, 1]"]);
}

#[test]
fn tensors_that_cannot_be_are_refused() {
    assert_says(&stopped(|| placeholder([NONE, NONE])), &["placeholder", "[?, ?]"]);
    assert_says(&stopped(|| placeholder([10, NONE])), &["placeholder", "first"]);
    assert_says(&stopped(|| zeros([784, 0])), &["zeros", "[784, 0]"]);
    assert_says(&stopped(|| zeros([-5, 2])), &["zeros", "-5"]);
    assert_says(&stopped(|| variable(placeholder([NONE, 3]))), &["variable", "[?, 3]"]);
    assert_says(&stopped(|| zeros([usize::MAX / 2, 3])), &["zeros"]);
    assert_says(&stopped(|| placeholder([100_000, 1]) + placeholder([100_000])), &["add", "[100000, 100000]"]);
    for bad in [-1.0, f32::NAN, f32::INFINITY] {
        assert_says(&stopped(|| truncated_normal([2], bad)), &["truncated_normal", "deviation", &bad.to_string()]);
    }
    for (low, high) in [(1.0, 0.0), (f32::NAN, 1.0), (0.0, f32::NAN), (0.0, f32::INFINITY), (f32::MIN, f32::MAX)] {
        let sentence = stopped(|| random_uniform([2], low, high));
        assert_says(&sentence, &["random_uniform", &low.to_string(), &high.to_string()]);
    }
}

#[test]
fn arguments_that_must_be_one_number() {
    let (x, pair, open) = (placeholder([NONE, 4]), variable(ones([2])), placeholder([NONE]));
    all_stop! {
        dropout(x, open) => ["pkeep", "dropout", "one number", "[?]"];
        dropout(x, pair) => ["pkeep", "[2]"];
        clip_by_norm(pair, open) => ["norm", "clip_by_norm", "[?]"];
        clip_by_global_norm([pair], pair) => ["norm", "clip_by_global_norm", "[2]"];
        GradientDescentOptimizer::new(0.1).clip_by_norm(pair) => ["norm", "clip_by_norm", "[2]"];
        GradientDescentOptimizer::new(open) => ["learning rate", "[?]"];
        ExponentialMovingAverage::new(0.9, open) => ["step", "moving average", "[?]"];
        batch_norm(x, open, 0, 0) => ["is_test", "batch_norm", "[?]"];
        batch_norm(x, 0, pair, 0) => ["step", "[2]"];
        exponential_decay(pair, 1, 1, 1) => ["rate", "exponential_decay", "[2]"];
        exponential_decay(1, pair, 1, 1) => ["step", "exponential_decay", "[2]"];
        exponential_decay(1, 1, open, 1) => ["decay_steps", "[?]"];
        exponential_decay(1, 1, 1, pair) => ["decay_rate", "[2]"];
        select(pair, 1, 1) => ["select", "[2]"];
    }
}

#[test]
fn numbers_out_of_range_are_refused_when_the_graph_is_built() {
    let x = placeholder([NONE, 4]);
    for bad in [-1.0, 1.5, f32::NAN, f32::INFINITY] {
        let found = &*bad.to_string();
        all_stop! {
            dropout(x, bad) => ["pkeep", found];
            MomentumOptimizer::new(0.1, bad) => ["momentum", found];
            AdamOptimizer::new(0.1).with(bad, 0.9, 1e-8) => ["first beta", found];
            AdamOptimizer::new(0.1).with(0.9, bad, 1e-8) => ["second beta", found];
            ExponentialMovingAverage::new(bad, 0) => ["decay", found];
        }
    }
    for bad in [-1.0, f32::NAN, f32::INFINITY] {
        let found = &*bad.to_string();
        all_stop! {
            clip_by_norm(x, bad) => ["norm", found];
            clip_by_global_norm([x], bad) => ["norm", found];
            AdamOptimizer::new(0.1).clip_by_norm(bad) => ["norm", found];
            AdamOptimizer::new(0.1).with(0.9, 0.9, bad) => ["epsilon", found];
            batch_normalization(x, 0, 1, 0, None, bad) => ["batch_normalization", "epsilon", found];
            batch_norm(x, 0, bad, 0) => ["step", found];
            exponential_decay(1, 1, bad, 1) => ["decay_steps", found];
            exponential_decay(1, 1, 1, bad) => ["decay_rate", found];
        }
    }
    all_stop! {
        dropout(x, 0) => ["pkeep", "0"];
        clip_by_norm(x, 0) => ["norm", "above 0"];
        AdamOptimizer::new(0.1).with(1, 0.9, 1e-8) => ["first beta", "below 1"];
        AdamOptimizer::new(0.1).with(0.9, 0.9, 0) => ["epsilon", "above 0"];
        ExponentialMovingAverage::new(1, 0) => ["decay", "below 1"];
        exponential_decay(f64::NAN, 1, 1, 1) => ["exponential_decay", "NaN"];
        exponential_decay(1, 1, 0, 1) => ["decay_steps", "above 0"];
        exponential_decay(1, 1, 1, 0) => ["decay_rate", "above 0"];
        leaky_relu(x, f32::NAN) => ["leaky_relu", "alpha", "NaN"];
    }
    // the ends of the ranges that belong to them
    MomentumOptimizer::new(0, 1);
    AdamOptimizer::new(0).with(0, 0, 1e-30);
    ExponentialMovingAverage::new(0, 0);
    truncated_normal([2], 0);
    random_uniform([2], 1, 1);
}

#[test]
fn dimensions_are_said_as_they_were_written() {
    let (x, v) = (placeholder([NONE, 4]).named("x"), variable(ones([4])).named("v"));
    all_stop! {
        reduce_sum_axes(x, [-3]) => ["reduce_sum of x [?, 4]", "dimension -3", "2 dimensions"];
        reduce_max_axes(x, [0, 2]) => ["reduce_max of x", "dimension 2"];
        reduce_mean_axes(v, [1]) => ["reduce_mean of v", "dimension 1", "one dimension"];
        reduce_sum_axes(1, [0]) => ["dimension 0", "without dimensions"];
        moments(x, [-3]) => ["moments of x", "dimension -3"];
        argmax(x, -3) => ["argmax of x", "dimension -3"];
        argmax(x, -2) => ["dimension -2", "the images"];
        argmax(x, usize::MAX) => ["argmax of x", "2 dimensions"];
        concat(x, x, -3) => ["concat of x", "dimension -3"];
        concat(x, x, -2) => ["dimension -2", "open"];
        concat(1, 1, 0) => ["concat", "dimension 0", "without dimensions"];
        reshape(x, [-1, -4]) => ["reshape", "-4", "at least 1"];
        reshape(v, [0, 4]) => ["reshape", "[0, 4]", "at least 1"];
        reshape(v, [i64::MAX, i64::MAX]) => ["reshape", "no tensor"];
    }
    let images = placeholder([NONE, 4, 4, 1]).named("images");
    let filter = variable(ones([2, 2, 1, 1]));
    all_stop! {
        conv2d(images, filter, [1, -1, 1, 1], SAME) => ["conv2d of images", "[1, -1, 1, 1]"];
        conv2d(images, filter, (), SAME) => ["conv2d of images", "[]"];
        max_pool(images, [1, -1, 2, 1], [1, 1, 1, 1], SAME) => ["max_pool of images", "[1, -1, 2, 1]"];
        avg_pool(images, [2, 2], [-2, 2], SAME) => ["avg_pool of images", "[-2, 2]"];
    }
}

#[test]
fn batch_normalisation_of_what_does_not_fit() {
    let x = placeholder([NONE, 4]).named("x");
    all_stop! {
        batch_norm(1, 0, 0, 0) => ["batch_norm needs [?, n]", "[]"];
        batch_norm(placeholder([NONE]), 0, 0, 0) => ["batch_norm needs [?, n]", "[?]"];
        batch_norm(transpose(x), 0, 0, 0) => ["batch_norm needs [?, n]", "[4, ?]"];
        batch_norm(x, 0, 0, variable(zeros([3]))) => ["batch_norm of x", "offset", "[4]", "[3]"];
        batch_norm(x, 0, 0, x) => ["offset", "[?, 4]"];
        batch_normalization(x, ones([3]), 1, 0, None, 0) => ["batch_normalization of x", "mean", "[3]"];
        batch_normalization(x, 0, ones([3]), 0, None, 0) => ["variance", "[3]"];
        batch_normalization(x, 0, 1, ones([3]), None, 0) => ["offset", "[3]"];
        batch_normalization(x, 0, 1, 0, Some(ones([3, 4])), 0) => ["scale", "[3, 4]"];
    }
    let w = variable(ones([2])).named("w");
    all_stop! {
        ExponentialMovingAverage::new(0.9, 0).apply([x]) => ["moving average", "x [?, 4]", "mean"];
        ExponentialMovingAverage::new(0.9, 0).apply([]) => ["moving average", "at least one"];
        ExponentialMovingAverage::new(0.9, 0).apply([w, w]) => ["w [2]", "already"];
        softmax_cross_entropy_with_logits(x, placeholder([NONE])) => ["labels", "[?]", "scores x [?, 4]"];
        softmax_cross_entropy_with_logits(x, placeholder([NONE, 3])) => ["labels", "[?, 3]", "scores x [?, 4]"];
    }
}

#[test]
fn gradients_that_there_are_not() {
    let (x, w) = (placeholder([NONE, 4]).named("x"), variable(ones([3, 4])).named("w"));
    let scores = matmul(x, transpose(w)).named("scores");
    let (y, by_transpose) = (softmax(scores), transpose(w));
    let by_name = reshape(y, [-1, 3]).named("p");
    let loss = -reduce_mean(log(y)).named("loss");
    all_stop! {
        gradients(loss, [y]) => ["softmax [?, 3]", "in one go", "by the scores, scores [?, 3]"];
        gradients(reduce_sum(matmul(x, by_transpose)), [by_transpose]) => ["transpose [4, 3]", "computed from w [3, 4] itself"];
        gradients(reduce_mean(softmax_cross_entropy_with_logits(scores, ones([1, 3]))), [y]) => ["in one go", "by the scores, scores [?, 3]"];
        gradients(reduce_sum(log(by_name)), [by_name]) => ["p [?, 3]", "in one go", "by the scores, scores [?, 3]"];
        // another path is not taken for all of them
        gradients(loss + reduce_sum(square(y)), [y]) => ["softmax [?, 3]", "in one go", "by the scores, scores [?, 3]"];
        gradients(reduce_sum(matmul(x, by_transpose)) + reduce_sum(by_transpose), [by_transpose]) => ["computed from w [3, 4] itself"];
        gradients(reduce_sum(transpose(by_transpose)) + reduce_sum(by_transpose), [by_transpose]) => ["computed from w [3, 4] itself"];
        gradients(loss, [variable(ones([2])).named("other")]) => ["other [2]", "not computed from it", "run again"];
        gradients(reduce_mean(cast(equal(argmax(scores, 1), 1))), [w]) => ["w [3, 4]", "zero", "argmax", "cross entropy"];
        gradients(reduce_sum(cast(equal(w, 1))), [w]) => ["w [3, 4]", "derivative is zero (equal)"];
    }
    // the advice, followed
    gradients(loss, [scores, w]);
}

#[test]
fn steps_that_cannot_train_are_refused() {
    let w = variable(zeros([2]));
    let loss = reduce_sum(w);
    assert_says(&stopped(|| GradientDescentOptimizer::new(-0.1)), &["learning rate", "-0.1"]);
    assert_says(&stopped(|| GradientDescentOptimizer::new(f64::NAN)), &["learning rate", "NaN"]);
    assert_says(&stopped(|| GradientDescentOptimizer::new(w)), &["learning rate", "[2]"]);
    let untrainable = reduce_sum(placeholder([3]));
    assert_says(&stopped(|| GradientDescentOptimizer::new(0.1).minimize(untrainable)), &["no variable, so"]);
    let mut averages = ExponentialMovingAverage::new(0.9, 0);
    averages.apply([w.named("w")]);
    let of_average = reduce_sum(square(averages.average(w)));
    let says = ["no variable that minimize trains", "the average that belongs to w [2]", "another step"];
    assert_says(&stopped(|| AdamOptimizer::new(0.1).minimize(of_average)), &says);
    let tested = batch_norm(placeholder([NONE, 2]).named("x"), 1, 0, 0).0;
    assert_says(&stopped(|| MomentumOptimizer::new(0.1, 0.9).minimize(reduce_sum(tested))), &["the moving variance"]);
    let accuracy = reduce_mean(cast(equal(argmax(w, 0), 1)));
    assert_says(&stopped(|| GradientDescentOptimizer::new(0.1).minimize(accuracy)), &["argmax", "gradient"]);
    assert_says(&stopped(|| gradients(loss, [variable(ones([3])).named("other")])), &["other", "[3]"]);
}

#[test]
fn feeding_what_does_not_fit() {
    let mut t = trained();
    let (x, y_, step) = (t.x, t.y_, t.step);
    let flat = Array2::<f32>::zeros((5, 4));
    assert_says(&rejected!(t, step, x => flat, y_ => t.labels), &["`x`", "[?, 2, 2, 1]", "[5, 4]"]);
    assert_says(&rejected!(t, step, x => 3.0, y_ => t.labels), &["`x`", "[?, 2, 2, 1]", "[]"]);
    let few = t.labels.slice(digitos::ndarray::s![..4, ..]).to_owned();
    assert_says(&rejected!(t, step, x => t.images, y_ => few), &["`x`", "5 images", "`y_`", "4"]);
    let none = Array4::<f32>::zeros((0, 2, 2, 1));
    assert_says(&rejected!(t, step, x => none, y_ => t.labels), &["`x`", "empty"]);
}

#[test]
fn feeding_too_little_or_too_much() {
    let mut t = trained();
    let (x, y_, step, w) = (t.x, t.y_, t.step, t.w);
    assert_says(&rejected!(t, step, x => t.images), &["placeholder [?, 3]", "not fed"]);
    // another placeholder in its place, whatever its shape: made again, or the wrong one
    let other = placeholder([NONE, 4]);
    let few = Array2::<f32>::zeros((5, 4));
    assert_says(
        &rejected!(t, step, x => t.images, other => few),
        &["another placeholder [?, 3] than `other`", "run again without the ones below", "add the one that is missing"],
    );
    assert_says(&rejected!(t, step, x => t.images, x => t.images, y_ => t.labels), &["`x`", "twice"]);
    assert_says(&rejected!(t, step, x => t.images, y_ => t.labels, w => 3.0), &["`w`", "not a placeholder"]);
}

#[test]
fn a_placeholder_that_was_made_again() {
    let mut t = trained();
    let (y_, step) = (t.y_, t.step);
    let x = placeholder([NONE, 2, 2, 1]);
    assert_says(
        &rejected!(t, step, x => t.images, y_ => t.labels),
        &["`x`", "another placeholder [?, 2, 2, 1]", "run again without the ones below"],
    );
}

#[test]
fn a_variable_before_initialize() {
    let t = trained();
    let (x, y_) = (t.x, t.y_);
    let error = Session::new().run(t.step, feed! { x => t.images, y_ => t.labels }).unwrap_err();
    assert!(matches!(error, Error::Session(_)));
    assert_says(&error.to_string(), &["w", "[4, 3]", "initialize"]);
    let fed = variable(reduce_sum(placeholder([2])));
    assert_says(&Session::new().initialize(fed).unwrap_err().to_string(), &["initial value", "placeholder [2]"]);
}

#[test]
fn numbers_that_are_not_finite_stop_the_step_and_keep_the_weights() {
    let mut t = trained();
    let (x, y_, step) = (t.x, t.y_, t.step);
    let mut infinite = t.images.clone();
    infinite[[2, 0, 0, 0]] = f32::INFINITY;
    let sentence = rejected!(t, step, x => infinite, y_ => t.labels);
    assert_says(&sentence, &["loss", "step 1", "`x` is fed NaN or an infinite number"]);
    // the loss is still finite, but the new weight would not be
    let v = variable(constant(1e10, [2])).named("v");
    let step = GradientDescentOptimizer::new(1e30).minimize(reduce_sum(square(v)));
    t.sess.initialize(step).unwrap();
    let error = t.sess.run(step, []).unwrap_err();
    assert!(matches!(error, Error::NotFinite(_)));
    assert_says(&error.to_string(), &["new value of v", "step 0"]);
    assert_eq!(t.sess.run(v, []).unwrap().sum(), 2e10);
}

#[test]
fn a_loss_that_is_not_finite_is_traced_to_what_can_be_changed() {
    let (rate, scale) = (placeholder(()), placeholder(()));
    let reason = |start: f32, scaled: f32, steps: usize| {
        let w = variable(constant(start, [2])).named("w");
        let step = GradientDescentOptimizer::new(rate).minimize(reduce_sum(exp(w * scale)));
        let mut sess = Session::new();
        sess.initialize(step).unwrap();
        (0..steps).for_each(|_| sess.run(step, feed! { rate => 0, scale => 1 }).unwrap());
        sess.run(step, feed! { rate => 1e-9, scale => scaled }).unwrap_err().to_string()
    };
    assert_says(&reason(1.0, f32::NAN, 0), &["`scale` is fed NaN"]);
    assert_says(&reason(f32::NAN, 1.0, 0), &["w [2] has NaN", "initial value"]);
    assert_says(&reason(1.0, 1000.0, 0), &["step 0", "not to blame", "exp of a large number"]);
    assert_says(&reason(1.0, 1000.0, 3), &["step 3", "smaller learning rate"]);

    // the first step of Adam, with weights that another one has spoilt
    let w = variable(ones([2])).named("w");
    let loss = reduce_sum(exp(square(w)));
    let (wild, step) = (GradientDescentOptimizer::new(1e10).minimize(loss), AdamOptimizer::new(0.001).minimize(loss));
    let mut sess = Session::new();
    sess.initialize(wild).unwrap();
    sess.run(wild, []).unwrap();
    sess.initialize_missing(step).unwrap();
    assert_says(&sess.run(step, []).unwrap_err().to_string(), &["step 0", "smaller learning rate"]);
}

#[test]
fn a_single_number_of_many_that_is_not_finite_is_found_whoever_computes_it() {
    for (threads, at) in [(1, 0), (2, 0), (2, 49_999), (2, 100_000), (7, 77_777)] {
        let start = Array1::from_shape_fn(100_001, |i| if i == at { 1e10_f32 } else { 1.0 });
        let v = variable(&start);
        // the one weight goes beyond f32 in the first, the mean square of its gradient in the second
        let descent = GradientDescentOptimizer::new(1e29).minimize(reduce_sum(square(v)));
        let adam = AdamOptimizer::new(0.1).minimize(reduce_sum(square(v)) * 1e12);
        for (step, what) in [(descent, "the new value of"), (adam, "adam v of variable [100001], which the optimizer")]
        {
            let mut sess = Session::new().threads(threads);
            sess.initialize(step).unwrap();
            let error = sess.run(step, []).unwrap_err();
            assert!(matches!(error, Error::NotFinite(_)), "{error}");
            assert_says(&error.to_string(), &[what]);
            assert_eq!(sess.run(v, []).unwrap(), start.clone().into_dyn());
        }
    }
}

#[test]
fn numbers_out_of_range_refuse_the_run() {
    let (x, pkeep, rate) = (placeholder([NONE, 2]), placeholder(()), placeholder(()));
    let w = variable(ones([2]));
    let loss = reduce_sum(dropout(x * w, pkeep));
    let step = GradientDescentOptimizer::new(rate).minimize(loss);
    let given = placeholder(());
    let clipped = clip_by_norm(w, given);
    let (decayed, decaying) = (exponential_decay(1, 1, given, 0.5), exponential_decay(1, 1, 2, given));
    let averages = ExponentialMovingAverage::new(0.9, given).apply([w]);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let images = Array2::<f32>::ones((3, 2));
    let mut run =
        |p: f32, r: f32| sess.run(step, feed! { x => images, pkeep => p, rate => r }).map_err(|e| e.to_string());
    for bad in [0.0, -0.5, 1.5, f32::NAN] {
        assert_says(&run(bad, 0.1).unwrap_err(), &["pkeep", &bad.to_string()]);
    }
    for bad in [-0.1, f32::NAN, f32::INFINITY] {
        assert_says(&run(0.5, bad).unwrap_err(), &["learning rate", &bad.to_string()]);
    }
    run(0.5, 0.1).unwrap();
    sess.initialize(averages).unwrap();
    for bad in [-1.0, f32::NAN, f32::INFINITY] {
        let fed = || feed! { given => bad };
        let found = &*bad.to_string();
        assert_says(&sess.run(clipped, fed()).unwrap_err().to_string(), &["norm", found]);
        assert_says(&sess.run(decayed, fed()).unwrap_err().to_string(), &["decay_steps", found]);
        assert_says(&sess.run(decaying, fed()).unwrap_err().to_string(), &["decay_rate", found]);
        assert_says(&sess.run(averages, fed()).unwrap_err().to_string(), &["number of the step", found]);
    }
    sess.run((clipped, decayed, decaying, averages), feed! { given => 1 }).unwrap();
}

#[test]
fn convolutions_and_pools_that_cannot_be() {
    let x = placeholder([NONE, 4, 5, 2]).named("x");
    let filter = |dims: [usize; 4]| variable(zeros(dims)).named("filter");
    assert_says(&stopped(|| conv2d(x, filter([5, 3, 2, 1]), [1, 1, 1, 1], VALID)), &["5×3", "4×5", "SAME"]);
    assert_says(&stopped(|| conv2d(x, filter([3, 3, 1, 6]), [1, 1, 1, 1], SAME)), &["x", "2 channels", "filter", "1"]);
    assert_says(&stopped(|| conv2d(x, filter([3, 3, 2, 6]), [1, 0, 1, 1], SAME)), &["strides", "[1, 0, 1, 1]"]);
    assert_says(&stopped(|| conv2d(x, filter([3, 3, 2, 6]), [2, 1, 1, 2], SAME)), &["strides", "[2, 1, 1, 2]"]);
    assert_says(&stopped(|| conv2d(filter([3, 3, 2, 6]), x, [1, 1, 1, 1], SAME)), &["conv2d", "[3, 3, 2, 6]"]);
    assert_says(&stopped(|| max_pool(x, [1, 5, 5, 1], [1, 1, 1, 1], VALID)), &["max_pool", "5×5", "4×5"]);
    assert_says(&stopped(|| avg_pool(x, [1, 0, 2, 1], [1, 1, 1, 1], SAME)), &["avg_pool", "[1, 0, 2, 1]"]);
    assert_says(&stopped(|| concat(x, placeholder([NONE, 3, 5, 2]), 2)), &["concat", "[?, 3, 5, 2]", "2"]);
    assert_says(&stopped(|| ExponentialMovingAverage::new(0.9, 1).average(x)), &["x", "apply"]);
}
