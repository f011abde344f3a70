//! The steps of a training loop.
use super::progress::{Order, Progress};
use super::{schedule::Schedule, shared::Shared, status};
use crate::notebook::{json_number, relay, tell_result};
use crate::panel::history::{Point, Thinned};
use crate::{language::Language, panel::State};
use std::collections::VecDeque;
use std::fs;
use std::sync::Arc;

/// The steps of a run, as [`LivePanel::steps`](super::LivePanel::steps) gives them. They end when the panel is asked for steps again.
pub struct Steps {
    shared: Arc<Shared>,
    run: usize,
    schedule: Schedule,
    language: Language,
    next: usize,
    /// Steps about which a line is printed as soon as they are measured.
    to_print: VecDeque<usize>,
    over: bool,
}

impl Iterator for Steps {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.over = self.over || self.shared.lock().runs != self.run;
        if self.over {
            return None;
        }
        self.shared.take_turns();
        self.print_next_line();
        self.shared.linger();
        if self.shared.wait_while_paused() == Order::Stop {
            self.end(State::Stopped);
            return None;
        }
        if self.next > self.schedule.last {
            self.end(State::Finished);
            return None;
        }
        let step = self.next;
        self.next += 1;
        self.shared.lock().advance(step);
        if self.schedule.printed(step) {
            self.to_print.push_back(step);
        }
        Some(step)
    }
}

impl Steps {
    pub(super) fn new(shared: Arc<Shared>, run: usize, schedule: Schedule, language: Language) -> Steps {
        relay().map(|folder| fs::write(folder.join("loop"), ""));
        shared.wake();
        Steps { shared, run, schedule, language, next: schedule.first, to_print: VecDeque::new(), over: false }
    }

    /// Prints the next line if its step has been measured.
    fn print_next_line(&mut self) {
        let Some(&first) = self.to_print.front() else { return };
        let progress = self.shared.lock();
        if progress.pending(first) {
            return;
        }
        let line = status::line(&progress, &self.schedule, first, self.language);
        drop(progress);
        self.to_print.pop_front();
        println!("{line}");
    }

    fn end(&mut self, state: State) {
        self.over = true;
        let mut progress = self.shared.wait_for_measurements();
        if progress.runs != self.run {
            return;
        }
        progress.end(state);
        drop(progress);
        tell(&self.shared.lock());
        relay().map(|folder| fs::remove_file(folder.join("loop")));
        self.shared.wake();
        while self.shared.take_turns() {} // until the last picture is drawn, if nobody else draws it
        while !self.to_print.is_empty() {
            self.print_next_line();
        }
        if state == State::Stopped {
            println!("{}", status::sentence(&self.shared.lock(), self.language));
        }
    }
}

/// Tells the last values of a run to the program that runs the notebook.
fn tell(progress: &Progress) {
    let history = &progress.record.history;
    let last = |series: &Thinned<Point>| series.points().last().map_or(Point::default(), |(_, point)| *point);
    let (training, test) = (last(&history.training), last(&history.test));
    tell_result(&[
        ("step", progress.step.unwrap_or(0).to_string()),
        ("accuracy", json_number(test.accuracy)),
        ("loss", json_number(test.loss)),
        ("training_accuracy", json_number(training.accuracy)),
        ("training_loss", json_number(training.loss)),
    ]);
}

/// Dropped before it is over, by an error or a `break` in the loop.
impl Drop for Steps {
    fn drop(&mut self) {
        if !self.over {
            self.end(State::Interrupted);
        }
    }
}
