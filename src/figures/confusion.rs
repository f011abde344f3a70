//! A figure for the lessons: which digits the network takes for which.
use crate::picture::{AXIS, Area, Card, Figure, GRID, INK, MISREAD, MUTED, NOTE, TICK};
use crate::{Error, language::Language, mnist::Labels, panel::digits, words};
use std::borrow::Borrow;

const LEFT: f32 = 132.0;
const TOP: f32 = 112.0;

/// The confusion matrix: a row for each digit, a column for each answer, and in each cell how often that digit got that answer.
///
/// The diagonal counts the digits that were read correctly; their share is at the end of each row. The more frequent a
/// mistake, the redder its cell. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is not one answer for each label, or an answer is no class.
pub fn confusion_matrix(
    labels: &Labels,
    answers: impl IntoIterator<Item = impl Borrow<usize>>,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let counts = count(labels, answers)?;
    let classes = counts.len();
    let cell = (720.0 / classes as f32).min(66.0);
    let height = cell.min(34.0);
    let all: usize = counts.iter().map(|row| row.iter().sum::<usize>()).sum();
    let misread: usize = all - (0..classes).map(|i| counts[i][i]).sum::<usize>();
    let mut mistakes = Vec::new();
    for (i, row) in counts.iter().enumerate() {
        mistakes.extend(row.iter().enumerate().map(|(j, &n)| (n, i, j)).filter(|&(n, _, j)| n > 0 && i != j));
    }
    let worst = mistakes.iter().map(|&(n, ..)| n).max().unwrap_or_default();

    let words: &words::Confusion = language.words();
    let note = (language.words::<words::Terms>().misread_of)(&language.count(misread), &language.count(all));
    let mut card = Card::with_title(language, words.title, &note);
    let svg = &mut card.svg;
    let most = mistakes.iter().filter(|(n, ..)| *n == worst).map(|&(_, label, answer)| (label, answer));
    let most = if worst > 0 { (words.most_often)(&most.collect::<Vec<_>>(), worst) } else { String::new() };
    svg.text(24.0, 62.0, NOTE, &most);
    let middle = LEFT + classes as f32 * cell / 2.0;
    svg.text(middle, TOP - 26.0, TICK.size(14).centred(), words.answers);
    svg.text(LEFT - 10.0, TOP - 26.0, TICK.size(14).right(), words.labels);
    // If the cells are too small for every name, only every n-th is written, and empty cells are not drawn.
    let long = 7.5 * (classes - 1).to_string().len() as f32;
    let every = |n: f32| if long <= cell { 1 } else { n.ceil() as usize };
    let named = [every(12.0 / height), every((long + 6.0) / cell)];
    for (label, row) in counts.iter().enumerate() {
        let y = TOP + label as f32 * height;
        let baseline = y + height / 2.0 + 4.5;
        let (name, font) = (label.to_string(), NOTE.fill(INK).weight(600));
        if label.is_multiple_of(named[1]) {
            svg.text(LEFT + (label as f32 + 0.5) * cell, TOP - 8.0, font.centred(), &name);
        }
        if label.is_multiple_of(named[0]) {
            svg.text(LEFT - 12.0, baseline, font.right(), &name);
        }
        for (answer, &n) in row.iter().enumerate().filter(|(_, n)| **n > 0 || named == [1, 1]) {
            let area = Area::new(LEFT + answer as f32 * cell, y, cell, height);
            let font = if label == answer {
                svg.rect(area, GRID);
                NOTE.fill(MUTED)
            } else {
                let strength = n as f32 / worst.max(1) as f32;
                svg.put(format_args!("<rect {area} fill=\"{MISREAD}\" fill-opacity=\"{strength:.2}\"/>"));
                NOTE.fill(INK).weight(600)
            };
            if n > 0 && cell > 18.0 {
                svg.text(area.x + cell / 2.0, baseline, font.centred(), &language.count(n));
            }
        }
        let of_row: usize = row.iter().sum();
        if of_row > 0 && label.is_multiple_of(named[0]) {
            let right = language.percent(row[label] as f32 / of_row as f32);
            svg.text(LEFT + classes as f32 * cell + 74.0, baseline, NOTE.fill(INK).right(), &right);
        }
    }
    svg.text(LEFT + classes as f32 * cell + 74.0, TOP - 8.0, TICK.size(14).right(), words.right);
    svg.frame(Area::new(LEFT, TOP, classes as f32 * cell, classes as f32 * height), AXIS);
    svg.text(LEFT, TOP + classes as f32 * height + 22.0, TICK.size(14), words.blank);
    card.describe(format!("{}: {note}. {most}", words.title));
    let (width, height) = (LEFT + classes as f32 * cell + 98.0, TOP + classes as f32 * height + 40.0);
    Ok(card.figure(width.max(520.0), height))
}

/// How often each label (the row) got each answer (the column).
fn count(labels: &Labels, answers: impl IntoIterator<Item = impl Borrow<usize>>) -> Result<Vec<Vec<usize>>, Error> {
    let l = labels.len();
    let answers = digits::given(l, answers)?;
    if l != answers.len() {
        let a = digits::how_many(l, &answers);
        return Err(Error::Picture(format!("each label needs an answer: there are {l} labels and {a} answers")));
    }
    if l == 0 {
        return Err(Error::Picture("there are 0 labels and answers; at least one of each was expected".into()));
    }
    let pairs = || (0..l).map(|i| (labels.class(i), answers[i]));
    let classes = pairs().map(|(label, answer)| label.max(answer) + 1).max().unwrap_or(1);
    let mut counts = vec![vec![0; classes]; classes];
    pairs().for_each(|(label, answer)| counts[label][answer] += 1);
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn mistakes_are_counted_where_they_belong() {
        let set = DataSet::new(Array4::zeros((5, 28, 28, 1)), &[4, 4, 4, 9, 2]).unwrap();
        let figure = confusion_matrix(&set.labels, [9_usize, 9, 4, 9, 7], "en").unwrap();
        assert_eq!(count(&set.labels, [9_usize, 9, 4, 9, 7]).unwrap()[4][9], 2);
        for text in ["3 of 5 digits misread", "Most often: a 4 read as 9, 2 times.", "33.3%", "100.0%"] {
            assert!(figure.svg().contains(&format!(">{text}<")), "{text}");
        }
        let tied = |language| confusion_matrix(&set.labels, [9_usize, 4, 4, 4, 2], language).unwrap();
        assert!(tied("en").svg().contains(">Most often: a 4 read as 9 and a 9 read as 4, 1 time each.<"));
        assert!(
            tied("es").svg().contains(">Lo más frecuente: un 4 leído como 9 y un 9 leído como 4, 1 vez cada uno.<")
        );
        let pairs = [(3, 5), (5, 3), (7, 2), (4, 9), (9, 4)];
        let said = (Language::English.words::<words::Confusion>().most_often)(&pairs, 2);
        assert_eq!(said, "Most often: a 3 read as 5, a 5 read as 3, a 7 read as 2 and 2 other mistakes, 2 times each.");
        let error = confusion_matrix(&set.labels, [1_usize], "en").unwrap_err().to_string();
        assert!(error.contains("5 labels and 1 answers"), "{error}");
    }
}
