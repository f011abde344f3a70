//! What is typed in as an answer.

use digitos::exercises::{Answer, Given};

/// An answer that was typed in.
#[derive(Debug, Clone)]
pub struct Typed(pub Given);

impl Answer for Typed {
    fn given(&self) -> Given {
        self.0.clone()
    }
}

/// Reads an answer as Rust would: a number or a small calculation, a text, true or false, or a list. A text does without its
/// quotation marks, a list without its brackets, and a number may have a decimal comma.
pub fn read(text: &str) -> Typed {
    Typed(given(text))
}

fn given(text: &str) -> Given {
    let text = text.trim().trim_start_matches("vec!").trim_start_matches("array!").trim();
    let inner = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
    if text.is_empty() {
        Given::Nothing
    } else if let Some(list) = inner('[', ']') {
        joined(&items(list))
    } else if let Some(quoted) = inner('"', '"').or(inner('\'', '\'')) {
        Given::Text(quoted.into())
    } else if let Ok(truth) = text.parse() {
        Given::Truth(truth)
    } else if let Some(number) = calculate(&text.replace(',', ".")).or_else(|| text.parse().ok()) {
        Given::Numbers(vec![number])
    } else {
        let items = items(text);
        let is_text = |item: &&str| matches!(given(item), Given::Text(_) | Given::Nothing);
        if items.len() > 1 && !items.iter().any(is_text) { joined(&items) } else { Given::Text(text.into()) }
    }
}

fn joined(items: &[&str]) -> Given {
    items.iter().map(|item| read(item)).collect::<Vec<_>>().given()
}

/// The items of a list, at the commas that stand in no brackets; or at the semicolons, if the commas are those of decimals.
fn items(list: &str) -> Vec<&str> {
    let comma = if list.contains(';') { ';' } else { ',' };
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (place, sign) in list.char_indices() {
        match sign {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            sign if sign == comma && depth == 0 => {
                items.push(&list[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        items.push(&list[start..]);
    }
    items
}

/// Sums, products and brackets, and a few functions: `-0.25_f64.ln()`, `-ln(0.25)`.
fn calculate(text: &str) -> Option<f64> {
    let mut rest = text;
    let value = sum(&mut rest)?;
    rest.trim().is_empty().then_some(value)
}

fn next(rest: &mut &str, signs: &[char]) -> Option<char> {
    let sign = rest.trim_start().chars().next().filter(|sign| signs.contains(sign))?;
    *rest = &rest.trim_start()[sign.len_utf8()..];
    Some(sign)
}

fn sum(rest: &mut &str) -> Option<f64> {
    let mut value = product(rest)?;
    while let Some(sign) = next(rest, &['+', '-', '−']) {
        let term = product(rest)?;
        value += if sign == '+' { term } else { -term };
    }
    Some(value)
}

fn product(rest: &mut &str) -> Option<f64> {
    let mut value = factor(rest)?;
    while let Some(sign) = next(rest, &['*', '/', '·', '×']) {
        let factor = factor(rest)?;
        value = if sign == '/' { value / factor } else { value * factor };
    }
    Some(value)
}

fn factor(rest: &mut &str) -> Option<f64> {
    if next(rest, &['-', '−']).is_some() {
        return Some(-factor(rest)?);
    }
    type Function = fn(f64) -> f64;
    let functions: [(&str, Function); 4] = [("ln", f64::ln), ("exp", f64::exp), ("sqrt", f64::sqrt), ("abs", f64::abs)];
    let text = rest.trim_start();
    let called = |(name, _): &&(&str, _)| text.strip_prefix(*name).is_some_and(|rest| rest.starts_with('('));
    let mut value = if let Some((name, function)) = functions.iter().find(called) {
        *rest = &text[name.len()..];
        function(factor(rest)?)
    } else if next(rest, &['(']).is_some() {
        let value = sum(rest)?;
        next(rest, &[')'])?;
        value
    } else {
        let mut end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(text.len());
        if let Some(power) = text[end..].strip_prefix(['e', 'E']) {
            let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
            let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            end += if count > 0 { 1 + power.len() - digits.len() + count } else { 0 };
        }
        let digits = text[..end].replace('_', "");
        let method = digits.ends_with('.') && text[end..].starts_with(|c: char| c.is_alphabetic());
        end -= usize::from(method);
        *rest = &text[end..];
        let suffixes = ["f32", "f64", "usize", "u32", "u64", "i32", "i64", "u8"];
        suffixes.iter().for_each(|suffix| *rest = rest.strip_prefix(suffix).unwrap_or(rest));
        digits.trim_end_matches('.').parse().ok()?
    };
    let call = |rest: &str, name: &str| rest.strip_prefix('.')?.strip_prefix(name)?.strip_prefix("()").map(str::len);
    while let Some((left, function)) = functions.iter().find_map(|(name, function)| Some((call(rest, name)?, function)))
    {
        *rest = &rest[rest.len() - left..];
        value = function(value);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> f64 {
        match given(text) {
            Given::Numbers(numbers) if numbers.len() == 1 => numbers[0],
            other => panic!("{text} is {other:?}"),
        }
    }

    fn is_text(text: &str) -> bool {
        given(text) == Given::Text(text.into())
    }

    #[test]
    fn a_number_may_be_written_as_in_rust_or_as_on_paper() {
        for (text, value) in
            [("7850", 7850.0), (" 7_850 ", 7850.0), ("-0.5", -0.5), ("0,126", 0.126), ("1e-3", 0.001), ("2.", 2.0)]
        {
            assert_eq!(number(text), value, "{text}");
        }
        for (text, value) in [("5_usize", 5.0), ("2.5f32", 2.5), ("1.5E+2", 150.0), ("−3", -3.0), (".5", 0.5)] {
            assert_eq!(number(text), value, "{text}");
        }
        assert!(number("1e999").is_infinite() && number("NaN").is_nan() && number("0/0").is_nan());
    }

    #[test]
    fn a_calculation_is_worked_out() {
        for (text, value) in [
            ("784*10 + 10", 7850.0),
            ("1135 / (10000 - 980)", 1135.0 / 9020.0),
            ("0,5 * (8 - 4)", 2.0),
            ("2 + 3 · 4 − 1", 13.0),
            ("8 / 4 / 2", 1.0),
            ("10 - 3 - 2", 5.0),
            ("--1", 1.0),
            ("(1.0).exp().ln()", 1.0),
            ("-0.25_f64.ln()", -(0.25_f64.ln())),
            ("-ln(0,25)", -(0.25_f64.ln())),
            ("exp(1) / (exp(0) + exp(1))", 1.0_f64.exp() / (1.0 + 1.0_f64.exp())),
            ("16.sqrt()", 4.0),
        ] {
            assert!((number(text) - value).abs() < 1e-12, "{text}: {}", number(text));
        }
    }

    #[test]
    fn a_list_may_lack_its_brackets() {
        let list = Given::Numbers(vec![0.5, 2.0, 3.0]);
        for text in
            ["[0.5, 2, 3]", "vec![0.5, 2, 3,]", "0.5, 2, 3", "0,5; 2; 3", "[0,5; 2; 3]", "array![1/2, (2), 9.sqrt()]"]
        {
            assert_eq!(given(text), list, "{text}");
        }
        let truths = given("[true, false, true]");
        assert_eq!(given("true, false, true"), truths);
        assert_eq!(given("[[1, 2], [3, 4]]"), Given::Numbers(vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(given("['b', \"c\", a]"), Given::Text("bca".into()));
        assert_eq!(given("true"), Given::Truth(true));
    }

    #[test]
    fn what_is_no_number_is_a_text() {
        assert_eq!(given("\"abcd\""), Given::Text("abcd".into()));
        for text in [
            "B, C, A",
            "abcdabcdab",
            "1.2.3",
            "5 +",
            "(1",
            "ln",
            "ln 2",
            "1 2",
            "12 %",
            "<b>",
            "\"",
            "'",
            "ñ€",
            "[1",
            "__proto__",
            "_",
        ] {
            assert!(is_text(text), "{text}: {:?}", given(text));
        }
        assert!(is_text(&"(".repeat(500)));
        assert_eq!(given(""), Given::Nothing);
        assert_eq!(given(" vec! "), Given::Nothing);
    }
}
