//! A figure for the lessons: some curves over the steps of as many runs, one over the other.
use super::*;

const COLOURS: [&str; 6] = [TEST, TRAINING, BANDS[3], ANSWER, BANDS[2], MUTED];
const PITCH: f32 = 20.0;

/// Up to six curves of (step, value), each with its name at its end. Values that are all between 0 and 1 are written
/// as percentages. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// ```
/// use digitos::visu::curves;
///
/// let [slow, fast] = [vec![(0, 0.1), (100, 0.5)], vec![(0, 0.1), (100, 0.9)]];
/// let figure = curves("Accuracy", &[("rate 0.001", &slow), ("rate 0.01", &fast)], "en")?;
/// assert!(figure.svg().contains("rate 0.01"));
/// # Ok::<(), digitos::Error>(())
/// ```
pub fn curves(title: &str, runs: &[(&str, &Vec<(usize, f32)>)], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if runs.is_empty() || runs.len() > COLOURS.len() || runs.iter().any(|(_, run)| run.is_empty()) {
        return Err(Error::Picture("curves needs one to six curves, and at least a point in each".into()));
    }
    let finite = || runs.iter().flat_map(|(_, run)| run.iter().copied()).filter(|(_, value)| value.is_finite());
    let last = finite().map(|(step, _)| step).max().unwrap_or(0);
    let largest = finite().map(|(_, value)| value).fold(0.0, f32::max);
    let shares = largest <= 1.0;
    let end = axes::steps(last);
    let after = |share: f32| -> Vec<f32> {
        finite().filter(|(step, _)| *step as f32 > end * share).map(|(_, value)| value).collect()
    };
    let top = if shares { 1.0 } else { axes::loss(&after(0.02)) };
    let bottom = if shares { axes::accuracy(&after(0.08)) } else { 0.0 };
    let written = |value: f32| if shares { language.percent(value) } else { language.loss(value) };
    let tick = |value: f32| {
        if shares {
            format!("{}{}", language.tick((value * 1000.0).round() / 10.0), language.percent_sign())
        } else {
            language.tick(value)
        }
    };

    let mut svg = Svg::new(language);
    svg.text(24.0, 34.0, TITLE, title);
    let chart = Chart { area: Area::new(72.0, 54.0, 470.0, 200.0), end, bottom, top };
    chart.axes(&mut svg, [top, (top + bottom) / 2.0, bottom].map(tick));
    let points = |run: &Vec<(usize, f32)>| -> Vec<(f32, f32)> {
        run.iter().take_while(|(_, value)| value.is_finite()).map(|&(step, value)| (step as f32, value)).collect()
    };
    let marks: Vec<Mark> =
        runs.iter().zip(COLOURS).map(|((_, run), colour)| Mark::Line(thin(&points(run), 320), 2.2, colour)).collect();
    chart.draw(&mut svg, &marks)?;
    chart.steps(&mut svg);

    let mut ends: Vec<(f32, usize, (f32, f32))> = Vec::new();
    for (i, (_, run)) in runs.iter().enumerate() {
        let end = points(run).last().copied().unwrap_or((0.0, bottom));
        ends.push((chart.y(end.1), i, end));
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let lowest = chart.area.bottom() - PITCH * ends.len() as f32;
    let mut y = f32::MIN;
    for (place, (height, i, end)) in ends.into_iter().enumerate() {
        y = (y + PITCH).max(height.min(lowest + PITCH * (place + 1) as f32));
        let (colour, name) = (COLOURS[i], runs[i].0);
        let x = chart.area.right() + 16.0;
        svg.line((chart.x(end.0) + 4.0, height), (x - 4.0, y), AXIS, "1 3");
        let value = written(end.1);
        svg.line_of_text(x, y + 4.0, &[(0.0, NOTE.fill(colour).weight(700), &value), (6.0, NOTE.fill(colour), name)]);
    }
    Ok(Figure::new(800, 290, title.into(), &svg.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_curve_is_named_at_its_end_and_labels_keep_apart() {
        let run = |value: f32| vec![(0, 0.1), (100, value)];
        let runs = [run(0.9), run(0.901), run(0.902)];
        let named = [("a", &runs[0]), ("b", &runs[1]), ("c", &runs[2])];
        let figure = curves("Accuracy", &named, "en").unwrap();
        let heights: Vec<f32> = ["c", "b", "a"]
            .iter()
            .map(|name| {
                let text = &figure.svg()[..figure.svg().find(&format!(">{name}</tspan>")).expect("the name")];
                let y = &text[text.rfind(" y=\"").expect("its line") + 4..];
                y[..y.find('"').unwrap()].parse().unwrap()
            })
            .collect();
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 19.9), "{heights:?}");
        assert!(figure.svg().contains(">90.2%</tspan>"));
        let loss = curves("Loss", &[("x", &vec![(0, 250.0), (10, f32::NAN), (20, 3.0)])], "es").unwrap();
        assert!(loss.svg().contains(">250.0</tspan>"), "a curve ends where it is no number any more");
        assert!(curves("", &[], "es").is_err());
    }
}
