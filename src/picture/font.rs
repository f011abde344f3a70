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
