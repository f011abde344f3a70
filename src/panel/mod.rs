//! The panel: six pictures of one run side by side.
use super::*;

/// What training is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// For the first step.
    Waiting,
    #[default]
    Training,
    Finished,
    Paused,
    Stopped,
    /// By a value that is no number, for instance.
    Interrupted,
}

/// What a panel shows of one moment.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The curves and bands so far.
    pub history: &'a History,
    /// The training digits of this step.
    pub training: Option<&'a Digits>,
    /// The test digits as they were last evaluated.
    pub test: Option<&'a Digits>,
    pub state: State,
    /// Where training is, if later than what the history knows of.
    pub step: Option<usize>,
    pub total_steps: Option<usize>,
    /// How often training has seen all of its images.
    pub epoch: Option<f32>,
    pub steps_per_second: Option<f32>,
}

impl<'a> Frame<'a> {
    /// The step it shows.
    pub(super) fn last_step(&self) -> usize {
        self.step.unwrap_or(0).max(self.history.last_step())
    }

    /// A frame of curves and bands alone.
    pub fn new(history: &'a History) -> Frame<'a> {
        Frame {
            history,
            training: None,
            test: None,
            state: State::default(),
            step: None,
            total_steps: None,
            epoch: None,
            steps_per_second: None,
        }
    }
}

/// Draws frames; from each to the next it remembers how far the axes reach, so that they do not jump.
#[derive(Debug, Clone)]
pub struct Panel {
    language: Language,
    axes: Axes,
}

const UPPER: f32 = 566.0;
const LOWER: f32 = 718.0;

impl Panel {
    /// A panel in Spanish (`"es"`) or English (`"en"`).
    pub fn new(language: &str) -> Result<Panel, Error> {
        Language::parse(language).map(Panel::of)
    }

    pub(super) fn of(language: Language) -> Panel {
        Panel { language, axes: Axes::default() }
    }

    /// The picture of one moment of training, 960 × 868.
    pub fn draw(&mut self, frame: &Frame) -> Result<Figure, Error> {
        let (language, axes, history) = (self.language, &mut self.axes, frame.history);
        let mut svg = Svg::new(language);
        header::draw(&mut svg, frame);
        training_digits::draw(&mut svg, frame.training)?;
        test_digits::draw(&mut svg, frame.test, &mut axes.errors)?;

        let end = axes.steps.settle(axes::steps(history.last_step()));
        let plot = |x, y| Area::new(x, y, 304.0, 106.0);
        let bottom = 1.0 - axes.accuracy.settle(1.0 - accuracy::bottom(history, end));
        let chart = Chart { area: plot(64.0, UPPER), end, bottom, top: 1.0 };
        accuracy::draw(&mut svg, &chart, history)?;
        let (bottom, top) = loss::range(history, end);
        let (bottom, top) = (0.0 - axes.loss_below_0.settle(0.0 - bottom), axes.loss.settle(top));
        let chart = Chart { area: plot(64.0, LOWER), end, bottom, top };
        loss::draw(&mut svg, &chart, history)?;
        chart.steps(&mut svg);

        weights::draw(&mut svg, plot(532.0, UPPER), history, (axes, end))?;
        biases::draw(&mut svg, plot(532.0, LOWER), history, (axes, end))?;

        let step = language.count(frame.last_step());
        let caption = language
            .pick(format!("Lo que aprende la red, paso {step}"), format!("What the network learns, step {step}"));
        Ok(Figure::new(960, 868, caption, &svg.text))
    }
}
