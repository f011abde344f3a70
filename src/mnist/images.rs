use ndarray::{Array2, Array4};
use std::{fmt, ops::Range, sync::Arc};

/// One number of each of sixteen images: how the engine holds a batch (see `engine`).
type Lanes = [f32; 16];

/// Some images of a data set, in the order in which they were chosen.
///
/// The pixels stay bytes, shared with the data set they come from; they become `f32` in 0..1 when they are fed
/// or turned into an array.
#[derive(Clone)]
pub struct Images {
    pixels: Arc<[u8]>,
    index: Arc<[u32]>,
    range: Range<usize>,
    shape: [usize; 3],
    flat: bool,
}

impl Images {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Height, width and channels of an image.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The bytes of image `i` (0 is background), row by row, `height * width * channels` of them.
    pub fn image(&self, i: usize) -> &[u8] {
        let size = self.shape.iter().product::<usize>();
        let at = self.index[self.range.clone()][i] as usize * size;
        &self.pixels[at..at + size]
    }

    /// The images as `[n, height, width, channels]`, each pixel in 0..1.
    pub fn to_array(&self) -> Array4<f32> {
        let [h, w, c] = self.shape;
        let pixels = (0..self.len()).flat_map(|i| self.image(i));
        Array4::from_shape_vec((self.len(), h, w, c), pixels.map(|&p| f32::from(p) / 255.0).collect())
            .expect("as many pixels as the shape says")
    }
}

impl fmt::Debug for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [h, w, c] = self.shape;
        write!(f, "Images [{}, {h}, {w}, {c}]", self.len())
    }
}

/// The right answers that belong to some [`Images`].
#[derive(Clone)]
pub struct Labels {
    classes: Arc<[u8]>,
    index: Arc<[u32]>,
    range: Range<usize>,
    depth: Option<usize>,
}

impl Labels {
    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// The class of image `i`: for a digit, which one it is.
    pub fn class(&self, i: usize) -> usize {
        self.classes[self.index[self.range.clone()][i] as usize].into()
    }

    /// The labels as `[n, depth]`: 1 in the column of the class and 0 elsewhere.
    pub fn to_array(&self) -> Array2<f32> {
        let depth = self.depth.unwrap_or(1);
        Array2::from_shape_fn((self.len(), depth), |(i, j)| match self.depth {
            Some(_) => f32::from(u8::from(self.class(i) == j)),
            None => self.class(i) as f32,
        })
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Labels [{}]", self.len())
    }
}
