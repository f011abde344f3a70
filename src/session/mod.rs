//! A session runs a graph: it checks what is fed, keeps the values of the variables, and returns what is fetched.
mod feed;
mod fetch;
mod last;
mod safetensors;
mod saved;

use crate::engine::kernels::elementwise::all_finite;
use crate::engine::plan::{Given, NotFinite, Plan, StepPlan};
use crate::engine::threads::Threads;
use crate::engine::{Buffer, Compute, Fed, Scalar, Tensor, derive_seed, topological_order, variables_in_order};
use crate::error::{Error, without_backtraces};
use feed::count_images;
use std::collections::{HashMap, HashSet};
use std::fmt;

pub(crate) use fetch::tensors;
pub use fetch::{Fetch, Values};
pub(crate) use last::{State, last_file};

/// Holds the variables of a graph, runs it, and owns the threads that do the work.
///
/// The same seed gives the same numbers to the last bit, whatever the number of threads.
///
/// A variable stays in the session as long as the session lives, four bytes a number, even when the cell that made it was
/// run again and the program has forgotten it: a dense net of 784-200-100-60-30-10 leaves 0.9 MB behind, with Adam 2.6 MB.
/// `sess = Session::new()` gives all of it back.
pub struct Session {
    seed: u64,
    threads: Threads,
    /// By the addresses of the variables.
    variables: HashMap<usize, Held>,
    plans: Vec<(Vec<usize>, Plan)>,
    /// All runs since the last [`initialize`](Session::initialize): each draws other random numbers.
    runs: u64,
    /// Whether it has printed that it is slow.
    has_warned: bool,
}

/// The value of a variable.
struct Held {
    numbers: Buffer,
    /// How many steps have changed it since it was initialised or loaded.
    steps: usize,
}

/// Calls a function with each tensor of a fetch, in order.
type Each<'a> = &'a dyn Fn(&mut dyn FnMut(Tensor));

/// Values of variables by their addresses.
pub(crate) type Variables = Vec<(usize, Buffer)>;

/// The most plans that a session keeps, one for each different fetch; the oldest is dropped first.
const MOST_PLANS: usize = 32;

/// With more images than this, a run saves memory rather than time.
const MANY: usize = 2000;

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
        Session {
            seed,
            threads: Threads::all(),
            variables: HashMap::new(),
            plans: Vec::new(),
            runs: 0,
            has_warned: false,
        }
    }

    /// The same session with `count` threads, the caller's included: at least 1 (also for 0), and at most 32. The results do
    /// not depend on it.
    pub fn threads(mut self, count: usize) -> Self {
        self.threads = Threads::new(count);
        self.plans.clear();
        self
    }

    /// Gives every variable that `fetch` needs its initial value: a step, a loss, or a list of variables.
    ///
    /// Calling it again starts again from the same fresh values. Where a variable starts from another one (`variable(w * 2)`),
    /// that one comes first: with its fresh value if `fetch` needs it too, and otherwise with the one that it has.
    ///
    /// # Errors
    ///
    /// [`Error::Session`] if an initial value needs what only a run is fed; no variable has changed then.
    pub fn initialize(&mut self, fetch: impl Fetch) -> Result<(), Error> {
        self.start(&tensors(&fetch), true)?;
        self.runs = 0;
        Ok(())
    }

    /// Like [`initialize`](Session::initialize), but only for the variables that have no value yet; the others keep theirs.
    ///
    /// This is what a step needs after [`load`](Session::load) has given the network its weights: its optimizer's own
    /// variables begin afresh, and nothing that was learnt is lost.
    ///
    /// # Errors
    ///
    /// As for [`initialize`](Session::initialize).
    pub fn initialize_missing(&mut self, fetch: impl Fetch) -> Result<(), Error> {
        self.start(&tensors(&fetch), false)
    }

    fn start(&mut self, ends: &[Tensor], again: bool) -> Result<(), Error> {
        // a variable draws its random numbers by its place in the graph; those that only initial values need come last
        let (own, all) = (variables_of(ends), variables_in_order(ends));
        let others = all.iter().filter(|t| !own.contains(t));
        let places: Vec<Tensor> = own.iter().chain(others).copied().collect();
        let is_fresh = |t: &Tensor| again && own.contains(t) || self.value_of(*t).is_none();
        let fresh: Vec<Tensor> = all.iter().copied().filter(is_fresh).collect();
        for variable in &fresh {
            let needs = |t: &Tensor| matches!(t.0.compute, Compute::Placeholder | Compute::BatchSize);
            if let Some(fed) = topological_order(&[variable.initial()]).into_iter().find(needs) {
                return Err(Error::Session(format!(
                    "{variable} cannot be initialised: its initial value needs {fed}, which only a run is fed."
                )));
            }
        }
        for variable in fresh {
            let place = places.iter().position(|t| *t == variable).expect("one of all variables") as u64;
            let mut plan = Plan::new(&[variable.initial()]);
            let values = self.values_of(&plan.variables)?;
            plan.run(&values, &[], 0, derive_seed(self.seed, place), &self.threads);
            let numbers = plan.shared(plan.fetched[0].1, &values).into();
            self.variables.insert(variable.address(), Held { numbers, steps: 0 });
        }
        Ok(())
    }

    /// How many steps have trained the variables of a loss since they were initialised or loaded. A step that only follows
    /// averages does not count.
    pub(crate) fn trained(&self, loss: Scalar) -> usize {
        loss.variables().iter().map(|t| self.steps_of(t)).max().unwrap_or(0)
    }

    /// The variables that `fetch` depends on, and a copy of their values.
    pub(crate) fn copy_variables(&self, fetch: &impl Fetch) -> Result<Variables, Error> {
        let variables = variables_of(&tensors(fetch));
        let values = self.values_of(&variables)?;
        Ok(variables.iter().zip(values).map(|(variable, values)| (variable.address(), values.into())).collect())
    }

    /// Computes `fetch` with these values of the variables, which another session had; `run` is the number of the run, on which
    /// random numbers depend.
    pub(crate) fn run_with<F: Fetch>(
        &mut self,
        variables: Variables,
        run: u64,
        fetch: F,
        feed: &[Fed<'_>],
    ) -> Result<F::Output, Error> {
        self.set(variables);
        self.runs = run;
        self.run_fed(&fetch, feed)
    }

    /// Gives variables new values, which no step has changed yet.
    fn set(&mut self, variables: Variables) {
        let held = variables.into_iter().map(|(address, numbers)| (address, Held { numbers, steps: 0 }));
        self.variables.extend(held);
    }

    /// Computes `fetch` from what is fed: `sess.run((loss, accuracy), feed! { x => images, y_ => labels })?`.
    ///
    /// A tensor is returned as `ArrayD<f32>`, a scalar as `f32`, indices as `ArrayD<usize>`, a mask as `ArrayD<bool>`, and a
    /// step as `()`; tuples, arrays and `Vec`s stay what they are. All values are those before any step of the same run changes a
    /// variable, and a step that is listed twice is done once.
    ///
    /// # Errors
    ///
    /// [`Error::Feed`] where a placeholder is missing, fed twice, or fed a value of another shape (one that is not needed may
    /// be fed, and its images count); [`Error::Session`] before [`initialize`](Self::initialize), and where two steps would
    /// change the same variable; [`Error::NotFinite`] where a step would make a variable, or finds its loss, NaN or infinite:
    /// the variables then stay as they were.
    pub fn run<F: Fetch, const N: usize>(&mut self, fetch: F, feed: [Fed<'_>; N]) -> Result<F::Output, Error> {
        self.run_fed(&fetch, &feed)
    }

    /// [`run`](Self::run) with any number of fed values.
    pub(crate) fn run_fed<F: Fetch>(&mut self, fetch: &F, feed: &[Fed<'_>]) -> Result<F::Output, Error> {
        let mut output = None;
        let at = self.plan_for(&|f| fetch.each(f), feed)?;
        // taken out of the list so that its variables can be borrowed from the session
        let (key, mut plan) = self.plans.swap_remove(at);
        let result = self.run_plan(&mut plan, feed, &mut |values| output = Some(fetch.read(values)));
        self.plans.push((key, plan));
        result.map(|()| output.expect("read by a run that succeeds"))
    }

    fn run_plan(
        &mut self,
        plan: &mut Plan,
        feed: &[Fed<'_>],
        read: &mut dyn FnMut(&mut Values<'_>),
    ) -> Result<(), Error> {
        let images = count_images(&plan.placeholders, plan.counts_images, feed).map_err(Error::Feed)?;
        let variables = self.values_into(reuse(std::mem::take(&mut plan.spare)), &plan.variables)?;
        plan.run(&variables, feed, images, derive_seed(derive_seed(self.seed, u64::MAX), self.runs), &self.threads);
        for &((_, limit), place) in &plan.guards {
            if let Some(sentence) = limit.refusal(plan.shared(place, &variables)[0]) {
                return Err(Error::Feed(sentence));
            }
        }
        read(&mut Values { plan, variables: &variables, images, next: 0 });
        if let Some((step, found)) = plan.not_finite(&variables) {
            return Err(self.not_finite(plan, feed, images, step, found));
        }
        plan.spare = reuse(variables);
        for step in 0..plan.steps.len() {
            for update in 0..plan.steps[step].updates.len() {
                let (variable, new) = plan.steps[step].updates[update];
                let address = plan.variables[variable].address();
                let held = self.variables.get_mut(&address).expect("initialised");
                plan.exchange(new, &mut held.numbers);
                held.steps += 1;
            }
        }
        self.runs += 1;
        if !plan.steps.is_empty() {
            self.warn_if_slow();
        }
        Ok(())
    }

    /// Prints once that it was compiled without optimizations.
    fn warn_if_slow(&mut self) {
        if cfg!(debug_assertions) && !self.has_warned {
            println!(
                "(digitos was compiled with debug assertions, which slow it down. In a notebook, the first cell needs the \
                 lines :build_env … of the lessons before :dep; elsewhere, say cargo run --release.)"
            );
            self.has_warned = true;
        }
    }

    /// The position of the plan of a fetch, whose tensors `each` goes through.
    fn plan_for(&mut self, each: Each<'_>, feed: &[Fed<'_>]) -> Result<usize, Error> {
        let truth = |t: Tensor| {
            let fed = feed.iter().find(|fed| fed.placeholder == t).filter(|fed| fed.value.fits(&[]).is_ok())?;
            let mut number = [0.0];
            fed.value.write(&mut number);
            Some(number[0] != 0.0)
        };
        let images = feed.iter().filter_map(|fed| fed.value.fits(fed.placeholder.shape()).ok()?).max();
        let given = Given { truth: &truth, many: images > Some(MANY) };
        let known = self.plans.iter().position(|(key, plan)| {
            let mut key = key.iter();
            let mut same = plan.suits(&given);
            each(&mut |t| same &= key.next() == Some(&t.address()));
            same && key.next().is_none()
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let mut tensors = Vec::new();
        each(&mut |t| tensors.push(t));
        let plan = Plan::with(&tensors, &given);
        let mut changed = HashSet::new();
        let mut twice = |step: &StepPlan| step.updates.iter().find(|update| !changed.insert(update.0)).copied();
        if let Some((twice, _)) = plan.steps.iter().find_map(&mut twice) {
            return Err(Error::Session(format!(
                "two of the steps that are fetched would change {}, and only one of them can; run one after the other: \
                 sess.run(first, …)?, and then sess.run(second, …)?.",
                plan.variables[twice]
            )));
        }
        if self.plans.len() == MOST_PLANS {
            self.plans.remove(0);
        }
        self.plans.push((tensors.iter().map(|t| t.address()).collect(), plan));
        Ok(self.plans.len() - 1)
    }

    fn value_of(&self, variable: Tensor) -> Option<&[f32]> {
        self.variables.get(&variable.address()).map(|held| &*held.numbers)
    }

    fn values_of(&self, variables: &[Tensor]) -> Result<Vec<&[f32]>, Error> {
        self.values_into(Vec::new(), variables)
    }

    fn values_into<'a>(&'a self, mut list: Vec<&'a [f32]>, variables: &[Tensor]) -> Result<Vec<&'a [f32]>, Error> {
        list.extend(variables.iter().map_while(|&variable| self.value_of(variable)));
        match variables.get(list.len()) {
            Some(lacking) => Err(self.lacks_value(*lacking)),
            None => Ok(list),
        }
    }

    /// What to do where a variable has no value. Initialising everything would undo what was trained.
    fn lacks_value(&self, variable: Tensor) -> Error {
        let advice = if self.variables.is_empty() {
            "call sess.initialize(step)? once before the first run"
        } else {
            "sess.initialize_missing(step)? gives a value to every variable that lacks one, and leaves what is trained or \
             loaded as it is"
        };
        Error::Session(format!("{variable} has no value yet: {advice}."))
    }

    /// Why a step made a number that is not finite, as far as can be seen, and what to try.
    fn not_finite(&self, plan: &Plan, feed: &[Fed<'_>], images: usize, step: Tensor, found: NotFinite) -> Error {
        let done = self.done(step);
        let (what, memory) = match found {
            NotFinite::Loss(loss) => (format!("the loss {}", loss.name()), None),
            NotFinite::Variable(variable) => (format!("the new value of {variable}"), variable.memory()),
        };
        let what = memory.map_or(what, |(of, memory)| {
            format!("{} of {of}, which the optimizer remembers,", memory.replace('_', " "))
        });
        let is_bad = |t: &&Tensor| self.value_of(**t).is_some_and(|values| !all_finite(values));
        let why = if let Some(fed) = feed.iter().find(|fed| !fed.is_finite(images)) {
            format!("`{}` is fed NaN or an infinite number: look at where it comes from", fed.name)
        } else if let Some(variable) = plan.variables.iter().find(is_bad) {
            format!("{variable} has NaN or an infinite number in it already: give it another initial value")
        } else if memory.is_some() {
            "the gradient is too large to be squared: make the loss smaller, or cut the gradient with .clip_by_norm(1)"
                .into()
        } else if matches!(found, NotFinite::Loss(_)) && plan.variables.iter().all(|t| self.steps_of(t) == 0) {
            "no step has been made yet, so, unless the weights were loaded, the learning rate is not to blame: look in the \
             loss for exp of a large number, log of 0 or a division by 0, and write the cross entropy as log(softmax(…)) or \
             softmax_cross_entropy_with_logits"
                .into()
        } else {
            "try a smaller learning rate or a smaller loss, and write the cross entropy as log(softmax(…)) or \
             softmax_cross_entropy_with_logits"
                .into()
        };
        Error::NotFinite(format!(
            "{what} is not a finite number any more at step {done} (counted from 0); the variables keep their values of \
             before. The reason: {why}."
        ))
    }

    /// How often a step was done since its variables were initialised or loaded.
    fn done(&self, step: Tensor) -> usize {
        let Compute::Assign { variables } = &step.0.compute else { return 0 };
        variables.iter().map(|t| self.steps_of(t)).min().unwrap_or(0)
    }

    /// How many steps have changed a variable since it was initialised or loaded.
    fn steps_of(&self, variable: &Tensor) -> usize {
        self.variables.get(&variable.address()).map_or(0, |held| held.steps)
    }
}

/// Its seed, its threads, and how many variables it holds.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("seed", &self.seed)
            .field("threads", &self.threads.limit())
            .field("variables", &self.variables.len())
            .finish()
    }
}

/// The variables that these tensors depend on, in the order of the graph.
fn variables_of(ends: &[Tensor]) -> Vec<Tensor> {
    topological_order(ends).into_iter().filter(|t| t.is_variable()).collect()
}

/// An empty list that keeps the memory of another one, so that a step allocates nothing.
fn reuse<'a>(mut list: Vec<&[f32]>) -> Vec<&'a [f32]> {
    list.clear();
    list.into_iter().map(|_| &[][..]).collect()
}
