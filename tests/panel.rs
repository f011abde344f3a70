//! The live panel as a lesson uses it.
use digitos::mnist::Batch;
use digitos::ndarray::Array4;
use digitos::prelude::*;

/// A network with dropout, whose random numbers must not depend on being watched.
struct Net {
    x: Tensor,
    y_: Tensor,
    keep: Tensor,
    rate: Tensor,
    hidden: Tensor,
    y: Tensor,
    loss: Scalar,
    step: Step,
    variables: [Tensor; 4],
}

fn net([h, w, c]: [usize; 3]) -> Net {
    let (x, y_) = (placeholder([NONE, h, w, c]), placeholder([NONE, 10]));
    let (keep, rate) = (placeholder(()), placeholder(()));
    let w1 = variable(truncated_normal([h * w * c, 20], 0.1));
    let b1 = variable(zeros([20]));
    let w2 = variable(truncated_normal([20, 10], 0.1));
    let b2 = variable(zeros([10]));
    let hidden = dropout(relu(matmul(reshape(x, [NONE, h * w * c]), w1) + b1), keep);
    let y = softmax(matmul(hidden, w2) + b2);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = AdamOptimizer::new(rate).minimize(loss);
    Net { x, y_, keep, rate, hidden, y, loss, step, variables: [w1, b1, w2, b2] }
}

/// Noise with labels.
fn noise(n: usize, [h, w, c]: [usize; 3]) -> DataSet {
    let mut state = 1u32;
    let images = Array4::from_shape_fn((n, h, w, c), |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let labels: Vec<u8> = (0..n).map(|i| (i % 10) as u8).collect();
    DataSet::new(images, &labels).unwrap()
}

const DIGIT: [usize; 3] = [28, 28, 1];

impl Net {
    fn panel(&self) -> LivePanel {
        LivePanel::new("en", self.y, self.loss).unwrap()
    }

    fn session(&self) -> Session {
        let mut sess = Session::with_seed(7);
        sess.initialize(self.step).unwrap();
        sess
    }

    fn train(&self, sess: &mut Session, batch: &Batch) {
        let rate = 0.003;
        let Batch { images, labels } = batch;
        sess.run(self.step, feed! { self.x => images, self.y_ => labels, self.keep => 0.75, self.rate => rate })
            .unwrap();
    }

    /// The lesson's loop.
    fn run(&self, panel: &mut LivePanel, sess: &mut Session, train: &mut DataSet, test: &Batch, steps: usize) {
        let size = train.len().min(100);
        for _ in panel.steps(sess, steps) {
            let batch = train.next_batch(size).unwrap();
            let Batch { images, labels } = &batch;
            panel.training(sess, feed! { self.x => images, self.y_ => labels, self.keep => 1.0 }).unwrap();
            let Batch { images, labels } = test;
            panel.test(sess, feed! { self.x => images, self.y_ => labels, self.keep => 1.0 }).unwrap();
            self.train(sess, &batch);
        }
    }
}

/// The text of a figure between tags.
fn says(figure: &Figure, text: &str) -> bool {
    figure.svg().contains(&format!(">{text}<"))
}

#[test]
fn who_is_watched_learns_the_same_and_is_drawn_the_same() {
    let net = net(DIGIT);
    let watched = || {
        let (mut sess, mut panel) = (net.session(), net.panel().activations([net.hidden]));
        let mut set = noise(300, DIGIT);
        let test = set.take(150);
        net.run(&mut panel, &mut sess, &mut set, &test, 40);
        (sess.run(net.variables, []).unwrap(), panel.figure().unwrap())
    };
    let (weights, figure) = watched();
    let (mut sess, mut set) = (net.session(), noise(300, DIGIT));
    for _ in 0..=40 {
        net.train(&mut sess, &set.next_batch(100).unwrap());
    }
    assert_eq!(weights, sess.run(net.variables, []).unwrap(), "to the last bit");
    assert_eq!(figure.svg(), watched().1.svg());
    assert!(says(&figure, "Finished") && says(&figure, "40") && says(&figure, "of 40 · epoch 13.7"));
    assert!(says(&figure, "Activations") && says(&figure, "the shades hold"));
}

#[test]
fn the_panel_of_the_first_lesson_is_small_and_true() {
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let mut panel = LivePanel::new("en", y, loss).unwrap();
    let mut before = 0.0;
    for i in panel.steps(&sess, 200) {
        let batch = mnist.train.next_batch(100).unwrap();
        panel.training(&sess, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        panel.test(&sess, feed! { x => mnist.test.images, y_ => mnist.test.labels }).unwrap();
        if i == 200 {
            before = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels }).unwrap();
        }
        sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
    }
    let figure = panel.figure().unwrap();
    assert!(figure.html().len() < 400_000, "{} bytes", figure.html().len());
    let right = (before * 10_000.0).round() as usize;
    assert!(says(&figure, &format!("{},{:03} of 10,000 read correctly", right / 1000, right % 1000)));
    assert!(says(&figure, "7,840 values; the shades hold") && says(&figure, "10 values; the shades hold"));
    assert!(says(&figure, "of 200 · epoch 0.34") && says(&figure, "Finished"));
    assert_eq!(panel.history().last_step(), 200);

    let path = std::env::temp_dir().join(format!("digitos-movie-{}.gif", std::process::id()));
    let saved = panel.save_movie(&path);
    if cfg!(feature = "movie") {
        saved.unwrap();
        let gif = std::fs::read(&path).unwrap();
        assert!(gif.starts_with(b"GIF89a\xC0\x03\x80\x02"), "960 × 640");
        std::fs::remove_file(path).unwrap();
    } else {
        let error = saved.unwrap_err().to_string();
        for place in ["in a notebook, write features = [\"movie\"] into the line that begins with :dep", "Cargo.toml"] {
            assert!(error.contains(place), "{error}");
        }
    }
}

#[test]
fn run_again_it_goes_on_and_after_initialize_it_begins_again() {
    let net = net(DIGIT);
    let (mut sess, mut panel, mut set) = (net.session(), net.panel(), noise(120, DIGIT));
    let test = set.take(30);
    net.run(&mut panel, &mut sess, &mut set, &test, 10);
    assert_eq!(panel.history().last_step(), 10);
    net.run(&mut panel, &mut sess, &mut set, &test, 10);
    assert_eq!(panel.history().last_step(), 20);
    assert!(says(&panel.figure().unwrap(), "of 20 · epoch 17.5"));
    sess.initialize(net.step).unwrap();
    net.run(&mut panel, &mut sess, &mut set, &test, 5);
    assert_eq!(panel.history().last_step(), 5);
    assert!(says(&panel.figure().unwrap(), "of 5 · epoch 5.0"));
}

#[test]
fn an_epoch_is_as_long_as_the_set_that_is_trained_on() {
    let net = net(DIGIT);
    let epoch_of = |batches: &mut dyn FnMut(usize) -> Batch| {
        let (mut sess, mut panel) = (net.session(), net.panel());
        for i in panel.steps(&sess, 3) {
            let batch = batches(i);
            let Batch { images, labels } = &batch;
            panel.training(&sess, feed! { net.x => images, net.y_ => labels, net.keep => 1.0 }).unwrap();
            net.train(&mut sess, &batch);
        }
        let figure = panel.figure().unwrap().svg().to_owned();
        figure.split_once("epoch ").unwrap().1.split('<').next().unwrap().to_owned()
    };
    let all = noise(600, DIGIT);
    let mut part = all.take(100);
    assert_eq!(epoch_of(&mut |_| (*part).clone()), "4.0", "the same hundred, four times");
    assert_eq!(epoch_of(&mut |_| part.next_batch(30).unwrap()), "1.2", "across the end of an epoch");
    let mut chosen = all.choose(&[5, 6, 7, 8]);
    assert_eq!(epoch_of(&mut |_| chosen.next_batch(1).unwrap()), "1.0");
    let by_hand = |i: usize| Batch {
        images: all.images.select(10 * i..10 * i + 10),
        labels: all.labels.select(10 * i..10 * i + 10),
    };
    assert_eq!(epoch_of(&mut |i| by_hand(i)), "0.07", "40 of 600");
}

#[test]
fn a_step_that_is_tried_again_is_counted_once() {
    let net = net(DIGIT);
    let (sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    for _ in 0..3 {
        let mut steps = panel.steps(&sess, 50);
        assert_eq!(steps.next(), Some(0));
        panel.training(&sess, feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1.0 }).unwrap();
    }
    assert!(says(&panel.figure().unwrap(), "of 50 · epoch 1.0"));
}

#[test]
fn sets_of_any_size_and_shape_are_shown() {
    for (train, test, shape) in [(7, 0, DIGIT), (1, 1, DIGIT), (30, 1200, DIGIT), (250, 30, [20, 31, 3])] {
        let net = net(shape);
        let (mut sess, mut panel, mut set) = (net.session(), net.panel(), noise(train, shape));
        let test = noise(test.max(1), shape).take(test);
        for steps in [0, 3] {
            sess.initialize(net.step).unwrap();
            net.run(&mut panel, &mut sess, &mut set, &test, steps);
            let figure = panel.figure().unwrap();
            assert!(says(&figure, "Finished") && figure.svg().contains(&format!(">of {steps} · ")));
            let none = says(&figure, "There are no test digits to show.");
            assert_eq!(none, test.images.is_empty());
        }
    }
}

#[test]
fn arrays_are_fed_without_pictures() {
    let net = net(DIGIT);
    let (mut sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    let (images, labels) = (set.images.to_array(), set.labels.to_array());
    for _ in panel.steps(&sess, 4) {
        panel.training(&sess, feed! { net.x => images, net.y_ => labels, net.keep => 1 }).unwrap();
        net.train(&mut sess, &set);
    }
    let figure = panel.figure().unwrap();
    assert!(says(&figure, "None has been seen yet.") && says(&figure, "on the training digits"));
}

#[test]
fn a_loss_that_is_no_number_is_drawn() {
    let net = net(DIGIT);
    let (mut sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    let train = |sess: &mut Session, panel: &mut LivePanel| -> Result<(), digitos::Error> {
        for i in panel.steps(sess, 50) {
            let labels = set.labels.to_array() * if i == 5 { f32::NAN } else { 1.0 };
            panel.training(sess, feed! { net.x => set.images, net.y_ => labels, net.keep => 1.0 })?;
            sess.run(net.step, feed! { net.x => set.images, net.y_ => labels, net.keep => 1.0, net.rate => 0.01 })?;
        }
        Ok(())
    };
    let error = train(&mut sess, &mut panel).unwrap_err();
    assert!(matches!(error, digitos::Error::NotFinite(_)), "{error}");
    let figure = panel.figure().unwrap();
    assert!(says(&figure, "Interrupted") && says(&figure, "NaN at step 5"));
    train(&mut sess, &mut panel).unwrap_err();
    assert!(says(&panel.figure().unwrap(), "NaN at step 5"), "the step is tried again");
}

#[test]
fn a_loop_that_is_left_early_is_interrupted() {
    let net = net(DIGIT);
    let (mut sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    for i in panel.steps(&sess, 50) {
        panel.training(&sess, feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1.0 }).unwrap();
        if i == 3 {
            break;
        }
        net.train(&mut sess, &set);
    }
    let figure = panel.figure().unwrap();
    assert!(says(&figure, "Interrupted") && says(&figure, "All values are kept"));
    assert_eq!(panel.steps(&sess, 50).next(), Some(3), "as many steps as there were");
}

#[test]
fn what_cannot_be_measured_is_said_and_nothing_hangs() {
    let net = net(DIGIT);
    let (mut sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    let other = noise(20, [14, 14, 1]);
    let feeding = |sess: &mut Session, panel: &mut LivePanel, set: &DataSet| -> Result<(), digitos::Error> {
        for _ in panel.steps(sess, 50) {
            panel.training(sess, feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1.0 })?;
            panel.test(sess, feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1.0 })?;
        }
        Ok(())
    };
    let error = feeding(&mut sess, &mut panel, &other).and_then(|()| panel.figure().map(drop)).unwrap_err().to_string();
    assert!(error.starts_with("panel.training: ") && error.contains("14"), "{error}");
    let figure = panel.figure().unwrap();
    assert!(says(&figure, "None has been seen yet."), "{error}");

    let error = feeding(&mut Session::new(), &mut panel, &set).unwrap_err().to_string();
    assert!(error.contains("has no value yet"), "{error}");
    feeding(&mut sess, &mut panel, &set).unwrap();
    assert!(says(&panel.figure().unwrap(), "Finished"), "the right session and images are measured again");

    // A session that has not trained as long begins again, as the same one would.
    let mut trained = net.session();
    (0..100).for_each(|_| net.train(&mut trained, &set));
    assert_eq!(panel.steps(&trained, 120).next(), Some(100));
    assert_eq!(panel.steps(&sess, 120).next(), Some(0));
}

#[test]
fn averages_that_are_brought_up_to_date_after_each_step_do_not_count_as_steps() {
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let [is_test, iteration] = [(); 2].map(placeholder);
    let w = variable(truncated_normal([784, 10], 0.1));
    let (scores, averages) = batch_norm(matmul(reshape(x, [-1, 784]), w), is_test, iteration, variable(zeros([10])));
    let loss = reduce_mean(softmax_cross_entropy_with_logits(scores, y_));
    let step = AdamOptimizer::new(0.01).minimize(loss);
    let mut panel = LivePanel::new("en", softmax(scores), loss).unwrap();
    let (mut sess, set) = (Session::new(), noise(20, DIGIT));
    sess.initialize((step, averages)).unwrap();
    let train = |sess: &mut Session, panel: &mut LivePanel, stop: usize| {
        let mut seen = Vec::new();
        for i in panel.steps(sess, 100) {
            let fed = || feed! { x => set.images, y_ => set.labels, is_test => false, iteration => i };
            sess.run(step, fed()).unwrap();
            sess.run(averages, fed()).unwrap();
            seen.push(i);
            if i == stop {
                break;
            }
        }
        (seen[0], seen[seen.len() - 1])
    };
    assert_eq!(train(&mut sess, &mut panel, 49), (0, 49));
    assert_eq!(train(&mut sess, &mut panel, 1000), (50, 100));
    // another network's variables start again, and this one's go on
    sess.initialize(variable(zeros([3]))).unwrap();
    assert_eq!(panel.steps(&sess, 200).next(), Some(101));
    sess.initialize(step).unwrap();
    assert_eq!(panel.steps(&sess, 200).next(), Some(0));
}

#[test]
fn the_accuracy_of_scores_that_are_no_numbers_is_not_drawn_as_one() {
    let net = net(DIGIT);
    let (mut panel, set, sess) = (net.panel(), noise(20, DIGIT), net.session());
    let unknown = placeholder(());
    let mut broken = LivePanel::new("en", net.y * unknown, reduce_sum(net.loss * unknown)).unwrap();
    let mut accuracies = [0; 2];
    for ((panel, factor), accuracies) in [(&mut broken, f32::NAN), (&mut panel, 1.0)].into_iter().zip(&mut accuracies) {
        for _ in panel.steps(&sess, 0) {
            let fed = feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1, unknown => factor };
            panel.test(&sess, fed).unwrap();
        }
        let svg = panel.figure().unwrap().svg().to_string();
        *accuracies = svg.matches(">10.0%<").count();
    }
    // (the curve of the test digits has no end to be labelled)
    assert_eq!(accuracies, [2, 3]);
}

#[test]
fn a_panel_is_dropped_in_the_middle_of_a_loop() {
    let net = net(DIGIT);
    let (mut sess, mut panel, set) = (net.session(), net.panel(), noise(200, DIGIT));
    let steps = panel.steps(&sess, 50);
    let mut panel = Some(panel);
    let mut done = 0;
    for i in steps {
        if let Some(panel) = &panel {
            panel.test(&sess, feed! { net.x => set.images, net.y_ => set.labels, net.keep => 1.0 }).unwrap();
        }
        net.train(&mut sess, &set);
        panel = panel.filter(|_| i < 20);
        done += 1;
    }
    assert_eq!(done, 51);
}

#[test]
fn mistakes_are_said_in_one_sentence() {
    let net = net(DIGIT);
    let Err(error) = LivePanel::new("fr", net.y, net.loss) else { panic!("there is no French panel") };
    assert_eq!(error.to_string(), "pictures speak \"es\" (Spanish) or \"en\" (English); \"fr\" is neither");
    let Err(error) = LivePanel::new("es", net.x, net.loss) else { panic!("images are no answers") };
    assert!(error.to_string().ends_with("[?, classes], but got placeholder [?, 28, 28, 1]"), "{error}");
    let by_class = transpose(placeholder([NONE, 10]));
    let Err(error) = LivePanel::new("es", by_class, net.loss) else { panic!("the images come first") };
    assert!(error.to_string().ends_with("[?, classes], but got transpose [10, ?]"), "{error}");

    let (sess, mut panel, set) = (net.session(), net.panel(), noise(20, DIGIT));
    let error = panel.training(&sess, feed! { net.x => set.images }).unwrap_err().to_string();
    assert_eq!(error, "panel.training was called outside of a loop `for … in panel.steps(&sess, NUM_ITERS)`");

    for _ in panel.steps(&sess, 0) {
        panel.test(&sess, feed! { net.x => set.images, net.y_ => set.labels, net.rate => 0.1 }).unwrap();
    }
    let film = panel.save_movie("run.gif").unwrap_err().to_string();
    assert!(film.starts_with("panel.test: "), "why nothing was measured: {film}");

    for _ in panel.steps(&sess, 0) {
        panel.test(&sess, feed! { net.x => set.images, net.y_ => set.labels, net.rate => 0.1 }).unwrap();
    }
    let error = panel.figure().unwrap_err().to_string();
    assert!(error.starts_with("panel.test: what is fetched needs another placeholder [] than `net.rate`"), "{error}");
    assert!(panel.figure().is_ok(), "said once");

    let error = net.panel().save_movie("run.gif").unwrap_err().to_string();
    assert!(error.starts_with("a movie shows what was measured, and nothing has been"), "{error}");
    let error = net.panel().save_movie("run.mp4").unwrap_err().to_string();
    assert_eq!(error, "a movie is a file whose name ends in .gif, such as run.gif, but not run.mp4");

    let fresh = Session::new();
    let mut steps = panel.steps(&fresh, 5);
    steps.next();
    let error = panel.training(&fresh, feed! { net.x => set.images }).unwrap_err().to_string();
    assert!(error.contains("sess.initialize(step)?"), "{error}");
}
