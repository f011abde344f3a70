//! The lessons as they are committed: complete, executed, and the same in Spanish and in English.
#[allow(dead_code)]
mod notebook;

use notebook::{Cell, Kind, LESSONS, Notebook, between, folder, lessons, notebooks, numbers};
use std::collections::{BTreeSet, HashMap};
use std::fs;

/// Spanish names and what the English edition calls them, a pair a line. All others are the same in both.
const NAMES: &str = include_str!("names.txt");

const SET_UP: [&str; 7] = [
    ":build_env CARGO_PROFILE_DEV_OPT_LEVEL=3",
    ":build_env CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false",
    ":build_env CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false",
    ":build_env CARGO_PROFILE_DEV_LTO=off",
    ":cache 2000",
    ":dep digitos = { path = \"../..\", default-features = false }",
    "use digitos::prelude::*;",
];

/// A cell whose code is no part of the lesson's own program has this tag.
const EXPERIMENT: &str = "experiment";

/// A cell with an answer to be written has this tag: until there is one, it prints nothing.
const EXERCISE: &str = "exercise";

/// A piece of code as far as the two editions must agree on it.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
    /// A text for the reader: only what it shows of the program's values.
    Text(Vec<Token>),
}

/// Code without its comments.
fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if c == '"' {
            let text = &rest[1..];
            let end = text.find('"').expect("the end of a text");
            tokens.push(if text[..end].contains([' ', '{']) {
                let shown = text[..end].split('{').skip(1).filter_map(|piece| piece.split_once('}'));
                Token::Text(
                    shown.flat_map(|(value, _)| self::tokens(value).into_iter().chain([Token::Sign('}')])).collect(),
                )
            } else {
                Token::Word(text[..end].into())
            });
            end + 2
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].into()));
            end
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Sign(c));
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The Spanish names with their English ones, and which of them were met.
struct Dictionary {
    names: HashMap<&'static str, &'static str>,
    met: BTreeSet<&'static str>,
}

impl Dictionary {
    fn new() -> Self {
        let words: Vec<&str> = NAMES.split_whitespace().collect();
        let names: HashMap<_, _> = words.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        assert_eq!(names.len() * 2, words.len(), "a Spanish name stands twice in the table");
        Dictionary { names, met: BTreeSet::new() }
    }

    /// The tokens of Spanish code as the English edition must have them.
    fn english(&mut self, code: &str) -> Vec<Token> {
        tokens(code).into_iter().map(|token| self.translate(token)).collect()
    }

    fn translate(&mut self, token: Token) -> Token {
        match token {
            Token::Word(name) => match self.names.get_key_value(&*name) {
                Some((name, english)) => {
                    self.met.insert(name);
                    Token::Word((*english).into())
                }
                None => Token::Word(name),
            },
            Token::Text(shown) => Token::Text(shown.into_iter().map(|token| self.translate(token)).collect()),
            sign => sign,
        }
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// How often each kind of line occurs: headings of each level, items, rows of tables, others.
fn outline(text: &str) -> Vec<String> {
    let kind = |line: &str| match line.split(' ').next() {
        Some(mark @ ("#" | "##" | "###" | "####" | "-" | "|")) => mark.to_owned(),
        _ => "text".to_owned(),
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(kind).collect()
}

#[test]
fn every_notebook_is_a_lesson_of_both_editions() {
    for (language, names) in [("es", LESSONS.map(|lesson| lesson.0)), ("en", LESSONS.map(|lesson| lesson.1))] {
        let written = LESSONS.into_iter().zip(names).filter(|(lesson, _)| !matches!(lesson.2, Kind::Planned));
        let expected: BTreeSet<String> = written.map(|(_, name)| format!("{name}.ipynb")).collect();
        let files = fs::read_dir(folder(language)).unwrap().map(|entry| entry.unwrap().file_name());
        let mut found: BTreeSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        found.retain(|name| name.ends_with(".ipynb"));
        assert_eq!(found, expected, "notebooks/{language}, against the table of lessons in tests/notebook/mod.rs");
    }
}

#[test]
fn both_editions_have_the_same_cells_with_the_same_code() {
    let mut dictionary = Dictionary::new();
    for [es, en] in lessons() {
        let kinds = |notebook: &Notebook| -> Vec<(String, bool, Vec<String>)> {
            let tags = |cell: &Cell| cell.tags().into_iter().map(String::from).collect();
            notebook.cells().iter().map(|cell| (cell.id().to_owned(), cell.is_code(), tags(cell))).collect()
        };
        assert_eq!(kinds(&es), kinds(&en), "ids, kinds and tags of the cells of {} and {}", es.name, en.name);
        for (es, en) in es.code().iter().zip(en.code()) {
            assert_eq!(dictionary.english(&es.source()), tokens(&en.source()), "code of the cell `{}`", es.id());
        }
    }
    let unused: Vec<_> = dictionary.names.keys().filter(|name| !dictionary.met.contains(*name)).collect();
    assert!(unused.is_empty(), "no lesson has these names of the table: {unused:?}");
}

#[test]
fn both_editions_say_the_same_as_far_as_a_program_can_tell() {
    let mut dictionary = Dictionary::new();
    for [es, en] in lessons() {
        for (es, en) in es.cells().iter().zip(en.cells()).filter(|(es, _)| !es.is_code()) {
            let (id, es, en) = (es.id(), es.source(), en.source());
            assert_eq!(outline(&es), outline(&en), "headings, items and paragraphs of the cell `{id}`");
            assert_eq!(between(&es, "$"), between(&en, "$"), "formulas of the cell `{id}`");
            let code = |text: &str| between(text, "`").join(" ");
            let words = |tokens: Vec<Token>| sorted(tokens.iter().map(|token| format!("{token:?}")).collect());
            assert_eq!(words(dictionary.english(&code(&es))), words(tokens(&code(&en))), "code in the cell `{id}`");
            assert_eq!(sorted(numbers(&es)), sorted(numbers(&en)), "numbers in the cell `{id}`");
        }
    }
}

/// Lines that say how fast something went do so at their end, and those of an experiment say little else: no two runs have that
/// in common.
fn without_times(printed: &str) -> String {
    let speeds = ["pasos/s", "steps/s", "imágenes/s", "images/s"];
    let result = |line| match str::rsplit_once(line, ';') {
        Some((result, times)) if speeds.iter().any(|speed| times.contains(speed)) => result,
        _ => line,
    };
    let of_experiments = ["entrenamientos hechos", "entrenamientos en", "runs done", "runs in"];
    let lines = printed.lines().filter(|line| of_experiments.iter().all(|words| !line.contains(words)));
    lines.map(result).collect::<Vec<_>>().join("\n")
}

#[test]
fn both_editions_show_the_same_run() {
    for [es, en] in lessons() {
        for (es, en) in es.code().iter().zip(en.code()) {
            let [es_numbers, en_numbers] = [es, &en].map(|cell| numbers(&without_times(&cell.printed())));
            assert_eq!(es_numbers, en_numbers, "numbers that the cell `{}` prints", es.id());
        }
        if let Some(range) = es.result() {
            assert!(range.contains(&es.figure()), "{}: the result is {}", es.name, es.figure());
        }
    }
}

#[test]
fn every_cell_was_executed_once_in_order_and_shows_something() {
    for notebook in notebooks() {
        for (position, cell) in notebook.code().iter().enumerate() {
            let place = format!("{}, cell `{}`", notebook.name, cell.id());
            assert_eq!(cell.0["execution_count"], position + 1, "{place}: not executed in order");
            assert_eq!(cell.0["metadata"].get("execution"), None, "{place}: time stamps");
            let shows = !cell.outputs().is_empty() || cell.tags().contains(EXERCISE);
            assert!(shows, "{place}: shows nothing");
            assert!(cell.printed().trim() != "()", "{place}: prints (), it lacks a semicolon at its end");
            for output in cell.outputs() {
                let kind = output["output_type"].as_str().unwrap();
                assert!(kind != "error" && output["name"] != "stderr", "{place}: failed: {output}");
                assert!(output.to_string().len() < 400_000, "{place}: an output is too large");
            }
        }
    }
}

#[test]
fn a_lesson_is_built_as_a_lesson() {
    for notebook in notebooks() {
        let name = &notebook.name;
        assert_eq!((&notebook.json["nbformat"], &notebook.json["nbformat_minor"]), (&4.into(), &5.into()), "{name}");
        assert_eq!(notebook.json["metadata"]["kernelspec"]["name"], "rust", "{name}");
        let cells = notebook.cells();
        let ids: BTreeSet<&str> = cells.iter().map(Cell::id).collect();
        assert_eq!(ids.len(), cells.len(), "{name}: two cells have the same id");
        assert!(!cells[0].is_code() && cells[0].source().starts_with("# "), "{name} must begin with its title");

        let code = notebook.code();
        if matches!(notebook.kind, Kind::Page) {
            assert!(code.is_empty(), "{name} is a page without code");
            continue;
        }
        let first = code[0].source();
        assert_eq!(first.lines().take(SET_UP.len()).collect::<Vec<_>>(), SET_UP, "{name}: the set-up cell");
        let parameters = notebook.tagged("parameters");
        assert_eq!(parameters.id(), code[1].id(), "{name}: the parameters follow the set-up");
        for constant in ["const NUM_ITERS: usize = ", "const SEED: u64 = "] {
            assert!(parameters.source().contains(constant), "{name}: no `{constant}` among the parameters");
        }
        for cell in &code {
            assert!(cell.lines() <= 15, "{name}: the cell `{}` has {} lines", cell.id(), cell.lines());
        }
        let own = code[1..].iter().filter(|cell| !cell.tags().contains(EXPERIMENT));
        let lines: usize = own.map(Cell::lines).sum();
        assert!(lines < 100, "{name}: its own program has {lines} lines, and a lesson promises fewer than 100");
    }
}

#[test]
fn numbers_are_the_same_in_both_languages() {
    assert_eq!(numbers("60\u{202f}000 dígitos, 0.92 en 3 pasos."), numbers("60,000 digits, 0.92 in 3 steps."));
    assert_eq!(numbers("1, 2,3 y 4,500"), ["1", "2", "3", "4500"]);
}

#[test]
fn code_is_compared_up_to_names_texts_and_comments() {
    let mut dictionary = Dictionary::new();
    let mut same = |es: &str, en: &str| dictionary.english(es) == tokens(en);
    assert!(same("let lote = 3; // tres", "let batch = 3;  // three"));
    assert!(same("println!(\"lote {lote:4} de diez\")", "println!(\"batch {batch:4} of ten\")"));
    assert!(same("read(\"MNISTdata\", \"es\")", "read(\"MNISTdata\", \"en\")"));
    assert!(!same("let lote = 3;", "let batch = 4;"));
    assert!(!same("let lote = 3;", "let lote = 3;"));
    assert!(!same("println!(\"lote {lote:4} de diez\")", "println!(\"batch {batch:5} of ten\")"));
    assert!(!same("read(\"MNISTdata\")", "read(\"data\")"));
}
