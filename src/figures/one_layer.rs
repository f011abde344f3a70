//! The network of the first lesson, computed by hand: for each class a neuron, which adds up ink times weight and its bias.
use super::checks::finite;
use crate::{Error, mnist::Images};
use ndarray::ArrayD;
use std::iter::Sum;
use std::ops::{Div, Mul};

/// Weights `[pixels, classes]` and biases `[classes]` that fit to some images.
pub struct OneLayer<'a> {
    pub classes: usize,
    weights: &'a ArrayD<f32>,
    pub biases: Vec<f32>,
}

impl<'a> OneLayer<'a> {
    pub fn new(images: &Images, weights: &'a ArrayD<f32>, biases: &ArrayD<f32>) -> Result<OneLayer<'a>, Error> {
        let [h, w, c] = images.shape();
        let pixels = h * w * c;
        if images.is_empty() {
            return Err(Error::Picture("there are 0 images; at least one was expected".into()));
        }
        match *weights.shape() {
            [rows, classes] if rows == pixels && biases.len() == classes && classes > 0 => {
                finite("weights", weights)?;
                finite("biases", biases)?;
                Ok(OneLayer { classes, weights, biases: biases.iter().copied().collect() })
            }
            _ => Err(Error::Picture(format!(
                "images of {h} × {w} × {c} need weights [{pixels}, classes] and biases [classes]; there are {:?} and {:?}",
                weights.shape(),
                biases.shape()
            ))),
        }
    }

    /// The weights of the neuron of `class`, a number for each pixel.
    pub fn column(&self, class: usize) -> Vec<f32> {
        (0..self.weights.shape()[0]).map(|pixel| self.weights[[pixel, class]]).collect()
    }

    /// The sum of ink times weight over the pixels of an image, in `f32` or `f64`.
    pub fn weighted_sum<T>(&self, image: &[u8], class: usize) -> T
    where
        T: From<u8> + From<f32> + Mul<Output = T> + Div<Output = T> + Sum,
    {
        let inked = image.iter().enumerate().filter(|(_, ink)| **ink > 0);
        inked.map(|(pixel, &ink)| T::from(ink) / T::from(255_u8) * T::from(self.weights[[pixel, class]])).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn a_neuron_sums_ink_times_weight_over_all_pixels() {
        let set = DataSet::new(Array4::from_shape_vec((1, 2, 2, 1), vec![255, 0, 51, 255]).unwrap(), &[0]).unwrap();
        let weights = ArrayD::from_shape_vec(vec![4, 2], vec![1.0, 2.0, 9.0, 9.0, 5.0, 0.0, -3.0, 0.5]).unwrap();
        let net = OneLayer::new(&set.images, &weights, &ArrayD::zeros(vec![2])).unwrap();
        assert_eq!(net.column(1), [2.0, 9.0, 0.0, 0.5]);
        let sums = [0, 1].map(|class| net.weighted_sum::<f64>(set.images.image(0), class));
        assert!((sums[0] + 1.0).abs() < 1e-12 && sums[1] == 2.5, "{sums:?}");
    }

    #[test]
    fn weights_and_biases_that_do_not_fit_the_images_are_refused() {
        let set = DataSet::new(Array4::zeros((1, 2, 2, 1)), &[0]).unwrap();
        let said = |images: &Images, weights: &[usize], biases: usize| {
            OneLayer::new(images, &ArrayD::zeros(weights), &ArrayD::zeros(vec![biases])).err().unwrap().to_string()
        };
        let sentence = "images of 2 × 2 × 1 need weights [4, classes] and biases [classes]; there are";
        assert_eq!(said(&set.images, &[3, 10], 10), format!("{sentence} [3, 10] and [10]"));
        assert_eq!(said(&set.images, &[4, 10], 9), format!("{sentence} [4, 10] and [9]"));
        assert_eq!(said(&set.images, &[4, 0], 0), format!("{sentence} [4, 0] and [0]"));
        assert_eq!(said(&set.images.take(0), &[4, 10], 10), "there are 0 images; at least one was expected");
    }
}
