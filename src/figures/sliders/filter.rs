//! A filter that slides over a digit: nine products, their sum, and the image that the sums become.
use super::interactive::{Interactive, Slider};
use crate::figures::checks::{finite, label};
use crate::figures::signed::signed;
use crate::picture::{AXIS, Area, Card, EDGE, HEADING, INK, MUTED, NEGATIVE, NOTE, PAPER, POSITIVE, TITLE};
use crate::{Error, language::Language, mnist::Batch, words};
use ndarray::Array2;

/// The numbers of a larger filter could not be read.
const MOST: usize = 3;
/// The side of an image and of a cell with a number, in pixels.
const SIDE: f32 = 224.0;
const CELL: f32 = 40.0;
const TOP: f32 = 112.0;
/// Left edges of the digit, of the three blocks of cells, and of what the filter writes.
const LEFT: [f32; 5] = [24.0, 268.0, 412.0, 556.0, 712.0];

/// A filter at one place of digit `i` of `set`, with a slider for the place: the ink it sees, its weights, their products, and
/// the image that the sums become. `weights` has at most 3 rows and 3 columns; around the image there is no ink, as with
/// `SAME`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if there is no such digit, if it is not grey, and for weights that are too many or not finite.
pub fn filter_slider(set: &Batch, i: usize, weights: &Array2<f32>, language: &str) -> Result<Interactive, Error> {
    let spoken = Language::parse(language)?;
    label(set, i, usize::MAX)?;
    let ([rows, columns, channels], (high, wide)) = (set.images.shape(), weights.dim());
    if channels != 1 || !(1..=MOST).contains(&high) || !(1..=MOST).contains(&wide) {
        return Err(Error::Picture(format!(
            "this figure shows a filter of at most {MOST} × {MOST} weights on images of 1 channel; the weights are {high} × \
             {wide}, and the images have {channels}"
        )));
    }
    finite("the weights", &weights.clone().into_dyn())?;
    let pixels = set.images.image(i);
    let ink = |row: usize, column: usize, k: usize| {
        let (r, c) = (row + k / wide, column + k % wide);
        let inside = r >= (high - 1) / 2 && c >= (wide - 1) / 2;
        let (r, c) = (r.wrapping_sub((high - 1) / 2), c.wrapping_sub((wide - 1) / 2));
        if inside && r < rows && c < columns { f32::from(pixels[r * columns + c]) / 255.0 } else { 0.0 }
    };
    let weights: Vec<f32> = weights.iter().copied().collect();
    let sum = |at: usize| -> f32 {
        weights.iter().enumerate().map(|(k, weight)| ink(at / columns, at % columns, k) * weight).sum()
    };
    let sums: Vec<f32> = (0..rows * columns).map(sum).collect();
    let strongest = |values: &[f32]| values.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
    let (full, heaviest) = (strongest(&sums), strongest(&weights));
    let highest = sums.iter().copied().fold(f32::MIN, f32::max);
    let at = sums.iter().rposition(|&sum| sum >= highest - 0.1 * highest.abs()).unwrap_or(0);
    let (row, column) = (at / columns, at % columns);

    let words: &words::FilterSlider = spoken.words();
    let mut card = Card::with_heading(spoken, words.title, words.note);
    let svg = &mut card.svg;
    let pixel = SIDE / rows.max(columns) as f32;
    let area = |x: f32| Area::new(x, TOP, pixel * columns as f32, pixel * rows as f32);
    for (x, head) in LEFT.into_iter().zip(words.heads) {
        svg.text(x, TOP - 12.0, TITLE, head);
    }
    let (digit, written) = (area(LEFT[0]), area(LEFT[4]));
    svg.paint(digit, INK, columns, pixels, true)?;
    svg.frame(digit, AXIS);
    signed(svg, written, columns, &sums, full)?;
    let (x, y) = (written.x + column as f32 * pixel, TOP + row as f32 * pixel);
    let hidden = [
        ("rest", Area::new(x + pixel, y, written.right() - x - pixel, pixel)),
        ("below", Area::new(written.x, y + pixel, written.w, written.bottom() - y - pixel)),
    ];
    for (name, area) in hidden {
        svg.rect(area, PAPER);
        svg.name(name);
    }
    svg.frame(written, AXIS);
    let (left, above) = ((wide - 1) / 2, (high - 1) / 2);
    let seen = (digit.x + (column as f32 - left as f32) * pixel, TOP + (row as f32 - above as f32) * pixel);
    let windows = [("seen", seen, wide, high), ("here", (x, y), 1, 1)];
    for (name, (x, y), wide, high) in windows {
        let window = Area::new(x, y, wide as f32 * pixel, high as f32 * pixel);
        svg.put(format_args!("<rect {window} fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"2\"/>"));
        svg.name(name);
    }
    for (k, &weight) in weights.iter().enumerate() {
        let ink = ink(row, column, k);
        let cells = [("ink", ink, 1.0), ("weight", weight, heaviest), ("product", ink * weight, heaviest)];
        for ((name, value, full), x) in cells.into_iter().zip(&LEFT[1..]) {
            let cell = Area::new(x + (k % wide) as f32 * CELL, TOP + (k / wide) as f32 * CELL, CELL, CELL);
            let colour = if name == "ink" {
                INK
            } else if value < 0.0 {
                NEGATIVE
            } else {
                POSITIVE
            };
            let strength = value.abs() / full;
            svg.put(format_args!("<rect {cell} fill=\"{colour}\" fill-opacity=\"{strength:.2}\"/>"));
            svg.name(&format!("{name}{k}"));
            svg.frame(cell, AXIS);
            let font = NOTE.fill(if strength > 0.5 { PAPER } else { INK }).centred();
            svg.text(cell.x + CELL / 2.0, cell.y + 25.0, font, &spoken.decimal(value, 2));
            svg.name(&format!("{name}-{k}"));
        }
    }
    let middle = TOP + high as f32 * CELL / 2.0 + 6.0;
    for (x, sign) in [(400.0, "×"), (544.0, "="), (694.0, "→")] {
        svg.text(x, middle, HEADING.fill(MUTED).centred(), sign);
    }
    let foot = TOP + MOST as f32 * CELL + 40.0;
    svg.text(LEFT[3], foot, TITLE.weight(400), spoken.words::<words::Terms>().sum);
    svg.text(LEFT[3] + 120.0, foot, HEADING.right(), &spoken.decimal(sums[at], 2));
    svg.name("sum");
    svg.text(LEFT[1], foot, NOTE, &(words.place)(row, column));
    svg.name("place");
    card.describe((words.described)(&(words.place)(row, column), &spoken.decimal(sums[at], 2)));
    let place = (words.place)(0, 0);
    let data = format!(
        "{{decimals: 0, ink: {pixels:?}, weights: {weights:?}, shape: [{rows}, {columns}, {high}, {wide}], heaviest: {heaviest}, \
         pixel: {pixel}, corners: [{}, {}, {TOP}], place: {:?}, colours: [\"{INK}\", \"{POSITIVE}\", \"{NEGATIVE}\", \"{PAPER}\"]}}",
        LEFT[0],
        LEFT[4],
        place.split('0').collect::<Vec<_>>()
    );
    let last = (rows * columns - 1) as f32;
    let slider = Slider { label: words.slider.into(), range: [0.0, last], step: 1.0, value: at as f32 };
    let said = (words.described)("{place}", "{sum}");
    let figure = card.figure(960.0, TOP + SIDE + 24.0);
    Ok(Interactive { figure, sliders: vec![slider], script: include_str!("filter.js"), data, said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::{Array4, array};

    #[test]
    fn the_filter_stands_where_its_sum_is_large() {
        let mut images = Array4::zeros((1, 28, 28, 1));
        (images[[0, 10, 10, 0]], images[[0, 10, 11, 0]]) = (255, 51);
        let set = DataSet::new(images, &[1]).unwrap();
        let edge = array![[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]];
        let figure = filter_slider(&set, 0, &edge, "en").unwrap();
        for text in ["row 9, column 11", "1.20", "0.20", "−1.00"] {
            assert!(figure.figure().svg().contains(&format!(">{text}<")), "{text}");
        }
        assert!(figure.html().contains("max=\"783\" step=\"1\" value=\"263\""));
        for name in ["ink8", "weight-0", "product8", "seen", "here", "rest", "below", "sum", "place"] {
            assert!(figure.figure().svg().contains(&format!(" data-name=\"{name}\"")), "{name}");
        }
        let error = filter_slider(&set, 0, &Array2::zeros((4, 3)), "es").unwrap_err().to_string();
        assert!(error.contains("at most 3 × 3 weights") && error.contains("4 × 3"), "{error}");
        filter_slider(&set, 0, &Array2::zeros((2, 1)), "es").unwrap();
    }
}
