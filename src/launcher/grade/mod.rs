//! `grade`: runs the notebooks of a class in clean kernels, several at once, and says which exercises are right.
//!
//! What a pupil has written runs in a [`sandbox`]; each check tells its mark as an output of a kind of its own; a [`report`]
//! puts the marks together.

mod paper;
mod report;
mod sandbox;

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::notebook::{Notebook, joined, source};
use super::run::{LANGUAGES, notebooks_in, tell_events};
use super::setup::{self, Jupyter};
pub use paper::Request;
use paper::{Lesson, Mark, Outcome, Paper, Trouble};
use sandbox::Sandbox;

/// The kind of output by which the library tells a mark: see `src/exercises/marks.rs`.
const MARK: &str = "application/vnd.digitos.mark";

/// Grades all notebooks below the folder. False if one of them could not be graded to its end.
pub fn run(root: &Path, request: &Request) -> Result<bool, String> {
    let folder = request.folder.canonicalize().map_err(|error| format!("{}: {error}", request.folder.display()))?;
    let mut files = Vec::new();
    find(&folder, &mut files).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    if files.is_empty() {
        return Err(format!("there is no notebook in {} or in a folder below it", folder.display()));
    }
    let output = request.output.clone().unwrap_or_else(|| root.join("target/grade"));
    let lessons = lessons(root)?;
    let sandbox = Sandbox::new(root, &folder, request)?;
    let jupyter = setup::prepare(root)?;
    super::run::warm(root, &jupyter);

    let cores = thread::available_parallelism().map_or(1, |count| count.get());
    let (all, queue) = (files.len(), Mutex::new(files.into_iter().enumerate().collect::<VecDeque<_>>()));
    let papers = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..request.jobs.unwrap_or(cores).clamp(1, all) {
            scope.spawn(|| {
                loop {
                    let Some((number, file)) = lock(&queue).pop_front() else { return };
                    let paper = grade(number, &file, &folder, request, &lessons, &sandbox, &jupyter);
                    let mut papers = lock(&papers);
                    papers.push((number, paper));
                    let (_, paper) = &papers[papers.len() - 1];
                    println!("[{}/{all}] {}", papers.len(), report::line(paper, request.seconds));
                }
            });
        }
    });
    let mut papers = papers.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    papers.sort_by_key(|(number, _)| *number);
    let papers: Vec<Paper> = papers.into_iter().map(|(_, paper)| paper).collect();
    let (table, page) = (output.join("grades.csv"), output.join("grades.html"));
    setup::write(&table, &report::csv(&papers))?;
    setup::write(&page, &report::page(&papers, &lessons, request.seconds))?;
    println!("{all} notebook(s): the marks are in {} and {}", table.display(), page.display());
    Ok(papers.iter().all(|paper| paper.trouble.is_none()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// All notebooks in the order of their names, but for the copies that Jupyter keeps. Links to folders are not followed.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    files.extend(notebooks_in(folder)?);
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
            folders.push(entry.path());
        }
    }
    folders.sort();
    folders.iter().try_for_each(|folder| find(folder, files))
}

/// The committed lessons that have exercises.
fn lessons(root: &Path) -> Result<Vec<Lesson>, String> {
    let mut lessons = Vec::new();
    for language in LANGUAGES {
        let folder = root.join("notebooks").join(language);
        for path in notebooks_in(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))? {
            let exercises = exercises(&Notebook::read(&path)?);
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            lessons.push(Lesson { name, language, exercises });
        }
    }
    lessons.retain(|lesson| !lesson.exercises.is_empty());
    Ok(lessons)
}

/// The names that stand in the checks of a notebook.
fn exercises(notebook: &Notebook) -> Vec<String> {
    let mut names = Vec::new();
    for &index in &notebook.code_cells() {
        let text = source(&notebook.cells()[index]);
        for call in ["comprobar(\"", "check(\""] {
            let found = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
            names.extend(found.map(|(name, _)| name.to_string()));
        }
    }
    names
}

fn grade(
    number: usize,
    file: &Path,
    folder: &Path,
    request: &Request,
    lessons: &[Lesson],
    sandbox: &Sandbox,
    jupyter: &Jupyter,
) -> Paper {
    let relative = file.strip_prefix(folder).unwrap_or(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let first = relative.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned());
    let mut paper = Paper {
        pupil: first.filter(|_| relative.components().count() > 1).unwrap_or_else(|| stem.clone()),
        file: relative.display().to_string(),
        lesson: stem,
        language: "es",
        marks: Vec::new(),
        trouble: None,
        seconds: 0.0,
    };
    let start = Instant::now();
    let done = Notebook::read(file).and_then(|mut notebook| {
        let own = exercises(&notebook);
        // A pupil may have renamed the file, but not all of its exercises.
        let shared = |lesson: &&Lesson| own.iter().filter(|name| lesson.exercises.contains(name)).count();
        let lesson = lessons.iter().rev().max_by_key(shared).filter(|lesson| shared(lesson) > 0);
        if let Some(lesson) = lesson {
            (paper.lesson, paper.language) = (lesson.name.clone(), lesson.language);
        }
        for (name, value) in &request.set {
            notebook.set(name, value)?;
        }
        notebook.clear_outputs();
        let told = sandbox.in_folder(number, jupyter, |run| {
            notebook.find_library_in(&run.root);
            execute(&notebook, run, request)
        })?;
        paper.trouble = told.trouble;
        let mut marks = marks(&told.marks);
        for exercise in lesson.map_or(own, |lesson| lesson.exercises.clone()) {
            paper.marks.push(marks.remove(&exercise).unwrap_or_else(|| Mark {
                exercise,
                outcome: Outcome::NotChecked,
                answer: String::new(),
                foreseen: Vec::new(),
                tries: 0,
                seconds: 0.0,
            }));
        }
        Ok(())
    });
    if let Err(reason) = done {
        let shown = reason.strip_prefix(&format!("{} ", file.display())).unwrap_or(&reason);
        paper.trouble = Some(Trouble::Unreadable(shown.into()));
    }
    paper.seconds = start.elapsed().as_secs_f64();
    paper
}

/// What a run has told.
struct Told {
    trouble: Option<Trouble>,
    /// Each mark with the seconds of its cell.
    marks: Vec<(String, f64)>,
}

fn execute(notebook: &Notebook, run: sandbox::Run, request: &Request) -> Result<Told, String> {
    let cells = notebook.code_cells();
    let position = |index: usize| cells.iter().take_while(|&&cell| cell <= index).count();
    let begin = Instant::now();
    let (mut running, mut late, mut ended, mut start) = (0, false, 0, begin);
    let mut marks = Vec::new();
    // Python ends the run itself in time; this is for a notebook that keeps it from doing so.
    let time = Duration::from_secs(request.seconds);
    let patience = time + Duration::from_secs(20);
    let fine = tell_events(run.command, notebook, Some(patience), |event| {
        if let Some(index) = event["start"].as_u64() {
            (running, start) = (position(index as usize), Instant::now());
        }
        for output in event["outputs"].as_array().into_iter().flatten() {
            if let Some(mark) = output["data"].get(MARK) {
                marks.push((joined(mark), start.elapsed().as_secs_f64()));
            }
        }
        ended += usize::from(event.get("end").is_some());
        late |= event["late"] == Value::Bool(true);
    })?;
    let trouble =
        if late { Some(Trouble::Late(running)) } else { (!fine || ended < cells.len()).then_some(Trouble::BrokenOff) };
    Ok(Told { trouble, marks })
}

/// The marks by their exercises.
fn marks(found: &[(String, f64)]) -> BTreeMap<String, Mark> {
    let mut marks: BTreeMap<String, Mark> = BTreeMap::new();
    for (text, seconds) in found {
        let mut lines = text.lines().map(str::to_owned);
        let mut line = || lines.next().unwrap_or_default();
        let (exercise, outcome, answer) = (line(), line(), line());
        let outcome = match outcome.as_str() {
            "right" => Outcome::Right,
            "wrong" => Outcome::Wrong,
            _ => Outcome::NoAnswer,
        };
        let tries = marks.get(&exercise).map_or(0, |mark| mark.tries) + 1;
        let mark =
            Mark { exercise: exercise.clone(), outcome, answer, foreseen: lines.collect(), tries, seconds: *seconds };
        marks.insert(exercise, mark);
    }
    marks
}
