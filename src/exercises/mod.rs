//! The exercises of the lessons: whether an answer is right, and if not, what to think about.
//!
//! `answer` is what a student may hand in, `table` what is right, and here the two are compared. What is said about an
//! answer stands in `es.txt` and `en.txt`. An exercise is an entry of the table and a section of each text.
mod answer;
mod examine;
mod marks;
pub(crate) mod progress;
mod table;
mod texts;

use crate::language::Language;
pub use answer::{___, Answer, Blank, Given};
pub use examine::{Examined, examine, examine_with};
use marks::Wrong;
pub use progress::{answered_before, answers_so_far};
use table::{Exercise, Expected, exercises};
use texts::{LANGUAGES, sentence, text};

/// Whether an answer was right; the sentence about it has already been printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the answer was right.
    pub right: bool,
}

impl Verdict {
    /// In a notebook nothing more is shown where the check is the last line of a cell.
    pub fn evcxr_display(&self) {}
}

/// Dice si la respuesta a un ejercicio es correcta y, si no lo es, da una pista: nunca la solución.
///
/// La respuesta puede ser un número, un texto, `true` o `false`, una lista de números o un array de ndarray.
///
/// ```
/// use digitos::prelude::*;
///
/// assert!(!comprobar("parametros", 784 + 10).right);
/// ```
pub fn comprobar(name: &str, answer: impl Answer) -> Verdict {
    tell(Language::Spanish, name, &answer.given())
}

/// Says whether the answer to an exercise is right, and gives a hint if it is not: never the solution.
///
/// The answer can be a number, a text, `true` or `false`, a list of numbers or an array of ndarray.
///
/// ```
/// use digitos::prelude::*;
///
/// assert!(!check("parameters", 784 + 10).right);
/// ```
pub fn check(name: &str, answer: impl Answer) -> Verdict {
    tell(Language::English, name, &answer.given())
}

/// What an exercise is called in the notebooks of a language.
fn name(exercise: &Exercise, language: Language) -> &'static str {
    text(language, exercise.id, "name").unwrap_or(exercise.id)
}

/// Dice cuántos ejercicios de cada lección están bien y cuáles faltan, desde que se abrió el cuaderno.
pub fn mi_progreso() {
    print_progress(Language::Spanish);
}

/// Says how many exercises of each lesson are right and which are missing, since the notebook was opened.
pub fn my_progress() {
    print_progress(Language::English);
}

fn print_progress(language: Language) {
    let lessons = progress::lessons();
    if lessons.is_empty() {
        println!("{}", sentence(language, "none_begun", &[]));
    }
    for lesson in lessons {
        let (done, all) = (lesson.done.len(), lesson.done.len() + lesson.left.len());
        let left: Vec<_> = lesson.left.iter().map(|exercise| name(exercise, language)).collect();
        let key = if left.is_empty() { "lesson_done" } else { "lesson_begun" };
        let values = [("lesson", lesson.name), ("done", &done.to_string()), ("all", &all.to_string())];
        println!("{}", sentence(language, key, &[&values[..], &[("left", &left.join(", "))]].concat()));
    }
}

fn tell(language: Language, asked: &str, given: &Given) -> Verdict {
    let exercise = find(language, asked);
    if given.is_blank() && exercise.is_ok() {
        marks::tell(asked, given, None);
        marks::fail_with(|| sentence(language, "unanswered", &[("name", asked)]));
        return Verdict { right: false };
    }
    let judged = exercise.map_err(Wrong::from).and_then(|exercise| {
        let judged = judge(language, exercise, given, progress::missed(exercise));
        progress::note(exercise, judged.is_ok());
        judged.map(|said| format!("{said} {}", count(language, exercise)))
    });
    marks::tell(asked, given, Some(&judged));
    let mark = |key, said| format!("{} {said}", sentence(language, key, &[]));
    let right = judged.is_ok();
    let said = judged.map_or_else(|wrong| mark("not_yet", wrong.said), |said| mark("right", said));
    println!("{said}");
    if !right {
        marks::fail_with(|| said);
    }
    Verdict { right }
}

/// How many exercises of this one's lesson are done.
fn count(language: Language, exercise: &Exercise) -> String {
    let lessons = progress::lessons();
    let lesson = lessons.iter().find(|lesson| lesson.done.iter().any(|done| done.id == exercise.id));
    lesson.map_or(String::new(), |lesson| {
        let (done, all) = (lesson.done.len(), lesson.done.len() + lesson.left.len());
        let key = if done == all { "all_done" } else { "done" };
        sentence(language, key, &[("done", &done.to_string()), ("all", &all.to_string())])
    })
}

/// The exercise that is called so in any language.
fn find(language: Language, asked: &str) -> Result<&'static Exercise, String> {
    let is_asked = |exercise: &&Exercise| LANGUAGES.iter().any(|&language| name(exercise, language) == asked);
    exercises().find(is_asked).ok_or_else(|| {
        let names: Vec<_> = exercises().map(|exercise| name(exercise, language)).collect();
        sentence(language, "unknown", &[("name", asked), ("names", &names.join(", "))])
    })
}

/// What there is to say about an answer after so many wrong ones: `Ok` if it is right.
fn judge(language: Language, exercise: &Exercise, given: &Given, missed: usize) -> Result<String, Wrong> {
    let say = |key, values: &[(&str, &str)]| sentence(language, key, values);
    let section = if let Expected::AtLeast(_) = exercise.expected { "every_network" } else { exercise.id };
    let own = |key: &str| text(language, section, key);
    let right = || Ok(own("right").unwrap_or_default().into());
    let hint = || {
        let second = text(language, exercise.id, "more").filter(|_| missed > 0);
        format!("{} {}", say("hint", &[]), second.or_else(|| own("hint")).unwrap_or_default())
    };
    let because = |reason: String| Err(format!("{reason} {}", hint()).into());
    match (&exercise.expected, given) {
        (Expected::Statements(truths), Given::Numbers(numbers)) => {
            let truths: Vec<f64> = truths().iter().map(|&truth| f64::from(u8::from(truth))).collect();
            match not_comparable(language, numbers, truths.len()) {
                Some(reason) => because(reason),
                None if *numbers == truths => right(),
                None => Err(hint().into()),
            }
        }
        (Expected::Letters(solution) | Expected::Quiz(solution), Given::Text(text)) => {
            let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
            let solution = solution().to_lowercase();
            let (found, expected) = (letters.chars().count(), solution.chars().count());
            if found != expected {
                return because(say("letters", &[("expected", &expected.to_string()), ("found", &found.to_string())]));
            }
            if letters == solution {
                return right();
            }
            if let Expected::Letters(_) = exercise.expected {
                return Err(hint().into());
            }
            let wrong = letters.chars().zip(solution.chars()).enumerate().filter(|(_, (a, b))| a != b);
            let lines: Vec<_> = wrong
                .map(|(i, (letter, _))| {
                    let why = own(&format!("{}.{letter}", i + 1)).unwrap_or_default();
                    say("question", &[("number", &(i + 1).to_string()), ("letter", &letter.to_string()), ("why", why)])
                })
                .collect();
            Err(Wrong { said: format!("{}\n{}", hint(), lines.join("\n")), foreseen: lines })
        }
        (Expected::Numbers { values, tolerance, misses }, Given::Numbers(numbers)) => {
            let values = values();
            if let Some(reason) = not_comparable(language, numbers, values.len()) {
                return because(reason);
            }
            let off = |values: &[f64]| numbers.iter().zip(values).position(|(a, b)| (a - b).abs() > *tolerance);
            let Some(position) = off(&values) else { return right() };
            match misses.iter().find(|miss| off(&(miss.values)()).is_none()) {
                Some(miss) => {
                    let said = own(&format!("miss.{}", miss.key)).unwrap_or_default().to_string();
                    Err(Wrong { foreseen: vec![said.clone()], said })
                }
                None if values.len() > 1 => because(say("first_wrong", &[("position", &position.to_string())])),
                None => Err(hint().into()),
            }
        }
        (Expected::AtLeast(least), Given::Network(network)) => {
            let share = network.accuracy();
            match network.images {
                10_000 if share >= *least => right(),
                10_000 => because(say("below", &[("share", &format!("{share:.4}")), ("least", &least.to_string())])),
                images => because(say("other_exam", &[("images", &images.to_string())])),
            }
        }
        (expected, given) => {
            let (expected, found) = (say(expected.kind(), &[]), say(given.kind(), &[]));
            because(say("kind", &[("expected", &expected), ("Expected", &capital(&expected)), ("found", &found)]))
        }
    }
}

/// Why some numbers cannot be the answer, whatever their values.
fn not_comparable(language: Language, numbers: &[f64], expected: usize) -> Option<String> {
    let found = numbers.len();
    if found != expected {
        let key = if expected == 1 { "one_number" } else { "many_numbers" };
        let values = [("expected", &*expected.to_string()), ("found", &found.to_string())];
        return Some(sentence(language, key, &values));
    }
    let bad = numbers.iter().find(|number| !number.is_finite())?;
    Some(sentence(language, "not_finite", &[("bad", &bad.to_string())]))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
