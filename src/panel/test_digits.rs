//! Panel 2: a thousand test digits, whose red part stands on a scale of accuracy.
use super::*;

const CELLS: usize = 1000;
const WIDTH: f32 = 520.0;
const HEIGHT: f32 = 325.0;
const X: f32 = 416.0;
const Y: f32 = 188.0;
/// An MNIST image without its margin.
const PIXELS: usize = 24;

/// What the grid shows of the test digits.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    /// The accuracy at the bottom of the scale is 100 % less this many points.
    pub range: f32,
    /// How many cells are red.
    pub misread: usize,
    pub right: usize,
    /// How many test digits a cell stands for.
    pub per_cell: f32,
}

pub(super) fn plan(digits: &Digits, errors: &mut Option<f32>) -> Plan {
    let (count, misread) = (digits.len(), digits.misread());
    if count <= CELLS {
        return Plan { range: 100.0, misread, right: count - misread, per_cell: 1.0 };
    }
    let range = axes::error_range((1.0 - digits.accuracy()) * 100.0, count, *errors);
    *errors = Some(range);
    let per_cell = count as f32 * range / 100.0 / CELLS as f32;
    let cells = ((misread as f32 / per_cell).round() as usize).min(CELLS);
    Plan { range, misread: cells, right: CELLS - cells, per_cell }
}

/// The fewest columns of square cells that keep the grid low enough.
fn columns(cells: usize) -> usize {
    let fits = |&columns: &usize| cells.div_ceil(columns) as f32 * WIDTH / columns as f32 <= HEIGHT;
    (1..=CELLS).find(fits).unwrap_or(40)
}

pub(super) fn draw(svg: &mut Svg, digits: Option<&Digits>, errors: &mut Option<f32>) -> Result<(), Error> {
    let language = svg.language;
    svg.rect(Area::new(X, 149.0, 4.0, 12.0), TEST);
    let title = language.pick("Dígitos de prueba", "Test digits");
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else {
        svg.text(X + 11.0, 160.0, TITLE, title);
        let text = language.pick("No hay dígitos de prueba que mostrar.", "There are no test digits to show.");
        svg.text(X, 178.0, TICK, text);
        return Ok(());
    };
    let plan = plan(digits, errors);
    svg.line_of_text(X + 11.0, 160.0, &[(0.0, TITLE, title), (10.0, NOTE, &sentence(digits, &plan, language))]);
    let bottom = format!("{}{}", language.count((100.0 - plan.range) as usize), language.percent_sign());
    let scale = language.pick(
        format!("La línea marca la precisión; la escala empieza en {bottom}."),
        format!("The line marks the accuracy; the scale starts at {bottom}."),
    );
    svg.text(X, 178.0, TICK, &scale);

    let cells = plan.misread + plan.right;
    let columns = columns(cells);
    let side = WIDTH / columns as f32;
    let grid = Grid { x: X, y: Y, columns, cell: (side, side), picture: side, pixels: PIXELS };
    grid.draw(svg, digits, &digits.choose(plan.misread, plan.right), plan.misread)?;
    svg.frame(Area::new(X, Y, WIDTH, cells.div_ceil(columns) as f32 * side), AXIS);
    grid.edge(svg, plan.misread);
    let height = cells as f32 / columns as f32 * side;
    draw_scale(svg, digits.accuracy(), plan.range, height);
    Ok(())
}

/// What is above and below the line.
fn sentence(digits: &Digits, plan: &Plan, language: Language) -> String {
    let [wrong, right, shown] =
        [digits.misread(), digits.len() - digits.misread(), plan.right].map(|n| language.count(n));
    if plan.per_cell > 1.0 {
        let each = language.tick((plan.per_cell * 10.0).round() / 10.0);
        return language.pick(
            format!("arriba, fallos; debajo, aciertos; cada casilla, {each} dígitos"),
            format!("misread on top, others below; each cell stands for {each}"),
        );
    }
    let on_top = match digits.misread() {
        0 => language.pick("ningún fallo", "none misread").into(),
        1 => language.pick("arriba, el fallo", "on top, the misread one").into(),
        _ => language.pick(format!("arriba, los {wrong} fallos"), format!("on top, the {wrong} misread")),
    };
    let part = if shown == right { String::new() } else { format!("{shown} {} ", language.pick("de", "of")) };
    let below = language
        .pick(format!("debajo, {part}los {right} aciertos"), format!("below, {part}the {right} read correctly"));
    format!("{on_top}; {below}")
}

/// The ticks at the left of the grid, and the flag with the accuracy.
fn draw_scale(svg: &mut Svg, accuracy: f32, range: f32, height: f32) {
    let language = svg.language;
    let flag = Y + height * ((1.0 - accuracy) * 100.0 / range).min(1.0);
    for i in 0..=5 {
        let share = i as f32 / 5.0;
        let y = Y + height * share;
        if (y - flag).abs() < 15.0 {
            continue;
        }
        let sign = if i == 0 { language.percent_sign() } else { "" };
        let label = format!("{}{sign}", language.count((100.0 - range * share).round() as usize));
        svg.line((X - 5.0, y), (X, y), AXIS, "");
        svg.text(X - 8.0, y + if i == 5 { 0.0 } else { 4.0 }, TICK.right(), &label);
    }
    let [top, middle, bottom] = [flag - 10.0, flag, flag + 10.0].map(N);
    svg.put(format_args!("<path d=\"M362 {top}H407L416 {middle}L407 {bottom}H362Z\" fill=\"{TEST}\"/>"));
    svg.text(385.0, flag + 4.5, Type::new(12, 700, ON_TEST).centred(), &language.percent(accuracy));
}
