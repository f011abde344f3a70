//! Where the four files of a data set are.
use crate::error::{Error, bad, listed, shown};
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{array, env, fs};

/// What the files are called, after the name of the set if there is one ("emnist-digits-").
const ROLES: [(&str, &str); 4] = [
    ("train-images", "train-images-idx3-ubyte"),
    ("train-labels", "train-labels-idx1-ubyte"),
    ("t10k-images", "t10k-images-idx3-ubyte"),
    ("t10k-labels", "t10k-labels-idx1-ubyte"),
];

/// How the names of archives end that data sets come in.
const ARCHIVES: [&str; 8] = [".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".xz", ".bz2"];

pub struct Found {
    set: String,
    paths: [Option<PathBuf>; 4],
    /// Folders and archives which may hold what is missing.
    containers: Vec<String>,
}

/// The directory itself, or the one meant by a relative path: from the current directory upwards, then beside this crate.
pub fn locate(dir: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = here.ancestors().chain([crate_dir]).map(|place| place.join(dir));
    places.find(|place| place.is_dir()).unwrap_or(dir.into())
}

/// The files in `dir` of the one set whose name begins with `prefix`.
pub fn find(dir: &Path, prefix: &str) -> Result<Found, Error> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return bad(format!("{} is a file, where the directory of a data set was expected", dir.display()));
        }
        Err(error) => return bad(format!("the directory {} cannot be read: {error}", dir.display())),
    };
    let entries = entries.into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| !name.starts_with('.')); // among them macOS's "._train-images-idx3-ubyte"
    names.sort(); // "x" comes before "x.gz", and is quicker to read
    let (folders, names): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| dir.join(name).is_dir());

    let sets_of = |roles: Range<usize>, prefix: &str| {
        let mut sets: Vec<&str> =
            names.iter().flat_map(|name| roles.clone().filter_map(move |role| set_of(name, role))).collect();
        sets.retain(|set| set.starts_with(prefix));
        sets.sort();
        sets.dedup();
        sets
    };
    // a set is known by its training images, or else by what there is of it
    let mut sets = sets_of(0..1, prefix);
    if sets.is_empty() {
        sets = sets_of(0..4, prefix);
    }
    let named = |set: &&str| if set.is_empty() { "MNIST's own, without a prefix".into() } else { shown(set) };
    let listed_sets = |sets: &[&str]| listed(sets.iter().map(named));
    let dir_shown = dir.display();
    let set = match sets[..] {
        [set] => set,
        [_, _, ..] if !sets.contains(&prefix) => {
            return bad(format!(
                "{dir_shown} holds several data sets: choose one by `.prefix(…)` from {}",
                listed_sets(&sets)
            ));
        }
        [] if !prefix.is_empty() => match sets_of(0..4, "")[..] {
            [] => prefix,
            ref others => {
                return bad(format!(
                    "{dir_shown} holds no data set whose files begin with {}; it holds {}",
                    shown(prefix),
                    listed_sets(others)
                ));
            }
        },
        _ => prefix,
    };
    let path = |role| Some(dir.join(names.iter().find(|name| set_of(name, role) == Some(set))?));
    let archives = names.iter().filter(|name| ARCHIVES.iter().any(|ending| name.ends_with(ending)));
    let named_alike = folders.iter().filter(|name| (0..4).any(|role| set_of(name, role).is_some()));
    let containers = archives.chain(named_alike).cloned().collect();
    Ok(Found { set: set.into(), paths: array::from_fn(path), containers })
}

/// The set to which a file belongs, if it has that role: "" for MNIST's "train-images-idx3-ubyte".
fn set_of(name: &str, role: usize) -> Option<&str> {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    // QMNIST's labels are called "…-labels-idx2-int"
    let name = name.strip_suffix("ubyte").or_else(|| name.strip_suffix("int"))?;
    // EMNIST calls its test files "test-…"
    let (set, _) =
        name.split_once(ROLES[role].0).or_else(|| name.split_once(&ROLES[role].0.replace("t10k", "test")))?;
    Some(set)
}

impl Found {
    /// Whether some of MNIST's own files are missing, and not those of a set with another name, or of one that is still
    /// packed.
    #[cfg(feature = "download")]
    pub fn is_incomplete_mnist(&self) -> bool {
        self.set.is_empty() && self.paths.contains(&None) && self.containers.is_empty()
    }

    pub fn all_four(self, dir: &Path) -> Result<[PathBuf; 4], Error> {
        let missing: Vec<String> = (0..4)
            .filter(|&role| self.paths[role].is_none())
            .map(|role| format!("{}{}", self.set, ROLES[role].1))
            .collect();
        if let [Some(a), Some(b), Some(c), Some(d)] = self.paths {
            return Ok([a, b, c, d]);
        }
        let (place, missing) = (dir.display(), missing.join(", "));
        if !self.containers.is_empty() {
            let containers = listed(self.containers.iter().map(|name| shown(name)));
            return bad(format!(
                "{place} lacks {missing} (or the same with .gz), which may still be inside of {containers}: unpack it or \
                 move the files, so that they lie in {place} itself"
            ));
        }
        let place = if dir.is_dir() {
            format!("{place} lacks")
        } else {
            format!("there is no directory {place} here, further up or beside the crate, with")
        };
        // no other set can be fetched
        let fetch = if self.set.is_empty() {
            ", or have MNIST's fetched by the feature `download` of digitos: in a notebook, write features = [\"download\"] into the \
             line that begins with :dep (in a lesson, `:dep digitos = { path = \"../..\", default-features = false, features = \
             [\"download\"] }`), restart the kernel, and run the cells again; in a program, write it into the line of digitos \
             in Cargo.toml"
        } else {
            ""
        };
        bad(format!("{place} {missing} (or the same with .gz): copy the files of the data set there{fetch}"))
    }
}
