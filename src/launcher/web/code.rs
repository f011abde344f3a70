//! Rust in a page: highlighted, with the places that the page can change.

use std::ops::Range;

use crate::launcher::slides::escaped;

/// What stands in a place that can be changed in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// The blank `___` of an exercise.
    Blank,
    /// A text of several lines, with its quotation marks.
    Lines,
}

/// A place of a cell that can be changed in the page.
#[derive(Clone)]
pub struct Mark {
    /// Bytes of the cell's source.
    pub range: Range<usize>,
    pub kind: Kind,
    /// Of the `const` or `let` whose value it is.
    pub name: Option<String>,
}

const KEYWORDS: [&str; 33] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct",
    "trait", "true", "use", "where", "while",
];

/// The code of a cell without the lines for the notebook, such as `:dep`.
pub fn html(source: &str, marks: &[Mark]) -> String {
    let mut tokens = tokens(source);
    tokens.retain(|(_, class)| *class != COMMAND);
    let mut html = String::new();
    let mut at = 0;
    for (index, mark) in marks.iter().enumerate() {
        push(&mut html, source, &tokens, at..mark.range.start);
        let text = escaped(&source[mark.range.clone()]);
        let class = match mark.kind {
            Kind::Number => "number",
            Kind::Blank => "blank",
            Kind::Lines => "lines",
        };
        let name = mark.name.as_ref().map_or(String::new(), |name| format!(" data-name=\"{name}\""));
        html += &format!("<span class=\"{class}\" data-index=\"{index}\"{name}>{text}</span>");
        at = mark.range.end;
    }
    push(&mut html, source, &tokens, at..source.len());
    html.trim_end().into()
}

/// A piece of code in a text.
pub fn highlighted(source: &str) -> String {
    let mut html = String::new();
    push(&mut html, source, &tokens(source), 0..source.len());
    html
}

fn push(html: &mut String, source: &str, tokens: &[(Range<usize>, &str)], part: Range<usize>) {
    for (range, class) in tokens {
        let (start, end) = (range.start.max(part.start), range.end.min(part.end));
        if start < end {
            let text = escaped(&source[start..end]);
            *html += &if class.is_empty() { text } else { format!("<span class=\"{class}\">{text}</span>") };
        }
    }
}

const COMMAND: &str = "command";

/// The source in pieces, each with its class; one without a class is plain.
fn tokens(source: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut tokens: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let (length, class) = token(source, at);
        match tokens.last_mut() {
            Some((range, before)) if before.is_empty() && class.is_empty() => range.end += length,
            _ => tokens.push((at..at + length, class)),
        }
        at += length;
    }
    tokens
}

/// Length in bytes and class of what begins at `at`.
fn token(source: &str, at: usize) -> (usize, &'static str) {
    let rest = &source[at..];
    let first = rest.chars().next().unwrap_or_default();
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let begins_line = at == 0 || source[..at].ends_with('\n');
    if begins_line && first == ':' && rest[1..].starts_with(|c: char| c.is_ascii_lowercase()) {
        return (rest.find('\n').map_or(rest.len(), |end| end + 1), COMMAND);
    }
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), "comment");
    }
    if let Some(raw) = rest.strip_prefix("r\"") {
        return (raw.find('"').map_or(rest.len(), |end| end + 3), "string");
    }
    if first == '"' || is_character(rest) {
        return (end_of_quoted(rest, first), "string");
    }
    if first == '\'' {
        return (1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1), ""); // a lifetime
    }
    if first.is_ascii_digit() {
        return (end_of_number(rest), "literal");
    }
    if is_word(first) {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let is_macro = rest[length..].starts_with('!') && !rest[length..].starts_with("!=");
        return match &rest[..length] {
            _ if is_macro => (length + 1, "macro"),
            word if KEYWORDS.contains(&word) => (length, "keyword"),
            _ => (length, ""),
        };
    }
    (first.len_utf8(), "")
}

/// Whether it begins with `'x'` or `'\n'`, and not with a lifetime such as `'static`.
fn is_character(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('\'') && (letters.next() == Some('\\') || letters.next() == Some('\''))
}

fn end_of_quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|&(_, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(end, _)| end + 1)
}

/// `1_000`, `0.003`, `1e-5` and `2.0f32`; but of `0..10` and `1.max(2)` only the whole number.
fn end_of_number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let next = bytes.get(end + 1);
        let goes_on = match bytes[end] {
            b'.' => next.is_some_and(u8::is_ascii_digit) && !rest[..end].contains('.'),
            b'-' | b'+' => bytes[end - 1] == b'e' && !rest.starts_with("0x") && next.is_some_and(u8::is_ascii_digit),
            byte => byte == b'_' || byte.is_ascii_alphanumeric(),
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_highlighted() {
        let html =
            highlighted("let a: &'static str = \"a \\\" // b\"; // c < d\nfor i in 0..10 { f!(1.5e-3, 'x', _k2) }");
        let expected = "<span class=\"keyword\">let</span> a: &amp;'static str = \
            <span class=\"string\">\"a \\\" // b\"</span>; <span class=\"comment\">// c &lt; d</span>\n\
            <span class=\"keyword\">for</span> i <span class=\"keyword\">in</span> <span class=\"literal\">0</span>..\
            <span class=\"literal\">10</span> { <span class=\"macro\">f!</span>(<span class=\"literal\">1.5e-3</span>, \
            <span class=\"string\">'x'</span>, _k2) }";
        assert_eq!(html, expected);
    }

    #[test]
    fn marks_stand_where_the_script_looks_for_them() {
        let source = ":dep digitos = \"0.1\"\nconst N: usize = 5000;\nlet ñ = ___ + -0.5;\n";
        let mark = |text: &str, kind, name: Option<&str>| {
            let start = source.find(text).expect(text);
            Mark { range: start..start + text.len(), kind, name: name.map(Into::into) }
        };
        let marks =
            [mark("5000", Kind::Number, Some("N")), mark("___", Kind::Blank, None), mark("-0.5", Kind::Number, None)];
        let expected = "<span class=\"keyword\">const</span> N: usize = <span class=\"number\" data-index=\"0\" \
            data-name=\"N\">5000</span>;\n<span class=\"keyword\">let</span> ñ = <span class=\"blank\" data-index=\"1\">\
            ___</span> + <span class=\"number\" data-index=\"2\">-0.5</span>;";
        assert_eq!(html(source, &marks), expected);
    }

    #[test]
    fn code_that_does_not_end_is_shown_to_its_end() {
        for source in ["\"ñ", "'\\", "r\"a", "1.", "1e", ":dep", "// ñ", "a!", "'ñ'"] {
            let plain: String =
                highlighted(source).split('<').map(|part| part.rsplit('>').next().unwrap_or("")).collect();
            assert_eq!(plain, source);
        }
    }
}
