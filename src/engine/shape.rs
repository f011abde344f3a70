/// The open dimension: the number of images in the batch, which is known only when a value is fed. Printed as `?`.
pub const NONE: usize = usize::MAX;

/// A type that can be written as the shape of a tensor: `[NONE, 784]`, `[-1, 7 * 7 * m]`, or `()` for a single number.
///
/// With signed integers, -1 stands for [`NONE`].
pub trait Shape {
    /// The dimensions, outermost first.
    fn dims(&self) -> Vec<usize>;
}

macro_rules! shape_of {
    ($($int:ty)*) => { $(
        impl<const N: usize> Shape for [$int; N] {
            fn dims(&self) -> Vec<usize> {
                // -1 becomes NONE, and any other negative number a dimension that no op accepts
                self.iter().map(|&d| d as isize as usize).collect()
            }
        }
    )* };
}
shape_of!(i32 i64 isize usize);

impl Shape for () {
    fn dims(&self) -> Vec<usize> {
        Vec::new()
    }
}

impl Shape for [usize] {
    fn dims(&self) -> Vec<usize> {
        self.to_vec()
    }
}

impl Shape for Vec<usize> {
    fn dims(&self) -> Vec<usize> {
        self.clone()
    }
}

impl<S: Shape + ?Sized> Shape for &S {
    fn dims(&self) -> Vec<usize> {
        (**self).dims()
    }
}

/// The position of the open dimension, if there is one.
pub(crate) fn batch_axis(dims: &[usize]) -> Option<usize> {
    dims.iter().position(|&d| d == NONE)
}

/// The shape of a tensor for one image: the open dimension becomes 1.
pub(crate) fn per_image(dims: &[usize]) -> Vec<usize> {
    dims.iter().map(|&d| if d == NONE { 1 } else { d }).collect()
}

/// How many numbers a tensor holds, per image if a dimension is open.
pub(crate) fn size(dims: &[usize]) -> usize {
    dims.iter().filter(|&&d| d != NONE).product()
}

/// The same, or `None` if it is more than a `usize` holds.
pub(crate) fn checked_size(dims: &[usize]) -> Option<usize> {
    dims.iter().filter(|&&d| d != NONE).try_fold(1usize, |size, &d| size.checked_mul(d))
}

/// The shape of `a ∘ b` for an elementwise ∘, by NumPy's rule: shapes are aligned at the right, and a dimension that is
/// missing or 1 stretches to the other's size. `None` if they do not fit.
pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |dims: &[usize], i: usize| (i + dims.len()).checked_sub(rank).map_or(1, |i| dims[i]);
    (0..rank)
        .map(|i| match (at(a, i), at(b, i)) {
            (1, d) | (d, 1) => Some(d),
            (c, d) => (c == d).then_some(c),
        })
        .collect()
}

/// A shape as messages and pictures write it: `[?, 28, 28, 1]`.
pub(crate) fn show(dims: &[usize]) -> String {
    let text: Vec<String> =
        dims.iter().map(|&d| if d == NONE { "?".into() } else { (d as isize).to_string() }).collect();
    format!("[{}]", text.join(", "))
}

/// Numbers as the program wrote them, negative ones too: `[-1, 2]`.
pub(crate) fn list(numbers: &[usize]) -> String {
    let text: Vec<String> = numbers.iter().map(|&n| (n as isize).to_string()).collect();
    format!("[{}]", text.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minus_one_and_none_are_the_same_open_dimension() {
        assert_eq!([-1, 784].dims(), [NONE, 784]);
        assert_eq!(show(&[NONE, 28, 28, 1].dims()), "[?, 28, 28, 1]");
        assert_eq!(().dims(), []);
    }

    #[test]
    fn broadcasting_follows_the_rule_of_numpy() {
        assert_eq!(broadcast(&[NONE, 10], &[10]), Some(vec![NONE, 10]));
        assert_eq!(broadcast(&[NONE, 10], &[NONE, 1]), Some(vec![NONE, 10]));
        assert_eq!(broadcast(&[3, 1], &[4]), Some(vec![3, 4]));
        assert_eq!(broadcast(&[], &[2, 2]), Some(vec![2, 2]));
        assert_eq!(broadcast(&[NONE, 10], &[9]), None);
        assert_eq!(broadcast(&[NONE, 10], &[10, 10]), None);
    }
}
