//! The doctor.

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
    /// Steps; the share of training images that are read right, and of how many; the same of the exam's; the cross entropy in
    /// the exam, and that of guessing.
    pub measured: fn([&str; 7]) -> String,
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
