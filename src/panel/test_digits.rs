//! Panel 2: up to a thousand cells of test digits; a scale of accuracy beside them ends where the misread ones do.
use super::{digits::Digits, frame::Frame, grid::Grid, panel_axes::PanelAxes};
use crate::picture::{AXIS, Area, EDGE, Font, N, NOTE, ON_TEST, Svg, TEST, TICK, TITLE};
use crate::{Error, language::Language, words};

const CELLS: usize = 1000;
/// An MNIST image without its margin at half its size: a cell is ten pixels wide or less.
const PIXELS: usize = 12;

/// How the test digits are shared out among the cells.
#[derive(Debug, PartialEq)]
pub struct Layout {
    /// The accuracy at the bottom of the scale is 100 % less this many points.
    pub range: f32,
    /// How many cells are red.
    pub misread: usize,
    pub right: usize,
    /// How many test digits a cell stands for.
    pub per_cell: f32,
}

pub fn layout(digits: &Digits, errors: &mut Option<f32>) -> Layout {
    let (count, misread) = (digits.len(), digits.misread());
    if count <= CELLS {
        return Layout { range: 100.0, misread, right: count - misread, per_cell: 1.0 };
    }
    let range = error_range((1.0 - digits.accuracy()) * 100.0, count, *errors);
    *errors = Some(range);
    let per_cell = count as f32 * range / 100.0 / CELLS as f32;
    let cells = ((misread as f32 / per_cell).round() as usize).min(CELLS);
    Layout { range, misread: cells, right: CELLS - cells, per_cell }
}

/// How many percent the scale of accuracy spans below 100 %, for an error in percent of `count` digits: at least as much
/// as gives each of the 1000 cells one digit. The range of the frame before is kept if it still fits and is no wider than needed.
pub fn error_range(errors: f32, count: usize, before: Option<f32>) -> f32 {
    let fits = |range: &f32| errors <= range * 0.9 && count as f32 * range / 100.0 >= 1000.0;
    let roomy = [10.0, 20.0, 50.0].into_iter().find(fits).unwrap_or(100.0);
    match before {
        Some(range) if errors <= range && range <= roomy => range,
        _ => roomy,
    }
}

/// The fewest columns of square cells with which the grid fits into the area.
fn columns(cells: usize, area: Area) -> usize {
    let fits = |&columns: &usize| cells.div_ceil(columns) as f32 * area.w / columns as f32 <= area.h;
    (1..=CELLS).find(fits).unwrap_or(40)
}

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let (language, words) = (svg.language, svg.language.words::<words::Panel>());
    svg.rect(Area::new(area.x, area.y - 39.0, 4.0, 12.0), TEST);
    let Some(digits) = frame.test.filter(|digits| !digits.is_empty()) else {
        svg.text(area.x + 11.0, area.y - 28.0, TITLE, words.test_digits);
        svg.text(area.x, area.y - 10.0, TICK, words.no_test_digits);
        return Ok(());
    };
    let layout = layout(digits, &mut axes.errors);
    let true_scale = Area { x: area.right() - 10.0, w: 10.0, ..area };
    let area = if layout.range < 100.0 { Area { w: area.w - 20.0, h: area.h - 10.0, ..area } } else { area };
    svg.line_of_text(
        area.x + 11.0,
        area.y - 28.0,
        &[(0.0, TITLE, words.test_digits), (10.0, NOTE, &sentence(digits, &layout, language))],
    );
    let bottom = format!("{}{}", language.count((100.0 - layout.range) as usize), language.percent_sign());
    svg.text(area.x, area.y - 10.0, TICK, &(words.scale)(&bottom));

    let cells = layout.misread + layout.right;
    let columns = columns(cells, area);
    let side = area.w / columns as f32;
    let frame = Area { h: cells.div_ceil(columns) as f32 * side, ..area };
    let grid = Grid { frame, columns, cell: (side, side), picture: side, pixels: PIXELS };
    grid.draw(svg, digits, &digits.choose(layout.misread, layout.right), layout.misread)?;
    if layout.range < 100.0 {
        let bar = Area { h: frame.h, ..true_scale };
        svg.text(bar.right(), bar.y - 10.0, TICK.right(), words.whole);
        svg.rect(Area { h: bar.h * (1.0 - digits.accuracy()), ..bar }, EDGE);
        svg.frame(bar, AXIS);
    }
    draw_scale(svg, Area { h: cells as f32 / columns as f32 * side, ..area }, digits.accuracy(), layout.range);
    Ok(())
}

/// What the cells above and below the line are.
fn sentence(digits: &Digits, layout: &Layout, language: Language) -> String {
    let words: &words::Panel = language.words();
    if layout.per_cell > 1.0 {
        return (words.many_digits_per_cell)(&language.tick((layout.per_cell * 10.0).round() / 10.0));
    }
    let (wrong, shown) = (language.count(digits.misread()), language.count(layout.right));
    let right = language.count(digits.len() - digits.misread());
    format!("{}; {}", (words.misread_on_top)(&wrong), (words.right_below)(&shown, &right))
}

/// The scale at the left of the grid, and a flag with the accuracy.
fn draw_scale(svg: &mut Svg, Area { x, y: top, h: height, .. }: Area, accuracy: f32, range: f32) {
    let language = svg.language;
    let flag = top + height * ((1.0 - accuracy) * 100.0 / range).min(1.0);
    for i in 0..=5 {
        let share = i as f32 / 5.0;
        let y = top + height * share;
        if (y - flag).abs() < 15.0 {
            continue;
        }
        let sign = if i == 0 { language.percent_sign() } else { "" };
        let label = format!("{}{sign}", language.count((100.0 - range * share).round() as usize));
        svg.line((x - 5.0, y), (x, y), AXIS, "");
        svg.text(x - 8.0, y + if i == 5 { 0.0 } else { 4.0 }, TICK.right(), &label);
    }
    let (top, middle, bottom) = (N(flag - 10.0), N(flag), N(flag + 10.0));
    let (left, edge, tip) = (N(x - 54.0), N(x - 9.0), N(x));
    svg.put(format_args!("<path d=\"M{left} {top}H{edge}L{tip} {middle}L{edge} {bottom}H{left}Z\" fill=\"{TEST}\"/>"));
    svg.text(x - 31.0, flag + 4.5, Font::new(12, 700, ON_TEST).centred(), &language.percent(accuracy));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_test_digits_does_not_flicker() {
        let range = |errors, before| error_range(errors, 10_000, before);
        assert_eq!([7.5, 9.1, 18.5, 60.0].map(|errors| range(errors, None)), [10.0, 20.0, 50.0, 100.0]);
        assert_eq!(range(9.5, Some(10.0)), 10.0, "still fits");
        assert_eq!(range(9.5, Some(20.0)), 20.0, "too near to narrow");
        assert_eq!(range(10.1, Some(10.0)), 20.0);
        assert_eq!(range(8.9, Some(20.0)), 10.0);
        assert_eq!(error_range(1.0, 5000, None), 20.0, "a cell stands for one digit at least");
        assert_eq!(error_range(1.0, 1500, None), 100.0);
    }
}
