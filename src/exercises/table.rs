//! What an exercise is, and all of them: what is right, and which wrong answers were foreseen. What is said about an
//! answer stands in the texts of each language, under the exercise's name here.
//!
//! What is right is computed, so that nobody reads it here by accident.

pub struct Exercise {
    /// Its section in the texts.
    pub id: &'static str,
    pub expected: Expected,
}

pub enum Expected {
    /// These numbers, each as exactly as `tolerance` says.
    Numbers { values: fn() -> Vec<f64>, tolerance: f64, misses: &'static [Miss] },
    /// Whether each of several statements is true.
    Statements(fn() -> Vec<bool>),
    /// These letters; case, spaces and commas do not count.
    Letters(fn() -> String),
    /// A letter for each question; what is said of a wrong one stands under its number and letter: `3.b`.
    Quiz(fn() -> String),
    /// A network that reads at least this share of the test digits right.
    AtLeast(f64),
}

/// A wrong answer that shows what was overlooked.
pub struct Miss {
    /// What it is called in the texts.
    pub key: &'static str,
    pub values: fn() -> Vec<f64>,
}

impl Expected {
    /// The sentence that says what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Expected::Numbers { values, .. } if values().len() > 1 => "kind.numbers",
            Expected::Numbers { .. } => "kind.number",
            Expected::Statements(_) => "kind.statements",
            Expected::Letters(_) | Expected::Quiz(_) => "kind.quoted",
            Expected::AtLeast(_) => "kind.network",
        }
    }
}

const fn numbers(id: &'static str, values: fn() -> Vec<f64>, tolerance: f64, misses: &'static [Miss]) -> Exercise {
    Exercise { id, expected: Expected::Numbers { values, tolerance, misses } }
}

const fn miss(key: &'static str, values: fn() -> Vec<f64>) -> Miss {
    Miss { key, values }
}

const fn statements(id: &'static str, truths: fn() -> Vec<bool>) -> Exercise {
    Exercise { id, expected: Expected::Statements(truths) }
}

const fn quiz(id: &'static str, solution: fn() -> String) -> Exercise {
    Exercise { id, expected: Expected::Quiz(solution) }
}

const fn letters(id: &'static str, solution: fn() -> String) -> Exercise {
    Exercise { id, expected: Expected::Letters(solution) }
}

/// A network's accuracy on the test digits: one line for each network that a student builds.
const fn accuracy_of(id: &'static str, least: f64) -> Exercise {
    Exercise { id, expected: Expected::AtLeast(least) }
}

/// How often the digits 2, 5 and 7 occur among the first hundred of the training file.
const OF_FIRST_HUNDRED: [f64; 3] = [6.0, 5.0, 10.0];

fn of_each(numbers: &[f64], f: &dyn Fn(f64) -> f64) -> Vec<f64> {
    numbers.iter().map(|x| f(*x)).collect()
}

fn odd(numbers: &[u32]) -> Vec<bool> {
    numbers.iter().map(|n| n % 2 == 1).collect()
}

fn exponentials() -> Vec<f64> {
    of_each(&[0.0, 1.0, 2.0], &f64::exp)
}

fn one_hot(place: usize) -> Vec<f64> {
    let mut numbers = vec![0.0; 10];
    numbers[place] = 1.0;
    numbers
}

/// The learning rate of lesson 2 at a step.
fn rate_at(step: f64) -> f64 {
    0.0001 + 0.003 * (-step / 2000.0).exp()
}

/// The numbers between layers of these widths: a weight for each pair, and a bias for each neuron.
fn dense_layers(widths: &[i32]) -> f64 {
    let layers = widths.iter().zip(&widths[1..]);
    layers.map(|(inputs, neurons)| f64::from((inputs + 1) * neurons)).sum()
}

/// The lesson's batch of four, each number less its mean and divided by its standard deviation.
fn normalised(batch: [f64; 4]) -> Vec<f64> {
    let mean = batch.iter().sum::<f64>() / 4.0;
    let variance = of_each(&batch, &|x| (x - mean) * (x - mean)).iter().sum::<f64>() / 4.0;
    of_each(&batch, &|x| (x - mean) / variance.sqrt())
}

const BATCH: [f64; 4] = [1.0, 2.0, 3.0, 6.0];

/// The lessons, each with its exercises in the order of its cells.
pub const LESSONS: &[(&str, &[Exercise])] = &[
    ("1a", LESSON_1A),
    ("1b", LESSON_1B),
    ("1c", LESSON_1C),
    ("2", LESSON_2),
    ("2b", LESSON_2B),
    ("2c", LESSON_2C),
    ("3", LESSON_3),
    ("4", LESSON_4),
    ("5", LESSON_5),
    ("5b", LESSON_5B),
];

/// The exercises of all lessons, one after the other.
pub fn exercises() -> impl Iterator<Item = &'static Exercise> {
    LESSONS.iter().flat_map(|(_, exercises)| *exercises)
}

const LESSON_1A: &[Exercise] = &[
    numbers(
        "without_zeros",
        || vec![1135.0 / (10_000.0 - 980.0)],
        0.0006,
        &[
            miss("all", || vec![1135.0 / 10_000.0]),
            miss("hits", || vec![1135.0]),
            miss("percentage", || vec![100.0 * 1135.0 / (10_000.0 - 980.0)]),
            miss("as_many_of_each", || vec![1.0 / 9.0]),
        ],
    ),
    numbers(
        "neuron",
        || vec![1.0 * 2.0 - 0.5 + 0.0 * 3.0 + 0.5],
        1e-4,
        &[miss("no_bias", || vec![1.5]), miss("signs", || vec![6.0]), miss("third_input", || vec![5.0])],
    ),
    statements("facts", || vec![true, false, true]),
    numbers(
        "parameters",
        || vec![f64::from((28 * 28 + 1) * 10)],
        0.0,
        &[
            miss("weights_only", || vec![7840.0]),
            miss("one_neuron", || vec![785.0]),
            miss("weight_per_pixel", || vec![794.0]),
        ],
    ),
    quiz("questions_1a", || "bdacdbcdac".into()),
];

const LESSON_1B: &[Exercise] = &[
    numbers(
        "softmax",
        || of_each(&exponentials(), &|e| e / exponentials().iter().sum::<f64>()),
        0.006,
        &[miss("exponentials", exponentials), miss("of_scores", || vec![0.0, 1.0 / 3.0, 2.0 / 3.0])],
    ),
    statements("order", || vec![false, true, false]),
    numbers(
        "one_hot",
        || one_hot(7),
        1e-6,
        &[
            miss("from_one", || one_hot(6)),
            miss("from_the_right", || one_hot(2)),
            miss("inverted", || of_each(&one_hot(7), &|x| 1.0 - x)),
        ],
    ),
    numbers(
        "image_entropy",
        || vec![-(0.25_f64.ln())],
        0.006,
        &[
            miss("sign", || vec![0.25_f64.ln()]),
            miss("decimal_log", || vec![-(0.25_f64.log10())]),
            miss("binary_log", || vec![-(0.25_f64.log2())]),
            miss("distance", || vec![0.75]),
        ],
    ),
    numbers(
        "initial_loss",
        || vec![100.0 * 10.0_f64.ln()],
        0.05,
        &[
            miss("one_image", || vec![10.0_f64.ln()]),
            miss("decimal_log", || vec![100.0]),
            miss("sign", || vec![-100.0 * 10.0_f64.ln()]),
        ],
    ),
    numbers(
        "accuracy",
        || vec![3.0 / 5.0],
        1e-4,
        &[miss("hits", || vec![3.0]), miss("percentage", || vec![60.0]), miss("misses", || vec![0.4])],
    ),
    numbers(
        "gradient_b",
        || of_each(&OF_FIRST_HUNDRED, &|count| 10.0 - count),
        0.01,
        &[
            miss("counts", || OF_FIRST_HUNDRED.to_vec()),
            miss("sign", || of_each(&OF_FIRST_HUNDRED, &|count| count - 10.0)),
            miss("per_image", || of_each(&OF_FIRST_HUNDRED, &|count| (10.0 - count) / 100.0)),
        ],
    ),
    numbers(
        "step",
        || vec![0.5 - 0.003 * 40.0],
        1e-4,
        &[
            miss("uphill", || vec![0.5 + 0.003 * 40.0]),
            miss("length", || vec![0.003 * 40.0]),
            miss("no_rate", || vec![0.5 - 40.0]),
        ],
    ),
    numbers(
        "steps_per_epoch",
        || vec![60_000.0 / 250.0],
        0.0,
        &[miss("single_images", || vec![60_000.0]), miss("batch_size", || vec![250.0]), miss("lesson", || vec![600.0])],
    ),
    numbers(
        "epochs",
        || vec![6000.0 / 240.0],
        0.05,
        &[miss("lesson", || vec![10.0]), miss("inverted", || vec![240.0 / 6000.0])],
    ),
    letters("diagnosis", || "ABC".chars().cycle().skip(1).take(3).collect()),
    quiz("questions_1b", || "cadbcbdacd".into()),
];

const LESSON_1C: &[Exercise] = &[numbers(
    "shape",
    || vec![100.0, 10.0],
    0.0,
    &[
        miss("transposed", || vec![10.0, 100.0]),
        miss("of_w", || vec![784.0, 10.0]),
        miss("of_x", || vec![100.0, 784.0]),
    ],
)];

const LESSON_2: &[Exercise] = &[
    accuracy_of("hidden_layer", 0.95),
    numbers(
        "five_layers",
        || vec![dense_layers(&[784, 200, 100, 60, 30, 10])],
        0.0,
        &[
            miss("weights_only", || vec![dense_layers(&[784, 200, 100, 60, 30, 10]) - 400.0]),
            miss("lesson_1", || vec![7850.0]),
            miss("from_the_pixels", || vec![f64::from((784 + 1) * (200 + 100 + 60 + 30 + 10))]),
        ],
    ),
    numbers(
        "slope",
        || vec![4.0_f64.powi(4)],
        0.0,
        &[miss("one_sigmoid", || vec![4.0]), miss("sum", || vec![16.0]), miss("inverted", || vec![0.25_f64.powi(4)])],
    ),
    numbers(
        "my_relu",
        || of_each(&[-2.0_f64, -0.5, 0.0, 0.5, 2.0], &|z| z.max(0.0)),
        1e-6,
        &[
            miss("identity", || vec![-2.0, -0.5, 0.0, 0.5, 2.0]),
            miss("wrong_side", || vec![-2.0, -0.5, 0.0, 0.0, 0.0]),
            miss("absolute", || vec![2.0, 0.5, 0.0, 0.5, 2.0]),
        ],
    ),
    numbers(
        "rate",
        || vec![rate_at(4000.0)],
        3e-5,
        &[
            miss("no_minimum", || vec![rate_at(4000.0) - 0.0001]),
            miss("at_the_start", || vec![rate_at(0.0)]),
            miss("at_2000", || vec![rate_at(2000.0)]),
        ],
    ),
    quiz("questions_2", || "bdccacdbab".into()),
];

const LESSON_2B: &[Exercise] = &[
    statements("memory", || odd(&[3, 4, 5])),
    numbers(
        "dropout",
        || vec![1.0 / 0.4],
        0.005,
        &[miss("shrinks_twice", || vec![0.4]), miss("switched_off", || vec![1.0 / 0.6])],
    ),
    quiz("questions_2b", || "cbaadcbadb".into()),
];

const LESSON_2C: &[Exercise] = &[numbers(
    "overflow",
    || vec![f64::from(f32::MAX).ln().ceil()],
    0.0,
    &[miss("still_fits", || vec![f64::from(f32::MAX).ln().floor()])],
)];

const LESSON_3: &[Exercise] = &[
    numbers("filter", || vec![3.0], 0.0, &[miss("sign", || vec![-3.0]), miss("middle_row", || vec![6.0])]),
    statements("sharing", || odd(&[2, 3, 4])),
    numbers(
        "filter_weights",
        || vec![f64::from((5 * 5 * 6 + 1) * 12)],
        0.0,
        &[
            miss("no_bias", || vec![f64::from(5 * 5 * 6 * 12)]),
            miss("one_channel", || vec![f64::from((5 * 5 + 1) * 12)]),
            miss("dense", || vec![dense_layers(&[784, 200])]),
        ],
    ),
    accuracy_of("look", 0.97),
    numbers(
        "size",
        || vec![f64::from(7 * 7 * 24)],
        0.0,
        &[
            miss("one_stride", || vec![f64::from(14 * 14 * 24)]),
            miss("one_channel", || vec![49.0]),
            miss("pixels", || vec![784.0]),
        ],
    ),
    quiz("questions_3", || "bcdacdbacb".into()),
];

const LESSON_4: &[Exercise] = &[
    numbers(
        "normalise",
        || normalised(BATCH),
        0.01,
        &[
            miss("unchanged", || BATCH.to_vec()),
            miss("mean_only", || of_each(&BATCH, &|x| x - 3.0)),
            miss("variance", || of_each(&BATCH, &|x| (x - 3.0) / 3.5)),
            miss("three", || of_each(&BATCH, &|x| (x - 3.0) / (14.0_f64 / 3.0).sqrt())),
        ],
    ),
    statements("idle_bias", || odd(&[1, 3, 4])),
    accuracy_of("normalised", 0.97),
    numbers(
        "moving_average",
        || vec![0.9 * 0.5 + 0.1 * 1.5],
        1e-4,
        &[
            miss("inverted", || vec![0.1 * 0.5 + 0.9 * 1.5]),
            miss("mean", || vec![1.0]),
            miss("sum", || vec![0.5 + 0.1 * 1.5]),
        ],
    ),
    quiz("questions_4", || "bbcadcbacb".into()),
];

/// The sheet of the fifth lesson, from a to h, with `factor` in place of the derivative's 2.
fn sheet(factor: f64) -> Vec<f64> {
    let ([x1, x2], [v1, v2], target) = ([1.0, 2.0], [1.5, -0.5], 2.0);
    let hidden = [[2.0, -0.5], [-1.0, 1.5]].map(|[w1, w2]: [f64; 2]| (w1 * x1 + w2 * x2).max(0.0));
    let output = v1 * hidden[0] + v2 * hidden[1];
    let (apart, back) = (output - target, factor * (output - target));
    vec![hidden[1], output, apart * apart, back, back * hidden[1], back * v1, back * v1 * x1, back * v1 * x2]
}

const LESSON_5: &[Exercise] = &[
    statements("slow_step", || odd(&[1, 2, 3])),
    numbers("backward", || sheet(2.0), 1e-3, &[miss("sign", || sheet(-2.0)), miss("factor", || sheet(1.0))]),
    quiz("questions_5", || "bcadbacbdc".into()),
];

const LESSON_5B: &[Exercise] = &[
    statements("inside", || odd(&[2, 3, 5])),
    numbers(
        "field",
        || vec![12.0],
        0.0,
        &[miss("one_layer", || vec![4.0]), miss("no_stride", || vec![9.0]), miss("no_pool", || vec![11.0])],
    ),
    quiz("questions_5b", || "abcdbabcdb".into()),
];
