//! The live panel: what a lesson adds to its training loop so that the six pictures move while it runs.
use super::measure::{self, Job, Kept, Subject};
use super::movie::{Film, Still};
use super::painter::{Files, Painter};
use super::progress::{self, Order, Record, Shared};
use super::schedule::Schedule;
use super::*;
use crate::mnist::Images;
use crate::{Fed, Scalar, Session, Tensor, argmax};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, io};

/// Watches a network learn: shows the six panels in the notebook while the next cells train, and prints a line now
/// and then for those who do not see them.
///
/// One cell makes the panel and shows it, another one trains; the loop stays a loop:
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
/// Measuring and drawing are done by two threads of the panel's own, with copies of the weights: training comes out
/// to the last bit as it would without a panel. What is measured depends on the number of the step alone, so the same
/// run ends with the same figure; between these measurements the shown picture gets some more, that keep it moving.
pub struct LivePanel {
    language: Language,
    pub(super) subject: Subject,
    pub(super) shared: Arc<Shared>,
    pub(super) files: Option<Files>,
    threads: Vec<JoinHandle<()>>,
    measuring: bool,
}

/// So many measurements can wait, and so many weights with them.
const MOST_JOBS: usize = 64;
/// To wake the measuring thread takes longer than to ask it for something: where one measurement follows the other as
/// soon as this, it wakes for so many at a time.
const SOON: Duration = Duration::from_millis(20);
const ENOUGH_JOBS: usize = 16;
const MOST_NUMBERS: usize = 16 << 20;

impl LivePanel {
    /// A panel in Spanish (`"es"`) or English (`"en"`) for a network that gives `y`, a number for each class, and
    /// learns by making `loss` smaller.
    ///
    /// It shows all variables of the loss: as weights those with several dimensions, as biases the others.
    pub fn new(language: &str, y: impl Into<Tensor>, loss: Scalar) -> Result<LivePanel, Error> {
        let language = Language::parse(language)?;
        let y = y.into();
        if y.shape().len() != 2 || !y.is_batched() {
            let text = format!("a panel needs a number for each image and class, [?, classes], but got {y}");
            return Err(Error::Picture(text));
        }
        let (weights, biases) = loss.variables().into_iter().partition(|variable| variable.shape().len() > 1);
        Ok(LivePanel {
            language,
            subject: Subject { answers: argmax(y, 1), loss, spreads: [weights, biases, Vec::new()] },
            shared: Arc::default(),
            files: None,
            threads: Vec::new(),
            measuring: false,
        })
    }

    /// Shows these as weights, instead of all variables with several dimensions.
    pub fn weights(mut self, weights: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.subject.spreads[0] = weights.into_iter().map(Into::into).collect();
        self
    }

    /// Shows these as biases.
    pub fn biases(mut self, biases: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.subject.spreads[1] = biases.into_iter().map(Into::into).collect();
        self
    }

    /// Shows what these layers give for the training batch, in the place of the biases.
    pub fn activations(mut self, layers: impl IntoIterator<Item = impl Into<Tensor>>) -> Self {
        self.subject.spreads[2] = layers.into_iter().map(Into::into).collect();
        self
    }

    /// Shows the panel below the cell. It lives as long as the kernel and is found again when the page is reloaded.
    ///
    /// The picture is a file in the folder `digitos_live` beside the notebook, which git ignores.
    pub fn show(&mut self) {
        // A kernel works in the folder of its notebook.
        println!("{}", self.shown_in(&env::current_dir().unwrap_or_default()));
    }

    pub(super) fn shown_in(&mut self, notebooks: &Path) -> String {
        let files = self.files.get_or_insert_with(|| Files::new(notebooks)).clone();
        let mut trouble = files.prepare().err();
        if trouble.is_none() && !self.shared.lock().watched {
            let (shared, painter) = (self.shared.clone(), Painter::new(files.clone(), self.language));
            let thread = background("draws", move || painter.work(&shared));
            trouble = thread.map(|thread| self.threads.push(thread)).err();
            self.shared.lock().watched = trouble.is_none();
        }
        format!("EVCXR_BEGIN_CONTENT text/html\n{}\nEVCXR_END_CONTENT", page::html(&files, self.language, trouble))
    }

    /// The steps from where training stands to `num_iters`, that one included, or to its next multiple if training
    /// has been there: a loop over them goes on as long as the weights do, and begins with 0 after
    /// [`Session::initialize`].
    ///
    /// The button *Stop* ends the steps before their time, *Pause* holds them.
    pub fn steps(&mut self, sess: &Session, num_iters: usize) -> Steps {
        if !self.measuring {
            let (shared, subject) = (self.shared.clone(), self.subject.clone());
            let thread = background("measures", move || measure::work(&shared, &subject));
            self.measuring = thread.map(|thread| self.threads.push(thread)).is_ok();
        }
        if let Some(files) = &self.files {
            files.forget_order();
        }
        let schedule = Schedule::new(sess.trained(self.subject.loss), num_iters);
        let mut progress = self.shared.lock();
        progress.begin(schedule);
        Steps {
            shared: self.shared.clone(),
            run: progress.runs,
            schedule,
            language: self.language,
            next: schedule.first,
            to_tell: VecDeque::new(),
            over: false,
        }
    }

    /// Looks at the batch of this step, if it is time for it.
    pub fn training<const N: usize>(&self, sess: &Session, feed: [Fed<'_>; N]) -> Result<(), Error> {
        self.look(false, sess, &feed)
    }

    /// Looks at the test digits, if it is time for it.
    pub fn test<const N: usize>(&self, sess: &Session, feed: [Fed<'_>; N]) -> Result<(), Error> {
        self.look(true, sess, &feed)
    }

    fn look(&self, test: bool, sess: &Session, feed: &[Fed<'_>]) -> Result<(), Error> {
        let call = if test { "test" } else { "training" };
        let images: Option<&Images> = measure::find(feed.iter().map(|fed| fed.value));
        let mut progress = self.shared.lock();
        if let Some(error) = progress.error.take() {
            return Err(error);
        }
        let (Some(step), Some(schedule), true) = (progress.step, progress.schedule, progress.busy()) else {
            let text = format!("panel.{call} was called outside of a loop `for … in panel.steps(&sess, NUM_ITERS)`");
            return Err(Error::Picture(text));
        };
        if !test && let Some(images) = images {
            progress.see(images);
        }
        let recorded = if test { schedule.test(step) } else { schedule.training(step) };
        let glance =
            !recorded && progress.watched && progress.looks[usize::from(test)].due() && !progress.pending(step);
        let empty = images.is_some_and(|images| images.is_empty());
        if !recorded && !glance || test && empty || !self.measuring {
            return Ok(());
        }
        let epoch = progress.epoch();
        drop(progress);

        let spreads = !test && (glance || schedule.test(step));
        let variables = sess.copy_variables(&self.subject.fetch(spreads))?;
        let numbers: usize = variables.iter().map(|(_, values)| values.len()).sum();
        let job = Job { step, test, epoch, glance, spreads, variables, feed: feed.iter().map(Kept::new).collect() };
        let most = (MOST_NUMBERS / numbers.max(1)).clamp(4, MOST_JOBS);
        let mut progress = self.shared.lock();
        while progress.jobs.len() >= most && !progress.closing {
            self.shared.ring();
            progress = self.shared.wait(progress);
        }
        let before = progress.looks[usize::from(test)].at.replace(Instant::now());
        progress.jobs.push_back(job);
        if before.is_none_or(|before| before.elapsed() >= SOON) || progress.jobs.len() >= ENOUGH_JOBS {
            self.shared.ring();
        }
        Ok(())
    }

    /// The panel as it is now, as a picture that the saved notebook keeps.
    pub fn figure(&self) -> Result<Figure, Error> {
        let mut progress = self.shared.wait_for_measurements();
        if let Some(error) = progress.error.take() {
            return Err(error);
        }
        Panel::of(self.language).draw(&progress.live.frame(progress.stand()))
    }

    /// Writes the run as a film, a GIF: five pictures a second, one for each time that the test digits were looked at.
    ///
    /// This needs the feature `movie`, which takes a minute to compile; without it, nothing is kept in memory for a film.
    pub fn save_movie(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let progress = self.shared.wait_for_measurements();
        let (live, stand) = (progress.live.clone(), progress.stand());
        drop(progress);
        if live.history.is_empty() || path.extension().is_none_or(|ending| ending != "gif") {
            let text = format!("a movie is a .gif of a network that has been trained; {} is none", path.display());
            return Err(Error::Picture(text));
        }
        let mut panel = Panel::of(self.language);
        let mut draw = |record: &Record, stand| panel.draw(&record.frame(stand));
        let stills = live.film.stills.iter().map(|still| {
            let Still { step, epoch, training, test } = still.clone();
            let history = live.history.until(step);
            let record = Record { history, training, test, epoch, film: Film::default() };
            draw(&record, (State::Training, Some(step), stand.2))
        });
        movie::save(path, stills.chain([self.figure()]))
    }

    /// The curves so far, for figures of one's own.
    pub fn history(&self) -> History {
        self.shared.wait_for_measurements().live.history.clone()
    }
}

impl Drop for LivePanel {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.ring();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn background(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().name(format!("digitos {name}")).spawn(work)
}

/// The steps of a run, as [`LivePanel::steps`] gives them. They end when the panel is asked for steps again.
pub struct Steps {
    shared: Arc<Shared>,
    run: usize,
    schedule: Schedule,
    language: Language,
    next: usize,
    /// Steps of which a line is to be printed as soon as they are measured.
    to_tell: VecDeque<usize>,
    over: bool,
}

impl Iterator for Steps {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.over {
            return None;
        }
        if self.shared.lock().runs != self.run {
            self.over = true;
            return None;
        }
        self.tell();
        if self.shared.hold() == Order::Stop {
            self.end(State::Stopped);
            return None;
        }
        if self.next > self.schedule.last {
            self.end(State::Finished);
            return None;
        }
        let step = self.next;
        self.next += 1;
        self.shared.lock().advance(step);
        if self.schedule.told(step) {
            self.to_tell.push_back(step);
        }
        Some(step)
    }
}

impl Steps {
    fn tell(&mut self) {
        let Some(&first) = self.to_tell.front() else { return };
        let progress = self.shared.lock();
        if progress.pending(first) {
            return;
        }
        let line = progress::line(&progress, &self.schedule, first, self.language);
        drop(progress);
        self.to_tell.pop_front();
        println!("{line}");
    }

    fn end(&mut self, state: State) {
        self.over = true;
        let mut progress = self.shared.wait_for_measurements();
        if progress.runs != self.run {
            return;
        }
        progress.end(state);
        drop(progress);
        self.shared.ring();
        while !self.to_tell.is_empty() {
            self.tell();
        }
        if state == State::Stopped {
            println!("{}", self.shared.lock().sentence(self.language));
        }
    }
}

/// The loop was left in its middle, by an error or a `break`.
impl Drop for Steps {
    fn drop(&mut self) {
        if !self.over {
            self.end(State::Interrupted);
        }
    }
}
