//! What happens to an answer when a part of the digit is covered.
use super::digits::{Digits, finite, probabilities, scores};
use crate::engine::{Fed, Tensor};
use crate::figures::{Covered, covered_figure};
use crate::picture::{Figure, largest};
use crate::{Error, Session, language::Language, softmax};
use ndarray::ArrayD;

/// Of 0 to 1, where the pixels of a digit lie.
const GREY: f32 = 0.5;

/// What happens to the probability of the answer when a grey patch covers a part of the digit: a quarter of its side (7 × 7 of
/// 28 × 28 pixels), moved in steps of 2. Beside each digit, of one to five, a map of the change, each at the patch's centre, and the place
/// where it falls most, with the answer that the net gives then. (Zeiler and Fergus, 2014, <https://arxiv.org/abs/1311.2901>.)
///
/// What is fed is as for [`look_inside`](crate::lab::look_inside), and the session stays as it is. The text is in Spanish
/// (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language, [`Error::Feed`] if `y` reads none of the images or there are more than five,
/// [`Error::NotFinite`] if a weight is NaN or infinite, or the answer NaN; otherwise as [`Session::run`].
pub fn cover<const N: usize>(
    sess: &Session,
    y: impl Into<Tensor>,
    feed: [Fed<'_>; N],
    language: &str,
) -> Result<Figure, Error> {
    let (language, y) = (Language::parse(language)?, y.into());
    let digits = Digits::find("cover", sess, y, &feed)?;
    covered_figure(&covered(sess, &digits, y)?, digits.shape, language)
}

pub(super) fn covered(sess: &Session, digits: &Digits<'_>, y: Tensor) -> Result<Vec<Covered>, Error> {
    let [rows, columns, channels] = digits.shape;
    let side = (rows.min(columns) / 4).max(1);
    let stride = (side * 2 / 7).max(1);
    let steps = [(rows - side) / stride + 1, (columns - side) / stride + 1];
    let patched = |numbers: &Vec<f32>, at: [usize; 2]| {
        let mut numbers = numbers.clone();
        for row in at[0]..at[0] + side {
            numbers[(row * columns + at[1]) * channels..][..side * channels].fill(GREY);
        }
        numbers
    };
    let places = || (0..steps[0] * steps[1]).map(|i| [i / steps[1] * stride, i % steps[1] * stride]);
    let softmax = softmax(scores(y));
    let of = |numbers: &Vec<f32>| {
        let mut all = numbers.clone();
        all.extend(places().flat_map(|at| patched(numbers, at)));
        let mut shape = digits.input.shape().to_vec();
        shape[0] = 1 + steps[0] * steps[1];
        let all = ArrayD::from_shape_vec(shape, all).expect("as many numbers");
        let [answers, given] = digits.run(sess, [y, softmax], &digits.instead(all))?;
        finite("cover", softmax, &given)?;
        let mut given = probabilities([&answers, &given]);
        let before = given.remove(0);
        let answer = largest(&before);
        let least = (1..given.len()).fold(0, |a, b| if given[b][answer] < given[a][answer] { b } else { a });
        let at = [least / steps[1] * stride, least % steps[1] * stride];
        let then = largest(&given[least]);
        Ok(Covered {
            numbers: numbers.clone(),
            patched: patched(numbers, at),
            answer,
            before: before[answer],
            after: given.iter().map(|all| all[answer]).collect(),
            steps,
            side,
            stride,
            at,
            then,
            share_then: given[least][then],
        })
    };
    digits.numbers.iter().map(of).collect()
}
