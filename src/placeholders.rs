//! Where numbers enter the graph: what is fed to it, and what it learns.
use crate::engine::kernels::math;
use crate::engine::{
    Compute, Draw, Guard, Limit, NONE, NOT_NEGATIVE, Node, Number, Out, Range, Shape, Step, Tensor, View, batch_axis,
    checked_size, show,
};
use crate::error::{require, stop};
use crate::lock::unpoisoned;
use ndarray::{ArrayBase, Data, Dimension};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use std::sync::Mutex;

/// A tensor whose numbers are fed at each run: `placeholder([NONE, 28, 28, 1])` for images, `placeholder(())` for one number.
///
/// The first dimension may be open ([`NONE`] or -1): it is the batch, as many images as are fed.
pub fn placeholder(shape: impl Shape) -> Tensor {
    let dims = shape.dims();
    check("placeholder", &dims, 1);
    let is_first = batch_axis(&dims).is_none_or(|axis| axis == 0);
    require!(is_first, "placeholder {}: only the first dimension, the images, can stay open.", show(&dims));
    Node::new("placeholder", &[], &dims, Compute::Placeholder).build()
}

/// A tensor that training changes. It starts, each time [`Session::initialize`](crate::Session::initialize) is called,
/// from `initial`: [`zeros`], [`ones`], [`constant`], [`truncated_normal`], what is computed from them (`ones([200]) / 10`), or an array.
pub fn variable(initial: impl Into<Tensor>) -> Tensor {
    variable_that(None, initial.into())
}

/// A variable that steps update by a rule of their own, and that remembers `what` of a tensor, such as its moving mean;
/// no gradient is taken by it.
pub(crate) fn memory(initial: impl Into<Tensor>, of: Tensor, what: &'static str) -> Tensor {
    variable_that(Some((of, what)), initial.into())
}

fn variable_that(remembers: Option<(Tensor, &'static str)>, initial: Tensor) -> Tensor {
    let is_complete = !initial.is_batched();
    require!(is_complete, "a variable cannot start from {initial}: it must have all its dimensions when it is made.");
    Node::new("variable", &[], initial.shape(), Compute::Variable { initial, remembers: remembers.map(Box::new) })
        .build()
}

/// A step that gives variables new values, all at once, after everything else of the run.
pub(crate) fn assign(loss: Tensor, updates: Vec<(Tensor, Tensor)>, guard: Option<Guard>) -> Step {
    let (mut inputs, mut variables) = (vec![loss], Vec::new());
    for (variable, new) in updates {
        inputs.push(new);
        variables.push(variable);
    }
    let variables = variables.into();
    let mut node = Node::new("step", &inputs, &[], Compute::Assign { variables }).landmark();
    if let Some((t, limit)) = guard {
        node = node.guarded(t, limit);
    }
    Step(node.build())
}

/// Zero everywhere.
pub fn zeros(shape: impl Shape) -> Tensor {
    filled("zeros", shape, 0.0)
}

/// One everywhere.
pub fn ones(shape: impl Shape) -> Tensor {
    filled("ones", shape, 1.0)
}

/// The same number everywhere: `constant(0.1, [200])`.
pub fn constant(value: impl Number, shape: impl Shape) -> Tensor {
    filled("constant", shape, value.to_f32())
}

/// Random numbers from the bell curve with mean 0 and standard deviation `stddev` (0 or more), none further than two of
/// these from 0.
///
/// They depend on the session's seed and on the place of the variable in the graph. (As in TensorFlow, it is the curve before
/// its ends are cut off that has this standard deviation; what is left has 0.88 of it.)
pub fn truncated_normal(shape: impl Shape, stddev: impl Number) -> Tensor {
    let stddev = stddev.to_f32();
    const RANGE: Range = Range(NOT_NEGATIVE.0, |stddev| stddev >= 0.0 && (2.0 * stddev).is_finite());
    in_range(stddev, &Limit("truncated_normal: the standard deviation", RANGE, "0.1"));
    random("truncated_normal", shape, stddev, move |rng| {
        loop {
            // a point of the rectangle around the curve, until one lies under it
            let (z, height) = (4.0 * unit(rng) - 2.0, unit(rng));
            if height < math::exp(-z * z / 2.0) {
                return stddev * z;
            }
        }
    })
}

/// Random numbers that are equally likely everywhere from `low` to `high`, which is no less.
pub fn random_uniform(shape: impl Shape, low: impl Number, high: impl Number) -> Tensor {
    let (low, high) = (low.to_f32(), high.to_f32());
    require!(
        low <= high && (high - low).is_finite(),
        "random_uniform draws numbers from low to high, two finite numbers of which high is no less, but they are {low} \
         and {high}."
    );
    random("random_uniform", shape, format!("{low}..{high}"), move |rng| low + (high - low) * unit(rng))
}

/// From 0 to just below 1.
fn unit(rng: &mut Pcg64) -> f32 {
    (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
}

fn filled(op: &'static str, shape: impl Shape, value: f32) -> Tensor {
    let dims = shape.dims();
    check(op, &dims, 0);
    Node::new(op, &[], &dims, Compute::Fill(value)).elementwise().build()
}

fn random(
    op: &'static str,
    shape: impl Shape,
    params: impl std::fmt::Display,
    draw: impl Fn(&mut Pcg64) -> f32 + Send + Sync + 'static,
) -> Tensor {
    let dims = shape.dims();
    check(op, &dims, 0);
    let fill = move |from: Draw, _: &[View<'_>], y: Out<'_>| {
        let mut rng = Pcg64::seed_from_u64(from.seed);
        y.values.fill_with(|| draw(&mut rng));
    };
    Node::new(op, &[], &dims, Compute::Random(Box::new(fill))).params(params).build()
}

/// An argument that is one number: a constant is checked at once, and what is fed or computed in each run.
pub(crate) fn checked(t: Tensor, limit: &'static Limit) -> Tensor {
    one_number(t, limit);
    if t.known_number().is_some() {
        return t;
    }
    Node::local("checked", &[t], &[], |inputs, y| y.values.copy_from_slice(inputs[0].values))
        .params(limit.0)
        .guarded(t, limit)
        .gradient(|_, dy| dy)
        .build()
}

/// Stops at an argument that is not one number, or a constant out of range.
pub(crate) fn one_number(t: Tensor, limit: &Limit) {
    require!(
        t.shape().is_empty(),
        "{} must be one number, or a tensor without dimensions, but {t} was given.",
        limit.0
    );
    if let Some(x) = t.known_number() {
        in_range(x, limit);
    }
}

/// Stops at a number out of range.
pub(crate) fn in_range(x: f32, limit: &Limit) {
    if let Some(sentence) = limit.refusal(x) {
        stop(sentence);
    }
}

/// Stops at dimensions that no tensor can have.
pub(crate) fn check(op: &str, dims: &[usize], open: usize) {
    let most = u32::MAX;
    let allowed = if open == 0 { "none of its dimensions" } else { "only one dimension" };
    require!(dims.iter().filter(|&&d| d == NONE).count() <= open, "{op} {}: {allowed} can stay open.", show(dims));
    require!(
        !dims.contains(&0) && checked_size(dims).is_some_and(|size| size <= most as usize),
        "{op} {}: each dimension must be at least 1, and all of them together hold at most {most} numbers.",
        show(dims)
    );
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        /// A constant without dimensions.
        impl From<$number> for Tensor {
            fn from(value: $number) -> Tensor {
                single(value as f32)
            }
        }
    )* };
}
numbers!(f32 f64 u8 i32 i64 u32 u64 usize isize);

/// A constant without dimensions. Each number is one node, however often a program writes it.
fn single(value: f32) -> Tensor {
    // sorted by the bits of the number
    static KNOWN: Mutex<Vec<(u32, Tensor)>> = Mutex::new(Vec::new());
    let bits = value.to_bits();
    let mut known = unpoisoned(KNOWN.lock());
    match known.binary_search_by_key(&bits, |(known, _)| *known) {
        Ok(place) => known[place].1,
        Err(place) => {
            known.insert(place, (bits, filled("constant", (), value)));
            known[place].1
        }
    }
}

/// A constant with the numbers and the shape of the array.
impl<A: Number, S: Data<Elem = A>, D: Dimension> From<ArrayBase<S, D>> for Tensor {
    fn from(array: ArrayBase<S, D>) -> Tensor {
        check("constant", array.shape(), 0);
        let values: Vec<f32> = array.iter().map(|x| x.to_f32()).collect();
        Node::new("array", &[], array.shape(), Compute::Array(values.into())).build()
    }
}

impl<A: Number, S: Data<Elem = A>, D: Dimension> From<&ArrayBase<S, D>> for Tensor {
    fn from(array: &ArrayBase<S, D>) -> Tensor {
        array.view().into()
    }
}
