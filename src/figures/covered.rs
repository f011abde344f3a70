//! A figure for the lab: what a covered part does to the answer.
use super::signed::{grey, legend, signed};
use crate::picture::{ANSWER, AXIS, Area, Card, Figure, GRID, INK, NOTE, TICK};
use crate::{Error, language::Language, words};

/// A digit, and the probability of its answer with a patch in each place.
pub struct Covered {
    pub numbers: Vec<f32>,
    /// With the patch where it costs most.
    pub patched: Vec<f32>,
    pub answer: usize,
    pub before: f32,
    /// By the patch's place, row by row.
    pub after: Vec<f32>,
    /// How many places there are, down and across.
    pub steps: [usize; 2],
    /// Of the patch and from one place to the next, in pixels.
    pub side: usize,
    pub stride: usize,
    /// Where it costs most, the answer then, and its probability.
    pub at: [usize; 2],
    pub then: usize,
    pub share_then: f32,
}

/// Of a single digit three pictures side by side, of several a column for each. All changes share one scale.
pub fn covered_figure(
    all: &[Covered],
    [rows, columns, channels]: [usize; 3],
    language: Language,
) -> Result<Figure, Error> {
    let words: &words::Cover = language.words();
    let side = all[0].side.to_string();
    let mut card = Card::with_heading(language, words.title, &(words.note)(&side));
    let svg = &mut card.svg;
    let change = |covered: &Covered| covered.after.iter().map(|p| p - covered.before).collect::<Vec<f32>>();
    let full = all.iter().flat_map(change).fold(0.01, |a: f32, b| a.max(b.abs()));
    legend(svg, 78.0, full, [words.meaning[1], words.meaning[0]]);
    let alone = all.len() == 1;
    let size = if alone { 280.0 } else { 140.0 };
    let longest = rows.max(columns) as f32;
    let (w, h) = (size * columns as f32 / longest, size * rows as f32 / longest);
    let pixel = w / columns as f32;
    let mut told = Vec::new();
    for (i, covered) in all.iter().enumerate() {
        let ink = |numbers: &[f32]| {
            let mean = |pixel: &[f32]| pixel.iter().sum::<f32>() / channels as f32;
            numbers.chunks(channels).map(|pixel| grey(mean(pixel), 1.0)).collect::<Vec<u8>>()
        };
        let shares = [covered.before, covered.share_then].map(|share| language.percent(share));
        let titles = [
            (words.digit)(covered.answer, &shares[0]),
            if i == 0 { words.map.into() } else { String::new() },
            (words.then)(covered.then, &shares[1]),
        ];
        for (k, title) in titles.iter().enumerate() {
            let (x, y) = match alone {
                true => (24.0 + 316.0 * k as f32, 128.0),
                false => (24.0 + 186.0 * i as f32, 128.0 + 176.0 * k as f32),
            };
            let area = Area::new(x, y, w, h);
            svg.text(x, y - 10.0, if alone { NOTE.fill(INK) } else { TICK.fill(INK) }, title);
            let numbers = if k == 2 { &covered.patched } else { &covered.numbers };
            svg.paint(area, if k == 1 { GRID } else { INK }, columns, &ink(numbers), true)?;
            if k == 1 {
                let edge = (covered.side - covered.stride) as f32 / 2.0 * pixel;
                let [down, across] = covered.steps.map(|n| (n * covered.stride) as f32 * pixel);
                signed(svg, Area::new(x + edge, y + edge, across, down), covered.steps[1], &change(covered), full)?;
            }
            if k == 2 {
                let (top, left) = (covered.at[0] as f32 * pixel, covered.at[1] as f32 * pixel);
                let patch = Area::new(x + left, y + top, covered.side as f32 * pixel, covered.side as f32 * pixel);
                svg.put(format_args!("<rect {patch} fill=\"none\" stroke=\"{ANSWER}\" stroke-width=\"2\"/>"));
            }
            svg.frame(area, AXIS);
        }
        let least = covered.after.iter().copied().fold(1.0, f32::min);
        told.push((words.described)(covered.answer, &shares[0], &language.percent(least)));
    }
    card.describe(format!("{}. {}", words.title, told.join(" ")));
    let bottom = if alone { 128.0 + h } else { 128.0 + 352.0 + h };
    Ok(card.figure(960.0, bottom + 24.0))
}
