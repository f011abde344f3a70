//! Reads a data set from its four files, or makes one from arrays.
use super::data_set::{Batch, DataSet};
#[cfg(feature = "download")]
use super::download;
use super::images::{Choice, Images, Labels};
use super::{files, idx};
use crate::error::{Error, ensure};
use ndarray::Array4;
use std::path::Path;

/// The three sets of [`read_data_sets`]: to learn from, to choose among nets, and to measure the chosen one.
#[derive(Clone, Debug)]
pub struct DataSets {
    /// What the network learns from.
    pub train: DataSet,
    /// Empty unless [`ReadOptions::validation_size`] sets examples aside.
    pub validation: DataSet,
    /// What the network has never seen.
    pub test: DataSet,
}

/// Reads the data sets in `dir` with the [options](ReadOptions) of the lesson: [`ReadOptions::read`] says where it looks,
/// and for which files.
///
/// ```
/// let mut mnist = digitos::mnist::read_data_sets("MNISTdata")?;
/// assert_eq!(mnist.train.len(), 60_000);
/// let batch = mnist.train.next_batch(100)?;
/// println!("{batch:?}"); // Batch { images: Images [100, 28, 28, 1], labels: Labels [100, 10]: 2 2 7 … }
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// # Errors
/// [`Error::Data`] says which file is missing, damaged or does not fit the others.
pub fn read_data_sets(dir: impl AsRef<Path>) -> Result<DataSets, Error> {
    ReadOptions::new().read(dir)
}

/// A class is stored in a byte.
const MOST_CLASSES: usize = 256;

/// How to read data sets, for all that [`read_data_sets`] leaves as the lesson has it.
///
/// ```
/// use digitos::mnist::ReadOptions;
/// let mnist = ReadOptions::new().reshape(true).validation_size(5_000).read("MNISTdata")?;
/// println!("{:?}", mnist.train.images); // Images [55000, 784]
/// # Ok::<(), digitos::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReadOptions {
    one_hot: bool,
    classes: usize,
    reshape: bool,
    validation_size: usize,
    seed: u64,
    prefix: String,
    transposed: Option<bool>,
    #[cfg(feature = "download")]
    mirrors: Vec<String>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            one_hot: true,
            classes: 10,
            reshape: false,
            validation_size: 0,
            seed: 0,
            prefix: String::new(),
            transposed: None,
            #[cfg(feature = "download")]
            mirrors: download::MIRRORS.map(String::from).into(),
        }
    }
}

impl ReadOptions {
    /// The lesson's: one-hot labels of 10 classes, images as `[n, height, width, channels]`, no validation set, seed 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether labels are fed as `[n, classes]`, 1 in the column of the class, or as `[n]`, the class itself.
    pub fn one_hot(self, one_hot: bool) -> Self {
        ReadOptions { one_hot, ..self }
    }

    /// How many columns one-hot labels have: more than the largest class, which is 255 at most. EMNIST's "balanced" has 47; its "letters" count from 1, so they need 27.
    pub fn classes(self, classes: usize) -> Self {
        ReadOptions { classes, ..self }
    }

    /// Whether images are fed flat, as `[n, height * width * channels]`.
    pub fn reshape(self, reshape: bool) -> Self {
        ReadOptions { reshape, ..self }
    }

    /// How many of the first training examples become the validation set: from none to all of them.
    pub fn validation_size(self, validation_size: usize) -> Self {
        ReadOptions { validation_size, ..self }
    }

    /// Decides the order of the batches; the same seed gives the same batches on every machine.
    pub fn seed(self, seed: u64) -> Self {
        ReadOptions { seed, ..self }
    }

    /// How the names of the files begin, where a directory holds several sets: "emnist-digits", say.
    pub fn prefix(self, prefix: &str) -> Self {
        ReadOptions { prefix: prefix.into(), ..self }
    }

    /// Whether the files hold images column by column and have to be turned. Unless it is said here, files whose
    /// name begins with "emnist" are turned, for EMNIST stores its characters so; all others are read as they are.
    pub fn transposed(self, transposed: bool) -> Self {
        ReadOptions { transposed: Some(transposed), ..self }
    }

    /// Where MNIST files that are missing are fetched from, the first address first.
    #[cfg(feature = "download")]
    pub fn mirrors<S: Into<String>>(self, mirrors: impl IntoIterator<Item = S>) -> Self {
        ReadOptions { mirrors: mirrors.into_iter().map(Into::into).collect(), ..self }
    }

    /// Reads the four files of a data set: images and labels, for training and test, gzipped or not.
    ///
    /// A relative `dir` is looked for in the current directory, then in the ones above it, then beside the
    /// `Cargo.toml` of this crate. The files are named as MNIST's, with anything before it: `train-images…ubyte`,
    /// `train-labels…ubyte`, `t10k-images…ubyte` or `test-images…ubyte`, and so on, perhaps with `.gz`. Labels may be
    /// 32-bit numbers as well, as in QMNIST's `…-labels-idx2-int`, where the first number of each row is the class.
    ///
    /// With the feature `download`, files of MNIST that are missing in `dir` are fetched into it first; where there is
    /// no such directory, it is made.
    ///
    /// # Errors
    /// [`Error::Data`] says which file is missing, damaged or does not fit the others.
    pub fn read(&self, dir: impl AsRef<Path>) -> Result<DataSets, Error> {
        self.read_all(&files::locate(dir.as_ref(), Path::is_dir)).map_err(Error::Data)
    }

    fn read_all(&self, dir: &Path) -> Result<DataSets, String> {
        #[cfg(feature = "download")]
        if files::find(dir, &self.prefix)?.is_incomplete_mnist() {
            download::fetch_missing(dir, &self.mirrors)?;
        }
        let [train_images, train_labels, test_images, test_labels] = files::find(dir, &self.prefix)?.all_four(dir)?;
        let train = self.read_pair(&train_images, &train_labels)?;
        let test = self.read_pair(&test_images, &test_labels)?;
        let size = |set: &DataSet| {
            let [h, w, c] = set.images.shape();
            format!("{h}×{w}×{c}")
        };
        let (of_train, of_test) = (size(&train), size(&test));
        ensure!(
            of_train == of_test,
            "{} holds images of {of_test}, but those of {} have {of_train}: do they belong to the same data set?",
            test_images.display(),
            train_images.display()
        );
        let (n, size) = (train.len(), self.validation_size);
        ensure!(
            size <= n,
            "validation_size is {size}, but {} holds only {n} images: set fewer aside",
            train_images.display()
        );
        Ok(DataSets { validation: train.select(0..size), train: train.select(size..n), test })
    }

    fn read_pair(&self, images: &Path, labels: &Path) -> Result<DataSet, String> {
        let is_emnist = images.file_name().is_some_and(|name| name.to_string_lossy().starts_with("emnist"));
        let mut pixels = idx::read_images(images)?;
        if self.transposed.unwrap_or(is_emnist) {
            pixels.swap_axes(1, 2);
        }
        let classes = idx::read_labels(labels)?;
        self.join(pixels, &classes, [&images.display().to_string(), &labels.display().to_string(), "read(dir)"])
    }

    /// A data set of your own from an array `[n, height, width, channels]` of bytes (0 is background) and the class
    /// of each image.
    ///
    /// # Errors
    /// [`Error::Data`] if there is no image, if there are not as many labels, or if one-hot labels do not fit.
    pub fn data_set(&self, images: Array4<u8>, labels: &[u8]) -> Result<DataSet, Error> {
        self.join(images, labels, ["the array of images", "the list of labels", "data_set(images, labels)"])
            .map_err(Error::Data)
    }

    /// `names` are what sentences call the images, the labels and the call that makes the set.
    fn join(&self, images: Array4<u8>, classes: &[u8], names: [&str; 3]) -> Result<DataSet, String> {
        let [of_images, of_labels, call] = names;
        let ((n, h, w, c), k, depth) = (images.dim(), classes.len(), self.classes);
        ensure!(!images.is_empty(), "{of_images} holds {n} images of {h}×{w}×{c}, but at least one pixel was expected");
        ensure!(n == k, "{of_images} holds {n} images but {of_labels} holds {k} labels: do they belong together?");
        ensure!(n <= u32::MAX as usize, "{of_images} holds {n} images, and {} are the most", u32::MAX);
        ensure!(
            !self.one_hot || depth <= MOST_CLASSES,
            "labels are bytes, so they have at most {MOST_CLASSES} classes, and not {depth}"
        );
        if let Some(i) = classes.iter().position(|&class| self.one_hot && usize::from(class) >= depth) {
            let (found, needed) = (classes[i], 1 + usize::from(*classes.iter().max().unwrap()));
            return Err(format!(
                "label {i} of {of_labels} is {found}, but with one-hot labels of {depth} classes it should be below \
                 {depth}: try `ReadOptions::new().classes({needed}).{call}`, or `.one_hot(false)` in place of `.classes(…)`"
            ));
        }
        let choice = Choice::all(n);
        let images = Images::new(images, choice.clone(), self.reshape);
        let labels = Labels::new(classes, choice, self.one_hot.then_some(depth));
        Ok(DataSet::of(Batch { images, labels }, self.seed))
    }
}

impl DataSet {
    /// A data set of your own, from an array `[n, height, width, channels]` of bytes (0 is background) and the class of
    /// each image, from 0 to 9: [`ReadOptions::data_set`] with the usual options.
    ///
    /// # Errors
    /// [`Error::Data`] if there is no pixel, if there are not as many labels as images, or if a label is more than 9.
    pub fn new(images: Array4<u8>, labels: &[u8]) -> Result<DataSet, Error> {
        ReadOptions::new().data_set(images, labels)
    }
}
