//! The last state of a training, which its panel keeps in case that the process of the notebook's cells ends.
use super::saved::{STEPS, file, named};
use super::{Session, variables_of};
use crate::engine::plan::Plan;
use crate::engine::{Buffer, Scalar, Tensor};
use crate::error::Error;
use crate::{notebook, whole_file};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A copy of what a step needs to go on: variables, what the optimizer remembers, averages.
pub(crate) struct State {
    /// Name, value, and how many steps have changed it.
    variables: Vec<(String, Tensor, Buffer, usize)>,
    /// How many steps have trained the network.
    pub step: usize,
}

impl Session {
    /// Brings back the last state of a training, after the process of the notebook's cells has ended: the value of every
    /// variable that `fetch` needs, and how many steps have changed it. With the training step, training goes on from
    /// there.
    ///
    /// In a notebook, the loop over the steps of a panel keeps that state, every ten seconds and at the end, in the folder
    /// `digitos_live` beside the notebook, for each notebook one.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if there is none, and as for [`load`](Session::load) if it is that of another network.
    pub fn load_last(&mut self, fetch: impl crate::Fetch) -> Result<(), Error> {
        let path = last_file();
        if !path.exists() {
            return Err(Error::Model(format!(
                "{}: no last state is there. In a notebook, a loop over panel.steps(…) keeps it every 10 seconds and at the \
                 end, if each variable has a shape or a name of its own: run the training from its beginning.",
                path.display()
            )));
        }
        self.load(path, fetch)
    }

    /// The state of the training of a loss, unless no step has trained it, or its variables cannot be told apart in a
    /// file.
    pub(crate) fn state(&self, loss: Scalar) -> Option<State> {
        let shares = |plan: &Plan, with: &[Tensor]| plan.variables.iter().any(|t| with.contains(t));
        let own = loss.variables();
        let (_, training) = self.plans.iter().rfind(|(_, plan)| !plan.steps.is_empty() && shares(plan, &own))?;
        let near = self.plans.iter().filter(|(_, plan)| shares(plan, &training.variables));
        let all: Vec<Tensor> = near.flat_map(|(_, plan)| plan.variables.iter().copied()).collect();
        let variables = named(&variables_of(&all)).ok()?.into_iter().map(|(name, variable)| {
            let held = self.variables.get(&variable.address())?;
            Some((name, variable, held.numbers[..].into(), held.steps))
        });
        Some(State { variables: variables.collect::<Option<_>>()?, step: self.trained(loss) })
    }
}

impl State {
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let steps: Vec<f32> = self.variables.iter().map(|(.., steps)| *steps as f32).collect();
        let shape = [steps.len()];
        let variables =
            self.variables.iter().map(|(name, variable, values, _)| (&**name, variable.shape(), &values[..]));
        let entries: Vec<_> = variables.chain([(STEPS, &shape[..], &steps[..])]).collect();
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        whole_file::write(path, file(&entries).map_err(io::Error::other)?)
    }
}

/// Where the last state of this notebook is kept. Jupyter says what the notebook is called.
pub(crate) fn last_file() -> PathBuf {
    let notebook = env::var_os("JPY_SESSION_NAME").map(PathBuf::from);
    let name = notebook.as_deref().and_then(Path::file_stem).map(|name| name.to_string_lossy().into_owned());
    let name = name.map_or(String::new(), |name| name + ".");
    env::current_dir().unwrap_or_default().join(notebook::FOLDER).join(name + "last.safetensors")
}
