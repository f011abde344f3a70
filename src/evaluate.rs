//! How often the network is right.
use crate::engine::memory::LANES;
use crate::engine::shape::{NONE, partners, per_image, show};
use crate::engine::tensor::{Indices, Mask, Node, Out, Tensor, View};
use crate::error::stop;
use crate::model::binary;

/// The position of the largest number along one dimension (the first one if several are equal): for probabilities
/// `[?, 10]` and axis 1, the digit that the network takes each image for.
pub fn argmax(x: impl Into<Tensor>, axis: usize) -> Indices {
    let x = x.into();
    match x.shape().get(axis) {
        Some(&NONE) => stop(format!("argmax of {x} along dimension {axis}, the images: try one of the others.")),
        None => {
            stop(format!("argmax of {x} along dimension {axis}: there are only {}, counted from 0.", x.shape().len()))
        }
        _ => {}
    }
    let mut kept = x.shape().to_vec();
    kept[axis] = 1;
    let table = partners(&per_image(x.shape()), &per_image(&kept));
    let step: usize = x.shape()[axis + 1..].iter().filter(|&&d| d != NONE).product();
    let length = x.shape()[axis];
    let mut dims = x.shape().to_vec();
    dims.remove(axis);
    let node = Node::local("argmax", [x], &dims, move |inputs, y| match y.lanes {
        LANES => largest::<LANES>(inputs[0], y, &table, step, length),
        _ => largest::<1>(inputs[0], y, &table, step, length),
    });
    Indices(node.params(show(&[axis])).build())
}

fn largest<const L: usize>(x: View<'_>, y: Out<'_>, table: &[u32], step: usize, length: usize) {
    let x = x.values.as_chunks::<L>().0;
    let y = y.values.as_chunks_mut::<L>().0;
    for (i, &to) in table.iter().enumerate() {
        let position = i / step % length;
        for lane in 0..L {
            let best = &mut y[to as usize][lane];
            let start = i - position * step;
            if position == 0 || x[i][lane] > x[start + *best as usize * step][lane] {
                *best = position as f32;
            }
        }
    }
}

/// Whether two numbers are the same, one by one.
pub fn equal(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Mask {
    Mask(binary("equal", "", a.into(), b.into(), |a, b| f32::from(u8::from(a == b)), None))
}

/// True and false as 1 and 0; positions as the same numbers.
pub fn cast(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    Node::new("cast", [x], x.shape(), crate::engine::tensor::Kernel::Alias).build()
}
