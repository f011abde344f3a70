//! IDX files: a magic number, the size of each dimension (big-endian, 32 bits), then the numbers themselves.
//!
//! The third byte of the magic number is the type of the numbers, the fourth how many dimensions there are.
use crate::error::ensure;
use byteorder::{BigEndian, ByteOrder, ReadBytesExt};
use flate2::bufread::GzDecoder;
use ndarray::Array4;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

/// The magic numbers of images: bytes, with or without a dimension for channels.
const IMAGES: [u32; 2] = [2051, 2052];
/// Those of labels: bytes; or 32-bit numbers, one for each image or a row whose first is the class, as QMNIST has them.
const LABELS: [u32; 3] = [2049, 3073, 3074];

/// `[n, height, width, channels]`.
pub fn read_images(path: &Path) -> Result<Array4<u8>, String> {
    let (dims, pixels) = read(path, "images", &IMAGES)?;
    let dims = [dims[0], dims[1], dims[2], *dims.get(3).unwrap_or(&1)];
    Ok(Array4::from_shape_vec(dims, pixels).expect("as many bytes as the header says"))
}

pub fn read_labels(path: &Path) -> Result<Vec<u8>, String> {
    let (dims, bytes) = read(path, "labels", &LABELS)?;
    if dims.len() == 1 {
        return Ok(bytes);
    }
    let class = |(i, row): (usize, &[u8])| {
        let (class, file) = (BigEndian::read_i32(row), path.display());
        let refusal = || format!("label {i} of {file} is {class}, where a class from 0 to 255 was expected");
        class.try_into().map_err(|_| refusal())
    };
    bytes.chunks_exact(bytes.len() / dims[0]).enumerate().map(class).collect()
}

/// Opens a regular file, and nothing else: opening a pipe would wait forever.
pub fn open(path: &Path) -> io::Result<File> {
    match fs::metadata(path)? {
        found if found.is_file() => File::open(path),
        found if found.is_dir() => Err(io::Error::other("it is a folder, and a file was expected")),
        _ => Err(io::Error::other("it is a pipe or a device, and a file was expected")),
    }
}

/// The dimensions and the bytes of a file whose magic number is one of `expected`.
fn read(path: &Path, kind: &str, expected: &[u32]) -> Result<(Vec<usize>, Vec<u8>), String> {
    content(path, kind, expected).map_err(|what| format!("{} {what}", path.display()))
}

fn content(path: &Path, kind: &str, expected: &[u32]) -> Result<(Vec<usize>, Vec<u8>), String> {
    let mut file = BufReader::new(open(path).map_err(broken)?);
    let is_empty = file.fill_buf().map_err(broken)?.is_empty();
    ensure!(!is_empty, "is empty, but {kind} were expected: copy or download it again");
    let mut source = unpacked(file).map_err(broken)?;
    let mut head = Vec::new();
    source.by_ref().take(512).read_to_end(&mut head).map_err(broken)?;
    if let Some(other) = other_format(&head) {
        return Err(format!("{other}, where {kind} in the format IDX were expected"));
    }
    let mut rest = &head[..];
    let header = header(&mut rest, kind, expected)?;
    let size = header.iter().try_fold(1, |size: u64, &n| size.checked_mul(n.into()));
    let promise = header.iter().map(u32::to_string).collect::<Vec<_>>().join("×");
    let Some(size) = size.filter(|&size| 0 < size && size < isize::MAX as u64) else {
        return Err(format!(
            "promises {promise} bytes of {kind}, but at least one and no more than a computer holds were expected: copy or \
             download it again"
        ));
    };
    // the buffer grows with what is really there, as a header may promise anything
    let mut bytes = Vec::with_capacity(size.min(64 << 20) as usize);
    bytes.extend_from_slice(rest);
    source.by_ref().take((size + 1).saturating_sub(rest.len() as u64)).read_to_end(&mut bytes).map_err(broken)?;
    let found = bytes.len() as u64;
    let holds = if found < size { format!("holds {found}") } else { "holds more".into() };
    ensure!(found == size, "promises {promise} = {size} bytes of {kind} but {holds}: copy or download it again");
    Ok((header.iter().map(|&n| n as usize).collect(), bytes))
}

/// What is wrong with a file that cannot be read to its end.
fn broken(error: io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => {
            "ends in the middle of its header or of its gzip data: copy or download it again".into()
        }
        ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            format!("is damaged ({error}), where a sound gzip file was expected: copy or download it again")
        }
        _ => format!("cannot be read: {error}"),
    }
}

/// The dimensions in the header, and as one more the bytes of a number, if it has several.
fn header(head: &mut &[u8], kind: &str, expected: &[u32]) -> Result<Vec<u32>, String> {
    let magic = head.read_u32::<BigEndian>().map_err(broken)?;
    if !expected.contains(&magic) {
        let hint = match type_of(magic) {
            _ if IMAGES.contains(&magic) || LABELS.contains(&magic) => "have images and labels been swapped?".into(),
            Some(numbers) => format!("it has {} dimensions of {numbers}; is it the right file?", magic & 0xff),
            None => "is it an IDX file?".into(),
        };
        return Err(format!("begins with {magic}, but for {kind} {} was expected: {hint}", expected[0]));
    }
    let mut dims = vec![0; (magic & 0xff) as usize];
    head.read_u32_into::<BigEndian>(&mut dims).map_err(broken)?;
    dims.extend((type_of(magic) != Some(BYTES)).then_some(4));
    Ok(dims)
}

const BYTES: &str = "bytes";

/// What kind of numbers a file with this magic number has, if it is one of IDX.
fn type_of(magic: u32) -> Option<&'static str> {
    Some(match magic >> 8 {
        0x08 => BYTES,
        0x09 => "signed bytes",
        0x0b => "16-bit whole numbers",
        0x0c => "32-bit whole numbers",
        0x0d => "32-bit floating-point numbers",
        0x0e => "64-bit floating-point numbers",
        _ => return None,
    })
}

/// What a file is that begins like this, and what to do, if it is a kind that is often found in the place of a data file.
fn other_format(head: &[u8]) -> Option<&'static str> {
    const PACKED: [(usize, &[u8], &str); 8] = [
        (0, b"PK\x03\x04", "is still packed, as a zip archive: unpack it"),
        (0, b"\xfd7zXZ\0", "is still packed with xz: unpack it"),
        (0, b"BZh", "is still packed with bzip2: unpack it"),
        (0, b"7z\xbc\xaf\x27\x1c", "is still packed, as a 7z archive: unpack it"),
        (0, b"\x28\xb5\x2f\xfd", "is still packed with zstd: unpack it"),
        (0, b"\x1f\x8b", "is packed twice with gzip: unpack it once"),
        (257, b"ustar", "is still packed, as a tar archive: unpack it"),
        (0, b"version https://git-lfs", "is only a pointer of Git LFS: run `git lfs pull`"),
    ];
    let found = PACKED.iter().find(|(at, sign, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(sign)));
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_page = text.starts_with(b"<");
    found.map(|(_, _, what)| *what).or(is_page.then_some("is a web page: download the file itself"))
}

/// The content of a file, which is gzipped or not whatever its name says.
pub fn unpacked<R: BufRead>(mut file: R) -> io::Result<impl Read> {
    let is_packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(Unpacked { is_packed, file: Some(file), member: None })
}

/// All members of a gzip file, one after the other. Zeros behind the last fill a block of a tape or a disk; as gzip does,
/// they are passed over.
struct Unpacked<R> {
    is_packed: bool,
    /// Between two members.
    file: Option<R>,
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(member) = &mut self.member {
                let n = member.read(buffer)?;
                if n > 0 || buffer.is_empty() {
                    return Ok(n);
                }
                self.file = self.member.take().map(GzDecoder::into_inner);
            }
            let Some(file) = &mut self.file else { return Ok(0) };
            if !self.is_packed {
                return file.read(buffer);
            }
            loop {
                let bytes = file.fill_buf()?;
                let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                match bytes {
                    [] => return Ok(0),
                    [0, ..] => file.consume(zeros),
                    [0x1f, ..] => break,
                    _ => return Err(io::Error::new(ErrorKind::InvalidData, "something else follows its gzip data")),
                }
            }
            self.member = self.file.take().map(GzDecoder::new);
        }
    }
}
