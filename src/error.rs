use crate::notebook;
use std::fmt;

/// What went wrong, in one sentence: what, where, what was found, what was expected, what to try.
///
/// The variant says which part of a program to look at; the text is meant to be read by a person.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The files of a data set, or what was asked of them.
    Data(String),
    /// What was fed to [`Session::run`](crate::Session::run) does not fit the graph.
    Feed(String),
    /// The session does not hold what was asked for.
    Session(String),
    /// A loss or a weight has become NaN or infinite; the session keeps the weights of the step before.
    NotFinite(String),
    /// A saved model could not be written, or read, or does not fit the graph.
    Model(String),
    /// A picture could not be drawn or written.
    Picture(String),
    /// An experiment cannot be run as it was said, or its runs cannot be written, read or compared.
    Experiment(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Data(text)
            | Error::Feed(text)
            | Error::Session(text)
            | Error::NotFinite(text)
            | Error::Model(text)
            | Error::Picture(text)
            | Error::Experiment(text) => f.write_str(text),
        }
    }
}

/// The sentence too: it is what `unwrap` and a `main` that returns the error print.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Stops the program because of a mistake in building the graph.
///
/// Prints the sentence alone: a plain panic would add ten lines of backtrace in a notebook,
/// whose kernel sets `RUST_BACKTRACE=1`. The notebook's variables survive.
#[track_caller]
pub(crate) fn stop(sentence: String) -> ! {
    if notebook::relay().is_some() && std::thread::current().name().is_none() {
        panic!("{sentence}"); // the relay shows it
    }
    if !is_in_trial() {
        eprintln!("{sentence}");
    }
    std::panic::resume_unwind(Box::new(sentence))
}

/// [`stop`]s with a sentence, written as for `format!`, unless a condition holds.
macro_rules! require {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            $crate::error::stop(format!($($sentence)+))
        }
    };
}
pub(crate) use require;

/// Returns a sentence, written as for `format!`, as the error of a function unless a condition holds.
macro_rules! ensure {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(format!($($sentence)+));
        }
    };
}
pub(crate) use ensure;

/// A name as a sentence shows it: between backticks, shortened, and on one line.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = name.chars().take(LONGEST).collect();
    format!("`{}{}`", printable(&start), if start.len() < name.len() { "…" } else { "" })
}

/// The text on one line: a line break is written as `\n`.
pub(crate) fn printable(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

/// The first ten, and how many more there are.
pub(crate) fn listed(names: &[String]) -> String {
    match names.split_at_checked(10) {
        Some((first, more)) if !more.is_empty() => format!("{} … and {} more", first.join(", "), more.len()),
        _ => names.join(", "),
    }
}

/// Each name once, in the order of the alphabet.
pub(crate) fn distinct(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names.dedup();
    names
}

/// The name of a thread that makes a run of an experiment, which tells itself why the run failed.
pub(crate) const TRIAL: &str = "digitos trial";

fn is_in_trial() -> bool {
    std::thread::current().name() == Some(TRIAL)
}

/// In a notebook, a panic of the student's own code says what happened too, without the backtrace that the kernel asks for.
pub(crate) fn without_backtraces() {
    if notebook::is_here() && notebook::relay().is_none() && !is_in_trial() {
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    }
}

/// From now on, a panic of a trial prints nothing.
pub(crate) fn in_trials_quietly() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_in_trial() {
            hook(panic)
        }
    }));
}
