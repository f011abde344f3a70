//! The types that a run can return.
use crate::engine::plan::{Location, Plan};
use crate::engine::{Indices, Mask, Scalar, Step, Tensor, batch_axis, size};
use ndarray::ArrayD;

/// What a run can be asked for, and the type of the answer.
pub trait Fetch {
    /// What [`Session::run`](crate::Session::run) returns for it.
    type Output;

    /// Calls `f` with each tensor, in order.
    fn each(&self, f: &mut dyn FnMut(Tensor));

    /// Takes the values in the same order.
    #[doc(hidden)]
    fn read(&self, values: &mut Values<'_>) -> Self::Output;
}

pub(crate) fn tensors(fetch: &impl Fetch) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    fetch.each(&mut |t| tensors.push(t));
    tensors
}

/// The values of a run, taken one after the other.
#[doc(hidden)]
pub struct Values<'a> {
    pub(super) plan: &'a Plan,
    pub(super) variables: &'a [&'a [f32]],
    pub(super) images: usize,
    pub(super) next: usize,
}

impl Values<'_> {
    fn advance(&mut self) -> (Tensor, Location) {
        self.next += 1;
        self.plan.fetched[self.next - 1]
    }

    fn number(&mut self) -> f32 {
        let (_, place) = self.advance();
        self.plan.shared(place, self.variables)[0]
    }

    fn array(&mut self) -> ArrayD<f32> {
        let (tensor, place) = self.advance();
        let mut shape = tensor.shape().to_vec();
        let axis = batch_axis(&shape);
        axis.iter().for_each(|&axis| shape[axis] = self.images);
        let mut array = ArrayD::zeros(&shape[..]);
        let values = array.as_slice_mut().expect("a new array");
        match axis {
            Some(axis) => {
                let around = (size(&shape[..axis]), size(&shape[axis + 1..]));
                self.plan.gather(place, self.images, around, values);
            }
            None => values.copy_from_slice(self.plan.shared(place, self.variables)),
        }
        array
    }

    /// An array of what each number stands for.
    fn array_of<T>(&mut self, of: fn(f32) -> T) -> ArrayD<T> {
        let array = self.array();
        let mut values = array.iter();
        ArrayD::from_shape_simple_fn(array.shape(), || of(*values.next().expect("as many")))
    }
}

macro_rules! fetch_one {
    ($($handle:ty => $output:ty, |$values:ident| $read:expr;)*) => { $(
        impl Fetch for $handle {
            type Output = $output;
            fn each(&self, f: &mut dyn FnMut(Tensor)) {
                f(self.tensor())
            }
            fn read(&self, $values: &mut Values<'_>) -> $output {
                $read
            }
        }
    )* };
}
fetch_one! {
    Tensor => ArrayD<f32>, |values| values.array();
    Scalar => f32, |values| values.number();
    Indices => ArrayD<usize>, |values| values.array_of(|x| x as usize);
    Mask => ArrayD<bool>, |values| values.array_of(|x| x != 0.0);
    Step => (), |_values| ();
}

impl<F: Fetch> Fetch for Vec<F> {
    type Output = Vec<F::Output>;
    fn each(&self, f: &mut dyn FnMut(Tensor)) {
        self.iter().for_each(|fetch| fetch.each(f));
    }
    fn read(&self, values: &mut Values<'_>) -> Self::Output {
        self.iter().map(|fetch| fetch.read(values)).collect()
    }
}

impl<F: Fetch, const N: usize> Fetch for [F; N] {
    type Output = [F::Output; N];
    fn each(&self, f: &mut dyn FnMut(Tensor)) {
        self.iter().for_each(|fetch| fetch.each(f));
    }
    fn read(&self, values: &mut Values<'_>) -> Self::Output {
        std::array::from_fn(|i| self[i].read(values))
    }
}

macro_rules! fetch_tuple {
    ($($name:ident $i:tt),*) => {
        impl<$($name: Fetch),*> Fetch for ($($name,)*) {
            type Output = ($($name::Output,)*);
            fn each(&self, f: &mut dyn FnMut(Tensor)) {
                $(self.$i.each(f);)*
            }
            fn read(&self, values: &mut Values<'_>) -> Self::Output {
                ($(self.$i.read(values),)*)
            }
        }
    };
}
fetch_tuple!(A 0);
fetch_tuple!(A 0, B 1);
fetch_tuple!(A 0, B 1, C 2);
fetch_tuple!(A 0, B 1, C 2, D 3);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
fetch_tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
