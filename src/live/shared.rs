//! What the training loop shares with its helpers, who measure and draw beside it: each in a thread of its own, or, where none can
//! be had (WebAssembly has no threads), in turns that the loop gives.
use super::progress::{Order, Progress};
use super::schedule::Schedule;
use crate::{lock::unpoisoned, panel::State};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How long a step of slow motion is seen: one and a half pictures.
const LINGER: Duration = Duration::from_millis(225);

/// Somebody who works beside the training loop.
pub trait Helper: Send {
    /// Does one piece of work, if there is any, and says how long to rest then.
    fn turn<'a>(&mut self, shared: &'a Shared, progress: MutexGuard<'a, Progress>) -> Turn<'a>;
}

/// What a turn gives back.
pub type Turn<'a> = (MutexGuard<'a, Progress>, Rest);

/// How long a helper rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    No,
    UntilChanged,
    /// Until something changes, but no longer than this; there is nothing to do that others wait for.
    Seldom(Duration),
    For(Duration),
}

/// The runs whose helpers have no thread.
static WITHOUT_THREADS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// [`Progress`], and a condition variable for threads that wait until it changes.
pub struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
    /// Those that have no thread.
    helpers: Mutex<Vec<Box<dyn Helper>>>,
    lacks_threads: AtomicBool,
}

impl Default for Shared {
    fn default() -> Self {
        let progress = Progress { state: State::Waiting, ..Progress::default() };
        Shared {
            progress: Mutex::new(progress),
            changed: Condvar::new(),
            helpers: Mutex::default(),
            lacks_threads: AtomicBool::new(false),
        }
    }
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, Progress> {
        unpoisoned(self.progress.lock())
    }

    /// Wakes all waiting threads.
    pub fn wake(&self) {
        self.changed.notify_all();
    }

    /// Waits until something changes. Helpers without a thread work meanwhile; it may be that nothing has changed then.
    pub fn wait<'a>(&'a self, progress: MutexGuard<'a, Progress>) -> MutexGuard<'a, Progress> {
        if !self.lacks_threads() {
            return unpoisoned(self.changed.wait(progress));
        }
        drop(progress);
        self.take_turns();
        self.lock()
    }

    /// The same for some time at most.
    pub fn wait_for<'a>(&'a self, progress: MutexGuard<'a, Progress>, time: Duration) -> MutexGuard<'a, Progress> {
        if self.lacks_threads() { self.wait(progress) } else { unpoisoned(self.changed.wait_timeout(progress, time)).0 }
    }

    /// Takes an order of the page for the run that is going on.
    pub fn obey(&self, order: Order) {
        let mut progress = self.lock();
        if progress.busy() && (order != Order::Step || progress.state == State::Paused) {
            progress.order = order;
            if self.lacks_threads() {
                progress.pause(order == Order::Pause); // the loop is not running now, and cannot do it
            }
            self.wake();
        }
    }

    /// Waits as long as the student wants a pause; returns what they have asked for then. A single step is a pause all the same.
    pub fn wait_while_paused(&self) -> Order {
        let mut progress = self.lock();
        if !matches!(progress.order, Order::Pause | Order::Step) || self.lacks_threads() {
            return progress.order;
        }
        progress.clock.pause(); // it runs in a single step
        progress.pause(true);
        progress.version += 1;
        self.wake();
        while progress.order == Order::Pause && !progress.closing {
            progress = self.wait(progress);
        }
        if progress.order == Order::Step {
            progress.order = Order::Pause;
            progress.clock.resume();
            return Order::Step;
        }
        progress.pause(false);
        self.wake();
        progress.order
    }

    /// In slow motion, lets the step be seen that was just taken: waits until it is measured, and then a little while,
    /// unless the student asks for something.
    pub fn linger(&self) {
        let mut progress = self.lock();
        if !progress.is_shown_slowly() {
            return;
        }
        progress.clock.pause();
        drop(progress);
        let mut progress = self.wait_for_measurements();
        let start = Instant::now();
        while let Some(left) = LINGER.checked_sub(start.elapsed())
            && progress.order == Order::Go
            && !progress.closing
        {
            progress = self.wait_for(progress, left);
        }
        progress.clock.resume();
        progress.slow_motion = !progress.step.is_some_and(Schedule::ends_slow_motion);
    }

    /// Waits until everything is measured that was asked for.
    pub fn wait_for_measurements(&self) -> MutexGuard<'_, Progress> {
        let mut progress = self.lock();
        self.wake();
        while progress.pending(usize::MAX) {
            progress = self.wait(progress);
        }
        progress
    }

    /// Begins the work of a helper. The thread, if there is one, ends when the panel is dropped.
    pub fn begin(self: &Arc<Self>, name: &str, helper: impl Helper + 'static) -> Option<JoinHandle<()>> {
        // the thread takes the helper only when it runs, for a thread that is refused drops what it was given
        let helper: Arc<Mutex<Option<Box<dyn Helper>>>> = Arc::new(Mutex::new(Some(Box::new(helper))));
        let (shared, own) = (self.clone(), helper.clone());
        let work = move || {
            let helper = unpoisoned(own.lock()).take();
            helper.into_iter().for_each(|mut helper| shared.work(&mut *helper));
        };
        let thread = Builder::new().name(format!("digitos {name}")).spawn(work).ok();
        if thread.is_none() {
            unpoisoned(helper.lock()).take().into_iter().for_each(|helper| self.work_in_turns(helper));
        }
        thread
    }

    /// Lets a helper work without a thread.
    pub fn work_in_turns(self: &Arc<Self>, helper: Box<dyn Helper>) {
        unpoisoned(self.helpers.lock()).push(helper);
        self.lacks_threads.store(true, Ordering::Relaxed);
        unpoisoned(WITHOUT_THREADS.lock()).push(Arc::downgrade(self));
    }

    fn work(&self, helper: &mut dyn Helper) {
        let mut progress = self.lock();
        while !progress.closing {
            let (after, rest) = helper.turn(self, progress);
            progress = match rest {
                Rest::No => after,
                Rest::UntilChanged => self.wait(after),
                Rest::Seldom(time) | Rest::For(time) => self.wait_for(after, time),
            };
        }
    }

    /// Whether a helper has no thread.
    pub fn lacks_threads(&self) -> bool {
        self.lacks_threads.load(Ordering::Relaxed)
    }

    /// Lets the helpers without a thread work until they rest; returns whether one of them rests only for some time.
    pub fn take_turns(&self) -> bool {
        let mut later = false;
        for helper in unpoisoned(self.helpers.lock()).iter_mut() {
            let mut rest = Rest::No;
            while rest == Rest::No {
                rest = helper.turn(self, self.lock()).1;
            }
            later |= matches!(rest, Rest::For(_));
        }
        later
    }
}

/// Does what the panels' threads would do, in a program that can have none: to be called while training waits.
pub fn work_without_threads() {
    let mut runs = unpoisoned(WITHOUT_THREADS.lock());
    runs.retain(|run| run.strong_count() > 0);
    let runs: Vec<Arc<Shared>> = runs.iter().filter_map(Weak::upgrade).collect();
    runs.iter().for_each(|shared| _ = shared.take_turns());
}
