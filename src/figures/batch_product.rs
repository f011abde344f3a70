//! A figure for the lessons: a batch of images times the weights, plus the biases.
use super::signed::{full_colour, signed};
use super::{checks::finite, one_layer::OneLayer};
use crate::picture::{AXIS, Area, Card, EDGE, Figure, Font, INK, MUTED, NOTE, Svg, TICK, TITLE};
use crate::{Error, language::Language, mnist::Batch};
use ndarray::{ArrayD, arr1};

const TOP: f32 = 132.0;
const X: Area = Area::new(24.0, TOP + 46.0, 300.0, 150.0);
const W: Area = Area::new(372.0, TOP, 110.0, 242.0);
const PRODUCT: Area = Area::new(530.0, TOP + 46.0, 110.0, 150.0);
const B: Area = Area::new(678.0, TOP + 46.0, 110.0, 150.0);
const SUM: Area = Area::new(826.0, TOP + 46.0, 110.0, 150.0);

/// X·W + b, drawn as matrices of the actual numbers: each image is a row of X, each neuron a column of W. The first
/// `columns` columns of the product are filled in; if those are all, the biases are added to each row.
///
/// `weights` is `[784, 10]` and `biases` `[10]`. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if images, weights and biases do not fit together or are not finite, and for no column.
pub fn batch_product(
    batch: &Batch,
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    columns: usize,
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    let net = OneLayer::new(&batch.images, weights, biases)?;
    let (n, pixels, classes) = (batch.images.len(), weights.shape()[0], net.classes);
    if columns == 0 {
        return Err(Error::Picture(format!("0 columns of the product leave nothing to see: ask for 1 to {classes}")));
    }
    let columns = columns.min(classes);
    let all = columns == classes;
    let (mut ink, mut filled) = (Vec::new(), ArrayD::zeros(vec![n, classes]));
    for i in 0..n {
        let image = batch.images.image(i);
        ink.extend_from_slice(image);
        (0..columns).for_each(|class| filled[[i, class]] = net.weighted_sum(image, class));
    }
    finite("X·W", &filled)?;
    let (filled, _) = filled.into_raw_vec_and_offset();

    let words = &language.words().batch_product;
    let (title, note) = match columns {
        _ if all => (words.all.0.into(), words.all.1),
        1 => (words.first.0.into(), words.first.1),
        n => ((words.several.0)(n), words.several.1),
    };
    let mut card = Card::with_heading(language, title, note);
    let svg = &mut card.svg;
    let matrices: [(Area, &str, &[usize]); 5] = [
        (X, "X", &[n, pixels]),
        (W, "W", &[pixels, classes]),
        (PRODUCT, "X·W", &[n, classes]),
        (B, "b", &[classes]),
        (SUM, "X·W + b", &[n, classes]),
    ];
    for (area, name, shape) in &matrices[..if all { 5 } else { 3 }] {
        svg.line_of_text(area.x, area.y - 10.0, &[(0.0, TITLE, name), (6.0, NOTE, &format!("{shape:?}"))]);
    }
    svg.paint(X, INK, pixels, &ink, false)?;
    svg.frame(X, AXIS);
    let all_weights: Vec<f32> = weights.iter().copied().collect();
    signed(svg, W, classes, &all_weights, full_colour(weights.iter()))?;
    let full = full_colour(filled.iter());
    signed(svg, PRODUCT, classes, &filled, full)?;
    let sign = |svg: &mut Svg, x: f32, sign: &str| {
        svg.text(x, TOP + 130.0, Font::new(22, 400, MUTED).centred(), sign);
    };
    sign(svg, 348.0, "·");
    sign(svg, 506.0, "=");
    if all {
        let rows = net.biases.repeat(n);
        signed(svg, B, classes, &rows, full_colour(net.biases.iter()))?;
        let sums: Vec<f32> = filled.iter().zip(&rows).map(|(v, bias)| v + bias).collect();
        finite("X·W + b", &arr1(&sums).into_dyn())?;
        signed(svg, SUM, classes, &sums, full)?;
        sign(svg, 659.0, "+");
        sign(svg, 807.0, "=");
        svg.line((B.x, B.y + B.h / n as f32), (B.right(), B.y + B.h / n as f32), AXIS, "");
        svg.text(B.x, B.bottom() + 18.0, TICK, &format!("{} × {n}", words.same_row));
    }
    // frames around the first image, the last filled column, and the number that they give
    let class = columns - 1;
    let thin = |area: Area| Area::new(area.x, area.y, area.w, (area.h / n as f32).max(3.0));
    let column = |area: Area| {
        let width = area.w / classes as f32;
        Area::new(area.x + class as f32 * width, area.y, width, area.h)
    };
    if !all {
        svg.frame(column(PRODUCT), EDGE);
    }
    svg.frame(thin(X), EDGE);
    svg.frame(column(W), EDGE);
    svg.text(24.0, TOP + 268.0, NOTE.fill(INK), &(words.example)(class, &language.decimal(filled[class], 2)));
    Ok(card.figure(960.0, TOP + 288.0))
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
        let biases = ArrayD::zeros(vec![10]);
        for (columns, shown) in
            [(1, "column 0 of W = 0.00"), (2, "column 1 of W = 4.00"), (10, "column 9 of W = 36.00")]
        {
            let figure = batch_product(&set, &weights, &biases, columns, "en").unwrap();
            assert!(figure.svg().contains(shown), "{columns}");
            assert_eq!(figure.svg().contains(">X·W + b<"), columns == 10);
        }
        let error = batch_product(&set, &biases, &biases, 1, "en").unwrap_err().to_string();
        assert!(error.contains("[4, classes]") && error.contains("[10]"), "{error}");
    }
}
