//! Saving variables to a file and loading them again.
use super::{Held, Session, safetensors, tensors, variables_of};
use crate::engine::{Tensor, show};
use crate::error::{Error, distinct, ensure, listed, shown};
use crate::session::fetch::Fetch;
use crate::whole_file;
use byteorder::{ByteOrder, LittleEndian};
use safetensors::Entry;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The last entry of a file with the state of a training: how many steps have changed each of the others.
pub const STEPS: &str = "__steps__";

impl Session {
    /// Writes every variable that `fetch` needs to a file, by name: weights, biases and, behind batch normalisation, the
    /// moving averages. With a step instead, also the statistics of its optimizer, to continue training from there.
    ///
    /// The file is in the format safetensors: Python reads it with `safetensors.numpy.load_file`. A variable is found in
    /// it by the name given with [`named`](Tensor::named), or, without one, by its shape, as `variable [784, 10]`; so
    /// only variables that share their shape need names, and a variable has the same name for every `fetch`. The
    /// statistics of a variable are called after it, as `w/adam_m` or `b/moving_mean`.
    ///
    /// ```
    /// # use digitos::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("digitos-doc-{}.safetensors", std::process::id()));
    /// # let x = placeholder([NONE, 4]);
    /// let w = variable(truncated_normal([4, 3], 0.1));
    /// let b = variable(zeros([3])).named("b");
    /// let y = softmax(matmul(x, w) + b);
    /// # let mut sess = Session::new();
    /// # sess.initialize(y)?;
    /// // … after training:
    /// sess.save(&path, y)?; // writes `variable [4, 3]` and `b`
    /// let mut tomorrow = Session::new();
    /// tomorrow.load(&path, y)?;
    /// # assert_eq!(sess.run(w, [])?, tomorrow.run(w, [])?);
    /// # std::fs::remove_file(path).unwrap();
    /// # Ok::<(), digitos::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Session`] for a variable without a value. [`Error::Model`] if `fetch` needs no variable, if two of them
    /// would have the same name in the file, if one holds NaN or an infinite number, or if the file cannot be written.
    /// A file that was there before is then left as it was.
    pub fn save(&self, path: impl AsRef<Path>, fetch: impl Fetch) -> Result<(), Error> {
        let path = path.as_ref();
        let variables = named(&fetch).map_err(|what| Error::Model(format!("{}: {what}", path.display())))?;
        let failed =
            |what: String| Error::Model(format!("the model could not be written to {}: {what}", path.display()));
        let values = self.values_of(&variables.iter().map(|(_, variable)| *variable).collect::<Vec<_>>())?;
        let entries = variables.iter().zip(values).map(|((name, t), values)| (&**name, t.shape(), values));
        let file = file(&entries.collect::<Vec<_>>()).map_err(failed)?;
        whole_file::write(path, file).map_err(|error| failed(error.to_string()))
    }

    /// Gives every variable that `fetch` needs its value from a file that [`save`](Session::save) or Python wrote.
    ///
    /// There is no need to initialise these variables before. Other entries of the file are ignored.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the file cannot be read, is no whole safetensors file, lacks a variable, has it with another
    /// shape or type than `F32`, or has NaN or an infinite number in it; and if `fetch` needs no variable, or two of the
    /// same name. The session is then as it was before.
    pub fn load(&mut self, path: impl AsRef<Path>, fetch: impl Fetch) -> Result<(), Error> {
        let path = path.as_ref();
        let loaded = loaded(path, &fetch).map_err(|what| Error::Model(format!("{}: {what}", path.display())))?;
        for (variable, values, steps) in loaded {
            self.variables.insert(variable.address(), Held { numbers: values[..].into(), steps });
        }
        Ok(())
    }
}

/// The content of a file with these entries: name, shape and numbers.
pub fn file(entries: &[(&str, &[usize], &[f32])]) -> Result<Vec<u8>, String> {
    let mut file = safetensors::header(entries.iter().map(|(name, shape, _)| (*name, *shape)))?;
    for (name, _, values) in entries {
        finite(name, values)?;
        let start = file.len();
        file.resize(start + 4 * values.len(), 0);
        LittleEndian::write_f32_into(values, &mut file[start..]);
    }
    Ok(file)
}

/// The variables that `fetch` needs with their values in a file and the steps that have changed them, or what is wrong.
fn loaded(path: &Path, fetch: &impl Fetch) -> Result<Vec<(Tensor, Vec<f32>, usize)>, String> {
    let variables = named(fetch)?;
    let cannot = |error| format!("cannot be read: {error}");
    let kind = fs::metadata(path).map_err(cannot)?;
    ensure!(!kind.is_dir(), "is a folder; the file of a model was expected");
    ensure!(kind.is_file(), "is a pipe or a device; the file of a model was expected");
    let mut file = File::open(path).map_err(cannot)?;
    let entries = safetensors::read(&file, kind.len())
        .map_err(|what| format!("is no model in the format safetensors: {what}"))?;
    let found = variables.iter().map(|variable| found(&entries, &variables, variable));
    let found = found.collect::<Result<Vec<_>, String>>()?;
    let mut read = |entry: &Entry| {
        let mut bytes = vec![0; (entry.bytes.end - entry.bytes.start) as usize];
        file.seek(SeekFrom::Start(entry.bytes.start)).and_then(|_| file.read_exact(&mut bytes)).map_err(cannot)?;
        let mut values = vec![0.0; bytes.len() / 4];
        LittleEndian::read_f32_into(&bytes, &mut values);
        finite(&entry.name, &values).map(|()| values)
    };
    let steps = entries.iter().find(|entry| entry.name == STEPS && entry.dtype == "F32");
    let steps = steps.map_or(Ok(Vec::new()), &mut read)?;
    let steps_of = |entry| steps.get(entries.iter().position(|other| other == entry)?).map(|&steps| steps as usize);
    let loaded = variables.iter().zip(found);
    loaded.map(|((_, variable), entry)| Ok((*variable, read(entry)?, steps_of(entry).unwrap_or(0)))).collect()
}

/// The entry of a variable in a file.
fn found<'a>(
    entries: &'a [Entry],
    variables: &[(String, Tensor)],
    (name, variable): &(String, Tensor),
) -> Result<&'a Entry, String> {
    let found = entries.iter().find(|entry| entry.name == *name).or_else(|| power(entries, *variable));
    let entry = match found {
        Some(found) => found,
        None => numbered(entries, variables, *variable).ok_or_else(|| {
            let names: Vec<String> = entries.iter().map(|entry| shown(&entry.name)).collect();
            let there = if names.is_empty() { "nothing".into() } else { listed(&names) };
            let hint = match variable.memory() {
                Some(_) => "; a file that was saved without the step is loaded without it, as by load(path, y)",
                None => "",
            };
            format!("holds no {}, which this network needs; it holds {there}{hint}", shown(name))
        })?,
    };
    let (shown, Entry { dtype, shape, .. }) = (shown(&entry.name), entry);
    ensure!(
        dtype == "F32",
        "{shown} holds numbers of the type {dtype}; F32 was expected (in Python, `.astype(\"float32\")` makes it)"
    );
    let found = if shape.len() > 8 { format!("{} dimensions", shape.len()) } else { format!("the shape {shape:?}") };
    ensure!(shape == variable.shape(), "{shown} has {found}; this network's shape is {:?}", variable.shape());
    Ok(entry)
}

/// A power of Adam's β belongs to all variables of a step and stands beside the first one of its loss, which may be another
/// in a loss that is written another way: the only one in the file.
fn power(entries: &[Entry], variable: Tensor) -> Option<&Entry> {
    let (_, what) = variable.memory().filter(|(_, what)| what.starts_with("adam_power"))?;
    let mut there = entries.iter().filter(|entry| entry.name.rsplit_once('/').is_some_and(|(_, end)| end == what));
    there.next().filter(|_| there.next().is_none())
}

/// In a file whose variables without a name are numbered, as `variable` and `variable_1`: the only one of this shape, if
/// this network too has no other.
fn numbered<'a>(entries: &'a [Entry], variables: &[(String, Tensor)], variable: Tensor) -> Option<&'a Entry> {
    let is_numbered = |name: &str| {
        let number = name.strip_prefix("variable").map(|rest| rest.strip_prefix('_').unwrap_or(rest));
        number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let same = |t: &Tensor| !t.has_name() && t.shape() == variable.shape();
    if variables.iter().filter(|(_, t)| same(t)).count() != 1 || !same(&variable) {
        return None;
    }
    let mut fitting = entries.iter().filter(|entry| is_numbered(&entry.name) && entry.shape == variable.shape());
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The variables that `fetch` needs, each with the name that it has in a file.
pub fn named(fetch: &impl Fetch) -> Result<Vec<(String, Tensor)>, String> {
    let variables = variables_of(&tensors(fetch)).into_iter();
    let named: Vec<(String, Tensor)> = variables.map(|variable| (file_name(variable), variable)).collect();
    ensure!(!named.is_empty(), "what is fetched needs no variable, so there is nothing to save or to load");
    if let Some((name, _)) = named.iter().find(|(name, _)| [safetensors::METADATA, STEPS].contains(&&**name)) {
        return Err(format!("a variable cannot be called `{name}`, which stands for notes in such a file; rename it"));
    }
    let mut first = HashMap::new();
    let (mut shared, mut remembered) = (Vec::new(), Vec::new());
    for (name, variable) in &named {
        let before = first.entry(name.as_str()).or_insert(*variable);
        let [subject, other] = [*variable, *before].map(subject);
        if subject != other {
            let own = file_name(subject);
            shared.push(if file_name(other) == own { own } else { name.clone() });
        } else if before != variable {
            remembered.push(name.clone());
        }
    }
    let (names, advice) = if !shared.is_empty() {
        (shared, "tell them apart by .named(\"w1\") and so on, also after training (y.variables() are those of y)")
    } else {
        let advice = "two optimizers or averages remember the same of one variable, so save what each needs to a file of \
                      its own";
        (remembered, advice)
    };
    let names = distinct(names.iter().map(|name| &**name).collect());
    ensure!(
        names.is_empty(),
        "in a file each variable needs a name of its own, and several of this network are {}: {advice}",
        listed(&names.into_iter().map(shown).collect::<Vec<_>>())
    );
    Ok(named)
}

/// What a variable is called in a file: the same whatever else is saved with it.
fn file_name(t: Tensor) -> String {
    match t.memory() {
        Some((of, what)) if !t.has_name() => format!("{}/{what}", file_name(of)),
        _ if t.has_name() => t.name(),
        _ => format!("{} {}", if t.is_variable() { "variable" } else { "value" }, show(t.shape())),
    }
}

/// The variable itself, or the tensor of which it tracks a statistic.
fn subject(t: Tensor) -> Tensor {
    t.memory().map_or(t, |(of, _)| subject(of))
}

fn finite(name: &str, values: &[f32]) -> Result<(), String> {
    match values.iter().find(|x| !x.is_finite()) {
        Some(x) => Err(format!("{} holds {x}, and only finite numbers can be computed with", shown(name))),
        None => Ok(()),
    }
}
