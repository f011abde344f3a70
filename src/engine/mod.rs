//! The engine room: the graph, its gradient, the plan of a run, and the loops that do the work.
//!
//! A batch is cut into slices of sixteen images, and every image is a lane: number `i` of sixteen images stands side by
//! side in memory. A vector register holds the same number of several images, so that no op ever needs to look sideways.
pub(crate) mod feed;
pub(crate) mod gradient;
pub(crate) mod kernels;
pub(crate) mod memory;
pub(crate) mod number;
pub(crate) mod plan;
pub(crate) mod random;
pub(crate) mod shape;
pub(crate) mod simd;
pub(crate) mod tensor;
pub(crate) mod threads;
pub(crate) mod window;
