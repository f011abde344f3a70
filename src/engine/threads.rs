//! The threads of a session: they divide a phase among them, and sleep when there is none.
use std::any::Any;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long an idle thread looks out for work before it goes to sleep: between the phases of a step, and from one
/// step to the next, there is seldom more.
const PATIENCE: Duration = Duration::from_micros(100);

/// The most threads that a session can have.
pub(crate) const MOST: usize = 64;

pub(crate) struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// Counts the tasks given out so far; a change wakes the workers.
    round: AtomicUsize,
    /// Workers that have not finished the task of this round.
    busy: AtomicUsize,
    closing: AtomicBool,
    task: Mutex<Task>,
    wake: Condvar,
}

#[derive(Default)]
struct Task {
    work: Option<&'static (dyn Fn(usize) + Sync)>,
    panic: Option<Box<dyn Any + Send>>,
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
        let workers = (1..count.clamp(1, MOST)).map_while(|index| worker(index).ok()).collect();
        Threads { shared, workers }
    }

    pub fn count(&self) -> usize {
        self.workers.len() + 1
    }

    /// Divides `items`, in groups of `unit`, into one run for each thread, and lets `f` work on them with a scratch
    /// of its own. `f` also gets the position of its first item.
    pub fn split<S: Send, T: Send>(
        &self,
        scratch: &mut [S],
        items: &mut [T],
        unit: usize,
        f: impl Fn(&mut S, usize, &mut [T]) + Sync,
    ) {
        let units = items.len() / unit;
        let count = self.count().min(units).min(scratch.len());
        if count <= 1 {
            return f(&mut scratch[0], 0, items);
        }
        let mut scratch = scratch.iter_mut();
        let mut rest = items;
        let mut first = 0;
        let parts: [Mutex<Option<_>>; MOST] = std::array::from_fn(|k| {
            let end = units * (k + 1).min(count) / count * unit;
            let (part, behind) = std::mem::take(&mut rest).split_at_mut(end - first);
            rest = behind;
            let part = (first, part);
            first = end;
            Mutex::new(scratch.next().map(|scratch| (scratch, part)))
        });
        self.run(&|k| {
            let part = lock(&parts[k]).take();
            if let Some((scratch, (first, part))) = part
                && !part.is_empty()
            {
                f(scratch, first, part);
            }
        });
    }

    /// Calls `work` with 0, 1, … `count`-1, each on a thread of its own.
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        // SAFETY: the workers use the borrowed closure only until they have counted `busy` down to 0, and this call
        // does not return, nor unwind, before that.
        let lasting = unsafe { transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        self.shared.busy.store(self.workers.len(), Release);
        {
            let mut task = lock(&self.shared.task);
            task.work = Some(lasting);
            self.shared.round.fetch_add(1, Release);
        }
        self.shared.wake.notify_all();
        let own = catch_unwind(AssertUnwindSafe(|| work(0)));
        let mut turns = 0;
        while self.shared.busy.load(Acquire) > 0 {
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
            self.wait(round);
            round += 1;
            if self.closing.load(Acquire) {
                return;
            }
            let work = lock(&self.task).work;
            if let Some(work) = work
                && let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(index)))
            {
                lock(&self.task).panic = Some(panic);
            }
            self.busy.fetch_sub(1, AcqRel);
        }
    }

    /// Until another round has begun.
    fn wait(&self, round: usize) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            for _ in 0..50 {
                if self.round.load(Acquire) != round {
                    return;
                }
                std::hint::spin_loop();
            }
        }
        let mut task = lock(&self.task);
        while self.round.load(Acquire) == round {
            task = self.wake.wait(task).unwrap_or_else(|e| e.into_inner());
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.closing.store(true, Release);
        {
            let _task = lock(&self.shared.task);
            self.shared.round.fetch_add(1, Release);
        }
        self.shared.wake.notify_all();
        for worker in self.workers.drain(..) {
            _ = worker.join();
        }
    }
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
                threads.split(&mut scratch, &mut items, 5, |_, first, part| {
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
            threads.split(&mut [(); 3], &mut [0; 3], 1, |_, first, _| assert_ne!(first, 2, "the third"));
        }));
        assert!(result.is_err());
        let mut items = [0; 3];
        threads.split(&mut [(); 3], &mut items, 1, |_, _, part| part.fill(1));
        assert_eq!(items, [1; 3]);
    }
}
