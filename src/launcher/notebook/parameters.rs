//! What a cell defines, read as Rust, and how a value from the command line is written in its place.

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, Expr, ExprLit, ExprUnary, Ident, Item, Lit, LitStr, Local, Pat, Stmt, Token, Type, UnOp,
    bracketed, parse_str,
};

/// A name that a cell defines at its top level with `const`, `static` or `let`.
pub struct Definition {
    pub name: String,
    /// All before the `=`: `const N: usize`.
    head: String,
    /// Where the value stands in the cell. None if the name has no value of its own there, as in `let (a, b) = pair;`.
    value: Option<Range<usize>>,
    kind: Kind,
    /// Keeps the type of `let n = 5u8;`.
    suffix: String,
}

/// The values of a type, as far as they are checked before the compiler does it.
enum Kind {
    /// The type, its least and its greatest number.
    Integer(&'static str, i128, i128),
    Float(&'static str),
    Bool,
    Char,
    Text,
    /// The kind of its values, and how many they are.
    Array(Box<Kind>, Option<usize>),
    Other,
}

/// What a cell defines, in its order. The error says which line cannot be read as Rust.
pub fn definitions(cell: &str) -> Result<Vec<Definition>, String> {
    let start = after_commands(cell);
    let code = &cell[start..];
    let statements = |input: ParseStream| {
        Attribute::parse_inner(input)?;
        Block::parse_within(input)
    };
    let statements = statements.parse_str(code).map_err(|error| {
        let line = cell[..start].matches('\n').count() + error.span().start().line;
        format!("line {line}: {error}")
    })?;
    let mut found: Vec<Definition> = statements.iter().flat_map(|statement| defined_by(statement, code)).collect();
    for place in found.iter_mut().filter_map(|definition| definition.value.as_mut()) {
        *place = place.start + start..place.end + start;
    }
    Ok(found)
}

/// Where the Rust begins: above it evcxr takes every line that begins with `:` for one of its commands.
fn after_commands(cell: &str) -> usize {
    let no_rust =
        |line: &&str| line.trim_start_matches(' ').starts_with(':') || line.starts_with("//") || line.trim().is_empty();
    cell.split_inclusive('\n').take_while(no_rust).map(str::len).sum()
}

fn defined_by(statement: &Stmt, code: &str) -> Vec<Definition> {
    let start = |span: Span| span.byte_range().start;
    let typed = |name: String, keyword: Span, kind: &Type, equals: Span, end: Span| Definition {
        name,
        head: code[start(keyword)..start(equals)].trim().into(),
        value: extent(code, start(equals) + 1..start(end)),
        kind: Kind::of_type(kind),
        suffix: String::new(),
    };
    match statement {
        Stmt::Item(Item::Const(item)) => {
            let [equals, end] = [item.eq_token.spans[0], item.semi_token.spans[0]];
            vec![typed(item.ident.to_string(), item.const_token.span, &item.ty, equals, end)]
        }
        Stmt::Item(Item::Static(item)) => {
            let [equals, end] = [item.eq_token.spans[0], item.semi_token.spans[0]];
            vec![typed(item.ident.to_string(), item.static_token.span, &item.ty, equals, end)]
        }
        Stmt::Local(Local { let_token, pat, init, semi_token, .. }) => {
            let end = semi_token.spans[0];
            let equals = init.as_ref().map_or(end, |init| init.eq_token.spans[0]);
            let (pattern, kind) = match pat {
                Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
                pattern => (pattern, None),
            };
            let single = matches!(pattern, Pat::Ident(ident) if ident.subpat.is_none());
            let value = init.as_ref().filter(|init| single && init.diverge.is_none());
            let define = |name| {
                let (kind, suffix) = match (kind, value) {
                    (Some(kind), _) => (Kind::of_type(kind), String::new()),
                    (None, Some(value)) => Kind::of_value(&value.expr),
                    (None, None) => (Kind::Other, String::new()),
                };
                let head = code[start(let_token.span)..start(equals)].trim().into();
                let value = value.and_then(|_| extent(code, start(equals) + 1..start(end)));
                Definition { name, head, value, kind, suffix }
            };
            names(pattern).into_iter().map(define).collect()
        }
        _ => Vec::new(),
    }
}

/// The names that a pattern gives a value to.
fn names(pattern: &Pat) -> Vec<String> {
    match pattern {
        Pat::Ident(ident) => {
            let inner = ident.subpat.iter().flat_map(|(_, pattern)| names(pattern));
            [ident.ident.to_string()].into_iter().chain(inner).collect()
        }
        Pat::Tuple(tuple) => tuple.elems.iter().flat_map(names).collect(),
        Pat::TupleStruct(tuple) => tuple.elems.iter().flat_map(names).collect(),
        Pat::Slice(slice) => slice.elems.iter().flat_map(names).collect(),
        Pat::Struct(pattern) => pattern.fields.iter().flat_map(|field| names(&field.pat)).collect(),
        Pat::Or(either) => either.cases.first().map(names).unwrap_or_default(),
        Pat::Paren(inner) => names(&inner.pat),
        Pat::Reference(inner) => names(&inner.pat),
        Pat::Type(typed) => names(&typed.pat),
        _ => Vec::new(),
    }
}

/// From the first to the last token of this part of the code, without the comments around them.
fn extent(code: &str, part: Range<usize>) -> Option<Range<usize>> {
    let tokens: TokenStream = code[part.clone()].parse().ok()?;
    let mut places = tokens.into_iter().map(|token| token.span().byte_range());
    let first = places.next()?;
    let last = places.last().unwrap_or(first.clone());
    Some(part.start + first.start..part.start + last.end)
}

impl Definition {
    /// The cell with another value in the place of this one.
    pub fn replaced(&self, cell: &str, value: &str) -> Result<String, String> {
        let Self { name, head, kind, suffix, .. } = self;
        let place = self.value.clone().ok_or_else(|| {
            format!("cannot take {name}={value}: `{head}` gives {name} no value of its own; write `let {name} = …;`")
        })?;
        let literal = kind.literal(value).map_err(|found| {
            format!("cannot take {name}={value}: `{head}` needs {}, found {found}", kind.expected())
        })?;
        Ok([&cell[..place.start], &literal, suffix, &cell[place.end..]].concat())
    }
}

impl Kind {
    fn of_type(kind: &Type) -> Self {
        match kind {
            Type::Path(path) => path.path.get_ident().map_or(Self::Other, |name| Self::named(&name.to_string())),
            Type::Reference(reference) => match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => Self::Text,
                _ => Self::Other,
            },
            Type::Array(array) => {
                let length = match &array.len {
                    Expr::Lit(ExprLit { lit: Lit::Int(length), .. }) => length.base10_parse().ok(),
                    _ => None,
                };
                Self::Array(Box::new(Self::of_type(&array.elem)), length)
            }
            _ => Self::Other,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "usize" => Self::Integer("usize", 0, usize::MAX as i128),
            "u64" => Self::Integer("u64", 0, u64::MAX.into()),
            "u32" => Self::Integer("u32", 0, u32::MAX.into()),
            "u16" => Self::Integer("u16", 0, u16::MAX.into()),
            "u8" => Self::Integer("u8", 0, u8::MAX.into()),
            "isize" => Self::Integer("isize", isize::MIN as i128, isize::MAX as i128),
            "i64" => Self::Integer("i64", i64::MIN.into(), i64::MAX.into()),
            "i32" => Self::Integer("i32", i32::MIN.into(), i32::MAX.into()),
            "i16" => Self::Integer("i16", i16::MIN.into(), i16::MAX.into()),
            "i8" => Self::Integer("i8", i8::MIN.into(), i8::MAX.into()),
            "f64" => Self::Float("f64"),
            "f32" => Self::Float("f32"),
            "bool" => Self::Bool,
            "char" => Self::Char,
            _ => Self::Other,
        }
    }

    /// The kind of a `let` without a type, and the suffix of its number.
    fn of_value(value: &Expr) -> (Self, String) {
        let literal = match value {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => expr,
            value => value,
        };
        let Expr::Lit(ExprLit { lit, .. }) = literal else { return (Self::Other, String::new()) };
        let (bare, suffix) = match lit {
            Lit::Int(number) => (Self::Integer("", i128::MIN, i128::MAX), number.suffix()), // used as any type
            Lit::Float(number) => (Self::Float("f64"), number.suffix()),
            Lit::Bool(_) => (Self::Bool, ""),
            Lit::Char(_) => (Self::Char, ""),
            Lit::Str(_) => (Self::Text, ""),
            _ => (Self::Other, ""),
        };
        (if suffix.is_empty() { bare } else { Self::named(suffix) }, suffix.into())
    }

    fn expected(&self) -> String {
        match self {
            Self::Integer("", ..) => "a whole number".into(),
            Self::Integer(_, least, greatest) => format!("a whole number from {least} to {greatest}"),
            Self::Float(kind) => format!("a finite number of type {kind}, as 0.5 or 1e-3"),
            Self::Bool => "true or false".into(),
            Self::Char => "one character".into(),
            Self::Text => "text".into(),
            Self::Array(kind, Some(length)) => format!("[…] with {length} values, each {}", kind.expected()),
            Self::Array(kind, None) => format!("[…] with values, each {}", kind.expected()),
            Self::Other => "a value as Rust writes it".into(),
        }
    }

    /// The value as it must stand in the cell: `1` for an f64 becomes `1.0`. The error says what it is instead.
    fn literal(&self, value: &str) -> Result<String, String> {
        match self {
            Self::Text if parse_str::<LitStr>(value).is_err() => Ok(format!("{value:?}")),
            Self::Char if value.chars().count() == 1 => Ok(format!("{:?}", value.chars().next().unwrap_or_default())),
            Self::Float(kind) if value.parse::<f64>().is_ok() => finite(kind, value),
            Self::Array(kind, length) if !matches!(**kind, Self::Other) => match list.parse_str(value) {
                Ok(values) if length.is_none_or(|length| length == values.len()) => {
                    let values: Result<Vec<String>, String> = values.iter().map(|value| kind.written(value)).collect();
                    Ok(format!("[{}]", values?.join(", ")))
                }
                Ok(values) => Err(format!("{} of them", values.len())),
                Err(_) => match parse_str::<Lit>(value) {
                    Ok(single) => self.written(&single),
                    Err(_) => expression(value),
                },
            },
            Self::Array(..) | Self::Other => expression(value),
            _ => match parse_str::<Lit>(value.strip_prefix('+').unwrap_or(value)) {
                Ok(literal) => self.written(&literal),
                Err(_) => Err(not_a_literal(value)),
            },
        }
    }

    fn written(&self, literal: &Lit) -> Result<String, String> {
        let fits = |kind: &str, suffix: &str| suffix.is_empty() || suffix == kind;
        match (self, literal) {
            (Self::Integer(kind, least, greatest), Lit::Int(number)) if fits(kind, number.suffix()) => {
                let value = number.base10_parse::<i128>().ok().filter(|value| (least..=greatest).contains(&value));
                value.map(|value| value.to_string()).ok_or_else(|| "one outside".into())
            }
            (Self::Float(kind), Lit::Int(number)) if fits(kind, number.suffix()) => {
                finite(kind, number.base10_digits())
            }
            (Self::Float(kind), Lit::Float(number)) if fits(kind, number.suffix()) => {
                finite(kind, number.base10_digits())
            }
            (Self::Bool, Lit::Bool(value)) => Ok(value.value.to_string()),
            (Self::Char, Lit::Char(value)) => Ok(value.token().to_string()),
            (Self::Text, Lit::Str(value)) => Ok(value.token().to_string()),
            (_, Lit::Int(number)) if number.suffix().is_empty() => Err("a whole number".into()),
            (_, Lit::Float(number)) if number.suffix().is_empty() => Err("a number with a point or an exponent".into()),
            (_, Lit::Int(number)) => Err(format!("one of type {}", number.suffix())),
            (_, Lit::Float(number)) => Err(format!("one of type {}", number.suffix())),
            (_, Lit::Bool(_)) => Err("a bool".into()),
            _ => Err("text".into()),
        }
    }
}

/// `[1, 2, 3]`
fn list(input: ParseStream) -> syn::Result<Punctuated<Lit, Token![,]>> {
    let content;
    bracketed!(content in input);
    Punctuated::parse_terminated(&content)
}

fn finite(kind: &str, digits: &str) -> Result<String, String> {
    let written = match kind {
        "f32" => digits.parse::<f32>().ok().filter(|value| value.is_finite()).map(|value| format!("{value:?}")),
        _ => digits.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| format!("{value:?}")),
    };
    written.ok_or_else(|| "one that is not finite".into())
}

/// Without comments, which would swallow what stands behind it.
fn expression(value: &str) -> Result<String, String> {
    match extent(value, 0..value.len()) {
        Some(place) if parse_str::<Expr>(value).is_ok() => Ok(value[place].into()),
        _ => Err(not_a_literal(value)),
    }
}

fn not_a_literal(value: &str) -> String {
    let with_point = value.replacen(',', ".", 1);
    if value.contains(',') && with_point.parse::<f64>().is_ok() {
        format!("a comma: write {with_point}")
    } else if parse_str::<Ident>(value).is_ok() {
        "a word".into()
    } else if parse_str::<Expr>(value).is_ok() {
        "an expression".into()
    } else {
        "what Rust cannot read".into()
    }
}
