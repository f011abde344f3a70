//! In the steady state a step asks the system for no memory, and a net that is built again or examined costs little of it.
use digitos::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

/// Bytes that are not given back yet, as the C library cuts them: 32 at least, in steps of 16, 8 of them its own.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// The most that [`LIVE`] has been.
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// One test at a time: they count what the whole process does.
static ALONE: Mutex<()> = Mutex::new(());

struct Counting;

fn cut(layout: Layout) -> usize {
    (layout.size() + 8).next_multiple_of(16).max(32)
}

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        let live = LIVE.fetch_add(cut(layout), Relaxed) + cut(layout);
        PEAK.fetch_max(live, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(cut(layout), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(f: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Relaxed);
    f();
    ALLOCATIONS.load(Relaxed) - before
}

#[test]
fn a_step_allocates_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let [pkeep, is_test, iteration] = [(); 3].map(placeholder);
    let filter = variable(truncated_normal([5, 5, 1, 6], 0.1));
    let h = max_pool(relu(conv2d(x, filter, [1, 2, 2, 1], SAME)), [1, 2, 2, 1], [1, 2, 2, 1], SAME);
    let w = variable(truncated_normal([7 * 7 * 6, 60], 0.1));
    let (h, averages) =
        batch_norm(matmul(reshape(h, [-1, 7 * 7 * 6]), w), is_test, iteration, variable(constant(0.01, [60])));
    let logits = matmul(dropout(tanh(h), pkeep), variable(truncated_normal([60, 10], 0.1))) + variable(zeros([10]));
    let loss = reduce_mean(softmax_cross_entropy_with_logits(logits, y_));
    let step = AdamOptimizer::new(0.003 * exp(-iteration / 2000)).minimize(loss);
    let mut sess = Session::new().threads(2);
    sess.initialize((step, averages)).unwrap();
    let mut train = |i: usize| {
        let batch = mnist.train.next_batch(100).unwrap();
        let fed = feed! { x => batch.images, y_ => batch.labels, pkeep => 0.75, is_test => false, iteration => i };
        sess.run((step, averages), fed).unwrap();
    };
    // The first steps make the plan and its memory.
    (0..3).for_each(&mut train);
    assert_eq!(allocations(|| (3..100).for_each(&mut train)), 0);
}

/// The net of lesson 4: its step, its loss, and its placeholders. Three filters and a dense layer, all batch-normalised, and Adam.
fn lesson_4() -> (Step, Scalar, [Tensor; 5]) {
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let mut h = x;
    let [pkeep, is_test, iteration] = [(); 3].map(placeholder);
    let normalised = |h: Tensor| {
        let offset = variable(constant(0.01, [h.shape()[h.shape().len() - 1]]));
        relu(batch_norm(h, is_test, iteration, offset).0)
    };
    for (side, stride, channels) in [(6, 1, 24), (5, 2, 48), (4, 2, 64)] {
        let filter = variable(truncated_normal([side, side, h.shape()[3], channels], 0.1));
        h = normalised(conv2d(h, filter, [1, stride, stride, 1], SAME));
    }
    let h = matmul(reshape(h, [-1, 7 * 7 * 64]), variable(truncated_normal([7 * 7 * 64, 200], 0.1)));
    let scores = matmul(dropout(normalised(h), pkeep), variable(truncated_normal([200, 10], 0.1)));
    let loss = reduce_mean(softmax_cross_entropy_with_logits(scores + variable(constant(0.1, [10])), y_)) * 100;
    let step = AdamOptimizer::new(0.0001 + 0.003 * exp(-iteration / 2000)).minimize(loss);
    (step, loss, [x, y_, pkeep, is_test, iteration])
}

/// A lab builds hundreds of nets in one kernel, and the nodes of a graph are never given back.
#[test]
fn a_net_that_is_built_again_costs_a_hundred_kilobytes_at_most() {
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    lesson_4();
    let before = LIVE.load(Relaxed);
    (0..10).for_each(|_| _ = lesson_4());
    let each = (LIVE.load(Relaxed) - before) / 10;
    assert!(each <= 100_000, "{each} bytes");

    // an initial value is one number, whatever the shape, and a plan gives its memory back
    let before = LIVE.load(Relaxed);
    (0..10).for_each(|_| _ = zeros([1000, 1000]));
    assert!(LIVE.load(Relaxed) - before < 10 * 500);
    let (step, ..) = lesson_4();
    let before = LIVE.load(Relaxed);
    (0..10).for_each(|_| drop(digitos::plan(step)));
    // (the test harness takes some for itself meanwhile)
    assert!(LIVE.load(Relaxed) < before + 10 * 500);
}

/// The memory of a web page never shrinks. Examining 10,000 images may take 300 MB there: 60 for the data, and so 60 for each
/// quarter of the images. By the averages an image does not need the others, and a few slices are in memory at a time.
#[test]
fn examining_many_images_takes_little_memory() {
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    let images = read_data_sets("MNISTdata").unwrap().test.take(2_500);
    let (_, loss, [x, y_, pkeep, is_test, iteration]) = lesson_4();
    for (by_averages, limit) in [(true, 10_000_000), (false, 60_000_000)] {
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        let mut sess = Session::new().threads(1);
        sess.initialize(loss).unwrap();
        let fed = feed! { x => images.images, y_ => images.labels, pkeep => 1, is_test => by_averages, iteration => 0 };
        sess.run(loss, fed).unwrap();
        let took = PEAK.load(Relaxed) - before;
        assert!(took <= limit, "{took} bytes, by averages: {by_averages}");
    }
}
