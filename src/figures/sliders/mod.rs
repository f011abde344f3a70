//! Interactive figures: a picture, sliders below it, and a script that changes the picture as they move.
//!
//! Each is first of all a [`Figure`](crate::picture::Figure) with named elements. The script reads the figure out of the page's own `<img>`,
//! changes those elements and puts the picture back; where scripts do not run, the figure stays as it is and there are
//! no sliders.
mod batch_product;
mod film;
mod filter;
mod functions;
mod inside;
mod interactive;
mod loss_along;
mod neuron;
mod rate;
mod slow_step;
mod softmax;
mod tiny_net;

pub use batch_product::batch_product;
pub use film::weight_film;
pub use filter::filter_slider;
pub use functions::function_graph;
pub(crate) use inside::{Inside, Neuron, Rule, Stage, TERMS};
pub use interactive::Interactive;
pub use loss_along::loss_along;
pub use neuron::neuron_sliders;
pub use rate::rate_slider;
pub(crate) use slow_step::{SlowStep, Weights};
pub use softmax::softmax_sliders;
pub use tiny_net::{tiny_net, tiny_net_gaps};
