//! The ops that a network is made of. Each has its shape rule, its value and its gradient side by side in one file.
mod activations;
mod arithmetic;
mod batch_norm;
mod clip;
mod conv2d;
mod dropout;
mod matmul;
mod pool;
mod reduce;
mod reduce_max;
mod reshape;
mod select;
mod softmax;

pub use activations::{leaky_relu, relu, sigmoid, tanh};
pub use arithmetic::{exp, log, sqrt, square};
pub use batch_norm::{ExponentialMovingAverage, batch_norm, batch_normalization, moments};
pub use clip::{clip_by_global_norm, clip_by_norm, global_norm, maximum, minimum};
pub use conv2d::conv2d;
pub use dropout::dropout;
pub use matmul::{matmul, transpose};
pub use pool::{avg_pool, max_pool};
pub use reduce::{reduce_mean, reduce_mean_axes, reduce_sum, reduce_sum_axes};
pub use reduce_max::{reduce_max, reduce_max_axes};
pub use reshape::reshape;
pub use select::{concat, select};
pub use softmax::softmax;

pub(crate) use arithmetic::{comparison, pairwise};
pub(crate) use clip::{GLOBAL_NORM, NORM, scaled_to_norm};
pub(crate) use reduce::{position, written};
pub(crate) use softmax::log_softmax;
