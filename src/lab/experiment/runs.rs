//! What an experiment found: its runs, put together by their settings.
use super::csv;
use super::group::Group;
use super::luck::{Verdict, verdict};
use super::run::{End, Measure, Run};
use super::table::{RunTable, table};
use crate::error::{listed, shown};
use crate::figures::{Curve, labelled_curves};
use crate::notebook::{json_number, json_text, tell_result};
use crate::picture::Figure;
use crate::{Error, language::Language, notebook, whole_file, words};
use std::collections::HashMap;
use std::fmt;
use std::path::Path;

/// A setting whose loss is so many times that of the best would flatten the curves of the others.
const FAR: f32 = 20.0;
/// So many curves can be told apart in one figure.
const MOST_CURVES: usize = 12;

/// The runs of an [`Experiment`](super::Experiment), or of several.
///
/// As the last expression of a cell they show their [`table`](Runs::table).
#[derive(Clone)]
pub struct Runs {
    language: Language,
    runs: Vec<Run>,
}

/// Reads runs that [`Runs::save`] wrote, to draw them, or to put them beside [others](Runs::with). What is drawn of
/// them is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Experiment`] if the file cannot be read, is cut off, or is not of this kind; [`Error::Picture`] for another
/// language.
pub fn load_runs(path: impl AsRef<Path>, language: &str) -> Result<Runs, Error> {
    let (path, language) = (path.as_ref(), Language::parse(language)?);
    let runs = csv::load(path).map_err(|what| Error::Experiment(format!("{}: {what}", path.display())))?;
    Ok(Runs { language, runs })
}

impl Runs {
    pub(super) fn new(language: Language, runs: Vec<Run>) -> Runs {
        Runs { language, runs }
    }

    #[cfg(test)]
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether anything came out; nothing is needed of runs that the student stopped.
    pub(super) fn check(&self) -> Result<(), String> {
        let noted = self.runs.iter().any(|run| !run.notes.is_empty());
        if noted || self.runs.is_empty() || self.runs.iter().any(|run| run.end == End::Stopped) {
            return Ok(());
        }
        let failed = self.runs.iter().find_map(|run| match &run.end {
            End::Failed(sentence) => Some((run, sentence)),
            _ => None,
        });
        Err(match failed {
            Some((run, sentence)) => {
                let (label, seed) = (run.label(self.language), run.seed);
                format!("no run noted anything, and this one failed ({label}, seed {seed}): {sentence}")
            }
            None => {
                "no run noted anything: call trial.note(step, accuracy, loss) in the loop, so that there is something \
                     to compare"
                    .into()
            }
        })
    }

    /// Tells the last values of each run to the program that runs the notebook.
    pub(super) fn tell(&self) {
        for run in &self.runs {
            let last = run.notes.last();
            let mut values: Vec<(&str, String)> = vec![("experiment", json_text(&run.experiment))];
            values.extend(run.settings.iter().map(|(name, value)| (name.as_str(), json_text(value))));
            values.extend([
                ("seed", run.seed.to_string()),
                ("step", last.map_or("null".into(), |note| note.step.to_string())),
                ("accuracy", json_number(last.and_then(|note| note.accuracy))),
                ("loss", json_number(last.and_then(|note| note.loss))),
                ("seconds", json_number(Some(run.seconds))),
            ]);
            tell_result(&values);
        }
    }

    /// The accuracy, unless no run noted one.
    fn measure(&self) -> Measure {
        let has_accuracy = |run: &Run| run.notes.iter().any(|note| note.accuracy.is_some());
        if self.runs.iter().any(has_accuracy) { Measure::Accuracy } else { Measure::Loss }
    }

    /// The settings, best first; those without a result come last.
    fn groups(&self, measure: Measure) -> Vec<Group<'_>> {
        let (mut groups, mut known): (Vec<Vec<&Run>>, _) = (Vec::new(), HashMap::new());
        for run in &self.runs {
            let group = *known.entry(run.setting()).or_insert(groups.len());
            groups.resize(groups.len().max(group + 1), Vec::new());
            groups[group].push(run);
        }
        let results = |runs: &[&Run], end: End| -> Vec<f32> {
            runs.iter().filter(|run| run.end == end).filter_map(|run| run.result(measure)).collect()
        };
        let mut groups: Vec<Group> = Vec::from_iter(groups.into_iter().map(|runs| {
            let whole = results(&runs, End::Whole);
            let results = if whole.is_empty() { results(&runs, End::Stopped) } else { whole };
            Group { label: runs[0].label(self.language), runs, results }
        }));
        let rank = |group: &Group| group.mean_and_spread().map_or(f64::INFINITY, |(mean, _)| -measure.sign() * mean);
        groups.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        groups
    }

    /// The curves of accuracy: for each setting the mean of its runs, and a band of one standard deviation around
    /// it. If no run noted an accuracy, the curves of loss. Of more than twelve settings, the twelve best are
    /// drawn.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if there is no finite value to be drawn.
    pub fn curves(&self) -> Result<Figure, Error> {
        self.curves_of(self.measure())
    }

    /// The same of the loss.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if there is no finite value to be drawn.
    pub fn loss_curves(&self) -> Result<Figure, Error> {
        self.curves_of(Measure::Loss)
    }

    fn curves_of(&self, measure: Measure) -> Result<Figure, Error> {
        let (language, words) = (self.language, self.language.words::<words::Experiment>());
        let groups = self.groups(measure);
        let drawn = groups.iter().map(|group| {
            let points = group.curve(measure);
            let several = group.runs.len() > 1;
            let value = |(mean, spread): (f64, f64)| match group.results.len() {
                1 => measure.written(mean, language),
                _ => format!("{} ± {}", measure.written(mean, language), measure.spread(mean, spread, language)),
            };
            let none = || {
                group
                    .runs
                    .iter()
                    .find_map(|run| run.not_finite(measure))
                    .map_or("–".into(), |(_, found)| language.decimal(found, 0))
            };
            Curve {
                name: group.label.clone(),
                is_far: false,
                value: Some(group.mean_and_spread().map_or_else(none, value)),
                band: points
                    .iter()
                    .filter(|_| several)
                    .map(|&(step, mean, spread)| (step as f32, mean - spread, mean + spread))
                    .collect(),
                points: points.iter().map(|&(step, mean, _)| (step as f32, mean)).collect(),
            }
        });
        let mut drawn: Vec<Curve> = drawn.filter(|curve| !curve.points.is_empty()).collect();
        if measure == Measure::Loss {
            let last = |curve: &Curve| curve.points.last().map_or(0.0, |(_, value)| value.abs());
            let least = drawn.iter().map(last).fold(f32::INFINITY, f32::min);
            for curve in drawn.iter_mut().filter(|curve| last(curve) > FAR * least) {
                (curve.is_far, curve.band) = (true, Vec::new());
            }
        }
        if drawn.is_empty() {
            let text = "no run noted a finite value to be drawn: runs.table()? says what each of them did";
            return Err(Error::Picture(text.into()));
        }
        let title = match measure {
            Measure::Accuracy => language.words::<words::Terms>().accuracy_over_steps,
            Measure::Loss => words.loss_over_steps,
        };
        let shown = &drawn[..drawn.len().min(MOST_CURVES)];
        let mut notes = Vec::new();
        if shown.len() < drawn.len() {
            notes.push((words.best_drawn)(shown.len(), drawn.len()));
        }
        if shown.iter().any(|curve| !curve.band.is_empty()) {
            notes.push(words.line_and_band.into());
        }
        labelled_curves(title, &notes.join("; "), shown, language)
    }

    /// A table of the settings, best first: what was varied, mean, spread and best of their results, how many runs there
    /// are and how long one takes, and a remark on those that failed. A click on the head of a column sorts by it.
    ///
    /// A run's result is the last accuracy that it noted, or its last loss if no run noted an accuracy; the spread
    /// is the standard deviation. Runs that were stopped count only where no other has a result.
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if there is no run.
    pub fn table(&self) -> Result<RunTable, Error> {
        if self.runs.is_empty() {
            return Err(Error::Experiment(
                "there is no run to be shown: the experiment was stopped before one had ended".into(),
            ));
        }
        let measure = self.measure();
        let foot = self.verdict().ok().map(|verdict| verdict.to_string());
        Ok(table(&self.groups(measure), measure, self.language, foot))
    }

    /// Compares the best setting with the one that comes after it, as [`compare`](Self::compare) does.
    ///
    /// They were picked because they are the best, and of many settings one is the best by luck alone: before you
    /// trust the verdict, run the two again with more seeds.
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if fewer than two settings have a result.
    pub fn verdict(&self) -> Result<Verdict, Error> {
        let measure = self.measure();
        let groups = self.groups(measure);
        let compared = groups.iter().filter(|group| !group.results.is_empty()).count();
        match &groups[..] {
            [a, b, ..] if !b.results.is_empty() => {
                let found = verdict((&a.label, &a.results), (&b.label, &b.results), measure, self.language);
                Ok(found.of_best(compared, self.language))
            }
            _ => Err(Error::Experiment(
                "a verdict compares two settings, and fewer have a result: vary something, or look into runs.table()? for runs \
                 that failed"
                    .into(),
            )),
        }
    }

    /// Says whether the results of two settings lie further apart than luck would put them; a setting is called as in the
    /// table's and the curves' labels: `"rate 0.003"`.
    ///
    /// If the setting made no difference, any of the results might as well belong to the other setting. So all
    /// results are dealt out to the two in every possible way (with more than ten runs each, in 100,000 ways drawn
    /// by lot), and it is counted in how many of them the means lie at least as far apart as they do. If that is at
    /// most one in twenty, the verdict says that it is hardly luck. This takes four runs of each setting: three
    /// results can be the best by luck in 2 of 20 ways.
    ///
    /// This is the exact permutation test: R. A. Fisher, *The Design of Experiments* (1935), chapter III; E. J. G.
    /// Pitman, “Significance tests which may be applied to samples from any populations” (1937). Drawn by lot, the
    /// way that was found counts as one: B. Phipson and G. K. Smyth, “Permutation P-values should never be zero”
    /// (2010).
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if there is no such setting, or if one has no result.
    pub fn compare(&self, one: &str, other: &str) -> Result<Verdict, Error> {
        let measure = self.measure();
        let groups = self.groups(measure);
        let find = |label: &str| {
            let found = groups.iter().find(|group| group.label == label.trim()).ok_or_else(|| {
                let labels: Vec<String> = groups.iter().map(|group| shown(&group.label)).collect();
                format!("no runs are called {}; there are {}", shown(label), listed(&labels))
            })?;
            if found.results.is_empty() {
                return Err(format!("{} has no result to be compared: runs.table()? says why", shown(label)));
            }
            Ok(found)
        };
        let (a, b) = (find(one).map_err(Error::Experiment)?, find(other).map_err(Error::Experiment)?);
        Ok(verdict((&a.label, &a.results), (&b.label, &b.results), measure, self.language))
    }

    /// Each setting with its results, best first, for your own calculations.
    pub fn results(&self) -> Vec<(String, Vec<f32>)> {
        self.groups(self.measure()).into_iter().map(|group| (group.label, group.results)).collect()
    }

    /// Gives these runs a name, in front of what was varied, so that they can be told from others.
    pub fn named(mut self, name: &str) -> Runs {
        self.runs.iter_mut().for_each(|run| run.experiment = crate::error::printable(name.trim()));
        self
    }

    /// These runs and others, such as earlier ones that were [saved](load_runs). A run that both hold is there
    /// once, whole if one of them is.
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if both hold a run with the same settings and the same seed that came out differently: then something else was
    /// changed between them, which a [name](Self::named) can say.
    pub fn with(&self, others: &Runs) -> Result<Runs, Error> {
        let mut all = self.clone();
        let own = self.runs.iter().enumerate().rev();
        let mut known: HashMap<_, usize> = own.map(|(i, run)| ((run.setting(), run.seed), i)).collect();
        for run in &others.runs {
            let place = *known.entry((run.setting(), run.seed)).or_insert(all.runs.len());
            let Some(own) = all.runs.get_mut(place) else {
                all.runs.push(run.clone());
                continue;
            };
            if own.end == End::Whole && run.end == End::Whole && !own.notes_like(run) {
                return Err(Error::Experiment(format!(
                    "both hold {} with seed {}, and what was measured differs: something else was changed, so give one of \
                     them a name, as in runs.with(&earlier.named(\"before\"))?",
                    shown(&run.label(self.language)),
                    run.seed
                )));
            }
            if own.end != End::Whole {
                *own = run.clone();
            }
        }
        Ok(all)
    }

    /// Writes the runs to a file of comma-separated values (RFC 4180, decimal points), which spreadsheets and
    /// Python read. Each measured step of each run is a row: `experiment`, a column for each name that was varied,
    /// `run`, `runs` (how many there are), `seed`, `step`, `accuracy`, `loss`, `seconds` (of the whole run), and,
    /// in the last row of a run, `ended`: `whole`, `stopped`, or the sentence with which it failed.
    ///
    /// # Errors
    ///
    /// [`Error::Experiment`] if the file cannot be written; one that was there before is then left as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        whole_file::write(path, csv::text(&self.runs))
            .map_err(|e| Error::Experiment(format!("the runs could not be written to {}: {e}", path.display())))
    }

    /// Shows the table: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        match self.table() {
            Ok(table) => table.evcxr_display(),
            Err(error) => notebook::show("text/plain", &error.to_string()),
        }
    }
}

impl fmt::Debug for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Runs ({} runs of {} settings)", self.runs.len(), self.groups(self.measure()).len())
    }
}
