//! Activation functions. Without one between them, several layers compute no more than a single one.
use super::arithmetic::{gated, unary};
use crate::engine::kernels::math::exp;
use crate::engine::{Number, Tensor};
use crate::error::require;

/// max(x, 0): positive numbers stay as they are, the rest become 0. NaN stays NaN.
pub fn relu(x: impl Into<Tensor>) -> Tensor {
    // f(x) = max(x, 0)
    // f'(x) = 1 where x > 0, otherwise 0
    let y = |x| if x <= 0.0 { 0.0 } else { x };
    unary("relu", "", x.into(), y, |_, y, dy| where_positive(y, dy, 0.0)).landmark().build()
}

/// x where it is positive, otherwise αx: like [`relu`], but negative numbers keep a small slope α, which is any finite
/// number (TensorFlow's default is 0.2). NaN stays NaN. (Maas, Hannun and Ng, 2013.)
pub fn leaky_relu(x: impl Into<Tensor>, alpha: impl Number) -> Tensor {
    // f(x) = x where x > 0, otherwise αx
    // f'(x) = 1 where x > 0, otherwise α
    let (x, alpha) = (x.into(), alpha.to_f32());
    require!(
        alpha.is_finite(),
        "leaky_relu of {x}: the slope alpha must be a finite number, such as 0.2, but it is {alpha}."
    );
    let y = move |x| if x > 0.0 { x } else { alpha * x };
    unary("leaky_relu", alpha, x, y, move |x, _, dy| where_positive(x, dy, alpha)).landmark().build()
}

/// 1 / (1 + e⁻ˣ): between 0 and 1.
pub fn sigmoid(x: impl Into<Tensor>) -> Tensor {
    // f(x) = 1 / (1 + e⁻ˣ)
    // f'(x) = f(x) (1 - f(x))
    unary("sigmoid", "", x.into(), |x| 1.0 / (1.0 + exp(-x)), |_, y, dy| dy * y * (1 - y)).landmark().build()
}

/// The hyperbolic tangent: between -1 and 1.
pub fn tanh(x: impl Into<Tensor>) -> Tensor {
    // f(x) = (e²ˣ - 1) / (e²ˣ + 1), near 0 by its series, where that would lose digits
    // f'(x) = 1 - f(x)²
    let value = |x: f32| {
        let s = x * x;
        let series = x + x * s * (-0.333_333_3 + s * (0.133_333_33 + s * (-0.053_968_25 + s * 0.021_869_49)));
        let limited = if x > 10.0 { 10.0 } else { x };
        let e = exp(2.0 * limited);
        if s < 0.04 { series } else { (e - 1.0) / (e + 1.0) }
    };
    unary("tanh", "", x.into(), value, |_, y, dy| dy * (1 - y * y)).landmark().build()
}

/// `dy` where x > 0, and elsewhere `slope` times it.
fn where_positive(x: Tensor, dy: Tensor, slope: f32) -> Tensor {
    if slope == 0.0 {
        // also where dy is infinite
        return gated("where_positive", slope, x, dy, |x, dy| if x > 0.0 { dy } else { 0.0 });
    }
    gated("where_positive", slope, x, dy, move |x, dy| if x > 0.0 { dy } else { slope * dy })
}
