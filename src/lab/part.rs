//! Some of the examples that are fed, and the numbers beside them.
use crate::engine::{Fed, Feed, LANES, Tensor};
use crate::mnist::{Images, Labels};
use ndarray::{Array2, ArrayD};

/// Some examples of a set, and the numbers that are fed beside them.
pub struct Part<'a>(Vec<(Tensor, &'static str, Box<dyn Feed + 'a>)>);

impl<'a> Part<'a> {
    /// These examples of what is fed; the numbers beside them are those of `like`.
    pub fn of(fed: &'a [Fed<'a>], which: &[usize], like: &'a [Fed<'a>]) -> Part<'a> {
        let examples = fed.iter().filter(|fed| fed.placeholder.is_batched()).map(|fed| {
            let value = fed.value.as_any();
            let value: Box<dyn Feed + 'a> = if let Some(images) = value.and_then(|value| value.downcast_ref::<Images>())
            {
                Box::new(images.choose(which))
            } else if let Some(labels) = value.and_then(|value| value.downcast_ref::<Labels>()) {
                Box::new(labels.choose(which))
            } else {
                let mut shape = fed.placeholder.shape().to_vec();
                shape[0] = which.len();
                let numbers = rows(fed, which).into_raw_vec_and_offset().0;
                Box::new(ArrayD::from_shape_vec(shape, numbers).expect("as many numbers"))
            };
            (fed.placeholder, fed.name, value)
        });
        let numbers = like.iter().filter(|fed| !fed.placeholder.is_batched());
        let numbers = numbers.map(|fed| (fed.placeholder, fed.name, Box::new(fed.value) as Box<dyn Feed + 'a>));
        Part(examples.chain(numbers).collect())
    }

    pub fn fed(&self) -> Vec<Fed<'_>> {
        self.0.iter().map(|(placeholder, name, value)| Fed::new(*placeholder, name, &**value)).collect()
    }

    /// Feeds a value too, in place of another for the same placeholder.
    pub fn add(&mut self, placeholder: Tensor, name: &'static str, value: impl Feed + 'a) {
        self.0.retain(|(known, ..)| *known != placeholder);
        self.0.push((placeholder, name, Box::new(value)));
    }
}

/// The numbers of some examples, one in each row.
pub fn rows(fed: &Fed<'_>, which: &[usize]) -> Array2<f32> {
    let size = fed.placeholder.size();
    let mut lanes = vec![[0.0; LANES]; size];
    let mut numbers = Vec::with_capacity(which.len() * size);
    for &i in which {
        fed.value.fill(i, &mut lanes);
        numbers.extend(lanes.iter().map(|lanes| lanes[0]));
    }
    Array2::from_shape_vec((which.len(), size), numbers).expect("as many numbers")
}

/// Whether what a net answers, a row for each example, are probabilities already, and not scores.
pub fn are_probabilities(rows: &[Vec<f32>]) -> bool {
    rows.iter().all(|row| row.iter().all(|p| *p >= 0.0) && (row.iter().sum::<f32>() - 1.0).abs() < 1e-3)
}
