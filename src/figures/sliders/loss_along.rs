//! The loss as a function of one parameter, with a slider that nudges it.
use super::interactive::{Interactive, Slider};
use crate::picture::{Area, BANDS, Card, Font, INK, MUTED, N, NOTE, PAPER, Plane, TEST, TITLE, TRAINING, axes, ticks};
use crate::{Error, language::Language, words};

/// More points would only make the notebook larger: the curve is 520 pixels wide.
const MOST: usize = 400;

/// The loss measured at several values of one parameter, as (value, loss), with the tangent at the value `now`, whose slope is
/// the gradient, and a slider that nudges the parameter from there: to the other values, one after the other.
///
/// The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there are not 3 to 400 finite points from left to right, if `now` is none of their values, or if the
/// gradient is not finite.
pub fn loss_along(points: &[(f32, f32)], now: f32, gradient: f32, language: &str) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    let refuse = |sentence: String| Err(Error::Picture(sentence));
    let n = points.len();
    if !(3..=MOST).contains(&n) {
        return refuse(format!("3 to {MOST} points (value, loss) were expected, and there are {n}"));
    }
    if let Some(wrong) = points.iter().find(|(x, y)| x.abs().max(y.abs()) > 1e30 || (x + y).is_nan()) {
        return refuse(format!("one of the points is {wrong:?}; finite numbers were expected"));
    }
    if let Some(pair) = points.windows(2).find(|pair| pair[1].0 <= pair[0].0) {
        return refuse(format!(
            "the value {:?} comes after {:?}: give the points from left to right",
            pair[1].0, pair[0].0
        ));
    }
    if gradient.is_nan() || gradient.abs() > 1e30 {
        return refuse(format!("the gradient is {gradient:?}; a finite number was expected"));
    }
    let ends = [points[0].0, points[n - 1].0];
    let Some(base) = points.iter().position(|(x, _)| (x - now).abs() <= 1e-5 * (ends[1] - ends[0])) else {
        return refuse(format!("there is no point at {now:?}, the value from which the parameter is nudged"));
    };
    let moved = (base + (n / 4).max(1)).min(n - 1);
    let moved = if moved == base { 0 } else { moved };

    let words: &words::LossAlong = language.words();
    let mut card = Card::with_heading(language, words.title, words.note);
    let svg = &mut card.svg;
    let (low, high) = axes::extremes(points.iter().map(|p| p.1), points[base].1);
    let margin = if high > low { (high - low) * 0.13 } else { 1.0 };
    let plane = Plane { area: Area::new(78.0, 108.0, 520.0, 270.0), x: ends, y: [low - margin, high + margin] };
    plane.axes(svg, &ticks(plane.x, 5.0), &ticks(plane.y, 5.0));
    plane.names(svg, words.axes[0], words.axes[1]);
    plane.curve(svg, &points.iter().map(|&(x, y)| [x, y]).collect::<Vec<_>>(), BANDS[2], "");
    let dot = |&(x, y): &(f32, f32)| {
        let (x, y) = plane.place([x, y]);
        format!("<circle cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"{}\"/>", N(x), N(y), BANDS[2])
    };
    plane.clipped(svg, &points.iter().filter(|_| n <= 80).map(dot).collect::<String>());
    let point = |i: usize| [points[i].0, points[i].1];
    let (at, to, loss) = (point(base), point(moved), points[moved].1);
    plane.clipped(
        svg,
        &format!(
            "<path d=\"{}\" fill=\"none\" stroke=\"{TRAINING}\" stroke-width=\"3\"/>",
            plane.tangent(at, gradient, plane.inside(at, gradient, 360.0))
        ),
    );
    svg.put(format_args!(
        "<path data-name=\"legs\" d=\"{}\" fill=\"none\" stroke=\"{TEST}\" stroke-width=\"2\" stroke-dasharray=\"4 4\"/>",
        plane.path(&[at, [to[0], at[1]], to])
    ));
    svg.put(format_args!(
        "<path data-name=\"secant\" d=\"{}\" fill=\"none\" stroke=\"{TEST}\" stroke-width=\"2\"/>",
        plane.path(&[at, to])
    ));
    plane.dot(svg, at, INK, "base");
    plane.dot(svg, to, TEST, "dot");
    let (x, y) = plane.place(at);
    let font = NOTE.size(14).fill(INK).weight(700);
    let (x, font) = if gradient > 0.0 { (x + 12.0, font) } else { (x - 12.0, font.right()) };
    svg.text_over(x, y + 22.0, font, PAPER, words.now);
    let nudge = to[0] - at[0];
    let shown = [
        (language.decimal(nudge, 2), INK, "nudge"),
        (language.decimal(at[1], 2), INK, "before"),
        (language.decimal(loss, 2), INK, "after"),
        (language.decimal((loss - at[1]) / nudge, 2), TEST, "quotient"),
        (language.decimal(gradient, 2), TRAINING, "gradient"),
    ];
    for (k, ((value, colour, name), label)) in shown.iter().zip(words.rows).enumerate() {
        let y = 136.0 + 52.0 * k as f32;
        svg.text(650.0, y, TITLE.weight(400).fill(if k < 3 { MUTED } else { colour }), label);
        svg.text(936.0, y + 1.0, Font::new(20, 700, colour).right(), value);
        svg.name(name);
    }
    card.describe((words.described)([&shown[0].0, &shown[1].0, &shown[2].0, &shown[3].0, &shown[4].0]));
    let data = format!(
        "{{decimals: 2, plane: {}, points: {:?}, base: {base}}}",
        plane.json(),
        points.iter().map(|&(x, y)| [x, y]).collect::<Vec<_>>()
    );
    let slider = Slider { label: words.rows[0].into(), range: [0.0, (n - 1) as f32], step: 1.0, value: moved as f32 };
    Ok(Interactive {
        figure: card.figure(960.0, 440.0),
        sliders: vec![slider],
        script: include_str!("loss_along.js"),
        data,
        said: (words.described)(["{nudge}", "{before}", "{after}", "{quotient}", "{gradient}"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nudge_is_measured_against_the_gradient() {
        let points: Vec<_> = (-4..=4).map(|i| (i as f32 / 2.0, (i * i) as f32 / 4.0 - 1.5 * i as f32)).collect();
        let figure = loss_along(&points, 0.0, -3.0, "en").unwrap();
        for text in ["1.00", "0.00", "\u{2212}2.00", "\u{2212}3.00"] {
            assert!(figure.figure().svg().contains(&format!(">{text}<")), "{text}");
        }
        assert!(figure.html().contains("max=\"8\"") && figure.html().contains("base: 4}"));
        let cases = [
            (points[..2].to_vec(), 0.0, 0.0, "3 to 400 points (value, loss) were expected, and there are 2"),
            (points.clone(), 0.3, 0.0, "there is no point at 0.3"),
            (points.clone(), 0.0, f32::NAN, "the gradient is NaN"),
            (vec![(0.0, 1.0), (1.0, f32::NAN), (2.0, 1.0)], 0.0, 0.0, "one of the points is (1.0, NaN)"),
            (vec![(0.0, 1.0), (2.0, 1.0), (1.0, 1.0)], 0.0, 0.0, "the value 1.0 comes after 2.0"),
        ];
        for (points, now, gradient, sentence) in cases {
            let said = loss_along(&points, now, gradient, "es").unwrap_err().to_string();
            assert!(said.contains(sentence), "{said}");
        }
    }
}
