//! The illnesses, each with its numbers and its figure.
use super::answers::Answers;
use super::data::rms;
use super::diagnosis::{Ailment, Finding};
use super::labels::{self, Trouble};
use super::net::{activations, before_softmax, unbent};
use super::trials::{Bench, Trials};
use super::visit::Visit;
use crate::Error;
use crate::engine::{Tensor, gradients_of, topological_order};
use crate::figures::Rates;
use crate::loss::softmax_cross_entropy_with_logits;
use crate::model::{log, reduce_mean};
use crate::picture::Figure;
use crate::words::Illness;
use ndarray::{ArrayD, Axis};

/// Root mean squares of the inputs, pixels from 0 to 1 having about 0.3: beyond, the sums of a layer are far from 1.
const SCALE: [f32; 2] = [0.01, 10.0];
/// A cross entropy so many times that of guessing, before the first step: weights that make the net certain of what it does not
/// know.
const CERTAIN: f32 = 5.0;
/// The first layer's gradient, as a part of the last one's: with ReLU it is about a third, with five sigmoids a thousandth.
const VANISHED: f32 = 0.01;
/// What is left of the differences between images after the last layer, compared with the first.
const DIED: f32 = 1e-3;
/// The share of a layer's ReLUs that makes an illness if they are dead; of healthy nets, up to a half are.
const DEAD: f32 = 0.7;
/// The share of a layer's outputs that makes an illness if they are flat; before training, healthy nets have next to none.
const MOST_FLAT: f32 = 0.5;
/// Where the slope of a sigmoid or tanh is below a tenth of its largest.
const FLAT: f32 = 0.1;
/// Probabilities that differ by more than rounding.
const DIFFERENT: f32 = 1e-3;
/// The share by which the training images are read better than others, and how many times less wrong the net is with them.
const BY_HEART: [f32; 2] = [0.05, 2.0];
/// So many times as many steps as a trial has, and the net must know what the trial knew.
const LONGER: usize = 5;
/// The share of examples that are of the same class as the next one, in a set that is sorted.
const IN_ORDER: f32 = 0.8;
/// Shares of a class that are read right: remembered, and forgotten; and how many of the classes are forgotten.
const REMEMBERED: [f32; 3] = [0.7, 0.1, 0.3];

/// The layers of a net, with some values of the variables.
pub struct Body {
    /// Root mean square of what the first layer is given.
    size: f32,
    /// Root mean square of the gradient by the weights of each layer.
    gradients: Vec<f32>,
    /// How far each layer's outputs differ from image to image.
    signals: Vec<f32>,
    weights: Vec<ArrayD<f32>>,
    /// Of the loss's gradient and that of the cross entropy: below 0 if one leads up where the other leads down.
    same_way: f32,
    /// Number of the layer, activation, and the share of its neurons that are 0, or of its outputs that are flat.
    units: Vec<(usize, &'static str, f32)>,
}

const ACTIVATIONS: [&str; 3] = ["relu", "sigmoid", "tanh"];

impl Visit<'_> {
    /// The body of the net with its initial values.
    pub fn fresh(&self, bench: &mut Bench<'_>) -> Result<Body, Error> {
        let weights: Vec<Tensor> = self.layers.iter().map(|layer| layer.weights).collect();
        let outputs: Vec<Tensor> = self.layers.iter().map(|layer| layer.output).collect();
        let active = activations(self.y, &self.layers, &ACTIVATIONS);
        let slopes = gradients_of(self.loss, &weights);
        let last: Vec<Tensor> = weights.last().copied().into_iter().collect();
        let towards = match self.training.one_hot(self.y) {
            Some(labels) if self.y.unaliased().0.op == "softmax" => {
                gradients_of(-reduce_mean(labels * log(self.y)), &last)
            }
            Some(labels) => gradients_of(reduce_mean(softmax_cross_entropy_with_logits(self.y, labels)), &last),
            None => Vec::new(),
        };
        let part = &bench.batches[0];
        let active_outputs: Vec<Tensor> = active.iter().map(|active| active.1).collect();
        let inputs: Vec<Tensor> = self.layers.iter().map(|layer| layer.input).take(1).collect();
        let fetch = (slopes, towards, outputs, active_outputs, weights, inputs);
        let (slopes, towards, outputs, active_outputs, weights, inputs) = bench.session.run_fed(&fetch, &part.fed())?;
        let product = |(a, b): (&ArrayD<f32>, &ArrayD<f32>)| (a * b).sum();
        Ok(Body {
            size: inputs.first().map_or(1.0, |input| rms(input.iter().copied())),
            gradients: slopes.iter().map(|slope| rms(slope.iter().copied())).collect(),
            signals: outputs.iter().map(|output| output.std_axis(Axis(0), 0.0).mean().unwrap_or(0.0)).collect(),
            weights,
            same_way: slopes.last().zip(towards.last()).map_or(0.0, product),
            units: shares(&active, &active_outputs),
        })
    }

    fn found<const N: usize>(
        &self,
        ailment: Ailment,
        illness: &Illness<N>,
        numbers: [&str; N],
        figure: Figure,
    ) -> Option<Finding> {
        let Illness { name, seen, treatment, lesson } = illness;
        let (name, seen, treatment) = (name.to_string(), seen(numbers), treatment.to_string());
        Some(Finding { ailment, name, seen, treatment, lesson: *lesson, figure })
    }

    /// The activations as they are now. Of a net that does `well` only ReLU: training itself drives others to where they are flat.
    pub fn units_now(&mut self, well: bool) -> Result<Vec<(usize, &'static str, f32)>, Error> {
        let active = activations(self.y, &self.layers, if well { &ACTIVATIONS[..1] } else { &ACTIVATIONS });
        let part = self.training_part(&self.training.some(128));
        let outputs: Vec<Tensor> = active.iter().map(|active| active.1).collect();
        Ok(shares(&active, &self.copy.run_with(Vec::new(), 0, outputs, &part.fed())?))
    }

    pub fn not_finite(&self, variables: &[Tensor], values: &[ArrayD<f32>]) -> Option<Finding> {
        let counts: Vec<usize> = values.iter().map(|v| v.iter().filter(|x| !x.is_finite()).count()).collect();
        let first = counts.iter().position(|n| *n > 0)?;
        let bars = variables.iter().zip(&counts).take(12).map(|(t, n)| self.counted(t.to_string(), *n, *n > 0));
        let illness = &self.words.not_finite;
        let numbers = [&*self.language.count(counts[first]), &variables[first].to_string()];
        self.found(Ailment::NotFinite, illness, numbers, self.bars(illness.name, bars, None))
    }

    pub fn other_net(&self) -> Option<Finding> {
        let counts = [self.y.variables().len(), self.loss.variables().len(), 0];
        let bars =
            self.words.other_net_bars.into_iter().zip(counts).map(|(name, n)| self.counted(name.into(), n, n == 0));
        let illness = &self.words.other_net;
        self.found(Ailment::OtherNet, illness, [], self.bars(illness.name, bars, None))
    }

    pub fn one_class(&self) -> Option<Finding> {
        let (which, w) = (self.training.some(1000), self.words);
        let class = self.training.class(which[0]);
        if which.iter().any(|&i| self.training.class(i) != class) {
            return None;
        }
        let bars = (0..self.classes()).map(|c| self.share(c.to_string(), f32::from(u8::from(c == class)), c == class));
        let numbers = [&*self.language.count(which.len()), &class.to_string()];
        self.found(Ailment::OneClass, &w.one_class, numbers, self.bars(w.one_class_title, bars, None))
    }

    pub fn labels(&self) -> Option<Finding> {
        let w = self.words;
        let percent = |share: f32| self.language.percent(share);
        let two = |names: [&str; 2], shares: [f32; 2]| {
            let bars = names.into_iter().zip(shares).zip([false, true]);
            self.bars(w.across_title, bars.map(|((name, share), ill)| self.share(name.into(), share, ill)), None)
        };
        match labels::examine([&self.training, &self.exam], self.classes())? {
            Trouble::Shifted { exam, by, shares } => {
                let share = |at: isize| shares.iter().find(|s| s.0 == at).map_or(0.0, |s| s.1);
                let bars = shares.iter().map(|(at, share)| self.share((w.places)(*at), *share, *at == 0));
                let numbers = [w.sets[usize::from(exam)], &(w.places)(by), &percent(share(by)), &percent(share(0))];
                self.found(Ailment::ShiftedLabels, &w.shifted, numbers, self.bars(w.shifted_title, bars, None))
            }
            Trouble::Unrelated { exam, shares } => {
                let sets = [w.sets[usize::from(!exam)], w.sets[usize::from(exam)]];
                let numbers = [sets[1], &percent(shares[1]), &percent(shares[0])];
                self.found(Ailment::UnrelatedLabels, &w.unrelated, numbers, two(sets, shares))
            }
            Trouble::Renamed { pairs, shares } => {
                let pairs: Vec<String> = pairs.iter().take(3).map(|(from, to)| format!("{from} → {to}")).collect();
                let numbers = [&*pairs.join(", "), &percent(shares[0]), &percent(shares[1])];
                self.found(Ailment::RenamedClasses, &w.renamed, numbers, two(w.across_bars, shares))
            }
            Trouble::OtherInputs { sizes, shares } => {
                let [training, exam] = sizes.map(|size| self.written(size));
                let numbers = [&*training, &exam, &percent(shares[1])];
                self.found(Ailment::OtherInputs, &w.other_inputs, numbers, two(w.across_bars, shares))
            }
        }
    }

    /// What the graph alone, and the initial values, make sure.
    pub fn structure(&self, fresh: &Body, trials: &Trials) -> Option<Finding> {
        let w = self.words;
        if let Some(op) = before_softmax(self.loss.0) {
            return self.found(Ailment::ScoresAreBent, &w.bent, [op], self.curve(trials));
        }
        if fresh.same_way < 0.0 {
            return self.found(Ailment::LossUpsideDown, &w.upside_down, [], self.curve(trials));
        }
        // over the neurons, which are the last dimension
        let spread = |w: &ArrayD<f32>| rms(w.std_axis(Axis(w.ndim() - 1), 0.0).iter().copied());
        let spreads: Vec<f32> = fresh.weights.iter().map(spread).collect();
        let hidden = fresh.weights.iter().rev().skip(1).rev();
        let several = |w: &ArrayD<f32>| w.shape().last() > Some(&1);
        let same = hidden.zip(&spreads).map(|(w, spread)| several(w) && *spread <= 1e-6 * rms(w.iter().copied()));
        let same: Vec<bool> = same.collect();
        let layer = self.layer(1 + same.iter().position(|same| *same)?);
        let figure = self.by_layer(w.symmetric_title, &spreads, |k| same.get(k) == Some(&true), false, None);
        self.found(Ailment::Symmetric, &w.symmetric, [&layer], figure)
    }

    /// Inputs and initial weights with which training does not get going, unless the net does `well` nevertheless.
    pub fn start(&self, fresh: &Body, trials: &Trials, well: bool) -> Option<Finding> {
        let (w, size) = (self.words, fresh.size);
        let certain = trials.start > CERTAIN * trials.guessing && !well;
        let begins = trials.gain(trials.own()) > 0.5 * trials.gain(trials.best().1) && trials.learns();
        let two = |title: &str, names: [&str; 2], values: [f32; 2]| {
            let bars = names.into_iter().zip(values).zip([true, false]);
            self.logarithmic(title, bars.map(|((name, x), ill)| self.number(name.into(), x, ill)), None)
        };
        if !(SCALE[0]..=SCALE[1]).contains(&size) && !well && (certain || !begins) {
            let figure = two(w.unscaled_title, [w.sets[0], w.usual], [size, 0.3]);
            return self.found(Ailment::Unscaled, &w.unscaled, [&self.written(size)], figure);
        }
        if certain {
            let figure = two(w.start_title, w.start_bars, [trials.start, trials.guessing]);
            let numbers = [&*self.language.loss(trials.start), &self.language.loss(trials.guessing)];
            return self.found(Ailment::StartTooLarge, &w.start_large, numbers, figure);
        }
        let units = self.units(&fresh.units);
        if well || begins || units.is_some() {
            return units;
        }
        let (first, last) = (*fresh.signals.first()?, *fresh.signals.last()?);
        if last < DIED * first && !trials.learns() {
            let figure =
                self.by_layer(w.signals_title, &fresh.signals, |k| fresh.signals[k] < DIED * first, true, None);
            let numbers = [&*self.written(first), &self.written(last)];
            return self.found(Ailment::StartTooSmall, &w.start_small, numbers, figure);
        }
        let (first, last) = (*fresh.gradients.first()?, *fresh.gradients.last()?);
        let (ill, limit) =
            (|k: usize| fresh.gradients[k] < VANISHED * last, Some((VANISHED * last, w.gradients_limit)));
        let figure = self.by_layer(w.gradients_title, &fresh.gradients, ill, true, limit);
        let times = self.language.count((last / first.max(f32::MIN_POSITIVE)).min(1e9) as usize);
        self.found(Ailment::VanishingGradient, &w.vanishing, [&times], figure).filter(|_| first < VANISHED * last)
    }

    /// Dead or saturated layers.
    pub fn units(&self, units: &[(usize, &'static str, f32)]) -> Option<Finding> {
        let w = self.words;
        let most = |op: &str| if op == "relu" { DEAD } else { MOST_FLAT };
        let &(layer, op, share) = units.iter().find(|unit| unit.2 >= most(unit.1))?;
        let (ailment, illness, title) = match op {
            "relu" => (Ailment::DeadRelu, &w.dead, w.dead_title),
            _ => (Ailment::Saturated, &w.saturated, w.saturated_title),
        };
        let bars = units.iter().filter(|unit| most(unit.1) == most(op));
        let bars = bars.map(|(layer, _, share)| self.share(self.layer(*layer), *share, *share >= most(op)));
        let numbers = [&*self.language.percent(share), &self.layer(layer)];
        self.found(ailment, illness, numbers, self.bars(title, bars, Some((most(op), w.from_here))))
    }

    pub fn rate(&self, trials: &Trials) -> Option<Finding> {
        let (ailment, illness) = match (trials.too_high(), trials.too_low()) {
            (true, _) => (Ailment::RateTooHigh, &self.words.rate_high),
            (_, true) => (Ailment::RateTooLow, &self.words.rate_low),
            _ => return None,
        };
        let (power, best) = trials.best();
        let [own, better] = [0, power].map(|power| self.language.tick(trials.rate_of(power)));
        let entropies = [trials.own(), best].map(|entropy| self.language.loss(entropy));
        let numbers = [&*own, &better, &self.language.count(trials.steps), &entropies[0], &entropies[1]];
        self.found(ailment, illness, numbers, self.curve(trials))
    }

    fn curve(&self, trials: &Trials) -> Figure {
        let place = |power: i32| trials.runs.iter().position(|run| run.0 == power).unwrap_or(0);
        let runs = trials.runs.iter().map(|(power, entropy)| (trials.rate_of(*power), *entropy)).collect();
        let (own, best, steps, guessing) = (place(0), place(trials.best().0), trials.steps, trials.guessing);
        Rates { runs, own, best, steps, guessing }.draw(self.language)
    }

    pub fn no_activation(&self) -> Option<Finding> {
        let (unbent, w) = (unbent(&self.layers), self.words);
        let own: usize = self.layers.iter().map(|layer| layer.weights.size()).sum();
        let single = self.layers.first()?.input.size() * self.classes();
        let bars = w.no_activation_bars.into_iter().zip([own, single]).zip([true, false]);
        let bars = bars.map(|((name, n), ill)| self.counted(name.into(), n, ill));
        let figure = self.bars(w.no_activation.name, bars, None);
        let layers = (unbent + 1).to_string();
        self.found(Ailment::NoActivation, &w.no_activation, [&layers], figure).filter(|_| unbent > 0)
    }

    /// A net that is certain of a few classes and has forgotten others: they were fed one after another.
    pub fn forgotten(&self, now: &Answers, trials: &Trials) -> Option<Finding> {
        let (w, by_class) = (self.words, now.by_class());
        let forgotten = by_class.iter().filter(|class| class.1 < REMEMBERED[1]).count();
        let remembered = by_class.iter().filter(|class| class.1 > REMEMBERED[0]);
        let names: Vec<String> = remembered.map(|class| class.0.to_string()).collect();
        let few = forgotten as f32 >= REMEMBERED[2] * by_class.len() as f32;
        // one that has learnt nothing gives the same answer to all, too, but is not certain of it
        let certain = now.cross_entropy() > 1.5 * trials.guessing || self.training.in_order() > IN_ORDER;
        let bars = by_class.iter().map(|(class, share)| self.share(class.to_string(), *share, *share < REMEMBERED[1]));
        let (figure, numbers) = (self.bars(w.by_class_title, bars, None), [&*names.join(", "), &forgotten.to_string()]);
        self.found(Ailment::NotShuffled, &w.not_shuffled, numbers, figure)
            .filter(|_| !names.is_empty() && few && certain && trials.learns())
    }

    /// A net that has had many steps and knows less than one that was begun anew, or than who guesses.
    pub fn feeding(&self, trained: usize, now: &Answers, trials: &Trials) -> Option<Finding> {
        let (w, values) = (self.words, [now.cross_entropy(), trials.own(), trials.guessing]);
        let [steps, few] = [trained, trials.steps].map(|n| self.language.count(n));
        let [entropy, anew, guessing] = values.map(|entropy| self.language.loss(entropy));
        let bars = w.entropy_bars.into_iter().zip(values).enumerate();
        let figure = self.bars(w.entropies_title, bars.map(|(k, (name, x))| self.number(name.into(), x, k == 0)), None);
        let behind = trials.gain(values[0]) < 0.5 * trials.gain(values[1]);
        if trials.learns() && trained >= LONGER * trials.steps && behind {
            return self.found(Ailment::FedOtherwise, &w.fed_otherwise, [&steps, &entropy, &few, &anew], figure);
        }
        self.found(Ailment::Stuck, &w.stuck, [&steps, &entropy, &guessing], figure)
            .filter(|_| values[0] > 0.9 * trials.guessing)
    }

    /// What makes an exam say something else than what the net knows.
    pub fn examination(&mut self, trained: usize) -> Result<Vec<Finding>, Error> {
        let (w, mut found) = (self.words, Vec::new());
        // the first sixteen are in both: they have the same places, so that dropout drops the same
        let which = self.exam.some(80);
        let batches = [which[..48].to_vec(), [&which[..16], &which[48..]].concat()];
        let parts = batches.each_ref().map(|which| self.exam.part(which, &self.exam));
        let mut read = |batch: usize, run: u64| {
            let y = self.copy.run_with(Vec::new(), run, self.y, &parts[batch].fed())?;
            Ok::<_, Error>(Answers::new(&y, &self.exam, &batches[batch]))
        };
        let (first, beside_others, again) = (read(0, 0)?, read(1, 0)?, read(0, 1)?);
        for (ailment, illness, names, other) in [
            (Ailment::ExamByBatch, &w.by_batch, w.by_batch_bars, beside_others),
            (Ailment::DropoutInExam, &w.dropout, w.dropout_bars, again),
        ] {
            let (image, class, change) = first.largest_change(&other, 16);
            let values = [&first, &other].map(|answers| answers.rows[image][class]);
            let bars = names.into_iter().zip(values).map(|(name, p)| self.share(name.into(), p, true));
            let figure = self.bars(&(w.probability_title)(class), bars, None);
            let [before, after] = values.map(|p| self.language.percent(p));
            let finding = self.found(ailment, illness, [&class.to_string(), &before, &after], figure);
            found.extend(finding.filter(|_| change > DIFFERENT));
        }
        let is_variance = |t: &Tensor| t.memory().is_some_and(|(_, what)| what == "moving_variance");
        let averages: Vec<Tensor> = topological_order(&[self.y]).into_iter().filter(is_variance).collect();
        let values = self.copy.run_with(Vec::new(), 0, averages, &[])?;
        let means: Vec<f32> = values.iter().map(|values| values.mean().unwrap_or(0.0)).collect();
        let zeros = means.iter().filter(|mean| **mean == 0.0).count();
        if zeros > 0 && trained > 0 && found.is_empty() {
            let figure = self.by_layer(w.averages_title, &means, |k| means[k] == 0.0, false, None);
            let numbers = [&*self.language.count(trained), &zeros.to_string(), &means.len().to_string()];
            found.extend(self.found(Ailment::AveragesNotUpdated, &w.averages, numbers, figure));
        }
        Ok(found)
    }

    /// From the answers for training images, as in the exam, and for those of the exam.
    pub fn overfitting(&self, known: &Answers, asked: &Answers) -> Option<Finding> {
        let w = self.words;
        let shares = [known.accuracy(), asked.accuracy()];
        let entropies = [known.cross_entropy(), asked.cross_entropy()];
        let bars = w.sets.into_iter().zip(shares).zip([false, true]);
        let bars = bars.map(|((set, share), ill)| self.share(set.into(), share, ill));
        let figure = self.bars(w.overfitting_title, bars, None);
        let [well, worse] = shares.map(|share| self.language.percent(share));
        let [low, high] = entropies.map(|entropy| self.language.loss(entropy));
        let far = shares[0] - shares[1] >= BY_HEART[0] && entropies[1] >= BY_HEART[1] * entropies[0];
        self.found(Ailment::Overfitting, &w.overfitting, [&well, &worse, &low, &high], figure).filter(|_| far)
    }
}

/// For each activation, the share of its neurons that are 0 for all images, or of its outputs that lie where it is flat.
fn shares(active: &[(usize, Tensor)], outputs: &[ArrayD<f32>]) -> Vec<(usize, &'static str, f32)> {
    let each = active.iter().zip(outputs).map(|((layer, t), output)| {
        let share = match t.0.op {
            "relu" => {
                let mut greatest = output.clone();
                while greatest.ndim() > 1 {
                    greatest = greatest.fold_axis(Axis(0), 0.0, |a: &f32, b: &f32| a.max(*b));
                }
                greatest.iter().filter(|greatest| **greatest <= 0.0).count() as f32 / greatest.len() as f32
            }
            op => {
                let slope = |y: f32| if op == "tanh" { 1.0 - y * y } else { 4.0 * y * (1.0 - y) };
                output.iter().filter(|y| slope(**y) < FLAT).count() as f32 / output.len() as f32
            }
        };
        (*layer, t.0.op, share)
    });
    each.collect()
}
