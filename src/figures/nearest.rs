//! A figure for the lab: the training digits nearest to some digits.
use super::signed::{full_colour, grey};
use crate::mnist::Images;
use crate::panel::digits::small;
use crate::picture::{ANSWER, AXIS, Area, Card, Figure, INK, NOTE, TEST, TICK};
use crate::{Error, language::Language, words};

const ROW: f32 = 110.0;
const DIGIT: f32 = 80.0;
const SMALL: f32 = 66.0;

/// One of the training digits.
pub struct Neighbour {
    pub image: Images,
    pub label: usize,
    pub distance: f32,
}

/// A digit, what the net reads it as, and the nearest training digits.
pub struct Neighbours<'a> {
    pub pixels: &'a [f32],
    pub columns: usize,
    pub answer: usize,
    pub nearest: Vec<Neighbour>,
}

/// A row for each digit. A label that is not the net's answer is red.
pub fn nearest_figure(rows: &[Neighbours<'_>], note: &str, language: Language) -> Result<Figure, Error> {
    let words: &words::Nearest = language.words();
    let mut card = Card::with_heading(language, words.title, note);
    let svg = &mut card.svg;
    svg.text(936.0, 40.0, TICK.right(), words.legend);
    let mut told = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let y = 82.0 + ROW * i as f32;
        let area = Area::new(24.0, y, DIGIT, DIGIT);
        let full = full_colour(&mut row.pixels.iter());
        svg.paint(area, INK, row.columns, &row.pixels.iter().map(|&v| grey(v, full)).collect::<Vec<_>>(), false)?;
        svg.frame(area, AXIS);
        svg.text(area.x, area.bottom() + 17.0, NOTE.fill(INK).weight(700), &(words.answer)(row.answer));
        for (k, Neighbour { image, label, distance }) in row.nearest.iter().enumerate() {
            let area = Area::new(152.0 + 79.0 * k as f32, y + 14.0, SMALL, SMALL);
            svg.paint(area, INK, 28, &small(image, 0, 28), false)?;
            svg.frame(area, AXIS);
            let font = NOTE.weight(700).fill(if *label == row.answer { TEST } else { ANSWER });
            let pieces = [(0.0, font, &*label.to_string()), (8.0, TICK, &*language.decimal(*distance, 2))];
            svg.line_of_text(area.x, area.bottom() + 17.0, &pieces);
        }
        let labels: Vec<String> = row.nearest.iter().map(|near| near.label.to_string()).collect();
        told.push((words.described)(row.answer, &labels.join(", ")));
    }
    card.describe(format!("{}. {}", words.title, told.join(" ")));
    Ok(card.figure(960.0, 92.0 + ROW * rows.len() as f32))
}
