//! `web`: the lessons as pages that are read, and run, without Jupyter. `markdown` and `code` turn cells into HTML, `page` puts
//! them together. `cells` makes a program of a notebook's cells, `build` compiles it to WebAssembly, and `site` writes what a page
//! loads besides itself: `page.js` is what the page does, and `worker.js` what runs beside it. `serve` is a server for one computer.

#[cfg(test)]
mod answers; // a part of the program that `build` compiles
mod build;
mod cells;
mod code;
mod markdown;
mod page;
pub mod serve;
mod site;

use std::fs;
use std::path::{Path, PathBuf};

use super::notebook::{Notebook, source};
use super::run::{LANGUAGES, notebooks_in};
use super::setup;
use page::Lesson;

/// Writes the pages of all lessons into the folder `output`.
pub fn write(root: &Path, output: &Path) -> Result<(), String> {
    let mut editions = Vec::new();
    for language in LANGUAGES {
        editions.push(lessons(root, language)?);
    }
    let running = site::write(root, output, &editions)?;
    for (lessons, running) in editions.iter().zip(&running) {
        for (index, running) in running.iter().enumerate() {
            let page = page::lesson(lessons, index, &running.marks, &running.scripts)?;
            let Lesson { language, stem, .. } = &lessons[index];
            setup::write(&output.join(language).join(format!("{stem}.html")), &page.html)?;
            for name in page.images {
                copy(&root.join("notebooks/images").join(&name), &output.join("images").join(&name))?;
            }
        }
    }
    setup::write(&output.join("page.css"), &page::style())?;
    setup::write(&output.join("index.html"), &page::index(&editions)?)?;
    println!("{} pages in {}", editions.iter().map(Vec::len).sum::<usize>(), output.join("index.html").display());
    Ok(())
}

/// The lessons in one language, in their order.
fn lessons(root: &Path, language: &'static str) -> Result<Vec<Lesson>, String> {
    let folder = root.join("notebooks").join(language);
    let paths = notebooks_in(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let lesson = |path: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut notebook = Notebook::read(path)?;
        for (name, value) in notebook.shorter() {
            notebook.set(&name, &value).map_err(|error| format!("{} {error}", path.display()))?;
        }
        say_instead(&mut notebook).map_err(|error| format!("{} {error}", path.display()))?;
        Ok(Lesson { language, stem, notebook })
    };
    paths.iter().map(lesson).collect()
}

/// Puts into the texts of cells what is true in a web page, in place of what is true in Jupyter.
fn say_instead(notebook: &mut Notebook) -> Result<(), String> {
    for cell in notebook.cells_mut() {
        let mut text = source(cell);
        for (said, instead) in cell["metadata"]["page"]["instead"].clone().as_object().into_iter().flatten() {
            if !text.contains(said) {
                return Err(format!("has no \"{said}\" in its cell {}, where a page says something else", cell["id"]));
            }
            text = text.replacen(said, instead.as_str().unwrap_or_default(), 1);
            cell["source"] = text.as_str().into();
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let made = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, to));
    made.map(drop).map_err(|error| format!("{} cannot be copied to {}: {error}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    /// All pages by their paths in the site, as `es/1_softmax.html`.
    fn site() -> HashMap<String, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let editions = LANGUAGES.map(|language| lessons(root, language).expect("lessons"));
        let mut pages = HashMap::from([("index.html".into(), page::index(&editions).expect("the list"))]);
        for lessons in &editions {
            for (index, Lesson { language, stem, .. }) in lessons.iter().enumerate() {
                let page = page::lesson(lessons, index, &[], "").expect("a page");
                for name in page.images {
                    assert!(root.join("notebooks/images").join(&name).is_file(), "{name}");
                    pages.insert(format!("images/{name}"), String::new());
                }
                pages.insert(format!("{language}/{stem}.html"), page.html);
            }
        }
        pages
    }

    /// The values of an attribute, outside of scripts.
    fn values(page: &str, attribute: &str) -> Vec<String> {
        let (start, end) = ("<script", "</script>");
        let markup = page.split(start).map(|part| part.split_once(end).map_or(part, |(_, after)| after));
        let start = format!(" {attribute}=\"");
        let values = |part: &str| -> Vec<String> {
            part.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().into()).collect()
        };
        markup.flat_map(values).collect()
    }

    #[test]
    fn every_link_leads_to_a_page_and_a_place_that_there_are() {
        let site = site();
        let ids: HashMap<&String, HashSet<String>> =
            site.iter().map(|(path, page)| (path, values(page, "id").into_iter().collect())).collect();
        for (path, page) in &site {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for link in values(page, "href").iter().chain(&values(page, "data-other")) {
                let (to, place) = link.split_once('#').unwrap_or((link, ""));
                if to.ends_with("page.css") || to == "data:," || to.starts_with("digitos_live/") {
                    continue;
                }
                let to = match to.strip_prefix("../") {
                    _ if to.is_empty() => path.clone(),
                    Some(to) => to.into(),
                    None if folder.is_empty() => to.into(),
                    None => format!("{folder}/{to}"),
                };
                let known = ids.get(&to).unwrap_or_else(|| panic!("{path} leads to {link}, which there is not"));
                assert!(place.is_empty() || known.contains(place), "{path} leads to {link}, which there is not");
            }
        }
    }

    /// The sentence about smaller numbers names those that the notebook really has.
    #[test]
    fn what_a_page_says_of_its_notebooks_numbers_is_so() {
        let mut told = 0;
        for path in LANGUAGES.iter().flat_map(|language| {
            notebooks_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks").join(language)).expect("lessons")
        }) {
            let notebook = Notebook::read(&path).expect("a notebook");
            for cell in notebook.cells() {
                for (name, value) in cell["metadata"]["page"]["notebook"].as_object().into_iter().flatten() {
                    let defined = source(cell).lines().any(|line| {
                        line.starts_with(&format!("const {name}: ")) && line.contains(&format!(" = {value};"))
                    });
                    assert!(defined, "{}: {name} is not {value}", path.display());
                    told += 1;
                }
            }
        }
        assert!(told >= 6, "{told}");
    }

    /// What only a notebook has: its menus, its kernel, new cells. The page on errors is about them.
    #[test]
    fn a_page_asks_for_nothing_that_only_a_notebook_can_do() {
        let words = [
            "Run ▸",
            "Kernel ▸",
            "run in JupyterLab",
            "se ejecuta en JupyterLab",
            "(menu",
            "(menú",
            "new cell",
            "celda nueva",
            "the bar below",
            "barra de aquí",
            "may take a minute",
        ];
        for (path, page) in site().iter().filter(|(path, _)| !path.contains("err")) {
            for word in words {
                assert!(!page.contains(word), "{path}: {word}");
            }
        }
        let [spanish, english] =
            LANGUAGES.map(|language| lessons(Path::new(env!("CARGO_MANIFEST_DIR")), language).expect("lessons"));
        let told = |lesson: &Lesson| {
            lesson
                .notebook
                .cells()
                .iter()
                .map(|cell| cell["metadata"]["page"]["instead"].as_object().map_or(0, |all| all.len()))
                .collect::<Vec<_>>()
        };
        assert_eq!(spanish.iter().map(told).collect::<Vec<_>>(), english.iter().map(told).collect::<Vec<_>>());
    }

    #[test]
    fn pages_load_nothing_from_elsewhere() {
        for (path, page) in site() {
            assert!(!page.contains("://"), "{path} names another host");
            for source in values(&page, "src") {
                assert!(source.starts_with("data:image/") || source.starts_with("../images/"), "{path}: {source}");
            }
            assert!(!page.contains(".ipynb\""), "{path} leads to a notebook");
        }
    }

    #[test]
    fn ids_are_unique_and_cells_have_the_same_in_both_languages() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let site = site();
        for (path, page) in &site {
            let all = values(page, "id");
            let mut seen = HashSet::new();
            assert!(all.iter().all(|id| !id.is_empty() && seen.insert(id)), "{path}: {all:?}");
        }
        let [spanish, english] = LANGUAGES.map(|language| lessons(root, language).expect("lessons"));
        for (one, other) in spanish.iter().zip(&english) {
            let [one, other] = [one, other].map(|lesson| &site[&format!("{}/{}.html", lesson.language, lesson.stem)]);
            let places =
                |page| values(page, "id").into_iter().filter(|id| !id.starts_with("digitos-")).collect::<Vec<_>>();
            assert_eq!(places(one), places(other));
        }
    }

    #[test]
    fn every_formula_becomes_mathml_and_headings_descend_by_one() {
        for language in LANGUAGES {
            let lessons = lessons(Path::new(env!("CARGO_MANIFEST_DIR")), language).expect("lessons");
            for (index, lesson) in lessons.iter().enumerate() {
                let page = page::lesson(&lessons, index, &[], "").expect("a page").html;
                let texts = lesson.notebook.cells().iter().filter(|cell| cell["cell_type"] == "markdown");
                let formulas: usize = texts.map(|cell| dollars(&source(cell)) / 2).sum();
                assert_eq!(page.matches("<math").count(), formulas, "{language}/{}", lesson.stem);
                let mut level = 0;
                for heading in page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)) {
                    assert!(heading <= level + 1, "{language}/{}: <h{heading}> below <h{level}>", lesson.stem);
                    level = heading;
                }
                assert_eq!(page.matches("<h1").count(), 1);
                assert!(
                    !page.contains("<ol start="),
                    "{language}/{}: a sentence that begins with a number",
                    lesson.stem
                );
                assert_eq!(page.matches("<details").count(), page.matches("</details>").count());
            }
        }
    }

    /// The signs that begin and end formulas, `$` or `$$`, outside of code.
    fn dollars(text: &str) -> usize {
        let blocks = text.split("```").step_by(2);
        let texts = blocks.flat_map(|text| text.split('`').step_by(2));
        texts.map(|text| text.replace("$$", "$").matches('$').count()).sum()
    }

    #[test]
    fn a_cell_has_what_the_script_looks_for() {
        let notebook = r##"{"nbformat": 4, "cells": [
            {"cell_type": "markdown", "id": "a", "source": "# T\n\n[en](../en/t.ipynb)\n\nA b. C."},
            {"cell_type": "code", "id": "empty", "source": "", "metadata": {}, "outputs": []},
            {"cell_type": "code", "id": "b", "source": [":dep x\n", "let a = 1;"], "metadata": {"tags": ["exercise", "experiment"]},
             "outputs": [{"output_type": "stream", "name": "stdout", "text": "1 < 2\n"},
                         {"output_type": "execute_result", "data": {"text/plain": "Set x"}}]},
            {"cell_type": "code", "id": "c", "source": "draw()", "metadata": {"jupyter": {"source_hidden": true}},
             "outputs": [{"output_type": "execute_result", "data": {"text/html": ["<b>d</b>"], "text/plain": "e"}},
                         {"output_type": "execute_result", "data": {"text/html": "<img src=\"data:image/svg+xml;base64,PHN2ZyBpZD0iIyI+PC9zdmc+\">"}}]}
        ]}"##;
        let notebook = Notebook::parse(notebook.as_bytes()).expect("a notebook");
        let lessons = [Lesson { language: "es", stem: "t".into(), notebook }];
        let marks = [vec![code::Mark { range: 15..16, kind: code::Kind::Number, name: None }]];
        let page = page::lesson(&lessons, 0, &marks, "<script>const LESSON = {}</script>").expect("a page").html;
        for part in [
            "<html lang=\"es\" data-lesson=\"t\" data-other=\"../en/t.html\">",
            "<main id=\"lesson\"",
            "<section class=\"cell text\" id=\"a\">",
            "<div id=\"panel-of-numbers\"></div>\n<section class=\"cell code\" id=\"b\" data-cell=\"0\" data-tags=\"exercise experiment\">",
            "<pre class=\"source\"><code><span class=\"keyword\">let</span> a = <span class=\"number\" data-index=\"0\">1</span>;</code></pre>",
            "<div class=\"output\" data-committed><pre class=\"stream\">1 &lt; 2</pre></div>",
            "id=\"c\" data-cell=\"1\" data-tags=\"\">\n<details class=\"folded\">",
            "<div class=\"output\" data-committed><div class=\"rich\"><b>d</b></div><div class=\"rich\"><img src=\"data:image/svg+xml,%3Csvg id=%22%23%22%3E%3C/svg%3E\"></div></div>",
            "<div id=\"status\" role=\"status\"></div>",
            "<div id=\"toolbar\"></div>",
            "<script>const LESSON = {}</script></body>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("id=\"empty\"") && !page.contains(":dep") && !page.contains("Set x"));
    }
}
