//! Panel 1: the digits of the current training batch.
use super::grid::{Grid, explain};
use super::{frame::Frame, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, NOTE, Svg, TICK, TITLE, TRAINING};
use crate::words;

const CELLS: usize = 100;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, _: &mut PanelAxes) -> Result<(), Error> {
    let (language, words) = (svg.language, svg.language.words::<words::Panel>());
    svg.rect(Area::new(area.x, area.y - 39.0, 4.0, 12.0), TRAINING);
    svg.text(area.x + 11.0, area.y - 28.0, TITLE, words.training_digits);
    let Some(digits) = frame.training.filter(|digits| !digits.is_empty()) else {
        svg.text(area.x, area.y - 10.0, TICK, words.no_training_digits);
        return Ok(());
    };
    let count = (words.misread_of_batch)(&language.count(digits.misread()), &language.count(digits.len()));
    svg.text(area.right(), area.y - 28.0, NOTE.right(), &count);
    explain(svg, area.x, area.y - 10.0);

    let grid = Grid { frame: area, columns: 10, cell: (33.0, 22.0), picture: 17.0, pixels: 28 };
    let misread = digits.misread().min(CELLS);
    let mut shown = digits.choose(digits.misread(), digits.len());
    shown.truncate(CELLS);
    grid.draw(svg, digits, &shown, misread)
}
