//! The lab, but for the doctor.

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
    /// Of the best two of so many settings.
    pub picked: fn(settings: usize) -> String,
    pub too_few: &'static str,
    pub one_each: &'static str,
}

pub struct AnswerBars {
    pub title: &'static str,
    pub reads: fn(class: usize, share: &str) -> String,
    /// If there is no ink.
    pub blank: &'static str,
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
