//! The live panel as part of a web page: the picture, two buttons, and the script that keeps them up to date.
use super::files::Files;
use crate::language::Language;
use crate::picture::escape;
use std::io;

/// The body of a function of the element `root`, the alternative text `alt` and the words `words`.
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The HTML of a panel with these files; `trouble` is why there will be no picture.
pub fn html(files: &Files, language: Language, trouble: Option<io::Error>) -> String {
    let words = &language.words().live;
    if let Some(trouble) = trouble {
        let text = (words.cannot_move)(&files.folder().display().to_string(), &trouble.to_string());
        return format!("<p>{}</p>", escape(&text));
    }
    let said = [
        ("pause", words.pause),
        ("go", words.go),
        ("stop", words.stop),
        ("silent", words.silent),
        ("offline", words.offline),
        ("gone", words.gone),
        ("unsent", words.unsent),
    ];
    let said = said.map(|(name, text)| format!("\"{name}\":\"{text}\"")).join(",");
    format!(
        "<style>{STYLE}</style>\n<div class=\"digitos-live\" id=\"digitos-{id}\"><p>{saved}</p><a href=\"{source}\"></a>\n\
         <script>(function (root, alt, words) {{\n{SCRIPT}}})(document.currentScript.parentElement, \"{alt}\", \
         {{{said}}});</script></div>",
        saved = words.panel_moves_here,
        alt = words.alternative,
        id = files.id,
        source = files.source(),
    )
}
