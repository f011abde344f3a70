//! The nodes of the graph, and the handles through which a program refers to them.
use super::{LANES, Limit, Slice, batch_axis, show, size};
use crate::lock::unpoisoned;
use std::{collections::HashSet, fmt, ptr, sync::Mutex};

/// A value of the graph: not its numbers, but how they will be computed.
///
/// A handle is `Copy`, so `x * w + b` does not consume `x`, `w` and `b`. The node it points to is leaked on purpose, so that
/// a handle can outlive any cell of a notebook. A node takes a few hundred bytes, whatever its shape, except for an array
/// that becomes part of the graph, which takes four bytes per number: feed large arrays instead. Two handles are equal if
/// they point to the same node.
#[derive(Clone, Copy)]
pub struct Tensor(pub(crate) &'static Node);

/// A [`Tensor`] that holds a single number, such as a loss.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar(pub(crate) Tensor);

/// A [`Tensor`] of positions, as [`argmax`](crate::argmax) returns them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Indices(pub(crate) Tensor);

/// A [`Tensor`] of true and false, as [`equal`](crate::equal) returns it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mask(pub(crate) Tensor);

/// One step of training: fetching it changes the variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Step(pub(crate) Tensor);

pub(crate) struct Node {
    pub op: &'static str,
    /// The parameters of the op: two nodes with equal `op`, `params`, inputs and `dims` compute the same value.
    pub params: Box<str>,
    inputs: Inputs,
    /// Shared with an input of the same shape, to save memory.
    pub dims: &'static [usize],
    pub compute: Compute,
    pub granularity: Granularity,
    rare: Option<Box<Rare>>,
    /// Whether the picture of a large graph, which leaves out most ops, shows this one.
    pub landmark: bool,
    /// Whether the derivative is zero wherever it exists, as for a comparison.
    pub is_flat: bool,
    /// The derivative of the op. If it has none, and is not flat, [`gradients`](crate::gradients) stops with an error rather
    /// than ignore the paths through this op.
    pub rule: Option<Rule>,
    // a thin pointer: most nodes have no name, and none is ever given back
    #[expect(clippy::box_collection)]
    name: Mutex<Option<Box<String>>>,
}

/// What few nodes have.
#[derive(Default)]
struct Rare {
    /// A check that a run must pass.
    guard: Option<Guard>,
    /// What the op was given, where it reads the input of that in its place.
    skipped: Vec<Tensor>,
}

/// The most inputs that an op with a kernel can have, as a run keeps them in arrays of this size.
pub(crate) const MOST_INPUTS: usize = 4;

/// How finely an op's output can be computed. Fusion runs several ops tile by tile, so that one reads what the other has
/// just written to the cache.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    /// Only as a whole.
    Indivisible,
    /// Number by number: number `i` reads number `i` of each input of the same size, and any number of other inputs.
    PerNumber,
    /// In rows of this many numbers, from complete inputs.
    PerRow(u32),
    /// In blocks of this many numbers. Each block reads all of the inputs, so threads can share the op, but no other
    /// op is fused with it.
    PerBlock(u32),
    /// The output is a sum to which each tile of the input is added.
    Accumulating,
}

/// Where the numbers of a node come from.
pub(crate) enum Compute {
    /// The program feeds them.
    Placeholder,
    /// The session holds them between runs, and starts with those of the initial value.
    Variable {
        initial: Tensor,
        /// For a variable that tracks a statistic: the tensor, and the name of the statistic (such as its moving mean).
        /// `None` for the variables that `minimize` trains.
        remembers: Option<Box<(Tensor, &'static str)>>,
    },
    /// The numbers of an array.
    Array(Box<[f32]>),
    /// The same number everywhere.
    Fill(f32),
    /// As [`Compute::Local`], but with random numbers that are drawn anew in each run.
    Random(RandomOp),
    /// The number of images in the batch.
    BatchSize,
    /// The same numbers as the input's, in another shape.
    Alias,
    /// A kernel that treats each image by itself, or the whole tensor if it has no open dimension.
    Local(LocalOp),
    /// A kernel that combines images: it computes rows of the result from all slices of the batch. Threads share the result
    /// in multiples of this many rows.
    Across(AcrossOp, u32),
    /// At the end of a run, assigns the inputs after the first to these variables, in order; the first input is the loss.
    Assign { variables: Box<[Tensor]> },
}

type RandomOp = Box<dyn Fn(Draw, &[View<'_>], Out<'_>) + Send + Sync>;
type LocalOp = Box<dyn Fn(&[View<'_>], Out<'_>) + Send + Sync>;
type AcrossOp = Box<dyn Fn(&[Batch<'_>], Rows<'_>) + Send + Sync>;

/// An input of a [`Compute::Local`]: `[size][lanes]`. `lanes` is 16 for a slice of images, and 1 for a tensor without open
/// dimension.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub values: &'a [f32],
    pub lanes: usize,
}

impl<'a> View<'a> {
    /// The values of a slice, 16 images in a row.
    #[inline(always)]
    pub fn rows(self) -> &'a [[f32; LANES]] {
        self.values.as_chunks().0
    }
}

/// What the numbers of a [`Compute::Random`] depend on: a seed, which differs for each node and run, and the position in the
/// batch of the first image of the slice.
#[derive(Clone, Copy)]
pub(crate) struct Draw {
    pub seed: u64,
    pub first_image: usize,
}

/// A tensor of one number, and the range that this number must have in a run.
pub(crate) type Guard = (Tensor, &'static Limit);

/// The output of a [`Compute::Local`]: `[size][lanes]`, or some of its rows.
pub(crate) struct Out<'a> {
    pub values: &'a mut [f32],
    pub lanes: usize,
    /// How many of the lanes are images of the batch; the values of the others do not matter.
    pub images: usize,
    /// The number of the result at which `values` starts, if the kernel is to compute a tile. With
    /// [`Granularity::PerNumber`], inputs of the same size start there too; with [`Granularity::Accumulating`], only the input.
    pub first: usize,
}

impl<'a> Out<'a> {
    /// The values of a slice, 16 images in a row.
    #[inline(always)]
    pub fn rows(self) -> &'a mut [[f32; LANES]] {
        self.values.as_chunks_mut().0
    }
}

/// An input of a [`Compute::Across`]: all slices of the batch.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub slices: &'a [Slice],
    pub slot: usize,
    /// Numbers per image.
    pub size: usize,
    /// Images in the batch; further lanes of the last slice must be ignored.
    pub images: usize,
}

impl<'a> Batch<'a> {
    /// The values of slice `s`, `[size][16]`, and how many of its lanes are images of the batch.
    #[inline(always)]
    pub fn slice(self, s: usize) -> (&'a [f32], usize) {
        (&self.slices[s].kept[self.slot][..LANES * self.size], (self.images - LANES * s).min(LANES))
    }
}

/// Some rows of the result of a [`Compute::Across`].
pub(crate) struct Rows<'a> {
    /// The position of the first number in the result.
    pub first: usize,
    pub values: &'a mut [f32],
}

/// `rule(y, dy, i)`: from the value y of a node and the gradient dy of the loss by it, the gradient by input `i`; `None` if
/// that is zero.
pub(crate) type Rule = Box<dyn Fn(Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync>;

/// One or two inputs, as most ops have, are stored in the node itself.
enum Inputs {
    One([Tensor; 1]),
    Two([Tensor; 2]),
    Any(Box<[Tensor]>),
}

impl From<&[Tensor]> for Inputs {
    fn from(inputs: &[Tensor]) -> Self {
        match *inputs {
            [a] => Inputs::One([a]),
            [a, b] => Inputs::Two([a, b]),
            _ => Inputs::Any(inputs.into()),
        }
    }
}

impl Node {
    pub fn inputs(&self) -> &[Tensor] {
        match &self.inputs {
            Inputs::One(inputs) => inputs,
            Inputs::Two(inputs) => inputs,
            Inputs::Any(inputs) => inputs,
        }
    }

    pub fn new(op: &'static str, inputs: &[Tensor], dims: &[usize], compute: Compute) -> Self {
        let alike = match &compute {
            Compute::Variable { initial, .. } => Some(initial),
            _ => inputs.iter().find(|input| input.shape() == dims),
        };
        let dims = alike.map_or_else(|| &*Box::leak(dims.into()), |alike| alike.shape());
        Node {
            op,
            params: Box::default(),
            inputs: Inputs::from(inputs),
            dims,
            compute,
            granularity: Granularity::Indivisible,
            rare: None,
            landmark: false,
            is_flat: false,
            rule: None,
            name: Mutex::new(None),
        }
    }

    pub fn local(
        op: &'static str,
        inputs: &[Tensor],
        dims: &[usize],
        kernel: impl Fn(&[View<'_>], Out<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(op, inputs, dims, Compute::Local(Box::new(kernel)))
    }

    pub fn across(
        op: &'static str,
        inputs: &[Tensor],
        dims: &[usize],
        block_rows: usize,
        kernel: impl Fn(&[Batch<'_>], Rows<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(op, inputs, dims, Compute::Across(Box::new(kernel), block_rows as u32))
    }

    pub fn granularity(mut self, granularity: Granularity) -> Self {
        self.granularity = granularity;
        self
    }

    pub fn elementwise(self) -> Self {
        self.granularity(Granularity::PerNumber)
    }

    pub fn params(mut self, params: impl fmt::Display) -> Self {
        self.params = params.to_string().into();
        self
    }

    /// Rejects a run in which the value of `t` is out of range.
    pub fn guarded(mut self, t: Tensor, limit: &'static Limit) -> Self {
        self.rare.get_or_insert_default().guard = Some((t, limit));
        self
    }

    pub fn guard(&self) -> Option<Guard> {
        self.rare.as_ref()?.guard
    }

    /// Declares that the op reads the input of `t` in place of `t`, by which it then has no gradient.
    pub fn skipping(mut self, t: Tensor) -> Self {
        self.rare.get_or_insert_default().skipped.push(t);
        self
    }

    pub fn skipped(&self) -> &[Tensor] {
        self.rare.as_ref().map_or(&[], |rare| &rare.skipped)
    }

    /// The chain rule for an op of one input: `rule(y, dy)` is the gradient by the input, from the value `y` of this node and
    /// the gradient `dy` of the loss by it.
    pub fn gradient(self, rule: impl Fn(Tensor, Tensor) -> Tensor + Send + Sync + 'static) -> Self {
        self.with_rule(Box::new(move |y, dy, _| Some(rule(y, dy))))
    }

    /// The same for several inputs: `rule(y, dy, i)` is the gradient by input `i`, or `None` where it is zero.
    pub fn gradients(self, rule: impl Fn(Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync + 'static) -> Self {
        self.with_rule(Box::new(rule))
    }

    fn with_rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Declares that the derivative is zero wherever it exists.
    pub fn zero_gradient(mut self) -> Self {
        self.is_flat = true;
        self
    }

    /// Shows this op in the picture of a large graph.
    pub fn landmark(mut self) -> Self {
        self.landmark = true;
        self
    }

    pub fn build(self) -> Tensor {
        let computes = matches!(self.compute, Compute::Local(_) | Compute::Across(..) | Compute::Random(_));
        assert!(!computes || self.inputs().len() <= MOST_INPUTS, "{} has more inputs than a run holds", self.op);
        Tensor(Box::leak(Box::new(self)))
    }
}

impl Tensor {
    /// The dimensions, outermost first; the open one is [`NONE`](crate::NONE).
    pub fn shape(self) -> &'static [usize] {
        self.0.dims
    }

    /// Gives the tensor a name for messages, pictures of the graph and saved models.
    pub fn named(self, name: &str) -> Tensor {
        if let (Compute::Fill(number), []) = (&self.0.compute, self.shape()) {
            // a new node, as another tensor may share this one for the same number
            let own = Node::new(self.0.op, &[], &[], Compute::Fill(*number));
            return Node { name: Mutex::new(Some(Box::new(name.to_string()))), ..own }.build();
        }
        *unpoisoned(self.0.name.lock()) = Some(Box::new(name.to_string()));
        self
    }

    /// The name given by [`named`](Self::named), or else the name of its op.
    pub fn name(self) -> String {
        let name = unpoisoned(self.0.name.lock());
        name.as_deref().map_or_else(|| self.0.op.to_string(), String::clone)
    }

    /// The trainable variables that it is computed from, in the order of the graph.
    pub fn variables(self) -> Vec<Tensor> {
        let trainable = |t: &Tensor| matches!(t.0.compute, Compute::Variable { remembers: None, .. });
        topological_order(&[self]).into_iter().filter(trainable).collect()
    }

    pub(crate) fn tensor(self) -> Tensor {
        self
    }

    pub(crate) fn inputs(self) -> &'static [Tensor] {
        self.0.inputs()
    }

    pub(crate) fn address(self) -> usize {
        ptr::from_ref(self.0).addr()
    }

    pub(crate) fn is_batched(self) -> bool {
        batch_axis(self.shape()).is_some()
    }

    /// How many numbers it holds, per image if a dimension is open.
    pub(crate) fn size(self) -> usize {
        size(self.shape())
    }

    pub(crate) fn is_variable(self) -> bool {
        matches!(self.0.compute, Compute::Variable { .. })
    }

    /// Its numbers if they are constant: those of an array, or a single one.
    pub(crate) fn known_numbers(self) -> Option<&'static [f32]> {
        match &self.0.compute {
            Compute::Array(numbers) => Some(numbers),
            Compute::Fill(number) if self.size() == 1 => Some(std::slice::from_ref(number)),
            _ => None,
        }
    }

    /// Its number if it is a constant of shape `[]`.
    pub(crate) fn known_number(self) -> Option<f32> {
        self.known_numbers().filter(|_| self.shape().is_empty()).map(|numbers| numbers[0])
    }

    /// For a variable that tracks a statistic: the tensor, and the name of the statistic.
    pub(crate) fn memory(self) -> Option<(Tensor, &'static str)> {
        match &self.0.compute {
            Compute::Variable { remembers, .. } => remembers.as_deref().copied(),
            _ => None,
        }
    }

    /// What it is another name for, or the tensor itself.
    pub(crate) fn unaliased(self) -> Tensor {
        if self.0.op == "identity" { self.inputs()[0].unaliased() } else { self }
    }

    /// The initial value of a variable; any other tensor itself.
    pub(crate) fn initial(self) -> Tensor {
        match self.0.compute {
            Compute::Variable { initial, .. } => initial,
            _ => self,
        }
    }

    pub(crate) fn has_name(self) -> bool {
        unpoisoned(self.0.name.lock()).is_some()
    }
}

impl PartialEq for Tensor {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Tensor {}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), show(self.shape()))
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! handles {
    ($($handle:ident)*) => { $(
        impl $handle {
            /// Gives it a name for messages and pictures of the graph.
            pub fn named(self, name: &str) -> Self {
                $handle(self.0.named(name))
            }

            /// The trainable variables that it is computed from, in the order of the graph.
            pub fn variables(self) -> Vec<Tensor> {
                self.0.variables()
            }

            pub(crate) fn tensor(self) -> Tensor {
                self.0
            }
        }

        impl fmt::Display for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )* };
}
handles!(Scalar Indices Mask Step);

macro_rules! into_tensor {
    ($($handle:ident)*) => { $(
        impl From<$handle> for Tensor {
            fn from(handle: $handle) -> Tensor {
                handle.0
            }
        }
    )* };
}
into_tensor!(Scalar Indices Mask);

/// All nodes that `ends` depend on, each after its inputs.
pub(crate) fn topological_order(ends: &[Tensor]) -> Vec<Tensor> {
    depth_first(ends, |node| node.inputs())
}

/// All variables that `ends` depend on, each after the variables that its initial value is computed from.
pub(crate) fn variables_in_order(ends: &[Tensor]) -> Vec<Tensor> {
    let before = |node: Tensor| match &node.0.compute {
        Compute::Variable { initial, .. } => std::slice::from_ref(initial),
        _ => node.inputs(),
    };
    depth_first(ends, before).into_iter().filter(|t| t.is_variable()).collect()
}

/// The nodes that can be reached from `ends` through `before`, in post-order: each once, after those before it. Not recursive,
/// as a long graph would overflow the stack.
pub(crate) fn depth_first(ends: &[Tensor], before: impl Fn(Tensor) -> &'static [Tensor]) -> Vec<Tensor> {
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    let mut path: Vec<(Tensor, usize)> = Vec::new();
    for &end in ends {
        if seen.insert(end.address()) {
            path.push((end, 0));
        }
        while let Some((node, next)) = path.last_mut() {
            match before(*node).get(*next) {
                Some(&input) => {
                    *next += 1;
                    if seen.insert(input.address()) {
                        path.push((input, 0));
                    }
                }
                None => {
                    order.push(*node);
                    path.pop();
                }
            }
        }
    }
    order
}
