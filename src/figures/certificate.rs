//! A figure for the end of a lesson: what a student has done, to be printed and signed.
use crate::exercises::progress::lessons;
use crate::picture::{AXIS, Area, Card, Figure, Font, GREEN, INK, NOTE, TITLE};
use crate::{Error, language::Language, words};

const NAME: Font = Font::new(34, 700, INK);
/// How long a name may be, in letters.
const LONGEST: usize = 40;

/// A certificate for `name`: how many exercises of each lesson were answered right since the kernel began, with lines for
/// a date and a signature. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if no exercise has been answered, or the name is empty or has more than 40 letters.
pub fn certificate(name: &str, language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let (words, name, lessons) = (language.words::<words::Certificate>(), name.trim(), lessons());
    let letters = name.chars().count();
    let refused = if letters == 0 {
        Some("a certificate needs a name, as in certificate(\"Ada\", \"en\")".into())
    } else if letters > LONGEST {
        Some(format!("the name has {letters} letters; on a certificate there is room for {LONGEST}"))
    } else if lessons.is_empty() {
        Some("a certificate shows what was done, and no exercise has been answered yet: run their cells".into())
    } else {
        None
    };
    if let Some(sentence) = refused {
        return Err(Error::Picture(sentence));
    }
    let mut card = Card::with_heading(language, words.title, "");
    card.svg.text(480.0, 134.0, NAME.centred(), name);
    card.svg.line((240.0, 150.0), (720.0, 150.0), AXIS, "");
    card.svg.text(480.0, 178.0, NOTE.size(15).centred(), words.note);
    let mut said = Vec::new();
    for (row, lesson) in lessons.iter().enumerate() {
        let (done, all) = (lesson.done.len(), lesson.done.len() + lesson.left.len());
        let (y, text) = (230.0 + 34.0 * row as f32, (words.lesson)(lesson.name, done, all));
        card.svg.text(456.0, y, TITLE.right(), &text);
        for i in 0..all {
            let box_ = Area::new(480.0 + 22.0 * i as f32, y - 13.0, 16.0, 16.0);
            if i < done { card.svg.rect(box_, GREEN) } else { card.svg.frame(box_, AXIS) }
        }
        said.push(text);
    }
    let bottom = 230.0 + 34.0 * lessons.len() as f32 + 56.0;
    for (x, word) in [(240.0, words.date), (500.0, words.signature)] {
        card.svg.line((x, bottom), (x + 220.0, bottom), AXIS, "");
        card.svg.text(x, bottom + 20.0, NOTE, word);
    }
    card.describe(format!("{} {name}: {}.", words.title, said.join("; ")));
    Ok(card.figure(960.0, bottom + 44.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercises::check;

    #[test]
    fn a_certificate_counts_what_was_answered_and_asks_for_a_name() {
        check("parameters", 7850);
        check("neuron", 0);
        let figure = certificate("Ada <Lovelace>", "en").unwrap();
        assert!(figure.svg().contains("Ada &lt;Lovelace&gt;") && figure.svg().contains("Lesson 1a: "));
        for (name, expected) in [("  ", "needs a name"), (&"a".repeat(41), "has 41 letters")] {
            assert!(certificate(name, "es").unwrap_err().to_string().contains(expected));
        }
    }
}
