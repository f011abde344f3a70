//! The canvas as part of a web page.
use super::strokes::{DRAWING, KEPT};
use crate::language::Language;
use crate::live::Files;
use crate::words;
use crate::words::Pad;

/// The body of a function of the element `root`, the words `words`, and the name of the file of kept drawings.
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

pub fn html(files: &Files, language: Language) -> String {
    let Pad { here, canvas, keys, undo, clear, this_is, keep, kept, remove, reads, empty, unsent, offline } =
        language.words::<words::Pad>();
    let words = [
        ("canvas", canvas),
        ("keys", keys),
        ("undo", undo),
        ("clear", clear),
        ("thisIs", this_is),
        ("keep", keep),
        ("kept", kept),
        ("remove", remove),
        ("reads", reads),
        ("empty", empty),
        ("unsent", unsent),
        ("offline", offline),
        ("percent", &language.percent_sign()),
    ];
    let words: Vec<String> = words.iter().map(|(name, text)| format!("{name}:{text:?}")).collect();
    format!(
        "<style>{STYLE}</style>\n<div class=\"digitos-pad\" id=\"digitos-{id}\"><p>{here}</p><a hidden href=\"{source}\"></a>\n\
         <script>(function (root, words, keptName) {{\n{SCRIPT}}})(document.currentScript.parentElement, {{{words}}}, \
         \"{KEPT}\");</script></div>",
        id = files.id,
        source = files.address(DRAWING),
        words = words.join(","),
    )
}
