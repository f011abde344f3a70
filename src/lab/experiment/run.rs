//! One run as it is kept, and what is measured of runs.
use crate::language::Language;
use crate::words;
use std::collections::BTreeSet;

/// What is varied: each name with its value.
pub type Settings = Vec<(String, String)>;

#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What its experiment is called, often nothing.
    pub experiment: String,
    pub settings: Settings,
    pub seed: u64,
    /// In the order of the steps.
    pub notes: Vec<Note>,
    pub seconds: f32,
    pub end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Note {
    pub step: usize,
    pub accuracy: Option<f32>,
    pub loss: Option<f32>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum End {
    Whole,
    /// By the student, before its last step.
    Stopped,
    /// With this sentence.
    Failed(String),
}

impl Run {
    /// Its settings as they stand beside a curve: `rate 0.003, width 100`.
    pub fn label(&self, language: Language) -> String {
        let settings = self.settings.iter().map(|(name, value)| format!("{name} {value}"));
        let name = Some(self.experiment.clone()).filter(|name| !name.is_empty());
        let parts: Vec<String> = name.into_iter().chain(settings).collect();
        if parts.is_empty() { language.words::<words::Experiment>().all_runs.into() } else { parts.join(", ") }
    }

    /// What it was made with, in whatever order that was said.
    pub fn setting(&self) -> (&str, BTreeSet<&(String, String)>) {
        (&self.experiment, self.settings.iter().collect())
    }

    /// Whether both noted the same, bit for bit.
    pub fn notes_like(&self, other: &Run) -> bool {
        let bits = |run: &Run| -> Vec<_> {
            run.notes
                .iter()
                .map(|note| (note.step, note.accuracy.map(f32::to_bits), note.loss.map(f32::to_bits)))
                .collect()
        };
        bits(self) == bits(other)
    }

    /// The last value that it noted, if it did not fail and all values are finite.
    pub fn result(&self, measure: Measure) -> Option<f32> {
        let last = self.notes.iter().rev().find_map(|note| measure.of(note));
        last.filter(|_| self.not_finite(measure).is_none() && !matches!(self.end, End::Failed(_)))
    }

    /// The step of the first value that is NaN or infinite, and the value.
    pub fn not_finite(&self, measure: Measure) -> Option<(usize, f32)> {
        let values = self.notes.iter().filter_map(|note| Some((note.step, measure.of(note)?)));
        values.into_iter().find(|(_, value)| !value.is_finite())
    }

    /// Its curve up to the first value that is NaN or infinite.
    pub fn curve(&self, measure: Measure) -> Vec<(usize, f32)> {
        let values = self.notes.iter().filter_map(|note| Some((note.step, measure.of(note)?)));
        values.take_while(|(_, value)| value.is_finite()).collect()
    }
}

/// What runs are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Accuracy,
    Loss,
}

impl Measure {
    pub fn of(self, note: &Note) -> Option<f32> {
        match self {
            Measure::Accuracy => note.accuracy,
            Measure::Loss => note.loss,
        }
    }

    /// The sign by which a better value is the larger one.
    pub fn sign(self) -> f64 {
        if self == Measure::Accuracy { 1.0 } else { -1.0 }
    }

    /// A mean or a result.
    pub fn written(self, value: f64, language: Language) -> String {
        match self {
            Measure::Accuracy => {
                let shown = if value < 1.0 { value.min(0.9999) } else { value };
                format!("{}{}", language.decimal(100.0 * shown as f32, 2), language.percent_sign())
            }
            Measure::Loss => language.loss(value as f32),
        }
    }

    /// A spread, with the decimals of its mean.
    pub fn spread(self, mean: f64, spread: f64, language: Language) -> String {
        match self {
            Measure::Accuracy => self.distance(spread, language),
            Measure::Loss => {
                let decimals = language.loss(mean as f32).split_once('.').map_or(0, |(_, decimals)| decimals.len());
                if mean.abs() < 1e7 { language.decimal(spread as f32, decimals) } else { language.loss(spread as f32) }
            }
        }
    }

    /// A difference: of accuracies in points of a hundred.
    pub fn distance(self, value: f64, language: Language) -> String {
        match self {
            Measure::Accuracy => language.decimal(100.0 * value as f32, 2),
            Measure::Loss => language.loss(value as f32),
        }
    }
}

/// The mean of some values and their standard deviation (with n − 1), which is 0 for one value.
pub fn mean_and_spread(values: &[f32]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let squares = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}
