//! Every gradient rule against central differences: (f(x + h) - f(x - h)) / 2h, for one number of x after the other.
use digitos::ndarray::{Array, ArrayD, IxDyn};
use digitos::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Numbers between -1 and 1 without pattern, the same at each call.
fn numbers(shape: &[usize], phase: f32) -> ArrayD<f32> {
    let mut k = 0.0;
    Array::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        (k * 12.9898 + phase).sin()
    })
}

/// Holds the gradient of a weighted sum of `f(x, v)` against differences: by the placeholder `x`, whose first dimension is
/// open in the graph, and by the variable `v`. Then the same with the gradient of that gradient.
#[track_caller]
fn check(x_shape: &[usize], v_shape: &[usize], f: impl Fn(Tensor, Tensor) -> Tensor) {
    let mut open = x_shape.to_vec();
    open[0] = NONE;
    let x = placeholder(open);
    let start = numbers(v_shape, 0.5);
    let v = variable(&start);
    let y = f(x, v);
    let images = numbers(x_shape, 0.1);
    let mut sess = Session::new().threads(2);
    sess.initialize(y).unwrap();
    let value = sess.run(y, feed! { x => images }).unwrap();
    // different weights for all numbers of y, so that no error cancels out
    let weights = numbers(value.shape(), 0.9);
    let turned = y.shape().get(1) == Some(&NONE);
    let all = if turned { weights.clone().reversed_axes() } else { weights.clone() };
    let fed_weights = placeholder(if turned { vec![NONE, y.shape()[0]] } else { y.shape().to_vec() });
    let loss = reduce_sum(y * if turned { transpose(fed_weights) } else { fed_weights });
    let [dx, dv] = gradients(loss, [x, v]);
    let (_, dx, dv) = sess.run((loss, dx, dv), feed! { x => images, fed_weights => all }).unwrap();
    assert_eq!((dx.shape(), dv.shape()), (x_shape, v_shape));

    let loss_at = |images: &ArrayD<f32>, start: &ArrayD<f32>| {
        // the same graph with the variable as a constant, in f32, but summed in f64
        let y = f(x, Tensor::from(start));
        let value = Session::new().threads(1).run(y, feed! { x => images }).unwrap();
        value.iter().zip(&weights).map(|(y, w)| f64::from(*y) * f64::from(*w)).sum::<f64>()
    };
    let h = 1e-2;
    let near = |found: f32, difference: f64, what: &str| {
        let error = (f64::from(found) - difference).abs();
        assert!(error < 2e-3 * (1.0 + difference.abs()), "{what}: {found} instead of {difference}");
    };
    for i in 0..images.len() {
        let at = |step: f32| {
            let mut images = images.clone();
            images.as_slice_mut().unwrap()[i] += step;
            loss_at(&images, &start)
        };
        near(dx.as_slice().unwrap()[i], (at(h) - at(-h)) / f64::from(2.0 * h), &format!("x[{i}]"));
    }
    for i in 0..start.len() {
        let at = |step: f32| {
            let mut start = start.clone();
            start.as_slice_mut().unwrap()[i] += step;
            loss_at(&images, &start)
        };
        near(dv.as_slice().unwrap()[i], (at(h) - at(-h)) / f64::from(2.0 * h), &format!("v[{i}]"));
    }
    // a gradient that is refused is a panic, which cannot be caught in WebAssembly
    if cfg!(panic = "unwind") {
        check_second(x_shape, v_shape, f);
    }
}

/// The gradient of a weighted sum of the gradients of [`check`]. Where the graph has none because they do not depend on
/// `x` or `v`, they must really not.
#[track_caller]
fn check_second(x_shape: &[usize], v_shape: &[usize], f: impl Fn(Tensor, Tensor) -> Tensor) {
    let mut open = x_shape.to_vec();
    open[0] = NONE;
    let (x, v) = (placeholder(open.clone()), placeholder(v_shape.to_vec()));
    let (at_x, at_v) = (numbers(x_shape, 0.1), numbers(v_shape, 0.5));
    let y = f(x, v);
    let value = Session::new().run(y, feed! { x => at_x, v => at_v }).unwrap();
    let turned = y.shape().get(1) == Some(&NONE);
    let weights = numbers(value.shape(), 0.9);
    let weights = if turned { weights.reversed_axes() } else { weights };
    let fed_weights = placeholder(if turned { vec![NONE, y.shape()[0]] } else { y.shape().to_vec() });
    let loss = reduce_sum(y * if turned { transpose(fed_weights) } else { fed_weights });
    let [dx, dv] = gradients(loss, [x, v]);
    let (weights_x, weights_v) = (numbers(x_shape, 2.1), numbers(v_shape, 3.2));
    let (by_x, by_v) = (placeholder(open), Tensor::from(&weights_v));
    let sum = reduce_sum(dx * by_x) + reduce_sum(dv * by_v);
    let all = [x, v, fed_weights, by_x];
    let mut sess = Session::new().threads(2);
    for (second, t, number_of) in [(gradient_if_any(sum, x), x, at_x.len()), (gradient_if_any(sum, v), v, at_v.len())] {
        let found = second.map(|second| {
            let fed = feed! { x => at_x, v => at_v, fed_weights => weights, by_x => weights_x };
            sess.run((second, all), fed).unwrap().0
        });
        for i in 0..number_of {
            let h = 1e-2;
            let mut at = |step: f32| {
                let (mut at_x, mut at_v) = (at_x.clone(), at_v.clone());
                (if t == x { &mut at_x } else { &mut at_v }).as_slice_mut().unwrap()[i] += step;
                let fed = feed! { x => at_x, v => at_v, fed_weights => weights, by_x => weights_x };
                let (dx, dv, _) = sess.run((dx, dv, all), fed).unwrap();
                let weighted = |d: &ArrayD<f32>, by: &ArrayD<f32>| {
                    d.iter().zip(by).map(|(d, by)| f64::from(*d) * f64::from(*by)).sum::<f64>()
                };
                weighted(&dx, &weights_x) + weighted(&dv, &weights_v)
            };
            // of both widths together, what depends on the width goes away
            let [wide, narrow] = [h, h / 2.0].map(|h| (at(h) - at(-h)) / f64::from(2.0 * h));
            let difference = (4.0 * narrow - wide) / 3.0;
            let found = found.as_ref().map_or(0.0, |found| f64::from(found.as_slice().unwrap()[i]));
            let error = (found - difference).abs();
            let what = if t == x { "x" } else { "v" };
            assert!(error < 3e-3 * (1.0 + difference.abs()), "second, {what}[{i}]: {found} instead of {difference}");
        }
    }
}

/// The gradient, or `None` where it is refused because it is zero everywhere.
fn gradient_if_any(loss: Scalar, t: Tensor) -> Option<Tensor> {
    let panic = match catch_unwind(AssertUnwindSafe(|| gradients(loss, [t]))) {
        Ok([gradient]) => return Some(gradient),
        Err(panic) => panic,
    };
    let sentence = *panic.downcast::<String>().expect("a sentence");
    assert!(sentence.contains("not computed from it") || sentence.contains("derivative is zero"), "{sentence}");
    None
}

#[test]
fn addition_and_subtraction() {
    check(&[3, 4], &[4], |x, v| x + v);
    check(&[17, 2, 3], &[2, 1], |x, v| 1 - x - v * 2);
    check(&[3, 1], &[5], |x, v| x - v);
}

#[test]
fn multiplication_and_division() {
    check(&[18, 4], &[4], |x, v| x * v);
    check(&[3, 4], &[1], |x, v| x * x * v);
    check(&[3, 4], &[4], |x, v| x / (v + 3));
    check(&[3, 4], &[4], |x, v| 2 / (x + 3) * v);
}

#[test]
fn exponential_logarithm_and_square() {
    check(&[17, 3], &[3], |x, v| exp(x * v));
    check(&[3, 3], &[3], |x, v| log(x + v + 3));
    check(&[3, 3], &[3], |x, v| square(x - v));
}

#[test]
fn softmax_and_its_logarithm() {
    check(&[17, 5], &[5], |x, v| softmax(x * v));
    check(&[3, 5], &[5], |x, v| log(softmax(x * 3 + v)));
    check(&[3, 2, 5], &[2, 5], |x, v| softmax(x + v));
}

#[test]
fn matrix_product_with_the_batch_in_any_place() {
    check(&[17, 5], &[5, 3], matmul);
    check(&[5, 19], &[19, 11], matmul);
    check(&[5, 3], &[4, 3], |x, v| matmul(x, transpose(v)));
    check(&[5, 3], &[4, 3], |x, v| matmul(v, transpose(x)));
    check(&[5, 3], &[3, 4], |x, v| matmul(transpose(v), transpose(x)));
    check(&[35, 3], &[2], |x, v| matmul(transpose(x), x * 2) * reduce_sum(v));
    check(&[20, 3], &[3, 4], |x, v| reduce_sum_axes(x, [0, 1]) * matmul(transpose(v), v));
    check(&[20, 3], &[3, 4], |x, v| reduce_sum_axes(x, [0, 1]) * matmul(v, transpose(v)));
}

#[test]
fn a_matrix_product_over_the_batch_is_exact_for_any_sizes() {
    for images in [1, 20, 530] {
        let sizes = [1, 3, 5, 8, 10, 11, 12, 13, 16, 17, 25, 37, 300];
        for (rows, columns) in sizes.into_iter().flat_map(|rows| sizes.map(|columns| (rows, columns))) {
            let [a, b] = [rows, columns].map(|n| placeholder([NONE, n]));
            // whole numbers, so that the order in which they are added does not matter
            let entry = |i: usize, j: usize| ((i * 7 + j * 3) % 11) as f32 - 5.0;
            let x = Array::from_shape_fn((images, rows), |(i, j)| entry(i, j));
            let z = Array::from_shape_fn((images, columns), |(i, j)| entry(j + 2, i));
            let y = Session::new().threads(2).run(matmul(transpose(a), b), feed! { a => x, b => z }).unwrap();
            assert_eq!(y, x.t().dot(&z).into_dyn(), "{images} images, {rows} by {columns}");
        }
    }
}

#[test]
fn reshape_and_transpose() {
    check(&[3, 2, 6], &[3, 4], |x, v| reshape(x, [-1, 3, 4]) * v);
    check(&[3, 2], &[3, 4], |x, v| reduce_mean(x) * reshape(transpose(v), [2, -1]));
    check(&[5, 4], &[4, 1], |x, v| transpose(x) * v);
}

#[test]
fn sums_and_means_along_any_dimensions() {
    check(&[18, 2, 3], &[3], |x, v| reduce_sum_axes(x, [0]) * v);
    check(&[3, 2, 3], &[3], |x, v| reduce_mean_axes(x * v, [0, 1]));
    check(&[3, 2, 3], &[3], |x, v| reduce_mean_axes(x * v, [-1]));
    check(&[3, 2, 3], &[3], |x, v| reduce_mean_axes(square(x * v), [1]));
    check(&[3, 2], &[4, 5], |x, v| x * reduce_mean_axes(square(v), [0, 1]));
    check(&[3, 5], &[4, 5], |x, v| x * reduce_sum_axes(square(v), [0]));
}

#[test]
fn a_value_that_mixes_the_images_can_be_used_for_each_of_them() {
    // what batch normalisation does: the mean of the batch, and then every image against it
    check(&[20, 3], &[3], |x, v| (x - reduce_mean_axes(x, [0])) * v);
    check(&[20, 3], &[3], |x, v| {
        let centred = x - reduce_mean_axes(x, [0]);
        centred / (reduce_mean_axes(square(centred), [0]) + 1) * v
    });
}

#[test]
fn a_node_that_is_used_twice_receives_both_gradients() {
    check(&[3, 4], &[4], |x, v| {
        let y = x * v;
        y * y + y
    });
}

#[test]
fn activations() {
    check(&[17, 4], &[4], |x, v| relu(x * 2 + v));
    check(&[3, 4], &[4], |x, v| leaky_relu(x + v, 0.1));
    check(&[17, 4], &[4], |x, v| sigmoid(x * 3 + v));
    check(&[3, 4], &[4], |x, v| tanh(x * 2 * v));
    check(&[3, 4], &[4], |x, v| sqrt(x + v + 3));
}

#[test]
fn convolution_with_any_stride_padding_and_kernel() {
    check(&[2, 5, 5, 2], &[3, 3, 2, 3], |x, v| conv2d(x, v, [1, 1, 1, 1], SAME));
    check(&[18, 4, 5, 1], &[2, 2, 1, 2], |x, v| conv2d(x, v, [1, 2, 2, 1], SAME));
    check(&[2, 6, 7, 2], &[4, 3, 2, 7], |x, v| conv2d(x, v, [1, 2, 3, 1], SAME));
    check(&[2, 6, 7, 3], &[2, 3, 3, 2], |x, v| conv2d(x, v, [1, 1, 2, 1], VALID));
    check(&[2, 7, 4, 1], &[5, 4, 1, 1], |x, v| conv2d(x, v, [3, 1], VALID));
    check(&[2, 3, 3, 1], &[5, 5, 1, 2], |x, v| conv2d(x, v, [1, 1, 1, 1], SAME));
    check(&[2, 2, 2, 1], &[7, 5, 1, 3], |x, v| conv2d(x, v, [1, 1, 1, 1], SAME));
    check(&[2, 5, 5, 1], &[1, 1, 1, 2], |x, v| conv2d(x, v, [1, 3, 3, 1], SAME));
}

/// Numbers far enough from each other that a small step does not change which one is the largest.
fn apart(shape: &[usize]) -> Tensor {
    let size: usize = shape.iter().product();
    let mut k = 0;
    Tensor::from(Array::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        (k * 7 % size) as f32
    }))
}

#[test]
fn pooling_with_windows_that_overlap_and_that_do_not() {
    for padding in [SAME, VALID] {
        check(&[2, 4, 4, 2], &[2], |x, v| {
            max_pool(x * 0.1 + apart(&[4, 4, 2]), [1, 2, 2, 1], [1, 2, 2, 1], padding) * v
        });
        check(&[2, 5, 4, 1], &[1], |x, v| {
            max_pool(x * 0.1 + apart(&[5, 4, 1]), [1, 3, 2, 1], [1, 1, 2, 1], padding) * v
        });
        check(&[18, 4, 4, 2], &[2], |x, v| avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], padding) * v);
        check(&[2, 5, 4, 1], &[1], |x, v| avg_pool(x, [3, 2], [2, 1], padding) * v);
    }
}

#[test]
fn losses_batch_normalisation_and_concatenation() {
    check(&[17, 4], &[4], |x, v| softmax_cross_entropy_with_logits(x * 3, softmax(v)));
    check(&[20, 3], &[3], |x, v| {
        let (mean, variance) = moments(x, [0]);
        batch_normalization(x, mean, variance, v, None, 0.1)
    });
    check(&[17, 2, 2, 3], &[3], |x, v| {
        let (mean, variance) = moments(x, [0, 1, 2]);
        batch_normalization(x, mean, variance, v * 2, Some(v), 0.1)
    });
    check(&[3, 2, 2], &[2, 2], |x, v| concat(x * v, x, 2));
    check(&[3, 2, 2], &[2, 2], |x, v| concat(x * v, x + v, 1));
    check(&[3, 2], &[2], |x, v| select(1, x * v, x) + select(0, x, v * x));
}

#[test]
fn the_largest_and_clipping() {
    check(&[3, 4], &[4], |x, v| reduce_max_axes(x * 3 + v, [1]));
    check(&[3, 2, 4], &[4], |x, v| reduce_max_axes(x * 3 - v, [0, 2]));
    check(&[4, 3], &[3], |x, v| Tensor::from(reduce_max(x + v * 3)) * v);
    check(&[4, 3], &[3], |x, v| maximum(x * 2, v * x) + minimum(x * 3, v * 2 + 0.1) * 3);
    check(&[4, 3], &[3], |x, v| clip_by_norm(v, 0.5) * x);
    check(&[4, 3], &[3], |x, v| clip_by_norm(v, 50) * x);
    check(&[4, 3], &[3], |x, v| {
        let ([a, b], length) = clip_by_global_norm([v, v * 2], 0.7);
        a * x + b * length
    });
}

/// By the definition of TensorFlow: those that are the largest together share the gradient.
#[test]
fn several_largest_share_the_gradient() {
    let x = placeholder([NONE, 3]);
    let [dx] = gradients(reduce_max(x), [x]);
    let mut sess = Session::new();
    let images = ndarray::array![[1.0_f32, 5.0, 5.0], [5.0, 0.0, 5.0]];
    let found = sess.run(dx, feed! { x => images }).unwrap();
    assert_eq!(found, ndarray::array![[0.0_f32, 0.25, 0.25], [0.25, 0.0, 0.25]].into_dyn());
    // as many in one image as in another, or not
    let images = ndarray::array![[1.0_f32, 5.0, 5.0], [5.0, 0.0, 1.0]];
    let third = 1.0 / 3.0;
    let shares = ndarray::array![[0.0_f32, third, third], [third, 0.0, 0.0]].into_dyn();
    assert_eq!(sess.run(dx, feed! { x => images }).unwrap(), shares);
    let fixed = variable(&images);
    let [by_fixed] = gradients(reduce_max(fixed), [fixed]);
    assert_eq!(Session::new().run(by_fixed, []).err().map(|e| e.to_string().contains("initialize")), Some(true));
    sess.initialize(fixed).unwrap();
    assert_eq!(sess.run(by_fixed, []).unwrap(), shares);
    // along the images and one of two other dimensions
    let y = placeholder([NONE, 2, 2]);
    let [dy] = gradients(reduce_sum(reduce_max_axes(y, [0, 1])), [y]);
    let images = ndarray::array![[[7.0, 1.0], [7.0, 2.0]], [[7.0, 3.0], [0.0, 3.0]]];
    let shares = ndarray::array![[[third, 0.0], [third, 0.0]], [[third, 0.5], [0.0, 0.5]]].into_dyn();
    assert_eq!(sess.run(dy, feed! { y => images }).unwrap(), shares);
}

/// Where a path had no gradient, it was once left out beside another path: 0.02 in place of -3.98.
#[test]
fn a_cast_of_numbers_passes_the_gradient() {
    let w = variable(constant(1, [2]));
    let loss = reduce_sum(square(cast(w) - 3)) + 0.01 * reduce_sum(square(w));
    let [dw] = gradients(loss, [w]);
    let mut sess = Session::new();
    sess.initialize(w).unwrap();
    assert_eq!(sess.run(dw, []).unwrap(), ndarray::array![-3.98_f32, -3.98].into_dyn());
    check(&[3, 4], &[4], |x, v| cast(x * v) * x);
    check(&[3, 4], &[4], |x, v| cast(equal(x, v)) * x + v * x);
}

#[test]
fn the_gradient_of_select_goes_to_the_tensor_that_was_taken_whatever_number_is_the_condition() {
    let (a, b, condition) = (variable(constant(2, [2])), variable(constant(5, [2])), placeholder(()));
    let loss = reduce_sum(square(select(condition, a, b)));
    let [da, db] = gradients(loss, [a, b]);
    let mut sess = Session::new();
    sess.initialize(loss).unwrap();
    for truth in [1.0, 0.5, 3.0, -1.0, f32::NAN, f32::INFINITY, 0.0, -0.0] {
        let (loss, da, db) = sess.run((loss, da, db), feed! { condition => truth }).unwrap();
        let expected = if truth != 0.0 { (8.0, 8.0, 0.0) } else { (50.0, 0.0, 20.0) };
        assert_eq!((loss, da.sum(), db.sum()), expected, "{truth}");
    }
    check(&[3, 2], &[2], |x, v| select(0.3, x * x * v, x * v) + select(0, x, v * x * x));
}

#[test]
fn clipping_a_gradient_of_zero_gives_zero_and_so_does_its_gradient() {
    let (v, norm) = (variable(zeros([3])), placeholder(()));
    let clipped = clip_by_norm(v, norm);
    let ([all], length) = clip_by_global_norm([v], norm);
    let [by_clipped] = gradients(reduce_sum(clipped), [v]);
    let [by_length] = gradients(length, [v]);
    let mut sess = Session::new();
    sess.initialize(v).unwrap();
    let values = sess.run([clipped, all, by_length, by_clipped], feed! { norm => 0.5 }).unwrap();
    for (value, expected) in values.iter().zip([0.0, 0.0, 0.0, 1.0]) {
        assert!(value.iter().all(|&x| x == expected), "{value} instead of {expected}");
    }
    // the step of a loss that is as low as can be stays where it is
    let step = GradientDescentOptimizer::new(0.1).clip_by_norm(norm).minimize(reduce_sum(square(v)));
    sess.run(step, feed! { norm => 1 }).unwrap();
    assert_eq!(sess.run(v, []).unwrap().sum(), 0.0);
}

/// The mask of dropout is the same for one start of a session, so that differences can be taken.
#[test]
fn dropout_has_a_gradient_by_its_probability_too() {
    let (x, pkeep) = (placeholder([NONE, 30]), placeholder(()));
    let loss = reduce_sum(square(dropout(x * x, pkeep)));
    let [dx, dp] = gradients(loss, [x, pkeep]);
    let [dxdp] = gradients(reduce_sum(dx * x), [pkeep]);
    let images = numbers(&[20, 30], 0.3);
    let at = |p: f32| {
        let fed = feed! { x => images, pkeep => p };
        Session::new().run((dp, dxdp, loss, reduce_sum(dx * x)), fed).unwrap()
    };
    let (dp, dxdp, ..) = at(0.5);
    // so near that no number is switched on or off
    let (h, [more, less]) = (1e-4, [at(0.5 + 1e-4), at(0.5 - 1e-4)]);
    for (found, difference) in [(dp.sum(), more.2 - less.2), (dxdp.sum(), more.3 - less.3)] {
        let difference = difference / (2.0 * h);
        assert!((found / difference - 1.0).abs() < 0.02, "{found} instead of {difference}");
    }
}

/// The ops that compute gradients of gradients have gradients themselves.
#[test]
fn gradients_can_be_taken_any_number_of_times() {
    let derived = |x_shape: &[usize], v_shape: &[usize], f: fn(Tensor, Tensor) -> Tensor| {
        check(x_shape, v_shape, |x, v| {
            let y = f(x, v);
            let [dx] = gradients(reduce_sum(y * y * y), [x]);
            dx * reduce_sum(v)
        });
    };
    derived(&[3, 4], &[4], |x, v| concat(x * v, x, 1));
    derived(&[3, 4], &[4], |x, v| relu(x * 2 + v));
    derived(&[3, 4], &[4], |x, v| leaky_relu(x + v, 0.1));
    derived(&[3, 4], &[4], |x, v| select(0.5, x * v, x));
    derived(&[2, 4, 4, 1], &[1], |x, v| avg_pool(x * v, [2, 2], [2, 2], SAME));
    derived(&[2, 4, 4, 1], &[1], |x, v| max_pool(x * v * 0.1 + apart(&[4, 4, 1]) * 0.1, [2, 2], [2, 2], SAME));
    derived(&[2, 3, 3, 1], &[2, 2, 1, 2], |x, v| conv2d(x, v, [1, 1], SAME));
    derived(&[2, 4, 3, 1], &[2, 2, 1, 2], |x, v| conv2d(x, v, [2, 1], VALID));
    derived(&[17, 3], &[3, 2], matmul);
    derived(&[3, 4], &[4], |x, v| softmax(x * v));
    derived(&[3, 4], &[4], |x, v| reduce_max_axes(x + v + apart(&[4]) * 3, [1]) * 0.1);
    derived(&[3, 4], &[4], |x, v| clip_by_norm(v, 0.5) * x);
}

/// w ← w - rate · clipped gradient: the gradient of Σ (w · c) is c.
#[test]
fn optimizers_cut_gradients_to_length() {
    let steps: [fn(GradientDescentOptimizer) -> GradientDescentOptimizer; 3] =
        [|o| o, |o| o.clip_by_norm(1), |o| o.clip_by_global_norm(6.5)];
    let moved = steps.map(|with| {
        let (a, b) = (variable(zeros([2])), variable(zeros([1])));
        let loss = reduce_sum(a * Tensor::from(ndarray::array![3.0, 4.0])) + reduce_sum(b * 12);
        let step = with(GradientDescentOptimizer::new(1)).minimize(loss);
        let mut sess = Session::new();
        sess.initialize(step).unwrap();
        sess.run(step, []).unwrap();
        let (a, b) = sess.run((a, b), []).unwrap();
        [a[0], a[1], b[0]]
    });
    assert_eq!(moved[0], [-3.0, -4.0, -12.0]);
    for (found, expected) in moved[1..].iter().zip([[-0.6, -0.8, -1.0], [-1.5, -2.0, -6.0]]) {
        assert!(found.iter().zip(expected).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6), "{found:?}");
    }
}

#[test]
fn a_convolution_and_its_gradients_are_exact_for_any_sizes() {
    let (height, width) = (6, 5);
    // whole numbers, so that the order in which they are added does not matter
    let entry = |i: usize| ((i * 7 + i / 5 * 3) % 11) as f32 - 5.0;
    let filled = |dims: &[usize]| {
        let mut i = 0;
        ndarray::ArrayD::from_shape_simple_fn(dims.to_vec(), || {
            i += 1;
            entry(i)
        })
    };
    for (down, across, stride, padding) in [(3, 3, 1, SAME), (2, 3, 2, SAME), (4, 1, 1, VALID), (6, 5, 3, SAME)] {
        for channels in [1, 3] {
            for outputs in [1, 2, 3, 4, 7, 8, 12, 13, 16, 17, 24, 25, 33, 48, 64] {
                let x = placeholder([NONE, height, width, channels]);
                let start = filled(&[down, across, channels, outputs]);
                let filter = variable(&start);
                let y = conv2d(x, filter, [1, stride, stride, 1], padding);
                let (rows, columns) = (y.shape()[1], y.shape()[2]);
                let dy = placeholder(y.shape().to_vec());
                let fetch = (y, gradients(reduce_sum(y * dy), [x, filter]));
                let mut sess = Session::new().threads(2);
                sess.initialize(y).unwrap();
                // the last slice is full, or has one image, four or fewer, or more
                for images in [1, 4, 5, 16, 33] {
                    let pixels = filled(&[images, height, width, channels]);
                    let weights = filled(&[images, rows, columns, outputs]);
                    let (y, [dx, df]) = sess.run(fetch, feed! { x => pixels, dy => weights }).unwrap();
                    let before = |size: usize, kernel: usize, positions: usize| match padding {
                        SAME => ((positions - 1) * stride + kernel).saturating_sub(size) / 2,
                        _ => 0,
                    };
                    let (above, left) = (before(height, down, rows), before(width, across, columns));
                    let mut expected = (y.clone() * 0.0, dx.clone() * 0.0, df.clone() * 0.0);
                    for (n, r, q) in ndarray::indices((images, rows, columns)) {
                        for (i, j, c) in ndarray::indices((down, across, channels)) {
                            let (Some(v), Some(h)) =
                                ((r * stride + i).checked_sub(above), (q * stride + j).checked_sub(left))
                            else {
                                continue;
                            };
                            if v >= height || h >= width {
                                continue;
                            }
                            for o in 0..outputs {
                                expected.0[[n, r, q, o]] += pixels[[n, v, h, c]] * start[[i, j, c, o]];
                                expected.1[[n, v, h, c]] += weights[[n, r, q, o]] * start[[i, j, c, o]];
                                expected.2[[i, j, c, o]] += weights[[n, r, q, o]] * pixels[[n, v, h, c]];
                            }
                        }
                    }
                    let what = format!("{down}×{across}, stride {stride}, {channels} → {outputs}, {images} images");
                    assert_eq!((y, dx, df), expected, "{what}");
                }
            }
        }
    }
}

#[test]
fn a_gradient_that_repeats_one_number_has_gradients_of_its_own() {
    let (s, v) = (variable(constant(3, ())), variable(ones([3])));
    let [g] = gradients(reduce_sum(reduce_sum(v) * s), [v]);
    let loss = reduce_sum(g * Tensor::from(ndarray::array![5.0, 6.0, 7.0])) + reduce_sum(square(g));
    let [by_g, by_s] = gradients(loss, [g, s]);
    let mut sess = Session::new();
    sess.initialize((s, v)).unwrap();
    // ∂/∂g (k g + g²) = k + 2 g
    assert_eq!(sess.run(by_g, []).unwrap(), ndarray::array![11.0, 12.0, 13.0].into_dyn());
    assert_eq!(sess.run(by_s, []).unwrap().sum(), 36.0);
}
