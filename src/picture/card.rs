//! The beginning and the end that figures share: a title and a note at the top, then the drawing, then the card's size.
use super::font::{HEADING, NOTE, TITLE};
use super::{figure::Figure, svg::Svg};
use crate::language::Language;

/// A figure that is being drawn into `svg`.
pub struct Card {
    pub svg: Svg,
    caption: String,
}

impl Card {
    /// A card with nothing on it; `caption` says in words what it will show, to those who cannot see it.
    pub fn blank(language: Language, caption: impl Into<String>) -> Card {
        Card { svg: Svg::new(language), caption: caption.into() }
    }

    /// A card with a large title and, unless it is empty, a note below it.
    pub fn with_heading(language: Language, title: impl Into<String>, note: &str) -> Card {
        let Card { mut svg, caption } = Card::blank(language, title);
        svg.text(24.0, 40.0, HEADING, &caption);
        if !note.is_empty() {
            svg.text(24.0, 63.0, NOTE, note);
        }
        Card { svg, caption }
    }

    /// A card with a small title and a note beside it.
    pub fn with_title(language: Language, title: impl Into<String>, note: &str) -> Card {
        let Card { mut svg, caption } = Card::blank(language, title);
        svg.line_of_text(24.0, 40.0, &[(0.0, TITLE, &caption), (10.0, NOTE, note)]);
        Card { svg, caption }
    }

    /// Says in a sentence, with its numbers, what the figure shows, instead of its title alone.
    pub fn describe(&mut self, sentence: String) {
        self.caption = sentence;
    }

    /// The finished figure; the size is in pixels, and parts of a pixel are cut off.
    pub fn figure(self, width: f32, height: f32) -> Figure {
        Figure::new(width as u32, height as u32, &self.caption, &self.svg.text)
    }
}
