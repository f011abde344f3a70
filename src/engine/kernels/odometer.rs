//! Walks along the dimensions of a tensor and keeps the position in another one, which has strides of its own.

/// The most dimensions of length 2 or more: a tensor holds fewer than 2³² numbers.
pub(super) const MOST_DIMS: usize = 32;

/// A dimension to walk along.
pub(super) trait Along {
    fn length(&self) -> usize;

    /// How far apart its numbers are in the other tensor.
    fn stride(&self) -> usize;
}

/// A position in the walk: an index along each dimension, outermost first.
pub(super) struct Odometer<'a, D> {
    dims: &'a [D],
    digits: [usize; MOST_DIMS],
    /// The position in the other tensor.
    pub place: usize,
}

impl<'a, D: Along> Odometer<'a, D> {
    /// At number `index` of the walk.
    #[inline(always)]
    pub fn at(dims: &'a [D], index: usize) -> Self {
        let (mut digits, mut rest, mut place) = ([0; MOST_DIMS], index, 0);
        for (digit, dim) in digits.iter_mut().zip(dims).rev() {
            *digit = rest % dim.length();
            place += *digit * dim.stride();
            rest /= dim.length();
        }
        Odometer { dims, digits, place }
    }

    /// On to the next number, and from the last one back to the first.
    #[inline(always)]
    pub fn advance(&mut self) {
        for (digit, dim) in self.digits.iter_mut().zip(self.dims).rev() {
            *digit += 1;
            self.place += dim.stride();
            if *digit < dim.length() {
                break;
            }
            self.place -= *digit * dim.stride();
            *digit = 0;
        }
    }
}
