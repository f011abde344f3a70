//! What is asked of the grading, and what came of a notebook.

use std::path::PathBuf;

/// What `grade` was asked for on the command line.
pub struct Request {
    pub folder: PathBuf,
    pub output: Option<PathBuf>,
    pub set: Vec<(String, String)>,
    /// How many notebooks run at once; each trains on one core.
    pub jobs: Option<usize>,
    /// For each notebook.
    pub seconds: u64,
    /// For each process of a notebook.
    pub megabytes: u64,
    /// Runs the notebooks even where nothing can keep them from the rest of the computer.
    pub trust: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            folder: PathBuf::new(),
            output: None,
            set: Vec::new(),
            jobs: None,
            seconds: 600,
            megabytes: 2000,
            trust: false,
        }
    }
}

/// A notebook that was handed in, and what came of it.
pub struct Paper {
    pub pupil: String,
    pub file: String,
    pub lesson: String,
    pub language: &'static str,
    pub marks: Vec<Mark>,
    pub trouble: Option<Trouble>,
    pub seconds: f64,
}

pub enum Trouble {
    /// It is not a notebook, or lacks a parameter that was set.
    Unreadable(String),
    /// The time was over in this code cell, counted from 1.
    Late(usize),
    /// The process that ran it died.
    BrokenOff,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Right,
    Wrong,
    NoAnswer,
    /// Its check was not run: the notebook did not get there, or the cell is gone or failed before it.
    NotChecked,
}

#[derive(Clone)]
pub struct Mark {
    pub exercise: String,
    pub outcome: Outcome,
    pub answer: String,
    /// What the lesson says about the mistakes in the answer that it knows.
    pub foreseen: Vec<String>,
    /// How often it was checked: the last time counts.
    pub tries: usize,
    /// What its cell took.
    pub seconds: f64,
}

/// The exercises of a lesson, in order.
pub struct Lesson {
    pub name: String,
    pub language: &'static str,
    pub exercises: Vec<String>,
}
