//! The helper that measures how well the network does on some images. It has a session of its own, and a copy of the
//! variables as they were at that step, so training neither waits for it nor is changed by it.
use super::progress::{KeptFeed, Measured, Measurement, Progress};
use super::shared::{Helper, Rest, Shared, Turn};
use crate::mnist::{Images, Labels};
use crate::{Error, Fed, Feed, Indices, Scalar, Session, Tensor, panel::Digits};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

/// The parts of a network that a panel shows.
#[derive(Debug, Clone)]
pub struct WatchedNet {
    pub answers: Indices,
    pub loss: Scalar,
    /// The weights, the biases and the activations.
    pub spreads: [Vec<Tensor>; 3],
    /// The learning rate, if it is shown.
    pub rate: Option<Tensor>,
}

/// The first fed value of type `T`, such as [`Images`].
pub fn find<'a, T: 'static>(mut values: impl Iterator<Item = &'a (dyn Feed + 'a)>) -> Option<&'a T> {
    values.find_map(|value| value.as_any()?.downcast_ref())
}

impl WatchedNet {
    /// What a measurement fetches: with the learning rate on a training batch; with or without weights, biases and activations.
    pub fn fetch(&self, test: bool, spreads: bool) -> (Indices, Scalar, Vec<Tensor>, Vec<Vec<Tensor>>) {
        let rate = self.rate.filter(|_| !test).into_iter().collect();
        (self.answers, self.loss, rate, if spreads { self.spreads.to_vec() } else { Vec::new() })
    }

    fn measure(&self, session: &mut Session, measurement: Measurement) -> Result<Measured, Error> {
        let feed: Vec<Fed<'_>> = measurement.feed.iter().map(KeptFeed::fed).collect();
        let Measurement { step, test, epoch, spreads, variables, .. } = measurement;
        let (answers, loss, rate, spreads) =
            session.run_with(variables, step as u64, self.fetch(test, spreads), &feed)?;
        let values = || feed.iter().map(|fed| fed.value);
        let digits = match (find::<Images>(values()), find::<Labels>(values())) {
            (Some(images), Some(labels)) => Some(Arc::new(Digits::new(images, labels, &answers)?)),
            _ => None,
        };
        let rate = rate.first().map(|rate| rate.sum());
        Ok(Measured { step, test, epoch, loss, rate, digits, spreads })
    }
}

/// Takes the measurements that wait.
pub struct Measurer {
    net: WatchedNet,
    session: Session,
}

impl Measurer {
    pub fn new(net: WatchedNet) -> Measurer {
        Measurer { net, session: Session::new().threads(1) }
    }
}

impl Helper for Measurer {
    fn turn<'a>(&mut self, shared: &'a Shared, mut progress: MutexGuard<'a, Progress>) -> Turn<'a> {
        let Some(measurement) = progress.waiting.pop_front() else { return (progress, Rest::UntilChanged) };
        progress.measuring = Some(measurement.step);
        drop(progress);
        let (glance, test, start) = (measurement.glance, usize::from(measurement.test), Instant::now());
        let result = catch_unwind(AssertUnwindSafe(|| self.net.measure(&mut self.session, measurement)));
        let mut progress = shared.lock();
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
        shared.wake();
        (progress, Rest::No)
    }
}
