//! A figure for the lab: a bar for each of a few numbers, and the line at which they are too large or too small.
use crate::language::Language;
use crate::picture::{AXIS, Area, Card, EDGE, Figure, INK, MISREAD, MUTED, NOTE, TEST, TICK};

const ROW: f32 = 30.0;
const WIDTH: f32 = 760.0;

/// One of the bars.
pub struct Bar {
    pub name: String,
    pub value: f32,
    /// The value as it is written beside the bar.
    pub written: String,
    pub is_ill: bool,
}

/// Bars below one another. A bar that is ill is red.
pub struct Bars<'a> {
    pub title: &'a str,
    pub note: &'a str,
    pub bars: Vec<Bar>,
    /// From tenth to tenth rather than from 0.
    pub logarithmic: bool,
    /// Where a line is drawn, and what stands below it.
    pub limit: Option<(f32, &'a str)>,
}

impl Bars<'_> {
    /// The figure; a value that is not finite has a bar of full length.
    pub fn draw(&self, language: Language) -> Figure {
        let mut card = Card::with_heading(language, self.title, self.note);
        let svg = &mut card.svg;
        let top = if self.note.is_empty() { 70.0 } else { 92.0 };
        let width = |font: crate::picture::Font, texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| font.width(text)).fold(0.0, f32::max)
        };
        let left = 40.0 + width(NOTE, &mut self.bars.iter().map(|bar| &*bar.name)).max(70.0);
        let right = WIDTH - 36.0 - width(NOTE.weight(700), &mut self.bars.iter().map(|bar| &*bar.written));
        let known = self.bars.iter().map(|bar| bar.value).chain(self.limit.iter().map(|limit| limit.0));
        let known: Vec<f32> = known.filter(|value| value.is_finite() && *value > 0.0).collect();
        let largest = known.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let smallest = known.iter().copied().fold(largest, f32::min);
        let decade = |x: f32, to: fn(f32) -> f32| to(x.log10());
        let ends = [decade(smallest, f32::floor) - 0.5, decade(largest, f32::ceil)];
        let share = |value: f32| match self.logarithmic {
            true if value <= 0.0 => 0.0,
            true => (value.log10() - ends[0]) / (ends[1] - ends[0]),
            false => value / largest,
        };
        let length = |value: f32| (right - left) * if value.is_finite() { share(value).clamp(0.0, 1.0) } else { 1.0 };
        let bottom = top + ROW * self.bars.len() as f32;
        let mut told = Vec::new();
        for (i, bar) in self.bars.iter().enumerate() {
            let y = top + ROW * i as f32;
            let (fill, ink) = if bar.is_ill { (MISREAD, EDGE) } else { (TEST, INK) };
            svg.text(left - 10.0, y + 15.0, NOTE.fill(ink).right(), &bar.name);
            let area = Area::new(left, y, length(bar.value), 20.0);
            svg.rect(area, fill);
            if bar.is_ill && area.w > 0.0 {
                svg.frame(area, EDGE);
            }
            svg.text(area.right() + 8.0, y + 15.0, NOTE.fill(ink).weight(700), &bar.written);
            told.push(format!("{} {}", bar.name, bar.written));
        }
        svg.line((left, top - 8.0), (left, bottom), AXIS, "");
        let mut height = bottom + 20.0;
        if let Some((limit, text)) = &self.limit {
            let x = left + length(*limit);
            svg.line((x, top - 8.0), (x, bottom + 4.0), MUTED, "4 3");
            let font = if x > WIDTH / 2.0 { TICK.right() } else { TICK };
            svg.text(x, bottom + 20.0, font, text);
            height += 20.0;
        }
        card.describe(format!("{}: {}.", self.title, told.join("; ")));
        card.figure(WIDTH, height)
    }
}
