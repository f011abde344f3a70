//! Reads a PNG file as a grey picture: every colour type and depth, interlaced or not, what is transparent as white.
//!
//! The format: <https://www.w3.org/TR/png-3/>. The crate `png` would do the same; with what it needs, it takes five seconds of
//! a processor to compile.
use crate::error::ensure;
use flate2::{Crc, bufread::ZlibDecoder};
use ndarray::Array2;
use std::io::{self, ErrorKind, Read};

/// Some 7,000 × 7,000, more than the cameras of telephones have.
const MOST_PIXELS: u64 = 50_000_000;
/// What a file may have beside its pixels, such as a colour profile.
const MOST_OTHERS: u64 = 32 << 20;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// The signature, and the chunk `IHDR` with its length, name and checksum.
const HEADER: usize = 33;
/// First column, first row and the distances of the seven passes of an interlaced picture.
const PASSES: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

struct Header {
    width: usize,
    height: usize,
    /// Of a sample.
    depth: usize,
    kind: u8,
    is_interlaced: bool,
}

/// Rows of brightness, 0 (black) to 255 (white). The error is the end of a sentence that begins with the file's name.
pub fn read(mut file: impl Read) -> Result<Array2<u8>, String> {
    let mut head = Vec::new();
    file.by_ref().take(512).read_to_end(&mut head).map_err(broken)?;
    if let Some(other) = other_format(&head) {
        return Err(other);
    }
    // before anything as large as the header says is allocated
    let header = Header::read(&head)?;
    let mut bytes = head;
    // eight bytes are the most that a pixel has
    let most = 8 * (header.width * header.height) as u64 + MOST_OTHERS;
    file.take(most).read_to_end(&mut bytes).map_err(broken)?;

    let (mut palette, mut transparent, mut data) = (&[][..], &[][..], Vec::new());
    let mut rest = &bytes[HEADER..];
    while let Some((name, content)) = chunk(&mut rest)? {
        match name {
            b"PLTE" => palette = content,
            b"tRNS" => transparent = content,
            b"IDAT" => data.extend_from_slice(content),
            b"IEND" => break,
            _ => {}
        }
    }
    let colours = Colours { kind: header.kind, depth: header.depth, palette, transparent };
    header.pixels(&mut ZlibDecoder::new(&data[..]), &colours)
}

impl Header {
    fn read(head: &[u8]) -> Result<Header, String> {
        ensure!(head.len() >= HEADER, "ends in the middle of its header: copy or save it again");
        let mut rest = &head[SIGNATURE.len()..];
        let Some((b"IHDR", &[a, b, c, d, e, f, g, h, depth, kind, 0, 0, interlace @ 0..=1])) = chunk(&mut rest)? else {
            return Err("is damaged: its header is not a PNG's; save it again".into());
        };
        let [width, height] = [[a, b, c, d], [e, f, g, h]].map(u32::from_be_bytes);
        let pixels = u64::from(width) * u64::from(height);
        ensure!(
            pixels <= MOST_PIXELS,
            "has {width} × {height} pixels, and at most {} million in all can be read: make it smaller, or cut out the digits",
            MOST_PIXELS / 1_000_000
        );
        let depths: &[u8] = match kind {
            0 => &[1, 2, 4, 8, 16],
            3 => &[1, 2, 4, 8],
            2 | 4 | 6 => &[8, 16],
            _ => &[],
        };
        ensure!(
            pixels > 0 && depths.contains(&depth),
            "is damaged: its header promises {width} × {height} pixels of {depth} bits and colour type {kind}; save it again"
        );
        let (width, height, depth) = (width as usize, height as usize, depth.into());
        Ok(Header { width, height, depth, kind, is_interlaced: interlace == 1 })
    }

    fn pixels(&self, data: &mut impl Read, colours: &Colours<'_>) -> Result<Array2<u8>, String> {
        let mut picture = Array2::from_elem((self.height, self.width), 255);
        let channels = [1, 0, 3, 1, 2, 0, 4][usize::from(self.kind)];
        let (bits, passes) = (channels * self.depth, if self.is_interlaced { &PASSES[..] } else { &[[0, 0, 1, 1]] });
        for &[left, top, across, down] in passes {
            let width = self.width.saturating_sub(left).div_ceil(across);
            if width == 0 {
                continue;
            }
            let mut before = vec![0; (width * bits).div_ceil(8)];
            let mut row = before.clone();
            for y in (top..self.height).step_by(down) {
                let mut filter = [0];
                data.read_exact(&mut filter).and_then(|()| data.read_exact(&mut row)).map_err(broken)?;
                unfilter(filter[0], &mut row, &before, bits.div_ceil(8))?;
                for i in 0..width {
                    let samples: [usize; 4] =
                        std::array::from_fn(
                            |c| if c < channels { sample(&row, i * channels + c, self.depth) } else { 0 },
                        );
                    picture[[y, left + i * across]] = colours.brightness(samples)?;
                }
                std::mem::swap(&mut row, &mut before);
            }
        }
        Ok(picture)
    }
}

/// Its name and content.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

fn chunk<'a>(rest: &mut &'a [u8]) -> Result<Option<Chunk<'a>>, String> {
    if rest.is_empty() {
        return Ok(None);
    }
    let cut = "is not all there: copy or save it again";
    let (length, body) = rest.split_first_chunk().ok_or(cut)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (named, after) = body.split_at_checked(length.saturating_add(4)).ok_or(cut)?;
    let (sum, after) = after.split_first_chunk().ok_or(cut)?;
    let mut crc = Crc::new();
    crc.update(named);
    ensure!(crc.sum() == u32::from_be_bytes(*sum), "is damaged: a checksum does not fit; copy or save it again");
    *rest = after;
    Ok(named.split_first_chunk())
}

/// Undoes the filter of a row, whose pixels have `size` bytes.
fn unfilter(filter: u8, row: &mut [u8], before: &[u8], size: usize) -> Result<(), String> {
    ensure!(filter <= 4, "is damaged: a row has the unknown filter {filter}; save it again");
    for i in 0..row.len() {
        let [left, above_left] = if i < size { [0, 0] } else { [row[i - size], before[i - size]] };
        let above = before[i];
        let guess = match filter {
            0 => 0,
            1 => left,
            2 => above,
            3 => u8::midpoint(left, above),
            _ => paeth(left, above, above_left),
        };
        row[i] = row[i].wrapping_add(guess);
    }
    Ok(())
}

/// The one of three neighbours that is nearest to `left + above - above_left`.
fn paeth(left: u8, above: u8, above_left: u8) -> u8 {
    let [a, b, c] = [left, above, above_left].map(i32::from);
    let far = |x: i32| (a + b - c - x).abs();
    if far(a) <= far(b) && far(a) <= far(c) {
        left
    } else if far(b) <= far(c) {
        above
    } else {
        above_left
    }
}

fn sample(row: &[u8], i: usize, depth: usize) -> usize {
    match depth {
        8 => row[i].into(),
        16 => usize::from(row[2 * i]) << 8 | usize::from(row[2 * i + 1]),
        _ => usize::from(row[i * depth / 8]) >> (8 - depth - i * depth % 8) & ((1 << depth) - 1),
    }
}

/// What the samples of a pixel mean.
struct Colours<'a> {
    kind: u8,
    depth: usize,
    palette: &'a [u8],
    transparent: &'a [u8],
}

impl Colours<'_> {
    fn brightness(&self, samples: [usize; 4]) -> Result<u8, String> {
        let most = (1 << self.depth) - 1;
        let byte = |sample: usize| (sample * 255 + most / 2) / most;
        let byte_of = |i: usize| self.transparent.get(i).copied().map(usize::from);
        let named = |i: usize| Some(byte_of(2 * i)? << 8 | byte_of(2 * i + 1)?);
        let clear = |used: &[usize]| used.iter().enumerate().all(|(i, &sample)| named(i) == Some(sample));
        let [a, b, c, d] = samples;
        let (rgb, alpha) = match self.kind {
            0 => ([byte(a); 3], if clear(&[a]) { 0 } else { 255 }),
            2 => ([a, b, c].map(byte), if clear(&[a, b, c]) { 0 } else { 255 }),
            4 => ([byte(a); 3], byte(b)),
            6 => ([a, b, c].map(byte), byte(d)),
            _ => {
                let colour = self.palette.get(3 * a..3 * a + 3).ok_or_else(|| {
                    format!(
                        "is damaged: a pixel has colour {a}, and the palette has {}; save it again",
                        self.palette.len() / 3
                    )
                })?;
                ([0, 1, 2].map(|i| usize::from(colour[i])), self.transparent.get(a).map_or(255, |&alpha| alpha.into()))
            }
        };
        let grey = 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2];
        Ok(((grey * alpha + 255_000 * (255 - alpha) + 127_500) / 255_000) as u8)
    }
}

fn broken(error: io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "ends before its last row: copy or save it again".into(),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => format!("is damaged ({error}): copy or save it again"),
        _ => format!("cannot be read: {error}"),
    }
}

/// What a file is that begins like this, and what to do, unless it is a PNG.
fn other_format(head: &[u8]) -> Option<String> {
    const KNOWN: [(usize, &[u8], &str); 13] = [
        (0, b"\xff\xd8\xff", "a JPEG picture"),
        (0, b"GIF8", "a GIF picture"),
        (0, b"BM", "a BMP picture"),
        (8, b"WEBP", "a WebP picture"),
        (0, b"II*\0", "a TIFF picture"),
        (0, b"MM\0*", "a TIFF picture"),
        (4, b"ftypavi", "an AVIF picture"),
        (4, b"ftyphei", "a HEIC picture, as iPhones make them"),
        (4, b"ftypmif", "a HEIC picture, as iPhones make them"),
        (4, b"ftyp", "a film"),
        (0, b"%PDF", "a PDF document"),
        (0, b"PK\x03\x04", "a packed file or an office document"),
        (0, b"version https://git-lfs", "only a pointer of Git LFS"),
    ];
    if head.starts_with(SIGNATURE) {
        return None;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let has = |sign: &[u8]| head.windows(sign.len()).any(|part| part == sign);
    let known = KNOWN.iter().find(|(at, sign, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(sign)));
    let kind = match known {
        _ if head.is_empty() => return Some("is empty, and a PNG picture was expected: save it again".into()),
        Some((_, _, kind)) => kind,
        None if text.starts_with(b"<") && has(b"<svg") => "an SVG drawing",
        None if text.starts_with(b"<") => "a web page",
        None if text.iter().all(|&byte| byte >= b' ' || byte.is_ascii_whitespace()) => "a text",
        None => "no picture that is known here",
    };
    Some(format!("is {kind}, and a PNG was expected: open the picture and save it as PNG, or make a screenshot of it"))
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;

    const SIZE: [usize; 2] = [11, 13];

    fn written(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let named = [&name[..], content].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        [&(content.len() as u32).to_be_bytes(), &named[..], &crc.sum().to_be_bytes()].concat()
    }

    fn header([height, width]: [usize; 2], depth: u8, kind: u8, interlace: u8) -> Vec<u8> {
        let sizes = [(width as u32).to_be_bytes(), (height as u32).to_be_bytes()].concat();
        [&SIGNATURE[..], &written(b"IHDR", &[&sizes[..], &[depth, kind, 0, 0, interlace]].concat())].concat()
    }

    /// Some sample of a pixel.
    fn value(y: usize, x: usize, channel: usize, depth: u8) -> usize {
        (y * 7919 + x * 104_729 + channel * 1_299_709 + y * x * 31) % (1 << depth)
    }

    /// A picture whose rows have one filter after the other.
    fn encoded(depth: u8, kind: u8, interlace: u8, others: &[u8]) -> Vec<u8> {
        let channels = [1, 0, 3, 1, 2, 0, 4][usize::from(kind)];
        let (bits, [height, width]) = (channels * usize::from(depth), SIZE);
        let mut rows = Vec::new();
        let passes = if interlace == 1 { &PASSES[..] } else { &[[0, 0, 1, 1]] };
        for &[left, top, across, down] in passes {
            let columns: Vec<usize> = (left..width).step_by(across).collect();
            let mut before = vec![0; (columns.len() * bits).div_ceil(8)];
            for (number, y) in (top..height).step_by(down).enumerate() {
                let mut row = vec![0; before.len()];
                for (i, &x) in columns.iter().enumerate() {
                    for channel in 0..channels {
                        let (value, at) = (value(y, x, channel, depth), (i * channels + channel) * usize::from(depth));
                        for bit in 0..usize::from(depth) {
                            let is_set = value >> (usize::from(depth) - 1 - bit) & 1;
                            row[(at + bit) / 8] |= (is_set as u8) << (7 - (at + bit) % 8);
                        }
                    }
                }
                let size = bits.div_ceil(8);
                rows.push((number % 5) as u8);
                rows.extend((0..row.len()).map(|i| {
                    let [left, corner] = if i < size { [0, 0] } else { [row[i - size], before[i - size]] };
                    let guesses = [0, left, before[i], u8::midpoint(left, before[i]), paeth(left, before[i], corner)];
                    row[i].wrapping_sub(guesses[number % 5])
                }));
                before = row;
            }
        }
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&rows).unwrap();
        let data = zlib.finish().unwrap();
        let (first, second) = data.split_at(data.len() / 2); // a reader must put them together
        let head = header(SIZE, depth, kind, interlace);
        [&head, others, &written(b"IDAT", first), &written(b"IDAT", second), &written(b"IEND", &[])].concat()
    }

    /// A grey picture as a file.
    pub fn grey(picture: &Array2<u8>) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        for row in picture.outer_iter() {
            zlib.write_all(&[0]).and_then(|()| zlib.write_all(&row.to_vec())).unwrap();
        }
        let head = header([picture.nrows(), picture.ncols()], 8, 0, 0);
        [&head[..], &written(b"IDAT", &zlib.finish().unwrap()), &written(b"IEND", &[])].concat()
    }

    /// The picture as the crate `png` has it, with bytes for samples, over white.
    fn reference(file: &[u8]) -> Array2<u8> {
        let mut decoder = ::png::Decoder::new(io::Cursor::new(file));
        decoder.set_transformations(::png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let channels = info.color_type.samples();
        let is_wide = info.bit_depth == ::png::BitDepth::Sixteen;
        let sample = |i: usize| match is_wide {
            true => f64::from(u16::from_be_bytes([bytes[2 * i], bytes[2 * i + 1]])) / 65_535.0,
            false => f64::from(bytes[i]) / 255.0,
        };
        Array2::from_shape_fn(SIZE, |(y, x)| {
            let at = (y * SIZE[1] + x) * channels;
            let grey = match channels {
                1 | 2 => sample(at),
                _ => 0.299 * sample(at) + 0.587 * sample(at + 1) + 0.114 * sample(at + 2),
            };
            let alpha = if channels.is_multiple_of(2) { sample(at + channels - 1) } else { 1.0 };
            (255.0 * (grey * alpha + 1.0 - alpha)).round() as u8
        })
    }

    #[test]
    fn every_kind_of_png_is_read_as_the_crate_png_reads_it() {
        let palette: Vec<u8> = (0..768).map(|i| (i * 89 % 256) as u8).collect();
        for (kind, depths) in
            [(0, &[1, 2, 4, 8, 16][..]), (2, &[8, 16]), (3, &[1, 2, 4, 8]), (4, &[8, 16]), (6, &[8, 16])]
        {
            for &depth in depths {
                let palette = if kind == 3 { written(b"PLTE", &palette[..3 << depth]) } else { Vec::new() };
                let clear: Vec<u8> = match kind {
                    0 => (value(3, 4, 0, depth) as u16).to_be_bytes().into(),
                    2 => (0..3).flat_map(|channel| (value(3, 4, channel, depth) as u16).to_be_bytes()).collect(),
                    _ => vec![0, 100],
                };
                let clear = [palette.clone(), written(b"tRNS", &clear)].concat();
                for others in [Some(palette), (kind < 4).then_some(clear)].into_iter().flatten() {
                    for interlace in [0, 1] {
                        let file = encoded(depth, kind, interlace, &others);
                        let (found, expected) = (read(&file[..]).unwrap(), reference(&file));
                        for (at, brightness) in found.indexed_iter() {
                            let of = format!("{at:?} of type {kind}, {depth} bits, interlaced {interlace}");
                            assert!(brightness.abs_diff(expected[at]) <= 1, "{of}: {brightness}, not {}", expected[at]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn half_a_transparent_colour_is_none() {
        for (kind, clear) in [(0, &[7][..]), (2, &[0, 1, 0])] {
            let file = |others: &[u8]| read(&encoded(8, kind, 0, others)[..]).unwrap();
            assert_eq!(file(&written(b"tRNS", clear)), file(&[]));
        }
    }

    fn refusal(file: &[u8]) -> String {
        read(file).unwrap_err()
    }

    #[test]
    fn a_file_that_is_cut_off_or_damaged_anywhere_is_refused() {
        let file = encoded(8, 2, 0, &[]);
        for length in 0..file.len() - 12 {
            refusal(&file[..length]);
        }
        for i in 0..file.len() - 12 {
            let mut damaged = file.clone();
            damaged[i] ^= 0x10;
            refusal(&damaged);
        }
        assert_eq!(refusal(&file[..20]), "ends in the middle of its header: copy or save it again");
        assert_eq!(refusal(&file[..100]), "is not all there: copy or save it again");
    }

    #[test]
    fn a_huge_picture_is_refused_by_its_header_alone() {
        for size in [[20_000, 20_000], [u32::MAX as usize, u32::MAX as usize]] {
            let text = refusal(&header(size, 8, 2, 0));
            assert!(text.contains("and at most 50 million in all can be read"), "{text}");
        }
        let text = refusal(&header([7000, 7000], 16, 6, 1));
        assert_eq!(text, "ends before its last row: copy or save it again");
    }

    #[test]
    fn other_files_are_called_by_their_name() {
        for (head, name) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], "is a JPEG picture"),
            (b"\0\0\0\x18ftypheic", "is a HEIC picture, as iPhones make them"),
            (b"%PDF-1.7", "is a PDF document"),
            (b"<?xml version=\"1.0\"?><svg>", "is an SVG drawing"),
            (b"<!doctype html><html>", "is a web page"),
            (b"dear reader,\n", "is a text"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "is a WebP picture"),
            (b"\0\x01\x02", "is no picture that is known here"),
        ] {
            let text = refusal(head);
            assert!(text.starts_with(name) && text.contains("save it as PNG"), "{text}");
        }
        assert!(refusal(b"").starts_with("is empty"));
    }
}
