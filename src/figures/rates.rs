//! A figure for the lab: what short trainings come to, by their learning rates.
use crate::language::Language;
use crate::picture::{AXIS, Area, Card, EDGE, Figure, GREEN, MUTED, NOTE, Plane, TEST, TICK, axes, ticks};
use crate::words;

const AREA: Area = Area::new(72.0, 104.0, 640.0, 230.0);

/// The loss after a few steps with each rate.
pub struct Rates {
    /// In the order of the rates; infinite if training failed.
    pub runs: Vec<(f32, f32)>,
    /// Of the rate that is judged, and of the best one.
    pub own: usize,
    pub best: usize,
    pub steps: usize,
    /// The loss of guessing.
    pub guessing: f32,
}

impl Rates {
    /// The curve, with the rates on a logarithmic axis. A loss above twice that of guessing is at the upper edge.
    pub fn draw(&self, language: Language) -> Figure {
        let words: &words::Rates = language.words();
        let mut card = Card::with_heading(language, words.title, &(words.note)(&language.count(self.steps)));
        let svg = &mut card.svg;
        let places: Vec<f32> = self.runs.iter().map(|(rate, _)| rate.log10()).collect();
        let top = axes::round_up(f64::from(2.0 * self.guessing), &axes::ROUND) as f32;
        let (first, last) = (places[0], places[places.len() - 1]);
        let plane = Plane { area: AREA, x: [first - 0.3, last + 0.3], y: [0.0, top] };
        plane.axes(svg, &[], &ticks([0.0, top], 4.0));
        for (place, (rate, _)) in places.iter().zip(&self.runs) {
            let at = plane.place([*place, 0.0]);
            svg.line(at, (at.0, at.1 + 5.0), AXIS, "");
            svg.text(at.0, at.1 + 20.0, TICK.size(14).centred(), &language.tick(*rate));
        }
        plane.names(svg, words.axes[0], words.axes[1]);
        let guessing = plane.place([first - 0.3, self.guessing]);
        svg.line(guessing, (AREA.right(), guessing.1), MUTED, "4 3");
        svg.text(AREA.right(), guessing.1 - 6.0, TICK.right(), words.guessing);
        let points: Vec<[f32; 2]> = places.iter().zip(&self.runs).map(|(x, (_, loss))| [*x, loss.min(top)]).collect();
        plane.curve(svg, &points, TEST, "");
        for (i, point) in points.iter().enumerate() {
            let colour = if i == self.own {
                EDGE
            } else if i == self.best {
                GREEN
            } else {
                TEST
            };
            plane.dot(svg, *point, colour, "");
        }
        // the legend, from the right to the left
        let mut marks = vec![(self.own, words.own, EDGE)];
        if self.best != self.own {
            marks.insert(0, (self.best, words.best, GREEN));
        }
        let (mut told, mut right) = (Vec::new(), AREA.right());
        for (i, name, colour) in marks {
            let (rate, loss) = self.runs[i];
            let loss = if loss.is_finite() { language.loss(loss) } else { language.decimal(loss, 0) };
            let text = (words.mark)(name, &language.tick(rate), &loss);
            let font = NOTE.fill(colour).weight(700);
            svg.text(right, AREA.y - 14.0, font.right(), &text);
            right -= font.width(&text) + 28.0;
            told.insert(0, text);
        }
        card.describe(format!("{}: {}.", words.title, told.join("; ")));
        card.figure(760.0, AREA.bottom() + 60.0)
    }
}
