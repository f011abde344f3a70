//! What the script needs to know: the numbers of all stages, with five digits that count.
use super::layout::{Inside, PARTS, PICTURES, TERM_BARS, TERM_ROW};
use super::stage::{Rule, Stage, square};
use crate::picture::{NEGATIVE, POSITIVE, base64};
use crate::{language::Language, words};

impl Stage {
    /// How many weights the page holds.
    pub fn weights(&self) -> usize {
        match &self.rule {
            Rule::Filter(_, filter) => filter.len(),
            Rule::Dense(neurons) => neurons.iter().flatten().map(|neuron| 2 * neuron.terms.len()).sum(),
            _ => 0,
        }
    }

    fn json(&self, full: f32, language: Language) -> String {
        let kind = ["digit", "filter", "pool", "dense", "unknown"][match self.rule {
            Rule::Digit => 0,
            Rule::Filter(..) => 1,
            Rule::Pool(..) => 2,
            Rule::Dense(_) => 3,
            Rule::Unknown => 4,
        }];
        let axes = self.window().map_or(String::new(), |window| {
            let axis = |a: crate::engine::Axis| format!("[{},{},{}]", a.kernel, a.stride, a.before);
            format!("axes: [{}, {}], ", axis(window.down), axis(window.across))
        });
        let rule = match &self.rule {
            Rule::Filter(_, filter) => format!("filter: \"{}\", ", packed(filter)),
            Rule::Pool(_, largest) => format!("largest: {largest}, "),
            Rule::Dense(digits) => {
                let terms = digits.iter().map(|neurons| {
                    let all = neurons.iter().flat_map(|neuron| &neuron.terms);
                    let places: Vec<u8> =
                        all.clone().flat_map(|(i, _)| (*i as u32).to_le_bytes()[..3].to_vec()).collect();
                    let weights: Vec<f32> = all.map(|(_, weight)| *weight).collect();
                    let sums: Vec<f32> = neurons.iter().map(|neuron| neuron.sum).collect();
                    format!("[\"{}\", \"{}\", \"{}\"]", base64(&places), packed(&weights), packed(&sums))
                });
                format!("terms: [{}], ", terms.collect::<Vec<_>>().join(","))
            }
            _ => String::new(),
        };
        let activation = self.activation.map_or("null".into(), |(name, slope)| format!("[{name:?}, {slope}]"));
        let values = self.values.iter().map(|values| format!("\"{}\"", spared(values, self.shape[2], three)));
        let values: Vec<String> = values.collect();
        format!(
            "{{name: {:?}, count: {:?}, kind: \"{kind}\", shape: {:?}, from: {:?}, full: {full}, {axes}{rule}scale: \"{}\", shift: \"{}\", \
             activation: {activation}, drops: {}, values: [{}]}}",
            self.name,
            language.count(self.size()),
            self.shape,
            self.from,
            packed(&self.scale),
            packed(&self.shift),
            self.drops,
            values.join(",")
        )
    }
}

impl Inside {
    pub fn data(&self, full: &[f32], language: Language) -> String {
        let words: &words::Inside = language.words();
        let stages: Vec<String> =
            self.stages.iter().zip(full).map(|(stage, full)| stage.json(*full, language)).collect();
        let speaks: Vec<String> = (0..self.speaks.len())
            .map(|digit| {
                let most = self.full_speaks(digit);
                let shade = |v: &f32| (128.0 + 127.0 * v / most).round() as u8;
                format!(
                    "\"{}\"",
                    spared(&self.speaks[digit].concat().iter().map(shade).collect::<Vec<_>>(), 1, |v| [*v])
                )
            })
            .collect();
        let answers: Vec<String> = (0..self.labels.len()).map(|digit| self.answer(digit, language)).collect();
        let shares: Vec<Vec<String>> =
            self.probabilities.iter().map(|all| all.iter().map(|p| language.percent(*p)).collect()).collect();
        let area = |a: crate::picture::Area| [a.x, a.y, a.w, a.h];
        let wide: Vec<usize> = self.stages.iter().map(|stage| square(stage.shape[2])).collect();
        format!(
            "{{decimals: 0, stages: [{}], probabilities: {:?}, shares: {shares:?}, speaks: [{}], answers: {answers:?}, \
             what: {:?}, channel: {:?}, reads: {:?}, gives: {:?}, speaksFor: {:?}, note: {:?}, lines: {:?}, pools: {:?}, shown: {:?}, moves: {:?}, \
             from: {:?}, third: {:?}, kernel: {}, side: {}, areas: {:?}, wide: {wide:?}, pictures: {:?}, \
             parts: {:?}, most: {}, bars: {TERM_BARS:?}, row: {TERM_ROW:?}, colours: [\"{NEGATIVE}\", \"{POSITIVE}\"]}}",
            stages.join(",\n"),
            self.probabilities,
            speaks.join(","),
            words.what,
            words.channel,
            words.reads,
            words.gives,
            words.speaks,
            words.note,
            words.lines,
            words.pools,
            words.shown,
            words.moves,
            words.from,
            words.third,
            self.most_kernel(),
            self.cell_side(),
            (0..self.stages.len()).map(|s| area(self.area(s))).collect::<Vec<_>>(),
            PICTURES.map(area),
            area(PARTS),
            self.most_channels(),
        )
    }
}

/// An `f32` without the last eight bits, of which five digits are left.
fn three(x: &f32) -> [u8; 3] {
    let [a, b, c, _] = (x.to_bits().saturating_add(0x80) >> 8).to_le_bytes();
    [a, b, c]
}

fn packed(numbers: &[f32]) -> String {
    base64(&numbers.iter().flat_map(three).collect::<Vec<_>>())
}

/// A bit for each number, whether it is another than the one `step` before it (or, at the beginning, than 0), then those that
/// are. In a map, paper is much of the same.
fn spared<T: PartialEq + Default, const N: usize>(numbers: &[T], step: usize, bytes: fn(&T) -> [u8; N]) -> String {
    let zero = T::default();
    let is_new = |i: usize| numbers[i] != *i.checked_sub(step).map_or(&zero, |before| &numbers[before]);
    let new: Vec<usize> = (0..numbers.len()).filter(|i| is_new(*i)).collect();
    let mut all = vec![0; numbers.len().div_ceil(8)];
    new.iter().for_each(|i| all[i / 8] |= 1 << (i % 8));
    all.extend(new.iter().flat_map(|i| bytes(&numbers[*i])));
    base64(&all)
}
