//! Panel 4: the cross entropy, which training reduces.
use super::*;

/// The bottom and the top of the axis that `end` steps ask for: it holds the test values and nearly all training values
/// after the first steps, which are often so large that the rest would be flat.
pub(super) fn range(history: &History, end: f32) -> (f32, f32) {
    let [training, mut test] = [&history.training, &history.test].map(|series| {
        let line = line(series, |point| point.loss);
        let late = after(&line, end * 0.02);
        if late.is_empty() { after(&line, -1.0) } else { late }
    });
    if !training.is_empty() {
        let training = sorted(training);
        test.extend([0.03, 0.97].map(|share| at_share(&training, share)));
    }
    axes::loss(&test)
}

pub(super) fn draw(svg: &mut Svg, chart: &Chart, history: &History) -> Result<(), Error> {
    let language = svg.language;
    let curves = Curves {
        title: language.pick("Entropía cruzada", "Cross entropy"),
        sentence: language.pick("el error que el entrenamiento reduce", "the error that training reduces"),
        value: |point| point.loss,
        written: &|loss| language.loss(loss),
        ticks: [chart.top, (chart.top + chart.bottom) / 2.0, chart.bottom].map(|value| language.tick(value)),
        shares: false,
        training_above: false,
    };
    curves.draw(svg, chart, history)
}

/// The curves of cross entropy of a run, in Spanish (`"es"`) or English (`"en"`).
pub fn loss_curves(history: &History, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let end = axes::steps(history.last_step());
    let (bottom, top) = range(history, end);
    let chart = Chart { area: ALONE, end, bottom, top };
    let mut svg = Svg::new(language);
    draw(&mut svg, &chart, history)?;
    chart.steps(&mut svg);
    let caption = language.pick("Entropía cruzada a lo largo de los pasos", "Cross entropy over the steps");
    Ok(Figure::new(760, 300, caption.into(), &svg.text))
}
