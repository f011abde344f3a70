//! Loops over numbers that do not need each other.
//!
//! The loop of an op is one, over numbers that stand side by side. An operand with fewer numbers than the result is set
//! out beside it first, a block at a time.
use crate::engine::memory::LANES;
use crate::engine::shape::{partners, per_image};
use crate::engine::simd::vectorized;
use crate::engine::tensor::{Out, View};

/// How the numbers of an operand are spread over those of the result.
pub(crate) enum Spread {
    Same,
    Table(Vec<u32>),
}

impl Spread {
    /// Of an operand of shape `small` over a result of shape `large`.
    pub fn new(large: &[usize], small: &[usize]) -> Self {
        let (large, small) = (per_image(large), per_image(small));
        let leading = large.len() - small.len();
        if large[..leading].iter().all(|&d| d == 1) && large[leading..] == small {
            return Spread::Same;
        }
        Spread::Table(partners(&large, &small))
    }

    #[inline(always)]
    fn at(&self, i: usize) -> usize {
        match self {
            Spread::Same => i,
            Spread::Table(table) => table[i] as usize,
        }
    }
}

/// How many numbers are set out at a time.
const BLOCK: usize = 16 * LANES;

/// Whether an operand's own numbers stand beside those of a result with so many lanes.
fn is_beside(x: View<'_>, spread: &Spread, lanes: usize) -> bool {
    matches!(spread, Spread::Same) && x.lanes == lanes
}

/// An operand, and room for a block of it.
struct Operand<'a> {
    view: View<'a>,
    spread: &'a Spread,
    room: [f32; BLOCK],
}

impl<'a> Operand<'a> {
    fn new(view: View<'a>, spread: &'a Spread) -> Self {
        let one = if view.values.len() == 1 { view.values[0] } else { 0.0 };
        Operand { view, spread, room: [one; BLOCK] }
    }

    /// The numbers beside `len` numbers of the result from `start` on, where `first` is that of the whole result.
    fn block(&mut self, start: usize, len: usize, first: usize, lanes: usize) -> &[f32] {
        let room = &mut self.room[..len];
        if self.view.values.len() == 1 {
            return room;
        }
        if is_beside(self.view, self.spread, lanes) {
            return &self.view.values[start..][..len];
        }
        set_out(self.view, self.spread, first + start / lanes, room, lanes);
        room
    }
}

vectorized! {
fn set_out(x: View<'_>, spread: &Spread, first: usize, room: &mut [f32], lanes: usize) {
    if lanes == 1 {
        room.iter_mut().enumerate().for_each(|(i, y)| *y = x.values[spread.at(first + i)]);
        return;
    }
    let rows = room.as_chunks_mut::<LANES>().0.iter_mut().enumerate();
    if x.lanes == 1 {
        rows.for_each(|(i, y)| *y = [x.values[spread.at(first + i)]; LANES]);
    } else {
        let x = x.values.as_chunks::<LANES>().0;
        rows.for_each(|(i, y)| *y = x[spread.at(first + i)]);
    }
}
}

vectorized! {
fn map_loop(y: &mut [f32], a: &[f32], f: impl Fn(f32) -> f32) {
    y.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a));
}
}

vectorized! {
fn zip_loop(y: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) {
    y.iter_mut().zip(a).zip(b).for_each(|((y, a), b)| *y = f(*a, *b));
}
}

/// y = f(a), with `a` spread over `y`.
pub(crate) fn map(y: Out<'_>, a: View<'_>, spread: &Spread, f: impl Fn(f32) -> f32 + Copy) {
    if is_beside(a, spread, y.lanes) {
        return map_loop(y.values, a.values, f);
    }
    let mut a = Operand::new(a, spread);
    for (y_block, start) in y.values.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
        map_loop(y_block, a.block(start, y_block.len(), y.first, y.lanes), f);
    }
}

/// y = f(a, b), with `a` and `b` spread over `y`.
pub(crate) fn zip(y: Out<'_>, a: (View<'_>, &Spread), b: (View<'_>, &Spread), f: impl Fn(f32, f32) -> f32 + Copy) {
    if is_beside(a.0, a.1, y.lanes) && is_beside(b.0, b.1, y.lanes) {
        return zip_loop(y.values, a.0.values, b.0.values, f);
    }
    let (mut a, mut b) = (Operand::new(a.0, a.1), Operand::new(b.0, b.1));
    for (y_block, start) in y.values.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
        let count = y_block.len();
        let (a, b) = (a.block(start, count, y.first, y.lanes), b.block(start, count, y.first, y.lanes));
        zip_loop(y_block, a, b, f);
    }
}
