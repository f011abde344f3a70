//! A network as an answer: handed over, and examined here.
use crate::Error;
use crate::engine::Tensor;
use crate::mnist::DataSet;
use crate::session::Session;
use crate::{Fed, feed};
use ndarray::Axis;

/// What [`examine`] found: how many images the network saw, and how many it read right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined {
    pub(super) right: usize,
    pub(super) images: usize,
}

impl Examined {
    /// The share that was read right, from 0 to 1; NaN without images.
    pub fn accuracy(self) -> f64 {
        self.right as f64 / self.images as f64
    }
}

/// Shows the images to the network and compares its answers with the labels: `x` is fed, `y` holds a number for each
/// class, `[?, 10]`, and the largest counts.
///
/// # Errors
/// What [`Session::run`] says, and an answer that does not have a number for each class.
pub fn examine(sess: &mut Session, x: Tensor, y: Tensor, data: &DataSet) -> Result<Examined, Error> {
    examine_with(sess, x, y, data, [])
}

/// [`examine`] for a network that needs more than the images, such as `is_test` or `pkeep`.
///
/// # Errors
///
/// As [`examine`].
pub fn examine_with<const N: usize>(
    sess: &mut Session,
    x: Tensor,
    y: Tensor,
    data: &DataSet,
    others: [Fed<'_>; N],
) -> Result<Examined, Error> {
    let mut fed: Vec<Fed<'_>> = others.into();
    fed.extend(feed! { x => data.images });
    let answers = sess.run_fed(&y, &fed)?;
    // labels that are not one-hot do not say how many classes there are
    let labels = data.labels.to_array();
    let classes = labels.shape().get(1).copied();
    let fits = answers.ndim() == 2 && answers.len_of(Axis(0)) == data.len();
    if !fits || classes.is_some_and(|classes| answers.len_of(Axis(1)) != classes) {
        return Err(Error::Feed(format!(
            "examine: {y} gives an array of the shape {:?} for {} images; the network's answer must have a row for each \
             image and {} in it, such as the result of softmax.",
            answers.shape(),
            data.len(),
            classes.map_or("a number for each class".into(), |classes| format!("{classes} numbers"))
        )));
    }
    let classes = answers.len_of(Axis(1));
    let largest = |row: &[f32]| {
        let best = (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best });
        (!row[best].is_nan()).then_some(best)
    };
    let rows = answers.iter().copied().collect::<Vec<f32>>();
    let read = rows.chunks(classes).map(largest).enumerate();
    let right = read.filter(|&(i, class)| class == Some(data.labels.class(i))).count();
    Ok(Examined { right, images: data.len() })
}
