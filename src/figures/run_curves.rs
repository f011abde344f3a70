//! Two figures for the lessons: the accuracy and the cross entropy of a run.
use crate::panel::{accuracy, curves::line, history::History, loss};
use crate::picture::{Area, Card, Chart, Figure, axes};
use crate::{Error, language::Language, words};

/// The plot of a chart on a card of 760 × 300 pixels.
const PLOT: Area = Area::new(64.0, 54.0, 570.0, 200.0);

/// The curves of accuracy of a run, in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if an accuracy is not a share from 0 to 1 (NaN and infinite values are gaps in the curve).
pub fn accuracy_curves(history: &History, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    for (name, series) in [("training", &history.training), ("test", &history.test)] {
        let mut points = line(series, |point| point.accuracy).into_iter();
        if let Some((step, found)) = points.find(|(_, v)| v.is_finite() && !axes::is_share(*v)) {
            return Err(Error::Picture(format!(
                "the {name} accuracy of step {step} is {found:?}; a share from 0 to 1 was expected: divide a percentage by 100"
            )));
        }
    }
    let end = axes::steps(history.last_step());
    let chart = Chart { area: PLOT, end, bottom: accuracy::bottom(history, end), top: 1.0, log: false };
    let mut card = Card::blank(language, language.words::<words::Terms>().accuracy_over_steps);
    accuracy::draw_curves(&mut card.svg, &chart, history, None)?;
    chart.steps(&mut card.svg);
    Ok(card.figure(760.0, 300.0))
}

/// The curves of cross entropy of a run, in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn loss_curves(history: &History, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let end = axes::steps(history.last_step());
    let (bottom, top) = loss::range(history, end);
    let chart = Chart { area: PLOT, end, bottom, top, log: false };
    let mut card = Card::blank(language, language.words::<words::Terms>().cross_entropy_over_steps);
    loss::draw_curves(&mut card.svg, &chart, history, None)?;
    chart.steps(&mut card.svg);
    Ok(card.figure(760.0, 300.0))
}
