//! Every figure, given what a student may give it by mistake: it is drawn as it is, or refused with a sentence.
use super::*;
use crate::mnist::{Batch, ReadOptions};
use crate::panel::tests::{panel, run, says, set as images};
use crate::panel::{Digits, Frame, History, Panel, Values};
use crate::picture::{Figure, TEST};
use crate::{Error, picture::tests::well_formed};
use ndarray::{Array4, ArrayD};
use std::panic::{AssertUnwindSafe, catch_unwind};

const VALUES: [f32; 10] = [0.0, 0.1, 1.0, -1.0, 1e-45, 3e38, -3e38, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
const ANSWERS: [usize; 5] = [0, 9, 255, 1_000_000, usize::MAX];

/// Images of one shape with these labels; the pixels have all greys.
fn set(shape: [usize; 3], labels: &[u8]) -> Batch {
    let [h, w, c] = shape;
    let images =
        Array4::from_shape_fn((labels.len(), h, w, c), |(i, y, x, k)| (80 * i + 13 * y + 7 * x + 90 * k + 9) as u8);
    (*ReadOptions::new().one_hot(false).data_set(images, labels).unwrap()).clone()
}

/// Sets with one image and several, of other sizes, with labels beyond ten classes, without images, with too few labels.
fn sets() -> Vec<Batch> {
    let mut sets: Vec<Batch> = [[28, 28, 1], [28, 28, 3], [1, 1, 1], [1, 1, 3], [20, 31, 3]]
        .into_iter()
        .flat_map(|shape| [set(shape, &[3]), set(shape, &[3, 8, 0]), set(shape, &[3, 26, 255])])
        .collect();
    let Batch { images, labels } = sets[1].clone();
    sets.push(Batch { images: images.take(0), labels: labels.take(0) });
    sets.push(Batch { images: images.clone(), labels: labels.take(1) });
    sets.push(Batch { images: images.take(1), labels });
    sets
}

/// Arrays of these shapes, full of each of the values, and with one of them among zeros.
fn arrays(shapes: &[&[usize]]) -> Vec<ArrayD<f32>> {
    let mut all = Vec::new();
    for shape in shapes {
        for value in VALUES {
            all.push(ArrayD::from_elem(*shape, value));
            let mut one = ArrayD::zeros(*shape);
            one.iter_mut().take(1).for_each(|x| *x = value);
            all.push(one);
        }
    }
    all
}

/// How many pictures were drawn and how many sentences said; `figure` is called with each of the cases.
fn judge<T>(name: &str, cases: impl IntoIterator<Item = T>, figure: impl Fn(&T) -> Result<Figure, Error>)
where
    T: std::fmt::Debug,
{
    let (mut pictures, mut sentences) = (0, 0);
    for case in cases {
        let shown = || format!("{name} of {:.400}", format!("{case:?}"));
        match catch_unwind(AssertUnwindSafe(|| figure(&case))) {
            Err(_) => panic!("{} panics", shown()),
            Ok(Ok(picture)) => {
                well_formed(picture.svg());
                assert!(picture.svg().len() < 4 << 20, "{}: {} bytes", shown(), picture.svg().len());
                pictures += 1;
            }
            Ok(Err(Error::Picture(sentence))) => {
                assert!((30..300).contains(&sentence.len()), "{}: {sentence}", shown());
                sentences += 1;
            }
            Ok(Err(other)) => panic!("{}: {other}", shown()),
        }
    }
    assert!(pictures > 0 && sentences > 0, "{name}: {pictures} pictures, {sentences} sentences");
}

#[test]
fn whatever_a_figure_of_a_net_is_given_it_is_drawn_or_refused() {
    let matrices = arrays(&[&[784, 10], &[784, 1], &[784, 0], &[1, 10], &[3, 10], &[10, 784], &[2352, 10], &[10], &[]]);
    let rows = arrays(&[&[10], &[1, 10], &[3, 10], &[10, 3], &[1], &[0], &[2, 5], &[]]);
    let mut nets = Vec::new();
    for set in sets() {
        for weights in &matrices {
            let classes = weights.shape().last().copied().unwrap_or(1);
            nets.push((set.clone(), weights.clone(), ArrayD::zeros(vec![classes])));
        }
        for biases in arrays(&[&[10], &[1, 10], &[9], &[]]) {
            nets.push((set.clone(), ArrayD::zeros(vec![784, 10]), biases));
        }
    }
    judge("batch_product", &nets, |(set, w, b)| batch_product(set, w, b, "es").map(|it| it.figure().clone()));
    judge("mean_images", sets(), |set| mean_images(set, "en"));
    judge("pixel_values", sets(), |set| pixel_values(set, 0, "es"));
    judge("neuron", &nets, |(set, w, b)| neuron(set, 0, w, b, 0, "es"));
    judge("ten_neurons", &nets, |(set, w, b)| ten_neurons(set, 0, w, b, "es"));
    // The surface takes longest: one of the sets that have no fault, and all others.
    let few = nets.iter().enumerate().filter(|(i, net)| i % 7 == 0 || net.0.images.shape() != [28, 28, 1]);
    judge("loss_surface", few, |(_, (set, w, b))| loss_surface(w, b, &[(set, 0.3)], "es"));

    let zeros = [ArrayD::zeros(vec![784, 10]), ArrayD::zeros(vec![10])];
    let digits = set([28, 28, 1], &[3, 8, 0]);
    judge("neuron", ANSWERS, |&class| neuron(&digits, 0, &zeros[0], &zeros[1], class, "en"));
    judge("neuron", ANSWERS, |&i| neuron(&digits, i, &zeros[0], &zeros[1], 0, "en"));
    judge("ten_neurons", ANSWERS, |&i| ten_neurons(&digits, i, &zeros[0], &zeros[1], "en"));
    judge("loss_surface", VALUES, |&rate| loss_surface(&zeros[0], &zeros[1], &[(&digits, rate)], "en"));
    judge("loss_surface", 0..5, |&n| loss_surface(&zeros[0], &zeros[1], &vec![(&digits, 0.3); n], "en"));

    let scored: Vec<_> =
        sets().into_iter().flat_map(|set| rows.iter().map(move |row| (set.clone(), row.clone()))).collect();
    judge("cross_entropy_bars", &scored, |(set, p)| cross_entropy_bars(set, 0, p, "es"));
    judge("cross_entropy_bars", &scored, |(set, p)| cross_entropy_bars(set, 2, p, "en"));
    judge("softmax_bars", &scored, |(set, scores)| softmax_bars(set, 0, scores, "es"));
    judge("softmax_bars", &scored, |(set, scores)| softmax_bars(set, 2, scores, "en"));
    judge("softmax_sliders", &scored, |(set, s)| softmax_sliders(set, 1, s, "en").map(|it| it.figure().clone()));
    judge("most_confused", &scored, |(set, p)| most_confused(&set.images, &set.labels, p, "es"));
    let wide = ArrayD::from_elem(vec![3, 1000], 0.001);
    judge("most_confused", sets(), |set| most_confused(&set.images, &set.labels, &wide, "en"));
}

#[test]
fn whatever_the_answers_are_they_are_counted_or_refused() {
    let mut cases = Vec::new();
    for set in sets() {
        for answer in ANSWERS {
            cases.extend([0, 1, 2, 3, 4].map(|n| (set.clone(), vec![answer; n])));
        }
    }
    judge("confusion_matrix", &cases, |(set, answers)| confusion_matrix(&set.labels, answers, "es"));
    judge("misread_digits", &cases, |(set, answers)| misread_digits(&set.images, &set.labels, answers, "en"));
    let history = History::new();
    judge("Panel", &cases, |(set, answers)| {
        let digits = Digits::new(&set.images, &set.labels, answers)?;
        Panel::new("en")?.draw(&Frame { training: Some(&digits), test: Some(&digits), ..Frame::new(&history) })
    });
    let digits = set([28, 28, 1], &[3, 8, 0]);
    let error = confusion_matrix(&digits.labels, std::iter::repeat(1_usize), "en").unwrap_err().to_string();
    assert!(error.contains("3 labels and more than 3 answers"), "answers without end: {error}");
}

#[test]
fn whatever_an_array_holds_its_pictures_are_drawn_or_refused() {
    let filters = arrays(&[&[5, 5, 1, 6], &[1, 1, 1, 1], &[3, 3, 9, 40], &[0, 3, 1, 1], &[784, 10], &[10], &[]]);
    judge("filter_images", &filters, |filters| filter_images(filters, "es"));
    let maps =
        arrays(&[&[1, 14, 14, 6], &[7, 7, 1], &[1, 1, 1], &[2, 2, 1000], &[5, 2, 2, 3], &[1, 0, 2, 1], &[10], &[]]);
    judge("feature_maps", &maps, |maps| feature_maps(&[("a < b\n\u{1}", maps)], "en"));
    judge("feature_maps", 0..3, |&n| feature_maps(&vec![("h", &maps[0]); n], "es"));
    let weights = arrays(&[&[784, 10], &[784, 1], &[1, 1000], &[1, 1], &[784, 0], &[0, 10], &[784], &[]]);
    for size in [[28, 28], [784, 1], [1, 1], [0, 28], [usize::MAX, 2]] {
        let fit = weights.iter().chain(&filters);
        let figures: Vec<_> = fit.map(|weights| weight_images(&[("W", weights)], size, "es")).collect();
        assert_eq!(figures.iter().any(Result::is_ok), size[0] > 0 && size[0] < 1000, "{size:?}");
        figures.iter().flatten().for_each(|figure| well_formed(figure.svg()));
    }
    judge("weight_images", &weights, |weights| weight_images(&[("W", weights)], [28, 28], "en"));
    judge("weight_images", 0..3, |&n| weight_images(&vec![("W", &weights[0]); n], [28, 28], "es"));
}

#[test]
fn whatever_a_curve_runs_through_it_is_drawn_or_refused() {
    let mut runs: Vec<Vec<(usize, f32)>> = vec![vec![]];
    for a in VALUES.into_iter().chain([-50.0, 250.0]) {
        runs.push(vec![(0, a)]);
        runs.push(vec![(usize::MAX, a)]);
        for b in VALUES {
            runs.extend([vec![(0, a), (10, b)], vec![(0, 0.5), (5, b), (5, b), (3, a)], vec![(7, a); 700]]);
        }
    }
    judge("curves", &runs, |run| curves("\u{0}", &[("a < b", run)], "es"));
    judge("curves", &runs, |run| curves("", &[("x", run), ("y", &vec![(0, 2.0), (1000, 0.5)])], "en"));
    judge("loss_along", &runs, |run| {
        let points: Vec<_> = run.iter().enumerate().map(|(i, &(_, value))| (i as f32, value)).collect();
        loss_along(&points, 0.0, 1e20, "es").map(|it| it.figure().clone())
    });
    judge("curves", 0..9, |&n| curves("n", &vec![("x", &runs[1]); n], "en"));
    let history = |run: &Vec<(usize, f32)>| {
        let mut history = History::new();
        for &(step, value) in run {
            history.training(step, value, value);
            history.test(step, value, value);
            history.spread(Values::Weights, step, &[[value, -value]]);
        }
        history
    };
    judge("accuracy_curves", &runs, |run| accuracy_curves(&history(run), "es"));
    for run in &runs {
        well_formed(loss_curves(&history(run), "en").unwrap().svg());
        well_formed(Panel::new("es").unwrap().draw(&Frame::new(&history(run))).unwrap().svg());
    }
}

/// A sentence for each figure and each mistake.
#[test]
fn what_cannot_be_drawn_is_said() {
    let digits = set([28, 28, 1], &[3, 8, 26]);
    let (images, labels) = (&digits.images, &digits.labels);
    let (weights, biases) = (ArrayD::<f32>::zeros(vec![784, 10]), ArrayD::<f32>::zeros(vec![10]));
    let mut spoilt = weights.clone();
    spoilt[[5, 7]] = f32::NAN;
    let (even, wide) = (ArrayD::from_elem(vec![3, 10], 0.1), ArrayD::from_elem(vec![3, 27], 0.1));
    let scores = ArrayD::from_elem(vec![3, 10], 7.5);
    let (curve, nothing) = (vec![(0, 1.0)], vec![(0, f32::NAN), (1, 2.0)]);
    let mut history = History::new();
    history.test(40, 91.2, None);
    let high = ArrayD::from_shape_fn(vec![784, 10], |i| if i[1] == 4 { 3e38 } else { 0.0 });
    let blank = (*crate::mnist::DataSet::new(Array4::zeros((1, 28, 28, 1)), &[8]).unwrap()).clone();
    let cases: Vec<(Result<Figure, Error>, &str)> = vec![
        (accuracy_curves(&history, "en"), "the test accuracy of step 40 is 91.2; a share from 0 to 1"),
        (batch_product(&digits, &spoilt, &biases, "en").map(|it| it.figure().clone()), "weights: NaN at [5, 7]"),
        (confusion_matrix(labels, [3_usize, 1_000_000, 1], "en"), "answer 1 is 1000000; the number of a class"),
        (confusion_matrix(&labels.take(0), [0_usize; 0], "en"), "0 labels and answers; at least one"),
        (cross_entropy_bars(&digits, 2, &even, "en"), "digit 2 has the label 26, but this figure is of a net with 10"),
        (cross_entropy_bars(&digits, 0, &scores, "en"), "the probabilities hold 7.5 at [0, 0]"),
        (
            cross_entropy_bars(&digits, 0, &even.t().to_owned(), "en"),
            "have the shape [10, 3]; [10], [1, 10] or [3, 10]",
        ),
        (curves("", &[("a", &curve), ("b", &vec![])], "en"), "the curve \"b\" has no point"),
        (curves("", &[("a", &nothing)], "en"), "every curve begins with NaN or an infinite value, \"a\" with NaN"),
        (curves("", &[("a", &curve); 7], "en"), "one to six curves fit into the figure; there are 7"),
        (mean_images(&digits, "en"), "digit 2 has the label 26"),
        (feature_maps(&[], "en"), "there is no layer to show"),
        (
            feature_maps(&[("h1", &spoilt.clone().into_shape_with_order(vec![1, 28, 28, 10]).unwrap())], "en"),
            "h1: NaN at",
        ),
        (filter_images(&ArrayD::from_elem(vec![5, 5, 1, 6], f32::NEG_INFINITY), "en"), "filters: -inf at [0, 0, 0, 0]"),
        (loss_surface(&weights, &biases, &[(&digits, 0.3)], "en"), "digit 2 has the label 26"),
        (loss_surface(&weights, &biases, &[(&blank, -0.3)], "en"), "0 or more, such as 0.3, but one is -0.3"),
        (loss_surface(&weights, &biases, &[(&blank, 0.3)], "en"), "no image of the batch has ink at row 6, column 15"),
        (loss_surface(&high, &biases, &[(&set([28, 28, 1], &[3]), 0.3)], "en"), "which is too large for a picture"),
        (misread_digits(&images.take(0), &labels.take(0), [0_usize; 0], "en"), "there are 0 digits to show"),
        (most_confused(images, labels, &even, "en"), "digit 2 has the label 26"),
        (most_confused(images, labels, &(&wide * 30.0), "en"), "give softmax(scores), not the scores"),
        (neuron(&set([28, 28, 3], &[1]), 0, &weights, &biases, 1, "en"), "the images have 3 channels"),
        (softmax_bars(&digits, 2, &scores, "en"), "digit 2 has the label 26"),
        (softmax_bars(&digits, 0, &(&scores * 20.0), "en"), "the score of the 0 is 150.0; from −80 to 80"),
        (
            ten_neurons(&digits, 0, &ArrayD::zeros(vec![784, 0]), &ArrayD::zeros(vec![0]), "en"),
            "there are [784, 0] and [0]",
        ),
        (weight_images(&[], [28, 28], "en"), "there are no weights to show"),
        (weight_images(&[("W", &spoilt)], [28, 28], "en"), "W: NaN at [5, 7]"),
    ];
    for (figure, sentence) in cases {
        let said = figure.expect_err(sentence).to_string();
        assert!(said.contains(sentence), "{said}\ndoes not say: {sentence}");
    }
    for figure in [
        mean_images(&digits, "fr"),
        curves("", &[("a", &curve)], ""),
        neuron_sliders("EN").map(|it| it.figure().clone()),
        rate_slider(&weights, &biases, &digits, "de").map(|it| it.figure().clone()),
    ] {
        assert!(figure.unwrap_err().to_string().contains("\"es\" (Spanish) or \"en\" (English)"));
    }
}

#[test]
fn what_is_beyond_the_usual_is_drawn_as_it_is() {
    let says = |figure: &Figure, text: &str| figure.svg().contains(&format!(">{text}<"));
    let digits = set([28, 28, 1], &[3, 8, 255]);

    let below = curves("Loss", &[("a", &vec![(0, 7.0), (100, -50.0)]), ("b", &vec![(0, f32::NAN)])], "en").unwrap();
    assert!(["0", "−25", "−50", "−50.0", "NaN"].iter().all(|text| says(&below, text)) && !below.svg().contains('%'));
    let early = curves("Loss", &[("a", &vec![(0, 250.0), (1, f32::INFINITY)])], "en").unwrap();
    assert!(says(&early, "300") && says(&early, "250.0") && early.svg().contains("<circle"), "one point is seen");

    let matrix = confusion_matrix(&digits.labels, [3_usize, 8, 999], "en").unwrap();
    assert!(says(&matrix, "1 of 3 digits misread") && says(&matrix, "Most often: a 255 read as 999, 1 time."));

    let mut steep = ArrayD::from_elem(vec![10], -80.0);
    steep[[0]] = 80.0;
    let bars = softmax_bars(&digits, 0, &steep, "en").unwrap();
    assert!(says(&bars, " ≈ 3.1e69 times as"), "e to the power of 160 is not infinite");
    let sliders = softmax_sliders(&digits, 0, &(&steep / 4.0), "en").unwrap().html();
    assert!(sliders.contains("min=\"-20\" max=\"20\" step=\"0.1\" value=\"20\""), "no slider takes a score back to 10");

    // Scores of thousands: exponentials that f64 does not hold either.
    let mut weights = ArrayD::zeros(vec![784, 10]);
    weights.slice_mut(ndarray::s![.., 4]).fill(100.0);
    let surface = loss_surface(&weights, &ArrayD::zeros(vec![10]), &[(&set([28, 28, 1], &[4, 4]), 0.1)], "en").unwrap();
    assert!(says(&surface, "0.000") && !surface.svg().contains("NaN"), "it is sure, and right");

    let even = ten_neurons(&digits, 0, &ArrayD::zeros(vec![784, 10]), &ArrayD::zeros(vec![10]), "en").unwrap();
    let winner = even.svg().find(&format!("fill=\"{TEST}\" font-weight=\"700\">0<"));
    assert!(winner.is_some(), "of equal scores the first wins, as argmax has it");

    let one = ten_neurons(&digits, 0, &ArrayD::zeros(vec![784, 1]), &ArrayD::zeros(vec![1]), "en").unwrap();
    assert!(one.svg().contains("height=\"306\""), "the digit has room beside a single neuron");
}

/// What a screen reader hears while a slider moves.
#[test]
fn what_is_said_of_a_figure_with_sliders_names_parts_of_it() {
    let digits = set([28, 28, 1], &[3, 8, 0]);
    let (weights, biases) = (ArrayD::<f32>::zeros(vec![784, 10]), ArrayD::<f32>::zeros(vec![10]));
    let curve = [-1.0, 0.0, 1.0_f32].map(|x| (x, x * x));
    let figures = [
        batch_product(&digits, &weights, &biases, "es"),
        filter_slider(&digits, 0, &ndarray::array![[1.0, -1.0]], "en"),
        function_graph("-log", "es"),
        loss_along(&curve, 0.0, 0.0, "en"),
        neuron_sliders("es"),
        rate_slider(&weights, &biases, &digits, "en"),
        softmax_sliders(&digits, 0, &ArrayD::zeros(vec![10]), "es"),
        tiny_net("en"),
        weight_film(&[(0, weights.clone()), (5, weights.clone())], [28, 28], "es"),
    ];
    for figure in figures {
        let figure = figure.unwrap();
        let html = figure.html();
        let (_, said) = html.rsplit_once(", \"").unwrap();
        let names: Vec<&str> = said.split('{').skip(1).filter_map(|name| Some(name.split_once('}')?.0)).collect();
        assert!(!names.is_empty(), "{said}");
        for name in names {
            assert!(figure.figure().svg().contains(&format!(" data-name=\"{name}\"")), "{name}: {said}");
        }
    }
}

#[test]
fn only_two_languages_exist() {
    let Err(error) = Panel::new("fr") else { panic!("there is no French panel") };
    assert!(matches!(error, Error::Picture(_)) && error.to_string().contains("\"fr\""), "{error}");
    assert!(accuracy_curves(&run(3), "").is_err() && loss_curves(&run(3), "ES").is_err());
}

#[test]
fn a_loss_below_zero_is_drawn_below_zero() {
    let mut history = History::new();
    (0..=100).for_each(|step| history.training(step, None, -0.5 * step as f32));
    let svg = loss_curves(&history, "en").unwrap().svg().to_owned();
    assert!(says(&svg, "0") && says(&svg, "\u{2212}25") && says(&svg, "\u{2212}50"));
    assert!(panel(&Frame::new(&history)).contains("\u{2212}50"));
}

#[test]
fn figures_stand_alone() {
    let history = run(500);
    for figure in [accuracy_curves(&history, "es").unwrap(), loss_curves(&history, "en").unwrap()] {
        well_formed(figure.svg());
        assert!(
            figure.html().contains("<img class=\"digitos\" alt=\"")
                && figure.html().contains("src=\"data:image/svg+xml;base64,PHN2Zy")
        );
    }
    let set = images([28, 28, 1], &[0; 784_000], &[3; 1000]);
    let answers = ndarray::Array1::from_iter((0..1000).map(|i| 3 + usize::from(i < 200)));
    let figure = misread_digits(&set.images, &set.labels, &answers, "en").unwrap();
    well_formed(figure.svg());
    assert!(
        says(figure.svg(), "200 of 1,000 digits misread")
            && says(figure.svg(), "here, 80 of them and 40 read correctly")
    );
    let error = figure.save("/nowhere/at/all.svg").unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all.svg"), "{error}");
}

#[test]
fn weights_become_pictures() {
    use ndarray::ArrayD;
    let mut weights = ArrayD::<f32>::zeros(vec![6, 12]);
    weights[[0, 0]] = 0.5;
    weights[[5, 0]] = -0.5;
    let figure = weight_images(&[("a < b", &weights)], [2, 3], "es").unwrap();
    well_formed(figure.svg());
    assert!(says(figure.svg(), "a &lt; b") && says(figure.svg(), "11"));
    assert_eq!(figure.svg().matches("<mask ").count(), 24, "a positive and a negative part of each class");
    let error = weight_images(&[("w", &weights)], [28, 28], "es").unwrap_err().to_string();
    assert_eq!(error, "the weights \"w\" have the shape [6, 12]; pictures of 28 × 28 pixels need [784, classes]");
}
