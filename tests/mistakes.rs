//! Every mistake gets one sentence that says what, where, what was found and what was expected, and nothing is lost.
use digitos::ndarray::{Array1, Array2, Array4};
use digitos::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The sentence that a mistake in building a graph stops with.
fn stopped<T>(build: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(build)).err().expect("a mistake");
    *panic.downcast::<String>().expect("a sentence")
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
    assert_says(&stopped(|| matmul(images, w)), &["matmul", "[?, 28, 28, 1]", "reshape"]);
    assert_says(&stopped(|| matmul(x, transpose(x))), &["[?, 784]", "[784, ?]", "only one"]);
    let b = variable(zeros([9])).named("b");
    let scores = placeholder([NONE, 10]);
    assert_says(&stopped(|| scores + b), &["add", "[?, 10]", "[9]", "b"]);
    assert_says(&stopped(|| scores + placeholder([20, 10])), &["[?, 10]", "[20, 10]"]);
    assert_says(&stopped(|| reshape(images, [-1, 785])), &["reshape", "[?, 28, 28, 1]", "[?, 785]", "784"]);
    assert_says(&stopped(|| reshape(images, [100, 784])), &["reshape", "-1"]);
    assert_says(&stopped(|| reshape(w, [10, 10])), &["reshape", "7850", "100"]);
    assert_says(&stopped(|| reshape(w, [-1, -1])), &["reshape", "only one"]);
    assert_says(&stopped(|| argmax(scores, 2)), &["argmax", "2"]);
    assert_says(&stopped(|| argmax(scores, 0)), &["argmax", "images"]);
    assert_says(&stopped(|| softmax(Tensor::from(1))), &["softmax", "[]"]);
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
}

#[test]
fn steps_that_cannot_train_are_refused() {
    let w = variable(zeros([2]));
    let loss = reduce_sum(w);
    assert_says(&stopped(|| GradientDescentOptimizer::new(-0.1)), &["learning rate", "-0.1"]);
    assert_says(&stopped(|| GradientDescentOptimizer::new(f64::NAN)), &["learning rate", "NaN"]);
    assert_says(&stopped(|| GradientDescentOptimizer::new(w)), &["learning rate", "[2]"]);
    let untrainable = reduce_sum(placeholder([3]));
    assert_says(&stopped(|| GradientDescentOptimizer::new(0.1).minimize(untrainable)), &["no variable"]);
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
    assert_says(&sentence, &["loss", "step 1", "learning rate"]);
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
fn a_single_number_of_many_that_is_not_finite_is_found_whoever_computes_it() {
    for (threads, at) in [(1, 0), (2, 0), (2, 49_999), (2, 100_000), (7, 77_777)] {
        let start = Array1::from_shape_fn(100_001, |i| if i == at { 1e10_f32 } else { 1.0 });
        let v = variable(&start);
        // the one weight goes beyond f32 in the first, the mean square of its gradient in the second
        let descent = GradientDescentOptimizer::new(1e29).minimize(reduce_sum(square(v)));
        let adam = AdamOptimizer::new(0.1).minimize(reduce_sum(square(v)) * 1e12);
        for step in [descent, adam] {
            let mut sess = Session::new().threads(threads);
            sess.initialize(step).unwrap();
            let error = sess.run(step, []).unwrap_err();
            assert!(matches!(error, Error::NotFinite(_)), "{error}");
            assert_says(&error.to_string(), &["new value of"]);
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
