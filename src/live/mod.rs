//! The live panel: what a lesson adds to its training loop so that the six pictures move while it runs.
//!
//! The loop runs over [`steps`]; a [`schedule`] says at which of them to look. It shares ([`shared`]) the [`progress`] of the run
//! with two helpers: one takes the measurements ([`measure`]), the other is the [`painter`], which writes [`files`] for the
//! [`page`] in the browser. [`status`] says in words how far the run is, and a [`movie`] is drawn from the stills of a [`film`].
mod files;
mod film;
mod guard;
mod knob;
mod measure;
mod movie;
mod page;
mod painter;
mod progress;
mod schedule;
mod shared;
mod status;
mod steps;

#[cfg(test)]
mod tests;

pub(crate) use files::Files;
pub use knob::Knob;
pub(crate) use measure::find;
pub(crate) use progress::{KeptFeed, Progress};
pub(crate) use schedule::Schedule;
pub use shared::work_without_threads;
pub(crate) use shared::{Helper, Rest, Shared, Turn};
pub(crate) use status::duration;
pub use steps::Steps;

use crate::error::require;
use crate::panel::{Frame, History, Panel, State};
use crate::picture::Figure;
use crate::session::last_file;
use crate::{Error, Fed, NONE, Number, Scalar, Session, Tensor, argmax, language::Language, mnist::Images, notebook};
use film::{Film, Still};
use guard::Guard;
use knob::Slider;
use measure::{Measurer, WatchedNet};
use painter::Painter;
use progress::{Measurement, Record};
use std::env;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Watches a network learn: shows the six panels in the notebook while the following cells train, and prints a line at
/// about ten of the steps.
///
/// One cell makes the panel and shows it, another one trains, in an ordinary loop:
///
/// ```
/// # use digitos::prelude::*;
/// # const NUM_ITERS: usize = 20;
/// # let mut mnist = read_data_sets("MNISTdata")?;
/// # let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
/// # let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
/// # let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
/// # let loss = -reduce_mean(y_ * log(y)) * 1000.0;
/// # let step = GradientDescentOptimizer::new(0.003).minimize(loss);
/// # let mut sess = Session::new();
/// # sess.initialize(step)?;
/// let mut panel = LivePanel::new("en", y, loss)?;
/// # if false {
/// panel.show();
/// # }
///
/// for _ in panel.steps(&sess, NUM_ITERS) {
///     let batch = mnist.train.next_batch(100)?;
///     panel.training(&sess, feed! { x => batch.images, y_ => batch.labels })?;
///     panel.test(&sess, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
///     sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
/// }
///
/// panel.figure()?;
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// The panel has two threads of its own, which measure and draw with copies of the weights: training comes out
/// bit for bit as it would without a panel. What is measured depends on the number of the step alone, so the same
/// run ends with the same figure; in between there are more measurements, which only keep the shown picture moving.
///
/// When a run begins anew, after [`Session::initialize`], the curves of the run before stay behind its own as a pale line.
pub struct LivePanel {
    language: Language,
    net: WatchedNet,
    shared: Arc<Shared>,
    files: Option<Files>,
    threads: Vec<JoinHandle<()>>,
    measuring: bool,
    /// Where the last state of the training is kept, if this is a notebook.
    last: Option<PathBuf>,
}

/// Whether this process has already shown the first steps of a run in slow motion: it does so once.
static SHOWN_SLOWLY: AtomicBool = AtomicBool::new(false);

/// At most this many measurements wait, each with its copy of the variables.
const MOST_WAITING: usize = 64;
/// Waking the measuring thread takes longer than adding a measurement. If they follow one another faster than this, it is
/// woken only once for [`ENOUGH_WAITING`] of them.
const SOON: Duration = Duration::from_millis(20);
const ENOUGH_WAITING: usize = 16;
/// Together the waiting copies hold at most this many numbers (but there are at least four copies).
const MOST_NUMBERS: usize = 16 << 20;

impl LivePanel {
    /// A panel in Spanish (`"es"`) or English (`"en"`) for a network that gives `y`, a number for each class, and
    /// learns by making `loss` smaller.
    ///
    /// It shows all variables of the loss: as weights those with several dimensions, as biases the others.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] for another language, or if `y` is not `[?, classes]`.
    pub fn new(language: &str, y: impl Into<Tensor>, loss: Scalar) -> Result<LivePanel, Error> {
        let language = Language::parse(language)?;
        let y = y.into();
        if !matches!(y.shape(), [NONE, _]) {
            let text = format!("a panel needs a number for each image and class, [?, classes], but got {y}");
            return Err(Error::Picture(text));
        }
        let (weights, biases) = loss.variables().into_iter().partition(|variable| variable.shape().len() > 1);
        Ok(LivePanel {
            language,
            net: WatchedNet { answers: argmax(y, 1), loss, spreads: [weights, biases, Vec::new()], rate: None },
            shared: Arc::default(),
            files: None,
            threads: Vec::new(),
            measuring: false,
            last: notebook::is_here().then(last_file),
        })
    }

    /// Shows these variables as weights, instead of all those with several dimensions.
    pub fn weights(mut self, weights: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.net.spreads[0] = weights.into_iter().map(Into::into).collect();
        self
    }

    /// Shows these variables as biases, instead of all others.
    pub fn biases(mut self, biases: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.net.spreads[1] = biases.into_iter().map(Into::into).collect();
        self
    }

    /// Shows the outputs of these layers for the training batch, in place of the biases.
    pub fn activations(mut self, layers: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.net.spreads[2] = layers.into_iter().map(Into::into).collect();
        self
    }

    /// Shows the learning rate too, as a thin line in the chart of the loss, unless it is the same in all steps. `rate` is a
    /// placeholder, or what [`exponential_decay`](crate::exponential_decay) computes; what it is computed from must be fed to
    /// [`training`](LivePanel::training).
    pub fn rate(mut self, rate: impl Into<Tensor>) -> Self {
        let rate = rate.into();
        require!(
            rate.shape().is_empty(),
            "panel.rate: a learning rate is a single number, without dimensions, but got {rate}."
        );
        self.net.rate = Some(rate);
        self
    }

    /// Begins with a logarithmic axis of the loss; the key `l` changes it while the panel is seen.
    pub fn log_loss(self) -> Self {
        self.shared.lock().view.log = true;
        self
    }

    /// A number that is turned with a slider below the panel while the network trains, such as the learning rate: it is fed to a
    /// placeholder.
    ///
    /// ```
    /// # use digitos::prelude::*;
    /// # const NUM_ITERS: usize = 20;
    /// # let mut mnist = read_data_sets("MNISTdata")?;
    /// # let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    /// # let (w, b) = (variable(zeros([784, 10])), variable(zeros([10])));
    /// # let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    /// # let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    /// let lr = placeholder(());
    /// let step = GradientDescentOptimizer::new(lr).minimize(loss);
    /// # let mut sess = Session::new();
    /// # sess.initialize(step)?;
    /// let mut panel = LivePanel::new("en", y, loss)?;
    /// let rate = panel.knob("learning rate", 0.003, 0.0001..=0.1)?;
    /// for _ in panel.steps(&sess, NUM_ITERS) {
    ///     let batch = mnist.train.next_batch(100)?;
    ///     panel.training(&sess, feed! { x => batch.images, y_ => batch.labels })?;
    ///     sess.run(step, feed! { x => batch.images, y_ => batch.labels, lr => rate })?;
    /// }
    /// assert_eq!(rate.value(), 0.003); // nobody has turned it
    /// # Ok::<(), digitos::Error>(())
    /// ```
    ///
    /// The slider moves from the lower to the upper end of `range`: evenly, or by factors if the upper end is positive and more than
    /// 30 times the lower one. The knob turns between two steps only, and each turn is a line in the curves, with the value before and
    /// after. It stays where it was put when training is stopped and goes on, and when a new run begins. Where there is no
    /// page, it stays at `start`. A second knob of the same name takes the place of the first.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if `start` does not lie in the range, the range is empty or has an end that is not finite, or there is no name.
    pub fn knob(&self, name: &str, start: impl Number, range: RangeInclusive<impl Number>) -> Result<Knob, Error> {
        let slider = Slider::new(name, start.to_f32(), range.start().to_f32(), range.end().to_f32())?;
        let knob = slider.knob.clone();
        let mut progress = self.shared.lock();
        match progress.knobs.iter_mut().find(|other| *other.name == *name) {
            Some(same) => *same = slider,
            None => progress.knobs.push(slider),
        }
        progress.version += 1;
        drop(progress);
        self.shared.wake();
        Ok(knob)
    }

    /// Shows the panel below the cell. It lives as long as the kernel and is found again when the page is reloaded.
    ///
    /// The picture is a file in the folder `digitos_live` beside the notebook, which git ignores.
    pub fn show(&mut self) {
        // A kernel runs in the folder of its notebook.
        notebook::show("text/html", &self.html_in(&env::current_dir().unwrap_or_default()));
    }

    fn html_in(&mut self, notebooks: &Path) -> String {
        let files = self.files.get_or_insert_with(|| Files::new(notebooks)).clone();
        let trouble = files.prepare().err();
        if trouble.is_none() && !self.shared.lock().watched {
            self.threads.extend(self.shared.begin("draws", Painter::new(files.clone(), self.language)));
            self.shared.lock().watched = true;
        }
        page::html(&files, self.language, trouble)
    }

    /// The steps from the current one, which the session counts, up to and including `num_iters`, or its next multiple if
    /// training is already past it. So the same loop, run again, goes on training; after [`Session::initialize`] it begins
    /// with step 0.
    ///
    /// The button *Stop* ends the steps early; *Pause* makes the loop wait.
    pub fn steps(&mut self, sess: &Session, num_iters: usize) -> Steps {
        if !self.measuring {
            self.threads.extend(self.shared.begin("measures", Measurer::new(self.net.clone())));
            if let Some(file) = self.last.clone() {
                self.threads.extend(self.shared.begin("guards", Guard { file, relay: notebook::relay() }));
            }
            self.measuring = true;
        }
        if let Some(files) = &self.files {
            files.forget_order();
        }
        let schedule = Schedule::new(sess.trained(self.net.loss), num_iters);
        let mut progress = self.shared.lock();
        progress.begin(schedule);
        progress.slow_motion = progress.watched && schedule.first == 0 && !SHOWN_SLOWLY.swap(true, Ordering::Relaxed);
        Steps::new(self.shared.clone(), progress.runs, schedule, self.language)
    }

    /// Measures accuracy and loss on the batch of this step, if the step is one of those that are measured.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] outside of a loop over [`steps`](LivePanel::steps), or if an earlier measurement failed.
    pub fn training<const N: usize>(&self, sess: &Session, feed: [Fed<'_>; N]) -> Result<(), Error> {
        self.look(false, sess, &feed)
    }

    /// Measures accuracy and loss on the test digits, if the step is one of those that are measured.
    ///
    /// # Errors
    ///
    /// As [`training`](LivePanel::training).
    pub fn test<const N: usize>(&self, sess: &Session, feed: [Fed<'_>; N]) -> Result<(), Error> {
        self.look(true, sess, &feed)
    }

    fn look(&self, test: bool, sess: &Session, feed: &[Fed<'_>]) -> Result<(), Error> {
        let call = if test { "test" } else { "training" };
        let images: Option<&Images> = measure::find(feed.iter().map(|fed| fed.value));
        let mut progress = self.shared.lock();
        progress.report()?;
        let (Some(step), Some(schedule), true) = (progress.step, progress.schedule, progress.busy()) else {
            let text = format!("panel.{call} was called outside of a loop `for … in panel.steps(&sess, NUM_ITERS)`");
            return Err(Error::Picture(text));
        };
        if !test && let Some(images) = images {
            progress.see(images);
        }
        let recorded = if test { schedule.test(step) } else { schedule.training(step) };
        let is_single = progress.state == State::Paused;
        let glance = !recorded
            && progress.watched
            && !progress.pending(step)
            && (progress.is_shown_slowly() || progress.looks[usize::from(test)].due() || is_single && !test);
        let empty = images.is_some_and(|images| images.is_empty());
        if !test && self.last.is_some() && progress.keeping.is_due(step == schedule.last) {
            drop(progress);
            let state = sess.state(self.net.loss);
            progress = self.shared.lock();
            progress.keeping.keep(state);
            self.shared.wake();
        }
        if !recorded && !glance || test && empty {
            return Ok(());
        }
        let (epoch, followed) = (progress.epoch(), progress.is_followed);
        drop(progress);

        let spreads = !test && (glance || schedule.test(step));
        let fetch = self.net.fetch(test, spreads);
        let variables = sess.copy_variables(&fetch)?;
        let newest = if followed { Some(sess.copy_variables(&fetch)?) } else { None };
        let numbers: usize = variables.iter().map(|(_, values)| values.len()).sum();
        let feed = feed.iter().map(KeptFeed::new).collect();
        let measurement = Measurement { step, test, epoch, glance, spreads, variables, feed };
        let most = (MOST_NUMBERS / numbers.max(1)).clamp(4, MOST_WAITING);
        let mut progress = self.shared.lock();
        while progress.waiting.len() >= most && !progress.closing {
            self.shared.wake();
            progress = self.shared.wait(progress);
        }
        progress.report()?;
        progress.newest = newest.or(progress.newest.take());
        let before = progress.looks[usize::from(test)].at.replace(Instant::now());
        progress.waiting.push_back(measurement);
        if before.is_none_or(|before| before.elapsed() >= SOON) || progress.waiting.len() >= ENOUGH_WAITING {
            self.shared.wake();
        }
        Ok(())
    }

    /// What keeps the newest variables for somebody else from now on.
    pub(crate) fn followed(&self) -> Weak<Shared> {
        self.shared.lock().is_followed = true;
        Arc::downgrade(&self.shared)
    }

    /// The panel as it is now, as a picture that the saved notebook keeps.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if a measurement failed, or the picture cannot be drawn.
    pub fn figure(&self) -> Result<Figure, Error> {
        let mut progress = self.shared.wait_for_measurements();
        progress.report()?;
        let frame = progress.live.frame(progress.status());
        let (before, log_loss) = (progress.before.as_deref(), progress.view.log);
        Panel::of(self.language).draw(&Frame { before, log_loss, ..frame })
    }

    /// Writes the run as a film, a GIF: five pictures a second, one for each measurement on the test digits.
    ///
    /// This needs the feature `movie`, which takes a minute to compile; without it, nothing is kept in memory for a film.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] without the feature, before anything was measured, for a path that does not end in `.gif`, and if the
    /// file cannot be written.
    pub fn save_movie(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let mut progress = self.shared.wait_for_measurements();
        progress.report()?;
        let (live, status, log_loss) = (progress.live.clone(), progress.status(), progress.view.log);
        drop(progress);
        if path.extension().is_none_or(|ending| ending != "gif") {
            let text =
                format!("a movie is a file whose name ends in .gif, such as run.gif, but not {}", path.display());
            return Err(Error::Picture(text));
        }
        if live.history.is_empty() {
            let text = "a movie shows what was measured, and nothing has been: train the network in a loop over \
                        panel.steps(…) in which panel.training(…)? and panel.test(…)? succeed";
            return Err(Error::Picture(text.into()));
        }
        let mut panel = Panel::of(self.language);
        let stills = live.film.stills.iter().map(|still| {
            let Still { step, epoch, training, test } = still.clone();
            let record = Record { history: live.history.until(step), training, test, epoch, film: Film::default() };
            panel.draw(&Frame { log_loss, ..record.frame((State::Training, Some(step), status.2)) })
        });
        movie::save(path, stills.chain([self.figure()]))
    }

    /// The curves so far, for your own figures.
    pub fn history(&self) -> History {
        self.shared.wait_for_measurements().live.history.clone()
    }
}

impl Drop for LivePanel {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wake();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
