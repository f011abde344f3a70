//! The sources of Rust's standard library without what a lesson cannot use. The kernel reads them all when it starts and
//! again after `:dep`, to know the types of variables, and keeps what it read in memory. Half of their text are the
//! instructions of processors; documentation, blanks and attributes that no type depends on take a third of that memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

const CRATES: [&str; 3] = ["alloc", "core", "std"];
/// Attributes on which no type depends.
const NOT_READ: [&str; 14] = [
    "allow",
    "cold",
    "deprecated",
    "diagnostic",
    "doc",
    "inline",
    "must_use",
    "rustc_allow_const_fn_unstable",
    "rustc_const_stable",
    "rustc_const_unstable",
    "rustc_diagnostic_item",
    "rustc_inherit_overflow_checks",
    "rustc_on_unimplemented",
    "track_caller",
];
/// `core` names this file as its module of instructions.
const INSTRUCTIONS: (&str, &str) = ("stdarch/crates/core_arch/src/mod.rs", "pub mod arch {}\n");

/// A copy of these sources, made anew when they have changed. Where none can be made, the sources will do.
pub fn for_kernel(sources: PathBuf, copy: &Path) -> PathBuf {
    if sources == copy || copy_all(&sources, copy).is_ok() { copy.into() } else { sources }
}

fn copy_all(sources: &Path, copy: &Path) -> io::Result<()> {
    let version = copy.join("version");
    let wanted = version_of(sources)?;
    if fs::read_to_string(&version).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    for name in CRATES {
        copy_rust(&sources.join(name).join("src"), &copy.join(name).join("src"))?;
    }
    let (instructions, none) = INSTRUCTIONS;
    fs::create_dir_all(copy.join(instructions).with_file_name(""))?;
    fs::write(copy.join(instructions), none)?;
    fs::write(version, wanted) // last: without it the copy is not complete
}

/// An update of Rust writes the files anew.
fn version_of(sources: &Path) -> io::Result<String> {
    let modified = sources.join("core/src/lib.rs").metadata()?.modified()?;
    let seconds = modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Ok(format!("{} {seconds} printed without {}\n", sources.display(), NOT_READ.join(" ")))
}

fn copy_rust(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let copied = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_rust(&path, &copied)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path)?;
            let lean = source.parse().map(|tokens| {
                let mut lean = String::new();
                add_lean(&mut lean, tokens);
                lean
            });
            fs::write(copied, lean.unwrap_or(source))?;
        }
    }
    Ok(())
}

/// Adds a program to `text` without its comments and the attributes that are [`NOT_READ`], in macros too, and with no more
/// blanks than it takes.
fn add_lean(text: &mut String, tokens: TokenStream) {
    let is_mark = |token: &TokenTree, c| matches!(token, TokenTree::Punct(mark) if mark.as_char() == c);
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut rest, mut before) = (&tokens[..], None::<&TokenTree>);
    while let [token, after @ ..] = rest {
        let attribute = usize::from(after.first().is_some_and(|next| is_mark(next, '!')));
        if is_mark(token, '#') && matches!(after.get(attribute), Some(TokenTree::Group(group)) if is_not_read(group)) {
            rest = &after[attribute + 1..];
            continue;
        }
        let apart = match (before, token) {
            (Some(word), TokenTree::Punct(mark)) if is_word(word) => ['\'', '#', '.'].contains(&mark.as_char()),
            (Some(TokenTree::Punct(mark)), TokenTree::Punct(_)) => mark.spacing() == Spacing::Alone,
            (Some(word), next) => is_word(word) && is_word(next),
            (None, _) => false,
        };
        *text += if apart { " " } else { "" };
        match token {
            TokenTree::Group(group) => {
                let [open, close] = match group.delimiter() {
                    Delimiter::Parenthesis => ["(", ")"],
                    Delimiter::Brace => ["{", "}"],
                    Delimiter::Bracket => ["[", "]"],
                    Delimiter::None => [" ", " "],
                };
                *text += open;
                add_lean(text, group.stream());
                *text += close;
            }
            other => *text += &other.to_string(),
        }
        (rest, before) = (after, Some(token));
    }
}

fn is_not_read(attribute: &Group) -> bool {
    let first = attribute.stream().into_iter().next().map(|name| name.to_string());
    attribute.delimiter() == Delimiter::Bracket && first.is_some_and(|name| NOT_READ.contains(&&*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::fs::File;

    fn write(file: &Path, text: &str) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    #[test]
    fn the_kernel_reads_a_lean_copy_which_follows_the_sources() {
        let folder = env::temp_dir().join(format!("digitos-sources-{}", std::process::id()));
        let (sources, copy) = (folder.join("library"), folder.join("copy"));
        for name in CRATES {
            write(&sources.join(name).join("src/lib.rs"), "mod first;");
            write(&sources.join(name).join("tests/all.rs"), "");
        }
        write(&sources.join("std/src/sys/deep.rs"), "");
        write(&sources.join("std/src/notes.md"), "");
        let documented = "//! A page.\nmacro_rules! m { ($t:ty) => { #[doc = concat!(\"of \", stringify!($t))] #[inline] fn f(_: &'static $t) {} } }";
        write(&sources.join("std/src/documented.rs"), documented);
        write(&sources.join("std/src/unknown.rs"), "\" without an end");
        write(&sources.join(INSTRUCTIONS.0), "pub mod arch { /* 27 MB */ }");

        assert_eq!(for_kernel(sources.clone(), &copy), copy);
        assert!(copy.join("std/src/sys/deep.rs").is_file());
        assert!(!copy.join("std/src/notes.md").exists() && !copy.join("std/tests").exists());
        assert_eq!(fs::read_to_string(copy.join(INSTRUCTIONS.0)).unwrap(), INSTRUCTIONS.1);
        let read = |name: &str| fs::read_to_string(copy.join("std/src").join(name)).unwrap();
        assert_eq!(
            read("documented.rs").parse::<TokenStream>().unwrap().to_string(),
            "macro_rules! m { ($t:ty) => { fn f(_: &'static $t) {} } }".parse::<TokenStream>().unwrap().to_string()
        );
        assert_eq!(read("unknown.rs"), "\" without an end");
        for source in [
            "a & &b - -1 / *c",
            "1. .. 2. ; 1 .max(2) ; x.0 .1 ; 3..=4",
            "dyn 'a + for<'b> F<'b>",
            "r#fn r #x b'c' \"d\" e",
            "a: ::b<<T as U>::V>",
        ] {
            let tokens = |text: &str| text.parse::<TokenStream>().unwrap().to_string();
            let mut lean = String::new();
            add_lean(&mut lean, source.parse().unwrap());
            assert_eq!(tokens(&lean), tokens(source));
        }

        // An update of Rust.
        let library = sources.join("core/src/lib.rs");
        write(&library, "mod second;");
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
        File::options().write(true).open(&library).unwrap().set_modified(later).unwrap();
        for_kernel(sources.clone(), &copy);
        assert_eq!(fs::read_to_string(copy.join("core/src/lib.rs")).unwrap().replace(' ', ""), "modsecond;");

        // Who names the copy as the sources keeps it, and sources of another form are used as they are.
        assert_eq!(for_kernel(copy.clone(), &copy), copy);
        assert!(copy.join("core/src/lib.rs").is_file());
        fs::remove_dir_all(sources.join("std")).unwrap();
        fs::remove_dir_all(&copy).unwrap();
        assert_eq!(for_kernel(sources.clone(), &copy), sources);
        fs::remove_dir_all(&folder).unwrap();
    }
}
