//! Pictures of what the network learns: the six panels of a run, and the figures of the lessons.
//!
//! Every picture is the text of an SVG file, made from data. Training code fills a [`History`], from which a [`Panel`] or a
//! chart such as [`accuracy_curves`] draws a [`Figure`], at any time and on any thread. A [`LivePanel`] does all of this while
//! a loop trains.
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
//! A value that is NaN or infinite is never drawn as another value, and has no influence on axes, means or scales. In a curve
//! it is a gap, and its step is marked; a figure of a single network refuses it.
pub use crate::figures::*;
pub use crate::live::{Knob, LivePanel, Steps, work_without_threads};
pub use crate::panel::{Digits, Frame, History, Panel, State, Values};
pub use crate::picture::Figure;
