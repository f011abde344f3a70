//! The panel: six pictures of one run side by side.
//!
//! What is shown is a [`frame`]: a [`history`] of curves, and [`digits`] with the network's answers. The six panels are the
//! two grids ([`training_digits`], [`test_digits`], both drawn by [`grid`]) and the four charts ([`accuracy`] and [`loss`] drawn
//! by [`curves`], [`weights`] and [`biases`] by [`bands`]). A new panel is a file with a `draw` function and a line in `PANELS`.
pub mod accuracy;
mod bands;
mod biases;
mod changes;
pub mod curves;
pub mod digits;
mod frame;
pub mod grid;
mod header;
pub mod history;
pub mod loss;
mod panel_axes;
mod test_digits;
mod training_digits;
mod weights;

#[cfg(test)]
pub mod tests;

pub use digits::Digits;
pub use frame::{Frame, State};
pub use history::{History, Values};

use crate::picture::{Area, Card, Figure, Svg, axes};
use crate::{Error, language::Language};
use panel_axes::PanelAxes;

/// Draws a panel of a frame; the area is that of its grid or plot, which titles and labels surround.
type Draw = fn(&mut Svg, Area, &Frame, &mut PanelAxes) -> Result<(), Error>;

/// The six panels and their places.
const PANELS: [(Draw, Area); 6] = [
    (training_digits::draw, Area::new(24.0, 147.0, 330.0, 220.0)),
    (test_digits::draw, Area::new(416.0, 147.0, 520.0, 220.0)),
    (accuracy::draw, plot(64.0, 410.0)),
    (loss::draw, plot(64.0, 534.0)),
    (weights::draw, plot(532.0, 410.0)),
    (biases::draw, plot(532.0, 534.0)),
];

/// With its buttons the panel fits the part of a page that JupyterLab shows on a screen of 1366 × 768.
const HEIGHT: f32 = 640.0;

const fn plot(x: f32, y: f32) -> Area {
    Area::new(x, y, 304.0, 78.0)
}

/// Draws frames; from each to the next it remembers how far the axes reach, so that they do not jump.
#[derive(Debug, Clone)]
pub struct Panel {
    language: Language,
    axes: PanelAxes,
}

impl Panel {
    /// A panel in Spanish (`"es"`) or English (`"en"`).
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] for another language.
    pub fn new(language: &str) -> Result<Panel, Error> {
        Language::parse(language).map(Panel::of)
    }

    pub(crate) fn of(language: Language) -> Panel {
        Panel { language, axes: PanelAxes::default() }
    }

    /// The picture of one moment of training, 960 × 640 pixels.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if a part of it cannot be drawn.
    pub fn draw(&mut self, frame: &Frame) -> Result<Figure, Error> {
        let (language, axes) = (self.language, &mut self.axes);
        let mut card = Card::blank(language, header::caption(frame, language));
        header::draw(&mut card.svg, frame);
        axes.last_step = axes.steps.settle(axes::steps(frame.last_curve_step()));
        for (draw, area) in PANELS {
            draw(&mut card.svg, area, frame, axes)?;
        }
        Ok(card.figure(960.0, HEIGHT))
    }

    /// One of the six panels, from 1 on, to be shown as large as all of them together.
    pub(crate) fn draw_one(&mut self, frame: &Frame, number: usize) -> Result<Figure, Error> {
        let (language, axes) = (self.language, &mut self.axes);
        let (draw, Area { w, h, .. }) = PANELS[number - 1];
        let mut card = Card::blank(language, header::caption(frame, language));
        axes.last_step = axes.steps.settle(axes::steps(frame.last_curve_step()));
        // what surrounds the area decides how wide its card is
        let (area, width) = match number {
            1 => (Area::new(75.0, 80.0, w, h), 480.0),
            2 => (Area::new(58.0, 120.0, w, h), 600.0),
            _ => (Area::new(64.0, 70.0, w, 210.0), 480.0),
        };
        draw(&mut card.svg, area, frame, axes)?;
        Ok(card.figure(width, width * HEIGHT / 960.0))
    }
}
