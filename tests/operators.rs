//! What ops do with numbers beside tensors, with names, and with NaN.
use digitos::ndarray::{Array4, ArrayD, array};
use digitos::*;

const NAN: f32 = f32::NAN;

fn value(t: impl Into<Tensor>) -> ArrayD<f32> {
    Session::new().run(t.into(), []).unwrap()
}

/// The numbers of both, NaN being the same as NaN.
#[track_caller]
fn assert_same<const N: usize>(found: ArrayD<f32>, expected: [f32; N]) {
    let same = |(a, b): (&f32, &f32)| a == b || a.is_nan() && b.is_nan();
    assert!(found.len() == N && found.iter().zip(&expected).all(same), "{found} instead of {expected:?}");
}

/// This is a test of types: a literal on the right leaves no doubt what a run gives.
#[test]
fn a_number_on_the_right_does_not_hide_the_type_of_the_result() {
    let x = placeholder([NONE, 2]);
    let images = array![[3.0, 4.0]];
    let mut sess = Session::new();
    let loss = (reduce_mean(x * 2.0) + 1) * 100.0 / 2 - 1.5;
    assert_eq!(sess.run(loss, feed! { x => images }).unwrap().sqrt(), 398.5_f32.sqrt());
    let doubled = x * 2;
    assert_eq!(sess.run(doubled, feed! { x => images }).unwrap().sum(), 14.0);
    let (halves, epochs) = (0.5_f64, 3_usize);
    let loss = reduce_mean(x) * halves * epochs * 2_u64 * 1_f32;
    assert_eq!(sess.run(loss, feed! { x => images }).unwrap().floor(), 10.0);
    // on the left, the number says its own type
    let loss = 100.0_f32 * reduce_mean(x);
    assert_eq!(sess.run(loss, feed! { x => images }).unwrap().floor(), 350.0);
}

#[test]
fn a_name_for_what_an_op_leaves_as_it_is_does_not_rename_its_operand() {
    let w = variable(ones([2, 3])).named("w");
    let scalar = variable(constant(2, ())).named("scale");
    let x = placeholder([NONE, 2]).named("x");
    let results = [
        w + 0,
        0 + w,
        w * 1.0,
        1 * w,
        reshape(w, [2, 3]),
        transpose(transpose(w)),
        cast(w),
        reduce_sum_axes(w, ()),
        reduce_max_axes(w, ()),
        Tensor::from(reduce_sum(scalar)),
        Tensor::from(reduce_max(scalar)),
        Tensor::from(reduce_mean(scalar)),
        reshape(x, [-1, 2]),
    ];
    for (i, result) in results.into_iter().enumerate() {
        assert_eq!(result.named("result").name(), "result");
        assert_eq!([w.name(), scalar.name(), x.name()], ["w", "scale", "x"], "result {i}");
    }
    let (unnamed, loss) = (exp(w), Tensor::from(reduce_sum(w)));
    for result in [unnamed * 1, reshape(unnamed, [2, 3]), transpose(transpose(unnamed)), Tensor::from(reduce_sum(loss))]
    {
        result.named("result");
        assert_eq!([unnamed.name(), loss.name()], ["exp", "reduce_sum"]);
    }
    // a gradient that is a tensor of the graph, and one that is that of two tensors
    let factor = variable(constant(3, ())).named("factor");
    let [by_scalar] = gradients(reduce_sum(scalar * factor), [scalar]);
    by_scalar.named("gradient");
    let other = variable(ones([2, 3]));
    let [da, db] = gradients(reduce_sum(w + other), [w, other]);
    da.named("da");
    db.named("db");
    assert_eq!([factor.name(), da.name(), db.name()], ["factor", "da", "db"]);
    // it is still the same variable
    let loss = reduce_sum(square(w + 0));
    let step = GradientDescentOptimizer::new(0.25).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.run(step, []).unwrap();
    assert_eq!(sess.run((w * 1, w), []).unwrap().0.sum(), 3.0);
}

#[test]
fn nan_comes_out_where_nan_goes_in() {
    let (a, b) = (Tensor::from(array![NAN, 1.0, NAN, 1.0]), Tensor::from(array![1.0, NAN, NAN, 2.0]));
    assert_same(value(maximum(a, b)), [NAN, NAN, NAN, 2.0]);
    assert_same(value(minimum(a, b)), [NAN, NAN, NAN, 1.0]);
    let x = Tensor::from(array![NAN, -1.0, 2.0]);
    assert_same(value(relu(x)), [NAN, 0.0, 2.0]);
    assert_same(value(leaky_relu(x, 0.5)), [NAN, -0.5, 2.0]);
    assert!(value(sigmoid(x))[0].is_nan() && value(tanh(x))[0].is_nan());
    assert!(value(exp(x))[0].is_nan() && value(sqrt(x))[0].is_nan() && value(log(x))[0].is_nan());
    let rows = Tensor::from(array![[1.0, NAN, 3.0], [NAN, 1.0, 2.0], [1.0, 3.0, 2.0]]);
    assert_same(value(reduce_max_axes(rows, [1])), [NAN, NAN, 3.0]);
    assert_same(value(reduce_max_axes(rows, [0])), [NAN, NAN, 3.0]);
    for y in [softmax(rows), log(softmax(rows))] {
        let y = value(y);
        assert!(y.iter().take(6).all(|y| y.is_nan()) && y.iter().skip(6).all(|y| y.is_finite()), "{y}");
    }
    assert_same(value(clip_by_norm(Tensor::from(array![3.0, NAN]), 1)), [NAN, NAN]);
    let ([c, d], length) = clip_by_global_norm([x, Tensor::from(array![1.0])], 1);
    assert_same(value(c), [NAN; 3]);
    assert_same(value(d), [NAN]);
    assert!(value(length).sum().is_nan());
}

#[test]
fn a_window_with_nan_is_nan_wherever_it_stands() {
    let x = placeholder([NONE, 2, 2, 1]);
    let y = max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], VALID);
    // one NaN at each place of the window, then none
    let images = Array4::from_shape_fn((5, 2, 2, 1), |(n, r, q, _)| if n == 2 * r + q { NAN } else { (r + q) as f32 });
    let y = Session::new().run((y, reduce_max_axes(x, [1, 2, 3])), feed! { x => images }).unwrap();
    for y in [y.0, y.1] {
        assert_same(y, [NAN, NAN, NAN, NAN, 2.0]);
    }
}

#[test]
fn comparisons_with_nan_say_what_the_docs_say() {
    let rows = Tensor::from(array![[1.0, NAN, NAN], [NAN, 1.0, 2.0], [3.0, 3.0, 1.0]]);
    let mut sess = Session::new();
    assert_eq!(sess.run(argmax(rows, 1), []).unwrap(), array![1, 0, 0].into_dyn());
    assert_eq!(sess.run(argmax(rows, 0), []).unwrap(), array![1, 0, 0].into_dyn());
    let x = placeholder([NONE, 3]);
    let images = array![[1.0, NAN, NAN], [NAN, 1.0, 2.0], [3.0, 3.0, 1.0]];
    assert_eq!(sess.run(argmax(x, -1), feed! { x => images }).unwrap(), array![1, 0, 0].into_dyn());
    let same = equal(Tensor::from(array![1.0, NAN, 1.0]), Tensor::from(array![1.0, NAN, NAN]));
    assert_eq!(sess.run(same, []).unwrap(), array![true, false, false].into_dyn());
    assert_same(value(select(NAN, 1, 2)), [1.0]);
}

#[test]
fn the_last_dimension_is_minus_one() {
    let x = Tensor::from(array![[1.0, 5.0, 2.0], [9.0, 1.0, 3.0]]);
    let mut sess = Session::new();
    let [rows, columns] = sess.run([argmax(x, -1), argmax(x, -2)], []).unwrap();
    assert_eq!((rows, columns), (array![1, 0].into_dyn(), array![1, 0, 1].into_dyn()));
    assert_eq!(value(concat(x, x, -1)).shape(), [2, 6]);
    let (mean, variance) = moments(Tensor::from(array![[1.0, 3.0], [2.0, 6.0]]), [-1]);
    assert_same(value(mean), [2.0, 4.0]);
    assert_same(value(variance), [1.0, 4.0]);
}
