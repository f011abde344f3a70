//! The data: reading a set of labelled images from its IDX files, and handing it out in batches.
mod augmentation;
mod data_set;
#[cfg(feature = "download")]
mod download;
mod files;
mod idx;
mod images;
mod read;

pub use augmentation::Augmentation;
pub use data_set::{Batch, DataSet};
pub(crate) use files::locate;
pub(crate) use idx::open;
pub use images::{Images, Labels};
pub use read::{DataSets, ReadOptions, read_data_sets};
