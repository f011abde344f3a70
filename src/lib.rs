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
pub use engine::kernels::window::Padding::{self, Same as SAME, Valid as VALID};
pub use engine::shape::{NONE, Shape};
pub use engine::tensor::{Indices, Mask, Scalar, Step, Tensor};
pub use error::Error;
pub use evaluate::{argmax, cast, equal};
pub use loss::{log, reduce_mean, reduce_mean_axes, reduce_sum, reduce_sum_axes, softmax_cross_entropy_with_logits};
pub use mnist::read_data_sets;
pub use model::{
    ExponentialMovingAverage, avg_pool, batch_norm, batch_normalization, concat, conv2d, dropout, exp, leaky_relu,
    matmul, max_pool, moments, relu, reshape, select, sigmoid, softmax, sqrt, square, tanh, transpose,
};
pub use ndarray;
pub use placeholders::{Number, constant, ones, placeholder, random_uniform, truncated_normal, variable, zeros};
pub use session::{Fed, Feed, Fetch, Session, Values};
pub use step::{AdamOptimizer, GradientDescentOptimizer, MomentumOptimizer, exponential_decay};

/// Everything that a lesson uses: `use digitos::prelude::*;`.
pub mod prelude {
    pub use crate::mnist::{Batch, DataSet, DataSets, Images, Labels, ReadOptions, read_data_sets};
    pub use crate::visu::{Digits, Figure, History, accuracy_curves, loss_curves, misread_digits, weight_images};
    pub use crate::{
        AdamOptimizer, ExponentialMovingAverage, GradientDescentOptimizer, Indices, Mask, MomentumOptimizer, NONE,
        Padding, SAME, Scalar, Session, Step, Tensor, VALID, argmax, avg_pool, batch_norm, batch_normalization, cast,
        concat, constant, conv2d, dropout, equal, exp, exponential_decay, feed, gradients, leaky_relu, log, matmul,
        max_pool, moments, ones, placeholder, random_uniform, reduce_mean, reduce_mean_axes, reduce_sum,
        reduce_sum_axes, relu, reshape, select, sigmoid, softmax, softmax_cross_entropy_with_logits, sqrt, square,
        tanh, transpose, truncated_normal, variable, zeros,
    };
    pub use ndarray::{self, array};
}
