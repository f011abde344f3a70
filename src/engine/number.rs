//! What can stand for a number in a program.

/// Anything that can stand for an `f32`.
pub trait Number: Copy + Send + Sync {
    /// The nearest `f32`.
    fn to_f32(self) -> f32;
}

/// A [`Number`] that can stand beside a tensor in `+ - * /`: all of them but `bool`.
///
/// On the right, any will do: `loss * 100.0` is a [`Scalar`](crate::Scalar) to the compiler even before it has settled what
/// kind of number 100.0 is. On the left, Rust has a rule for each kind of number, and where the type of the result is needed at
/// once, the literal must say which it is: `(100.0_f32 * loss)`, or simply the other way round.
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
