//! Panel 4: the cross entropy, which training reduces.
use super::curves::{Curves, late, line};
use super::{frame::Frame, history::History, panel_axes::PanelAxes};
use crate::Error;
use crate::picture::{Area, Chart, Svg, at_share, axes, sorted};
use crate::words;

/// The axis of loss shows the run before if it reaches at most this many times as far up as this one.
const MOST_BEFORE: f32 = 4.0;

pub fn draw(svg: &mut Svg, area: Area, frame: &Frame, axes: &mut PanelAxes) -> Result<(), Error> {
    let end = axes.last_step;
    let (mut bottom, mut top) = range(frame.history, end);
    // a run that went astray does not flatten the next one
    if let Some(before) = frame.before.map(|before| range(before, end)).filter(|before| before.1 <= MOST_BEFORE * top) {
        (bottom, top) = (bottom.min(before.0), top.max(before.1));
    }
    let (bottom, top) = (0.0 - axes.loss_below_0.settle(0.0 - bottom), axes.loss.settle(top));
    let chart = Chart { area, end, bottom, top };
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
    curves.draw(svg, chart, history, before)
}
