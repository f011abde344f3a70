//! Images with their labels and the network's answers: in which order they are shown, and scaled to a few pixels.
use crate::Error;
use crate::mnist::{Images, Labels};
use std::borrow::Borrow;

/// Each pixel of a scaled image is the mean of a square of samples, with at most this many along a side.
const MOST_SAMPLES: usize = 64;

/// An MNIST digit leaves at least this many pixels empty on each side, or nearly so.
const MNIST_MARGIN: usize = 2;

/// Answers are below this. (Labels are bytes, so no network needs more than 256 classes.)
const MOST_CLASSES: usize = 1000;

/// The answers for `n` digits. If there are more of them, `n + 1` are returned.
pub fn given(n: usize, answers: impl IntoIterator<Item = impl Borrow<usize>>) -> Result<Vec<usize>, Error> {
    let answers: Vec<usize> = answers.into_iter().take(n + 1).map(|answer| *answer.borrow()).collect();
    match answers.iter().position(|&answer| answer >= MOST_CLASSES) {
        None => Ok(answers),
        Some(i) => Err(Error::Picture(format!(
            "answer {i} is {}; the number of a class, below {MOST_CLASSES}, was expected: give what argmax(y, 1) gives",
            answers[i]
        ))),
    }
}

/// The number of [`given`] answers, for an error.
pub fn how_many(n: usize, answers: &[usize]) -> String {
    if answers.len() > n { format!("more than {n}") } else { answers.len().to_string() }
}

/// Images with their labels and the network's answers.
#[derive(Debug, Clone)]
pub struct Digits {
    images: Images,
    labels: Labels,
    answers: Vec<usize>,
    misread: usize,
    /// The misread ones first, each group by label.
    order: Vec<usize>,
}

impl Digits {
    /// Puts each image together with its label and its answer (the class with the highest probability).
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if there is not a label and an answer for each image, or an answer is no class.
    pub fn new(
        images: &Images,
        labels: &Labels,
        answers: impl IntoIterator<Item = impl Borrow<usize>>,
    ) -> Result<Digits, Error> {
        Digits::of(images, labels, given(images.len(), answers)?)
    }

    fn of(images: &Images, labels: &Labels, answers: Vec<usize>) -> Result<Digits, Error> {
        let (n, l) = (images.len(), labels.len());
        if n != l || n != answers.len() {
            let a = how_many(n, &answers);
            let text = format!("digits need a label and an answer each: {n} images, {l} labels, {a} answers");
            return Err(Error::Picture(text));
        }
        let classes = (0..n).map(|i| labels.class(i)).max().map_or(0, |class| class + 1);
        let mut groups = vec![Vec::new(); 2 * classes];
        for (i, &answer) in answers.iter().enumerate() {
            let right = answer == labels.class(i);
            groups[labels.class(i) + if right { classes } else { 0 }].push(i);
        }
        let misread = groups[..classes].iter().map(Vec::len).sum();
        Ok(Digits { images: images.clone(), labels: labels.clone(), answers, misread, order: groups.concat() })
    }

    /// How many digits there are.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// How many the network reads wrongly.
    pub fn misread(&self) -> usize {
        self.misread
    }

    /// The share that it reads correctly.
    pub fn accuracy(&self) -> f32 {
        1.0 - self.misread as f32 / self.len().max(1) as f32
    }

    pub(crate) fn label(&self, i: usize) -> usize {
        self.labels.class(i)
    }

    pub(crate) fn answer(&self, i: usize) -> usize {
        self.answers[i]
    }

    /// The numbers of some digits, evenly chosen: `misread` of the misread ones, then `right` of the others; both by label.
    pub(crate) fn choose(&self, misread: usize, right: usize) -> Vec<usize> {
        let (wrong, correct) = self.order.split_at(self.misread);
        let even = |group: &[usize], n: usize| {
            let n = n.min(group.len());
            (0..n).map(|i| group[i * group.len() / n]).collect::<Vec<_>>()
        };
        [even(wrong, misread), even(correct, right)].concat()
    }

    /// Image `i`, scaled as [`small`] does it.
    pub(crate) fn small(&self, i: usize, size: usize) -> Vec<u8> {
        small(&self.images, i, size)
    }
}

/// Image `i` as `size` × `size` greys. An MNIST image that is too large is cropped, because its margin is empty; any other
/// is scaled to fit into the square, and its colours become luminance.
pub fn small(images: &Images, i: usize, size: usize) -> Vec<u8> {
    let [h, w, c] = images.shape();
    let pixels = images.image(i);
    let grey = |y: usize, x: usize| {
        let pixel = &pixels[(y * w + x) * c..][..c];
        match *pixel {
            [grey] => f32::from(grey),
            [r, g, b, ..] => 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b),
            _ => pixel.iter().map(|&p| f32::from(p)).sum::<f32>() / c as f32,
        }
    };
    let crop = if [h, w] == [28, 28] { MNIST_MARGIN.min(28usize.saturating_sub(size) / 2) } else { 0 };
    let (high, wide) = (h - 2 * crop, w - 2 * crop);
    let rows = || pixels.chunks(w).skip(crop).take(high).map(|row| &row[crop..crop + wide]);
    if [high, wide, c] == [size, size, 1] {
        return rows().collect::<Vec<_>>().concat();
    }
    if [high, wide, c] == [2 * size, 2 * size, 1] {
        let rows: Vec<&[u8]> = rows().collect();
        let sum = |y: usize, x: usize| {
            rows[y..y + 2].iter().flat_map(|row| &row[x..x + 2]).map(|&p| u16::from(p)).sum::<u16>()
        };
        return (0..size * size).map(|t| ((sum(t / size * 2, t % size * 2) + 2) / 4) as u8).collect();
    }
    let scale = high.max(wide) as f32 / size as f32;
    let samples = (2 * scale.ceil() as usize).min(MOST_SAMPLES);
    // The source pixel under sample `s` of target pixel `t`, if that lies inside the image.
    let source = |t: usize, s: usize, length: usize| {
        let middle = t as f32 + (s as f32 + 0.5) / samples as f32 - size as f32 / 2.0;
        let at = middle * scale + length as f32 / 2.0;
        (0.0..length as f32).contains(&at).then_some(at as usize + crop)
    };
    let mean = |t: usize| {
        let greys = (0..samples * samples)
            .filter_map(|s| Some(grey(source(t / size, s / samples, high)?, source(t % size, s % samples, wide)?)));
        (greys.sum::<f32>() / (samples * samples) as f32).round() as u8
    };
    (0..size * size).map(mean).collect()
}
