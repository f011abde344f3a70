//! The graphs of functions that networks use, with a point that moves.
use super::interactive::{Interactive, Slider};
use crate::picture::{Area, BANDS, Card, Font, INK, MUTED, NOTE, PAPER, Plane, TEST, TITLE, TRAINING, ticks};
use crate::{Error, language::Language, words};

struct Function {
    name: &'static str,
    formula: &'static str,
    variable: &'static str,
    /// The ends of both axes, and about how many numbers stand on them.
    x: ([f32; 2], f32),
    y: ([f32; 2], f32),
    start: f32,
    value: fn(f32) -> f32,
    slope: fn(f32) -> f32,
}

const FUNCTIONS: [Function; 5] = [
    Function {
        name: "exp",
        formula: "eˣ",
        variable: "x",
        x: ([-3.0, 3.0], 6.0),
        y: ([0.0, 20.0], 4.0),
        start: 1.0,
        value: f32::exp,
        slope: f32::exp,
    },
    Function {
        name: "-log",
        formula: "−ln p",
        variable: "p",
        x: ([0.0, 1.0], 5.0),
        y: ([0.0, 7.0], 7.0),
        start: 0.5,
        value: |p| -p.max(f32::MIN_POSITIVE).ln(),
        slope: |p| -1.0 / p,
    },
    Function {
        name: "sigmoid",
        formula: "1 / (1 + e⁻ˣ)",
        variable: "x",
        x: ([-6.0, 6.0], 6.0),
        y: ([0.0, 1.0], 2.0),
        start: 1.0,
        value: sigmoid,
        slope: |x| sigmoid(x) * (1.0 - sigmoid(x)),
    },
    Function {
        name: "relu",
        formula: "max(0, x)",
        variable: "x",
        x: ([-3.0, 3.0], 6.0),
        y: ([-1.0, 3.0], 4.0),
        start: 1.0,
        value: |x| x.max(0.0),
        slope: |x| if x > 0.0 { 1.0 } else { 0.0 },
    },
    Function {
        name: "tanh",
        formula: "tanh x",
        variable: "x",
        x: ([-3.0, 3.0], 6.0),
        y: ([-1.0, 1.0], 4.0),
        start: 1.0,
        value: f32::tanh,
        slope: |x| 1.0 - x.tanh().powi(2),
    },
];

pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// The graph of a function, and on it a point that a slider moves, with its coordinates and the slope there.
///
/// The functions are `"exp"`, `"-log"` (of a probability), `"sigmoid"`, `"relu"` and `"tanh"`. The text is in Spanish (`"es"`)
/// or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] for another function or language.
pub fn function_graph(name: &str, language: &str) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    let Some(which) = FUNCTIONS.iter().position(|function| function.name == name) else {
        let known = FUNCTIONS.map(|function| format!("{:?}", function.name)).join(", ");
        return Err(Error::Picture(format!("{name:?} is no function of this figure; there are {known}")));
    };
    let (function, words) = (&FUNCTIONS[which], language.words::<words::FunctionGraph>());
    let (title, note) = words.titles[which];
    let mut card = Card::with_heading(language, title, note);
    let svg = &mut card.svg;
    let plane = Plane { area: Area::new(64.0, 104.0, 440.0, 264.0), x: function.x.0, y: function.y.0 };
    plane.axes(svg, &ticks(plane.x, function.x.1), &ticks(plane.y, function.y.1));
    plane.names(svg, function.variable, function.formula);
    let [from, to] = plane.x;
    let points = (0..=600).map(|i| from + (to - from) * i as f32 / 600.0);
    plane.curve(svg, &points.map(|x| [x, (function.value)(x)]).collect::<Vec<_>>(), BANDS[2], "");

    let at = [function.start, (function.value)(function.start)];
    let slope = (function.slope)(at[0]);
    let (line, guides) = (plane.tangent(at, slope, 130.0), plane.path(&[[at[0], plane.y[0]], at, [from, at[1]]]));
    svg.put(format_args!(
        "<path data-name=\"guides\" d=\"{guides}\" fill=\"none\" stroke=\"{TEST}\" stroke-dasharray=\"3 4\"/>"
    ));
    svg.put(format_args!(
        "<path data-name=\"tangent\" d=\"{line}\" fill=\"none\" stroke=\"{TRAINING}\" stroke-width=\"3\"/>"
    ));
    plane.dot(svg, at, TEST, "dot");
    let shown = [language.decimal(at[0], 3), language.decimal(at[1], 3), language.decimal(slope, 3)];
    let (x, y) = plane.place(at);
    let falling = slope < 0.0;
    let font = NOTE.size(14).fill(TEST).weight(700);
    let (x, font) = if falling { (x + 14.0, font) } else { (x - 14.0, font.right()) };
    svg.text_over(x, y - 14.0, font, PAPER, &format!("({}, {})", shown[0], shown[1]));
    svg.name("at");
    let rows = [(function.variable, INK, "x"), (function.formula, TEST, "y"), (words.slope, TRAINING, "slope")];
    for (k, ((label, colour, name), value)) in rows.into_iter().zip(&shown).enumerate() {
        let y = 150.0 + 62.0 * k as f32;
        svg.text(556.0, y, TITLE.fill(if k == 0 { MUTED } else { colour }), label);
        svg.text(556.0, y + 28.0, Font::new(24, 700, colour), value);
        svg.name(name);
    }
    card.describe((words.described)(title, [&shown[0], &shown[1], &shown[2]]));
    let data = format!("{{decimals: 3, name: {name:?}, plane: {}, falling: {falling}}}", plane.json());
    let slider = Slider {
        label: function.variable.into(),
        range: if name == "-log" { [0.001, 1.0] } else { plane.x },
        step: if name == "-log" { 0.001 } else { 0.01 },
        value: function.start,
    };
    Ok(Interactive {
        figure: card.figure(760.0, 430.0),
        sliders: vec![slider],
        script: include_str!("functions.js"),
        data,
        said: (words.described)(title, ["{x}", "{y}", "{slope}"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::tests::well_formed;

    #[test]
    fn every_function_has_its_graph_and_its_slope() {
        for function in &FUNCTIONS {
            for language in ["es", "en"] {
                let graph = function_graph(function.name, language).unwrap();
                well_formed(graph.figure().svg());
                assert!(include_str!("functions.js").contains(&format!("'{}':", function.name)));
            }
            for x in [0.2, 0.7] {
                let slope = ((function.value)(x + 0.01) - (function.value)(x - 0.01)) / 0.02;
                assert!((slope - (function.slope)(x)).abs() < 0.02, "{} at {x}: {slope}", function.name);
            }
        }
        let half = function_graph("-log", "en").unwrap();
        assert!(half.figure().svg().contains(">0.693<") && half.figure().svg().contains(">\u{2212}2.000<"));
        let error = function_graph("sin", "es").unwrap_err().to_string();
        assert!(error.contains("\"sin\" is no function of this figure; there are \"exp\", \"-log\""), "{error}");
    }
}
