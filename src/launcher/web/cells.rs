//! A notebook's code as one `async fn`, which a web page runs cell by cell.
//!
//! The cells stay as they are, each in the block of the one before, so that a name may be defined again. What is changed in the
//! text: the value at the end of a cell is shown, loops rest, a `const` becomes a `let`, and the page is asked for each number.

use std::collections::HashSet;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Item, Lit, Macro, Pat, Stmt, Type};

use super::code::{Kind, Mark};

/// A code cell: what the page lets one change, and its text as a part of the function.
pub struct Cell {
    pub marks: Vec<Mark>,
    code: String,
}

/// Macros whose arguments are expressions, so that the numbers among them can be changed.
const OF_EXPRESSIONS: [&str; 8] = ["array", "assert", "eprintln", "feed", "format", "print", "println", "vec"];

/// Reads the cells of a notebook, each with the name that an error gives it.
pub fn read(cells: &[(String, String)]) -> Result<Vec<Cell>, String> {
    let parsed = cells.iter().map(|(name, source)| parse(source).map_err(|error| format!("cell `{name}`, {error}")));
    let parsed: Vec<(String, Vec<Stmt>)> = parsed.collect::<Result<_, _>>()?;
    let mut fixed = FixedNames(HashSet::new());
    parsed.iter().flat_map(|(_, statements)| statements).for_each(|statement| fixed.visit_stmt(statement));
    let mut constants = Vec::new();
    let translated = parsed.iter().enumerate().map(|(number, (text, statements))| {
        let mut reader = Reader {
            number,
            text,
            fixed: &fixed.0,
            constants: &mut constants,
            marks: Vec::new(),
            edits: Vec::new(),
            rests: true,
            lasts: false,
        };
        reader.cell(statements);
        Cell { code: edited(text, 0..text.len(), &reader.edits), marks: reader.marks }
    });
    Ok(translated.collect())
}

/// The `async fn` of a notebook.
pub fn function(name: &str, cells: &[Cell]) -> String {
    let mut text = format!("pub async fn {name}() -> crate::Outcome {{\n");
    for (number, cell) in cells.iter().enumerate() {
        text += &format!("{{ crate::begin({number}).await;\n{}\n;", cell.code);
    }
    text + &"}".repeat(cells.len()) + "\nOk(())\n}\n"
}

/// The text of a cell, with blanks in place of the lines for the kernel, and its statements.
fn parse(source: &str) -> Result<(String, Vec<Stmt>), String> {
    let rust = |line: &str| match line.strip_prefix(':') {
        Some(_) => line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect(),
        None => line.to_owned(),
    };
    let text: String = source.split_inclusive('\n').map(rust).collect();
    let statements = (|input: ParseStream| Block::parse_within(input)).parse_str(&text);
    let statements = statements.map_err(|error| format!("line {}: {error}", error.span().start().line))?;
    Ok((text, statements))
}

/// A part of a text with some ranges replaced.
fn edited(text: &str, part: Range<usize>, edits: &[(Range<usize>, String)]) -> String {
    let mut edits: Vec<_> =
        edits.iter().filter(|(place, _)| part.start <= place.start && place.end <= part.end).collect();
    edits.sort_by_key(|(place, _)| (place.start, place.end));
    let (mut result, mut end) = (String::new(), part.start);
    for (place, new) in edits {
        result += &text[end..place.start];
        result += new;
        end = place.end;
    }
    result + &text[end..part.end]
}

/// Names that stand where only a constant can: in a type, or as the length of an array.
struct FixedNames(HashSet<String>);

impl FixedNames {
    fn add(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => _ = self.0.insert(name.to_string()),
                TokenTree::Group(group) => self.add(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for FixedNames {
    fn visit_type(&mut self, kind: &'ast Type) {
        self.add(kind.to_token_stream());
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
        self.add(repeat.len.to_token_stream());
    }
}

/// Collects what is to be changed in the text of a cell.
struct Reader<'a> {
    number: usize,
    text: &'a str,
    fixed: &'a HashSet<String>,
    /// The constants so far that have become variables, with their definitions.
    constants: &'a mut Vec<(String, String)>,
    marks: Vec<Mark>,
    edits: Vec<(Range<usize>, String)>,
    /// Whether a loop here can wait for the page: it cannot in a closure or a function.
    rests: bool,
    /// Within what a variable keeps by reference, so that a number must last.
    lasts: bool,
}

impl Reader<'_> {
    fn cell(&mut self, statements: &[Stmt]) {
        for statement in statements {
            match statement {
                Stmt::Item(Item::Const(item)) if !self.fixed.contains(&item.ident.to_string()) => {
                    self.edits.push((item.const_token.span.byte_range(), "let".into()));
                    let first = self.marks.len();
                    self.visit_expr(&item.expr);
                    let name = item.ident.to_string();
                    if matches!(*item.expr, Expr::Lit(_)) {
                        self.marks[first..].iter_mut().for_each(|mark| mark.name = Some(name.clone()));
                    }
                    let definition = edited(self.text, item.span().byte_range(), &self.edits);
                    self.constants.push((name, definition));
                }
                Stmt::Item(Item::Const(_) | Item::Static(_)) => {}
                statement => self.visit_stmt(statement),
            }
        }
        if let Some(Stmt::Expr(value, None)) = statements.last() {
            let place = value.span().byte_range();
            self.edits.push((place.start..place.start, "(&(".into()));
            self.edits.push((place.end..place.end, ")).evcxr_display()".into()));
        }
    }

    /// Something that the page may change.
    fn mark(&mut self, place: Range<usize>, kind: Kind) {
        let (cell, index, text) = (self.number, self.marks.len(), &self.text[place.clone()]);
        let asked = match kind {
            Kind::Blank => format!("crate::answer({cell}, {index})"),
            Kind::Lines => format!("crate::lines({cell}, {index}, {text})"),
            Kind::Number if self.lasts => format!("*crate::lasting(crate::number({cell}, {index}, {text}))"),
            Kind::Number => format!("crate::number({cell}, {index}, {text})"),
        };
        self.edits.push((place.clone(), asked));
        self.marks.push(Mark { range: place, kind, name: None });
    }

    /// Looks for numbers in the arguments of a macro. One behind a point is no number but the place in a tuple.
    fn numbers(&mut self, tokens: TokenStream) {
        let mut behind_point = false;
        for token in tokens {
            let point = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '.');
            match token {
                TokenTree::Literal(literal) if !behind_point => {
                    let place = literal.span().byte_range();
                    if matches!(Lit::new(literal), Lit::Int(_) | Lit::Float(_)) {
                        self.mark(place, Kind::Number);
                    }
                }
                TokenTree::Group(group) => self.numbers(group.stream()),
                _ => {}
            }
            behind_point = point;
        }
    }

    fn without_rests(&mut self, visit: impl FnOnce(&mut Self)) {
        let rests = std::mem::replace(&mut self.rests, false);
        visit(self);
        self.rests = rests;
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_lit(&mut self, literal: &'ast Lit) {
        match literal {
            Lit::Int(_) | Lit::Float(_) => self.mark(literal.span().byte_range(), Kind::Number),
            Lit::Str(text) if text.value().contains('\n') => self.mark(literal.span().byte_range(), Kind::Lines),
            _ => {}
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if path.path.is_ident("___") && self.rests {
            self.mark(path.span().byte_range(), Kind::Blank);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let is_feed = |value: &Expr| matches!(value, Expr::Macro(call) if call.mac.path.is_ident("feed"));
        self.lasts = local.init.as_ref().is_some_and(|init| is_feed(&init.expr));
        visit::visit_local(self, local);
        self.lasts = false;
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if OF_EXPRESSIONS.iter().any(|name| call.path.is_ident(name)) {
            self.numbers(call.tokens.clone());
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let body = match expression {
            Expr::ForLoop(each) => Some(&each.body),
            Expr::While(while_) => Some(&while_.body),
            Expr::Loop(endless) => Some(&endless.body),
            _ => None,
        };
        if let Some(body) = body.filter(|_| self.rests) {
            let start = body.brace_token.span.open().byte_range().end;
            self.edits.push((start..start, " crate::rest().await;".into()));
        }
        visit::visit_expr(self, expression);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.without_rests(|reader| visit::visit_expr_closure(reader, closure));
    }

    /// A function does not see the variables around it, so it is given those that are constants in the notebook.
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let mut names = FixedNames(HashSet::new());
        names.add(function.block.to_token_stream());
        let mut needed = String::new();
        for (name, definition) in self.constants.iter().rev() {
            if names.0.contains(name) {
                needed = format!(" {definition}{needed}");
                names.add(definition.parse().unwrap_or_default());
            }
        }
        let start = function.block.brace_token.span.open().byte_range().end;
        self.edits.push((start..start, needed));
        self.without_rests(|reader| reader.visit_block(&function.block));
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr); // its length is fixed
    }

    // What is no expression has no numbers to be changed.
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of the `async fn` that come from these cells, without what stands around them.
    fn translated(cells: &[&str]) -> Vec<String> {
        let named: Vec<_> = cells.iter().map(|source| ("c".into(), (*source).to_owned())).collect();
        let cells = read(&named).unwrap_or_else(|error| panic!("{error}"));
        let whole = function("es", &cells);
        syn::parse_file(&whole).unwrap_or_else(|error| panic!("{error}: {whole}"));
        cells.into_iter().map(|cell| cell.code).collect()
    }

    fn one(source: &str) -> String {
        translated(&[source]).remove(0)
    }

    /// The texts of the marks of a cell.
    fn marks(source: &str) -> Vec<&str> {
        let cells = read(&[("c".into(), source.into())]).unwrap_or_else(|error| panic!("{error}"));
        cells[0].marks.iter().map(|mark| &source[mark.range.clone()]).collect()
    }

    #[test]
    fn a_constant_becomes_a_variable_whose_number_can_be_changed() {
        assert_eq!(one("const N: usize = 5_000; // pasos"), "let N: usize = crate::number(0, 0, 5_000); // pasos");
        let cells =
            read(&[("c".into(), "const N: usize = 7; let n = 8; const M: usize = N / 9;".into())]).expect("cells");
        let names: Vec<_> = cells[0].marks.iter().map(|mark| mark.name.as_deref()).collect();
        assert_eq!(names, [Some("N"), None, None], "a tenth of another is not its own number");
    }

    #[test]
    fn a_constant_that_a_type_needs_stays_one() {
        assert_eq!(translated(&["const N: usize = 3;", "let a = [0.0; N];"])[0], "const N: usize = 3;");
        assert_eq!(one("const N: usize = 3; fn f(a: [f32; N]) {}"), "const N: usize = 3; fn f(a: [f32; N]) {}");
        assert_eq!(one("static N: usize = 3;"), "static N: usize = 3;");
    }

    #[test]
    fn a_function_is_given_the_constants_that_it_names() {
        let cells = ["const A: usize = 2; const B: usize = A * 3; const C: f32 = 1.0;", "fn f() -> usize { B }"];
        let expected =
            "fn f() -> usize { let A: usize = crate::number(0, 0, 2); let B: usize = A * crate::number(0, 1, 3); B }";
        assert_eq!(translated(&cells)[1], expected);
    }

    #[test]
    fn numbers_in_macros_can_be_changed_but_no_place_in_a_tuple() {
        assert_eq!(
            marks("println!(\"{} {:.2}\", 3 + a.0, f(4.5)); let t = (1, 2).1; other!(6); vec![7; n];"),
            ["3", "4.5", "1", "2", "7"]
        );
        assert_eq!(one("println!(\"7 {}\", a.0.1);"), "println!(\"7 {}\", a.0.1);");
    }

    #[test]
    fn patterns_types_lengths_and_attributes_keep_their_numbers() {
        for source in [
            "match n { 0 => {}, 1..=9 => {}, _ => {} }",
            "let a: [u8; 4] = b;",
            "let a = c::<3>();",
            "let [x, 5, ..] = a else { return };",
            "let a = [x; 4];",
        ] {
            assert!(marks(source).is_empty(), "{source}: {:?}", marks(source));
        }
        assert_eq!(marks("let a = [0.5; 4];"), ["0.5"]);
        assert_eq!(marks("if n < 3 { m(1, -2) } else { a[4] };"), ["3", "1", "2", "4"]);
        assert_eq!(marks("for i in 0..=10 {}"), ["0", "10"]);
    }

    #[test]
    fn a_loop_rests_unless_it_stands_where_it_cannot() {
        assert_eq!(one("for x in y { f(x); };"), "for x in y { crate::rest().await; f(x); };");
        assert_eq!(one("while a { loop {} };"), "while a { crate::rest().await; loop { crate::rest().await;} };");
        for source in ["let f = |x| { for i in x {} };", "fn f() { loop {} }"] {
            assert_eq!(one(source), source);
        }
    }

    #[test]
    fn the_value_at_the_end_of_a_cell_is_shown() {
        assert_eq!(one("let a = b;\nfigure(a)?"), "let a = b;\n(&(figure(a)?)).evcxr_display()");
        assert_eq!(one("figure(a)?;"), "figure(a)?;");
    }

    #[test]
    fn a_blank_is_asked_for_unless_it_stands_in_a_closure() {
        assert_eq!(one("let a = ___;"), "let a = crate::answer(0, 0);");
        assert_eq!(one("check(\"x\", ___);"), "check(\"x\", crate::answer(0, 0));");
        assert_eq!(one("let a = b.map(|z| ___);"), "let a = b.map(|z| ___);");
    }

    #[test]
    fn a_number_that_is_fed_later_lasts() {
        let expected = "let a = feed! { x => *crate::lasting(crate::number(0, 0, 0.5)) };\nf(crate::number(0, 1, 2));";
        assert_eq!(one("let a = feed! { x => 0.5 };\nf(2);"), expected);
    }

    #[test]
    fn a_text_of_several_lines_can_be_changed() {
        assert_eq!(one("let a = f(\"..\n##\");"), "let a = f(crate::lines(0, 0, \"..\n##\"));");
        assert!(marks("let a = f(\"one line\");").is_empty());
    }

    #[test]
    fn lines_for_the_kernel_are_left_out_and_the_marks_stay_in_place() {
        let source = ":dep digitos = { path = \"ñ\" }\nlet a = 3;";
        assert_eq!(one(source).trim(), "let a = crate::number(0, 0, 3);");
        assert_eq!(marks(source), ["3"]);
    }

    #[test]
    fn a_cell_that_is_no_rust_fails_with_its_name_and_line() {
        let cells = [("first", "let a = 1;"), ("second", "let b = 2;\nlet c = ;")];
        let error = read(&cells.map(|(name, source)| (name.into(), source.into()))).err().expect("an error");
        assert!(error.starts_with("cell `second`, line 2: "), "{error}");
    }
}
