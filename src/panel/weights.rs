//! Panel 5: how the weights are spread.
use super::*;

pub(super) fn draw(svg: &mut Svg, area: Area, history: &History, (axes, end): (&mut Axes, f32)) -> Result<(), Error> {
    let language = svg.language;
    let subject = (history, Values::Weights, language.pick("Pesos", "Weights"));
    bands::draw(svg, area, subject, (axes, 0, end)).map(drop)
}
