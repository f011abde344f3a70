//! The canvas as part of a web page.
use super::strokes::{DRAWING, KEPT};
use crate::language::Language;
use crate::live::Files;
use crate::words;
use crate::words::Pad;

const CODE: [&str; 2] = [include_str!("page.css"), include_str!("page.js")];

pub fn html(files: &Files, language: Language) -> String {
    let Pad { here, canvas, keys, undo, clear, this_is, keep, kept, remove, reads, empty, unsent, offline } =
        language.words::<words::Pad>();
    let words = [
        ("canvas", *canvas),
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
        ("percent", language.percent_sign()),
        ("keptName", KEPT),
    ];
    files.html("digitos-pad", here, DRAWING, CODE, &words)
}
