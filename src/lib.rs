//! Learn how a neural network learns, with handwritten digits.
//!
//! This is the library under the notebooks of *digitos*. The cells of a lesson and the lines of a program are the same;
//! here is the whole first lesson, which the notebook `notebooks/en/1_softmax.ipynb` takes step by step and with pictures.
//!
//! ```
//! use digitos::prelude::*;
//!
//! // The data: 60,000 digits to learn from, and 10,000 for the exam.
//! let mut mnist = read_data_sets("MNISTdata")?;
//!
//! // The network: ten neurons, each with a weight for each of the 784 pixels. Nothing is computed yet.
//! let x = placeholder([NONE, 28, 28, 1]); // images, as many as will be fed
//! let y_ = placeholder([NONE, 10]); // the right answers: 1 in the place of the digit, 0 elsewhere
//! let w = variable(truncated_normal([784, 10], 0.1));
//! let b = variable(zeros([10]));
//! let xx = reshape(x, [-1, 784]);
//! let y = softmax(matmul(xx, w) + b);
//!
//! // How wrong it is (a hundred times the mean cross entropy of an image), and how often it is right.
//! let cross_entropy = -reduce_mean(y_ * log(y)) * 1000.0;
//! let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
//!
//! // One step of training: every weight moves a little against its gradient.
//! let training_step = GradientDescentOptimizer::new(0.003).minimize(cross_entropy);
//!
//! // The session holds the values of the variables and does the work.
//! let mut sess = Session::with_seed(0);
//! sess.initialize(training_step)?;
//! for _ in 0..1000 {
//!     let batch = mnist.train.next_batch(100)?;
//!     sess.run(training_step, feed! { x => batch.images, y_ => batch.labels })?;
//! }
//!
//! let result = sess.run(accuracy, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
//! assert!(result > 0.91); // after the lesson's 5,000 steps, 0.92
//! # Ok::<(), digitos::Error>(())
//! ```
//!
//! # Where is what
//!
//! The files of `src/` follow the lesson: [`mnist`] reads the data and hands it out in batches; `placeholders` is where
//! numbers enter the graph; `model/` holds what a network is made of, each op with its shape rule, its value and its gradient side
//! by side; `loss` says how wrong the answers are and `evaluate` how often they are right; `step` turns the gradient into
//! training; `session` brings the graph to life; [`visu`] shows what is learnt, [`exercises`] checks the student's answers, and [`lab`] is for trying things out.
//! Behind [`visu`] are four folders: `picture/` draws, `panel/` is the six panels of a run, `figures/` are those of the
//! lessons, and `live/` lets a panel move while a network trains. Under all of them lies `engine/`: the nodes of the graph,
//! the gradient, the plan that a graph is compiled to, and the loops that do the arithmetic.
//!
//! # Mistakes
//!
//! What can go wrong with data or with a run comes as an [`Error`]: one sentence that says what was found, what was
//! expected and what to try. A mistake in building the graph, such as a product of matrices that do not fit, stops the program with such a sentence.
//!
//! # NaN
//!
//! NaN ("not a number") is the result of 0/0, and it is never lost on the way. [`maximum`], [`minimum`], [`reduce_max`],
//! [`max_pool`] and the activations give NaN where one of their numbers is NaN; [`softmax`] gives NaN for the whole image, and
//! [`clip_by_norm`] for the whole tensor, as in TensorFlow. [`argmax`] takes NaN for the largest, as in NumPy. [`equal`] finds
//! NaN the same as nothing, itself included. As the condition of [`select`], NaN is true, as is every number but 0. A training
//! step that would give NaN to a variable is refused ([`Error::NotFinite`]).
//!
//! # Features
//!
//! - `launcher` (default): the program behind `cargo run`, which sets up Jupyter and executes the notebooks. A program
//!   that only uses the library does without: `default-features = false`.
//! - `download`: [`read_data_sets`] fetches the files of MNIST that are missing.
#![warn(missing_docs, clippy::missing_errors_doc)]
mod engine;
mod error;
mod evaluate;
pub mod exercises;
mod figures;
mod graph;
pub mod lab;
mod language;
mod live;
mod lock;
mod loss;
pub mod mnist;
mod model;
mod notebook;
mod panel;
mod picture;
mod placeholders;
mod plan;
mod session;
mod step;
pub mod visu;
mod whole_file;
mod words;

pub use engine::feed::{Fed, Feed};
pub use engine::number::{Number, Operand};
pub use engine::shape::Shape;
pub use engine::threads::{lend_threads, lent_threads_rest};
pub use error::Error;
pub use graph::Graph;
pub use lesson::*;
pub use ndarray;
pub use plan::Plan;
pub use session::{Fetch, Values};

/// What both the root of the crate and the prelude offer.
mod lesson {
    pub use crate::engine::gradient::gradients;
    pub use crate::engine::shape::NONE;
    pub use crate::engine::tensor::{Indices, Mask, Scalar, Step, Tensor};
    pub use crate::engine::window::Padding::{self, Same as SAME, Valid as VALID};
    pub use crate::evaluate::{argmax, cast, equal};
    pub use crate::graph::graph;
    pub use crate::loss::softmax_cross_entropy_with_logits;
    pub use crate::mnist::read_data_sets;
    pub use crate::model::*;
    pub use crate::placeholders::{constant, ones, placeholder, random_uniform, truncated_normal, variable, zeros};
    pub use crate::plan::plan;
    pub use crate::session::Session;
    pub use crate::step::{AdamOptimizer, GradientDescentOptimizer, MomentumOptimizer, exponential_decay};
}

/// Everything that a lesson uses: `use digitos::prelude::*;`.
pub mod prelude {
    pub use crate::exercises::{___, check, comprobar, examine, examine_with, mi_progreso, my_progress};
    pub use crate::feed;
    pub use crate::lab::{
        Diagnosis, DrawingPad, Experiment, Handwriting, RunTable, Runs, Trial, Verdict, cover, diagnose, digit_map,
        draw, load_runs, look_inside, nearest_digits, own_digits, read_picture, slow_step,
    };
    pub use crate::lesson::*;
    pub use crate::mnist::{Augmentation, Batch, DataSet, DataSets, Images, Labels, ReadOptions};
    pub use crate::visu::{
        Digits, Figure, History, Knob, LivePanel, accuracy_curves, answer_bars, batch_product, certificate,
        confusion_matrix, cross_entropy_bars, curves, decision_boundary, feature_maps, filter_images, filter_slider,
        function_graph, histograms, image_row, layer_bars, loss_along, loss_curves, loss_surface, mean_images,
        misread_digits, most_confused, network, neuron, neuron_sliders, pixel_values, plane, rate_slider, softmax_bars,
        softmax_sliders, ten_neurons, thinned_network, tiny_net, tiny_net_gaps, weight_film, weight_images,
    };
    pub use ndarray::{self, array};
}

/// The programs in the two READMEs.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../README.md")]
    struct English;

    #[doc = include_str!("../README.es.md")]
    struct Spanish;
}
