//! Makes of the ink of one digit what MNIST's images are: 28 × 28 pixels, with the digit in the middle.
//!
//! As <https://yann.lecun.com/exdb/mnist/> has it: the digit is scaled into a box of 20 × 20 pixels without changing its proportions,
//! grey where a pixel is only partly covered, and its centre of mass is moved to the centre of the image. (In MNIST's own images
//! that is row 14 and column 14, counted from 0, to half a pixel: they were moved by whole pixels.)
use super::area;
use super::cut::Piece;
use ndarray::{Array2, s};

/// The side of an image, and of the box in it, in pixels.
pub const SIDE: usize = 28;
pub const BOX: usize = 20;
/// The row and the column of the centre of mass.
const CENTRE: f32 = 14.0;
/// How wide a line is as a part of the digit's longer side: in hardly a digit of MNIST less than this…
const THINNEST: f32 = 0.06;
/// …and usually this.
const USUAL: f32 = 0.1;

/// The steps of one digit.
pub struct Prepared {
    /// How wide its lines were, and are now, as a part of its longer side.
    pub lines: [f32; 2],
    pub thin: Array2<f32>,
    /// After thin lines were made thicker.
    pub thick: Array2<f32>,
    /// Where the box begins in it, and how far it reaches, in pixels.
    pub window: [[f32; 2]; 2],
    /// In the box: at most 20 × 20, one side with all of them.
    pub boxed: Array2<f32>,
    /// Row and column of the centre of mass in the box.
    pub centre: [f32; 2],
    /// Row and column of the image where the box begins.
    pub corner: [usize; 2],
    pub image: Array2<u8>,
}

pub fn prepare(piece: &Piece) -> Prepared {
    let longest = piece.frame.longest() as f32;
    let line = line_width(&piece.ink) / longest;
    // the digit becomes larger by as much as its lines
    let more = (USUAL - line) * longest / 2.0 / (1.0 - USUAL);
    let thin = piece.ink.clone();
    let (made, thick) = if line < THINNEST { (USUAL, thicker(&thin, more)) } else { (line, thin.clone()) };
    let size = [thick.nrows(), thick.ncols()].map(|side| side as f32);
    let cell = size[0].max(size[1]) / BOX as f32;
    // a little less, for a division that is not exact
    let cells = size.map(|side| ((side / cell - 1e-3).ceil() as usize).clamp(1, BOX));
    let extent = cells.map(|cells| cells as f32 * cell);
    let start = [0, 1].map(|axis| (size[axis] - extent[axis]) / 2.0);
    let boxed = area::resized(&thick, start, extent, cells);

    let sum = boxed.sum();
    let mean = |place: fn((usize, usize)) -> usize| {
        boxed.indexed_iter().map(|(at, ink)| place(at) as f32 * ink).sum::<f32>() / sum
    };
    let centre = [mean(|at| at.0), mean(|at| at.1)];
    let corner = [0, 1].map(|axis| {
        let free = (SIDE - cells[axis]) as f32;
        (CENTRE - centre[axis]).round().clamp(0.0, free) as usize
    });
    let mut image = Array2::zeros((SIDE, SIDE));
    image
        .slice_mut(s![corner[0]..corner[0] + cells[0], corner[1]..corner[1] + cells[1]])
        .zip_mut_with(&boxed, |to, ink| *to = (255.0 * ink).round() as u8);
    Prepared { lines: [line, made], thin, thick, window: [start, extent], boxed, centre, corner, image }
}

/// How wide the lines are in pixels: across a line, the mean distance to its edge is a quarter of its width.
fn line_width(ink: &Array2<f32>) -> f32 {
    let ink = with_margin(ink, 1);
    let distances = distances(&ink.mapv(|ink| ink < 0.5));
    let (sum, count) = ink
        .iter()
        .zip(&distances)
        .filter(|(ink, _)| **ink >= 0.5)
        .fold((0.0, 0), |(sum, count), (_, distance)| (sum + distance - 0.5, count + 1));
    4.0 * sum / count.max(1) as f32
}

/// The ink, and full ink up to `more` pixels around what is at least half ink.
fn thicker(ink: &Array2<f32>, more: f32) -> Array2<f32> {
    let mut thick = with_margin(ink, (more + 0.5).ceil() as usize);
    let distances = distances(&thick.mapv(|ink| ink >= 0.5));
    thick.zip_mut_with(&distances, |ink, distance| *ink = ink.max((more + 0.5 - distance).clamp(0.0, 1.0)));
    thick
}

fn with_margin(ink: &Array2<f32>, margin: usize) -> Array2<f32> {
    let (height, width) = ink.dim();
    let mut larger = Array2::zeros((height + 2 * margin, width + 2 * margin));
    larger.slice_mut(s![margin..margin + height, margin..margin + width]).assign(ink);
    larger
}

/// How far each pixel is from the nearest of some, in steps of 1 along rows and columns and of 4/3 along diagonals: Borgefors,
/// Distance transformations in digital images (1986).
fn distances(some: &Array2<bool>) -> Array2<f32> {
    let (height, width) = some.dim();
    let mut distances = some.mapv(|is_one| if is_one { 0.0 } else { f32::INFINITY });
    for backwards in [false, true] {
        for y in 0..height {
            for x in 0..width {
                let at = |y: usize, x: usize| if backwards { [height - 1 - y, width - 1 - x] } else { [y, x] };
                let mut nearest = distances[at(y, x)];
                for (dy, dx, step) in [(0, 0, 1.0), (1, 0, 4.0 / 3.0), (1, 1, 1.0), (1, 2, 4.0 / 3.0)] {
                    // one row up, and one column to the left, none or one to the right
                    if y >= dy && x + dx >= 1 && x + dx <= width {
                        nearest = nearest.min(distances[at(y - dy, x + dx - 1)] + step);
                    }
                }
                distances[at(y, x)] = nearest;
            }
        }
    }
    distances
}
