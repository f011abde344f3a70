//! A figure with sliders as a part of a web page.
use crate::notebook;
use crate::picture::{Figure, escape};
use std::fmt::Write as _;

const STYLE: &str = include_str!("sliders.css");
const SCRIPT: &str = include_str!("sliders.js");

/// A figure with sliders, as the last expression of a notebook cell.
#[derive(Clone)]
pub struct Interactive {
    pub(super) figure: Figure,
    pub(super) sliders: Vec<Slider>,
    /// Defines `update(values)`, which changes the figure's named elements.
    pub(super) script: &'static str,
    /// What the script needs to know, as JSON.
    pub(super) data: String,
    /// What the figure shows, in words; `{score}` stands for the text of the element of that name.
    pub(super) said: String,
}

#[derive(Clone)]
pub struct Slider {
    pub label: String,
    pub range: [f32; 2],
    pub step: f32,
    pub value: f32,
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
            let label = escape(label);
            let _ = write!(
                rows,
                "<label><span>{label}</span><input type=\"range\" min=\"{min}\" max=\"{max}\" step=\"{step}\" \
                 value=\"{value}\"><output></output></label>"
            );
        }
        format!(
            "<style>{STYLE}</style>\n<div class=\"digitos-sliders\">{}<form hidden>{rows}\
             </form>\n<script>(function (root, data, said) {{\n{}{SCRIPT}}})(document.currentScript.parentElement, {}, {:?});</script></div>",
            self.figure.html(),
            self.script,
            self.data,
            self.said
        )
    }

    /// Shows it in a notebook: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        notebook::show("text/html", &self.html());
    }
}

impl std::fmt::Debug for Interactive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Interactive ({:?}, {} sliders)", self.figure, self.sliders.len())
    }
}
