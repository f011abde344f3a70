//! The figures of the lessons that stand alone: one file each, a function from data to a [`Figure`](super::Figure).
mod batch_product;
mod confusion;
mod cross_entropy;
mod curves;
mod feature_maps;
mod filters;
mod loss_surface;
mod misread;
mod most_confused;
mod neuron;
mod sliders;
mod softmax_bars;
mod weight_images;

#[cfg(test)]
mod tests;

pub use batch_product::batch_product;
pub use confusion::confusion_matrix;
pub use cross_entropy::cross_entropy_bars;
pub use curves::curves;
pub use feature_maps::feature_maps;
pub use filters::filter_images;
pub use loss_surface::loss_surface;
pub use misread::misread_digits;
pub use most_confused::most_confused;
pub use neuron::{neuron, ten_neurons};
pub use sliders::{Interactive, neuron_sliders, rate_slider, softmax_sliders};
pub use softmax_bars::softmax_bars;
pub use weight_images::weight_images;

use super::*;
use crate::mnist::Batch;
use ndarray::{ArrayD, Dimension};

/// The label of digit `i`, which is one of the first `classes` numbers.
fn label(set: &Batch, i: usize, classes: usize) -> Result<usize, Error> {
    let (n, l) = (set.images.len(), set.labels.len());
    if i >= n {
        return Err(Error::Picture(format!(
            "there are {n} digits, so there is none with the number {i} (the first is 0)"
        )));
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

/// A picture cannot show NaN or infinite numbers: it would show others in their place.
fn finite(what: &str, values: &ArrayD<f32>) -> Result<(), Error> {
    let Some((place, found)) = values.indexed_iter().find(|(_, v)| !v.is_finite()) else { return Ok(()) };
    let at = if values.ndim() == 0 { String::new() } else { format!(" at {:?}", place.slice()) };
    Err(Error::Picture(format!(
        "{what}: {found:?}{at}, and a picture can only show finite numbers; often the learning rate was too large"
    )))
}

/// What a softmax gives.
fn probabilities(values: &ArrayD<f32>) -> Result<(), Error> {
    let Some((place, found)) = values.indexed_iter().find(|(_, v)| !axes::is_share(**v)) else { return Ok(()) };
    Err(Error::Picture(format!(
        "the probabilities hold {found:?} at {:?}, where a number from 0 to 1 was expected: give softmax(scores), not the scores",
        place.slice()
    )))
}

/// A row of pictures that fills the width of a figure: how many stand in it, and the side of each.
#[derive(Clone, Copy)]
struct Row {
    pictures: usize,
    pitch: f32,
}

impl Row {
    /// For `n` pictures: large if they are few, and never so small that nothing is seen.
    fn of(n: usize) -> Row {
        let pictures = if n <= 10 { 10 } else { 16 };
        Row { pictures, pitch: 912.0 / pictures as f32 }
    }

    /// Where picture `i` stands, `height` × `width` pixels in the middle of its place; rows begin at `top`.
    fn place(self, i: usize, [height, width]: [usize; 2], top: f32) -> Area {
        let side = self.pitch - 7.0;
        let longest = height.max(width).max(1) as f32;
        let (w, h) = (side * width as f32 / longest, side * height as f32 / longest);
        let x = 24.0 + (i % self.pictures) as f32 * self.pitch + (self.pitch - w) / 2.0;
        Area::new(x, top + (i / self.pictures) as f32 * self.pitch, w, h)
    }

    /// How high `n` pictures are.
    fn height(self, n: usize) -> f32 {
        n.div_ceil(self.pictures) as f32 * self.pitch
    }
}

/// A share of `full` as a grey of 0 to 255.
fn grey(value: f32, full: f32) -> u8 {
    ((value / full).clamp(0.0, 1.0) * 255.0).round() as u8
}

/// A picture of signed values: blue where they are positive, orange where they are negative.
fn signed(svg: &mut Svg, area: Area, width: usize, values: &[f32], full: f32) -> Result<(), Error> {
    for (sign, colour) in [(1.0, POSITIVE), (-1.0, NEGATIVE)] {
        let shades: Vec<u8> = values.iter().map(|&v| grey(sign * v, full)).collect();
        svg.paint(area, colour, width, &shades, true)?;
    }
    svg.frame(area, AXIS);
    Ok(())
}

/// The magnitude that nearly all values stay below: it has the full colour.
fn full_colour<'a>(values: impl Iterator<Item = &'a f32>) -> f32 {
    let all: Vec<f32> = values.map(|v| v.abs()).filter(|v| v.is_finite()).collect();
    let full = if all.is_empty() { 1.0 } else { at_share(&sorted(all), 0.995) };
    if full > 0.0 { full } else { 1.0 }
}

/// The scale of [`signed`] values, with what both its ends mean.
fn legend(svg: &mut Svg, y: f32, full: f32, [against, for_it]: [&str; 2]) {
    let language = svg.language;
    let (stops, width) = (8, 9.0);
    for i in 0..=2 * stops {
        let strength = i as f32 / stops as f32 - 1.0;
        let colour = if strength < 0.0 { NEGATIVE } else { POSITIVE };
        let place = Area::new(24.0 + i as f32 * width, y, width, 12.0);
        svg.put(format_args!("<rect {place} fill=\"{colour}\" fill-opacity=\"{:.2}\"/>", strength.abs()));
    }
    let bar = Area::new(24.0, y, width * (2 * stops + 1) as f32, 12.0);
    svg.frame(bar, AXIS);
    let decimals = if full < 0.1 { 4 } else { 2 };
    let pieces = [
        (0.0, TICK.fill(NEGATIVE).weight(700), &*language.decimal(-full, decimals)),
        (5.0, TICK, against),
        (16.0, TICK.fill(POSITIVE).weight(700), &*language.decimal(full, decimals)),
        (5.0, TICK, for_it),
    ];
    svg.line_of_text(bar.right() + 12.0, y + 10.0, &pieces);
}
