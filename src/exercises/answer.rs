//! What a student may hand in as an answer.
use std::fmt::{self, Display, Formatter};

use ndarray::{ArrayBase, Data, Dimension};

use super::examine::Examined;

/// Something that can be the answer to an exercise: a number, a text, true or false, or a list of them.
pub trait Answer {
    /// The answer, whatever type it came in.
    fn given(&self) -> Given;
}

/// An answer, whatever type it came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// One number or a list, row by row.
    Numbers(Vec<f64>),
    /// A text, or a list of texts joined.
    Text(String),
    /// True or false.
    Truth(bool),
    /// What a network that was handed over reads right.
    Network(Examined),
    /// No answer yet.
    Nothing,
}

/// As a teacher reads it in a table.
impl Display for Given {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Given::Numbers(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(f64::to_string).collect();
                f.write_str(&numbers.join(", "))
            }
            Given::Text(text) => f.write_str(text),
            Given::Truth(truth) => write!(f, "{truth}"),
            Given::Network(network) => write!(f, "{:.4}", network.accuracy()),
            Given::Nothing => Ok(()),
        }
    }
}

impl Given {
    /// Whether it is what an exercise cell holds before it is worked on.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Given::Text(text) => text.chars().all(|c| !c.is_alphanumeric()),
            Given::Nothing => true,
            Given::Numbers(_) | Given::Truth(_) | Given::Network(_) => false,
        }
    }

    /// The sentence that says what it is.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Given::Numbers(numbers) if numbers.len() == 1 => "kind.number",
            Given::Numbers(_) => "kind.numbers",
            Given::Text(_) => "kind.text",
            Given::Truth(_) => "kind.truth",
            Given::Network(_) => "kind.network",
            Given::Nothing => "kind.nothing",
        }
    }

    /// The items of a list as one answer: numbers in a row, texts joined.
    fn joined(items: impl IntoIterator<Item = Given>) -> Given {
        items
            .into_iter()
            .reduce(|all, item| match (all, item) {
                (Given::Text(a), Given::Text(b)) => Given::Text(a + &b),
                (Given::Nothing, Given::Nothing) => Given::Nothing,
                // a list of true and false stands for ones and zeros
                (a, b) => {
                    let mut numbers = a.numbers();
                    numbers.extend(b.numbers());
                    Given::Numbers(numbers)
                }
            })
            .unwrap_or(Given::Nothing)
    }

    fn numbers(self) -> Vec<f64> {
        match self {
            Given::Numbers(numbers) => numbers,
            Given::Truth(truth) => vec![f64::from(u8::from(truth))],
            Given::Text(_) | Given::Network(_) | Given::Nothing => vec![f64::NAN],
        }
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Answer for $number {
            fn given(&self) -> Given {
                Given::Numbers(vec![*self as f64])
            }
        }
    )* };
}
numbers!(f32 f64 i32 i64 isize u8 u32 u64 usize);

impl Answer for bool {
    fn given(&self) -> Given {
        Given::Truth(*self)
    }
}

impl Answer for str {
    fn given(&self) -> Given {
        Given::Text(self.into())
    }
}

impl Answer for String {
    fn given(&self) -> Given {
        self.as_str().given()
    }
}

impl Answer for char {
    fn given(&self) -> Given {
        Given::Text(self.to_string())
    }
}

/// No answer yet.
impl Answer for () {
    fn given(&self) -> Given {
        Given::Nothing
    }
}

/// What [`___`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blank;

/// The blank of an exercise, to be replaced by an answer: `let parameters = ___;`. Checking it says nothing.
pub const ___: Blank = Blank;

impl Answer for Blank {
    fn given(&self) -> Given {
        Given::Nothing
    }
}

impl Answer for Examined {
    fn given(&self) -> Given {
        Given::Network(*self)
    }
}

impl<T: Answer + ?Sized> Answer for &T {
    fn given(&self) -> Given {
        (**self).given()
    }
}

impl<T: Answer> Answer for [T] {
    fn given(&self) -> Given {
        Given::joined(self.iter().map(Answer::given))
    }
}

impl<T: Answer, const N: usize> Answer for [T; N] {
    fn given(&self) -> Given {
        self[..].given()
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn given(&self) -> Given {
        self[..].given()
    }
}

impl<S: Data<Elem: Answer>, D: Dimension> Answer for ArrayBase<S, D> {
    fn given(&self) -> Given {
        Given::joined(self.iter().map(Answer::given))
    }
}
