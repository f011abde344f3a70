use super::cover::covered;
use super::digits::Digits;
use super::look::inside;
use super::map::Directions;
use crate::figures::{Inside, Rule};
use crate::language::Language;
use crate::picture::tests::well_formed;
use crate::{Error, prelude::*};

fn bias(z: Tensor) -> Tensor {
    z + variable(truncated_normal([z.shape()[z.shape().len() - 1]], 0.1))
}

fn filters(image: Tensor, side: usize, channels: usize, stride: usize, padding: Padding) -> Tensor {
    conv2d(
        image,
        variable(truncated_normal([side, side, image.shape()[3], channels], 0.1)),
        [1, stride, stride, 1],
        padding,
    )
}

fn dense(input: Tensor, neurons: usize) -> Tensor {
    matmul(input, variable(truncated_normal([input.shape()[1], neurons], 0.1)))
}

fn images() -> Tensor {
    placeholder([NONE, 28, 28, 1])
}

/// The net of the third lesson.
fn third(x: Tensor, pkeep: Tensor) -> Tensor {
    let h1 = relu(bias(filters(x, 6, 6, 1, SAME))).named("h1");
    let h2 = relu(bias(filters(h1, 5, 12, 2, SAME))).named("h2");
    let h3 = relu(bias(filters(h2, 4, 24, 2, SAME))).named("h3");
    let h4 = dropout(relu(bias(dense(reshape(h3, [-1, 7 * 7 * 24]), 200))), pkeep).named("h4");
    bias(dense(h4, 10)).named("scores")
}

fn begun(y: Tensor) -> Result<Session, Error> {
    let mut sess = Session::with_seed(1);
    sess.initialize(y)?;
    Ok(sess)
}

/// Every number of every stage that is explained comes out of its sum, to four digits.
fn sums_are_right(inside: &Inside) {
    for (s, stage) in inside.stages.iter().enumerate().skip(1).filter(|(_, stage)| !matches!(stage.rule, Rule::Unknown))
    {
        let [rows, columns, maps] = stage.shape;
        for digit in 0..stage.values.len() {
            for i in (0..rows * columns * maps).step_by(if rows > 10 { 7 } else { 1 }) {
                let place = stage.place(digit, i);
                let sum = stage.parts(&inside.stages[s - 1], place).iter().sum();
                let [_, found] = stage.finish(sum, place.map);
                let expected = stage.value(place);
                let near = (found - expected).abs() <= 1e-4 * expected.abs().max(0.1);
                assert!(near, "{} {place:?}: {found}, not {expected}", stage.name);
            }
        }
    }
}

fn names(inside: &Inside) -> Vec<&str> {
    inside.stages.iter().map(|stage| &*stage.name).collect()
}

#[test]
fn the_sum_of_each_number_is_that_number() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let two = mnist.test.take(2);
    let (x, is_test, iteration) = (images(), placeholder(()), placeholder(()));
    let h = leaky_relu(bias(filters(x, 5, 3, 1, VALID)), 0.2).named("h");
    let p = max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], SAME);
    let c = filters(p, 4, 5, 2, SAME);
    let (n, _) = batch_norm(c, is_test, iteration, variable(truncated_normal([5], 0.1)));
    let a = avg_pool(tanh(n), [1, 3, 3, 1], [1, 2, 2, 1], SAME);
    let d = sigmoid(bias(dense(reshape(a, [-1, 3 * 3 * 5]), 30)) * 2.0 - 0.5);
    let w = variable(truncated_normal([10, 30], 0.1));
    let y = softmax(matmul(d, transpose(w)));
    let sess = begun(y)?;
    let feed = feed! { x => two.images, is_test => false, iteration => 0 };
    let inside = inside(&sess, y, &feed, Language::English)?;
    assert_eq!(names(&inside), ["digit", "h", "max_pool", "convolution 2", "avg_pool", "dense 1", "dense 2"]);
    assert!(inside.unknown.is_empty() && inside.joins.is_empty());
    assert!(inside.stages[3].scale.iter().all(|scale| *scale != 1.0), "normalised by the batch");
    sums_are_right(&inside);
    Ok(())
}

/// With their averages and with dropout, as the lessons examine them; five digits in a page no larger than promised.
#[test]
fn the_nets_of_the_lessons_can_be_followed() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let (x, pkeep, is_test, iteration) = (images(), placeholder(()), placeholder(()), placeholder(()));
    let xx = reshape(x, [-1, 784]);
    let first = softmax(bias(dense(xx, 10)));
    let second = softmax(bias(dense(relu(bias(dense(sigmoid(bias(dense(xx, 60))), 30))), 10)));
    let normal = |z: Tensor| {
        let channels = z.shape()[z.shape().len() - 1];
        relu(batch_norm(z, is_test, iteration, variable(constant(0.01, [channels]))).0)
    };
    let n1 = normal(filters(x, 6, 6, 1, SAME));
    let n2 = normal(filters(n1, 5, 12, 2, SAME));
    let fourth = bias(dense(dropout(normal(dense(reshape(n2, [-1, 14 * 14 * 12]), 50)), pkeep), 10));
    let third = third(x, pkeep);
    for (y, layers) in [(first, 1), (second, 3), (third, 5), (fourth, 4)] {
        let mut sess = Session::new();
        sess.initialize((y, AdamOptimizer::new(0.1).minimize(reduce_sum(y))))?;
        let [one, five] = [1, 5].map(|n| mnist.test.images.take(n));
        let found =
            inside(&sess, y, &feed! { x => one, pkeep => 1, is_test => true, iteration => 0 }, Language::Spanish)?;
        assert_eq!((found.stages.len() - 1, found.unknown.len()), (layers, 0), "{:?}", names(&found));
        sums_are_right(&found);
        for language in ["es", "en"] {
            let feed = feed! { x => five, pkeep => 1, is_test => true, iteration => 0 };
            let shown = look_inside(&sess, y, feed, language)?;
            well_formed(shown.figure().svg());
            println!("{} digits, {layers} layers: {} bytes", five.len(), shown.html().len());
            assert!(shown.html().len() < 400_000, "{} bytes", shown.html().len());
        }
    }
    Ok(())
}

#[test]
fn what_speaks_for_a_class_is_the_gradient_times_the_pixel() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let (x, w) = (images(), variable(truncated_normal([784, 10], 0.1)));
    let y = softmax(matmul(reshape(x, [-1, 784]), w));
    let mut sess = begun(y)?;
    let two = mnist.test.choose(&[3, 5]);
    let found = inside(&sess, y, &feed! { x => two.images, placeholder([NONE, 10]) => two.labels }, Language::English)?;
    let weights = sess.run(w, [])?;
    for digit in 0..2 {
        for class in 0..10 {
            for (pixel, speaks) in found.speaks[digit][class].iter().enumerate() {
                let expected = weights[[pixel, class]] * f32::from(two.images.image(digit)[pixel]) / 255.0;
                assert!((speaks - expected).abs() < 1e-6);
            }
        }
        let probabilities: f32 = found.probabilities[digit].iter().sum();
        assert!((probabilities - 1.0).abs() < 1e-5);
    }
    assert_eq!(found.labels, [Some(two.labels.class(0)), Some(two.labels.class(1))]);
    Ok(())
}

#[test]
fn what_is_not_explained_is_named() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let h = relu(filters(x, 3, 4, 2, SAME));
    let joined = relu(filters(h, 3, 4, 1, SAME)) + h;
    let y = dense(reshape(square(joined), [-1, 14 * 14 * 4]), 10);
    let sess = begun(y)?;
    let one = mnist.test.images.one(0);
    let feed = || feed! { x => one };
    let found = inside(&sess, y, &feed(), Language::English)?;
    assert_eq!(
        (found.joins, found.unknown),
        (vec!["add [?, 14, 14, 4]".into()], vec!["square [?, 14, 14, 4]".to_string()])
    );
    let shown = look_inside(&sess, y, feed(), "en")?;
    assert!(shown.figure().svg().contains("Shown but not explained: square [?, 14, 14, 4]."));
    well_formed(shown.figure().svg());
    Ok(())
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_reason() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let (x, other) = (images(), images());
    let w = variable(truncated_normal([784, 10], 0.1));
    let y = softmax(matmul(reshape(x, [-1, 784]), w));
    let sess = begun(y)?;
    let refused = |found: Result<(), Error>, why: &str| {
        let text = found.unwrap_err().to_string();
        assert!(text.contains(why) && !text.contains('\n'), "{text}");
    };
    let look = |sess: &Session, y: Tensor, n: usize| {
        look_inside(sess, y, feed! { x => mnist.test.images.take(n) }, "en").map(|_| ())
    };
    refused(look(&sess, y, 6), "`x` is fed 6 digits, and from 1 to 5 were expected");
    refused(look(&sess, y, 0), "`x` is fed 0 digits");
    refused(look_inside(&sess, y, feed! { x => mnist.test.images.one(0) }, "fr").map(|_| ()), "\"fr\"");
    refused(
        look_inside(&sess, y, feed! { other => mnist.test.images.one(0) }, "en").map(|_| ()),
        "reads none of the images",
    );
    refused(look_inside(&sess, y, feed! { x => mnist.test.labels.one(0) }, "en").map(|_| ()), "needs numbers of shape");
    refused(look(&Session::new(), y, 1), "initialize");
    let wide = dense(reshape(x, [-1, 784]), 26);
    refused(look(&begun(wide)?, wide, 1), "the net has 26 classes, and at most 10");
    let mean = reshape(reduce_mean_axes(x, [0, 3]), [28, 28]);
    refused(look(&begun(mean)?, mean, 1), "there is no way from `x`");
    let broken = variable(constant(f32::MAX, [784, 10])).named("broken");
    let first = y;
    let y = softmax(matmul(reshape(x, [-1, 784]), broken) * 1e9);
    refused(look(&begun(y)?, y, 1), "are NaN or infinite");
    let one = mnist.test.images.one(0);
    refused(cover(&begun(y)?, y, feed! { x => one }, "en").map(|_| ()), "of the 1220 numbers of");
    refused(
        nearest_digits(&sess, first, feed! { x => one }, &mnist.train.take(3), "en").map(|_| ()),
        "there are 3 training digits",
    );
    refused(digit_map(&sess, first, feed! { x => one }, &mnist.test.take(2), "en").map(|_| ()), "there are 2 digits");
    Ok(())
}

/// What each part of the room says of a net: the same sentence, or no error.
fn said(sess: &Session, y: Tensor, x: Tensor, mnist: &DataSets) -> Vec<Option<String>> {
    let one = mnist.test.images.one(0);
    let feed = || feed! { x => one };
    let error =
        |found: Result<(), Error>| found.err().map(|error| error.to_string().split_once(": ").unwrap().1.into());
    vec![
        error(look_inside(sess, y, feed(), "en").map(drop)),
        error(cover(sess, y, feed(), "en").map(drop)),
        error(nearest_digits(sess, y, feed(), &mnist.train.take(20), "en").map(drop)),
        error(digit_map(sess, y, feed(), &mnist.test.take(20), "en").map(drop)),
    ]
}

/// Also where its answer is finite: relu makes 0 of -∞, and softmax a probability.
#[test]
fn a_net_with_broken_numbers_is_named_and_not_drawn() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in 0..4 {
            let x = images();
            let start = |k: usize, sound: Tensor| {
                variable(if k == place { sound * broken } else { sound }).named(["v0", "v1", "v2", "v3"][k])
            };
            let hidden = matmul(reshape(x, [-1, 784]), start(0, truncated_normal([784, 20], 0.1)));
            let hidden = relu(hidden + start(1, constant(1.0, [20])));
            let y = softmax(matmul(hidden, start(2, truncated_normal([20, 10], 0.1))) + start(3, constant(1.0, [10])));
            for text in said(&begun(y)?, y, x, &mnist) {
                let text = text.unwrap_or_else(|| panic!("{broken} in {place} is drawn"));
                let count = [15_680, 20, 200, 10][place];
                let start = format!("{count} of the {count} numbers of v{place} ");
                assert!(text.starts_with(&start) && text.contains("are NaN or infinite"), "{text}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_net_that_was_never_initialised_or_has_no_slope_is_not_drawn() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let w = variable(truncated_normal([784, 10], 0.1));
    let y = matmul(sqrt(reshape(x, [-1, 784])), w);
    for text in said(&Session::new(), y, x, &mnist) {
        assert!(text.is_some_and(|text| text.contains("initialize")));
    }
    let [inside, others @ ..] = &said(&begun(y)?, y, x, &mnist)[..] else { unreachable!() };
    assert!(inside.as_ref().is_some_and(|text| text.contains("derivative by the pixels")), "{inside:?}");
    assert!(others.iter().all(Option::is_none), "they ask for no slope: {others:?}");
    let mut image = mnist.test.images.one(0).to_array();
    image[[0, 3, 4, 0]] = f32::NAN;
    let text = look_inside(&begun(y)?, y, feed! { x => image }, "en").unwrap_err().to_string();
    assert!(text.contains("1 of the 784 numbers of placeholder"), "{text}");
    Ok(())
}

/// In the same time, about: a large net looks at fewer.
#[test]
fn a_large_net_is_compared_with_fewer_digits() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    for (neurons, looked) in [(20, "5,000"), (6000, "2,000")] {
        let y = dense(relu(dense(reshape(x, [-1, 784]), neurons)), 10);
        let figure = nearest_digits(&begun(y)?, y, feed! { x => mnist.test.images.one(0) }, &mnist.train, "en")?;
        assert!(figure.svg().contains(&format!(" {looked} training digits")), "{}", figure.svg());
    }
    Ok(())
}

#[test]
fn the_nearest_digits_are_those_of_a_plain_search() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let (x, pkeep) = (images(), placeholder(()));
    let hidden = relu(dense(reshape(x, [-1, 784]), 20)).named("hidden");
    let y = dense(dropout(hidden, pkeep), 10);
    let mut sess = begun(y)?;
    let training = mnist.train.take(200);
    let figure = nearest_digits(&sess, y, feed! { x => mnist.test.images.one(7), pkeep => 1 }, &training, "en")?;
    let own = sess.run(hidden, feed! { x => mnist.test.images.one(7) })?;
    let all = sess.run(hidden, feed! { x => training.images })?;
    let mut order: Vec<(f32, usize)> =
        (0..200).map(|i| ((0..20).map(|k| (own[[0, k]] - all[[i, k]]).powi(2)).sum::<f32>().sqrt(), i)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let labels: Vec<String> = order[..10].iter().map(|(_, i)| training.labels.class(*i).to_string()).collect();
    assert!(figure.svg().contains(&format!("are labelled {}.", labels.join(", "))));
    assert!(figure.svg().contains(&format!(">{:.2}<", order[9].0)) && figure.svg().contains("20 numbers (hidden)"));
    well_formed(figure.svg());
    let pixels = softmax(dense(reshape(x, [-1, 784]), 10));
    let sess = begun(pixels)?;
    let figure = nearest_digits(&sess, pixels, feed! { x => training.images.select(0..5) }, &training, "es")?;
    assert!(figure.svg().contains("píxeles") && figure.svg().matches(">0.00<").count() == 5, "each is its own nearest");
    Ok(())
}

/// Against the eigenvectors of the covariance, found by Jacobi's rotations.
#[test]
fn the_map_shows_the_two_directions_of_largest_variance() -> Result<(), Error> {
    const D: usize = 5;
    let mut random = Session::with_seed(3);
    let examples = random.run(truncated_normal([40, D], 1), [])?;
    let examples: Vec<Vec<f32>> = examples
        .outer_iter()
        .map(|row| row.iter().zip([3.0, 1.0, 2.0, 0.5, 1.5]).map(|(x, s)| x * s).collect())
        .collect();
    let mean = |k: usize| examples.iter().map(|x| f64::from(x[k])).sum::<f64>() / 40.0;
    let mut a = [[0.0; D]; D];
    let mut vectors = [[0.0; D]; D];
    for i in 0..D {
        vectors[i][i] = 1.0;
        for j in 0..D {
            a[i][j] = examples.iter().map(|x| (f64::from(x[i]) - mean(i)) * (f64::from(x[j]) - mean(j))).sum();
        }
    }
    for _ in 0..30 {
        for p in 0..D {
            for q in p + 1..D {
                let (sin, cos) = (0.5 * (2.0 * a[p][q]).atan2(a[q][q] - a[p][p])).sin_cos();
                for rows in [&mut a, &mut vectors] {
                    for row in rows {
                        (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
                    }
                }
                let (above, below) = (a[p], a[q]);
                a[p] = std::array::from_fn(|k| cos * above[k] - sin * below[k]);
                a[q] = std::array::from_fn(|k| sin * above[k] + cos * below[k]);
            }
        }
    }
    let whole: f64 = (0..D).map(|k| a[k][k]).sum();
    let mut order: Vec<usize> = (0..D).collect();
    order.sort_by(|i, j| a[*j][*j].total_cmp(&a[*i][*i]));
    let found = Directions::of(&examples);
    for k in 0..2 {
        let along: f64 = (0..D).map(|i| found.axes[k][i] * vectors[i][order[k]]).sum();
        assert!((along.abs() - 1.0).abs() < 1e-6, "{along}");
        assert!((f64::from(found.shares[k]) - a[order[k]][order[k]] / whole).abs() < 1e-6);
    }
    Ok(())
}

#[test]
fn a_map_has_every_digit_and_those_that_are_fed() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let y = dense(relu(dense(reshape(x, [-1, 784]), 20)), 10);
    let two = mnist.test.images.select(0..2);
    let feed = || feed! { x => two };
    let figure = digit_map(&begun(y)?, y, feed(), &mnist.test, "en")?;
    well_formed(figure.svg());
    assert!(figure.svg().contains("A map of 1,000 digits") && figure.svg().contains("relu, 20 numbers"));
    assert!(figure.svg().matches("<text ").count() >= 1010 && figure.svg().matches("<mask ").count() == 2);
    let alike = DataSet::new(ndarray::Array4::from_elem((5, 28, 28, 1), 9), &[1; 5])?;
    well_formed(digit_map(&begun(y)?, y, feed(), &alike, "es")?.svg());
    Ok(())
}

#[test]
fn a_covered_part_changes_the_answer_as_a_run_says() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let y = softmax(dense(reshape(x, [-1, 784]), 10) * 5.0);
    let mut sess = begun(y)?;
    let one = mnist.test.images.select(2..4);
    let feed = feed! { x => one };
    let digits = Digits::find("cover", &sess, y, &feed)?;
    let found = covered(&sess, &digits, y)?;
    assert_eq!((found[0].steps, found[0].side, found[0].stride), ([11, 11], 7, 2));
    for (row, column) in [(0, 0), (3, 5), (10, 10)] {
        let mut image = one.one(1).to_array();
        image.slice_mut(ndarray::s![0, 2 * row..2 * row + 7, 2 * column..2 * column + 7, 0]).fill(0.5);
        let p = sess.run(y, feed! { x => image })?;
        assert!((p[[0, found[1].answer]] - found[1].after[row * 11 + column]).abs() < 1e-5);
    }
    let least = found[1].after.iter().copied().fold(1.0, f32::min);
    assert_eq!(found[1].after[found[1].at[0] / 2 * 11 + found[1].at[1] / 2], least);
    for n in [1, 2] {
        let figure = cover(&sess, y, feed! { x => one.take(n) }, "es")?;
        well_formed(figure.svg());
    }
    Ok(())
}

#[test]
fn what_is_fed_beside_the_digits_must_fit_as_in_a_run() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let (x, y_, beside) = (images(), placeholder([NONE, 10]), placeholder([NONE, 3]));
    let y = softmax(dense(reshape(x, [-1, 784]), 10));
    let sess = begun(y)?;
    let two = mnist.test.images.take(2);
    let refused = |found: Result<(), Error>, why: &str| {
        let text = found.unwrap_err().to_string();
        assert!(text.contains(why), "{text}");
    };
    for n in [1, 3] {
        let labels = mnist.test.labels.take(n);
        let why = format!("`x` is fed 2 images, but `y_` {n}");
        refused(look_inside(&sess, y, feed! { x => two, y_ => labels }, "en").map(drop), &why);
        refused(nearest_digits(&sess, y, feed! { x => two, y_ => labels }, &mnist.train, "en").map(drop), &why);
        refused(digit_map(&sess, y, feed! { x => two, y_ => labels }, &mnist.test, "en").map(drop), &why);
        refused(cover(&sess, y, feed! { x => two, y_ => labels }, "en").map(drop), &why);
    }
    let narrow = ndarray::Array2::<f32>::zeros((2, 2));
    let found = look_inside(&sess, y, feed! { x => two, beside => narrow }, "en").map(drop);
    refused(found, "`beside` needs numbers of shape [?, 3]");
    Ok(())
}

/// What the last layer reads is finite, and what it answers is not.
#[test]
fn an_answer_of_nan_is_not_taken_for_a_0() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let hidden = relu(dense(reshape(x, [-1, 784]), 20));
    let y = softmax(dense(hidden, 10) + constant(f32::NAN, [10]));
    let found = nearest_digits(&begun(y)?, y, feed! { x => mnist.test.images.one(0) }, &mnist.train, "en");
    let text = found.map(drop).unwrap_err().to_string();
    assert!(text.starts_with("nearest_digits: 10 of the 10 numbers of softmax [?, 10] are NaN or infinite"), "{text}");
    Ok(())
}

/// Two nets whose probabilities are averaged: what is answered is no softmax, and yet no scores.
#[test]
fn probabilities_of_several_nets_are_shown_as_they_are() -> Result<(), Error> {
    let mnist = read_data_sets("MNISTdata")?;
    let x = images();
    let one = || softmax(dense(reshape(x, [-1, 784]), 10) * 5.0);
    let y = (one() + one()) / 2.0;
    let mut sess = begun(y)?;
    let digit = mnist.test.images.one(0);
    let feed = feed! { x => digit };
    let expected: Vec<f32> = sess.run(y, feed! { x => digit })?.iter().copied().collect();
    assert_eq!(inside(&sess, y, &feed, Language::English)?.probabilities[0], expected);
    let digits = Digits::find("cover", &sess, y, &feed)?;
    let shown = covered(&sess, &digits, y)?.remove(0);
    assert_eq!(shown.before, expected[shown.answer]);
    Ok(())
}

#[test]
fn a_derivative_that_is_infinite_is_not_drawn_as_0() -> Result<(), Error> {
    let x = images();
    let y = softmax(dense(sqrt(reshape(x, [-1, 784])), 10));
    let blank = ndarray::Array4::<f32>::zeros((1, 28, 28, 1));
    let text = look_inside(&begun(y)?, y, feed! { x => blank }, "en").map(drop).unwrap_err().to_string();
    assert!(text.contains("numbers of derivative by the pixels [?, 28, 28, 1] are NaN or infinite"), "{text}");
    Ok(())
}
