//! The language of a notebook, and how numbers are written in it.
use crate::Error;
use crate::words::{self, English, Spanish};

/// The language of a text: of a figure, the live panel or the drawing of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Spanish,
    English,
}

const MINUS: &str = "\u{2212}";

impl Language {
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "es" => Ok(Language::Spanish),
            "en" => Ok(Language::English),
            _ => {
                Err(Error::Picture(format!("pictures speak \"es\" (Spanish) or \"en\" (English); {name:?} is neither")))
            }
        }
    }

    /// Its name for [`parse`](Self::parse).
    pub fn code(self) -> &'static str {
        match self {
            Language::Spanish => "es",
            Language::English => "en",
        }
    }

    pub fn words<W: Spanish + English>(self) -> &'static W {
        match self {
            Language::Spanish => W::SPANISH,
            Language::English => W::ENGLISH,
        }
    }

    /// A whole number with its digits in groups of three: `9248` and `10 000` in Spanish, `9,248` and `10,000` in English.
    pub fn count(self, n: usize) -> String {
        self.grouped(&n.to_string())
    }

    /// A number with this many decimals. Both languages use a decimal point, as the code in the notebook does.
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

    /// A number on an axis, with no more digits than it takes to tell it from every other `f32`.
    pub fn tick(self, x: f32) -> String {
        if x != 0.0 && x.abs() < 1e-4 {
            return format!("{x:e}").replace('-', MINUS);
        }
        let text = x.abs().to_string();
        self.decimal(x, text.split_once('.').map_or(0, |(_, decimals)| decimals.len()))
    }

    /// A share of 1 on an axis, in percent, without the sign.
    pub fn tick_in_percent(self, share: f32) -> String {
        self.tick((share * 1000.0).round() / 10.0)
    }

    /// A value in a chart whose axis reaches up to `top`: the shorter the axis, the more decimals.
    pub fn beside(self, x: f32, top: f32) -> String {
        match top {
            0.1.. => self.decimal(x, 2),
            1e-4.. => self.decimal(x, (2.0 - top.log10()) as usize),
            _ => format!("{x:.1e}").replace('-', MINUS),
        }
    }

    /// A share of 1 as `92.5 %` in Spanish and `92.5%` in English. Shares below 1 are never rounded up to 100 %.
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
        self.words::<words::Numbers>().percent_sign
    }

    /// A loss: three decimals below 1, two below 10, one below 1000, otherwise none.
    pub fn loss(self, x: f32) -> String {
        self.decimal(x, [1000.0, 10.0, 1.0].iter().filter(|&&limit| x.abs() < limit).count())
    }

    /// A speed per second, rounded to two digits: it changes several times a second, and no more can be read.
    pub fn speed(self, x: f32) -> String {
        let unit = 10f32.powi((x.max(1.0).log10().floor() as i32 - 1).max(0));
        self.count(((x / unit).round() * unit) as usize)
    }

    /// Digits, with or without decimals, in groups of three; Spanish leaves four digits together.
    fn grouped(self, digits: &str) -> String {
        let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let numbers: &words::Numbers = self.words();
        if !whole.is_ascii() || whole.len() < numbers.grouped_from {
            return digits.into();
        }
        let mut out = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out += numbers.separator;
            }
            out.push(digit);
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_their_language() {
        let (es, en) = (Language::Spanish, Language::English);
        assert_eq!(
            [es.count(9248), es.count(10_000), es.count(1_234_567)],
            ["9248", "10\u{202F}000", "1\u{202F}234\u{202F}567"]
        );
        assert_eq!([en.count(999), en.count(9248), en.count(10_000)], ["999", "9,248", "10,000"]);
        assert_eq!([es.percent(0.9248), en.percent(0.9248)], ["92.5\u{A0}%", "92.5%"]);
        assert_eq!([en.percent(1.0), en.percent(0.99996)], ["100.0%", "99.9%"]);
        assert_eq!(
            [en.loss(2814.6), en.loss(281.46), en.loss(2.814), en.loss(0.2814)],
            ["2,815", "281.5", "2.81", "0.281"]
        );
        assert_eq!([en.decimal(-0.891, 2), en.decimal(-0.001, 2)], ["\u{2212}0.89", "0.00"]);
        assert_eq!([f32::NAN, f32::NEG_INFINITY, 3e38].map(|x| es.loss(x)), ["NaN", "\u{2212}∞", "3.0e38"]);
        assert_eq!([0.15, -1.5, 20.0, 2e-7].map(|x| es.tick(x)), ["0.15", "\u{2212}1.5", "20", "2e\u{2212}7"]);
        assert_eq!(
            [en.beside(0.1234, 0.2), en.beside(0.01234, 0.02), en.beside(1e-7, 2e-7)],
            ["0.12", "0.012", "1.0e\u{2212}7"]
        );
        assert_eq!([es.percent(3e38), en.percent(3e38)], ["3.0e40\u{A0}%", "3.0e40%"]);
        assert_eq!([0.4, 7.6, 261.3, 12_345.0].map(|x| en.speed(x)), ["0", "8", "260", "12,000"]);
    }
}
