use crate::engine::kernels::conv::{by_input, forward, reversed};
use crate::engine::kernels::conv_filter_gradient::{self as kernels, Filter, filter_sums};
use crate::engine::kernels::layout::{Borders, image_rows};
use crate::engine::{Granularity, LANES, NONE, Node, Padding, Shape, Tensor, Window};
use crate::error::{require, stop};

/// Moves filters over images: y[n, r, q, o] = Σ x[n, r·s + i, q·s + j, c] · filter[i, j, c, o] over i, j and c.
///
/// `x` is `[?, height, width, channels]`, `filter` `[height, width, channels, outputs]`, `strides` `[1, down, across, 1]`;
/// the result is `[?, positions down, positions across, outputs]`. Strides are at least 1. (As in TensorFlow, the filter is not
/// flipped.)
pub fn conv2d(x: impl Into<Tensor>, filter: impl Into<Tensor>, strides: impl Shape, padding: Padding) -> Tensor {
    let (x, filter) = (x.into(), filter.into());
    let (&[NONE, height, width, channels], &[down, across, filter_channels, _]) = (x.shape(), filter.shape()) else {
        stop(format!(
            "conv2d needs images [?, height, width, channels] and a filter [height, width, channels, outputs], but {x} and \
             {filter} were given."
        ))
    };
    require!(
        channels == filter_channels && !filter.is_batched(),
        "conv2d: the images {x} have {channels} channels, but the filter {filter} is made for {filter_channels}; the \
         filter's third number must be the images' last."
    );
    let window = Window::new([height, width], [down, across], &strides.dims(), padding)
        .unwrap_or_else(|why| stop(format!("conv2d of {x}: {why}.")));
    convolve(window, x, filter)
}

fn convolve(window: Window, x: Tensor, filter: Tensor) -> Tensor {
    let (channels, outputs) = (filter.shape()[2], filter.shape()[3]);
    let dims = [NONE, window.down.positions, window.across.positions, outputs];
    // y = x * f
    // ∂L/∂x: each dy goes back to all that it was computed from; ∂L/∂f: what each weight was multiplied with, times dy
    Node::local("conv2d", &[x, filter], &dims, move |inputs, y| {
        forward(&window, inputs[0].values, inputs[1].values, channels, outputs, y)
    })
    .params(format!("{window:?}"))
    .granularity(Granularity::PerRow((window.across.positions * outputs) as u32))
    .gradients(move |_, dy, i| {
        Some(if i == 0 { gradient_by_input(window, dy, filter) } else { gradient_by_filter(window, x, dy) })
    })
    .landmark()
    .build()
}

/// The gradient by the images, from `dy` and the filter.
fn gradient_by_input(window: Window, dy: Tensor, filter: Tensor) -> Tensor {
    let &[down, across, channels, outputs] = filter.shape() else { unreachable!("a filter") };
    let filter_reversed = Node::local("turned", &[filter], &[down, across, outputs, channels], move |inputs, y| {
        reversed(&window, inputs[0].values, channels, outputs, y.values)
    });
    // only the order in memory is another: the gradient that arrives has the shape of the filter
    let filter_reversed = filter_reversed.params(format!("{window:?}")).gradient(|_, df| df).build();
    let dims = [NONE, window.down.size, window.across.size, channels];
    // dx = Σ dy · f over the positions that an image's number is used in
    // ∂L/∂dy = d * f; ∂L/∂f: what each weight was multiplied with, times dy
    Node::local("conv2d_by_input", &[dy, filter_reversed], &dims, move |inputs, dx| {
        by_input(&window, inputs[0].values, inputs[1].values, channels, outputs, dx)
    })
    .params(format!("{window:?}"))
    .granularity(Granularity::PerRow((window.across.size * channels) as u32))
    .gradients(move |_, d, i| {
        Some(if i == 0 { convolve(window, d, filter) } else { gradient_by_filter(window, d, dy) })
    })
    .build()
}

/// The gradient by the filter, from the images and `dy`: first the sums of each slice, then those of the batch.
fn gradient_by_filter(window: Window, images: Tensor, gradients: Tensor) -> Tensor {
    let (channels, outputs) = (images.shape()[3], gradients.shape()[3]);
    let (filter, Window { down, across }) = (Filter { window, channels, outputs }, window);
    let dims = [down.kernel, across.kernel, channels, outputs];
    let borders = Borders {
        row: across.size * channels,
        width: across.padded() * channels,
        left: across.before * channels,
        height: down.padded(),
        above: down.before,
    };
    // a vector register may read beyond the last row
    let x = rows(images, borders, borders.height * borders.width + 8);
    let size = down.positions * across.positions * outputs;
    let dy = rows(gradients, Borders { row: size, width: size, left: 0, height: 1, above: 0 }, size);
    let (params, starts) = (format!("{filter:?}"), filter.window.starts(channels));
    let sums = Node::local("conv2d_by_filter", &[x, dy], &[NONE, outputs * filter.sums() / LANES], move |inputs, y| {
        kernels::by_filter(&filter, &starts, inputs[0].values, inputs[1].values, y)
    });
    // df = Σ x · dy over all positions and images
    // ∂L/∂x = dy * d, as in the gradient by the images; ∂L/∂dy = x * d
    let sums = sums
        .params(&params)
        .granularity(Granularity::PerBlock((filter.registers() * outputs) as u32))
        .gradients(move |_, d, i| {
            Some(if i == 0 { gradient_by_input(window, gradients, d) } else { convolve(window, images, d) })
        });
    // the gradients that arrive between here and the images have the shapes of the filter and of the images
    Node::across("filter_sums", &[sums.build()], &dims, 1, move |inputs, y| filter_sums(&filter, inputs[0], y))
        .params(params)
        .gradient(|_, d| d)
        .build()
}

/// The images one after the other in memory, each with its borders and `size` numbers long.
fn rows(x: Tensor, borders: Borders, size: usize) -> Tensor {
    let node =
        Node::local("image_rows", &[x], &[NONE, size], move |inputs, y| image_rows(&borders, inputs[0].values, y));
    node.params(format!("{borders:?}")).gradient(|_, d| d).build()
}
