//! Comparing the network's answers with the right ones.
use crate::engine::{Compute, Indices, LANES, Mask, NONE, Node, Out, Tensor, View, show};
use crate::error::{require, stop};
use crate::model::comparison;
use crate::model::{position, written};

/// Positions are stored as `f32`, which holds every whole number up to this one.
const MOST_POSITIONS: usize = 1 << 24;

/// The position of the largest number along one dimension, which disappears; the first one if several are equal: for
/// probabilities `[?, 10]` and axis 1 (or -1, the last one), the digit that the network takes each image for, `[?]`.
///
/// NaN counts as larger than any number, as in NumPy: where there is one, the position is that of the first NaN.
pub fn argmax(x: impl Into<Tensor>, axis: impl TryInto<isize>) -> Indices {
    let (x, written) = (x.into(), written(axis));
    let axis = position("argmax", x, written);
    if x.shape()[axis] == NONE {
        let others = match x.shape().len() {
            1 => "it has no other, so there is nothing to choose from for each image",
            _ => "try one of the others",
        };
        stop(format!("argmax of {x} along dimension {written}, the images: {others}."));
    }
    let step: usize = x.shape()[axis + 1..].iter().filter(|&&d| d != NONE).product();
    let length = x.shape()[axis];
    require!(
        length <= MOST_POSITIONS,
        "argmax of {x} along dimension {written}: an f32 counts up to {MOST_POSITIONS} positions, not to {length}."
    );
    let mut dims = x.shape().to_vec();
    dims.remove(axis);
    let node = Node::local("argmax", &[x], &dims, move |inputs, y| match y.lanes {
        LANES => largest::<LANES>(inputs[0], y, step, length),
        _ => largest::<1>(inputs[0], y, step, length),
    });
    Indices(node.params(show(&[axis])).zero_gradient().landmark().build())
}

fn largest<const L: usize>(x: View<'_>, y: Out<'_>, step: usize, length: usize) {
    let x = x.values.as_chunks::<L>().0;
    let y = y.values.as_chunks_mut::<L>().0;
    for i in 0..x.len() {
        let (position, to) = (i / step % length, i / (step * length) * step + i % step);
        for lane in 0..L {
            let best = &mut y[to][lane];
            if position == 0 {
                *best = 0.0;
                continue;
            }
            let (x, largest) = (x[i][lane], x[i - (position - *best as usize) * step][lane]);
            if x > largest || x.is_nan() && !largest.is_nan() {
                *best = position as f32;
            }
        }
    }
}

/// Whether two numbers are the same, one by one, with broadcasting: `[?, n]` and `[n]` give `[?, n]`. NaN is not the same as
/// anything, NaN included.
pub fn equal(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Mask {
    Mask(comparison("equal", a.into(), b.into(), |a, b| a == b))
}

/// True and false as 1 and 0; positions as the same numbers. A tensor of numbers, whatever its shape, goes through as it is,
/// and so does its gradient.
pub fn cast(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    Node::new("cast", &[x], x.shape(), Compute::Alias).gradient(|_, dy| dy).build()
}
