//! The way of a digit through a network.
use super::digits::{Digits, by_example, finite, probabilities, scores};
use super::path::{Kind, Layer, path};
use crate::engine::{Fed, NONE, Tensor, gradients_of};
use crate::figures::{Inside, Neuron, Rule, Stage, TERMS};
use crate::visu::Interactive;
use crate::{Error, Session, language::Language, placeholder, reduce_sum, softmax, words};
use ndarray::{Array2, ArrayD};

/// The way of a digit through a network that has been trained: what each layer makes of it, and for the number that is picked
/// in the picture the sum that makes it, with the real numbers; at the end the scores, the probabilities, and the pixels that
/// speak for and against a class.
///
/// The layers are found in the graph. `y` is what the net answers, `[?, classes]`, at most ten, as probabilities or scores;
/// what is fed are from one to five digits, and what the net needs besides, as in an examination (`pkeep => 1`). With their
/// labels, the picture says them. The text is in Spanish (`"es"`) or English (`"en"`). The session stays as it is.
///
/// ```
/// # use digitos::prelude::*;
/// # let mnist = read_data_sets("MNISTdata")?;
/// # let x = placeholder([NONE, 28, 28, 1]);
/// let maps = relu(conv2d(x, variable(truncated_normal([5, 5, 1, 4], 0.1)), [1, 2, 2, 1], SAME));
/// let y = softmax(matmul(reshape(maps, [-1, 14 * 14 * 4]), variable(truncated_normal([784, 10], 0.1))));
/// let mut sess = Session::new();
/// sess.initialize(y)?;
/// look_inside(&sess, y, feed! { x => mnist.test.images.one(0) }, "en")?;
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// What speaks for a class is the derivative of its score by each pixel, times the pixel: where ink raises the score, as long as
/// it changes little. (Gradient × input: Shrikumar, Greenside, Shcherbina and Kundaje, 2016, <https://arxiv.org/abs/1605.01713>.)
///
/// An op that is not a convolution, a product, a pool, batch normalisation, an activation or dropout is shown but not explained,
/// and the picture names it; where several ways join, the longest is followed. Each call adds the gradient to the graph, some
/// kilobytes that are never given back.
///
/// # Errors
///
/// [`Error::Picture`] for another language, more than ten classes, or a net too large for a page; [`Error::Feed`] if `y` reads none of the
/// images, or there are more than five; [`Error::NotFinite`] if a weight, what a layer gives or a derivative is NaN or infinite; otherwise as [`Session::run`].
pub fn look_inside<const N: usize>(
    sess: &Session,
    y: impl Into<Tensor>,
    feed: [Fed<'_>; N],
    language: &str,
) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    inside(sess, y.into(), &feed, language)?.draw(language)
}

pub(super) fn inside(sess: &Session, y: Tensor, feed: &[Fed<'_>], language: Language) -> Result<Inside, Error> {
    let digits = Digits::find("look_inside", sess, y, feed)?;
    let scores = scores(y);
    let (layers, n, classes) = (path(digits.input, scores), digits.len(), scores.size());
    if layers.is_empty() {
        return Err(Error::Feed(format!(
            "look_inside: there is no way from `{}` to {y} on which each image stays by itself: give what the net answers for \
             each image, softmax(scores).",
            digits.name
        )));
    }
    let fetched: Vec<Vec<Tensor>> = layers.iter().map(fetched_of).collect();
    let all = digits.choose(&(0..n).collect::<Vec<_>>());
    let (answers, softmax, given) = digits.run(sess, (y, softmax(scores), fetched.clone()), &all)?;

    let words: &words::Inside = language.words();
    let names = names(&layers, words);
    let mut stages = vec![digit(&digits, words)];
    for (i, (layer, given)) in layers.iter().zip(&given).enumerate() {
        for (numbers, of) in given.iter().zip(&fetched[i]) {
            finite("look_inside", *of, numbers)?;
        }
        let stage = stage(layer, given, names[i].clone(), &stages[i]);
        stages.push(stage);
    }
    if let Some(last) = stages.last_mut().filter(|last| last.shape != [1, 1, classes]) {
        (last.shape, last.rule) = ([1, 1, classes], Rule::Unknown);
    }
    let unknown =
        |kind: Kind| layers.iter().filter(|layer| layer.kind == kind).map(|layer| layer.sum.to_string()).collect();
    Ok(Inside {
        stages,
        probabilities: probabilities([&answers, &softmax]),
        speaks: speaks(sess, &digits, scores)?.chunks(classes).map(<[_]>::to_vec).collect(),
        labels: digits.labels.clone(),
        unknown: unknown(Kind::Unknown),
        joins: unknown(Kind::Join),
    })
}

/// What is fetched of a layer: its sums, what is kept of them, what it gives, its weights if it has some, and its moves.
fn fetched_of(layer: &Layer) -> Vec<Tensor> {
    let weights = match layer.kind {
        Kind::Filter(_, weights) | Kind::Dense(weights) => Some(weights),
        _ => None,
    };
    let moves = layer.moves.iter().map(|(_, by)| *by);
    [layer.sum, layer.output].into_iter().chain(weights).chain(moves).collect()
}

fn digit(digits: &Digits<'_>, words: &words::Inside) -> Stage {
    Stage {
        name: words.digit.into(),
        shape: digits.shape,
        from: digits.shape,
        values: digits.numbers.clone(),
        rule: Rule::Digit,
        scale: vec![1.0; digits.shape[2]],
        shift: vec![0.0; digits.shape[2]],
        activation: None,
        drops: false,
    }
}

fn stage(layer: &Layer, given: &[ArrayD<f32>], name: String, before: &Stage) -> Stage {
    let shaped = |t: Tensor| match *t.shape() {
        [NONE, rows, columns, maps] => Some([rows, columns, maps]),
        _ => None,
    };
    let values = by_example(&given[1]);
    let numbers = |array: &ArrayD<f32>| array.iter().copied().collect::<Vec<f32>>();
    let (rule, moves) = match layer.kind {
        Kind::Filter(window, _) => (Rule::Filter(window, numbers(&given[2])), &given[3..]),
        Kind::Dense(_) => (Rule::Dense(neurons(layer, &given[0], &given[2], before)), &given[3..]),
        Kind::Pool(window, largest) => (Rule::Pool(window, largest), &given[2..]),
        Kind::Unknown | Kind::Join => (Rule::Unknown, &given[2..]),
    };
    let maps = layer.maps();
    let (mut scale, mut shift) = (vec![1.0; maps], vec![0.0; maps]);
    for ((op, _), by) in layer.moves.iter().zip(moves) {
        for (map, by) in by.iter().cycle().take(maps).enumerate() {
            match *op {
                "add" => shift[map] += by,
                "sub" => shift[map] -= by,
                "mul" => (scale[map], shift[map]) = (scale[map] * by, shift[map] * by),
                _ => (scale[map], shift[map]) = (scale[map] / by, shift[map] / by),
            }
        }
    }
    Stage {
        name,
        shape: shaped(layer.sum).unwrap_or([1, 1, layer.sum.size()]),
        from: shaped(layer.input).filter(|_| !matches!(layer.kind, Kind::Dense(_))).unwrap_or(before.shape),
        values,
        rule,
        scale,
        shift,
        activation: layer.activation.map(|node| (node.0.op, node.0.params.parse().unwrap_or(0.0))),
        drops: layer.drops(),
    }
}

/// The sums of a dense layer with their largest terms, for each digit.
fn neurons(layer: &Layer, sums: &ArrayD<f32>, weights: &ArrayD<f32>, before: &Stage) -> Vec<Vec<Neuron>> {
    let inputs = layer.input.size();
    // of a product with a transposed matrix, the graph holds the matrix itself
    let turned = layer.sum.0.params.ends_with(&format!("(1, {inputs})"));
    let weights: Vec<f32> = weights.iter().copied().collect();
    let outputs = layer.maps();
    let weight = |i: usize, neuron: usize| weights[if turned { neuron * inputs + i } else { i * outputs + neuron }];
    let of = |(numbers, sums): (&Vec<f32>, Vec<f32>)| {
        let neuron = |(neuron, sum): (usize, f32)| {
            let mut terms: Vec<(usize, f32)> = (0..inputs).map(|i| (i, weight(i, neuron))).collect();
            let size = |(i, weight): &(usize, f32)| (numbers[*i] * weight).abs();
            let by_size = |a: &(usize, f32), b: &(usize, f32)| size(b).total_cmp(&size(a)).then(a.0.cmp(&b.0));
            if terms.len() > TERMS {
                terms.select_nth_unstable_by(TERMS, by_size);
                terms.truncate(TERMS);
            }
            terms.sort_by(by_size);
            Neuron { sum, terms }
        };
        sums.into_iter().enumerate().map(neuron).collect()
    };
    before.values.iter().zip(by_example(sums)).map(of).collect()
}

/// For each digit and each class, the derivative of its score by each pixel times the pixel.
fn speaks(sess: &Session, digits: &Digits<'_>, scores: Tensor) -> Result<Vec<Vec<f32>>, Error> {
    let classes = scores.size();
    let which = placeholder([NONE, classes]);
    let slopes = gradients_of(reduce_sum(scores * which), &[digits.input])[0].named("derivative by the pixels");
    let n = digits.len() * classes;
    let one = Array2::from_shape_fn((n, classes), |(i, class)| f32::from(u8::from(i % classes == class)));
    let mut part = digits.choose(&(0..n).map(|i| i / classes).collect::<Vec<_>>());
    part.add(which, "the class", one);
    let [_, _, channels] = digits.shape;
    let speaks = |(i, slopes): (usize, Vec<f32>)| {
        let products: Vec<f32> = slopes.iter().zip(&digits.numbers[i / classes]).map(|(slope, x)| slope * x).collect();
        products.chunks(channels).map(|channels| channels.iter().sum()).collect()
    };
    let found = digits.run(sess, slopes, &part)?;
    finite("look_inside", slopes, &found)?;
    Ok(by_example(&found).into_iter().enumerate().map(speaks).collect())
}

/// The name that a student gave, or else what a layer is, with a number if there are several.
fn names(layers: &[Layer], words: &words::Inside) -> Vec<String> {
    let plain = |layer: &Layer| match layer.kind {
        Kind::Filter(..) => words.kinds[0].into(),
        Kind::Dense(_) => words.kinds[1].into(),
        Kind::Pool(..) | Kind::Unknown | Kind::Join => layer.sum.0.op.to_string(),
    };
    let all: Vec<String> = layers.iter().map(plain).collect();
    let name = |(i, layer): (usize, &Layer)| {
        let alike = |until: usize| all[..until].iter().filter(|other| **other == all[i]).count();
        layer.name.clone().unwrap_or_else(|| match alike(all.len()) {
            1 => all[i].clone(),
            _ => format!("{} {}", all[i], alike(i) + 1),
        })
    };
    layers.iter().enumerate().map(name).collect()
}
