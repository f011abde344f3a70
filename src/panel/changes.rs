//! What changes a run from outside: a knob that is turned, and a learning rate that is not constant.
use super::history::{Change, History};
use crate::picture::{Area, Chart, MUTED, Mark, NOTE, PAPER, PURPLE, Svg};
use crate::{Error, words};

/// Changes of a knob that follow one another so closely, as a share of the axis of steps, are one.
const CLOSE: f32 = 0.02;
/// The width of such a text, in pixels.
const CUT_OFF: f32 = 150.0;
/// From one row of labels to the next, in pixels.
const ROW: f32 = 16.0;

/// A line where a knob was turned.
pub fn lines(svg: &mut Svg, chart: &Chart, history: &History) {
    for change in joined(&history.changes, chart.end) {
        let x = chart.x(change.step as f32);
        svg.line((x, chart.area.y), (x, chart.area.bottom()), MUTED, "2 2");
    }
}

/// What was turned, beside its line: where there is no room for all, the later ones. Then the learning rate as a thin curve whose
/// axis begins with 0.
pub fn labels(svg: &mut Svg, chart: &Chart, history: &History) -> Result<(), Error> {
    let (language, Area { y, .. }) = (svg.language, chart.area);
    let changes = joined(&history.changes, chart.end);
    let several = changes.iter().any(|change| change.name != changes[0].name);
    // in each of two rows, where the label before begins; what a curve was above the chart stands at the left of the first
    let starts = [&history.training, &history.test].map(|series| series.points().first()?.1.loss);
    let is_cut = starts.into_iter().flatten().any(|loss| loss > chart.top);
    let left = [if is_cut { chart.area.x + CUT_OFF } else { chart.area.x }, chart.area.x];
    let mut free = [chart.area.right() + 100.0; 2];
    for change in changes.iter().rev() {
        let values = format!("{} → {}", language.tick(change.from), language.tick(change.to));
        let text = if several { format!("{} {values}", change.name) } else { values };
        let (line, width) = (chart.x(change.step as f32), NOTE.width(&text));
        for (row, free) in free.iter_mut().enumerate() {
            let fits = line + 4.0 + width < free.min(chart.area.right());
            let x = if fits { line + 4.0 } else { line - 4.0 - width };
            if x + width < *free && x > left[row] {
                svg.text_over(x, y + 13.0 + ROW * row as f32, NOTE, PAPER, &text);
                *free = x.min(line);
                break;
            }
        }
    }

    let rates: Vec<(f32, f32)> = history.rates.points().iter().map(|&(step, rate)| (step as f32, rate)).collect();
    let (Some((_, first)), Some((_, last))) = (rates.first().copied(), rates.last().copied()) else { return Ok(()) };
    if rates.iter().all(|(_, rate)| *rate == first) {
        return Ok(());
    }
    let top = 1.05 * rates.iter().fold(0.0, |top: f32, (_, rate)| top.max(*rate));
    Chart { bottom: 0.0, top, log: false, ..*chart }.draw(svg, &[Mark::Line(rates, 1.2, PURPLE)])?;
    let [first, last] = [first, last].map(|rate| language.tick(format!("{rate:.1e}").parse().unwrap_or(rate)));
    let text = format!("{} {first} → {last}", language.words::<words::Panel>().rate);
    let row = if changes.is_empty() { f32::from(is_cut) } else { 2.0 };
    svg.text_over(chart.area.right() - 3.0, y + 13.0 + ROW * row, NOTE.right().fill(PURPLE), PAPER, &text);
    Ok(())
}

/// Changes of one knob that follow closely as one, without those that lead nowhere.
fn joined(changes: &[Change], end: f32) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        match joined.iter_mut().rfind(|before| before.name == change.name) {
            Some(before) if (change.step - before.step) as f32 <= CLOSE * end => {
                (before.step, before.to) = (change.step, change.to);
            }
            _ => joined.push(change.clone()),
        }
    }
    joined.retain(|change| change.from != change.to);
    joined.sort_by_key(|change| change.step);
    joined
}
