//! The kernels that the ops of `model` call: the loops in which a run spends its time.
pub(crate) mod conv;
pub(crate) mod conv_filter_gradient;
pub(crate) mod elementwise;
pub(crate) mod layout;
pub(crate) mod math;
mod odometer;
pub(crate) mod pixels;
pub(crate) mod product;
pub(crate) mod reduce;
pub(crate) mod weight_gradient;
