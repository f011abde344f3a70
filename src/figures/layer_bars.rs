//! A figure for the lessons: what was measured in each layer, as bars from tenth to tenth.
use super::checks::finite;
use crate::picture::{AXIS, Area, Card, Figure, GRID, INK, NOTE, TEST, TICK, TITLE};
use crate::{Error, language::Language, words};

const LEFT: f32 = 110.0;
const TOP: f32 = 116.0;
const ROW: f32 = 32.0;

/// A bar for each layer, in a column for each measure, such as the gradient of its weights. With each line to the right it is ten
/// times as much, so that a layer with a thousandth of another's is seen as well; a 0 has no bar. A measure is a name and its value
/// in each layer, none below 0. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] unless there are one to three measures of one to ten layers each, of finite numbers from 0 up.
///
/// ```
/// use digitos::visu::layer_bars;
///
/// let figure = layer_bars(&[("gradient", &[0.0029, 0.0215, 0.095]), ("signal", &[0.0756, 0.0213, 0.0062])], "en")?;
/// assert!(figure.svg().contains("layer 3"));
/// # Ok::<(), digitos::Error>(())
/// ```
pub fn layer_bars<const N: usize>(measures: &[(&str, &[f32; N])], language: &str) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if !(1..=3).contains(&measures.len()) || !(1..=10).contains(&N) {
        return Err(Error::Picture(format!(
            "one to three measures of one to ten layers fit into the figure; there are {} of {N}",
            measures.len()
        )));
    }
    for (name, values) in measures {
        finite(name, &ndarray::arr1(*values).into_dyn())?;
        if let Some(value) = values.iter().find(|value| **value < 0.0) {
            return Err(Error::Picture(format!("{name}: numbers from 0 up were expected; there is {value}")));
        }
    }
    let (words, layer): (&words::LayerBars, _) = (language.words(), language.words::<words::Panel>().layer);
    let mut card = Card::with_heading(language, words.title, words.note);
    let svg = &mut card.svg;
    let bottom = TOP + ROW * N as f32;
    for i in 0..N {
        svg.text(LEFT - 14.0, TOP + ROW * i as f32 + 21.0, NOTE.fill(INK).right(), &layer(i + 1));
    }
    let pitch = (936.0 - LEFT) / measures.len() as f32;
    let mut told = Vec::new();
    for (k, (name, values)) in measures.iter().enumerate() {
        let left = LEFT + pitch * k as f32;
        let written = values.map(|value| if value > 0.0 { language.beside(value, value) } else { "0".into() });
        let room = 30.0 + written.iter().map(|text| NOTE.weight(700).width(text)).fold(0.0, f32::max);
        let [first, last] = decades(values);
        let x = |value: f32| left + (pitch - room) * ((value.log10() - first) / (last - first)).max(0.0);
        svg.text(left, TOP - 16.0, TITLE, name);
        for decade in first as i32..=last as i32 {
            let at = x(10_f32.powi(decade));
            svg.line((at, TOP - 4.0), (at, bottom), if decade == first as i32 { AXIS } else { GRID }, "");
            svg.text(at, bottom + 16.0, TICK.centred(), &language.tick(10_f32.powi(decade)));
        }
        for (i, (&value, text)) in values.iter().zip(&written).enumerate() {
            let bar =
                Area::new(left, TOP + ROW * i as f32 + 5.0, if value > 0.0 { x(value) - left } else { 0.0 }, 22.0);
            svg.rect(bar, TEST);
            svg.text(bar.right() + 8.0, bar.y + 16.0, NOTE.fill(INK).weight(700), text);
        }
        told.push(format!("{name}: {}", written.join(", ")));
    }
    card.describe(format!("{}. {}.", words.title, told.join("; ")));
    Ok(card.figure(960.0, bottom + 32.0))
}

/// The powers of ten between which all values above 0 lie, of which the first leaves the smallest a bar.
fn decades<const N: usize>(values: &[f32; N]) -> [f32; 2] {
    let above = || values.iter().filter(|value| **value > 0.0).map(|value| value.log10());
    let (first, last) = (above().fold(f32::INFINITY, f32::min), above().fold(f32::NEG_INFINITY, f32::max));
    if first > last { [-1.0, 0.0] } else { [(first - 0.2).floor(), last.ceil().max((first - 0.2).floor() + 1.0)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::tests::well_formed;

    /// Ten times as much is always the same piece longer; a layer with 0 has no bar, and its name all the same.
    #[test]
    fn each_line_is_ten_times_as_much() {
        let figure = layer_bars(&[("gradient", &[0.002, 0.02, 0.2, 0.0]), ("señal", &[7.0; 4])], "es").unwrap();
        let svg = figure.svg();
        well_formed(svg);
        let bars: Vec<f32> = svg
            .lines()
            .filter(|line| line.starts_with("<rect") && line.contains("height=\"22\""))
            .map(|line| line.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
            .collect();
        assert!((bars[1] - bars[0] - (bars[2] - bars[1])).abs() < 0.2 && bars[0] > 10.0 && bars[3] == 0.0, "{bars:?}");
        assert!(svg.contains(">capa 4<") && svg.contains("gradient: 0.0020, 0.020, 0.20, 0; señal: 7.00"));
    }

    #[test]
    fn what_it_cannot_show_is_refused() {
        let none: [(&str, &[f32; 2]); 0] = [];
        assert!(layer_bars(&none, "en").unwrap_err().to_string().contains("there are 0 of 2"));
        let refused = |values| layer_bars(&[("signal", &values)], "en").unwrap_err().to_string();
        assert!(refused([1.0, f32::NAN]).contains("NaN"));
        assert!(refused([1.0, -2.0]).contains("signal: numbers from 0 up were expected; there is -2"));
        for values in [[0.0; 2], [f32::MIN_POSITIVE, f32::MAX], [1.0; 2]] {
            well_formed(layer_bars(&[("signal", &values)], "en").unwrap().svg());
        }
    }
}
