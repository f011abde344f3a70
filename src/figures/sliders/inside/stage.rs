//! The stages of a network, and the sums that make their numbers.
use crate::engine::Window;

/// So many terms of a dense sum are shown.
pub const TERMS: usize = 10;

/// What a layer gives for some digits, and how.
pub struct Stage {
    pub name: String,
    /// Rows, columns and maps; of neurons, 1, 1 and how many there are.
    pub shape: [usize; 3],
    /// The shape in which the stage before is read.
    pub from: [usize; 3],
    /// `[rows][columns][maps]` for each digit.
    pub values: Vec<Vec<f32>>,
    pub rule: Rule,
    /// What is done to the number that the rule gives, by map.
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    /// Its name, and the slope of a leaky relu below 0.
    pub activation: Option<(&'static str, f32)>,
    /// Whether some of the numbers are switched off afterwards.
    pub drops: bool,
}

/// Where a number comes from.
pub enum Rule {
    /// From the digit itself.
    Digit,
    /// Filters `[down][across][channels][maps]`.
    Filter(Window, Vec<f32>),
    /// The largest number under the window, or the mean.
    Pool(Window, bool),
    /// Of each digit and each neuron, the sum and its largest terms.
    Dense(Vec<Vec<Neuron>>),
    /// It is not explained.
    Unknown,
}

pub struct Neuron {
    pub sum: f32,
    /// Where each is in the stage before, with its weight; the largest product first.
    pub terms: Vec<(usize, f32)>,
}

/// One number of a map.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub digit: usize,
    pub map: usize,
    pub row: usize,
    pub column: usize,
}

/// A place under the window: its row and column there, and the number and the weight that meet in it.
pub struct Cell {
    pub at: [usize; 2],
    /// `None` in the border, which counts as 0.
    pub number: Option<f32>,
    pub weight: f32,
}

impl Stage {
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn is_map(&self) -> bool {
        self.shape[0] * self.shape[1] > 1
    }

    pub fn window(&self) -> Option<Window> {
        match self.rule {
            Rule::Filter(window, _) | Rule::Pool(window, _) => Some(window),
            _ => None,
        }
    }

    pub fn value(&self, Place { digit, map, row, column }: Place) -> f32 {
        self.values[digit][(row * self.shape[1] + column) * self.shape[2] + map]
    }

    /// The place of number `i` of a digit.
    pub fn place(&self, digit: usize, i: usize) -> Place {
        let [_, columns, maps] = self.shape;
        Place { digit, map: i % maps, row: i / maps / columns, column: i / maps % columns }
    }

    /// Where the largest number of a digit is.
    pub fn largest(&self, digit: usize) -> Place {
        let values = &self.values[digit];
        self.place(digit, (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best }))
    }

    /// The numbers of one map, or of all neurons, and how many are in a row.
    pub fn picture(values: &[f32], [rows, columns, maps]: [usize; 3], map: usize) -> (usize, Vec<f32>) {
        if rows * columns == 1 {
            let wide = square(maps);
            let blank = wide * maps.div_ceil(wide) - maps;
            return (wide, values.iter().copied().chain(std::iter::repeat_n(0.0, blank)).collect());
        }
        (columns, values.iter().copied().skip(map).step_by(maps).collect())
    }

    /// What is under the window at a place, of one channel of the stage before.
    pub fn cells(&self, before: &Stage, place: Place, channel: usize) -> Vec<Cell> {
        let Some(Window { down, across }) = self.window() else { return Vec::new() };
        let (numbers, [_, columns, channels]) = (&before.values[place.digit], self.from);
        let inside = |axis: crate::engine::Axis, position: usize, k: usize| {
            (position * axis.stride + k).checked_sub(axis.before).filter(|&at| at < axis.size)
        };
        let cell = |i: usize| {
            let at = [i / across.kernel, i % across.kernel];
            let pixel = inside(down, place.row, at[0]).zip(inside(across, place.column, at[1]));
            let weight = match &self.rule {
                Rule::Filter(_, filter) => filter[(i * channels + channel) * self.shape[2] + place.map],
                _ => 1.0,
            };
            Cell { at, number: pixel.map(|(y, x)| numbers[(y * columns + x) * channels + channel]), weight }
        };
        (0..down.kernel * across.kernel).map(cell).collect()
    }

    /// The part of the sum that each channel of the stage before makes, or what a pool leaves of its own.
    pub fn parts(&self, before: &Stage, place: Place) -> Vec<f32> {
        let of = |channel: usize| self.cells(before, place, channel);
        let numbers = |channel: usize| of(channel).into_iter().filter_map(|cell| cell.number).collect::<Vec<_>>();
        match &self.rule {
            Rule::Filter(..) => {
                let sum = |c| of(c).iter().map(|cell| cell.number.unwrap_or(0.0) * cell.weight).sum();
                (0..self.from[2]).map(sum).collect()
            }
            Rule::Pool(_, true) => vec![numbers(place.map).into_iter().fold(f32::NEG_INFINITY, f32::max)],
            Rule::Pool(_, false) => {
                let all = numbers(place.map);
                vec![all.iter().sum::<f32>() / all.len() as f32]
            }
            Rule::Dense(neurons) => vec![neurons[place.digit][place.map].sum],
            Rule::Digit | Rule::Unknown => vec![self.value(place)],
        }
    }

    /// The sum after scale and shift, and after the activation.
    pub fn finish(&self, sum: f32, map: usize) -> [f32; 2] {
        let moved = self.scale[map] * sum + self.shift[map];
        let active = match self.activation {
            Some(("relu", _)) => moved.max(0.0),
            Some(("leaky_relu", slope)) if moved < 0.0 => slope * moved,
            Some(("sigmoid", _)) => 1.0 / (1.0 + (-moved).exp()),
            Some(("tanh", _)) => moved.tanh(),
            _ => moved,
        };
        [moved, active]
    }
}

/// So many columns make about a square of `n` pictures.
pub fn square(n: usize) -> usize {
    (1..).find(|side| side * side >= n).unwrap_or(1)
}
