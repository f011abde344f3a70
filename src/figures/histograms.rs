//! A figure for the lessons: how the scores of each layer are spread, before and after something was done to them.
use super::checks::finite;
use crate::picture::{AXIS, Area, BANDS, Card, Figure, HEADING, MUTED, NOTE, TEST, TICK, TITLE, at_share, sorted};
use crate::{Error, language::Language, words};
use ndarray::ArrayD;

const BINS: f32 = 48.0;
const HEIGHT: f32 = 96.0;
const ROW: f32 = HEIGHT + 66.0;
const LEFT: f32 = 132.0;

/// A histogram for each layer, in a row for each name; the scores that `relu` lets through, those above 0, are blue.
///
/// A layer has the same axis in all rows; the outermost 1 % of its scores lie outside and are not drawn. Each histogram is
/// as high as its fullest bar, unless that bar is far fuller than all others: then it is cut off, with its share of the
/// scores beside it. A row is a name and the scores of its layers, of any shape. The text is in Spanish (`"es"`) or English
/// (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] unless there are one to four rows of one to five layers, with numbers that are finite.
pub fn histograms<const N: usize>(rows: &[(&str, &[ArrayD<f32>; N])], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if !(1..=4).contains(&rows.len())
        || !(1..=5).contains(&N)
        || rows.iter().any(|(_, row)| row.iter().any(|z| z.is_empty()))
    {
        return Err(Error::Picture(format!(
            "one to four rows of one to five layers fit into the figure, each with numbers; there are {} rows of {N}",
            rows.len()
        )));
    }
    let words: &words::Histograms = language.words();
    let mut all = Vec::new();
    for (name, row) in rows {
        for layer in *row {
            finite(name, layer)?;
            all.push(sorted(layer.iter().copied().collect()));
        }
    }
    let span = |layer: usize| {
        let (mut bottom, mut top) = (0.0_f32, 0.0_f32);
        for z in all.iter().skip(layer).step_by(N) {
            (bottom, top) = (bottom.min(at_share(z, 0.005)), top.max(at_share(z, 0.995)));
        }
        if bottom < top { (bottom, top) } else { (-1.0, 1.0) }
    };

    let mut card = Card::blank(language, words.title);
    let mut told = vec![String::new(); rows.len()];
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, HEADING, words.title);
    svg.text(24.0, 63.0, NOTE, words.note);
    let pitch = (936.0 + 20.0 - LEFT) / N as f32;
    for (k, z) in all.iter().enumerate() {
        let (row, layer) = (k / N, k % N);
        let plot = Area::new(LEFT + pitch * layer as f32, 104.0 + ROW * row as f32, pitch - 20.0, HEIGHT);
        let (bottom, top) = span(layer);
        let bin = top / BINS - bottom / BINS;
        let x = |value: f32| plot.x + plot.w * (value / bin - bottom / bin) / BINS;
        if row == 0 {
            svg.text(
                plot.x + plot.w / 2.0,
                94.0,
                TITLE.centred(),
                &(language.words::<words::Panel>().layer)(layer + 1),
            );
        }
        if layer == 0 {
            svg.text(24.0, plot.y + HEIGHT / 2.0, TITLE, rows[row].0);
        }
        let first = (bottom / bin).floor() as i32;
        let mut counts = vec![0_u32; BINS as usize + 2];
        for value in z {
            if let Some(count) = counts.get_mut(((value / bin).floor() as i32).wrapping_sub(first) as usize) {
                *count += 1;
            }
        }
        let mut heights = counts.clone();
        heights.sort_unstable();
        let [.., second, fullest] = heights[..] else { continue };
        // One bar, such as that of the empty background, must not flatten the others.
        let high = if second > 0 && fullest > 3 * second { 2 * second } else { fullest.max(1) };
        for (i, &count) in counts.iter().enumerate() {
            let from = (first + i as i32) as f32 * bin;
            let (left, right) = (x(from.max(bottom)), x((from + bin).min(top)));
            if count == 0 || right - left < 0.5 {
                continue;
            }
            let bar = HEIGHT * count.min(high) as f32 / high as f32;
            let bar = Area::new(left, plot.bottom() - bar, (right - left - 0.5).max(0.5), bar);
            svg.rect(bar, if from + bin / 2.0 > 0.0 { TEST } else { BANDS[1] });
            if count > high {
                let share = language.percent(count as f32 / z.len() as f32);
                svg.text(right + 4.0, plot.y + 10.0, TICK, &format!("↑ {share}"));
            }
        }
        svg.line((plot.x, plot.bottom()), (plot.right(), plot.bottom()), AXIS, "");
        svg.line((x(0.0), plot.y), (x(0.0), plot.bottom() + 4.0), MUTED, "");
        for (value, font) in [(bottom, TICK), (0.0, TICK.centred()), (top, TICK.right())] {
            let apart = [bottom, top].iter().all(|&end| (x(end) - x(0.0)).abs() > 40.0);
            if value != 0.0 || apart {
                svg.text(x(value), plot.bottom() + 17.0, font, &language.decimal(value, usize::from(value != 0.0)));
            }
        }
        let n = z.len() as f64;
        let mean = z.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let deviation = (z.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n).sqrt();
        let above = z.iter().filter(|&&v| v > 0.0).count() as f64 / n;
        let spread = format!("{} ± {}", language.decimal(mean as f32, 2), language.decimal(deviation as f32, 2));
        let pass = (words.pass)(&language.percent(above as f32));
        let pieces = [(0.0, NOTE, &*spread), (12.0, NOTE.fill(TEST).weight(600), &*pass)];
        svg.line_of_text(plot.x, plot.bottom() + 38.0, &pieces);
        let start = if layer == 0 { format!(". {}: ", rows[row].0) } else { "; ".into() };
        told[row] += &format!("{start}{} {spread}, {pass}", (language.words::<words::Panel>().layer)(layer + 1));
    }
    card.describe(format!("{}{}.", words.title, told.concat()));
    Ok(card.figure(960.0, 104.0 + ROW * rows.len() as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_has_its_mean_its_deviation_and_its_share_above_0() {
        let before = [ArrayD::from_shape_fn(vec![10, 10], |i| i[0] as f32 - 7.0), ArrayD::from_elem(vec![3], -4.5)];
        let after = before.clone().map(|z| &z + 7.0);
        let figure = histograms(&[("before", &before), ("after", &after)], "en").unwrap();
        for text in ["−2.50 ± 2.87", "20.0% pass", "−4.50 ± 0.00", "0.0% pass", "layer 2", "−7.0"] {
            assert!(figure.svg().contains(&format!(">{text}<")), "{text}");
        }
        let said = "before: layer 1 −2.50 ± 2.87, 20.0% pass; layer 2 −4.50 ± 0.00, 0.0% pass. after: layer 1";
        assert!(figure.html().contains(said), "what cannot be seen is said");
        let empty: [ArrayD<f32>; 1] = [ArrayD::zeros(vec![0])];
        for error in [histograms::<2>(&[], "en"), histograms(&[("a", &empty)], "en")] {
            assert!(error.unwrap_err().to_string().contains("one to four rows of one to five layers"));
        }
        let error = histograms(&[("z", &[ArrayD::from_elem(vec![2], f32::NAN)])], "es").unwrap_err().to_string();
        assert!(error.contains("z: NaN at [0]"), "{error}");
        histograms(&[("z", &[ArrayD::from_elem(vec![2], 3e38), ArrayD::zeros(vec![1])])], "es").unwrap();
    }
}
