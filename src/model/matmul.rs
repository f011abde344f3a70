use crate::engine::gradient::unchanged;
use crate::engine::kernels::layout::image_major;
use crate::engine::kernels::product::{dense, matrices};
use crate::engine::kernels::weight_gradient::{TOGETHER, batch_sum};
use crate::engine::memory::LANES;
use crate::engine::shape::{NONE, show};
use crate::engine::tensor::{Compute, Node, Tensor};
use crate::error::stop;
use crate::placeholders::check;

/// The product of two matrices: `[n, k]` times `[k, m]` gives `[n, m]`, `y[i][j] = Σₖ a[i][k] · b[k][j]`.
///
/// One dimension of the result may be open, or the inner one: then the sum runs over the images of the batch.
pub fn matmul(a: impl Into<Tensor>, b: impl Into<Tensor>) -> Tensor {
    let (a, b) = (a.into(), b.into());
    let (&[n, k], &[k_b, m]) = (a.shape(), b.shape()) else {
        let images = |t: &Tensor| t.shape().len() != 2 && t.shape().first() == Some(&NONE);
        let advice = [a, b].into_iter().find(images).map(|t| {
            format!("; reshape of {} to [-1, {}] makes a matrix of it, with a row for each image", t.name(), t.size())
        });
        stop(format!(
            "matmul multiplies two matrices, but {} has shape {} and {} has shape {}{}.",
            a.name(),
            show(a.shape()),
            b.name(),
            show(b.shape()),
            advice.unwrap_or_default()
        ))
    };
    if k != k_b {
        stop(format!(
            "matmul: {} ({}) times {} ({}) does not fit: the {} columns of the first must be as many as the {} rows of \
             the second.",
            show(a.shape()),
            a.name(),
            show(b.shape()),
            b.name(),
            show(&[k]).trim_matches(['[', ']']),
            show(&[k_b]).trim_matches(['[', ']']),
        ));
    }
    if n == NONE && m == NONE {
        stop(format!(
            "matmul: {} times {} would multiply each image with every other; only one dimension may stay open.",
            show(a.shape()),
            show(b.shape())
        ));
    }
    check("matmul", &[n, m], 1);
    let node = if k == NONE {
        let rows = [a, b].map(image_rows);
        Node::across("matmul", rows, &[n, m], TOGETHER, move |inputs, y| batch_sum(inputs[0], inputs[1], m, y))
    } else {
        // a matrix that was transposed is read along its columns instead
        let [transposed_a, transposed_b] = [a, b].map(is_transposed);
        let by_a = if transposed_a { (n, 1) } else { (1, k) };
        let by_b = if transposed_b { (1, k) } else { (m, 1) };
        let params = format!("{by_a:?} {by_b:?}");
        let node = Node::local("matmul", [a, b].map(untransposed), &[n, m], move |inputs, y| {
            let [a, b] = [inputs[0].values, inputs[1].values];
            match (n, m) {
                (NONE, _) => dense(a, b, transposed_b, y),
                (_, NONE) => dense(b, a, !transposed_a, y),
                _ => matrices((a, by_a), (b, by_b), k, m, y.values),
            }
        });
        node.params(params)
    };
    // Y = A·B
    // ∂L/∂A = dY·Bᵀ, ∂L/∂B = Aᵀ·dY
    let turned_back = |operand, gradient| if is_transposed(operand) { transposed(gradient) } else { gradient };
    node.gradients(move |_, dy, i| {
        Some(match i {
            0 => turned_back(a, matmul(dy, transposed(b))),
            _ => turned_back(b, matmul(transposed(a), dy)),
        })
    })
    .landmark()
    .build()
}

/// The numbers of a batch, one image behind the other.
fn image_rows(x: Tensor) -> Tensor {
    let width = x.size().next_multiple_of(LANES);
    // only the order in memory is another: the gradient that arrives has the shape of x
    Node::local("image_major", [x], &[NONE, width], |inputs, y| image_major(inputs[0].values, y))
        .gradient(|_, dx| dx)
        .build()
}

/// A matrix with rows and columns exchanged.
pub fn transpose(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    if x.shape().len() != 2 {
        stop(format!("transpose turns a matrix, but {} has shape {}.", x.name(), show(x.shape())));
    }
    if x.0.op == "transpose" { unchanged(x.inputs()[0]) } else { transposed(x) }
}

fn transposed(x: Tensor) -> Tensor {
    let &[rows, columns] = x.shape() else { unreachable!("a matrix") };
    if x.0.op == "transpose" {
        return x.inputs()[0];
    }
    let node = if x.is_batched() {
        // an image's share of the numbers is the same row either way
        Node::new("transpose", [x], &[columns, rows], Compute::Alias)
    } else {
        Node::local("transpose", [x], &[columns, rows], move |inputs, y| {
            for (j, y) in y.values.chunks_exact_mut(rows).enumerate() {
                y.iter_mut().enumerate().for_each(|(i, y)| *y = inputs[0].values[i * columns + j]);
            }
        })
    };
    node.gradient(|_, dy| transposed(dy)).build()
}

fn is_transposed(x: Tensor) -> bool {
    x.0.op == "transpose" && !x.is_batched()
}

fn untransposed(x: Tensor) -> Tensor {
    if is_transposed(x) { x.inputs()[0] } else { x }
}
