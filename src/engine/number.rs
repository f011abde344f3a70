//! The types that a program can write where a number is expected.

/// A type that can be used where an `f32` is expected.
pub trait Number: Copy + Send + Sync {
    /// The nearest `f32`.
    fn to_f32(self) -> f32;
}

/// A [`Number`] that can be an operand of `+ - * /` with a tensor: all of them except `bool`.
///
/// On the right of the operator, any number works: the compiler knows that `loss * 100.0` is a [`Scalar`](crate::Scalar)
/// before it has chosen a type for 100.0. On the left, there is one implementation for each type of number, so where the
/// compiler needs the type of the result at once, the literal has to name its own, as in `(100.0_f32 * loss)`; or swap the
/// operands.
///
/// ```
/// use digitos::prelude::*;
/// let x = placeholder([NONE, 2]);
/// let loss = reduce_mean(square(x)) * 100.0;
/// let root = Session::new().run(loss, feed! { x => array![[3.0, 4.0]] })?.sqrt();
/// assert_eq!(root, 1250_f32.sqrt());
/// # Ok::<(), digitos::Error>(())
/// ```
pub trait Operand: Number {}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Number for $number {
            fn to_f32(self) -> f32 {
                self as f32
            }
        }

        impl Operand for $number {}
    )* };
}
numbers!(f32 f64 u8 i32 i64 u32 u64 usize isize);

impl Number for bool {
    fn to_f32(self) -> f32 {
        f32::from(u8::from(self))
    }
}

/// A range of numbers: in words, and as a test.
pub(crate) struct Range(pub &'static str, pub fn(f32) -> bool);

pub(crate) const ANY: Range = Range("a number", |_| true);
pub(crate) const FINITE: Range = Range("a finite number", f32::is_finite);
pub(crate) const NOT_NEGATIVE: Range = Range("a finite number of 0 or more", |x| x >= 0.0 && x.is_finite());
pub(crate) const POSITIVE: Range = Range("a finite number above 0", |x| x > 0.0 && x.is_finite());
pub(crate) const BELOW_ONE: Range = Range("from 0 to below 1", |x| (0.0..1.0).contains(&x));

/// The range of an argument: what error messages call the argument, its range, and a typical value.
pub(crate) struct Limit(pub &'static str, pub Range, pub &'static str);

impl Limit {
    /// An error message if `x` is out of range.
    pub fn refusal(&self, x: f32) -> Option<String> {
        let Limit(what, Range(range, contains), example) = self;
        (!contains(x)).then(|| format!("{what} must be {range}, such as {example}, but it is {x}."))
    }
}
