//! A figure for the lessons: the mean of the images of each digit.
use super::checks::label;
use crate::picture::{AXIS, Area, Card, Figure, INK, NOTE, TITLE};
use crate::{Error, language::Language, mnist::Batch, words};

const SIDE: f32 = 164.0;

/// For each of the ten digits, the mean of all its images in `set`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no image, one has no label from 0 to 9, or the images have several channels.
pub fn mean_images(set: &Batch, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let ([h, w, channels], n) = (set.images.shape(), set.images.len());
    if channels != 1 {
        return Err(Error::Picture(format!("the images have {channels} channels; grey images, of one, were expected")));
    }
    let (mut sums, mut counts) = (vec![vec![0_u64; h * w]; 10], [0_u64; 10]);
    for i in 0..n.max(1) {
        let class = label(set, i, 10)?;
        counts[class] += 1;
        sums[class].iter_mut().zip(set.images.image(i)).for_each(|(sum, &ink)| *sum += u64::from(ink));
    }
    let words: &words::MeanImages = language.words();
    let mut card = Card::with_heading(language, words.title, &(words.note)(&language.count(n)));
    card.describe((words.described)(&language.count(n), &counts.map(|n| language.count(n as usize))));
    for (class, (sum, count)) in sums.iter().zip(counts).enumerate() {
        let x = 24.0 + (class % 5) as f32 * 187.0;
        let area = Area::new(x, 112.0 + (class / 5) as f32 * (SIDE + 46.0), SIDE, SIDE);
        let mean: Vec<u8> = sum.iter().map(|sum| (sum / count.max(1)) as u8).collect();
        let many = (words.images)(&language.count(count as usize));
        card.svg.line_of_text(x, area.y - 10.0, &[(0.0, TITLE, &class.to_string()), (10.0, NOTE, &many)]);
        card.svg.paint(area, INK, w, &mean, false)?;
        card.svg.frame(area, AXIS);
    }
    Ok(card.figure(960.0, 112.0 + 2.0 * SIDE + 70.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn the_mean_is_that_of_the_images_of_each_digit() {
        let ink = Array4::from_shape_fn((3, 2, 2, 1), |(i, ..)| [10, 20, 200][i]);
        let figure = mean_images(&DataSet::new(ink, &[4, 4, 9]).unwrap(), "en").unwrap();
        let of_one = |ink: u8| {
            let mut card = Card::blank(Language::English, "");
            card.svg.paint(Area::new(0.0, 0.0, 1.0, 1.0), INK, 2, &[ink; 4], false).unwrap();
            let svg = card.svg.text;
            svg[svg.find("base64,").unwrap()..svg.find("\"/></mask>").unwrap()].to_owned()
        };
        assert_eq!([15, 200, 0].map(|ink| figure.svg().matches(&of_one(ink)).count()), [1, 1, 8]);
        assert!(figure.svg().contains(">2 images<") && figure.svg().contains(">1 image<"));
    }
}
