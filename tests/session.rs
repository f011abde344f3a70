//! What a session promises: typed results, values from before the update, the same bits from the same seed.
use digitos::ndarray::{Array2, ArrayD, Axis, array};
use digitos::*;

/// A net of one layer: placeholders for images of four pixels and labels of three classes, the loss, its step, w and b.
fn net() -> (Tensor, Tensor, Scalar, Step, Tensor, Tensor) {
    let x = placeholder([NONE, 4]).named("x");
    let y_ = placeholder([NONE, 3]).named("y_");
    let w = variable(truncated_normal([4, 3], 0.1)).named("w");
    let b = variable(zeros([3])).named("b");
    let y = softmax(matmul(x, w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000;
    (x, y_, loss, GradientDescentOptimizer::new(0.01).minimize(loss), w, b)
}

fn batch(n: usize) -> (Array2<f32>, Array2<f32>) {
    let images = Array2::from_shape_fn((n, 4), |(i, j)| ((i * 7 + j * 3) % 5) as f32 / 5.0);
    (images, Array2::from_shape_fn((n, 3), |(i, j)| if i % 3 == j { 1.0 } else { 0.0 }))
}

#[test]
fn results_come_in_the_type_of_what_was_fetched() {
    let x = placeholder([NONE, 3]);
    let largest = argmax(x, 1);
    let is_last = equal(largest, 2);
    let images = array![[1.0, 5.0, 2.0], [0.0, 1.0, 3.0]];
    let mut sess = Session::new();
    let fed = feed! { x => images };
    let (tensor, (scalar, indices), [mask, _], list) =
        sess.run((x * 2, (reduce_mean(x), largest), [is_last, is_last], vec![reduce_sum(x); 2]), fed).unwrap();
    let (tensor, indices, mask): (ArrayD<f32>, ArrayD<usize>, ArrayD<bool>) = (tensor, indices, mask);
    assert_eq!(tensor, array![[2.0, 10.0, 4.0], [0.0, 2.0, 6.0]].into_dyn());
    assert_eq!(scalar, 2.0);
    assert_eq!(indices, array![1, 2].into_dyn());
    assert_eq!(mask, array![false, true].into_dyn());
    assert_eq!(list, [12.0, 12.0]);
}

#[test]
fn anything_numeric_can_be_fed() {
    let (x, k) = (placeholder([NONE, 2]), placeholder(()));
    let y = x * k;
    let mut sess = Session::new();
    let expected = array![[2.0, 4.0]].into_dyn();
    assert_eq!(sess.run(y, feed! { x => array![[1u8, 2]], k => 2 }).unwrap(), expected);
    assert_eq!(sess.run(y, feed! { x => array![[1.0f64, 2.0]], k => 2.0 }).unwrap(), expected);
    assert_eq!(sess.run(y, feed! { x => array![[1i32], [2]].t(), k => 2usize }).unwrap(), expected);
    assert_eq!(sess.run(y, feed! { x => array![[1.0f32, 2.0]].into_dyn(), k => array![2.0].sum() }).unwrap(), expected);
    assert_eq!(sess.run(y, feed! { x => array![[true, false]], k => true }).unwrap(), array![[1.0, 0.0]].into_dyn());
}

#[test]
fn what_needs_no_variable_runs_before_initialize() {
    let mut sess = Session::new();
    assert_eq!(sess.run(ones([2]) / 4 + 1.5, []).unwrap(), array![1.75f32, 1.75].into_dyn());
    assert_eq!(sess.run(argmax(Tensor::from(array![[3, 9, 1]]), 1), []).unwrap(), array![1].into_dyn());
}

#[test]
fn the_same_numbers_in_another_shape_are_not_the_same_operand() {
    let v = Tensor::from(array![1, 2, 4]);
    let column = reshape(v, [3, 1]);
    let [a, b] = Session::new().run([column - v, v - column], []).unwrap();
    assert_eq!(a, array![[0.0, -1.0, -3.0], [1.0, 0.0, -2.0], [3.0, 2.0, 0.0]].into_dyn());
    assert_eq!(b, -a);

    let [a, b] = [(); 2].map(|()| variable(zeros([3, 3])));
    let loss = reduce_sum((reduce_sum_axes(a, [0]) + reduce_sum_axes(b, [1])) * v);
    let mut sess = Session::new();
    sess.initialize(loss).unwrap();
    let [by_a, by_b] = sess.run(gradients(loss, [a, b]), []).unwrap();
    assert_eq!(by_a, array![[1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [1.0, 2.0, 4.0]].into_dyn());
    assert_eq!(by_b, array![[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [4.0, 4.0, 4.0]].into_dyn());
}

#[test]
fn fetches_are_read_before_any_update() {
    let (x, y_, loss, step, w, _) = net();
    let (images, labels) = batch(10);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let before = sess.run(w, []).unwrap();
    let (seen, _, first) = sess.run((w, step, loss), feed! { x => images, y_ => labels }).unwrap();
    assert_eq!(seen, before);
    assert_ne!(sess.run(w, []).unwrap(), before);
    let second = sess.run(loss, feed! { x => images, y_ => labels }).unwrap();
    assert!(second < first, "{second} after {first}");
}

#[test]
fn a_step_that_is_listed_twice_is_done_once() {
    let (x, y_, _, step, w, b) = net();
    let (images, labels) = batch(10);
    let once = trained_with(step, w, b, x, y_);
    let mut sess = Session::new();
    for listed in [vec![step], vec![step; 2], vec![step; 3]] {
        sess.initialize(step).unwrap();
        sess.run(listed, feed! { x => images, y_ => labels }).unwrap();
        assert_eq!(sess.run([w, b], []).unwrap(), once);
    }
    sess.initialize(step).unwrap();
    sess.run((step, (step, [step])), feed! { x => images, y_ => labels }).unwrap();
    assert_eq!(sess.run([w, b], []).unwrap(), once);
}

/// The weights and biases after one step on ten images.
fn trained_with(step: Step, w: Tensor, b: Tensor, x: Tensor, y_: Tensor) -> [ArrayD<f32>; 2] {
    let (images, labels) = batch(10);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.run(step, feed! { x => images, y_ => labels }).unwrap();
    sess.run([w, b], []).unwrap()
}

#[test]
fn two_steps_that_change_the_same_variable_cannot_be_one_run() {
    let (x, y_, loss, step, w, b) = net();
    let other = MomentumOptimizer::new(0.01, 0.9).minimize(loss);
    let (images, labels) = batch(10);
    let mut sess = Session::new();
    sess.initialize((step, other)).unwrap();
    let start = sess.run([w, b], []).unwrap();
    let refused = sess.run((step, other), feed! { x => images, y_ => labels }).unwrap_err();
    assert!(matches!(refused, Error::Session(_)));
    assert!(
        refused.to_string().contains("w [4, 3]") && refused.to_string().contains("one after the other"),
        "{refused}"
    );
    assert_eq!(sess.run([w, b], []).unwrap(), start);
    sess.run(step, feed! { x => images, y_ => labels }).unwrap();
    sess.run(other, feed! { x => images, y_ => labels }).unwrap();
}

#[test]
fn what_needs_only_the_number_of_images_is_fed_them() {
    let (x, b) = (placeholder([NONE, 3]).named("x"), variable(zeros([3])).named("b"));
    let [db] = gradients(reduce_mean(x + b), [b]);
    let mut sess = Session::new();
    sess.initialize(b).unwrap();
    for n in [1, 2, 17, 100] {
        let images = Array2::<f32>::ones((n, 3));
        assert_eq!(sess.run(db, feed! { x => images }).unwrap(), ArrayD::from_elem(vec![3], 1.0 / 3.0), "{n} images");
    }
    let refused = sess.run(db, []).unwrap_err().to_string();
    assert!(refused.contains("how many images"), "{refused}");

    // what is not needed may be fed, as long as it fits and belongs to the same batch
    let (two, three) = (Array2::<f32>::ones((2, 3)), Array2::<f32>::ones((3, 3)));
    let y = placeholder([NONE, 3]);
    assert_eq!(sess.run(b, feed! { x => two }).unwrap(), ArrayD::zeros(vec![3]));
    assert_eq!(sess.run(reduce_sum(x), feed! { x => two, y => two }).unwrap(), 6.0);
    assert!(sess.run(reduce_sum(x), feed! { x => two, y => three }).is_err());
    assert!(sess.run(b, feed! { x => array![[1.0]] }).is_err());
}

#[test]
fn initialize_missing_keeps_what_is_trained() {
    let (x, y_, loss, step, w, b) = net();
    let (images, labels) = batch(10);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.run(step, feed! { x => images, y_ => labels }).unwrap();
    let trained = sess.run([w, b], []).unwrap();

    // another optimizer begins: its own variables have no value yet, and the sentence says how they get one
    let adam = AdamOptimizer::new(0.01).minimize(loss);
    let advice = sess.run(adam, feed! { x => images, y_ => labels }).unwrap_err().to_string();
    assert!(advice.contains("sess.initialize_missing(step)") && !advice.contains("sess.initialize(step)"), "{advice}");
    sess.initialize_missing(adam).unwrap();
    assert_eq!(sess.run([w, b], []).unwrap(), trained);
    sess.run(adam, feed! { x => images, y_ => labels }).unwrap();
    assert_ne!(sess.run([w, b], []).unwrap(), trained);

    // where nothing has a value, it is the same as initialize
    let mut new = Session::new();
    let advice = new.run(adam, feed! { x => images, y_ => labels }).unwrap_err().to_string();
    assert!(advice.contains("sess.initialize(step)"), "{advice}");
    new.initialize_missing(adam).unwrap();
    let mut usual = Session::new();
    usual.initialize(adam).unwrap();
    assert_eq!(new.run([w, b], []).unwrap(), usual.run([w, b], []).unwrap());
}

#[test]
fn a_variable_can_start_from_another_in_any_order() {
    let a = variable(truncated_normal([3], 1.0)).named("a");
    let copy = variable(a * 2).named("copy");
    let third = variable(copy + 1).named("third");
    for together in [vec![a, copy, third], vec![third, copy, a], vec![copy, third], vec![third]] {
        let mut sess = Session::new();
        sess.initialize(together.clone()).unwrap();
        let [a, copy, third] = sess.run([a, copy, third], []).unwrap();
        assert_eq!(copy, &a * 2.0, "{together:?}");
        assert_eq!(third, &copy + 1.0);
    }
    // a fresh copy of a variable that is not initialised anew takes the value that it has
    let mut sess = Session::new();
    sess.initialize(a).unwrap();
    let step = GradientDescentOptimizer::new(0.1).minimize(reduce_sum(a));
    sess.run(step, []).unwrap();
    sess.initialize(copy).unwrap();
    let [a, copy] = sess.run([a, copy], []).unwrap();
    assert_eq!(copy, a * 2.0);
}

#[test]
fn a_refused_initialisation_changes_nothing() {
    let (w, fed) = (variable(zeros([2])).named("w"), placeholder([2]));
    let bad = variable(fed * 1.5);
    let step = GradientDescentOptimizer::new(1).minimize(reduce_sum(w));
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.run(step, []).unwrap();
    let refused = sess.initialize(w + bad).unwrap_err().to_string();
    assert!(refused.contains("initial value") && refused.contains("placeholder [2]"), "{refused}");
    assert_eq!(sess.run(w, []).unwrap(), array![-1.0f32, -1.0].into_dyn());
}

#[test]
fn a_loss_that_is_not_finite_is_told_with_the_step_of_its_own_variables() {
    let (w, v) = (variable(ones(())).named("w"), variable(ones(())).named("v"));
    let rate = placeholder(());
    let step = GradientDescentOptimizer::new(rate).minimize(reduce_sum(log(w)));
    let other = GradientDescentOptimizer::new(rate).minimize(reduce_sum(v));
    let mut sess = Session::new();
    sess.initialize((step, other)).unwrap();
    let refused_at =
        |sess: &mut Session| sess.run(step, feed! { rate => 1e30 }).and(sess.run(step, feed! { rate => 0 }));
    (0..3).for_each(|_| sess.run(step, feed! { rate => 0 }).unwrap());
    (0..5).for_each(|_| sess.run(other, feed! { rate => 0 }).unwrap());
    assert!(refused_at(&mut sess).unwrap_err().to_string().contains("at step 4 "));
    // a step counts from the start of what it changes, whatever was given to initialize
    sess.initialize(reduce_sum(log(w))).unwrap();
    assert!(refused_at(&mut sess).unwrap_err().to_string().contains("at step 1 "));
}

#[test]
fn sums_along_any_dimensions_keep_their_digits() {
    let mut sess = Session::new();
    // 0.1 is not a number of base two: each of three million additions of an f32 would lose a little
    let tall = Tensor::from(ndarray::Array2::<f32>::from_elem((3_000_000, 2), 0.1));
    let wide = Tensor::from(ndarray::Array2::<f32>::from_elem((2, 3_000_000), 0.1));
    for (sums, what) in [(reduce_sum_axes(tall, [0]), "columns"), (reduce_sum_axes(wide, [1]), "rows")] {
        let sums = sess.run(sums, []).unwrap();
        assert!(sums.iter().all(|sum| (sum - 300_000.0).abs() < 0.1), "{what}: {sums}");
    }
    let x = placeholder([NONE, 3_000_000]);
    let image = Array2::<f32>::from_elem((1, 3_000_000), 0.1);
    let sum = sess.run(reduce_sum_axes(x, [1]), feed! { x => image }).unwrap();
    assert!((sum.sum() - 300_000.0).abs() < 1.0, "the numbers of an image: {sum}");

    let mean = avg_pool(reshape(x, [-1, 1500, 2000, 1]), [1, 1500, 2000, 1], [1, 1500, 2000, 1], VALID);
    let mean = sess.run(mean, feed! { x => image }).unwrap();
    assert!((mean.sum() - 0.1).abs() < 1e-6, "the mean of a window: {mean}");

    let (column, row) = (ones([3_000_000, 1]), ones([1, 3_000_000]));
    let products = [
        (matmul(wide, column), "of two matrices"),
        (matmul(transpose(tall), column), "of a transpose"),
        (matmul(x, column), "of images"),
        (matmul(x, transpose(row)), "of images with a transpose"),
    ];
    for (product, what) in products {
        let sums = sess.run(product, feed! { x => image }).unwrap();
        assert!(sums.iter().all(|sum| (sum - 300_000.0).abs() < 1.0), "products {what}: {sums}");
    }
}

#[test]
fn gradients_by_weights_keep_their_digits_over_a_whole_data_set() {
    let images = 60_000;
    let mut sess = Session::new();
    let (x, w) = (placeholder([NONE, 1]), variable(ones([1, 20])));
    let [dw] = gradients(reduce_sum(matmul(x, w)), [w]);
    sess.initialize(w).unwrap();
    let tenths = Array2::<f32>::from_elem((images, 1), 0.1);
    let dw = sess.run(dw, feed! { x => tenths }).unwrap();
    assert!(dw.iter().all(|dw| (dw - 6000.0).abs() < 0.1), "{dw}");

    let (x, filter) = (placeholder([NONE, 2, 2, 1]), variable(ones([2, 2, 1, 3])));
    let [df] = gradients(reduce_sum(conv2d(x, filter, [1, 2, 2, 1], SAME)), [filter]);
    sess.initialize(filter).unwrap();
    let tenths = ndarray::Array4::<f32>::from_elem((images, 2, 2, 1), 0.1);
    let df = sess.run(df, feed! { x => tenths }).unwrap();
    assert!(df.iter().all(|df| (df - 6000.0).abs() < 0.1), "{df}");
}

#[test]
fn a_length_beyond_the_largest_number_is_not_taken_for_infinite() {
    let mut sess = Session::new();
    let long = Tensor::from(array![3e30, 4e30]);
    // the squares add up to infinity: the length is unknown, and no zero is made of the tensor in silence
    assert!(sess.run(clip_by_norm(long, 1), []).unwrap().iter().all(|x| x.is_nan()));
    let w = variable(ones([2]));
    let step = GradientDescentOptimizer::new(0.1).clip_by_norm(1).minimize(reduce_sum(w * 1e25));
    sess.initialize(step).unwrap();
    assert!(matches!(sess.run(step, []).unwrap_err(), Error::NotFinite(_)));
    assert_eq!(sess.run(clip_by_norm(Tensor::from(array![3.0, 4.0]), 1), []).unwrap(), array![0.6f32, 0.8].into_dyn());
}

#[test]
fn where_nothing_goes_through_the_gradient_is_zero_even_if_it_is_infinite_behind() {
    let x = variable(constant(-1, ()));
    let mut sess = Session::new();
    sess.initialize(x).unwrap();
    for y in [maximum(x, 0), relu(x), minimum(-x, 0) * -1] {
        let [dx] = gradients(reduce_sum(sqrt(y)), [x]);
        assert_eq!(sess.run(dx, []).unwrap().sum(), 0.0, "√{y} at -1");
    }
}

#[test]
fn building_a_graph_takes_no_memory_by_the_size_of_its_tensors() {
    let start = std::time::Instant::now();
    for _ in 0..100 {
        let (column, row) = (placeholder([60_000, 1]), placeholder([60_000]));
        assert_eq!((column + row).shape(), [60_000, 60_000]);
        gradients(reduce_sum(column * row), [column, row]);
    }
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn a_session_and_a_step_can_be_printed() {
    let (.., step, _, _) = net();
    let mut sess = Session::with_seed(3).threads(2);
    sess.initialize(step).unwrap();
    assert_eq!(format!("{sess:?}"), "Session { seed: 3, threads: 2, variables: 2 }");
    assert_eq!(format!("{step} {step:?}"), "step [] step []");
}

#[test]
fn initialize_again_starts_again() {
    let (x, y_, loss, step, w, b) = net();
    let (images, labels) = batch(33);
    let mut sess = Session::with_seed(7);
    sess.initialize(step).unwrap();
    let start = sess.run([w, b], []).unwrap();
    let mut losses = || {
        let mut run = || sess.run((loss, step), feed! { x => images, y_ => labels }).unwrap().0;
        let losses = [run(), run(), run()];
        sess.initialize(step).unwrap();
        losses
    };
    assert_eq!(losses(), losses());
    assert_eq!(sess.run([w, b], []).unwrap(), start);
}

#[test]
fn the_start_depends_on_the_seed_and_on_the_place_in_the_graph_alone() {
    let start = |seed| {
        let (.., step, w, _) = net();
        let mut sess = Session::with_seed(seed);
        sess.initialize(step).unwrap();
        sess.run(w, []).unwrap()
    };
    assert_eq!(start(1), start(1));
    assert_ne!(start(1), start(2));
    let (v, w) = (variable(truncated_normal([4], 1.0)), variable(truncated_normal([4], 1.0)));
    let mut sess = Session::new();
    sess.initialize(v + w).unwrap();
    let [v, w] = sess.run([v, w], []).unwrap();
    assert_ne!(v, w);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for n in [1, 15, 16, 17, 100, 333] {
        let (x, y_, loss, step, w, b) = net();
        let (images, labels) = batch(n);
        let trained = [1, 2, 3, 7].map(|threads| {
            let mut sess = Session::new().threads(threads);
            sess.initialize(step).unwrap();
            let losses: Vec<f32> =
                (0..5).map(|_| sess.run((loss, step), feed! { x => images, y_ => labels }).unwrap().0).collect();
            (losses, sess.run([w, b], []).unwrap())
        });
        assert!(trained.iter().all(|t| *t == trained[0]), "{n} images");
    }
}

#[test]
fn parts_of_large_maps_give_the_same_bits_whichever_thread_does_them() {
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let mut h = x;
    for (outputs, stride) in [(4, 1), (6, 2)] {
        let filter = variable(truncated_normal([5, 5, h.shape()[3], outputs], 0.2));
        h = relu(batch_norm(conv2d(h, filter, [1, stride, stride, 1], SAME), 0, 0, variable(zeros([outputs]))).0);
    }
    let h = reshape(h, [-1, 14 * 14 * 6]);
    let logits = matmul(h, variable(truncated_normal([14 * 14 * 6, 10], 0.1)));
    let loss = reduce_mean(softmax_cross_entropy_with_logits(logits, y_));
    let step = AdamOptimizer::new(0.01).minimize(loss);
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    for n in [3, 40] {
        let batch = mnist.train.next_batch(n).unwrap();
        let trained = [1, 2, 7].map(|threads| {
            let mut sess = Session::new().threads(threads);
            sess.initialize(step).unwrap();
            let fed = || feed! { x => batch.images, y_ => batch.labels };
            let losses: Vec<f32> = (0..20).map(|_| sess.run((loss, step), fed()).unwrap().0).collect();
            (losses, sess.run(logits, feed! { x => batch.images }).unwrap())
        });
        assert!(trained.iter().all(|t| *t == trained[0]), "{n} images");
    }
}

#[test]
fn truncated_normal_stays_within_two_deviations() {
    let mut sess = Session::with_seed(3);
    let values = sess.run(truncated_normal([100_000], 0.5), []).unwrap();
    assert!(values.iter().all(|x| x.abs() <= 1.0));
    let mean = values.mean().unwrap();
    let deviation = values.mapv(|x| (x - mean) * (x - mean)).mean().unwrap().sqrt();
    // a normal distribution cut at two deviations keeps 0.8796 of its own
    assert!(mean.abs() < 0.005 && (deviation - 0.4398).abs() < 0.005, "{mean} {deviation}");
}

#[test]
fn a_loss_from_a_probability_that_underflows_is_finite() {
    let z = placeholder([NONE, 2]);
    let y_ = placeholder([NONE, 2]);
    let y = softmax(z);
    let loss = -reduce_sum(y_ * log(y));
    let by_name = -reduce_sum(y_ * log(reshape(y, [-1, 2]).named("p") * 1));
    let [dz] = gradients(loss, [z]);
    let mut sess = Session::new();
    let (scores, labels) = (array![[0.0, 200.0]], array![[1.0, 0.0]]);
    let (y, loss, dz, by_name) = sess.run((y, loss, dz, by_name), feed! { z => scores, y_ => labels }).unwrap();
    assert_eq!(by_name, 200.0, "and so it is by another name");
    assert_eq!(y[[0, 0]], 0.0);
    assert_eq!(loss, 200.0);
    assert_eq!(dz, array![[-1.0, 1.0]].into_dyn());
}

#[test]
fn two_variables_can_exchange_roles_in_one_graph() {
    // the update of one variable reads the other: both must read the values from before the step
    let (a, b) = (variable(constant(2.0, ())), variable(constant(5.0, ())));
    let loss = reduce_sum(a * b);
    let step = GradientDescentOptimizer::new(1).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.run(step, []).unwrap();
    let (a, b) = sess.run((a, b), []).unwrap();
    assert_eq!((a.sum(), b.sum()), (-3.0, 3.0));
}

#[test]
fn dropout_keeps_the_given_share_and_the_sum() {
    let (x, pkeep) = (placeholder([NONE, 50]), placeholder(()));
    let y = dropout(x, pkeep);
    let ones = Array2::<f32>::ones((1000, 50));
    let mut sess = Session::new();
    let first = sess.run(y, feed! { x => ones, pkeep => 0.75 }).unwrap();
    let kept = first.iter().filter(|&&y| y != 0.0).count() as f32 / 50_000.0;
    assert!((kept - 0.75).abs() < 0.01, "{kept}");
    assert!(first.iter().all(|&y| y == 0.0 || (y - 1.0 / 0.75).abs() < 1e-6));
    // other numbers in each run, the same ones from the same start, and none in a test
    assert_ne!(sess.run(y, feed! { x => ones, pkeep => 0.75 }).unwrap(), first);
    assert_eq!(Session::new().threads(1).run(y, feed! { x => ones, pkeep => 0.75 }).unwrap(), first);
    assert_eq!(sess.run(y, feed! { x => ones, pkeep => 1 }).unwrap(), ones.into_dyn());
}

#[test]
fn the_gradient_of_dropout_uses_the_same_mask() {
    let x = placeholder([NONE, 40]);
    let y = dropout(x, 0.5);
    let [dx] = gradients(reduce_sum(y), [x]);
    let images = Array2::<f32>::ones((20, 40));
    let (y, dx) = Session::new().run((y, dx), feed! { x => images }).unwrap();
    assert_eq!(y, dx);
}

#[test]
fn adam_follows_its_formula() {
    let w = variable(constant(2.0, ())).named("w");
    let (rate, step_number) = (placeholder(()), placeholder(()));
    let decayed = exponential_decay(rate, step_number, 10, 0.5);
    let step = AdamOptimizer::new(decayed).minimize(reduce_sum(square(w)));
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let (mut expected, mut m, mut v) = (2.0f64, 0.0, 0.0);
    for t in 1..=30 {
        sess.run(step, feed! { rate => 0.1, step_number => t }).unwrap();
        let (gradient, rate) = (2.0 * expected, 0.1 * 0.5f64.powf(f64::from(t) / 10.0));
        m = 0.9 * m + 0.1 * gradient;
        v = 0.999 * v + 0.001 * gradient * gradient;
        expected -= rate * (1.0 - 0.999f64.powi(t)).sqrt() / (1.0 - 0.9f64.powi(t)) * m / (v.sqrt() + 1e-8);
        let found = sess.run(w, []).unwrap().sum();
        assert!((f64::from(found) - expected).abs() < 1e-4, "step {t}: {found} instead of {expected}");
    }
}

#[test]
fn momentum_follows_its_formula() {
    let w = variable(constant(2.0, ()));
    let step = MomentumOptimizer::new(0.1, 0.9).minimize(reduce_sum(square(w)));
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let (mut expected, mut v) = (2.0f64, 0.0);
    for t in 0..30 {
        sess.run(step, []).unwrap();
        v = 0.9 * v + 2.0 * expected;
        expected -= 0.1 * v;
        let found = sess.run(w, []).unwrap().sum();
        assert!((f64::from(found) - expected).abs() < 1e-4, "step {t}: {found} instead of {expected}");
    }
}

#[test]
fn moments_follow_their_definition_along_any_dimensions() {
    // 37 images, whose brightness differs, far from 0: a sum of squares would lose all that counts
    let images = ArrayD::from_shape_fn(vec![37, 3, 2, 4], |at| {
        let noise = ((at[0] * 31 + at[1] * 17 + at[2] * 7 + at[3] * 3) % 23) as f32;
        1000.0 + (at[0] % 5) as f32 + at[3] as f32 + noise / 23.0
    });
    let x = placeholder([NONE, 3, 2, 4]);
    let mut sess = Session::new();
    for axes in [vec![0], vec![1, 2], vec![0, 1, 2], vec![0, 3], vec![3, 1], vec![0, 1, 2, 3]] {
        let (mean, variance) = moments(x, axes.clone());
        let (mean, variance) = sess.run((mean, variance), feed! { x => images }).unwrap();
        let mut sorted = axes.clone();
        sorted.sort_unstable();
        let average = |numbers: ArrayD<f64>| {
            sorted.iter().rev().fold(numbers, |numbers, &axis| numbers.mean_axis(Axis(axis)).expect("some numbers"))
        };
        let numbers = images.mapv(f64::from);
        let exact = average(numbers.clone());
        let centre = sorted.iter().fold(exact.clone(), |centre, &axis| centre.insert_axis(Axis(axis)));
        let squares = average((numbers - &centre).mapv(|d| d * d));
        for (found, exact, within) in [(mean, exact, 1e-6), (variance, squares, 2e-4)] {
            assert_eq!(found.shape(), exact.shape(), "along {axes:?}");
            let alike = found.iter().zip(&exact).all(|(&found, exact)| (f64::from(found) / exact - 1.0).abs() < within);
            assert!(alike, "along {axes:?}: {found} for {exact}");
        }
    }
}
