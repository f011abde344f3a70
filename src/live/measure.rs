//! How the network does on some images: measured by a thread of its own, in a session of its own, with the weights as
//! they were. So training neither waits nor is changed by being watched.
use super::progress::Shared;
use super::*;
use crate::mnist::{Images, Labels};
use crate::session::Variables;
use crate::{Fed, Feed, Indices, Scalar, Session, Tensor};
use ndarray::ArrayD;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// What of a network is watched.
#[derive(Debug, Clone)]
pub struct Subject {
    pub answers: Indices,
    pub loss: Scalar,
    /// Weights, biases and activations.
    pub spreads: [Vec<Tensor>; 3],
}

/// One measurement to be made.
pub struct Job {
    pub step: usize,
    /// Whether it is of the test digits, not of the training batch.
    pub test: bool,
    pub epoch: Option<f32>,
    /// Whether it is only for the eye.
    pub glance: bool,
    /// With the spread of weights, biases and activations.
    pub spreads: bool,
    pub variables: Variables,
    pub feed: Vec<Kept>,
}

/// [`Fed`] that is kept for later.
pub struct Kept {
    placeholder: Tensor,
    name: &'static str,
    value: Arc<dyn Feed + Send>,
}

#[derive(Debug, Clone)]
pub struct Measured {
    pub step: usize,
    pub test: bool,
    pub epoch: Option<f32>,
    pub loss: f32,
    /// If images with labels were fed.
    pub digits: Option<Arc<Digits>>,
    pub spreads: Vec<Vec<ArrayD<f32>>>,
}

impl Kept {
    pub fn new(fed: &Fed<'_>) -> Kept {
        Kept { placeholder: fed.placeholder, name: fed.name, value: fed.value.keep() }
    }
}

/// The first value in a feed of a type such as [`Images`].
pub fn find<'a, T: 'static>(mut values: impl Iterator<Item = &'a (dyn Feed + 'a)>) -> Option<&'a T> {
    values.find_map(|value| value.as_any()?.downcast_ref())
}

impl Subject {
    /// What is fetched: the spread of weights, biases and activations too, if that is wanted.
    pub fn fetch(&self, spreads: bool) -> (Indices, Scalar, Vec<Vec<Tensor>>) {
        (self.answers, self.loss, if spreads { self.spreads.to_vec() } else { Vec::new() })
    }

    fn measure(&self, session: &mut Session, job: Job) -> Result<Measured, Error> {
        let feed: Vec<Fed<'_>> =
            job.feed.iter().map(|kept| Fed::new(kept.placeholder, kept.name, &*kept.value)).collect();
        let (answers, loss, spreads) =
            session.run_with(job.variables, job.step as u64, self.fetch(job.spreads), &feed)?;
        let values = || feed.iter().map(|fed| fed.value);
        let digits = match (find::<Images>(values()), find::<Labels>(values())) {
            (Some(images), Some(labels)) => Some(Arc::new(Digits::new(images, labels, &answers)?)),
            _ => None,
        };
        Ok(Measured { step: job.step, test: job.test, epoch: job.epoch, loss, digits, spreads })
    }
}

/// What the measuring thread does until the panel is dropped.
pub fn work(shared: &Shared, subject: &Subject) {
    let mut session = Session::new().threads(1);
    let mut progress = shared.lock();
    while !progress.closing {
        let Some(job) = progress.jobs.pop_front() else {
            progress = shared.wait(progress);
            continue;
        };
        progress.measuring = Some(job.step);
        drop(progress);
        let (glance, test, start) = (job.glance, usize::from(job.test), Instant::now());
        let result = catch_unwind(AssertUnwindSafe(|| subject.measure(&mut session, job)));
        progress = shared.lock();
        match result {
            Ok(Ok(measured)) => {
                progress.live.add(&measured);
                if !glance {
                    progress.record.add(&measured);
                }
            }
            Ok(Err(error)) => progress.fail(["training", "test"][test], &error.to_string()),
            Err(_) => progress.fail(["training", "test"][test], "it stopped with the message above"),
        }
        progress.measuring = None;
        progress.looks[test].took = start.elapsed();
        progress.version += 1;
        shared.ring();
    }
}
