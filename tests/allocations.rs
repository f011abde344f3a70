//! In the steady state a step asks the system for no memory.
use digitos::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
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
