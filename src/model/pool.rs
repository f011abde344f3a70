use crate::engine::memory::LANES;
use crate::engine::shape::{NONE, Shape, show};
use crate::engine::simd::vectorized;
use crate::engine::tensor::{Node, Tensor};
use crate::engine::window::{Padding, Window};
use crate::error::stop;

/// The largest number under each position of a window, channel by channel.
///
/// `ksize` and `strides` are `[1, down, across, 1]`; windows may overlap.
pub fn max_pool(x: impl Into<Tensor>, ksize: impl Shape, strides: impl Shape, padding: Padding) -> Tensor {
    let x = x.into();
    let (window, dims) = window("max_pool", x, &ksize.dims(), &strides.dims(), padding);
    let channels = dims[3];
    // y = max x
    // ∂L/∂x = dy where x was the (first) largest, otherwise 0
    Node::local("max_pool", [x], &dims, move |inputs, y| largest(&window, channels, inputs[0].values, y.values))
        .params(format!("{window:?}"))
        .gradient(move |y, dy| {
            let dx = Node::local("max_pool_by_input", [x, y, dy], x.shape(), move |inputs, dx| {
                to_largest(&window, channels, [inputs[0].values, inputs[1].values, inputs[2].values], dx.values)
            });
            vec![Some(dx.params(format!("{window:?}")).build())]
        })
        .build()
}

/// The mean of the numbers under each position of a window, channel by channel; padding does not count.
///
/// `ksize` and `strides` are `[1, down, across, 1]`; windows may overlap.
pub fn avg_pool(x: impl Into<Tensor>, ksize: impl Shape, strides: impl Shape, padding: Padding) -> Tensor {
    let x = x.into();
    let (window, dims) = window("avg_pool", x, &ksize.dims(), &strides.dims(), padding);
    let channels = dims[3];
    // y = Σ x / count
    // ∂L/∂x = Σ dy / count over the windows that x lies in
    Node::local("avg_pool", [x], &dims, move |inputs, y| mean(&window, channels, inputs[0].values, y.values))
        .params(format!("{window:?}"))
        .gradient(move |_, dy| {
            let dx = Node::local("avg_pool_by_input", [dy], x.shape(), move |inputs, dx| {
                to_all(&window, channels, inputs[0].values, dx.values)
            });
            vec![Some(dx.params(format!("{window:?}")).build())]
        })
        .build()
}

fn window(op: &str, x: Tensor, ksize: &[usize], strides: &[usize], padding: Padding) -> (Window, [usize; 4]) {
    let &[NONE, height, width, channels] = x.shape() else {
        stop(format!("{op} needs images [?, height, width, channels], but {} has shape {}.", x.name(), show(x.shape())))
    };
    let (&[1, down, across, 1] | &[down, across]) = ksize else {
        stop(format!("{op} of {x}: the size of the window is written [1, down, across, 1], not {}.", show(ksize)))
    };
    if down == 0 || across == 0 {
        stop(format!("{op} of {x}: the window {} is empty; it must be at least 1 by 1.", show(ksize)));
    }
    let window = Window::new([height, width], [down, across], strides, padding)
        .unwrap_or_else(|why| stop(format!("{op} of {x}: {why}.")));
    (window, [NONE, window.down.positions, window.across.positions, channels])
}

/// Calls `f` for every position and channel with where its result stands, and where in the image its window's numbers do.
#[inline(always)]
fn walk(window: &Window, channels: usize, mut f: impl FnMut(usize, &mut dyn Iterator<Item = usize>, usize)) {
    let Window { down, across } = *window;
    for r in 0..down.positions {
        for q in 0..across.positions {
            let ((rows, top), (columns, left)) = (down.inside(r), across.inside(q));
            for channel in 0..channels {
                let places = (0..rows.len()).flat_map(|i| (0..columns.len()).map(move |j| (top + i, left + j)));
                let mut places = places.map(|(row, column)| (row * across.size + column) * channels + channel);
                f((r * across.positions + q) * channels + channel, &mut places, rows.len() * columns.len());
            }
        }
    }
}

vectorized! {
fn largest(window: &Window, channels: usize, x: &[f32], y: &mut [f32]) {
    let (x, y) = (x.as_chunks::<LANES>().0, y.as_chunks_mut::<LANES>().0);
    walk(window, channels, |at, places, _| {
        let mut largest = [f32::NEG_INFINITY; LANES];
        for place in places {
            for l in 0..LANES {
                largest[l] = if x[place][l] <= largest[l] { largest[l] } else { x[place][l] };
            }
        }
        y[at] = largest;
    });
}
}

vectorized! {
fn to_largest(window: &Window, channels: usize, inputs: [&[f32]; 3], dx: &mut [f32]) {
    let [x, y, dy] = inputs.map(|values| values.as_chunks::<LANES>().0);
    dx.fill(0.0);
    let dx = dx.as_chunks_mut::<LANES>().0;
    walk(window, channels, |at, places, _| {
        let mut left = dy[at];
        for place in places {
            for l in 0..LANES {
                let is_largest = x[place][l] == y[at][l];
                dx[place][l] += if is_largest { left[l] } else { 0.0 };
                left[l] = if is_largest { 0.0 } else { left[l] };
            }
        }
    });
}
}

vectorized! {
fn mean(window: &Window, channels: usize, x: &[f32], y: &mut [f32]) {
    let (x, y) = (x.as_chunks::<LANES>().0, y.as_chunks_mut::<LANES>().0);
    walk(window, channels, |at, places, count| {
        let mut sum = [0.0; LANES];
        for place in places {
            (0..LANES).for_each(|l| sum[l] += x[place][l]);
        }
        y[at] = sum.map(|sum| sum / count as f32);
    });
}
}

vectorized! {
fn to_all(window: &Window, channels: usize, dy: &[f32], dx: &mut [f32]) {
    let dy = dy.as_chunks::<LANES>().0;
    dx.fill(0.0);
    let dx = dx.as_chunks_mut::<LANES>().0;
    walk(window, channels, |at, places, count| {
        let share = dy[at].map(|dy| dy / count as f32);
        for place in places {
            (0..LANES).for_each(|l| dx[place][l] += share[l]);
        }
    });
}
}
