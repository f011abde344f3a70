use crate::engine::kernels::reduce::LONG_SUM;
use crate::engine::simd::vectorized;
use crate::engine::{LANES, NONE, Node, Out, Padding, Shape, Tensor, View, Window, list};
use crate::error::{require, stop};

/// The largest number under each position of a window, channel by channel; NaN if there is one under it.
///
/// `x` is `[?, height, width, channels]`; `ksize` and `strides` are `[1, down, across, 1]`, all at least 1; windows may
/// overlap. The gradient goes to the largest number, the first of equal ones; where that is NaN, to none.
pub fn max_pool(x: impl Into<Tensor>, ksize: impl Shape, strides: impl Shape, padding: Padding) -> Tensor {
    let x = x.into();
    let (window, dims) = window("max_pool", x, &ksize.dims(), &strides.dims(), padding);
    let channels = dims[3];
    // y = max x
    // ∂L/∂x = dy where x was the (first) largest, otherwise 0
    Node::local("max_pool", &[x], &dims, move |inputs, y| largest(&window, channels, inputs[0], y))
        .params(format!("{window:?}"))
        .gradient(move |y, dy| max_pool_by_input(window, x, y, dy))
        .landmark()
        .build()
}

fn max_pool_by_input(window: Window, x: Tensor, y: Tensor, dy: Tensor) -> Tensor {
    let channels = x.shape()[3];
    // dx = dy where x was the largest
    // ∂L/∂dy = what arrives there
    Node::local("max_pool_by_input", &[x, y, dy], x.shape(), move |inputs, dx| {
        to_largest(&window, channels, inputs, dx)
    })
    .params(format!("{window:?}"))
    .gradients(move |_, d, i| (i == 2).then(|| beside_largest(window, x, y, d)))
    .build()
}

/// The numbers of `t` where those of `x` are the largest of each window, `y`.
fn beside_largest(window: Window, x: Tensor, y: Tensor, t: Tensor) -> Tensor {
    let channels = x.shape()[3];
    Node::local("beside_largest", &[x, y, t], y.shape(), move |inputs, found| {
        from_largest(&window, channels, inputs, found)
    })
    .params(format!("{window:?}"))
    .gradients(move |_, d, i| (i == 2).then(|| max_pool_by_input(window, x, y, d)))
    .build()
}

/// The mean of the numbers under each position of a window, channel by channel; padding does not count.
///
/// `x` is `[?, height, width, channels]`; `ksize` and `strides` are `[1, down, across, 1]`, all at least 1; windows may
/// overlap.
pub fn avg_pool(x: impl Into<Tensor>, ksize: impl Shape, strides: impl Shape, padding: Padding) -> Tensor {
    let x = x.into();
    let (window, dims) = window("avg_pool", x, &ksize.dims(), &strides.dims(), padding);
    average(window, x, dims)
}

fn average(window: Window, x: Tensor, dims: [usize; 4]) -> Tensor {
    let channels = dims[3];
    // y = Σ x / count
    // ∂L/∂x = Σ dy / count over the windows that x lies in
    Node::local("avg_pool", &[x], &dims, move |inputs, y| mean(&window, channels, inputs[0], y))
        .params(format!("{window:?}"))
        .gradient(move |_, dy| {
            let dx = Node::local("avg_pool_by_input", &[dy], x.shape(), move |inputs, dx| {
                to_all(&window, channels, inputs[0], dx)
            });
            let dx = dx.params(format!("{window:?}")).gradient(move |_, d| average(window, d, dims));
            dx.build()
        })
        .landmark()
        .build()
}

fn window(op: &str, x: Tensor, ksize: &[usize], strides: &[usize], padding: Padding) -> (Window, [usize; 4]) {
    let &[NONE, height, width, channels] = x.shape() else {
        stop(format!("{op} needs images [?, height, width, channels], but {x} was given."))
    };
    let (&[1, down, across, 1] | &[down, across]) = ksize else {
        stop(format!("{op} of {x}: the size of the window is written [1, down, across, 1], not {}.", list(ksize)))
    };
    let is_empty = [down, across].iter().any(|&d| d as isize <= 0);
    require!(!is_empty, "{op} of {x}: the window {} is empty; it must be at least 1 by 1.", list(ksize));
    let window = Window::new([height, width], [down, across], strides, padding)
        .unwrap_or_else(|why| stop(format!("{op} of {x}: {why}.")));
    (window, [NONE, window.down.positions, window.across.positions, channels])
}

/// The numbers under a window, of one channel, by their indices.
struct Places {
    first: usize,
    rows: usize,
    columns: usize,
    by_row: usize,
    by_column: usize,
}

impl Places {
    #[inline(always)]
    fn each(&self, mut f: impl FnMut(usize)) {
        for row in 0..self.rows {
            (0..self.columns).for_each(|column| f(self.first + row * self.by_row + column * self.by_column));
        }
    }
}

/// Calls `f(at, places)` for every position and channel: the index of its result, and the numbers under the window.
#[inline(always)]
fn walk(window: &Window, channels: usize, mut f: impl FnMut(usize, Places)) {
    let (Window { down, across }, mut at) = (*window, 0);
    let (by_row, by_column) = (across.size * channels, channels);
    for r in 0..down.positions {
        for q in 0..across.positions {
            let ((rows, top), (columns, left)) = (down.inside(r), across.inside(q));
            for channel in 0..channels {
                let first = top * by_row + left * by_column + channel;
                f(at, Places { first, rows: rows.len(), columns: columns.len(), by_row, by_column });
                at += 1;
            }
        }
    }
}

vectorized! {
fn largest(window: &Window, channels: usize, x: View<'_>, y: Out<'_>) {
    let (x, y) = (x.rows(), y.rows());
    walk(window, channels, |at, places| {
        let mut largest = [f32::NEG_INFINITY; LANES];
        places.each(|place| {
            for l in 0..LANES {
                let x = x[place][l];
                largest[l] = if x > largest[l] || x.is_nan() { x } else { largest[l] };
            }
        });
        y[at] = largest;
    });
}
}

vectorized! {
fn to_largest(window: &Window, channels: usize, inputs: &[View<'_>], dx: Out<'_>) {
    let (x, y, dy, dx) = (inputs[0].rows(), inputs[1].rows(), inputs[2].rows(), dx.rows());
    dx.fill([0.0; LANES]);
    walk(window, channels, |at, places| {
        let mut left = dy[at];
        places.each(|place| {
            for l in 0..LANES {
                let is_largest = x[place][l] == y[at][l];
                dx[place][l] += if is_largest { left[l] } else { 0.0 };
                left[l] = if is_largest { 0.0 } else { left[l] };
            }
        });
    });
}
}

vectorized! {
fn from_largest(window: &Window, channels: usize, inputs: &[View<'_>], found: Out<'_>) {
    let (x, y, t, found) = (inputs[0].rows(), inputs[1].rows(), inputs[2].rows(), found.rows());
    walk(window, channels, |at, places| {
        let (mut first, mut is_found) = ([0.0; LANES], [false; LANES]);
        places.each(|place| {
            for l in 0..LANES {
                let is_first = x[place][l] == y[at][l] && !is_found[l];
                first[l] = if is_first { t[place][l] } else { first[l] };
                is_found[l] |= is_first;
            }
        });
        found[at] = first;
    });
}
}

vectorized! {
fn mean(window: &Window, channels: usize, x: View<'_>, y: Out<'_>) {
    let (x, y) = (x.rows(), y.rows());
    walk(window, channels, |at, places| {
        let (mut sum, count) = ([0.0; LANES], places.rows * places.columns);
        if count > LONG_SUM {
            let mut exact = [0.0; LANES];
            places.each(|place| (0..LANES).for_each(|l| exact[l] += f64::from(x[place][l])));
            sum = exact.map(|sum| sum as f32);
        } else {
            places.each(|place| (0..LANES).for_each(|l| sum[l] += x[place][l]));
        }
        (0..LANES).for_each(|l| y[at][l] = sum[l] / count as f32);
    });
}
}

vectorized! {
fn to_all(window: &Window, channels: usize, dy: View<'_>, dx: Out<'_>) {
    let (dy, dx) = (dy.rows(), dx.rows());
    dx.fill([0.0; LANES]);
    walk(window, channels, |at, places| {
        let (mut share, count) = (dy[at], (places.rows * places.columns) as f32);
        share.iter_mut().for_each(|dy| *dy /= count);
        places.each(|place| (0..LANES).for_each(|l| dx[place][l] += share[l]));
    });
}
}
