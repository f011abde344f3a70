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
pub use crate::figures::*;
pub use crate::live::{LivePanel, Steps};
pub use crate::panel::{Digits, Frame, History, Panel, State, Values};
pub use crate::picture::Figure;
