//! One step of training in slow motion, with the numbers of the student's own network.
use crate::engine::{Compute, Fed, Scalar, Step, Tensor, gradients_of};
use crate::figures::{SlowStep, Weights};
use crate::live::find;
use crate::mnist::{Batch, Images, Labels};
use crate::visu::Interactive;
use crate::{Error, Session, language::Language};
use ndarray::ArrayD;

/// More digits than this would not stand on a screen.
const MOST_DIGITS: usize = 10;

/// One step of training in slow motion, for at most ten digits: their scores, the probabilities, the loss, the gradient, the move of
/// one weight that is picked in the picture, and the same digits again. The last stage compares the new loss with what the
/// gradient promised: loss + Σ gradient · move, over all numbers that are trained (the tangent in place of the curve).
///
/// `y` is what [`softmax`](crate::softmax) gives, `[?, classes]`. The step is taken in a copy: the session stays as it is. The
/// text is in Spanish (`"es"`) or English (`"en"`).
///
/// ```
/// # use digitos::prelude::*;
/// # let mut mnist = read_data_sets("MNISTdata")?;
/// # let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
/// # let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
/// # let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
/// # let step = GradientDescentOptimizer::new(0.003).minimize(-reduce_mean(y_ * log(y)) * 1000.0);
/// # let mut sess = Session::new();
/// # sess.initialize(step)?;
/// let batch = mnist.train.next_batch(10)?;
/// slow_step(&sess, step, y, feed! { x => batch.images, y_ => batch.labels }, "en")?;
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// Each call adds the gradient to the graph, which costs a few kilobytes that are never given back.
///
/// # Errors
///
/// [`Error::Picture`] for another language, more than ten digits or none, no labels among what is fed, or a `y` that is no
/// softmax; otherwise as [`Session::run`].
pub fn slow_step<const N: usize>(
    sess: &Session,
    step: Step,
    y: impl Into<Tensor>,
    feed: [Fed<'_>; N],
    language: &str,
) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    let y = y.into();
    let refused = |text: String| Err(Error::Picture(format!("slow_step: {text}")));
    let &[scores] = y.inputs() else { return refused(no_softmax(y)) };
    if y.0.op != "softmax" {
        return refused(no_softmax(y));
    }
    let values = || feed.iter().map(|fed| fed.value);
    let (Some(images), Some(labels)) = (find::<Images>(values()), find::<Labels>(values())) else {
        return refused(
            "it needs the images and the labels of a batch: feed! { x => batch.images, y_ => batch.labels }".into(),
        );
    };
    if !(1..=MOST_DIGITS).contains(&images.len()) {
        let n = images.len();
        return refused(format!(
            "there are {n} digits, and from 1 to {MOST_DIGITS} were expected: mnist.train.next_batch(10)?"
        ));
    }

    let Compute::Assign { variables } = &step.0.0.compute else { unreachable!("a step") };
    let loss = Scalar(step.0.inputs()[0]);
    let trained = loss.variables();
    if trained.is_empty() {
        return refused("this step trains nothing, it only follows averages: give it what minimize(loss) made".into());
    }
    let slopes = gradients_of(loss, &[&[scores][..], &trained].concat());
    let fetch = (y, loss, trained.clone());
    let all = (step, y, trained.clone());
    let run = sess.trained(loss) as u64; // each run with the same random numbers
    let mut copy = Session::new();
    let ((probabilities, before, old), scores, mut slopes) =
        copy.run_with(sess.copy_variables(&all)?, run, (fetch.clone(), scores, slopes), &feed)?;
    copy.run_with(sess.copy_variables(&all)?, run, step, &feed)?;
    let moved = copy.copy_variables(&(variables.to_vec(), y))?;
    let (again, after, new) = copy.run_with(moved, run, fetch, &feed)?;

    let by_score = slopes.remove(0);
    let promised = before + promised_change(&slopes, &old, &new);
    let shown = trained.iter().position(|t| t.shape().len() > 1).unwrap_or(0);
    SlowStep {
        batch: &Batch { images: images.clone(), labels: labels.clone() },
        scores: &scores,
        probabilities: [&probabilities, &again],
        by_score: &by_score,
        losses: [before, promised, after],
        weights: Weights { name: trained[shown].name(), old: &old[shown], new: &new[shown], slopes: &slopes[shown] },
    }
    .draw(language)
}

fn no_softmax(y: Tensor) -> String {
    format!("the probabilities of softmax(…) were expected, but {y} is none: give the y of y = softmax(scores)")
}

/// Σ slope · (new - old), exact to the last digit that is shown.
fn promised_change(slopes: &[ArrayD<f32>], old: &[ArrayD<f32>], new: &[ArrayD<f32>]) -> f32 {
    let each = slopes.iter().zip(old).zip(new).flat_map(|((slopes, old), new)| slopes.iter().zip(old).zip(new));
    each.map(|((&slope, &old), &new)| f64::from(slope) * f64::from(new - old)).sum::<f64>() as f32
}

#[cfg(test)]
mod tests {
    use crate::picture::tests::well_formed;
    use crate::{Error, prelude::*};

    fn number(svg: &str, name: &str) -> f32 {
        let at = &svg[svg.find(&format!("data-name=\"{name}\"")).expect(name)..];
        let text = &at[at.find('>').unwrap() + 1..at.find("</text>").unwrap()];
        text.replace('\u{2212}', "-").parse().unwrap()
    }

    /// Of the first lesson's net: a step of one millionth of the rate does what the gradient promises, and one of the lesson's a
    /// little less well; the session stays as it was.
    #[test]
    fn the_loss_falls_about_as_the_gradient_promised() -> Result<(), Error> {
        let mut mnist = read_data_sets("MNISTdata")?;
        let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
        let (w, b) = (variable(truncated_normal([784, 10], 0.1)).named("W"), variable(zeros([10])));
        let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
        let loss = -reduce_mean(y_ * log(y)) * 1000.0;
        let step = GradientDescentOptimizer::new(0.003).minimize(loss);
        let mut sess = Session::new();
        sess.initialize(step)?;
        let batch = mnist.train.next_batch(10)?;
        let feed = || feed! { x => batch.images, y_ => batch.labels };
        let before = sess.run(w, [])?;
        let shown = slow_step(&sess, step, y, feed(), "en")?;
        assert_eq!(sess.run(w, [])?, before);
        let svg = shown.figure().svg();
        well_formed(svg);
        let [start, promised, after] = ["L0", "L1", "L2"].map(|name| number(svg, name));
        assert!((start - sess.run(loss, feed())?).abs() < 0.06);
        assert!(promised < after && after < start, "{start} {promised} {after}");
        assert!((number(svg, "move") + 0.003 * number(svg, "slope")).abs() < 2e-5);
        sess.run(step, feed())?;
        assert!((after - sess.run(loss, feed())?).abs() < 0.06);
        assert!(shown.html().contains("inputs: \"AAAA"), "the pixels, whose products are summed");
        Ok(())
    }

    #[test]
    fn nets_of_every_kind_have_their_step() -> Result<(), Error> {
        let mut mnist = read_data_sets("MNISTdata")?;
        let (x, y_, pkeep) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]), placeholder(()));
        let filters = variable(truncated_normal([4, 4, 1, 6], 0.1));
        let maps = relu(conv2d(x, filters, [1, 2, 2, 1], SAME));
        let w = variable(truncated_normal([14 * 14 * 6, 10], 0.1));
        let scores = matmul(dropout(reshape(maps, [-1, 14 * 14 * 6]), pkeep), w);
        let loss = reduce_mean(softmax_cross_entropy_with_logits(scores, y_));
        let step = AdamOptimizer::new(0.003).minimize(loss);
        let mut sess = Session::new();
        sess.initialize(step)?;
        let batch = mnist.train.next_batch(7)?;
        let shown = |batch: &Batch, y: Tensor| {
            let feed = feed! { x => batch.images, y_ => batch.labels, pkeep => 0.75 };
            slow_step(&sess, step, y, feed, "es")
        };
        let figure = shown(&batch, softmax(scores))?;
        well_formed(figure.figure().svg());
        assert!(figure.html().contains("rows: 4, columns: 4") && figure.html().contains("inputs: \"\""));
        let refused = |found: Result<_, Error>, why: &str| {
            let text = found.map(|_: crate::visu::Interactive| ()).unwrap_err().to_string();
            assert!(text.contains(why), "{text}");
        };
        refused(shown(&batch, scores), "give the y of y = softmax(scores)");
        refused(shown(&mnist.train.take(11), softmax(scores)), "there are 11 digits, and from 1 to 10 were expected");
        refused(
            slow_step(&sess, step, softmax(scores), feed! { x => batch.images }, "es"),
            "the images and the labels",
        );
        refused(slow_step(&sess, step, softmax(scores), feed! { x => batch.images }, "fr"), "\"fr\"");
        let average = crate::ExponentialMovingAverage::new(0.9, 0).apply([w]);
        let feed = feed! { x => batch.images, y_ => batch.labels, pkeep => 1 };
        refused(slow_step(&sess, average, softmax(scores), feed, "en"), "it only follows averages");
        // even or odd, of images with the labels of ten digits
        let two = softmax(matmul(reshape(x, [-1, 784]), variable(zeros([784, 2]))));
        let parity = Tensor::from(&ndarray::Array2::from_shape_fn((10, 2), |(digit, odd)| {
            f32::from(u8::from(digit % 2 == odd))
        }));
        let step = GradientDescentOptimizer::new(0.1).minimize(-reduce_mean(matmul(y_, parity) * log(two)));
        sess.initialize(step)?;
        let seven = mnist.test.take(1);
        let feed = feed! { x => seven.images, y_ => seven.labels };
        refused(
            slow_step(&sess, step, two, feed, "en"),
            "digit 0 has the label 7, but this figure is of a net with 2 classes",
        );
        Ok(())
    }
}
