//! The figures of the lessons.

pub struct BatchProduct {
    pub title: &'static str,
    pub note: &'static str,
    /// What a row of X, a column of W and the row of b are.
    pub rows: &'static str,
    pub columns: &'static str,
    pub same_row: &'static str,
    pub meets: fn(row: usize, column: usize) -> String,
    pub sum: fn(pixels: &str) -> String,
    pub with_bias: &'static str,
    pub slider: &'static str,
    /// Of the orange and of the blue end of the scale.
    pub meaning: [&'static str; 2],
    pub described: fn(meets: &str, value: &str) -> String,
}

pub struct Confusion {
    pub title: &'static str,
    /// The mistakes, each a label and an answer, that were made so many times, which is most often.
    pub most_often: fn(mistakes: &[(usize, usize)], times: usize) -> String,
    pub answers: &'static str,
    pub labels: &'static str,
    pub right: &'static str,
    pub blank: &'static str,
}

pub struct CrossEntropy {
    pub title: &'static str,
    /// If the right digit has probability 0.
    pub infinite: &'static str,
    pub heads: [&'static str; 3],
}

pub struct DecisionBoundary {
    pub title: &'static str,
    pub note: &'static str,
    /// Before its number.
    pub input: &'static str,
    /// How many of the points lie on the right side of a network's border.
    pub described: fn(name: &str, right: usize, all: usize) -> String,
}

pub struct FeatureMaps {
    pub title: &'static str,
    /// A channel, channels; a filter, filters.
    pub units: [[&'static str; 2]; 2],
    pub size: fn(n: usize, unit: &str, size: [usize; 2], range: [String; 2]) -> String,
}

pub struct Filters {
    pub title: &'static str,
    pub first_channels: fn(inputs: usize, shown: usize) -> String,
    /// Of the orange and of the blue end of the scale.
    pub meaning: [&'static str; 2],
}

pub struct FunctionGraph {
    /// Title and note of the exponential, of −ln p, of the sigmoid, of ReLU and of tanh.
    pub titles: [(&'static str, &'static str); 5],
    pub slope: &'static str,
    /// With the place, the value and the slope.
    pub described: fn(title: &str, [&str; 3]) -> String,
}

pub struct LossAlong {
    pub title: &'static str,
    pub note: &'static str,
    pub axes: [&'static str; 2],
    pub now: &'static str,
    /// The nudge, the loss before it and after it, their quotient, the gradient.
    pub rows: [&'static str; 5],
    pub described: fn([&str; 5]) -> String,
}

pub struct FilterSlider {
    pub title: &'static str,
    pub note: &'static str,
    pub heads: [&'static str; 5],
    pub place: fn(row: usize, column: usize) -> String,
    pub slider: &'static str,
    pub described: fn(place: &str, sum: &str) -> String,
}

pub struct Histograms {
    pub title: &'static str,
    pub note: &'static str,
    pub pass: fn(share: &str) -> String,
}

pub struct LayerBars {
    pub title: &'static str,
    pub note: &'static str,
}

pub struct LossSurface {
    pub title: &'static str,
    pub note: fn(digits: &str) -> String,
    pub foot: &'static str,
    /// Before its value.
    pub rate: &'static str,
    pub slider: &'static str,
    pub batch_and_rate: fn(batch: usize, rate: &str) -> String,
    /// On a rate with which the loss rises, on one that is far from the minimum at the end, and on any other.
    pub verdicts: [&'static str; 3],
    /// Before both losses.
    pub after_steps: fn(steps: usize) -> String,
    pub start: &'static str,
    /// On a path that leaves the map.
    pub outside: &'static str,
    pub key: &'static str,
    pub profile: &'static str,
    pub axis: &'static str,
}

pub struct Certificate {
    pub title: &'static str,
    pub note: &'static str,
    pub lesson: fn(lesson: &str, done: usize, all: usize) -> String,
    pub date: &'static str,
    pub signature: &'static str,
}

pub struct MeanImages {
    pub title: &'static str,
    pub note: fn(images: &str) -> String,
    pub images: fn(count: &str) -> String,
    pub described: fn(images: &str, counts: &[String; 10]) -> String,
}

pub struct Misread {
    /// What stands in the left and in the right lower corner.
    pub corners: [&'static str; 2],
    pub part_shown: fn(misread: usize, right: usize) -> String,
    pub all_shown: fn(right: usize) -> String,
}

pub struct MostConfused {
    pub title: &'static str,
    pub note: &'static str,
    /// Before the label and before the answer.
    pub pieces: [&'static str; 2],
    pub none: &'static str,
}

pub struct Network {
    pub title: &'static str,
    pub note: &'static str,
    /// Title and note, if neurons are left out.
    pub thinned: &'static str,
    pub left_out: &'static str,
    /// What goes in, a hidden layer, what comes out.
    pub layers: [&'static str; 3],
    pub weights: fn(weights: &str) -> String,
    pub kept: fn(neurons: &str) -> String,
}

pub struct Neuron {
    pub title: fn(class: usize) -> String,
    pub note: &'static str,
    pub heads: [&'static str; 3],
    pub score: &'static str,
    /// Of the orange and of the blue end of the scale.
    pub meaning: [&'static str; 2],
    /// With the sum, the bias and the score.
    pub described: fn(class: usize, [&str; 3]) -> String,
}

pub struct TenNeurons {
    pub title: &'static str,
    pub note: fn(pixels: &str) -> String,
    pub described: fn(label: usize, best: usize, score: &str) -> String,
}

pub struct PixelValues {
    pub title: &'static str,
    pub note: fn(height: usize, width: usize, pixels: &str) -> String,
    /// What the lowest and the highest number are.
    pub scale: [&'static str; 2],
    pub described: fn(label: usize, height: usize, width: usize) -> String,
}

pub struct TinyNet {
    pub title: &'static str,
    /// The title of the sheet with gaps, and what to do there.
    pub sheet: &'static str,
    pub rules: [&'static str; 2],
    /// What is blue and what is ochre.
    pub note: [&'static str; 2],
    pub heads: [&'static str; 4],
    pub target: &'static str,
    pub error: &'static str,
    pub rule: &'static str,
    pub chain: fn(output: &str, weight: &str, on: &str, input: &str, product: &str) -> String,
    pub described: fn(output: &str, error: &str, gradient: &str) -> String,
}

pub struct NeuronSliders {
    pub title: &'static str,
    pub heads: [&'static str; 4],
    pub sigmoid: &'static str,
    /// Before its number.
    pub weight: &'static str,
    pub described: fn(score: &str, share: &str) -> String,
}

pub struct Softmax {
    pub title: &'static str,
    /// Each with how it is computed.
    pub heads: [(&'static str, &'static str); 3],
    /// After the lead of the highest score, after how many times as likely that makes it, and before the class of the second.
    pub lead: [&'static str; 3],
    pub slider: fn(class: usize) -> String,
}

pub struct WeightFilm {
    pub title: &'static str,
    pub step: fn(number: &str) -> String,
    pub slider: &'static str,
}

pub struct WeightImages {
    pub title: &'static str,
    /// Of the orange and of the blue end of the scale.
    pub meaning: [&'static str; 2],
}

/// A few of the mistakes that were made equally often, each as `named` says it, and how many more there are.
pub(super) fn listed(
    mistakes: &[(usize, usize)],
    named: fn(usize, usize) -> String,
    and: &str,
    more: fn(usize) -> String,
) -> String {
    const NAMED: usize = 3;
    let mut texts: Vec<String> = mistakes.iter().take(NAMED).map(|&(label, answer)| named(label, answer)).collect();
    if mistakes.len() > NAMED {
        texts.push(more(mistakes.len() - NAMED));
    }
    let last = texts.pop().unwrap_or_default();
    if texts.is_empty() { last } else { format!("{}{and}{last}", texts.join(", ")) }
}
