use crate::engine::kernels::pixels::unit_interval;
use crate::engine::{Feed, fits};
use crate::error::{ensure, require, stop};
use ndarray::{Array4, ArrayD, Dimension, IxDyn};
use rand::Rng;
use rand::seq::SliceRandom;
use std::{any::Any, fmt, ops::Range, sync::Arc};

/// Which examples of a data set, and in which order: a stretch of a list that many may share.
#[derive(Clone)]
pub(super) struct Choice {
    list: Arc<[u32]>,
    range: Range<usize>,
    /// How many examples the set has from which they are drawn.
    of: usize,
}

impl Choice {
    pub fn all(n: usize) -> Choice {
        let n = u32::try_from(n).expect("fewer than 2^32 images");
        Choice::new((0..n).collect(), n as usize)
    }

    fn new(list: Arc<[u32]>, of: usize) -> Choice {
        Choice { range: 0..list.len(), list, of }
    }

    /// The same as a set of its own, from which batches are drawn.
    pub fn as_set(&self) -> Choice {
        Choice { of: self.len(), ..self.clone() }
    }

    #[inline]
    fn as_slice(&self) -> &[u32] {
        &self.list[self.range.clone()]
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// The place of example `i` in its set; `method` is what was asked for it.
    #[inline]
    fn at(&self, i: usize, method: &str) -> usize {
        match self.as_slice().get(i) {
            Some(&place) => place as usize,
            None => none_with_number(&format!("{method}({i})"), self.len(), i),
        }
    }

    pub fn select(&self, range: Range<usize>) -> Choice {
        let n = self.len();
        let fits = range.start <= range.end && range.end <= n;
        require!(fits || n > 0, "select({range:?}): this set is empty, so there is nothing to select");
        require!(fits, "select({range:?}): there are {n} examples, so a range within 0..{n} was expected");
        let start = self.range.start;
        Choice { range: start + range.start..start + range.end, ..self.clone() }
    }

    pub fn choose(&self, which: &[usize]) -> Choice {
        let n = self.len();
        if let Some(&i) = which.iter().find(|&&i| i >= n) {
            none_with_number("choose", n, i);
        }
        Choice::new(which.iter().map(|&i| self.as_slice()[i]).collect(), self.of)
    }

    pub fn then(&self, next: &Choice) -> Choice {
        Choice::new(self.as_slice().iter().chain(next.as_slice()).copied().collect(), self.of)
    }

    /// For as many examples that lie in this order.
    pub fn in_order(&self) -> Choice {
        Choice::new((0..self.len() as u32).collect(), self.of)
    }

    pub fn shuffled(&self, rng: &mut impl Rng) -> Choice {
        let mut list: Arc<[u32]> = self.as_slice().into();
        Arc::make_mut(&mut list).shuffle(rng);
        Choice::new(list, self.of)
    }
}

#[cold]
fn none_with_number(asked: &str, n: usize, i: usize) -> ! {
    require!(n > 0, "{asked}: this set is empty, so there is no example to take");
    stop(format!("{asked}: there are {n} examples, so there is none with the number {i} (the first is 0)"))
}

macro_rules! examples {
    ($($examples:ident)*) => { $(
        impl $examples {
            pub(super) fn with(&self, choice: Choice) -> Self {
                $examples { choice, ..self.clone() }
            }

            /// How many there are.
            pub fn len(&self) -> usize {
                self.choice.len()
            }

            /// Whether there are none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Number `i` alone, as a batch of one, to feed it. Stops the program if there is no such example.
            pub fn one(&self, i: usize) -> Self {
                self.choice.at(i, "one");
                self.select(i..i + 1)
            }

            /// The first `n`, or all if there are fewer.
            pub fn take(&self, n: usize) -> Self {
                self.select(0..n.min(self.len()))
            }

            /// Those in `range`, from 0 to [`len`](Self::len). Stops the program at a range that goes beyond.
            pub fn select(&self, range: Range<usize>) -> Self {
                self.with(self.choice.select(range))
            }

            /// Those with these numbers, in this order. Stops the program at a number that does not exist.
            pub fn choose(&self, which: &[usize]) -> Self {
                self.with(self.choice.choose(which))
            }
        }
    )* };
}
examples!(Images Labels);

/// Some images of a data set, in the order in which they were chosen.
///
/// The pixels stay bytes, shared with the data set they come from; they become `f32` in 0..1 when they are fed
/// or turned into an array. So a clone or a part costs nothing.
///
/// All of them, or a part, can be fed to a placeholder `[NONE, height, width, channels]`; a single one as well, as a batch
/// of [`one`](Images::one):
///
/// ```
/// use digitos::prelude::*;
/// let mnist = read_data_sets("MNISTdata")?;
/// let x = placeholder([NONE, 28, 28, 1]);
/// let y = softmax(matmul(reshape(x, [-1, 784]), variable(truncated_normal([784, 10], 0.1))));
/// let mut sess = Session::new();
/// sess.initialize(y)?;
///
/// let answer = sess.run(argmax(y, 1), feed! { x => mnist.test.images.one(0) })?;
/// println!("the first test digit is read as {}, and is {}", answer[0], mnist.test.labels.class(0));
/// # assert_eq!(answer.shape(), [1]);
/// # Ok::<(), digitos::Error>(())
/// ```
#[derive(Clone)]
pub struct Images {
    pixels: Arc<[u8]>,
    choice: Choice,
    shape: [usize; 3],
    flat: bool,
}

impl Images {
    pub(super) fn new(images: Array4<u8>, choice: Choice, flat: bool) -> Images {
        let (_, h, w, c) = images.dim();
        let pixels = images.as_slice().map_or_else(|| images.iter().copied().collect(), Arc::from);
        Images { pixels, choice, shape: [h, w, c], flat }
    }

    pub(super) fn choice(&self) -> &Choice {
        &self.choice
    }

    pub(super) fn is_flat(&self) -> bool {
        self.flat
    }

    /// How many examples the set has that they were chosen from: for a batch of `set.take(100)`, 100.
    pub(crate) fn chosen_from(&self) -> usize {
        self.choice.of
    }

    /// Height, width and channels of an image.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The bytes of image `i` (0 is background), row by row, `height * width * channels` of them, to look at; to feed it,
    /// take [`one`](Self::one). Stops the program if there is no such image.
    #[inline]
    pub fn image(&self, i: usize) -> &[u8] {
        let size = self.shape.iter().product::<usize>();
        let at = self.choice.at(i, "image") * size;
        &self.pixels[at..at + size]
    }

    /// These and others behind them.
    pub(super) fn then(&self, next: &Images) -> Result<Images, String> {
        ensure!(
            self.shape == next.shape && self.flat == next.flat,
            "{next:?} cannot follow {self:?}: images that are fed in the same shape were expected; read both with the same options"
        );
        let pixels = [self, next].into_iter().flat_map(|all| (0..all.len()).map(|i| all.image(i)));
        let pixels: Vec<u8> = pixels.flatten().copied().collect();
        Ok(Images { pixels: pixels.into(), choice: Choice::all(self.len() + next.len()), ..self.clone() })
    }

    /// The shape in which they are fed: `[n, height, width, channels]`, or `[n, height * width * channels]` if read
    /// with [`reshape`](super::ReadOptions::reshape).
    pub(crate) fn dims(&self) -> IxDyn {
        let ([h, w, c], n) = (self.shape, self.len());
        if self.flat { IxDyn(&[n, h * w * c]) } else { IxDyn(&[n, h, w, c]) }
    }

    /// The images as they are fed, each pixel in 0..1.
    pub fn to_array(&self) -> ArrayD<f32> {
        let mut array = ArrayD::zeros(self.dims());
        self.write(array.as_slice_mut().expect("a new array"));
        array
    }
}

/// Each pixel in 0..1.
impl Feed for Images {
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        fits(self.dims().slice(), dims)
    }

    fn fill(&self, first: usize, lanes: &mut [[f32; 16]]) {
        let (last, size) = (self.len() - 1, lanes.len());
        let mut images: [&[u8]; 16] = [&[]; 16];
        for (l, image) in images.iter_mut().enumerate() {
            *image = &self.image((first + l).min(last))[..size];
        }
        unit_interval(images, lanes);
    }

    fn write(&self, values: &mut [f32]) {
        for (i, values) in values.chunks_mut(self.shape.iter().product()).enumerate() {
            values.iter_mut().zip(self.image(i)).for_each(|(value, &p)| *value = f32::from(p) / 255.0);
        }
    }

    fn keep(&self) -> Arc<dyn Feed + Send> {
        Arc::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl fmt::Debug for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Images {:?}", self.dims().slice())
    }
}

/// The right answers that belong to some [`Images`].
#[derive(Clone)]
pub struct Labels {
    classes: Arc<[u8]>,
    choice: Choice,
    /// The columns of one-hot labels.
    depth: Option<usize>,
}

impl Labels {
    pub(super) fn new(classes: &[u8], choice: Choice, depth: Option<usize>) -> Labels {
        Labels { classes: classes.into(), choice, depth }
    }

    /// The class of image `i`, from 0 to 255: for a digit, which one it is. Stops the program if there is no such image.
    #[inline]
    pub fn class(&self, i: usize) -> usize {
        self.classes[self.choice.at(i, "class")].into()
    }

    /// These and others behind them.
    pub(super) fn then(&self, next: &Labels) -> Result<Labels, String> {
        ensure!(
            self.depth == next.depth,
            "{next:?} cannot follow {self:?}: labels that are fed in the same shape were expected; read both with the same options"
        );
        let classes = [self, next].into_iter().flat_map(|all| (0..all.len()).map(|i| all.class(i) as u8));
        Ok(Labels { classes: classes.collect(), choice: Choice::all(self.len() + next.len()), depth: self.depth })
    }

    /// The shape in which they are fed: `[n, classes]` if one-hot, otherwise `[n]`.
    pub(crate) fn dims(&self) -> IxDyn {
        self.depth.map_or(IxDyn(&[self.len()]), |depth| IxDyn(&[self.len(), depth]))
    }

    /// The labels as they are fed: if one-hot, 1 in the column of the class and 0 elsewhere.
    pub fn to_array(&self) -> ArrayD<f32> {
        ArrayD::from_shape_fn(self.dims(), |at| match self.depth {
            Some(_) => f32::from(u8::from(self.class(at[0]) == at[1])),
            None => self.class(at[0]) as f32,
        })
    }
}

/// One-hot: 1 in the row of the class and 0 in the other rows. Otherwise one row with the classes.
impl Feed for Labels {
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        fits(self.dims().slice(), dims)
    }

    fn fill(&self, first: usize, lanes: &mut [[f32; 16]]) {
        let last = self.len() - 1;
        lanes.fill([0.0; 16]);
        for (l, i) in (first..first + 16).enumerate() {
            let class = self.class(i.min(last));
            match self.depth {
                Some(_) => lanes[class][l] = 1.0,
                None => lanes[0][l] = class as f32,
            }
        }
    }

    fn write(&self, values: &mut [f32]) {
        values.iter_mut().zip(&self.to_array()).for_each(|(value, x)| *value = *x);
    }

    fn keep(&self) -> Arc<dyn Feed + Send> {
        Arc::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Labels {:?}{}", self.dims().slice(), if self.is_empty() { "" } else { ":" })?;
        (0..self.len().min(10)).try_for_each(|i| write!(f, " {}", self.class(i)))?;
        f.write_str(if self.len() > 10 { " …" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::{DataSet, ReadOptions};

    /// 20 images of 2×3 pixels: image `i` has the pixels `10 * i`, `10 * i + 1`…, and the class `i % 10`.
    fn twenty() -> DataSet {
        let images = Array4::from_shape_fn((20, 2, 3, 1), |(i, y, x, _)| (10 * i + 3 * y + x) as u8);
        let labels: Vec<u8> = (0..20).map(|i| i % 10).collect();
        DataSet::new(images, &labels).unwrap()
    }

    #[test]
    fn lanes_hold_sixteen_labels_side_by_side() {
        let set = twenty();
        let mut lanes = [[f32::NAN; 16]; 10];
        set.labels.fill(0, &mut lanes);
        for (class, lane) in lanes.iter().enumerate() {
            for (l, &value) in lane.iter().enumerate() {
                assert_eq!(value, if l % 10 == class { 1.0 } else { 0.0 }, "column {class} of label {l}");
            }
        }
    }

    #[test]
    fn every_byte_becomes_what_division_by_255_gives() {
        let byte = |image: usize, pixel: usize| (image * 90 + pixel) as u8;
        let images = Array4::from_shape_fn((16, 10, 27, 1), |(i, y, x, _)| byte(i, 27 * y + x));
        let mut lanes = [[f32::NAN; 16]; 270];
        DataSet::new(images, &[0; 16]).unwrap().images.fill(0, &mut lanes);
        for (pixel, lane) in lanes.iter().enumerate() {
            for (l, &value) in lane.iter().enumerate() {
                assert_eq!(value, f32::from(byte(l, pixel)) / 255.0, "pixel {pixel} of image {l}");
            }
        }
    }

    #[test]
    fn lanes_past_the_end_repeat_the_last_image() {
        let part = twenty().choose(&[7, 3, 5]);
        let (mut pixels, mut classes) = ([[0.0; 16]; 6], [[0.0; 16]; 10]);
        part.images.fill(0, &mut pixels);
        part.labels.fill(0, &mut classes);
        assert_eq!(pixels[0][..4], [70.0, 30.0, 50.0, 50.0].map(|byte: f32| byte / 255.0));
        assert_eq!(pixels[5][2..], [55.0 / 255.0; 14]);
        assert_eq!(classes[5], std::array::from_fn(|l| if l < 2 { 0.0 } else { 1.0 }));
    }

    #[test]
    fn an_epoch_is_as_long_as_the_set_that_images_come_from() {
        let mut part = twenty().take(8);
        assert_eq!(part.images.chosen_from(), 8, "all of a part");
        assert_eq!(part.next_batch(3).unwrap().images.chosen_from(), 8, "a shuffled batch of it");
        assert_eq!(part.images.select(2..4).chosen_from(), 8, "a batch in the order of the file");
        assert_eq!(part.choose(&[1, 5]).images.chosen_from(), 2);
    }

    #[test]
    fn what_is_fed_has_the_shape_of_the_options() {
        let set = twenty();
        assert_eq!((set.images.dims().slice(), set.labels.dims().slice()), (&[20, 2, 3, 1][..], &[20, 10][..]));
        let plain = ReadOptions::new().one_hot(false).reshape(true);
        let plain = plain.data_set(Array4::zeros((2, 2, 3, 1)), &[200, 7]).unwrap();
        assert_eq!((plain.images.dims().slice(), plain.labels.dims().slice()), (&[2, 6][..], &[2][..]));
        let mut lanes = [[0.0; 16]];
        plain.labels.fill(0, &mut lanes);
        assert_eq!(lanes[0][..3], [200.0, 7.0, 7.0]);
    }
}
