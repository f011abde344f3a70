//! Digits that somebody has written: read from a picture, and prepared as MNIST's were.
//!
//! A [`png`] becomes ink on paper ([`ink`]), which is [`cut`] into digits; each is [prepared](prepare) for the network by
//! [`area`]. [`own`] puts labels to them,
//! and [`steps`] shows how it is done.
mod area;
mod cut;
mod ink;
mod own;
mod png;
mod prepare;
mod steps;
#[cfg(test)]
mod tests;

pub use own::{Handwriting, own_digits, read_picture};
