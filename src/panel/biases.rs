//! Panel 6: how the biases are spread, or the activations if the run records them.
use super::{bands::Bands, frame::Frame, history::Values, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, Svg};
use crate::words;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let words: &words::Panel = svg.language.words();
    let (values, title) = if frame.history.spreads(Values::Activations).points().is_empty() {
        (Values::Biases, words.biases)
    } else {
        (Values::Activations, words.activations)
    };
    let bands = Bands { title, history: frame.history, values };
    bands.draw(svg, area, axes.last_step, &mut axes.biases, true)
}
