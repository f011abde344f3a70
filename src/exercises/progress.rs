//! What has been answered since the kernel began: how often an exercise was missed, and which are done.
use std::collections::BTreeMap;
use std::sync::Mutex;

use super::table::{Exercise, LESSONS};
use crate::lock::unpoisoned;

#[derive(Clone, Copy, Default)]
struct Attempts {
    missed: usize,
    right: bool,
}

static ATTEMPTS: Mutex<BTreeMap<&str, Attempts>> = Mutex::new(BTreeMap::new());

/// The wrong answers to an exercise so far.
pub fn missed(exercise: &Exercise) -> usize {
    unpoisoned(ATTEMPTS.lock()).get(exercise.id).map_or(0, |attempts| attempts.missed)
}

pub fn note(exercise: &Exercise, right: bool) {
    let mut all = unpoisoned(ATTEMPTS.lock());
    let attempts = all.entry(exercise.id).or_default();
    attempts.right |= right;
    attempts.missed += usize::from(!right);
}

/// A lesson's exercises that were answered right, and those that were not.
pub struct Lesson {
    pub name: &'static str,
    pub done: Vec<&'static Exercise>,
    pub left: Vec<&'static Exercise>,
}

/// The lessons of which something was answered.
pub fn lessons() -> Vec<Lesson> {
    let all = unpoisoned(ATTEMPTS.lock()).clone();
    let begun = LESSONS.iter().filter(|(_, exercises)| exercises.iter().any(|e| all.contains_key(e.id)));
    let sorted = begun.map(|&(name, exercises)| {
        let right = |exercise: &&Exercise| all.get(exercise.id).is_some_and(|attempts| attempts.right);
        let (done, left) = exercises.iter().partition(right);
        Lesson { name, done, left }
    });
    sorted.collect()
}
