//! A figure for the lessons: the weights of the one-layer network as one picture for each class.
use super::checks::finite;
use super::signed::{full_colour, legend, signed};
use crate::picture::{Area, Card, Figure, INK, NOTE, TICK, TITLE};
use crate::{Error, language::Language, words};
use ndarray::{ArrayD, Axis};

const PER_ROW: usize = 10;
const PITCH: f32 = 91.2;
const BOX: f32 = 84.0;

/// The weights `[height * width, classes]` as a picture for each class, in a row for each named matrix: one below the
/// other they show what training has changed.
///
/// A pixel's colour says whether ink there speaks for the class (blue) or against it (orange), and how strongly;
/// all pictures share one scale. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no matrix, or one has another shape or values that are not finite.
///
/// ```
/// use digitos::{ndarray::Array2, visu::weight_images};
///
/// let before = Array2::<f32>::zeros([28 * 28, 10]).into_dyn();
/// let after = before.mapv(|w| w + 0.1);
/// let figure = weight_images(&[("antes", &before), ("después", &after)], [28, 28], "es")?;
/// assert!(figure.svg().contains("después"));
/// # Ok::<(), digitos::Error>(())
/// ```
pub fn weight_images(
    matrices: &[(&str, &ArrayD<f32>)],
    [height, width]: [usize; 2],
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if matrices.is_empty() {
        return Err(Error::Picture(
            "there are no weights to show: give at least one matrix, as (\"W\", &weights)".into(),
        ));
    }
    let pixels = height.saturating_mul(width);
    for (name, matrix) in matrices {
        let shape = matrix.shape();
        if shape.len() != 2 || shape[0] != pixels || matrix.is_empty() {
            return Err(Error::Picture(format!(
                "the weights {name:?} have the shape {shape:?}; pictures of {height} × {width} pixels need [{pixels}, classes]"
            )));
        }
        finite(name, matrix)?;
    }
    let full = full_colour(&mut matrices.iter().flat_map(|(_, matrix)| matrix.iter()));
    let words: &words::WeightImages = language.words();
    let mut card = Card::blank(language, words.title);
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, TITLE, words.title);
    legend(svg, 52.0, full, words.meaning);

    let longest = height.max(width) as f32;
    let (w, h) = (BOX * width as f32 / longest, BOX * height as f32 / longest);
    let mut y = 90.0;
    for (name, matrix) in matrices {
        svg.text(24.0, y, NOTE.fill(INK).weight(600), name);
        y += 26.0;
        for (class, weights) in matrix.axis_iter(Axis(1)).enumerate() {
            if class > 0 && class % PER_ROW == 0 {
                y += h + 30.0;
            }
            let x = 24.0 + (class % PER_ROW) as f32 * PITCH + (PITCH - BOX) / 2.0;
            let area = Area::new(x, y, w, h);
            svg.text(x + w / 2.0, y - 6.0, TICK.centred(), &class.to_string());
            signed(svg, area, width, &weights.iter().copied().collect::<Vec<_>>(), full)?;
        }
        y += h + 34.0;
    }
    let names: Vec<_> = matrices.iter().map(|(name, _)| *name).collect();
    card.describe(format!("{}: {}; ±{}", words.title, names.join(", "), language.decimal(full, 2)));
    Ok(card.figure(960.0, y - 10.0))
}
