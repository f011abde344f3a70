//! Panel 1: the digits of the current training batch.
use super::*;

const GRID_AREA: Area = Area::new(24.0, 188.0, 330.0, 325.0);
const CELLS: usize = 100;

pub(super) fn draw(svg: &mut Svg, digits: Option<&Digits>) -> Result<(), Error> {
    let language = svg.language;
    svg.rect(Area::new(24.0, 149.0, 4.0, 12.0), TRAINING);
    svg.text(35.0, 160.0, TITLE, language.pick("Dígitos de entrenamiento", "Training digits"));
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else {
        let text = language.pick("Aún no se ha visto ninguno.", "None has been seen yet.");
        svg.text(24.0, 178.0, TICK, text);
        return Ok(());
    };
    let (misread, all) = (language.count(digits.misread()), language.count(digits.len()));
    let failures = if digits.misread() == 1 { "fallo" } else { "fallos" };
    let count = language.pick(format!("{misread} {failures} de {all}"), format!("{misread} of {all} misread"));
    svg.text(354.0, 160.0, NOTE.right(), &count);
    explain(svg, 24.0, 178.0);

    let grid = Grid { x: 24.0, y: 188.0, columns: 10, cell: (33.0, 32.5), picture: 26.0, pixels: 28 };
    let misread = digits.misread().min(CELLS);
    let mut shown = digits.choose(digits.misread(), digits.len());
    shown.truncate(CELLS);
    grid.draw(svg, digits, &shown, misread)?;
    grid.answers(svg, digits, &shown[..misread]);
    svg.frame(GRID_AREA, AXIS);
    grid.edge(svg, misread);
    Ok(())
}

/// What the two numbers in a misread digit's cell mean.
pub(super) fn explain(svg: &mut Svg, x: f32, y: f32) {
    let language = svg.language;
    let pieces = [
        (0.0, TICK.fill(INK).weight(700), "4"),
        (4.0, TICK, language.pick("etiqueta", "label")),
        (14.0, TICK.fill(ANSWER).weight(700), "9"),
        (4.0, TICK, language.pick("respuesta de la red", "the network’s answer")),
    ];
    svg.line_of_text(x, y, &pieces);
}
