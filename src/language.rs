//! Words and numbers in the language of a notebook.
use crate::Error;

/// The language of a figure's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Spanish,
    English,
}

const NARROW_SPACE: &str = "\u{202F}";
const MINUS: &str = "\u{2212}";

impl Language {
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "es" => Ok(Language::Spanish),
            "en" => Ok(Language::English),
            _ => Err(Error::Picture(format!(
                "pictures speak \"es\" (Spanish) or \"en\" (English); \"{name}\" is neither"
            ))),
        }
    }

    pub fn pick<T>(self, es: T, en: T) -> T {
        match self {
            Language::Spanish => es,
            Language::English => en,
        }
    }

    /// A whole number: `9248` and `10 000` in Spanish, `9,248` and `10,000` in English.
    pub fn count(self, n: usize) -> String {
        self.grouped(&n.to_string())
    }

    /// A number with so many decimals; the decimal point is a point in both languages, as in the code beside it.
    pub fn decimal(self, x: f32, decimals: usize) -> String {
        let digits = match x.abs() {
            x if x.is_nan() => return "NaN".into(),
            x if x.is_infinite() => "∞".into(),
            x if x >= 1e7 => format!("{x:.1e}"),
            x => format!("{x:.decimals$}"),
        };
        let negative = x < 0.0 && digits.chars().any(|c| c != '0' && c != '.');
        format!("{}{}", if negative { MINUS } else { "" }, self.grouped(&digits))
    }

    /// The shortest way to write a number: for the labels of an axis.
    pub fn tick(self, x: f32) -> String {
        if x != 0.0 && x.abs() < 1e-4 {
            return format!("{x:e}").replace('-', MINUS);
        }
        let text = x.abs().to_string();
        self.decimal(x, text.split_once('.').map_or(0, |(_, decimals)| decimals.len()))
    }

    /// A number beside an axis that reaches to `top`.
    pub fn beside(self, x: f32, top: f32) -> String {
        match top {
            0.1.. => self.decimal(x, 2),
            1e-4.. => self.decimal(x, (2.0 - top.log10()) as usize),
            _ => format!("{x:.1e}").replace('-', MINUS),
        }
    }

    /// A share of 1 as `92.5 %` or `92.5%`. Only what is whole is written as 100.
    pub fn percent(self, share: f32) -> String {
        let shown = if share < 1.0 { share.min(0.999) } else { share };
        let points = shown * 100.0;
        let text = if points.is_finite() || !share.is_finite() {
            self.decimal(points, 1)
        } else {
            format!("{:.1e}", f64::from(share) * 100.0).replace('-', MINUS)
        };
        format!("{text}{}", self.percent_sign())
    }

    pub fn percent_sign(self) -> &'static str {
        self.pick("\u{A0}%", "%")
    }

    /// A loss, with fewer decimals the larger it is.
    pub fn loss(self, x: f32) -> String {
        self.decimal(x, [1000.0, 10.0, 1.0].iter().filter(|&&limit| x.abs() < limit).count())
    }

    fn grouped(self, digits: &str) -> String {
        let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let separator = self.pick(NARROW_SPACE, ",");
        if !whole.is_ascii() || whole.len() < self.pick(5, 4) {
            return digits.into();
        }
        let mut out = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out += separator;
            }
            out.push(digit);
        }
        out + rest
    }
}
