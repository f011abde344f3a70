//! The hot loops: what the ops of `model` are made of.
pub(crate) mod conv;
pub(crate) mod conv_filter_gradient;
pub(crate) mod elementwise;
pub(crate) mod layout;
pub(crate) mod math;
pub(crate) mod pixels;
pub(crate) mod product;
pub(crate) mod reduce;
pub(crate) mod weight_gradient;
