//! What a network makes of some digits, and where it stands in the figure.
use super::stage::{Place, Rule, Stage, square};
use crate::picture::Area;
use crate::{language::Language, words};

/// Where the pictures of the layers stand: from the digit's left end to the scores' right one.
const STRIP: Area = Area::new(24.0, 116.0, 912.0, 138.0);
const DIGIT: f32 = 96.0;
const SCORES: f32 = 176.0;
const GAP: f32 = 16.0;

/// What is read, and what is given.
pub const PICTURES: [Area; 2] = [Area::new(24.0, 312.0, 150.0, 150.0), Area::new(24.0, 488.0, 150.0, 150.0)];
/// The first of three tables of numbers, and the distance to the next one.
pub const TABLE: Area = Area::new(216.0, 312.0, 204.0, 204.0);
pub const NEXT: f32 = 240.0;
const LARGEST_CELL: f32 = 34.0;
/// The bars of the parts of a sum: from a line in their middle.
pub const PARTS: Area = Area::new(216.0, 548.0, 290.0, 76.0);
/// The middle of the bars of terms, and the length of the longest.
pub const TERM_BARS: [f32; 2] = [800.0, 130.0];
pub const TERM_ROW: [f32; 2] = [326.0, 20.0];

/// What a network makes of some digits.
pub struct Inside {
    /// The digits, then the layers up to the scores.
    pub stages: Vec<Stage>,
    /// By digit and class.
    pub probabilities: Vec<Vec<f32>>,
    /// By digit, class and pixel: what speaks for the class.
    pub speaks: Vec<Vec<Vec<f32>>>,
    pub labels: Vec<Option<usize>>,
    /// Ops that are not explained.
    pub unknown: Vec<String>,
    /// Ops that join several ways.
    pub joins: Vec<String>,
}

impl Inside {
    /// What the net reads a digit as, and what it is.
    pub fn answer(&self, digit: usize, language: Language) -> String {
        let words: &words::Inside = language.words();
        let probabilities = &self.probabilities[digit];
        let best = (1..probabilities.len()).fold(0, |a, b| if probabilities[b] > probabilities[a] { b } else { a });
        let share = language.percent(probabilities[best]);
        let is = self.labels[digit].map_or(String::new(), |label| filled(words.answer[1], &[&label.to_string()]));
        filled(words.answer[0], &[&best.to_string(), &share]) + &is
    }

    /// Of the stage before, the channel that says most for a number.
    pub fn best_channel(&self, stage: usize, place: Place) -> usize {
        match self.stages[stage].rule {
            Rule::Filter(..) => {
                let parts = self.stages[stage].parts(&self.stages[stage - 1], place);
                (1..parts.len()).fold(0, |a, b| if parts[b].abs() > parts[a].abs() { b } else { a })
            }
            Rule::Pool(..) => place.map,
            _ => 0,
        }
    }

    /// Where the picture of a stage stands.
    pub fn area(&self, s: usize) -> Area {
        let last = self.stages.len() - 1;
        let pitch = (STRIP.w - DIGIT - GAP - SCORES) / (last - 1).max(1) as f32;
        match s {
            0 => Area { w: DIGIT, ..STRIP },
            s if s == last => Area { x: STRIP.right() - SCORES, w: SCORES, ..STRIP },
            s => Area { x: STRIP.x + DIGIT + GAP + (s - 1) as f32 * pitch, w: pitch - GAP, ..STRIP },
        }
    }

    /// Where a map, a neuron or a class stands.
    pub fn cell(&self, s: usize, map: usize) -> Area {
        let (area, [rows, columns, maps]) = (self.area(s), self.stages[s].shape);
        if s + 1 == self.stages.len() {
            let h = area.h / maps as f32;
            return Area::new(area.x, area.y + h * map as f32, area.w, h);
        }
        let wide = square(maps);
        let side = area.w.min(area.h) / wide as f32;
        let (x, y) = (area.x + side * (map % wide) as f32, area.y + side * (map / wide) as f32);
        let (longest, gap) = (rows.max(columns) as f32, if rows * columns > 1 && maps > 1 { 3.0 } else { 0.0 });
        let side = side - gap;
        Area::new(x, y, side * columns as f32 / longest, side * rows as f32 / longest)
    }

    /// The rows or columns of the largest window, at least 1.
    pub fn most_kernel(&self) -> usize {
        let windows = self.stages.iter().filter_map(Stage::window);
        windows.map(|window| window.down.kernel.max(window.across.kernel)).max().unwrap_or(1)
    }

    pub fn cell_side(&self) -> f32 {
        (TABLE.w / self.most_kernel() as f32).min(LARGEST_CELL)
    }

    pub fn most_channels(&self) -> usize {
        let filters = self.stages.iter().filter(|stage| matches!(stage.rule, Rule::Filter(..)));
        filters.map(|stage| stage.from[2]).max().unwrap_or(0)
    }

    /// What speaks most for or against a class.
    pub fn full_speaks(&self, digit: usize) -> f32 {
        self.speaks[digit].iter().flatten().fold(1e-9, |a: f32, b| a.max(b.abs()))
    }
}

/// A sentence with these texts in the place of #0, #1, ….
pub fn filled(text: &str, with: &[&str]) -> String {
    with.iter().enumerate().fold(text.into(), |text: String, (i, with)| text.replace(&format!("#{i}"), with))
}
