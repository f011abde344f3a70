use super::arithmetic::{where_false, where_true};
use super::reduce::{kept, position, written};
use crate::engine::{NONE, Node, Tensor, size};
use crate::error::require;

/// `a` if `condition`, one truth value for all, holds, otherwise `b`; both have the same shape, and so has the result.
///
/// 0 is false, and every other number is true, NaN too. The gradient goes to the tensor that was taken.
pub fn select(condition: impl Into<Tensor>, a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    let (condition, a, b) = (condition.into(), a.into(), b.into());
    require!(
        condition.shape().is_empty() && a.shape() == b.shape(),
        "select chooses between two tensors of one shape by one truth value, but the condition is {condition}, and the \
         tensors are {a} and {b}."
    );
    // y = a or b
    // ∂L/∂a = dy or 0, ∂L/∂b = 0 or dy
    Node::local("select", &[condition, a, b], a.shape(), |inputs, y| {
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

/// Joins two tensors along one dimension, `a` before `b`; all other dimensions must be the same. -1 is the last one.
///
/// Along dimension 1, `[?, n]` and `[?, m]` make `[?, n + m]`.
pub fn concat(a: impl Into<Tensor>, b: impl Into<Tensor>, axis: impl TryInto<isize>) -> Tensor {
    let (a, b) = (a.into(), b.into());
    let written = written(axis);
    let axis = position("concat", a, written);
    require!(
        kept(a, &[axis]) == kept(b, &[axis]) && a.shape()[axis] != NONE && b.shape()[axis] != NONE,
        "concat of {a} and {b} along dimension {written} does not fit: all other dimensions must be the same, and this one \
         cannot be the open one."
    );
    let mut dims = a.shape().to_vec();
    dims[axis] += b.shape()[axis];
    let (row_a, row_b) = (size(&a.shape()[axis..]), size(&b.shape()[axis..]));
    Node::local("concat", &[a, b], &dims, move |inputs, y| {
        let row = (row_a + row_b) * y.lanes;
        copy_rows(inputs[0].values, row_a * y.lanes, y.values, row, 0);
        copy_rows(inputs[1].values, row_b * y.lanes, y.values, row, row_a * y.lanes);
    })
    .gradients(move |_, dy, i| Some(if i == 0 { part(dy, a, axis, 0) } else { part(dy, b, axis, row_a) }))
    .landmark()
    .build()
}

/// Copies rows of `length` numbers into longer ones, `start` numbers behind their beginning.
fn copy_rows(x: &[f32], length: usize, y: &mut [f32], longer: usize, start: usize) {
    for (y, x) in y.chunks_exact_mut(longer).zip(x.chunks_exact(length)) {
        y[start..][..length].copy_from_slice(x);
    }
}

/// The part of `x` that has the shape of `like` and begins `skipped` numbers into each row along `axis`.
fn part(x: Tensor, like: Tensor, axis: usize, skipped: usize) -> Tensor {
    let (all, own) = (size(&x.shape()[axis..]), size(&like.shape()[axis..]));
    Node::local("part", &[x], like.shape(), move |inputs, y| {
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
    Node::local("padded", &[x], like.shape(), move |inputs, y| {
        y.values.fill(0.0);
        copy_rows(inputs[0].values, own * y.lanes, y.values, all * y.lanes, skipped * y.lanes);
    })
    .params(format!("{axis} {skipped}"))
    .gradient(move |_, dy| part(dy, x, axis, skipped))
    .build()
}
