//! `slides`: the figures of the committed lessons, each with a sentence, as a page to be shown in class.

use std::path::Path;

use super::notebook::Notebook;
use super::run::notebooks_in;
use super::setup;

const STYLE: &str = include_str!("slides.css");

/// Writes `target/slides/LANGUAGE.html`, which needs nothing else, not even a connection.
pub fn write(root: &Path, language: &str) -> Result<(), String> {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n<title>digitos</title>\n<style>\n{STYLE}</style>\n"
    );
    let mut count = 0;
    let folder = root.join("notebooks").join(language);
    let lessons = notebooks_in(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    for path in lessons {
        let notebook = Notebook::read(&path)?;
        let slides = notebook.slides();
        if !slides.is_empty() {
            page += &format!("<section><h1>{}</h1></section>\n", escaped(&notebook.title()));
        }
        for (sentence, figure) in slides {
            page += &format!("<section><p>{}</p>\n{figure}</section>\n", escaped(&sentence));
            count += 1;
        }
    }
    let target = root.join("target/slides").join(format!("{language}.html"));
    setup::write(&target, &page)?;
    println!("{count} slides in {}; open it in a browser, and go on with the space bar", target.display());
    Ok(())
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
