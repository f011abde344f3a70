//! A map of digits: two directions of what the last layer reads.
use super::digits::{Digits, by_example, features, finite};
use crate::engine::{Fed, Tensor};
use crate::figures::{MapOfDigits, Mapped};
use crate::mnist::DataSet;
use crate::picture::Figure;
use crate::{Error, Session, language::Language};

/// So many digits of the set are drawn.
const MOST: usize = 1000;
/// Two of them are needed for a direction.
const FEWEST: usize = 3;
const ROUNDS: usize = 1000;

/// A map of the first 1,000 digits of a set: what the last dense layer reads of each, projected onto the two directions in which
/// it varies most (principal component analysis, Pearson, 1901). Each digit is written as what it is labelled, and the digits
/// that are fed, one to five, are drawn in their places among them.
///
/// What is fed is as for [`look_inside`](crate::lab::look_inside), and the session stays as it is. The text is in Spanish
/// (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language or fewer than three digits, [`Error::Feed`] if `y` reads none of the images or there are
/// more than five, [`Error::NotFinite`] if a weight or what the layer gives is NaN or infinite; otherwise as [`Session::run`].
pub fn digit_map<const N: usize>(
    sess: &Session,
    y: impl Into<Tensor>,
    feed: [Fed<'_>; N],
    test: &DataSet,
    language: &str,
) -> Result<Figure, Error> {
    let (language, y) = (Language::parse(language)?, y.into());
    let digits = Digits::find("digit_map", sess, y, &feed)?;
    let (of, layer) = features(&digits, y);
    let test = test.take(MOST);
    if test.len() < FEWEST {
        return Err(Error::Picture(format!(
            "digit_map: there are {} digits, and at least {FEWEST} were expected: give mnist.test",
            test.len()
        )));
    }
    let own = digits.run(sess, of, &digits.choose(&(0..digits.len()).collect::<Vec<_>>()))?;
    let all = digits.run(sess, of, &digits.instead(test.images.clone()))?;
    [&all, &own].into_iter().try_for_each(|numbers| finite("digit_map", of, numbers))?;
    let directions = Directions::of(&by_example(&all));
    let places = |all: Vec<Vec<f32>>| all.iter().map(|numbers| directions.place(numbers)).collect::<Vec<_>>();
    let labels = (0..test.len()).map(|i| test.labels.class(i));
    let own = places(by_example(&own)).into_iter().zip(&digits.numbers);
    MapOfDigits {
        digits: places(by_example(&all)).into_iter().zip(labels).collect(),
        own: own.map(|(at, pixels)| Mapped { at, pixels, columns: digits.shape[1] * digits.shape[2] }).collect(),
        shares: directions.shares,
        layer: layer.map(|name| (name, of.size())),
    }
    .draw(language)
}

/// The two directions in which examples vary most.
pub(super) struct Directions {
    mean: Vec<f64>,
    pub axes: [Vec<f64>; 2],
    /// Of the whole variance, what each shows.
    pub shares: [f32; 2],
}

impl Directions {
    /// By power iteration: v ← XᵀXv / |XᵀXv|, for the second direction without its part along the first.
    pub fn of(examples: &[Vec<f32>]) -> Directions {
        let (n, size) = (examples.len() as f64, examples[0].len());
        let mut mean = vec![0.0; size];
        for example in examples {
            mean.iter_mut().zip(example).for_each(|(mean, x)| *mean += f64::from(*x) / n);
        }
        let centred = |example: &Vec<f32>| example.iter().zip(&mean).map(|(x, mean)| f64::from(*x) - mean).collect();
        let centred: Vec<Vec<f64>> = examples.iter().map(centred).collect();
        let whole: f64 = centred.iter().map(|x| dot(x, x)).sum();
        let mut axes: [Vec<f64>; 2] = [vec![0.0; size], vec![0.0; size]];
        let mut shares = [0.0; 2];
        for k in 0..2 {
            let farthest = |first: &[f64]| {
                let rest = |x: &Vec<f64>| without(x, first);
                centred.iter().map(rest).max_by(|a, b| dot(a, a).total_cmp(&dot(b, b))).unwrap_or_default()
            };
            let mut axis = unit(farthest(&axes[0]));
            let mut length = 0.0;
            for _ in 0..ROUNDS {
                let mut next = vec![0.0; size];
                for x in &centred {
                    let along = dot(x, &axis);
                    next.iter_mut().zip(x).for_each(|(next, x)| *next += along * x);
                }
                let next = without(&next, &axes[0]);
                length = dot(&next, &next).sqrt();
                let next = unit(next);
                let moved: f64 = next.iter().zip(&axis).map(|(a, b)| (a - b) * (a - b)).sum();
                axis = next;
                if moved < 1e-14 {
                    break;
                }
            }
            // of the two directions along the same line, the one in which the largest number is positive
            let largest = axis.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
            axes[k] = axis.iter().map(|x| if largest < 0.0 { -x } else { *x }).collect();
            shares[k] = if whole > 0.0 { (length / whole) as f32 } else { 0.0 };
        }
        Directions { mean, axes, shares }
    }

    /// Where an example lies along both.
    pub fn place(&self, example: &[f32]) -> [f32; 2] {
        let centred: Vec<f64> = example.iter().zip(&self.mean).map(|(x, mean)| f64::from(*x) - mean).collect();
        self.axes.each_ref().map(|axis| dot(&centred, axis) as f32)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Without its part along a unit vector.
fn without(x: &[f64], axis: &[f64]) -> Vec<f64> {
    let along = dot(x, axis);
    x.iter().zip(axis).map(|(x, axis)| x - along * axis).collect()
}

fn unit(x: Vec<f64>) -> Vec<f64> {
    let length = dot(&x, &x).sqrt();
    x.into_iter().map(|x| if length > 0.0 { x / length } else { 0.0 }).collect()
}
