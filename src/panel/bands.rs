//! The spread of many values over the steps of a run: what the panels of weights and biases have in common.
use super::*;

const MOST_POINTS: usize = 160;

/// Draws the bands of `values` in the plot `area`, over steps from 0 to `end`; `slot` says whose axis it is.
pub fn draw(
    svg: &mut Svg,
    area: Area,
    (history, values, title): (&History, Values, &str),
    (axes, slot, end): (&mut Axes, usize, f32),
) -> Result<Chart, Error> {
    let language = svg.language;
    let points = history.spreads(values).points();
    let largest = points.iter().map(|(_, spread)| spread.magnitude()).fold(0.0, f32::max);
    let top = axes.spreads[slot].settle(super::axes::magnitude(largest));
    let chart = Chart { area, end, bottom: -top, top };

    let count = language.count(points.last().map_or(0, |(_, spread)| spread.count));
    let mut sentence = language
        .pick(format!("{count} valores; cada tono encierra el"), format!("{count} values; each shade encloses"));
    if values == Values::Activations {
        // the longer title leaves no room for their number, which is that of the images as well
        sentence = language.pick("cada tono encierra el", "each shade encloses").into();
    }
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
            types: (NOTE, TITLE.weight(400)),
        };
        let (highest, lowest) = (language.pick("máximo", "maximum"), language.pick("mínimo", "minimum"));
        chart.labels(svg, &[label(highest, high), label(lowest, low)]);
    }
    chart.not_finite(svg, history);
    Ok(chart)
}

/// The four shades with their shares; they finish the sentence of the title.
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
