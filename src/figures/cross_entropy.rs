//! A figure for the lessons: the cross entropy of one digit.
use super::checks::{self, label, ten};
use crate::picture::{AXIS, Area, BANDS, Card, Figure, GRID, INK, MUTED, N, NOTE, TEST, TITLE};
use crate::{Error, language::Language, mnist::Batch, panel::digits::small, words};
use ndarray::ArrayD;

const TOP: f32 = 120.0;
const ROW: f32 = 27.0;

/// The one-hot label of digit `i` of `set`, the network's probabilities beside it, and their cross entropy: minus the
/// logarithm of the probability of the right digit, which is infinite if that is 0.
///
/// `probabilities` are what `softmax` gives: ten numbers for this digit alone, or `[n, 10]` for the whole set. The text is
/// in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit, its label is not one of the ten classes, or these are no probabilities.
pub fn cross_entropy_bars(set: &Batch, i: usize, probabilities: &ArrayD<f32>, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let label = label(set, i, 10)?;
    let given = ten("the probabilities", set.images.len(), i, probabilities)?;
    checks::probabilities(probabilities)?;
    let loss = -given[label].max(0.0).ln();

    let (words, terms) = (language.words::<words::CrossEntropy>(), language.words::<words::Terms>());
    let mut card = Card::with_heading(language, words.title, if loss.is_finite() { "" } else { words.infinite });
    let svg = &mut card.svg;
    let picture = Area::new(24.0, TOP - 14.0, 140.0, 140.0);
    svg.paint(picture, INK, 28, &small(&set.images, i, 28), false)?;
    svg.frame(picture, AXIS);
    svg.text(24.0, TOP + 148.0, TITLE, &format!("{}: {label}", terms.label));
    for (x, head) in [216.0, 350.0, 640.0].into_iter().zip(words.heads) {
        svg.text(x, TOP - 26.0, NOTE.fill(INK).weight(600), head);
    }
    svg.rect(Area::new(192.0, TOP + label as f32 * ROW - 5.0, 544.0, ROW - 2.0), GRID);
    for (class, &p) in given.iter().enumerate() {
        let y = TOP + class as f32 * ROW;
        let right = class == label;
        let font = if right { NOTE.fill(TEST).weight(700) } else { NOTE.fill(MUTED) };
        svg.text(198.0, y + 13.0, font, &class.to_string());
        svg.text(250.0, y + 13.0, font.right(), if right { "1" } else { "0" });
        svg.rect(Area::new(350.0, y, 180.0 * p.clamp(0.0, 1.0), 16.0), if right { TEST } else { BANDS[2] });
        svg.text(594.0, y + 13.0, font.right(), &language.decimal(p, 3));
        if right && loss.is_infinite() {
            // longer than any bar: it leaves the scale with an arrow head
            svg.put(format_args!("<path d=\"M640 {}h60l10 8l-10 8h-60z\" fill=\"{TEST}\"/>", N(y)));
        }
        svg.text(730.0, y + 13.0, font.right(), &if right { language.decimal(loss, 2) } else { "0".into() });
    }
    let bottom = TOP + 10.0 * ROW;
    svg.line((350.0, TOP - 6.0), (350.0, bottom - 6.0), AXIS, "");
    svg.line((640.0, bottom), (730.0, bottom), AXIS, "");
    svg.text(640.0, bottom + 20.0, NOTE, terms.sum);
    svg.text(730.0, bottom + 20.0, TITLE.fill(TEST).weight(700).right(), &language.decimal(loss, 2));
    let (p, cost) = (language.decimal(given[label], 3), language.decimal(loss, 2));
    card.describe(format!("{}: {} {label}, y = {p}, −ln y = {cost}", words.title, terms.label));
    Ok(card.figure(760.0, bottom + 40.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn only_the_probability_of_the_right_digit_counts() {
        let set = DataSet::new(Array4::zeros((1, 28, 28, 1)), &[7]).unwrap();
        let mut given = ArrayD::from_elem(vec![1, 10], 0.05);
        given[[0, 7]] = 0.55;
        let figure = cross_entropy_bars(&set, 0, &given, "en").unwrap();
        assert_eq!(figure.svg().matches(">0.60<").count(), 2, "-log 0.55, in its row and as the sum");
        assert!(figure.svg().contains(">0.550<") && figure.svg().contains(">label: 7<"));
        assert!(!figure.svg().contains("h60l10 8"), "no bar leaves the scale");

        given[[0, 7]] = 0.0;
        let figure = cross_entropy_bars(&set, 0, &given, "es").unwrap();
        assert_eq!(figure.svg().matches(">∞<").count(), 2, "-log 0 has no value, and neither has the sum");
        assert!(figure.svg().contains("M640 309h60l10 8"), "its bar leaves the scale, in the row of the 7");
        assert!(figure.svg().contains("sin límite") && !figure.svg().contains("87.34"), "a sentence says why");
        given[[0, 7]] = 1e-45;
        let figure = cross_entropy_bars(&set, 0, &given, "es").unwrap();
        assert!(figure.svg().contains(">103.28<"), "however small, a probability has its logarithm");
    }
}
