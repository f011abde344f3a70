//! The ten steps of a digit as pictures.
use super::area::resized;
use super::cut::Frame;
use super::ink::Inked;
use super::prepare::{Prepared, SIDE};
use crate::figures::{Mark, Step, preparation_figure};
use crate::language::Language;
use crate::{Error, picture::Figure};
use ndarray::Array2;

/// A picture in the figure has at most twice the pixels of a screen.
const LONGEST: usize = 336;

pub fn figure(inked: &Inked, digits: &[(Frame, Prepared)], i: usize, language: Language) -> Result<Figure, Error> {
    let (_, prepared) = &digits[i];
    let (height, width) = inked.picture.dim();
    let frames = digits.iter().enumerate().map(|(k, (frame, _))| {
        let Frame { top, left, bottom, right } = *frame;
        let [top, bottom] = [top, bottom].map(|y| y as f32 / height as f32);
        let [left, right] = [left, right].map(|x| x as f32 / width as f32);
        Mark::Frame([top, left, bottom, right], k == i)
    });
    let [rows, columns] = [prepared.boxed.nrows(), prepared.boxed.ncols()];
    let balance = [(prepared.centre[0] + 0.5) / rows as f32, (prepared.centre[1] + 0.5) / columns as f32];
    let dark = |brightness: &Array2<f32>| step(&brightness.mapv(|brightness| 1.0 - brightness / 255.0));
    let with = |picture: &Array2<f32>, marks| Step { marks, ..step(picture) };
    let [start, extent] = prepared.window;
    let image = prepared.image.mapv(|ink| f32::from(ink) / 255.0);
    let [top, left] = prepared.corner.map(|corner| corner as f32 / SIDE as f32);
    let [high, wide] = [rows, columns].map(|cells| cells as f32 / SIDE as f32);
    let in_image = [top + balance[0] * high, left + balance[1] * wide];
    let steps = [
        dark(&inked.picture),
        dark(&inked.paper.over((height, width))),
        step(&inked.ink),
        with(&inked.ink, frames.collect()),
        step(&prepared.thin),
        step(&prepared.thick),
        with(&resized(&prepared.thick, start, extent, [8 * rows, 8 * columns]), vec![Mark::Grid([rows, columns])]),
        step(&prepared.boxed),
        with(&prepared.boxed, vec![Mark::Cross(balance)]),
        with(&image, vec![Mark::Frame([top, left, top + high, left + wide], false), Mark::Cross(in_image)]),
    ];
    preparation_figure(&steps, prepared.lines, language)
}

/// A picture of ink, no larger than the figure shows it.
fn step(ink: &Array2<f32>) -> Step {
    let (height, width) = ink.dim();
    let longest = height.max(width);
    let size = match longest {
        ..=LONGEST => [height, width],
        _ => [height, width].map(|side| (side * LONGEST).div_ceil(longest)),
    };
    let small = resized(ink, [0.0, 0.0], [height as f32, width as f32], size);
    Step { pixels: small.mapv(|ink| (255.0 * ink).round() as u8), marks: Vec::new() }
}
