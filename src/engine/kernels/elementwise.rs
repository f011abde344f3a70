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

    /// Whether the operand's own numbers stand beside those of a result with so many lanes.
    fn is_beside(&self, lanes: usize) -> bool {
        matches!(self.spread, Spread::Same) && self.view.lanes == lanes && self.view.values.len() > 1
    }

    /// The numbers beside `len` numbers of the result from `start` on, where `first` is that of the whole result.
    fn block(&mut self, start: usize, len: usize, first: usize, lanes: usize) -> &[f32] {
        if self.is_beside(lanes) {
            return &self.view.values[start..][..len];
        }
        let room = &mut self.room[..len];
        if self.view.values.len() > 1 {
            set_out(self.view, self.spread, first + start / lanes, room, lanes);
        }
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
    map_blocks(y, Operand::new(a, spread), &move |y, a| map_loop(y, a, f));
}

fn map_blocks(y: Out<'_>, mut a: Operand<'_>, f: &dyn Fn(&mut [f32], &[f32])) {
    let step = if a.is_beside(y.lanes) { y.values.len().max(1) } else { BLOCK };
    for (block, start) in y.values.chunks_mut(step).zip((0..).step_by(step)) {
        let a = a.block(start, block.len(), y.first, y.lanes);
        f(block, a);
    }
}

/// y = f(a, b), with `a` and `b` spread over `y`.
pub(crate) fn zip(y: Out<'_>, a: (View<'_>, &Spread), b: (View<'_>, &Spread), f: impl Fn(f32, f32) -> f32 + Copy) {
    zip_blocks(y, Operand::new(a.0, a.1), Operand::new(b.0, b.1), &move |y, a, b| zip_loop(y, a, b, f));
}

type ZipLoop<'a> = dyn Fn(&mut [f32], &[f32], &[f32]) + 'a;

fn zip_blocks(y: Out<'_>, mut a: Operand<'_>, mut b: Operand<'_>, f: &ZipLoop<'_>) {
    let step = if a.is_beside(y.lanes) && b.is_beside(y.lanes) { y.values.len().max(1) } else { BLOCK };
    for (block, start) in y.values.chunks_mut(step).zip((0..).step_by(step)) {
        let a = a.block(start, block.len(), y.first, y.lanes);
        let b = b.block(start, block.len(), y.first, y.lanes);
        f(block, a, b);
    }
}
