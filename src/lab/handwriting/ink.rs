//! Tells ink from paper: how much darker than the paper around it a pixel is (or lighter, on a blackboard).
use ndarray::{Array2, s};

/// A longer side is shrunk before anything else: a digit needs a hundred pixels, not a thousand.
const LONGEST: usize = 2000;
/// The paper is fitted to so many pixels.
const SAMPLES: usize = 20_000;
/// Ink differs from paper by at least so many of the 256 levels.
const FAINTEST: f32 = 16.0;
/// The part of the picture, at each side, that is taken for its border.
const BORDER: f32 = 0.1;

/// A picture in which paper is 0 and ink is 1.
pub struct Inked {
    /// Brightness, 0 to 255, as it was given but no larger than [`LONGEST`].
    pub picture: Array2<f32>,
    pub paper: Paper,
    /// Whether the ink is lighter than the paper.
    pub is_light: bool,
    pub ink: Array2<f32>,
}

/// The brightness of the paper: a surface of the second degree over the picture, whose sides are at -1 and 1.
pub struct Paper([f64; TERMS]);

const TERMS: usize = 6;

impl Paper {
    /// Of the same brightness everywhere.
    pub fn plain(brightness: f64) -> Paper {
        let mut paper = Paper([0.0; TERMS]);
        paper.0[0] = brightness;
        paper
    }

    /// The terms of the surface at a place.
    fn terms([v, u]: [f32; 2]) -> [f64; TERMS] {
        let [v, u] = [v, u].map(f64::from);
        [1.0, u, v, u * u, u * v, v * v]
    }

    fn at(&self, place: [f32; 2]) -> f32 {
        self.0.iter().zip(Self::terms(place)).map(|(factor, term)| factor * term).sum::<f64>() as f32
    }

    /// At each pixel of a picture.
    pub fn over(&self, size: (usize, usize)) -> Array2<f32> {
        Array2::from_shape_fn(size, |at| self.at(place(at, size)).clamp(0.0, 255.0))
    }

    /// The surface that is nearest, by the sum of squares, to the samples within `reach` of this one.
    fn nearer(&self, samples: &[Sample], reach: f32, terms: usize) -> Paper {
        let mut equations = [[0.0; TERMS + 1]; TERMS];
        for sample in samples.iter().filter(|sample| sample.above(self).abs() <= reach) {
            let t = Self::terms(sample.place);
            for (row, equation) in equations.iter_mut().enumerate() {
                (0..TERMS).for_each(|column| equation[column] += t[row] * t[column]);
                equation[TERMS] += t[row] * f64::from(sample.brightness);
            }
        }
        Paper(solve(equations, terms))
    }
}

#[derive(Clone, Copy)]
struct Sample {
    place: [f32; 2],
    brightness: f32,
}

impl Sample {
    fn above(&self, paper: &Paper) -> f32 {
        self.brightness - paper.at(self.place)
    }
}

fn place((y, x): (usize, usize), (height, width): (usize, usize)) -> [f32; 2] {
    [(y, height), (x, width)].map(|(i, n)| (2 * i + 1) as f32 / n as f32 - 1.0)
}

/// Finds the ink of a picture. The error is the end of a sentence that begins with the picture's name.
///
/// The paper may be lit unevenly: a surface of the second degree is fitted, first to the border, then to all pixels that are
/// near it, nearer each time, so that ink has no part in it. What differs from it by four times the noise is ink, and full ink
/// is what the darkest fiftieth of that is.
pub fn find(picture: &Array2<u8>) -> Result<Inked, String> {
    let picture = small(picture);
    let size = picture.dim();
    let stride = (picture.len() as f32 / SAMPLES as f32).sqrt().ceil().max(1.0) as usize;
    let samples: Vec<Sample> = picture
        .indexed_iter()
        .filter(|((y, x), _)| y % stride == stride / 2 && x % stride == stride / 2)
        .map(|(at, &brightness)| Sample { place: place(at, size), brightness })
        .collect();
    let is_outside = |sample: &&Sample| sample.place.iter().any(|at| at.abs() > 1.0 - BORDER);
    let border: Vec<Sample> = samples.iter().filter(is_outside).copied().collect();

    let mut paper = Paper::plain(median(border.iter().map(|sample| sample.brightness)).into());
    for reach in [96.0, 48.0, 24.0] {
        paper = paper.nearer(&border, reach, 3);
    }
    for reach in [48.0, 24.0, 12.0] {
        paper = paper.nearer(&samples, reach, TERMS);
    }
    let noise = noise(&samples, &paper);
    paper = paper.nearer(&samples, 4.0 * noise, TERMS);

    let over = paper.over(size);
    let beyond = |sign: f32| {
        let far = |sample: &Sample| (sign * sample.above(&paper) - 4.0 * noise).max(0.0);
        samples.iter().map(far).sum::<f32>()
    };
    let is_light = beyond(1.0) > beyond(-1.0);
    let sign = if is_light { 1.0 } else { -1.0 };
    let mut ink = (&picture - &over) * sign;
    let faintest = 4.0 * noise;
    let mut strengths: Vec<f32> = ink.iter().copied().filter(|&strength| strength > faintest).collect();
    let full = quantile(&mut strengths, 0.98);
    if full < FAINTEST.max(1.5 * faintest) {
        return Err("shows no ink: dark strokes on light paper, or light ones on dark paper, were expected".into());
    }
    ink.mapv_inplace(|strength| if strength > faintest { (strength / full).min(1.0) } else { 0.0 });
    Ok(Inked { picture, paper, is_light, ink })
}

/// The picture with no side longer than [`LONGEST`]: each pixel the mean of a square.
fn small(picture: &Array2<u8>) -> Array2<f32> {
    let (height, width) = picture.dim();
    let times = height.max(width).div_ceil(LONGEST).max(1);
    let part = |i: usize, side: usize| i * times..((i + 1) * times).min(side);
    Array2::from_shape_fn((height.div_ceil(times), width.div_ceil(times)), |(y, x)| {
        let square = picture.slice(s![part(y, height), part(x, width)]);
        square.iter().map(|&pixel| f32::from(pixel)).sum::<f32>() / square.len() as f32
    })
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    quantile(&mut values.collect::<Vec<f32>>(), 0.5)
}

/// Of no values, 0.
fn quantile(values: &mut [f32], share: f32) -> f32 {
    match (values.len() as f32 * share) as usize {
        _ if values.is_empty() => 0.0,
        i => *values.select_nth_unstable_by(i.min(values.len() - 1), f32::total_cmp).1,
    }
}

/// The standard deviation of the paper's brightness, from the median of its distances; at least half a level.
fn noise(samples: &[Sample], paper: &Paper) -> f32 {
    let near = samples.iter().map(|sample| sample.above(paper).abs()).filter(|&distance| distance <= 12.0);
    (1.4826 * median(near)).max(0.5)
}

/// Solves the first `n` equations for as many unknowns by Gauss's elimination; an unknown that nothing determines is 0.
fn solve(mut equations: [[f64; TERMS + 1]; TERMS], n: usize) -> [f64; TERMS] {
    for column in 0..n {
        let best = (column..n).max_by(|&a, &b| equations[a][column].abs().total_cmp(&equations[b][column].abs()));
        equations.swap(column, best.unwrap_or(column));
        let pivot = equations[column];
        if pivot[column].abs() < 1e-9 {
            continue;
        }
        for row in (0..n).filter(|&row| row != column) {
            let times = equations[row][column] / pivot[column];
            (0..=TERMS).for_each(|i| equations[row][i] -= times * pivot[i]);
        }
    }
    std::array::from_fn(|i| {
        let pivot = equations[i][i];
        if i < n && pivot.abs() >= 1e-9 { equations[i][TERMS] / pivot } else { 0.0 }
    })
}
