//! Runs as a file of comma-separated values (RFC 4180): a row for each measured step of each run.
use super::run::{End, Note, Run, Settings};
use crate::error::{ensure, listed, printable, shown};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::str::FromStr;

/// The columns that every file has. The names that were varied stand behind the first.
pub const COLUMNS: [&str; 9] = ["experiment", "run", "runs", "seed", "step", "accuracy", "loss", "seconds", "ended"];

/// How the last row of a run says that nothing ended it early.
const WHOLE: &str = "whole";
const STOPPED: &str = "stopped";

/// No experiment makes a larger file, in bytes.
const LARGEST: u64 = 200 << 20;

pub fn text(runs: &[Run]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in runs.iter().flat_map(|run| &run.settings) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut text = row(COLUMNS[..1].iter().chain(&names).chain(&COLUMNS[1..]));
    for (number, run) in (1..).zip(runs) {
        let setting = |name: &&str| run.settings.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
        let ended = match &run.end {
            End::Whole => WHOLE,
            End::Stopped => STOPPED,
            End::Failed(sentence) => sentence,
        };
        let written = |value: Option<f32>| value.map_or(String::new(), |value| value.to_string());
        let notes: Vec<Option<&Note>> =
            if run.notes.is_empty() { vec![None] } else { run.notes.iter().map(Some).collect() };
        for (i, note) in notes.iter().enumerate() {
            let mut cells = vec![run.experiment.clone()];
            cells.extend(names.iter().map(|name| setting(name).to_string()));
            cells.extend([number.to_string(), runs.len().to_string(), run.seed.to_string()]);
            cells.push(note.map_or(String::new(), |note| note.step.to_string()));
            cells.extend([note.and_then(|note| note.accuracy), note.and_then(|note| note.loss)].map(written));
            cells.extend([
                format!("{:.3}", run.seconds),
                if i + 1 == notes.len() { ended.into() } else { String::new() },
            ]);
            text += &row(cells.iter());
        }
    }
    text
}

fn row(cells: impl Iterator<Item = impl AsRef<str>>) -> String {
    let quoted = |cell: &str| match cell.contains(['"', ',', ';', '\n', '\r']) || cell.trim() != cell {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    };
    cells.map(|cell| quoted(cell.as_ref())).collect::<Vec<_>>().join(",") + "\r\n"
}

/// The runs of a file, or what is wrong with it.
pub fn load(path: &Path) -> Result<Vec<Run>, String> {
    let cannot = |error| format!("cannot be read: {error}");
    let kind = fs::metadata(path).map_err(cannot)?;
    ensure!(!kind.is_dir(), "is a folder; a file of runs was expected, as runs.save(\"runs.csv\")? writes it");
    ensure!(kind.is_file(), "is a pipe or a device; a file of runs was expected");
    ensure!(kind.len() <= LARGEST, "has {} bytes, and a file of runs has at most {LARGEST}", kind.len());
    let bytes = fs::read(path).map_err(cannot)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        "is not written in UTF-8, as a file of runs is; in a spreadsheet, save it as “CSV UTF-8”".to_string()
    })?;
    read(text.strip_prefix('\u{FEFF}').unwrap_or(&text))
}

/// The same of the text of a file.
fn read(text: &str) -> Result<Vec<Run>, String> {
    ensure!(!text.is_empty(), "is empty; a file of runs was expected, as runs.save(\"runs.csv\")? writes it");
    let rows = rows(text)?;
    let (head, rows) = rows.split_first().ok_or("holds no row")?;
    let known: Vec<&str> = head.iter().map(String::as_str).collect();
    let names = known.len().checked_sub(COLUMNS.len()).map(|varied| &known[1..1 + varied]).unwrap_or_default();
    if !known.iter().eq(COLUMNS[..1].iter().chain(names).chain(&COLUMNS[1..])) {
        return Err(wrong_head(&known));
    }
    let (mut runs, mut ended) = (BTreeMap::new(), BTreeMap::new());
    let mut expected = 0;
    for (cells, line) in rows.iter().zip(2..) {
        ensure!(
            cells.len() == head.len(),
            "row {line} has {} cells, and the first row has {}: was the file cut off, or changed by hand?",
            cells.len(),
            head.len()
        );
        let cell = |name: &str| &*cells[known.iter().rposition(|known| *known == name).unwrap_or(0)];
        let number: usize = required(cell("run"), "run", line)?;
        expected = required(cell("runs"), "runs", line)?;
        let settings: Settings =
            names.iter().zip(&cells[1..]).map(|(name, value)| (name.to_string(), value.clone())).collect();
        let run = Run {
            experiment: cells[0].clone(),
            settings: settings.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            seed: required(cell("seed"), "seed", line)?,
            notes: Vec::new(),
            seconds: required(cell("seconds"), "seconds", line)?,
            end: End::Whole,
        };
        let known: &mut Run = runs.entry(number).or_insert_with(|| run.clone());
        let is_same = (known.setting(), known.seed) == (run.setting(), run.seed);
        ensure!(
            is_same && (cell("ended").is_empty() || ended.insert(number, ()).is_none()),
            "row {line} is of another run {number} than a row above it: if two files were put together, load each of them, and join \
             what they hold by runs.with(&others)?"
        );
        if let Some(step) = optional(cell("step"), "step", line)? {
            let (accuracy, loss) =
                (optional(cell("accuracy"), "accuracy", line)?, optional(cell("loss"), "loss", line)?);
            known.notes.push(Note { step, accuracy, loss });
        }
        match cell("ended") {
            "" | WHOLE => {}
            STOPPED => known.end = End::Stopped,
            sentence => known.end = End::Failed(printable(sentence)),
        }
    }
    ensure!(!runs.is_empty(), "holds the names of the columns and no run: was the file cut off? Save or copy it again");
    if let Some(number) = runs.keys().find(|number| !ended.contains_key(number)) {
        return Err(format!(
            "holds run {number} without its last row, in which `ended` is filled in: was the file cut off? Save or copy it again"
        ));
    }
    let found = runs.len();
    ensure!(
        found == expected,
        "holds {found} runs of {expected}: was the file cut off? Save or copy it again; if rows were deleted on purpose, write \
         {found} into the column runs"
    );
    runs.values_mut().for_each(|run| run.notes.sort_by_key(|note| note.step));
    Ok(runs.into_values().collect())
}

/// What to say of a file whose first row is another one.
fn wrong_head(found: &[&str]) -> String {
    let with_semicolons = found[0].contains(';');
    let columns = listed(&found.iter().take(12).map(|name| shown(name)).collect::<Vec<_>>());
    let has = |name: &&&str| found.contains(*name);
    if with_semicolons {
        "is separated by semicolons, as a spreadsheet in Spanish saves it (often with decimal commas, too), where commas were \
         expected: load the file that runs.save(…)? wrote, or export it with commas and decimal points"
            .into()
    } else if found[0] == COLUMNS[0] && COLUMNS.iter().filter(has).count() > 4 {
        let lacks: Vec<String> = COLUMNS.iter().filter(|name| !has(name)).map(|name| shown(name)).collect();
        let what = if lacks.is_empty() { "in another order".into() } else { format!("without {}", listed(&lacks)) };
        format!(
            "holds runs, but its columns are {columns}, {what}: it was written by another version of digitos, or its columns were changed; \
             run the experiment again, or mend the first row"
        )
    } else {
        format!(
            "holds no runs of an experiment: its columns are {columns}; the first was expected to be `experiment`, and the last `ended`"
        )
    }
}

fn required<T: FromStr>(text: &str, column: &str, line: usize) -> Result<T, String> {
    optional(text, column, line)?
        .ok_or_else(|| format!("row {line} has nothing in the column {column}, where a number was expected"))
}

fn optional<T: FromStr>(text: &str, column: &str, line: usize) -> Result<Option<T>, String> {
    let wrong = |_| {
        let comma = if text.contains(',') { " (with a decimal point, not a comma)" } else { "" };
        format!("row {line} has {} in the column {column}, where a number was expected{comma}", shown(text))
    };
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(wrong) }
}

/// The cells of each row.
fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted && rest.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut cells));
            }
            c => cell.push(c),
        }
    }
    ensure!(
        !quoted && cells.is_empty() && cell.is_empty(),
        "ends in the middle of row {}: it was cut off, so save or copy it again",
        rows.len() + 1
    );
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs() -> Vec<Run> {
        let run = |experiment: &str, settings: &[(&str, &str)], seed, accuracy: Option<f32>, end| Run {
            experiment: experiment.into(),
            settings: settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            seed,
            notes: vec![
                Note { step: 0, accuracy: Some(0.1), loss: Some(230.25851) },
                Note { step: 100, accuracy, loss: None },
            ],
            seconds: 1.5,
            end,
        };
        let mut failed = run(
            "",
            &[("rate", "1e30"), ("función", "a \"b\", c")],
            1,
            Some(f32::NAN),
            End::Failed("no, «it» failed".into()),
        );
        let stopped = run("", &[("rate", "0.003")], 1, Some(0.3), End::Stopped);
        let whole = run("antes", &[("rate", "0.003")], 0, Some(0.9213), End::Whole);
        failed.notes.clear();
        vec![whole, stopped, failed]
    }

    #[test]
    fn what_is_saved_is_loaded_bit_for_bit() {
        let text = text(&runs());
        assert!(text.starts_with("experiment,rate,función,run,runs,seed,step,accuracy,loss,seconds,ended\r\nantes,0.003,,1,3,0,0,0.1,230.25851,1.500,\r\n"), "{text}");
        assert!(text.ends_with(",1e30,\"a \"\"b\"\", c\",3,3,1,,,,1.500,\"no, «it» failed\"\r\n"), "{text}");
        assert_eq!(read(&text).unwrap(), runs());
        assert_eq!(read(&text.replace("\r\n", "\n")).unwrap(), runs(), "with the line ends of another editor");
    }

    /// As where two files were copied into one.
    #[test]
    fn rows_of_two_runs_under_one_number_are_not_mixed() {
        let first = text(&runs()[1..2]);
        for second in [first.replace("0.003", "0.01"), first.clone()] {
            let sentence = read(&(first.clone() + second.split_once("\r\n").unwrap().1)).unwrap_err();
            assert!(sentence.contains("is of another run 1 than a row above it"), "{sentence}");
            assert!(sentence.ends_with("join what they hold by runs.with(&others)?"), "{sentence}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_or_is_another_one_is_told_in_a_sentence() {
        let text = text(&runs());
        for end in (0..text.len() - 2).filter(|&end| text.is_char_boundary(end)) {
            let sentence = read(&text[..end]).expect_err(&text[..end]);
            assert!(!sentence.contains('\n') && sentence.len() > 20, "{sentence}");
        }
        let say = |text: &str| read(text).unwrap_err();
        assert!(say(&text.replace(',', ";")).contains("semicolons"), "{}", say(&text.replace(',', ";")));
        assert!(say("name,age\r\nAda,36\r\n").contains("`name`, `age`"));
        assert!(
            say(&text.replace(",ended", ",end")).contains("another version"),
            "{}",
            say(&text.replace(",ended", ",end"))
        );
        assert!(say(&text.replace("0.1,230", "\"0,1\",230")).contains("decimal point"));
        assert!(say("experiment").contains("cut off"));
        assert!(say("").contains("empty"));
    }
}
