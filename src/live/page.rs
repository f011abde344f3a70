//! The live panel as part of a web page: the picture, two buttons, and the script that keeps them up to date.
use super::files::Files;
use crate::language::Language;
use crate::{picture::escape, words, words::Live};
use std::io;

const CODE: [&str; 2] = [include_str!("page.css"), include_str!("page.js")];

/// The HTML of a panel with these files; `trouble` is why there will be no picture.
pub fn html(files: &Files, language: Language, trouble: Option<io::Error>) -> String {
    let words: &words::Live = language.words();
    if let Some(trouble) = trouble {
        let text = (words.cannot_move)(&files.folder().display().to_string(), &trouble.to_string());
        return format!("<p>{}</p>", escape(&text));
    }
    let Live { alternative, panel_moves_here, pause, go, stop, step, log, keys, silent, offline, gone, unsent, .. } =
        words;
    let words = [
        ("alternative", *alternative),
        ("pause", pause),
        ("go", go),
        ("stop", stop),
        ("step", step),
        ("log", log),
        ("keys", keys),
        ("silent", silent),
        ("offline", offline),
        ("gone", gone),
        ("unsent", unsent),
    ];
    files.html("digitos-live", panel_moves_here, "svg", CODE, &words)
}
