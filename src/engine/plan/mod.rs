//! The compiler: turns the tensors that a program fetches into a [`Plan`], which is built once and run many times.
//!
//! A batch is cut into slices of 16 images. Most ops treat each image by itself, so they can run on one slice at a time,
//! and several threads can work on different slices. The passes, in order:
//!
//! 1. [`share`]: collects the nodes that the fetch depends on. Nodes that compute the same result become one value
//!    (common subexpression elimination).
//! 2. [`schedule`]: assigns each value to a phase. A phase either runs once per slice or once for the whole batch. An op
//!    that combines images, such as a sum over the batch or a weight gradient, has to wait until every slice is done.
//! 3. [`shorten`]: shortens lifetimes. A value that only a later phase reads is computed in that phase, and cheap ops are
//!    repeated there instead of keeping their result.
//! 4. [`fuse`]: groups ops of equal output size. A group runs tile by tile, so each op reads its input from the cache.
//! 5. [`place`]: assigns memory. Values that only one phase needs share per-thread scratch buffers, so these take as much
//!    memory for 10,000 images as for 16; values that a later phase needs are kept, one copy per slice.
//!
//! [`program`] defines the plan, [`print`] writes it as text, and [`run`] executes it.
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
pub(crate) use program::{Given, Location, NotFinite, Plan, StepPlan};
use schedule::Schedule;
use share::Values;

impl Plan {
    /// A plan for any run.
    pub fn new(fetch: &[Tensor]) -> Plan {
        Plan::with(fetch, &Given { truth: &|_| None, many: false })
    }

    /// A plan for runs of which this is known.
    pub fn with(fetch: &[Tensor], given: &Given<'_>) -> Plan {
        let mut values = Values::new(fetch, given);
        let mut schedule = Schedule::new(&values, fetch);
        shorten::sink(&values, &mut schedule);
        shorten::recompute(&mut values, &mut schedule, given.many);
        place::place(&values, &schedule, fetch, given.many)
    }

    /// Whether the plan was made for such runs. (A step has a plan for any number of images.)
    pub fn suits(&self, given: &Given<'_>) -> bool {
        (self.many == given.many || !self.steps.is_empty())
            && self.switches.iter().all(|&(condition, truth)| (given.truth)(condition) == Some(truth))
    }
}
