//! The types that a run can return.
use crate::engine::plan::{Location, Plan};
use crate::engine::shape::batch_axis;
use crate::engine::tensor::{Indices, Mask, Scalar, Step, Tensor};
use ndarray::{Array, ArrayD};

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
        let dims = tensor.shape();
        let Some(axis) = batch_axis(dims) else {
            let values = self.plan.shared(place, self.variables).to_vec();
            return Array::from_shape_vec(dims, values).expect("as many numbers as the shape says");
        };
        let mut shape = dims.to_vec();
        shape[axis] = self.images;
        let around = (dims[..axis].iter().product(), dims[axis + 1..].iter().product());
        let mut values = vec![0.0; shape.iter().product()];
        self.plan.gather(place, self.images, around, &mut values);
        Array::from_shape_vec(shape, values).expect("as many numbers as the shape says")
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
    Indices => ArrayD<usize>, |values| values.array().mapv(|x| x as usize);
    Mask => ArrayD<bool>, |values| values.array().mapv(|x| x != 0.0);
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
