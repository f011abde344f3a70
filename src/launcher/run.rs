//! `run`: executes notebooks and writes the executed copies.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::kernel;
use super::notebook::{Notebook, joined};
use super::paths::{check_writable, in_project};
use super::setup::{self, Jupyter};
use crate::whole_file;

/// The folders of the lessons.
pub const LANGUAGES: [&str; 2] = ["es", "en"];

/// The program in Python that executes a notebook.
pub const EXECUTE: &str = include_str!("execute.py");

/// What `run` was asked for on the command line.
#[derive(Default)]
pub struct Request {
    pub notebooks: Vec<PathBuf>,
    pub set: Vec<(String, String)>,
    pub output: Option<PathBuf>,
    /// A wrong answer to an exercise fails its cell.
    pub grade: bool,
    /// On stdout there is nothing but a line of JSON for each notebook.
    pub json: bool,
}

/// What a notebook tells of its results, as the library's `notebook.rs` has it.
const RESULT: &str = "application/vnd.digitos.result";

impl Request {
    fn say(&self, line: &str) {
        if self.json { eprintln!("{line}") } else { println!("{line}") }
    }

    /// The line of JSON of a notebook.
    fn result(&self, name: &str, seconds: f64, results: Vec<Value>, failure: Option<String>) {
        if self.json {
            let set: serde_json::Map<String, Value> =
                self.set.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            let seconds = (seconds * 10.0).round() / 10.0;
            println!(
                "{}",
                json!({"notebook": name, "set": set, "ok": failure.is_none(), "failure": failure, "seconds": seconds, "results": results})
            );
        }
    }
}

/// One notebook to execute, its parameters already set.
struct Job {
    name: String,
    notebook: Notebook,
    folder: PathBuf,
    output: PathBuf,
    /// Whether the copy is a file of its own, in which also a part of a run may stand.
    is_copy: bool,
}

/// Executes all notebooks and tells whether no cell failed. What can be wrong with the request is said before the
/// first one runs.
pub fn run(root: &Path, request: &Request) -> Result<bool, String> {
    let jobs = plan(root, request)?;
    let jupyter = setup::prepare(root)?;
    let total = jobs.len();
    let mut failed = Vec::new();
    for mut job in jobs {
        if !execute(&mut job, &jupyter, request)? {
            failed.push(job.name);
        }
    }
    match failed.as_slice() {
        [] => request.say(&format!("{total} notebook(s), no cell failed")),
        names => request.say(&format!("{} of {total} notebook(s) failed: {}", names.len(), names.join(", "))),
    }
    Ok(failed.is_empty())
}

/// Compiles the library where the first kernel finds it, by the first cell of the first lesson. Only once: what changes
/// afterwards is cargo's business.
pub fn warm(root: &Path, jupyter: &Jupyter) {
    // What was compiled in another folder is of no use in this one.
    let (marker, project) = (kernel::folders(root).join("1/target/warm"), root.display().to_string());
    if fs::read_to_string(&marker).is_ok_and(|found| found == project) {
        return;
    }
    println!("Compiling the library for the notebooks (once, about a minute):");
    let start = Instant::now();
    match run_first_cell(root, jupyter).and_then(|()| setup::write(&marker, &project)) {
        Ok(()) => println!("  The library is ready after {:.0} s", start.elapsed().as_secs_f64()),
        Err(reason) => println!("  This did not work, so the first cell will compile it: {reason}"),
    }
}

fn run_first_cell(root: &Path, jupyter: &Jupyter) -> Result<(), String> {
    let lesson = root.join("notebooks/es/1_softmax.ipynb");
    let mut notebook = Notebook::read(&lesson)?;
    notebook.clear_outputs();
    notebook.end_after_first_code_cell();
    let cells = notebook.code_cells();
    let folder = lesson.parent().unwrap_or(root);
    let complete = follow(&mut notebook, &cells, folder, jupyter, &Request::default(), |_| (), |_| ())?.0;
    match notebook.failure() {
        Some(failure) => Err(failure.text.lines().next().unwrap_or_default().into()),
        None if !complete => Err("its execution stopped early".into()),
        None => Ok(()),
    }
}

fn plan(root: &Path, request: &Request) -> Result<Vec<Job>, String> {
    let output = request.output.clone().unwrap_or_else(|| root.join("target/notebooks"));
    let mut outputs = HashSet::new();
    let mut jobs = Vec::new();
    for file in notebooks(root, &request.notebooks)? {
        let relative = file.strip_prefix(root).unwrap_or(&file);
        let name = relative.display().to_string();
        let text = fs::read(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        let mut notebook = Notebook::parse(&text).map_err(|error| format!("{name} {error}"))?;
        let is_page = notebook.code_cells().is_empty(); // of text alone: it has no parameters
        for (parameter, value) in request.set.iter().filter(|_| !is_page) {
            notebook.set(parameter, value).map_err(|error| format!("{name} {error}"))?;
        }
        notebook.clear_outputs();

        let lesson = relative.strip_prefix("notebooks").ok();
        let copy = output.join(lesson.unwrap_or(Path::new(file.file_name().unwrap_or_default())));
        let is_source = copy.canonicalize().is_ok_and(|copy| file.canonicalize().is_ok_and(|file| copy == file));
        if !request.set.is_empty() && is_source {
            return Err(format!("--output would write over {name}, and --set would change its parameters for good"));
        }
        check_writable(&copy).map_err(|error| {
            format!("{} cannot be written: {error}; name another folder with --output", copy.display())
        })?;
        if !outputs.insert(copy.clone()) {
            return Err(format!("two notebooks would be written to {}: run them one by one", copy.display()));
        }
        let folder = file.parent().unwrap_or(root).to_path_buf();
        let is_copy = !is_source && (copy.is_file() || !copy.exists());
        jobs.push(Job { name, notebook, folder, output: copy, is_copy });
    }
    Ok(jobs)
}

/// The notebooks that were named, or all lessons. A name counts from the current folder or else from the project.
fn notebooks(root: &Path, named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let all = LANGUAGES.map(|language| root.join("notebooks").join(language));
    let mut found = Vec::new();
    for path in if named.is_empty() { &all } else { named } {
        let shown = path.display();
        let place = if path.exists() { path } else { &root.join(path) };
        let place = in_project(root, place).map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("there is no notebook {shown}: the lessons are in {}", lessons()),
            _ => format!("{shown} cannot be read: {error}"),
        })?;
        if place.is_dir() {
            let mut files = notebooks_in(&place).map_err(|error| format!("{shown} cannot be read: {error}"))?;
            if files.is_empty() {
                return Err(format!("there is no notebook in {shown}: the lessons are in {}", lessons()));
            }
            found.append(&mut files);
        } else if place.is_file() {
            found.push(place);
        } else {
            return Err(format!("{shown} is not a notebook: it is neither a file nor a folder"));
        }
    }
    Ok(found)
}

fn lessons() -> String {
    LANGUAGES.map(|language| format!("notebooks/{language}")).join(" and ")
}

/// The notebooks of a folder in the order of their names.
pub fn notebooks_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut files = entries?;
    files.retain(|file| file.is_file() && file.extension().is_some_and(|extension| extension == "ipynb"));
    files.sort();
    Ok(files)
}

/// Executes one notebook, reports it, writes the copy. False if a cell failed.
fn execute(job: &mut Job, jupyter: &Jupyter, request: &Request) -> Result<bool, String> {
    let Job { name, notebook, folder, output, is_copy } = job;
    let cells = notebook.code_cells();
    let say = |line: String| request.say(&line);
    say(format!("{name}: {} code cells", cells.len()));
    let start = Instant::now();
    // whoever interrupts a long run finds what its cells have given so far
    let keep = |notebook: &Notebook| _ = is_copy.then(|| whole_file::write_unsynced(&*output, notebook.to_text()));
    let (complete, results) = match cells.is_empty() {
        true => (true, Vec::new()),
        false => follow(notebook, &cells, folder, jupyter, request, say, keep)?,
    };
    let seconds = start.elapsed().as_secs_f64();
    let failed = |why: String| {
        request.result(name, seconds, results.clone(), Some(why));
        Ok(false)
    };

    // The copy may be the source itself.
    if let Err(error) = whole_file::write(&*output, notebook.to_text()) {
        let why = format!("{} cannot be written: {error}", output.display());
        say(format!("FAILED {name} after {seconds:.1} s: {why}"));
        return failed(why);
    }

    let shown = output.display();
    if let Some(failure) = notebook.failure() {
        let place = format!("in cell {} of {}: {}", failure.cell, cells.len(), failure.first_line);
        say(format!("FAILED {name} after {seconds:.1} s {place}"));
        for line in failure.text.lines() {
            say(format!("    {line}"));
        }
        say(format!("  the cells after it were not run; executed copy: {shown}"));
        return failed(failure.text.lines().next().unwrap_or(&place).into());
    }
    if !complete {
        say(format!(
            "FAILED {name} after {seconds:.1} s: its execution stopped early; the reason is above. Copy: {shown}"
        ));
        return failed("its execution stopped early".into());
    }
    say(format!("ok {name} in {seconds:.1} s; executed copy: {shown}"));
    request.result(name, seconds, results, None);
    Ok(true)
}

/// Lets nbclient execute the cells and puts their outputs into the notebook as they come. Whether it came to the end or
/// to a failure, and the results that the cells told.
fn follow(
    notebook: &mut Notebook,
    cells: &[usize],
    folder: &Path,
    jupyter: &Jupyter,
    request: &Request,
    tell: impl Fn(String),
    keep: impl Fn(&Notebook),
) -> Result<(bool, Vec<Value>), String> {
    let mut python = jupyter.python();
    python.args(["-c", EXECUTE]).arg(folder);
    if request.grade {
        python.env("DIGITOS_GRADE", "fail");
    }
    if request.json {
        python.env("DIGITOS_RESULTS", "1");
    }
    let (mut ended, source, mut results) = (0, notebook.clone(), Vec::new());
    let fine = tell_events(python, &source, None, |event| {
        if let Some(index) = event["start"].as_u64() {
            let position = cells.iter().take_while(|&&cell| cell < index as usize).count() + 1;
            tell(format!("  [{position}/{}] {}", cells.len(), notebook.first_line(index as usize)));
        }
        for text in event["text"].as_str().into_iter().flat_map(str::lines) {
            tell(format!("      {text}"));
        }
        if let (Some(index), Some(outputs)) = (event["end"].as_u64(), event["outputs"].as_array()) {
            ended += 1;
            let (told, shown): (Vec<&Value>, Vec<&Value>) =
                outputs.iter().partition(|output| output["data"].get(RESULT).is_some());
            results.extend(
                told.into_iter().filter_map(|output| serde_json::from_str(&joined(&output["data"][RESULT])).ok()),
            );
            let shown: Vec<Value> = shown.into_iter().cloned().collect();
            notebook.set_outputs(index as usize, ended, &shown);
            keep(notebook);
        }
    })?;
    Ok((fine && (ended == cells.len() || notebook.failure().is_some()), results))
}

/// Runs Python with [`EXECUTE`] on a notebook and hands on what it tells; ends it after `patience`. False if it broke
/// off.
pub fn tell_events(
    mut python: Command,
    notebook: &Notebook,
    patience: Option<Duration>,
    mut hear: impl FnMut(Value),
) -> Result<bool, String> {
    let broken = |error: io::Error| format!("nbclient cannot be run: {error}");
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(broken)?;
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(notebook.to_text().as_bytes()); // a child that died is reported below
    }
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let child = scope.spawn(move || {
            if patience.is_some_and(|patience| is_done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)) {
                let _ = child.kill();
            }
            child.wait()
        });
        for line in lines {
            hear(serde_json::from_str(&line.map_err(broken)?).unwrap_or_default());
        }
        drop(done);
        let status = child.join().unwrap_or_else(|_| Err(io::Error::other("it was not waited for")));
        Ok(status.map_err(broken)?.success())
    })
}
