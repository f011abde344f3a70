//! Sums over the images of a batch: the gradients by weights.
//!
//! Inside, slices are in the order of their images ([`image_major`]), so that no lane is ever added to another: every
//! number of the result is one sum, image after image, and every processor gives the same bits.
use super::simd::{Kernel, Simd, run, vectorized};
use crate::engine::memory::LANES;
use crate::engine::tensor::{Batch, Out, Rows};

/// So many rows of the result are computed together: their sums are held in registers, on any processor.
pub(crate) const TOGETHER: usize = 6;

/// Stretches of an image that go, one after the other, to other places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretches {
    pub count: usize,
    pub length: usize,
    /// How far it is from one to the next.
    pub by: usize,
    /// Where the first one goes, and how far from there the next.
    pub to: (usize, usize),
}

impl Stretches {
    /// Rows of `length` numbers, each filled up to a multiple of sixteen.
    pub fn padded(count: usize, length: usize) -> Self {
        Stretches { count, length, by: length, to: (0, length.next_multiple_of(16)) }
    }
}

vectorized! {
/// From the lanes of a slice to one image behind the other, with zeros where no stretch goes.
pub(crate) fn image_major(x: &[f32], stretches: &Stretches, y: Out<'_>) {
    let Stretches { count, length, by, to } = *stretches;
    let x = x.as_chunks::<LANES>().0;
    let width = y.values.len() / LANES;
    let y = &mut y.values[..width * y.images];
    let mut done = 0;
    for i in 0..count {
        let mut at = to.0 + i * to.1;
        if at > done {
            y.chunks_exact_mut(width).for_each(|y| y[done..at].fill(0.0));
        }
        for x in x[i * by..][..length].chunks(LANES) {
            if let (Some(x), true) = (x.first_chunk::<LANES>(), at + LANES <= width) {
                y.chunks_exact_mut(width).enumerate().for_each(|(image, y)| turned(x, image, &mut y[at..]));
                at += LANES;
            } else {
                // what follows is zero, or written later
                let whole = at + LANES <= width;
                for (image, y) in y.chunks_exact_mut(width).enumerate() {
                    let mut row = [0.0; LANES];
                    row.iter_mut().zip(x).for_each(|(y, x)| *y = x[image]);
                    if whole {
                        y[at..][..LANES].copy_from_slice(&row);
                    } else {
                        y[at..][..x.len()].copy_from_slice(&row[..x.len()]);
                    }
                }
                at += if whole { LANES } else { x.len() };
            }
        }
        done = at;
    }
    y.chunks_exact_mut(width).for_each(|y| y[done.min(width)..].fill(0.0));
}
}

#[inline(always)]
fn turned(x: &[[f32; LANES]; LANES], image: usize, y: &mut [f32]) {
    y[..LANES].iter_mut().zip(x).for_each(|(y, x)| *y = x[image]);
}

/// How the two factors of a sum are walked through: positions, side by side in lines, of which each image has some.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    pub lines: usize,
    pub positions: usize,
    /// How far it is from line to line and from position to position in the first factor. (In the second, there is nothing between them.)
    pub by_line: usize,
    pub by_position: usize,
    /// The rows of the result belong to neighbouring numbers of the first factor, in groups of `group`, `by_group` apart.
    pub group: usize,
    pub by_group: usize,
}

impl Walk {
    /// One position an image, where all `rows` rows are neighbours.
    pub fn single(rows: usize) -> Self {
        Walk { lines: 1, positions: 1, by_line: 0, by_position: 0, group: rows, by_group: 0 }
    }
}

/// y[p][q] = Σ a[place of p]·b[q] over all positions of all images, for some rows p.
///
/// Both factors come from [`image_major`], `b` in rows of a multiple of sixteen.
pub(crate) fn batch_sum(a: Batch<'_>, b: Batch<'_>, walk: &Walk, columns: usize, y: Rows<'_>) {
    run(BatchSum { a, b, walk, columns, y })
}

struct BatchSum<'a> {
    a: Batch<'a>,
    b: Batch<'a>,
    walk: &'a Walk,
    columns: usize,
    y: Rows<'a>,
}

/// Some positions side by side: where the first number is in the first factor, and the rows of the second.
type Line<'a> = (&'a [f32], &'a [[f32; 16]]);

/// So many lines are added up before the sums leave their registers: few enough for their numbers to stay in the cache.
const LINES: usize = 32;

impl Kernel for BatchSum<'_> {
    #[inline(always)]
    fn run<V: Simd>(self) {
        let BatchSum { a, b, walk, columns, y } = self;
        let chunks = columns.div_ceil(16);
        let (mut lines, mut count): ([Line<'_>; LINES], usize) = ([(&[], &[]); LINES], 0);
        let mut sums = Sums { walk: *walk, columns, first: y.first / columns, y: y.values, more: false };
        let single = walk.lines * walk.positions == 1;
        if single {
            // then sixteen images stand side by side as positions do
            sums.walk.by_position = a.slice(0).0.len() / LANES;
        }
        for s in 0..a.slices.len() {
            let ((a, images), b) = (a.slice(s), b.slice(s).0.as_chunks::<16>().0);
            let (of_line, in_slice) = if single { (images, 1) } else { (walk.positions, images * walk.lines) };
            for line in 0..in_slice {
                let (image, within) = (line / walk.lines, line % walk.lines);
                let a = &a[image * (a.len() / LANES) + within * walk.by_line..];
                lines[count] = (a, &b[line * of_line * chunks..][..of_line * chunks]);
                count += 1;
                if count == LINES {
                    sums.add::<V>(&lines);
                    count = 0;
                }
            }
        }
        if count > 0 {
            sums.add::<V>(&lines[..count]);
        }
    }
}

/// Some rows of the result.
struct Sums<'a> {
    walk: Walk,
    columns: usize,
    first: usize,
    y: &'a mut [f32],
    /// Whether there is something in `y` already.
    more: bool,
}

impl Sums<'_> {
    #[inline(always)]
    fn add<V: Simd>(&mut self, lines: &[Line<'_>]) {
        let chunks = self.columns.div_ceil(16);
        let mut q = 0;
        while q < chunks {
            // of the last sixteen, the second half may be empty
            q += if const { V::TILE >= 12 } && q + 2 <= chunks {
                self.columns::<V, 2>(lines, q);
                2
            } else if self.columns - 16 * q <= 8 {
                self.columns::<V::Half, 1>(lines, q);
                1
            } else {
                self.columns::<V, 1>(lines, q);
                1
            };
        }
        self.more = true;
    }

    /// C times sixteen columns of all rows: those of the second factor stay in the cache.
    #[inline(always)]
    fn columns<V: Simd, const C: usize>(&mut self, lines: &[Line<'_>], q: usize) {
        let Sums { walk, columns, .. } = *self;
        let mut p = self.first;
        let mut rest = &mut *self.y;
        while !rest.is_empty() {
            let neighbours = (walk.group - p % walk.group).min(rest.len() / columns);
            let rows = if const { V::TILE > 1 } && neighbours >= TOGETHER { TOGETHER } else { 1 };
            let (y, behind) = rest.split_at_mut(rows * columns);
            let place = (p / walk.group * walk.by_group + p % walk.group, walk.by_position);
            if rows == TOGETHER {
                tile::<V, TOGETHER, C>(lines, place, q, y, self.more);
            } else {
                tile::<V, 1, C>(lines, place, q, y, self.more);
            }
            rest = behind;
            p += rows;
        }
    }
}

/// P rows by C times sixteen columns.
#[inline(always)]
fn tile<V: Simd, const P: usize, const C: usize>(
    lines: &[Line<'_>],
    (first, by_position): (usize, usize),
    q: usize,
    y: &mut [f32],
    more: bool,
) {
    let columns = y.len() / P;
    let chunks = columns.div_ceil(16);
    let mut sum = [[V::splat(0.0); C]; P];
    for &(a, b) in lines {
        for (i, b) in b.chunks_exact(chunks).enumerate() {
            let a: &[f32; P] = a[first + i * by_position..].first_chunk().expect("P numbers");
            let chunk: &[[f32; 16]; C] = b[q..].first_chunk().expect("C chunks");
            let mut b = [V::splat(0.0); C];
            for c in 0..C {
                b[c] = V::load(&chunk[c]);
            }
            for p in 0..P {
                let a = V::splat(a[p]);
                for c in 0..C {
                    sum[p][c] = a.mul_add(b[c], sum[p][c]);
                }
            }
        }
    }
    for p in 0..P {
        for c in 0..C {
            let mut sums = [0.0; 16];
            sum[p][c].store(&mut sums);
            let y = &mut y[p * columns..][..columns][16 * (q + c)..];
            for (y, sum) in y.iter_mut().zip(sums) {
                *y = if more { *y + sum } else { sum };
            }
        }
    }
}
