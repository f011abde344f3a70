//! The files through which a live panel and its page talk: the picture, its status, and the orders of the page.
use super::progress::Order;
use crate::notebook::{FOLDER, json_text};
use crate::whole_file;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

/// The beginning of a script that talks with the kernel by these files.
const SCRIPT: &str = include_str!("files.js");

/// A file that was not written for this long was left by a kernel that was killed.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// The files of one panel.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    pub id: String,
}

impl Files {
    /// The files for a notebook in the folder `notebooks`, under names that no other panel has.
    pub fn new(notebooks: &Path) -> Files {
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_micros());
        Files { folder: notebooks.join(FOLDER), id: format!("{:x}-{time:x}", whole_file::process()) }
    }

    pub fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.id))
    }

    /// Creates the folder, which tells git to ignore it, and removes stale files of other panels.
    pub fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        whole_file::write_unsynced(self.folder.join(".gitignore"), "*\n")?;
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let age = entry.metadata().and_then(|data| data.modified()).map(|time| time.elapsed().unwrap_or_default());
            if is_of_a_panel(&entry.path()) && age.is_ok_and(|age| age > STALE) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Writes a file whole, so that nobody reads half of it; the folder is created again if it was deleted.
    pub fn write(&self, ending: &str, text: &str) -> io::Result<()> {
        let path = self.path(ending);
        whole_file::write_unsynced(&path, text).or_else(|_| {
            self.prepare()?;
            whole_file::write_unsynced(&path, text)
        })
    }

    /// The order that the page has left, which is then removed.
    pub fn order(&self) -> Option<Order> {
        let path = self.path("txt");
        let order = match fs::read_to_string(&path).ok()?.trim() {
            "go" => Order::Go,
            "pause" => Order::Pause,
            "stop" => Order::Stop,
            "step" => Order::Step,
            _ => return None,
        };
        fs::remove_file(path).is_ok().then_some(order)
    }

    /// How the page wants the picture and the knobs, if it has said so. JupyterLab writes a file in place, so that it may not yet be whole;
    /// it stays, for one that is removed could have been written anew since it was read.
    pub fn view(&self) -> Option<String> {
        fs::read_to_string(self.path("view")).ok().filter(|text| text.ends_with('\n'))
    }

    /// Removes an order that came too late for the run before: it is not meant for the next one.
    pub fn forget_order(&self) {
        let _ = fs::remove_file(self.path("txt"));
    }

    pub fn remove(&self) {
        for ending in ENDINGS {
            let _ = fs::remove_file(self.path(ending));
        }
    }

    /// The address of a file, relative to the notebook.
    pub fn address(&self, ending: &str) -> String {
        format!("{FOLDER}/{}.{ending}", self.id)
    }

    /// A part of a page that talks by these files. `script` is the body of a function of the part's element `root` and its
    /// `words`; `here` stands where scripts do not run.
    pub fn html(&self, class: &str, here: &str, ending: &str, code: [&str; 2], words: &[(&str, &str)]) -> String {
        let words: Vec<String> = words.iter().map(|(name, text)| format!("{name}:{}", json_text(text))).collect();
        let ([style, script], id, source, words) = (code, &self.id, self.address(ending), words.join(","));
        format!(
            "<style>{style}</style>\n<div class=\"{class}\" id=\"digitos-{id}\"><p>{here}</p><a hidden href=\"{source}\"></a>\n\
             <script>(function (root, words) {{\n{SCRIPT}{script}}})(document.currentScript.parentElement, {{{words}}});</script></div>"
        )
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The picture, the status, the orders of the page, how it wants the picture, and what is drawn on it.
const ENDINGS: [&str; 5] = ["svg", "json", "txt", "view", "drawing"];

/// Whether a file is called as [`Files`] calls it, two hexadecimal numbers and one of the endings, or is one that was
/// being written when its kernel was killed.
fn is_of_a_panel(path: &Path) -> bool {
    let is_number = |part: &str| u128::from_str_radix(part, 16).is_ok();
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let (begin, end) = whole_file::TEMPORARY;
    let is_own = |(id, ending): (&str, &str)| {
        ENDINGS.contains(&ending)
            && id.split_once('-').is_some_and(|(kernel, time)| is_number(kernel) && is_number(time))
    };
    name.starts_with(begin) && name.ends_with(end) || name.split_once('.').is_some_and(is_own)
}
