mod error;
pub mod mnist;
pub mod visu;

pub use error::Error;
pub use ndarray;
