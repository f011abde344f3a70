//! The two curves of a run, training and test: what the charts of accuracy and of loss have in common.
use super::history::{History, Point, Thinned};
use crate::Error;
use crate::picture::{
    AXIS as GHOST, Area, Chart, Label, Mark, N, NOTE, PAPER, Svg, TEST, TITLE, TRAINING, TRAINING_RANGE, at_share,
    axes, sorted, thin,
};
use crate::words;

/// What is particular to the accuracy or to the loss.
pub struct Curves<'a> {
    pub title: &'a str,
    pub sentence: &'a str,
    pub value: fn(&Point) -> Option<f32>,
    pub written: &'a dyn Fn(f32) -> String,
    /// The labels of the vertical axis, from top to bottom.
    pub ticks: [String; 3],
    /// Whether the values are shares of 1; any other value lies outside of the plot.
    pub shares: bool,
    /// Which label is the upper one if the curves end at nearly the same height.
    pub training_above: bool,
}

/// A curve as (step, value). A value that is NaN or infinite is a gap, and takes part in no mean, range or axis.
type Line = Vec<(f32, f32)>;

/// What is drawn at each step: (step, low, high).
type Edges = Vec<(f32, f32, f32)>;

/// A curve that enters the plot from above, what all curves leave no room for, and its colour.
type Entering<'a> = (&'a Line, &'a Edges, &'static str);

/// A training curve of more points than this is drawn as means of several points each.
const TRAINING_BINS: usize = 76;
/// A test curve is drawn with at most this many points.
const MOST_POINTS: usize = 320;
/// The points of a test curve are drawn as dots too, up to this many.
const MOST_DOTS: usize = 60;

/// The points of a series that have a value.
pub fn line(series: &Thinned<Point>, value: fn(&Point) -> Option<f32>) -> Line {
    series.points().iter().filter_map(|(step, point)| Some((*step as f32, value(point)?))).collect()
}

/// The finite values after a step.
pub fn after(line: &[(f32, f32)], start: f32) -> Vec<f32> {
    line.iter().filter(|(step, v)| *step > start && v.is_finite()).map(|(_, v)| *v).collect()
}

/// The finite values after a step, or all of them if there are none.
pub fn late(line: &[(f32, f32)], start: f32) -> Vec<f32> {
    let late = after(line, start);
    if late.is_empty() { after(line, -1.0) } else { late }
}

/// The last point with a finite value.
pub fn last_finite(line: &[(f32, f32)]) -> Option<(f32, f32)> {
    line.iter().copied().rfind(|(_, v)| v.is_finite())
}

/// The last step of a curve, with the mean value of its last twentieth.
pub fn latest(line: &[(f32, f32)]) -> Option<(f32, f32)> {
    let (step, _) = last_finite(line)?;
    Some((step, mean(&after(line, step * 0.95 - 0.5))))
}

fn mean(values: &[f32]) -> f32 {
    let sum: f32 = values.iter().sum();
    if sum.is_finite() {
        return sum / values.len() as f32;
    }
    (values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64) as f32
}

/// Several neighbouring points as one: their mean, and the range that holds the middle 80 % of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub step: f32,
    pub mean: f32,
    pub low: f32,
    pub high: f32,
}

/// At most 85 bins of equal counts, the first three cut into quarters: there a curve falls steepest.
pub fn bins(line: &[(f32, f32)]) -> Vec<Bin> {
    let (mut bins, mut start) = (Vec::new(), 0);
    for quarter in (1..=4 * TRAINING_BINS).filter(|quarter| *quarter <= 12 || quarter % 4 == 0) {
        let end = quarter * line.len() / (4 * TRAINING_BINS);
        if start < end {
            bins.push(bin(&line[start..end]));
            start = end;
        }
    }
    bins
}

fn bin(piece: &[(f32, f32)]) -> Bin {
    let step = (piece[0].0 + piece[piece.len() - 1].0) / 2.0;
    let values = sorted(after(piece, -1.0));
    if values.is_empty() {
        return Bin { step, mean: f32::NAN, low: f32::NAN, high: f32::NAN };
    }
    Bin { step, mean: mean(&values), low: at_share(&values, 0.1), high: at_share(&values, 0.9) }
}

/// A line is drawn in pieces, which end at its gaps.
fn lines(points: Line, width: f32, colour: &'static str) -> impl Iterator<Item = Mark> {
    let pieces: Vec<Line> = points.split(|(_, v)| !v.is_finite()).map(<[_]>::to_vec).collect();
    pieces.into_iter().map(move |points| Mark::Line(points, width, colour))
}

impl Curves<'_> {
    /// Draws the chart with its title and labels, and behind its curves the main one of the run before; the numbers
    /// below the axis of steps are left to the caller.
    pub fn draw(&self, svg: &mut Svg, chart: &Chart, history: &History, before: Option<&History>) -> Result<(), Error> {
        let left = chart.area.x - 40.0;
        svg.line_of_text(left, chart.area.y - 13.0, &[(0.0, TITLE, self.title), (10.0, NOTE, self.sentence)]);
        chart.axes(svg, self.ticks.clone());

        let training = line(&history.training, self.value);
        let test = line(&history.test, self.value);
        let mut marks = before.map_or_else(Vec::new, |before| self.ghost(svg, chart, before));
        let mut edges: Edges = training.iter().chain(&test).map(|&(step, v)| (step, v, v)).collect();
        if training.len() > TRAINING_BINS {
            let bins = bins(&training);
            let edge = |bin: &Bin| (bin.step, bin.low, bin.high);
            edges = bins.iter().map(edge).chain(test.iter().map(|&(step, v)| (step, v, v))).collect();
            for run in bins.split(|bin| !bin.mean.is_finite()) {
                marks.push(Mark::Band(run.iter().map(edge).collect(), TRAINING_RANGE));
            }
            marks.extend(lines(bins.iter().map(|bin| (bin.step, bin.mean)).collect(), 1.4, TRAINING));
        } else {
            marks.extend(lines(training.clone(), 1.4, TRAINING));
        }
        marks.extend(lines(thin(&test, MOST_POINTS), 2.6, TEST));
        if test.len() <= MOST_DOTS {
            let points = test.iter().copied().filter(|(_, v)| (chart.bottom..=chart.top).contains(v)).collect();
            marks.push(Mark::Dots(points, 2.6, TEST));
        }
        chart.draw(svg, &marks)?;
        chart.mark_not_finite(svg, history.first_not_finite());
        let (curve, colour) = if test.is_empty() { (&training, TRAINING) } else { (&test, TEST) };
        self.cut_off(svg, chart, (curve, &edges, colour), history.not_finite());
        self.end(svg, chart, &training, &test);
        Ok(())
    }

    /// The main curve of the run before, as a pale line that is named beside the title.
    fn ghost(&self, svg: &mut Svg, chart: &Chart, before: &History) -> Vec<Mark> {
        let test = line(&before.test, self.value);
        let curve = match test.is_empty() {
            true => bins(&line(&before.training, self.value)).iter().map(|bin| (bin.step, bin.mean)).collect(),
            false => thin(&test, MOST_POINTS),
        };
        let (right, y) = (chart.area.right() + 100.0, chart.area.y - 13.0);
        let name = svg.language.words::<words::Panel>().before;
        let left = right - NOTE.width(name) - 6.0;
        svg.text(right, y, NOTE.right(), name);
        svg.put(format_args!(
            "<path d=\"M{} {}h16\" stroke=\"{GHOST}\" stroke-width=\"1.6\"/>",
            N(left - 16.0),
            N(y - 4.5)
        ));
        lines(curve, 1.6, GHOST).collect()
    }

    /// Writes the first value of a curve that enters the plot from above, at the top or at the bottom, where no
    /// curve is in the way.
    fn cut_off(&self, svg: &mut Svg, chart: &Chart, (line, edges, colour): Entering, end: Option<usize>) {
        let (language, Area { y, .. }) = (svg.language, chart.area);
        let Some(&(step, value)) = line.first().filter(|(_, v)| *v > chart.top) else { return };
        let inside = line.iter().find(|(_, v)| *v <= chart.top).map_or(0.0, |(step, _)| *step);
        let step = language.count(step as usize);
        let text = format!("↑ {}", (language.words::<words::Terms>().at_step)(&(self.written)(value), &step));
        let width = 7.0 * text.chars().count() as f32;
        let first = (chart.x(inside) + 8.0).min(chart.area.right() - width);
        let is_free = |&(x, y): &(f32, f32)| {
            let under = |step: f32, before: f32| (x - before..x + width).contains(&chart.x(step));
            let apart = |low: f32, high: f32| chart.y(high) > y + 5.0 || chart.y(low) < y - 15.0 || !high.is_finite();
            edges.iter().all(|&(step, low, high)| !under(step, 6.0) || apart(low, high))
                && end.is_none_or(|step| !under(step as f32, 46.0))
        };
        let rows = [y + 14.0, chart.area.bottom() - 5.0];
        let places = rows.into_iter().flat_map(|y| (0..80).map(move |i| (first + 4.0 * i as f32, y)));
        let mut inside = places.filter(|(x, _)| *x <= chart.area.right() - width);
        let (x, y) = inside.find(is_free).unwrap_or((first, rows[0]));
        svg.text_over(x, y, NOTE.fill(colour), PAPER, &text);
    }

    /// The dot at the end of the main curve, and a label for each curve.
    fn end(&self, svg: &mut Svg, chart: &Chart, training: &Line, test: &Line) {
        let words: &words::Terms = svg.language.words();
        let label = |end: (f32, f32), name, value, colour| Label {
            end,
            name,
            value,
            fonts: (NOTE.fill(colour), TITLE.fill(colour)),
        };
        let (mut labels, mut dot) = (Vec::new(), None);
        if let Some(end) = latest(training) {
            dot = Some((end, TRAINING));
            labels.push(label(end, words.training, (words.mean)(&(self.written)(end.1)), TRAINING));
        }
        if let Some(end) = last_finite(test) {
            labels.push(label(end, words.test, (self.written)(end.1), TEST));
            dot = Some((end, TEST));
        }
        if let Some((end, colour)) = dot.filter(|(end, _)| !self.shares || axes::is_share(end.1)) {
            chart.end_dot(svg, end, colour);
        }
        if let [training, test] = &labels[..] {
            let lower = chart.y(test.end.1) - chart.y(training.end.1);
            let training_above = if lower.abs() < 6.0 { self.training_above } else { lower > 0.0 };
            if !training_above {
                labels.reverse();
            }
        }
        chart.labels(svg, &labels);
    }
}
