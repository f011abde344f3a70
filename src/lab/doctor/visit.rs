//! One visit: what is measured, in which order, and from where on it is an illness.
use super::answers::Answers;
use super::data::{Data, two_digits};
use super::diagnosis::{Diagnosis, Finding};
use super::net::{Layer, layers, work};
use super::trials::{Bench, complete};
use crate::engine::{Fed, NONE, Scalar, Step, Tensor, topological_order};
use crate::figures::{Bar, Bars};
use crate::lab::part::Part;
use crate::language::Language;
use crate::picture::Figure;
use crate::{Error, Session, words};

/// Examples of each set that are read: of 1000, the share that is right is known to about one percent.
const READ: usize = 1000;
/// So many steps, and the net has had its chance to leave guessing behind.
const CHANCE: usize = 100;

/// Looks at a network and says in plain words what ails it: each finding with its numbers, what to do, the lesson that treats it,
/// and a figure.
///
/// `y` is what the net answers, `[?, classes]`, as probabilities or scores. The first `feed!` is how it trains, the second how it
/// is examined; each is given a whole set, of which batches are taken. What only the learning rate needs, such as the number of
/// the step, may be left out: it begins at 0. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// ```
/// # use digitos::prelude::*;
/// # let mut mnist = read_data_sets("MNISTdata")?;
/// # let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
/// # let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
/// # let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
/// # let loss = -reduce_mean(y_ * log(y)) * 1000.0;
/// # let mut sess = Session::new();
/// let step = GradientDescentOptimizer::new(0.3).minimize(loss); // a hundred times the lesson's rate
/// sess.initialize(step)?;
/// let training = feed! { x => mnist.train.images, y_ => mnist.train.labels };
/// let exam = feed! { x => mnist.test.images, y_ => mnist.test.labels };
/// let diagnosis = diagnose(&sess, step, y, training, exam, "en")?;
/// assert!(diagnosis.to_string().contains("The learning rate is too high"));
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// It trains a few copies for some steps, from their initial values, and leaves the session as it was. The work is counted in
/// multiply-adds, not timed: the same call says the same on every machine. Of what ails the training, only the first cause is
/// said; treat it and ask again. Each call adds gradients to the graph, some kilobytes that are never given back.
///
/// It cannot see in what order batches were fed, only what a net has forgotten; nor an illness that shows later than in
/// the first steps.
///
/// # Errors
///
/// [`Error::Picture`] for another language; [`Error::Feed`] for a `y` that is not `[?, classes]`, for a step that trains nothing,
/// for images without labels, and for fewer than 100 examples; otherwise as [`Session::run`].
pub fn diagnose<const N: usize, const M: usize>(
    sess: &Session,
    step: Step,
    y: impl Into<Tensor>,
    training: [Fed<'_>; N],
    exam: [Fed<'_>; M],
    language: &str,
) -> Result<Diagnosis, Error> {
    let language = Language::parse(language)?;
    let (y, loss) = (y.into(), Scalar(step.0.inputs()[0]));
    let &[NONE, _] = y.shape() else {
        return Err(Error::Feed(format!(
            "diagnose: {y} is not what a net answers: a tensor [?, classes] was expected, such as softmax(scores)."
        )));
    };
    let Some((rate, _)) = step.0.0.guard().filter(|_| !loss.variables().is_empty()) else {
        return Err(Error::Feed(
            "diagnose: this step trains nothing, it only follows averages: give it the step that minimize(loss) made."
                .into(),
        ));
    };
    let (training, exam) = (Data::new(&training, y, "train")?, Data::new(&exam, y, "test")?);
    let mut layers = layers(y);
    layers.retain(|layer| loss.variables().contains(&layer.weights));
    let (copy, words) = (Session::new(), language.words::<words::Doctor>());
    Visit { sess, copy, step, y, loss, rate, training, exam, layers, language, words }.go()
}

pub struct Visit<'a> {
    sess: &'a Session,
    /// With the values of the session's variables.
    pub copy: Session,
    step: Step,
    pub y: Tensor,
    pub loss: Scalar,
    rate: Tensor,
    pub training: Data<'a>,
    pub exam: Data<'a>,
    pub layers: Vec<Layer>,
    pub language: Language,
    pub words: &'static words::Doctor,
}

impl<'a> Visit<'a> {
    fn go(mut self) -> Result<Diagnosis, Error> {
        let (y, w, l) = (self.y, self.words, self.language);
        let says = |summary: String, findings: Vec<Finding>| Diagnosis { language: l, summary, findings };
        if !y.variables().iter().any(|t| self.loss.variables().contains(t)) {
            return Ok(says(w.unmeasured.into(), self.other_net().into_iter().collect()));
        }
        let variables =
            topological_order(&[y, self.loss.0]).into_iter().filter(|t| t.is_variable()).collect::<Vec<_>>();
        let values = self.sess.copy_variables(&(y, self.loss))?;
        let values = self.copy.run_with(values, 0, variables.clone(), &[])?;
        if let Some(finding) = self.not_finite(&variables, &values) {
            return Ok(says(w.unmeasured.into(), vec![finding]));
        }

        // how it does: as it trains, and as it is examined, with images of the training and of the exam
        let (few, many) = (self.training.some(256), [self.training.some(READ), self.exam.some(READ)]);
        let now = self.copy.run_with(Vec::new(), 0, y, &self.training_part(&few).fed())?;
        let now = Answers::new(&now, &self.training, &few);
        let mut read = |data: &Data<'a>, which: &[usize]| {
            let answers = self.copy.run_with(Vec::new(), 0, y, &data.part(which, &self.exam).fed())?;
            Ok::<_, Error>(Answers::new(&answers, data, which))
        };
        let (known, asked) = (read(&self.training, &many[0])?, read(&self.exam, &many[1])?);
        // how it begins, and how it could do
        let mut bench = Bench::new(self.step, y, self.rate, &self.training, work(&self.layers))?;
        let fresh = self.fresh(&mut bench)?;
        let trials = bench.trials(self.step, y, self.rate, &self.training)?;
        let trained = self.sess.trained(self.loss);
        let knows = if trained > 0 { trials.gain(now.cross_entropy()) } else { 0.0 };
        let well = knows > 0.5 * trials.gain(0.0);
        let is_slower = !well && knows < 0.9 * trials.gain(trials.best().1);
        let had_its_chance = trained >= CHANCE;
        let units = self.units_now(well)?;

        // a cause before what follows from it
        let cause = (self.one_class())
            .or_else(|| self.labels())
            .or_else(|| self.structure(&fresh, &trials))
            .or_else(|| self.start(&fresh, &trials, well))
            .or_else(|| self.rate(&trials).filter(|_| is_slower))
            .or_else(|| self.forgotten(&now, &trials).filter(|_| had_its_chance))
            .or_else(|| self.units(&units))
            .or_else(|| self.feeding(trained, &now, &trials).filter(|_| had_its_chance));
        let mut findings: Vec<Finding> = cause.into_iter().collect();
        let is_healthy = findings.is_empty();
        findings.extend(self.no_activation());
        let faults = self.examination(trained)?;
        if is_healthy && faults.is_empty() && trained > 0 {
            findings.extend(self.overfitting(&known, &asked));
        }
        findings.extend(faults);

        let [in_training, in_exam] = [known.accuracy(), asked.accuracy()].map(|share| l.percent(share));
        let [n, m] = many.map(|images| l.count(images.len()));
        let [entropy, guessing] = [asked.cross_entropy(), asked.guessing()].map(|entropy| l.loss(entropy));
        let measured = (w.measured)([&l.count(trained), &in_training, &n, &in_exam, &m, &entropy, &guessing]);
        let result = match (findings.is_empty(), trained) {
            (true, 0) => w.healthy_yet,
            (true, _) => w.healthy,
            _ => w.ill,
        };
        Ok(says(format!("{measured} {result}"), findings))
    }

    pub fn classes(&self) -> usize {
        *self.y.shape().last().expect("classes")
    }

    /// Training examples as the net trains on them.
    pub fn training_part(&self, which: &[usize]) -> Part<'a> {
        let mut part = self.training.part(which, &self.training);
        complete(&mut part, &[self.y, self.loss.0], self.rate);
        part
    }

    pub fn share(&self, name: String, share: f32, is_ill: bool) -> Bar {
        Bar { name, value: share, written: self.language.percent(share), is_ill }
    }

    pub fn counted(&self, name: String, n: usize, is_ill: bool) -> Bar {
        Bar { name, value: n as f32, written: self.language.count(n), is_ill }
    }

    pub fn number(&self, name: String, x: f32, is_ill: bool) -> Bar {
        Bar { name, value: x, written: self.written(x), is_ill }
    }

    /// With two digits that count.
    pub fn written(&self, x: f32) -> String {
        if !x.is_finite() || (0.1..1000.0).contains(&x.abs()) {
            return self.language.loss(x);
        }
        self.language.tick(two_digits(x))
    }

    pub fn bars(&self, title: &str, bars: impl Iterator<Item = Bar>, limit: Option<(f32, &str)>) -> Figure {
        Bars { title, note: "", bars: bars.collect(), logarithmic: false, limit }.draw(self.language)
    }

    pub fn logarithmic(&self, title: &str, bars: impl Iterator<Item = Bar>, limit: Option<(f32, &str)>) -> Figure {
        let note = self.words.logarithmic;
        Bars { title, note, bars: bars.collect(), logarithmic: true, limit }.draw(self.language)
    }

    /// A number for each layer.
    pub fn by_layer(
        &self,
        title: &str,
        values: &[f32],
        is_ill: impl Fn(usize) -> bool,
        logarithmic: bool,
        limit: Option<(f32, &str)>,
    ) -> Figure {
        let bars = values.iter().enumerate().map(|(k, x)| self.number(self.layer(k + 1), *x, is_ill(k)));
        if logarithmic { self.logarithmic(title, bars, limit) } else { self.bars(title, bars, limit) }
    }

    pub fn layer(&self, number: usize) -> String {
        (self.language.words::<words::Panel>().layer)(number)
    }
}
