//! The threads of a session: they divide a phase among them, help those that are not done yet, and sleep when there is none.
use std::any::Any;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long an idle thread looks out for work before it goes to sleep: between the phases of a step, and from one
/// step to the next, there is seldom more.
const SPIN_BEFORE_SLEEP: Duration = Duration::from_micros(100);

/// Work is cut into so many pieces at most, and so many threads at most can share it.
pub(crate) const PIECES: usize = 32;

pub(crate) struct Threads {
    shared: Arc<Shared>,
    /// Started when there is something to do.
    workers: OnceLock<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    /// Counts the tasks given out so far; a change wakes the workers.
    round: AtomicUsize,
    /// How many workers sleep.
    asleep: Mutex<usize>,
    wake: Condvar,
    /// Whether the workers are to end.
    closing: AtomicBool,
    /// For all threads.
    all: Task,
    /// Granularity of what each of them has to do, for those that have nothing to do.
    parts: Vec<Task>,
}

#[derive(Default)]
struct Task {
    /// As long as it is there, threads may join.
    work: Mutex<Option<&'static (dyn Fn(usize) + Sync)>>,
    /// Whether it is there, for a look without waiting.
    is_open: AtomicBool,
    /// Those that have joined and not left yet.
    active: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Threads {
    /// `count` threads, of which the caller's own is one.
    pub fn new(count: usize) -> Self {
        let count = count.clamp(1, PIECES);
        let parts = (0..count).map(|_| Task::default()).collect();
        Threads { shared: Arc::new(Shared { parts, ..Shared::default() }), workers: OnceLock::new() }
    }

    /// How many there are, once they are started.
    pub fn count(&self) -> usize {
        self.workers().len() + 1
    }

    fn workers(&self) -> &[JoinHandle<()>] {
        self.workers.get_or_init(|| {
            let worker = |index| {
                let shared = self.shared.clone();
                std::thread::Builder::new().name(format!("digitos {index}")).spawn(move || shared.work(index))
            };
            // where the system gives no more threads, those there are share the work
            (1..self.shared.parts.len()).map_while(|index| worker(index).ok()).collect()
        })
    }

    /// How many there are at most.
    pub fn limit(&self) -> usize {
        self.shared.parts.len()
    }

    /// Lets `f` work on all `items`, in stretches that begin at multiples of `unit`, each thread with a scratch of its own.
    /// `f` also gets the position of its first item. `backwards`: each thread begins with the last of its stretches.
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
        // each thread begins with the same share in every phase, which is in its own cache then, and helps out when it is done
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

    /// Calls `work` with 0, and with its own number, 1, 2, …, on each other thread that is awake in time.
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        self.shared.together(std::slice::from_ref(&self.shared.all), work, || {
            self.shared.call(Condvar::notify_all);
            work(0);
        });
    }

    /// Lets `f` work on all `items`, in this thread and in those that have nothing to do meanwhile, as many as there is
    /// `scratch` for.
    pub fn share<S: Send, T: Send, const M: usize, const N: usize>(
        &self,
        scratch: &mut [S; M],
        items: &mut [T; N],
        f: impl Fn(&mut S, &mut T) + Sync,
    ) {
        if self.workers().is_empty() {
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
        self.shared.together(&self.shared.parts, &work, || {
            self.shared.call(Condvar::notify_one);
            work(0);
        });
    }
}

impl Task {
    /// Offers `work` to other threads, if nobody offers or does anything else here.
    fn offers(&self, work: &'static (dyn Fn(usize) + Sync)) -> bool {
        let mut offered = lock(&self.work);
        let free = offered.is_none() && self.active.load(Acquire) == 0;
        if free {
            *offered = Some(work);
            self.is_open.store(true, Relaxed);
        }
        free
    }

    /// Lets nobody join any more.
    fn close(&self) {
        let mut offered = lock(&self.work);
        self.is_open.store(false, Relaxed);
        *offered = None;
    }

    /// Joins it as thread `index`, if it is there.
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
    /// Calls those that look out for work, and with `wake` those that sleep.
    fn call(&self, wake: impl FnOnce(&Condvar)) {
        let asleep = lock(&self.asleep);
        self.round.fetch_add(1, Release);
        if *asleep > 0 {
            wake(&self.wake);
        }
    }

    /// Lets other threads join `work` while `own` runs here, by the first of these tasks that is free.
    fn together(&self, tasks: &[Task], work: &(dyn Fn(usize) + Sync), own: impl FnOnce()) {
        // SAFETY: a thread uses the borrowed closure only between joining and leaving the task; this call lets nobody
        // join any more, and waits until all have left, before it returns or unwinds.
        let lasting = unsafe { transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        let Some(task) = tasks.iter().find(|task| task.offers(lasting)) else { return own() };
        let own = catch_unwind(AssertUnwindSafe(own));
        task.close();
        // who waits for all threads is one that has nothing to do
        let helps = std::ptr::eq(task, &self.all);
        let (mut turns, mut round) = (0, 0);
        while task.active.load(Acquire) > 0 {
            let now = self.round.load(Acquire);
            if helps && now != round {
                self.parts.iter().for_each(|part| part.join(0));
            }
            (turns, round) = (turns + 1, now);
            if turns < 10_000 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let panic = lock(&task.panic).take();
        if let Err(panic) = own.and(panic.map_or(Ok(()), Err)) {
            resume_unwind(panic);
        }
    }

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

    /// Until another round than this has begun; returns it.
    fn wait(&self, round: usize) -> usize {
        let (start, mut turns) = (Instant::now(), 0);
        while self.round.load(Acquire) == round && (turns % 50 > 0 || start.elapsed() < SPIN_BEFORE_SLEEP) {
            turns += 1;
            std::hint::spin_loop();
        }
        if self.round.load(Acquire) == round {
            let mut asleep = lock(&self.asleep);
            *asleep += 1;
            while self.round.load(Acquire) == round {
                asleep = self.wake.wait(asleep).unwrap_or_else(|e| e.into_inner());
            }
            *asleep -= 1;
        }
        self.round.load(Acquire)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.closing.store(true, Relaxed);
        self.shared.call(Condvar::notify_all);
        for worker in self.workers.take().into_iter().flatten() {
            _ = worker.join();
        }
    }
}

/// Things that one of several threads takes.
fn slots<T, const N: usize>(things: impl Iterator<Item = T>) -> [Mutex<Option<T>>; N] {
    let mut slots = [const { Mutex::new(None) }; N];
    for (slot, thing) in slots.iter_mut().zip(things) {
        *slot = Mutex::new(Some(thing));
    }
    slots
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
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
    fn who_is_done_helps_the_others() {
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
