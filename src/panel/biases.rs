//! Panel 6: how the biases are spread, or the activations where a run records them.
use super::*;

pub(super) fn draw(svg: &mut Svg, area: Area, history: &History, (axes, end): (&mut Axes, f32)) -> Result<(), Error> {
    let language = svg.language;
    let subject = if history.spreads(Values::Activations).points().is_empty() {
        (history, Values::Biases, language.pick("Sesgos", "Biases"))
    } else {
        (history, Values::Activations, language.pick("Activaciones", "Activations"))
    };
    let chart = bands::draw(svg, area, subject, (axes, 1, end))?;
    chart.steps(svg);
    Ok(())
}
