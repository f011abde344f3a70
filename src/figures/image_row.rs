//! A figure for the lessons: a few images side by side.
use super::feature_maps::image;
use super::{checks::finite, signed::grey};
use crate::picture::{AXIS, Area, Card, Figure, HEADING, INK, TITLE};
use crate::{Error, language::Language};
use ndarray::ArrayD;

/// Images side by side under a title, each with the lines of its name below it. An image has the shape `[1, height, width, 1]`
/// and ink from 0 to 1. The language is `"es"` or `"en"`.
///
/// # Errors
///
/// [`Error::Picture`] unless there are one to six images of one channel, with values that are finite.
pub fn image_row(title: &str, images: &[(&str, &ArrayD<f32>)], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let n = images.len();
    if !(1..=6).contains(&n) {
        return Err(Error::Picture(format!("one to six images fit into a row; there are {n}")));
    }
    let names = images.iter().map(|(name, _)| name.replace('\n', " ")).collect::<Vec<_>>().join("; ");
    let mut card = Card::blank(language, format!("{title}: {names}"));
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, HEADING, title);
    let pitch = 928.0 / n as f32;
    let side = (pitch - 16.0).min(252.0);
    for (k, (name, pixels)) in images.iter().enumerate() {
        let [height, width, channels] = image(name, pixels)?;
        if channels != 1 {
            return Err(Error::Picture(format!("{name:?} has {channels} channels; an image of one was expected")));
        }
        finite(name, pixels)?;
        let longest = height.max(width) as f32;
        let (w, h) = (side * width as f32 / longest, side * height as f32 / longest);
        let area = Area::new(24.0 + k as f32 * (side + 16.0), 58.0, w, h);
        svg.paint(area, INK, width, &pixels.iter().map(|&v| grey(v, 1.0)).collect::<Vec<_>>(), true)?;
        svg.frame(area, AXIS);
        for (line, text) in name.lines().enumerate() {
            let font = if line == 0 { TITLE } else { TITLE.weight(400) };
            svg.text(area.x, 58.0 + side + 22.0 + 20.0 * line as f32, font, text);
        }
    }
    let lines = images.iter().map(|(name, _)| name.lines().count()).max().unwrap_or(0);
    Ok(card.figure(960.0, 58.0 + side + 20.0 + 20.0 * lines as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_image_has_its_name_below() {
        let image = ArrayD::from_elem(vec![1, 4, 2, 1], 0.5);
        let figure = image_row("A trick", &[("0", &image), ("0.1\nsays 3", &image)], "en").unwrap();
        assert!(figure.svg().contains(">says 3<") && figure.html().contains("alt=\"A trick: 0; 0.1 says 3\""));
        let two = ArrayD::zeros(vec![1, 4, 2, 2]);
        for (images, sentence) in [(&[("a", &two)][..], "\"a\" has 2 channels"), (&[("a", &image); 7], "there are 7")] {
            let error = image_row("", images, "en").unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
