//! Numbers, what several pictures say, the panel, its page and the drawing of a graph.

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
