//! The axes of a panel's charts.
use crate::picture::axes::StickyAxis;

/// The axes of a panel's charts, as the frame before left them.
#[derive(Debug, Clone, Default)]
pub struct PanelAxes {
    pub steps: StickyAxis,
    /// The end of the axis of steps in the frame that is being drawn.
    pub last_step: f32,
    /// How far below 1 the accuracy axis reaches.
    pub accuracy: StickyAxis,
    pub loss: StickyAxis,
    pub loss_below_0: StickyAxis,
    /// The bottom, with a minus, and the top of a logarithmic axis.
    pub log_loss: [StickyAxis; 2],
    pub weights: StickyAxis,
    pub biases: StickyAxis,
    /// How many percent of the test digits the grid's scale spans.
    pub errors: Option<f32>,
}
