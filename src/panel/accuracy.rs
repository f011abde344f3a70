//! Panel 3: the share of the digits that the network reads correctly.
use super::*;

/// The bottom of the axis that `end` steps ask for.
pub(super) fn bottom(history: &History, end: f32) -> f32 {
    let series = if history.test.points().is_empty() { &history.training } else { &history.test };
    let settled = after(&line(series, |point| point.accuracy), end * 0.08);
    if settled.is_empty() { 0.0 } else { axes::accuracy(&settled) }
}

pub(super) fn draw(svg: &mut Svg, chart: &Chart, history: &History) -> Result<(), Error> {
    let language = svg.language;
    let percent = |share: f32| language.tick((share * 1000.0).round() / 10.0);
    let curves = Curves {
        title: language.pick("Precisión", "Accuracy"),
        sentence: language.pick("qué parte de los dígitos reconoce", "the share of digits it reads correctly"),
        value: |point| point.accuracy,
        written: &|share| language.percent(share),
        ticks: [format!("100{}", language.percent_sign()), percent((1.0 + chart.bottom) / 2.0), percent(chart.bottom)],
        shares: true,
        training_above: true,
    };
    curves.draw(svg, chart, history)
}

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
    let chart = Chart { area: ALONE, end, bottom: bottom(history, end), top: 1.0 };
    let mut svg = Svg::new(language);
    draw(&mut svg, &chart, history)?;
    chart.steps(&mut svg);
    let caption = language.pick("Precisión a lo largo de los pasos", "Accuracy over the steps");
    Ok(Figure::new(760, 300, caption.into(), &svg.text))
}

/// The plot of a chart that stands alone on a card of 760 × 300.
pub(super) const ALONE: Area = Area::new(64.0, 54.0, 570.0, 200.0);
