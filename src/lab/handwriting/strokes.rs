//! A drawing of the canvas as the page writes it: a number, and strokes of points, `7 12,40,15,44;80,20`.
use super::{cut, own::images, prepare::SIDE, prepare::prepare};
use crate::mnist::Images;
use ndarray::Array2;

/// The ending of the file with the drawing on a canvas, and the file of all that were kept by the notebooks of a folder.
pub const DRAWING: &str = "drawing";
pub const KEPT: &str = "kept.drawings";

/// The side of the canvas, and how wide its pen is: as a part of a digit, about as wide as in MNIST.
pub const CANVAS: usize = 280;
const PEN: f32 = 20.0;
/// A drawing has fewer points.
const MOST_POINTS: usize = 100_000;

pub struct Drawing {
    /// Of a drawing that is kept, what it is; of the one on the canvas, how often the canvas has changed.
    pub number: u64,
    strokes: Vec<Vec<[f32; 2]>>,
}

impl Drawing {
    /// None if a line is no drawing.
    pub fn parse(line: &str) -> Option<Drawing> {
        let (number, strokes) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let mut points = 0;
        let stroke = |text: &str| {
            let numbers: Option<Vec<f32>> = text.split(',').map(|number| number.parse().ok()).collect();
            let numbers = numbers.filter(|all| all.iter().all(|x| (0.0..=CANVAS as f32).contains(x)))?;
            points += numbers.len();
            let pairs: Vec<[f32; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
            (numbers.len() == 2 * pairs.len() && points < MOST_POINTS).then_some(pairs)
        };
        let strokes: Option<_> = strokes.split(';').filter(|text| !text.is_empty()).map(stroke).collect();
        Some(Drawing { number: number.parse().ok()?, strokes: strokes? })
    }

    /// The ink of a round pen.
    pub fn ink(&self) -> Array2<f32> {
        let mut ink = Array2::zeros((CANVAS, CANVAS));
        for stroke in &self.strokes {
            // a stroke of one point is a dot
            let ends = stroke.iter().zip(stroke.iter().skip(1)).map(|(a, b)| (*a, *b));
            for (a, b) in ends.chain(stroke.first().map(|&dot| (dot, dot))) {
                line(&mut ink, a, b);
            }
        }
        ink
    }
}

/// A straight line, with soft edges.
fn line(ink: &mut Array2<f32>, [ax, ay]: [f32; 2], [bx, by]: [f32; 2]) {
    let reach = |a: f32, b: f32| {
        let [from, to] = [a.min(b) - PEN, a.max(b) + PEN];
        from.max(0.0) as usize..(to.max(0.0) as usize).min(CANVAS)
    };
    let (dx, dy) = (bx - ax, by - ay);
    let length = (dx * dx + dy * dy).max(f32::MIN_POSITIVE);
    for y in reach(ay, by) {
        for x in reach(ax, bx) {
            let (px, py) = (x as f32 + 0.5 - ax, y as f32 + 0.5 - ay);
            let along = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
            let far = (px - along * dx).hypot(py - along * dy);
            ink[[y, x]] = ink[[y, x]].max((PEN / 2.0 + 0.5 - far).clamp(0.0, 1.0));
        }
    }
}

/// Each drawing as an image; an empty one has no ink.
pub fn prepared(drawings: &[&Drawing]) -> Images {
    let image = |drawing: &&Drawing| match cut::whole(&drawing.ink()) {
        Some(piece) => prepare(&piece).image,
        None => Array2::zeros((SIDE, SIDE)),
    };
    let all: Vec<Array2<u8>> = drawings.iter().map(image).collect();
    images(all.iter())
}
