//! `+ - * /` between tensors, and between a tensor and a number, and functions of a single number.
use super::reduce::{sum_to, unrepeated};
use super::softmax::log_softmax;
use crate::engine::kernels::elementwise::{Operand, Spread, map, zip};
use crate::engine::kernels::math;
use crate::engine::number;
use crate::engine::{NONE, Node, Out, Scalar, Tensor, alias, broadcast};
use crate::error::{require, stop};
use crate::placeholders::check;
use std::ops::{Add, Div, Mul, Neg, Sub};

// f(a, b) = a + b
// ∂f/∂a = 1, ∂f/∂b = 1
fn add(a: Tensor, b: Tensor) -> Tensor {
    arithmetic("add", a, b, Some(0.0), |a, b| a + b, |_, _, dy, _| Some(dy))
}

// f(a, b) = a - b
// ∂f/∂a = 1, ∂f/∂b = -1
fn sub(a: Tensor, b: Tensor) -> Tensor {
    arithmetic("sub", a, b, None, |a, b| a - b, |_, _, dy, i| Some(if i == 0 { dy } else { -dy }))
}

// f(a, b) = a · b
// ∂f/∂a = b, ∂f/∂b = a
fn mul(a: Tensor, b: Tensor) -> Tensor {
    arithmetic("mul", a, b, Some(1.0), |a, b| a * b, |[a, b], _, dy, i| Some(dy * if i == 0 { b } else { a }))
}

// f(a, b) = a / b
// ∂f/∂a = 1 / b, ∂f/∂b = -f / b
fn div(a: Tensor, b: Tensor) -> Tensor {
    arithmetic("div", a, b, None, |a, b| a / b, |[_, b], y, dy, i| Some(if i == 0 { dy / b } else { -dy * y / b }))
}

/// An operator: constants are computed at once, and the neutral number leaves the other operand unchanged.
fn arithmetic(
    op: &'static str,
    a: Tensor,
    b: Tensor,
    neutral: Option<f32>,
    f: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
    rule: impl Fn([Tensor; 2], Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync + 'static,
) -> Tensor {
    match [a.known_number(), b.known_number()] {
        [Some(a), Some(b)] => Tensor::from(f(a, b)),
        [known @ Some(_), _] if known == neutral && is_like(b, a) => alias(b),
        [_, known @ Some(_)] if known == neutral && is_like(a, b) => alias(a),
        _ => binary(op, "", a, b, f, rule).build(),
    }
}

// f(x) = -x
// f'(x) = -1
fn neg(x: Tensor) -> Tensor {
    match x.known_number() {
        Some(x) => Tensor::from(-x),
        None => unary("neg", "", x, |x| -x, |_, _, dy| -dy).build(),
    }
}

/// eˣ of each number.
pub fn exp(x: impl Into<Tensor>) -> Tensor {
    // f(x) = eˣ
    // f'(x) = eˣ
    unary("exp", "", x.into(), math::exp, |_, y, dy| dy * y).build()
}

/// The natural logarithm of each number: -∞ for 0, and NaN for a negative number or NaN.
///
/// `log(softmax(z))` is computed from the scores `z` in one go, so that a probability too small for an `f32` does not become
/// log 0 = -∞ (and the cross entropy NaN).
pub fn log(x: impl Into<Tensor>) -> Tensor {
    let x = x.into();
    let p = x.unaliased();
    if p.0.op == "softmax" {
        return log_softmax(p.inputs()[0]).skipping(p).skipping(x).build();
    }
    // f(x) = ln x
    // f'(x) = 1 / x
    Node::local("log", &[x], x.shape(), |inputs, y| map(y.values, inputs[0].values, math::ln))
        .elementwise()
        .gradient(move |_, dy| dy / x)
        .build()
}

/// x² of each number.
pub fn square(x: impl Into<Tensor>) -> Tensor {
    // f(x) = x²
    // f'(x) = 2 x
    unary("square", "", x.into(), |x| x * x, |x, _, dy| dy * (x * 2)).build()
}

/// (x - mean)², where `mean` is the mean of `x`: the gradient by `mean` would be -2 Σ (x - mean) = 0.
pub(crate) fn squared_deviation(x: Tensor, mean: Tensor) -> Tensor {
    // f(x) = (x - mean)²
    // ∂f/∂x = 2 (x - mean)
    binary(
        "squared_deviation",
        "",
        x,
        mean,
        |x, mean| (x - mean) * (x - mean),
        |[x, mean], _, dy, i| (i == 0).then(|| (x - mean) * (unrepeated(dy) * 2)),
    )
    .build()
}

/// The square root of each number; NaN for a negative one. Its derivative at 0 is infinite; for the length of a tensor that may be
/// 0, there is [`global_norm`](crate::global_norm).
pub fn sqrt(x: impl Into<Tensor>) -> Tensor {
    // f(x) = √x
    // f'(x) = 1 / (2 √x)
    unary("sqrt", "", x.into(), f32::sqrt, |_, y, dy| dy / (y * 2)).build()
}

/// An op on each number by itself; `rule(x, y, dy)` is its gradient.
pub(crate) fn unary(
    op: &'static str,
    params: impl std::fmt::Display,
    x: Tensor,
    f: impl Fn(f32) -> f32 + Copy + Send + Sync + 'static,
    rule: impl Fn(Tensor, Tensor, Tensor) -> Tensor + Send + Sync + 'static,
) -> Node {
    Node::local(op, &[x], x.shape(), move |inputs, y| map(y.values, inputs[0].values, f))
        .params(params)
        .elementwise()
        .gradient(move |y, dy| rule(y.inputs()[0], y, dy))
}

/// An op on two numbers at a time, with broadcasting. `rule([a, b], y, dy, i)` is its gradient by operand `i`, before
/// broadcasting is undone, from the operands, the result and the gradient by that; `None` where it is zero.
pub(crate) fn binary(
    op: &'static str,
    params: impl std::fmt::Display,
    a: Tensor,
    b: Tensor,
    f: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
    rule: impl Fn([Tensor; 2], Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync + 'static,
) -> Node {
    pairwise(op, params, a, b, f).gradients(move |y, dy, i| {
        let operands = [y.inputs()[0], y.inputs()[1]];
        rule(operands, y, dy, i).map(|d| sum_to(d, operands[i].shape()))
    })
}

/// 1 where `holds(a, b)`, otherwise 0: its derivative is zero.
pub(crate) fn comparison(
    op: &'static str,
    a: Tensor,
    b: Tensor,
    holds: impl Fn(f32, f32) -> bool + Copy + Send + Sync + 'static,
) -> Tensor {
    pairwise(op, "", a, b, move |a, b| f32::from(u8::from(holds(a, b)))).zero_gradient().build()
}

/// An op that multiplies each number of `x` by a factor that depends on `condition`: it is linear in `x`, and its derivative
/// by `condition` is zero wherever it exists.
pub(crate) fn gated(
    op: &'static str,
    params: impl std::fmt::Display + Copy + Send + Sync + 'static,
    condition: Tensor,
    x: Tensor,
    f: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
) -> Tensor {
    let rule = move |[condition, _]: [Tensor; 2], _, dy, i| (i == 1).then(|| gated(op, params, condition, dy, f));
    binary(op, params, condition, x, f, rule).build()
}

/// `dy` where `condition` is true (not 0), and 0 elsewhere, even if `dy` is infinite there.
pub(super) fn where_true(condition: Tensor, dy: Tensor) -> Tensor {
    gated("where_true", "", condition, dy, |condition, dy| if condition != 0.0 { dy } else { 0.0 })
}

/// `dy` where `condition` is false (0), and 0 elsewhere, even if `dy` is infinite there.
pub(super) fn where_false(condition: Tensor, dy: Tensor) -> Tensor {
    gated("where_false", "", condition, dy, |condition, dy| if condition != 0.0 { 0.0 } else { dy })
}

/// The value of an op on two numbers at a time, with broadcasting.
pub(crate) fn pairwise(
    op: &'static str,
    params: impl std::fmt::Display,
    a: Tensor,
    b: Tensor,
    f: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
) -> Node {
    let ([a, b], dims) = fitted(op, a, b);
    // a node is never given back, so it holds nothing of operands that are stored like the result
    let node = match (Spread::new(&dims, a.shape()), Spread::new(&dims, b.shape())) {
        (Spread::Same, Spread::Same) => {
            Node::local(op, &[a, b], &dims, move |inputs, y| zip(y, (inputs[0], SAME), (inputs[1], SAME), f))
        }
        spreads => spread(op, [a, b], &dims, spreads, Box::new(move |y, a, b| zip(y, a, b, f))),
    };
    node.params(params).elementwise()
}

const SAME: &Spread = &Spread::Same;

/// A loop over the numbers of a result and those of its two operands.
type Zip = Box<dyn Fn(Out<'_>, Operand<'_>, Operand<'_>) + Send + Sync>;

fn spread(op: &'static str, operands: [Tensor; 2], dims: &[usize], spreads: (Spread, Spread), zip: Zip) -> Node {
    match spreads {
        (Spread::Same, of_b) => {
            Node::local(op, &operands, dims, move |inputs, y| zip(y, (inputs[0], SAME), (inputs[1], &of_b)))
        }
        (of_a, of_b) => {
            Node::local(op, &operands, dims, move |inputs, y| zip(y, (inputs[0], &of_a), (inputs[1], &of_b)))
        }
    }
}

/// The two operands, and the shape that both broadcast to.
fn fitted(op: &'static str, a: Tensor, b: Tensor) -> ([Tensor; 2], Vec<usize>) {
    let Some(dims) = broadcast(a.shape(), b.shape()) else {
        stop(format!(
            "{op}: {a} and {b} do not fit together; counted from the right, each dimension must be the same in both, or 1, \
             or missing in one."
        ))
    };
    require!(
        dims.iter().filter(|&&d| d == NONE).count() <= 1,
        "{op}: {a} and {b} would pair each image with every other; only one dimension may stay open."
    );
    check(op, &dims, 1);
    ([thinned(a, b, &dims), thinned(b, a, &dims)], dims)
}

/// The operand as it was before it was broadcast, if the result gets its shape from the other one anyway.
fn thinned(t: Tensor, other: Tensor, dims: &[usize]) -> Tensor {
    let one = unrepeated(t);
    if broadcast(one.shape(), other.shape()).as_deref() == Some(dims) { one } else { t }
}

/// Whether `t ∘ other` has the shape of `t`.
fn is_like(t: Tensor, other: Tensor) -> bool {
    broadcast(t.shape(), other.shape()).as_deref() == Some(t.shape())
}

macro_rules! operator {
    ($trait:ident $method:ident $op:ident: $a:ty, $b:ty => $y:ty) => {
        impl $trait<$b> for $a {
            type Output = $y;
            fn $method(self, other: $b) -> $y {
                <$y>::wrap($op(Tensor::from(self), Tensor::from(other)))
            }
        }
    };
}

macro_rules! operators {
    ($($trait:ident $method:ident $op:ident;)*) => { $(
        operator!($trait $method $op: Tensor, Tensor => Tensor);
        operator!($trait $method $op: Tensor, Scalar => Tensor);
        operator!($trait $method $op: Scalar, Tensor => Tensor);
        operator!($trait $method $op: Scalar, Scalar => Scalar);
        operators!(@ $trait $method $op: Tensor Scalar);
        operators!(@ $trait $method $op: f32 f64 i32 i64 u32 u64 usize isize);
    )* };
    (@ $trait:ident $method:ident $op:ident: Tensor Scalar) => {
        operators!(@@ $trait $method $op: Tensor);
        operators!(@@ $trait $method $op: Scalar);
    };
    (@ $trait:ident $method:ident $op:ident: $($number:ty)*) => { $(
        operator!($trait $method $op: $number, Tensor => Tensor);
        operator!($trait $method $op: $number, Scalar => Scalar);
    )* };
    // one impl for all kinds of numbers, so that the type of the result is known while that of a literal is still open
    (@@ $trait:ident $method:ident $op:ident: $y:ty) => {
        impl<N: number::Operand> $trait<N> for $y {
            type Output = $y;
            fn $method(self, other: N) -> $y {
                <$y>::wrap($op(Tensor::from(self), Tensor::from(other.to_f32())))
            }
        }
    };
}

impl Tensor {
    fn wrap(t: Tensor) -> Tensor {
        t
    }
}

impl Scalar {
    fn wrap(t: Tensor) -> Scalar {
        Scalar(t)
    }
}

operators! { Add add add; Sub sub sub; Mul mul mul; Div div div; }

impl Neg for Tensor {
    type Output = Tensor;
    fn neg(self) -> Tensor {
        neg(self)
    }
}

impl Neg for Scalar {
    type Output = Scalar;
    fn neg(self) -> Scalar {
        Scalar(neg(self.0))
    }
}
