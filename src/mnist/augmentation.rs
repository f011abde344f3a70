use super::Images;
use crate::error::require;
use ndarray::{Array2, Array4, Axis, s};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

/// Makes new examples from those that are there: each image shifted, turned and scaled a little, differently each time.
///
/// ```
/// use digitos::prelude::*;
/// let mut mnist = read_data_sets("MNISTdata")?;
/// let mut augmentation = Augmentation::with_seed(0).shift(2.0).turn(10.0).scale(0.1);
///
/// let batch = mnist.train.next_batch(100)?;
/// let images = augmentation.images(&batch.images); // to be fed in place of batch.images; the labels stay
/// # assert_eq!(images.len(), 100);
/// # Ok::<(), digitos::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Augmentation {
    /// Pixels, degrees and parts of the size.
    most: [f64; 3],
    rng: Pcg32,
}

impl Augmentation {
    /// One that changes nothing yet. The same seed gives the same images.
    pub fn with_seed(seed: u64) -> Self {
        Augmentation { most: [0.0; 3], rng: Pcg32::seed_from_u64(seed) }
    }

    /// Shifts each image by up to so many pixels, across and along.
    pub fn shift(self, pixels: f64) -> Self {
        self.at_most(0, "shift", pixels, f64::INFINITY)
    }

    /// Turns each image about its centre by up to so many degrees, to either side.
    pub fn turn(self, degrees: f64) -> Self {
        self.at_most(1, "turn", degrees, f64::INFINITY)
    }

    /// Makes each image larger or smaller by up to this part of its size, below 1: with 0.1, 0.9 to 1.1 times as large.
    pub fn scale(self, part: f64) -> Self {
        self.at_most(2, "scale", part, 1.0)
    }

    fn at_most(mut self, i: usize, method: &str, most: f64, limit: f64) -> Self {
        let range = if limit < f64::INFINITY { "from 0 to less than 1" } else { "0 or more" };
        require!((0.0..limit).contains(&most), "{method}({most}): a number was expected, {range}");
        self.most[i] = most;
        self
    }

    fn next(&mut self, size: [usize; 2]) -> Change {
        let mut random = |most: f64| most * self.rng.random_range(-1.0..=1.0);
        let [shift, turn, scale] = self.most;
        let moved = [random(shift), random(shift)].map(|pixels| pixels as f32);
        // In f64, so that the f32 are the same whatever library takes the sine.
        let (sin, cos) = random(turn).to_radians().sin_cos();
        let scale = 1.0 + random(scale);
        let centre = size.map(|size| (size as f32 - 1.0) / 2.0);
        let moved = [centre[0] + moved[0], centre[1] + moved[1]];
        Change { centre, moved, sin: (sin / scale) as f32, cos: (cos / scale) as f32 }
    }

    /// A new version of each image, of the same shape and in the same order. What leaves the image is lost, what comes in is
    /// background; between pixels the values are interpolated bilinearly.
    pub fn images(&mut self, images: &Images) -> Images {
        let [height, width, channels] = images.shape();
        let mut changed = Array4::zeros((images.len(), height, width, channels));
        let mut plane = Array2::zeros((height + 3, width + 3));
        for (i, mut image) in changed.outer_iter_mut().enumerate() {
            let change = self.next([height, width]);
            let before = images.image(i);
            for (channel, mut after) in image.axis_iter_mut(Axis(2)).enumerate() {
                let values = before.iter().skip(channel).step_by(channels);
                plane
                    .slice_mut(s![1..=height, 1..=width])
                    .iter_mut()
                    .zip(values)
                    .for_each(|(to, &p)| *to = f32::from(p));
                for (y, mut row) in after.outer_iter_mut().enumerate() {
                    for (x, pixel) in row.iter_mut().enumerate() {
                        *pixel = (between(&plane, change.origin(y, x)) + 0.5) as u8;
                    }
                }
            }
        }
        let choice = images.choice();
        Images::new(changed, choice.in_order(), images.is_flat())
    }
}

/// One shift, turn and scale.
struct Change {
    centre: [f32; 2],
    moved: [f32; 2],
    sin: f32,
    cos: f32,
}

impl Change {
    /// Where a pixel comes from: the change backwards.
    fn origin(&self, y: usize, x: usize) -> [f32; 2] {
        let [dy, dx] = [y as f32 - self.moved[0], x as f32 - self.moved[1]];
        [self.centre[0] + self.cos * dy - self.sin * dx, self.centre[1] + self.sin * dy + self.cos * dx]
    }
}

/// The value at a place between four pixels of an image, which begins at 1, 1 of a plane and has background about it.
fn between(plane: &Array2<f32>, place: [f32; 2]) -> f32 {
    let (rows, columns) = plane.dim();
    let values = plane.as_slice().unwrap_or_default();
    // From -1 to the size of the image, which are background.
    let y = (place[0] + 1.0).clamp(0.0, (rows - 2) as f32);
    let x = (place[1] + 1.0).clamp(0.0, (columns - 2) as f32);
    let (top, left) = (y as i32, x as i32);
    let (down, right) = (y - top as f32, x - left as f32);
    let row = |top: i32| {
        let at = top as usize * columns + left as usize;
        values[at] * (1.0 - right) + values[at + 1] * right
    };
    row(top) * (1.0 - down) + row(top + 1) * down
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::images::Choice;
    use crate::mnist::read_data_sets;

    fn fifty() -> Images {
        read_data_sets("MNISTdata").unwrap().test.images.select(10..60)
    }

    fn pixels(images: &Images) -> Vec<&[u8]> {
        (0..images.len()).map(|i| images.image(i)).collect()
    }

    #[test]
    fn what_changes_nothing_gives_the_same_images_and_the_same_seed_the_same_changes() {
        let images = fifty();
        assert_eq!(pixels(&Augmentation::with_seed(3).images(&images)), pixels(&images));
        let changed = || Augmentation::with_seed(3).shift(2.0).turn(15.0).scale(0.2).images(&images);
        assert_eq!(pixels(&changed()), pixels(&changed()));
        let mut one = Augmentation::with_seed(3).shift(2.0);
        assert_ne!(pixels(&one.images(&images)), pixels(&one.images(&images)), "another change each time");
    }

    #[test]
    fn the_ink_moves_by_no_more_than_was_asked_and_hardly_any_is_lost() {
        let images = fifty();
        let centre = |image: &[u8]| {
            let ink: f32 = image.iter().map(|&p| f32::from(p)).sum();
            let mean = |place: fn(usize) -> usize| {
                image.iter().enumerate().map(|(i, &p)| f32::from(p) * place(i) as f32).sum::<f32>() / ink
            };
            ([mean(|i| i / 28), mean(|i| i % 28)], ink)
        };
        let moved = Augmentation::with_seed(1).shift(2.0).images(&images);
        let mut farthest: f32 = 0.0;
        for (before, after) in pixels(&images).into_iter().zip(pixels(&moved)) {
            let ((a, ink), (b, rest)) = (centre(before), centre(after));
            assert!((ink - rest).abs() < 0.06 * ink, "{ink} became {rest}");
            farthest = farthest.max((a[0] - b[0]).abs()).max((a[1] - b[1]).abs());
        }
        assert!((1.8..2.1).contains(&farthest), "{farthest}");

        let turned = Augmentation::with_seed(1).turn(90.0).images(&images);
        let larger = Augmentation::with_seed(1).scale(0.3).images(&images);
        for ((before, turned), larger) in pixels(&images).into_iter().zip(pixels(&turned)).zip(pixels(&larger)) {
            assert!((centre(before).1 - centre(turned).1).abs() < 0.05 * centre(before).1);
            let part = centre(larger).1 / centre(before).1;
            assert!((0.45..1.75).contains(&part), "0.7 to 1.3 times as large has 0.49 to 1.69 times the ink: {part}");
        }
    }

    #[test]
    fn a_turn_of_a_quarter_is_a_turn_of_a_quarter() {
        let image = Array4::from_shape_fn((1, 3, 3, 1), |(_, y, x, _)| (3 * y + x) as u8);
        let images = Images::new(image, Choice::all(1), false);
        // The seed does not matter for the sign: one of the two directions.
        let mut quarter = Augmentation::with_seed(0);
        quarter.most[1] = 90.0;
        let turned = (0..200).map(|_| quarter.images(&images)).find(|turned| {
            turned.image(0) == [2, 5, 8, 1, 4, 7, 0, 3, 6] || turned.image(0) == [6, 3, 0, 7, 4, 1, 8, 5, 2]
        });
        assert!(turned.is_some(), "in 200 turns of up to 90 degrees one is near enough to it");
    }

    #[test]
    #[should_panic(expected = "scale(1): a number was expected, from 0 to less than 1")]
    fn an_image_cannot_shrink_to_nothing() {
        Augmentation::with_seed(0).scale(1.0);
    }
}
