//! How the sources depend on one another: no circles between the parts of any folder, and no room larger than its budget.
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of code that a room may have: neither tests nor comments nor blank lines count. The sentences of exercises and
/// pictures are data and belong to no room. The library's aim is 6,000.
const BUDGETS: [(&str, &[&str], usize); 9] = [
    ("library", &["", "engine", "model", "session", "mnist"], 7_518),
    ("pictures", &["visu", "picture", "panel", "live"], 3_573),
    ("figures", &["figures"], 4_389),
    ("lab", &["lab"], 4_085),
    ("launcher", &["main.rs", "launcher"], 1_040),
    ("kernel", &["launcher/kernel"], 330),
    ("notebooks", &["launcher/notebook"], 510),
    ("grading", &["launcher/grade"], 560),
    ("pages", &["launcher/web"], 1_200),
];
const DATA: [&str; 2] = ["exercises", "words"];

/// The sources of a crate by their paths inside `src`, such as `engine/plan/mod.rs`.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    fn read(folder: &Path, sources: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    read(&root, &mut files);
    let named = |path: PathBuf| {
        let parts = path.strip_prefix(&root).expect("below src").components();
        let name: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        (name.join("/"), fs::read_to_string(&path).expect("a source"))
    };
    files.into_iter().map(named).collect()
}

/// What a name stands for inside a module.
enum Name {
    Defined,
    Module(usize),
    Imported(Vec<String>),
}

/// A mention of something by its path, and the line where it stands.
struct Mention {
    path: Vec<String>,
    line: usize,
}

struct Module {
    file: String,
    parent: Option<usize>,
    names: HashMap<String, Name>,
    /// What is imported whole: `use super::*`.
    globs: Vec<Mention>,
    /// What is imported for this module alone; a `pub use` only passes on.
    imports: Vec<Mention>,
    mentions: Vec<Mention>,
}

/// A module, or something that is defined in it.
#[derive(Clone, Copy)]
enum Found {
    Module(usize),
    Item(usize),
}

/// Which file needs which other: the lines that import from it, or else the first that mentions it.
type Needs = BTreeMap<(String, String), BTreeSet<usize>>;

/// The modules of a crate, without its tests.
struct Crate<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
    /// Macros that are called from the root, and the modules that define them.
    exported: HashMap<String, usize>,
}

impl<'a> Crate<'a> {
    fn new(sources: &'a Sources, root: &str) -> Self {
        let mut all = Crate { sources, modules: Vec::new(), exported: HashMap::new() };
        all.read_file(root, None);
        all
    }

    fn read_file(&mut self, file: &str, parent: Option<usize>) -> usize {
        let source = self.sources.get(file).unwrap_or_else(|| panic!("src/{file} is missing"));
        let tokens = source.parse().unwrap_or_else(|error| panic!("src/{file}: {error}"));
        self.read_module(file, parent, tokens)
    }

    fn read_module(&mut self, file: &str, parent: Option<usize>, tokens: TokenStream) -> usize {
        let this = self.modules.len();
        self.modules.push(Module {
            file: file.into(),
            parent,
            names: HashMap::new(),
            globs: Vec::new(),
            imports: Vec::new(),
            mentions: Vec::new(),
        });
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while !rest.is_empty() {
            let (item, after) = rest.split_at(end_of_item(rest));
            rest = after;
            if !is_for_tests(item) {
                self.read_item(this, item);
            }
        }
        this
    }

    fn read_item(&mut self, this: usize, item: &[TokenTree]) {
        let Some(start) = keyword(item) else { return };
        let words: Vec<String> = item.iter().map(ToString::to_string).collect();
        match words[start].as_str() {
            "use" => {
                let passes_on = words[..start].iter().any(|word| word == "pub");
                for (path, name, line) in imported(&item[start + 1..], &[]) {
                    let module = &mut self.modules[this];
                    if name == "*" {
                        module.globs.push(Mention { path, line });
                        continue;
                    }
                    if path.len() > 1 || path[0] != name {
                        module.names.entry(name).or_insert(Name::Imported(path.clone()));
                    }
                    if !passes_on {
                        module.imports.push(Mention { path, line });
                    }
                }
                return;
            }
            "mod" => {
                let name = words[start + 1].clone();
                let file = self.modules[this].file.clone();
                let child = match &item[start + 2] {
                    TokenTree::Group(body) => self.read_module(&file, Some(this), body.stream()),
                    _ => self.read_file(&self.file_of(&file, &name), Some(this)),
                };
                self.modules[this].names.insert(name, Name::Module(child));
                return;
            }
            "macro_rules" => {
                let name = words[start + 2].clone();
                if words[..start].iter().any(|word| word.contains("macro_export")) {
                    self.exported.insert(name.clone(), this);
                }
                self.modules[this].names.insert(name, Name::Defined);
            }
            "impl" => {}
            _ => {
                const NOT_A_NAME: [&str; 7] = ["fn", "const", "mut", "unsafe", "extern", "async", "impl"];
                let name = words[start + 1..].iter().find(|word| !NOT_A_NAME.contains(&word.as_str()));
                self.modules[this].names.extend(name.map(|name| (name.clone(), Name::Defined)));
            }
        }
        let (mut all, mut variables) = (Vec::new(), BTreeSet::new());
        mentions(item, &mut all, &mut variables);
        all.retain(|mention| mention.path.len() > 1 || !variables.contains(&mention.path[0]));
        self.modules[this].mentions.extend(all);
    }

    /// The file of `mod name;` in `file`.
    fn file_of(&self, file: &str, name: &str) -> String {
        let folder = match file.rsplit_once('/') {
            _ if !file.ends_with("mod.rs") && file.contains('/') => file.trim_end_matches(".rs").to_string() + "/",
            Some((folder, _)) => format!("{folder}/"),
            None => String::new(),
        };
        let beside = format!("{folder}{name}.rs");
        if self.sources.contains_key(&beside) { beside } else { format!("{folder}{name}/mod.rs") }
    }

    fn find(&self, from: usize, path: &[String], depth: usize) -> Option<Found> {
        let (first, mut rest) = path.split_first()?;
        let mut found = match first.as_str() {
            "crate" => Found::Module(0),
            "self" => Found::Module(from),
            "super" => Found::Module(self.modules[from].parent?),
            name => self.look_up(from, name, depth)?,
        };
        while let (Found::Module(module), Some((name, after))) = (found, rest.split_first()) {
            found = match name.as_str() {
                "super" => Found::Module(self.modules[module].parent?),
                "self" => found,
                name => self.look_up(module, name, depth)?,
            };
            rest = after;
        }
        Some(found)
    }

    fn look_up(&self, module: usize, name: &str, depth: usize) -> Option<Found> {
        if depth > 20 {
            return None;
        }
        if let (0, Some(&owner)) = (module, self.exported.get(name)) {
            return Some(Found::Item(owner));
        }
        match self.modules[module].names.get(name) {
            Some(Name::Defined) => Some(Found::Item(module)),
            Some(&Name::Module(child)) => Some(Found::Module(child)),
            Some(Name::Imported(path)) => self.find(module, path, depth + 1),
            None => {
                self.modules[module].globs.iter().find_map(|glob| match self.find(module, &glob.path, depth + 1)? {
                    Found::Module(other) if other != module => self.look_up(other, name, depth + 1),
                    _ => None,
                })
            }
        }
    }

    /// Which file needs which.
    fn needs(&self) -> Needs {
        let mut needs = Needs::new();
        let globbed = |module: usize| {
            let mut all = (0..self.modules.len()).flat_map(|m| self.modules[m].globs.iter().map(move |glob| (m, glob)));
            all.any(|(m, glob)| matches!(self.find(m, &glob.path, 0), Some(Found::Module(found)) if found == module))
        };
        let mut add = |this: usize, mention: &Mention, unless_known: bool| {
            let Some(Found::Item(owner)) = self.find(this, &mention.path, 0) else { return };
            let pair = (self.modules[this].file.clone(), self.modules[owner].file.clone());
            if pair.0 != pair.1 && !(unless_known && needs.contains_key(&pair)) {
                needs.entry(pair).or_default().insert(mention.line);
            }
        };
        for (this, module) in self.modules.iter().enumerate() {
            // What children import whole may be imported only for them.
            let imports = if globbed(this) { &[][..] } else { &module.imports[..] };
            imports.iter().for_each(|mention| add(this, mention, false));
        }
        for (this, module) in self.modules.iter().enumerate() {
            module.mentions.iter().for_each(|mention| add(this, mention, true));
        }
        needs
    }
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Where the word stands that says what an item is: behind attributes and `pub`.
fn keyword(item: &[TokenTree]) -> Option<usize> {
    let is_word = |i: &usize| matches!(&item[*i], TokenTree::Ident(word) if word != "pub" && word != "unsafe");
    (0..item.len()).find(is_word)
}

/// How many tokens the first item has: up to its `;` or its body in braces.
fn end_of_item(tokens: &[TokenTree]) -> usize {
    let is_import = keyword(tokens).is_some_and(|start| tokens[start].to_string() == "use");
    let ends = |token: &TokenTree| is_punct(Some(token), ';') || !is_import && is_group(token, Delimiter::Brace);
    tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1)
}

fn is_for_tests(item: &[TokenTree]) -> bool {
    let attributes = item.windows(2).filter(|pair| is_punct(pair.first(), '#'));
    attributes
        .map(|pair| pair[1].to_string().replace(' ', ""))
        .any(|text| text == "[cfg(test)]" || text == "[cfg(doctest)]")
}

/// The paths of a `use`, with the name that each gets (`*` for all).
fn imported(tokens: &[TokenTree], before: &[String]) -> Vec<(Vec<String>, String, usize)> {
    let mut all = Vec::new();
    for tree in tokens.split(|token| is_punct(Some(token), ',') || is_punct(Some(token), ';')) {
        let mut path = before.to_vec();
        let mut renamed = None;
        let mut line = 0;
        for (i, token) in tree.iter().enumerate() {
            line = token.span().start().line;
            match token {
                TokenTree::Group(group) => {
                    all.extend(imported(&group.stream().into_iter().collect::<Vec<_>>(), &path));
                    path.clear();
                }
                TokenTree::Ident(word) if word == "as" => renamed = tree.get(i + 1).map(ToString::to_string),
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) if renamed.is_none() => path.push(word.to_string()),
                TokenTree::Punct(star) if star.as_char() == '*' => renamed = Some("*".into()),
                _ => {}
            }
        }
        if let Some(last) = path.last().filter(|_| !tree.is_empty()) {
            all.push((path.clone(), renamed.unwrap_or(last.clone()), line));
        }
    }
    all
}

/// Collects all paths of some code, also those of one name, and the variables that it binds with `let`.
fn mentions(tokens: &[TokenTree], all: &mut Vec<Mention>, variables: &mut BTreeSet<String>) {
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            TokenTree::Punct(punct) if punct.as_char() == '#' => i += 1, // an attribute
            TokenTree::Group(group) => mentions(&inside(group), all, variables),
            TokenTree::Ident(word) if word == "use" => {
                let end =
                    tokens[i..].iter().position(|token| is_punct(Some(token), ';')).map_or(tokens.len(), |n| i + n);
                all.extend(
                    imported(&tokens[i + 1..end], &[]).into_iter().map(|(path, _, line)| Mention { path, line }),
                );
                i = end;
            }
            TokenTree::Ident(word) if word == "let" => {
                i += usize::from(tokens.get(i + 1).is_some_and(|next| next.to_string() == "mut"));
                variables.extend(tokens.get(i + 1).map(ToString::to_string));
            }
            TokenTree::Ident(word) => {
                let line = word.span().start().line;
                let mut path = vec![word.to_string()];
                let before = i.checked_sub(1).and_then(|before| tokens.get(before));
                let is_other = is_punct(before, '.') || before.is_some_and(|token| token.to_string() == "fn");
                while let (true, true, Some(TokenTree::Ident(next))) =
                    (is_punct(tokens.get(i + 1), ':'), is_punct(tokens.get(i + 2), ':'), tokens.get(i + 3))
                {
                    path.push(next.to_string());
                    i += 3;
                }
                // A name of its own in small letters is a function if it is called; else a variable or a field.
                let is_called = tokens.get(i + 1).is_some_and(|next| is_group(next, Delimiter::Parenthesis));
                let is_variable = path.len() == 1 && path[0].starts_with(char::is_lowercase) && !is_called;
                if !is_other && !is_variable {
                    all.push(Mention { path, line });
                }
            }
            _ => {}
        }
        i += 1;
    }
}

fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// The circles between the parts (files and folders) of every folder, each with the lines that make it.
fn circles(sources: &Sources) -> Vec<String> {
    let mut needs = Needs::new();
    for root in ["lib.rs", "main.rs"].iter().filter(|root| sources.contains_key(**root)) {
        needs.extend(Crate::new(sources, root).needs());
    }
    let parts_of = |folder: &str, file: &str| -> Option<String> {
        let below = file.strip_prefix(folder)?;
        Some(below.split('/').next().unwrap_or(below).trim_end_matches(".rs").to_string())
    };
    let folders: BTreeSet<&str> =
        sources.keys().flat_map(|file| file.match_indices('/').map(|(i, _)| &file[..=i])).chain([""]).collect();
    let mut found = Vec::new();
    for folder in folders {
        let mut arrows: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for ((from, to), lines) in &needs {
            let (Some(a), Some(b)) = (parts_of(folder, from), parts_of(folder, to)) else { continue };
            if a != b {
                let text: Vec<&str> = sources[from].lines().collect();
                let shown = lines.iter().map(|&n| format!("        src/{from}:{n}: {}  [{to}]", text[n - 1].trim()));
                arrows.entry((a, b)).or_default().extend(shown);
            }
        }
        for circle in connected(arrows.keys()) {
            let mut report = format!("circle in src/{folder}: {}\n", circle.join(", "));
            for ((from, to), lines) in &arrows {
                if circle.contains(from) && circle.contains(to) {
                    report += &format!("    {from} → {to}\n{}\n", lines.join("\n"));
                }
            }
            found.push(report);
        }
    }
    found
}

/// Groups of at least two nodes each of which reaches all the others.
fn connected<'a>(arrows: impl Iterator<Item = &'a (String, String)>) -> Vec<Vec<String>> {
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows {
        reached.entry(from).or_default().insert(to);
    }
    loop {
        let mut grown = reached.clone();
        for ends in grown.values_mut() {
            let further: Vec<_> = ends.iter().filter_map(|end| reached.get(end)).flatten().copied().collect();
            ends.extend(further);
        }
        if grown == reached {
            break;
        }
        reached = grown;
    }
    let mutual = |a: &str, b: &str| reached[a].contains(b) && reached.get(b).is_some_and(|ends| ends.contains(a));
    let groups = reached.keys().filter(|node| mutual(node, node));
    let groups: BTreeSet<Vec<String>> = groups
        .map(|node| reached.keys().filter(|other| mutual(node, other)).map(ToString::to_string).collect())
        .collect();
    groups.into_iter().collect()
}

/// How many lines of a source are neither blank nor comments nor tests.
fn lines_of_code(source: &str) -> usize {
    let tokens: Vec<TokenTree> = source.parse::<TokenStream>().expect("Rust").into_iter().collect();
    let mut tests = Vec::new();
    let mut rest = &tokens[..];
    while !rest.is_empty() {
        let (item, after) = rest.split_at(end_of_item(rest));
        rest = after;
        if is_for_tests(item) {
            tests.push(item[0].span().start().line..=item[item.len() - 1].span().end().line);
        }
    }
    let lines = source.lines().map(str::trim).zip(1..);
    lines
        .filter(|(text, n)| !text.is_empty() && !text.starts_with("//") && !tests.iter().any(|t| t.contains(n)))
        .count()
}

fn room(file: &str) -> &str {
    match file.split_once('/') {
        Some((folder, _)) => ["launcher/grade", "launcher/kernel", "launcher/notebook", "launcher/web"]
            .into_iter()
            .find(|part| file.starts_with(part))
            .unwrap_or(folder),
        None if file == "main.rs" => file,
        None => "",
    }
}

#[test]
fn nothing_depends_in_a_circle() {
    let circles = circles(&sources());
    assert!(circles.is_empty(), "{} circles\n{}", circles.len(), circles.join("\n"));
}

#[test]
fn every_room_keeps_to_its_budget() {
    let sources = sources();
    let crates = ["lib.rs", "main.rs"].map(|root| Crate::new(&sources, root));
    let files: BTreeSet<&str> = crates.iter().flat_map(|c| &c.modules).map(|module| module.file.as_str()).collect();
    let mut failures = Vec::new();
    for (name, rooms, budget) in BUDGETS {
        let lines: usize =
            files.iter().filter(|file| rooms.contains(&room(file))).map(|file| lines_of_code(&sources[*file])).sum();
        println!("{name}: {lines} of {budget} lines");
        if lines > budget {
            failures.push(format!("{name}: {lines} lines of code, {} more than its {budget}", lines - budget));
        }
    }
    for file in files {
        let has_a_room = BUDGETS.iter().any(|(_, rooms, _)| rooms.contains(&room(file))) || DATA.contains(&room(file));
        assert!(has_a_room, "src/{file} belongs to no room: add its folder to BUDGETS");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn house(files: &[(&str, &str)]) -> Vec<String> {
    circles(&files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect())
}

#[test]
fn a_circle_is_told_with_the_lines_that_make_it() {
    let told = house(&[
        ("lib.rs", "mod a; mod b; mod c;\npub use b::made;"),
        ("a.rs", "use crate::made;\nuse crate::c;\npub fn first() { c::last(made()) }"),
        ("b/mod.rs", "mod deep;\npub use deep::made;"),
        ("b/deep.rs", "pub fn made() -> u32 {\n    super::super::a::first()\n}"),
        ("c.rs", "pub fn last(_: u32) {}\n#[cfg(test)]\nmod tests { use crate::a::first; }"),
    ]);
    assert_eq!(
        told,
        ["circle in src/: a, b
    a → b
        src/a.rs:1: use crate::made;  [b/deep.rs]
    b → a
        src/b/deep.rs:2: super::super::a::first()  [a.rs]
"]
    );
}

#[test]
fn a_circle_through_an_import_of_everything_or_a_macro_is_found() {
    let told = house(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c;\nuse b::Brush; use c::Canvas;"),
        ("a/b.rs", "use super::*;\npub struct Brush;\nfn on(canvas: &Canvas) {}"),
        ("a/c.rs", "pub struct Canvas;\nfn with() { crate::paint!() }\nuse super::b::unused;"),
    ]);
    assert!(told.is_empty(), "an import of nothing and a macro of nobody join nothing: {told:?}");
    let told = house(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c;\nuse b::Brush; use c::Canvas;"),
        ("a/b.rs", "use super::*;\n#[macro_export]\nmacro_rules! paint { () => {} }\nfn on(canvas: &Canvas) {}"),
        ("a/c.rs", "pub struct Canvas;\nfn with() { crate::paint!() }"),
    ]);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("src/a/b.rs:4: fn on(canvas: &Canvas) {}"), "{}", told[0]);
    assert!(told[0].contains("src/a/c.rs:2: fn with() { crate::paint!() }"), "{}", told[0]);
}

#[test]
fn what_a_folder_passes_on_is_no_circle() {
    let told = house(&[
        ("lib.rs", "mod picture; mod panel; pub mod visu;"),
        ("visu.rs", "pub use crate::panel::Panel;\npub use crate::picture::{self, Svg as Drawing};"),
        ("picture.rs", "pub struct Svg;"),
        ("panel.rs", "use crate::visu::Drawing;\npub struct Panel(Drawing);"),
    ]);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn only_code_counts_as_lines() {
    let source =
        "//! Page.\n\n/// Doc.\nfn a() {\n    // why\n    b(\"\n\")\n}\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
    assert_eq!(lines_of_code(source), 4);
}

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

#[test]
fn the_documents_name_files_that_there_are() {
    for name in ["docs/ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = document(name);
        for path in text.split('`').skip(1).step_by(2).filter(|word| word.contains('/') && !word.contains(' ')) {
            // these stand for what is to be added
            let invented = ["*", "…", "NAME", "NOMBRE", "xx"].iter().any(|part| path.contains(part));
            let folders = ["", "src/", "src/engine/", "src/figures/", "tests/", "benches/"];
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let known = folders.iter().any(|folder| root.join(folder).join(path).exists());
            assert!(invented || known, "{name} names `{path}`, which there is not");
        }
    }
}

#[test]
fn every_room_has_its_paragraph() {
    let text = document("docs/ARCHITECTURE.md");
    for file in sources().keys() {
        let part = file.split_once('/').map_or(file.clone(), |(folder, _)| format!("{folder}/"));
        let mentioned = ["main.rs", "lib.rs"].contains(&&*part) || text.contains(&part);
        assert!(mentioned, "docs/ARCHITECTURE.md does not say what src/{part} is");
    }
}

#[test]
fn unsafe_stands_where_architecture_says() {
    let sources = sources();
    let is_unsafe = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
    let found: Vec<&str> = sources.iter().filter(|(_, text)| is_unsafe(text)).map(|(file, _)| &**file).collect();
    assert_eq!(found, ["engine/simd.rs", "engine/threads.rs", "launcher/web/lesson.rs"]);
}
