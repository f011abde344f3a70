//! A look inside a network.

/// The way of a digit through a network. In a sentence, `#0`, `#1`, … stand for texts and numbers.
pub struct Inside {
    pub title: &'static str,
    /// The answer and its probability; what the digit is.
    pub answer: [&'static str; 2],
    pub digit: &'static str,
    /// What a layer without a name is called: a convolution, a dense layer.
    pub kinds: [&'static str; 2],
    /// The shape of one map, of several, of neurons: `#0` rows, `#1` columns, `#2` maps.
    pub sizes: [&'static str; 3],
    /// Ops that are not explained, and ops that join several ways.
    pub unknown: &'static str,
    pub joins: &'static str,
    /// The number that is picked: `#0` layer, `#1` map, neuron or class, `#2` row, `#3` column.
    pub what: [&'static str; 3],
    pub channel: &'static str,
    pub reads: &'static str,
    pub gives: &'static str,
    /// What speaks for the class `#0`.
    pub speaks: &'static str,
    /// How that is measured, in two lines.
    pub note: [&'static str; 2],
    pub tables: [&'static str; 3],
    /// The head of the first table over a pool.
    pub parts: &'static str,
    /// Heads of the table of terms.
    pub terms: [&'static str; 4],
    /// Where a number is: a pixel, a place in a map, a neuron; `#0` map or neuron, `#1` row, `#2` column.
    pub from: [&'static str; 3],
    /// The products of map `#0`, those of all `#0` maps or of a single one, the `#0` largest terms, all `#0` terms.
    pub lines: [&'static str; 5],
    /// The largest number under a window, and the mean.
    pub pools: [&'static str; 2],
    pub shown: &'static str,
    /// What is added to the sum, or how it is stretched first: `#0` factor, `#1` sign, `#2` what is added.
    pub moves: [&'static str; 2],
    /// Digit, layer, map, row, column, map read.
    pub sliders: [&'static str; 6],
    /// In place of the map: a neuron, a class.
    pub third: [&'static str; 3],
}

/// The training digits nearest to a digit.
pub struct Nearest {
    pub title: &'static str,
    pub in_layer: fn(layer: &str, numbers: &str, all: &str) -> String,
    pub in_pixels: fn(all: &str) -> String,
    pub answer: fn(answer: usize) -> String,
    pub legend: &'static str,
    pub described: fn(answer: usize, labels: &str) -> String,
}

/// A map of digits.
pub struct DigitMap {
    pub title: fn(digits: &str) -> String,
    pub in_layer: fn(layer: &str, numbers: &str) -> String,
    pub in_pixels: &'static str,
    pub shares: fn(first: &str, second: &str, both: &str) -> String,
    pub yours: &'static str,
    pub axes: [&'static str; 2],
}

/// What a covered part does.
pub struct Cover {
    pub title: &'static str,
    pub note: fn(side: &str) -> String,
    pub digit: fn(answer: usize, share: &str) -> String,
    pub map: &'static str,
    pub then: fn(answer: usize, share: &str) -> String,
    pub meaning: [&'static str; 2],
    pub described: fn(answer: usize, before: &str, least: &str) -> String,
}
