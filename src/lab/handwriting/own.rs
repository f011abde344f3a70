//! The digits of a picture as a student has them: images, and with labels a data set.
use super::prepare::{Prepared, SIDE, prepare};
use super::{area, cut, cut::Frame, ink, ink::Inked, png, steps};
use crate::error::{Error, listed, shown};
use crate::language::Language;
use crate::mnist::{DataSet, Images, locate, open};
use crate::picture::Figure;
use ndarray::{Array2, Array4, s};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::{env, fmt, fs};

/// The digits that somebody has written, from left to right and row by row, prepared as MNIST's were.
///
/// ```no_run
/// use digitos::prelude::*;
/// # let x = placeholder([NONE, 28, 28, 1]);
/// # let y = softmax(matmul(reshape(x, [-1, 784]), variable(zeros([784, 10]))));
/// # let mut sess = Session::new();
/// let mine = read_picture("mine.png")?;
/// let answers = sess.run(argmax(y, 1), feed! { x => mine.images })?;
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// Each digit's ink is scaled into 20 × 20 pixels without changing its proportions, grey where a pixel is only partly covered, and
/// its centre of mass is moved to the centre of the image, as <https://yann.lecun.com/exdb/mnist/> describes it. One thing is done
/// besides, as MNIST's digits were written with thick pens: lines thinner than 6 % of the
/// digit's longer side are made 10 % wide, as most of MNIST's are.
#[derive(Clone)]
pub struct Handwriting {
    /// One image of 28 × 28 pixels for each digit, which a run is fed as `[n, 28, 28, 1]`.
    pub images: Images,
    inked: Arc<Inked>,
    digits: Arc<[(Frame, Prepared)]>,
}

impl Handwriting {
    /// The digits of a picture that is an array of rows, from 0 (black) to 255 (white).
    ///
    /// Ink may be darker or lighter than its background, which is taken from the border, and the light may be uneven: the
    /// brightness of the paper is a surface of the second degree. Ink that is connected is one stroke; strokes of which one
    /// stands above the other are one digit, as the bar of a 5 is. Specks are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if there is no ink, only specks, or far too much.
    pub fn of(picture: &Array2<u8>) -> Result<Handwriting, Error> {
        Handwriting::read(picture).map_err(|what| Error::Data(format!("the picture {what}")))
    }

    fn read(picture: &Array2<u8>) -> Result<Handwriting, String> {
        let inked = ink::find(picture)?;
        let pieces = cut::digits(&inked.ink)?;
        let digits: Arc<[_]> = pieces.iter().map(|piece| (piece.frame, prepare(piece))).collect();
        let images = images(digits.iter().map(|(_, prepared)| &prepared.image));
        Ok(Handwriting { images, inked: Arc::new(inked), digits })
    }

    /// The same digits without preparation, to see what it is good for: the whole picture squeezed into 28 × 28 pixels, and only
    /// turned so that ink is light. Of several digits, each is in its own part of the picture.
    pub fn unprepared(&self) -> Images {
        let Inked { picture, is_light, .. } = &*self.inked;
        let light = if *is_light { picture.clone() } else { 255.0 - picture };
        let squeezed = |i: usize| {
            let [top, left, bottom, right] = self.part(i).map(|side| side as f32);
            let part = area::resized(&light, [top, left], [bottom - top, right - left], [SIDE, SIDE]);
            part.mapv(|ink| ink.round() as u8)
        };
        let all: Vec<_> = (0..self.digits.len()).map(squeezed).collect();
        images(all.iter())
    }

    /// The part of the picture that belongs to a digit: as far as the middle between its frame and the next ones.
    fn part(&self, i: usize) -> [usize; 4] {
        let own = self.digits[i].0;
        let (height, width) = self.inked.picture.dim();
        let mut part = [0, 0, height, width];
        for (other, _) in self.digits.iter() {
            let beside = own.top < other.bottom && other.top < own.bottom;
            match other {
                _ if beside && other.right <= own.left => part[1] = part[1].max((other.right + own.left) / 2),
                _ if beside && other.left >= own.right => part[3] = part[3].min((own.right + other.left) / 2),
                _ if other.bottom <= own.top => part[0] = part[0].max((other.bottom + own.top) / 2),
                _ if other.top >= own.bottom => part[2] = part[2].min((own.bottom + other.top) / 2),
                _ => {}
            }
        }
        part
    }

    /// How digit `i` was prepared, in ten steps, from the picture to 28 × 28 pixels. The text is in Spanish (`"es"`) or English
    /// (`"en"`).
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] for another language, and if there is no such digit.
    pub fn preparation(&self, i: usize, language: &str) -> Result<Figure, Error> {
        let language = Language::parse(language)?;
        if i >= self.digits.len() {
            let n = self.digits.len();
            let text = format!(
                "preparation({i}, …): there are {n} digits, so there is none with this number (the first is 0)"
            );
            return Err(Error::Picture(text));
        }
        steps::figure(&self.inked, &self.digits, i, language)
    }

    /// The digits with what they are, from left to right and row by row, as a data set to measure with or to train with.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if there are not as many labels as digits, or if one is more than 9.
    pub fn labelled(&self, labels: impl AsRef<[u8]>) -> Result<DataSet, Error> {
        let (labels, n) = (labels.as_ref(), self.images.len());
        if labels.len() != n {
            return Err(Error::Data(format!(
                "labelled({labels:?}): there are {} labels, but {n} digits were found in the picture: write one label for each, \
                 or look at preparation(i, …) to see which ink was taken for a digit",
                labels.len()
            )));
        }
        if let Some(i) = labels.iter().position(|label| *label > 9) {
            return Err(Error::Data(format!("label {i} is {}, where a digit from 0 to 9 was expected", labels[i])));
        }
        DataSet::new(pixels(&self.images), labels)
    }
}

impl fmt::Debug for Handwriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handwriting [{} digits of 28 × 28]", self.images.len())
    }
}

pub fn images<'a>(all: impl ExactSizeIterator<Item = &'a Array2<u8>>) -> Images {
    let mut pixels = Array4::zeros((all.len(), SIDE, SIDE, 1));
    for (i, image) in all.enumerate() {
        pixels.slice_mut(s![i, .., .., 0]).assign(image);
    }
    let labels = vec![0; pixels.len_of(ndarray::Axis(0))];
    DataSet::new(pixels, &labels).expect("as many labels as images").images.clone()
}

pub fn pixels(images: &Images) -> Array4<u8> {
    Array4::from_shape_fn((images.len(), SIDE, SIDE, 1), |(i, y, x, _)| images.image(i)[SIDE * y + x])
}

/// Reads the digits that somebody has written on paper or drawn, from a PNG file: as many as stand in it, row by row.
///
/// ```no_run
/// use digitos::prelude::*;
/// let mine = read_picture("mine.png")?;
/// println!("{mine:?}"); // Handwriting [3 digits of 28 × 28]
/// let set = mine.labelled([3, 1, 4])?;
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// The file lies beside the notebook or above it, or at `path`. [`Handwriting::of`] says how digits are found.
///
/// # Errors
///
/// [`Error::Data`] if there is no such file, if it is no PNG (and what it is instead), damaged or larger than 50 million
/// pixels, or if no digit is in it.
pub fn read_picture(path: impl AsRef<Path>) -> Result<Handwriting, Error> {
    let path = path.as_ref();
    let read = || -> Result<Handwriting, String> {
        let file = open(&locate(path, Path::exists)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("is not there{}", others(path)),
            _ => format!("cannot be read: {error}"),
        })?;
        Handwriting::read(&png::read(file)?)
    };
    read().map_err(|what| Error::Data(format!("{} {what}", path.display())))
}

/// Which pictures are in the folder where one was looked for.
fn others(path: &Path) -> String {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => env::current_dir().unwrap_or_default(),
    };
    let names = fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.to_lowercase().ends_with(".png"))
        .map(|name| shown(&name))
        .collect();
    names.sort();
    match names.is_empty() {
        true => format!(": put the picture, as a PNG file, into the folder {}", folder.display()),
        false => format!(": the folder {} holds {}", folder.display(), listed(&names)),
    }
}

/// Your own digits as a data set: pictures with what they show, of which each may hold many digits of that kind.
///
/// ```no_run
/// use digitos::prelude::*;
/// # let mut mnist = read_data_sets("MNISTdata")?;
/// # let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
/// # let y = softmax(matmul(reshape(x, [-1, 784]), variable(zeros([784, 10]))));
/// # let accuracy = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
/// # let mut sess = Session::new();
/// let mine = own_digits([("ones.png", 1), ("sevens.png", 7)])?;
/// let right = sess.run(accuracy, feed! { x => mine.images, y_ => mine.labels })?;
/// mnist.train = mnist.train.then(&mine)?; // and to train with them
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Data`] if a picture cannot be [read](read_picture), if a label is more than 9, or if there is no picture.
pub fn own_digits<P: AsRef<Path>>(pictures: impl IntoIterator<Item = (P, u8)>) -> Result<DataSet, Error> {
    let mut all: Option<DataSet> = None;
    for (path, label) in pictures {
        let digits = read_picture(path)?;
        let set = digits.labelled(vec![label; digits.images.len()])?;
        all = Some(all.map_or(Ok(set.clone()), |all| all.then(&set))?);
    }
    all.ok_or_else(|| Error::Data("own_digits([]): at least one picture and its label were expected".into()))
}
