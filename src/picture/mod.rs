//! Drawing tools: they know of text, numbers and pixels, and nothing of networks or training.
//!
//! A picture begins as a [`Card`], which holds an [`Svg`] to draw into and ends as a [`Figure`]. Texts are
//! set in a [`font`]; every colour is in the [`palette`], for a light and for a dark page. Pixels become a [`png`] inside the
//! SVG. A [`chart`] draws curves and bands between [`axes`] that end at round numbers, a [`Plane`] graphs of functions,
//! and [`Layers`] places boxes that arrows join; [`quantile`] sums up many values.
pub mod axes;
mod card;
mod chart;
mod figure;
mod font;
mod layers;
mod palette;
mod plane;
mod png;
mod quantile;
mod svg;

#[cfg(test)]
pub mod tests;

pub use card::Card;
pub use chart::{Chart, Label, Mark, thin};
pub use figure::Figure;
pub use font::{Font, HEADING, NOTE, TICK, TITLE};
pub use layers::{HEIGHT, Item, Layers};
pub use palette::{
    ANSWER, AXIS, BANDS, CLASSES, EDGE, GREEN, GRID, INK, MISREAD, MUTED, NEGATIVE, ON_BANDS, ON_TEST, PAPER, POSITIVE,
    PURPLE, TEST, TRAINING, TRAINING_RANGE, class_style,
};
pub use plane::{Plane, ticks};
pub use png::base64;
pub use quantile::{Percentiles, at_share, largest, order, sorted};
pub use svg::{Area, N, Svg, escape};
