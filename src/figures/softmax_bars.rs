//! A figure for the lessons: a digit's ten scores, their exponentials and the probabilities.
use super::checks::{label, ten_scores};
use crate::picture::{AXIS, Area, BANDS, Card, Figure, GRID, INK, N, NOTE, Svg, TEST, TICK, TITLE, order};
use crate::{Error, language::Language, mnist::Batch, panel::digits::small, words};
use ndarray::ArrayD;

const ROW: f32 = 29.0;
const TOP: f32 = 138.0;
const BAR: f32 = 16.0;

/// How softmax turns the ten scores of digit `i` of `set` into probabilities.
///
/// `scores` is `X·W + b`: ten numbers for this digit alone, or `[n, 10]` for the whole set. The text is in Spanish
/// (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit, its label is not one of the ten classes, or there are not ten scores from
/// -80 to 80 for it.
pub fn softmax_bars(set: &Batch, i: usize, scores: &ArrayD<f32>, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let label = label(set, i, 10)?;
    let scores = ten_scores(set, i, scores)?;
    let exponentials = scores.map(f32::exp);
    let sum: f32 = exponentials.iter().sum();

    let (words, terms) = (language.words::<words::Softmax>(), language.words::<words::Terms>());
    let mut card = Card::with_heading(language, words.title, "");
    let svg = &mut card.svg;
    let picture = Area::new(24.0, TOP, 140.0, 140.0);
    svg.paint(picture, INK, 28, &small(&set.images, i, 28), false)?;
    svg.frame(picture, AXIS);
    svg.text(24.0, TOP + 164.0, TITLE, &format!("{}: {label}", terms.label));
    lead(svg, &scores);

    for (x, (head, note)) in [216.0, 410.0, 592.0].into_iter().zip(words.heads) {
        svg.text(x, TOP - 48.0, TITLE, head);
        svg.text(x, TOP - 28.0, TICK, note);
    }
    svg.rect(Area::new(192.0, TOP + label as f32 * ROW - 4.0, 544.0, ROW - 5.0), GRID);
    let reach = scores.iter().fold(1.0_f32, |reach, score| reach.max(score.abs()));
    let largest = exponentials.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for (class, (&score, &exponential)) in scores.iter().zip(&exponentials).enumerate() {
        let (y, share) = (TOP + class as f32 * ROW, exponential / sum);
        let colour = if class == label { TEST } else { BANDS[2] };
        let font = if class == label { NOTE.fill(TEST).weight(700) } else { NOTE.fill(INK) };
        svg.text(198.0, y + 13.0, font, &class.to_string());
        let length = 44.0 * score / reach;
        let bars = [
            ("s", 262.0 + length.min(0.0), length.abs()),
            ("e", 410.0, 84.0 * exponential / largest),
            ("p", 592.0, 74.0 * share),
        ];
        for (name, x, width) in bars {
            svg.rect(Area::new(x, y, width, BAR), colour);
            svg.name(&format!("{name}{class}"));
        }
        let percent = if share < 0.001 { format!("< {}", language.percent(0.001)) } else { language.percent(share) };
        let texts =
            [("S", 368.0, language.decimal(score, 1)), ("E", 568.0, language.loss(exponential)), ("P", 730.0, percent)];
        for (name, x, text) in texts {
            svg.text(x, y + 13.0, font.right(), &text);
            svg.name(&format!("{name}{class}"));
        }
    }
    let bottom = TOP + 10.0 * ROW;
    for x in [262.0, 410.0, 592.0] {
        svg.line((x, TOP - 6.0), (x, bottom - 6.0), AXIS, "");
    }
    let whole = format!("100{}", language.percent_sign());
    for (x, end, value) in [(410.0, 568.0, language.loss(sum)), (592.0, 730.0, whole)] {
        svg.line((x, bottom), (end, bottom), AXIS, "");
        svg.text(x, bottom + 18.0, NOTE, terms.sum);
        svg.text(end, bottom + 18.0, NOTE.fill(INK).weight(700).right(), &value);
        if x == 410.0 {
            svg.name("sum");
        }
    }
    let shares = exponentials.iter().enumerate().map(|(class, e)| format!("{class}: {}", language.percent(e / sum)));
    card.describe(format!("{} ({} {label}). {}", words.title, terms.label, shares.collect::<Vec<_>>().join(", ")));
    Ok(card.figure(760.0, 468.0))
}

/// How far the highest score is ahead of the second, and how many times as likely that makes its class. Computed from the
/// rounded scores that are shown, so that a reader can check it.
fn lead(svg: &mut Svg, scores: &[f32; 10]) {
    let language = svg.language;
    let scores: Vec<f32> = scores.iter().map(|score| (score * 10.0).round() / 10.0).collect();
    let order = order(&scores.iter().map(|score| -score).collect::<Vec<_>>());
    let (rival, first, second) = (order[1], scores[order[0]], scores[order[1]]);
    let lead = first - second;
    let shown = |x| language.decimal(x, 1);
    let taken_away = if second < 0.0 { format!("({})", shown(second)) } else { shown(second) };
    let [ahead, more, than] = language.words::<words::Softmax>().lead;
    let y = TOP + 200.0;
    svg.line((24.0, y - 20.0), (164.0, y - 20.0), AXIS, "");
    let font = TICK.fill(INK);
    let power = shown(lead);
    svg.text(24.0, y, font, &format!("{} − {taken_away} = {power} {ahead}", shown(first)));
    svg.name("lead");
    let times = match lead.exp() {
        times if times.is_finite() => language.decimal(times, usize::from(times < 1000.0)),
        _ => format!("{:.1e}", f64::from(lead).exp()),
    };
    svg.put(format_args!(
        "<text x=\"24\" y=\"{}\" {font}>e<tspan data-name=\"power\" dy=\"-5\" font-size=\"10\">{power}</tspan>\
         <tspan data-name=\"times\" dy=\"5\"> ≈ {times} {more}</tspan></text>",
        N(y + 21.0)
    ));
    svg.text(24.0, y + 42.0, font, &format!("{than} {rival}"));
    svg.name("rival");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::{Array2, Array4};

    #[test]
    fn scores_become_probabilities_of_the_right_digit() {
        let set = DataSet::new(Array4::zeros((2, 28, 28, 1)), &[3, 5]).unwrap();
        let scores = Array2::from_shape_fn((2, 10), |(i, c)| if c == 5 { i as f32 * 81.0_f32.ln() } else { 0.0 });
        let figure = softmax_bars(&set, 1, &scores.into_dyn(), "es").unwrap();
        for text in [
            "4.4 − 0.0 = 4.4 de ventaja",
            "4.4",
            " ≈ 81.5 veces más",
            "probable que el 0",
            "etiqueta: 5",
            "90.0\u{A0}%",
            "1.1\u{A0}%",
            "4.4",
            "81.0",
            "90.0",
        ] {
            assert!(figure.svg().contains(&format!(">{text}<")), "{text}");
        }
        for (i, shape) in [(2, vec![2, 10]), (0, vec![3, 10]), (0, vec![9])] {
            assert!(softmax_bars(&set, i, &ArrayD::zeros(shape), "en").is_err());
        }
        assert!(softmax_bars(&set, 0, &ArrayD::from_elem(vec![10], f32::NAN), "en").is_err());
    }
}
