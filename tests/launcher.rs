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
#[path = "../src/launcher/notebook/mod.rs"]
mod notebook;
#[allow(dead_code)]
#[path = "../src/launcher/paths.rs"]
mod paths;

use notebook::{Failure, Notebook};
use paths::{Platform, in_project};

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

#[test]
fn a_parameter_is_found_wherever_the_compiler_finds_it() {
    let cases = [
        ("behind a function", "fn f(n: usize) -> usize { n }\nconst N: usize = 1;"),
        ("behind a struct", "struct S { n: usize }\nconst N: usize = 1;"),
        ("behind a block", "if true { println!(\"const N: usize = 3;\") }\nconst N: usize = 1;"),
        ("behind an attribute of its own", "#[allow(dead_code)] const N: usize = 1;"),
        ("behind an attribute of the cell", "#![allow(unused)]\nconst N: usize = 1;"),
        ("public in its crate", "pub(crate) const N: usize = 1;"),
        ("behind a quotation mark", "let c = '\"';\nconst N: usize = 1;"),
        ("behind a lifetime", "fn f<'a>(s: &'a str) -> &'a str { s }\nconst N: usize = 1;"),
        ("behind a raw string", "let s = r#\"\"; const N: usize = 2; \"\"#;\nconst N: usize = 1;"),
        ("behind a string of several lines", "let s = \"\nconst N: usize = 2;\n\";\nconst N: usize = 1;"),
        ("behind a comment in a comment", "/* /* */ const N: usize = 2; */ const N: usize = 1;"),
        ("behind a macro", "macro_rules! m { () => { const N: usize = 2; } }\nconst N: usize = 1;"),
        ("behind a const of a function's", "fn f<const N: usize>() { const N: usize = 2; }\nconst N: usize = 1;"),
        ("behind one of the same name in a closure", "let f = || { let N = 2; N };\nconst N: usize = 1;"),
        ("several on one line", "const M: usize = 2; const N: usize = 1; const O: usize = 3;"),
        ("with a comment inside", "const N: usize = /* old: = 3; */ 1 /* steps; */; // = 4;"),
        ("over several lines", "const N\n    : usize\n    = // of steps\n    1\n    ;"),
        ("with a type in full", "const N: std::primitive::usize = 1;"),
        ("below commands", "// first\n:dep x = { version = \"1\" }\n\n :build_env A='\nconst N: usize = 1;"),
        ("above a cell's result", "const N: usize = 1;\nstd::fs::read(\"x\")?.len()"),
        ("above a question mark", "const N: usize = 1;\nstd::fs::read(\"x\")?;\nasync { 3 }.await"),
        ("with Windows' line ends", "// más\r\nconst N: usize = 1;\r\nlet x = 3;\r\n"),
        ("static", "static N: usize = 1;"),
        ("static and mutable", "pub static mut N: usize = 1;"),
        ("let", "let N = 1;"),
        ("let with a type, mutable", "let mut N: usize = 1;"),
        ("from another parameter", "const M: usize = 1; const N: usize =1;"),
    ];
    for (what, source) in cases {
        let (before, after) = source.rsplit_once("1").unwrap();
        let found = set(source, "N", "60").unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(found, [before, "60", after].concat(), "{what}");
    }
}

#[test]
fn a_value_is_written_as_its_type_needs_it() {
    let cases = [
        ("const N: usize = 1;", "1_000usize", "const N: usize = 1000;"),
        ("const N: u64 = 1;", "0xFF", "const N: u64 = 255;"),
        ("const N: i8 = 1;", "-128", "const N: i8 = -128;"),
        ("const N: i64 = -1;", "+5", "const N: i64 = 5;"),
        ("const N: usize = 100 * 2;", "7", "const N: usize = 7;"),
        ("const N: f32 = 1.0;", "0.5f32", "const N: f32 = 0.5;"),
        ("const N: f64 = -1.0;", "-3", "const N: f64 = -3.0;"),
        ("const N: f64 = 1.0;", "1_000.5", "const N: f64 = 1000.5;"),
        ("const N: char = 'a';", "ñ", "const N: char = 'ñ';"),
        ("const N: char = 'a';", "'\\n'", "const N: char = '\\n';"),
        ("const N: &'static str = \"a\";", "b c", "const N: &'static str = \"b c\";"),
        ("const N: &str = \"a\";", "\"half", "const N: &str = \"\\\"half\";"),
        ("const N: &str = \"a\";", "r\"\\d\"", "const N: &str = r\"\\d\";"),
        ("const N: [f64; 2] = [1.0, 2.0];", "[1, 2e-3]", "const N: [f64; 2] = [1.0, 0.002];"),
        ("const N: [f64; 2] = [1.0, 2.0];", "[0.5; 2]", "const N: [f64; 2] = [0.5; 2];"),
        ("const N: &[usize] = &[1, 2];", "&[3, 4] // old", "const N: &[usize] = &[3, 4];"),
        ("let N = 1;", "-2", "let N = -2;"),
        ("let N = 1u8;", "2", "let N = 2u8;"),
        ("let N = 1.5;", "2", "let N = 2.0;"),
        ("let N = -1.5f32;", "2", "let N = 2.0f32;"),
        ("let N = true;", "false", "let N = false;"),
        ("let N = \"a\";", "b", "let N = \"b\";"),
        ("let N = vec![1, 2];", "vec![3]", "let N = vec![3];"),
        ("let N: Option<usize> = None;", "Some(3)", "let N: Option<usize> = Some(3);"),
    ];
    for (source, value, expected) in cases {
        assert_eq!(set(source, "N", value).unwrap(), expected, "{source} {value}");
    }
}

#[test]
fn a_value_of_another_kind_is_told_with_what_was_expected() {
    let cases = [
        ("const N: usize = 1;", "1.5", "a whole number from 0 to 18446744073709551615, found a number with a point"),
        ("const N: usize = 1;", "1e3", "a whole number from 0 to 18446744073709551615, found a number with a point"),
        ("const N: u8 = 1;", "256", "a whole number from 0 to 255, found one outside"),
        ("const N: u8 = 1;", "-1", "a whole number from 0 to 255, found one outside"),
        ("const N: u8 = 1;", "1usize", "a whole number from 0 to 255, found one of type usize"),
        ("const N: u8 = 1;", "many", "a whole number from 0 to 255, found a word"),
        ("const N: u8 = 1;", "M / 10", "a whole number from 0 to 255, found an expression"),
        ("const N: u8 = 1;", "\"1\"", "a whole number from 0 to 255, found text"),
        ("const N: u8 = 1;", "3,5", "a whole number from 0 to 255, found a comma: write 3.5"),
        ("const N: f64 = 1.0;", "3,5", "a finite number of type f64, as 0.5 or 1e-3, found a comma: write 3.5"),
        ("const N: f64 = 1.0;", "NaN", "a finite number of type f64, as 0.5 or 1e-3, found one that is not finite"),
        ("const N: f64 = 1.0;", "-inf", "a finite number of type f64, as 0.5 or 1e-3, found one that is not finite"),
        ("const N: f64 = 1.0;", "1e400", "a finite number of type f64, as 0.5 or 1e-3, found one that is not finite"),
        ("const N: f32 = 1.0;", "1e39", "a finite number of type f32, as 0.5 or 1e-3, found one that is not finite"),
        ("const N: f64 = 1.0;", "0.5f32", "a finite number of type f64, as 0.5 or 1e-3, found one of type f32"),
        ("const N: f64 = 1.0;", "true", "a finite number of type f64, as 0.5 or 1e-3, found a bool"),
        ("const N: bool = true;", "1", "true or false, found a whole number"),
        ("const N: bool = true;", "yes", "true or false, found a word"),
        ("const N: char = 'a';", "ab", "one character, found a word"),
        (
            "const N: [u8; 2] = [1; 2];",
            "[1, 2, 3]",
            "[…] with 2 values, each a whole number from 0 to 255, found 3 of them",
        ),
        (
            "const N: [u8; 2] = [1; 2];",
            "[1, 300]",
            "[…] with 2 values, each a whole number from 0 to 255, found one outside",
        ),
        (
            "const N: [u8; 2] = [1; 2];",
            "7",
            "[…] with 2 values, each a whole number from 0 to 255, found a whole number",
        ),
        ("const N: Rate = 1.0;", "1; 2", "a value as Rust writes it, found what Rust cannot read"),
        ("const N: Rate = 1.0;", "(", "a value as Rust writes it, found what Rust cannot read"),
        ("let N = 1;", "1.5", "a whole number, found a number with a point"),
        ("let N = 1.5;", "fast", "a finite number of type f64, as 0.5 or 1e-3, found a word"),
        ("let N = true;", "2", "true or false, found a whole number"),
    ];
    for (source, value, expected) in cases {
        let error = set(source, "N", value).expect_err(value);
        let head = source.split_once(" =").unwrap().0;
        assert!(error.starts_with(&format!("cannot take N={value}: `{head}` needs {expected}")), "{source} {error}");
    }
}

#[test]
fn a_name_without_one_value_of_its_own_is_told() {
    for source in
        ["let (N, m) = (1, 2);", "let [N, ..] = pair;", "let Point { x: N, .. } = p;", "let N;", "let (N): u8 = 1;"]
    {
        let error = set(source, "N", "3").expect_err(source);
        let head = source.split([';', '=']).next().unwrap().trim();
        assert_eq!(error, format!("cannot take N=3: `{head}` gives N no value of its own; write `let N = …;`"));
    }
    let error = set("let Point { x: N, .. } = p;", "x", "3").unwrap_err();
    assert_eq!(error, "has no parameter x; its parameters are: N", "a field is no name");
}

#[test]
fn a_name_that_is_defined_again_is_told() {
    let twice = |source| set(source, "N", "3").unwrap_err();
    let same_cell =
        "defines N in code cell 2 and again in code cell 2, so --set cannot tell which one counts: rename one of them";
    assert_eq!(twice("const N: usize = 1;\nlet n = 2;\nlet N = N * 2;"), same_cell);
    assert_eq!(twice("#[cfg(unix)] const N: usize = 1;\n#[cfg(windows)] const N: usize = 2;"), same_cell);

    let cells = |sources: &[(&str, bool)]| {
        let cell = |&(source, tagged): &(&str, bool)| {
            let tags = if tagged { json!(["parameters"]) } else { json!([]) };
            json!({"cell_type": "code", "metadata": {"tags": tags}, "outputs": [], "source": source})
        };
        let cells: Vec<Value> = sources.iter().map(cell).collect();
        Notebook::parse(json!({"cells": cells, "metadata": {}, "nbformat": 4}).to_string().as_bytes()).unwrap()
    };
    let parameters = ("const N: usize = 1;", true);
    for later in [("let (N, m) = (1, 2);", false), ("const N: usize = 5;", true)] {
        let error = cells(&[parameters, ("x", false), later]).set("N", "3").unwrap_err();
        assert_eq!(error, same_cell.replace("cell 2 and again in code cell 2", "cell 1 and again in code cell 3"));
    }
    // what comes before gives way to the parameters, and in a block it is another N
    for other in [[("let N = 1;", false), parameters], [parameters, ("{ let N = 2; } let x = |N: u8| N;", false)]] {
        cells(&other).set("N", "3").unwrap();
    }
    let exercise = ("let N = ___ ; fn (", false);
    cells(&[parameters, exercise]).set("N", "3").unwrap();
    let mut two = cells(&[("const M: usize = 1;", true), parameters]);
    two.set("N", "3").unwrap();
    assert_eq!(last_source(&two), "const N: usize = 3;");
}

#[test]
fn a_parameter_cell_that_is_no_rust_is_told_with_the_line() {
    let cases = [
        ("const N: usize = 1", "line 1: expected `;`"),
        (":dep x = \"1\"\n// ñ\nconst M: usize = 2;\nconst N: usize = ;", "line 4: "),
        ("const M: usize = 2;\n:dep x = \"1\"", "line 2: "),
        ("const N: usize = 1; // fine\nlet s = \"open;", "line 2: "),
        ("N = 1;\nif {", "line 2: "),
    ];
    for (source, expected) in cases {
        let error = set(source, "N", "3").expect_err(source);
        let start = format!("has a cell tagged `parameters` that cannot be read as Rust: {expected}");
        assert!(error.starts_with(&start) && error.lines().count() == 1, "{error}");
    }
    assert_eq!(
        set("println!()", "N", "3").unwrap_err(),
        "has no parameter N: its cell tagged `parameters` defines none"
    );
}

#[test]
fn every_parameter_of_every_lesson_can_be_set() {
    let mut lessons = 0;
    for language in ["es", "en"] {
        for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks").join(language)).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "ipynb") {
                continue;
            }
            let mut notebook = Notebook::parse(&fs::read(&file).unwrap()).unwrap();
            if notebook.code_cells().is_empty() {
                continue; // a page to read
            }
            let error = notebook.set("no_such_name", "1").unwrap_err();
            let names = error.strip_prefix("has no parameter no_such_name; its parameters are: ").unwrap();
            assert!(names.starts_with("NUM_ITERS, "), "{names}");
            for name in names.split(", ") {
                notebook.set(name, "20").unwrap_or_else(|error| panic!("{} {error}", file.display()));
            }
            lessons += 1;
        }
    }
    assert!(lessons >= 8, "{lessons}");
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
            "case \"$2\" in *find_spec*) exit 0;; jupyterlab) echo \"$*\" > \"{root}/opened\"; exit 0;; esac\n\
             [ -f \"$JUPYTER_PATH/kernels/rust/kernel.json\" ] || exit 3\n\
             name=$(basename \"$3\"); cat > \"{root}/received_$name\"; cat \"{root}/events_$name\""
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
    let cases: [(&[&str], &str); 8] = [
        (&["fr"], "unknown command `fr`, expected es, en, otra-vez, fresh, copies, run, grade, slides, web or setup"),
        (&["--fast"], "invalid option '--fast'"),
        (&["en", "es"], "unexpected argument \"es\""),
        (&["grade"], "which folder? `grade FOLDER`"),
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
fn with_json_each_notebook_is_a_line_of_results_and_nothing_else_is_on_stdout() {
    let told = |json: &str| json!({"output_type": "display_data", "metadata": {}, "data": {"application/vnd.digitos.result": json}});
    let text = json!({"output_type": "stream", "name": "stdout", "text": "step 1\n"});
    let end = json!({"end": 1, "outputs": [told("{\"step\":60,\"accuracy\":0.5,\"loss\":null}"), text]});
    let events = format!("{{\"start\": 1}}\n{end}\n{{\"start\": 2}}\n{{\"end\": 2, \"outputs\": []}}\n");
    let project = Project::with_jupyter("json", &events, BROKEN);
    let (code, out, error) = project.digitos(&["run", "--json", "--set", "NUM_ITERS=60"]);
    assert_eq!(code, 1);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert_eq!(lines[0]["results"], json!([{"step": 60, "accuracy": 0.5, "loss": null}]));
    assert_eq!(
        (&lines[0]["notebook"], &lines[0]["set"]),
        (&json!("notebooks/es/1_x.ipynb"), &json!({"NUM_ITERS": "60"}))
    );
    assert_eq!([&lines[0]["ok"], &lines[1]["ok"]], [true, false]);
    assert_eq!([&lines[0]["failure"], &lines[1]["failure"]], [&Value::Null, &json!("no such file")]);
    assert!(error.contains("ok notebooks/es/1_x.ipynb in ") && error.contains("1 of 2 notebook(s) failed"), "{error}");
    let copy = project.json("target/notebooks/es/1_x.ipynb");
    assert_eq!(copy["cells"][1]["outputs"].as_array().unwrap().len(), 1, "the executed copy is as without --json");
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
fn a_wrong_path_is_told_before_anything_runs_and_nothing_is_lost() {
    let project = Project::with_jupyter("wrong_paths", FINE, FINE);
    project.write("a_file", "mine");
    project.write("taken/es/1_x.ipynb/inside", "mine");
    project.write("old.ipynb", r#"{"nbformat": 3, "worksheets": []}"#);
    project.write("torn.ipynb", &LESSON[..100]);
    assert!(Command::new("mkfifo").arg(project.path("pipe.ipynb")).status().unwrap().success());
    let cases: [(&[&str], &str); 10] = [
        (&["run", "1_x"], "there is no notebook 1_x: the lessons are in notebooks/es and notebooks/en"),
        (&["run", "notebooks"], "there is no notebook in notebooks: the lessons are in notebooks/es and notebooks/en"),
        (&["run", "a_file/1_x.ipynb"], "a_file/1_x.ipynb cannot be read: Not a directory"),
        (&["run", "a_file"], "a_file is not a notebook: expected value at line 1 column 1"),
        (&["run", "torn.ipynb"], "torn.ipynb is not a notebook: EOF while parsing"),
        (&["run", "old.ipynb"], "expected \"nbformat\": 4 and a list of cells, found format 3"),
        (&["run", "pipe.ipynb"], "pipe.ipynb is not a notebook: it is neither a file nor a folder"),
        (&["run", "--output", "a_file"], "a_file/es/1_x.ipynb cannot be written: "),
        (&["run", "--output", "/proc/none"], "/proc/none/es/1_x.ipynb cannot be written: "),
        (
            &["run", "--output", "taken"],
            "taken/es/1_x.ipynb cannot be written: it is a folder; name another folder with --output",
        ),
    ];
    for (arguments, expected) in cases {
        let error = project.refused(arguments);
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!([project.read("a_file"), project.read("taken/es/1_x.ipynb/inside")], ["mine", "mine"]);
}

#[test]
fn names_with_blanks_accents_and_links_run_like_others() {
    let project = Project::with_jupyter("año nuevo, 1", FINE, FINE);
    project.write("otro sitio/mi día.ipynb", LESSON);
    project.write("events_otro sitio", FINE);
    let (code, out, _) = project.digitos(&["run", "otro sitio/mi día.ipynb", "--output", "más sitio"]);
    assert_eq!(code, 0, "{out}");
    assert!(project.path("más sitio/mi día.ipynb").is_file(), "{out}");

    // the lessons lie elsewhere, and a copy is a link to somewhere else
    fs::rename(project.path("notebooks"), project.path("lessons")).unwrap();
    std::os::unix::fs::symlink("lessons", project.path("notebooks")).unwrap();
    project.write("kept.ipynb", "");
    project.write("out/es/none", "");
    std::os::unix::fs::symlink("../../kept.ipynb", project.path("out/es/1_x.ipynb")).unwrap();
    let (code, out, error) = project.digitos(&["run", "--output", "out"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("ok notebooks/es/1_x.ipynb in ") && out.contains("ok notebooks/en/1_x.ipynb in "), "{out}");
    assert!(project.path("out/es/1_x.ipynb").is_symlink() && project.path("out/en/1_x.ipynb").is_file());
    assert_eq!(project.json("kept.ipynb")["cells"][1]["outputs"][0]["text"], json!(["step 1\n"]));
    let mut left: Vec<_> =
        fs::read_dir(project.path("out/es")).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["1_x.ipynb", "none"], "nothing unfinished stays");
}

#[test]
fn a_project_that_is_reached_by_another_name_knows_its_lessons() {
    // as on Windows, where canonicalize makes \\?\C:\digitos of C:\digitos
    let project = Project::new("reached");
    let link = project.path("link");
    std::os::unix::fs::symlink(&project.0, &link).unwrap();
    let lesson = |root: &Path| root.join("notebooks/es/1_x.ipynb");
    for given in [lesson(&link), lesson(&project.0), lesson(&link.join("notebooks/.."))] {
        assert_eq!(in_project(&link, &given).unwrap(), lesson(&link), "{}", given.display());
    }
    assert_eq!(in_project(&lesson(&link), &project.path("Cargo.toml")).unwrap(), project.path("Cargo.toml"));
}

#[test]
fn programs_are_found_where_each_platform_has_them() {
    let (unix, windows) = (Platform::Unix, Platform::Windows);
    let path = Path::new;
    assert_eq!(unix.program_of_venv(path("p/.venv"), "python"), path("p/.venv/bin/python"));
    assert_eq!(windows.program_of_venv(path("p/.venv"), "python"), path("p/.venv/Scripts/python.exe"));
    assert_eq!(unix.program_of_cargo(path("p/.venv"), "evcxr_jupyter"), path("p/.venv/bin/evcxr_jupyter"));
    assert_eq!(windows.program_of_cargo(path("p/.venv"), "evcxr_jupyter"), path("p/.venv/bin/evcxr_jupyter.exe"));

    let conda = windows.pythons_of(path("C:/conda/envs/x/Scripts/jupyter.exe"), "MZ");
    assert_eq!(conda, [path("C:/conda/envs/x/Scripts/python.exe"), path("C:/conda/envs/x/python.exe")]);
    let cases: [(&str, &[&str]); 5] = [
        ("#!/opt/py/bin/python3.12", &["/opt/py/bin/python3.12", "/home/me/bin/python3"]),
        ("#!/usr/bin/python3 -sP", &["/usr/bin/python3", "/home/me/bin/python3"]),
        ("#!/my files/bin/python", &["/my files/bin/python", "/home/me/bin/python3"]),
        ("#!/bin/sh", &["/home/me/bin/python3"]), // pip writes this where the path to Python has a blank
        ("", &["/home/me/bin/python3"]),
    ];
    for (first_line, expected) in cases {
        let found = unix.pythons_of(path("/home/me/bin/jupyter"), first_line);
        assert_eq!(found, expected.iter().map(PathBuf::from).collect::<Vec<_>>(), "{first_line}");
    }
    assert!(windows.names_of_python().contains(&"py".into()) && unix.names_of_python().contains(&"python3.13".into()));
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

// ---- copies to work in

/// What a student types into the code cell of a copy.
fn work_in(project: &Project, file: &str) -> String {
    let mut copy = project.json(file);
    copy["cells"][2]["source"] = json!("let x = 7;");
    project.write(file, &copy.to_string());
    project.read(file)
}

/// The project with this as its first lesson in both languages, and the library already compiled for the kernel.
fn with_first_lesson(project: &Project, lesson: &str) {
    for language in ["es", "en"] {
        project.write(&format!("notebooks/{language}/1_softmax.ipynb"), lesson);
    }
    project.write("target/kernels/1/target/warm", &project.0.display().to_string());
}

const OPENS: &str = ":dep digitos = { path = \\\"../..\\\", default-features = false }\\n";

#[test]
fn a_copy_without_outputs_is_opened_and_stays_the_students_own() {
    let project = Project::with_jupyter("copies", FINE, FINE);
    let lesson = LESSON.replace("let x = 1;\\n", OPENS);
    with_first_lesson(&project, &lesson);
    let (code, out, error) = project.digitos(&["en"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(project.read("opened").contains("/lab/tree/lessons/en/1_softmax.ipynb"), "{}", project.read("opened"));
    let copy = project.json("lessons/en/1_softmax.ipynb");
    assert_eq!((&copy["cells"][1]["outputs"], &copy["cells"][1]["execution_count"]), (&json!([]), &Value::Null));
    assert!(copy["cells"][2].to_string().contains("../..\\\", default"), "lessons/en is as deep as notebooks/en");
    assert!(project.path("lessons/es/1_softmax.ipynb").is_file(), "lessons link to the other language");

    let mine = work_in(&project, "lessons/en/1_softmax.ipynb");
    let (_, out, _) = project.digitos(&["en"]);
    assert!(!out.contains("newer edition"), "{out}");
    with_first_lesson(&project, &lesson.replace("# Title", "# New title"));
    let (_, out, _) = project.digitos(&["en"]);
    assert!(out.contains("newer edition of 1_softmax; yours stays as it is") && out.contains("-- fresh 1`"), "{out}");
    assert_eq!(project.read("lessons/en/1_softmax.ipynb"), mine);
    assert!(
        project.read("lessons/es/1_softmax.ipynb").contains("New title"),
        "what nobody touched is brought up to date"
    );

    for kept in ["1_softmax_before", "1_softmax_before_2"] {
        let (code, out, _) = project.digitos(&["fresh", "1"]);
        assert!(code == 0 && out.contains(&format!("Yours is now lessons/en/{kept}.ipynb")), "{out}");
        assert_eq!(project.read(&format!("lessons/en/{kept}.ipynb")), mine);
        assert!(project.read("lessons/en/1_softmax.ipynb").contains("New title"));
        work_in(&project, "lessons/en/1_softmax.ipynb");
        project.write("lessons/en/1_softmax.ipynb", &mine);
    }
    let (code, _, error) = project.digitos(&["otra-vez", "7"]);
    assert!(code == 2 && error.contains("there is no lesson `7`; the lessons are 1, 1"), "{error}");
    let (code, _, error) = project.digitos(&["fresh"]);
    assert!(code == 2 && error.contains("which lesson?"), "{error}");
}

#[test]
fn several_students_work_on_one_computer() {
    let project = Project::with_jupyter("students", FINE, FINE);
    with_first_lesson(&project, &LESSON.replace("let x = 1;\\n", OPENS));
    let (code, out, error) = project.digitos(&["es", "--name", "Íñigo"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(project.read("opened").contains("lessons/Íñigo/es/1_softmax.ipynb"), "{}", project.read("opened"));
    let copy = project.read("lessons/Íñigo/es/1_softmax.ipynb");
    assert!(copy.contains("../../..\\\", default"), "one folder deeper: {copy}");
    for name in ["", "en", "../x", "a/b", " a", "C:"] {
        let (code, _, error) = project.digitos(&["es", "--name", name]);
        assert!(code == 2 && error.contains("--name got"), "{name}: {error}");
    }
}

#[test]
fn copies_for_a_class_lie_anywhere_and_name_the_library_by_its_full_path() {
    let project = Project::with_jupyter("class", FINE, FINE);
    with_first_lesson(&project, &LESSON.replace("let x = 1;\\n", OPENS));
    let home = project.path("home/ada");
    let copies = || project.digitos(&["copies", &home.display().to_string()]);
    assert_eq!(copies(), (0, String::new(), String::new()));
    let copy = project.read("home/ada/en/1_softmax.ipynb");
    let library = format!("path = \\\"{}\\\", default-features", project.0.display());
    assert!(copy.contains(&library), "{copy}");
    assert!(project.path("home/ada/es/1_softmax.ipynb").is_file());

    let mine = work_in(&project, "home/ada/en/1_softmax.ipynb");
    assert_eq!(copies(), (0, String::new(), String::new()), "nothing new");
    with_first_lesson(&project, &LESSON.replace("# Title", "# New title"));
    let (code, out, _) = copies();
    assert!(code == 0 && out.contains("newer edition of ") && out.contains("en/1_softmax.ipynb; who renames"), "{out}");
    assert_eq!(project.read("home/ada/en/1_softmax.ipynb"), mine, "what a pupil did stays");
    for (arguments, expected) in [(vec!["copies"], "missing argument"), (vec!["copies", "notebooks/x"], "name another")]
    {
        let (code, _, error) = project.digitos(&arguments);
        assert!(code == 2 && error.contains(expected), "{error}");
    }
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
    let [python, evcxr] = ["python", "evcxr_jupyter"].map(|name| format!("{venv}/bin/{name}"));
    let argv = [env!("CARGO_BIN_EXE_digitos"), "kernel", &python, &evcxr, &folders, "{connection_file}"];
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
    project.script("python3", "exit 1");
    assert!(project.refused(&["setup"]).contains("bin/python3 is not Python 3.9 or newer, which JupyterLab needs"));
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

#[test]
fn a_newer_python_beside_the_old_one_is_taken() {
    let project = bare("two_pythons");
    fs::rename(project.path("bin/python3"), project.path("bin/python3.12")).unwrap();
    let python = project.read("bin/python3.12").replace("bin/python3 ", "bin/python3.12 ");
    project.write("bin/python3.12", &python);
    project.script("python3", "exit 1"); // as of before 3.9
    project.write("no_venv", "");
    assert!(project.refused(&["setup"]).contains("bin/python3.12 cannot make a virtual environment"));
    assert!(project.refused(&["setup"]).contains("sudo apt install python3.12-venv"));
    fs::remove_file(project.path("no_venv")).unwrap();
    let (code, out, error) = project.digitos(&["setup"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
}

#[test]
fn a_half_made_environment_is_finished() {
    let project = bare("half_made");
    fs::create_dir_all(project.path(".venv/bin")).unwrap();
    std::os::unix::fs::symlink("/gone/python3", project.path(".venv/bin/python")).unwrap();
    let (code, out, error) = project.digitos(&["setup"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(project.path(".venv/jupyter-installed").is_file() && project.path(".venv/bin/python").is_file());
}

#[test]
fn a_folder_whose_name_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::with_jupyter("not_utf8", FINE, FINE);
    let place = project.0.join(std::ffi::OsStr::from_bytes(b"a\xff"));
    fs::create_dir_all(place.join("notebooks")).unwrap();
    fs::copy(project.path("Cargo.toml"), place.join("Cargo.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_digitos"));
    let output =
        command.current_dir(&place).env_clear().env("PATH", project.path("bin")).arg("setup").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("is not UTF-8, and Jupyter needs names that are: rename it") && error.lines().count() == 1,
        "{error}"
    );
}

#[test]
fn the_readmes_quote_what_the_programs_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let sources = ["launcher/setup.rs", "launcher/kernel/relay.py", "session/mod.rs", "session/feed.rs"];
    let sources = sources.map(|name| read(&format!("src/{name}")));
    let sources = sources.concat().split("\\\n").map(str::trim_start).collect::<String>();
    for (name, heading) in [("README.md", "## If something goes wrong"), ("README.es.md", "## Si algo va mal")] {
        let readme = read(name);
        let table = readme.split_once(heading).unwrap().1.split("\n## ").next().unwrap();
        let seen = table.lines().filter_map(|line| line.strip_prefix("| *")?.split(" | ").next());
        let quotes: Vec<&str> = seen.flat_map(|cell| cell.split('*').step_by(2)).collect();
        assert!(quotes.len() >= 7, "{quotes:?}");
        for part in quotes.iter().flat_map(|quote| quote.split('…')).map(str::trim).filter(|part| !part.is_empty()) {
            let of_rustc = ["cannot find value", "in this scope"].contains(&part);
            assert!(of_rustc || sources.contains(part), "{name}: nothing says `{part}`");
        }
    }
}

// ---- the kernel

impl Project {
    /// Starts a kernel and waits until it says where it builds.
    fn kernel(&self, name: &str) -> (Child, PathBuf) {
        let [program, folders] = [self.path("bin/evcxr_jupyter"), self.path("target/kernels")];
        let mut command = Command::new(env!("CARGO_BIN_EXE_digitos"));
        command.env("XDG_CACHE_HOME", self.path("cache"));
        // without a Python there is no relay
        let arguments = ["kernel".into(), self.path("bin/no_python"), program, folders, self.path(name)];
        let child = command.args(arguments).spawn().unwrap();
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

/// A program like evcxr: works in its folder, and stays until it is ended.
fn with_kernel(name: &str) -> Project {
    let project = Project::new(name);
    let body = "cd \"$EVCXR_TMPDIR\" || exit 1; pwd > \"$2.part\"; mv \"$2.part\" \"$2\"; exec sleep 60";
    project.script("evcxr_jupyter", body);
    project
}

#[test]
fn a_kernel_of_a_project_that_others_own_builds_in_the_users_cache_and_begins_with_what_is_compiled() {
    let project = with_kernel("shared-kernels");
    project.write("target/kernels/1/target/debug/deps/libdigitos.rlib", "compiled");
    project.write("target/kernels/1/target/debug/.cargo-lock", "");
    fs::create_dir(project.path("target/kernels/1.lock")).unwrap(); // no file can be written there
    let (mut kernel, folder) = project.kernel("first");
    assert_eq!(folder, project.path("cache/digitos/kernels/1"));
    assert_eq!(project.read("cache/digitos/kernels/1/target/debug/deps/libdigitos.rlib"), "compiled");
    kernel.kill().unwrap();
    kernel.wait().unwrap();
}

#[test]
fn of_the_folders_that_no_kernel_uses_three_stay() {
    let project = with_kernel("many-kernels");
    for number in 1..=6 {
        project.write(&format!("target/kernels/{number}/target/debug/deps/libdigitos.rlib"), "compiled");
    }
    let used = fs::File::create(project.path("target/kernels/5.lock")).unwrap();
    used.lock().unwrap();
    let (mut kernel, _) = project.kernel("first");
    let there: Vec<u32> = (1..=6).filter(|n| project.path(&format!("target/kernels/{n}")).exists()).collect();
    assert_eq!(there, [1, 2, 3, 5]);
    kernel.kill().unwrap();
    kernel.wait().unwrap();
}

// ---- slides

#[test]
fn each_sentence_of_a_slide_stands_with_the_figure_of_its_cell() {
    let cell = |id: &str, slide: Value, html: &str| {
        let outputs = json!([{"data": {"text/html": [html]}, "metadata": {}, "output_type": "execute_result"}]);
        json!({"cell_type": "code", "id": id, "metadata": slide, "outputs": outputs, "source": ""})
    };
    let cells = json!([
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# A lesson\n", "Text."]},
        cell("b", json!({"slide": "What it has learnt."}), "<img alt=\"weights\">"),
        cell("c", json!({}), "<img alt=\"no slide\">"),
        {"cell_type": "code", "id": "d", "metadata": {"slide": "No figure."}, "outputs": [], "source": ""},
    ]);
    let text = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string();
    let notebook = Notebook::parse(text.as_bytes()).unwrap();
    assert_eq!(notebook.title(), "A lesson");
    assert_eq!(notebook.slides(), [("What it has learnt.".into(), "<img alt=\"weights\">".into())]);
}

#[test]
fn every_sentence_of_a_slide_in_the_lessons_has_a_figure_and_both_languages_have_the_same() {
    let counts = ["es", "en"].map(|language| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks").join(language);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let texts = files.filter(|file| file.extension().is_some_and(|ending| ending == "ipynb"));
        let counts = texts.map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let slides = Notebook::parse(text.as_bytes()).unwrap().slides().len();
            assert_eq!(slides, text.matches("\"slide\": ").count(), "{}", file.display());
            slides
        });
        counts.sum::<usize>()
    });
    assert!(counts[0] == counts[1] && counts[0] > 20, "{counts:?}");
}
