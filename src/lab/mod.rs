//! The lab: what a student does with a network besides training it.
//!
//! A file or folder for each thing to do. They look at a network through its session, and draw with
//! [`figures`](crate::visu); nothing else in the library uses them.
mod doctor;
mod experiment;
mod handwriting;
mod inside;
mod part;
mod product;
mod slow_step;

pub use doctor::{Ailment, Diagnosis, Finding, diagnose};
pub use experiment::{Experiment, RunTable, Runs, Trial, TrialSteps, Verdict, load_runs};
pub use handwriting::{DrawingPad, Handwriting, draw, own_digits, read_picture};
pub use inside::{cover, digit_map, look_inside, nearest_digits};
pub use slow_step::slow_step;
