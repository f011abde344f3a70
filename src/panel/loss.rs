//! Panel 4: the cross entropy, which training reduces.
use super::changes;
use super::curves::{Curves, after, late, line};
use super::{frame::Frame, history::History, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, Chart, Svg, at_share, axes, sorted};
use crate::words;

/// The axis of loss shows the run before if it reaches at most this many times as far up as this one.
const MOST_BEFORE: f32 = 4.0;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let end = axes.last_step;
    if let Some((bottom, top)) = frame.log_loss.then(|| log_range([Some(frame.history), frame.before])).flatten() {
        let [low, high] = &mut axes.log_loss;
        let chart = Chart { area, end, bottom: -low.settle(-bottom), top: high.settle(top), log: true };
        draw_curves(svg, &chart, frame.history, frame.before)?;
        chart.steps(svg);
        return Ok(());
    }
    let (mut bottom, mut top) = range(frame.history, end);
    // a run that went astray does not flatten the next one
    if let Some(before) = frame.before.map(|before| range(before, end)).filter(|before| before.1 <= MOST_BEFORE * top) {
        (bottom, top) = (bottom.min(before.0), top.max(before.1));
    }
    let (bottom, top) = (0.0 - axes.loss_below_0.settle(0.0 - bottom), axes.loss.settle(top));
    let chart = Chart { area, end, bottom, top, log: false };
    draw_curves(svg, &chart, frame.history, frame.before)?;
    chart.steps(svg);
    Ok(())
}

/// The bottom and the top of the axis of loss, for steps up to `end`: it shows all test values and 94 % of the training
/// values, but not those of the first 2 % of the steps, which are often so large that the rest would look flat.
pub fn range(history: &History, end: f32) -> (f32, f32) {
    let of = |series| late(&line(series, |point| point.loss), end * 0.02);
    let (training, mut test) = (of(&history.training), of(&history.test));
    if !training.is_empty() {
        let training = sorted(training);
        test.extend([at_share(&training, 0.03), at_share(&training, 0.97)]);
    }
    axes::with_zero(&test)
}

/// The bottom and the top of a logarithmic axis, if there is a positive value: it shows all of them, but the lowest 3 % of the
/// training values.
fn log_range(histories: [Option<&History>; 2]) -> Option<(f32, f32)> {
    let mut values = Vec::new();
    for history in histories.into_iter().flatten() {
        let of = |series| -> Vec<f32> {
            after(&line(series, |point| point.loss), -1.0).into_iter().filter(|v| *v > 0.0).collect()
        };
        let training = sorted(of(&history.training));
        values.extend(of(&history.test));
        values.extend(training.last().map(|_| at_share(&training, 0.03)).into_iter().chain(training.last().copied()));
    }
    let (low, high) = axes::extremes(values.iter().copied(), *values.first()?);
    let (bottom, top) =
        (1.0 / axes::round_up(1.0 / f64::from(low), &axes::ROUND), axes::round_up(f64::from(high), &axes::ROUND));
    Some((if bottom < top { bottom } else { top / 10.0 } as f32, top as f32))
}

/// Draws the curves of cross entropy.
pub fn draw_curves(svg: &mut Svg, chart: &Chart, history: &History, before: Option<&History>) -> Result<(), Error> {
    let language = svg.language;
    let curves = Curves {
        title: language.words::<words::Terms>().cross_entropy,
        sentence: language.words::<words::Panel>().what_cross_entropy_is,
        value: |point| point.loss,
        written: &|loss| language.loss(loss),
        ticks: chart.ticks(&|value| language.tick(value)),
        shares: false,
        training_above: false,
    };
    curves.draw(svg, chart, history, before)?;
    changes::lines(svg, chart, history);
    changes::labels(svg, chart, history)
}
