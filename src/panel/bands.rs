//! How the weights, the biases or the activations are spread over the steps of a run: bands around most of their values.
use super::history::{History, Values};
use crate::Error;
use crate::picture::axes::{self, StickyAxis};
use crate::picture::{AXIS, Area, BANDS, Chart, INK, Label, Mark, NOTE, ON_BANDS, Percentiles, Svg, TICK, TITLE, thin};
use crate::words;

/// A band is drawn with at most this many points.
const MOST_POINTS: usize = 160;
/// More layers would be too narrow: of them, these are evenly chosen.
const MOST_LAYERS: usize = 6;
/// Between the charts of two layers, and for a name above each, in pixels.
const LAYER_GAP: f32 = 12.0;
const LAYER_NAME: f32 = 14.0;

/// The values of a history that are drawn as bands, and what they are called.
#[derive(Clone, Copy)]
pub struct Bands<'a> {
    pub title: &'a str,
    pub history: &'a History,
    pub values: Values,
}

impl Bands<'_> {
    /// Draws the chart with its title and labels in the plot `area`, over steps from 0 to `end`, with or without the numbers of
    /// the steps. Activations have a chart for each layer.
    pub fn draw(&self, svg: &mut Svg, area: Area, end: f32, axis: &mut StickyAxis, steps: bool) -> Result<(), Error> {
        let (language, Bands { title, history, values }) = (svg.language, *self);
        let words: &words::Panel = language.words();
        let points = history.spreads(values).points();
        let by_layer = values == Values::Activations;
        let (mut magnitude, mut lowest) = (0.0_f32, 0.0_f32);
        for (_, spreads) in points {
            for spread in spreads {
                (magnitude, lowest) = (magnitude.max(spread.magnitude()), lowest.min(spread.levels[0]));
            }
        }
        let top = axis.settle(axes::symmetric(magnitude));
        let bottom = if by_layer && lowest >= 0.0 { 0.0 } else { -top };

        let last = points.last().map_or(&[][..], |(_, spreads)| spreads);
        let sentence = match by_layer {
            // the longer title leaves no room for a number, which would depend on the size of the batch anyway
            true => words.shades.into(),
            false => (words.values_and_shades)(&language.count(last.first().map_or(0, |spread| spread.count))),
        };
        svg.line_of_text(area.x - 40.0, area.y - 13.0, &[(0.0, TITLE, title), (10.0, NOTE, &sentence)]);
        swatches(svg, area.right() + 100.0, area.y - 26.0);
        let ticks = Chart { area, end, bottom, top, log: false }.ticks(&|value| language.tick(value));
        if !by_layer {
            let chart = Chart { area, end, bottom, top, log: false };
            chart.axes(svg, ticks);
            let spreads = points.iter().filter_map(|(step, spreads)| Some((*step, *spreads.first()?))).collect();
            self.bands(svg, &chart, spreads)?;
            if let (Some((step, _)), Some(spread)) = (points.last(), last.first()) {
                let (low, high) = spread.band(0);
                let label = |name, value| Label {
                    end: (*step as f32, value),
                    name,
                    value: language.beside(value, top),
                    fonts: (NOTE, TITLE.weight(400)),
                };
                chart.labels(svg, &[label(words.maximum, high), label(words.minimum, low)]);
            }
            if steps {
                chart.steps(svg);
            }
            return Ok(());
        }
        let layers: Vec<usize> = thin(&(0..last.len()).collect::<Vec<_>>(), MOST_LAYERS);
        let pitch = (area.w + 100.0 + LAYER_GAP) / layers.len() as f32;
        for (place, &layer) in layers.iter().enumerate() {
            let x = area.x + pitch * place as f32;
            let area = Area::new(x, area.y + LAYER_NAME, pitch - LAYER_GAP, area.h - LAYER_NAME);
            let chart = Chart { area, end, bottom, top, log: false };
            svg.text(x + area.w / 2.0, area.y - 5.0, NOTE.fill(INK).centred(), &(words.layer)(layer + 1));
            chart.axes(svg, if place == 0 { ticks.clone() } else { Default::default() });
            let spreads = points.iter().filter_map(|(step, spreads)| Some((*step, *spreads.get(layer)?))).collect();
            self.bands(svg, &chart, spreads)?;
        }
        let steps = format!("0–{} {}", language.count(end as usize), language.words::<words::Terms>().steps);
        svg.text(area.x, area.bottom() + 20.0, TICK, &steps);
        Ok(())
    }

    /// The bands of one chart, with a line at 0.
    fn bands(&self, svg: &mut Svg, chart: &Chart, points: Vec<(usize, Percentiles)>) -> Result<(), Error> {
        let Area { x, .. } = chart.area;
        svg.line((x, chart.y(0.0)), (chart.area.right(), chart.y(0.0)), AXIS, "");
        let mut shown: Vec<_> = thin(&points, MOST_POINTS).iter().map(|(step, s)| (*step as f32, *s)).collect();
        if let [(step, spread)] = shown[..] {
            shown.push((step + chart.end * 0.012, spread));
        }
        if let (Some((first, _)), Some((last, _))) = (shown.first(), shown.last()) {
            let band = |(i, colour): (usize, &&'static str)| {
                let edges = shown.iter().map(|(step, s)| (*step, s.band(i).0, s.band(i).1)).collect();
                Mark::Band(edges, colour)
            };
            chart.draw(svg, &BANDS.iter().enumerate().map(band).collect::<Vec<_>>())?;
            if chart.bottom < 0.0 {
                svg.line((chart.x(*first), chart.y(0.0)), (chart.x(*last), chart.y(0.0)), ON_BANDS, "3 3");
            }
        }
        chart.mark_not_finite(svg, self.history.first_not_finite());
        Ok(())
    }
}

/// The four shades with the share of the values that each encloses: the end of the sentence beside the title.
fn swatches(svg: &mut Svg, right: f32, y: f32) {
    let language = svg.language;
    for (i, share) in [language.words::<words::Panel>().all_values, "95", "75", "25"].into_iter().enumerate() {
        let place = Area::new(right - 36.0 * (4 - i) as f32, y, 36.0, 16.0);
        svg.rect(place, BANDS[i]);
        let sign = if i == 3 { language.percent_sign() } else { "" };
        let font = TICK.centred().fill(if i < 2 { INK } else { ON_BANDS });
        svg.text(place.x + 18.0, y + 12.0, font, &format!("{share}{sign}"));
    }
}
