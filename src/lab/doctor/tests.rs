use super::{Ailment, Diagnosis, diagnose};
use crate::Error;
use crate::picture::tests::well_formed;
use crate::prelude::*;
use ndarray::{Array1, Array4};
use std::fs;

/// A data set for learning and one for the exam.
struct Sets {
    train: DataSet,
    test: DataSet,
    side: usize,
    classes: usize,
}

fn copied(set: &DataSet, class: impl Fn(usize) -> usize, pixel: impl Fn(u8) -> u8) -> DataSet {
    let [h, w, c] = set.images.shape();
    let images = Array4::from_shape_fn((set.len(), h, w, c), |(i, y, x, _)| pixel(set.images.image(i)[y * w + x]));
    DataSet::new(images, &(0..set.len()).map(|i| class(i) as u8).collect::<Vec<_>>()).unwrap()
}

/// MNIST, and another problem made of it: 14 × 14 pixels, mirrored, and five classes of two digits each.
fn two_problems() -> [Sets; 2] {
    let mnist = read_data_sets("MNISTdata").unwrap();
    let (train, test) = (mnist.train.take(6000), mnist.test.take(1500));
    let halved = |set: &DataSet| {
        let pixel = |(i, y, x, _): (usize, usize, usize, usize)| set.images.image(i)[2 * y * 28 + 2 * (13 - x)];
        let classes: Vec<u8> = (0..set.len()).map(|i| set.labels.class(i) as u8 / 2).collect();
        DataSet::new(Array4::from_shape_fn((set.len(), 14, 14, 1), pixel), &classes).unwrap()
    };
    let other = Sets { train: halved(&train), test: halved(&test), side: 14, classes: 10 };
    [Sets { train, test, side: 28, classes: 10 }, other]
}

/// A net with its placeholders.
struct Net {
    x: Tensor,
    y_: Tensor,
    pkeep: Tensor,
    is_test: Tensor,
    iteration: Tensor,
    averages: Vec<Step>,
}

impl Net {
    fn new(sets: &Sets) -> Net {
        let [pkeep, is_test, iteration] = [(); 3].map(placeholder);
        let x = placeholder([NONE, sets.side, sets.side, 1]);
        Net { x, y_: placeholder([NONE, sets.classes]), pkeep, is_test, iteration, averages: Vec::new() }
    }

    fn pixels(&self) -> Tensor {
        reshape(self.x, [NONE, self.x.size()])
    }

    /// The mean cross entropy of an image, a hundred times.
    fn loss(&self, scores: Tensor) -> Scalar {
        reduce_mean(softmax_cross_entropy_with_logits(scores, self.y_)) * 100.0
    }

    fn normalised(&mut self, z: Tensor) -> Tensor {
        let offset = variable(constant(0.01, [*z.shape().last().unwrap()]));
        let (z, average) = batch_norm(z, self.is_test, self.iteration, offset);
        self.averages.push(average);
        relu(z)
    }
}

/// A layer whose weights have the standard deviation √(2/n), times `spread`.
fn dense(h: Tensor, outputs: usize, spread: f64, bias: f64) -> Tensor {
    let n = h.shape()[1];
    let w = variable(truncated_normal([n, outputs], spread * (2.0 / n as f64).sqrt()));
    matmul(h, w) + variable(constant(bias, [outputs]))
}

fn relus(net: &Net, spread: f64, bias: f64) -> Tensor {
    let h = [60, 30].iter().fold(net.pixels(), |h, &n| dropout(relu(dense(h, n, spread, bias)), net.pkeep));
    dense(h, net.y_.size(), 1.0, 0.1)
}

fn normalised(net: &mut Net) -> Tensor {
    let filters = variable(truncated_normal([5, 5, 1, 4], 0.1));
    let h = net.normalised(conv2d(net.x, filters, [1, 2, 2, 1], SAME));
    let h = net.normalised(matmul(reshape(h, [NONE, h.size()]), variable(truncated_normal([h.size(), 30], 0.1))));
    dense(dropout(h, net.pkeep), net.y_.size(), 1.0, 0.1)
}

fn adam(loss: Scalar) -> Step {
    AdamOptimizer::new(0.003).minimize(loss)
}

/// How a net is trained and examined.
#[derive(Clone, Copy)]
struct Way<'a> {
    train: &'a DataSet,
    test: &'a DataSet,
    steps: usize,
    /// In the training and in the exam.
    pkeep: [f32; 2],
    by_averages: bool,
    /// Whether the moving averages are updated.
    follows: bool,
    shuffles: bool,
    /// What the loop feeds, if not what the doctor is given.
    feeds: Option<&'a DataSet>,
}

impl<'a> Way<'a> {
    fn usual(sets: &'a Sets) -> Way<'a> {
        let Sets { train, test, .. } = sets;
        Way {
            train,
            test,
            steps: 120,
            pkeep: [1.0, 1.0],
            by_averages: true,
            follows: true,
            shuffles: true,
            feeds: None,
        }
    }
}

/// Trains the net, and asks the doctor.
fn diagnosis(net: &Net, y: Tensor, step: Step, way: &Way<'_>) -> Diagnosis {
    let Net { x, y_, pkeep, is_test, iteration, .. } = *net;
    let mut sess = Session::new();
    sess.initialize((step, net.averages.clone())).unwrap();
    let mut train = way.feeds.unwrap_or(way.train).clone();
    for i in 0..way.steps {
        let batch =
            if way.shuffles { train.next_batch(50).unwrap() } else { (*train.select(50 * i..50 * i + 50)).clone() };
        let followed = if way.follows { net.averages.clone() } else { Vec::new() };
        let (keep, feed) = (way.pkeep[0], false);
        let fed = feed! { x => batch.images, y_ => batch.labels, pkeep => keep, is_test => feed, iteration => i };
        if sess.run((step, followed), fed).is_err() {
            break;
        }
    }
    let [training, exam] = [(way.train, way.pkeep[0], false), (way.test, way.pkeep[1], way.by_averages)];
    let diagnosis = diagnose(
        &sess,
        step,
        y,
        feed! { x => training.0.images, y_ => training.0.labels, pkeep => training.1, is_test => training.2 },
        feed! { x => exam.0.images, y_ => exam.0.labels, pkeep => exam.1, is_test => exam.2 },
        "es",
    );
    diagnosis.unwrap()
}

fn ailments(diagnosis: &Diagnosis) -> Vec<Ailment> {
    diagnosis.findings().iter().map(|finding| finding.ailment).collect()
}

#[test]
fn healthy_nets_are_healthy_before_and_after_training() {
    for (problem, sets) in two_problems().iter().enumerate() {
        for steps in [0, 120] {
            let way = Way { steps, ..Way::usual(sets) };
            // as in the first lesson: one layer, and gradient descent
            let net = Net::new(sets);
            let w = variable(truncated_normal([net.x.size(), sets.classes], 0.1));
            let y = softmax(matmul(net.pixels(), w) + variable(zeros([sets.classes])));
            let step = GradientDescentOptimizer::new(0.003).minimize(-reduce_mean(net.y_ * log(y)) * 1000.0);
            let first = diagnosis(&net, y, step, &way);
            // the second: ReLU, Adam, a falling rate and dropout
            let net = Net::new(sets);
            let (scores, way) = (relus(&net, 1.0, 0.1), Way { pkeep: [0.75, 1.0], ..way });
            let rate = exponential_decay(0.003, net.iteration, 200, 0.5);
            let second = diagnosis(&net, softmax(scores), AdamOptimizer::new(rate).minimize(net.loss(scores)), &way);
            // the third: filters
            let net = Net::new(sets);
            let h = relu(conv2d(net.x, variable(truncated_normal([5, 5, 1, 6], 0.1)), [1, 2, 2, 1], SAME));
            let scores = dense(
                dropout(relu(dense(reshape(h, [NONE, h.size()]), 30, 1.0, 0.1)), net.pkeep),
                sets.classes,
                1.0,
                0.1,
            );
            let third = diagnosis(&net, scores, adam(net.loss(scores)), &way);
            // the fourth: batch normalisation, and a rate to match
            let mut net = Net::new(sets);
            let scores = normalised(&mut net);
            let step = AdamOptimizer::new(0.02).minimize(net.loss(scores));
            let fourth = diagnosis(&net, scores, step, &way);
            for (lesson, found) in [first, second, third, fourth].iter().enumerate() {
                assert!(
                    found.findings().is_empty(),
                    "problem {problem}, lesson {}, {steps} steps: {found}",
                    lesson + 1
                );
            }
        }
    }
}

#[test]
fn each_illness_is_told_from_the_others() {
    for (problem, sets) in two_problems().iter().enumerate() {
        let mut wrong = Vec::new();
        let mut expect = |ailment: Ailment, net: &Net, y: Tensor, step: Step, way: &Way<'_>| {
            let found = diagnosis(net, y, step, way);
            if ailments(&found) != [ailment] {
                wrong.push(format!("{ailment:?} was expected: {found}"));
            }
            for finding in found.findings() {
                well_formed(finding.figure.svg());
                let text = format!("{} {}", finding.seen, finding.treatment);
                assert!(text.matches(". ").count() <= 2 && text.len() < 420, "three short sentences: {text}");
            }
        };
        let untrained = Way { steps: 0, ..Way::usual(sets) };
        let trained = Way::usual(sets);

        for (factor, ailment) in [(1000.0, Ailment::RateTooHigh), (1e-4, Ailment::RateTooLow)] {
            let net = Net::new(sets);
            let y = softmax(dense(net.pixels(), sets.classes, 1.0, 0.0));
            let step = GradientDescentOptimizer::new(0.003 * factor).minimize(-reduce_mean(net.y_ * log(y)) * 1000.0);
            expect(ailment, &net, y, step, &trained);
        }
        let with_relus = |spread: f64, bias: f64| {
            let net = Net::new(sets);
            let scores = relus(&net, spread, bias);
            let step = adam(net.loss(scores));
            (net, scores, step)
        };
        let (net, scores, step) = with_relus(1.0, -4.0);
        expect(Ailment::DeadRelu, &net, scores, step, &trained);
        let (net, scores, step) = with_relus(30.0, 0.1);
        expect(Ailment::StartTooLarge, &net, scores, step, &untrained);
        let net = Net::new(sets);
        let h = [60, 50, 40, 30].iter().fold(net.pixels(), |h, &n| relu(dense(h, n, 0.05, 0.1)));
        let scores = dense(h, sets.classes, 0.05, 0.1);
        let step = GradientDescentOptimizer::new(0.003).minimize(net.loss(scores));
        expect(Ailment::StartTooSmall, &net, scores, step, &untrained);

        for (widths, spread, ailment) in
            [(&[60, 50, 40, 30][..], 1.0, Ailment::VanishingGradient), (&[60, 30], 40.0, Ailment::Saturated)]
        {
            let net = Net::new(sets);
            let h = widths.iter().fold(net.pixels(), |h, &n| sigmoid(dense(h, n, spread, 0.1)));
            let scores = dense(h, sets.classes, 1.0, 0.1);
            let step = GradientDescentOptimizer::new(0.003).minimize(net.loss(scores));
            expect(ailment, &net, scores, step, &trained);
        }
        let net = Net::new(sets);
        let h = relu(matmul(net.pixels(), variable(zeros([net.x.size(), 30]))) + variable(constant(0.1, [30])));
        let scores = dense(h, sets.classes, 1.0, 0.1);
        expect(Ailment::Symmetric, &net, scores, adam(net.loss(scores)), &trained);
        let net = Net::new(sets);
        let scores = dense(relu(dense(net.pixels() * 255.0, 30, 1.0, 0.1)), sets.classes, 1.0, 0.1);
        let step = GradientDescentOptimizer::new(0.003).minimize(net.loss(scores));
        expect(Ailment::Unscaled, &net, scores, step, &trained);
        let net = Net::new(sets);
        let y = softmax(relus(&net, 1.0, 0.1));
        expect(Ailment::ScoresAreBent, &net, y, adam(net.loss(y)), &trained);
        let (net, scores, _) = with_relus(1.0, 0.1);
        expect(Ailment::LossUpsideDown, &net, scores, adam(-net.loss(scores)), &untrained);
        let net = Net::new(sets);
        let scores = dense(dense(net.pixels(), 30, 1.0, 0.1), sets.classes, 1.0, 0.1);
        expect(Ailment::NoActivation, &net, scores, adam(net.loss(scores)), &trained);

        let few = sets.train.take(100);
        let (net, scores, step) = with_relus(1.0, 0.1);
        expect(Ailment::Overfitting, &net, scores, step, &Way { train: &few, steps: 300, ..trained });
        let mut order: Vec<usize> = (0..sets.train.len()).collect();
        order.sort_by_key(|&i| sets.train.labels.class(i));
        let sorted = sets.train.choose(&order);
        expect(Ailment::NotShuffled, &net, scores, step, &Way { train: &sorted, shuffles: false, ..trained });

        let class = |i: usize| sets.train.labels.class(i);
        let n = sets.train.len();
        let shifted = copied(&sets.train, |i| class((i + 1) % n), |p| p);
        expect(Ailment::ShiftedLabels, &net, scores, step, &Way { train: &shifted, ..trained });
        let unrelated = copied(&sets.train, |i| class((i + 1000) % n), |p| p);
        expect(Ailment::UnrelatedLabels, &net, scores, step, &Way { train: &unrelated, ..untrained });
        expect(Ailment::FedOtherwise, &net, scores, step, &Way { feeds: Some(&unrelated), steps: 250, ..trained });
        let noise = copied(&sets.test, |i| sets.test.labels.class((i + 500) % sets.test.len()), |p| p);
        let slow = adam(net.loss(scores) * 0.01);
        expect(Ailment::Stuck, &net, scores, slow, &Way { train: &unrelated, test: &noise, ..trained });
        let classes = 1 + (0..n).map(class).max().unwrap();
        let renamed = copied(&sets.test, |i| (sets.test.labels.class(i) + 1) % classes, |p| p);
        expect(Ailment::RenamedClasses, &net, scores, step, &Way { test: &renamed, ..trained });
        let negative = copied(&sets.test, |i| sets.test.labels.class(i), |p| 255 - p);
        expect(Ailment::OtherInputs, &net, scores, step, &Way { test: &negative, ..trained });
        let one = sets.train.choose(&(0..n).filter(|&i| class(i) == 3).collect::<Vec<_>>());
        expect(Ailment::OneClass, &net, scores, step, &Way { train: &one, ..untrained });

        expect(Ailment::DropoutInExam, &net, scores, step, &Way { pkeep: [0.75, 0.75], ..trained });
        let mut net = Net::new(sets);
        let scores = normalised(&mut net);
        let step = AdamOptimizer::new(0.02).minimize(net.loss(scores));
        expect(Ailment::ExamByBatch, &net, scores, step, &Way { by_averages: false, ..trained });
        expect(Ailment::AveragesNotUpdated, &net, scores, step, &Way { follows: false, ..trained });
        assert!(wrong.is_empty(), "problem {problem}: {}", wrong.join("\n\n"));
    }
}

/// The first lesson's net with a rate that is too high, and its placeholders.
fn hasty() -> (DataSets, Tensor, Tensor, Tensor, Step) {
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let y = softmax(dense(reshape(x, [-1, 784]), 10, 1.0, 0.0));
    let step = GradientDescentOptimizer::new(3.0).minimize(-reduce_mean(y_ * log(y)) * 1000.0);
    (read_data_sets("MNISTdata").unwrap(), x, y_, y, step)
}

#[test]
fn the_session_stays_as_it_was_and_the_verdict_is_always_the_same() -> Result<(), Error> {
    let (mut mnist, x, y_, y, step) = hasty();
    let mut sess = Session::new();
    sess.initialize(step)?;
    let batch = mnist.train.next_batch(100)?;
    sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    let (before, debug) = (sess.run(y.variables(), [])?, format!("{sess:?}"));
    let arrays =
        [&mnist.train.take(2000), &mnist.test.take(500)].map(|set| (set.images.to_array(), set.labels.to_array()));
    let with = |sess: &Session| {
        let [train, test] = &arrays;
        diagnose(sess, step, y, feed! { x => train.0, y_ => train.1 }, feed! { x => test.0, y_ => test.1 }, "en")
    };
    let by_hand = with(&sess)?;
    assert_eq!(ailments(&by_hand), [Ailment::RateTooHigh], "of arrays, too");
    assert_eq!(sess.run(y.variables(), [])?, before);
    assert_eq!(format!("{sess:?}"), debug);
    let (train, test) = (mnist.train.take(2000), mnist.test.take(500));
    let [training, exam] = [&train, &test];
    let again = diagnose(
        &sess.threads(1),
        step,
        y,
        feed! { x => training.images, y_ => training.labels },
        feed! { x => exam.images, y_ => exam.labels },
        "en",
    )?;
    assert_eq!(again.html(), by_hand.html());
    Ok(())
}

#[test]
fn what_cannot_be_examined_is_refused_with_a_sentence() -> Result<(), Error> {
    let (mnist, x, y_, y, step) = hasty();
    let mut sess = Session::new();
    let (train, test) = (&mnist.train, &mnist.test);
    let ask = |sess: &Session, step: Step, y: Tensor, train: &Batch, language: &str| {
        let training = feed! { x => train.images, y_ => train.labels };
        diagnose(sess, step, y, training, feed! { x => test.images, y_ => test.labels }, language)
    };
    let refused = |found: Result<Diagnosis, Error>, why: &str| {
        let text = found.map(|d| d.to_string()).unwrap_err().to_string();
        assert!(text.contains(why), "{text}");
    };
    refused(ask(&sess, step, y, train, "en"), "call sess.initialize(step)? once before the first run");
    sess.initialize(step)?;
    refused(ask(&sess, step, y, train, "fr"), "\"fr\"");
    refused(ask(&sess, step, reduce_max_axes(y, [1]), train, "en"), "a tensor [?, classes] was expected");
    refused(ask(&sess, step, y, &train.take(0), "en"), "`x` is fed 0 examples");
    refused(ask(&sess, step, y, &train.take(99), "en"), "fed 99 examples, and at least 100 were expected");
    let mismatched = Batch { images: train.images.take(500), labels: train.labels.take(400) };
    refused(ask(&sess, step, y, &mismatched, "en"), "500 images, but `y_` 400");
    let narrow = DataSet::new(Array4::zeros((200, 28, 14, 1)), &[0; 200])?;
    refused(ask(&sess, step, y, &narrow, "en"), "[200, 28, 14, 1]");
    let nameless = diagnose(&sess, step, y, feed! { x => train.images }, feed! { x => test.images }, "en");
    refused(nameless, "no images with their labels");
    let (three, step_of_three) = {
        let scores = dense(reshape(x, [-1, 784]), 3, 1.0, 0.0);
        (scores, adam(reduce_mean(softmax_cross_entropy_with_logits(scores, constant(0.1, [3])))))
    };
    refused(ask(&sess, step_of_three, three, train, "en"), "has the label");
    let (_, only_averages) = batch_norm(dense(reshape(x, [-1, 784]), 3, 1.0, 0.0), 0, 0, zeros([3]));
    refused(ask(&sess, only_averages, y, train, "en"), "this step trains nothing");
    Ok(())
}

#[test]
fn what_makes_measuring_impossible_is_a_finding() -> Result<(), Error> {
    let (mnist, x, y_, y, step) = hasty();
    let set = mnist.train.take(3000);
    let ask = |sess: &Session, step: Step, y: Tensor| {
        let [training, exam] = [(); 2].map(|()| feed! { x => set.images, y_ => set.labels });
        diagnose(sess, step, y, training, exam, "es")
    };
    let b = variable(Array1::from_vec(vec![f32::NAN; 10])).named("b");
    let ill = softmax(dense(reshape(x, [-1, 784]), 10, 1.0, 0.0) + b);
    let its_step = adam(-reduce_mean(y_ * log(ill)));
    let mut sess = Session::new();
    sess.initialize((step, its_step))?;
    let found = ask(&sess, its_step, ill)?;
    assert_eq!(ailments(&found), [Ailment::NotFinite]);
    assert!(found.to_string().contains("Entre los números de b [10] hay 10 que son NaN"), "{found}");
    assert_eq!(ailments(&ask(&sess, step, ill)?), [Ailment::OtherNet]);
    assert_eq!(ailments(&ask(&sess, step, y)?), [Ailment::RateTooHigh]);
    Ok(())
}

/// In both languages a finding leads to a notebook that there is, by the title that it has.
#[test]
fn lessons_are_called_as_in_the_notebooks() {
    for (language, text) in
        [("en", include_str!("../../words/en/doctor.rs")), ("es", include_str!("../../words/es/doctor.rs"))]
    {
        let mut checked = 0;
        for line in text.lines().filter(|line| line.starts_with("const ") && line.contains(".ipynb")) {
            let [title, file] = [1, 3].map(|k| line.split('"').nth(k).unwrap());
            let path = format!("{}/notebooks/{language}/{file}", env!("CARGO_MANIFEST_DIR"));
            let notebook = fs::read_to_string(&path).expect(&path);
            assert!(notebook.contains(&format!("\"# {title}\\n\"")), "{path} is not called {title}");
            checked += 1;
        }
        assert_eq!(checked, 7);
    }
}
