//! Loops over numbers that do not need each other.
//!
//! An op has two loops: over numbers that stand side by side, and over those of sixteen images beside one for all images.
//! Other operands are set out beside the result first, a block at a time.
use crate::engine::memory::LANES;
use crate::engine::shape::{broadcast_indices, per_image};
use crate::engine::simd::vectorized;
use crate::engine::tensor::{Out, View};

/// How the numbers of an operand are spread over those of the result.
pub(crate) enum Spread {
    Same,
    /// As many numbers as this, over and over.
    Cycle(u32),
    /// Which number goes where, until it begins again.
    Again(&'static Vec<u32>),
}

impl Spread {
    /// Of an operand of shape `small` over a result of shape `large`.
    pub fn new(large: &[usize], small: &[usize]) -> Self {
        let (large, small) = (per_image(large), per_image(small));
        let leading = large.len() - small.len();
        if large[..leading].iter().all(|&d| d == 1) && large[leading..] == small {
            return Spread::Same;
        }
        let ones = leading + small.iter().take_while(|&&d| d == 1).count();
        let table = broadcast_indices(&large[ones..], &small[ones - leading..]);
        if table.iter().zip(0..).all(|(&place, i)| place == i) {
            return Spread::Cycle(table.len() as u32);
        }
        // it lives as long as the op that it belongs to
        Spread::Again(Box::leak(Box::new(table)))
    }

    /// Where the numbers of the result find their partners, from number `first` on.
    #[inline(always)]
    fn from(&self, first: usize) -> impl FnMut() -> usize {
        let (table, mut next, length) = match *self {
            Spread::Same => (&[][..], first, usize::MAX),
            Spread::Cycle(length) => (&[][..], first % length as usize, length as usize),
            Spread::Again(table) => (&table[..], first % table.len(), table.len()),
        };
        move || {
            let place = table.get(next).map_or(next, |&place| place as usize);
            next = if next + 1 == length { 0 } else { next + 1 };
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
