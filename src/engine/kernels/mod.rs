//! The hot loops: what the ops of `model` are made of.
pub(crate) mod batch_sum;
pub(crate) mod by_filter;
pub(crate) mod bytes;
pub(crate) mod conv;
pub(crate) mod elementwise;
pub(crate) mod images;
pub(crate) mod math;
pub(crate) mod product;
pub(crate) mod reduce;
