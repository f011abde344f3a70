//! A neuron with sliders for its weights and its bias.
use super::interactive::{Interactive, Slider};
use crate::picture::{AXIS, Area, Card, HEADING, INK, N, NEGATIVE, NOTE, PAPER, POSITIVE, TEST, TICK, TITLE};
use crate::{Error, language::Language};

const INPUTS: [f32; 3] = [1.0, 0.5, 0.0];
const WEIGHTS: [f32; 3] = [2.0, -1.0, 3.0];
const BIAS: f32 = 0.5;

/// A neuron with three inputs, and sliders for its weights and its bias: the weighted sum, the score, and what a sigmoid
/// makes of it. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn neuron_sliders(language: &str) -> Result<Interactive, Error> {
    let spoken = Language::parse(language)?;
    let (words, bias) = (&spoken.words().neuron_sliders, spoken.words().terms.bias);
    let mut card = Card::with_heading(spoken, words.title, "");
    let svg = &mut card.svg;
    for (x, head) in [68.0, 240.0, 430.0, 612.0].into_iter().zip(words.heads) {
        svg.text(x, 78.0, NOTE.centred(), head);
    }
    let score: f32 = INPUTS.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum::<f32>() + BIAS;
    let (cx, cy) = (430.0, 172.0);
    for (i, (input, weight)) in INPUTS.into_iter().zip(WEIGHTS).enumerate() {
        let y = 112.0 + i as f32 * 60.0;
        let colour = if weight < 0.0 { NEGATIVE } else { POSITIVE };
        let [from, to, thick] = [y, cy, 1.0 + weight.abs() * 2.0].map(N);
        svg.put(format_args!(
            "<path data-name=\"line{i}\" d=\"M92 {from}L394 {to}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thick}\"/>"
        ));
        let square = Area::new(46.0, y - 22.0, 44.0, 44.0);
        svg.rect(square, PAPER);
        svg.put(format_args!("<rect {square} fill=\"{INK}\" fill-opacity=\"{input}\"/>"));
        svg.frame(square, AXIS);
        svg.text(40.0, y + 5.0, TICK.right(), &spoken.decimal(input, 1));
        let [input, weight, product] =
            [(input, 1), (weight, 1), (input * weight, 2)].map(|(x, n)| spoken.decimal(x, n));
        let product = format!("{input} × {weight} = {product}");
        svg.text_over(240.0, y + (cy - y) * 0.5 + [-14.0, -10.0, 28.0][i], NOTE.fill(INK).centred(), PAPER, &product);
        svg.name(&format!("product{i}"));
    }
    svg.put(format_args!(
        "<circle cx=\"430\" cy=\"172\" r=\"36\" fill=\"{PAPER}\" stroke=\"{INK}\" stroke-width=\"2\"/>"
    ));
    svg.text(cx, cy + 6.0, HEADING.centred(), &spoken.decimal(score, 2));
    svg.name("score");
    svg.text(cx, cy + 66.0, NOTE.centred(), &format!("{bias} {}", spoken.decimal(BIAS, 1)));
    svg.name("bias");
    svg.line((cx, cy + 52.0), (cx, cy + 38.0), AXIS, "");
    svg.line((468.0, cy), (520.0, cy), AXIS, "");
    let share = 1.0 / (1.0 + (-score).exp());
    svg.frame(Area::new(524.0, cy - 12.0, 176.0, 24.0), AXIS);
    svg.rect(Area::new(524.0, cy - 12.0, 176.0 * share, 24.0), TEST);
    svg.name("bar");
    svg.text(612.0, cy + 36.0, TITLE.fill(TEST).centred(), &spoken.decimal(share, 3));
    svg.name("share");
    svg.text(524.0, cy - 20.0, TICK, "0");
    svg.text(700.0, cy - 20.0, TICK.right(), "1");
    svg.text(612.0, cy + 56.0, TICK.centred(), words.sigmoid);

    let slider = |label: String, value| Slider { label, range: [-3.0, 3.0], step: 0.1, value };
    let mut sliders: Vec<Slider> = (0..3).map(|i| slider(format!("{} {}", words.weight, i + 1), WEIGHTS[i])).collect();
    sliders.push(slider(bias.into(), BIAS));
    let data = format!(
        "{{decimals: 1, inputs: {INPUTS:?}, bias: \"{bias}\", positive: \"{POSITIVE}\", negative: \"{NEGATIVE}\"}}"
    );
    let figure = card.figure(728.0, 276.0);
    Ok(Interactive { figure, sliders, script: include_str!("neuron.js"), data })
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
