//! What a page loads besides itself: the lesson's module, the data and the scripts. Everything comes as a script, so that the
//! same files work from a server and from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::GzEncoder;
use serde_json::{Map, Value, json};

use super::build::{self, BUILDS, PAGES, Packages};
use super::cells;
use super::code::{Kind, Mark};
use super::page::Lesson;
use crate::launcher::notebook::source;
use crate::launcher::setup;

/// What a lesson's page needs to run.
#[derive(Default)]
pub struct Running {
    /// What can be changed in each code cell.
    pub marks: Vec<Vec<Mark>>,
    /// The end of the page.
    pub scripts: String,
}

/// So many characters make one part of a file: a progress bar moves with each.
const PART: usize = 1_000_000;

const PICTURES: [&str; 1] = ["notebooks/images/handwriting.png"];
const DATA: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// The folder with the scripts of a site.
struct Assets<'a> {
    site: &'a Path,
    /// The names of the files, by the browsers that need them: all of them, or those that take one of the builds.
    names: BTreeMap<&'a str, Vec<String>>,
}

/// Compiles the lessons and writes what their pages load, for the editions in both languages.
pub fn write(root: &Path, site: &Path, editions: &[Vec<Lesson>]) -> Result<Vec<Vec<Running>>, String> {
    let packages = packages(editions)?;
    let folders = build::modules(root, &packages)?;
    let mut assets = Assets { site, names: BTreeMap::new() };
    let data = assets.add_data(root)?;
    let pictures = assets.add_pictures(root)?;
    let modules = assets.add_modules(&packages, &folders)?;
    let script = assets.add_script()?;
    assets.clean()?;
    assets.write_service_worker(editions)?;

    let running = |lesson: &Lesson| {
        let name = package(lesson);
        let languages = packages.get(&name)?;
        let place = languages.iter().position(|(language, _)| *language == lesson.language)?;
        let marks: Vec<Vec<Mark>> = languages[place].1.iter().map(|cell| cell.marks.clone()).collect();
        let cells: Vec<Value> = codes(lesson).zip(&marks).map(|(cell, marks)| described(cell, marks)).collect();
        let mut description = json!({ "language": place, "cells": cells, "modules": modules[&name], "data": data });
        let is_read = |path: &str| codes(lesson).any(|cell| source(cell).contains(path));
        for (path, file) in pictures.iter().filter(|(path, _)| is_read(path)) {
            description["data"][path] = file.clone();
        }
        let description = description.to_string().replace("</", "<\\/");
        let scripts =
            format!("<script>const LESSON = {description};</script>\n<script src=\"../assets/{script}\"></script>\n");
        Some(Running { marks, scripts })
    };
    let edition = |lessons: &Vec<Lesson>| lessons.iter().map(|lesson| running(lesson).unwrap_or_default()).collect();
    Ok(editions.iter().map(edition).collect())
}

/// The lessons that have code.
fn packages(editions: &[Vec<Lesson>]) -> Result<Packages, String> {
    let mut packages = Packages::new();
    for lesson in editions.iter().flatten() {
        let named = |cell: &Value| (cell["id"].as_str().unwrap_or_default().to_owned(), source(cell));
        let cells = cells::read(&codes(lesson).map(named).collect::<Vec<_>>())
            .map_err(|error| format!("notebooks/{}/{}.ipynb, {error}", lesson.language, lesson.stem))?;
        if !cells.is_empty() {
            packages.entry(package(lesson)).or_default().push((lesson.language, cells));
        }
    }
    Ok(packages)
}

/// The two editions of a lesson share what their names begin with, as `1b_como_aprende` and `1b_how_it_learns` do.
fn package(lesson: &Lesson) -> String {
    format!("lesson_{}", lesson.stem.split('_').next().unwrap_or_default())
}

/// The bytes of a file as gzip packs them.
fn packed(bytes: &[u8], path: &str) -> Result<Vec<u8>, String> {
    let mut packed = Vec::new();
    let packing = GzEncoder::new(bytes, Compression::best()).read_to_end(&mut packed);
    packing.map(|_| packed).map_err(|error| format!("{path} cannot be packed: {error}"))
}

/// The code cells.
fn codes(lesson: &Lesson) -> impl Iterator<Item = &Value> {
    lesson.notebook.code_cells().into_iter().map(|index| &lesson.notebook.cells()[index])
}

/// What the script knows of a cell.
fn described(cell: &Value, marks: &[Mark]) -> Value {
    let source = source(cell);
    let marks = marks.iter().map(|mark| {
        let text = &source[mark.range.clone()];
        match mark.kind {
            Kind::Number => json!({ "kind": "number", "text": text, "name": mark.name }),
            Kind::Blank => json!({ "kind": "blank", "text": text }),
            Kind::Lines => json!({ "kind": "lines", "text": text.trim_matches('"') }),
        }
    });
    let marks: Vec<Value> = marks.collect();
    // a blank that is no mark stands in a closure, where an expression is wanted
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let blanks: usize = lines.map(|line| line.matches("___").count()).sum();
    let is_for_notebook = blanks > marks.iter().filter(|mark| mark["kind"] == "blank").count();
    json!({ "marks": marks, "notebook": is_for_notebook || cell["metadata"]["page"]["words"] == true })
}

impl<'a> Assets<'a> {
    /// The data sets, by their names.
    fn add_data(&mut self, root: &Path) -> Result<Map<String, Value>, String> {
        let mut data = Map::new();
        for name in DATA {
            let path = root.join("MNISTdata").join(format!("{name}.gz"));
            let packed = fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            data.insert(format!("MNISTdata/{name}"), self.add("all", name, &packed)?);
        }
        Ok(data)
    }

    /// The pictures that lessons read, by their paths.
    fn add_pictures(&mut self, root: &Path) -> Result<Map<String, Value>, String> {
        let mut pictures = Map::new();
        for (name, path) in PICTURES.map(|path| (path.rsplit('/').next().unwrap_or(path), path)) {
            let picture = fs::read(root.join(path)).map_err(|error| format!("{path} cannot be read: {error}"))?;
            pictures.insert(path.into(), self.add("all", name, &packed(&picture, path)?)?);
        }
        Ok(pictures)
    }

    /// The modules of each package, by their builds.
    fn add_modules(
        &mut self,
        packages: &Packages,
        folders: &[PathBuf],
    ) -> Result<BTreeMap<String, Map<String, Value>>, String> {
        let mut modules: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for name in packages.keys() {
            for (build, folder) in BUILDS.iter().map(|build| build.name).zip(folders) {
                let path = folder.join(format!("{name}.wasm"));
                let code = fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
                let packed = packed(&code, &path.display().to_string())?;
                let file = self.add(build, &format!("{name}-{build}"), &packed)?;
                modules.entry(name.clone()).or_default().insert(build.into(), file);
            }
        }
        Ok(modules)
    }

    /// The script of all pages, with that of their worker inside.
    fn add_script(&mut self) -> Result<String, String> {
        let [fewest, most] = PAGES.map(|pages| pages.to_string());
        let worker =
            include_str!("worker.js").replace("FEWEST_PAGES_OF_MODULE", &fewest).replace("MOST_PAGES_OF_MODULE", &most);
        self.put("all", "page", &format!("const WORKER = {};\n{}", Value::from(worker), include_str!("page.js")))
    }

    /// Writes a packed file as scripts, and describes it.
    fn add(&mut self, browsers: &'a str, name: &str, packed: &[u8]) -> Result<Value, String> {
        let text = BASE64_STANDARD.encode(packed);
        let mut parts = Vec::new();
        for (number, part) in text.as_bytes().chunks(PART).enumerate() {
            let part = String::from_utf8_lossy(part);
            let file = format!("{name}-{}.{number}.js", checksum(&part));
            self.put_as(browsers, &file, &format!("digitosPart(\"{file}\", \"{part}\");\n"))?;
            parts.push(file);
        }
        Ok(json!({ "parts": parts, "length": text.len() }))
    }

    /// Writes a script whose name tells its content, so that no browser takes an old one for it.
    fn put(&mut self, browsers: &'a str, name: &str, text: &str) -> Result<String, String> {
        let file = format!("{name}-{}.js", checksum(text));
        self.put_as(browsers, &file, text)?;
        Ok(file)
    }

    fn put_as(&mut self, browsers: &'a str, file: &str, text: &str) -> Result<(), String> {
        self.names.entry(browsers).or_default().push(file.into());
        let path = self.site.join("assets").join(file);
        if path.is_file() { Ok(()) } else { setup::write(&path, text) }
    }

    /// Removes what an earlier run has left.
    fn clean(&self) -> Result<(), String> {
        let folder = self.site.join("assets");
        let entries = fs::read_dir(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !self.names.values().flatten().any(|known| *known == name) {
                fs::remove_file(entry.path())
                    .map_err(|error| format!("{} cannot be removed: {error}", entry.path().display()))?;
            }
        }
        Ok(())
    }

    /// The script that keeps the site for visits without a connection.
    fn write_service_worker(&self, editions: &[Vec<Lesson>]) -> Result<(), String> {
        let mut files: BTreeMap<&str, Vec<String>> = self
            .names
            .iter()
            .map(|(browsers, names)| (*browsers, names.iter().map(|name| format!("assets/{name}")).collect()))
            .collect();
        let pages = editions.iter().flatten().map(|lesson| format!("{}/{}.html", lesson.language, lesson.stem));
        files.entry("all").or_default().extend(pages.chain(["./", "index.html", "page.css"].map(Into::into)));
        let list = json!(files).to_string();
        let text = format!("const FILES = {list};\n{}", include_str!("offline.js"));
        setup::write(&self.site.join("sw.js"), &text.replace("VERSION_OF_SITE", &checksum(&text)))
    }
}

fn checksum(text: &str) -> String {
    let mut checksum = flate2::Crc::new();
    checksum.update(text.as_bytes());
    format!("{:08x}", checksum.sum())
}
