//! Pictures of positive and negative numbers, such as weights.
use crate::Error;
use crate::picture::{AXIS, Area, NEGATIVE, NOTE, POSITIVE, Svg, TICK, at_share, sorted};

/// The height of a number above a picture, in pixels.
const NUMBER: f32 = 16.0;

/// Numbered pictures in rows that fill the width of a figure: how many there are and are in a row, and how far apart, in
/// pixels.
#[derive(Clone, Copy)]
pub struct Row {
    n: usize,
    pictures: usize,
    pitch: f32,
}

impl Row {
    /// For `n` pictures, of which each has at most so many pixels: the fewer, the larger.
    pub fn of(n: usize, most: f32) -> Row {
        let pictures = [5, 10].into_iter().find(|&most| n <= most).unwrap_or(16);
        Row { n, pictures, pitch: most.min(912.0 / pictures as f32) }
    }

    /// The area of picture `i`, which has `height` × `width` pixels and is centred below its number, if it has one; the first row begins at
    /// `top`.
    pub fn place(self, svg: &mut Svg, i: usize, [height, width]: [usize; 2], top: f32) -> Area {
        let side = self.pitch - 7.0;
        let longest = height.max(width).max(1) as f32;
        let (w, h) = (side * width as f32 / longest, side * height as f32 / longest);
        let x = 24.0 + (i % self.pictures) as f32 * self.pitch + (self.pitch - w) / 2.0;
        let y = top + (i / self.pictures) as f32 * (self.pitch + NUMBER) + NUMBER;
        if self.n > 1 {
            svg.text(x + w / 2.0, y - 5.0, NOTE.centred(), &(i + 1).to_string());
        }
        Area::new(x, y, w, h)
    }

    /// The height of all rows.
    pub fn height(self) -> f32 {
        self.n.div_ceil(self.pictures) as f32 * (self.pitch + NUMBER)
    }
}

/// A value as a grey from 0 to 255, which `full` and larger values have.
pub fn grey(value: f32, full: f32) -> u8 {
    ((value / full).clamp(0.0, 1.0) * 255.0).round() as u8
}

/// A picture of signed values: blue where they are positive, orange where they are negative.
pub fn signed(svg: &mut Svg, area: Area, width: usize, values: &[f32], full: f32) -> Result<(), Error> {
    for (sign, colour) in [(1.0, POSITIVE), (-1.0, NEGATIVE)] {
        let shades: Vec<u8> = values.iter().map(|&v| grey(sign * v, full)).collect();
        svg.paint(area, colour, width, &shades, true)?;
    }
    svg.frame(area, AXIS);
    Ok(())
}

/// The magnitude that is drawn in full colour: 99.5 % of the values are not above it.
pub fn full_colour(values: &mut dyn Iterator<Item = &f32>) -> f32 {
    let all: Vec<f32> = values.map(|v| v.abs()).filter(|v| v.is_finite()).collect();
    let full = if all.is_empty() { 1.0 } else { at_share(&sorted(all), 0.995) };
    if full > 0.0 { full } else { 1.0 }
}

/// The scale of [`signed`] pictures, with the meaning of both its ends.
pub fn legend(svg: &mut Svg, y: f32, full: f32, [against, for_it]: [&str; 2]) {
    let end = scale(svg, 24.0, y);
    let [low, high] = ends(svg, full);
    let pieces = [
        (0.0, TICK.size(14).fill(NEGATIVE).weight(700), &*low),
        (5.0, TICK.size(14), against),
        (16.0, TICK.size(14).fill(POSITIVE).weight(700), &*high),
        (5.0, TICK.size(14), for_it),
    ];
    svg.line_of_text(end + 12.0, y + 11.0, &pieces);
}

/// The scale of a [`signed`] picture, with a number at both its ends.
pub fn scale_with_ends(svg: &mut Svg, x: f32, y: f32, full: f32) {
    let end = scale(svg, x, y);
    for (font, x, number) in [(TICK.fill(NEGATIVE), x, 0), (TICK.fill(POSITIVE).right(), end, 1)] {
        svg.text(x, y + 28.0, font.size(14).weight(700), &ends(svg, full)[number]);
    }
}

/// Both ends of the scale, as numbers.
fn ends(svg: &Svg, full: f32) -> [String; 2] {
    let decimals = if full < 0.1 { 4 } else { 2 };
    [svg.language.decimal(-full, decimals), svg.language.decimal(full, decimals)]
}

/// The colours from the lowest to the highest number; returns where they end.
fn scale(svg: &mut Svg, x: f32, y: f32) -> f32 {
    let (stops, width) = (8, 9.0);
    for i in 0..=2 * stops {
        let strength = i as f32 / stops as f32 - 1.0;
        let colour = if strength < 0.0 { NEGATIVE } else { POSITIVE };
        let place = Area::new(x + i as f32 * width, y, width, 12.0);
        svg.put(format_args!("<rect {place} fill=\"{colour}\" fill-opacity=\"{:.2}\"/>", strength.abs()));
    }
    let bar = Area::new(x, y, width * (2 * stops + 1) as f32, 12.0);
    svg.frame(bar, AXIS);
    bar.right()
}
