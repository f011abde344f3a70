//! Pictures of what the network learns: the six panels of a run, and the figures of the lessons.
//!
//! Everything here is a function from data to the text of an SVG file. Training code feeds a [`History`]; a
//! [`Panel`] turns it, at any moment and on any thread, into a [`Figure`], and so do the charts that stand alone.
//!
//! ```
//! use digitos::visu::{History, accuracy_curves};
//!
//! let mut history = History::new();
//! for step in 0..=100 {
//!     let accuracy = 0.9 - 0.8 / (1.0 + step as f32);
//!     history.training(step, accuracy, None);
//! }
//! let figure = accuracy_curves(&history, "es")?;
//! assert!(figure.svg().contains("Precisión"));
//! # Ok::<(), digitos::Error>(())
//! ```
//!
//! A value that is NaN or infinite is never drawn as if it were another one. It takes part in no axis, mean or scale; in a
//! curve it is a gap, and its step is marked; a figure of a single net refuses it with a sentence.
//!
//! How the files fit together: `panel` joins `header`, the two grids (`training_digits` and `test_digits`, drawn by
//! `grid` from `digits`) and the four charts (`accuracy` and `loss` on `curves`, `weights` and `biases` on `bands`,
//! all drawn by `chart` with plotters between `axes`); `svg`, `png`, `palette` and `language` are their tools, also of the
//! `figures` of the lessons, which stand alone.
//!
//! A [`LivePanel`] moves: `live` is what a training loop calls, `schedule` says at which steps to look, `measure` and
//! `painter` are its two threads, `progress` is what the three share, `page` with its script and style is what the
//! browser gets, and `movie` makes a film of it.
#[path = "panel/accuracy.rs"]
mod accuracy;
#[path = "picture/axes.rs"]
mod axes;
#[path = "panel/bands.rs"]
mod bands;
#[path = "panel/biases.rs"]
mod biases;
#[path = "picture/chart.rs"]
mod chart;
#[path = "panel/curves.rs"]
mod curves;
#[path = "panel/digits.rs"]
mod digits;
#[path = "picture/figure.rs"]
mod figure;
#[path = "figures/mod.rs"]
mod figures;
#[path = "panel/grid.rs"]
mod grid;
#[path = "panel/header.rs"]
mod header;
#[path = "panel/history.rs"]
mod history;
#[path = "language.rs"]
mod language;
#[path = "live/mod.rs"]
mod live;
#[path = "panel/loss.rs"]
mod loss;
#[path = "live/measure.rs"]
mod measure;
#[path = "live/movie.rs"]
mod movie;
#[path = "live/page.rs"]
mod page;
#[path = "live/painter.rs"]
mod painter;
#[path = "picture/palette.rs"]
mod palette;
#[path = "panel/mod.rs"]
mod panel;
#[path = "picture/png.rs"]
mod png;
#[path = "live/progress.rs"]
mod progress;
#[path = "live/schedule.rs"]
mod schedule;
#[path = "picture/quantile.rs"]
mod spread;
#[path = "picture/svg.rs"]
mod svg;
#[path = "panel/test_digits.rs"]
mod test_digits;
#[path = "panel/training_digits.rs"]
mod training_digits;
#[path = "panel/weights.rs"]
mod weights;

use crate::Error;
use accuracy::ALONE;
use axes::Axes;
use chart::{Chart, Label, Mark};
use curves::{Curves, after, last_finite, line, thin};
use grid::Grid;
use history::{Point, Thinned};
pub(crate) use language::Language;
use palette::*;
use spread::{at_share, sorted};
use svg::{Area, N, NOTE, Svg, TICK, TITLE, Type};
use training_digits::explain;

pub use accuracy::accuracy_curves;
pub use digits::Digits;
pub use figure::Figure;
pub use figures::*;
pub use history::{History, Values};
pub use live::{LivePanel, Steps};
pub use loss::loss_curves;
pub use panel::{Frame, Panel, State};

#[cfg(test)]
#[path = "live/tests.rs"]
mod live_tests;
#[cfg(test)]
#[path = "panel/tests.rs"]
mod tests;
