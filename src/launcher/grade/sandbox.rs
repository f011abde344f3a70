//! Where a pupil's notebook runs: with a time, a memory, no network, and a folder of its own that it cannot leave.
//!
//! `bwrap` (bubblewrap) does this with Linux' namespaces: the rest of the computer is there to be read, what the class has
//! handed in is not there at all, and all processes end with the first. Where it is missing, the teacher has to install it or to
//! trust the class.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::kernel;
use super::super::setup::{Jupyter, on_path};
use super::paper::Request;

pub struct Sandbox {
    root: PathBuf,
    /// What the class has handed in.
    hidden: PathBuf,
    bwrap: Option<PathBuf>,
    seconds: u64,
    megabytes: u64,
}

/// What runs one notebook.
pub struct Run {
    pub root: PathBuf,
    pub command: Command,
}

impl Sandbox {
    pub fn new(root: &Path, hidden: &Path, request: &Request) -> Result<Self, String> {
        if root.starts_with(hidden) {
            let shown = hidden.display();
            return Err(format!(
                "digitos itself is in {shown}: name the folder that has only what the class handed in"
            ));
        }
        let works = |bwrap: &PathBuf| {
            let mut command = Command::new(bwrap);
            command.args(["--ro-bind", "/", "/", "--unshare-net", "--unshare-pid", "true"]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        let bwrap = on_path("bwrap").filter(works);
        if bwrap.is_none() && !request.trust {
            return Err("these notebooks are programs that others wrote, and nothing here can keep them from your files and \
                 from the network: install bubblewrap (on Debian and Ubuntu `sudo apt install bubblewrap`), or say --trust \
                 if you trust all who wrote them"
                .into());
        }
        let (root, hidden) = (root.into(), hidden.into());
        Ok(Self { root, hidden, bwrap, seconds: request.seconds, megabytes: request.megabytes })
    }

    /// Runs a notebook in a new folder, which is removed afterwards. It has a kernel and its compiled libraries of its own,
    /// so that no notebook can leave something in them for the next.
    pub fn in_folder<T>(
        &self,
        number: usize,
        jupyter: &Jupyter,
        run: impl FnOnce(Run) -> Result<T, String>,
    ) -> Result<T, String> {
        let folder = self.root.join("target/grade-work").join(number.to_string());
        let broken = |error| format!("{} cannot be used: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(broken)?;
        }
        let (notebook, kernels) = (folder.join("notebook"), folder.join("kernels"));
        fs::create_dir_all(&notebook).and_then(|()| fs::create_dir_all(&kernels)).map_err(broken)?;
        kernel::copy_compiled(&kernel::folders(&self.root), &kernels).map_err(broken)?;
        let jupyter = jupyter.with_kernels(&folder.join("jupyter"), &kernels)?;
        let result = run(Run { root: self.root.clone(), command: self.command(&jupyter, &folder, &notebook) });
        let _ = fs::remove_dir_all(&folder);
        result
    }

    fn command(&self, jupyter: &Jupyter, folder: &Path, notebook: &Path) -> Command {
        let python = jupyter.python();
        let mut command = match &self.bwrap {
            None => Command::new(python.get_program()),
            Some(bwrap) => {
                let mut command = Command::new(bwrap);
                command.args(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs"]);
                command.arg(&self.hidden).arg("--ro-bind").args([&self.root, &self.root]);
                if self.hidden.starts_with(&self.root) {
                    command.arg("--tmpfs").arg(&self.hidden);
                }
                command.arg("--bind").args([folder, folder]).arg("--chdir").arg(notebook);
                command.args(["--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"]);
                command.arg(python.get_program());
                command
            }
        };
        for (name, value) in python.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .envs([("DIGITOS_GRADE", "list"), ("DIGITOS_THREADS", "1"), ("CARGO_NET_OFFLINE", "true")])
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("JUPYTER_RUNTIME_DIR", folder.join("runtime"))
            .env("IPYTHONDIR", folder.join("ipython"))
            .args(["-c", super::super::run::EXECUTE])
            .arg(notebook)
            .args([self.seconds.to_string(), (self.megabytes << 20).to_string()]);
        command
    }
}
