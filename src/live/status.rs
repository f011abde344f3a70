//! The progress of a run in words: a sentence for the page, a line for the output of the cell.
use super::{progress::Progress, schedule::Schedule};
use crate::panel::history::{Point, Thinned};
use crate::{language::Language, panel::State, words};

/// The sentence beside the buttons of the page.
pub fn sentence(progress: &Progress, language: Language) -> String {
    let step = language.count(progress.step.unwrap_or(0));
    let words: &words::Live = language.words();
    match progress.state {
        State::Waiting => words.waiting.into(),
        State::Training if progress.slow_motion => words.slow_motion.into(),
        State::Training => String::new(),
        State::Paused => (words.paused)(&step),
        State::Stopped => (words.stopped)(&step),
        State::Finished => words.finished.into(),
        State::Interrupted => (words.interrupted)(&step),
    }
}

/// One line about a step, printed for those who do not see the picture.
pub fn line(progress: &Progress, schedule: &Schedule, step: usize, language: Language) -> String {
    let at = |series: &Thinned<Point>| {
        series.points().iter().rfind(|(s, _)| *s == step).map_or(Point::default(), |(_, point)| *point)
    };
    let (training, test) = (at(&progress.record.history.training), at(&progress.record.history.test));
    let words: &words::Live = language.words();
    let pair = |name: &str, test: Option<f32>, training: Option<f32>, written: &dyn Fn(f32) -> String| {
        let [test, training] = [test, training].map(|value| value.map(written));
        let batch = words.batch;
        match (test, training) {
            (Some(test), Some(training)) => Some(format!("{name} {test} ({batch} {training})")),
            (None, Some(training)) => Some(format!("{name} ({batch}) {training}")),
            (Some(test), None) => Some(format!("{name} {test}")),
            (None, None) => None,
        }
    };
    let accuracy = pair(words.accuracy, test.accuracy, training.accuracy, &|share| language.percent(share));
    let loss = pair(words.loss, test.loss, training.loss, &|loss| language.loss(loss));
    let speed = progress.clock.steps_per_second().map(|speed| {
        let left = (schedule.last.saturating_sub(progress.step.unwrap_or(step))) as f32 / speed;
        let mut text = (words.speed)(&language.speed(speed));
        if progress.busy() && left >= 0.5 {
            text += &(words.time_left)(&duration(left, language));
        }
        text
    });
    let last = language.count(schedule.last);
    let step = format!("{:>width$}", language.count(step), width = last.chars().count());
    let facts: Vec<String> = [accuracy, loss, speed].into_iter().flatten().collect();
    format!("{}: {}", (words.step_of)(&step, &last), facts.join("; "))
}

/// A time as it is read: in seconds, minutes or hours.
pub fn duration(seconds: f32, language: Language) -> String {
    match seconds {
        ..90.0 => format!("{seconds:.0} s"),
        ..5400.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{} h", language.decimal(seconds / 3600.0, 1)),
    }
}
