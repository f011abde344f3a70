//! A number that a hand turns while the network trains. It changes between two steps, so that all of a step is computed with one.
use crate::engine::LANES;
use crate::notebook::json_text;
use crate::{Error, Feed};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A number that is turned with a slider below the live panel while the network trains: see
/// [`LivePanel::knob`](super::LivePanel::knob). It can be fed: `feed! { lr => rate }`.
#[derive(Debug, Clone)]
pub struct Knob {
    /// Of the `f32`.
    bits: Arc<AtomicU32>,
}

impl Knob {
    /// Where the knob stands in this step.
    pub fn value(&self) -> f32 {
        f32::from_bits(self.bits.load(Ordering::Relaxed))
    }
}

impl Feed for Knob {
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        self.value().fits(dims)
    }
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]) {
        self.value().fill(first, lanes)
    }
    fn write(&self, values: &mut [f32]) {
        self.value().write(values)
    }
    fn keep(&self) -> Arc<dyn Feed + Send> {
        self.value().keep()
    }
}

/// A knob as its panel knows it.
pub struct Slider {
    pub name: Arc<str>,
    low: f32,
    high: f32,
    /// Where the page wants it, and where it stood when a step was last begun.
    wanted: f32,
    noted: f32,
    pub knob: Knob,
}

impl Slider {
    pub fn new(name: &str, start: f32, low: f32, high: f32) -> Result<Slider, Error> {
        let fits = low < high && (high - low).is_finite() && (low..=high).contains(&start);
        if !fits || name.trim().is_empty() {
            return Err(Error::Picture(format!(
                "panel.knob({name:?}, {start:?}, {low:?}..={high:?}): a knob has a name, and turns from a finite number to a larger \
                 one, between which it starts, such as panel.knob(\"learning rate\", 0.003, 0.0001..=0.1)"
            )));
        }
        let knob = Knob { bits: Arc::new(AtomicU32::new(start.to_bits())) };
        Ok(Slider { name: name.into(), low, high, wanted: start, noted: start, knob })
    }

    /// The page wants it here.
    pub fn want(&mut self, value: f32) {
        self.wanted = value.clamp(self.low, self.high);
    }

    /// Turns it to where it is wanted.
    pub fn turn(&self) {
        self.knob.bits.store(self.wanted.to_bits(), Ordering::Relaxed);
    }

    /// Turns it at the beginning of a step; returns from where and to where, if it has moved since the last one.
    pub fn begin_step(&mut self) -> Option<(f32, f32)> {
        let from = std::mem::replace(&mut self.noted, self.wanted);
        (from != self.wanted).then(|| {
            self.turn();
            (from, self.wanted)
        })
    }

    /// A run begins: anew, or after a step in which the knob stood at `before`, if it was turned since then.
    pub fn begin_run(&mut self, before: Option<f32>, anew: bool) {
        self.noted = if anew { self.wanted } else { before.unwrap_or(self.noted) };
    }

    pub fn json(&self) -> String {
        let Slider { name, low, high, wanted, .. } = self;
        format!("{{\"name\":{},\"low\":{low},\"high\":{high},\"value\":{wanted}}}", json_text(name))
    }
}
