//! Loops of elementwise ops, with broadcasting by NumPy's rule.
//!
//! There are two loops: one for operands that are stored like the result, and one for an operand that has a single number
//! for all 16 images. Any other operand is first expanded into a buffer, a block at a time.
use super::odometer::{Dim, Odometer, dims};
use crate::engine::simd::vectorized;
use crate::engine::{LANES, Out, View, per_image, size};

/// How the numbers of an operand broadcast to those of the result (per image).
pub(crate) enum Spread {
    /// Number `i` to number `i`: the shapes are equal.
    Same,
    /// The operand has this many numbers, and repeats.
    Cycle(u32),
    /// The operand's strides along the dimensions of the result, outermost first; then it repeats. A `Vec` behind a thin
    /// pointer, leaked as the node is that it belongs to.
    Strided(&'static Vec<Dim>),
}

impl Spread {
    /// For an operand of shape `small` and a result of shape `large`.
    pub fn new(large: &[usize], small: &[usize]) -> Self {
        let (large, small) = (per_image(large), per_image(small));
        let leading = large.len() - small.len();
        let (mut dims, own) = dims(&large, &|axis| axis >= leading && small[axis - leading] != 1);
        // an outermost dimension that the operand lacks just repeats it
        dims.pop_if(|outermost| outermost.other == 0);
        match dims[..] {
            _ if own == size(&large) => Spread::Same,
            [] => Spread::Cycle(1),
            [Dim { other: 1, length, .. }] => Spread::Cycle(length as u32),
            _ => {
                dims.reverse();
                Spread::Strided(Box::leak(Box::new(dims)))
            }
        }
    }

    /// The index of the operand's number for each number of the result, from number `first` on.
    #[inline(always)]
    fn from(&self, first: usize) -> impl FnMut() -> usize {
        let (strides, mut next, length) = match *self {
            Spread::Same => (&[][..], first, usize::MAX),
            Spread::Cycle(length) => (&[][..], first % length as usize, length as usize),
            Spread::Strided(strides) => (&strides[..], 0, 0),
        };
        let mut odometer = Odometer::at(strides, first);
        move || {
            if strides.is_empty() {
                let place = next;
                next = if next + 1 == length { 0 } else { next + 1 };
                place
            } else {
                let place = odometer.place;
                odometer.advance();
                place
            }
        }
    }
}

/// How many numbers of a broadcast operand are expanded at a time: 1 KiB.
const BLOCK: usize = 16 * LANES;

/// An operand, and how it broadcasts.
pub(crate) type Operand<'a> = (View<'a>, &'a Spread);

/// Whether an operand is stored like a result of this many lanes, so that it can be read in place.
#[inline]
fn is_in_place((x, spread): Operand<'_>, lanes: usize) -> bool {
    matches!(spread, Spread::Same) && x.lanes == lanes
}

/// The operand's values for outputs `start..start + len`, expanded into `buffer` unless they can be read in place. If the
/// operand is a single number, the caller has filled `buffer` with it.
fn block<'a>(x: Operand<'a>, y: &Out<'_>, start: usize, len: usize, buffer: &'a mut [f32; BLOCK]) -> &'a [f32] {
    if is_in_place(x, y.lanes) {
        return &x.0.values[start..][..len];
    }
    if x.0.values.len() > 1 {
        expand(x, y.first + start / y.lanes, &mut buffer[..len], y.lanes);
    }
    &buffer[..len]
}

vectorized! {
/// Expands an operand for the outputs from `first` on.
fn expand(x: Operand<'_>, first: usize, buffer: &mut [f32], lanes: usize) {
    let (x, mut place) = (x.0, x.1.from(first));
    if lanes == 1 {
        return buffer.iter_mut().for_each(|y| *y = x.values[place()]);
    }
    let rows = buffer.as_chunks_mut::<LANES>().0.iter_mut();
    if x.lanes == 1 {
        rows.for_each(|y| *y = [x.values[place()]; LANES]);
    } else {
        let x = x.rows();
        rows.for_each(|y| *y = x[place()]);
    }
}
}

/// y = x, broadcast.
pub(crate) fn broadcast(y: Out<'_>, x: Operand<'_>) {
    match is_in_place(x, y.lanes) {
        true => y.values.copy_from_slice(x.0.values),
        false => expand(x, y.first, y.values, y.lanes),
    }
}

vectorized! {
/// y[i] = f(x[i])
pub(crate) fn map(y: &mut [f32], x: &[f32], f: impl Fn(f32) -> f32) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = f(*x));
}
}

vectorized! {
fn zip_loop(y: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) {
    y.iter_mut().zip(a).zip(b).for_each(|((y, a), b)| *y = f(*a, *b));
}
}

vectorized! {
/// y[i] = f(a[i], b[i], c[i])
pub(crate) fn zip3(y: &mut [f32], a: &[f32], b: &[f32], c: &[f32], f: impl Fn(f32, f32, f32) -> f32) {
    y.iter_mut().zip(a).zip(b).zip(c).for_each(|(((y, a), b), c)| *y = f(*a, *b, *c));
}
}

vectorized! {
/// y = f(a, b), where `b` has a single number for the 16 images of each row of `a`.
fn row_loop(y: &mut [f32], a: &[f32], b: Operand<'_>, first: usize, f: impl Fn(f32, f32) -> f32) {
    let (b, mut place) = (b.0.values, b.1.from(first));
    for (y, a) in y.as_chunks_mut::<LANES>().0.iter_mut().zip(a.as_chunks::<LANES>().0) {
        let (mut row, b) = (*a, b[place()]);
        row.iter_mut().for_each(|a| *a = f(*a, b));
        *y = row;
    }
}
}

/// y = f(a, b), both broadcast.
pub(crate) fn zip(mut y: Out<'_>, a: Operand<'_>, b: Operand<'_>, f: impl Fn(f32, f32) -> f32 + Copy) {
    match [is_in_place(a, y.lanes), is_in_place(b, y.lanes)] {
        [true, true] => zip_loop(y.values, a.0.values, b.0.values, f),
        [true, false] if (y.lanes, b.0.lanes) == (LANES, 1) => row_loop(y.values, a.0.values, b, y.first, f),
        _ => {
            let (mut buffer_a, mut buffer_b) = ([a.0.values[0]; BLOCK], [b.0.values[0]; BLOCK]);
            let values = std::mem::take(&mut y.values);
            for (values, start) in values.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
                let len = values.len();
                zip_loop(values, block(a, &y, start, len, &mut buffer_a), block(b, &y, start, len, &mut buffer_b), f);
            }
        }
    }
}

vectorized! {
/// Whether all numbers are finite: an exponent of all ones is NaN or infinity.
pub(crate) fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    values.iter().fold(0, |largest, x| (x.to_bits() & EXPONENT).max(largest)) < EXPONENT
}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::shape::broadcast;

    #[test]
    fn every_number_of_a_result_finds_its_operand_whichever_dimensions_stretch() {
        let large = [2, 3, 1, 4, 5];
        for mask in 0..32 {
            for leading in 0..=5 {
                let small: Vec<usize> =
                    (leading..5).map(|axis| if mask >> axis & 1 == 1 { large[axis] } else { 1 }).collect();
                assert_eq!(broadcast(&large, &small).as_deref(), Some(&large[..]));
                let expected: Vec<usize> = (0..120)
                    .map(|i| {
                        let (mut rest, mut step, mut place) = (i, 1, 0);
                        for axis in (0..5_usize).rev() {
                            let own = axis.checked_sub(leading).map_or(1, |axis| small[axis]);
                            place += if own == 1 { 0 } else { rest % large[axis] * step };
                            (rest, step) = (rest / large[axis], step * own);
                        }
                        place
                    })
                    .collect();
                for first in [0, 1, 7, 59, 119] {
                    let spread = Spread::new(&large, &small);
                    let mut next = spread.from(first);
                    assert!(expected[first..].iter().all(|&place| next() == place), "{small:?} from {first}");
                }
            }
        }
    }
}
