//! What has been answered since the kernel began: how often an exercise was missed, and which are done.
use std::sync::{Mutex, MutexGuard};

use super::table::{Exercise, LESSONS, exercises};
use crate::lock::unpoisoned;

#[derive(Clone, Copy, Default)]
struct Attempts {
    missed: usize,
    right: bool,
}

/// The exercises that were answered, by their names.
static ANSWERED: Mutex<Vec<(&str, Attempts)>> = Mutex::new(Vec::new());

fn answered() -> MutexGuard<'static, Vec<(&'static str, Attempts)>> {
    unpoisoned(ANSWERED.lock())
}

fn attempts(exercise: &Exercise) -> Option<Attempts> {
    answered().iter().find(|(id, _)| *id == exercise.id).map(|(_, attempts)| *attempts)
}

/// The wrong answers to an exercise so far.
pub fn missed(exercise: &Exercise) -> usize {
    attempts(exercise).unwrap_or_default().missed
}

pub fn note(exercise: &Exercise, right: bool) {
    let mut all = answered();
    let place = all.iter().position(|(id, _)| *id == exercise.id).unwrap_or_else(|| {
        all.push((exercise.id, Attempts::default()));
        all.len() - 1
    });
    let (_, attempts) = &mut all[place];
    attempts.right |= right;
    attempts.missed += usize::from(!right);
}

/// All of this as a text, a line for each exercise, for a program that goes back to an earlier state of its memory.
pub fn answers_so_far() -> String {
    let line = |(id, attempts): &(&str, Attempts)| format!("{id} {} {}\n", attempts.missed, attempts.right);
    answered().iter().map(line).collect()
}

/// Takes such a text for what has been answered. Lines that are not of its kind are left out.
pub fn answered_before(text: &str) {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let id = words.next()?;
        let exercise = exercises().find(|exercise| exercise.id == id)?;
        let attempts = Attempts { missed: words.next()?.parse().ok()?, right: words.next()?.parse().ok()? };
        Some((exercise.id, attempts))
    };
    *answered() = text.lines().filter_map(read).collect();
}

/// A lesson's exercises that were answered right, and those that were not.
pub struct Lesson {
    pub name: &'static str,
    pub done: Vec<&'static Exercise>,
    pub left: Vec<&'static Exercise>,
}

/// The lessons of which something was answered.
pub fn lessons() -> Vec<Lesson> {
    let begun = LESSONS.iter().filter(|(_, exercises)| exercises.iter().any(|e| attempts(e).is_some()));
    let sorted = begun.map(|&(name, exercises)| {
        let (done, left) = exercises.iter().partition(|exercise| attempts(exercise).is_some_and(|a| a.right));
        Lesson { name, done, left }
    });
    sorted.collect()
}
