//! Loops over numbers that do not need each other.
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

/// An operand as the inner loop meets it.
enum Operand<'a> {
    /// Number for number beside the result.
    Beside(&'a [f32]),
    One(f32),
    /// The last is which number comes first.
    Spread(View<'a>, &'a Spread, usize),
}

impl<'a> Operand<'a> {
    #[inline(always)]
    fn new(view: View<'a>, spread: &'a Spread, y: &Out<'_>) -> Self {
        match spread {
            _ if view.values.len() == 1 => Operand::One(view.values[0]),
            Spread::Same if view.lanes == y.lanes => Operand::Beside(view.values),
            _ => Operand::Spread(view, spread, y.first),
        }
    }

    #[inline(always)]
    fn row<const L: usize>(&self, i: usize) -> [f32; L] {
        match self {
            Operand::One(x) => [*x; L],
            Operand::Beside(values) => values.as_chunks().0[i],
            Operand::Spread(view, spread, first) if view.lanes == L => view.values.as_chunks().0[spread.at(first + i)],
            Operand::Spread(view, spread, first) => [view.values[spread.at(first + i)]; L],
        }
    }
}

vectorized! {
/// y = f(a), with `a` spread over `y`.
pub(crate) fn map(y: Out<'_>, a: View<'_>, spread: &Spread, f: impl Fn(f32) -> f32 + Copy) {
    match Operand::new(a, spread, &y) {
        Operand::Beside(a) => y.values.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a)),
        Operand::One(a) => y.values.fill(f(a)),
        a if y.lanes == LANES => {
            for (i, y) in y.values.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let mut row = a.row::<LANES>(i);
                for x in &mut row {
                    *x = f(*x);
                }
                *y = row;
            }
        }
        a => y.values.iter_mut().enumerate().for_each(|(i, y)| *y = f(a.row::<1>(i)[0])),
    }
}
}

/// y = f(x, one), where sixteen numbers `x` have the same partner.
#[inline(always)]
fn with_one(y: &mut [f32], x: &[f32], one: impl Fn(usize) -> f32, f: impl Fn(f32, f32) -> f32) {
    let rows = y.as_chunks_mut::<LANES>().0.iter_mut().zip(x.as_chunks::<LANES>().0);
    for (i, (y, x)) in rows.enumerate() {
        let (mut row, one) = (*x, one(i));
        for x in &mut row {
            *x = f(*x, one);
        }
        *y = row;
    }
}

vectorized! {
/// y = f(a, b), with `a` and `b` spread over `y`.
pub(crate) fn zip(y: Out<'_>, a: (View<'_>, &Spread), b: (View<'_>, &Spread), f: impl Fn(f32, f32) -> f32 + Copy) {
    match (Operand::new(a.0, a.1, &y), Operand::new(b.0, b.1, &y)) {
        (Operand::Beside(a), Operand::Beside(b)) => {
            y.values.iter_mut().zip(a).zip(b).for_each(|((y, a), b)| *y = f(*a, *b))
        }
        (Operand::Beside(a), Operand::One(b)) => y.values.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a, b)),
        (Operand::One(a), Operand::Beside(b)) => y.values.iter_mut().zip(b).for_each(|(y, b)| *y = f(a, *b)),
        (Operand::Beside(a), Operand::Spread(b, spread, first)) if b.lanes < y.lanes => {
            with_one(y.values, a, |i| b.values[spread.at(first + i)], f)
        }
        (Operand::Spread(a, spread, first), Operand::Beside(b)) if a.lanes < y.lanes => {
            with_one(y.values, b, |i| a.values[spread.at(first + i)], |b, a| f(a, b))
        }
        (a, b) if y.lanes == LANES => {
            for (i, y) in y.values.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let (mut row, b) = (a.row::<LANES>(i), b.row::<LANES>(i));
                for l in 0..LANES {
                    row[l] = f(row[l], b[l]);
                }
                *y = row;
            }
        }
        (a, b) => y.values.iter_mut().enumerate().for_each(|(i, y)| *y = f(a.row::<1>(i)[0], b.row::<1>(i)[0])),
    }
}
}
