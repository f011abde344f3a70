//! Two figures for the lessons: a network of dense layers as dots and lines, and what dropout leaves of it.
use super::checks::finite;
use crate::picture::{AXIS, Area, Card, EDGE, Figure, Font, HEADING, INK, MUTED, N, NOTE, PAPER, TEST, TITLE};
use crate::{Error, language::Language, words};
use ndarray::ArrayD;
use std::fmt::Write as _;

/// More layers would stand too close together.
const MOST_LAYERS: usize = 8;
const LABEL: Font = TITLE.weight(400).fill(MUTED);
/// From one neuron to the next, in pixels.
const PITCH: f32 = 20.0;
const MIDDLE: f32 = 258.0;
const BOTTOM: f32 = 436.0;

/// A network of dense layers as a drawing: a dot for each neuron, a line for each weight. `sizes` is how many numbers go in,
/// and how many neurons each layer has. Of a large layer only its first and its last neurons are drawn. The text is in
/// Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for fewer than two sizes or more than eight, and for a layer without neurons.
///
/// ```
/// let figure = digitos::visu::network(&[784, 200, 10], "en")?;
/// assert!(figure.svg().contains("156,800 weights"));
/// # Ok::<(), digitos::Error>(())
/// ```
pub fn network(sizes: &[usize], language: &str) -> Result<Figure, Error> {
    draw(sizes, &[], language)
}

/// The [`network`] as dropout thins it out: `masks` are layers, counted as in `sizes`, each with one number for each
/// of its neurons. Those whose number is 0 are left out.
///
/// # Errors
///
/// As [`network`], and if a mask has another length than its layer or numbers that are not finite.
pub fn thinned_network(sizes: &[usize], masks: &[(usize, &ArrayD<f32>)], language: &str) -> Result<Figure, Error> {
    for &(layer, mask) in masks {
        let size = sizes.get(layer).copied().unwrap_or(0);
        if mask.len() != size {
            return Err(Error::Picture(format!(
                "the mask of layer {layer} has {} numbers, and that layer {size} neurons (the numbers that go in are layer 0)",
                mask.len()
            )));
        }
        finite("a mask", mask)?;
    }
    draw(sizes, masks, language)
}

/// The neurons of a layer that are drawn, each with its height.
fn shown(size: usize) -> Vec<(usize, f32)> {
    let half = if size <= 10 { size } else { ((size as f32).log2() * 0.8).round().min(8.0) as usize };
    let gap = if size <= 10 { 0.0 } else { 2.0 };
    let drawn = if size <= 10 { size } else { 2 * half };
    let place = |i: usize| {
        let row = i as f32 + if i < half { 0.0 } else { gap };
        (if i < half { i } else { size - drawn + i }, MIDDLE + (row - (drawn as f32 - 1.0 + gap) / 2.0) * PITCH)
    };
    (0..drawn).map(place).collect()
}

fn draw(sizes: &[usize], masks: &[(usize, &ArrayD<f32>)], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if !(2..=MOST_LAYERS).contains(&sizes.len()) || sizes.contains(&0) {
        return Err(Error::Picture(format!(
            "a network is drawn from 2 to {MOST_LAYERS} sizes, none of them 0, such as [784, 200, 10], not from {sizes:?}"
        )));
    }
    let words: &words::Network = language.words();
    let last = sizes.len() - 1;
    let off = |layer: usize, i: usize| {
        masks.iter().any(|(masked, mask)| *masked == layer && mask.iter().nth(i).is_some_and(|&kept| kept == 0.0))
    };
    let sequence = sizes.iter().map(|&n| language.count(n)).collect::<Vec<_>>().join(" → ");
    let (title, note) = if masks.is_empty() { (words.title, words.note) } else { (words.thinned, words.left_out) };
    let mut card = Card::blank(language, format!("{title}: {sequence}"));
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, HEADING, title);
    svg.text(24.0, 63.0, NOTE, note);

    let x = |layer: usize| 90.0 + 766.0 * layer as f32 / last as f32;
    let lines = |from: usize, chosen: Option<usize>| {
        let mut path = String::new();
        for (_, y) in shown(sizes[from]).into_iter().filter(|&(i, _)| !off(from, i)) {
            let to = shown(sizes[from + 1]).into_iter();
            for (_, end) in to.filter(|&(j, _)| chosen.is_none_or(|chosen| chosen == j) && !off(from + 1, j)) {
                let _ = write!(path, "M{} {}L{} {}", N(x(from)), N(y), N(x(from + 1)), N(end));
            }
        }
        path
    };
    for from in 0..last {
        svg.put(format_args!("<path d=\"{}\" stroke=\"{AXIS}\" stroke-width=\".6\"/>", lines(from, None)));
    }
    if masks.is_empty() {
        svg.put(format_args!("<path d=\"{}\" stroke=\"{TEST}\"/>", lines(0, Some(0))));
    }
    for (layer, &size) in sizes.iter().enumerate() {
        for (i, y) in shown(size) {
            let (x, y) = (x(layer), N(y));
            let (fill, edge) = match () {
                _ if off(layer, i) => (PAPER, AXIS),
                _ if masks.is_empty() && (layer, i) == (1, 0) => (TEST, TEST),
                _ if layer == 0 => (PAPER, INK),
                _ => (INK, INK),
            };
            svg.put(format_args!(
                "<circle cx=\"{}\" cy=\"{y}\" r=\"6\" fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"1.5\"/>",
                N(x)
            ));
            if off(layer, i) {
                svg.put(format_args!("<path d=\"M{} {y}m-9-9l18 18m0-18l-18 18\" stroke=\"{EDGE}\"/>", N(x)));
            }
            if layer == last && size == 10 {
                svg.text(x + 16.0, y.0 + 5.0, LABEL.fill(INK), &i.to_string());
            }
        }
        if size > 10 {
            let hole = Area::new(x(layer) - 8.0, MIDDLE - 20.0, 16.0, 40.0);
            svg.put(format_args!("<rect {hole} fill=\"{PAPER}\" fill-opacity=\".8\"/>"));
            (-1..=1).for_each(|i| {
                let y = N(MIDDLE + i as f32 * 9.0);
                svg.put(format_args!("<circle cx=\"{}\" cy=\"{y}\" r=\"2\" fill=\"{INK}\"/>", N(x(layer))));
            });
        }
        svg.text(x(layer), BOTTOM + 26.0, HEADING.centred(), &language.count(size));
        let place = if layer == 0 { 0 } else { 1 + usize::from(layer == last) };
        let kept = masks.iter().find(|(masked, _)| *masked == layer);
        let name = match kept {
            Some((_, mask)) => (words.kept)(&language.count(mask.iter().filter(|&&kept| kept != 0.0).count())),
            None => words.layers[place].into(),
        };
        let font = if kept.is_some() { LABEL.fill(EDGE).weight(600) } else { LABEL };
        svg.text(x(layer), BOTTOM + 46.0, font.centred(), &name);
        if masks.is_empty() && layer < last {
            let weights = language.count(size.saturating_mul(sizes[layer + 1]));
            svg.text((x(layer) + x(layer + 1)) / 2.0, BOTTOM + 68.0, LABEL.centred(), &(words.weights)(&weights));
        }
    }
    Ok(card.figure(960.0, BOTTOM + if masks.is_empty() { 88.0 } else { 66.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_layers_are_cut_short_and_small_ones_whole() {
        let figure = network(&[784, 200, 10], "en").unwrap();
        assert_eq!(figure.svg().matches("r=\"6\"").count(), 16 + 12 + 10);
        assert!(figure.svg().contains("156,800 weights") && figure.svg().contains("2,000 weights"));
        assert!(figure.html().contains("alt=\"The network as a drawing: 784 → 200 → 10\""));
        for sizes in [&[784][..], &[3, 0, 1], &[2; 9]] {
            assert!(network(sizes, "en").unwrap_err().to_string().contains("from 2 to 8 sizes"));
        }
        network(&[usize::MAX, 1, usize::MAX], "es").unwrap();
    }

    #[test]
    fn neurons_that_a_mask_leaves_out_have_no_lines() {
        let mask = ArrayD::from_shape_vec(vec![1, 4], vec![1.25, 0.0, 1.25, 1.25]).unwrap();
        let figure = thinned_network(&[3, 4, 2], &[(1, &mask)], "es").unwrap();
        let lines = figure.svg().split('L').skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        assert_eq!(lines.count(), 3 * 3 + 3 * 2);
        assert!(figure.svg().contains(">quedan 3<"));
        for (layer, sentence) in [(2, "has 4 numbers, and that layer 2 neurons"), (7, "and that layer 0 neurons")] {
            let error = thinned_network(&[3, 4, 2], &[(layer, &mask)], "es").unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
