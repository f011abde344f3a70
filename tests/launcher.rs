//! The launcher: parameters, executed copies, reports, set-up. Jupyter, Python, cargo and the kernel are small shell
//! scripts here, so that no network is needed and everything can go wrong on purpose; `.ci/run` uses the real ones.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[allow(dead_code)]
#[path = "../src/launcher/notebook.rs"]
mod notebook;

use notebook::{Failure, Notebook};

// ---- a notebook's parameters

fn with_parameters(source: &str) -> Notebook {
    let cells = json!([
        {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["parameters"]}, "source": "const WORDS: usize = 1;"},
        {"cell_type": "code", "id": "b", "metadata": {}, "outputs": [], "source": "const OTHER: usize = 1;"},
        {"cell_type": "code", "id": "c", "metadata": {"tags": ["x", "parameters"]}, "outputs": [], "source": source},
    ]);
    Notebook::parse(json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string().as_bytes())
        .unwrap()
}

fn last_source(notebook: &Notebook) -> String {
    let json: Value = serde_json::from_str(&notebook.to_text()).unwrap();
    json["cells"].as_array().unwrap().last().unwrap()["source"].as_str().unwrap().to_owned()
}

fn set(source: &str, name: &str, value: &str) -> Result<String, String> {
    let mut notebook = with_parameters(source);
    notebook.set(name, value).map(|()| last_source(&notebook))
}

#[test]
fn a_parameter_is_replaced_and_nothing_else() {
    let source = "// const N: usize = 9; the old one\n:dep some = \"1\"\nconst N: usize = 5_000; // pasos; más = mejor\n\
                  pub const RATE: f64=0.003 ;\nconst R32 : f32 = 1.0;const ON: bool = true;\n\
                  const NAME: &str = \"uno; \\\"dos\\\" // tres\";\nconst SIZES: [usize; 2] = [1; 2];\nlet w = N; // const";
    let cases = [
        ("N", "60", "N: usize = 5_000;", "N: usize = 60;"),
        ("N", "1_000", "N: usize = 5_000;", "N: usize = 1000;"),
        ("RATE", "1", "f64=0.003 ;", "f64=1.0 ;"),
        ("RATE", "1e-4", "f64=0.003 ;", "f64=0.0001 ;"),
        ("R32", "-.5", "f32 = 1.0;", "f32 = -0.5;"),
        ("ON", "false", "= true;", "= false;"),
        ("NAME", "el \"año\"; sí", "\"uno; \\\"dos\\\" // tres\"", "\"el \\\"año\\\"; sí\""),
        ("NAME", "\"a\\tb\"", "\"uno; \\\"dos\\\" // tres\"", "\"a\\tb\""),
        ("SIZES", "[3, 4]", "[1; 2];", "[3, 4];"),
        ("SIZES", "[3; 2]", "[1; 2];", "[3; 2];"),
    ];
    for (name, value, old, new) in cases {
        assert!(source.contains(old), "{old}");
        assert_eq!(set(source, name, value).unwrap(), source.replacen(old, new, 1), "{name}={value}");
    }
}

#[test]
fn several_values_can_be_set_and_the_last_one_counts() {
    let mut notebook = with_parameters("const N: usize = 1;\nconst SEED: u64 = 2;");
    for (name, value) in [("N", "3"), ("SEED", "4"), ("N", "5")] {
        notebook.set(name, value).unwrap();
    }
    assert_eq!(last_source(&notebook), "const N: usize = 5;\nconst SEED: u64 = 4;");
}

#[test]
fn a_name_that_is_not_there_is_an_error_that_lists_the_others() {
    let source = "const N: usize = 1;\n// const M: usize = 1;\nconst RATE: f64 = 0.1;";
    for name in ["M", "OTHER", "WORDS", "n", "usize"] {
        let error = set(source, name, "1").unwrap_err();
        assert_eq!(error, format!("has no parameter {name}; its parameters are: N, RATE"));
    }
    let mut plain = Notebook::parse(br#"{"cells": [], "nbformat": 4}"#).unwrap();
    assert_eq!(plain.set("N", "1").unwrap_err(), "has no cell tagged `parameters`, so N cannot be set");
}

#[test]
fn a_value_that_does_not_fit_the_type_is_an_error() {
    let source = "const N: usize = 1;\nconst B: u8 = 1;\nconst I: i32 = 1;\nconst RATE: f64 = 0.1;\nconst ON: bool = true;\n\
                  const PAIR: (f32, f32) = (1.0, 2.0);";
    let cases = [
        ("N", "-1"),
        ("N", "1.5"),
        ("N", "many"),
        ("N", "1; 2"),
        ("B", "256"),
        ("I", "3000000000"),
        ("RATE", "fast"),
        ("RATE", "nan"),
        ("RATE", "inf"),
        ("ON", "1"),
        ("PAIR", "(1.0, 2.0); panic!()"),
    ];
    for (name, value) in cases {
        let error = set(source, name, value).expect_err(value);
        assert!(error.starts_with(&format!("cannot take {name}={value}: `const {name}: ")), "{error}");
    }
}

// ---- outputs and failures

fn executed(outputs: &[Value]) -> Notebook {
    let mut notebook = with_parameters("\n// the title\nlet x = 1;");
    notebook.set_outputs(1, 1, &[json!({"output_type": "stream", "name": "stdout", "text": "fine\n"})]);
    notebook.set_outputs(2, 2, outputs);
    notebook
}

fn failure(outputs: &[Value]) -> Option<String> {
    executed(outputs).failure().map(|Failure { cell, first_line, text }| {
        assert_eq!((cell, first_line.as_str()), (2, "// the title"));
        text
    })
}

#[test]
fn stderr_and_errors_are_failures_and_nothing_else_is() {
    let stdout = json!({"output_type": "stream", "name": "stdout", "text": ["error: only words\n"]});
    let result =
        json!({"output_type": "execute_result", "execution_count": 7, "metadata": {}, "data": {"text/plain": "1"}});
    let late = json!({"output_type": "stream", "name": "stderr", "text": "\u{1b}[31minvalid digit\u{1b}[0m found\n"});
    let error = json!({"output_type": "error", "ename": "Error", "evalue": "bad", "traceback": ["\u{1b}[38;5;54mbad\u{1b}[0m", "here"]});
    let bare = json!({"output_type": "error", "ename": "Error", "evalue": "Subprocess terminated", "traceback": []});
    assert_eq!(failure(&[]), None);
    assert_eq!(failure(&[stdout.clone(), result.clone()]), None);
    assert_eq!(failure(&[stdout, result, late]).unwrap(), "invalid digit found");
    assert_eq!(failure(&[error]).unwrap(), "bad\nhere");
    assert_eq!(failure(&[bare]).unwrap(), "Subprocess terminated");
}

#[test]
fn the_same_outputs_give_the_same_bytes() {
    let stream = |name: &str, text: &str| json!({"output_type": "stream", "name": name, "text": text});
    let picture = json!({"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg>\n</svg>", "image/png": "AA==\n"}});
    let a =
        executed(&[stream("stdout", "one\n"), stream("stderr", "bad\n"), stream("stdout", "two\n"), picture.clone()]);
    let b = executed(&[picture, stream("stdout", "one\n"), stream("stdout", "two\n"), stream("stderr", "bad\n")]);
    assert_eq!(a.to_text(), b.to_text());
    let json: Value = serde_json::from_str(&a.to_text()).unwrap();
    let expected = json!([
        {"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]},
        {"data": {"image/png": "AA==\n", "image/svg+xml": ["<svg>\n", "</svg>"]}, "metadata": {}, "output_type": "display_data"},
        {"name": "stderr", "output_type": "stream", "text": ["bad\n"]},
    ]);
    assert_eq!(json["cells"][2]["outputs"], expected);
    assert_eq!(json["cells"][2]["execution_count"], 2);
}

#[test]
fn a_copy_is_written_as_jupyter_writes_it() {
    let text = "{\n \"cells\": [\n  {\n   \"source\": [\n    \"  two  spaces\"\n   ],\n   \"id\": \"ñ\"\n  }\n ],\n \"metadata\": {},\n \"nbformat\": 4\n}\n";
    assert_eq!(Notebook::parse(text.as_bytes()).unwrap().to_text(), text);
}

// ---- the program, with scripts in the place of Jupyter

/// A project of its own with two lessons, and a folder of scripts that is the whole PATH.
struct Project(PathBuf);

const LESSON: &str = r##"{"cells": [
  {"cell_type": "markdown", "id": "t", "metadata": {}, "source": ["# Title"]},
  {"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]}, "execution_count": 9, "outputs": [{"output_type": "stream", "name": "stderr", "text": "old"}],
   "source": ["const NUM_ITERS: usize = 5000; // pasos\n", "const TASA: f64 = 0.003;"]},
  {"cell_type": "code", "id": "q", "metadata": {}, "execution_count": null, "outputs": [], "source": ["let x = 1;\n", "x"]}
 ], "metadata": {"kernelspec": {"name": "rust"}}, "nbformat": 4, "nbformat_minor": 5}"##;

const FINE: &str = r#"{"start": 1}
{"text": "step 1\n"}
{"end": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "step 1\n"}]}
{"start": 2}
{"end": 2, "outputs": [{"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": "1"}}]}
"#;

const BROKEN: &str = r#"{"start": 1}
{"end": 1, "outputs": [{"output_type": "stream", "name": "stderr", "text": "\u001b[31mno such file\u001b[0m\n"}]}
"#;

impl Project {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let project = Self(root);
        project.write("Cargo.toml", "name = \"digitos\"");
        project.write("notebooks/es/1_x.ipynb", LESSON);
        project.write("notebooks/en/1_x.ipynb", LESSON);
        project.write("sysroot/lib/rustlib/src/rust/library/core.rs", "");
        project.script("rustc", &format!("echo {}", project.path("sysroot").display()));
        project.script("cc", "");
        project
    }

    /// `jupyter` and the kernel are on the PATH; Python tells the events of the file `events_es` or `events_en`.
    fn with_jupyter(name: &str, es: &str, en: &str) -> Self {
        let project = Self::new(name);
        project.write("events_es", es);
        project.write("events_en", en);
        let python = project.path("bin/python3");
        let root = project.0.display();
        project.write("bin/jupyter", &format!("#!{}\n", python.display()));
        project.script(
            "evcxr_jupyter",
            "mkdir -p \"$JUPYTER_PATH/kernels/rust\"; echo {} > \"$JUPYTER_PATH/kernels/rust/kernel.json\"",
        );
        let answer = format!(
            "case \"$2\" in *find_spec*) exit 0;; esac\n\
             [ -f \"$JUPYTER_PATH/kernels/rust/kernel.json\" ] || exit 3\n\
             name=$(basename \"$3\"); cat > {root}/received_$name; cat {root}/events_$name"
        );
        project.script("python3", &answer);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    fn script(&self, name: &str, body: &str) {
        let file = format!("bin/{name}");
        self.write(&file, &format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n"));
        fs::set_permissions(self.path(&file), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Exit code, stdout, stderr.
    fn digitos(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digitos"));
        command.current_dir(&self.0).env_clear().env("PATH", self.path("bin")).args(arguments);
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// The one sentence of a run that must not start anything.
    fn refused(&self, arguments: &[&str]) -> String {
        let (code, out, error) = self.digitos(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!self.path("received_es").exists() && !self.path("received_en").exists(), "{arguments:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    }
}

#[test]
fn the_command_line_explains_itself() {
    let project = Project::new("command_line");
    let (code, help, _) = project.digitos(&["--help"]);
    assert_eq!(code, 0);
    for word in ["run [NOTEBOOK…]", "--set NAME=VALUE", "--output DIR", "setup", "en "] {
        assert!(help.contains(word), "{word}");
    }
    assert_eq!(project.digitos(&["--version"]).1, concat!("digitos ", env!("CARGO_PKG_VERSION"), "\n"));
    let cases: [(&[&str], &str); 7] = [
        (&["fr"], "unknown command `fr`, expected es, en, run or setup"),
        (&["--fast"], "invalid option '--fast'"),
        (&["en", "es"], "unexpected argument \"es\""),
        (&["setup", "--set", "A=1"], "--set belongs behind `run`"),
        (&["run", "--set", "NUM_ITERS"], "--set got `NUM_ITERS`, expected NAME=VALUE"),
        (&["run", "--set", "NUM_ITERS="], "--set got `NUM_ITERS=`, expected NAME=VALUE"),
        (&["run", "--output"], "missing argument for option '--output'"),
    ];
    for (arguments, expected) in cases {
        let error = project.refused(arguments);
        assert!(error.contains(expected) && error.contains("--help"), "{error}");
    }
    assert!(project.refused(&["en"]).contains("notebooks/en/1_softmax.ipynb is not in"));
}

#[test]
fn all_lessons_are_executed_and_the_sources_stay_untouched() {
    let project = Project::with_jupyter("all_lessons", FINE, FINE);
    let (code, out, error) = project.digitos(&["run", "--set", "NUM_ITERS=60", "--set", "TASA=1"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    for line in ["notebooks/es/1_x.ipynb: 2 code cells", "[1/2] const NUM_ITERS: usize = 60; // pasos", "      step 1"]
    {
        assert!(out.contains(line), "{line} in {out}");
    }
    assert!(out.contains("ok notebooks/en/1_x.ipynb in "), "{out}");
    for language in ["es", "en"] {
        assert_eq!(project.read(&format!("notebooks/{language}/1_x.ipynb")), LESSON);
        let received = project.json(&format!("received_{language}"));
        assert_eq!(
            received["cells"][1]["source"],
            json!(["const NUM_ITERS: usize = 60; // pasos\n", "const TASA: f64 = 1.0;"])
        );
        assert_eq!(received["cells"][1]["outputs"], json!([]), "old outputs are not sent");
        let copy = project.json(&format!("target/notebooks/{language}/1_x.ipynb"));
        assert_eq!(copy["cells"][1]["source"], received["cells"][1]["source"]);
        assert_eq!(copy["cells"][1]["outputs"][0]["text"], json!(["step 1\n"]));
        assert_eq!(copy["cells"][2]["outputs"][0]["execution_count"], 2, "counted from the first cell on");
        assert_eq!((&copy["cells"][2]["id"], &copy["nbformat_minor"]), (&json!("q"), &json!(5)));
    }
}

#[test]
fn stderr_of_a_cell_fails_its_notebook_and_the_next_one_still_runs() {
    let project = Project::with_jupyter("stderr_fails", BROKEN, FINE);
    let (code, out, _) = project.digitos(&["run", "--output", "out"]);
    assert_eq!(code, 1);
    assert!(out.contains("FAILED notebooks/es/1_x.ipynb after "), "{out}");
    assert!(out.contains(" s in cell 1 of 2: const NUM_ITERS: usize = 5000; // pasos\n    no such file\n"), "{out}");
    assert!(out.contains("ok notebooks/en/1_x.ipynb in "), "{out}");
    assert!(out.contains("1 of 2 notebook(s) failed: notebooks/es/1_x.ipynb"), "{out}");
    let copy = project.json("out/es/1_x.ipynb");
    assert_eq!(copy["cells"][1]["outputs"][0]["text"], json!(["no such file\n"]));
    assert_eq!(copy["cells"][2]["outputs"], json!([]), "the cells after it were not run");
    assert_eq!(project.read("notebooks/es/1_x.ipynb"), LESSON);
}

#[test]
fn an_execution_that_breaks_off_is_a_failure() {
    let project = Project::with_jupyter("breaks_off", "{\"start\": 1}\n", FINE);
    let (code, out, _) = project.digitos(&["run", "notebooks/es"]);
    assert_eq!(code, 1);
    assert!(out.contains("its execution stopped early"), "{out}");
}

#[test]
fn nothing_runs_when_the_request_is_wrong() {
    let project = Project::with_jupyter("wrong_request", FINE, FINE);
    project.write("notebooks/en/1_x.ipynb", &LESSON.replace("NUM_ITERS", "STEPS"));
    project.write("1_x.ipynb", LESSON);
    project.write("empty/readme.md", "");
    let cases: [(&[&str], &str); 7] = [
        (
            &["run", "--set", "NUM_ITERS=6"],
            "notebooks/en/1_x.ipynb has no parameter NUM_ITERS; its parameters are: STEPS, TASA",
        ),
        (&["run", "notebooks/es", "--set", "NUM_ITERS=x"], "notebooks/es/1_x.ipynb cannot take NUM_ITERS=x"),
        (&["run", "missing.ipynb"], "there is no notebook missing.ipynb"),
        (&["run", "empty"], "there is no notebook in empty"),
        (&["run", "Cargo.toml"], "Cargo.toml is not a notebook"),
        (&["run", "1_x.ipynb", "./1_x.ipynb"], "two notebooks would be written to"),
        (
            &["run", "notebooks/es", "--output", "notebooks", "--set", "NUM_ITERS=6"],
            "would change its parameters for good",
        ),
    ];
    for (arguments, expected) in cases {
        let error = project.refused(arguments);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn outputs_can_be_put_into_the_lessons_themselves() {
    let project = Project::with_jupyter("in_place", FINE, FINE);
    let (code, out, _) = project.digitos(&["run", "--output", "notebooks"]);
    assert_eq!(code, 0, "{out}");
    let lesson = project.json("notebooks/es/1_x.ipynb");
    assert_eq!(lesson["cells"][2]["outputs"][0]["data"]["text/plain"], json!(["1"]));
    let before = project.read("notebooks/es/1_x.ipynb");
    project.digitos(&["run", "--output", "notebooks"]);
    assert_eq!(project.read("notebooks/es/1_x.ipynb"), before, "a second run gives the same bytes");
}

// ---- setting up

/// No Jupyter: `python3 -m venv` and cargo install make what is missing, and each call is recorded.
fn bare(name: &str) -> Project {
    let project = Project::new(name);
    project.write("notebooks/es/1_softmax.ipynb", LESSON);
    project.write("events", "{\"start\": 1}\n{\"end\": 1, \"outputs\": []}\n");
    let root = project.0.display().to_string();
    let kernel = "#!/bin/sh\\nPATH=/usr/bin:/bin; mkdir -p $JUPYTER_PATH/kernels/rust\\n";
    project.script(
        "python3",
        &format!(
            "[ $1 = -c ] || echo \"python $*\" >> {root}/calls\n\
             case \"$2\" in\n\
             venv) mkdir -p \"$3/bin\"; cp {root}/bin/python3 \"$3/bin/python\";;\n\
             pip) [ ! -f {root}/pip_fails ] || exit 1;;\n\
             *ensurepip*) [ ! -f {root}/no_venv ] || exit 1;;\n\
             *NotebookClient*) cat {root}/events;;\n\
             esac"
        ),
    );
    project.script(
        "cargo",
        &format!(
            "echo \"cargo $*\" >> {root}/calls; env | grep CARGO_PROFILE | sort > {root}/profile\n\
             mkdir -p {root}/.venv/bin; printf '{kernel}' > {root}/.venv/bin/evcxr_jupyter; chmod +x {root}/.venv/bin/evcxr_jupyter"
        ),
    );
    project
}

#[test]
fn what_is_missing_is_installed_once() {
    let project = bare("bare");
    let (code, out, error) = project.digitos(&["setup"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    let lines = [
        "JupyterLab is ready after ",
        "The Rust kernel is ready after ",
        "The library is ready after ",
        "Everything is set up",
    ];
    for line in lines {
        assert!(out.contains(line), "{line} in {out}");
    }
    let calls = project.read("calls");
    let venv = project.path(".venv");
    let venv = venv.display();
    assert!(calls.contains(&format!("python -m venv {venv}")), "{calls}");
    assert!(calls.contains("jupyterlab>="), "{calls}");
    assert!(
        calls.contains("cargo install --locked evcxr_jupyter") && calls.contains(&format!("--root {venv}")),
        "{calls}"
    );
    let profile =
        ["CODEGEN_UNITS=16", "DEBUG=0", "LTO=off", "OPT_LEVEL=1"].map(|line| format!("CARGO_PROFILE_RELEASE_{line}\n"));
    assert_eq!(project.read("profile"), profile.concat());
    let kernel = project.json(".venv/share/jupyter/kernels/rust/kernel.json");
    let folders = project.path("target/kernels").display().to_string();
    let argv =
        [env!("CARGO_BIN_EXE_digitos"), "kernel", &format!("{venv}/bin/evcxr_jupyter"), &folders, "{connection_file}"];
    assert_eq!(kernel["argv"], json!(argv));

    let (code, again, _) = project.digitos(&["setup"]);
    assert_eq!((code, again.lines().count()), (0, 1), "{again}");
    assert_eq!(project.read("calls"), calls, "the second start installs nothing");
}

#[test]
fn an_interrupted_set_up_is_finished_by_the_next_start() {
    let project = bare("interrupted");
    project.write("pip_fails", "");
    let (code, _, error) = project.digitos(&["setup"]);
    assert_eq!(code, 2);
    assert!(error.contains("-m pip install") && error.contains("failed"), "{error}");
    fs::remove_file(project.path("pip_fails")).unwrap();
    fs::remove_file(project.path("calls")).unwrap();
    assert_eq!(project.digitos(&["setup"]).0, 0);
    let calls = project.read("calls");
    assert!(calls.contains("pip install") && !calls.contains("cargo install"), "the kernel was there already: {calls}");
    fs::remove_file(project.path(".venv/bin/evcxr_jupyter")).unwrap();
    fs::remove_file(project.path("calls")).unwrap();
    assert_eq!(project.digitos(&["setup"]).0, 0);
    let calls = project.read("calls");
    assert!(calls.contains("cargo install") && !calls.contains("pip install"), "{calls}");
}

#[test]
fn a_library_that_cannot_be_compiled_does_not_stop_the_set_up() {
    let project = bare("not_warm");
    project.write("events", &BROKEN.replace("no such file", "error: expected `;`"));
    let (code, out, error) = project.digitos(&["setup"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("the first cell will compile it: error: expected `;`"), "{out}");
    project.write("events", "{\"start\": 1}\n{\"end\": 1, \"outputs\": []}\n");
    assert!(project.digitos(&["setup"]).1.contains("The library is ready after "), "tried again");
}

#[test]
fn a_prebuilt_kernel_is_tried_first() {
    let project = bare("prebuilt");
    project.script("cargo-binstall", "");
    assert_eq!(project.digitos(&["setup"]).0, 0);
    let calls = project.read("calls");
    assert!(calls.contains("cargo binstall --no-confirm") && !calls.contains("cargo install"), "{calls}");
}

#[test]
fn what_cannot_be_installed_is_said_in_one_sentence() {
    let project = bare("impossible");
    project.write("no_venv", "");
    assert!(project.refused(&["setup"]).contains("sudo apt install python3-venv"));
    fs::remove_file(project.path("bin/python3")).unwrap();
    assert!(project.refused(&["setup"]).contains("python3 is not on the PATH"));
    fs::remove_dir_all(project.path("sysroot")).unwrap();
    let error = project.refused(&["setup"]);
    assert!(
        error.contains("sysroot/lib/rustlib/src/rust/library") && error.contains("rustup component add rust-src"),
        "{error}"
    );
    fs::remove_file(project.path("bin/rustc")).unwrap();
    assert!(project.refused(&["setup"]).contains("`rustc` does not run"));
    fs::remove_file(project.path("bin/cc")).unwrap();
    assert!(project.refused(&["setup"]).contains("the C linker `cc` is not on the PATH"));
    assert!(!project.path(".venv").exists());
}

// ---- the kernel

impl Project {
    /// Starts a kernel and waits until it says where it builds.
    fn kernel(&self, name: &str) -> (Child, PathBuf) {
        let [program, folders] = [self.path("bin/evcxr_jupyter"), self.path("target/kernels")];
        let mut command = Command::new(env!("CARGO_BIN_EXE_digitos"));
        let child = command.arg("kernel").arg(program).arg(folders).arg(self.path(name)).spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        while !self.path(name).exists() {
            assert!(Instant::now() < end, "the kernel {name} does not start");
            thread::sleep(Duration::from_millis(10));
        }
        (child, self.read(name).trim().into())
    }
}

#[test]
fn a_kernel_finds_what_the_one_before_has_compiled_and_two_have_a_folder_each() {
    let project = Project::new("kernels");
    // like evcxr: works in that folder, leaves its cells there, and stays until it is ended
    project.script(
        "evcxr_jupyter",
        "cd \"$EVCXR_TMPDIR\" || exit 1\n\
         deps=target/debug/deps; [ -f $deps/libdigitos.rlib ] || compiles=yes\n\
         mkdir -p $deps src; touch target/debug/.cargo-lock src/lib.rs $deps/libcode_1.so $deps/ctx.d\n\
         [ -z \"$compiles\" ] || touch -t 202001010000 $deps/libdigitos.rlib\n\
         pwd > \"$2.part\"; mv \"$2.part\" \"$2\"; exec sleep 60",
    );
    let deps = |folder: &Path| -> Vec<String> {
        let files = fs::read_dir(folder.join("target/debug/deps")).unwrap();
        let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let (mut first, folder) = project.kernel("first");
    let (mut second, other) = project.kernel("second");
    assert_eq!([&folder, &other], [&project.path("target/kernels/1"), &project.path("target/kernels/2")]);
    let time = |folder: &Path| folder.join("target/debug/deps/libdigitos.rlib").metadata().unwrap().modified().unwrap();
    assert_eq!(time(&folder), time(&other), "a copy that cargo takes for the original");

    fs::write(folder.join("Cargo.toml"), "a dependency that does not exist").unwrap();
    fs::write(folder.join("target/debug/deps/libcode_2.so"), "").unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let (mut third, again) = project.kernel("third");
    assert_eq!(again, folder, "free again, however its kernel ended");
    assert!(!again.join("Cargo.toml").exists());
    assert_eq!(deps(&again), ["ctx.d", "libcode_1.so", "libdigitos.rlib"], "only its own cells");
    for kernel in [&mut second, &mut third] {
        kernel.kill().unwrap();
        kernel.wait().unwrap();
    }
}
