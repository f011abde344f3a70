use super::run::{End, Note, Run};
use super::team::{Course, work};
use super::*;
use crate::mnist::{DataSets, read_data_sets};
use crate::picture::tests::well_formed;
use crate::*;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Lesson 1, of which a run trains `steps` steps.
struct Lesson {
    mnist: DataSets,
    x: Tensor,
    y_: Tensor,
    loss: Scalar,
    accuracy: Scalar,
}

impl Lesson {
    fn new() -> Lesson {
        let mnist = read_data_sets("MNISTdata").unwrap();
        let mnist = DataSets { test: mnist.test.take(200), ..mnist };
        let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
        let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
        let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
        let loss = -reduce_mean(y_ * log(y)) * 1000.0;
        let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
        Lesson { mnist, x, y_, loss, accuracy }
    }

    fn train(&self, trial: &Trial, rate: f64, steps: usize) -> Result<(), Error> {
        let Lesson { mnist, x, y_, loss, accuracy } = self;
        let (x, y_) = (*x, *y_);
        let mut train = mnist.train.with_seed(trial.seed());
        let mut sess = trial.session();
        let step = GradientDescentOptimizer::new(rate).minimize(*loss);
        sess.initialize(step)?;
        for i in trial.steps(steps) {
            if trial.measures(i) {
                let exam = feed! { x => mnist.test.images, y_ => mnist.test.labels };
                let (right, wrong) = sess.run((*accuracy, *loss), exam)?;
                trial.note(i, right, wrong);
            }
            let batch = train.next_batch(100)?;
            sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
        }
        Ok(())
    }
}

fn noted(runs: &Runs) -> Vec<(String, u64, Vec<Note>)> {
    runs.runs().iter().map(|run| (run.label(Language::English), run.seed, run.notes.clone())).collect()
}

#[test]
fn runs_side_by_side_are_bit_for_bit_those_one_after_the_other() {
    let lesson = Lesson::new();
    let experiment = || Experiment::new("en").vary("rate", [0.001, 0.003]).seeds(2);
    let together = experiment().run(|trial| lesson.train(trial, trial.value("rate"), 60)).unwrap();
    let mut alone = Vec::new();
    for rate in [0.001, 0.003] {
        for seed in 0..2 {
            let settings = vec![("rate".to_string(), rate.to_string())];
            let course = Course::new(1, Interrupts::in_folder(None));
            let trial = Trial::new(("", &settings), seed, true, (&course, 0));
            lesson.train(&trial, rate, 60).unwrap();
            alone.push(trial.ended(None));
        }
    }
    assert_eq!(noted(&together), noted(&Runs::new(Language::English, alone)));
    let seeds: Vec<_> = together.runs()[..2].iter().map(|run| run.notes.last().copied()).collect();
    assert_ne!(seeds[0], seeds[1], "another seed has other weights and batches");
}

#[test]
fn batches_depend_on_the_seed_and_on_nothing_that_was_drawn_before() {
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    let first = |set: &mnist::DataSet| set.with_seed(3).next_batch(5).unwrap().labels.to_array();
    let before = first(&mnist.train);
    mnist.train.next_batch(100).unwrap();
    assert_eq!(first(&mnist.train), before);
    assert_ne!(mnist.train.with_seed(4).next_batch(5).unwrap().labels.to_array(), before);
}

#[test]
fn a_run_that_fails_panics_or_diverges_ends_alone_and_the_table_says_why() {
    let runs = Experiment::new("en")
        .vary("way", ["fine", "error", "panic", "mistake", "nan", "silent"])
        .seeds(2)
        .run(|trial| {
            for i in trial.steps(10) {
                match trial.text("way") {
                    "error" => return Err(Error::NotFinite("the loss is NaN".into())),
                    "panic" => panic!("out of {}", "ideas"),
                    "mistake" => drop(trial.value("rat")),
                    "nan" if i == 5 => trial.note(i, f32::NAN, None),
                    "silent" => {}
                    _ => trial.note(i, 0.5 + i as f32 / 100.0, None),
                }
            }
            Ok(())
        })
        .unwrap();
    let table = runs.table().unwrap().to_string();
    for said in [
        "fine         60.00%      0.00  60.00%      2",
        "2 of 2: failed: the loss is NaN",
        "2 of 2: failed: out of ideas",
        "2 of 2: failed: trial.value(\"rat\"): there is no such name; those that are varied are `way`",
        "2 of 2: NaN at step 5",
        "2 of 2: noted nothing",
    ] {
        assert!(table.contains(said), "«{said}» is missing in\n{table}");
    }
    assert_eq!(table.lines().count(), 7, "{table}");
    let figure = runs.curves().unwrap();
    well_formed(figure.svg());
    assert!(figure.svg().contains(">NaN</tspan>"), "the curve that ends");
}

#[test]
fn what_cannot_be_run_is_said_before_anything_runs() {
    let say = |experiment: Experiment| experiment.run(|_| panic!("must not run")).unwrap_err().to_string();
    let new = || Experiment::new("en");
    let twenty: Vec<usize> = (0..20).collect();
    for (experiment, said) in [
        (new().vary("rate", [0.1; 0]), "`rate`, []): it has no value"),
        (new().vary("rate", [1]).vary("rate", [2]), "`rate` is varied twice"),
        (new().vary("rate", [0.1, 0.2, 0.1]), "holds the value 0.1 twice"),
        (new().vary("Step", [1]), "names of columns"),
        (new().vary("way", ["relu", " "]), "holds an empty text"),
        (new().vary(" ", [1]), "a name of your own"),
        (new().seeds(0), ".seeds(0) makes no run"),
        (
            new().vary("a", twenty.clone()).vary("b", twenty).seeds(5),
            "would make 2000 runs (20 × `a`, × 20 × `b`, × 5 seeds), and 200",
        ),
        (new().seeds(usize::MAX).vary("a", [1, 2]), "allow it by .at_most("),
        (new().seeds(usize::MAX).at_most(usize::MAX), "at most 1000000 can be kept"),
        (Experiment::new("fr"), "\"fr\" is neither"),
    ] {
        let sentence = say(experiment);
        assert!(sentence.contains(said) && !sentence.contains('\n'), "«{said}» is missing in: {sentence}");
    }
}

#[test]
fn advice_on_too_many_runs_works() {
    let count = AtomicUsize::new(0);
    let runs = Experiment::new("es").vary("a", 0..250).at_most(250).run(|trial| {
        count.fetch_add(1, Ordering::Relaxed);
        trial.note(0, None, trial.value("a") as f32);
        Ok(())
    });
    assert_eq!((count.into_inner(), runs.unwrap().results().len()), (250, 250));
}

#[test]
fn an_experiment_in_which_all_runs_fail_or_note_nothing_is_an_error() {
    let fails = Experiment::new("en").vary("rate", [1, 2]).run(|trial| {
        trial.count("width");
        Ok(())
    });
    let sentence = fails.unwrap_err().to_string();
    assert!(sentence.contains("(rate 1, seed 0): trial.count(\"width\"): there is no such name"), "{sentence}");
    let number =
        Experiment::new("en").vary("rate", ["high"]).run(|trial| Err(Error::Data(trial.value("rate").to_string())));
    assert!(number.unwrap_err().to_string().contains("rate is \"high\", where a number was expected"));
    let nothing = Experiment::new("en").run(|trial| {
        trial.value("rate");
        Ok(())
    });
    assert!(nothing.unwrap_err().to_string().contains(".vary(\"rate\", […])"));
    let silent = Experiment::new("en").run(|_| Ok(())).unwrap_err().to_string();
    assert!(silent.contains("trial.note(step, accuracy, loss)"), "{silent}");
}

#[test]
fn no_steps_are_the_measurement_before_the_first() {
    let runs = Experiment::new("en").run(|trial| {
        trial.steps(0).filter(|&i| trial.measures(i)).for_each(|i| trial.note(i, 0.1, 2.3));
        Ok(())
    });
    let runs = runs.unwrap();
    assert_eq!(runs.results(), [("all runs".to_string(), vec![0.1])]);
    well_formed(runs.curves().unwrap().svg());
}

#[test]
fn a_stop_ends_the_loops_and_keeps_what_was_measured() {
    let (course, others) = (Course::new(6, Interrupts::in_folder(None)), AtomicUsize::new(0));
    let settings = Vec::new();
    let make = |turn: usize, alone: bool| {
        let trial = Trial::new(("", &settings), turn as u64, alone, (&course, turn));
        for i in trial.steps(if turn == 0 { 3 } else { usize::MAX - 1 }) {
            trial.note(i.min(50), 0.5, None);
            others.fetch_add(turn, Ordering::Relaxed);
            while turn == 0 && others.load(Ordering::Relaxed) == 0 {
                thread::sleep(Duration::from_millis(1)); // the first run ends while another one is being made
            }
        }
        trial.ended(None)
    };
    let found = work(&course, 2, &make, &mut |done| {
        if done == 1 {
            course.stop();
        }
    });
    let begun: Vec<Run> = found.into_iter().flatten().collect();
    assert!((2..=3).contains(&begun.len()), "{} were begun", begun.len());
    assert!(
        begun[0].end == End::Whole && begun[1..].iter().all(|run| run.end == End::Stopped && !run.notes.is_empty())
    );
    let runs = Runs::new(Language::Spanish, begun);
    assert!(runs.check().is_ok());
    assert!(runs.table().unwrap().to_string().contains("detenido en el paso"), "{}", runs.table().unwrap());
}

/// As in a page, where nobody looks on.
#[test]
fn one_who_makes_all_runs_alone_finds_the_stop_between_two_steps() {
    let folder = std::env::temp_dir().join(format!("digitos-alone-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let course = Course::new(3, Interrupts::in_folder(Some(folder.clone())));
    let settings = Vec::new();
    let make = |turn: usize, alone: bool| {
        let trial = Trial::new(("", &settings), turn as u64, alone, (&course, turn));
        for i in trial.steps(if turn == 0 { 3 } else { usize::MAX - 1 }) {
            trial.note(i.min(50), 0.5, None);
            if (turn, i) == (1, 10) {
                fs::write(folder.join("stop"), "").unwrap();
            }
        }
        trial.ended(None)
    };
    let found: Vec<End> = work(&course, 0, &make, &mut |_| {}).into_iter().flatten().map(|run| run.end).collect();
    assert_eq!(found, [End::Whole, End::Stopped]);
    drop(course);
    fs::remove_dir(&folder).unwrap();
}

#[test]
fn notes_at_different_steps_are_joined_by_straight_lines() {
    let runs = Experiment::new("en").seeds(2).run(|trial| {
        let every = if trial.seed() == 0 { 10 } else { 15 };
        (0..=30).step_by(every).for_each(|i| trial.note(i, i as f32 / 100.0, None));
        trial.note(30, 0.3, None);
        Ok(())
    });
    let figure = runs.unwrap().curves().unwrap();
    assert!(figure.svg().contains("30.00% ± 0.00"), "{}", figure.svg());
}

#[test]
fn earlier_runs_come_back_from_their_file_and_stand_beside_later_ones() {
    let run = |rates: &[f64], gain: f32| {
        Experiment::new("en").vary("rate", rates).seeds(4).run(|trial| {
            let result = trial.value("rate") as f32 * gain + trial.seed() as f32 / 1000.0;
            trial.note(0, 0.1, None);
            trial.note(100, result, 1.0 - result);
            Ok(())
        })
    };
    let path = std::env::temp_dir().join(format!("digitos-runs-{}.csv", std::process::id()));
    let earlier = run(&[0.1, 0.2], 1.0).unwrap();
    earlier.save(&path).unwrap();
    let loaded = load_runs(&path, "es").unwrap();
    assert_eq!((noted(&loaded), loaded.results()), (noted(&earlier), earlier.results()));
    let both = run(&[0.2, 0.3], 1.0).unwrap().with(&loaded).unwrap();
    assert_eq!(
        both.results().iter().map(|(label, results)| (&**label, results.len())).collect::<Vec<_>>(),
        [("rate 0.3", 4), ("rate 0.2", 4), ("rate 0.1", 4),]
    );
    let other = run(&[0.2], 2.0).unwrap();
    let sentence = other.with(&loaded).unwrap_err().to_string();
    assert!(sentence.contains("`rate 0.2` with seed 0") && sentence.contains(".named(\"before\")"), "{sentence}");
    let named = other.with(&loaded.named("before")).unwrap();
    assert_eq!(named.results()[1].0, "before, rate 0.2");
    assert!(named.compare("rate 0.2", "before, rate 0.2").unwrap().chance() < 0.05);
    let sentence = named.compare("rate 0.2", "rate 2").unwrap_err().to_string();
    assert!(sentence.contains("no runs are called `rate 2`; there are `rate 0.2`, `before, rate 0.2`"), "{sentence}");
    std::fs::write(&path, "a;b\n").unwrap();
    let sentence = load_runs(&path, "es").unwrap_err().to_string();
    assert!(sentence.contains("semicolons") && sentence.starts_with(&path.display().to_string()), "{sentence}");
    std::fs::remove_file(&path).unwrap();
    assert!(load_runs(std::env::temp_dir(), "en").unwrap_err().to_string().contains("is a folder"));
    assert!(load_runs(&path, "en").is_err());
}

#[test]
fn a_table_is_escaped_and_sorted_and_has_its_script() {
    let runs = Experiment::new("en").vary("a<b", [1, 2]).run(|trial| {
        trial.note(0, trial.value("a<b") as f32 / 10.0, None);
        Ok(())
    });
    let html = runs.unwrap().table().unwrap().html();
    assert!(html.contains("<th scope=\"col\" class=\"number\">a&lt;b</th>") && html.contains("<script>"), "{html}");
    let (best, other) = (html.find(">2</td>").unwrap(), html.find(">1</td>").unwrap());
    assert!(best < other, "the better one comes first");
    assert!(html.contains("With one run each, nobody can tell"), "{html}");
}

#[test]
fn a_value_of_many_digits_is_written_with_a_power_of_ten() {
    let values = [1e30, 0.003, 0.1 + 0.2, 1e-15, 60_000.0].map(|value: f64| super::written(&value.to_string()));
    assert_eq!(values, ["1e30", "0.003", "0.30000000000000004", "1e-15", "60000"]);
    assert_eq!(["relu ", "una activación"].map(super::written), ["relu", "una activación"]);
}

#[test]
fn a_setting_that_went_astray_does_not_flatten_the_curves_of_the_others() {
    let runs = Experiment::new("en").vary("rate", [1, 2, 9]).run(|trial| {
        let gone = if trial.count("rate") == 9 { 1e30 } else { 1.0 };
        (0..=100).step_by(10).for_each(|i| trial.note(i, None, gone * (3.0 - i as f32 / 50.0)));
        Ok(())
    });
    let figure = runs.unwrap().curves().unwrap();
    well_formed(figure.svg());
    assert!(figure.svg().contains(">3</text>") && !figure.svg().contains("3.0e30</text>"), "{}", figure.svg());
}

#[test]
fn the_button_of_jupyter_is_found_once_and_meant_for_the_experiment_alone() {
    let folder = std::env::temp_dir().join(format!("digitos-interrupts-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let interrupts = Interrupts::in_folder(Some(folder.clone()));
    assert!(folder.join("loop").exists() && !interrupts.found(), "the relay sees that a loop is running");
    fs::write(folder.join("stop"), "").unwrap();
    assert!(interrupts.found() && !interrupts.found());
    drop(interrupts);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::remove_dir(&folder).unwrap();
}

#[test]
fn a_run_that_diverged_or_was_stopped_can_be_put_beside_itself() {
    let run = |ended: End, last: f32| Run {
        experiment: String::new(),
        settings: Vec::new(),
        seed: 0,
        notes: vec![Note { step: 1, accuracy: Some(last), loss: None }],
        seconds: 0.0,
        end: ended,
    };
    let runs = |ended, last| Runs::new(Language::English, vec![run(ended, last)]);
    let diverged = runs(End::Whole, f32::NAN);
    assert_eq!(diverged.with(&diverged).unwrap().runs().len(), 1);
    let both = runs(End::Stopped, 0.1).with(&runs(End::Whole, 0.5)).unwrap();
    assert_eq!(both.results()[0].1, [0.5], "the whole one counts");
}

#[test]
fn of_two_notes_of_a_step_the_second_takes_nothing_back() {
    let runs = Experiment::new("en").run(|trial| {
        trial.note(0, 0.25, None);
        trial.note(0, None, 2.0);
        trial.note(0, 0.5, None);
        Ok(())
    });
    assert_eq!(runs.unwrap().runs()[0].notes, [Note { step: 0, accuracy: Some(0.5), loss: Some(2.0) }]);
}

#[test]
fn a_setting_is_the_same_in_whatever_order_its_values_were_said() {
    let run = |names: [&str; 2], accuracy: f32| {
        let experiment = names.iter().fold(Experiment::new("en"), |experiment, name| experiment.vary(name, [1]));
        let note = |trial: &Trial| {
            trial.note(0, accuracy, None);
            Ok(())
        };
        experiment.seeds(2).run(note).unwrap()
    };
    let first = run(["rate", "width"], 0.5);
    let both = first.with(&run(["width", "rate"], 0.5)).unwrap();
    assert_eq!(both.results(), [("rate 1, width 1".to_string(), vec![0.5; 2])], "each run once");
    let sentence = first.with(&run(["width", "rate"], 0.6)).unwrap_err().to_string();
    assert!(sentence.contains("what was measured differs"), "{sentence}");
}

#[test]
fn twenty_thousand_settings_are_put_together_in_a_second() {
    let run = |rate: usize| Run {
        experiment: String::new(),
        settings: vec![("rate".into(), rate.to_string())],
        seed: 0,
        notes: vec![Note { step: 0, accuracy: Some(rate as f32 / 20_000.0), loss: None }],
        seconds: 1.0,
        end: End::Whole,
    };
    let runs = Runs::new(Language::English, (0..20_000).map(run).collect());
    let start = std::time::Instant::now();
    runs.with(&runs).unwrap().table().unwrap();
    assert_eq!(runs.results().len(), 20_000);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
