//! Drawing tools: they know of text, numbers and pixels, and nothing of networks or training.
//!
//! A picture begins as a [`card::Card`], which holds an [`svg::Svg`] to draw into and ends as a [`figure::Figure`]. Texts are
//! set in a [`font`]; every colour is in the [`palette`], for a light and for a dark page. Pixels become a [`png`] inside the
//! SVG. A [`chart`] draws curves and bands between [`axes`] that end at round numbers; [`quantile`] sums up many values.
pub mod axes;
pub mod card;
pub mod chart;
pub mod figure;
pub mod font;
pub mod palette;
pub mod png;
pub mod quantile;
pub mod svg;

#[cfg(test)]
pub mod tests;
