//! Softmax with a slider for each score.
use super::interactive::{Interactive, Slider};
use crate::figures::softmax_bars::softmax_bars;
use crate::{Error, figures::checks::ten_scores, language::Language, mnist::Batch, words};
use ndarray::ArrayD;

/// [`softmax_bars`] with a slider for each of the ten scores.
///
/// `scores` is `X·W + b`: ten numbers for digit `i` of `set` alone, or `[n, 10]` for the whole set. The text is in Spanish
/// (`"es"`) or English (`"en"`). The sliders go from -10 to 10, or as far as the scores.
///
/// # Errors
///
/// As [`softmax_bars`].
pub fn softmax_sliders(set: &Batch, i: usize, scores: &ArrayD<f32>, language: &str) -> Result<Interactive, Error> {
    let figure = softmax_bars(set, i, scores, language)?;
    let spoken = Language::parse(language)?;
    let ten = ten_scores(set, i, scores)?;
    let reach = ten.iter().fold(10.0_f32, |reach, score| reach.max(score.abs().ceil()));
    let words: &words::Softmax = spoken.words();
    let slider = |(class, score): (usize, f32)| Slider {
        label: (words.slider)(class),
        range: [-reach, reach],
        step: 0.1,
        value: (score * 10.0).round() / 10.0,
    };
    let sliders = ten.into_iter().enumerate().map(slider).collect();
    let data = format!("{{decimals: 1, percent: \"{}\", lead: {:?}}}", spoken.percent_sign(), words.lead);
    let shares: Vec<String> = (0..10).map(|class| format!("{class}: {{P{class}}}")).collect();
    let said = format!("{}. {}", words.title, shares.join(", "));
    Ok(Interactive { figure, sliders, script: include_str!("softmax.js"), data, said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn every_score_has_its_slider_and_every_part_its_name() {
        let set = DataSet::new(Array4::zeros((1, 28, 28, 1)), &[3]).unwrap();
        let scores = ArrayD::from_shape_fn(vec![10], |i| i[0] as f32 - 4.0);
        let figure = softmax_sliders(&set, 0, &scores, "en").unwrap();
        let html = figure.html();
        assert_eq!(html.matches("type=\"range\"").count(), 10);
        assert!(html.contains("value=\"5\"") && html.contains("<form hidden>"), "hidden where scripts do not run");
        for name in ["s9", "e0", "p5", "S9", "E0", "P5", "sum", "lead", "power", "times", "rival"] {
            assert!(figure.figure().svg().contains(&format!(" data-name=\"{name}\"")), "{name}");
        }
    }
}
