//! A neuron with sliders for its weights and its bias.
use super::functions::sigmoid;
use super::interactive::{Interactive, Slider};
use crate::picture::{
    AXIS, Area, BANDS, Card, HEADING, INK, N, NEGATIVE, NOTE, PAPER, POSITIVE, Plane, TEST, TITLE, ticks,
};
use crate::{Error, language::Language, words};

const INPUTS: [f32; 3] = [1.0, 0.5, 0.0];
const WEIGHTS: [f32; 3] = [2.0, -1.0, 3.0];
const BIAS: f32 = 0.5;
const MIDDLE: f32 = 204.0;
const SIGMOID: Plane = Plane { area: Area::new(604.0, 112.0, 324.0, 184.0), x: [-8.0, 8.0], y: [0.0, 1.0] };

/// A neuron with three inputs, and sliders for its weights and its bias: what each input contributes (the thicker its line,
/// the more), the score, and what a sigmoid makes of it. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn neuron_sliders(language: &str) -> Result<Interactive, Error> {
    let spoken = Language::parse(language)?;
    let (words, bias) = (spoken.words::<words::NeuronSliders>(), spoken.words::<words::Terms>().bias);
    let mut card = Card::with_heading(spoken, words.title, "");
    let svg = &mut card.svg;
    let font = NOTE.size(14).fill(INK);
    for (x, head) in [46.0, 124.0].into_iter().zip(words.heads) {
        svg.text(x, 84.0, font, head);
    }
    svg.text(440.0, 84.0, font.centred(), words.heads[2]);
    svg.text(SIGMOID.area.x + SIGMOID.area.w / 2.0, 84.0, font.centred(), words.heads[3]);
    let score: f32 = INPUTS.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum::<f32>() + BIAS;
    for (i, (input, weight)) in INPUTS.into_iter().zip(WEIGHTS).enumerate() {
        let (y, product) = (MIDDLE + 72.0 * (i as f32 - 1.0), input * weight);
        let colour = if product < 0.0 { NEGATIVE } else { POSITIVE };
        let (from, to, thick) = (N(y), N(MIDDLE), N(1.0 + product.abs() * 4.0));
        svg.put(format_args!(
            "<path data-name=\"line{i}\" d=\"M264 {from}L404 {to}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{thick}\"/>",
            if product == 0.0 { AXIS } else { colour }
        ));
        let square = Area::new(62.0, y - 22.0, 44.0, 44.0);
        svg.put(format_args!("<rect {square} fill=\"{INK}\" fill-opacity=\"{input}\"/>"));
        svg.frame(square, AXIS);
        svg.text(54.0, y + 5.0, font.right(), &spoken.decimal(input, 1));
        let (factor, product) = (spoken.decimal(weight, 1), spoken.decimal(product, 2));
        svg.text(124.0, y + 5.0, font.size(15), &format!("{} × {factor} = {product}", spoken.decimal(input, 1)));
        svg.name(&format!("product{i}"));
    }
    svg.put(format_args!(
        "<circle cx=\"440\" cy=\"{MIDDLE}\" r=\"38\" fill=\"{PAPER}\" stroke=\"{INK}\" stroke-width=\"2\"/>"
    ));
    svg.text(440.0, MIDDLE + 7.0, HEADING.size(20).centred(), &spoken.decimal(score, 2));
    svg.name("score");
    svg.line((440.0, MIDDLE + 56.0), (440.0, MIDDLE + 40.0), AXIS, "");
    svg.text(440.0, MIDDLE + 74.0, font.centred(), &format!("{bias} {}", spoken.decimal(BIAS, 1)));
    svg.name("bias");
    svg.put(format_args!("<path d=\"M480 {MIDDLE}h62m-7 -5l7 5l-7 5\" fill=\"none\" stroke=\"{INK}\"/>"));

    let share = sigmoid(score);
    SIGMOID.axes(svg, &ticks(SIGMOID.x, 4.0), &ticks(SIGMOID.y, 2.0));
    let curve: Vec<_> = (0..=160).map(|i| i as f32 / 10.0 - 8.0).map(|x| [x, sigmoid(x)]).collect();
    SIGMOID.curve(svg, &curve, BANDS[2], "");
    let guides = SIGMOID.path(&[[score, 0.0], [score, share], [SIGMOID.x[0], share]]);
    svg.put(format_args!(
        "<path data-name=\"guides\" d=\"{guides}\" fill=\"none\" stroke=\"{TEST}\" stroke-dasharray=\"3 4\"/>"
    ));
    SIGMOID.dot(svg, [score, share], TEST, "dot");
    svg.text_over(
        SIGMOID.area.right(),
        MIDDLE + 4.0,
        TITLE.size(20).fill(TEST).weight(700).right(),
        PAPER,
        &spoken.decimal(share, 3),
    );
    svg.name("share");
    svg.text(SIGMOID.area.x + SIGMOID.area.w / 2.0, SIGMOID.area.bottom() + 44.0, font.centred(), words.sigmoid);
    card.describe((words.described)(&spoken.decimal(score, 2), &spoken.decimal(share, 3)));

    let slider = |label: String, value| Slider { label, range: [-3.0, 3.0], step: 0.1, value };
    let mut sliders: Vec<Slider> = (0..3).map(|i| slider(format!("{} {}", words.weight, i + 1), WEIGHTS[i])).collect();
    sliders.push(slider(bias.into(), BIAS));
    let data = format!(
        "{{decimals: 1, inputs: {INPUTS:?}, bias: \"{bias}\", colours: [\"{NEGATIVE}\", \"{AXIS}\", \"{POSITIVE}\"], plane: {}}}",
        SIGMOID.json()
    );
    let said = (words.described)("{score}", "{share}");
    let figure = card.figure(960.0, 356.0);
    Ok(Interactive { figure, sliders, script: include_str!("neuron.js"), data, said })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neuron_starts_with_the_numbers_of_the_exercise() {
        let figure = neuron_sliders("es").unwrap();
        for text in ["1.0 × 2.0 = 2.00", "0.5 × −1.0 = −0.50", "sesgo 0.5", "2.00", "0.881"] {
            assert!(figure.figure().svg().contains(&format!(">{text}<")), "{text}");
        }
        assert_eq!(figure.html().matches("type=\"range\"").count(), 4);
    }
}
