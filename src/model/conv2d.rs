use crate::engine::kernels::by_filter::{self as kernels, TOGETHER, lane_sums, padded};
use crate::engine::kernels::conv::{by_input, forward, turned};
use crate::engine::memory::LANES;
use crate::engine::shape::{NONE, Shape, show};
use crate::engine::tensor::{Node, Parts, Tensor};
use crate::engine::window::{Axis, Padding, Window};
use crate::error::stop;

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
    .parts(Parts::Rows(window.across.positions * outputs))
    .gradient(move |_, dy| {
        let filter_turned = Node::local("turned", [filter], &[down, across, outputs, channels], move |inputs, y| {
            turned(&window, inputs[0].values, channels, outputs, y.values)
        });
        let filter_turned = filter_turned.params(format!("{window:?}")).build();
        let dx = Node::local("conv2d_by_input", [dy, filter_turned], x.shape(), move |inputs, dx| {
            by_input(&window, inputs[0].values, inputs[1].values, channels, outputs, dx)
        });
        let dx = dx.params(format!("{window:?}")).parts(Parts::Rows(window.across.size * channels)).build();
        vec![Some(dx), Some(by_filter(&window, x, dy, filter.shape()))]
    })
    .build()
}

/// The gradient by the filter, from the images and `dy`.
fn by_filter(window: &Window, x: Tensor, dy: Tensor, filter: &'static [usize]) -> Tensor {
    let &[_, _, channels, outputs] = filter else { unreachable!("a filter") };
    let mut window = *window;
    let params = format!("{window:?}");
    let x = if channels.is_multiple_of(TOGETHER) {
        x
    } else {
        // numbers that are taken together then meet the same positions
        let across = window.across;
        let &[_, height, _, _] = x.shape() else { unreachable!("images") };
        let padded = Node::local("padded", [x], &[NONE, height, across.covered(), channels], move |inputs, y| {
            padded(&across, inputs[0].values, channels, y.values)
        });
        window.across = Axis { size: across.covered(), before: 0, ..across };
        padded.params(&params).build()
    };
    let lanes = [filter, &[LANES]].concat();
    let sums = Node::across("conv2d_by_filter", [x, dy], &lanes, TOGETHER * outputs, move |inputs, df| {
        kernels::by_filter(&window, inputs[0], inputs[1], (channels, outputs), df)
    });
    let sums = sums.params(params).build();
    Node::local("lane_sums", [sums], filter, |inputs, df| lane_sums(inputs[0].values, df.values)).build()
}
