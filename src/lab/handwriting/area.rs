//! Another size for a picture, exact by area: a pixel of the result is the mean of what lies below it.
use ndarray::{Array2, Axis};

/// The part of a picture that begins at `start` (row and column) and has this `extent`, in pixels and parts of pixels, as
/// `size` rows and columns. Beyond the picture lies 0.
pub fn resized(picture: &Array2<f32>, start: [f32; 2], extent: [f32; 2], size: [usize; 2]) -> Array2<f32> {
    let mut result = picture.to_owned();
    for axis in 0..2 {
        let step = extent[axis] / size[axis] as f32;
        let before = result;
        let mut dim = before.raw_dim();
        dim[axis] = size[axis];
        result = Array2::zeros(dim);
        for (i, mut mean) in result.axis_iter_mut(Axis(axis)).enumerate() {
            let from = start[axis] + i as f32 * step;
            let to = from + step;
            let first = from.max(0.0) as usize;
            let last = (to.max(0.0).ceil() as usize).min(before.len_of(Axis(axis)));
            for k in first..last {
                let share = (to.min(k as f32 + 1.0) - from.max(k as f32)) / step;
                mean.scaled_add(share, &before.index_axis(Axis(axis), k));
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_pixel_is_the_mean_of_what_lies_below_it() {
        let picture = array![[0.0, 3.0, 6.0], [0.0, 3.0, 6.0]];
        assert_eq!(resized(&picture, [0.0, 0.0], [2.0, 3.0], [1, 3]), array![[0.0, 3.0, 6.0]]);
        assert_eq!(resized(&picture, [0.0, 0.0], [2.0, 3.0], [2, 2]), array![[1.0, 5.0], [1.0, 5.0]]);
        assert_eq!(resized(&picture, [-1.0, 1.0], [2.0, 2.0], [1, 1]), array![[2.25]], "beyond it lies 0");
        assert_eq!(resized(&picture, [0.5, 0.5], [1.0, 1.0], [2, 1]), array![[1.5], [1.5]], "and it can grow");
    }
}
