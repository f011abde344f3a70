//! What a network is made of. Each op stands in one place: its shape rule, its value and its gradient.
mod arithmetic;
mod matmul;
mod reshape;
mod softmax;

pub use arithmetic::{exp, square};
pub use matmul::{matmul, transpose};
pub use reshape::reshape;
pub use softmax::softmax;

pub(crate) use arithmetic::binary;
pub(crate) use reshape::broadcast_to;
pub(crate) use softmax::log_softmax;
