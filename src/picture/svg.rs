//! The SVG elements that pictures are made of. Coordinates and lengths are in pixels.
use super::{font::Font, png};
use crate::{Error, language::Language};
use std::fmt::{self, Write};

/// A coordinate, written with at most one decimal.
pub struct N(pub f32);

impl fmt::Display for N {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() as i64;
        if tenths % 10 == 0 { write!(f, "{}", tenths / 10) } else { write!(f, "{:.1}", tenths as f32 / 10.0) }
    }
}

/// A rectangle: of a plot, a grid, a mark.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
}

impl Area {
    pub const fn new(x: f32, y: f32, w: f32, h: f32) -> Area {
        Area { x, y, w, h }
    }
    pub fn right(&self) -> f32 {
        self.x + self.w
    }
    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", N(self.x), N(self.y), N(self.w), N(self.h))
    }
}

/// The elements of a figure, in drawing order, and the language of its text.
pub struct Svg {
    pub text: String,
    pub language: Language,
}

impl Svg {
    pub fn new(language: Language) -> Svg {
        Svg { text: String::new(), language }
    }

    /// Appends an element that is already SVG.
    pub fn put(&mut self, element: fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(element);
        self.text.push('\n');
    }

    pub fn text(&mut self, x: f32, y: f32, font: Font, content: &str) {
        let (x, y, content) = (N(x), N(y), escape(content));
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" {font}>{content}</text>"));
    }

    /// A text outlined in the colour `halo`, so that it can be read on top of a drawing.
    pub fn text_over(&mut self, x: f32, y: f32, font: Font, halo: &str, content: &str) {
        let (x, y, content) = (N(x), N(y), escape(content));
        self.put(format_args!(
            "<text x=\"{x}\" y=\"{y}\" {font} stroke=\"{halo}\" stroke-width=\"3\" stroke-linejoin=\"round\" \
             paint-order=\"stroke\">{content}</text>"
        ));
    }

    /// Pieces of text in a line, each with its font and its distance from the piece before.
    pub fn line_of_text(&mut self, x: f32, y: f32, pieces: &[(f32, Font, &str)]) {
        let spans = pieces.iter().map(|(dx, font, content)| {
            let dx = if *dx == 0.0 { String::new() } else { format!("dx=\"{}\" ", N(*dx)) };
            format!("<tspan {dx}{font}>{}</tspan>", escape(content))
        });
        self.put(format_args!("<text x=\"{}\" y=\"{}\">{}</text>", N(x), N(y), spans.collect::<String>()));
    }

    /// Names the element that was added last, so that a script can find it.
    pub fn name(&mut self, name: &str) {
        let line = self.text.trim_end().rfind('\n').map_or(0, |end| end + 1);
        if let Some(end) = self.text[line..].find(' ') {
            self.text.insert_str(line + end, &format!(" data-name=\"{name}\""));
        }
    }

    pub fn rect(&mut self, area: Area, fill: &str) {
        self.put(format_args!("<rect {area} fill=\"{fill}\"/>"));
    }

    pub fn frame(&mut self, area: Area, stroke: &str) {
        self.put(format_args!("<rect {area} fill=\"none\" stroke=\"{stroke}\"/>"));
    }

    /// A straight line; `dashes` is the `stroke-dasharray`, empty for a solid line.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), stroke: &str, dashes: &str) {
        let (x1, y1, x2, y2) = (N(from.0), N(from.1), N(to.0), N(to.1));
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.put(format_args!("<path d=\"M{x1} {y1}L{x2} {y2}\" fill=\"none\" stroke=\"{stroke}\"{dashes}/>"));
    }

    /// Paints `area` in the colour `fill`, as strongly as the grey `pixels` are white (255); `width` pixels are a row. `sharp`
    /// pixels are squares, others are blended by the viewer.
    pub fn paint(&mut self, area: Area, fill: &str, width: usize, pixels: &[u8], sharp: bool) -> Result<(), Error> {
        let png = png::grey(width, pixels)?;
        let id = format!("digitos-{:x}-{}", png::fingerprint(&png), self.text.len());
        let png = png::base64(&png);
        let style = if sharp { " style=\"image-rendering:pixelated\"" } else { "" };
        self.put(format_args!(
            "<mask id=\"{id}\"><image {area} preserveAspectRatio=\"none\"{style} \
             href=\"data:image/png;base64,{png}\"/></mask>\n<rect {area} fill=\"{fill}\" mask=\"url(#{id})\"/>"
        ));
        Ok(())
    }
}

/// Text as the content of an element or an attribute. A control character, which XML cannot hold, becomes a space.
pub fn escape(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'), " ");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
