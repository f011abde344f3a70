//! From the tensors that a program asks for to a short list of phases, compiled once and run many times.
//!
//! 1. Only what the fetched tensors need is computed, and what several of them share is computed once.
//! 2. A phase goes through all slices of the batch, and for each slice through all ops that look at one image at a time.
//!    What mixes images (a sum over the batch, the gradient of a weight) waits until all slices are done: it stands
//!    between two phases.
//! 3. Ops are done together, stretch by stretch, where they can be: a convolution row by row, what computes each number of
//!    it by itself, and sums of these, so that what one writes is still in the cache when the next reads it.
//! 4. Threads take slices; one that finds none left takes parts of what another is about to do.
//! 5. What is needed only inside a phase lives in the scratch slots of the thread that works on the slice, so that ten
//!    thousand images need no more memory than sixteen; what is needed later is kept for each slice, and what can be computed
//!    later from that waits till then, or is computed again.
mod fuse;
mod memory;
mod place;
mod print;
mod program;
mod run;
mod schedule;
mod share;
mod shorten;
mod slots;

use super::tensor::Tensor;
pub(crate) use program::{Location, Plan};
use schedule::Schedule;
use share::Values;

impl Plan {
    pub fn new(fetch: &[Tensor]) -> Plan {
        let mut values = Values::new(fetch);
        let mut schedule = Schedule::new(&values, fetch);
        shorten::sink(&values, &mut schedule);
        shorten::recompute(&mut values, &mut schedule);
        place::place(&values, &schedule, fetch)
    }
}
