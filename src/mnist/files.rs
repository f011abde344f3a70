//! Finds the four files of a data set.
use crate::error::{distinct, ensure, listed, shown};
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{array, env, fs};

/// What the names of the files contain in MNIST and EMNIST, and how they end in MNIST; the name of the set, if there is one
/// ("emnist-digits-"), comes first.
const ROLES: [([&str; 2], &str); 4] = [
    (["train-images"; 2], "-idx3-ubyte"),
    (["train-labels"; 2], "-idx1-ubyte"),
    (["t10k-images", "test-images"], "-idx3-ubyte"),
    (["t10k-labels", "test-labels"], "-idx1-ubyte"),
];

/// How the names of archives end that data sets come in.
const ARCHIVES: [&str; 8] = [".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".xz", ".bz2"];

pub struct Found {
    set: String,
    paths: [Option<PathBuf>; 4],
    /// Folders and archives which may hold what is missing.
    containers: Vec<String>,
}

/// The place itself, or the one meant by a relative path: from the current directory upwards, then beside this crate. It must be of
/// a kind, such as a directory.
pub fn locate(path: &Path, is: fn(&Path) -> bool) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = here.ancestors().chain([crate_dir]).map(|place| place.join(path));
    places.find(|place| is(place)).unwrap_or(path.into())
}

/// The files in `dir` of the one set whose name begins with `prefix`.
pub fn find(dir: &Path, prefix: &str) -> Result<Found, String> {
    let place = dir.display();
    let all: Vec<String> = match fs::read_dir(dir) {
        Ok(entries) => entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect(),
        Err(error) => match error.kind() {
            ErrorKind::NotFound => Vec::new(),
            ErrorKind::NotADirectory => {
                return Err(format!("{place} is a file, where the directory of a data set was expected"));
            }
            _ => return Err(format!("the directory {place} cannot be read: {error}")),
        },
    };
    // a name that begins with a dot may be macOS's "._train-images-idx3-ubyte"
    let names = all.iter().map(|name| &**name).filter(|name| !name.starts_with('.'));
    // "x" comes before "x.gz", and is quicker to read
    let (folders, names): (Vec<&str>, Vec<&str>) =
        distinct(names.collect()).into_iter().partition(|name| dir.join(name).is_dir());

    // a set is known by its training images, or else by what there is of it
    let mut sets = sets_of(&names, 0..1, prefix);
    if sets.is_empty() {
        sets = sets_of(&names, 0..4, prefix);
    }
    ensure!(
        sets.len() < 2 || sets.contains(&prefix),
        "{place} holds several data sets: choose one by `.prefix(…)` from {}",
        listed_sets(&sets)
    );
    let others = sets_of(&names, 0..4, "");
    ensure!(
        !sets.is_empty() || prefix.is_empty() || others.is_empty(),
        "{place} holds no data set whose files begin with {}; it holds {}",
        shown(prefix),
        listed_sets(&others)
    );
    let set = if let [set] = sets[..] { set } else { prefix };
    let path = |role| Some(dir.join(names.iter().find(|name| set_of(name, role) == Some(set))?));
    let archives = names.iter().filter(|name| ARCHIVES.iter().any(|ending| name.ends_with(ending)));
    let named_alike = folders.iter().filter(|name| (0..4).any(|role| set_of(name, role).is_some()));
    let mut containers: Vec<String> = archives.map(|name| name.to_string()).collect();
    containers.extend(named_alike.map(|name| name.to_string()));
    Ok(Found { set: set.into(), paths: array::from_fn(path), containers })
}

/// The sets that some of these files belong to, in these roles.
fn sets_of<'a>(names: &[&'a str], roles: Range<usize>, prefix: &str) -> Vec<&'a str> {
    let mut sets = Vec::new();
    for role in roles {
        sets.extend(names.iter().filter_map(|name| set_of(name, role)).filter(|set| set.starts_with(prefix)));
    }
    distinct(sets)
}

fn listed_sets(sets: &[&str]) -> String {
    let named = |set: &&str| if set.is_empty() { "MNIST's own, without a prefix".into() } else { shown(set) };
    listed(&sets.iter().map(named).collect::<Vec<_>>())
}

/// The set to which a file belongs, if it has that role: "" for MNIST's "train-images-idx3-ubyte".
fn set_of(name: &str, role: usize) -> Option<&str> {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    // QMNIST's labels are called "…-labels-idx2-int"
    let name = name.strip_suffix("ubyte").or_else(|| name.strip_suffix("int"))?;
    ROLES[role].0.iter().find_map(|role| Some(name.split_once(role)?.0))
}

impl Found {
    /// Whether some of MNIST's own files are missing, and not those of a set with another name, or of one that is still
    /// packed.
    #[cfg(feature = "download")]
    pub fn is_incomplete_mnist(&self) -> bool {
        self.set.is_empty() && self.paths.contains(&None) && self.containers.is_empty()
    }

    pub fn all_four(self, dir: &Path) -> Result<[PathBuf; 4], String> {
        let Found { set, paths, containers } = self;
        let roles = ROLES.iter().zip(&paths).filter(|(_, path)| path.is_none());
        let missing: Vec<String> = roles.map(|(([role, _], end), _)| format!("{set}{role}{end}")).collect();
        if let [Some(a), Some(b), Some(c), Some(d)] = paths {
            return Ok([a, b, c, d]);
        }
        let (place, missing) = (dir.display(), missing.join(", ") + " (or the same with .gz)");
        ensure!(
            containers.is_empty(),
            "{place} lacks {missing}, which may still be inside of {}: unpack it or move the files, so that they lie in \
             {place} itself",
            listed(&containers.iter().map(|name| shown(name)).collect::<Vec<_>>())
        );
        let place = if dir.is_dir() {
            format!("{place} lacks")
        } else {
            format!("there is no directory {place} here, further up or beside the crate, with")
        };
        // no other set can be fetched
        let fetch = if set.is_empty() { FETCH } else { "" };
        Err(format!("{place} {missing}: copy the files of the data set there{fetch}"))
    }
}

const FETCH: &str = ", or have MNIST's fetched by the feature `download` of digitos: in a notebook, write features = \
    [\"download\"] into the line that begins with :dep (in a lesson, `:dep digitos = { path = \"../..\", default-features = \
    false, features = [\"download\"] }`), restart the kernel, and run the cells again; in a program, write it into the line \
    of digitos in Cargo.toml";
