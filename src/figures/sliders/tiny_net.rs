//! A tiny network with all its numbers: forward, and back from the loss to each weight.
use super::interactive::{Interactive, Slider};
use crate::picture::{
    ANSWER, AXIS, Area, Card, Figure, Font, INK, MISREAD, MUTED, N, NOTE, PAPER, Svg, TEST, TICK, TITLE, TRAINING,
};
use crate::{Error, language::Language, words};

/// The numbers of a network with two inputs, two hidden neurons and an output.
struct Net {
    /// From both inputs to the first hidden neuron and to the second.
    hidden: [[f32; 2]; 2],
    output: [f32; 2],
    /// Both inputs and the target.
    start: [f32; 3],
    /// Which of its numbers are left out, by the names of their texts, and the letters in their places.
    gaps: &'static [(&'static str, &'static str)],
}

const NET: Net = Net { hidden: [[1.0, 0.5], [-1.0, 3.0]], output: [2.0, -1.0], start: [1.0, 0.5, 1.0], gaps: &[] };

/// One that can be reckoned in the head.
const SHEET: Net = Net {
    hidden: [[2.0, -0.5], [-1.0, 1.5]],
    output: [1.5, -0.5],
    start: [1.0, 2.0, 2.0],
    gaps: &[("h1", "a"), ("y", "b"), ("loss", "c"), ("by", "d"), ("g1", "e"), ("b0", "f"), ("g00", "g"), ("g10", "h")],
};

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
    let words: &words::TinyNet = language.words();
    let (mut card, [out, back]) = NET.draw(language, words.title);
    let ([x1, x2, target], shown) = (NET.start, |x: f32| language.decimal(x, 2));
    let chain = |[a, b, c, d, e]: [String; 5]| (words.chain)(&a, &b, &c, &d, &e);
    let on = if NET.hidden_values()[0] > 0.0 { 1.0 } else { 0.0 };
    let slope = back * NET.output[0] * on * x1;
    let factors = [shown(back), language.decimal(NET.output[0], 1), on.to_string(), shown(x1), shown(slope)];
    card.svg.text(24.0, 412.0, TITLE.fill(TRAINING), words.rule);
    card.svg.text(24.0, 436.0, NOTE.size(14).fill(INK), &chain(factors));
    card.svg.name("chain");
    card.describe((words.described)(&shown(out), &shown((out - target).powi(2)), &shown(back)));

    let slider = |label: &str, value| Slider { label: label.into(), range: [-2.0, 2.0], step: 0.1, value };
    let sliders = vec![slider("x₁", x1), slider("x₂", x2), slider(words.target, target)];
    let data = format!(
        "{{decimals: 1, hidden: {:?}, output: {:?}, target: {:?}, chain: {:?}}}",
        NET.hidden,
        NET.output,
        words.target,
        chain(["#0", "#1", "#2", "#3", "#4"].map(Into::into))
    );
    let said = (words.described)("{y}", "{loss}", "{by}");
    let figure = card.figure(960.0, 458.0);
    Ok(Interactive { figure, sliders, script: include_str!("tiny_net.js"), data, said })
}

/// A sheet to work out back-propagation by hand: the network of [`tiny_net`](crate::visu::tiny_net()) with other numbers, and
/// letters in place of eight of them.
///
/// The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn tiny_net_gaps(language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let words: &words::TinyNet = language.words();
    let (mut card, _) = SHEET.draw(language, words.sheet);
    card.svg.text(24.0, 412.0, TITLE.fill(TRAINING), words.rules[0]);
    card.svg.text(24.0, 436.0, NOTE.size(14).fill(INK), words.rules[1]);
    Ok(card.figure(960.0, 458.0))
}

impl Net {
    fn hidden_values(&self) -> [f32; 2] {
        self.hidden.map(|[a, b]| (a * self.start[0] + b * self.start[1]).max(0.0))
    }

    /// The network with its numbers on a card, its output, and the gradient of that.
    fn draw(&self, language: Language, title: &str) -> (Card, [f32; 2]) {
        let words: &words::TinyNet = language.words();
        let mut card = Card::with_heading(language, title, "");
        let svg = &mut card.svg;
        let notes = [
            (0.0, NOTE.size(14).fill(TEST).weight(700), words.note[0]),
            (14.0, NOTE.size(14).fill(TRAINING).weight(700), words.note[1]),
        ];
        svg.line_of_text(24.0, 65.0, &notes);
        for (x, head) in COLUMNS.into_iter().zip(words.heads) {
            svg.text(x, 104.0, TITLE.centred(), head);
        }
        let ([x1, x2, target], hidden) = (self.start, self.hidden_values());
        let out = self.output[0] * hidden[0] + self.output[1] * hidden[1];
        let back = 2.0 * (out - target);
        let on = hidden.map(|h| if h > 0.0 { 1.0 } else { 0.0 });
        let back_hidden = [back * self.output[0], back * self.output[1]];
        // the edges of the chain below are drawn in its colour
        line(svg, (COLUMNS[2] + 34.0, MIDDLE), (COLUMNS[3] - 44.0, MIDDLE), true);
        for j in 0..2 {
            for (i, input) in [x1, x2].into_iter().enumerate() {
                let (from, to) = ((COLUMNS[0], ROWS[i]), (COLUMNS[1], ROWS[j]));
                self.edge(svg, from, to, self.hidden[j][i], back_hidden[j] * on[j] * input, &format!("g{i}{j}"));
            }
            let (from, to) = ((COLUMNS[1], ROWS[j]), (COLUMNS[2], MIDDLE));
            self.edge(svg, from, to, self.output[j], back * hidden[j], &format!("g{j}"));
        }
        for (i, input) in [x1, x2].into_iter().enumerate() {
            self.node(svg, (COLUMNS[0], ROWS[i]), ["x₁", "x₂"][i], (input, &format!("x{i}")), None);
            let slope = Some((back_hidden[i], format!("b{i}")));
            self.node(svg, (COLUMNS[1], ROWS[i]), ["h₁", "h₂"][i], (hidden[i], &format!("h{i}")), slope);
        }
        self.node(svg, (COLUMNS[2], MIDDLE), "y", (out, "y"), Some((back, "by".into())));
        let frame = Area::new(COLUMNS[3] - 44.0, MIDDLE - 26.0, 88.0, 52.0);
        svg.rect(frame, PAPER);
        svg.frame(frame, INK);
        let font = Font::new(18, 700, TEST).centred();
        self.number(svg, (COLUMNS[3], MIDDLE + 6.0), font, (out - target).powi(2), "loss");
        svg.text(COLUMNS[3], MIDDLE + 48.0, TICK.size(14).centred(), words.error);
        let aim = format!("{} {}", words.target, language.decimal(target, 2));
        svg.text(COLUMNS[3], MIDDLE - 40.0, TICK.size(14).centred(), &aim);
        svg.name("target");
        (card, [out, back])
    }

    /// A number by its name, or in a frame the letter that stands for it.
    fn number(&self, svg: &mut Svg, (x, y): (f32, f32), font: Font, value: f32, name: &str) {
        let letter = self.gaps.iter().find(|(gap, _)| *gap == name).map(|(_, letter)| letter);
        if let Some(letter) = letter {
            svg.rect(Area::new(x - 13.0, y - 17.0, 26.0, 23.0), MISREAD);
            svg.text(x, y, font.fill(ANSWER), letter);
            return;
        }
        svg.text(x, y, font, &svg.language.decimal(value, 2));
        svg.name(name);
    }

    /// An edge with its weight and, below it, the gradient of that.
    fn edge(&self, svg: &mut Svg, from: (f32, f32), to: (f32, f32), weight: f32, gradient: f32, name: &str) {
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
        self.number(svg, (x, y + 15.0), NOTE.size(15).fill(TRAINING).weight(700).centred(), gradient, name);
    }

    /// A neuron or an input: its value in it and, below, the gradient of that. Both have names for the script.
    fn node(
        &self,
        svg: &mut Svg,
        (x, y): (f32, f32),
        label: &str,
        value: (f32, &str),
        gradient: Option<(f32, String)>,
    ) {
        svg.put(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"34\" fill=\"{PAPER}\" stroke=\"{INK}\" stroke-width=\"2\"/>",
            N(x),
            N(y)
        ));
        let font = NOTE.size(15).fill(MUTED);
        let (left, font) = if gradient.is_some() { (x + 30.0, font) } else { (x - 32.0, font.right()) };
        svg.text(left, y - 26.0, font, label);
        self.number(svg, (x, y + 6.0), Font::new(18, 700, TEST).centred(), value.0, value.1);
        if let Some((gradient, name)) = gradient {
            self.number(svg, (x, y + 54.0), Font::new(16, 700, TRAINING).centred(), gradient, &name);
        }
    }
}

fn line(svg: &mut Svg, from: (f32, f32), to: (f32, f32), of_chain: bool) {
    let (x1, y1, x2, y2) = (N(from.0), N(from.1), N(to.0), N(to.1));
    let (colour, width) = if of_chain { (TRAINING, "2.5") } else { (AXIS, "1.5") };
    svg.put(format_args!("<path d=\"M{x1} {y1}L{x2} {y2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"));
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
            let h = hidden.map(|[a, b]| (a * NET.start[0] + b * NET.start[1]).max(0.0));
            (output[0] * h[0] + output[1] * h[1] - NET.start[2]).powi(2)
        };
        let is = |name: &str, nudged: f32| {
            let gradient = (nudged - error(NET.hidden, NET.output)) / 0.001;
            let at = &svg[svg.find(&format!("data-name=\"{name}\"")).unwrap()..];
            let text = &at[at.find('>').unwrap() + 1..at.find("</text>").unwrap()];
            let drawn: f32 = text.replace('\u{2212}', "-").parse().unwrap();
            assert!((drawn - gradient).abs() < 0.03, "{name}: {drawn} is drawn, {gradient} measured");
        };
        for j in 0..2 {
            for i in 0..2 {
                let mut hidden = NET.hidden;
                hidden[j][i] += 0.001;
                is(&format!("g{i}{j}"), error(hidden, NET.output));
            }
            let mut output = NET.output;
            output[j] += 0.001;
            is(&format!("g{j}"), error(NET.hidden, output));
        }
        assert!(figure.html().contains("#0") && tiny_net("fr").is_err());
        let sheet = tiny_net_gaps("en").unwrap();
        for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            assert_eq!(sheet.svg().matches(&format!(">{letter}</text>")).count(), 1, "{letter}");
        }
    }
}
