//! A notebook file: its parameters, its outputs, and whether a cell failed.

mod parameters;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use parameters::definitions;

#[derive(Clone)]
pub struct Notebook {
    json: Value,
}

/// The first cell of an executed notebook that failed.
#[derive(Debug, PartialEq)]
pub struct Failure {
    /// Position among the code cells, from 1.
    pub cell: usize,
    pub first_line: String,
    pub text: String,
}

impl Notebook {
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{} {error}", path.display()))
    }

    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let json: Value = serde_json::from_slice(text).map_err(|error| format!("is not a notebook: {error}"))?;
        match (json["nbformat"].as_u64(), json["cells"].as_array()) {
            (Some(4), Some(_)) => Ok(Self { json }),
            (format, _) => {
                let found = format.map_or("none".into(), |format| format.to_string());
                Err(format!("is not a notebook: expected \"nbformat\": 4 and a list of cells, found format {found}"))
            }
        }
    }

    /// The file's text as Jupyter writes it: indented by one space a level, the keys in the order of the source.
    pub fn to_text(&self) -> String {
        let by_two = format!("{:#}\n", self.json);
        let by_one = by_two.split_inclusive('\n').map(|line| &line[(line.len() - line.trim_start().len()) / 2..]);
        by_one.collect()
    }

    pub fn cells(&self) -> &[Value] {
        self.json["cells"].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn cells_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.json["cells"].as_array_mut().into_iter().flatten()
    }

    /// The places of the cells that are executed: code cells that are not empty.
    pub fn code_cells(&self) -> Vec<usize> {
        let is_code = |cell: &Value| cell["cell_type"] == "code" && !source(cell).trim().is_empty();
        (0..self.cells().len()).filter(|&index| is_code(&self.cells()[index])).collect()
    }

    pub fn end_after_first_code_cell(&mut self) {
        let end = self.code_cells().first().map_or(0, |&first| first + 1);
        if let Some(cells) = self.json["cells"].as_array_mut() {
            cells.truncate(end);
        }
    }

    /// The first line of a cell that says something.
    pub fn first_line(&self, index: usize) -> String {
        source(&self.cells()[index]).lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().into()
    }

    /// Replaces the value of the `const`, `static` or `let` NAME in the cell tagged `parameters`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let mut tagged = false;
        let (mut names, mut found) = (Vec::new(), Vec::new());
        for (position, index) in self.code_cells().into_iter().enumerate() {
            let is_parameters = is_parameters(&self.cells()[index]);
            tagged |= is_parameters;
            let definitions = match definitions(&source(&self.cells()[index])) {
                Ok(definitions) if tagged => definitions,
                Err(reason) if is_parameters => {
                    return Err(format!("has a cell tagged `parameters` that cannot be read as Rust: {reason}"));
                }
                _ => continue, // what stands above the parameters gives way to them, and an exercise may be unfinished
            };
            for definition in definitions {
                if is_parameters && !names.contains(&definition.name) {
                    names.push(definition.name.clone());
                }
                if definition.name == name {
                    found.push((position + 1, index, definition));
                }
            }
        }
        if !names.iter().any(|known| known == name) {
            return Err(match names.as_slice() {
                _ if !tagged => format!("has no cell tagged `parameters`, so {name} cannot be set"),
                [] => format!("has no parameter {name}: its cell tagged `parameters` defines none"),
                names => format!("has no parameter {name}; its parameters are: {}", names.join(", ")),
            });
        }
        if let [(first, ..), .., (last, ..)] = found.as_slice() {
            return Err(format!(
                "defines {name} in code cell {first} and again in code cell {last}, so --set cannot tell which one counts: \
                 rename one of them"
            ));
        }
        for (_, index, definition) in found {
            let cell = &mut self.json["cells"][index];
            let text = definition.replaced(&source(cell), value)?;
            cell["source"] = if cell["source"].is_array() { lines(&text) } else { json!(text) };
        }
        Ok(())
    }

    /// The first heading.
    pub fn title(&self) -> String {
        let first_line = |cell: &Value| Some(source(cell).lines().next()?.strip_prefix("# ")?.to_owned());
        self.cells().iter().find_map(first_line).unwrap_or_default()
    }

    /// The parameters that are smaller in a web page, which computes more slowly.
    #[cfg(feature = "web")]
    pub fn shorter(&self) -> Vec<(String, String)> {
        let numbers = self.cells().iter().filter_map(|cell| cell["metadata"]["page"]["numbers"].as_object()).flatten();
        numbers.map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// The sentences that cells carry for slides, each with the figure that its cell shows.
    pub fn slides(&self) -> Vec<(String, String)> {
        let slide = |cell: &Value| {
            let sentence = cell["metadata"]["slide"].as_str()?;
            let figure =
                cell["outputs"].as_array()?.iter().find(|output| output["data"]["text/html"] != Value::Null)?;
            Some((sentence.to_owned(), joined(&figure["data"]["text/html"])))
        };
        self.cells().iter().filter_map(slide).collect()
    }

    pub fn clear_outputs(&mut self) {
        for cell in self.cells_mut().filter(|cell| cell["cell_type"] == "code") {
            cell["execution_count"] = Value::Null;
            cell["outputs"] = json!([]);
            if let Some(metadata) = cell.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.shift_remove("execution"); // JupyterLab's time stamps
            }
        }
    }

    /// Replaces a piece of text in the sources of all cells.
    pub fn replace(&mut self, old: &str, new: &str) {
        for cell in self.cells_mut() {
            let text = source(cell);
            if text.contains(old) {
                cell["source"] = lines(&text.replace(old, new));
            }
        }
    }

    /// Lets its `:dep digitos` name the library by its full path, wherever the notebook lies.
    pub fn find_library_in(&mut self, root: &Path) {
        let path = json!(root.display().to_string()).to_string();
        for cell in self.cells_mut() {
            let with_path = |line: &str| -> Option<String> {
                let (start, rest) = line.strip_prefix(":dep digitos").and_then(|rest| rest.split_once("path = \""))?;
                Some(format!(":dep digitos{start}path = {path}{}", rest.split_once('"')?.1))
            };
            let text = source(cell);
            let changed = text.split_inclusive('\n').map(|line| with_path(line).unwrap_or_else(|| line.into()));
            cell["source"] = lines(&changed.collect::<String>());
        }
    }

    /// Notes in the notebook which edition of the lesson it is.
    pub fn mark_edition(&mut self) {
        self.json["metadata"]["digitos"] = json!({"edition": self.fingerprint()});
    }

    /// The edition that it was made from; `None` if it says nothing.
    pub fn edition(&self) -> Option<u64> {
        self.json["metadata"]["digitos"]["edition"].as_u64()
    }

    /// Whether it is as it was made: no cell has another text, and none was executed.
    pub fn is_untouched(&self) -> bool {
        let is_fresh = |cell: &Value| cell["outputs"].as_array().is_none_or(Vec::is_empty);
        self.edition() == Some(self.fingerprint()) && self.cells().iter().all(is_fresh)
    }

    /// The same number for the same cells with the same texts.
    fn fingerprint(&self) -> u64 {
        let mut checksum = flate2::Crc::new();
        for cell in self.cells() {
            let kind = cell["cell_type"].as_str().unwrap_or_default();
            checksum.update(format!("{kind}\0{}\0", source(cell)).as_bytes());
        }
        checksum.sum().into()
    }

    /// Puts the outputs of one cell in, the same bytes for the same outputs: without colours, whole streams, and
    /// always stdout, results, stderr, errors, since the kernel sends them in a random order.
    pub fn set_outputs(&mut self, index: usize, count: usize, outputs: &[Value]) {
        let stream = |name: &str| {
            let text: String =
                outputs.iter().filter(|output| output["name"] == name).map(|o| joined(&o["text"])).collect();
            let text = without_colours(&text);
            (!text.is_empty()).then(|| json!({"name": name, "output_type": "stream", "text": lines(&text)}))
        };
        let errors = |wanted: bool| {
            let rest = outputs.iter().filter(move |output| output["output_type"] != "stream");
            rest.filter(move |output| (output["output_type"] == "error") == wanted).map(|output| tidy(output, count))
        };
        let tidied: Vec<Value> =
            stream("stdout").into_iter().chain(errors(false)).chain(stream("stderr")).chain(errors(true)).collect();
        let cell = &mut self.json["cells"][index];
        cell["execution_count"] = json!(count);
        cell["outputs"] = json!(tidied);
    }

    /// The first cell with an error, or with anything on stderr: without the relay, as on Windows, the kernel reports a
    /// cell that returned an `Err` or panicked as fine.
    pub fn failure(&self) -> Option<Failure> {
        self.code_cells().into_iter().enumerate().find_map(|(position, index)| {
            let text: Vec<String> = self.cells()[index]["outputs"]
                .as_array()?
                .iter()
                .filter_map(|output| match (output["output_type"].as_str()?, output["name"].as_str()) {
                    ("stream", Some("stderr")) => Some(joined(&output["text"])),
                    ("error", _) => Some(traceback(output)),
                    _ => None,
                })
                .map(|text| without_colours(&text).trim_matches('\n').to_owned())
                .collect();
            let failure = || Failure { cell: position + 1, first_line: self.first_line(index), text: text.join("\n") };
            (!text.is_empty()).then(failure)
        })
    }
}

fn is_parameters(cell: &Value) -> bool {
    let tags = cell["metadata"]["tags"].as_array();
    cell["cell_type"] == "code" && tags.is_some_and(|tags| tags.iter().any(|tag| tag == "parameters"))
}

pub fn source(cell: &Value) -> String {
    joined(&cell["source"])
}

/// Notebooks keep a text as one string or as a list of lines.
pub fn joined(text: &Value) -> String {
    match text {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().into(),
    }
}

fn lines(text: &str) -> Value {
    text.split_inclusive('\n').collect()
}

fn traceback(error: &Value) -> String {
    let lines: Vec<&str> = error["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if lines.is_empty() { joined(&error["evalue"]) } else { lines.join("\n") }
}

fn tidy(output: &Value, count: usize) -> Value {
    let mut output = output.clone();
    output.sort_all_objects();
    let splits = |mime: &str| mime.starts_with("text/") || mime == "image/svg+xml" || mime == "application/javascript";
    let data = output.get_mut("data").and_then(Value::as_object_mut);
    for (mime, content) in data.into_iter().flatten().filter(|(mime, _)| splits(mime)) {
        let text = joined(content);
        *content = lines(if mime == "text/plain" { without_colours(&text) } else { text }.as_str());
    }
    for line in output.get_mut("traceback").and_then(Value::as_array_mut).into_iter().flatten() {
        *line = json!(without_colours(line.as_str().unwrap_or_default()));
    }
    if let Some(number) = output.get_mut("execution_count") {
        *number = json!(count);
    }
    output
}

/// Drops the terminal's colour codes, `ESC [ … letter`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let end = part.find(|c: char| ('@'..='~').contains(&c)).map_or(part.len(), |at| at + 1);
        kept + &part[end..]
    })
}
