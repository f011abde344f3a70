use crate::engine::gradient::unchanged;
use crate::engine::shape::{NONE, Shape, batch_axis, show, size};
use crate::engine::tensor::{Compute, Node, Tensor};
use crate::error::stop;

/// The same numbers in another shape: `reshape(x, [-1, 784])` makes a row of each 28×28 image.
///
/// One dimension may be -1 (or [`NONE`]): it becomes what is left over. In a batch this is the open dimension, which
/// stays where it is: images are neither joined nor cut.
pub fn reshape(x: impl Into<Tensor>, shape: impl Shape) -> Tensor {
    let x = x.into();
    let mut dims = shape.dims();
    if dims.iter().filter(|&&d| d == NONE).count() > 1 {
        stop(format!("reshape of {x} to {}: only one dimension can be -1.", show(&dims)));
    }
    if dims.iter().any(|&d| d != NONE && d as isize <= 0) {
        stop(format!(
            "reshape of {x} to {}: each dimension must be at least 1, or -1 for what is left over.",
            show(&dims)
        ));
    }
    let parts = |dims: &[usize]| batch_axis(dims).map(|axis| (size(&dims[..axis]), size(&dims[axis + 1..])));
    let Some(rest) = dims.iter().filter(|&&d| d != NONE).try_fold(1usize, |size, &d| size.checked_mul(d)) else {
        stop(format!("reshape of {x} to {}: no tensor holds so many numbers.", show(&dims)))
    };
    let fits = match (parts(x.shape()), batch_axis(&dims)) {
        (None, Some(axis)) if rest > 0 && x.size().is_multiple_of(rest) => {
            dims[axis] = x.size() / rest;
            true
        }
        (None, None) => x.size() == rest,
        (images, _) => images.is_some() && images == parts(&dims),
    };
    if !fits {
        let n = x.size();
        let numbers = if n == 1 { "one number".into() } else { format!("{n} numbers") };
        let why = if !x.is_batched() {
            format!("there {} {numbers}, but the new shape asks for {rest}", if n == 1 { "is" } else { "are" })
        } else if rest == n && batch_axis(&dims).is_some() {
            "the open dimension `?` must stay in its place, with as many numbers before and behind it".into()
        } else {
            format!(
                "each image has {numbers}, and the open dimension `?` must stay (write it as -1), but the new shape asks \
                 for {rest}"
            )
        };
        stop(format!("reshape of {x} to {} does not fit: {why}.", show(&dims)));
    }
    if dims == x.shape() {
        return unchanged(x);
    }
    let old = x.shape();
    Node::new("reshape", [x], &dims, Compute::Alias).gradient(move |_, dy| reshape(dy, old)).build()
}
