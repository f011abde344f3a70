use super::images::{Choice, Images, Labels};
use crate::error::Error;
use rand::SeedableRng;
use rand_pcg::Pcg32;
use std::fmt;
use std::ops::{Deref, Range};

/// Images with their labels, in the same order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The images, which a run is fed as `[n, height, width, channels]`.
    pub images: Images,
    /// Their labels, which a run is fed as `[n, classes]`: 1 in the place of the class, 0 elsewhere.
    pub labels: Labels,
}

impl Batch {
    fn choose(&self, choice: Choice) -> Batch {
        Batch { images: self.images.with(choice.clone()), labels: self.labels.with(choice) }
    }
}

/// Labelled images: all of them as `set.images` and `set.labels`, in the order of the file, or in shuffled batches.
#[derive(Clone)]
pub struct DataSet {
    all: Batch,
    seed: u64,
    rng: Pcg32,
    /// The shuffled order of this epoch.
    order: Choice,
    /// How many examples all batches so far had together.
    given: u64,
}

/// A data set is read like one big batch.
impl Deref for DataSet {
    type Target = Batch;
    fn deref(&self) -> &Batch {
        &self.all
    }
}

impl DataSet {
    pub(super) fn of(all: Batch, seed: u64) -> DataSet {
        let order = all.images.choice().as_set();
        DataSet { all: all.choose(order.clone()), order, seed, rng: Pcg32::seed_from_u64(seed), given: 0 }
    }

    /// The same examples, whose batches come in the order of another seed, from the first one on. No pixel is copied.
    pub fn with_seed(&self, seed: u64) -> DataSet {
        DataSet::of(self.all.clone(), seed)
    }

    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// How many examples there are, by TensorFlow's name.
    pub fn num_examples(&self) -> usize {
        self.len()
    }

    /// How often all examples have been handed out by [`next_batch`](Self::next_batch).
    pub fn epochs_completed(&self) -> usize {
        self.given.checked_div(self.len() as u64).unwrap_or(0) as usize
    }

    /// The next `n` examples of the shuffled set.
    ///
    /// Every epoch hands out each example once, in a new order. A batch that the epoch cannot fill is filled up
    /// with the first examples of the next one. No pixel is copied.
    ///
    /// # Errors
    /// [`Error::Data`] if `n` is 0 or more than the whole set; the set is then as it was.
    pub fn next_batch(&mut self, n: usize) -> Result<Batch, Error> {
        let len = self.len();
        if !(1..=len).contains(&n) {
            return Err(Error::Data(match len {
                0 => format!("next_batch({n}): this set is empty, so it has no batch"),
                _ => format!(
                    "next_batch({n}): this set holds {len} examples, and a batch can have from 1 to all of them"
                ),
            }));
        }
        let start = (self.given % len as u64) as usize;
        if start == 0 {
            self.shuffle();
        }
        let choice = if start + n <= len {
            self.order.select(start..start + n)
        } else {
            let rest = self.order.select(start..len);
            self.shuffle();
            rest.then(&self.order.select(0..n - rest.len()))
        };
        self.given += n as u64;
        Ok(self.all.choose(choice))
    }

    fn shuffle(&mut self) {
        self.order = self.all.images.choice().shuffled(&mut self.rng);
    }

    /// A set of the first `n` examples, or of all if there are fewer.
    pub fn take(&self, n: usize) -> DataSet {
        self.select(0..n.min(self.len()))
    }

    /// A set of the examples in `range`, from 0 to [`len`](Self::len). Stops the program at a range that goes beyond.
    pub fn select(&self, range: Range<usize>) -> DataSet {
        DataSet::of(self.all.choose(self.images.choice().select(range)), self.seed)
    }

    /// A set of the examples with these numbers, in this order. Stops the program at a number that does not exist.
    pub fn choose(&self, which: &[usize]) -> DataSet {
        DataSet::of(self.all.choose(self.images.choice().choose(which)), self.seed)
    }
}

impl DataSet {
    /// A set of these examples and those of another set behind them, as your own digits behind MNIST's. Its batches are of both,
    /// shuffled. The pixels are copied.
    ///
    /// # Errors
    /// [`Error::Data`] if the images have another size or are fed in another shape, or if the labels are.
    pub fn then(&self, next: &DataSet) -> Result<DataSet, Error> {
        let images = self.images.then(&next.images).map_err(Error::Data)?;
        let labels = self.labels.then(&next.labels).map_err(Error::Data)?;
        Ok(DataSet::of(Batch { images, labels }, self.seed))
    }
}

impl fmt::Debug for DataSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSet").field("images", &self.images).field("labels", &self.labels).finish_non_exhaustive()
    }
}
