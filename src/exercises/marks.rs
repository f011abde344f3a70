//! What a check tells the program that runs a notebook to mark it, when the environment variable `DIGITOS_GRADE` says so.
//! With `fail`, an answer that is missing or wrong fails its cell; with `list`, each answer is an output of its own kind.
use std::env;

use super::answer::Given;
use crate::notebook;

/// What is said about a wrong answer.
#[derive(Debug, PartialEq)]
pub struct Wrong {
    pub said: String,
    /// What stands in the texts about the mistakes that it makes, if they were foreseen.
    pub foreseen: Vec<String>,
}

impl From<String> for Wrong {
    fn from(said: String) -> Self {
        Wrong { said, foreseen: Vec::new() }
    }
}

/// Lines of text: the name of the exercise, `right`, `wrong` or `none`, the answer, and the foreseen mistakes.
const KIND: &str = "application/vnd.digitos.mark";

fn wanted(what: &str) -> bool {
    env::var("DIGITOS_GRADE").is_ok_and(|value| value == what)
}

/// Tells an answer, with what was said about it unless it is missing.
pub fn tell(exercise: &str, given: &Given, judged: Option<&Result<String, Wrong>>) {
    if wanted("list") {
        notebook::show(KIND, &lines(exercise, given, judged));
    }
}

pub(super) fn lines(exercise: &str, given: &Given, judged: Option<&Result<String, Wrong>>) -> String {
    let (mark, foreseen) = match judged {
        None => ("none", &[][..]),
        Some(Ok(_)) => ("right", &[][..]),
        Some(Err(wrong)) => ("wrong", &wrong.foreseen[..]),
    };
    let fields = [exercise, mark, &given.to_string()].map(|field| field.replace(char::is_control, " "));
    [&fields[..], foreseen].concat().join("\n")
}

/// With `fail`, ends the cell with this sentence.
pub fn fail_with(sentence: impl FnOnce() -> String) {
    if wanted("fail") {
        panic!("{}", sentence());
    }
}
