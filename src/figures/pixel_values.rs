//! A figure for the lessons: a digit, and the numbers of a part of its pixels.
use super::checks::label;
use crate::picture::{AXIS, Area, Card, Figure, INK, NOTE, PAPER, TITLE, TRAINING};
use crate::{Error, language::Language, mnist::Batch, words};

const SIDE: f32 = 352.0;
/// Rows and columns of the part that is enlarged.
const PART: usize = 8;

/// Digit `i` of `set`, and beside it, enlarged, the pixels in its middle with their numbers, from 0 to 255. The text is in Spanish
/// (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit or label, if the images have several channels or are smaller than 8 × 8.
pub fn pixel_values(set: &Batch, i: usize, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let (label, [h, w, channels]) = (label(set, i, usize::MAX)?, set.images.shape());
    if channels != 1 || h.min(w) < PART {
        return Err(Error::Picture(format!(
            "the images are {h} × {w} with {channels} channels; grey ones, of one channel and at least {PART} × {PART}, were expected"
        )));
    }
    let (words, terms) = (language.words::<words::PixelValues>(), language.words::<words::Terms>());
    let mut card = Card::with_heading(language, words.title, &(words.note)(h, w, &language.count(h * w)));
    let svg = &mut card.svg;
    let pixels = set.images.image(i);
    let pixel = SIDE / h.max(w) as f32;
    let whole = Area::new(24.0, 88.0, pixel * w as f32, pixel * h as f32);
    svg.paint(whole, INK, w, pixels, true)?;
    svg.frame(whole, AXIS);
    let (top, left, cell) = ((h - PART) / 2, (w - PART) / 2, SIDE / PART as f32);
    let side = pixel * PART as f32;
    let part = Area::new(whole.x + pixel * left as f32, whole.y + pixel * top as f32, side, side);
    let large = Area::new(440.0, 88.0, SIDE, SIDE);
    svg.line((part.right(), part.y), (large.x, large.y), TRAINING, "");
    svg.line((part.right(), part.bottom()), (large.x, large.bottom()), TRAINING, "");
    for k in 0..PART * PART {
        let ink = pixels[(top + k / PART) * w + left + k % PART];
        let area = Area::new(large.x + cell * (k % PART) as f32, large.y + cell * (k / PART) as f32, cell, cell);
        svg.put(format_args!("<rect {area} fill=\"{INK}\" fill-opacity=\"{:.3}\"/>", f32::from(ink) / 255.0));
        svg.frame(area, AXIS);
        let font = NOTE.size(15).fill(if ink > 140 { PAPER } else { INK }).centred();
        svg.text(area.x + cell / 2.0, area.y + cell / 2.0 + 5.0, font, &ink.to_string());
    }
    for area in [part, large] {
        svg.put(format_args!("<rect {area} fill=\"none\" stroke=\"{TRAINING}\" stroke-width=\"2.5\"/>"));
    }
    svg.text(816.0, 120.0, TITLE, &format!("{}: {label}", terms.label));
    for (line, y) in words.scale.into_iter().zip([156.0, 178.0]) {
        svg.text(816.0, y, NOTE.size(14), line);
    }
    card.describe((words.described)(label, h, w));
    Ok(card.figure(960.0, 464.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn the_numbers_are_those_of_the_pixels_in_the_middle() {
        let ink = Array4::from_shape_fn((1, 28, 28, 1), |(_, y, x, _)| ((28 * y + x) % 256) as u8);
        let figure = pixel_values(&DataSet::new(ink, &[7]).unwrap(), 0, "en").unwrap();
        for pixel in [(28 * 10 + 10) % 256, (28 * 17 + 17) % 256] {
            assert!(figure.svg().contains(&format!(">{pixel}<")), "{pixel}");
        }
        assert!(figure.svg().contains(">label: 7<"));
    }
}
