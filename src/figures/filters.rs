//! A figure for the lessons: the filters of a convolution as pictures.
use super::checks::finite;
use super::signed::{Row, full_colour, legend, signed};
use crate::picture::{Card, Figure};
use crate::{Error, language::Language, words};
use ndarray::ArrayD;

/// Of filters with more input channels than this, only the first ones are shown.
const MOST_INPUTS: usize = 6;

/// The filters `[height, width, channels in, channels out]` of a convolution: a column for each output
/// channel, with its number, counted from 1; a row for each of the first six input channels.
///
/// A pixel is blue where ink raises the output of the filter, and orange where it lowers it; all filters share one scale. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if the filters have another shape or values that are not finite.
pub fn filter_images(filters: &ArrayD<f32>, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let (&[height, width, inputs, outputs], false) = (filters.shape(), filters.is_empty()) else {
        return Err(Error::Picture(format!(
            "filters have the shape [height, width, channels in, channels out]; this has {:?}",
            filters.shape()
        )));
    };
    finite("filters", filters)?;
    let words: &words::Filters = language.words();
    let shown = inputs.min(MOST_INPUTS);
    let note = if shown < inputs { (words.first_channels)(inputs, shown) } else { String::new() };
    let mut card = Card::with_title(language, words.title, &note);
    let svg = &mut card.svg;
    let full = full_colour(&mut filters.iter());
    legend(svg, 52.0, full, words.meaning);
    let (row, mut y) = (Row::of(outputs, f32::INFINITY), 74.0);
    for input in 0..shown {
        for output in 0..outputs {
            let weights = ndarray::Array2::from_shape_fn((height, width), |(i, j)| filters[[i, j, input, output]]);
            let area = row.place(svg, output, [height, width], y);
            signed(svg, area, width, &weights.iter().copied().collect::<Vec<_>>(), full)?;
        }
        y += row.height();
    }
    let [least, most] = [f32::min, f32::max].map(|outer| filters.iter().copied().reduce(outer).unwrap_or(0.0));
    let range = [least, most].map(|v| language.decimal(v, 2));
    let maps: &words::FeatureMaps = language.words();
    let size = (maps.size)(outputs, maps.units[1][usize::from(outputs > 1)], [height, width], range);
    card.describe(format!("{}: {size}.", words.title));
    Ok(card.figure(960.0, y + 14.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_has_its_picture() {
        let filters = ArrayD::from_shape_fn(vec![5, 4, 8, 12], |i| i[0] as f32 - 2.0);
        let figure = filter_images(&filters, "en").unwrap();
        assert!(figure.svg().contains("of the 8 channels that come in, the first 6"));
        assert_eq!(figure.svg().matches("<mask ").count(), 6 * 12 * 2);
        assert!(figure.html().contains("12 filters of 5 × 4, from −2.00 to 2.00."), "what cannot be seen is said");
        assert!(figure.svg().contains(">−2.00<") && figure.svg().contains(">2.00<"), "the ends of the scale");
        let error = filter_images(&ArrayD::zeros(vec![784, 10]), "en").unwrap_err().to_string();
        assert!(error.contains("[784, 10]"), "{error}");
    }
}
