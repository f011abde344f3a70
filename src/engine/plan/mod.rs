//! The compiler: from the tensors that a program asks for to a plan, made once and run many times.
//!
//! 1. [`share`]: nodes that compute the same become one value; only what the fetch needs is there.
//! 2. [`schedule`]: values in phases. A phase goes through the batch slice by slice, or works once for the batch as a whole.
//!    What mixes images, such as a sum over the batch or the gradient of a weight, waits until all slices are done.
//! 3. [`shorten`]: a value that only a later phase reads is computed there, and a cheap one is computed once more instead of
//!    being kept.
//! 4. [`fuse`]: ops on the same number of numbers become a group, which goes through them tile by tile.
//! 5. [`place`]: where the numbers lie. What only one phase needs lies in the scratch slots of a thread, so that ten thousand
//!    images need no more memory than sixteen; what a later phase needs is kept for each slice.
//!
//! [`program`] is the result, [`print`] its text, and [`run`] carries it out: threads take slices, and one that finds none
//! left takes parts of what another is about to do.
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
