//! Figures that answer a hand: a picture, sliders below it, and a script that changes the picture as they move.
//!
//! Each is first of all a [`Figure`] with named elements. The script reads the figure out of the page's own `<img>`,
//! changes those elements and puts the picture back; where scripts do not run, the figure stays as it is and there are
//! no sliders.
mod neuron;
mod rate;
mod softmax;

pub use neuron::neuron_sliders;
pub use rate::rate_slider;
pub use softmax::softmax_sliders;

use super::*;
use std::fmt::Write as _;

const STYLE: &str = include_str!("sliders.css");
const SCRIPT: &str = include_str!("sliders.js");

/// A figure with sliders, as the last expression of a notebook cell.
#[derive(Clone)]
pub struct Interactive {
    figure: Figure,
    sliders: Vec<Slider>,
    /// Defines `update(values)`, which changes the figure's named elements.
    script: &'static str,
    /// What the script needs to know, as JSON.
    data: String,
}

#[derive(Clone)]
struct Slider {
    label: String,
    range: [f32; 2],
    step: f32,
    value: f32,
}

impl Interactive {
    /// The figure as it stands before a slider is moved.
    pub fn figure(&self) -> &Figure {
        &self.figure
    }

    /// The figure with its sliders as a part of a web page.
    pub fn html(&self) -> String {
        let mut rows = String::new();
        for Slider { label, range: [min, max], step, value } in &self.sliders {
            let label = figure::escape(label);
            let _ = write!(
                rows,
                "<label><span>{label}</span><input type=\"range\" min=\"{min}\" max=\"{max}\" step=\"{step}\" \
                 value=\"{value}\"><output></output></label>"
            );
        }
        format!(
            "<style>{STYLE}</style>\n<div class=\"digitos-sliders\">{}<form hidden>{rows}\
             </form>\n<script>(function (root, data) {{\n{}{SCRIPT}}})(document.currentScript.parentElement, {});</script></div>",
            self.figure.html(),
            self.script,
            self.data
        )
    }

    /// Shows it in a notebook: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        println!("EVCXR_BEGIN_CONTENT text/html\n{}\nEVCXR_END_CONTENT", self.html());
    }
}

impl std::fmt::Debug for Interactive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Interactive ({:?}, {} sliders)", self.figure, self.sliders.len())
    }
}
