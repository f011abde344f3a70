//! The data: reading a set of labelled images from its IDX files, and handing it out in batches.
mod images;
pub use images::{Images, Labels};
