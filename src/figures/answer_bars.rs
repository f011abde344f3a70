//! A figure for the lab: an image, and what a network says to it.
use super::checks::{probabilities, ten};
use crate::mnist::Images;
use crate::picture::{AXIS, Area, BANDS, Card, Figure, HEADING, INK, NOTE, TEST, largest};
use crate::{Error, language::Language, panel::digits::small, words};
use ndarray::ArrayD;

const ROW: f32 = 26.0;
const TOP: f32 = 66.0;
const SIDE: f32 = 252.0;

/// What a network says to image `i`: the image as the network sees it, and its ten probabilities as bars.
///
/// `given` is `softmax(…)`: ten numbers for this image alone, or `[n, 10]` for all of them. The text is in Spanish (`"es"`) or
/// English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such image, or not ten probabilities for it.
pub fn answer_bars(images: &Images, i: usize, given: &ArrayD<f32>, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let n = images.len();
    if i >= n {
        return Err(Error::Picture(format!(
            "there are {n} images, so there is none with the number {i} (the first is 0)"
        )));
    }
    probabilities(given)?;
    let shares = ten("the probabilities", n, i, given)?;
    let (words, best) = (language.words::<words::AnswerBars>(), largest(&shares));
    let mut card = Card::with_heading(language, words.title, "");
    let svg = &mut card.svg;
    let picture = Area::new(24.0, TOP, SIDE, SIDE);
    svg.paint(picture, INK, 28, &small(images, i, 28), true)?;
    svg.frame(picture, AXIS);
    let answer = (words.reads)(best, &language.percent(shares[best]));
    svg.text(24.0, TOP + SIDE + 32.0, HEADING.fill(TEST), &answer);
    if images.image(i).iter().all(|&ink| ink == 0) {
        svg.text(24.0, TOP + SIDE + 56.0, NOTE, words.blank);
    }
    for (class, &share) in shares.iter().enumerate() {
        let (y, is_best) = (TOP + class as f32 * ROW, class == best);
        let (colour, font) = if is_best { (TEST, NOTE.fill(TEST).weight(700)) } else { (BANDS[2], NOTE.fill(INK)) };
        svg.text(318.0, y + 13.0, font, &class.to_string());
        svg.rect(Area::new(340.0, y, (320.0 * share).max(0.5), 17.0), colour);
        svg.text(348.0 + 320.0 * share, y + 13.0, font, &language.percent(share));
    }
    svg.line((340.0, TOP - 5.0), (340.0, TOP + 10.0 * ROW - 4.0), AXIS, "");
    let list = shares.iter().enumerate().map(|(class, &share)| format!("{class}: {}", language.percent(share)));
    card.describe(format!("{}. {answer}. {}", words.title, list.collect::<Vec<_>>().join(", ")));
    Ok(card.figure(760.0, TOP + SIDE + 72.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use crate::picture::tests::well_formed;
    use ndarray::Array4;

    #[test]
    fn the_largest_probability_is_the_answer_and_an_empty_page_is_said() {
        let mut ink = Array4::zeros((2, 28, 28, 1));
        ink[[1, 14, 14, 0]] = 255;
        let images = DataSet::new(ink, &[0, 0]).unwrap().images.clone();
        let mut given = ArrayD::from_elem(vec![2, 10], 0.05);
        given[[1, 7]] = 0.55;
        let figure = answer_bars(&images, 1, &given, "es").unwrap();
        well_formed(figure.svg());
        assert!(figure.svg().contains(">Lee un 7: 55.0\u{A0}%<") && !figure.svg().contains("nada"));
        assert!(answer_bars(&images, 0, &given, "en").unwrap().svg().contains("no ink"));
        for (i, given, sentence) in
            [(2, &given, "there are 2 images"), (0, &ArrayD::from_elem(vec![2, 10], 3.0), "give softmax(scores)")]
        {
            let text = answer_bars(&images, i, given, "en").unwrap_err().to_string();
            assert!(text.contains(sentence), "{text}");
        }
    }
}
