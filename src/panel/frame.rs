//! What a panel shows of one moment.
use super::{digits::Digits, history::History};

/// What training is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Before the first step.
    Waiting,
    /// Steps are being made.
    #[default]
    Training,
    /// The last step has been made.
    Finished,
    /// The loop waits for the button to be pressed again.
    Paused,
    /// The student ended the loop before its last step.
    Stopped,
    /// The loop was left early, for instance because of a value that is NaN.
    Interrupted,
}

/// What a panel shows of one moment.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The curves and bands so far.
    pub history: &'a History,
    /// The run before, whose curves are drawn pale behind those of this one.
    pub before: Option<&'a History>,
    /// The training digits of this step.
    pub training: Option<&'a Digits>,
    /// The test digits as they were last evaluated.
    pub test: Option<&'a Digits>,
    /// What training is doing.
    pub state: State,
    /// The step that training is at, if that is later than the last one in the history.
    pub step: Option<usize>,
    /// The last step of the loop, if it is known.
    pub total_steps: Option<usize>,
    /// How often training has seen all of its images.
    pub epoch: Option<f32>,
    /// The speed of training, if it has been measured.
    pub steps_per_second: Option<f32>,
    /// Whether the axis of the loss is logarithmic.
    pub log_loss: bool,
}

impl<'a> Frame<'a> {
    /// A frame of curves and bands alone.
    pub fn new(history: &'a History) -> Frame<'a> {
        Frame {
            history,
            before: None,
            training: None,
            test: None,
            state: State::default(),
            step: None,
            total_steps: None,
            epoch: None,
            steps_per_second: None,
            log_loss: false,
        }
    }

    /// The last step of its curves; those of the run before do not lead beyond the end of this one.
    pub(super) fn last_curve_step(&self) -> usize {
        let before = self.before.map_or(0, |before| before.last_step().min(self.total_steps.unwrap_or(0)));
        self.history.last_step().max(before)
    }

    /// The step it shows.
    pub(super) fn last_step(&self) -> usize {
        self.step.unwrap_or(0).max(self.history.last_step())
    }
}
