//! IDX files: a magic number, the size of each dimension (big-endian, 32 bits), then the bytes themselves.
use super::{Error, bad};
use byteorder::{BigEndian, ReadBytesExt};
use flate2::bufread::MultiGzDecoder;
use ndarray::Array4;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

/// `[n, height, width, channels]`.
pub fn read_images(path: &Path) -> Result<Array4<u8>, Error> {
    let (dims, pixels) = read(path, "images", &[2051, 2052])?;
    let dims = [dims[0], dims[1], dims[2], *dims.get(3).unwrap_or(&1)];
    Ok(Array4::from_shape_vec(dims, pixels).expect("as many bytes as the header says"))
}

pub fn read_labels(path: &Path) -> Result<Vec<u8>, Error> {
    Ok(read(path, "labels", &[2049])?.1)
}

/// The dimensions and the bytes of a file whose magic number is one of `expected`.
fn read(path: &Path, kind: &str, expected: &[u32]) -> Result<(Vec<usize>, Vec<u8>), Error> {
    let file = path.display();
    let broken = |e: io::Error| {
        Error::Data(match e.kind() {
            ErrorKind::UnexpectedEof => {
                format!("{file} ends in the middle of its header or of its gzip data: copy or download it again")
            }
            ErrorKind::InvalidInput | ErrorKind::InvalidData => {
                format!("{file} is damaged ({e}), where a sound gzip file was expected: copy or download it again")
            }
            _ => format!("{file} cannot be read: {e}"),
        })
    };
    let mut source = BufReader::new(File::open(path).map_err(broken)?);
    if source.fill_buf().map_err(broken)?.is_empty() {
        return bad(format!("{file} is empty, but {kind} were expected: copy or download it again"));
    }
    let mut source = unpacked(source).map_err(broken)?;

    let magic = source.read_u32::<BigEndian>().map_err(broken)?;
    if !expected.contains(&magic) {
        let hint = match magic {
            2049 | 2051 | 2052 => "have images and labels been swapped?",
            _ => "is it an IDX file of bytes?",
        };
        return bad(format!("{file} begins with {magic}, but for {kind} {} was expected: {hint}", expected[0]));
    }
    let dims: Vec<u32> =
        (0..magic & 0xff).map(|_| source.read_u32::<BigEndian>()).collect::<Result<_, _>>().map_err(broken)?;
    let promise = dims.iter().map(u32::to_string).collect::<Vec<_>>().join("×");
    let size = dims.iter().try_fold(1u64, |size, &n| size.checked_mul(n.into()));
    let Some(size) = size.filter(|&size| 0 < size && size < isize::MAX as u64) else {
        return bad(format!(
            "{file} promises {promise} bytes of {kind}, but at least one and no more than a computer holds were \
             expected: copy or download it again"
        ));
    };

    // The room grows with what is really there: a header may promise anything.
    let mut bytes = Vec::with_capacity(size.min(64 << 20) as usize);
    let found = source.take(size + 1).read_to_end(&mut bytes).map_err(broken)? as u64;
    if found != size {
        let found = if found < size { format!("holds {found}") } else { "holds more".into() };
        return bad(format!(
            "{file} promises {promise} = {size} bytes of {kind} but {found}: copy or download it again"
        ));
    }
    Ok((dims.iter().map(|&n| n as usize).collect(), bytes))
}

/// The content of a file, which is gzipped or not whatever its name says.
pub fn unpacked<'a>(mut file: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}
