//! Sizes, weights, colours and anchors of text.
use super::palette::{INK, MUTED};
use std::fmt;

/// How a text is set.
#[derive(Clone, Copy)]
pub struct Font {
    /// In pixels.
    size: u32,
    /// As in CSS: 400 is regular, 700 bold.
    weight: u32,
    fill: &'static str,
    /// Which end of the text its x coordinate is: SVG's `text-anchor`.
    anchor: &'static str,
}

pub const HEADING: Font = Font::new(18, 700, INK);
pub const TITLE: Font = Font::new(15, 600, INK);
pub const NOTE: Font = Font::new(14, 400, MUTED);
pub const TICK: Font = Font::new(13, 400, MUTED);

impl Font {
    pub const fn new(size: u32, weight: u32, fill: &'static str) -> Font {
        Font { size, weight, fill, anchor: "start" }
    }
    pub const fn fill(self, fill: &'static str) -> Font {
        Font { fill, ..self }
    }
    pub const fn size(self, size: u32) -> Font {
        Font { size, ..self }
    }
    pub const fn weight(self, weight: u32) -> Font {
        Font { weight, ..self }
    }
    pub const fn centred(self) -> Font {
        Font { anchor: "middle", ..self }
    }
    pub const fn right(self) -> Font {
        Font { anchor: "end", ..self }
    }

    /// The width of a text in pixels, by the widths of Helvetica's letters; of letters beyond Latin, no less than that.
    pub fn width(self, text: &str) -> f32 {
        let (bold, thin) = (self.weight > 400, "bcdfghijklmnopqrstuvwxy[]:;?");
        let em = |c: char| match c {
            'i' | 'j' | 'l' | ' ' | 'I' | '\'' | ',' | '.' | '/' | '|' => 0.28,
            'f' | 't' | '[' | ']' | ':' | ';' | '!' | '(' | ')' | '-' => 0.334,
            'r' | '{' | '}' | '*' => 0.39,
            'z' => 0.5,
            'a' | 'c' | 'e' | 'k' | 's' | 'v' | 'x' | 'y' | '0'..='9' | '_' | '$' => 0.557,
            'w' => 0.78,
            'm' | 'M' | '%' => 0.89,
            'W' | '@' => 1.02,
            'A'..='Z' | '&' => 0.76,
            '\0'..='\u{24F}' => 0.612,
            '\u{250}'..='\u{10FF}' => 0.85,
            _ => 1.05,
        };
        text.chars().map(|c| em(c) - if bold || !thin.contains(c) { 0.0 } else { 0.055 }).sum::<f32>()
            * self.size as f32
    }
}

/// As attributes of an SVG element; defaults are left out.
impl fmt::Display for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "font-size=\"{}\" fill=\"{}\"", self.size, self.fill)?;
        if self.weight != 400 {
            write!(f, " font-weight=\"{}\"", self.weight)?;
        }
        if self.anchor != "start" {
            write!(f, " text-anchor=\"{}\"", self.anchor)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_in_helvetica() {
        // in thousandths of the size, from the tables of the typeface
        for (weight, text, width) in [
            (700, "log_softmax", 5890),
            (700, "variable", 3780),
            (700, "W × 0.003", 4586),
            (400, "[?, 28, 28, 1]", 5560),
            (400, "dropout", 3391),
            (400, "Los números", 5780),
        ] {
            let found = Font::new(10, weight, INK).width(text);
            assert!((found / (width as f32 / 100.0) - 1.0).abs() < 0.05, "{text}: {found}, not {width} / 100");
        }
    }
}
