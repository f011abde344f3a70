//! The digits that are looked at, and the placeholder through which a network reads them.
use super::path::{Kind, path};
use crate::engine::{Fed, Feed, Tensor, topological_order};
use crate::lab::part::{Part, are_probabilities};
use crate::live::find;
use crate::mnist::{Images, Labels};
use crate::session::Fetch;
use crate::{Error, Session};
use ndarray::ArrayD;

/// More digits than this would make a page too large.
pub const MOST_DIGITS: usize = 5;

pub struct Digits<'a> {
    fed: &'a [Fed<'a>],
    pub input: Tensor,
    pub name: &'static str,
    /// Rows, columns and channels.
    pub shape: [usize; 3],
    /// The numbers of each digit, as they are fed.
    pub numbers: Vec<Vec<f32>>,
    pub labels: Vec<Option<usize>>,
}

impl<'a> Digits<'a> {
    /// Finds them among what is fed, for a net whose numbers are all finite; `what` was called, for its errors.
    pub fn find(what: &str, sess: &Session, y: Tensor, fed: &'a [Fed<'a>]) -> Result<Digits<'a>, Error> {
        let refused = |text: String| Err(Error::Feed(format!("{what}: {text}")));
        let nodes = topological_order(&[y]);
        let is_read = |fed: &&Fed<'_>| fed.placeholder.is_batched() && nodes.contains(&fed.placeholder);
        let images = |fed: &&Fed<'_>| fed.value.as_any().is_some_and(|value| value.is::<Images>());
        let read = || fed.iter().filter(is_read);
        let Some(input) = read().find(images).or(read().max_by_key(|fed| fed.placeholder.size())) else {
            return refused(format!(
                "{y} reads none of the images that are fed; feed the digits to its placeholder, as in feed! {{ x => \
                 mnist.test.images.select(0..1) }}."
            ));
        };
        let &[_, classes] = y.shape() else {
            return refused(format!(
                "{y} is not what a net answers; a tensor [?, classes] was expected: softmax(scores)."
            ));
        };
        let fitting = input.value.fits(input.placeholder.shape()).ok().flatten();
        if let Some(n) = fitting.filter(|n| !(1..=MOST_DIGITS).contains(n)) {
            return refused(format!(
                "`{}` is fed {n} digits, and from 1 to {MOST_DIGITS} were expected: choose some with .one(i) or .choose(&[…]).",
                input.name
            ));
        }
        // the session says what is wrong with all that is fed
        let numbers = Session::new().run_fed(&input.placeholder, fed)?;
        finite(what, input.placeholder, &numbers)?;
        let numbers = by_example(&numbers);
        // a net that has them may answer all the same: relu makes 0 of -∞
        for variable in y.variables() {
            for (_, values) in sess.copy_variables(&variable)? {
                finite(what, variable, &*values)?;
            }
        }
        let images: Option<&Images> = input.value.as_any().and_then(|value| value.downcast_ref());
        let shape = match (images, input.placeholder.shape()) {
            (Some(images), _) => images.shape(),
            (None, &[_, rows, columns, channels]) => [rows, columns, channels],
            _ => {
                let size = input.placeholder.size();
                let side = size.isqrt();
                if side * side == size { [side, side, 1] } else { [1, size, 1] }
            }
        };
        let labels: Option<&Labels> = find(fed.iter().map(|fed| fed.value));
        let labels = labels.filter(|all| all.len() == numbers.len());
        let label = |i| labels.map(|labels| labels.class(i)).filter(|&c| c < classes);
        let labels = (0..numbers.len()).map(label).collect();
        Ok(Digits { fed, input: input.placeholder, name: input.name, shape, numbers, labels })
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Some of what is fed, each as often as it is named.
    pub fn choose(&self, which: &[usize]) -> Part<'a> {
        Part::of(self.fed, which, self.fed)
    }

    /// Other images in the place of the digits.
    pub fn instead(&self, images: impl Feed + 'a) -> Part<'a> {
        let mut part = Part::of(&[], &[], self.fed);
        part.add(self.input, self.name, images);
        part
    }

    /// Runs a copy of the session, which stays as it is.
    pub fn run<F: Fetch>(&self, sess: &Session, fetch: F, part: &Part<'_>) -> Result<F::Output, Error> {
        Session::new().run_with(sess.copy_variables(&fetch)?, 0, fetch, &part.fed())
    }
}

/// What the last dense layer reads, and the name of the layer that gives it; or the pixels, and no name.
pub fn features(digits: &Digits<'_>, y: Tensor) -> (Tensor, Option<String>) {
    let layers = path(digits.input, scores(y));
    let last = layers.iter().rposition(|layer| matches!(layer.kind, Kind::Dense(_)));
    let Some(last) = last.filter(|last| *last > 0) else { return (digits.input, None) };
    let before = &layers[last - 1];
    (layers[last].input, Some(before.name.clone().unwrap_or_else(|| before.output.0.op.into())))
}

/// The probabilities of each example, from what a net answers and from the softmax of that.
pub fn probabilities([answers, shares]: [&ArrayD<f32>; 2]) -> Vec<Vec<f32>> {
    let answers = by_example(answers);
    if are_probabilities(&answers) { answers } else { by_example(shares) }
}

/// The numbers of each example.
pub fn by_example(array: &ArrayD<f32>) -> Vec<Vec<f32>> {
    array.outer_iter().map(|row| row.iter().copied().collect()).collect()
}

/// Refuses what a picture cannot show.
pub fn finite<'n>(what: &str, t: Tensor, numbers: impl IntoIterator<Item = &'n f32>) -> Result<(), Error> {
    let (mut all, mut broken) = (0, 0);
    numbers.into_iter().for_each(|number| (all, broken) = (all + 1, broken + usize::from(!number.is_finite())));
    if broken == 0 {
        return Ok(());
    }
    Err(Error::NotFinite(format!(
        "{what}: {broken} of the {all} numbers of {t} are NaN or infinite, so there is nothing to show: look for a log, a sqrt or a division of 0, or \
         start again with initialize, and train with a smaller learning rate."
    )))
}

/// The scores of what a net answers: of a softmax, what it is made of.
pub fn scores(y: Tensor) -> Tensor {
    let p = y.unaliased();
    if p.0.op == "softmax" { p.inputs()[0] } else { y }
}
