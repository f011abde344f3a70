//! A figure for the lessons: the cross entropy of a run.
use super::accuracy_curves::PLOT;
use crate::panel::{history::History, loss};
use crate::picture::{Card, Chart, Figure, axes};
use crate::{Error, language::Language};

/// The curves of cross entropy of a run, in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn loss_curves(history: &History, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let end = axes::steps(history.last_step());
    let (bottom, top) = loss::range(history, end);
    let chart = Chart { area: PLOT, end, bottom, top };
    let mut card = Card::blank(language, language.words().terms.cross_entropy_over_steps);
    loss::draw_curves(&mut card.svg, &chart, history)?;
    chart.steps(&mut card.svg);
    Ok(card.figure(760.0, 300.0))
}
