//! The values that a program feeds to placeholders.
use super::kernels::elementwise::all_finite;
use super::{LANES, NONE, Number, Tensor, batch_axis};
use ndarray::{ArrayBase, ArrayD, Axis, Data, Dimension};
use std::any::Any;
use std::sync::Arc;

/// A value for each placeholder: `feed! { x => batch.images, y_ => batch.labels }`.
///
/// A value is borrowed, so it can be fed again. It can be [`Images`](crate::mnist::Images),
/// [`Labels`](crate::mnist::Labels), an ndarray array of any kind of number, or a single number.
#[macro_export]
macro_rules! feed {
    ($($placeholder:expr => $value:expr),* $(,)?) => {
        [$($crate::Fed::new($placeholder, stringify!($placeholder), &$value)),*]
    };
}

/// A placeholder and its value, as [`feed!`](crate::feed) makes it.
pub struct Fed<'a> {
    pub(crate) placeholder: Tensor,
    pub(crate) name: &'static str,
    pub(crate) value: &'a dyn Feed,
}

impl<'a> Fed<'a> {
    /// `name`: what error messages call the placeholder.
    pub fn new(placeholder: impl Into<Tensor>, name: &'static str, value: &'a dyn Feed) -> Self {
        Fed { placeholder: placeholder.into(), name, value }
    }
}

impl Fed<'_> {
    /// Whether all numbers of the value are finite.
    pub(crate) fn is_finite(&self, images: usize) -> bool {
        let size = self.placeholder.size();
        if !self.placeholder.is_batched() {
            let mut values = vec![0.0; size];
            self.value.write(&mut values);
            return all_finite(&values);
        }
        let mut values = vec![[0.0; LANES]; size];
        (0..images).step_by(LANES).all(|first| {
            self.value.fill(first, &mut values);
            all_finite(values.as_flattened())
        })
    }
}

/// A value that can be fed to a placeholder.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be fed to a placeholder",
    note = "what can be fed are images and labels, arrays of ndarray, and single numbers",
    note = "one image of a data set, as a batch of one, is `images.one(i)`"
)]
pub trait Feed: Sync {
    /// The number of images, if its shape fits `dims`; `None` if `dims` has no open dimension.
    ///
    /// # Errors
    ///
    /// Its shape, if that does not fit `dims`.
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>>;

    /// Writes number `i` of image `first + lane` to `lanes[i][lane]`; after the last image, it is repeated.
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]);

    /// Writes all numbers in order, for a placeholder without open dimension.
    fn write(&self, values: &mut [f32]);

    /// An owned copy, which another thread can feed later.
    fn keep(&self) -> Arc<dyn Feed + Send>;

    /// The value itself, for downcasting: a panel shows the images that are fed.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

impl<T: Feed + ?Sized> Feed for &T {
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        (**self).fits(dims)
    }
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]) {
        (**self).fill(first, lanes)
    }
    fn write(&self, values: &mut [f32]) {
        (**self).write(values)
    }
    fn keep(&self) -> Arc<dyn Feed + Send> {
        (**self).keep()
    }
    fn as_any(&self) -> Option<&dyn Any> {
        (**self).as_any()
    }
}

/// If shape `found` fits `dims`, its length in the open dimension; otherwise `Err(found)`.
pub(crate) fn fits(found: &[usize], dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
    let same = found.len() == dims.len() && found.iter().zip(dims).all(|(f, d)| f == d || *d == NONE);
    if same { Ok(batch_axis(dims).map(|axis| found[axis])) } else { Err(found.to_vec()) }
}

impl<A: Number, S: Data<Elem = A>, D: Dimension> Feed for ArrayBase<S, D>
where
    ArrayBase<S, D>: Sync,
{
    fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
        fits(self.shape(), dims)
    }
    fn fill(&self, first: usize, lanes: &mut [[f32; LANES]]) {
        let last = self.len_of(Axis(0)) - 1;
        if let Some(values) = self.as_slice() {
            let size = lanes.len();
            let mut images: [&[A]; LANES] = [&[]; LANES];
            for (lane, image) in images.iter_mut().enumerate() {
                *image = &values[(first + lane).min(last) * size..][..size];
            }
            for (i, lanes) in lanes.iter_mut().enumerate() {
                (0..LANES).for_each(|lane| lanes[lane] = images[lane][i].to_f32());
            }
            return;
        }
        let array = self.view().into_dyn();
        for lane in 0..LANES {
            let image = array.index_axis(Axis(0), (first + lane).min(last));
            lanes.iter_mut().zip(image).for_each(|(lanes, x)| lanes[lane] = x.to_f32());
        }
    }
    fn write(&self, values: &mut [f32]) {
        values.iter_mut().zip(self).for_each(|(value, x)| *value = x.to_f32());
    }
    fn keep(&self) -> Arc<dyn Feed + Send> {
        let mut numbers = ArrayD::<f32>::zeros(self.shape());
        self.write(numbers.as_slice_mut().expect("a new array"));
        Arc::new(numbers)
    }
}

macro_rules! single_numbers {
    ($($number:ty)*) => { $(
        impl Feed for $number {
            fn fits(&self, dims: &[usize]) -> Result<Option<usize>, Vec<usize>> {
                fits(&[], dims)
            }
            fn fill(&self, _: usize, lanes: &mut [[f32; LANES]]) {
                lanes.fill([self.to_f32(); LANES]);
            }
            fn write(&self, values: &mut [f32]) {
                values.fill(self.to_f32());
            }
            fn keep(&self) -> Arc<dyn Feed + Send> {
                Arc::new(*self)
            }
        }
    )* };
}
single_numbers!(f32 f64 u8 i32 i64 u32 u64 usize isize bool);
