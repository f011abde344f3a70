//! The engine: the graph, its gradient, the compiler that turns it into a plan, and the kernels that do the arithmetic.
//!
//! A batch is cut into slices of 16 images. Within a slice each image is a lane: the 16 values of element `i`, one of each
//! image, are adjacent in memory. So a vector register holds the same element of several images, and lanes need never be
//! combined.
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

// the words that all rooms use; kernels, plans and threads are imported by their paths
pub(crate) use feed::*;
pub(crate) use gradient::*;
pub(crate) use memory::*;
pub(crate) use number::*;
pub(crate) use random::*;
pub(crate) use shape::*;
pub(crate) use tensor::*;
pub(crate) use window::*;
