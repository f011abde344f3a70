//! Panel 5: how the weights are spread.
use super::{bands::Bands, frame::Frame, history::Values, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, Svg};
use crate::words;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let bands =
        Bands { title: svg.language.words::<words::Panel>().weights, history: frame.history, values: Values::Weights };
    bands.draw(svg, area, axes.last_step, &mut axes.weights, false)
}
