//! A figure for the lessons: the curves of several runs in one chart.
use crate::picture::{
    ANSWER, AXIS, Area, Card, Chart, Figure, GREEN, INK, Mark, N, NOTE, PURPLE, TEST, TITLE, TRAINING, axes, order,
    thin,
};
use crate::{Error, language::Language, panel::curves::late};

const COLOURS: [&str; 6] = [TEST, TRAINING, GREEN, PURPLE, INK, ANSWER];
/// Of the curves that share a colour, the first, the second and all others.
const DASHES: [&str; 3] = ["", "7 4", "2 3"];
const PITCH: f32 = 22.0;

/// Up to six curves of (step, value), each with its name at its end. Values that are all between 0 and 1 are written
/// as percentages. Curves whose names begin alike, up to a comma, have one colour, and the second of them is dashed: `"A, test"`
/// after `"A, training"`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// A curve ends before its first value that is NaN or infinite. If that is its very first value, it is written beside the
/// name instead.
///
/// # Errors
///
/// [`Error::Picture`] if there is no curve or more than six, if one has no point, or if none has a finite value.
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
    if runs.is_empty() || runs.len() > COLOURS.len() {
        return Err(Error::Picture(format!("one to six curves fit into the figure; there are {}", runs.len())));
    }
    if let Some((name, _)) = runs.iter().find(|(_, run)| run.is_empty()) {
        return Err(Error::Picture(format!(
            "the curve {name:?} has no point; at least one (step, value) was expected"
        )));
    }
    let curve = |(name, run): &(&str, &Vec<(usize, f32)>)| {
        let points = finite_part(run);
        let value = points.is_empty().then(|| language.decimal(run[0].1, 0));
        Curve { name: name.to_string(), points, band: Vec::new(), is_far: false, value }
    };
    let drawn: Vec<Curve> = runs.iter().map(curve).collect();
    if drawn.iter().all(|curve| curve.points.is_empty()) {
        return Err(Error::Picture(format!(
            "every curve begins with NaN or an infinite value, {:?} with {:?}; a finite one was expected in at least one",
            runs[0].0, runs[0].1[0].1
        )));
    }
    labelled_curves(title, "", &drawn, language)
}

/// One of several curves: the finite part of a run, or the mean of several runs.
pub(crate) struct Curve {
    pub name: String,
    /// (step, value) of each point.
    pub points: Vec<(f32, f32)>,
    /// (step, low, high) of the surface around it, if there is one.
    pub band: Vec<(f32, f32, f32)>,
    /// Whether it lies so far from the others that the axis of values leaves it out.
    pub is_far: bool,
    /// What is written beside its end, if not the last value.
    pub value: Option<String>,
}

/// Several curves, each with its name at its end, and a note beside the title.
pub(crate) fn labelled_curves(title: &str, note: &str, curves: &[Curve], language: Language) -> Result<Figure, Error> {
    let points: Vec<(f32, f32)> = curves.iter().flat_map(|curve| curve.points.iter().copied()).collect();
    let last = points.iter().map(|(step, _)| *step).fold(0.0, f32::max);
    let near: Vec<(f32, f32)> =
        curves.iter().filter(|curve| !curve.is_far).flat_map(|curve| curve.points.iter().copied()).collect();
    let shares = points.iter().all(|(_, value)| (0.0..=1.0).contains(value));
    let end = axes::steps(last as usize);
    let (bottom, top) = match shares {
        true => (axes::bottom_of_shares(&late(&near, end * 0.08)), 1.0),
        false => axes::with_zero(&late(&near, end * 0.02)),
    };
    let written = |value: f32| if shares { language.percent(value) } else { language.loss(value) };
    let tick = |value: f32| match shares {
        true => format!("{}{}", language.tick_in_percent(value), language.percent_sign()),
        false => language.tick(value),
    };

    let mut card = Card::blank(language, title);
    let svg = &mut card.svg;
    match note {
        "" => svg.text(24.0, 34.0, TITLE, title),
        note => svg.line_of_text(24.0, 34.0, &[(0.0, TITLE, title), (10.0, NOTE, note)]),
    }
    let height = (PITCH * curves.len() as f32).max(200.0);
    let chart = Chart { area: Area::new(72.0, 54.0, 470.0, height), end, bottom, top, log: false };
    chart.axes(svg, chart.ticks(&tick));
    let looks = looks(curves);
    for (curve, (colour, _)) in curves.iter().zip(&looks).filter(|(curve, _)| curve.band.len() > 1) {
        svg.put(format_args!("<g opacity=\"0.16\">"));
        chart.draw(svg, &[Mark::Band(thin(&curve.band, 320), colour)])?;
        svg.put(format_args!("</g>"));
    }
    for (Curve { points, .. }, (colour, dashes)) in curves.iter().zip(&looks) {
        let mark = match points.len() {
            1 => Mark::Dots(points.clone(), 2.4, colour),
            _ => Mark::Line(thin(points, 320), 2.4, colour),
        };
        let tenfold = dashes.split(' ').map(|length| format!("{length}0 ")).collect::<String>(); // as the chart's canvas is
        let dashes =
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", tenfold.trim()) };
        svg.put(format_args!("<g{dashes}>"));
        chart.draw(svg, &[mark])?;
        svg.put(format_args!("</g>"));
    }
    chart.steps(svg);

    let height = |curve: &Curve| chart.y(curve.points.last().map_or(bottom, |end| end.1));
    let heights: Vec<f32> = curves.iter().map(height).collect();
    let lowest = chart.area.bottom() - PITCH * heights.len() as f32;
    let (mut y, mut ends, mut right) = (f32::MIN, Vec::new(), 840.0_f32);
    for (place, i) in order(&heights).into_iter().enumerate() {
        y = (y + PITCH).max(heights[i].min(lowest + PITCH * (place + 1) as f32));
        let ((colour, dashes), curve) = (looks[i], &curves[i]);
        let x = chart.area.right() + 22.0;
        let end = curve.points.last();
        if let Some((step, _)) = end {
            svg.line((chart.x(*step) + 4.0, heights[i]), (x - 4.0, y), AXIS, "1 3");
        }
        let value = curve.value.clone().or(end.map(|end| written(end.1))).unwrap_or_default();
        svg.put(format_args!(
            "<path d=\"M{} {}h26\" stroke=\"{colour}\" stroke-width=\"2.4\" stroke-dasharray=\"{dashes}\"/>",
            N(x),
            N(y)
        ));
        let font = NOTE.size(14).fill(colour);
        let name = shortened(&curve.name);
        svg.line_of_text(x + 32.0, y + 5.0, &[(0.0, font.weight(700), &value), (6.0, font, &name)]);
        right = right.max(x + 38.0 + font.weight(700).width(&value) + font.width(&name) + 16.0);
        ends.push(format!("{} {value}", curve.name));
    }
    card.describe(format!("{title}: {}", ends.join("; ")));
    Ok(card.figure(right, chart.area.bottom() + 36.0))
}

/// A name that fits beside the chart.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 48;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.into(),
    }
}

/// The colour and the dashes of each curve: those whose names begin alike, up to a comma, have one colour. If that
/// cannot tell all of them apart, they go through all colours, and then again with dashes.
fn looks(curves: &[Curve]) -> Vec<(&'static str, &'static str)> {
    let group = |i: usize| curves[i].name.split(',').next();
    let first = |i: usize| (0..=i).find(|&k| group(k) == group(i)).unwrap_or(i);
    let place = |i: usize| {
        let colour = (0..first(i)).filter(|&k| first(k) == k).count();
        (colour, (first(i)..i).filter(|&k| group(k) == group(i)).count())
    };
    let places: Vec<(usize, usize)> = (0..curves.len()).map(place).collect();
    let fit = curves.len() <= COLOURS.len()
        || places.iter().all(|&(colour, nth)| colour < COLOURS.len() && nth < DASHES.len());
    let places = places.into_iter().enumerate().map(|(i, place)| if fit { place } else { (i, i / COLOURS.len()) });
    places.map(|(colour, nth)| (COLOURS[colour % COLOURS.len()], DASHES[nth.min(2)])).collect()
}

/// The points of a curve up to its first value that is NaN or infinite.
fn finite_part(run: &[(usize, f32)]) -> Vec<(f32, f32)> {
    run.iter().take_while(|(_, value)| value.is_finite()).map(|&(step, value)| (step as f32, value)).collect()
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
        let named = ["A, test", "B, test", "A, exam", "B"];
        assert_eq!(looks(&named.map(curve)), [(TEST, ""), (TRAINING, ""), (TEST, "7 4"), (TRAINING, "7 4")]);
        let named = named.map(|name| (name, &runs[0]));
        assert_eq!(
            curves("Accuracy", &named, "en").unwrap().svg().matches("\"7 4\"").count(),
            2,
            "samples beside the names"
        );
        let loss = curves("Loss", &[("x", &vec![(0, 250.0), (10, f32::NAN), (20, 3.0)])], "es").unwrap();
        assert!(loss.svg().contains(">250.0</tspan>"), "a curve ends where it is no number any more");
        assert!(curves("", &[], "es").is_err());
    }

    fn curve(name: &str) -> Curve {
        Curve {
            name: name.into(),
            points: vec![(0.0, 0.1), (100.0, 0.9)],
            band: vec![(0.0, 0.0, 0.2), (100.0, 0.8, 1.0)],
            is_far: false,
            value: None,
        }
    }

    #[test]
    fn a_dozen_curves_with_bands_all_look_different() {
        let grid: Vec<Curve> = (0..12).map(|i| curve(&format!("rate {}, width {}", i / 3, i % 3))).collect();
        let rates: Vec<Curve> = (0..12).map(|i| curve(&format!("rate {i}"))).collect();
        for curves in [grid, rates] {
            let looks: std::collections::BTreeSet<_> = looks(&curves).into_iter().collect();
            assert_eq!(looks.len(), 12);
            let figure = labelled_curves("Accuracy", "", &curves, Language::English).unwrap();
            assert_eq!(figure.svg().matches("<polygon").count(), 12);
            crate::picture::tests::well_formed(figure.svg());
        }
    }
}
