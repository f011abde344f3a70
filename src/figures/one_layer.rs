//! The network of the first lesson, computed by hand: for each class a neuron, which adds up ink times weight and its bias.
use super::checks::finite;
use crate::Error;
use crate::mnist::Images;
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
        let ([h, w, c], n) = (images.shape(), images.len());
        let pixels = h * w * c;
        match *weights.shape() {
            [rows, classes] if rows == pixels && biases.len() == classes && classes > 0 && n > 0 => {
                finite("weights", weights)?;
                finite("biases", biases)?;
                Ok(OneLayer { classes, weights, biases: biases.iter().copied().collect() })
            }
            _ => Err(Error::Picture(format!(
                "{n} images of {h} × {w} × {c} need weights [{pixels}, classes] and biases [classes]; there are {:?} and {:?}",
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
