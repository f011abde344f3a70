//! A figure for the lessons: the test digits that the network misreads.
use crate::mnist::{Images, Labels};
use crate::panel::grid::Grid;
use crate::picture::{ANSWER, Area, Card, Figure, INK, NOTE};
use crate::{Error, language::Language, panel::Digits, words};
use std::borrow::Borrow;

const COLUMNS: usize = 20;
const MOST_MISREAD: usize = 80;
const CELLS: usize = 120;

/// Some of the digits, the misread ones first, each of these with its label (left) and the network's answer (right).
///
/// Of more than 80 misread digits, 80 are shown, chosen evenly from all labels. The text is in
/// Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no digit, or not a label and an answer for each.
pub fn misread_digits(
    images: &Images,
    labels: &Labels,
    answers: impl IntoIterator<Item = impl Borrow<usize>>,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let digits = Digits::new(images, labels, answers)?;
    if digits.is_empty() {
        return Err(Error::Picture("there are 0 digits to show; at least one was expected".into()));
    }
    let misread = digits.misread().min(MOST_MISREAD);
    let right = (digits.len() - digits.misread()).min(CELLS - misread);
    let words: &words::Misread = language.words();
    let title =
        (language.words::<words::Terms>().misread_of)(&language.count(digits.misread()), &language.count(digits.len()));
    let part = if misread < digits.misread() { (words.part_shown)(misread, right) } else { (words.all_shown)(right) };
    let mut card = Card::with_title(language, &title, &part);
    card.describe(format!("{title}; {part}."));
    let svg = &mut card.svg;
    let font = NOTE.size(14).weight(700);
    let corners = [(0.0, font.fill(INK), words.corners[0]), (14.0, font.fill(ANSWER), words.corners[1])];
    svg.line_of_text(24.0, 63.0, &corners);

    let shown = digits.choose(misread, right);
    let height = shown.len().div_ceil(COLUMNS).max(1) as f32 * 45.0;
    let frame = Area::new(24.0, 76.0, 912.0, height);
    let grid = Grid { frame, columns: COLUMNS, cell: (45.6, 45.0), picture: 36.0, pixels: 28 };
    grid.draw(svg, &digits, &shown, misread)?;
    Ok(card.figure(960.0, 100.0 + height))
}
