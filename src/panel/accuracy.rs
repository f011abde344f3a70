//! Panel 3: the share of the digits that the network reads correctly.
use super::changes;
use super::curves::{Curves, after, line};
use super::{frame::Frame, history::History, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, Chart, Svg, axes};
use crate::words;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let end = axes.last_step;
    let lowest = frame.before.into_iter().map(|before| bottom(before, end)).fold(bottom(frame.history, end), f32::min);
    let bottom = 1.0 - axes.accuracy.settle(1.0 - lowest);
    draw_curves(svg, &Chart { area, end, bottom, top: 1.0, log: false }, frame.history, frame.before)
}

/// The bottom of the axis of accuracy, for steps up to `end`. The first 8 % of the steps, in which most is learnt, do not count.
pub fn bottom(history: &History, end: f32) -> f32 {
    let series = if history.test.points().is_empty() { &history.training } else { &history.test };
    let settled = after(&line(series, |point| point.accuracy), end * 0.08);
    if settled.is_empty() { 0.0 } else { axes::bottom_of_shares(&settled) }
}

/// Draws the curves of accuracy.
pub fn draw_curves(svg: &mut Svg, chart: &Chart, history: &History, before: Option<&History>) -> Result<(), Error> {
    let language = svg.language;
    let [_, middle, bottom] = chart.ticks(&|share| language.tick_in_percent(share));
    let curves = Curves {
        title: language.words::<words::Terms>().accuracy,
        sentence: language.words::<words::Panel>().what_accuracy_is,
        value: |point| point.accuracy,
        written: &|share| language.percent(share),
        ticks: [format!("100{}", language.percent_sign()), middle, bottom],
        shares: true,
        training_above: true,
    };
    curves.draw(svg, chart, history, before)?;
    changes::lines(svg, chart, history);
    Ok(())
}
