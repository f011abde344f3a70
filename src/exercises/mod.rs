//! The exercises of the lessons: whether an answer is right, and if not, what to think about.
//!
//! `answer` is what a student may hand in, `table` what is right, and here the two are compared. What is said about an
//! answer stands in `es.txt` and `en.txt`. An exercise is an entry of the table and a section of each text.
mod answer;
mod table;
mod texts;

use crate::language::Language;
pub use answer::{Answer, Given};
use table::{EXERCISES, Exercise, Expected};
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

fn tell(language: Language, name: &str, given: &Given) -> Verdict {
    let (right, said) = match judge(language, name, given) {
        Ok(said) => (true, said),
        Err(said) => (false, said),
    };
    println!("{} {said}", sentence(language, if right { "right" } else { "not_yet" }, &[]));
    Verdict { right }
}

/// What there is to say: `Ok` for a right answer.
fn judge(language: Language, asked: &str, given: &Given) -> Result<String, String> {
    let say = |key, values: &[(&str, &str)]| sentence(language, key, values);
    let is_asked = |exercise: &&Exercise| LANGUAGES.iter().any(|&language| name(exercise, language) == asked);
    let Some(exercise) = EXERCISES.iter().find(is_asked) else {
        let names: Vec<_> = EXERCISES.iter().map(|exercise| name(exercise, language)).collect();
        return Err(say("unknown", &[("name", asked), ("names", &names.join(", "))]));
    };
    if given.is_blank() {
        return Err(say("missing", &[]));
    }
    let section = if let Expected::AtLeast(_) = exercise.expected { "every_network" } else { exercise.id };
    let own = |key: &str| text(language, section, key).unwrap_or_default();
    let right = || Ok(own("right").into());
    let hint = || format!("{} {}", say("hint", &[]), own("hint"));
    let because = |reason: String| Err(format!("{reason} {}", hint()));
    match (&exercise.expected, given) {
        (Expected::Truth(truth), Given::Truth(answer)) if answer == truth => right(),
        (Expected::Truth(_), Given::Truth(_)) => Err(hint()),
        (Expected::Letters(solution), Given::Text(text)) => {
            let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
            let solution = solution();
            let hits = letters.chars().zip(solution.chars()).filter(|(a, b)| a == b).count();
            match (letters.chars().count(), solution.chars().count()) {
                (found, expected) if found != expected => {
                    because(say("letters", &[("expected", &expected.to_string()), ("found", &found.to_string())]))
                }
                (_, all) if hits == all => right(),
                _ => because(say("in_place", &[("hits", &hits.to_string())])),
            }
        }
        (Expected::Numbers { values, tolerance, misses }, Given::Numbers(numbers)) => {
            let values = values();
            if let Some(reason) = not_comparable(language, numbers, values.len()) {
                return because(reason);
            }
            let off = |values: &[f64]| numbers.iter().zip(values).position(|(a, b)| (a - b).abs() > *tolerance);
            let Some(position) = off(&values) else { return right() };
            match misses.iter().find(|miss| off(&(miss.values)()).is_none()) {
                Some(miss) => Err(own(&format!("miss.{}", miss.key)).into()),
                None if values.len() > 1 => because(say("first_wrong", &[("position", &position.to_string())])),
                None => Err(hint()),
            }
        }
        (Expected::AtLeast(least), Given::Numbers(numbers)) => match numbers[..] {
            // an accuracy comes as f32: 0.91 of those is a little less than 0.91
            [share] if (least - 1e-6..=1.0).contains(&share) => right(),
            [share] if (0.0..1.0).contains(&share) => {
                because(say("below", &[("share", &format!("{share:.4}")), ("least", &least.to_string())]))
            }
            _ => because(not_comparable(language, numbers, 1).unwrap_or_else(|| say("no_share", &[]))),
        },
        (expected, given) => {
            let [expected, found] = [expected.kind(), given.kind()].map(|kind| say(kind, &[]));
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
