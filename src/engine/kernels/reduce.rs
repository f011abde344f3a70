//! Reductions: sums and folds of a tensor along some of its dimensions.
use super::odometer::{Dim, MOST_DIMS, Odometer, dims};
use crate::engine::simd::{self, Simd, run};
use crate::engine::{LANES, Out, View, per_image, size};

/// A sum of more numbers than this is computed in parts, which are added in double precision.
pub(crate) const LONG_SUM: usize = 4096;

/// How many numbers of each sum form a part.
const PART: usize = 256;

/// One number, as a dimension.
const ONE: Dim = Dim { length: 1, step: 1, other: 1 };

/// The loops that map each number of a tensor to the number of the result that it contributes to.
pub(crate) struct Reduction {
    /// Outermost first; the other tensor is the result.
    dims: Vec<Dim>,
    /// How many numbers each result is reduced from.
    per_result: usize,
    /// How many results there are.
    results: usize,
}

impl Reduction {
    /// A reduction of a tensor of this shape along `axes`; an open dimension counts as 1, as each image is reduced by itself.
    pub fn new(shape: &[usize], axes: &[usize]) -> Self {
        let (mut dims, results) = dims(&per_image(shape), &|axis| !axes.contains(&axis));
        dims.reverse();
        if dims.is_empty() {
            dims.push(ONE);
        }
        Reduction { dims, per_result: size(shape) / results, results }
    }

    /// Calls `f(at, count, result, step)` for each run of numbers of `first..end` along the innermost dimension: `count` numbers
    /// from `at` on, which contribute to results `result`, `result + step`, ….
    #[inline(always)]
    fn stretches(&self, first: usize, end: usize, mut f: impl FnMut(usize, usize, usize, usize)) {
        let (inner, outer) = self.dims.split_last().expect("at least one dimension");
        let mut odometer = Odometer::at(outer, first / inner.length);
        let (mut at, mut within) = (first, first % inner.length);
        while at < end {
            let count = (inner.length - within).min(end - at);
            f(at, count, odometer.place + within * inner.other, inner.other);
            (at, within) = (at + count, 0);
            odometer.advance();
        }
    }

    /// Adds each number of `x` to its sum in `y`. Sums of a slice continue from `y`, so that tiles can be added one by one; sums
    /// without lanes overwrite it.
    pub fn add_up(&self, x: View<'_>, y: Out<'_>) {
        if x.lanes != LANES {
            return self.exact_sums(x.values, y.values);
        }
        let (x, first, sums) = (x.rows(), y.first, y.rows());
        if self.per_result <= LONG_SUM {
            return run(AddRows { reduction: self, first, x, sums });
        }
        let (mut part, length) = (vec![[0.0; LANES]; self.results], PART * self.results);
        let mut totals: Vec<f64> = sums.as_flattened().iter().map(|&sum| f64::from(sum)).collect();
        for (x, first) in x.chunks(length).zip((first..).step_by(length)) {
            part.fill([0.0; LANES]);
            run(AddRows { reduction: self, first, x, sums: &mut part });
            totals.iter_mut().zip(part.as_flattened()).for_each(|(total, part)| *total += f64::from(*part));
        }
        sums.as_flattened_mut().iter_mut().zip(totals).for_each(|(sum, total)| *sum = total as f32);
    }

    /// Each sum in double precision from beginning to end, for 16 adjacent results at a time.
    fn exact_sums(&self, x: &[f32], y: &mut [f32]) {
        const ADJACENT: usize = 16;
        let innermost = self.dims.iter().rposition(|dim| dim.other == 1 && dim.length > 1);
        let row = innermost.map_or(ONE, |i| self.dims[i]);
        let others = || self.dims.iter().enumerate().filter(|(i, _)| Some(*i) != innermost).map(|(_, dim)| dim);
        each(others().filter(|dim| dim.other > 0), (0, 0), &mut |from, to| {
            for start in (0..row.length).step_by(ADJACENT) {
                let count = ADJACENT.min(row.length - start);
                let mut sums = [0.0; ADJACENT];
                each(others().filter(|dim| dim.other == 0), (from + start * row.step, 0), &mut |at, _| {
                    sums[..count].iter_mut().enumerate().for_each(|(j, sum)| *sum += f64::from(x[at + j * row.step]));
                });
                y[to + start..][..count].iter_mut().zip(sums).for_each(|(y, sum)| *y = sum as f32);
            }
        });
    }

    /// A left fold: y = f(… f(f(start, x₀), x₁) …) over the numbers of each result, in order.
    pub fn fold(&self, x: View<'_>, y: Out<'_>, start: f32, f: impl Fn(f32, f32) -> f32) {
        let lanes = if x.lanes == LANES { LANES } else { 1 };
        y.values.fill(start);
        self.stretches(0, x.values.len() / lanes, |at, count, to, step| {
            for i in 0..count {
                let y = &mut y.values[(to + i * step) * lanes..][..lanes];
                y.iter_mut().zip(&x.values[(at + i) * lanes..]).for_each(|(y, &x)| *y = f(*y, x));
            }
        });
    }
}

/// Nested loops over `dims`, outermost first: calls `f` with the index in the tensor and in the result, starting at
/// `(at, to)`.
#[inline(always)]
fn each<'a>(dims: impl Iterator<Item = &'a Dim> + Clone, (at, to): (usize, usize), f: &mut impl FnMut(usize, usize)) {
    let mut kept = [ONE; MOST_DIMS];
    let count = dims.zip(&mut kept).map(|(dim, place)| *place = *dim).count();
    walk(&kept[..count], (at, to), f);
}

fn walk(dims: &[Dim], (at, to): (usize, usize), f: &mut impl FnMut(usize, usize)) {
    match dims {
        [] => f(at, to),
        [dim, inner @ ..] => (0..dim.length).for_each(|i| walk(inner, (at + i * dim.step, to + i * dim.other), f)),
    }
}

/// Adds each number of 16 images to its sum.
struct AddRows<'a> {
    reduction: &'a Reduction,
    /// The position of the first number of `x`.
    first: usize,
    x: &'a [[f32; LANES]],
    sums: &'a mut [[f32; LANES]],
}

impl simd::SimdLoop for AddRows<'_> {
    #[inline(always)]
    fn run<V: Simd>(&mut self) {
        let (AddRows { reduction, first, x, sums }, one) = (self, V::splat(1.0));
        reduction.stretches(*first, *first + x.len(), |at, count, to, step| {
            let x = &x[at - *first..][..count];
            if step == 0 {
                let sum = &mut sums[to];
                x.iter().fold(V::load(sum), |sum, x| V::load(x).mul_add(one, sum)).store(sum);
            } else {
                let sums = &mut sums[to..][..count];
                sums.iter_mut().zip(x).for_each(|(sum, x)| V::load(x).mul_add(one, V::load(sum)).store(sum));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_goes_into_its_sum_whichever_dimensions_are_reduced() {
        let shape = [2, 3, 1, 4, 5];
        let x: Vec<f32> = (0..120).map(|i| (i * 7 % 31) as f32).collect();
        for mask in 0..32 {
            let axes: Vec<usize> = (0..5).filter(|axis| mask >> axis & 1 == 1).collect();
            let mut expected = std::collections::BTreeMap::new();
            for (i, x) in x.iter().enumerate() {
                let mut rest = i;
                let mut place = [0; 5];
                for axis in (0..5).rev() {
                    place[axis] = if axes.contains(&axis) { 0 } else { rest % shape[axis] };
                    rest /= shape[axis];
                }
                *expected.entry(place).or_insert(0.0) += x;
            }
            let expected: Vec<f32> = expected.into_values().collect();
            let reduction = Reduction::new(&shape, &axes);
            let mut y = vec![0.0; expected.len()];
            reduction.add_up(View { values: &x, lanes: 1 }, Out { values: &mut y, lanes: 1, images: 1, first: 0 });
            assert_eq!(y, expected, "along {axes:?}");

            // a slice of 16 images, in two tiles that meet anywhere
            let rows: Vec<f32> = x.iter().flat_map(|&x| [x; LANES]).collect();
            for cut in [0, 1, 13, 60, 119] {
                let mut y = vec![0.0; expected.len() * LANES];
                for (first, end) in [(0, cut), (cut, 120)] {
                    let values = &rows[first * LANES..end * LANES];
                    let y = Out { values: &mut y, lanes: LANES, images: LANES, first };
                    reduction.add_up(View { values, lanes: LANES }, y);
                }
                assert_eq!(y.iter().step_by(LANES).copied().collect::<Vec<_>>(), expected, "{axes:?}, cut at {cut}");
                assert!(y.chunks(LANES).all(|row| row.iter().all(|y| *y == row[0])));
            }
        }
    }
}
