//! A figure for the lessons: two classes of points in a square, and where networks draw the border between them.
use super::checks::{finite, probabilities};
use super::signed::grey;
use crate::picture::{AXIS, Area, Card, Figure, HEADING, N, NEGATIVE, NOTE, PAPER, POSITIVE, TITLE};
use crate::{Error, language::Language, words};
use ndarray::{ArrayD, IxDyn};

/// Points along each side of the square.
const SIDE: usize = 64;
/// How strongly the square is coloured on either side of the border, and where a network is sure.
const STRENGTHS: [f32; 2] = [0.3, 0.6];

/// The square from 0 to 1 as a grid of points, `[4096, 2]`: what [`decision_boundary`] asks a network about.
pub fn plane() -> ArrayD<f32> {
    let middle = |i: usize| (i as f32 + 0.5) / SIDE as f32;
    let place = |i: IxDyn| if i[1] == 0 { middle(i[0] % SIDE) } else { 1.0 - middle(i[0] / SIDE) };
    ArrayD::from_shape_fn(vec![SIDE * SIDE, 2], place)
}

/// Points of two classes, and behind them what one to three networks answer all over the square: blue where class 1 has
/// more than half of the probability, otherwise orange; the surer the network, the stronger the colour.
///
/// `points` is `[n, 2]`, from 0 to 1; `classes` is `[n, 2]`, with a 1 in the place of the class. Each network is its name
/// and its probabilities for [`plane`], `[4096, 2]`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for other shapes, numbers that are not finite or not probabilities, and another number of networks.
pub fn decision_boundary(
    points: &ArrayD<f32>,
    classes: &ArrayD<f32>,
    nets: &[(&str, &ArrayD<f32>)],
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let n = points.len() / 2;
    if points.shape() != [n, 2] || classes.shape() != [n, 2] || !(1..=3).contains(&nets.len()) {
        return Err(Error::Picture(format!(
            "points and classes have the shape [n, 2], and one to three networks fit beside one another; there are {:?} and \
             {:?}, and {} networks",
            points.shape(),
            classes.shape(),
            nets.len()
        )));
    }
    finite("the points", points)?;
    finite("the classes", classes)?;
    let words: &words::DecisionBoundary = language.words();
    let mut card = Card::blank(language, words.title);
    let mut told = Vec::new();
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, HEADING, words.title);
    svg.text(24.0, 63.0, NOTE, words.note);
    for (k, (name, given)) in nets.iter().enumerate() {
        if given.shape() != [SIDE * SIDE, 2] {
            return Err(Error::Picture(format!(
                "{name:?} has the shape {:?}; feed plane() to a network of two classes and fetch its softmax, [4096, 2]",
                given.shape()
            )));
        }
        probabilities(given)?;
        let square = Area::new(54.0 + k as f32 * 306.0, 106.0, 264.0, 264.0);
        svg.text(square.x, 94.0, TITLE, name);
        for (class, colour) in [(1, POSITIVE), (0, NEGATIVE)] {
            let [least, sure] = STRENGTHS;
            let strength = |&p: &f32| if p > 0.5 { grey(least + (2.0 * p - 1.0) * (sure - least), 1.0) } else { 0 };
            let shades: Vec<u8> = given.iter().skip(class).step_by(2).map(strength).collect();
            svg.paint(square, colour, SIDE, &shades, false)?;
        }
        svg.frame(square, AXIS);
        let mut right = 0;
        for i in 0..n {
            let is_1 = classes[[i, 1]] > classes[[i, 0]];
            let colour = if is_1 { POSITIVE } else { NEGATIVE };
            let [column, row] =
                [points[[i, 0]], 1.0 - points[[i, 1]]].map(|at| ((at * SIDE as f32) as usize).min(SIDE - 1));
            right += usize::from((given[[row * SIDE + column, 1]] > 0.5) == is_1);
            let (x, y) = (N(square.x + square.w * points[[i, 0]]), N(square.bottom() - square.h * points[[i, 1]]));
            svg.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" fill=\"{colour}\" stroke=\"{PAPER}\"/>"));
        }
        svg.text(
            square.x + square.w / 2.0,
            square.bottom() + 24.0,
            TITLE.weight(400).centred(),
            &format!("{} 1 →", words.input),
        );
        told.push((words.described)(name, right, n));
        if k == 0 {
            let (x, y) = (N(square.x - 14.0), N(square.y + square.h / 2.0));
            let (font, name) = (TITLE.weight(400).centred(), words.input);
            svg.put(format_args!("<text transform=\"translate({x} {y}) rotate(-90)\" {font}>{name} 2 →</text>"));
        }
    }
    card.describe(format!("{} {}.", words.title, told.join("; ")));
    Ok(card.figure(960.0, 414.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_square_and_each_point_its_dot() {
        let plane = plane();
        assert_eq!((plane[[0, 0]], plane[[0, 1]], plane[[63, 0]]), (0.5 / 64.0, 1.0 - 0.5 / 64.0, 1.0 - 0.5 / 64.0));
        let (points, classes) = (ArrayD::from_elem(vec![5, 2], 0.25), ArrayD::zeros(vec![5, 2]));
        let even = ArrayD::from_elem(vec![4096, 2], 0.5);
        let figure = decision_boundary(&points, &classes, &[("one", &even), ("two", &even)], "en").unwrap();
        assert_eq!((figure.svg().matches("<circle").count(), figure.svg().matches("<mask").count()), (10, 4));
        assert!(figure.svg().contains("cx=\"120\" cy=\"304\""), "a quarter from the left and from below");
        assert!(figure.html().contains("one: 5 of 5 points on their side; two: 5 of 5"), "what cannot be seen is said");
        for (classes, nets, sentence) in [
            (&classes, &[("a", &points)][..], "feed plane() to a network"),
            (&even, &[("a", &even)], "there are [5, 2] and [4096, 2], and 1 networks"),
            (&classes, &[("a", &plane.mapv(|v| v + 3.0))], "give softmax(scores)"),
        ] {
            let error = decision_boundary(&points, classes, nets, "es").unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
