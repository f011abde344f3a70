//! A figure for the lab: the ten steps from a picture to an image as MNIST's.
use crate::picture::{AXIS, Area, Card, EDGE, Figure, INK, N, NOTE, TEST, TICK, TITLE};
use crate::{Error, language::Language, words};
use ndarray::Array2;

const SIDE: f32 = 168.0;
const PITCH: f32 = 184.0;
const TOP: f32 = 84.0;
const HEIGHT: f32 = 242.0;

/// A step: its picture, 0 where it is white and 255 where it is black, and what is drawn over it.
pub(crate) struct Step {
    pub pixels: Array2<u8>,
    pub marks: Vec<Mark>,
}

/// Places are parts of the picture's height and width.
pub(crate) enum Mark {
    /// Top, left, bottom, right; whether it is the frame of the digit that is followed.
    Frame([f32; 4], bool),
    /// Lines between so many rows and columns.
    Grid([usize; 2]),
    Cross([f32; 2]),
}

/// The ten steps of a digit; how wide its lines are, as a part of its longer side, before and after.
pub(crate) fn preparation_figure(steps: &[Step; 10], lines: [f32; 2], language: Language) -> Result<Figure, Error> {
    let words: &words::Preparation = language.words();
    let mut card = Card::with_heading(language, words.title, words.note);
    let svg = &mut card.svg;
    let widths = lines.map(|line| format!("{:.0}{}", 100.0 * line, language.percent_sign()));
    let line_notes = (words.lines)(&widths[0], (lines[0] < lines[1]).then_some(&*widths[1]));
    for (i, (step, (title, notes))) in steps.iter().zip(words.steps).enumerate() {
        let corner = (24.0 + (i % 5) as f32 * PITCH, TOP + (i / 5) as f32 * HEIGHT);
        let (height, width) = (step.pixels.nrows(), step.pixels.ncols());
        let pixel = SIDE / height.max(width) as f32;
        let (w, h) = (pixel * width as f32, pixel * height as f32);
        let area = Area::new(corner.0 + (SIDE - w) / 2.0, corner.1 + (SIDE - h) / 2.0, w, h);
        let pixels: Vec<u8> = step.pixels.iter().copied().collect();
        svg.paint(area, INK, width, &pixels, pixel > 2.0)?;
        svg.frame(area, AXIS);
        let place = |[y, x]: [f32; 2]| (area.x + x * w, area.y + y * h);
        for mark in &step.marks {
            match *mark {
                Mark::Frame([top, left, bottom, right], is_own) => {
                    let ((x, y), (right, bottom)) = (place([top, left]), place([bottom, right]));
                    let frame = Area::new(x, y, right - x, bottom - y);
                    let (colour, stroke) = if is_own { (TEST, 2) } else { (AXIS, 1) };
                    svg.put(format_args!(
                        "<rect {frame} fill=\"none\" stroke=\"{colour}\" stroke-width=\"{stroke}\"/>"
                    ));
                }
                Mark::Grid([rows, columns]) => {
                    for row in 1..rows {
                        let y = row as f32 / rows as f32;
                        svg.line(place([y, 0.0]), place([y, 1.0]), AXIS, "");
                    }
                    for column in 1..columns {
                        let x = column as f32 / columns as f32;
                        svg.line(place([0.0, x]), place([1.0, x]), AXIS, "");
                    }
                }
                Mark::Cross(at) => {
                    let (x, y) = place(at);
                    let [left, up] = [N(x - 9.0), N(y - 9.0)];
                    let [x, y] = [N(x), N(y)];
                    svg.put(format_args!(
                        "<path d=\"M{left} {y}h18M{x} {up}v18\" fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"2.5\"/>"
                    ));
                }
            }
        }
        let number = format!("{}", i + 1);
        let bottom = corner.1 + SIDE + 22.0;
        svg.line_of_text(corner.0, bottom, &[(0.0, NOTE.size(15), &number), (8.0, TITLE, title)]);
        let notes = if i == 5 { [&*line_notes[0], &line_notes[1]] } else { notes };
        for (k, note) in notes.into_iter().enumerate() {
            svg.text(corner.0, bottom + 18.0 + 16.0 * k as f32, TICK, note);
        }
    }
    card.describe(format!("{}: {}.", words.title, words.steps.map(|step| step.0).join(", ")));
    Ok(card.figure(960.0, TOP + 2.0 * HEIGHT + 4.0))
}
