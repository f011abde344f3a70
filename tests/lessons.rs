//! What the texts of the lessons promise: numbers that the outputs bear out, a plan that can be kept, links that lead
//! somewhere, and something to think about in every lesson.
#[allow(dead_code)]
mod notebook;

use notebook::{Cell, Kind, LESSONS, Notebook, figures, folder, joined, lessons, numbers};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// English names of lessons that do not keep these promises yet.
const NOT_YET: [&str; 0] = [];

/// How fast a pupil reads texts.
const WORDS_A_MINUTE: f64 = 130.0;
const SECONDS_A_LINE_OF_CODE: f64 = 4.0;
const MINUTES_A_BET: f64 = 1.0;
const MINUTES_AN_EXERCISE: f64 = 2.5;
const MINUTES_A_FIGURE: f64 = 0.75;
/// Ten questions, besides reading them.
const MINUTES_A_QUESTIONNAIRE: f64 = 5.0;
/// A class without its beginning and its end.
const LONGEST_LESSON: f64 = 90.0;

/// What is guessed before a cell is run, or tried out in a figure with sliders.
const BETS: [&str; 5] = ["**Tu apuesta.**", "**Your guess.**", "**Your bet.**", "**Prueba.**", "**Try it.**"];
const EXPLAIN: [&str; 2] = ["**Explícaselo a tu compañero.**", "**Explain it to your neighbour.**"];
const NOTE_ON_RUST: [&str; 2] = ["Rust en esta celda", "Rust in this cell"];
const IN_ALL: [&str; 2] = ["en total", "in all"];

fn checked() -> impl Iterator<Item = [Notebook; 2]> {
    lessons().into_iter().filter(|[_, en]| NOT_YET.iter().all(|name| en.name != format!("en/{name}")))
}

/// What a text says outside of code, formulas and the addresses of links, and what of it is folded.
struct Prose {
    open: String,
    solutions: String,
}

impl Prose {
    fn of(text: &str) -> Prose {
        let text = without_spans(&without_code_blocks(text));
        let text = without_addresses(&text);
        let mut pieces = text.split("<details>");
        let mut open = pieces.next().unwrap_or_default().to_string();
        let mut solutions = String::new();
        for piece in pieces {
            let (folded, rest) = piece.split_once("</details>").expect("the end of what is folded");
            open.push_str(rest);
            if !NOTE_ON_RUST.iter().any(|note| folded.contains(note)) {
                solutions.push_str(folded);
            }
        }
        Prose { open, solutions }
    }

    fn all(&self) -> String {
        [&*self.open, "\n", &self.solutions].concat()
    }

    fn words(&self) -> usize {
        self.open.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
    }
}

fn without_code_blocks(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// Without `code`, however many marks it stands between, and without $formulas$. Each counts as one word.
fn without_spans(text: &str) -> String {
    let mut prose = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['`', '$']) {
        prose.push_str(&rest[..start]);
        let mark = &rest[start..start + 1];
        let length = rest[start..].chars().take_while(|c| mark.starts_with(*c)).count();
        let (inside, fence) = (&rest[start + length..], &rest[start..start + length]);
        let end = inside.find(fence).unwrap_or_else(|| panic!("no second {fence} in {text}"));
        prose.push('x');
        rest = &inside[end + length..];
    }
    prose + rest
}

fn without_addresses(text: &str) -> String {
    let mut pieces = text.split("](");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.map(|piece| piece.split_once(')').map_or("", |(_, rest)| rest));
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("]")
}

/// What a reader sees of a cell's output: what it prints and what is written in its figures.
fn seen(cell: &Cell) -> String {
    let html = cell.outputs().iter().map(|output| joined(&output["data"]["text/html"]));
    let figures = html.map(|html| {
        let drawn = html.split("data:image/svg+xml;base64,").skip(1);
        let drawn: String = drawn.map(|rest| decoded(rest.split('"').next().unwrap_or_default())).collect();
        let words = |svg: &str| -> String {
            let texts = svg.split("<text").skip(1).filter_map(|text| text.split("</text>").next());
            let texts = texts.filter_map(|text| text.split_once('>')).map(|(_, text)| text.replace("</tspan>", " "));
            texts
                .map(|text| text.split('<').map(|part| part.rsplit('>').next().unwrap_or("")).collect::<String>() + " ")
                .collect()
        };
        words(&drawn) + &words(&html)
    });
    cell.printed() + "\n" + &figures.collect::<Vec<_>>().join("\n")
}

/// Text in base 64.
fn decoded(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for value in text.chars().filter_map(|c| alphabet.find(c)) {
        bits = (bits << 6 | value as u32) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    String::from_utf8(bytes).expect("a picture in UTF-8")
}

/// Whether a number of an output, rounded as the quote is, or the same as a percentage, is the quote.
fn bears_out(found: &str, quote: &str) -> bool {
    let decimals = quote.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 * 10_f64.powi(-(decimals as i32));
    let (found, quote): (f64, f64) = (found.parse().unwrap_or(f64::NAN), quote.parse().unwrap_or(f64::NAN));
    [found, 100.0 * found].iter().any(|found| (found - quote).abs() <= half * (1.0 + 1e-9))
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().expect("a number as text")).collect()
}

/// The numbers of a text that must be declared: those with decimals and percentages.
fn claims(text: &str) -> Vec<String> {
    let all = figures(&Prose::of(text).all()).into_iter();
    all.filter(|(number, percent)| *percent || number.contains('.')).map(|(number, _)| number).collect()
}

/// A number of a text has one of three sources in its cell's metadata: `quotes` names the cell whose output shows it, `measured`
/// the command that gave it elsewhere, and `given` is chosen or reckoned in the text itself.
#[test]
fn every_number_in_a_text_is_declared_and_every_quote_stands_in_the_output_it_names() {
    let mut faults = Vec::new();
    let editions: Vec<[Notebook; 2]> = checked().collect();
    for (edition, notebook) in editions.iter().flat_map(|pair| pair.iter().enumerate()) {
        let cells = notebook.cells();
        for cell in cells.iter().filter(|cell| !cell.is_code()) {
            let place = format!("{}, `{}`", notebook.name, cell.id());
            let metadata = &cell.0["metadata"];
            let mut declared: BTreeSet<&str> = strings(&metadata["given"]).into_iter().collect();
            declared
                .extend(metadata["measured"].as_object().into_iter().flatten().flat_map(|(_, found)| strings(found)));
            for (id, quoted) in metadata["quotes"].as_object().into_iter().flatten() {
                // a cell of this lesson, or of another one by its English name: `3_convolution#result`
                let (lesson, name) = id.split_once('#').unwrap_or(("", id));
                let is_named = |pair: &&[Notebook; 2]| pair[1].name == format!("en/{lesson}");
                let named = editions.iter().find(is_named).map(|pair| pair[edition].cells());
                let named = named.unwrap_or_default();
                let among = if lesson.is_empty() { &cells } else { &named };
                let Some(source) = among.iter().find(|cell| cell.is_code() && cell.id() == name) else {
                    faults.push(format!("{place} quotes a cell `{id}`, which is not there"));
                    continue;
                };
                let printed = numbers(&seen(source));
                for quote in strings(quoted) {
                    declared.insert(quote);
                    if !printed.iter().any(|found| bears_out(found, quote)) {
                        faults.push(format!("{place} quotes {quote}, and `{id}` does not show it"));
                    }
                }
            }
            let text = cell.source();
            let (claims, said) = (claims(&text), numbers(&text));
            let undeclared = claims.iter().filter(|claim| !declared.contains(claim.as_str()));
            faults.extend(undeclared.map(|claim| format!("{place} says {claim} without a declaration")));
            let unsaid = declared.iter().filter(|number| said.iter().all(|said| said != *number));
            faults.extend(unsaid.map(|number| format!("{place} declares {number} and does not say it")));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What of a cell's metadata both editions must have in common.
fn declarations(cell: &Cell) -> Value {
    json!(["quotes", "given", "measured", "seconds", "jupyter"].map(|key| &cell.0["metadata"][key]))
}

#[test]
fn both_editions_declare_the_same() {
    for [es, en] in lessons() {
        for (es, en) in es.cells().iter().zip(en.cells()) {
            assert_eq!(declarations(es), declarations(&en), "metadata of the cell `{}`", es.id());
        }
    }
}

fn is_questionnaire(cell: &Cell) -> bool {
    ["\"preguntas_", "\"questions_"].iter().any(|name| cell.source().contains(name))
}

fn exercises(cell: &Cell) -> usize {
    ["comprobar(", "check("].iter().map(|call| cell.source().matches(call).count()).sum()
}

/// The minutes that the sections of one edition take. What stands above the first heading belongs to it.
fn sections(notebook: &Notebook) -> Vec<(String, f64)> {
    let mut sections: Vec<(String, f64)> = Vec::new();
    let mut above = 0.0;
    for cell in notebook.cells() {
        let seconds = cell.0["metadata"]["seconds"].as_f64().unwrap_or(0.0);
        let mut add = |sections: &mut Vec<(String, f64)>, minutes: f64| match sections.last_mut() {
            Some((_, sum)) => *sum += minutes,
            None => above += minutes,
        };
        if cell.is_code() {
            let is_figure = |output: &&Value| !output["data"]["text/html"].is_null();
            let figures = cell.outputs().iter().filter(is_figure).count() as f64 * MINUTES_A_FIGURE;
            let lines = if cell.is_folded() { 0.0 } else { cell.lines() as f64 * SECONDS_A_LINE_OF_CODE };
            let exercises = match is_questionnaire(&cell) {
                true => MINUTES_A_QUESTIONNAIRE,
                false => exercises(&cell) as f64 * MINUTES_AN_EXERCISE,
            };
            add(&mut sections, figures + exercises + (lines + seconds) / 60.0);
            continue;
        }
        for (i, piece) in ["\n", &cell.source()].concat().split("\n## ").enumerate() {
            if i > 0 {
                let heading = piece.lines().next().unwrap_or_default();
                sections.push((heading.trim().into(), std::mem::take(&mut above)));
            }
            let prose = Prose::of(piece);
            let bets = BETS.iter().chain(&EXPLAIN).map(|mark| prose.open.matches(mark).count()).sum::<usize>();
            let minutes = prose.words() as f64 / WORDS_A_MINUTE + bets as f64 * MINUTES_A_BET;
            match sections.last_mut() {
                Some((_, sum)) => *sum += minutes,
                None => above += minutes,
            }
        }
    }
    sections
}

/// The rows of the table in the title's cell: a section, and its minutes.
fn plan(notebook: &Notebook) -> Vec<(String, String)> {
    let text = notebook.cells()[0].source();
    let rows = text.lines().filter_map(|line| line.trim().strip_prefix("| ")).skip(2);
    let cells = rows.filter_map(|row| row.trim_end_matches('|').split_once('|'));
    cells.map(|(section, minutes)| (section.trim().into(), minutes.trim().into())).collect()
}

#[test]
fn a_lesson_holds_its_time() {
    let mut faults = Vec::new();
    for editions in checked().filter(|[es, _]| !matches!(es.kind, Kind::Page)) {
        let [es, en] = [&editions[0], &editions[1]].map(sections);
        let minutes: Vec<f64> = es.iter().zip(&en).map(|(es, en)| ((es.1 + en.1) / 2.0).round().max(1.0)).collect();
        let total: f64 = minutes.iter().sum();
        assert!(total <= LONGEST_LESSON, "{}: {total} minutes are more than a class has", editions[0].name);
        for ((notebook, sections), in_all) in editions.iter().zip([es, en]).zip(IN_ALL) {
            let rows =
                sections.iter().zip(&minutes).map(|((heading, _), minutes)| (heading.clone(), minutes.to_string()));
            let rows: Vec<_> = rows.chain([(in_all.into(), total.to_string())]).collect();
            if plan(notebook) != rows {
                let table: String =
                    rows.iter().map(|(section, minutes)| format!("| {section} | {minutes} |\n")).collect();
                faults.push(format!("{}, the plan of its title must be\n{table}", notebook.name));
            }
            let said = numbers(&Prose::of(&notebook.cells()[0].source()).open);
            let rounded = ((total / 5.0).round() * 5.0).to_string();
            if !said.contains(&rounded) {
                faults.push(format!("{}: its title must say that it takes about {rounded} minutes", notebook.name));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The addresses of the links in a text that lead to another file of these lessons.
fn links(text: &str) -> Vec<String> {
    let addresses = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(address, _)| address);
    addresses
        .filter(|address| !address.contains("://"))
        .map(|address| address.split('#').next().unwrap().into())
        .collect()
}

#[test]
fn links_lead_to_files_that_exist() {
    for notebook in lessons().into_iter().flatten() {
        let (language, _) = notebook.name.split_once('/').unwrap();
        for cell in notebook.cells().iter().filter(|cell| !cell.is_code()) {
            for link in links(&cell.source()) {
                let file = folder(language).join(&link);
                assert!(link.is_empty() || file.exists(), "{}, `{}`: no file {link}", notebook.name, cell.id());
            }
        }
    }
}

#[test]
fn a_lesson_leads_to_the_page_on_errors_the_other_language_and_the_next_lesson() {
    for editions in checked() {
        for (i, (notebook, other)) in editions.iter().zip([&editions[1], &editions[0]]).enumerate() {
            let name = &notebook.name;
            let cells = notebook.cells();
            let (first, last) = (links(&cells[0].source()), links(&cells[cells.len() - 1].source()));
            let translation = format!("../{}.ipynb", other.name);
            assert!(first.contains(&translation), "{name}: its title does not lead to {translation}");
            if matches!(notebook.kind, Kind::Page) {
                continue;
            }
            let page = ["errores.ipynb", "errors.ipynb"][i];
            assert!(first.iter().any(|link| link == page), "{name}: its title does not lead to {page}");
            let names = LESSONS.map(|(es, en, kind)| (if i == 0 { es } else { en }, kind));
            let later = names.iter().skip_while(|(lesson, _)| !name.ends_with(lesson)).skip(1);
            let mut later = later.filter(|(_, kind)| matches!(kind, Kind::Lesson(_) | Kind::Appendix(_))).peekable();
            let is_last = later.peek().is_none();
            let leads_on = later.any(|(lesson, _)| last.contains(&format!("{lesson}.ipynb")));
            assert!(is_last || leads_on, "{name}: its last cell does not lead to a later lesson");
        }
    }
}

#[test]
fn a_lesson_asks_for_words_three_times_and_ends_with_a_questionnaire() {
    for notebook in checked().flatten().filter(|notebook| matches!(notebook.kind, Kind::Lesson(_))) {
        let name = &notebook.name;
        let cells = notebook.cells();
        let boxes: Vec<String> =
            cells.iter().map(Cell::source).filter(|text| EXPLAIN.iter().any(|mark| text.contains(mark))).collect();
        assert!(boxes.len() >= 3, "{name}: {} times something to explain", boxes.len());
        assert!(boxes.iter().all(|text| text.contains("<details>")), "{name}: an explanation without a model answer");
        let asked = cells.iter().filter(|cell| is_questionnaire(cell)).count();
        assert_eq!(asked, 1, "{name}: questionnaires");
    }
}

#[test]
fn a_cell_with_an_answer_to_write_is_tagged_and_blank() {
    for notebook in checked().flatten() {
        for cell in notebook.code() {
            let place = format!("{}, `{}`", notebook.name, cell.id());
            let asks = exercises(&cell) > 0;
            assert_eq!(asks, cell.tags().contains("exercise"), "{place}: tagged `exercise`");
            assert!(!asks || cell.source().contains("___"), "{place}: holds an answer where a blank must be");
        }
    }
}

#[test]
fn a_quote_may_round_and_may_be_a_percentage() {
    assert!(bears_out("0.9219", "0.92") && bears_out("0.9219", "92") && bears_out("0.9219", "92.19"));
    assert!(bears_out("781", "781") && bears_out("0.125", "0.13") && bears_out("0.125", "0.12"));
    assert!(!bears_out("0.9219", "0.93") && !bears_out("0.9219", "91") && !bears_out("781", "780"));
}

#[test]
fn a_text_is_read_without_code_formulas_addresses_and_notes_on_rust() {
    let text = "Un 92 % de `0.5`, $x = 0.1$ y ``con `0.2` ``, [aquí](1.5.md): 0.25.\n```\n0.75\n```\n\
                <details><summary>Rust en esta celda</summary>0.125</details>\n\
                <details><summary>Solución</summary>60\u{202f}000 y 0.375.</details>";
    assert_eq!(claims(text), ["92", "0.25", "0.375"]);
    assert_eq!(Prose::of(text).words(), 9);
    assert_eq!(links(text), ["1.5.md"]);
    assert_eq!(decoded("w7EgMC4xCg=="), "ñ 0.1\n");
}
