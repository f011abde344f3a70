use crate::engine::kernels::batch_sum::{Stretches, TOGETHER, Walk, batch_sum};
use crate::engine::kernels::conv::{by_input, forward, turned};
use crate::engine::kernels::window::{Padding, Window};
use crate::engine::shape::{NONE, Shape, show};
use crate::engine::tensor::{Node, Tensor};
use crate::error::stop;
use crate::model::matmul::image_rows;

/// Moves filters over images: y[n, r, q, o] = Σ x[n, r·s + i, q·s + j, c] · filter[i, j, c, o] over i, j and c.
///
/// `x` is `[?, height, width, channels]`, `filter` `[height, width, channels, outputs]`, `strides` `[1, down, across, 1]`;
/// the result is `[?, positions down, positions across, outputs]`. (As in TensorFlow, the filter is not turned round.)
pub fn conv2d(x: impl Into<Tensor>, filter: impl Into<Tensor>, strides: impl Shape, padding: Padding) -> Tensor {
    let (x, filter) = (x.into(), filter.into());
    let (&[NONE, height, width, channels], &[down, across, filter_channels, outputs]) = (x.shape(), filter.shape())
    else {
        stop(format!(
            "conv2d needs images [?, height, width, channels] and a filter [height, width, channels, outputs], but {} has \
             shape {} and {} has shape {}.",
            x.name(),
            show(x.shape()),
            filter.name(),
            show(filter.shape())
        ))
    };
    if channels != filter_channels || filter.is_batched() {
        stop(format!(
            "conv2d: the images {} ({}) have {channels} channels, but the filter {} ({}) is made for {filter_channels}; \
             the filter's third number must be the images' last.",
            show(x.shape()),
            x.name(),
            show(filter.shape()),
            filter.name()
        ));
    }
    let window = Window::new([height, width], [down, across], &strides.dims(), padding)
        .unwrap_or_else(|why| stop(format!("conv2d of {x}: {why}.")));
    let dims = [NONE, window.down.positions, window.across.positions, outputs];
    // y = x * f
    // ∂L/∂x: each dy goes back to all that it was computed from; ∂L/∂f: what each weight was multiplied with, times dy
    Node::local("conv2d", [x, filter], &dims, move |inputs, y| {
        forward(&window, inputs[0].values, inputs[1].values, channels, outputs, y)
    })
    .params(format!("{window:?}"))
    .gradient(move |_, dy| {
        let filter_turned = Node::local("turned", [filter], &[down, across, outputs, channels], move |inputs, y| {
            turned(&window, inputs[0].values, channels, outputs, y.values)
        });
        let filter_turned = filter_turned.params(format!("{window:?}")).build();
        let dx = Node::local("conv2d_by_input", [dy, filter_turned], x.shape(), move |inputs, dx| {
            by_input(&window, inputs[0].values, inputs[1].values, channels, outputs, dx)
        });
        let df = by_filter(&window, x, dy, filter.shape());
        vec![Some(dx.params(format!("{window:?}")).build()), Some(df)]
    })
    .build()
}

/// The gradient by the filter, from the images with their padding, and `dy`, both one image behind the other.
fn by_filter(window: &Window, x: Tensor, dy: Tensor, filter: &'static [usize]) -> Tensor {
    let Window { down, across } = *window;
    let &[_, kernel, channels, outputs] = filter else { unreachable!("a filter") };
    let width = across.covered() * channels;
    let images = Stretches {
        count: down.covered_of_image(),
        length: across.covered_of_image() * channels,
        by: across.size * channels,
        to: (down.before * width + across.before * channels, width),
    };
    let gradients = Stretches::padded(down.positions * across.positions, outputs);
    let x = image_rows(x, images, down.covered() * width);
    let dy = image_rows(dy, gradients, gradients.count * gradients.to.1);
    let walk = Walk {
        lines: down.positions,
        positions: across.positions,
        by_line: down.stride * width,
        by_position: across.stride * channels,
        group: kernel * channels,
        by_group: width,
    };
    Node::across("conv2d_by_filter", [x, dy], filter, TOGETHER, move |inputs, df| {
        batch_sum(inputs[0], inputs[1], &walk, outputs, df)
    })
    .params(format!("{walk:?}"))
    .build()
}
