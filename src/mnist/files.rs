//! Where the four files of a data set are.
use super::{Error, bad};
use std::path::{Path, PathBuf};
use std::{array, env, fs};

/// What the files are called, after the name of the set if there is one ("emnist-digits-").
const ROLES: [(&str, &str); 4] = [
    ("train-images", "train-images-idx3-ubyte"),
    ("train-labels", "train-labels-idx1-ubyte"),
    ("t10k-images", "t10k-images-idx3-ubyte"),
    ("t10k-labels", "t10k-labels-idx1-ubyte"),
];

pub struct Found {
    set: String,
    paths: [Option<PathBuf>; 4],
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
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort(); // "x" comes before "x.gz", and is quicker to read
    let mut sets: Vec<&str> = names.iter().filter_map(|name| set_of(name, 0)).collect();
    sets.retain(|set| set.starts_with(prefix));
    sets.dedup();
    let set = match sets[..] {
        [set] => set,
        [_, _, ..] if !sets.contains(&prefix) => {
            let (dir, sets) = (dir.display(), sets.join("`, `"));
            return bad(format!("{dir} holds several data sets: choose one by `.prefix(…)` from `{sets}`"));
        }
        _ => prefix,
    };
    let path = |role| Some(dir.join(names.iter().find(|name| set_of(name, role) == Some(set))?));
    Ok(Found { set: set.into(), paths: array::from_fn(path) })
}

/// The set to which a file belongs, if it has that role: "" for MNIST's "train-images-idx3-ubyte".
fn set_of(name: &str, role: usize) -> Option<&str> {
    let name = name.strip_suffix(".gz").unwrap_or(name).strip_suffix("ubyte")?;
    // EMNIST calls its test files "test-…"
    let (set, _) =
        name.split_once(ROLES[role].0).or_else(|| name.split_once(&ROLES[role].0.replace("t10k", "test")))?;
    Some(set)
}

impl Found {
    /// Whether some of MNIST's own files are missing, and not those of a set with another name.
    #[cfg(feature = "download")]
    pub fn is_incomplete_mnist(&self) -> bool {
        self.set.is_empty() && self.paths.contains(&None)
    }

    pub fn all_four(self, dir: &Path) -> Result<[PathBuf; 4], Error> {
        let missing: Vec<String> = (0..4)
            .filter(|&role| self.paths[role].is_none())
            .map(|role| format!("{}{}", self.set, ROLES[role].1))
            .collect();
        if let [Some(a), Some(b), Some(c), Some(d)] = self.paths {
            return Ok([a, b, c, d]);
        }
        let place = if dir.is_dir() {
            format!("{} lacks", dir.display())
        } else {
            format!("there is no directory {} here, further up or beside the crate, with", dir.display())
        };
        bad(format!(
            "{place} {} (or the same with .gz): copy the files of the data set there, or build digitos with the \
             feature `download`, which fetches MNIST's (`cargo run --features download`; in a notebook \
             `:dep digitos = {{ path = \"../..\", features = [\"download\"] }}`)",
            missing.join(", ")
        ))
    }
}
