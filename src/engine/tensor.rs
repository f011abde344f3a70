//! The nodes of the graph, and the handles to them that a program holds.
use super::memory::{LANES, Slice};
use super::shape::{batch_axis, show, size};
use std::{collections::HashSet, fmt, ptr, sync::Mutex};

/// A value of the graph: not the numbers, only how they will be computed.
///
/// A handle is `Copy` and is never used up: `x * w + b` leaves `x`, `w` and `b` where they were. The node it points to is
/// leaked on purpose, so that a handle can outlive any cell of a notebook. That costs a few hundred bytes, whatever the shape,
/// except for an array that is made part of the graph, which costs four bytes a number: feed large arrays instead.
/// Two handles are equal if they point to the same node.
#[derive(Clone, Copy)]
pub struct Tensor(pub(crate) &'static Node);

/// A [`Tensor`] that is one number, such as a loss.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar(pub(crate) Tensor);

/// A [`Tensor`] of positions, as [`argmax`](crate::argmax) gives them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Indices(pub(crate) Tensor);

/// A [`Tensor`] of true and false, as [`equal`](crate::equal) gives it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mask(pub(crate) Tensor);

/// One step of training: fetching it changes the variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Step(pub(crate) Tensor);

pub(crate) struct Node {
    pub op: &'static str,
    /// What else, besides the op and its inputs, decides the value.
    pub params: Box<str>,
    inputs: Inputs,
    /// Those of an input, where they are the same.
    pub dims: &'static [usize],
    pub compute: Compute,
    pub granularity: Granularity,
    /// A number that must hold for a run to count.
    pub guard: Option<Box<Guard>>,
    /// Whether the picture of a large graph shows it.
    pub landmark: bool,
    /// Whether the derivative is zero wherever it exists, as that of a comparison.
    pub is_flat: bool,
    /// What the op says of its derivative otherwise; where it says nothing, [`gradients`](crate::gradients) stops rather
    /// than leave out what goes through this op.
    pub rule: Option<Rule>,
    // a thin pointer: most nodes have no name, and none is ever given back
    #[expect(clippy::box_collection)]
    name: Mutex<Option<Box<String>>>,
}

/// The most inputs of an op that computes numbers.
pub(crate) const MOST_INPUTS: usize = 4;

/// How finely an op's output can be computed. Fusion runs several ops tile by tile, so that one reads what the other has
/// just written to the cache.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    /// All of it at once.
    Indivisible,
    /// Each number from those beside it in the inputs of the same size, and from any of the others.
    PerNumber,
    /// So many numbers side by side, from inputs that are complete.
    PerRow(u32),
    /// The same, but each block goes through all of the inputs: several threads can share it, but it cannot be fused.
    PerBlock(u32),
    /// Each tile of the input is added to what the tiles before it have left in the output.
    Accumulating,
}

/// How the numbers of a node come about.
pub(crate) enum Compute {
    /// They are fed.
    Placeholder,
    /// The session keeps them; at first they are those of the initial value.
    Variable {
        initial: Tensor,
        /// Of which tensor it remembers what, such as a moving mean; `None` for what `minimize` changes.
        remembers: Option<Box<(Tensor, &'static str)>>,
    },
    /// The numbers of an array.
    Array(Box<[f32]>),
    /// The same number everywhere.
    Fill(f32),
    /// Drawn anew in each run; otherwise as [`Compute::Local`].
    Random(RandomOp),
    /// How many images were fed.
    BatchSize,
    /// The same numbers as the input's, in another shape.
    Alias,
    /// Each image by itself, or, without an open dimension, all numbers at once.
    Local(LocalOp),
    /// Mixes images: some rows of the result, so many together if there are, from all slices of the batch.
    Across(AcrossOp, u32),
    /// Once everything else of a run is done, these variables take the values of the inputs; the first input is the loss.
    Assign { variables: Box<[Tensor]> },
}

type RandomOp = Box<dyn Fn(Draw, &[View<'_>], Out<'_>) + Send + Sync>;
type LocalOp = Box<dyn Fn(&[View<'_>], Out<'_>) + Send + Sync>;
type AcrossOp = Box<dyn Fn(&[Batch<'_>], Rows<'_>) + Send + Sync>;

/// An input as a [`Compute::Local`] sees it: `lanes` images side by side for each number, or `lanes` = 1.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub values: &'a [f32],
    pub lanes: usize,
}

/// What decides the numbers that a [`Compute::Random`] draws: a seed of its own for each node and run, and which image
/// of the batch comes first.
#[derive(Clone, Copy)]
pub(crate) struct Draw {
    pub seed: u64,
    pub first_image: usize,
}

/// A number that must hold for a run to count, or the sentence that says why not.
pub(crate) type Guard = (Tensor, fn(f32) -> Option<String>);

/// Where a [`Compute::Local`] writes.
pub(crate) struct Out<'a> {
    pub values: &'a mut [f32],
    pub lanes: usize,
    /// How many of the lanes are images of the batch; what is in the others does not matter.
    pub images: usize,
    /// Which number comes first, where a kernel is asked for a part of its work. For [`Granularity::PerNumber`], inputs of the
    /// same size begin there too; for [`Granularity::Accumulating`], it is the input that begins there.
    pub first: usize,
}

/// An input as a [`Compute::Across`] sees it: slices of sixteen images each.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub slices: &'a [Slice],
    pub slot: usize,
    /// How many numbers an image has.
    pub size: usize,
    /// How many images there are; what lies behind them in the last slice does not count.
    pub images: usize,
}

impl<'a> Batch<'a> {
    /// The numbers of sixteen images, and how many of these there really are.
    #[inline(always)]
    pub fn slice(self, s: usize) -> (&'a [f32], usize) {
        (&self.slices[s].kept[self.slot][..LANES * self.size], (self.images - LANES * s).min(LANES))
    }
}

/// Some rows of the result of a [`Compute::Across`].
pub(crate) struct Rows<'a> {
    /// The position of the first number.
    pub first: usize,
    pub values: &'a mut [f32],
}

/// From the value of the node and the loss's gradient by it, the gradient by the input at a position; `None` where that is
/// zero.
pub(crate) type Rule = Box<dyn Fn(Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync>;

/// Most ops have one input or two, which lie in the node itself.
enum Inputs {
    One([Tensor; 1]),
    Two([Tensor; 2]),
    Any(Box<[Tensor]>),
}

impl From<Vec<Tensor>> for Inputs {
    fn from(inputs: Vec<Tensor>) -> Self {
        match inputs[..] {
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

    pub fn new(op: &'static str, inputs: impl Into<Vec<Tensor>>, dims: &[usize], compute: Compute) -> Self {
        let inputs: Vec<Tensor> = inputs.into();
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
            guard: None,
            landmark: false,
            is_flat: false,
            rule: None,
            name: Mutex::new(None),
        }
    }

    pub fn local(
        op: &'static str,
        inputs: impl Into<Vec<Tensor>>,
        dims: &[usize],
        kernel: impl Fn(&[View<'_>], Out<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(op, inputs, dims, Compute::Local(Box::new(kernel)))
    }

    pub fn across(
        op: &'static str,
        inputs: impl Into<Vec<Tensor>>,
        dims: &[usize],
        together: usize,
        kernel: impl Fn(&[Batch<'_>], Rows<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(op, inputs, dims, Compute::Across(Box::new(kernel), together as u32))
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

    /// Refuses a run in which `check` finds fault with the value of `t`.
    pub fn guard(mut self, t: Tensor, check: fn(f32) -> Option<String>) -> Self {
        self.guard = Some(Box::new((t, check)));
        self
    }

    /// The rule of the chain for an op of one input: from the value `y` of this node and the loss's gradient by it, `dy`,
    /// the gradient by the input.
    pub fn gradient(self, rule: impl Fn(Tensor, Tensor) -> Tensor + Send + Sync + 'static) -> Self {
        self.gradients(move |y, dy, _| Some(rule(y, dy)))
    }

    /// The same for several inputs: `rule(y, dy, i)` is the gradient by input `i`, or `None` where it is zero.
    pub fn gradients(mut self, rule: impl Fn(Tensor, Tensor, usize) -> Option<Tensor> + Send + Sync + 'static) -> Self {
        self.rule = Some(Box::new(rule));
        self
    }

    /// The derivative is zero wherever it exists.
    pub fn zero_gradient(mut self) -> Self {
        self.is_flat = true;
        self
    }

    /// The picture of a large graph shows this op.
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
            // others may hold the same number
            let own = Node::new(self.0.op, [], &[], Compute::Fill(*number));
            return Node { name: Mutex::new(Some(Box::new(name.to_string()))), ..own }.build();
        }
        *self.0.name.lock().unwrap_or_else(|e| e.into_inner()) = Some(Box::new(name.to_string()));
        self
    }

    /// The name given by [`named`](Self::named), or else the name of the op that computes it.
    pub fn name(self) -> String {
        let name = self.0.name.lock().unwrap_or_else(|e| e.into_inner());
        name.as_deref().map_or_else(|| self.0.op.to_string(), String::clone)
    }

    /// The variables that training can change among those it is computed from, in the order of the graph.
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

    /// How many numbers it holds, for each image where a dimension is open.
    pub(crate) fn size(self) -> usize {
        size(self.shape())
    }

    pub(crate) fn is_variable(self) -> bool {
        matches!(self.0.compute, Compute::Variable { .. })
    }

    /// The numbers that are known without a run: those of an array, or a single one.
    pub(crate) fn known_numbers(self) -> Option<&'static [f32]> {
        match &self.0.compute {
            Compute::Array(numbers) => Some(numbers),
            Compute::Fill(number) if self.size() == 1 => Some(std::slice::from_ref(number)),
            _ => None,
        }
    }

    /// The number that is known without a run.
    pub(crate) fn known_number(self) -> Option<f32> {
        self.known_numbers().filter(|_| self.shape().is_empty()).map(|numbers| numbers[0])
    }

    /// Of which tensor a variable remembers what, if it is not one that `minimize` changes.
    pub(crate) fn memory(self) -> Option<(Tensor, &'static str)> {
        match &self.0.compute {
            Compute::Variable { remembers, .. } => remembers.as_deref().copied(),
            _ => None,
        }
    }

    /// What a variable starts from; of everything else, the tensor itself.
    pub(crate) fn initial(self) -> Tensor {
        match self.0.compute {
            Compute::Variable { initial, .. } => initial,
            _ => self,
        }
    }

    pub(crate) fn has_name(self) -> bool {
        self.0.name.lock().unwrap_or_else(|e| e.into_inner()).is_some()
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

            /// The variables that training can change among those it is computed from, in the order of the graph.
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

/// Every node that `ends` need, each after its inputs.
pub(crate) fn topological_order(ends: &[Tensor]) -> Vec<Tensor> {
    depth_first(ends, |node| node.inputs())
}

/// Every variable that `ends` need, each after those that its initial value is computed from.
pub(crate) fn variables_in_order(ends: &[Tensor]) -> Vec<Tensor> {
    let before = |node: Tensor| match &node.0.compute {
        Compute::Variable { initial, .. } => std::slice::from_ref(initial),
        _ => node.inputs(),
    };
    depth_first(ends, before).into_iter().filter(|t| t.is_variable()).collect()
}

/// The nodes that can be reached from `ends`, each once and after those `before` it.
fn depth_first(ends: &[Tensor], before: impl Fn(Tensor) -> &'static [Tensor]) -> Vec<Tensor> {
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
