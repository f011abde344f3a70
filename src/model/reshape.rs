use crate::engine::{Compute, NONE, Node, Shape, Tensor, alias, batch_axis, checked_size, show, size};
use crate::error::{require, stop};

/// The same numbers in another shape: `reshape(x, [-1, 784])` makes a row of each 28×28 image.
///
/// One dimension may be -1 (or [`NONE`]): it becomes what is left over. In a batch this is the open dimension, which
/// stays where it is: images are neither joined nor cut.
pub fn reshape(x: impl Into<Tensor>, shape: impl Shape) -> Tensor {
    let x = x.into();
    let y = reshaped(x, shape.dims());
    if y == x { alias(x) } else { y }
}

pub(super) fn reshaped(x: Tensor, mut dims: Vec<usize>) -> Tensor {
    let to = show(&dims);
    let open = dims.iter().filter(|&&d| d == NONE).count();
    require!(open <= 1, "reshape of {x} to {to}: only one dimension can be -1.");
    require!(
        dims.iter().all(|&d| d == NONE || d as isize > 0),
        "reshape of {x} to {to}: each dimension must be at least 1, or -1 for what is left over."
    );
    let Some(rest) = checked_size(&dims) else {
        stop(format!("reshape of {x} to {to}: no tensor holds so many numbers."))
    };
    let n = x.size();
    let around = |dims: &[usize]| batch_axis(dims).map(|axis| (size(&dims[..axis]), size(&dims[axis + 1..])));
    let fits = match (x.is_batched(), batch_axis(&dims)) {
        (true, _) => around(x.shape()) == around(&dims),
        (false, None) => n == rest,
        (false, Some(axis)) => {
            dims[axis] = n / rest;
            n.is_multiple_of(rest)
        }
    };
    if !fits {
        let numbers = if n == 1 { "one number".into() } else { format!("{n} numbers") };
        let why = if !x.is_batched() {
            format!("there {} {numbers}, but the new shape asks for {rest}", if n == 1 { "is" } else { "are" })
        } else if rest == n && open == 1 {
            "the open dimension `?` must stay in its place, with as many numbers before and behind it".into()
        } else {
            format!(
                "each image has {numbers}, and the open dimension `?` must stay (write it as -1), but the new shape asks \
                 for {rest}"
            )
        };
        stop(format!("reshape of {x} to {to} does not fit: {why}."));
    }
    if dims == x.shape() {
        return x;
    }
    let old = x.shape();
    Node::new("reshape", &[x], &dims, Compute::Alias).gradient(move |_, dy| reshaped(dy, old.to_vec())).build()
}
