//! Saving variables to a file and loading them again, in the format safetensors, which Python reads as well.
//!
//! The file: eight bytes with the length of the header (little endian), the header, which is JSON and says of each
//! tensor its type, its shape and where its numbers lie, and then the numbers.
use super::{Session, tensors};
use crate::engine::tensor::{Tensor, in_order};
use crate::error::Error;
use crate::session::fetch::Fetch;
use byteorder::{ByteOrder, LittleEndian};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Twice what the format's own library takes for a header.
const LONGEST_HEADER: u64 = 200_000_000;

impl Session {
    /// Writes every variable that `fetch` needs to a file, by name: weights, biases and, behind batch normalisation, the
    /// moving averages. With a step instead, also what its optimizer remembers, to go on training from there.
    ///
    /// Names are those given by [`named`](Tensor::named); variables without one are `variable`, `variable_1` … in the
    /// order of the graph. Python reads the file with `safetensors.numpy.load_file`.
    ///
    /// # Errors
    ///
    /// [`Error::Session`] for a variable without a value, [`Error::Model`] if the file cannot be written; a file that was
    /// there before is then left as it was.
    pub fn save(&self, path: impl AsRef<Path>, fetch: impl Fetch) -> Result<(), Error> {
        let path = path.as_ref();
        let variables = named(&fetch);
        let values = self.values_of(&variables.iter().map(|(_, variable)| *variable).collect::<Vec<_>>())?;
        let (mut header, mut numbers) = (String::from("{"), Vec::new());
        for ((name, variable), values) in variables.iter().zip(values) {
            let start = numbers.len();
            numbers.resize(start + 4 * values.len(), 0);
            LittleEndian::write_f32_into(values, &mut numbers[start..]);
            let comma = if header.len() > 1 { "," } else { "" };
            let (name, shape, end) = (quoted(name), variable.shape(), numbers.len());
            let _ = write!(
                header,
                "{comma}{name}:{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}"
            );
        }
        header.push('}');
        while header.len() % 8 != 0 {
            header.push(' ');
        }
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.as_bytes());
        file.extend(numbers);
        let unfinished = path.with_extension("unfinished");
        let written = fs::write(&unfinished, file).and_then(|()| fs::rename(&unfinished, path));
        written.map_err(|error| {
            let _ = fs::remove_file(&unfinished);
            Error::Model(format!("the model could not be written to {}: {error}", path.display()))
        })
    }

    /// Gives every variable that `fetch` needs its value from a file that [`save`](Session::save) or Python wrote.
    ///
    /// There is no need to initialise these variables before. What else the file holds is left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the file cannot be read, is no whole safetensors file, lacks a variable, or has it with another
    /// shape; the session is then as it was before.
    pub fn load(&mut self, path: impl AsRef<Path>, fetch: impl Fetch) -> Result<(), Error> {
        let path = path.as_ref();
        let wrong = |what: String| Error::Model(format!("{}: {what}", path.display()));
        let file = fs::read(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let (entries, numbers) =
            parse(&file).map_err(|what| wrong(format!("is no model in the format safetensors: {what}")))?;
        let mut loaded = Vec::new();
        for (name, variable) in named(&fetch) {
            let Some(Entry { dtype, shape, range: [start, end] }) = entries.get(&name) else {
                let there = entries.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                return Err(wrong(format!("holds no `{name}`, which this network needs; it holds {there}")));
            };
            if dtype != "F32" {
                return Err(wrong(format!("`{name}` holds numbers of the type {dtype}; F32 was expected")));
            }
            if shape != variable.shape() {
                let expected = variable.shape();
                return Err(wrong(format!("`{name}` has the shape {shape:?}; this network's is {expected:?}")));
            }
            let mut values = vec![0.0; variable.size()];
            if numbers.get(*start..*end).is_none_or(|bytes| bytes.len() != 4 * values.len()) {
                return Err(wrong(format!("the numbers of `{name}` are not all there; is the file whole?")));
            }
            LittleEndian::read_f32_into(&numbers[*start..*end], &mut values);
            loaded.push((variable.address(), values));
        }
        self.set(loaded.into_iter().map(|(address, values)| (address, values[..].into())).collect());
        Ok(())
    }
}

/// The variables that `fetch` needs, each with a name of its own.
fn named(fetch: &impl Fetch) -> Vec<(String, Tensor)> {
    let mut uses = BTreeMap::<String, usize>::new();
    let variables = in_order(&tensors(fetch)).into_iter().filter(|t| t.is_variable());
    let mut own = |variable: Tensor| {
        let name = variable.name();
        let before = uses.entry(name.clone()).or_default();
        *before += 1;
        if *before > 1 { (format!("{name}_{}", *before - 1), variable) } else { (name, variable) }
    };
    variables.map(&mut own).collect()
}

/// What a header says of a tensor.
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    range: [usize; 2],
}

/// The tensors by name, and the numbers behind the header.
fn parse(file: &[u8]) -> Result<(BTreeMap<String, Entry>, &[u8]), String> {
    let (length, rest) = file.split_first_chunk::<8>().ok_or("it is shorter than eight bytes")?;
    let length = u64::from_le_bytes(*length);
    if length > LONGEST_HEADER || length > rest.len() as u64 {
        return Err(format!("its header should have {length} bytes, and the file has {}", file.len()));
    }
    let (header, numbers) = rest.split_at(length as usize);
    let header = std::str::from_utf8(header).map_err(|_| "its header is no text")?;
    let mut json = Json { rest: header.trim_end() };
    let mut entries = BTreeMap::new();
    json.object(|json, name| {
        if name == "__metadata__" {
            return json.object(|json, _| json.text().map(drop));
        }
        let (mut dtype, mut shape, mut range) = (String::new(), Vec::new(), Vec::new());
        json.object(|json, key| {
            match key.as_str() {
                "dtype" => dtype = json.text()?,
                "shape" => shape = json.numbers()?,
                "data_offsets" => range = json.numbers()?,
                _ => return Err(format!("`{name}` has an unknown entry `{key}`")),
            }
            Ok(())
        })?;
        let range = <[usize; 2]>::try_from(range).map_err(|_| format!("`{name}` has no data_offsets"))?;
        entries.insert(name, Entry { dtype, shape, range });
        Ok(())
    })?;
    if json.rest.is_empty() { Ok((entries, numbers)) } else { Err("its header goes on after its end".into()) }
}

/// The part of JSON that such headers are made of: objects, texts, and lists of whole numbers.
struct Json<'a> {
    rest: &'a str,
}

impl Json<'_> {
    fn sign(&mut self, sign: char) -> bool {
        let after = self.rest.trim_start().strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        let found: String = self.rest.trim_start().chars().take(12).collect();
        if self.sign(sign) { Ok(()) } else { Err(format!("`{sign}` was expected in its header before `{found}`")) }
    }

    fn object(&mut self, mut member: impl FnMut(&mut Self, String) -> Result<(), String>) -> Result<(), String> {
        self.expect('{')?;
        if self.sign('}') {
            return Ok(());
        }
        loop {
            let name = self.text()?;
            self.expect(':')?;
            member(self, name)?;
            if !self.sign(',') {
                return self.expect('}');
            }
        }
    }

    fn text(&mut self) -> Result<String, String> {
        self.expect('"')?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => text.push(match chars.next().map(|(_, c)| c) {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('u') => {
                        let code: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                        u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).ok_or("a name has a bad escape")?
                    }
                    Some(c @ ('"' | '\\' | '/')) => c,
                    _ => return Err("a name has a bad escape".into()),
                }),
                c => text.push(c),
            }
        }
        Err("a name in its header does not end".into())
    }

    fn numbers(&mut self) -> Result<Vec<usize>, String> {
        self.expect('[')?;
        let mut numbers = Vec::new();
        if self.sign(']') {
            return Ok(numbers);
        }
        loop {
            let text = self.rest.trim_start();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            numbers.push(text[..end].parse().map_err(|_| "a whole number was expected in its header")?);
            self.rest = &text[end..];
            if !self.sign(',') {
                self.expect(']')?;
                return Ok(numbers);
            }
        }
    }
}

fn quoted(name: &str) -> String {
    let mut text = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(text, "\\u{:04x}", c as u32);
            }
            c => text.push(c),
        }
    }
    text + "\""
}
