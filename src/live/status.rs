//! The progress of a run in words: a sentence for the page, a line for the output of the cell.
use super::{progress::Progress, schedule::Schedule};
use crate::panel::history::{Point, Thinned};
use crate::{language::Language, panel::State};

/// The sentence beside the buttons of the page.
pub fn sentence(progress: &Progress, language: Language) -> String {
    let step = language.count(progress.step.unwrap_or(0));
    match progress.state {
        State::Waiting => language.pick("Ejecuta la celda que entrena.", "Run the cell that trains.").into(),
        State::Training if progress.slow_motion => {
            language.pick("Los primeros pasos, a cámara lenta.", "The first steps, in slow motion.").into()
        }
        State::Training => String::new(),
        State::Paused => language.pick(
            format!("La celda espera en el paso {step}. Los pesos, los sesgos y las curvas se conservan."),
            format!("The cell waits at step {step}. Weights, biases and curves are kept."),
        ),
        State::Stopped => language.pick(
            format!("Detenido en el paso {step}. Ejecuta otra vez la celda que entrena y seguirá desde ahí."),
            format!("Stopped at step {step}. Run the training cell again and it goes on from there."),
        ),
        State::Finished => language.pick(
            "Terminado. Si ejecutas otra vez la celda que entrena, la red sigue aprendiendo.".into(),
            "Finished. If you run the training cell again, the network goes on learning.".into(),
        ),
        State::Interrupted => language.pick(
            format!("El bucle acabó antes de tiempo en el paso {step}: el porqué está bajo su celda."),
            format!("The loop ended early at step {step}: the reason is below its cell."),
        ),
    }
}

/// One line about a step, printed for those who do not see the picture.
pub fn line(progress: &Progress, schedule: &Schedule, step: usize, language: Language) -> String {
    let at = |series: &Thinned<Point>| {
        series.points().iter().rfind(|(s, _)| *s == step).map_or(Point::default(), |(_, point)| *point)
    };
    let (training, test) = (at(&progress.record.history.training), at(&progress.record.history.test));
    let pair = |name: &str, test: Option<f32>, training: Option<f32>, written: &dyn Fn(f32) -> String| {
        let batch = language.pick("lote", "batch");
        match (test, training) {
            (Some(test), Some(training)) => Some(format!("{name} {} ({batch} {})", written(test), written(training))),
            (None, Some(training)) => Some(format!("{name} ({batch}) {}", written(training))),
            (Some(test), None) => Some(format!("{name} {}", written(test))),
            (None, None) => None,
        }
    };
    let accuracy = pair(language.pick("precisión", "accuracy"), test.accuracy, training.accuracy, &|share| {
        language.percent(share)
    });
    let loss = pair(language.pick("entropía", "loss"), test.loss, training.loss, &|loss| language.loss(loss));
    let speed = progress.clock.steps_per_second().map(|speed| {
        let left = (schedule.last.saturating_sub(progress.step.unwrap_or(step))) as f32 / speed;
        let time = if progress.busy() && left >= 0.5 {
            let left = duration(left, language);
            language.pick(format!(", quedan {left}"), format!(", {left} left"))
        } else {
            String::new()
        };
        let speed = language.speed(speed);
        format!("{speed} {}{time}", language.pick("pasos/s", "steps/s"))
    });
    let last = language.count(schedule.last);
    let step = format!("{:>width$}", language.count(step), width = last.chars().count());
    let facts: Vec<String> = [accuracy, loss, speed].into_iter().flatten().collect();
    let (word, of) = language.pick(("paso", "de"), ("step", "of"));
    format!("{word} {step} {of} {last}: {}", facts.join("; "))
}

fn duration(seconds: f32, language: Language) -> String {
    match seconds {
        ..90.0 => format!("{seconds:.0} s"),
        ..5400.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{} h", language.decimal(seconds / 3600.0, 1)),
    }
}
