//! Walks along the dimensions of a tensor and keeps the position in another one, which lacks some of them.

/// The most dimensions of length 2 or more: a tensor holds fewer than 2³² numbers.
pub(super) const MOST_DIMS: usize = 32;

/// A dimension of a tensor, or adjacent ones merged because the other tensor has all of them or none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Dim {
    pub length: usize,
    /// Stride in the tensor, in numbers.
    pub step: usize,
    /// Stride in the other one, in numbers; 0 if it lacks the dimension.
    pub other: usize,
}

/// The dimensions of a tensor, innermost first, without those of length 1, and the size of the other one, which has the
/// dimensions that `stays` says.
pub(super) fn dims(shape: &[usize], stays: &dyn Fn(usize) -> bool) -> (Vec<Dim>, usize) {
    let (mut dims, mut step, mut other): (Vec<Dim>, _, _) = (Vec::new(), 1, 1);
    for (axis, &length) in shape.iter().enumerate().rev().filter(|(_, length)| **length != 1) {
        let stays = stays(axis);
        match dims.last_mut() {
            Some(inner) if (inner.other > 0) == stays => inner.length *= length,
            _ => dims.push(Dim { length, step, other: if stays { other } else { 0 } }),
        }
        step *= length;
        other *= if stays { length } else { 1 };
    }
    (dims, other)
}

/// A position in the walk: an index along each dimension, outermost first.
pub(super) struct Odometer<'a> {
    dims: &'a [Dim],
    digits: [usize; MOST_DIMS],
    /// The position in the other tensor.
    pub place: usize,
}

impl<'a> Odometer<'a> {
    /// At number `index` of the walk.
    #[inline(always)]
    pub fn at(dims: &'a [Dim], index: usize) -> Self {
        let (mut digits, mut rest, mut place) = ([0; MOST_DIMS], index, 0);
        for (digit, dim) in digits.iter_mut().zip(dims).rev() {
            *digit = rest % dim.length;
            place += *digit * dim.other;
            rest /= dim.length;
        }
        Odometer { dims, digits, place }
    }

    /// On to the next number, and from the last one back to the first.
    #[inline(always)]
    pub fn advance(&mut self) {
        for (digit, dim) in self.digits.iter_mut().zip(self.dims).rev() {
            *digit += 1;
            self.place += dim.other;
            if *digit < dim.length {
                break;
            }
            self.place -= *digit * dim.other;
            *digit = 0;
        }
    }
}
