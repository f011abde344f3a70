//! What is fed, as a set from which batches are taken.
use crate::engine::{Fed, Tensor};
use crate::lab::part::{Part, rows};
use crate::mnist::{Images, Labels};
use crate::{Error, Session};
use ndarray::Array2;

/// From fewer examples too little can be said.
const FEWEST: usize = 100;

/// One of the two sets, as it is fed.
pub struct Data<'a> {
    fed: &'a [Fed<'a>],
    inputs: &'a Fed<'a>,
    labels: &'a Fed<'a>,
    /// How many examples there are.
    pub len: usize,
    /// Taken in steps of this length, each example is met once: some stand for all, in whatever order they lie.
    stride: usize,
}

impl<'a> Data<'a> {
    /// Tells inputs and labels apart; what cannot be fed is refused as a run would refuse it.
    pub fn new(fed: &'a [Fed<'a>], y: Tensor, set: &str) -> Result<Data<'a>, Error> {
        let refused = |text: String| Err(Error::Feed(format!("diagnose: {text}")));
        let is = |fed: &&Fed<'_>, wanted: fn(&dyn std::any::Any) -> bool| fed.value.as_any().is_some_and(wanted);
        let batched = || fed.iter().filter(|fed| fed.placeholder.is_batched());
        let labels = batched().find(|fed| is(fed, |value| value.is::<Labels>()));
        let labels = labels.or(batched().find(|fed| fed.placeholder.shape() == y.shape()));
        let images = batched().find(|fed| is(fed, |value| value.is::<Images>()));
        let others = batched().filter(|fed| labels.is_none_or(|labels| labels.placeholder != fed.placeholder));
        let (Some(inputs), Some(labels)) = (images.or(others.max_by_key(|fed| fed.placeholder.size())), labels) else {
            return refused(format!(
                "one of the two feeds has no images with their labels; both were expected, as in feed! {{ x => \
                 mnist.{set}.images, y_ => mnist.{set}.labels }}."
            ));
        };
        let sizes: Vec<_> = batched().map(|fed| fed.value.fits(fed.placeholder.shape())).collect();
        let len = match &sizes[..] {
            [Ok(Some(n)), rest @ ..] if rest.iter().all(|size| size == &sizes[0]) => *n,
            // the session says what is wrong
            _ => return Session::new().run_fed(&inputs.placeholder, fed).map(|_| unreachable!("fed values that fit")),
        };
        if len < FEWEST {
            return refused(format!(
                "`{}` is fed {len} examples, and at least {FEWEST} were expected: give it a whole set, such as \
                 mnist.{set}.images, of which it takes what it needs.",
                inputs.name
            ));
        }
        let common = |a: usize| (2..=a).any(|d| a.is_multiple_of(d) && len.is_multiple_of(d));
        let stride = (1..len * 618 / 1000).rev().find(|&stride| !common(stride)).unwrap_or(1);
        let data = Data { fed, inputs, labels, len, stride };
        let classes = *y.shape().last().unwrap_or(&1);
        if let Some((i, class)) = data.some(1000).into_iter().map(|i| (i, data.class(i))).find(|(_, c)| *c >= classes) {
            return refused(format!(
                "example {i} has the label {class}, but {y} has {classes} classes: a net needs an output for each \
                 class."
            ));
        }
        Ok(data)
    }

    /// At most `n` examples, spread over the whole set.
    pub fn some(&self, n: usize) -> Vec<usize> {
        self.from(0, n.min(self.len))
    }

    /// `n` examples, after so many others.
    pub fn from(&self, start: usize, n: usize) -> Vec<usize> {
        (start..start + n).map(|i| (i % self.len) * self.stride % self.len).collect()
    }

    pub fn class(&self, i: usize) -> usize {
        if let Some(labels) = self.labels.value.as_any().and_then(|value| value.downcast_ref::<Labels>()) {
            return labels.class(i);
        }
        let row = rows(self.labels, &[i]).into_raw_vec_and_offset().0;
        match row[..] {
            [class] => class as usize,
            _ => (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best }),
        }
    }

    /// The share of examples that are of the same class as the next one.
    pub fn in_order(&self) -> f32 {
        let all: Vec<usize> = self.some(500).into_iter().filter(|i| i + 1 < self.len).collect();
        all.iter().filter(|&&i| self.class(i) == self.class(i + 1)).count() as f32 / all.len() as f32
    }

    /// The numbers of the inputs, an example in each row.
    pub fn inputs(&self, which: &[usize]) -> Array2<f32> {
        rows(self.inputs, which)
    }

    /// The labels' placeholder, if an example has a number for each class.
    pub fn one_hot(&self, y: Tensor) -> Option<Tensor> {
        Some(self.labels.placeholder).filter(|labels| labels.shape() == y.shape())
    }

    /// Some examples; the numbers beside them are fed as for `like`.
    pub fn part(&self, which: &[usize], like: &Data<'a>) -> Part<'a> {
        Part::of(self.fed, which, like.fed)
    }
}

/// The root mean square.
pub fn rms(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), x| (sum + f64::from(x) * f64::from(x), n + 1));
    (sum / f64::from(n.max(1))).sqrt() as f32
}

/// Rounded to two digits that count.
pub fn two_digits(x: f32) -> f32 {
    format!("{x:.1e}").parse().unwrap_or(x)
}
