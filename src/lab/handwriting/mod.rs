//! Digits that somebody has written: read from a picture, and prepared as MNIST's were.
//!
//! A [`png`] becomes ink on paper ([`ink`]), which is [`cut`] into digits; each is [prepared](prepare) for the network by
//! [`area`]. [`own`] puts labels to them, and [`steps`] shows how it is done. A [`pad`] is a canvas in the notebook: its [`page`]
//! sends [`strokes`], and a [`reader`] answers.
mod area;
mod cut;
mod ink;
mod own;
mod pad;
mod page;
mod png;
mod prepare;
mod reader;
mod steps;
mod strokes;
#[cfg(test)]
mod tests;

pub use own::{Handwriting, own_digits, read_picture};
pub use pad::{DrawingPad, draw};
