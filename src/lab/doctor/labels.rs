//! Do the labels belong to the images? A reader that cannot be ill judges it: the closest mean image of each class.
use super::data::{Data, rms};
use ndarray::{Array1, Array2, Axis};
use std::collections::HashSet;

/// So many examples of a set are averaged, and as many others read.
const EXAMPLES: usize = 400;
/// A reader that reads fewer of the other examples of its own set knows too little to judge.
const KNOWS: f32 = 0.45;
/// Labels of which a knowing reader finds a smaller share right than this, of its own, are not those of the images.
const BELONG: f32 = 0.5;
/// Labels are looked for so many places away.
const FARTHEST: isize = 3;
/// Inputs of the exam that are so many times as large as those of the training, or so many times smaller, are of another kind.
const OTHER: f32 = 2.0;
/// As many of the images of a class must be read as another one, for the classes to have other names.
const RENAMED: f32 = 0.6;

pub enum Trouble {
    /// The labels of the training or of the exam stand so many places too late: the shares that fit, by shift.
    Shifted { exam: bool, by: isize, shares: Vec<(isize, f32)> },
    /// Those of one set cannot be read from its images, although those of the other can.
    Unrelated { exam: bool, shares: [f32; 2] },
    /// What is one class in the training is another in the exam, in each of these pairs. The shares of the exam that are read
    /// by its own mean images, and by those of the training.
    Renamed { pairs: Vec<(usize, usize)>, shares: [f32; 2] },
    /// The images of the exam are of another kind, although their labels belong to them.
    OtherInputs { sizes: [f32; 2], shares: [f32; 2] },
}

/// The mean image of each class that there is.
struct Reader(Vec<(usize, Array1<f32>)>);

impl Reader {
    fn new(data: &Data<'_>, which: &[usize], classes: usize) -> Reader {
        let images = data.inputs(which);
        let mean = |class: usize| {
            let of_class: Vec<usize> = (0..which.len()).filter(|&k| data.class(which[k]) == class).collect();
            Some((class, images.select(Axis(0), &of_class).mean_axis(Axis(0))?))
        };
        Reader((0..classes).filter_map(mean).collect())
    }

    fn read(&self, images: &Array2<f32>) -> Vec<usize> {
        let distance = |image: &ndarray::ArrayView1<'_, f32>, mean: &Array1<f32>| {
            image.iter().zip(mean).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
        };
        let closest = |image: ndarray::ArrayView1<'_, f32>| {
            let by_distance = self.0.iter().map(|(class, mean)| (distance(&image, mean), *class));
            by_distance.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, class)| class)
        };
        images.rows().into_iter().map(closest).collect()
    }

    /// The share of examples that are read as their labels say.
    fn reads(&self, data: &Data<'_>, which: &[usize]) -> f32 {
        let read = self.read(&data.inputs(which));
        agreement(read.iter().copied().zip(which.iter().map(|&i| data.class(i))))
    }
}

fn agreement(pairs: impl Iterator<Item = (usize, usize)>) -> f32 {
    let (all, same) = pairs.fold((0, 0), |(all, same), (a, b)| (all + 1, same + usize::from(a == b)));
    same as f32 / all.max(1) as f32
}

/// What is wrong with the labels of the training or of the exam, or between them, if anything is.
pub fn examine(sets: [&Data<'_>; 2], classes: usize) -> Option<Trouble> {
    let half = |data: &Data<'_>| EXAMPLES.min(data.len / 2);
    let readers = sets.map(|data| Reader::new(data, &data.from(0, half(data)), classes));
    let others = sets.map(|data| data.from(half(data), half(data)));
    let own = [0, 1].map(|k| readers[k].reads(sets[k], &others[k]));
    for ill in [0, 1] {
        let well = 1 - ill;
        if own[well] < KNOWS || own[ill] >= BELONG * own[well] {
            continue;
        }
        let n = sets[ill].len;
        let row: Vec<usize> = (n / 2 - half(sets[ill])..n / 2 + half(sets[ill])).collect();
        let read = readers[well].read(&sets[ill].inputs(&row));
        // as the label that stands `by` places behind its image
        let at = |by: isize| {
            let label =
                |k: usize| row[k].checked_add_signed(by).filter(|i| *i < n).map(|i| (read[k], sets[ill].class(i)));
            (by, agreement((0..row.len()).filter_map(label)))
        };
        let shares: Vec<_> = (-FARTHEST..=FARTHEST).map(at).collect();
        let best = shares.iter().copied().fold((0, 0.0), |best, at| if at.1 > best.1 { at } else { best });
        let exam = ill == 1;
        return Some(if best.0 != 0 && best.1 >= BELONG * own[well] {
            Trouble::Shifted { exam, by: best.0, shares }
        } else {
            Trouble::Unrelated { exam, shares: [own[well], own[ill]] }
        });
    }
    let read = readers[0].read(&sets[1].inputs(&others[1]));
    let labels: Vec<usize> = others[1].iter().map(|&i| sets[1].class(i)).collect();
    let shares = [own[1], agreement(read.iter().copied().zip(labels.iter().copied()))];
    let read_as = |class: usize, other: usize| {
        agreement(labels.iter().zip(&read).filter(|(label, _)| **label == class).map(|(_, read)| (*read, other)))
    };
    let renamed = |class: usize| {
        (0..classes).find(|&from| from != class && read_as(class, from) >= RENAMED).map(|from| (from, class))
    };
    let pairs: Vec<_> = (0..classes).filter_map(renamed).collect();
    let distinct: HashSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    let sizes = sets.map(|data| rms(data.inputs(&data.some(EXAMPLES)).iter().copied()));
    if sizes[0] > OTHER * sizes[1] || sizes[1] > OTHER * sizes[0] {
        return Some(Trouble::OtherInputs { sizes, shares });
    }
    if own.iter().any(|share| *share < KNOWS) {
        None
    } else if pairs.len() > 1 && distinct.len() == pairs.len() {
        Some(Trouble::Renamed { pairs, shares })
    } else {
        (shares[1] < BELONG * shares[0]).then_some(Trouble::OtherInputs { sizes, shares })
    }
}
