//! A figure for the lab: many digits as points of a plane.
use super::signed::{full_colour, grey};
use crate::picture::{AXIS, Area, CLASSES, Card, EDGE, Figure, INK, N, NOTE, PAPER, TICK, class_style};
use crate::{Error, language::Language, words};
use std::fmt::Write;

const AREA: Area = Area::new(24.0, 96.0, 912.0, 536.0);
const DIGIT: f32 = 30.0;

/// Where digits lie along two directions.
pub struct MapOfDigits<'a> {
    /// Their places, with their labels.
    pub digits: Vec<([f32; 2], usize)>,
    pub own: Vec<Mapped<'a>>,
    /// Of the whole variance, what each direction shows.
    pub shares: [f32; 2],
    /// Its name, and how many numbers it has; `None` for pixels.
    pub layer: Option<(String, usize)>,
}

/// A digit that is drawn in its place.
pub struct Mapped<'a> {
    pub at: [f32; 2],
    pub pixels: &'a [f32],
    pub columns: usize,
}

impl MapOfDigits<'_> {
    /// Each digit is written as its label, in the label's colour; both directions have the same scale.
    pub fn draw(&self, language: Language) -> Result<Figure, Error> {
        let words: &words::DigitMap = language.words();
        let title = (words.title)(&language.count(self.digits.len()));
        let note =
            self.layer.as_ref().map_or(words.in_pixels.into(), |(name, n)| (words.in_layer)(name, &language.count(*n)));
        let [first, second] = self.shares;
        let shares = [first, second, first + second].map(|share| language.percent(share));
        let shares = (words.shares)(&shares[0], &shares[1], &shares[2]);
        let mut card = Card::with_heading(language, &title, &note);
        let svg = &mut card.svg;
        svg.text(24.0, 83.0, NOTE, &shares);
        svg.text(936.0, 40.0, TICK.fill(EDGE).weight(600).right(), words.yours);
        svg.put(format_args!("{}", class_style()));
        svg.frame(AREA, AXIS);
        let places = || self.digits.iter().map(|(at, _)| *at).chain(self.own.iter().map(|own| own.at));
        let ends = [0, 1].map(|k| {
            let (least, most) =
                places().fold((f32::MAX, f32::MIN), |(least, most), at| (at[k].min(least), at[k].max(most)));
            [least, most]
        });
        let span = |k: usize| (ends[k][1] - ends[k][0]).max(1e-6);
        let scale = ((AREA.w - 40.0) / span(0)).min((AREA.h - 40.0) / span(1));
        let place = |at: [f32; 2]| {
            let along = |k: usize| (at[k] - (ends[k][0] + ends[k][1]) / 2.0) * scale;
            (AREA.x + AREA.w / 2.0 + along(0), AREA.y + AREA.h / 2.0 - along(1))
        };
        let classes = self.digits.iter().map(|(_, label)| label + 1).max().unwrap_or(0);
        let mut middles = Vec::new();
        for class in 0..classes {
            let colour = CLASSES[class % CLASSES.len()];
            let mut text = String::new();
            let all: Vec<_> =
                self.digits.iter().filter(|(_, label)| *label == class).map(|(at, _)| place(*at)).collect();
            for (x, y) in &all {
                let _ = write!(text, "<text x=\"{}\" y=\"{}\">{class}</text>", N(*x), N(y + 4.0));
            }
            svg.put(format_args!("<g fill=\"{colour}\" font-size=\"12\" text-anchor=\"middle\">{text}</g>"));
            let n = all.len().max(1) as f32;
            middles.push((
                all.iter().map(|at| at.0).sum::<f32>() / n,
                all.iter().map(|at| at.1).sum::<f32>() / n,
                !all.is_empty(),
            ));
        }
        for (class, &(x, y, _)) in middles.iter().enumerate().filter(|(_, middle)| middle.2) {
            let font = NOTE.size(30).weight(700).fill(CLASSES[class % CLASSES.len()]).centred();
            svg.text_over(x, y + 10.0, font, PAPER, &class.to_string());
        }
        for Mapped { at, pixels, columns } in &self.own {
            let (x, y) = place(*at);
            let area = Area::new(x - DIGIT / 2.0, y - DIGIT / 2.0, DIGIT, DIGIT);
            let full = full_colour(&mut pixels.iter());
            svg.rect(area, PAPER);
            svg.paint(area, INK, *columns, &pixels.iter().map(|&v| grey(v, full)).collect::<Vec<_>>(), false)?;
            svg.put(format_args!("<rect {area} fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"2\"/>"));
        }
        svg.text(AREA.right(), AREA.bottom() + 17.0, TICK.right(), words.axes[0]);
        svg.text(AREA.x, AREA.bottom() + 17.0, TICK, words.axes[1]);
        card.describe(format!("{title}. {note}. {shares}"));
        Ok(card.figure(960.0, 658.0))
    }
}
