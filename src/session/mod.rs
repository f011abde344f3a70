//! Where the graph comes to life: what is fed, what is fetched, and the variables in between.
mod feed;
mod fetch;
mod safetensors;
mod saved;

use crate::engine::memory::Buffer;
use crate::engine::plan::{Plan, mix};
use crate::engine::tensor::{Kernel, Tensor, in_order};
use crate::engine::threads::Threads;
use crate::error::{Error, without_backtraces};
use feed::count_images;
use std::collections::HashMap;

pub(crate) use crate::engine::kernels::bytes::unit_interval;
pub(crate) use feed::fits;
pub use feed::{Fed, Feed};
pub(crate) use fetch::tensors;
pub use fetch::{Fetch, Values};

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
    /// Whether it has told that it is slow.
    said: bool,
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
        without_backtraces();
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Session {
            seed,
            threads: Threads::new(cores),
            variables: HashMap::new(),
            plans: Vec::new(),
            steps: HashMap::new(),
            runs: 0,
            trained: 0,
            said: false,
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
        let mut variables = reuse(std::mem::take(&mut plan.spare));
        for &variable in &plan.variables {
            variables.push(self.value_of(variable)?);
        }
        plan.run(&variables, feed, images, mix(mix(self.seed, u64::MAX), self.runs), &self.threads);
        for &((_, check), place) in &plan.guards {
            if let Some(sentence) = check(plan.whole(place, &variables)[0]) {
                return Err(Error::Feed(sentence));
            }
        }
        let output = fetch.read(&mut Values { plan, variables: &variables, images, next: 0 });
        if let Some((step, what)) = plan.not_finite(&variables) {
            let done = self.steps.get(&step.address()).unwrap_or(&0);
            return Err(Error::NotFinite(format!(
                "{what} is not a finite number any more at step {done} (counted from 0); the variables keep their values \
                 of before. Try a smaller learning rate, and the cross entropy as log(softmax(…)) or \
                 softmax_cross_entropy_with_logits."
            )));
        }
        plan.spare = reuse(variables);
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
        if !plan.steps.is_empty() {
            self.trained += 1;
            self.say_if_slow();
        }
        Ok(output)
    }

    /// Says once, in a line, that it was compiled without what makes it fast.
    fn say_if_slow(&mut self) {
        if cfg!(debug_assertions) && !self.said {
            println!(
                "(digitos was compiled with debug assertions, which slow it down. In a notebook, the first cell needs the \
                 lines :build_env … of the lessons before :dep; elsewhere, say cargo run --release.)"
            );
            self.said = true;
        }
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
        variables.iter().map(|&variable| self.value_of(variable)).collect()
    }

    fn value_of(&self, variable: Tensor) -> Result<&[f32], Error> {
        self.variables.get(&variable.address()).map(|buffer| &**buffer).ok_or_else(|| {
            Error::Session(format!(
                "{variable} has no value yet: call sess.initialize(step)? once before the first run, and again when the \
                 graph was built anew."
            ))
        })
    }
}

/// An empty list that keeps the memory of another one, so that a step allocates nothing.
fn reuse<'a>(mut list: Vec<&[f32]>) -> Vec<&'a [f32]> {
    list.clear();
    list.into_iter().map(|_| &[][..]).collect()
}
