//! Geometry of a window that moves over an image, for convolution and pooling: strides, padding and overlap.
use super::list;
use std::fmt;
use std::ops::Range;

/// What happens at the border of an image, by TensorFlow's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// The result has ⌈size / stride⌉ positions. Zeros are added around the image where the window needs them, half on
    /// each side (if the number is odd, one more at the end).
    Same,
    /// No zeros are added: the window takes only positions at which it lies inside the image.
    Valid,
}

/// The window along one direction, down or across. All lengths are in pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    pub size: usize,
    pub kernel: usize,
    pub stride: usize,
    pub before: usize,
    pub positions: usize,
}

/// Just the numbers, as every op with a window keeps this text among its parameters.
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

    /// The taps of the kernel that lie inside the image at position `p`, and the pixel under the first of them.
    #[inline(always)]
    pub fn inside(&self, p: usize) -> (Range<usize>, usize) {
        let start = p * self.stride;
        let first = self.before.saturating_sub(start);
        (first..self.kernel.min(self.size + self.before - start), start + first - self.before)
    }

    /// The positions at which tap `k` of the kernel lies inside the image.
    pub fn positions_inside(&self, k: usize) -> Range<usize> {
        let until = |place: usize| place.saturating_sub(k).div_ceil(self.stride).min(self.positions);
        until(self.before)..until(self.before + self.size)
    }

    /// The length that the window covers from its first to its last position, padding included.
    pub fn covered(&self) -> usize {
        (self.positions - 1) * self.stride + self.kernel
    }

    /// The length of the image with its padding.
    pub fn padded(&self) -> usize {
        self.covered().max(self.before + self.size)
    }

    /// The taps that touch pixel `at`: the first tap, the position at which it does so, and the number of taps. Each next
    /// tap is `stride` further in the kernel, and touches the pixel from one position earlier.
    #[inline(always)]
    pub fn touching(&self, at: usize) -> (usize, usize, usize) {
        let place = at + self.before;
        let first = (place % self.stride).max(place.saturating_sub((self.positions - 1) * self.stride));
        let end = self.kernel.min(place + 1);
        (first, (place - first) / self.stride, end.saturating_sub(first).div_ceil(self.stride))
    }

    /// The place of tap `k` in a reversed kernel: taps that touch the same pixel (`k` equal modulo the stride) are adjacent,
    /// the last one first. With stride 1, the kernel is simply reversed.
    pub fn reversed_tap(&self, k: usize) -> usize {
        let before: usize = (0..k % self.stride).map(|first| (self.kernel - first).div_ceil(self.stride)).sum();
        before + (self.kernel - 1 - k) / self.stride
    }
}

/// A window in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub down: Axis,
    pub across: Axis,
}

impl Window {
    /// For each position, where the window begins in the padded image `[height][width][channels]`, as an index of a number.
    pub fn starts(&self, channels: usize) -> Box<[u32]> {
        let Window { down, across } = *self;
        let at = |r: usize, q: usize| r * down.stride * across.padded() + q * across.stride;
        let place = |i: usize| at(i / across.positions, i % across.positions) * channels;
        (0..down.positions * across.positions).map(|i| place(i) as u32).collect()
    }

    /// For `image` and `kernel` of `[height, width]`, or a sentence that says why the window is impossible.
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

    /// Every (position, tap, pixel) with the pixel inside the image, by brute force.
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
                    .flat_map(|k| axis.positions_inside(k).map(move |p| (p, k, p * stride + k - axis.before)))
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
    fn taps_that_touch_the_same_pixel_are_adjacent_in_the_reversed_kernel() {
        let axis = Axis::new(14, 5, 2, Padding::Same).unwrap();
        let reversed: Vec<usize> = (0..5).map(|k| axis.reversed_tap(k)).collect();
        assert_eq!(reversed, [2, 4, 1, 3, 0], "4 2 0, then 3 1");
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
