//! A figure for the lessons: the loss over two weights of the one-layer network, and the path of gradient descent.
use super::{checks::label, one_layer::OneLayer};
use crate::picture::{
    ANSWER, AXIS, Area, BANDS, Card, Figure, GREEN, INK, N, NOTE, PAPER, Plane, Svg, TICK, TITLE, TRAINING, ticks,
};
use crate::{Error, language::Language, mnist::Batch, words};
use ndarray::ArrayD;
use std::fmt::Write;

/// The two weights that move lead from these pixels (row, column) to the neuron of [`CLASS`]. All others stay as they are.
const PIXELS: [(usize, usize); 2] = [(6, 15), (14, 14)];
const CLASS: usize = 8;
/// Both axes go from -REACH to REACH.
const REACH: f32 = 4.0;
/// Both weights at the beginning of every path.
pub const START: [f32; 2] = [-3.1, 0.7];
pub const STEPS: usize = 12;

const SIDE: f32 = 272.0;
const TOP: f32 = 142.0;
const LEFT: [f32; 3] = [52.0, 358.0, 664.0];
/// The loss is computed at this many places along a side of the plot.
const PLACES: usize = 49;
/// In between it is interpolated, for this many pixels along a side.
const PAINTED: usize = 408;
/// The plot shows this many levels of loss.
const LEVELS: f32 = 9.0;

/// The cross entropy (times 100) of a batch as a surface over two of the 7,840 weights, and on it twelve steps of
/// gradient descent: up to three batches with a learning rate each, side by side.
///
/// `weights` is `[784, 10]` and `biases` `[10]`, as a session gives them. One batch with three rates shows what the rate
/// does; two batches with the same rate show that each batch has a surface of its own. The text is in Spanish (`"es"`) or
/// English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] if weights, biases, images and labels are not those of the one-layer network or not finite, if a
/// learning rate is below 0, and if no image has ink at the two pixels.
pub fn loss_surface(
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    runs: &[(&Batch, f32)],
    language: &str,
) -> Result<Figure, Error> {
    let language = Language::parse(language)?;
    if runs.is_empty() || runs.len() > LEFT.len() {
        return Err(Error::Picture(format!("one to three runs fit into the figure; there are {}", runs.len())));
    }
    if let Some((_, rate)) = runs.iter().find(|(_, rate)| !(0.0..f32::INFINITY).contains(rate)) {
        return Err(Error::Picture(format!(
            "a learning rate is a number of 0 or more, such as 0.3, but one is {rate:?}"
        )));
    }
    let surfaces = runs.iter().map(|(batch, _)| Surface::new(weights, biases, batch)).collect::<Result<Vec<_>, _>>()?;
    let grids: Vec<_> = surfaces.iter().map(Surface::grid).collect();
    let least = surfaces.iter().map(|surface| surface.loss(surface.minimum())).fold(f32::MAX, f32::min);
    let scale = Scale { least, most: grids.concat().into_iter().fold(f32::MIN, f32::max) };
    let one_batch = runs.iter().all(|(batch, _)| std::ptr::eq(*batch, runs[0].0));
    let words: &words::LossSurface = language.words();
    let mut card = Card::with_heading(language, words.title, "");
    let svg = &mut card.svg;
    svg.text(24.0, 65.0, NOTE.size(14), &(words.note)(&language.count(runs[0].0.images.len())));
    inset(svg, runs[0].0)?;
    let (mut told, colours) = (Vec::new(), if one_batch { [TRAINING; 3] } else { [TRAINING, GREEN, ANSWER] });
    for (i, ((_, rate), surface)) in runs.iter().zip(&surfaces).enumerate() {
        let path = surface.descend(*rate, STEPS);
        let (first, last, least) = (surface.loss(START), surface.loss(path[STEPS]), surface.loss(surface.minimum()));
        let climbs = path.windows(2).any(|pair| surface.loss(pair[1]) > surface.loss(pair[0]) + 0.05);
        let slow = last - least > 0.2 * (first - least);
        let verdict = match (climbs, slow) {
            (true, _) => words.verdicts[0],
            (_, true) => words.verdicts[1],
            _ => words.verdicts[2],
        };
        let rate = language.tick(*rate);
        let head = if one_batch { format!("{} {rate}", words.rate) } else { (words.batch_and_rate)(i + 1, &rate) };
        let (x, font) = (LEFT[i], NOTE.size(14));
        svg.text(x, TOP - 33.0, if one_batch { TITLE } else { TITLE.fill(colours[i]) }, &head);
        svg.name("rate");
        svg.text(x + SIDE, TOP - 33.0, font.right(), verdict);
        svg.name("verdict");
        svg.text(x, TOP - 13.0, font, &format!("{}{} → ", (words.after_steps)(STEPS), language.loss(first)));
        svg.name("from");
        svg.text(x + 152.0, TOP - 13.0, font.fill(INK).weight(700), &language.loss(last));
        svg.name("to");
        plot(svg, map(i), (surface, &grids[i]), &scale, (&path, colours[i]))?;
        if i == 0 {
            for (value, y) in [("4", TOP), ("0", TOP + SIDE / 2.0), ("−4", TOP + SIDE)] {
                svg.text(x - 7.0, y + 4.0, font.right(), value);
            }
            svg.text(x - 7.0, TOP + SIDE / 4.0 + 4.0, font.right(), "w₂");
        }
        told.push(format!("{head}: {} → {}, {verdict}", language.loss(first), language.loss(last)));
    }
    if runs.len() < LEFT.len() {
        let plane = profile(&surfaces);
        plane.axes(svg, &ticks(plane.x, 6.0), &ticks(plane.y, 7.0));
        svg.text(plane.area.x, TOP - 13.0, TITLE, words.profile);
        svg.text(plane.area.right(), plane.area.bottom() + 40.0, NOTE.size(14).right(), words.axis);
        if runs.len() == 1 {
            plane.curve(svg, &[[plane.x[0], least], [plane.x[1], least]], BANDS[2], "2 4");
        }
        for (k, (((_, rate), surface), colour)) in runs.iter().zip(&surfaces).zip(colours).enumerate() {
            let path = surface.descend(*rate, STEPS);
            let losses: Vec<_> = (0..path.len()).map(|step| [step as f32, surface.loss(path[step])]).collect();
            let line = plane.path(&losses);
            plane.clipped(
                svg,
                &format!(
                    "<path data-name=\"profile{k}\" d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\"/>"
                ),
            );
        }
    }
    scale.key(svg, TOP + SIDE + 40.0);
    svg.text(24.0, TOP + SIDE + 100.0, NOTE.size(14), words.foot);
    card.describe(format!("{}. {}.", words.title, told.join("; ")));
    Ok(card.figure(960.0, TOP + SIDE + 118.0))
}

/// Where the map of run `i` is.
pub fn map(i: usize) -> Plane {
    Plane { area: Area::new(LEFT[i], TOP, SIDE, SIDE), x: [-REACH, REACH], y: [-REACH, REACH] }
}

/// Where the losses of one run or two are shown step by step, in the place of the maps that are not there.
pub fn profile(surfaces: &[Surface]) -> Plane {
    let starts = surfaces.iter().map(|surface| surface.loss(START));
    let (first, least) =
        (starts.fold(0.0, f32::max), surfaces.iter().map(|s| s.loss(s.minimum())).fold(f32::MAX, f32::min));
    let depth = (first - least).max(0.1);
    let x = LEFT[surfaces.len()] + 56.0;
    Plane {
        area: Area::new(x, TOP, 936.0 - x, SIDE),
        x: [0.0, STEPS as f32],
        y: [least - 0.15 * depth, first + 0.8 * depth],
    }
}

/// Arrowheads in the middle of the longer steps of a path, as the `d` of a path.
fn arrows(points: &[(f32, f32)]) -> String {
    let mut heads = String::new();
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let length = dx.hypot(dy);
        if length > 24.0 {
            let (ux, uy) = (6.0 * dx / length, 6.0 * dy / length);
            let (mx, my) = (pair[0].0 + dx / 2.0 + ux, pair[0].1 + dy / 2.0 + uy);
            let (mx, my, ax, ay, bx, by) =
                (N(mx), N(my), N(-2.0 * ux - uy), N(-2.0 * uy + ux), N(2.0 * uy), N(-2.0 * ux));
            let _ = write!(heads, "M{mx} {my}l{ax} {ay}l{bx} {by}z");
        }
    }
    heads
}

/// The terms of the loss of an image that do not change when only two weights of one class move.
struct ImageTerms {
    /// The ink at the two pixels.
    ink: [f64; 2],
    /// The score of the moving class with both weights at 0, and the log of the sum of the other exponentials.
    score: f64,
    others: f64,
    /// The score of the right class, unless that is the moving one.
    right: Option<f64>,
}

pub struct Surface {
    images: Vec<ImageTerms>,
}

impl Surface {
    pub fn new(weights: &ArrayD<f32>, biases: &ArrayD<f32>, batch: &Batch) -> Result<Surface, Error> {
        let ([h, w, c], n) = (batch.images.shape(), batch.images.len());
        let fit = weights.shape() == [784, 10] && biases.shape() == [10] && [h, w, c] == [28, 28, 1];
        if !fit || n == 0 {
            return Err(Error::Picture(format!(
                "the loss surface is that of the one-layer network: weights [784, 10], biases [10] and images of 28 × 28 \
                 were expected, and there are {:?}, {:?} and {n} of {h} × {w}",
                weights.shape(),
                biases.shape()
            )));
        }
        // With both moving weights at 0, the scores are the part that does not change.
        let mut still = weights.clone();
        let [(r1, c1), (r2, c2)] = PIXELS;
        let pixels = [r1 * 28 + c1, r2 * 28 + c2];
        pixels.iter().for_each(|&pixel| still[[pixel, CLASS]] = 0.0);
        OneLayer::new(&batch.images, weights, biases)?;
        let net = OneLayer::new(&batch.images, &still, biases)?;
        let labels = (0..n).map(|i| label(batch, i, 10)).collect::<Result<Vec<_>, _>>()?;
        let terms = |i: usize| {
            let image = batch.images.image(i);
            let ink = |pixel: usize| f64::from(image[pixel]) / 255.0;
            let score = |class: usize| net.weighted_sum::<f64>(image, class) + f64::from(net.biases[class]);
            let scores: Vec<f64> = (0..10).map(score).collect();
            let label = labels[i];
            let other = || (0..10).filter(|&class| class != CLASS).map(|class| scores[class]);
            let mut others = other().map(f64::exp).sum::<f64>().ln();
            if !others.is_finite() {
                let largest = other().fold(f64::MIN, f64::max);
                others = largest + other().map(|score| (score - largest).exp()).sum::<f64>().ln();
            }
            ImageTerms {
                ink: [ink(pixels[0]), ink(pixels[1])],
                score: scores[CLASS],
                others,
                right: (label != CLASS).then(|| scores[label]),
            }
        };
        let images: Vec<ImageTerms> = (0..n).map(terms).collect();
        if images.iter().all(|terms| terms.ink == [0.0; 2]) {
            return Err(Error::Picture(format!(
                "no image of the batch has ink at row {r1}, column {c1} or at row {r2}, column {c2}, so the loss does not \
                 depend on the two weights of these pixels: take more images"
            )));
        }
        let surface = Surface { images };
        let loss = surface.loss(START);
        if loss.is_nan() || loss >= 1e36 {
            return Err(Error::Picture(format!(
                "the loss of these weights is {loss:.1e}, which is too large for a picture: often the learning rate was too \
                 large"
            )));
        }
        Ok(surface)
    }

    /// For each image: its loss, the derivative of that with respect to the score of the moving class, and its terms.
    fn parts(&self, at: [f32; 2]) -> impl Iterator<Item = (f64, f64, &ImageTerms)> {
        let at = [f64::from(at[0]), f64::from(at[1])];
        self.images.iter().map(move |image| {
            let score = image.score + image.ink[0] * at[0] + image.ink[1] * at[1];
            let (large, small) = (score.max(image.others), score.min(image.others));
            let all = large + (small - large).exp().ln_1p();
            let slope = (score - all).exp() - if image.right.is_none() { 1.0 } else { 0.0 };
            (all - image.right.unwrap_or(score), slope, image)
        })
    }

    /// 100 times the mean of -log of the probability of the right class.
    pub fn loss(&self, at: [f32; 2]) -> f32 {
        let sum: f64 = self.parts(at).map(|(loss, _, _)| loss).sum();
        (100.0 * sum / self.images.len() as f64) as f32
    }

    /// The terms of each image, for a script.
    pub fn json(&self) -> String {
        let one = |image: &ImageTerms| {
            let right = image.right.map_or("null".into(), |right| format!("{right:.3}"));
            format!("[{:.3},{:.3},{:.3},{:.3},{right}]", image.ink[0], image.ink[1], image.score, image.others)
        };
        self.images.iter().map(one).collect::<Vec<_>>().join(",")
    }

    fn gradient(&self, at: [f32; 2]) -> [f32; 2] {
        let mut sum = [0.0; 2];
        for (_, slope, image) in self.parts(at) {
            (0..2).for_each(|k| sum[k] += slope * image.ink[k]);
        }
        let mean = |sum: f64| (100.0 * sum / self.images.len() as f64) as f32;
        [mean(sum[0]), mean(sum[1])]
    }

    /// The weights at the start and after each step of gradient descent.
    fn descend(&self, rate: f32, steps: usize) -> Vec<[f32; 2]> {
        let mut path = vec![START];
        for step in 0..steps {
            let (at, slope) = (path[step], self.gradient(path[step]));
            let next = |k: usize| (at[k] - rate * slope[k]).clamp(-1e3, 1e3);
            path.push([next(0), next(1)]);
        }
        path
    }

    /// Where the loss is least within the plot, by Newton's method: the loss is convex.
    pub fn minimum(&self) -> [f32; 2] {
        let mut at = [0.0_f32; 2];
        for _ in 0..40 {
            let (mut slopes, mut bends) = ([0.0; 2], [1e-6, 0.0, 1e-6]);
            for (_, slope, ImageTerms { ink: [a, b], right, .. }) in self.parts(at) {
                let p = slope + if right.is_none() { 1.0 } else { 0.0 };
                let bend = p * (1.0 - p);
                slopes = [slopes[0] + slope * a, slopes[1] + slope * b];
                bends = [bends[0] + bend * a * a, bends[1] + bend * a * b, bends[2] + bend * b * b];
            }
            let determinant = bends[0] * bends[2] - bends[1] * bends[1];
            let step = [
                (bends[2] * slopes[0] - bends[1] * slopes[1]) / determinant,
                (bends[0] * slopes[1] - bends[1] * slopes[0]) / determinant,
            ];
            (0..2).for_each(|k| at[k] = (at[k] - step[k].clamp(-0.5, 0.5) as f32).clamp(-REACH, REACH));
        }
        at
    }

    /// The loss at evenly spaced places, row by row from the top left.
    fn grid(&self) -> Vec<f32> {
        let value = |i: usize| REACH * (2.0 * i as f32 / (PLACES - 1) as f32 - 1.0);
        (0..PLACES * PLACES).map(|i| self.loss([value(i % PLACES), -value(i / PLACES)])).collect()
    }
}

/// The least and the largest loss of all maps of a figure.
struct Scale {
    least: f32,
    most: f32,
}

impl Scale {
    /// The level of a loss, from 0 to [`LEVELS`]; levels lie closer together near the minimum.
    fn level(&self, loss: f32) -> f32 {
        ((loss - self.least) / (self.most - self.least).max(1e-6)).clamp(0.0, 1.0).powf(0.6) * LEVELS
    }

    /// The loss at which a level begins.
    fn loss(&self, level: f32) -> f32 {
        self.least + (self.most - self.least) * (level / LEVELS).powf(1.0 / 0.6)
    }

    /// How strongly a level is painted, from 0 to 255.
    fn shade(level: u8) -> u8 {
        16 + level * 22
    }

    fn key(&self, svg: &mut Svg, y: f32) {
        svg.text(24.0, y + 12.0, NOTE.size(14), svg.language.words::<words::LossSurface>().key);
        for level in 0..=LEVELS as u8 {
            let place = Area::new(110.0 + 56.0 * f32::from(level), y, 56.0, 16.0);
            let shade = f32::from(Scale::shade(level)) / 255.0;
            if f32::from(level) < LEVELS {
                svg.put(format_args!("<rect {place} fill=\"{}\" fill-opacity=\"{shade:.2}\"/>", BANDS[2]));
                svg.frame(place, AXIS);
            }
            let loss = svg.language.decimal(self.loss(f32::from(level)), 0);
            svg.text(place.x, y + 34.0, TICK.size(14).centred(), &loss);
        }
    }
}

fn plot(
    svg: &mut Svg,
    map: Plane,
    (surface, grid): (&Surface, &[f32]),
    scale: &Scale,
    (path, colour): (&[[f32; 2]], &str),
) -> Result<(), Error> {
    let between = |i: usize, j: usize| {
        let place = |p: usize| p as f32 * (PLACES - 1) as f32 / (PAINTED - 1) as f32;
        let (r, c) = (place(i), place(j));
        let (r0, c0) = ((r as usize).min(PLACES - 2), (c as usize).min(PLACES - 2));
        let (fr, fc) = (r - r0 as f32, c - c0 as f32);
        let at = |r: usize, c: usize| scale.level(grid[r * PLACES + c]);
        let row = |r: usize| at(r, c0) * (1.0 - fc) + at(r, c0 + 1) * fc;
        row(r0) * (1.0 - fr) + row(r0 + 1) * fr
    };
    let levels: Vec<u8> = (0..PAINTED * PAINTED).map(|p| between(p / PAINTED, p % PAINTED) as u8).collect();
    let shades: Vec<u8> = levels.iter().map(|&level| Scale::shade(level.min(LEVELS as u8 - 1))).collect();
    // a contour is two pixels wide: it is where a pixel differs from one beside it, above or below
    let near = [1, PAINTED, PAINTED + 1];
    let contour =
        |p: usize| match near.iter().any(|d| !p.is_multiple_of(PAINTED) && p >= *d && levels[p - d] != levels[p]) {
            true => 150,
            false => 0,
        };
    let contours: Vec<u8> = (0..PAINTED * PAINTED).map(contour).collect();
    svg.paint(map.area, BANDS[2], PAINTED, &shades, false)?;
    svg.paint(map.area, INK, PAINTED, &contours, false)?;
    svg.frame(map.area, AXIS);

    let (x, y) = map.place(surface.minimum());
    let (left, x, top, y) = (N(x - 8.0), N(x), N(y - 8.0), N(y));
    svg.put(format_args!(
        "<path d=\"M{left} {y}h16M{x} {top}v16\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"2.5\"/>"
    ));
    let points: Vec<_> = path.iter().map(|&at| map.place(at)).collect();
    let dot = |(step, &(x, y)): (usize, &(f32, f32))| {
        format!(
            "<circle data-name=\"dot{step}\" cx=\"{}\" cy=\"{}\" r=\"3.5\" fill=\"{colour}\" stroke=\"{PAPER}\"/>",
            N(x),
            N(y)
        )
    };
    let dots: String = points.iter().enumerate().skip(1).map(dot).collect();
    let (line, heads, [sx, sy]) = (map.path(path), arrows(&points), [N(points[0].0), N(points[0].1)]);
    map.clipped(
        svg,
        &format!(
            "<path data-name=\"path\" d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <path data-name=\"arrows\" d=\"{heads}\" fill=\"{colour}\"/>{dots}<circle cx=\"{sx}\" cy=\"{sy}\" r=\"6\" \
             fill=\"{PAPER}\" stroke=\"{colour}\" stroke-width=\"3\"/>"
        ),
    );
    let (words, (x, y), font) =
        (svg.language.words::<words::LossSurface>(), points[0], NOTE.size(14).fill(INK).weight(700));
    svg.text_over(x - 12.0, y + 22.0, font, PAPER, words.start);
    let leaves = path.iter().any(|at| at[0].abs().max(at[1].abs()) > REACH);
    let (x, y) = (map.area.x + 8.0, map.area.bottom() - 10.0);
    svg.text_over(x, y, font.fill(ANSWER), PAPER, if leaves { words.outside } else { "" });
    svg.name("outside");
    for (value, at) in [("−4", 0.0), ("0", 0.5), ("w₁", 0.75), ("4", 1.0)] {
        svg.text(map.area.x + SIDE * at, TOP + SIDE + 20.0, NOTE.size(14).centred(), value);
    }
    Ok(())
}

/// A digit of the moving class, with the two pixels marked.
fn inset(svg: &mut Svg, batch: &Batch) -> Result<(), Error> {
    let area = Area::new(873.0, 20.0, 63.0, 63.0);
    if let Some(i) = (0..batch.labels.len()).find(|&i| batch.labels.class(i) == CLASS) {
        svg.paint(area, BANDS[2], 28, batch.images.image(i), false)?;
    }
    svg.frame(area, AXIS);
    for ((row, column), (name, y)) in PIXELS.into_iter().zip([("w₁", 34.0), ("w₂", 52.0)]) {
        let [x, py] = [area.x + column as f32 * 2.25, area.y + row as f32 * 2.25];
        svg.line((area.x - 5.0, py + 1.5), (x, py + 1.5), TRAINING, "");
        svg.rect(Area::new(x - 1.0, py - 1.0, 5.0, 5.0), TRAINING);
        svg.text(area.x - 9.0, y + 5.0, TICK.fill(TRAINING).weight(700).right(), name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::read_data_sets;

    /// With all weights 0 the surface can be checked by hand, and the paths by the loss itself.
    #[test]
    fn the_surface_is_the_loss_and_the_paths_go_down_it() -> Result<(), Error> {
        let batch = read_data_sets("MNISTdata")?.train.next_batch(500)?;
        let (weights, biases) = (ArrayD::zeros(vec![784, 10]), ArrayD::zeros(vec![10]));
        let surface = Surface::new(&weights, &biases, &batch)?;
        assert!((surface.loss([0.0, 0.0]) - 230.2585).abs() < 1e-3, "{}", surface.loss([0.0, 0.0]));
        for (k, at) in [(0, [0.5, -1.0]), (1, [-2.0, 0.3])] {
            let moved = |by: f32| [0, 1].map(|i| if i == k { at[i] + by } else { at[i] });
            let slope = (surface.loss(moved(0.01)) - surface.loss(moved(-0.01))) / 0.02;
            assert!((slope - surface.gradient(at)[k]).abs() < 0.02, "{slope} {:?}", surface.gradient(at));
        }
        let path = surface.descend(0.1, 12);
        assert!(path.windows(2).all(|pair| surface.loss(pair[1]) < surface.loss(pair[0])), "a small rate goes down");
        let least = surface.loss(surface.minimum());
        assert!(surface.grid().iter().all(|&loss| loss >= least - 1e-2), "nothing is below the minimum");

        let figure = loss_surface(&weights, &biases, &[(&batch, 0.1), (&batch, 20.0)], "en")?;
        assert!(figure.svg().contains(">too large<") && figure.svg().contains(">Rate 0.1<"));
        let other = batch.clone();
        let figure = loss_surface(&weights, &biases, &[(&batch, 0.1), (&other, 0.1)], "es")?;
        assert!(figure.svg().contains(">Lote 2, tasa 0.1<"));
        assert!(loss_surface(&biases, &weights, &[(&batch, 0.1)], "es").is_err());
        Ok(())
    }
}
