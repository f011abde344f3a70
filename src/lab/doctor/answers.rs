//! What a network answers, held against the labels.
use super::data::Data;
use crate::lab::part::are_probabilities;
use ndarray::ArrayD;

/// The probabilities for some examples, and their classes.
pub struct Answers {
    pub rows: Vec<Vec<f32>>,
    classes: Vec<usize>,
}

impl Answers {
    /// From probabilities or scores.
    pub fn new(y: &ArrayD<f32>, data: &Data<'_>, which: &[usize]) -> Answers {
        let width = y.len() / which.len();
        let mut rows: Vec<Vec<f32>> =
            y.iter().copied().collect::<Vec<_>>().chunks(width).map(|row| row.to_vec()).collect();
        if !are_probabilities(&rows) {
            for row in &mut rows {
                let largest = row.iter().copied().fold(f32::MIN, f32::max);
                row.iter_mut().for_each(|z| *z = (*z - largest).exp());
                let sum: f32 = row.iter().sum();
                row.iter_mut().for_each(|p| *p /= sum);
            }
        }
        Answers { rows, classes: which.iter().map(|&i| data.class(i)).collect() }
    }

    /// The mean of −ln p over the examples, where p is the probability of the right class; infinite if one is NaN.
    pub fn cross_entropy(&self) -> f32 {
        // ln of the smallest f32, if rounded to 0
        let each =
            self.rows.iter().zip(&self.classes).map(|(row, &class)| -f64::from(row[class].max(f32::MIN_POSITIVE)).ln());
        let is_nan = self.rows.iter().flatten().any(|p| p.is_nan());
        if is_nan { f32::INFINITY } else { (each.sum::<f64>() / self.rows.len() as f64) as f32 }
    }

    /// The class with the largest probability.
    pub fn answer(&self, i: usize) -> usize {
        let row = &self.rows[i];
        (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best })
    }

    /// An answer of NaN is right for no class.
    fn is_right(&self, i: usize) -> bool {
        self.answer(i) == self.classes[i] && !self.rows[i][self.classes[i]].is_nan()
    }

    pub fn accuracy(&self) -> f32 {
        (0..self.rows.len()).filter(|&i| self.is_right(i)).count() as f32 / self.rows.len() as f32
    }

    /// For each class of which there are examples, the share that is read right.
    pub fn by_class(&self) -> Vec<(usize, f32)> {
        let share = |class: usize| {
            let of_class = (0..self.rows.len()).filter(|&i| self.classes[i] == class);
            let (all, right) =
                of_class.fold((0, 0), |(all, right), i| (all + 1, right + usize::from(self.is_right(i))));
            (all > 0).then_some((class, right as f32 / all as f32))
        };
        (0..self.rows[0].len()).filter_map(share).collect()
    }

    /// The cross entropy of who knows no more than how frequent each class is: for ten equal ones, ln 10 = 2.30.
    pub fn guessing(&self) -> f32 {
        let count = |class: usize| self.classes.iter().filter(|&&c| c == class).count() as f32;
        let share = |class: usize| count(class) / self.classes.len() as f32;
        -(0..self.rows[0].len()).map(share).filter(|p| *p > 0.0).map(|p| p * p.ln()).sum::<f32>()
    }

    /// Which image and class has the largest change of a probability, among the first ones, and that change.
    pub fn largest_change(&self, other: &Answers, images: usize) -> (usize, usize, f32) {
        let change = |i: usize, class: usize| (self.rows[i][class] - other.rows[i][class]).abs();
        let all = (0..images).flat_map(|i| (0..self.rows[i].len()).map(move |class| (i, class)));
        all.map(|(i, class)| (i, class, change(i, class)))
            .fold((0, 0, 0.0), |most, one| if one.2 > most.2 { one } else { most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_nan_is_right_for_no_class() {
        let answers = Answers { rows: vec![vec![f32::NAN; 2], vec![0.25, 0.75]], classes: vec![0, 1] };
        assert_eq!((answers.accuracy(), answers.by_class()), (0.5, vec![(0, 0.0), (1, 1.0)]));
    }
}
