//! The doctor: what ails a network, how one sees it, and what to do.
mod answers;
mod checks;
mod data;
mod diagnosis;
mod labels;
mod net;
mod trials;
mod visit;

pub use diagnosis::{Ailment, Diagnosis, Finding};
pub use visit::diagnose;

#[cfg(test)]
mod tests;
