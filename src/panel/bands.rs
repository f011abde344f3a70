//! How the weights, the biases or the activations are spread over the steps of a run: bands around most of their values.
use super::history::{History, Values};
use crate::Error;
use crate::picture::axes::{self, StickyAxis};
use crate::picture::{AXIS, Area, BANDS, Chart, INK, Label, Mark, NOTE, ON_BANDS, Svg, TICK, TITLE, thin};

/// A band is drawn with at most this many points.
const MOST_POINTS: usize = 160;

/// The values of a history that are drawn as bands, and what they are called.
#[derive(Clone, Copy)]
pub struct Bands<'a> {
    pub title: &'a str,
    pub history: &'a History,
    pub values: Values,
}

impl Bands<'_> {
    /// Draws the chart with its title and labels in the plot `area`, over steps from 0 to `end`; the numbers below the axis of
    /// steps are left to the caller.
    pub fn draw(&self, svg: &mut Svg, area: Area, end: f32, axis: &mut StickyAxis) -> Result<Chart, Error> {
        let (language, Bands { title, history, values }) = (svg.language, *self);
        let words = &language.words().panel;
        let points = history.spreads(values).points();
        let largest = points.iter().map(|(_, spread)| spread.magnitude()).fold(0.0, f32::max);
        let top = axis.settle(axes::symmetric(largest));
        let chart = Chart { area, end, bottom: -top, top };

        let count = language.count(points.last().map_or(0, |(_, spread)| spread.count));
        let sentence = match values {
            // the longer title leaves no room for a number, which would depend on the size of the batch anyway
            Values::Activations => words.shades.into(),
            _ => (words.values_and_shades)(&count),
        };
        let left = area.x - 40.0;
        svg.line_of_text(left, area.y - 13.0, &[(0.0, TITLE, title), (10.0, NOTE, &sentence)]);
        swatches(svg, area.right() + 100.0, area.y - 26.0);
        chart.axes(svg, [top, 0.0, -top].map(|value| language.tick(value)));
        svg.line((area.x, chart.y(0.0)), (area.right(), chart.y(0.0)), AXIS, "");

        let mut shown: Vec<_> = thin(points, MOST_POINTS).iter().map(|(step, s)| (*step as f32, *s)).collect();
        if let [(step, spread)] = shown[..] {
            shown.push((step + end * 0.012, spread));
        }
        if let (Some((first, _)), Some((last, spread))) = (shown.first(), shown.last()) {
            let band = |(i, colour): (usize, &&'static str)| {
                let edges = shown.iter().map(|(step, s)| (*step, s.band(i).0, s.band(i).1)).collect();
                Mark::Band(edges, colour)
            };
            chart.draw(svg, &BANDS.iter().enumerate().map(band).collect::<Vec<_>>())?;
            svg.line((chart.x(*first), chart.y(0.0)), (chart.x(*last), chart.y(0.0)), ON_BANDS, "3 3");
            let (low, high) = spread.band(0);
            let label = |name, value| Label {
                end: (*last, value),
                name,
                value: language.beside(value, top),
                fonts: (NOTE, TITLE.weight(400)),
            };
            chart.labels(svg, &[label(words.maximum, high), label(words.minimum, low)]);
        }
        chart.mark_not_finite(svg, history.first_not_finite());
        Ok(chart)
    }
}

/// The four shades with the share of the values that each encloses: the end of the sentence beside the title.
fn swatches(svg: &mut Svg, right: f32, y: f32) {
    let language = svg.language;
    for (i, share) in ["100", "95", "75", "25"].iter().enumerate() {
        let place = Area::new(right - 36.0 * (4 - i) as f32, y, 36.0, 16.0);
        svg.rect(place, BANDS[i]);
        let sign = if i == 3 { language.percent_sign() } else { "" };
        let font = TICK.centred().fill(if i < 2 { INK } else { ON_BANDS });
        svg.text(place.x + 18.0, y + 12.0, font, &format!("{share}{sign}"));
    }
}
