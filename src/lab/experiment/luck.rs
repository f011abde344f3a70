//! Luck or skill: whether the results of two settings lie further apart than chance alone would put them.
use super::run::{Measure, mean_and_spread};
use crate::language::Language;
use crate::notebook;
use crate::words;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use std::fmt;

/// With no more ways than this to deal the results out, all of them are tried: up to ten runs of each setting.
const MOST_WAYS: u64 = 200_000;
/// Otherwise so many, drawn by lot.
const DRAWN: u64 = 100_000;
/// A difference that luck makes at most this often is called more than luck.
const RARE: f64 = 0.05;

/// What can be said about the difference between two settings, as a sentence that
/// [`Runs::compare`](super::Runs::compare) explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    sentence: String,
    difference: f64,
    chance: f64,
}

impl Verdict {
    /// How much better the first setting is than the second one: the difference of their means, positive if the
    /// first is better.
    pub fn difference(&self) -> f64 {
        self.difference
    }

    /// In which share of all ways to deal the results out, from 0 to 1, the two settings lie at least as far apart.
    pub fn chance(&self) -> f64 {
        self.chance
    }

    /// The same, about the best two of so many settings.
    pub(super) fn of_best(mut self, settings: usize, language: Language) -> Verdict {
        if settings > 2 && self.chance <= RARE {
            self.sentence += &(language.words::<words::Experiment>().picked)(settings);
        }
        self
    }

    /// Shows the sentence: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        notebook::show("text/plain", &self.sentence);
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// The results of a setting, and what it is called.
pub type Sample<'a> = (&'a str, &'a [f32]);

/// Compares two settings that have at least one result each.
pub fn verdict((a, of_a): Sample, (b, of_b): Sample, measure: Measure, language: Language) -> Verdict {
    let words: &words::Experiment = language.words();
    let difference = measure.sign() * (mean_and_spread(of_a).0 - mean_and_spread(of_b).0);
    let found = Ways::of(of_a, of_b);
    let (better, worse) = if difference < 0.0 { (b, a) } else { (a, b) };
    let distance = measure.distance(difference.abs(), language);
    let mut sentence = match measure {
        _ if difference == 0.0 => (words.equal)(a, b),
        Measure::Accuracy => (words.higher)(better, worse, &distance),
        Measure::Loss => (words.lower)(better, worse, &distance),
    };
    let (n, m) = (of_a.len(), of_b.len());
    if (n, m) == (1, 1) {
        sentence += words.one_each;
    } else if 1.0 / found.fewest > RARE {
        sentence += words.too_few;
    } else if difference != 0.0 {
        let count = |n: u64| language.count(n as usize);
        let told = if found.drawn { words.drawn_ways } else { words.all_ways };
        sentence += &told(&language.count(n + m), &count(found.as_far), &count(found.all));
        sentence += if found.chance() <= RARE { words.skill } else { words.luck };
    }
    Verdict { sentence, difference, chance: found.chance() }
}

/// The ways in which luck could have dealt all results out to two settings.
struct Ways {
    all: u64,
    /// Those in which the means lie at least as far apart as they do.
    as_far: u64,
    drawn: bool,
    /// One in how many is the rarest that any results could be.
    fewest: f64,
}

impl Ways {
    fn of(a: &[f32], b: &[f32]) -> Ways {
        let mut all: Vec<f64> = a.iter().chain(b).map(|&value| f64::from(value)).collect();
        let (n, total) = (a.len(), all.iter().sum::<f64>());
        let others = (all.len() - n) as f64;
        let apart = |sum: f64| (sum / n as f64 - (total - sum) / others).abs();
        let least = apart(all[..n].iter().sum()) * (1.0 - 1e-9);
        let is_as_far = |sum: f64| u64::from(apart(sum) >= least);
        let count = choose(all.len() as u64, n as u64);
        // of two groups of one size, the other way round is as far apart
        let fewest = count.map_or(f64::MAX, |count| count as f64) / if a.len() == b.len() { 2.0 } else { 1.0 };
        if let Some(count) = count.filter(|&count| count <= MOST_WAYS) {
            let mut as_far = 0;
            each_sum(&all, n, 0.0, &mut |sum| as_far += is_as_far(sum));
            return Ways { all: count, as_far, drawn: false, fewest };
        }
        let mut random = Pcg32::seed_from_u64(0);
        let mut as_far = 1; // the way that was found is one of them
        for _ in 1..DRAWN {
            for i in 0..n {
                let other = random.random_range(i..all.len());
                all.swap(i, other);
            }
            as_far += is_as_far(all[..n].iter().sum());
        }
        Ways { all: DRAWN, as_far, drawn: true, fewest }
    }

    fn chance(&self) -> f64 {
        self.as_far as f64 / self.all as f64
    }
}

/// Calls `f` with the sum of each choice of `n` of the values.
fn each_sum(values: &[f64], n: usize, sum: f64, f: &mut impl FnMut(f64)) {
    if n == 0 {
        return f(sum);
    }
    for i in 0..=values.len() - n {
        each_sum(&values[i + 1..], n - 1, sum + values[i], f);
    }
}

/// In how many ways `k` of `n` things can be chosen; `None` if that is too large a number.
fn choose(n: u64, k: u64) -> Option<u64> {
    (0..k).try_fold(1_u64, |ways, i| Some(ways.checked_mul(n - i)? / (i + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_deal_a_few_results_out_are_counted() {
        let ways = Ways::of(&[0.93, 0.94, 0.95], &[0.90, 0.91, 0.92]);
        assert_eq!((ways.as_far, ways.all), (2, 20), "the one that was found, and the same the other way round");
        assert_eq!(ways.fewest, 10.0);
        let ways = Ways::of(&[1.0, 2.0], &[1.0, 2.0, 3.0]);
        // pairs of 1, 2, 1, 2, 3 have the sums 2, 3 (four times), 4 (three times) and 5 (twice); with 4 the means are closer
        assert_eq!((ways.as_far, ways.all), (7, 10));
        assert_eq!(Ways::of(&[0.5; 4], &[0.5; 4]).chance(), 1.0, "equal results lie as far apart in every way");
        assert_eq!([(20, 10), (7, 3), (5, 0)].map(|(n, k)| choose(n, k)), [Some(184_756), Some(35), Some(1)]);
        assert_eq!(choose(200, 100), None);
    }

    #[test]
    fn many_results_are_dealt_out_by_lot_with_the_same_chance() {
        let (a, b): (Vec<f32>, Vec<f32>) = (0..20).map(|i| (i as f32, i as f32 + 4.0)).unzip();
        let exact = Ways::of(&a[..8], &b[..8]).chance();
        assert!((0.005..0.015).contains(&exact), "{exact}");
        let drawn = Ways::of(&a, &b);
        assert!(drawn.drawn && (drawn.chance() - 0.041).abs() < 0.01, "{}", drawn.chance());
        assert_eq!(drawn.as_far, Ways::of(&a, &b).as_far, "the lots are the same each time");
    }

    #[test]
    fn four_runs_of_each_can_tell_and_three_cannot() {
        let say =
            |a: &[f32], b: &[f32]| verdict(("slow", a), ("fast", b), Measure::Accuracy, Language::English).to_string();
        let [low, high] = [[0.90, 0.901, 0.902, 0.903], [0.92, 0.921, 0.922, 0.923]];
        assert!(say(&low, &high).contains("2 of the 70 ways"), "{}", say(&low, &high));
        assert!(say(&low, &high).starts_with("With “fast”, accuracy is 2.00 points higher"), "{}", say(&low, &high));
        assert!(say(&low[..3], &high[..3]).contains(".seeds(4)"), "{}", say(&low[..3], &high[..3]));
        assert!(say(&low[..1], &high[..1]).contains("one run each"), "{}", say(&low[..1], &high[..1]));
        let mixed = say(&[0.90, 0.93, 0.91, 0.92], &[0.91, 0.92, 0.90, 0.935]);
        assert!(mixed.contains("luck may be all"), "{mixed}");
        let loss = verdict(("a", &[3.0; 4]), ("b", &[2.0, 2.1, 2.2, 2.3]), Measure::Loss, Language::Spanish);
        assert!(loss.to_string().starts_with("Con «b», el error es"), "{loss}");
        assert!(loss.difference() < 0.0 && (loss.chance() - 2.0 / 70.0).abs() < 1e-9);
    }

    /// Of many settings one is ahead by luck, so a difference of the best two is not believed at once.
    #[test]
    fn the_best_two_of_many_were_picked() {
        let found = |high: &[f32]| {
            verdict(("a", &[0.90, 0.901, 0.902, 0.903]), ("b", high), Measure::Accuracy, Language::English)
        };
        let clear = found(&[0.92, 0.921, 0.922, 0.923]);
        assert!(clear.clone().of_best(5, Language::English).to_string().contains("picked as the best of 5"));
        assert_eq!(clear.clone().of_best(2, Language::English), clear, "there was nothing to pick");
        let equal = found(&[0.9, 0.901, 0.902, 0.903]);
        assert_eq!(equal.clone().of_best(5, Language::English), equal, "nothing is claimed");
    }
}
