mod engine;
mod error;
mod evaluate;
mod loss;
pub mod mnist;
mod model;
mod placeholders;
mod session;
mod step;
pub mod visu;

pub use engine::gradient::gradients;
pub use engine::shape::{NONE, Shape};
pub use engine::tensor::{Indices, Mask, Scalar, Step, Tensor};
pub use error::Error;
pub use evaluate::{argmax, cast, equal};
pub use loss::{log, reduce_mean, reduce_mean_axes, reduce_sum, reduce_sum_axes};
pub use mnist::read_data_sets;
pub use model::{exp, matmul, reshape, softmax, square, transpose};
pub use ndarray;
pub use placeholders::{Number, constant, ones, placeholder, random_uniform, truncated_normal, variable, zeros};
pub use session::{Fed, Feed, Fetch, Session, Values};
pub use step::GradientDescentOptimizer;

/// Everything that a lesson uses: `use digitos::prelude::*;`.
pub mod prelude {
    pub use crate::mnist::{Batch, DataSet, DataSets, Images, Labels, ReadOptions, read_data_sets};
    pub use crate::visu::{Digits, Figure, History, accuracy_curves, loss_curves, misread_digits, weight_images};
    pub use crate::{
        GradientDescentOptimizer, Indices, Mask, NONE, Scalar, Session, Step, Tensor, argmax, cast, constant, equal,
        exp, feed, gradients, log, matmul, ones, placeholder, random_uniform, reduce_mean, reduce_mean_axes,
        reduce_sum, reduce_sum_axes, reshape, softmax, square, transpose, truncated_normal, variable, zeros,
    };
    pub use ndarray::{self, array};
}
