//! The words of pictures: what students read in the panel, the live view and the figures, one file for each language.
//!
//! A language is a [`Words`] with all fields filled in, so the compiler says which word is missing and which sentence is made of
//! something else. Numbers come into a sentence as text, as [`Language`](crate::language::Language) writes them; a plain
//! `usize` is a class, a step or a small count, which has no separators.
pub mod en;
pub mod es;

pub struct Words {
    pub numbers: Numbers,
    pub terms: Terms,
    pub panel: Panel,
    pub live: Live,
    pub pad: Pad,
    pub experiment: Experiment,
    pub graph: Graph,
    pub answer_bars: AnswerBars,
    pub batch_product: BatchProduct,
    pub certificate: Certificate,
    pub confusion: Confusion,
    pub cross_entropy: CrossEntropy,
    pub decision_boundary: DecisionBoundary,
    pub doctor: Doctor,
    pub feature_maps: FeatureMaps,
    pub filters: Filters,
    pub function_graph: FunctionGraph,
    pub loss_along: LossAlong,
    pub filter_slider: FilterSlider,
    pub histograms: Histograms,
    pub loss_surface: LossSurface,
    pub mean_images: MeanImages,
    pub misread: Misread,
    pub most_confused: MostConfused,
    pub network: Network,
    pub neuron: Neuron,
    pub ten_neurons: TenNeurons,
    pub neuron_sliders: NeuronSliders,
    pub tiny_net: TinyNet,
    pub pixel_values: PixelValues,
    pub preparation: Preparation,
    pub rates: Rates,
    pub slow_step: SlowStep,
    pub softmax: Softmax,
    pub weight_film: WeightFilm,
    pub weight_images: WeightImages,
}

/// How numbers are written.
pub struct Numbers {
    pub percent_sign: &'static str,
    /// Between groups of three digits.
    pub separator: &'static str,
    /// A number of fewer digits stays together.
    pub grouped_from: usize,
}

/// What several pictures say.
pub struct Terms {
    pub accuracy: &'static str,
    pub accuracy_over_steps: &'static str,
    pub cross_entropy: &'static str,
    pub cross_entropy_over_steps: &'static str,
    pub training: &'static str,
    pub test: &'static str,
    pub mean: fn(value: &str) -> String,
    pub steps: &'static str,
    pub label: &'static str,
    pub sum: &'static str,
    pub bias: &'static str,
    pub misread_of: fn(misread: &str, all: &str) -> String,
    pub at_step: fn(value: &str, step: &str) -> String,
}

/// The six panels, and the large numbers above them.
pub struct Panel {
    pub caption: fn(step: &str) -> String,

    pub step: &'static str,
    pub of_steps: fn(total: &str) -> String,
    pub epoch: fn(number: &str) -> String,
    pub test_accuracy: &'static str,
    pub training_accuracy: &'static str,
    pub read_correctly: fn(right: &str, all: &str) -> String,
    pub on_test: &'static str,
    pub on_training: &'static str,

    pub waiting: &'static str,
    pub running: &'static str,
    pub finished: &'static str,
    pub paused: &'static str,
    pub stopped: &'static str,
    pub interrupted: &'static str,
    pub values_are_kept: &'static str,
    pub steps_per_second: fn(speed: &str) -> String,

    /// What the numbers in the corners of a misread digit are.
    pub corners: [&'static str; 2],
    pub training_digits: &'static str,
    pub no_training_digits: &'static str,
    pub misread_of_batch: fn(misread: &str, all: &str) -> String,

    pub test_digits: &'static str,
    pub no_test_digits: &'static str,
    pub scale: fn(bottom: &str) -> String,
    /// Before the bar of all digits.
    pub whole: &'static str,
    pub many_digits_per_cell: fn(each: &str) -> String,
    pub misread_on_top: fn(misread: &str) -> String,
    pub right_below: fn(shown: &str, right: &str) -> String,

    /// The curve of the run before this one.
    pub before: &'static str,
    pub rate: &'static str,
    pub what_accuracy_is: &'static str,
    pub what_cross_entropy_is: &'static str,

    pub weights: &'static str,
    pub biases: &'static str,
    pub activations: &'static str,
    /// Before the shades, in which stands how many of the values each holds.
    pub shades: &'static str,
    pub all_values: &'static str,
    pub values_and_shades: fn(values: &str) -> String,
    pub layer: fn(number: usize) -> String,
    pub maximum: &'static str,
    pub minimum: &'static str,
}

/// The page of the live panel, and the lines below a cell.
pub struct Live {
    pub alternative: &'static str,
    pub panel_moves_here: &'static str,
    pub cannot_move: fn(folder: &str, trouble: &str) -> String,
    pub pause: &'static str,
    pub go: &'static str,
    pub stop: &'static str,
    /// Makes one step.
    pub step: &'static str,
    pub log: &'static str,
    pub keys: &'static str,
    /// `#` stands for the seconds.
    pub silent: &'static str,
    pub offline: &'static str,
    pub gone: &'static str,
    /// Before the reason.
    pub unsent: &'static str,

    pub waiting: &'static str,
    pub slow_motion: &'static str,
    pub paused: fn(step: &str) -> String,
    pub stopped: fn(step: &str) -> String,
    pub finished: &'static str,
    pub interrupted: fn(step: &str) -> String,

    pub step_of: fn(step: &str, last: &str) -> String,
    pub accuracy: &'static str,
    pub loss: &'static str,
    pub batch: &'static str,
    pub speed: fn(steps: &str) -> String,
    /// After the speed.
    pub time_left: fn(time: &str) -> String,
}

/// The canvas in the notebook.
pub struct Pad {
    /// In place of the canvas, where scripts do not run.
    pub here: &'static str,
    pub canvas: &'static str,
    pub keys: &'static str,
    pub undo: &'static str,
    pub clear: &'static str,
    pub this_is: &'static str,
    pub keep: &'static str,
    /// `#` stands for how many.
    pub kept: &'static str,
    /// `#` stands for the digit.
    pub remove: &'static str,
    /// Before a network reads.
    pub reads: &'static str,
    /// About what it says to an empty canvas.
    pub empty: &'static str,
    /// Before the reason.
    pub unsent: &'static str,
    pub offline: &'static str,
}

/// Runs side by side: the lines below the cell, the table, the curves and the verdict.
pub struct Experiment {
    pub done: fn(done: &str, all: &str) -> String,
    pub finished: fn(runs: &str, time: &str) -> String,
    pub stopped: fn(kept: &str, all: &str) -> String,
    /// The label of runs of which nothing was varied.
    pub all_runs: &'static str,

    /// The heads of the table's columns: its first if experiments have names, what the runs are compared by, and the others.
    pub experiment: &'static str,
    pub mean_accuracy: &'static str,
    pub mean_loss: &'static str,
    pub heads: [&'static str; 5],
    /// Before a remark: how many of the runs it is about.
    pub some_of: fn(some: usize, all: usize) -> String,
    /// On runs that failed, diverged, were stopped, have no result; `#` stands for the sentence, the value or the step.
    pub remarks: [&'static str; 4],

    pub loss_over_steps: &'static str,
    pub best_drawn: fn(drawn: usize, all: usize) -> String,
    pub line_and_band: &'static str,

    /// Which setting is better than which, by how many points of accuracy or by how much loss.
    pub higher: fn(better: &str, worse: &str, points: &str) -> String,
    pub lower: fn(better: &str, worse: &str, loss: &str) -> String,
    pub equal: fn(one: &str, other: &str) -> String,
    /// In how many of all ways to deal the results out the settings lie at least as far apart.
    pub all_ways: fn(results: &str, as_far: &str, ways: &str) -> String,
    pub drawn_ways: fn(results: &str, as_far: &str, ways: &str) -> String,
    pub skill: &'static str,
    pub luck: &'static str,
    pub too_few: &'static str,
    pub one_each: &'static str,
}

/// The drawing of a graph.
pub struct Graph {
    pub title: &'static str,
    pub note: &'static str,
    /// Below the title, if only some of the operations are drawn.
    pub landmarks: fn(drawn: &str, all: &str) -> String,
    /// Placeholder, variable, operation, operation of `minimize`, loss, another result.
    pub key: [&'static str; 6],
    /// What is counted: placeholders, variables, parameters, operations, and how many of these `minimize` has added.
    pub described: fn(counts: [&str; 5], ends: [&str; 2]) -> String,
    pub too_large: fn(boxes: usize, most: usize) -> [String; 2],
    pub network: &'static str,
    pub added_by_minimize: &'static str,
}

pub struct AnswerBars {
    pub title: &'static str,
    pub reads: fn(class: usize, share: &str) -> String,
    /// If there is no ink.
    pub blank: &'static str,
}

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

/// What the doctor says of an illness; a finding is at most three short sentences.
pub struct Illness<const N: usize> {
    pub name: &'static str,
    /// How one sees it, with its numbers.
    pub seen: fn([&str; N]) -> String,
    pub treatment: &'static str,
    /// The title of the lesson that treats it, and its notebook.
    pub lesson: [&'static str; 2],
}

pub struct Doctor {
    /// Steps, shares of the training images and of the exam's that are read right, cross entropy in the exam, that of guessing.
    pub measured: fn([&str; 5]) -> String,
    pub healthy: &'static str,
    /// Of a net that was not trained.
    pub healthy_yet: &'static str,
    pub ill: &'static str,
    /// Where nothing can be measured.
    pub unmeasured: &'static str,
    /// Before the title of a lesson.
    pub lesson: &'static str,
    /// The training and the exam.
    pub sets: [&'static str; 2],
    /// Of a bar chart from tenth to tenth.
    pub logarithmic: &'static str,
    /// At the line from which on it is an illness.
    pub from_here: &'static str,

    /// How many numbers, of which variable.
    pub not_finite: Illness<2>,
    pub other_net: Illness<0>,
    /// Variables of the answers, of the loss, and of both.
    pub other_net_bars: [&'static str; 3],
    /// How many labels, and their class.
    pub one_class: Illness<2>,
    pub one_class_title: &'static str,
    /// The set, by how many places, and the shares of labels that fit with it and without.
    pub shifted: Illness<4>,
    pub shifted_title: &'static str,
    pub places: fn(isize) -> String,
    /// The set, the share of its labels that fit, and that of the other set.
    pub unrelated: Illness<3>,
    /// The pairs, and the shares that fit in the exam itself, and from the training to the exam.
    pub renamed: Illness<3>,
    pub across_title: &'static str,
    /// What is read right in the exam by its own mean images, and by those of the training.
    pub across_bars: [&'static str; 2],
    /// The sizes of the inputs in both, and the share of the exam that is read by the mean images of the training.
    pub other_inputs: Illness<3>,
    /// The op before the softmax.
    pub bent: Illness<1>,
    pub upside_down: Illness<0>,
    /// The layer.
    pub symmetric: Illness<1>,
    pub symmetric_title: &'static str,
    /// The size of the inputs.
    pub unscaled: Illness<1>,
    pub unscaled_title: &'static str,
    pub usual: &'static str,
    /// The cross entropy before the first step, and that of guessing.
    pub start_large: Illness<2>,
    pub start_title: &'static str,
    pub start_bars: [&'static str; 2],
    /// The signal after the first and after the last layer.
    pub start_small: Illness<2>,
    pub signals_title: &'static str,
    /// How many times as large the last gradient is.
    pub vanishing: Illness<1>,
    pub gradients_title: &'static str,
    pub gradients_limit: &'static str,
    /// The share of outputs, and the layer.
    pub saturated: Illness<2>,
    pub saturated_title: &'static str,
    /// The share of neurons, and the layer.
    pub dead: Illness<2>,
    pub dead_title: &'static str,
    /// The rate, a better one, the steps of a trial, and what the cross entropy is after it with both.
    pub rate_high: Illness<5>,
    pub rate_low: Illness<5>,
    /// How many layers.
    pub no_activation: Illness<1>,
    /// Its numbers, and those of the single layer that can do the same.
    pub no_activation_bars: [&'static str; 2],
    /// The classes that are remembered, and how many are forgotten.
    pub not_shuffled: Illness<2>,
    pub by_class_title: &'static str,
    /// Steps and cross entropy of the net, and of one that was begun anew.
    pub fed_otherwise: Illness<4>,
    /// Steps, cross entropy, and that of guessing.
    pub stuck: Illness<3>,
    pub entropies_title: &'static str,
    /// Of the net, of one that was begun anew, of guessing.
    pub entropy_bars: [&'static str; 3],
    /// The class, and its probability in two batches.
    pub by_batch: Illness<3>,
    pub by_batch_bars: [&'static str; 2],
    /// The class, and its probability in two runs.
    pub dropout: Illness<3>,
    pub dropout_bars: [&'static str; 2],
    pub probability_title: fn(class: usize) -> String,
    /// Steps, how many averages are 0, and how many there are.
    pub averages: Illness<3>,
    pub averages_title: &'static str,
    /// The shares that are read right, and the cross entropies.
    pub overfitting: Illness<4>,
    pub overfitting_title: &'static str,
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

pub struct Preparation {
    pub title: &'static str,
    pub note: &'static str,
    /// Each with two lines about it; those about the lines of a digit are made by `lines`.
    pub steps: [(&'static str, [&'static str; 2]); 10],
    /// How wide the lines were, and how wide they were made if they were thin, in percent.
    pub lines: fn(width: &str, made: Option<&str>) -> [String; 2],
}

pub struct Rates {
    pub title: &'static str,
    pub note: fn(steps: &str) -> String,
    pub axes: [&'static str; 2],
    pub guessing: &'static str,
    pub own: &'static str,
    pub best: &'static str,
    pub mark: fn(name: &str, rate: &str, loss: &str) -> String,
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

pub struct SlowStep {
    pub title: &'static str,
    /// What is seen at each stage; `#0`, `#1` and `#2` are the loss before, after, and as the gradient promised.
    pub stages: [&'static str; 7],
    /// Above −ln of the probability of the right class.
    pub surprise: &'static str,
    pub product: &'static str,
    /// `#0` is the gradient of the weight.
    pub sum: &'static str,
    pub of_output: fn(variable: &str, output: &str) -> String,
    /// What the picture shows before and after the step, and in between.
    pub of_weights: [&'static str; 2],
    pub gradient: &'static str,
    /// Of the weight that is picked: before, its gradient, its move, after.
    pub numbers: [&'static str; 4],
    /// Before, promised, after.
    pub losses: [&'static str; 3],
    pub sliders: [&'static str; 4],
    pub play: [&'static str; 3],
    pub described: fn(before: &str, after: &str, promised: &str) -> String,
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
fn listed(
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
