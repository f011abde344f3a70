//! Two figures for the lessons: what one neuron computes for a digit, and what all ten compute.
use super::checks::{finite, label};
use super::one_layer::OneLayer;
use super::signed::{full_colour, scale_with_ends, signed};
use crate::picture::{
    AXIS, Area, BANDS, Card, Figure, Font, GRID, INK, MUTED, NEGATIVE, NOTE, PAPER, POSITIVE, TEST, TITLE, largest,
};
use crate::{Error, language::Language, mnist::Batch, words};
use ndarray::{ArrayD, arr0, arr1};

/// What the neuron of `class` computes for digit `i` of `set`: ink times weight at each pixel, all added up, and the
/// bias.
///
/// `weights` is `[784, 10]` and `biases` `[10]`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit or neuron, or if weights, biases and image do not fit together or are not
/// finite.
pub fn neuron(
    set: &Batch,
    i: usize,
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    class: usize,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let (_, width, net) = one_layer(set, i, weights, biases)?;
    if class >= net.classes {
        return Err(Error::Picture(format!("there are {} neurons, so there is no neuron {class}", net.classes)));
    }
    let ink: Vec<f32> = set.images.image(i).iter().map(|&p| f32::from(p) / 255.0).collect();
    let column = net.column(class);
    let products: Vec<f32> = ink.iter().zip(&column).map(|(ink, weight)| ink * weight).collect();
    let sum: f32 = net.weighted_sum(set.images.image(i), class);
    let score = sum + net.biases[class];
    finite("the score of the neuron", &arr0(score).into_dyn())?;

    let (words, terms) = (language.words::<words::Neuron>(), language.words::<words::Terms>());
    let mut card = Card::with_heading(language, (words.title)(class), words.note);
    let svg = &mut card.svg;
    let (side, top) = (176.0, 112.0);
    for (k, head) in words.heads.into_iter().enumerate() {
        let area = Area::new(24.0 + k as f32 * (side + 44.0), top, side, side);
        svg.text(area.x, top - 12.0, TITLE, head);
        match k {
            0 => {
                svg.paint(area, INK, width, set.images.image(i), true)?;
                svg.frame(area, AXIS);
            }
            _ => {
                // the products have a scale of their own: most are far smaller than the weights
                let values = if k == 1 { &column } else { &products };
                signed(svg, area, width, values, full_colour(&mut values.iter()))?;
                scale_with_ends(svg, area.x, area.bottom() + 12.0, full_colour(&mut values.iter()));
            }
        }
        let sign = ["×", "=", "→"][k];
        svg.text(area.right() + 22.0, top + side / 2.0 + 8.0, Font::new(22, 400, MUTED).centred(), sign);
    }
    let x = 24.0 + 3.0 * (side + 44.0);
    let lines = [(terms.sum, sum), (terms.bias, net.biases[class]), (words.score, score)];
    for (k, (name, value)) in lines.into_iter().enumerate() {
        let y = top + 46.0 + k as f32 * 42.0;
        let font = if k == 2 { Font::new(20, 700, TEST) } else { Font::new(20, 400, INK) };
        svg.text(x, y, NOTE.size(15), name);
        let plus = if k == 1 && value >= 0.0 { "+" } else { "" };
        svg.text(x + 200.0, y, font.right(), &format!("{plus}{}", language.decimal(value, 2)));
        if k == 1 {
            svg.line((x, y + 12.0), (x + 200.0, y + 12.0), AXIS, "");
        }
    }
    for ((meaning, colour), y) in words.meaning.into_iter().zip([NEGATIVE, POSITIVE]).zip([64.0, 84.0]) {
        svg.text(24.0 + side + 44.0, top + side + y, NOTE.size(14).fill(colour).weight(700), meaning);
    }
    let value = |i: usize| language.decimal(lines[i].1, 2);
    card.describe((words.described)(class, [&value(0), &value(1), &value(2)]));
    Ok(card.figure(960.0, 394.0))
}

/// The scores of all ten neurons for digit `i` of `set`: all see the same pixels, each has weights of its own.
///
/// `weights` is `[784, 10]` and `biases` `[10]`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit, or if weights, biases and image do not fit together or are not finite.
pub fn ten_neurons(
    set: &Batch,
    i: usize,
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let (label, width, net) = one_layer(set, i, weights, biases)?;
    let score = |class: usize| net.weighted_sum::<f32>(set.images.image(i), class) + net.biases[class];
    let scores: Vec<f32> = (0..net.classes).map(score).collect();
    finite("the scores", &arr1(&scores).into_dyn())?;
    let best = largest(&scores);
    let reach = scores.iter().fold(1.0_f32, |reach, score| reach.max(score.abs()));
    let full = full_colour(&mut weights.iter());

    let words: &words::TenNeurons = language.words();
    let mut card = Card::with_heading(language, words.title, &(words.note)(&language.count(weights.shape()[0])));
    let svg = &mut card.svg;
    let (top, row) = (84.0, 40.0);
    let rows = net.classes as f32 * row;
    let height = rows.max(204.0); // the digit and its label have room
    let picture = Area::new(24.0, top + height / 2.0 - 90.0, 180.0, 180.0);
    for class in 0..net.classes {
        let middle = top + (class as f32 + 0.5) * row;
        let colour = if class == best { TEST } else { GRID };
        svg.line((picture.right(), picture.y + 90.0), (376.0, middle), colour, "");
    }
    svg.paint(picture, INK, width, set.images.image(i), true)?;
    svg.frame(picture, AXIS);
    svg.text(24.0, picture.bottom() + 22.0, NOTE, &format!("{}: {label}", language.words::<words::Terms>().label));
    for (class, &score) in scores.iter().enumerate() {
        let y = top + class as f32 * row;
        let area = Area::new(378.0, y + 2.0, 36.0, 36.0);
        svg.rect(area, PAPER);
        signed(svg, area, width, &net.column(class), full)?;
        let font = if class == best { TITLE.fill(TEST).weight(700) } else { TITLE.weight(400) };
        svg.text(432.0, y + 25.0, font, &class.to_string());
        let length = 170.0 * score / reach;
        let bar = Area::new(650.0 + length.min(0.0), y + 10.0, length.abs(), 20.0);
        svg.rect(bar, if class == best { TEST } else { BANDS[2] });
        svg.text(936.0, y + 25.0, font.right(), &language.decimal(score, 1));
    }
    svg.line((650.0, top), (650.0, top + rows), AXIS, "");
    card.describe((words.described)(label, best, &language.decimal(scores[best], 1)));
    Ok(card.figure(960.0, top + height + 18.0))
}

/// The label of digit `i`, the width of its image, and the network. The images must be grey.
fn one_layer<'a>(
    set: &Batch,
    i: usize,
    weights: &'a ArrayD<f32>,
    biases: &ArrayD<f32>,
) -> Result<(usize, usize, OneLayer<'a>), Error> {
    let [_, width, channels] = set.images.shape();
    let label = label(set, i, usize::MAX)?;
    if channels != 1 {
        return Err(Error::Picture(format!(
            "the images have {channels} channels; this figure shows a neuron before images of one channel, grey ones"
        )));
    }
    Ok((label, width, OneLayer::new(&set.images, weights, biases)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn a_neuron_adds_up_ink_times_weight_and_its_bias() {
        let mut images = Array4::zeros((1, 28, 28, 1));
        images[[0, 0, 0, 0]] = 255;
        images[[0, 27, 27, 0]] = 51;
        let set = DataSet::new(images, &[3]).unwrap();
        let mut weights = ArrayD::zeros(vec![784, 10]);
        (weights[[0, 3]], weights[[783, 3]], weights[[5, 3]]) = (2.0, -5.0, 9.0);
        let biases = ArrayD::from_elem(vec![10], 0.25);
        let figure = neuron(&set, 0, &weights, &biases, 3, "en").unwrap();
        for text in ["The neuron for the 3", "1.00", "+0.25", "1.25"] {
            assert!(figure.svg().contains(&format!(">{text}<")), "{text}");
        }
        let all = ten_neurons(&set, 0, &weights, &biases, "es").unwrap();
        assert!(all.svg().contains(">1.2<") && all.svg().contains(">etiqueta: 3<"), "the score of the 3, rounded");
        assert!(neuron(&set, 1, &weights, &biases, 3, "en").is_err());
        assert!(neuron(&set, 0, &weights, &biases, 10, "en").is_err());
        assert!(ten_neurons(&set, 0, &biases, &biases, "en").is_err());
    }
}
