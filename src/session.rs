//! Where the graph comes to life: what is fed, what is fetched, and the variables in between.
pub(crate) use crate::engine::kernels::bytes::unit_interval;
use crate::engine::memory::{Buffer, LANES};
use crate::engine::plan::{Place, Plan, mix};
use crate::engine::shape::{NONE, batch_axis, show};
use crate::engine::tensor::{Indices, Kernel, Mask, Scalar, Step, Tensor, in_order};
use crate::engine::threads::Threads;
use crate::error::Error;
use crate::placeholders::Number;
use ndarray::{Array, ArrayBase, ArrayD, Axis, Data, Dimension};
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// Holds the variables of a graph, runs it, and owns the threads that do the work.
///
/// The same seed gives the same numbers to the last bit, whatever the number of threads.
pub struct Session {
    seed: u64,
    threads: Threads,
    variables: HashMap<usize, Buffer>,
    plans: Vec<(Vec<usize>, Plan)>,
    /// How often each step has run since its variables were initialised.
    steps: HashMap<usize, u64>,
    /// All runs since then: each draws other random numbers.
    runs: u64,
    /// Those of them that made a step.
    trained: usize,
}

/// Values of variables by their addresses.
pub(crate) type Variables = Vec<(usize, Buffer)>;

/// A session keeps the plans of so many different fetches; the oldest goes first.
const PLANS: usize = 32;

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session with seed 0 and a thread for each core.
    pub fn new() -> Self {
        Self::with_seed(0)
    }

    /// A session whose variables start from the random numbers of this seed.
    pub fn with_seed(seed: u64) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Session {
            seed,
            threads: Threads::new(cores),
            variables: HashMap::new(),
            plans: Vec::new(),
            steps: HashMap::new(),
            runs: 0,
            trained: 0,
        }
    }

    /// The same session with `count` threads, the caller's included. The results do not depend on it.
    pub fn threads(mut self, count: usize) -> Self {
        self.threads = Threads::new(count);
        self.plans.clear();
        self
    }

    /// Gives every variable that `fetch` needs its initial value: a step, a loss, or a list of variables.
    ///
    /// Calling it again starts again from the same fresh values.
    pub fn initialize(&mut self, fetch: impl Fetch) -> Result<(), Error> {
        let ends = tensors(&fetch);
        for (position, variable) in in_order(&ends).into_iter().filter(|t| t.is_variable()).enumerate() {
            let Kernel::Variable { initial, .. } = variable.0.kernel else { unreachable!("a variable") };
            let mut plan = Plan::new(&[initial]);
            if let Some(placeholder) = plan.placeholders.first() {
                return Err(Error::Session(format!(
                    "{variable} cannot be initialised: its initial value needs {placeholder}, which only a run is fed."
                )));
            }
            let inner: Vec<Tensor> = plan.variables.clone();
            let values = self.values_of(&inner)?;
            plan.run(&values, &[], 0, mix(self.seed, position as u64), &self.threads);
            let buffer = plan.whole(plan.fetched[0].1, &values).into();
            self.variables.insert(variable.address(), buffer);
        }
        for end in ends {
            self.steps.remove(&end.address());
        }
        self.runs = 0;
        self.trained = 0;
        Ok(())
    }

    /// How many runs made a step since the variables were initialised.
    pub(crate) fn trained(&self) -> usize {
        self.trained
    }

    /// The variables that `fetch` depends on, and a copy of their values.
    pub(crate) fn copy_variables(&self, fetch: &impl Fetch) -> Result<Variables, Error> {
        let variables = in_order(&tensors(fetch)).into_iter().filter(|t| t.is_variable()).collect::<Vec<_>>();
        let values = self.values_of(&variables)?;
        Ok(variables.iter().zip(values).map(|(variable, values)| (variable.address(), values.into())).collect())
    }

    /// Computes `fetch` as it was, or would have been, when another session had these variables; `run` decides the
    /// random numbers.
    pub(crate) fn run_with<F: Fetch>(
        &mut self,
        variables: Variables,
        run: u64,
        fetch: F,
        feed: &[Fed<'_>],
    ) -> Result<F::Output, Error> {
        self.variables.extend(variables);
        self.runs = run;
        self.run_fed(fetch, feed)
    }

    /// Computes what is asked for, from what is fed: `sess.run((loss, accuracy), feed! { x => images, y_ => labels })?`.
    ///
    /// A tensor comes as `ArrayD<f32>`, a scalar as `f32`, indices as `ArrayD<usize>`, a mask as `ArrayD<bool>`, and a
    /// step as `()`; tuples, arrays and `Vec`s come as such. All values are those before any step of the same run changes
    /// a variable.
    ///
    /// # Errors
    ///
    /// [`Error::Feed`] where a placeholder is missing, fed twice, not needed, or of another shape;
    /// [`Error::Session`] before [`initialize`](Self::initialize); [`Error::NotFinite`] where a step would make
    /// a variable, or finds its loss, NaN or infinite: the variables then stay as they were.
    pub fn run<F: Fetch, const N: usize>(&mut self, fetch: F, feed: [Fed<'_>; N]) -> Result<F::Output, Error> {
        self.run_fed(fetch, &feed)
    }

    fn run_fed<F: Fetch>(&mut self, fetch: F, feed: &[Fed<'_>]) -> Result<F::Output, Error> {
        let at = self.plan_for(&fetch);
        // taken out of the list so that its variables can be borrowed from the session
        let (key, mut plan) = self.plans.swap_remove(at);
        let result = self.run_plan(&mut plan, &fetch, feed);
        self.plans.push((key, plan));
        result
    }

    fn run_plan<F: Fetch>(&mut self, plan: &mut Plan, fetch: &F, feed: &[Fed<'_>]) -> Result<F::Output, Error> {
        let images = count_images(&plan.placeholders, feed)?;
        let variables = self.values_of(&plan.variables)?;
        plan.run(&variables, feed, images, mix(mix(self.seed, u64::MAX), self.runs), &self.threads);
        for &((_, check), place) in &plan.guards {
            if let Some(sentence) = check(plan.whole(place, &variables)[0]) {
                return Err(Error::Feed(sentence));
            }
        }
        let output = fetch.read(&mut Values { plan, variables: &variables, images, next: 0 });
        let bad = plan.steps.iter().find_map(|step| {
            let finite = |place| all_finite(plan.whole(place, &variables));
            if !finite(step.loss) {
                return Some((step.step, format!("the loss {}", step.step.inputs()[0].name())));
            }
            let (variable, _) = step.updates.iter().find(|(_, new)| !finite(*new))?;
            Some((step.step, format!("the new value of {}", plan.variables[*variable])))
        });
        if let Some((step, what)) = bad {
            let done = self.steps.get(&step.address()).unwrap_or(&0);
            return Err(Error::NotFinite(format!(
                "{what} is not a finite number any more at step {done} (counted from 0); the variables keep their values \
                 of before. Try a smaller learning rate, and the cross entropy as log(softmax(…)) or \
                 softmax_cross_entropy_with_logits."
            )));
        }
        for step in 0..plan.steps.len() {
            for update in 0..plan.steps[step].updates.len() {
                let (variable, new) = plan.steps[step].updates[update];
                let address = plan.variables[variable].address();
                let buffer = self.variables.get_mut(&address).expect("initialised");
                plan.exchange(new, buffer);
            }
            *self.steps.entry(plan.steps[step].step.address()).or_insert(0) += 1;
        }
        self.runs += 1;
        self.trained += usize::from(!plan.steps.is_empty());
        Ok(output)
    }

    fn plan_for(&mut self, fetch: &impl Fetch) -> usize {
        let known = self.plans.iter().position(|(key, _)| {
            let mut key = key.iter();
            let mut same = true;
            fetch.each(&mut |t| same &= key.next() == Some(&t.address()));
            same && key.next().is_none()
        });
        known.unwrap_or_else(|| {
            let tensors = tensors(fetch);
            if self.plans.len() == PLANS {
                self.plans.remove(0);
            }
            self.plans.push((tensors.iter().map(|t| t.address()).collect(), Plan::new(&tensors)));
            self.plans.len() - 1
        })
    }

    fn values_of(&self, variables: &[Tensor]) -> Result<Vec<&[f32]>, Error> {
        let value = |t: &Tensor| self.variables.get(&t.address()).map(|buffer| &**buffer);
        variables
            .iter()
            .map(|t| {
                value(t).ok_or_else(|| {
                    Error::Session(format!(
                        "{t} has no value yet: call sess.initialize(step)? once before the first run, and again when \
                         the graph was built anew."
                    ))
                })
            })
            .collect()
    }
}

fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    !values.iter().fold(false, |bad, x| bad | (x.to_bits() & EXPONENT == EXPONENT))
}

/// Checks what is fed against what is needed, and says how many images there are.
fn count_images(placeholders: &[Tensor], feed: &[Fed<'_>]) -> Result<usize, Error> {
    let mut images: Option<(usize, &str)> = None;
    for (i, fed) in feed.iter().enumerate() {
        let wanted = fed.placeholder.shape();
        if feed[..i].iter().any(|before| before.placeholder == fed.placeholder) {
            return Err(Error::Feed(format!("`{}` is fed twice; one of the two values must go.", fed.name)));
        }
        if !placeholders.contains(&fed.placeholder) {
            let replaced = |t: &&Tensor| t.shape() == wanted && !feed.iter().any(|other| other.placeholder == **t);
            return Err(Error::Feed(if let Some(t) = placeholders.iter().find(replaced) {
                format!(
                    "`{}` is fed, but what is run was built with another {t}: was the cell of `{}` run again without \
                     the ones below it? Run those again too.",
                    fed.name, fed.name
                )
            } else if matches!(fed.placeholder.0.kernel, Kernel::Placeholder) {
                format!("`{}` is fed, but what is fetched does not need it; leave it out of feed!.", fed.name)
            } else {
                format!("`{}` is {}, not a placeholder: only placeholders can be fed.", fed.name, fed.placeholder)
            }));
        }
        match fed.value.fits(wanted) {
            Err(found) => {
                return Err(Error::Feed(format!(
                    "`{}` needs numbers of shape {}, but what is fed to it has shape {}.",
                    fed.name,
                    show(wanted),
                    show(&found)
                )));
            }
            Ok(Some(0)) => {
                return Err(Error::Feed(format!(
                    "`{}` is fed an empty batch; at least one image is needed.",
                    fed.name
                )));
            }
            Ok(Some(n)) => match images {
                Some((m, other)) if m != n => {
                    return Err(Error::Feed(format!(
                        "`{other}` is fed {m} images, but `{}` {n}; both must be of the same batch.",
                        fed.name
                    )));
                }
                _ => images = Some((n, fed.name)),
            },
            Ok(None) => {}
        }
    }
    match placeholders.iter().find(|t| !feed.iter().any(|fed| fed.placeholder == **t)) {
        Some(t) => {
            Err(Error::Feed(format!("what is fetched needs {t}, which is not fed; add it to feed! {{ … => … }}.")))
        }
        None => Ok(images.map_or(0, |(n, _)| n)),
    }
}

/// What is fed to each placeholder: `feed! { x => batch.images, y_ => batch.labels }`.
///
/// The values are borrowed, so they can be used again: [`Images`](crate::mnist::Images), [`Labels`](crate::mnist::Labels),
/// arrays of ndarray with any kind of number, and single numbers.
#[macro_export]
macro_rules! feed {
    ($($placeholder:expr => $value:expr),* $(,)?) => {
        [$($crate::Fed::new($placeholder, stringify!($placeholder), &$value)),*]
    };
}

/// A placeholder and its value, as [`feed!`](crate::feed) makes it.
pub struct Fed<'a> {
    pub(crate) placeholder: Tensor,
    pub(crate) name: &'static str,
    pub(crate) value: &'a dyn Feed,
}

impl<'a> Fed<'a> {
    /// `name` is what a message calls the placeholder.
    pub fn new(placeholder: impl Into<Tensor>, name: &'static str, value: &'a dyn Feed) -> Self {
        Fed { placeholder: placeholder.into(), name, value }
    }
}

/// What can be fed to a placeholder.
pub trait Feed: Sync {
    /// How many images it is (`None` if `dims` has no open dimension), or its own shape if that does not fit `dims`.
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>>;

    /// Number `i` of image `first + lane` goes to `lanes[i][lane]`; after the last image, that one is repeated.
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]);

    /// All numbers in order, for a placeholder without open dimension.
    fn write(&self, values: &mut [f32]);

    /// The same, to be fed later and by another thread.
    fn keep(&self) -> Arc<dyn Feed + Send>;

    /// The value itself, for whoever knows its type: a panel shows the images that are fed.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

impl<T: Feed + ?Sized> Feed for &T {
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        (**self).fits(dims)
    }
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]) {
        (**self).fill(first, lanes)
    }
    fn write(&self, values: &mut [f32]) {
        (**self).write(values)
    }
    fn keep(&self) -> Arc<dyn Feed + Send> {
        (**self).keep()
    }
    fn as_any(&self) -> Option<&dyn Any> {
        (**self).as_any()
    }
}

/// Whether `found` fits `dims`, and how long it is where `dims` is open.
pub(crate) fn fits(found: &[usize], dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
    let same = found.len() == dims.len() && found.iter().zip(dims).all(|(f, d)| f == d || *d == NONE);
    if same { Ok(batch_axis(dims).map(|axis| found[axis])) } else { Err(found.to_vec()) }
}

impl<A: Number, S: Data<Elem = A>, D: Dimension> Feed for ArrayBase<S, D>
where
    ArrayBase<S, D>: Sync,
{
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        fits(self.shape(), dims)
    }
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]) {
        let last = self.len_of(Axis(0)) - 1;
        if let Some(values) = self.as_slice() {
            let size = lanes.len();
            let images: [&[A]; LANES] = std::array::from_fn(|lane| &values[(first + lane).min(last) * size..][..size]);
            let numbers = |i: usize| std::array::from_fn(|lane| images[lane][i].to_f32());
            return lanes.iter_mut().enumerate().for_each(|(i, lanes)| *lanes = numbers(i));
        }
        let array = self.view().into_dyn();
        for lane in 0..LANES {
            let image = array.index_axis(Axis(0), (first + lane).min(last));
            lanes.iter_mut().zip(image).for_each(|(lanes, x)| lanes[lane] = x.to_f32());
        }
    }
    fn write(&self, values: &mut [f32]) {
        values.iter_mut().zip(self).for_each(|(value, x)| *value = x.to_f32());
    }
    fn keep(&self) -> Arc<dyn Feed + Send> {
        Arc::new(self.map(|x| x.to_f32()).into_dyn())
    }
}

macro_rules! single_numbers {
    ($($number:ty)*) => { $(
        impl Feed for $number {
            fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
                fits(&[], dims)
            }
            fn fill(&self, _: usize, lanes: &mut [[f32; LANES]]) {
                lanes.fill([self.to_f32(); LANES]);
            }
            fn write(&self, values: &mut [f32]) {
                values.fill(self.to_f32());
            }
            fn keep(&self) -> Arc<dyn Feed + Send> {
                Arc::new(*self)
            }
        }
    )* };
}
single_numbers!(f32 f64 u8 i32 i64 u32 u64 usize isize bool);

/// What can be fetched, and what it comes as.
pub trait Fetch {
    /// What [`Session::run`] returns for it.
    type Output;

    /// Calls `f` with each tensor, in order.
    fn each(&self, f: &mut dyn FnMut(Tensor));

    /// Takes the values in the same order.
    #[doc(hidden)]
    fn read(&self, values: &mut Values<'_>) -> Self::Output;
}

fn tensors(fetch: &impl Fetch) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    fetch.each(&mut |t| tensors.push(t));
    tensors
}

/// The values of a run, taken one after the other.
#[doc(hidden)]
pub struct Values<'a> {
    plan: &'a Plan,
    variables: &'a [&'a [f32]],
    images: usize,
    next: usize,
}

impl Values<'_> {
    fn advance(&mut self) -> (Tensor, Place) {
        self.next += 1;
        self.plan.fetched[self.next - 1]
    }

    fn number(&mut self) -> f32 {
        let (_, place) = self.advance();
        self.plan.whole(place, self.variables)[0]
    }

    fn array(&mut self) -> ArrayD<f32> {
        let (tensor, place) = self.advance();
        let dims = tensor.shape();
        let Some(axis) = batch_axis(dims) else {
            let values = self.plan.whole(place, self.variables).to_vec();
            return Array::from_shape_vec(dims, values).expect("as many numbers as the shape says");
        };
        let mut shape = dims.to_vec();
        shape[axis] = self.images;
        let around = (dims[..axis].iter().product(), dims[axis + 1..].iter().product());
        let mut values = vec![0.0; shape.iter().product()];
        self.plan.gather(place, self.images, around, &mut values);
        Array::from_shape_vec(shape, values).expect("as many numbers as the shape says")
    }
}

macro_rules! fetch_one {
    ($($handle:ty => $output:ty, |$values:ident| $read:expr;)*) => { $(
        impl Fetch for $handle {
            type Output = $output;
            fn each(&self, f: &mut dyn FnMut(Tensor)) {
                f(self.tensor())
            }
            fn read(&self, $values: &mut Values<'_>) -> $output {
                $read
            }
        }
    )* };
}
fetch_one! {
    Tensor => ArrayD<f32>, |values| values.array();
    Scalar => f32, |values| values.number();
    Indices => ArrayD<usize>, |values| values.array().mapv(|x| x as usize);
    Mask => ArrayD<bool>, |values| values.array().mapv(|x| x != 0.0);
    Step => (), |_values| ();
}

impl<F: Fetch> Fetch for Vec<F> {
    type Output = Vec<F::Output>;
    fn each(&self, f: &mut dyn FnMut(Tensor)) {
        self.iter().for_each(|fetch| fetch.each(f));
    }
    fn read(&self, values: &mut Values<'_>) -> Self::Output {
        self.iter().map(|fetch| fetch.read(values)).collect()
    }
}

impl<F: Fetch, const N: usize> Fetch for [F; N] {
    type Output = [F::Output; N];
    fn each(&self, f: &mut dyn FnMut(Tensor)) {
        self.iter().for_each(|fetch| fetch.each(f));
    }
    fn read(&self, values: &mut Values<'_>) -> Self::Output {
        std::array::from_fn(|i| self[i].read(values))
    }
}

macro_rules! fetch_tuple {
    ($($name:ident $i:tt),*) => {
        impl<$($name: Fetch),*> Fetch for ($($name,)*) {
            type Output = ($($name::Output,)*);
            fn each(&self, f: &mut dyn FnMut(Tensor)) {
                $(self.$i.each(f);)*
            }
            fn read(&self, values: &mut Values<'_>) -> Self::Output {
                ($(self.$i.read(values),)*)
            }
        }
    };
}
fetch_tuple!(A 0);
fetch_tuple!(A 0, B 1);
fetch_tuple!(A 0, B 1, C 2);
fetch_tuple!(A 0, B 1, C 2, D 3);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
