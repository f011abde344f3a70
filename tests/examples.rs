//! The programs in `examples/` are those that the READMEs show and name.
use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

#[test]
fn the_program_of_a_readme_is_the_example_that_it_names() {
    for (readme, name) in [("README.md", "first"), ("README.es.md", "primera")] {
        let text = read(readme);
        let named = format!("`examples/{name}.rs`");
        let (_, after) = text.split_once(&named).unwrap_or_else(|| panic!("{readme} does not name {named}"));
        assert!(after.contains(&format!("`cargo run --release --example {name}`")), "{readme}");
        let (_, program) = after.split_once("```rust\n").expect("a program");
        let (program, _) = program.split_once("```").expect("its end");
        assert_eq!(program, read(&format!("examples/{name}.rs")), "{readme} shows another program");
    }
}

#[test]
fn every_example_is_named_by_both_readmes() {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).expect("examples") {
        let name = entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned();
        let of_one_language = ["first", "primera"].contains(&&*name);
        for readme in ["README.md", "README.es.md"] {
            assert!(of_one_language || read(readme).contains(&format!("`{name}`")), "{readme} does not name {name}");
        }
    }
}
