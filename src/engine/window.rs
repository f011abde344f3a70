//! A window that moves over an image: where it lies, and what of it lies inside.
use crate::engine::shape::list;
use std::fmt;
use std::ops::Range;

/// What happens at the border of an image, by TensorFlow's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// The result has ⌈size / stride⌉ positions; what is missing is zero, half of it before the image and half behind
    /// (the odd one behind).
    Same,
    /// Only windows that lie inside the image.
    Valid,
}

/// One direction, down or across.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    pub size: usize,
    pub kernel: usize,
    pub stride: usize,
    pub before: usize,
    pub positions: usize,
}

/// Short, as each op that moves a window holds this text.
impl fmt::Debug for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Axis { size, kernel, stride, before, positions } = self;
        write!(f, "{size} {kernel} {stride} {before} {positions}")
    }
}

impl Axis {
    fn new(size: usize, kernel: usize, stride: usize, padding: Padding) -> Option<Self> {
        let positions = match padding {
            Padding::Same => size.div_ceil(stride),
            Padding::Valid => (size + 1).checked_sub(kernel)?.div_ceil(stride),
        };
        let axis = Axis { size, kernel, stride, before: 0, positions: (positions > 0).then_some(positions)? };
        Some(Axis { before: axis.covered().saturating_sub(size) / 2, ..axis })
    }

    /// Which parts of the kernel lie inside the image at position `p`, and where the first of them is in the image.
    #[inline(always)]
    pub fn inside(&self, p: usize) -> (Range<usize>, usize) {
        let start = p * self.stride;
        let first = self.before.saturating_sub(start);
        (first..self.kernel.min(self.size + self.before - start), start + first - self.before)
    }

    /// The positions at which part `k` of the kernel lies inside the image.
    pub fn meeting(&self, k: usize) -> Range<usize> {
        let until = |place: usize| place.saturating_sub(k).div_ceil(self.stride).min(self.positions);
        until(self.before)..until(self.before + self.size)
    }

    /// How many places all positions cover together, padding included.
    pub fn covered(&self) -> usize {
        (self.positions - 1) * self.stride + self.kernel
    }

    /// The image with the borders that it needs: its size.
    pub fn padded(&self) -> usize {
        self.covered().max(self.before + self.size)
    }

    /// The parts of the kernel that touch `at`, a place of the image: the first part, the position at which it does, and
    /// how many there are. Each next one is `stride` parts further, at one position less.
    #[inline(always)]
    pub fn touching(&self, at: usize) -> (usize, usize, usize) {
        let place = at + self.before;
        let first = (place % self.stride).max(place.saturating_sub((self.positions - 1) * self.stride));
        let end = self.kernel.min(place + 1);
        (first, (place - first) / self.stride, end.saturating_sub(first).div_ceil(self.stride))
    }

    /// Where part `k` of a kernel stands when those that touch the same places are put side by side, the last one first.
    pub fn turn(&self, k: usize) -> usize {
        let before: usize = (0..k % self.stride).map(|first| (self.kernel - first).div_ceil(self.stride)).sum();
        before + (self.kernel - 1 - k) / self.stride
    }
}

/// Both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub down: Axis,
    pub across: Axis,
}

impl Window {
    /// Where what lies under the window begins, at each position of an image with its borders, in numbers.
    pub fn starts(&self, channels: usize) -> Box<[u32]> {
        let Window { down, across } = *self;
        let row = |r| (0..across.positions).map(move |q| r * down.stride * across.padded() + q * across.stride);
        (0..down.positions).flat_map(row).map(|place| (place * channels) as u32).collect()
    }

    /// For images of `[height, width]`, or a sentence that says why not.
    pub fn new(image: [usize; 2], kernel: [usize; 2], strides: &[usize], padding: Padding) -> Result<Self, String> {
        let (down, across) = match *strides {
            [1, down, across, 1] | [down, across] if down as isize > 0 && across as isize > 0 => (down, across),
            _ => {
                let found = list(strides);
                return Err(format!(
                    "strides {found}: they are written [1, down, across, 1], down and across at least 1"
                ));
            }
        };
        let axis = |i: usize, stride| Axis::new(image[i], kernel[i], stride, padding);
        match (axis(0, down), axis(1, across)) {
            (Some(down), Some(across)) => Ok(Window { down, across }),
            _ => Err(format!(
                "a window of {}×{} does not fit into images of {}×{} without padding; try a smaller one, or SAME",
                kernel[0], kernel[1], image[0], image[1]
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair (position, part of the kernel) that lies inside the image, counted out.
    fn pairs(axis: &Axis) -> Vec<(usize, usize, usize)> {
        let all = (0..axis.positions).flat_map(|p| (0..axis.kernel).map(move |k| (p, k)));
        let place = |(p, k): (usize, usize)| {
            Some((p, k, (p * axis.stride + k).checked_sub(axis.before).filter(|&at| at < axis.size)?))
        };
        all.filter_map(place).collect()
    }

    #[test]
    fn both_ways_of_walking_meet_the_same_pairs() {
        for (size, kernel, stride) in [(28, 6, 1), (28, 5, 2), (14, 4, 2), (7, 3, 3), (5, 1, 2), (3, 5, 1), (9, 2, 4)] {
            for padding in [Padding::Same, Padding::Valid] {
                let Some(axis) = Axis::new(size, kernel, stride, padding) else { continue };
                let expected = pairs(&axis);
                let mut found: Vec<_> = (0..axis.positions)
                    .flat_map(|p| {
                        let (ks, at) = axis.inside(p);
                        let start = ks.start;
                        ks.map(move |k| (p, k, at + k - start))
                    })
                    .collect();
                assert_eq!(found, expected, "inside {axis:?}");
                found = (0..kernel)
                    .flat_map(|k| axis.meeting(k).map(move |p| (p, k, p * stride + k - axis.before)))
                    .collect();
                found.sort_unstable();
                assert_eq!(found, expected, "meeting {axis:?}");
                found = (0..size)
                    .flat_map(|at| {
                        let (k, p, count) = axis.touching(at);
                        (0..count).map(move |i| (p - i, k + i * stride, at))
                    })
                    .collect();
                found.sort_unstable();
                assert_eq!(found, expected, "touching {axis:?}");
            }
        }
    }

    #[test]
    fn what_touches_a_place_stands_side_by_side_once_turned() {
        let axis = Axis::new(14, 5, 2, Padding::Same).unwrap();
        let turned: Vec<usize> = (0..5).map(|k| axis.turn(k)).collect();
        assert_eq!(turned, [2, 4, 1, 3, 0], "4 2 0, then 3 1");
    }

    #[test]
    fn padding_follows_tensorflow() {
        let same = |size, kernel, stride| {
            let axis = Axis::new(size, kernel, stride, Padding::Same).unwrap();
            (axis.positions, axis.before)
        };
        assert_eq!(same(28, 6, 1), (28, 2));
        assert_eq!(same(28, 5, 2), (14, 1));
        assert_eq!(same(14, 4, 2), (7, 1));
        assert_eq!(same(7, 2, 2), (4, 0));
        assert_eq!(same(10, 1, 3), (4, 0));
        assert_eq!(Axis::new(28, 5, 1, Padding::Valid).unwrap().positions, 24);
        assert_eq!(Axis::new(4, 5, 1, Padding::Valid), None);
    }
}
