//! A grey PNG as a `data:` address, for the mask through which a grid of digits is painted.
use crate::Error;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

/// `pixels` (0 to 255, row by row) as a PNG of 16 shades.
///
/// Two pixels share a byte, and no row is filtered: of digits this makes the smallest files. The best compression
/// would make them a tenth smaller and take eight times as long.
pub fn grey(width: usize, pixels: &[u8]) -> Result<Vec<u8>, Error> {
    let height = pixels.len() / width.max(1);
    let shade = |p: u8| ((u32::from(p) * 15 + 127) / 255) as u8;
    let mut rows = Vec::with_capacity(height * (1 + width.div_ceil(2)));
    for row in pixels.chunks(width.max(1)) {
        rows.push(0);
        rows.extend(row.chunks(2).map(|p| shade(p[0]) << 4 | p.get(1).map_or(0, |&p| shade(p))));
    }
    let failed = |e| Error::Picture(format!("a grid of digits could not be compressed: {e}"));
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&rows).map_err(failed)?;
    let data = zlib.finish().map_err(failed)?;

    let mut header = [(width as u32).to_be_bytes(), (height as u32).to_be_bytes()].concat();
    let (bits, greyscale) = (4, 0);
    header.extend([bits, greyscale, 0, 0, 0]);
    Ok([&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &data), &chunk(b"IEND", &[])].concat())
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    [&(data.len() as u32).to_be_bytes(), &named[..], &fingerprint(&named).to_be_bytes()].concat()
}

/// The CRC-32 of some bytes.
pub fn fingerprint(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Bytes as text for a `data:` address.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, i| bits << 8 | u32::from(*three.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= three.len() { digit.into() } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_holds_the_digits() {
        use std::io::Read;
        let png = grey(3, &[0, 255, 17, 34, 128, 8]).unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[16..29], [0, 0, 0, 3, 0, 0, 0, 2, 4, 0, 0, 0, 0], "3 × 2, 4 bits, grey");
        let length = u32::from_be_bytes(png[33..37].try_into().unwrap()) as usize;
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut rows).unwrap();
        assert_eq!(rows, [0, 0x0F, 0x10, 0, 0x28, 0x00]);
        assert_eq!(png[png.len() - 12..], *b"\0\0\0\0IEND\xAE\x42\x60\x82", "with its checksum");
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }
}
