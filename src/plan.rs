//! What a session does for a fetch, as text.
use crate::engine::plan;
use crate::session::{Fetch, tensors};
use std::fmt;

/// The steps in which a session computes what a fetch asks for, as [`plan`](plan()) prints them.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    text: String,
}

/// The plan that a session makes for `fetch`: which ops run, in which order, and where each keeps its numbers.
///
/// A phase goes through the batch in slices of sixteen images, or works once for the batch as a whole. `#3` is what line
/// 3 computed; `kept` holds a value of every slice until a later phase has read it, `scratch` that of one slice, `tile` a
/// few rows that the next op reads while they are still in the cache, and `shared` a tensor without images.
///
/// ```
/// use digitos::prelude::*;
/// let x = placeholder([NONE, 4]).named("x");
/// let w = variable(zeros([4, 3])).named("w");
/// println!("{}", plan(reduce_mean(square(matmul(x, w)))));
/// ```
pub fn plan(fetch: impl Fetch) -> Plan {
    Plan { text: plan::Plan::new(&tensors(&fetch)).to_string() }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
