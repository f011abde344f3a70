//! A figure for the lessons: the mistakes in which the right digit got the least probability, with all probabilities.
use super::checks::{self, label};
use crate::mnist::{Batch, Images, Labels};
use crate::picture::{ANSWER, AXIS, Area, Card, Figure, INK, MISREAD, MUTED, NOTE, TEST, TICK, largest, order};
use crate::{Error, language::Language, panel::digits::small, words};
use ndarray::ArrayD;

const COLUMNS: usize = 4;
const ROWS: usize = 3;
const CELL: (f32, f32) = (228.0, 150.0);
const PICTURE: f32 = 84.0;
const BARS: Area = Area::new(104.0, 14.0, 108.0, 84.0);

/// Up to twelve misread digits, those with the smallest probability of the right class first, each with all probabilities
/// that the network gives. `probabilities` is `[n, classes]`, the output of `softmax`.
///
/// The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no digit, if images, labels and probabilities do not fit together, or if these are no
/// probabilities.
pub fn most_confused(
    images: &Images,
    labels: &Labels,
    probabilities: &ArrayD<f32>,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let n = images.len();
    let classes = match *probabilities.shape() {
        [rows, classes] if n > 0 && rows == n && n == labels.len() && classes > 0 => classes,
        ref shape => {
            return Err(Error::Picture(format!(
                "the probabilities have the shape {shape:?}, and there are {n} images and {} labels; [{n}, classes] for at least \
                 one image, each with its label, was expected",
                labels.len()
            )));
        }
    };
    let set = Batch { images: images.clone(), labels: labels.clone() };
    (0..n).try_for_each(|i| label(&set, i, classes).map(drop))?;
    checks::probabilities(probabilities)?;
    let all: Vec<f32> = probabilities.iter().copied().collect();
    let given: Vec<&[f32]> = all.chunks(classes).collect();
    let of_right: Vec<f32> = (0..n).map(|i| given[i][labels.class(i)]).collect();
    let worst = order(&of_right).into_iter().filter(|&i| largest(given[i]) != labels.class(i));
    let worst: Vec<usize> = worst.take(COLUMNS * ROWS).collect();

    let words: &words::MostConfused = language.words();
    let mut card = Card::with_title(language, words.title, words.note);
    let mut described = vec![words.title.to_string()];
    let svg = &mut card.svg;
    for (place, &i) in worst.iter().enumerate() {
        let (x, y) = (24.0 + (place % COLUMNS) as f32 * CELL.0, 62.0 + (place / COLUMNS) as f32 * CELL.1);
        let picture = Area::new(x, y + 14.0, PICTURE, PICTURE);
        svg.rect(picture, MISREAD);
        svg.paint(picture, INK, 28, &small(images, i, 28), false)?;
        let (label, said) = (labels.class(i), largest(given[i]));
        let font = NOTE.weight(600);
        let sure = language.percent(given[i][said]);
        described.push(format!("{}{label}{}{said} ({sure})", words.pieces[0], words.pieces[1]));
        svg.line_of_text(
            x,
            y + 128.0,
            &[
                (0.0, NOTE, words.pieces[0]),
                (0.0, font.fill(TEST), &label.to_string()),
                (0.0, NOTE, words.pieces[1]),
                (0.0, font.fill(ANSWER), &said.to_string()),
                (0.0, NOTE, &format!(" ({sure})")),
            ],
        );
        let width = BARS.w / classes as f32;
        let base = y + BARS.y + BARS.h - 16.0;
        for (class, p) in given[i].iter().enumerate() {
            let colour = match class {
                c if c == label => TEST,
                c if c == said => ANSWER,
                _ => AXIS,
            };
            let (left, high) = (x + BARS.x + class as f32 * width, (BARS.h - 16.0) * p.clamp(0.0, 1.0));
            let gap = if width > 2.0 { 1.0 } else { 0.0 };
            svg.rect(Area::new(left + gap, base - high, width - 2.0 * gap, high), colour);
            if classes <= 10 {
                let font = TICK.fill(if colour == AXIS { MUTED } else { colour }).centred();
                svg.text(left + width / 2.0, base + 14.0, font, &class.to_string());
            }
        }
        svg.line((x + BARS.x, base), (x + BARS.x + BARS.w, base), AXIS, "");
    }
    if worst.is_empty() {
        svg.text(24.0, 80.0, NOTE, words.none);
    }
    card.describe(described.join(". "));
    let height = 70.0 + worst.len().div_ceil(COLUMNS).max(1) as f32 * CELL.1;
    Ok(card.figure(960.0, height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use crate::picture::BANDS;
    use ndarray::{Array2, Array4};

    #[test]
    fn the_mistake_with_the_least_probability_for_the_right_digit_comes_first() {
        let set = DataSet::new(Array4::zeros((3, 28, 28, 1)), &[4, 7, 2]).unwrap();
        let mut given = Array2::<f32>::zeros((3, 10));
        [(0, 4, 0.3), (0, 9, 0.7), (1, 7, 0.01), (1, 1, 0.99), (2, 2, 1.0)]
            .into_iter()
            .for_each(|(i, class, p)| given[[i, class]] = p);
        let figure = most_confused(&set.images, &set.labels, &given.into_dyn(), "en").unwrap();
        let first = figure.svg().find(">7</tspan>").expect("the 7 that it takes for a 1");
        let second = figure.svg().find(">4</tspan>").expect("the 4 that it takes for a 9");
        assert!(first < second && figure.svg().contains(" (99.0%)") && figure.svg().contains(" (70.0%)"));
        assert_eq!(figure.svg().matches("<mask ").count(), 2);
        assert!(
            !figure.svg().contains(&format!(" fill=\"{}\"", BANDS[1])),
            "bars of other digits are grey, so that none looks like the right one"
        );
        let error = most_confused(&set.images, &set.labels, &ArrayD::zeros(vec![3]), "en").unwrap_err().to_string();
        assert!(error.contains("shape [3]") && error.contains("[3, classes]"), "{error}");
    }
}
