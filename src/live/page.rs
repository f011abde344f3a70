//! The live panel as part of a web page: the picture, two buttons, and the script that keeps them up to date.
use super::files::Files;
use crate::language::Language;
use crate::{picture::escape, words, words::Live};
use std::io;

/// The body of a function of the element `root`, the alternative text `alt` and the words `words`.
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The HTML of a panel with these files; `trouble` is why there will be no picture.
pub fn html(files: &Files, language: Language, trouble: Option<io::Error>) -> String {
    let words: &words::Live = language.words();
    if let Some(trouble) = trouble {
        let text = (words.cannot_move)(&files.folder().display().to_string(), &trouble.to_string());
        return format!("<p>{}</p>", escape(&text));
    }
    let Live { alternative, panel_moves_here, pause, go, stop, silent, offline, gone, unsent, .. } = words;
    let words = format!(
        r#"{{"pause":"{pause}","go":"{go}","stop":"{stop}","silent":"{silent}","offline":"{offline}","gone":"{gone}","unsent":"{unsent}"}}"#
    );
    format!(
        "<style>{STYLE}</style>\n<div class=\"digitos-live\" id=\"digitos-{id}\"><p>{panel_moves_here}</p><a hidden href=\"{source}\"></a>\n\
         <script>(function (root, alt, words) {{\n{SCRIPT}}})(document.currentScript.parentElement, \"{alternative}\", \
         {words});</script></div>",
        id = files.id,
        source = files.address("svg"),
    )
}
