//! The copies of the lessons that students work in: without outputs, so that no bet is given away, in a folder that git
//! ignores. What a student has done in one is never written over.

use std::fs;
use std::path::{Path, PathBuf};

use super::notebook::Notebook;
use super::run::{LANGUAGES, notebooks_in};
use crate::whole_file;

/// The folder of all copies.
const FOLDER: &str = "lessons";

pub struct Copies<'a> {
    root: &'a Path,
    /// Below the root: `lessons`, or `lessons/NAME` for one of several students on a computer. Or anywhere: its path.
    folder: PathBuf,
}

impl<'a> Copies<'a> {
    pub fn new(root: &'a Path, student: Option<&str>) -> Result<Self, String> {
        let Some(name) = student else { return Ok(Self { root, folder: FOLDER.into() }) };
        let is_plain = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
        if name.trim() != name || name.is_empty() || !name.chars().all(is_plain) || LANGUAGES.contains(&name) {
            let why =
                "it names a folder, so it may have letters, digits, `-`, `_` and spaces inside, and not be a language";
            return Err(format!("--name got `{name}`: {why}"));
        }
        Ok(Self { root, folder: Path::new(FOLDER).join(name) })
    }

    /// Copies in a folder of their own, such as one in the home of a student of a class's server.
    pub fn elsewhere(root: &'a Path, folder: &Path) -> Result<Self, String> {
        let absolute = std::path::absolute(folder);
        let folder = absolute.map_err(|error| format!("the folder `{}` has no path: {error}", folder.display()))?;
        if folder.starts_with(root.join("notebooks")) {
            return Err(format!("{} belongs to the lessons themselves: name another folder", folder.display()));
        }
        Ok(Self { root, folder })
    }

    /// Where a student's copy is, below the root.
    pub fn path(&self, language: &str, file: &str) -> PathBuf {
        self.folder.join(language).join(file)
    }

    /// Makes the copies that are missing, in all languages since lessons link to one another, and says where a newer
    /// edition is to be had.
    pub fn prepare(&self, language: &str) -> Result<(), String> {
        for folder in LANGUAGES {
            for lesson in self.lessons(folder)? {
                let name = stem(&lesson);
                let new = self.copy_of(&lesson)?;
                let path = self.root.join(self.path(folder, &format!("{name}.ipynb")));
                if !path.exists() {
                    write(&path, &new)?;
                    continue;
                }
                // What cannot be read is left to JupyterLab, which says more about it.
                let Ok(old) = Notebook::read(&path) else { continue };
                if old.edition() == new.edition() {
                    continue;
                }
                if old.is_untouched() {
                    write(&path, &new)?;
                } else if self.folder.is_absolute() {
                    println!("There is a newer edition of {}; who renames theirs gets it.", path.display());
                } else if folder == language {
                    let command = if language == "es" { "otra-vez" } else { "fresh" };
                    println!(
                        "There is a newer edition of {name}; yours stays as it is. `cargo run --release -- {command} {}` \
                         takes the new one and keeps yours under another name.",
                        number(&name)
                    );
                }
            }
        }
        Ok(())
    }

    /// Makes these lessons anew and keeps what is there under another name.
    pub fn renew(&self, language: &str, wanted: &[String]) -> Result<(), String> {
        let lessons = self.lessons(language)?;
        let mut chosen = Vec::new();
        for name in wanted {
            let is_it = |lesson: &&PathBuf| [stem(lesson), number(&stem(lesson)).into()].contains(name);
            chosen.push(lessons.iter().find(is_it).ok_or_else(|| {
                let names: Vec<String> = lessons.iter().map(|lesson| number(&stem(lesson)).into()).collect();
                format!("there is no lesson `{name}`; the lessons are {}", names.join(", "))
            })?);
        }
        let kept = if language == "es" { "antes" } else { "before" };
        for lesson in chosen {
            let new = self.copy_of(lesson)?;
            let path = self.root.join(self.path(language, &format!("{}.ipynb", stem(lesson))));
            let shown = |path: &Path| path.strip_prefix(self.root).unwrap_or(path).display().to_string();
            if path.exists() && !Notebook::read(&path).is_ok_and(|old| old.is_untouched()) {
                let names = (1..).map(|n| if n == 1 { kept.to_string() } else { format!("{kept}_{n}") });
                let mut places = names.map(|name| path.with_file_name(format!("{}_{name}.ipynb", stem(lesson))));
                let place = places.find(|place| !place.exists()).unwrap_or_default();
                fs::rename(&path, &place).map_err(|error| format!("{} cannot be renamed: {error}", shown(&path)))?;
                println!("Yours is now {}.", shown(&place));
            }
            write(&path, &new)?;
            println!("{} is new.", shown(&path));
        }
        Ok(())
    }

    fn lessons(&self, language: &str) -> Result<Vec<PathBuf>, String> {
        let folder = self.root.join("notebooks").join(language);
        notebooks_in(&folder).map_err(|error| format!("the lessons in {} cannot be read: {error}", folder.display()))
    }

    /// A committed lesson as a student gets it: without outputs, and with the library's place as seen from the copy, or its
    /// full path.
    fn copy_of(&self, lesson: &Path) -> Result<Notebook, String> {
        let mut notebook = Notebook::read(lesson)?;
        notebook.clear_outputs();
        if self.folder.is_absolute() {
            notebook.find_library_in(self.root);
        } else {
            let up = vec![".."; self.folder.components().count() + 1].join("/");
            notebook.replace("path = \"../..\"", &format!("path = \"{up}\""));
        }
        notebook.mark_edition();
        Ok(notebook)
    }
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a lesson is called on the command line: `1` for `1_softmax`.
fn number(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}

fn write(file: &Path, notebook: &Notebook) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| whole_file::write(file, notebook.to_text()));
    written.map_err(|error| format!("{} cannot be written: {error}", file.display()))
}
