//! The runs of one setting, put together.
use super::run::{End, Measure, Run, mean_and_spread};

/// The runs of one setting.
pub struct Group<'a> {
    pub label: String,
    pub runs: Vec<&'a Run>,
    /// Of those that were not stopped, if there are any.
    pub results: Vec<f32>,
}

impl Group<'_> {
    pub fn mean_and_spread(&self) -> Option<(f64, f64)> {
        (!self.results.is_empty()).then(|| mean_and_spread(&self.results))
    }

    /// At each step at which a run noted something: the mean, and the spread above and below it. Between its notes
    /// a run is where a straight line leads. Runs that failed or were stopped count only where there are no others.
    pub fn curve(&self, measure: Measure) -> Vec<(usize, f32, f32)> {
        let counts = |run: &&&Run| run.end == End::Whole && run.result(measure).is_some();
        let counted: Vec<&Run> = self.runs.iter().filter(counts).copied().collect();
        let counted = if counted.is_empty() { &self.runs } else { &counted };
        let curves: Vec<_> = counted.iter().map(|run| run.curve(measure)).collect();
        let mut steps: Vec<usize> = curves.iter().flatten().map(|(step, _)| *step).collect();
        steps.sort_unstable();
        steps.dedup();
        let point = |step: usize| {
            let values: Vec<f32> = curves.iter().filter_map(|curve| at(curve, step)).collect();
            let (mean, spread) = mean_and_spread(&values);
            (step, mean as f32, spread as f32)
        };
        steps.into_iter().map(point).collect()
    }
}

/// The value of a curve at a step between its first and its last.
fn at(curve: &[(usize, f32)], step: usize) -> Option<f32> {
    match curve.binary_search_by_key(&step, |(step, _)| *step) {
        Ok(place) => Some(curve[place].1),
        Err(place) => {
            let ((before, from), (after, to)) = (*curve.get(place.checked_sub(1)?)?, *curve.get(place)?);
            Some(from + (to - from) * (step - before) as f32 / (after - before) as f32)
        }
    }
}
