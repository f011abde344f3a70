//! The committed notebooks, as the tests of the lessons read them.
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// What a notebook is. The range is that of the figure of its cell tagged `result`.
#[derive(Clone)]
pub enum Kind {
    Lesson(RangeInclusive<f64>),
    /// For those who want to know more: without a questionnaire.
    Appendix(RangeInclusive<f64>),
    /// Text alone.
    Page,
    /// Not written yet.
    Planned,
}

/// The Spanish file, the English one, and what they are, in the order in which they are read.
pub const LESSONS: [(&str, &str, Kind); 11] = [
    ("1_softmax", "1_softmax", Kind::Lesson(0.91..=0.93)),
    ("1b_como_aprende", "1b_how_it_learns", Kind::Lesson(0.91..=0.93)),
    ("1c_por_dentro", "1c_inside", Kind::Appendix(0.91..=0.93)),
    ("2_capas", "2_layers", Kind::Lesson(0.981..=0.99)),
    ("2b_de_memoria", "2b_by_heart", Kind::Lesson(0.985..=0.991)),
    ("2c_numeros", "2c_numbers", Kind::Appendix(0.95..=0.98)),
    ("3_convolucion", "3_convolution", Kind::Lesson(0.992..=0.995)),
    ("4_batchnorm", "4_batchnorm", Kind::Lesson(0.99..=0.997)),
    ("5_laboratorio", "5_lab", Kind::Lesson(0.91..=0.93)),
    ("5b_una_mirada_dentro", "5b_a_look_inside", Kind::Lesson(0.95..=0.985)),
    ("errores", "errors", Kind::Page),
];

pub struct Notebook {
    pub name: String,
    pub json: Value,
    pub kind: Kind,
}

pub struct Cell<'a>(pub &'a Value);

pub fn folder(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks").join(language)
}

/// The notebooks that are written, as pairs of editions.
pub fn lessons() -> Vec<[Notebook; 2]> {
    let written = LESSONS.into_iter().filter(|(.., kind)| !matches!(kind, Kind::Planned));
    let read = |language: &str, name: &str, kind: &Kind| {
        let file = folder(language).join(name).with_extension("ipynb");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = format!("{language}/{name}");
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Notebook { name, json, kind: kind.clone() }
    };
    written.map(|(es, en, kind)| [read("es", es, &kind), read("en", en, &kind)]).collect()
}

pub fn notebooks() -> impl Iterator<Item = Notebook> {
    lessons().into_iter().flatten()
}

impl Notebook {
    /// Between what its result must be. A page of text has none.
    pub fn result(&self) -> Option<&RangeInclusive<f64>> {
        match &self.kind {
            Kind::Lesson(range) | Kind::Appendix(range) => Some(range),
            Kind::Page | Kind::Planned => None,
        }
    }

    pub fn cells(&self) -> Vec<Cell<'_>> {
        self.json["cells"].as_array().expect("a list of cells").iter().map(Cell).collect()
    }

    pub fn code(&self) -> Vec<Cell<'_>> {
        self.cells().into_iter().filter(Cell::is_code).collect()
    }

    pub fn tagged(&self, tag: &str) -> Cell<'_> {
        let mut cells = self.code();
        cells.retain(|cell| cell.tags().contains(tag));
        assert_eq!(cells.len(), 1, "{}: one cell must be tagged `{tag}`", self.name);
        cells.remove(0)
    }

    /// The last figure of the output of the cell tagged `result`.
    pub fn figure(&self) -> f64 {
        let printed = self.tagged("result").printed();
        numbers(&printed).last().unwrap_or_else(|| panic!("{}: no figure in {printed:?}", self.name)).parse().unwrap()
    }
}

impl<'a> Cell<'a> {
    pub fn id(&self) -> &'a str {
        self.0["id"].as_str().expect("a cell has an id")
    }

    pub fn is_code(&self) -> bool {
        self.0["cell_type"] == "code"
    }

    /// Whether a reader sees a bar in place of its code.
    pub fn is_folded(&self) -> bool {
        self.0["metadata"]["jupyter"]["source_hidden"] == true
    }

    pub fn source(&self) -> String {
        joined(&self.0["source"])
    }

    pub fn lines(&self) -> usize {
        self.source().lines().filter(|line| !line.trim().is_empty()).count()
    }

    pub fn tags(&self) -> BTreeSet<&'a str> {
        self.0["metadata"]["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub fn outputs(&self) -> &'a [Value] {
        self.0["outputs"].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn printed(&self) -> String {
        let texts = self.outputs().iter().map(|output| match output["output_type"].as_str() {
            Some("stream") => joined(&output["text"]),
            _ => joined(&output["data"]["text/plain"]),
        });
        texts.collect()
    }
}

/// Notebooks keep a text as one string or as a list of lines.
pub fn joined(text: &Value) -> String {
    match text {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().into(),
    }
}

/// The numbers in a text, without what separates thousands in either language.
pub fn numbers(text: &str) -> Vec<String> {
    figures(text).into_iter().map(|(number, _)| number).collect()
}

/// The numbers in a text, and whether a % follows.
pub fn figures(text: &str) -> Vec<(String, bool)> {
    let text: Vec<char> = text.chars().filter(|&c| c != '\u{202f}').collect();
    let digit = |i: usize| text.get(i).is_some_and(char::is_ascii_digit);
    let thousands =
        |i: usize| text[i] == ',' && i > 0 && digit(i - 1) && (1..=3).all(|k| digit(i + k)) && !digit(i + 4);
    let part = |i: usize| digit(i) || text[i] == '.' && i > 0 && digit(i - 1) && digit(i + 1);
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut inside = false;
    for (i, &c) in text.iter().enumerate() {
        match found.last_mut() {
            Some((number, _)) if inside && part(i) => number.push(c),
            Some(_) if inside && thousands(i) => {}
            _ if part(i) => {
                found.push((c.into(), false));
                inside = true;
            }
            last => {
                let percent = text[i..].iter().find(|c| !c.is_whitespace()) == Some(&'%');
                if let (true, true, Some((_, followed))) = (inside, percent, last) {
                    *followed = true;
                }
                inside = false;
            }
        }
    }
    found
}

/// What stands between two marks: `code`, $formulas$.
pub fn between<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let mut found: Vec<&str> = text.split(mark).skip(1).step_by(2).collect();
    found.sort_unstable();
    found
}
