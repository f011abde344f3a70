//! Interactive figures: a picture, sliders below it, and a script that changes the picture as they move.
//!
//! Each is first of all a [`Figure`](crate::picture::Figure) with named elements. The script reads the figure out of the page's own `<img>`,
//! changes those elements and puts the picture back; where scripts do not run, the figure stays as it is and there are
//! no sliders.
mod film;
mod filter;
mod interactive;
mod neuron;
mod rate;
mod softmax;

pub use film::weight_film;
pub use filter::filter_slider;
pub use interactive::Interactive;
pub use neuron::neuron_sliders;
pub use rate::rate_slider;
pub use softmax::softmax_sliders;
