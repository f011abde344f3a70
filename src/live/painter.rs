//! The thread that draws: it writes the picture into a file, which the page shows, and reads the orders that the page
//! leaves in another one. Whatever fails here, training does not notice.
use super::progress::{Order, Shared};
use super::*;
use crate::whole_file;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io, process};

/// The folder beside the notebook. (JupyterLab serves no hidden one, whose name begins with a point.)
pub const FOLDER: &str = "digitos_live";

/// The time from a picture to the next, at least.
pub const PACE: Duration = Duration::from_millis(150);
/// How often the page's orders are looked for, and how often it hears that the kernel is alive.
const WATCH: Duration = Duration::from_millis(75);
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Files that no panel has touched for so long were left by a kernel that was killed.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// The files of one panel: the picture, what the page has to know about it, the page's orders.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    pub id: String,
}

impl Files {
    /// Beside a notebook in this folder.
    pub fn new(notebooks: &Path) -> Files {
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_micros());
        Files { folder: notebooks.join(FOLDER), id: format!("{:x}-{time:x}", process::id()) }
    }

    pub fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.id))
    }

    /// Makes the folder, which ignores itself, and clears it of what panels of killed kernels left.
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

    /// In one go, so that nobody reads half a file; the folder comes back if it was deleted.
    pub fn write(&self, ending: &str, text: &str) -> io::Result<()> {
        let path = self.path(ending);
        whole_file::write_unsynced(&path, text).or_else(|_| {
            self.prepare()?;
            whole_file::write_unsynced(&path, text)
        })
    }

    /// What the page asks for, once.
    pub fn order(&self) -> Option<Order> {
        let path = self.path("txt");
        let order = match fs::read_to_string(&path).ok()?.trim() {
            "go" => Order::Go,
            "pause" => Order::Pause,
            "stop" => Order::Stop,
            _ => return None,
        };
        fs::remove_file(path).is_ok().then_some(order)
    }

    /// An order that came too late for the run before is not meant for this one.
    pub fn forget_order(&self) {
        let _ = fs::remove_file(self.path("txt"));
    }

    pub fn remove(&self) {
        for ending in ENDINGS {
            let _ = fs::remove_file(self.path(ending));
        }
    }

    /// The address of the picture from the notebook's.
    pub fn source(&self) -> String {
        format!("{FOLDER}/{}.svg", self.id)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The picture, what the page has to know, and the page's orders.
const ENDINGS: [&str; 3] = ["svg", "json", "txt"];

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

pub struct Painter {
    pub files: Files,
    pub language: Language,
    panel: Panel,
    /// Which run the panel's axes are of.
    beginning: usize,
    frames: usize,
    beats: usize,
}

impl Painter {
    pub fn new(files: Files, language: Language) -> Painter {
        Painter { files, language, panel: Panel::of(language), beginning: 0, frames: 0, beats: 0 }
    }

    /// What the drawing thread does until the live panel is dropped.
    pub fn work(mut self, shared: &Shared) {
        let now = Instant::now();
        let (mut drawn, mut last, mut beat, mut looked) = (None, now, now, now);
        let mut progress = shared.lock();
        while !progress.closing {
            let due = drawn != Some(progress.version);
            if due && (drawn.is_none() || last.elapsed() >= PACE) {
                drawn = Some(progress.version);
                (last, beat) = (Instant::now(), Instant::now());
                drop(progress);
                let _ = self.draw(shared);
            } else if progress.busy() && beat.elapsed() >= HEARTBEAT {
                beat = Instant::now();
                drop(progress);
                let _ = self.tell(shared);
            } else if !progress.busy() && !due {
                progress = shared.wait(progress);
                continue;
            } else {
                drop(shared.wait_for(progress, WATCH));
            }
            let mut order = None;
            if looked.elapsed() >= WATCH {
                (order, looked) = (self.files.order(), Instant::now());
            }
            progress = shared.lock();
            if let Some(order) = order.filter(|_| progress.busy()) {
                progress.order = order;
                shared.ring();
            }
        }
        self.files.remove();
    }

    fn draw(&mut self, shared: &Shared) -> Result<(), Error> {
        let progress = shared.lock();
        let (picture, stand) = (progress.live.clone(), progress.stand());
        let steps_per_second = progress.clock.steps_per_second();
        if self.beginning != progress.beginnings {
            self.beginning = progress.beginnings;
            self.panel = Panel::of(self.language);
        }
        drop(progress);
        let frame = Frame { steps_per_second, ..picture.frame(stand) };
        let figure = self.panel.draw(&frame)?;
        let failed = |e| Error::Picture(format!("the panel could not be written: {e}"));
        self.files.write("svg", figure.svg()).map_err(failed)?;
        self.frames += 1;
        self.tell(shared)
    }

    /// Writes what the page needs besides the picture.
    fn tell(&mut self, shared: &Shared) -> Result<(), Error> {
        self.beats += 1;
        let progress = shared.lock();
        let sentence = progress.sentence(self.language);
        let json = format!(
            "{{\"frame\":{},\"beat\":{},\"busy\":{},\"paused\":{},\"sentence\":\"{sentence}\"}}\n",
            self.frames,
            self.beats,
            progress.busy(),
            progress.state == State::Paused,
        );
        drop(progress);
        self.files.write("json", &json).map_err(|e| Error::Picture(format!("the panel could not be written: {e}")))
    }
}
