use crate::engine::kernels::layout::image_major;
use crate::engine::kernels::product::{dense, matrices};
use crate::engine::kernels::weight_gradient::{BLOCK_ROWS, batch_sum};
use crate::engine::{Compute, LANES, NONE, Node, Tensor, identity};
use crate::error::{require, stop};
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
        let advice = advice.unwrap_or_default();
        stop(format!("matmul multiplies two matrices, but {a} and {b} were given{advice}."))
    };
    let shown = |d: usize| if d == NONE { "?".into() } else { d.to_string() };
    require!(
        k == k_b,
        "matmul: {a} times {b} does not fit: the {} columns of the first must be as many as the {} rows of the second.",
        shown(k),
        shown(k_b)
    );
    require!(
        n != NONE || m != NONE,
        "matmul: {a} times {b} would multiply each image with every other; only one dimension may stay open."
    );
    check("matmul", &[n, m], 1);
    let node = if k == NONE {
        Node::across("matmul", &[image_rows(a), image_rows(b)], &[n, m], BLOCK_ROWS, move |inputs, y| {
            batch_sum(inputs[0], inputs[1], m, y)
        })
    } else {
        // instead of transposing a matrix, the product reads it along its columns
        let (transposed_a, transposed_b) = (is_transposed(a), is_transposed(b));
        let by_a = if transposed_a { (n, 1) } else { (1, k) };
        let by_b = if transposed_b { (1, k) } else { (m, 1) };
        let params = format!("{by_a:?} {by_b:?}");
        let node = Node::local("matmul", &[untransposed(a), untransposed(b)], &[n, m], move |inputs, y| {
            let [a, b] = [inputs[0].values, inputs[1].values];
            match (n, m) {
                (NONE, _) => dense(a, b, transposed_b, y),
                (_, NONE) => dense(b, a, !transposed_a, y),
                _ => matrices((a, by_a), (b, by_b), k, m, y.values),
            }
        });
        [a, b].into_iter().filter(|&t| is_transposed(t)).fold(node.params(params), Node::skipping)
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

/// The batch with its images one after the other in memory.
fn image_rows(x: Tensor) -> Tensor {
    let width = x.size().next_multiple_of(LANES);
    // only the order in memory is another: the gradient that arrives has the shape of x
    Node::local("image_major", &[x], &[NONE, width], |inputs, y| image_major(inputs[0].values, y))
        .gradient(|_, dx| dx)
        .build()
}

/// A matrix with rows and columns exchanged.
pub fn transpose(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    require!(x.shape().len() == 2, "transpose turns a matrix, but {x} was given.");
    transposed(x)
}

fn transposed(x: Tensor) -> Tensor {
    let &[rows, columns] = x.shape() else { unreachable!("a matrix") };
    if x.0.op == "transpose" {
        return identity(x.inputs()[0]).skipping(x).build();
    }
    let node = if x.is_batched() {
        // a slice stores the numbers of each image in the same order either way
        Node::new("transpose", &[x], &[columns, rows], Compute::Alias)
    } else {
        Node::local("transpose", &[x], &[columns, rows], move |inputs, y| {
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
