//! The table of an experiment, as a part of a web page and as lines of text.
use super::group::Group;
use super::run::{End, Measure, Run};
use crate::language::Language;
use crate::notebook;
use crate::picture::escape;
use crate::words;
use std::fmt;

const STYLE: &str = include_str!("table.css");
const SCRIPT: &str = include_str!("table.js");

/// The settings of an experiment with their results, best first.
///
/// As the last expression of a notebook cell it shows itself; `println!("{}", runs.table()?)` prints it as text.
#[derive(Debug, Clone)]
pub struct RunTable {
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// A sentence below the table.
    foot: Option<String>,
}

#[derive(Debug, Clone)]
struct Cell {
    text: String,
    /// What it is sorted by, if it is a number.
    number: Option<f64>,
}

impl Cell {
    fn number(text: String, number: f64) -> Cell {
        Cell { text, number: Some(number) }
    }

    fn text(text: String) -> Cell {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        Cell { text, number }
    }
}

pub fn table(groups: &[Group], measure: Measure, language: Language, foot: Option<String>) -> RunTable {
    let words: &words::Experiment = language.words();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in groups.iter().flat_map(|group| &group.runs[0].settings) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let has_names = groups.iter().any(|group| !group.runs[0].experiment.is_empty());
    let experiment = has_names.then_some(words.experiment);
    let mean = if measure == Measure::Accuracy { words.mean_accuracy } else { words.mean_loss };
    let heads = experiment.into_iter().chain(names.iter().copied()).chain([mean]).chain(words.heads);
    let row = |group: &Group| {
        let first = group.runs[0];
        let setting =
            |name: &str| first.settings.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
        let mut cells: Vec<Cell> = has_names.then(|| Cell::text(first.experiment.clone())).into_iter().collect();
        cells.extend(names.iter().map(|name| Cell::text(setting(name).into())));
        let none = || Cell::text("–".into());
        let results = group.results.iter().map(|&result| f64::from(result));
        let best = results.reduce(|a, b| if measure.sign() * (b - a) > 0.0 { b } else { a });
        let written = |value| Cell::number(measure.written(value, language), value);
        let found = group.mean_and_spread();
        let spread = |(mean, spread)| Cell::number(measure.spread(mean, spread, language), spread);
        cells.push(found.map_or_else(none, |(mean, _)| written(mean)));
        cells.push(found.filter(|_| group.results.len() > 1).map_or_else(none, spread));
        cells.push(best.map_or_else(none, written));
        cells.push(Cell::number(language.count(group.runs.len()), group.runs.len() as f64));
        let seconds = group.runs.iter().map(|run| run.seconds).sum::<f32>() / group.runs.len() as f32;
        let decimals = if seconds < 10.0 { 1 } else { 0 };
        cells.push(Cell::number(language.decimal(seconds, decimals), seconds.into()));
        cells.push(Cell::text(remark(group, measure, language)));
        cells
    };
    let mut table = RunTable { heads: heads.map(String::from).collect(), rows: groups.iter().map(row).collect(), foot };
    if table.rows.iter().all(|row| row.last().is_none_or(|remark| remark.text.is_empty())) {
        table.heads.pop();
        table.rows.iter_mut().for_each(|row| drop(row.pop()));
    }
    table
}

/// What is to be said of the runs that have no result like the others.
fn remark(group: &Group, measure: Measure, language: Language) -> String {
    let words: &words::Experiment = language.words();
    let last = |run: &Run| language.count(run.notes.last().map_or(0, |note| note.step));
    let remark = |run: &Run| match (&run.end, run.not_finite(measure)) {
        (End::Failed(sentence), _) => Some((0, sentence.clone())),
        (_, Some((step, value))) => {
            Some((1, (language.words::<words::Terms>().at_step)(&language.decimal(value, 0), &language.count(step))))
        }
        (End::Stopped, _) => Some((2, last(run))),
        _ if run.result(measure).is_none() => Some((3, String::new())),
        _ => None,
    };
    let found: Vec<(usize, String)> = group.runs.iter().filter_map(|run| remark(run)).collect();
    // the first of each kind stands for all of them
    let said = |kind: usize| {
        let mut alike = found.iter().filter(|(other, _)| *other == kind).map(|(_, detail)| detail);
        let first = alike.next()?;
        let some = (words.some_of)(1 + alike.count(), group.runs.len());
        Some(some + &words.remarks[kind].replace('#', first))
    };
    (0..words.remarks.len()).filter_map(said).collect::<Vec<_>>().join("; ")
}

impl RunTable {
    /// The table as a part of a web page.
    pub fn html(&self) -> String {
        let head = |(i, head): (usize, &String)| {
            let is_number = self.rows.iter().any(|row| row[i].number.is_some());
            format!("<th scope=\"col\"{}>{}</th>", if is_number { " class=\"number\"" } else { "" }, escape(head))
        };
        let heads: String = self.heads.iter().enumerate().map(head).collect();
        let cell = |cell: &Cell| match cell.number {
            Some(number) => format!("<td data-number=\"{number}\">{}</td>", escape(&cell.text)),
            None => format!("<td>{}</td>", escape(&cell.text)),
        };
        let row = |cells: &Vec<Cell>| format!("<tr>{}</tr>\n", cells.iter().map(cell).collect::<String>());
        let foot = self.foot.iter().map(|foot| format!("<p>{}</p>\n", escape(foot)));
        format!(
            "<style>{STYLE}</style>\n<div class=\"digitos-runs\"><div><table><thead><tr>{heads}</tr></thead>\n<tbody>\n{}\
             </tbody></table></div>\n{}<script>(function (root) {{\n{SCRIPT}}})(document.currentScript.parentElement);</script></div>",
            self.rows.iter().map(row).collect::<String>(),
            foot.collect::<String>(),
        )
    }

    /// Shows it in a notebook: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        notebook::show("text/html", &self.html());
    }
}

/// In columns, for a terminal.
impl fmt::Display for RunTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: &str| text.chars().count();
        let widest = |i: usize| self.rows.iter().map(|row| width(&row[i].text)).fold(width(&self.heads[i]), usize::max);
        let widths: Vec<usize> = (0..self.heads.len()).map(widest).collect();
        let line = |texts: Vec<&str>| {
            let last = texts.len() - 1;
            let cells = texts.iter().zip(&widths).map(|(text, &width)| format!("{text:>width$}"));
            let cells: Vec<String> = cells.take(last).chain([texts[last].into()]).collect();
            cells.join("  ").trim_end().to_string()
        };
        let heads = line(self.heads.iter().map(String::as_str).collect());
        let rows = self.rows.iter().map(|row| line(row.iter().map(|cell| cell.text.as_str()).collect()));
        f.write_str(&[heads].into_iter().chain(rows).chain(self.foot.clone()).collect::<Vec<_>>().join("\n"))
    }
}
