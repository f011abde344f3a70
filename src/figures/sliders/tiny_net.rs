//! A tiny network with all its numbers: forward, and back from the loss to each weight.
use super::interactive::{Interactive, Slider};
use crate::picture::{AXIS, Area, Card, Font, INK, MUTED, N, NOTE, PAPER, Svg, TEST, TICK, TITLE, TRAINING};
use crate::{Error, language::Language};

/// From both inputs to the first hidden neuron and to the second, and from these to the output.
const HIDDEN: [[f32; 2]; 2] = [[1.0, 0.5], [-1.0, 3.0]];
const OUTPUT: [f32; 2] = [2.0, -1.0];
/// Both inputs and the target, before a slider is moved.
const START: [f32; 3] = [1.0, 0.5, 1.0];

const COLUMNS: [f32; 4] = [96.0, 400.0, 664.0, 870.0];
const ROWS: [f32; 2] = [158.0, 322.0];
const MIDDLE: f32 = 240.0;

/// A network with two inputs, two hidden neurons (ReLU) and an output, the squared error, and sliders for the inputs and the
/// target. In blue what is computed on the way forward; in ochre, at each neuron and weight, how much the error changes
/// with it: back-propagation, which multiplies along the edges by the chain rule.
///
/// The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn tiny_net(language: &str) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    let words = &language.words().tiny_net;
    let mut card = Card::with_heading(language, words.title, "");
    let svg = &mut card.svg;
    let notes = [
        (0.0, NOTE.size(14).fill(TEST).weight(700), words.note[0]),
        (14.0, NOTE.size(14).fill(TRAINING).weight(700), words.note[1]),
    ];
    svg.line_of_text(24.0, 65.0, &notes);
    for (x, head) in COLUMNS.into_iter().zip(words.heads) {
        svg.text(x, 104.0, TITLE.centred(), head);
    }

    let [x1, x2, target] = START;
    let hidden_of = |[a, b]: [f32; 2]| (a * x1 + b * x2).max(0.0);
    let hidden = [hidden_of(HIDDEN[0]), hidden_of(HIDDEN[1])];
    let out = OUTPUT[0] * hidden[0] + OUTPUT[1] * hidden[1];
    let back = 2.0 * (out - target);
    let back_hidden = [back * OUTPUT[0], back * OUTPUT[1]];
    let shown = |x: f32| language.decimal(x, 2);
    // the edges of the chain below are drawn in its colour
    line(svg, (COLUMNS[2] + 34.0, MIDDLE), (COLUMNS[3] - 44.0, MIDDLE), true);
    for j in 0..2 {
        for (i, input) in [x1, x2].into_iter().enumerate() {
            let on = if hidden[j] > 0.0 { 1.0 } else { 0.0 };
            let (from, to) = ((COLUMNS[0], ROWS[i]), (COLUMNS[1], ROWS[j]));
            edge(svg, from, to, HIDDEN[j][i], &shown(back_hidden[j] * on * input), &format!("g{i}{j}"));
        }
        edge(svg, (COLUMNS[1], ROWS[j]), (COLUMNS[2], MIDDLE), OUTPUT[j], &shown(back * hidden[j]), &format!("g{j}"));
    }
    for (i, input) in [x1, x2].into_iter().enumerate() {
        node(svg, (COLUMNS[0], ROWS[i]), ["x₁", "x₂"][i], (&shown(input), &format!("x{i}")), None);
        node(
            svg,
            (COLUMNS[1], ROWS[i]),
            ["h₁", "h₂"][i],
            (&shown(hidden[i]), &format!("h{i}")),
            Some((&shown(back_hidden[i]), &format!("b{i}"))),
        );
    }
    node(svg, (COLUMNS[2], MIDDLE), "y", (&shown(out), "y"), Some((&shown(back), "by")));
    let frame = Area::new(COLUMNS[3] - 44.0, MIDDLE - 26.0, 88.0, 52.0);
    svg.rect(frame, PAPER);
    svg.frame(frame, INK);
    svg.text(COLUMNS[3], MIDDLE + 6.0, Font::new(18, 700, TEST).centred(), &shown((out - target).powi(2)));
    svg.name("loss");
    svg.text(COLUMNS[3], MIDDLE + 48.0, TICK.size(14).centred(), words.error);
    svg.text(COLUMNS[3], MIDDLE - 40.0, TICK.size(14).centred(), &format!("{} {}", words.target, shown(target)));
    svg.name("target");

    let chain = |[a, b, c, d, e]: [String; 5]| (words.chain)(&a, &b, &c, &d, &e);
    let sentence = chain([
        shown(back),
        language.decimal(OUTPUT[0], 1),
        if hidden[0] > 0.0 { "1" } else { "0" }.into(),
        shown(x1),
        shown(if hidden[0] > 0.0 { back_hidden[0] * x1 } else { 0.0 }),
    ]);
    svg.text(24.0, 412.0, TITLE.fill(TRAINING), words.rule);
    svg.text(24.0, 436.0, NOTE.size(14).fill(INK), &sentence);
    svg.name("chain");
    card.describe((words.described)(&shown(out), &shown((out - target).powi(2)), &shown(back)));

    let slider = |label: &str, value| Slider { label: label.into(), range: [-2.0, 2.0], step: 0.1, value };
    let sliders = vec![slider("x₁", x1), slider("x₂", x2), slider(words.target, target)];
    let data = format!(
        "{{decimals: 1, hidden: {HIDDEN:?}, output: {OUTPUT:?}, target: {:?}, chain: {:?}}}",
        words.target,
        chain(["#0", "#1", "#2", "#3", "#4"].map(Into::into))
    );
    let said = (words.described)("{y}", "{loss}", "{by}");
    let figure = card.figure(960.0, 458.0);
    Ok(Interactive { figure, sliders, script: include_str!("tiny_net.js"), data, said })
}

fn line(svg: &mut Svg, from: (f32, f32), to: (f32, f32), of_chain: bool) {
    let (x1, y1, x2, y2) = (N(from.0), N(from.1), N(to.0), N(to.1));
    let (colour, width) = if of_chain { (TRAINING, "2.5") } else { (AXIS, "1.5") };
    svg.put(format_args!("<path d=\"M{x1} {y1}L{x2} {y2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"));
}

/// An edge with its weight and, below it, the gradient of that.
fn edge(svg: &mut Svg, from: (f32, f32), to: (f32, f32), weight: f32, gradient: &str, name: &str) {
    line(svg, from, to, name == "g00" || name == "g0");
    let share = if from.1 == to.1 {
        0.5
    } else if from.0 == COLUMNS[0] {
        0.3
    } else {
        0.48
    };
    let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
    svg.rect(Area::new(x - 34.0, y - 21.0, 68.0, 42.0), PAPER);
    let weight = format!("w = {}", svg.language.decimal(weight, 1));
    svg.text(x, y - 4.0, NOTE.size(14).fill(INK).centred(), &weight);
    svg.text(x, y + 15.0, NOTE.size(15).fill(TRAINING).weight(700).centred(), gradient);
    svg.name(name);
}

/// A neuron or an input: its value in it and, below, the gradient of that. Both have names for the script.
fn node(svg: &mut Svg, (x, y): (f32, f32), label: &str, value: (&str, &str), gradient: Option<(&str, &str)>) {
    svg.put(format_args!(
        "<circle cx=\"{}\" cy=\"{}\" r=\"34\" fill=\"{PAPER}\" stroke=\"{INK}\" stroke-width=\"2\"/>",
        N(x),
        N(y)
    ));
    let font = NOTE.size(15).fill(MUTED);
    let (left, font) = if gradient.is_some() { (x + 30.0, font) } else { (x - 32.0, font.right()) };
    svg.text(left, y - 26.0, font, label);
    svg.text(x, y + 6.0, Font::new(18, 700, TEST).centred(), value.0);
    svg.name(value.1);
    if let Some((gradient, name)) = gradient {
        svg.text(x, y + 54.0, Font::new(16, 700, TRAINING).centred(), gradient);
        svg.name(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each gradient against a nudge of its weight by hand.
    #[test]
    fn what_goes_back_is_how_much_the_error_changes() {
        let figure = tiny_net("en").unwrap();
        let svg = figure.figure().svg();
        let error = |hidden: [[f32; 2]; 2], output: [f32; 2]| {
            let h = hidden.map(|[a, b]| (a * START[0] + b * START[1]).max(0.0));
            (output[0] * h[0] + output[1] * h[1] - START[2]).powi(2)
        };
        let is = |name: &str, nudged: f32| {
            let gradient = (nudged - error(HIDDEN, OUTPUT)) / 0.001;
            let at = &svg[svg.find(&format!("data-name=\"{name}\"")).unwrap()..];
            let text = &at[at.find('>').unwrap() + 1..at.find("</text>").unwrap()];
            let drawn: f32 = text.replace('\u{2212}', "-").parse().unwrap();
            assert!((drawn - gradient).abs() < 0.03, "{name}: {drawn} is drawn, {gradient} measured");
        };
        for j in 0..2 {
            for i in 0..2 {
                let mut hidden = HIDDEN;
                hidden[j][i] += 0.001;
                is(&format!("g{i}{j}"), error(hidden, OUTPUT));
            }
            let mut output = OUTPUT;
            output[j] += 0.001;
            is(&format!("g{j}"), error(HIDDEN, output));
        }
        assert!(figure.html().contains("#0") && tiny_net("fr").is_err());
    }
}
