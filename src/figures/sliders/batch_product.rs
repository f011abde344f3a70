//! A few images times the weights, with a slider that fills in the product number by number.
use super::interactive::{Interactive, Slider};
use crate::figures::signed::{full_colour, legend, signed};
use crate::figures::{checks::finite, one_layer::OneLayer};
use crate::panel::digits::small;
use crate::picture::{AXIS, Area, Card, Font, INK, MUTED, NOTE, TEST, TITLE, TRAINING, TRAINING_RANGE};
use crate::{Error, language::Language, mnist::Batch, words};
use ndarray::ArrayD;

/// Rows of X and columns of W that are drawn.
const ROWS: usize = 5;
const COLUMNS: usize = 10;
/// The length of 784 pixels: a row of X is as long as a column of W is high.
const LONG: f32 = 232.0;
const CELL: [f32; 2] = [52.0, 36.0];
const W: Area = Area::new(412.0, 104.0, 520.0, LONG);
const X: Area = Area::new(146.0, 364.0, LONG, 180.0);
const BIASES: f32 = 566.0;

/// X·W + b, drawn so that the sizes fit together: each of the first five images is a row of X, each neuron a column of W, and
/// where they meet is the number that they give. A slider fills in the product, number by number.
///
/// `weights` is `[784, 10]` and `biases` `[10]`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if images, weights and biases do not fit together or are not finite.
pub fn batch_product(
    batch: &Batch,
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    language: &str,
) -> Result<Interactive, Error> {
    let language = Language::parse(language)?;
    let net = OneLayer::new(&batch.images, weights, biases)?;
    let (rows, columns) = (batch.images.len().min(ROWS), net.classes.min(COLUMNS));
    let product = ArrayD::from_shape_fn(vec![rows, columns], |i| net.weighted_sum(batch.images.image(i[0]), i[1]));
    finite("X·W", &product)?;
    let filled = (rows * columns / 2).max(1);
    let (row, column) = ((filled - 1) / columns, (filled - 1) % columns);

    let words: &words::BatchProduct = language.words();
    let mut card = Card::with_heading(language, words.title, words.note);
    let svg = &mut card.svg;
    let wide = CELL[0] * columns as f32;
    let high = CELL[1] * rows as f32;
    let across = |i: usize| Area::new(X.x - 46.0, X.y + CELL[1] * i as f32, W.x + wide - X.x + 46.0, CELL[1]);
    let down = |j: usize| Area::new(W.x + CELL[0] * j as f32, W.y, CELL[0], X.y + high - W.y);
    svg.rect(across(row), TRAINING_RANGE);
    svg.name("row");
    svg.rect(down(column), TRAINING_RANGE);
    svg.name("column");
    let pixels = weights.shape()[0];
    svg.line_of_text(
        X.x - 46.0,
        X.y - 12.0,
        &[(0.0, TITLE, "X"), (8.0, NOTE, &format!("[{rows}, {pixels}]")), (8.0, NOTE, words.rows)],
    );
    svg.line_of_text(
        W.x,
        W.y - 12.0,
        &[(0.0, TITLE, "W"), (8.0, NOTE, &format!("[{pixels}, {}]", net.classes)), (8.0, NOTE, words.columns)],
    );
    for i in 0..rows {
        let y = X.y + CELL[1] * i as f32;
        svg.paint(Area::new(X.x - 42.0, y + 2.0, 32.0, 32.0), INK, 28, &small(&batch.images, i, 28), false)?;
        let strip = Area::new(X.x, y + 5.0, LONG, CELL[1] - 10.0);
        svg.paint(strip, INK, batch.images.image(i).len(), batch.images.image(i), false)?;
        svg.frame(strip, AXIS);
    }
    let full = full_colour(&mut weights.iter());
    for j in 0..columns {
        let x = W.x + CELL[0] * j as f32;
        signed(svg, Area::new(x + 8.0, W.y, CELL[0] - 16.0, LONG), 1, &net.column(j), full)?;
        svg.text(x + CELL[0] / 2.0, X.y - 8.0, NOTE.size(14).fill(INK).weight(700).centred(), &j.to_string());
        for i in 0..rows {
            let cell = Area::new(x, X.y + CELL[1] * i as f32, CELL[0], CELL[1]);
            svg.frame(cell, AXIS);
            let k = i * columns + j;
            let value = if k < filled { language.decimal(product[[i, j]], 2) } else { String::new() };
            let font = NOTE.size(14).fill(INK).weight(if k + 1 == filled { 700 } else { 400 });
            svg.text(cell.x + CELL[0] / 2.0, cell.y + 23.0, font.centred(), &value);
            svg.name(&format!("c{k}"));
        }
        svg.text(x + CELL[0] / 2.0, BIASES + 19.0, NOTE.size(14).centred(), &language.decimal(net.biases[j], 2));
    }
    let cell = Area::new(down(column).x, across(row).y, CELL[0], CELL[1]);
    svg.put(format_args!("<rect {cell} fill=\"none\" stroke=\"{TRAINING}\" stroke-width=\"3\" data-name=\"cell\"/>"));
    svg.frame(Area::new(W.x, BIASES, wide, 28.0), AXIS);
    svg.line_of_text(
        X.x - 46.0,
        BIASES + 19.0,
        &[(0.0, TITLE, "b"), (8.0, NOTE, &format!("[{}]", net.classes)), (8.0, NOTE, words.same_row)],
    );

    let (value, bias) = (product[[row, column]], net.biases[column]);
    let shown = |x: f32| language.decimal(x, 2);
    let plus = |bias: f32| if bias < 0.0 { format!("({})", shown(bias)) } else { shown(bias) };
    svg.text(24.0, 124.0, TITLE, &(words.meets)(row, column));
    svg.name("meets");
    svg.text(24.0, 148.0, NOTE.size(14), &(words.sum)(&language.count(pixels)));
    svg.text(24.0, 186.0, Font::new(28, 700, TRAINING), &shown(value));
    svg.name("value");
    svg.text(24.0, 222.0, NOTE.size(14).fill(MUTED), words.with_bias);
    svg.text(
        24.0,
        250.0,
        Font::new(20, 700, TEST),
        &format!("{} + {} ≈ {}", shown(value), plus(bias), shown(value + bias)),
    );
    svg.name("score");
    legend(svg, BIASES + 50.0, full, words.meaning);
    card.describe((words.described)(&(words.meets)(row, column), &shown(value)));

    let texts =
        |values: &mut dyn Iterator<Item = f32>| values.map(|v| format!("{:?}", shown(v))).collect::<Vec<_>>().join(",");
    let data = format!(
        "{{decimals: 0, columns: {columns}, x: {}, y: {}, wide: {}, high: {}, meets: {:?}, product: [{}], plus: {:?}, scores: [{}]}}",
        W.x,
        X.y,
        CELL[0],
        CELL[1],
        (words.meets)(123, 456),
        texts(&mut product.iter().copied()),
        net.biases.iter().take(columns).map(|&bias| plus(bias)).collect::<Vec<_>>(),
        texts(&mut product.indexed_iter().map(|(place, value)| value + net.biases[place[1]])),
    );
    let slider =
        Slider { label: words.slider.into(), range: [1.0, (rows * columns) as f32], step: 1.0, value: filled as f32 };
    let said = (words.described)("{meets}", "{value}");
    let figure = card.figure(960.0, BIASES + 78.0);
    Ok(Interactive { figure, sliders: vec![slider], script: include_str!("batch_product.js"), data, said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::DataSet;
    use ndarray::Array4;

    #[test]
    fn the_product_has_a_row_for_each_image_and_a_column_for_each_neuron() {
        let set = DataSet::new(Array4::from_elem((3, 2, 2, 1), 255), &[0, 1, 2]).unwrap();
        let weights = ArrayD::from_shape_fn(vec![4, 10], |i| i[1] as f32);
        let biases = ArrayD::from_elem(vec![10], -0.5);
        let figure = batch_product(&set, &weights, &biases, "en").unwrap();
        let html = figure.html();
        assert!(html.contains("min=\"1\" max=\"30\" step=\"1\" value=\"15\""), "three images, ten neurons");
        assert!(html.contains("\"0.00\",\"4.00\",\"8.00\"") && html.contains("\"35.50\"]"), "sums and scores");
        assert!(figure.figure().svg().contains(">16.00 + (\u{2212}0.50) ≈ 15.50<"), "row 1, column 4");
        let error = batch_product(&set, &biases, &biases, "en").unwrap_err().to_string();
        assert!(error.contains("[4, classes]") && error.contains("[10]"), "{error}");
    }
}
