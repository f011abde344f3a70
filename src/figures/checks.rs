//! What a figure can be drawn of; everything else is refused with a sentence.
use crate::picture::axes;
use crate::{Error, error::printable, mnist::Batch};
use ndarray::{ArrayD, Dimension};

/// The label of digit `i`, which must be below `classes`.
pub fn label(set: &Batch, i: usize, classes: usize) -> Result<usize, Error> {
    let (n, l) = (set.images.len(), set.labels.len());
    if i >= n {
        return Err(Error::Picture(match n {
            0 => "there is no digit to show: the set is empty".into(),
            _ => format!("there are {n} digits, so there is none with the number {i} (the first is 0)"),
        }));
    }
    if l != n {
        return Err(Error::Picture(format!("each image needs a label: there are {n} images and {l} labels")));
    }
    let label = set.labels.class(i);
    if label >= classes {
        return Err(Error::Picture(format!(
            "digit {i} has the label {label}, but this figure is of a net with {classes} classes, whose labels are below \
             {classes}: choose a digit of one of them"
        )));
    }
    Ok(label)
}

/// Refuses NaN and infinite numbers, in whose place a picture would show others.
pub fn finite(what: &str, values: &ArrayD<f32>) -> Result<(), Error> {
    let Some((place, found)) = first(values, |v| !v.is_finite()) else { return Ok(()) };
    let at = if place.is_empty() { String::new() } else { format!(" at {place:?}") };
    Err(Error::Picture(format!(
        "{}: {found:?}{at}, and a picture can only show finite numbers; often the learning rate was too large",
        printable(what)
    )))
}

/// Refuses numbers that a softmax cannot have given.
pub fn probabilities(values: &ArrayD<f32>) -> Result<(), Error> {
    let Some((place, found)) = first(values, |v| !axes::is_share(v)) else { return Ok(()) };
    Err(Error::Picture(format!(
        "the probabilities hold {found:?} at {place:?}, where a number from 0 to 1 was expected: give softmax(scores), not the \
         scores"
    )))
}

/// The first number that is `wrong`, and its place.
fn first(values: &ArrayD<f32>, wrong: fn(f32) -> bool) -> Option<(Vec<usize>, f32)> {
    let (place, found) = values.indexed_iter().find(|(_, v)| wrong(**v))?;
    Some((place.slice().to_vec(), *found))
}

/// The ten numbers for digit `i`: given alone, or in row `i` of the numbers for all `n`.
pub fn ten(what: &str, n: usize, i: usize, values: &ArrayD<f32>) -> Result<[f32; 10], Error> {
    let row = match *values.shape() {
        [rows, 10] if rows == n => i,
        [10] | [1, 10] => 0,
        ref shape => {
            return Err(Error::Picture(format!(
                "{what} have the shape {shape:?}; [10], [1, 10] or [{n}, 10] was expected"
            )));
        }
    };
    let mut numbers = values.iter().skip(10 * row);
    Ok(std::array::from_fn(|_| numbers.next().copied().unwrap_or(f32::NAN)))
}

/// The ten scores of digit `i`. Their exponentials must be in the range of `f32`.
pub fn ten_scores(set: &Batch, i: usize, scores: &ArrayD<f32>) -> Result<[f32; 10], Error> {
    let ten = ten("the scores", set.images.len(), i, scores)?;
    match ten.iter().position(|v| !(-80.0..=80.0).contains(v)) {
        None => Ok(ten),
        Some(class) => Err(Error::Picture(format!(
            "the score of the {class} is {:?}; from −80 to 80 was expected, where e to the power of it can be drawn: \
             often the learning rate was too large",
            ten[class]
        ))),
    }
}
