//! The figures of the lessons that stand alone: one file each, with a function from data to a
//! [`Figure`](crate::picture::Figure).
//!
//! What a figure is given is looked at in [`checks`] before it is drawn on a [`Card`](crate::picture::Card). Weights and
//! feature maps are [`signed`] pictures, and [`one_layer`] is the network of the first lesson, computed by hand.
mod answer_bars;
mod bars;
mod certificate;
mod checks;
mod confusion;
mod covered;
mod cross_entropy;
mod curves;
mod decision_boundary;
mod digit_map;
mod feature_maps;
mod filters;
mod graph;
mod histograms;
mod image_row;
mod layer_bars;
mod loss_surface;
mod mean_images;
mod misread;
mod most_confused;
mod nearest;
mod network;
mod neuron;
mod one_layer;
mod pixel_values;
mod preparation;
mod rates;
mod run_curves;
mod signed;
mod sliders;
mod softmax_bars;
mod weight_images;

#[cfg(test)]
mod tests;

pub use answer_bars::answer_bars;
pub(crate) use bars::{Bar, Bars};
pub use certificate::certificate;
pub use confusion::confusion_matrix;
pub(crate) use covered::{Covered, covered_figure};
pub use cross_entropy::cross_entropy_bars;
pub use curves::curves;
pub(crate) use curves::{Curve, labelled_curves};
pub use decision_boundary::{decision_boundary, plane};
pub(crate) use digit_map::{MapOfDigits, Mapped};
pub use feature_maps::feature_maps;
pub use filters::filter_images;
pub(crate) use graph::{GraphBox, Kind, graph_figure};
pub use histograms::histograms;
pub use image_row::image_row;
pub use layer_bars::layer_bars;
pub use loss_surface::loss_surface;
pub use mean_images::mean_images;
pub use misread::misread_digits;
pub use most_confused::most_confused;
pub(crate) use nearest::{Neighbour, Neighbours, nearest_figure};
pub use network::{network, thinned_network};
pub use neuron::{neuron, ten_neurons};
pub use pixel_values::pixel_values;
pub(crate) use preparation::{Mark, Step, preparation_figure};
pub(crate) use rates::Rates;
pub use run_curves::{accuracy_curves, loss_curves};
pub(crate) use sliders::{Inside, Neuron, Rule, SlowStep, Stage, TERMS, Weights};
pub use sliders::{
    Interactive, batch_product, filter_slider, function_graph, loss_along, neuron_sliders, rate_slider,
    softmax_sliders, tiny_net, tiny_net_gaps, weight_film,
};
pub use softmax_bars::softmax_bars;
pub use weight_images::weight_images;
