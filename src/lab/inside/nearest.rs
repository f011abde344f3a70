//! The training digits that a network finds most alike.
use super::digits::{Digits, by_example, features, finite, scores};
use super::path::{Layer, path};
use crate::engine::{Fed, Tensor};
use crate::figures::{Neighbour, Neighbours, nearest_figure};
use crate::mnist::DataSet;
use crate::picture::{Figure, largest};
use crate::{Error, Session, language::Language, words};

/// So many of the training digits are looked at, and so many by a net that is large: with more multiply-adds for each of them.
const MOST: [usize; 2] = [5_000, 2_000];
const LARGE: usize = 4_000_000;
const SHOWN: usize = 10;

/// The ten training digits nearest to each of one to five digits, with their labels and distances.
///
/// The distance is √Σ(a - b)² between what the last dense layer reads of the two: what the net has made of them. A net of one layer
/// reads pixels. The first 5,000 digits of `training` are looked at, or 2,000 by a net that needs more than four million multiplications for
/// each, such as that of lesson 4. What is fed is as for
/// [`look_inside`](crate::lab::look_inside), and the session stays as it is. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language or an empty training set, [`Error::Feed`] if `y` reads none of the images or there are more
/// than five, [`Error::NotFinite`] if a weight, an answer or what the layer gives is NaN or infinite; otherwise as [`Session::run`].
pub fn nearest_digits<const N: usize>(
    sess: &Session,
    y: impl Into<Tensor>,
    feed: [Fed<'_>; N],
    training: &DataSet,
    language: &str,
) -> Result<Figure, Error> {
    let (language, y) = (Language::parse(language)?, y.into());
    let words: &words::Nearest = language.words();
    let digits = Digits::find("nearest_digits", sess, y, &feed)?;
    let (of, layer) = features(&digits, y);
    let work: usize = path(digits.input, scores(y)).iter().map(Layer::work).sum();
    let training = training.take(MOST[usize::from(work > LARGE)]);
    if training.len() < SHOWN {
        return Err(Error::Picture(format!(
            "nearest_digits: there are {} training digits, and at least {SHOWN} were expected: give mnist.train",
            training.len()
        )));
    }
    let own = digits.choose(&(0..digits.len()).collect::<Vec<_>>());
    let (answers, own) = digits.run(sess, (y, of), &own)?;
    let all = digits.run(sess, of, &digits.instead(training.images.clone()))?;
    [(y, &answers), (of, &own), (of, &all)].into_iter().try_for_each(|(t, all)| finite("nearest_digits", t, all))?;
    let size = of.size();
    let all = all.as_slice().expect("a new array");
    let neighbours = |(own, answer): (Vec<f32>, Vec<f32>)| {
        let distance = |other: &[f32]| own.iter().zip(other).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
        let mut order: Vec<(f64, usize)> = all.chunks(size).map(distance).zip(0..).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = order[..SHOWN].iter().map(|&(square, i)| Neighbour {
            image: training.images.one(i),
            label: training.labels.class(i),
            distance: square.sqrt() as f32,
        });
        (largest(&answer), nearest.collect())
    };
    let rows: Vec<(usize, Vec<Neighbour>)> =
        by_example(&own).into_iter().zip(by_example(&answers)).map(neighbours).collect();
    let count = language.count(training.len());
    let note =
        layer.map_or_else(|| (words.in_pixels)(&count), |name| (words.in_layer)(&name, &language.count(size), &count));
    let shown = rows.into_iter().zip(&digits.numbers).map(|((answer, nearest), pixels)| Neighbours {
        pixels,
        columns: digits.shape[1] * digits.shape[2],
        answer,
        nearest,
    });
    nearest_figure(&shown.collect::<Vec<_>>(), &note, language)
}
