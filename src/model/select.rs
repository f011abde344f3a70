use super::arithmetic::{where_false, where_true};
use super::reduce::{position, written};
use crate::engine::shape::{NONE, batch_axis, show, size};
use crate::engine::tensor::{Node, Tensor};
use crate::error::stop;

/// `a` if `condition`, one truth value for all, holds, otherwise `b`; both have the same shape, and so has the result.
///
/// 0 is false, and every other number is true, NaN too. The gradient goes to the tensor that was taken.
pub fn select(condition: impl Into<Tensor>, a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    let (condition, a, b) = (condition.into(), a.into(), b.into());
    if !condition.shape().is_empty() || a.shape() != b.shape() {
        stop(format!(
            "select chooses between two tensors of one shape by one truth value, but the condition has shape {}, and the \
             tensors {} ({}) and {} ({}).",
            show(condition.shape()),
            show(a.shape()),
            a.name(),
            show(b.shape()),
            b.name()
        ));
    }
    // y = a or b
    // ∂L/∂a = dy or 0, ∂L/∂b = 0 or dy
    Node::local("select", [condition, a, b], a.shape(), |inputs, y| {
        let chosen = if inputs[0].values[0] != 0.0 { inputs[1] } else { inputs[2] };
        y.values.copy_from_slice(chosen.values);
    })
    .elementwise()
    .gradients(move |_, dy, i| match i {
        0 => None,
        1 => Some(where_true(condition, dy)),
        _ => Some(where_false(condition, dy)),
    })
    .build()
}

/// Two tensors one behind the other along one dimension, the others being the same; -1 is the last one.
///
/// Along dimension 1, `[?, n]` and `[?, m]` make `[?, n + m]`.
pub fn concat(a: impl Into<Tensor>, b: impl Into<Tensor>, axis: impl TryInto<isize>) -> Tensor {
    let (a, b) = (a.into(), b.into());
    let written = written(axis);
    let axis = position("concat", a, written);
    let fits = a.shape().len() == b.shape().len()
        && (0..a.shape().len()).all(|i| i == axis && a.shape()[i] != NONE || i != axis && a.shape()[i] == b.shape()[i]);
    if !fits || batch_axis(b.shape()) == Some(axis) {
        stop(format!(
            "concat of {} ({}) and {} ({}) along dimension {written} does not fit: all other dimensions must be the same, and \
             this one cannot be the open one.",
            show(a.shape()),
            a.name(),
            show(b.shape()),
            b.name()
        ));
    }
    let mut dims = a.shape().to_vec();
    dims[axis] += b.shape()[axis];
    let [long_a, long_b] = [a, b].map(|t| size(&t.shape()[axis..]));
    Node::local("concat", [a, b], &dims, move |inputs, y| {
        let (row_a, row_b) = (long_a * y.lanes, long_b * y.lanes);
        let rows = inputs[0].values.chunks_exact(row_a).zip(inputs[1].values.chunks_exact(row_b));
        for (y, (a, b)) in y.values.chunks_exact_mut(row_a + row_b).zip(rows) {
            y[..row_a].copy_from_slice(a);
            y[row_a..].copy_from_slice(b);
        }
    })
    .gradients(move |_, dy, i| Some(if i == 0 { part(dy, a, axis, 0) } else { part(dy, b, axis, long_a) }))
    .landmark()
    .build()
}

/// The part of `x` that has the shape of `like` and begins `skipped` numbers into each row along `axis`.
fn part(x: Tensor, like: Tensor, axis: usize, skipped: usize) -> Tensor {
    let (all, own) = (size(&x.shape()[axis..]), size(&like.shape()[axis..]));
    Node::local("part", [x], like.shape(), move |inputs, y| {
        let lanes = y.lanes;
        let rows = inputs[0].values.chunks_exact(all * lanes);
        for (y, x) in y.values.chunks_exact_mut(own * lanes).zip(rows) {
            y.copy_from_slice(&x[skipped * lanes..][..own * lanes]);
        }
    })
    .params(format!("{axis} {skipped}"))
    .gradient(move |_, dy| padded(dy, x, axis, skipped))
    .build()
}

/// `x` where [`part`] took it from, in zeros of the shape of `like`.
fn padded(x: Tensor, like: Tensor, axis: usize, skipped: usize) -> Tensor {
    let (all, own) = (size(&like.shape()[axis..]), size(&x.shape()[axis..]));
    Node::local("padded", [x], like.shape(), move |inputs, y| {
        let lanes = y.lanes;
        y.values.fill(0.0);
        let rows = inputs[0].values.chunks_exact(own * lanes);
        for (y, x) in y.values.chunks_exact_mut(all * lanes).zip(rows) {
            y[skipped * lanes..][..own * lanes].copy_from_slice(x);
        }
    })
    .params(format!("{axis} {skipped}"))
    .gradient(move |_, dy| part(dy, x, axis, skipped))
    .build()
}
