//! A figure for the lessons: what each filter leaves of one image.
use super::checks::finite;
use super::signed::{Row, full_colour, grey, signed};
use crate::picture::{AXIS, Card, Figure, INK, NOTE, TITLE, axes};
use crate::{Error, language::Language, words};
use ndarray::ArrayD;

/// The output channels of some layers for one image. Each layer is given as its name and its output, of shape
/// `[1, height, width, channels]` or `[height, width, channels]`. Filters for one channel, `[height, width, 1, filters]`, can
/// stand above what they leave, each with the same number, counted from 1.
///
/// A channel is dark where its filter has found its pattern. A layer with values below 0 is drawn in blue (positive) and
/// orange (negative). All channels of a layer share one scale. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no layer, or one has another shape or values that are not finite.
///
/// ```
/// use digitos::{ndarray::ArrayD, visu::feature_maps};
///
/// let seen = ArrayD::<f32>::ones(vec![1, 14, 14, 6]);
/// let figure = feature_maps(&[("h1", &seen)], "en")?;
/// assert!(figure.svg().contains("6 channels of 14 × 14"));
/// # Ok::<(), digitos::Error>(())
/// ```
pub fn feature_maps(layers: &[(&str, &ArrayD<f32>)], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if layers.is_empty() {
        return Err(Error::Picture("there is no layer to show: give at least one, as (\"h1\", &seen)".into()));
    }
    let words: &words::FeatureMaps = language.words();
    let mut card = Card::blank(language, words.title);
    let mut told = Vec::new();
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, TITLE, words.title);
    let largest = if layers.len() > 2 { 150.0 } else { f32::INFINITY }; // so that three rows fit onto a screen
    let mut y = 72.0;
    for (name, maps) in layers {
        let [height, width, channels] = image(name, maps)?;
        let filters = matches!(*maps.shape(), [h, _, 1, _] if h > 1);
        finite(name, maps)?;
        let unit = words.units[usize::from(filters)][usize::from(channels > 1)];
        let (least, most) = axes::extremes(maps.iter().copied(), maps.first().copied().unwrap_or(0.0));
        let ends = [language.decimal(least, 2), language.decimal(most, 2)];
        let size = (words.size)(channels, unit, [height, width], ends);
        svg.line_of_text(24.0, y, &[(0.0, NOTE.fill(INK).weight(600), name), (10.0, NOTE, &size)]);
        told.push(format!("{name}, {size}"));
        y += 6.0;
        let full = full_colour(&mut maps.iter());
        let below = maps.iter().any(|&v| v < 0.0);
        let (row, pixels) = (Row::of(channels, largest), maps.iter().copied().collect::<Vec<f32>>());
        for channel in 0..channels {
            let values: Vec<f32> = pixels.iter().skip(channel).step_by(channels).copied().collect();
            let area = row.place(svg, channel, [height, width], y);
            if below {
                signed(svg, area, width, &values, full)?;
            } else {
                svg.paint(area, INK, width, &values.iter().map(|&v| grey(v, full)).collect::<Vec<_>>(), true)?;
                svg.frame(area, AXIS);
            }
        }
        y += row.height() + 26.0;
    }
    card.describe(format!("{}: {}.", words.title, told.join("; ")));
    Ok(card.figure(960.0, y - 12.0))
}

/// Height, width and channels of one image, or of filters for one channel.
pub fn image(name: &str, maps: &ArrayD<f32>) -> Result<[usize; 3], Error> {
    match *maps.shape() {
        [1, h, w, c] | [h, w, 1, c] | [h, w, c] if h * w * c > 0 => Ok([h, w, c]),
        ref shape => Err(Error::Picture(format!(
            "{name:?} has the shape {shape:?}; what a layer of filters gives for one image is [1, height, width, channels]: \
             fetch a layer made by conv2d or a pool, and feed it a single image, images.select(0..1)."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_picture() {
        let maps = ArrayD::from_shape_fn(vec![1, 2, 3, 12], |i| i[3] as f32);
        let figure = feature_maps(&[("h1", &maps), ("h2", &(&maps - 5.0))], "es").unwrap();
        assert!(figure.svg().contains("12 canales de 2 × 3, de 0.00 a 11.00"));
        let said = "h1, 12 canales de 2 × 3, de 0.00 a 11.00; h2, 12 canales de 2 × 3, de −5.00 a 6.00.";
        assert!(figure.html().contains(said), "what cannot be seen is said");
        assert_eq!(figure.svg().matches("<mask ").count(), 12 + 24, "values below 0 need two colours");
        let filters = feature_maps(&[("w", &ArrayD::zeros(vec![6, 5, 1, 4])), ("h", &maps)], "en").unwrap();
        assert!(filters.svg().contains("4 filters of 6 × 5") && filters.svg().matches(">4<").count() == 2);
        let error = feature_maps(&[("h1", &ArrayD::zeros(vec![5, 2, 3, 4]))], "es").unwrap_err().to_string();
        assert!(error.contains("\"h1\" has the shape [5, 2, 3, 4]") && error.contains("select(0..1)"), "{error}");
        let error = feature_maps(&[("h3", &ArrayD::zeros(vec![3, 4]))], "es").unwrap_err().to_string();
        assert!(error.contains("made by conv2d or a pool"), "{error}");
        for maps in [ArrayD::zeros(vec![3, 4]), ArrayD::from_elem(vec![1, 1, 1, 1], f32::NAN)] {
            let error = feature_maps(&[("two\nlines", &maps)], "es").unwrap_err().to_string();
            assert!(error.contains("two\\nlines") && !error.contains('\n'), "{error}");
        }
    }
}
