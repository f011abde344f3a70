//! The exercises of the lessons: whether an answer is right, and if not, what to think about.
//!
//! `answer` is what a student may hand in, `table` (lesson 1) and `deeper` (lessons 2 to 4) what is asked and what is
//! right, and here the two are compared. An exercise is one entry there; a figure that a network must reach is one line.
mod answer;
mod deeper;
mod table;

pub use answer::{Answer, Given};
use table::{Exercise, Expected, at_least_share};

/// Whether an answer was right; the sentence about it has already been printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
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
    tell(0, name, &answer.given())
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
    tell(1, name, &answer.given())
}

fn exercises() -> impl Iterator<Item = &'static Exercise> {
    table::EXERCISES.iter().chain(deeper::EXERCISES)
}

/// `language` is 0 for Spanish and 1 for English, as in the pairs of the table.
fn tell(language: usize, name: &str, given: &Given) -> Verdict {
    match judge(language, name, given) {
        Ok(sentence) => println!("{} {sentence}", ["✓ Correcto.", "✓ Right."][language]),
        Err(sentence) => {
            println!("{} {sentence}", ["✗ Todavía no.", "✗ Not yet."][language]);
            return Verdict { right: false };
        }
    }
    Verdict { right: true }
}

/// What there is to say: `Ok` for a right answer.
fn judge(language: usize, name: &str, given: &Given) -> Result<String, String> {
    let Some(exercise) = exercises().find(|exercise| exercise.names.contains(&name)) else {
        let names = exercises().map(|exercise| exercise.names[language]).collect::<Vec<_>>().join(", ");
        return Err([
            format!("No hay ningún ejercicio «{name}». Los que hay son: {names}."),
            format!("There is no exercise \"{name}\". There are: {names}."),
        ][language]
            .clone());
    };
    if given.is_blank() {
        let sentence = [
            "Falta tu respuesta: escríbela en lugar de lo que trae la celda.",
            "Your answer is missing: write it in place of what the cell comes with.",
        ];
        return Err(sentence[language].into());
    }
    let hint = |reason: String| {
        let (label, hint) = (["Pista:", "Hint:"][language], exercise.hint[language]);
        Err(if reason.is_empty() { format!("{label} {hint}") } else { format!("{reason} {label} {hint}") })
    };
    match (&exercise.expected, given) {
        (Expected::Truth(truth), Given::Truth(answer)) if answer == truth => right(exercise, language),
        (Expected::Truth(_), Given::Truth(_)) => hint(String::new()),
        (Expected::Letters(right_letters), Given::Text(text)) => {
            let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
            let solution = right_letters();
            let hits = letters.chars().zip(solution.chars()).filter(|(a, b)| a == b).count();
            match (letters.chars().count(), solution.chars().count()) {
                (found, expected) if found != expected => hint(pick(
                    language,
                    format!("Se esperaban {expected} letras seguidas y hay {found}."),
                    format!("{expected} letters in a row were expected, and there are {found}."),
                )),
                (_, all) if hits == all => right(exercise, language),
                _ => hint(pick(
                    language,
                    format!("Letras en su sitio: {hits}."),
                    format!("Letters in their place: {hits}."),
                )),
            }
        }
        (Expected::Numbers { values, tolerance, misses }, Given::Numbers(numbers)) => {
            let values = values();
            if let Some(reason) = not_comparable(language, numbers, values.len()) {
                return hint(reason);
            }
            let close = |values: &[f64]| numbers.iter().zip(values).all(|(a, b)| (a - b).abs() <= *tolerance);
            if close(&values) {
                return right(exercise, language);
            }
            match misses.iter().find(|miss| close(&(miss.values)())) {
                Some(miss) => Err(miss.sentence[language].into()),
                None if values.len() > 1 => {
                    let wrong = numbers.iter().zip(&values).position(|(a, b)| (a - b).abs() > *tolerance).unwrap_or(0);
                    hint(pick(
                        language,
                        format!("El primer número que no cuadra es el de la posición {wrong} (se cuenta desde 0)."),
                        format!("The first number that is off is the one in position {wrong} (counting from 0)."),
                    ))
                }
                None => hint(String::new()),
            }
        }
        (Expected::AtLeast(least), Given::Numbers(numbers)) => {
            if let Some(reason) = not_comparable(language, numbers, 1) {
                return hint(reason);
            }
            at_least_share(numbers[0], *least, language).map_or_else(|| right(exercise, language), hint)
        }
        (expected, given) => hint(pick(
            language,
            format!("Se esperaba {}, y esto es {}.", expected.kind(0), given.kind(0)),
            format!("{} was expected, and this is {}.", capital(expected.kind(1)), given.kind(1)),
        )),
    }
}

fn right(exercise: &Exercise, language: usize) -> Result<String, String> {
    Ok(exercise.right[language].into())
}

/// Why some numbers cannot be the answer, whatever their values.
fn not_comparable(language: usize, numbers: &[f64], expected: usize) -> Option<String> {
    let found = numbers.len();
    if found != expected {
        let plural = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        return Some(pick(
            language,
            format!("Se esperaba una respuesta de {}; la tuya tiene {found}.", plural(expected, "número", "números")),
            format!("An answer of {} was expected; yours has {found}.", plural(expected, "number", "numbers")),
        ));
    }
    let bad = numbers.iter().find(|number| !number.is_finite())?;
    Some(pick(
        language,
        format!("En tu respuesta hay un {bad}, que no es un número con el que se pueda seguir."),
        format!("Your answer holds {bad}, which is no number to go on with."),
    ))
}

fn pick(language: usize, es: String, en: String) -> String {
    [es, en].into_iter().nth(language).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
