//! The threads of a session: they divide a phase among them, and sleep when there is none.
use std::any::Any;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long an idle thread looks out for work before it goes to sleep: between the phases of a step, and from one
/// step to the next, there is seldom more.
const PATIENCE: Duration = Duration::from_micros(100);

/// Work is cut into so many pieces at most, and so many threads at most can share it.
pub(crate) const PIECES: usize = 32;

pub(crate) struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// Counts the tasks given out so far; a change wakes the workers.
    round: AtomicUsize,
    task: Mutex<Task>,
    wake: Condvar,
    /// Workers that have joined the task and not left it yet.
    active: AtomicUsize,
}

#[derive(Default)]
struct Task {
    /// As long as it is there, workers may join.
    work: Option<&'static (dyn Fn(usize) + Sync)>,
    panic: Option<Box<dyn Any + Send>>,
    closing: bool,
}

impl Threads {
    /// `count` threads, of which the caller's own is one.
    pub fn new(count: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let worker = |index| {
            let shared = shared.clone();
            std::thread::Builder::new().name(format!("digitos {index}")).spawn(move || shared.work(index))
        };
        // where the system gives no more threads, those there are share the work
        let workers = (1..count.clamp(1, PIECES)).map_while(|index| worker(index).ok()).collect();
        Threads { shared, workers }
    }

    pub fn count(&self) -> usize {
        self.workers.len() + 1
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
        let pieces = slots(items.chunks_mut(size));
        let scratch = slots(scratch.iter_mut());
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
        // SAFETY: a worker uses the borrowed closure only between joining and leaving the task; this call lets nobody
        // join any more, and waits until all have left, before it returns or unwinds.
        let lasting = unsafe { transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        {
            let mut task = lock(&self.shared.task);
            task.work = Some(lasting);
            self.shared.round.fetch_add(1, Release);
        }
        self.shared.wake.notify_all();
        let own = catch_unwind(AssertUnwindSafe(|| work(0)));
        lock(&self.shared.task).work = None;
        let mut turns = 0;
        while self.shared.active.load(Acquire) > 0 {
            turns += 1;
            if turns < 10_000 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let panic = lock(&self.shared.task).panic.take();
        if let Err(panic) = own.and(panic.map_or(Ok(()), Err)) {
            resume_unwind(panic);
        }
    }
}

impl Shared {
    fn work(&self, index: usize) {
        let mut round = 0;
        loop {
            round = self.wait(round);
            let joined = {
                let task = lock(&self.task);
                if task.closing {
                    return;
                }
                task.work.inspect(|_| _ = self.active.fetch_add(1, AcqRel))
            };
            let Some(work) = joined else { continue };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(index))) {
                lock(&self.task).panic = Some(panic);
            }
            self.active.fetch_sub(1, AcqRel);
        }
    }

    /// Until another round than this has begun; returns it.
    fn wait(&self, round: usize) -> usize {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            for _ in 0..50 {
                if self.round.load(Acquire) != round {
                    return self.round.load(Acquire);
                }
                std::hint::spin_loop();
            }
        }
        let mut task = lock(&self.task);
        while self.round.load(Acquire) == round {
            task = self.wake.wait(task).unwrap_or_else(|e| e.into_inner());
        }
        self.round.load(Acquire)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        {
            let mut task = lock(&self.shared.task);
            task.closing = true;
            self.shared.round.fetch_add(1, Release);
        }
        self.shared.wake.notify_all();
        for worker in self.workers.drain(..) {
            _ = worker.join();
        }
    }
}

/// Things that one of several threads takes.
fn slots<T>(things: impl Iterator<Item = T>) -> [Mutex<Option<T>>; PIECES] {
    let mut slots = [const { Mutex::new(None) }; PIECES];
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
