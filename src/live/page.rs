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
    if let Some(trouble) = trouble {
        let folder = files.folder().display();
        let text = language.pick(
            format!("El panel no puede moverse: en {folder} no se puede escribir ({trouble}). El entrenamiento no lo necesita: sus líneas salen bajo su celda, y panel.figure() dibuja el resultado."),
            format!("The panel cannot move: {folder} cannot be written to ({trouble}). Training does not need it: its lines come below its cell, and panel.figure() draws the result."),
        );
        return format!("<p>{}</p>", escape(&text));
    }
    let saved = language.pick(
        "Aquí se mueve el panel mientras la red aprende, si el cuaderno se ejecuta en JupyterLab.",
        "Here the panel moves while the network learns, if the notebook is run in JupyterLab.",
    );
    let words = language.pick(
        r#"{"pause":"Pausar","go":"Seguir","stop":"Detener","silent":"Sin noticias del núcleo desde hace # s.","offline":"Sin conexión con JupyterLab.","gone":"El archivo del panel no está: ejecuta otra vez esta celda.","unsent":"La orden no ha llegado al núcleo: "}"#,
        r#"{"pause":"Pause","go":"Resume","stop":"Stop","silent":"No news from the kernel for # s.","offline":"No connection to JupyterLab.","gone":"The panel’s file is not there: run this cell again.","unsent":"The order did not reach the kernel: "}"#,
    );
    let alt = language.pick("Lo que aprende la red", "What the network learns");
    format!(
        "<style>{STYLE}</style>\n<div class=\"digitos-live\" id=\"digitos-{id}\"><p>{saved}</p><a hidden href=\"{source}\"></a>\n\
         <script>(function (root, alt, words) {{\n{SCRIPT}}})(document.currentScript.parentElement, \"{alt}\", \
         {words});</script></div>",
        id = files.id,
        source = files.source(),
    )
}
