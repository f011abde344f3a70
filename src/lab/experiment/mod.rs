//! Runs side by side: the same function with other hyperparameters and other seeds.
//!
//! [`Experiment`] says what is varied; a [`trial`] is one run of the student's function, and the [`team`] makes all of
//! them, on all cores. What came out are [`runs`]: curves, a [`table`], a verdict of [`luck`], a [`csv`] file.
mod csv;
mod group;
mod luck;
mod run;
mod runs;
mod table;
mod team;
mod trial;

#[cfg(test)]
mod tests;

pub use luck::Verdict;
pub use runs::{Runs, load_runs};
pub use table::RunTable;
pub use trial::{Trial, TrialSteps};

use crate::engine::threads::Threads;
use crate::error::{ensure, in_trials_quietly, listed, printable, shown};
use crate::live::duration;
use crate::notebook::relay;
use crate::{Error, language::Language, words};
use run::Settings;
use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use team::{Course, Interrupts, Lines};

/// An experiment makes no more runs than this unless it is [told to](Experiment::at_most).
const MOST_RUNS: usize = 200;
/// More would not fit into a computer's memory.
const MOST_EVER: usize = 1_000_000;

/// Runs a function of yours again and again, with other hyperparameters and with several seeds, on all cores.
///
/// ```
/// use digitos::prelude::*;
///
/// let mnist = read_data_sets("MNISTdata")?;
/// # let mnist = digitos::mnist::DataSets { test: mnist.test.take(500), ..mnist };
/// let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
/// let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
/// let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
/// let loss = -reduce_mean(y_ * log(y)) * 1000.0;
/// let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
///
/// let runs = Experiment::new("en")
///     .vary("rate", [0.001, 0.003])
///     .seeds(4)
///     .run(|trial| {
///         let mut train = mnist.train.with_seed(trial.seed()); // the digits in an order of this run's own
///         let mut sess = trial.session(); // initial weights of its own, too
///         let step = GradientDescentOptimizer::new(trial.value("rate")).minimize(loss);
///         sess.initialize(step)?;
///         for i in trial.steps(100) {
///             if trial.measures(i) {
///                 let exam = feed! { x => mnist.test.images, y_ => mnist.test.labels };
///                 let (right, wrong) = sess.run((accuracy, loss), exam)?;
///                 trial.note(i, right, wrong);
///             }
///             let batch = train.next_batch(100)?;
///             sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
///         }
///         Ok(())
///     })?;
///
/// runs.curves()?; // mean and spread of each rate
/// runs.table()?; // sorted by the result
/// println!("{}", runs.verdict()?); // luck or skill
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// Every run has its thread, and its session works on that thread alone; only a single run has all cores. The numbers
/// are the same bits as of runs one after the other, on any number of cores. There are as many runs at once as a
/// session has threads: one for each core, or what the environment variable `DIGITOS_THREADS` says. In a web page,
/// which has no threads, they follow one another.
///
/// A line tells from time to time how many runs are done and how long the rest will take. The ■ of Jupyter, or of a page
/// that comes from a server, ends the loops over [`Trial::steps`] and begins no further run; what was measured is kept. A
/// run that fails, by an error or a panic, ends alone: the others go on, and the table says why. (In a web page a panic
/// ends the cell.)
///
/// Nodes of the graph stay in memory as long as the program runs. A function that builds a step in each run, as above,
/// leaves 4 KB behind each time for lesson 1, and 40 KB for a network of five layers with Adam that is built anew as
/// well.
#[derive(Debug, Clone)]
pub struct Experiment {
    language: String,
    name: String,
    varied: Vec<(String, Vec<String>)>,
    seeds: usize,
    most: usize,
}

impl Experiment {
    /// An experiment that says what comes out in Spanish (`"es"`) or English (`"en"`). So far it makes one run.
    pub fn new(language: &str) -> Experiment {
        Experiment { language: language.into(), name: String::new(), varied: Vec::new(), seeds: 1, most: MOST_RUNS }
    }

    /// Makes runs with each of these values, which a run asks for by this name: [`Trial::value`], [`Trial::count`] or
    /// [`Trial::text`]. Of two or more names, each value of one meets each value of the others.
    pub fn vary(mut self, name: &str, values: impl IntoIterator<Item = impl Display>) -> Experiment {
        let values = values.into_iter().map(|value| written(&value.to_string())).collect();
        self.varied.push((name.trim().into(), values));
        self
    }

    /// Makes so many runs with each setting, with the seeds 0, 1, 2 …
    ///
    /// Three show how far apart runs of one setting lie. To tell a difference from luck it takes [four](Runs::compare).
    pub fn seeds(self, seeds: usize) -> Experiment {
        Experiment { seeds, ..self }
    }

    /// What the runs are called beside those of other experiments, in front of what was varied.
    pub fn named(self, name: &str) -> Experiment {
        Experiment { name: printable(name.trim()), ..self }
    }

    /// Allows more runs than 200.
    pub fn at_most(self, runs: usize) -> Experiment {
        Experiment { most: runs, ..self }
    }

    /// Makes all runs. The function gets its [`Trial`]: what it is to be made with, and where it notes what it measures.
    ///
    /// All settings are run with seed 0 first, then with seed 1, and so on.
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if nothing can be run as it was said, if there would be more runs than [allowed](Self::at_most), if
    /// every run fails, or if none notes anything; [`Error::Picture`] for another language.
    pub fn run<F>(self, function: F) -> Result<Runs, Error>
    where
        F: Fn(&Trial) -> Result<(), Error> + Sync,
    {
        let language = Language::parse(&self.language)?;
        let settings = self.settings().map_err(Error::Experiment)?;
        let count = settings.len() * self.seeds;
        let course = Course::new(count, Interrupts::in_folder(relay()));
        in_trials_quietly();
        let attempt = |turn: usize, alone: bool| {
            let (seed, settings) = (turn / settings.len(), &settings[turn % settings.len()]);
            let trial = Trial::new((&self.name, settings), seed as u64, alone, (&course, turn));
            let end = catch_unwind(AssertUnwindSafe(|| function(&trial)));
            trial.ended(match end {
                Ok(end) => end.err().map(|error| error.to_string()),
                Err(panic) => Some(sentence(&*panic)),
            })
        };
        let words: &words::Experiment = language.words();
        let mut lines = Lines::default();
        let found = team::work(&course, Threads::all().limit(), &attempt, &mut |done| {
            if let Some(left) = lines.are_due(&course) {
                let told = (words.done)(&language.count(done), &language.count(count));
                println!("{told}{}", (language.words::<words::Live>().time_left)(&duration(left, language)));
            }
        });
        let begun = found.iter().flatten().count();
        let seconds = duration(course.seconds(), language);
        println!(
            "{}",
            match course.is_stopped() {
                true => (words.stopped)(&language.count(begun), &language.count(count)),
                false => (words.finished)(&language.count(begun), &seconds),
            }
        );
        let mut by_setting: Vec<_> = found.into_iter().enumerate().collect();
        by_setting.sort_by_key(|(turn, _)| turn % settings.len());
        let runs = Runs::new(language, by_setting.into_iter().filter_map(|(_, run)| run).collect());
        runs.tell();
        runs.check().map_err(Error::Experiment)?;
        Ok(runs)
    }

    /// All settings, in the order in which their values were given.
    fn settings(&self) -> Result<Vec<Settings>, String> {
        for (i, (name, values)) in self.varied.iter().enumerate() {
            let of = shown(name);
            let is_known = |known: &&str| known.eq_ignore_ascii_case(name);
            if name.is_empty() || csv::COLUMNS.iter().any(is_known) {
                return Err(format!(
                    ".vary({of}, …): a name of your own was expected, such as `rate`; {} are names of columns in a file of runs",
                    csv::COLUMNS.map(shown).join(", ")
                ));
            }
            if self.varied[..i].iter().any(|(before, _)| before == name) {
                return Err(format!("{of} is varied twice: put all of its values into one .vary({of}, […])"));
            }
            if values.iter().any(String::is_empty) {
                return Err(format!(
                    ".vary({of}, …) holds an empty text: a value that can be read in a label was expected"
                ));
            }
            if values.is_empty() {
                return Err(format!(".vary({of}, []): it has no value, and at least one was expected"));
            }
            if let Some(value) = (1..values.len()).find(|&k| values[..k].contains(&values[k])).map(|k| &values[k]) {
                return Err(format!(
                    ".vary({of}, …) holds the value {value} twice: once is enough, and .seeds(2) makes two runs of each"
                ));
            }
        }
        if self.seeds == 0 {
            return Err(".seeds(0) makes no run: at least 1 was expected".into());
        }
        let sizes = self.varied.iter().map(|(_, values)| values.len());
        let count = sizes.fold(self.seeds, usize::saturating_mul);
        if count > self.most {
            let factors = self.varied.iter().map(|(name, values)| format!("{} × {}", values.len(), shown(name)));
            let factors: Vec<String> = factors.chain([format!("{} seeds", self.seeds)]).collect();
            return Err(format!(
                "this experiment would make {count} runs ({}), and {} are the most: vary fewer values, or allow it by \
                 .at_most({count}) in front of .run",
                listed(&factors).replace(", ", ", × "),
                self.most
            ));
        }
        ensure!(count <= MOST_EVER, "{count} runs are too many; at most {MOST_EVER} can be kept");
        let mut all: Vec<Settings> = vec![Vec::new()];
        for (name, values) in &self.varied {
            let with = |before: &Settings| {
                let with = |value: &String| [&before[..], &[(name.clone(), value.clone())]].concat();
                values.iter().map(with).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).collect();
        }
        Ok(all)
    }
}

/// A value as its label has it: a number of many digits with a power of ten.
fn written(value: &str) -> String {
    const LONG: usize = 12;
    let long = Some(value).filter(|value| value.len() > LONG && value.parse::<u64>().is_err());
    let number = long.and_then(|value| value.parse::<f64>().ok());
    let short = number.map(|number| format!("{number:e}")).filter(|short| short.len() < LONG);
    short.unwrap_or_else(|| printable(value.trim()))
}

/// What a panic says.
fn sentence(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    printable(text.unwrap_or("it panicked"))
}
