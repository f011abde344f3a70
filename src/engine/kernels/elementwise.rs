//! Loops of elementwise ops, with broadcasting by NumPy's rule.
//!
//! There are two loops: one for operands that are stored like the result, and one for an operand that has a single number
//! for all 16 images. Any other operand is first expanded into a buffer, a block at a time.
use crate::engine::memory::LANES;
use crate::engine::shape::{broadcast_indices, per_image};
use crate::engine::simd::vectorized;
use crate::engine::tensor::{Out, View};

/// How the numbers of an operand broadcast to those of the result (per image).
pub(crate) enum Spread {
    /// Number `i` to number `i`: the shapes are equal.
    Same,
    /// The operand has this many numbers, and repeats.
    Cycle(u32),
    /// `table[i]` is the operand's number for result `i`; the table repeats.
    Table(&'static Vec<u32>),
}

impl Spread {
    /// For an operand of shape `small` and a result of shape `large`.
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
        // leaked, as the node is that it belongs to
        Spread::Table(Box::leak(Box::new(table)))
    }

    /// The index of the operand's number for each number of the result, from number `first` on.
    #[inline(always)]
    fn from(&self, first: usize) -> impl FnMut() -> usize {
        let (table, mut next, length) = match *self {
            Spread::Same => (&[][..], first, usize::MAX),
            Spread::Cycle(length) => (&[][..], first % length as usize, length as usize),
            Spread::Table(table) => (&table[..], first % table.len(), table.len()),
        };
        move || {
            let place = table.get(next).map_or(next, |&place| place as usize);
            next = if next + 1 == length { 0 } else { next + 1 };
            place
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
        let x = x.values.as_chunks::<LANES>().0;
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
