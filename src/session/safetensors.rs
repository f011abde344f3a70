//! The format safetensors, which Python reads and writes as well.
//!
//! A file is eight bytes with the length of the header (little endian), the header, and the numbers of all tensors, one
//! after the other without gaps. The header is a JSON object that says of each tensor its type, its shape and where its
//! numbers lie. A file is refused where the format's own library refuses it.
use crate::error::{ensure, listed, printable, shown};
use byteorder::{LittleEndian, ReadBytesExt};
use json_event_parser::{JsonEvent, SliceJsonParser};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::ops::Range;

/// The longest header, in bytes, that the format's own library reads.
const LONGEST_HEADER: u64 = 100_000_000;

/// The one entry of a header that is not a tensor: an object whose values are strings.
pub const METADATA: &str = "__metadata__";

/// What a header says about a tensor.
#[derive(Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub dtype: String,
    pub shape: Vec<usize>,
    /// The position of its bytes in the file.
    pub bytes: Range<u64>,
}

/// The beginning of a file with tensors of these names and shapes, whose `f32` follow in this order.
pub fn header<'a>(tensors: impl Iterator<Item = (&'a str, &'a [usize])>) -> Result<Vec<u8>, String> {
    let (mut json, mut start) = (String::from("{"), 0);
    for (name, shape) in tensors {
        let comma = if json.len() > 1 { "," } else { "" };
        let (name, end) = (quoted(name), start + 4 * shape.iter().product::<usize>());
        let entry = format!("{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}");
        let _ = write!(json, "{comma}{name}:{entry}");
        start = end;
    }
    json.push('}');
    while !json.len().is_multiple_of(8) {
        json.push(' ');
    }
    let length = json.len() as u64;
    ensure!(length <= LONGEST_HEADER, "the names of its variables are too long: its header would have {length} bytes");
    Ok([&length.to_le_bytes()[..], json.as_bytes()].concat())
}

/// The tensors of a file of `length` bytes, in the order of their numbers; or why it is no safetensors file.
pub fn read(mut file: &File, length: u64) -> Result<Vec<Entry>, String> {
    let cannot = |error| format!("it cannot be read: {error}");
    ensure!(length >= 8, "it has {length} bytes, and already the length of its header takes eight bytes");
    let size = file.read_u64::<LittleEndian>().map_err(cannot)?;
    ensure!(size <= length - 8, "its header should have {size} bytes, and the file has {length}");
    ensure!(size <= LONGEST_HEADER, "its header should have {size} bytes, and {LONGEST_HEADER} are the most");
    let mut json = vec![0; size as usize];
    file.read_exact(&mut json).map_err(cannot)?;
    ensure!(json.starts_with(b"{"), "its header does not begin with `{{`");
    let mut entries = parse(&json)?;
    follow_each_other(&mut entries, length - 8 - size)?;
    for entry in &mut entries {
        entry.bytes = 8 + size + entry.bytes.start..8 + size + entry.bytes.end;
    }
    Ok(entries)
}

/// The tensors of a header; their positions are counted from its end.
fn parse(header: &[u8]) -> Result<Vec<Entry>, String> {
    let mut json = Json(SliceJsonParser::new(header));
    let (mut entries, mut has_metadata) = (Vec::new(), false);
    json.next()?; // the `{`
    json.object(|json, name| {
        if name == METADATA {
            ensure!(!has_metadata, "`{METADATA}` is there twice in its header");
            has_metadata = true;
            return json.metadata();
        }
        entries.push(json.entry(&name)?);
        Ok(())
    })?;
    let mut names = HashSet::new();
    if let Some(twice) = entries.iter().find(|entry| !names.insert(&*entry.name)) {
        return Err(format!("{} is there twice in its header", shown(&twice.name)));
    }
    ensure!(json.next()? == JsonEvent::Eof, "its header goes on after its end");
    Ok(entries)
}

/// Puts the tensors in the order of their numbers, and checks that these fill the `length` bytes behind the header, each
/// byte once.
fn follow_each_other(entries: &mut [Entry], length: u64) -> Result<(), String> {
    entries.sort_unstable_by_key(|entry| (entry.bytes.start, entry.bytes.end));
    let mut end = 0;
    for entry in entries {
        let (name, Range { start, end: next }) = (shown(&entry.name), entry.bytes.clone());
        ensure!(
            next <= length,
            "the numbers of {name} are not all there: they should end at byte {next} of {length}; is the file whole?"
        );
        ensure!(start >= end, "the numbers of {name} begin at byte {start}, among those of another tensor");
        ensure!(start <= end, "the bytes {end} to {start} before the numbers of {name} belong to no tensor");
        end = next;
    }
    ensure!(end == length, "what follows byte {end} behind its header belongs to no tensor");
    Ok(())
}

/// How many bits a number of this type takes, if there is such a type.
fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" | "F8_E4M3FNUZ" | "F8_E5M2FNUZ" => 8,
        "U16" | "I16" | "F16" | "BF16" => 16,
        "U32" | "I32" | "F32" => 32,
        "U64" | "I64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

/// The events of a header.
struct Json<'a>(SliceJsonParser<'a>);

impl<'a> Json<'a> {
    fn next(&mut self) -> Result<JsonEvent<'a>, String> {
        self.0.parse_next().map_err(|error| {
            let at = error.location().start.offset;
            format!("its header is no JSON at byte {at}: {}", printable(error.message()))
        })
    }

    /// The members of an object whose `{` is behind.
    fn object(&mut self, mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), String>) -> Result<(), String> {
        while let JsonEvent::ObjectKey(key) = self.next()? {
            member(self, key)?;
        }
        Ok(())
    }

    fn metadata(&mut self) -> Result<(), String> {
        let only_texts = |found: bool| {
            ensure!(found, "`{METADATA}` in its header holds something else than texts");
            Ok(())
        };
        match self.next()? {
            JsonEvent::StartObject => self.object(|json, _| only_texts(matches!(json.next()?, JsonEvent::String(_)))),
            other => only_texts(other == JsonEvent::Null),
        }
    }

    fn entry(&mut self, tensor: &str) -> Result<Entry, String> {
        let name = shown(tensor);
        ensure!(self.next()? == JsonEvent::StartObject, "{name} is no object in its header");
        let (mut dtype, mut shape, mut offsets) = (None, None, None);
        self.object(|json, key| {
            let before = match &*key {
                "dtype" => match json.next()? {
                    JsonEvent::String(found) => dtype.replace(found.into_owned()).is_some(),
                    _ => return Err(format!("the dtype of {name} is no text")),
                },
                "shape" => shape.replace(json.numbers(&name, &key)?).is_some(),
                "data_offsets" => offsets.replace(json.numbers(&name, &key)?).is_some(),
                _ => return json.skip(),
            };
            ensure!(!before, "{name} has two entries `{key}`");
            Ok(())
        })?;
        let (Some(dtype), Some(shape), Some(offsets)) = (dtype, shape, offsets) else {
            return Err(format!("{name} lacks its dtype, its shape or its data_offsets"));
        };
        let &[start, end] = &offsets[..] else {
            return Err(format!("{name} has {} data_offsets; two were expected", offsets.len()));
        };
        let Some(found) = end.checked_sub(start) else {
            return Err(format!("the numbers of {name} should end at byte {end}, before they begin at {start}"));
        };
        let Some(bits) = bits(&dtype) else {
            return Err(format!("{name} has the type {}, which the format does not have", shown(&dtype)));
        };
        let expected = shape.iter().try_fold(bits, |product, &length| product.checked_mul(length));
        ensure!(
            expected.is_some_and(|bits| bits.is_multiple_of(8) && bits / 8 == found),
            "{name} with the shape [{}] and the type {dtype} cannot have {found} bytes",
            listed(&shape.iter().map(u64::to_string).collect::<Vec<_>>())
        );
        let shape = shape.into_iter().map(|length| length as usize).collect();
        Ok(Entry { name: tensor.to_string(), dtype, shape, bytes: start..end })
    }

    fn numbers(&mut self, name: &str, key: &str) -> Result<Vec<u64>, String> {
        let wrong = || format!("the {key} of {name} should be a list of whole numbers");
        let mut numbers = Vec::new();
        ensure!(self.next()? == JsonEvent::StartArray, "{}", wrong());
        loop {
            match self.next()? {
                JsonEvent::Number(text) => numbers.push(text.parse().map_err(|_| wrong())?),
                JsonEvent::EndArray => return Ok(numbers),
                _ => return Err(wrong()),
            }
        }
    }

    /// Skips a value.
    fn skip(&mut self) -> Result<(), String> {
        let mut depth = 0;
        loop {
            match self.next()? {
                JsonEvent::StartArray | JsonEvent::StartObject => depth += 1,
                JsonEvent::EndArray | JsonEvent::EndObject => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// The name as a JSON string.
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
