//! The command line. `setup` finds or installs Jupyter, `copies` makes what students work in, `run` executes notebooks,
//! `grade` those of a class, `notebook` knows their JSON and their parameters, `paths` knows where things lie on each
//! platform, and `kernel` is what Jupyter starts.
//!
//! Nothing here uses the library: the launcher only starts other programs. Its errors are sentences.

mod copies;
mod grade;
mod kernel;
mod notebook;
mod paths;
mod run;
mod setup;
mod slides;
#[cfg(feature = "web")]
mod web;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use copies::Copies;
use lexopt::prelude::*;

const HELP: &str = "\
digitos: learn how a neural network learns, in Rust notebooks

Usage: cargo run --release [-- COMMAND]

Commands:
  es                   open the lessons in Spanish in JupyterLab (this is what no command does)
  en                   open the lessons in English
  otra-vez LESSON…     make a lesson in Spanish anew, such as `otra-vez 1`, and keep yours under another name
  fresh LESSON…        the same in English
      --name NAME        copies of your own, where several work on one computer; for these four
  copies FOLDER        make the copies that are missing in a folder outside the project, as on a server for a class
  run [NOTEBOOK…]      execute notebooks without a browser (a folder means all in it; none named: all lessons)
      --set NAME=VALUE   replace the value of NAME, a `const`, `static` or `let` of the cell tagged `parameters`;
                         repeatable (of two for one NAME the last counts); every notebook of the run must have NAME
      --output DIR       where the executed copies go (default: target/notebooks)
      --json             print nothing on stdout but a line of JSON for each notebook, with the last values of its panels and
                         experiments; the rest goes to stderr
      --grade            a missing or wrong answer to an exercise fails its cell
  grade FOLDER         run the notebooks that a class handed in, FOLDER/PUPIL/….ipynb or FOLDER/PUPIL.ipynb, and make a
                       table and a page of which exercises are right
      --set NAME=VALUE   as for `run`: shorter trainings
      --output DIR       where grades.csv and grades.html go (default: target/grade)
      --jobs N           notebooks at once (default: one for each core)
      --seconds N        for each notebook (default: 600)
      --megabytes N      of memory for each of its processes (default: 2000)
      --trust            run them even without bubblewrap (`bwrap`), which keeps them from your files and the network
  slides               make target/slides/es.html and en.html: the figures of the lessons, each with a sentence
  web                  make the lessons a site of pages that are read in a browser, without Jupyter
      --output DIR       where it goes (default: target/web)
      --open             open it in the browser
  setup                only set up what is missing

Options:
  -h, --help           this text
  -V, --version        the version

Set-up uses `jupyter` and `evcxr_jupyter` from the PATH where they are, and installs what is missing into `.venv`.

What you work in are copies of the lessons without outputs, in lessons/, or lessons/NAME/; git ignores them.

`run` writes the copy of notebooks/es/x.ipynb to DIR/es/x.ipynb, and the copy of a notebook from elsewhere to
DIR/x.ipynb; the sources stay untouched. `run --output notebooks` puts the outputs into the lessons themselves.
A cell fails if it reports an error or writes anything to stderr; the rest of its notebook is then not run.

Exit status: 0 fine, 1 a cell failed, 2 nothing could be run.
";

/// What the command line asks for.
enum Task {
    Open {
        language: &'static str,
        student: Option<String>,
    },
    Renew {
        language: &'static str,
        student: Option<String>,
        lessons: Vec<String>,
    },
    Copies(PathBuf),
    Run(run::Request),
    Grade(grade::Request),
    Setup,
    Slides,
    Web {
        output: Option<PathBuf>,
        open: bool,
    },
    /// Not in the help: the command that the kernel is registered with.
    Kernel(kernel::Kernel),
    Print(String),
}

pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let done = parse(arguments).and_then(|task| match task {
        Task::Open { language, student } => open(&project()?, language, student.as_deref()),
        Task::Renew { lessons, .. } if lessons.is_empty() => Err("which lesson? `1` for the first one".into()),
        Task::Renew { language, student, lessons } => {
            Copies::new(&project()?, student.as_deref())?.renew(language, &lessons).map(|()| true)
        }
        Task::Copies(folder) => {
            let root = project()?;
            Copies::elsewhere(&root, &folder)?.prepare("es").map(|()| true)
        }
        Task::Run(request) => run::run(&project()?, &request),
        Task::Grade(request) => grade::run(&project()?, &request),
        Task::Setup => set_up(&project()?),
        Task::Slides => {
            let root = project()?;
            slides::write(&root, "es").and_then(|()| slides::write(&root, "en")).map(|()| true)
        }
        Task::Web { output, open } => make_site(&project()?, output, open),
        Task::Kernel(kernel) => kernel.run(),
        Task::Print(text) => {
            println!("{}", text.trim_end());
            Ok(true)
        }
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::from(2)
        }
    }
}

fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Task, String> {
    parse_arguments(arguments).map_err(|error| format!("{error}; `cargo run --release -- --help` lists what there is"))
}

fn parse_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Task, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut task = None;
    while let Some(argument) = parser.next()? {
        task = Some(match (argument, task) {
            (Short('h') | Long("help"), _) => return Ok(Task::Print(HELP.into())),
            (Short('V') | Long("version"), _) => {
                return Ok(Task::Print(concat!("digitos ", env!("CARGO_PKG_VERSION")).into()));
            }
            (Value(word), None) if word == "es" => Task::Open { language: "es", student: None },
            (Value(word), None) if word == "en" => Task::Open { language: "en", student: None },
            (Value(word), None) if word == "otra-vez" || word == "fresh" => {
                let language = if word == "fresh" { "en" } else { "es" };
                Task::Renew { language, student: None, lessons: Vec::new() }
            }
            (Value(lesson), Some(Task::Renew { language, student, mut lessons })) => {
                lessons.push(lesson.string()?);
                Task::Renew { language, student, lessons }
            }
            (Long("name"), Some(Task::Renew { language, lessons, .. })) => {
                Task::Renew { language, student: Some(parser.value()?.string()?), lessons }
            }
            (Long("name"), None) => Task::Open { language: "es", student: Some(parser.value()?.string()?) },
            (Long("name"), Some(Task::Open { language, .. })) => {
                Task::Open { language, student: Some(parser.value()?.string()?) }
            }
            (Value(word), None) if word == "copies" => Task::Copies(parser.value()?.into()),
            (Value(word), None) if word == "setup" => Task::Setup,
            (Value(word), None) if word == "slides" => Task::Slides,
            (Value(word), None) if word == "web" => Task::Web { output: None, open: false },
            (Value(word), None) if word == "run" => Task::Run(run::Request::default()),
            (Value(word), None) if word == "kernel" => {
                let mut path = || parser.value().map(PathBuf::from);
                return Ok(Task::Kernel(kernel::Kernel {
                    python: path()?,
                    program: path()?,
                    folders: path()?,
                    connection: path()?,
                }));
            }
            (Value(path), Some(Task::Run(mut request))) => {
                request.notebooks.push(path.into());
                Task::Run(request)
            }
            (Long("set"), Some(Task::Run(mut request))) => {
                request.set.push(parameter(&mut parser)?);
                Task::Run(request)
            }
            (Long("json"), Some(Task::Run(request))) => Task::Run(run::Request { json: true, ..request }),
            (Long("grade"), Some(Task::Run(request))) => Task::Run(run::Request { grade: true, ..request }),
            (Value(word), None) if word == "grade" => Task::Grade(grade::Request::default()),
            (Value(folder), Some(Task::Grade(request))) if request.folder.as_os_str().is_empty() => {
                Task::Grade(grade::Request { folder: folder.into(), ..request })
            }
            (Long(option), Some(Task::Grade(mut request))) => {
                match option {
                    "set" => request.set.push(parameter(&mut parser)?),
                    "output" => request.output = Some(parser.value()?.into()),
                    "jobs" => request.jobs = Some(parser.value()?.parse()?),
                    "seconds" => request.seconds = parser.value()?.parse()?,
                    "megabytes" => request.megabytes = parser.value()?.parse()?,
                    "trust" => request.trust = true,
                    _ => return Err(Long(option).unexpected()),
                }
                Task::Grade(request)
            }
            (Long("output"), Some(Task::Run(mut request))) => {
                request.output = Some(parser.value()?.into());
                Task::Run(request)
            }
            (Long("output"), Some(Task::Web { open, .. })) => Task::Web { output: Some(parser.value()?.into()), open },
            (Long("open"), Some(Task::Web { output, .. })) => Task::Web { output, open: true },
            (Long("set"), _) => return Err("--set belongs behind `run` or `grade`".into()),
            (Long("output"), _) => return Err("--output belongs behind `run`, `grade` or `web`".into()),
            (Long("open"), _) => return Err("--open belongs behind `web`".into()),
            (Value(word), None) => {
                let known = "es, en, otra-vez, fresh, copies, run, grade, slides, web or setup";
                return Err(format!("unknown command `{}`, expected {known}", word.display()).into());
            }
            (argument, _) => return Err(argument.unexpected()),
        });
    }
    match task {
        Some(Task::Grade(request)) if request.folder.as_os_str().is_empty() => {
            Err("which folder? `grade FOLDER`, with what the class handed in".into())
        }
        task => Ok(task.unwrap_or(Task::Open { language: "es", student: None })),
    }
}

/// What follows `--set`.
fn parameter(parser: &mut lexopt::Parser) -> Result<(String, String), lexopt::Error> {
    let pair = parser.value()?.string()?;
    let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
    if name.trim().is_empty() || value.trim().is_empty() {
        return Err(format!("--set got `{pair}`, expected NAME=VALUE as in --set NUM_ITERS=60").into());
    }
    Ok((name.trim().into(), value.trim().into()))
}

/// The project: the folder with digitos' Cargo.toml from the current folder upwards, or else where this was built.
fn project() -> Result<PathBuf, String> {
    let is_project = |folder: &Path| {
        fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("name = \"digitos\""))
    };
    let here = env::current_dir().map_err(|error| format!("the current folder cannot be read: {error}"))?;
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().chain([built]).find(|folder| is_project(folder)).map(Path::to_path_buf).ok_or_else(|| {
        format!("the digitos project is neither in {} nor in {}: run this inside it", here.display(), built.display())
    })
}

/// Makes sure that everything is there, and the library compiled for the kernel.
fn set_up(root: &Path) -> Result<bool, String> {
    let jupyter = setup::prepare(root)?;
    run::warm(root, &jupyter);
    println!("Everything is set up. `cargo run --release` opens the first lesson.");
    Ok(true)
}

/// Writes the site, and shows it.
#[cfg(feature = "web")]
fn make_site(root: &Path, output: Option<PathBuf>, open: bool) -> Result<bool, String> {
    let output = output.unwrap_or_else(|| root.join("target/web"));
    web::write(root, &output)?;
    if open {
        let opener = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(windows) {
            "explorer"
        } else {
            "xdg-open"
        };
        web::serve::serve(&output, |address| {
            println!("The lessons are at {address} as long as this runs; Ctrl-C ends it.");
            if let Err(error) = std::process::Command::new(opener).arg(address).spawn() {
                println!("No browser could be started ({error}): open this address yourself.");
            }
        })?;
    }
    Ok(true)
}

/// Builds the launcher with what only the site needs, and lets that write it.
#[cfg(not(feature = "web"))]
fn make_site(root: &Path, output: Option<PathBuf>, open: bool) -> Result<bool, String> {
    let mut cargo = std::process::Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--release", "--features", "web", "--manifest-path"]).arg(root.join("Cargo.toml"));
    if cfg!(windows) {
        // A program that is running cannot be replaced there.
        cargo.arg("--target-dir").arg(root.join("target/launcher"));
    }
    cargo.args(["--", "web"]);
    if let Some(output) = output {
        cargo.arg("--output").arg(output);
    }
    if open {
        cargo.arg("--open");
    }
    let status = cargo
        .status()
        .map_err(|error| format!("cargo, which builds what the site needs, cannot be started: {error}"))?;
    Ok(status.success())
}

/// Opens JupyterLab on a copy of the first lesson and stays until it ends.
fn open(root: &Path, language: &str, student: Option<&str>) -> Result<bool, String> {
    const FIRST: &str = "1_softmax.ipynb";
    let committed = format!("notebooks/{language}/{FIRST}");
    if !root.join(&committed).is_file() {
        return Err(format!("the lesson {committed} is not in {}: is the checkout complete?", root.display()));
    }
    let copies = Copies::new(root, student)?;
    let jupyter = setup::prepare(root)?;
    run::warm(root, &jupyter);
    copies.prepare(language)?;
    let lesson = copies.path(language, FIRST);
    let lesson: Vec<_> = lesson.iter().map(OsStr::to_string_lossy).collect();
    let lesson = lesson.join("/");
    println!("Opening {lesson}. Ctrl-C in this window ends JupyterLab.");
    let mut lab = jupyter.python();
    lab.current_dir(root)
        .args(["-m", "jupyterlab", "--allow-root", "--ServerApp.answer_yes=True"])
        .arg(format!("--ServerApp.root_dir={}", root.display()))
        .arg(format!("--LabApp.default_url=/lab/tree/{lesson}"));
    #[cfg(unix)]
    {
        // JupyterLab takes this process over, so that Ctrl-C and a kill reach it and nothing else.
        let error = std::os::unix::process::CommandExt::exec(&mut lab);
        Err(format!("JupyterLab cannot be started: {error}"))
    }
    #[cfg(not(unix))]
    lab.status().map(|status| status.success()).map_err(|error| format!("JupyterLab cannot be started: {error}"))
}
