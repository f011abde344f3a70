//! The thread pool of a session. The threads share out the slices of a phase, take over parts from those that are not done
//! yet, and sleep when there is no work.
use crate::lock::unpoisoned;
use std::any::Any;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long an idle thread spins before it goes to sleep. The gap between two phases, or between two steps, is rarely
/// longer, and waking a sleeping thread costs ≈ 15 µs.
const SPIN_BEFORE_SLEEP: Duration = Duration::from_micros(100);

/// The most threads of a pool, and the most pieces that work is cut into.
pub(crate) const PIECES: usize = 32;

pub(crate) struct Threads {
    shared: Arc<Shared>,
    /// Started when there is work for the first time; empty if the threads are lent.
    workers: OnceLock<Vec<JoinHandle<()>>>,
}

/// What the host of the program lends to all sessions, where they do not start threads of their own.
static LENT: OnceLock<Arc<Shared>> = OnceLock::new();

/// Starts `count` threads that work for all sessions made from now on. To be called again in a program whose memory was copied from
/// one in which these threads were at rest: they are not part of the memory.
pub fn lend_threads(count: usize) {
    let shared = LENT.get_or_init(|| Arc::new(Shared::of(count + 1)));
    *lock(&shared.asleep) = 0;
    shared.start(count);
}

/// Whether all threads that are lent are asleep.
pub fn lent_threads_rest() -> bool {
    LENT.get().is_none_or(|shared| *lock(&shared.asleep) + 1 == shared.parts.len())
}

#[derive(Default)]
struct Shared {
    /// Counts the tasks offered so far; idle workers watch it for a change.
    round: AtomicUsize,
    /// How many workers are asleep.
    asleep: Mutex<usize>,
    wake: Condvar,
    /// Whether the workers should exit.
    closing: AtomicBool,
    /// The phase that all threads work on.
    all: Task,
    /// Work that a thread offers to idle ones: parts of the group that it is computing.
    parts: Vec<Task>,
}

#[derive(Default)]
struct Task {
    /// The function that threads which join will call; `None` while the task is closed.
    work: Mutex<Option<&'static (dyn Fn(usize) + Sync)>>,
    /// Whether `work` is `Some`, to be read without locking it.
    is_open: AtomicBool,
    /// How many threads have joined and not left yet.
    active: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Threads {
    /// A pool of `count` threads, including the caller's.
    pub fn new(count: usize) -> Self {
        Threads { shared: Arc::new(Shared::of(count)), workers: OnceLock::new() }
    }

    /// All that there are: those that are lent, as many as the environment variable `DIGITOS_THREADS` says, or one for
    /// each core.
    pub fn all() -> Self {
        match LENT.get() {
            Some(lent) => Threads { shared: lent.clone(), workers: Vec::new().into() },
            None => {
                let wanted = std::env::var("DIGITOS_THREADS").ok().and_then(|count| count.parse().ok());
                let cores = || std::thread::available_parallelism().map_or(1, |count| count.get());
                Threads::new(wanted.filter(|&count| count > 0).unwrap_or_else(cores))
            }
        }
    }

    /// The number of threads, including the caller's. Starts them.
    pub fn count(&self) -> usize {
        let own = self.workers.get_or_init(|| self.shared.start(self.limit() - 1));
        if self.is_lent() { self.limit() } else { own.len() + 1 }
    }

    fn is_lent(&self) -> bool {
        LENT.get().is_some_and(|lent| Arc::ptr_eq(lent, &self.shared))
    }

    /// The number of threads that were asked for.
    pub fn limit(&self) -> usize {
        self.shared.parts.len()
    }

    /// Calls `f(scratch, first, items[first..])` on pieces of `items` that start at multiples of `unit`, on all threads, each
    /// with a `scratch` of its own. `backwards`: each thread takes its pieces in reverse order.
    pub fn split<S: Send, T: Send>(
        &self,
        scratch: &mut [S],
        items: &mut [T],
        unit: usize,
        backwards: bool,
        f: impl Fn(&mut S, usize, &mut [T]) + Sync,
    ) {
        let units = items.len().div_ceil(unit);
        if self.count().min(scratch.len()).min(units) <= 1 {
            return f(&mut scratch[0], 0, items);
        }
        let size = units.div_ceil(PIECES) * unit;
        let total = items.len().div_ceil(size);
        let pieces = slots::<_, PIECES>(items.chunks_mut(size));
        let scratch = slots::<_, PIECES>(scratch.iter_mut());
        // a thread starts with the same share in every phase, which is still in its cache, and then steals from the others
        let count = self.count();
        let share = |thread: usize| total * thread / count;
        let next = [const { AtomicUsize::new(0) }; PIECES];
        (0..count).for_each(|thread| next[thread].store(share(thread), Relaxed));
        self.run(&|index| {
            let mut scratch = lock(&scratch[index]);
            let Some(scratch) = &mut *scratch else { return };
            for owner in (index..count).chain(0..index) {
                loop {
                    let k = next[owner].fetch_add(1, Relaxed);
                    if k >= share(owner + 1) {
                        break;
                    }
                    let k = if backwards { share(owner) + share(owner + 1) - 1 - k } else { k };
                    let Some(piece) = lock(&pieces[k]).take() else { continue };
                    f(scratch, k * size, piece);
                }
            }
        });
    }

    /// Calls `work(0)` on this thread, and `work(index)` on each other thread that joins before this one is done.
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        self.shared.run_with(std::slice::from_ref(&self.shared.all), work, || {
            self.shared.announce(Condvar::notify_all);
            work(0);
        });
    }

    /// Calls `f` on each of `items`, on this thread and on idle ones, at most one thread for each of `scratch`.
    pub fn share<S: Send, T: Send, const M: usize, const N: usize>(
        &self,
        scratch: &mut [S; M],
        items: &mut [T; N],
        f: impl Fn(&mut S, &mut T) + Sync,
    ) {
        if self.count() == 1 {
            return items.iter_mut().for_each(|item| f(&mut scratch[0], item));
        }
        let (scratch, items) = (slots::<_, M>(scratch.iter_mut()), slots::<_, N>(items.iter_mut()));
        let next = AtomicUsize::new(0);
        let work = |_| {
            let Some(scratch) = scratch.iter().find_map(|scratch| lock(scratch).take()) else { return };
            let item = || lock(items.get(next.fetch_add(1, Relaxed))?).take();
            while let Some(item) = item() {
                f(scratch, item);
            }
        };
        self.shared.run_with(&self.shared.parts, &work, || {
            self.shared.announce(Condvar::notify_one);
            work(0);
        });
    }
}

impl Task {
    /// Opens the task with `work`, if it is free. Returns whether it was.
    fn open(&self, work: &'static (dyn Fn(usize) + Sync)) -> bool {
        let mut offered = lock(&self.work);
        let free = offered.is_none() && self.active.load(Acquire) == 0;
        if free {
            *offered = Some(work);
            self.is_open.store(true, Relaxed);
        }
        free
    }

    /// Stops more threads from joining.
    fn close(&self) {
        let mut offered = lock(&self.work);
        self.is_open.store(false, Relaxed);
        *offered = None;
    }

    /// Calls `work` as thread `index`, if the task is open. A panic is kept for the thread that offered the task.
    fn join(&self, index: usize) {
        if !self.is_open.load(Relaxed) {
            return;
        }
        let joined = lock(&self.work).inspect(|_| _ = self.active.fetch_add(1, AcqRel));
        let Some(work) = joined else { return };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(index))) {
            *lock(&self.panic) = Some(panic);
        }
        self.active.fetch_sub(1, AcqRel);
    }
}

impl Shared {
    fn of(count: usize) -> Shared {
        let parts = (0..count.clamp(1, PIECES)).map(|_| Task::default()).collect();
        Shared { parts, ..Shared::default() }
    }

    /// Starts threads; if the system refuses one, they stay fewer.
    fn start(self: &Arc<Self>, count: usize) -> Vec<JoinHandle<()>> {
        let worker = |index| {
            let shared = self.clone();
            std::thread::Builder::new().name(format!("digitos {index}")).spawn(move || shared.work(index))
        };
        (1..=count).map_while(|index| worker(index).ok()).collect()
    }

    /// Announces a task to the threads that spin, and calls `wake` if any are asleep.
    fn announce(&self, wake: impl FnOnce(&Condvar)) {
        let asleep = lock(&self.asleep);
        self.round.fetch_add(1, Release);
        if *asleep > 0 {
            wake(&self.wake);
        }
    }

    /// Runs `own` on this thread, while others may join `work` through the first task that is free. Returns when all have
    /// left, and resumes a panic of any of them.
    fn run_with(&self, tasks: &[Task], work: &(dyn Fn(usize) + Sync), own: impl FnOnce()) {
        // SAFETY: a thread uses the borrowed closure only between joining and leaving the task. Before this call returns
        // or unwinds, it closes the task, so that no thread can join, and waits until all have left.
        let lasting = unsafe { transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        let Some(task) = tasks.iter().find(|task| task.open(lasting)) else { return own() };
        let own = catch_unwind(AssertUnwindSafe(own));
        task.close();
        // while it waits for a phase to end, this thread helps with the parts that others offer
        let helps = std::ptr::eq(task, &self.all);
        let (mut spins, mut round) = (0, 0);
        while task.active.load(Acquire) > 0 {
            let now = self.round.load(Acquire);
            if helps && now != round {
                self.parts.iter().for_each(|part| part.join(0));
            }
            (spins, round) = (spins + 1, now);
            if spins < 10_000 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let panic = lock(&task.panic).take();
        if let Err(panic) = own.and(panic.map_or(Ok(()), Err)) {
            resume_unwind(panic);
        }
    }

    /// The loop of worker `index`: waits for a task and joins it.
    fn work(&self, index: usize) {
        let mut round = 0;
        loop {
            round = self.wait(round);
            if self.closing.load(Relaxed) {
                return;
            }
            self.all.join(index);
            self.parts.iter().for_each(|part| part.join(index));
        }
    }

    /// Waits until the round is no longer `round`, and returns the new one.
    fn wait(&self, round: usize) -> usize {
        let (start, mut spins) = (Instant::now(), 0);
        while self.round.load(Acquire) == round && (spins % 50 > 0 || start.elapsed() < SPIN_BEFORE_SLEEP) {
            spins += 1;
            std::hint::spin_loop();
        }
        if self.round.load(Acquire) == round {
            let mut asleep = lock(&self.asleep);
            *asleep += 1;
            while self.round.load(Acquire) == round {
                asleep = unpoisoned(self.wake.wait(asleep));
            }
            *asleep -= 1;
        }
        self.round.load(Acquire)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if self.is_lent() {
            return;
        }
        self.shared.closing.store(true, Relaxed);
        self.shared.announce(Condvar::notify_all);
        for worker in self.workers.take().into_iter().flatten() {
            _ = worker.join();
        }
    }
}

/// Wraps each of `things` so that exactly one thread can take it.
fn slots<T, const N: usize>(things: impl Iterator<Item = T>) -> [Mutex<Option<T>>; N] {
    let mut slots = [const { Mutex::new(None) }; N];
    for (slot, thing) in slots.iter_mut().zip(things) {
        *slot = Mutex::new(Some(thing));
    }
    slots
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    unpoisoned(mutex.lock())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_whatever_the_number_of_threads() {
        for count in [1, 2, 7] {
            let threads = Threads::new(count);
            for units in [0, 1, 3, 100] {
                let mut items = vec![0; 5 * units];
                let mut scratch = vec![(); count];
                threads.split(&mut scratch, &mut items, 5, units == 3, |_, first, part| {
                    assert_eq!((first % 5, part.len() % 5), (0, 0));
                    part.iter_mut().zip(first..).for_each(|(item, i)| *item += i + 1);
                });
                assert!(items.iter().zip(1..).all(|(item, i)| *item == i));
            }
        }
    }

    #[test]
    fn a_thread_that_is_done_helps_the_others() {
        use std::collections::HashSet;
        for count in [1, 2, 7] {
            let threads = Threads::new(count);
            let helpers = Mutex::new(HashSet::new());
            for _ in 0..20 {
                let mut items = [0; 3];
                let work = |item: &mut i32| {
                    let mut parts = [0; 16];
                    threads.share(&mut [(); 2], &mut parts, |_, part| {
                        std::thread::sleep(Duration::from_micros(200)); // so that the others are done meanwhile
                        lock(&helpers).insert(std::thread::current().id());
                        *part += 1;
                    });
                    *item = parts.iter().sum();
                };
                threads
                    .split(&mut vec![(); count], &mut items, 1, false, |_, _, items| items.iter_mut().for_each(work));
                assert_eq!(items, [16; 3]);
            }
            let helpers = lock(&helpers).len();
            assert!(helpers >= count.min(4), "{helpers} of {count} threads worked on three items");
        }
    }

    #[test]
    fn a_panic_in_a_worker_reaches_the_caller_and_the_threads_go_on() {
        let threads = Threads::new(3);
        let result = catch_unwind(AssertUnwindSafe(|| {
            threads.split(&mut [(); 3], &mut [0; 3], 1, false, |_, first, _| {
                std::thread::sleep(Duration::from_millis(5)); // so that several threads take part
                assert_ne!(first, 2, "the third")
            });
        }));
        assert!(result.is_err());
        let mut items = [0; 3];
        threads.split(&mut [(); 3], &mut items, 1, false, |_, _, part| part.fill(1));
        assert_eq!(items, [1; 3]);
    }
}
