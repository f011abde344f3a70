//! Loops over numbers that do not need each other.
//!
//! An op has two loops: over numbers that stand side by side, and over those of sixteen images beside one for all images.
//! Other operands are set out beside the result first, a block at a time.
use crate::engine::memory::LANES;
use crate::engine::shape::{per_image, size};
use crate::engine::simd::vectorized;
use crate::engine::tensor::{Out, View};

/// How the numbers of an operand are spread over those of the result.
pub(crate) enum Spread {
    Same,
    /// As many numbers as this, over and over.
    Cycle(u32),
    /// Along these dimensions of the result, outermost first, and then again. A `Vec` behind a thin pointer, which lives
    /// as long as the op that it belongs to.
    Strided(&'static Vec<Stride>),
}

/// A dimension of a result, or several neighbours along which an operand behaves alike.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stride {
    length: usize,
    /// How far apart the operand's numbers are along it: 0 where one number serves all.
    step: usize,
}

/// The most dimensions of more than one number: a tensor holds fewer than 2³² numbers.
const MOST_DIMS: usize = 32;

impl Spread {
    /// Of an operand of shape `small` over a result of shape `large`.
    pub fn new(large: &[usize], small: &[usize]) -> Self {
        let (large, small) = (per_image(large), per_image(small));
        let leading = large.len() - small.len();
        let mut strides: Vec<Stride> = Vec::new();
        let mut step = 1;
        for (axis, &length) in large.iter().enumerate().rev().filter(|(_, length)| **length != 1) {
            let own = axis.checked_sub(leading).map_or(1, |axis| small[axis]);
            let new = Stride { length, step: if own == 1 { 0 } else { step } };
            match strides.last_mut() {
                Some(inner) if (inner.step == 0) == (new.step == 0) => inner.length *= length,
                _ => strides.push(new),
            }
            step *= own;
        }
        // outermost, the operand begins again
        strides.pop_if(|outermost| outermost.step == 0);
        match strides[..] {
            [] if step == size(&large) => Spread::Same,
            [] => Spread::Cycle(1),
            [Stride { length, .. }] if length == size(&large) => Spread::Same,
            [Stride { step: 1, length }] => Spread::Cycle(length as u32),
            _ => {
                strides.reverse();
                Spread::Strided(Box::leak(Box::new(strides)))
            }
        }
    }

    /// Where the numbers of the result find those of the operand, from number `first` on.
    #[inline(always)]
    fn from(&self, first: usize) -> impl FnMut() -> usize {
        let (strides, mut next, length) = match *self {
            Spread::Same => (&[][..], first, usize::MAX),
            Spread::Cycle(length) => (&[][..], first % length as usize, length as usize),
            Spread::Strided(strides) => (&strides[..], 0, 0),
        };
        let mut digits = [0; MOST_DIMS];
        let mut rest = first;
        for (digit, stride) in digits.iter_mut().zip(strides).rev() {
            *digit = rest % stride.length;
            next += *digit * stride.step;
            rest /= stride.length;
        }
        move || {
            let place = next;
            if strides.is_empty() {
                next = if next + 1 == length { 0 } else { next + 1 };
                return place;
            }
            for (digit, stride) in digits.iter_mut().zip(strides).rev() {
                *digit += 1;
                next += stride.step;
                if *digit < stride.length {
                    break;
                }
                next -= *digit * stride.step;
                *digit = 0;
            }
            place
        }
    }
}

/// How many numbers are set out at a time.
const BLOCK: usize = 16 * LANES;

/// An operand, and how it is spread.
pub(crate) type Operand<'a> = (View<'a>, &'a Spread);

/// Whether an operand's own numbers stand beside those of a result with so many lanes.
#[inline]
fn is_beside((x, spread): Operand<'_>, lanes: usize) -> bool {
    matches!(spread, Spread::Same) && x.lanes == lanes
}

/// What of an operand stands beside `len` numbers of the result from `start` on. In `room` is its number, if it has only one.
fn block<'a>(x: Operand<'a>, y: &Out<'_>, start: usize, len: usize, room: &'a mut [f32; BLOCK]) -> &'a [f32] {
    if is_beside(x, y.lanes) {
        return &x.0.values[start..][..len];
    }
    if x.0.values.len() > 1 {
        set_out(x, y.first + start / y.lanes, &mut room[..len], y.lanes);
    }
    &room[..len]
}

vectorized! {
fn set_out(x: Operand<'_>, first: usize, room: &mut [f32], lanes: usize) {
    let (x, mut place) = (x.0, x.1.from(first));
    if lanes == 1 {
        return room.iter_mut().for_each(|y| *y = x.values[place()]);
    }
    let rows = room.as_chunks_mut::<LANES>().0.iter_mut();
    if x.lanes == 1 {
        rows.for_each(|y| *y = [x.values[place()]; LANES]);
    } else {
        let x = x.values.as_chunks::<LANES>().0;
        rows.for_each(|y| *y = x[place()]);
    }
}
}

/// y = x, with `x` spread over `y`.
pub(crate) fn broadcast(y: Out<'_>, x: Operand<'_>) {
    match is_beside(x, y.lanes) {
        true => y.values.copy_from_slice(x.0.values),
        false => set_out(x, y.first, y.values, y.lanes),
    }
}

vectorized! {
/// y = f(x), number by number.
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
/// y = f(a, b, c), number by number.
pub(crate) fn zip3(y: &mut [f32], a: &[f32], b: &[f32], c: &[f32], f: impl Fn(f32, f32, f32) -> f32) {
    y.iter_mut().zip(a).zip(b).zip(c).for_each(|(((y, a), b), c)| *y = f(*a, *b, *c));
}
}

vectorized! {
/// Each number of `b` beside a row of `a`: one for all images.
fn row_loop(y: &mut [f32], a: &[f32], b: Operand<'_>, first: usize, f: impl Fn(f32, f32) -> f32) {
    let (b, mut place) = (b.0.values, b.1.from(first));
    for (y, a) in y.as_chunks_mut::<LANES>().0.iter_mut().zip(a.as_chunks::<LANES>().0) {
        let (mut row, b) = (*a, b[place()]);
        row.iter_mut().for_each(|a| *a = f(*a, b));
        *y = row;
    }
}
}

/// y = f(a, b), with `a` and `b` spread over `y`.
pub(crate) fn zip(mut y: Out<'_>, a: Operand<'_>, b: Operand<'_>, f: impl Fn(f32, f32) -> f32 + Copy) {
    match [is_beside(a, y.lanes), is_beside(b, y.lanes)] {
        [true, true] => zip_loop(y.values, a.0.values, b.0.values, f),
        [true, false] if (y.lanes, b.0.lanes) == (LANES, 1) => row_loop(y.values, a.0.values, b, y.first, f),
        _ => {
            let (mut room_a, mut room_b) = ([a.0.values[0]; BLOCK], [b.0.values[0]; BLOCK]);
            let values = std::mem::take(&mut y.values);
            for (values, start) in values.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
                let len = values.len();
                zip_loop(values, block(a, &y, start, len, &mut room_a), block(b, &y, start, len, &mut room_b), f);
            }
        }
    }
}

vectorized! {
/// Whether none of these numbers is NaN or infinite.
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
