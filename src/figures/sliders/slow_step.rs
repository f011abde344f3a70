//! One step of training, stage by stage, with the numbers of a network.
use super::interactive::{Interactive, Slider};
use crate::figures::checks::label;
use crate::figures::signed::{full_colour, signed};
use crate::picture::{
    AXIS, Area, Card, INK, MUTED, NEGATIVE, NOTE, POSITIVE, Svg, TEST, TICK, TITLE, TRAINING, base64,
};
use crate::{Error, language::Language, mnist::Batch, panel::digits::small, words};
use ndarray::ArrayD;

/// The first cell of the table, and the distances of the next column and the next row.
const TABLE: Area = Area::new(100.0, 122.0, 40.0, 35.0);
/// Where the column beside the table begins and ends.
const BESIDE: [f32; 2] = [516.0, 648.0];
const PICTURE: Area = Area::new(690.0, 122.0, 240.0, 240.0);
const MOST_CLASSES: usize = 10;
/// Outputs of a layer whose weights can be picked.
const MOST_OUTPUTS: usize = 10;

/// What one step of training did to at most ten digits.
pub struct SlowStep<'a> {
    pub batch: &'a Batch,
    /// `[n, classes]`, as the other tables.
    pub scores: &'a ArrayD<f32>,
    /// Before and after the step.
    pub probabilities: [&'a ArrayD<f32>; 2],
    /// The derivative of the loss by each score.
    pub by_score: &'a ArrayD<f32>,
    /// Before, what the gradient promised, and after.
    pub losses: [f32; 3],
    pub weights: Weights<'a>,
}

/// The variable of which a weight is picked: its last dimension are the outputs of its layer.
pub struct Weights<'a> {
    pub name: String,
    pub old: &'a ArrayD<f32>,
    pub new: &'a ArrayD<f32>,
    /// The derivative of the loss by each weight.
    pub slopes: &'a ArrayD<f32>,
}

impl Weights<'_> {
    /// The weights of each output as a picture of so many rows and columns: as the pixels lie, or as a filter lies on its first
    /// channel.
    fn grid(&self, image: [usize; 2]) -> [usize; 2] {
        match *self.old.shape() {
            [height, width, _, _] => [height, width],
            [inputs, _] if inputs == image[0] * image[1] => image,
            [inputs, _] => {
                let rows =
                    (1..=inputs).take_while(|rows| rows * rows <= inputs).filter(|rows| inputs % rows == 0).last();
                rows.map_or([1, 1], |rows| [rows, inputs / rows])
            }
            _ => [1, 1],
        }
    }

    /// For each output that can be picked, its numbers in the order of the picture.
    fn by_output(&self, values: &ArrayD<f32>, size: usize) -> Vec<Vec<f32>> {
        let outputs = *self.old.shape().last().unwrap_or(&1);
        let channels = if let [_, _, channels, _] = *self.old.shape() { channels } else { 1 };
        let values: Vec<f32> = values.iter().copied().collect();
        (0..outputs.min(MOST_OUTPUTS))
            .map(|o| (0..size).map(|i| values[i * channels * outputs + o]).collect())
            .collect()
    }
}

impl SlowStep<'_> {
    /// The figure with its sliders. Where scripts are not run it shows the loss before the step, and the weight with the
    /// steepest slope.
    pub fn draw(&self, language: Language) -> Result<Interactive, Error> {
        let words: &words::SlowStep = language.words();
        let n = self.batch.images.len();
        let classes = self.classes();
        if classes > MOST_CLASSES {
            let text = format!("slow_step: the net has {classes} classes, and at most {MOST_CLASSES} were expected");
            return Err(Error::Picture(text));
        }
        (0..n).try_for_each(|i| label(self.batch, i, classes).map(drop))?;
        let [height, width, channels] = self.batch.images.shape();
        let [rows, columns] = self.weights.grid([height, width]);
        let size = rows * columns;
        let [old, new, slopes] = [self.weights.old, self.weights.new, self.weights.slopes]
            .map(|values| self.weights.by_output(values, size));
        let steepest = |of: &[f32]| (0..size).max_by(|&a, &b| of[a].abs().total_cmp(&of[b].abs())).unwrap_or(0);
        let output = (0..slopes.len())
            .max_by(|&a, &b| slopes[a][steepest(&slopes[a])].abs().total_cmp(&slopes[b][steepest(&slopes[b])].abs()))
            .unwrap_or(0);
        let at = steepest(&slopes[output]);
        let full = [old.concat(), slopes.concat()].map(|values| full_colour(&mut values.iter()));
        let by_pixel = channels == 1 && self.is_sum_over_pixels(&slopes, size);

        let mut card = Card::with_heading(language, words.title, "");
        let svg = &mut card.svg;
        let stage = |k: usize, with: &[&str]| {
            with.iter()
                .enumerate()
                .fold(words.stages[k].to_string(), |text, (i, with)| text.replace(&format!("#{i}"), with))
        };
        let losses = self.losses.map(|loss| language.decimal(loss, decimals(self.losses[0])));
        svg.text(24.0, 67.0, NOTE.size(15).fill(INK), &stage(3, &[&losses[0]]));
        svg.name("stage");
        self.table(svg, classes)?;
        let most = (0..n).map(|i| self.surprise(i)).filter(|s| s.is_finite()).fold(1.0, f32::max);
        svg.text(BESIDE[0], 112.0, TICK.size(14), words.surprise);
        svg.name("beside");
        for i in 0..n {
            let (y, surprise) = (TABLE.y + i as f32 * TABLE.h, self.surprise(i));
            svg.rect(Area::new(BESIDE[0], y + 8.0, (70.0 * surprise / most).min(70.0), 16.0), TRAINING);
            svg.name(&format!("bar{i}"));
            svg.text(BESIDE[1], y + 21.0, NOTE.fill(INK).right(), &language.decimal(surprise, 2));
            svg.name(&format!("b{i}"));
        }
        let bottom = TABLE.y + n as f32 * TABLE.h;
        svg.text(24.0, bottom + 26.0, NOTE.size(15).fill(INK), "");
        svg.name("sum");

        svg.text(PICTURE.x, 100.0, TITLE, &(words.of_output)(&self.weights.name, &output.to_string()));
        svg.name("whose");
        let (gradient, of_gradient) = (words.gradient, [words.of_weights[0], words.gradient, words.of_weights[1]]);
        svg.text(PICTURE.x, 117.0, TICK.size(14), gradient);
        svg.name("what");
        let longest = rows.max(columns) as f32;
        let area =
            Area::new(PICTURE.x, PICTURE.y, PICTURE.w * columns as f32 / longest, PICTURE.h * rows as f32 / longest);
        signed(svg, area, columns, &slopes[output], full[1])?;
        let cell = area.w / columns as f32;
        let (x, y) = (area.x + (at % columns) as f32 * cell, area.y + (at / columns) as f32 * cell);
        svg.put(format_args!(
            "<rect data-name=\"pick\" {} fill=\"none\" stroke=\"{INK}\" stroke-width=\"2\"/>",
            Area::new(x - 1.0, y - 1.0, cell + 2.0, cell + 2.0)
        ));
        let numbers = [old[output][at], slopes[output][at], new[output][at] - old[output][at], new[output][at]];
        for (k, (label, value)) in words.numbers.into_iter().zip(numbers).enumerate() {
            let y = PICTURE.bottom() + 26.0 + 23.0 * k as f32;
            svg.text(PICTURE.x, y, NOTE.size(15), label);
            svg.text(
                PICTURE.right(),
                y,
                NOTE.size(15).fill(if k == 1 { TRAINING } else { INK }).weight(700).right(),
                &language.decimal(value, 5),
            );
            svg.name(["old", "slope", "move", "new"][k]);
        }
        let top = self.losses.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        for (k, (label, loss)) in words.losses.into_iter().zip(self.losses).enumerate() {
            let y = 480.0 + 23.0 * k as f32;
            svg.text(PICTURE.x, y + 13.0, NOTE.size(15), label);
            svg.rect(
                Area::new(PICTURE.x + 86.0, y, (90.0 * loss / top).clamp(0.0, 90.0), 16.0),
                [TRAINING, MUTED, TEST][k],
            );
            svg.name(&format!("loss{k}"));
            svg.text(PICTURE.right(), y + 13.0, NOTE.size(15).fill(INK).weight(700).right(), &losses[k]);
            svg.name(&format!("L{k}"));
        }
        let described = (words.described)(&losses[0], &losses[2], &losses[1]);
        card.describe(described.clone());

        let integers = |label: &str, most: usize, value: usize| Slider {
            label: label.into(),
            range: [0.0, most as f32],
            step: 1.0,
            value: value as f32,
        };
        let sliders = vec![
            integers(words.sliders[0], words.stages.len() - 1, 0),
            integers(words.sliders[1], slopes.len() - 1, output),
            integers(words.sliders[2], rows - 1, at / columns),
            integers(words.sliders[3], columns - 1, at % columns),
        ];
        let table = |values: &ArrayD<f32>| values.iter().map(|v| format!("{v:.4}")).collect::<Vec<_>>().join(",");
        let floats =
            |values: &[Vec<f32>]| base64(&values.concat().iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>());
        let inputs: Vec<u8> =
            if by_pixel { (0..n).flat_map(|i| self.batch.images.image(i).to_vec()).collect() } else { Vec::new() };
        let stages: Vec<String> =
            (0..words.stages.len()).map(|k| stage(k, &[&losses[0], &losses[2], &losses[1]])).collect();
        let data = format!(
            "{{decimals: 0, play: {:?}, stages: {stages:?}, n: {n}, classes: {classes}, labels: {:?}, tables: [[{}], [{}], [{}], [{}]], \
             surprise: {:?}, product: {:?}, sum: {:?}, what: {of_gradient:?}, whose: {:?}, rows: {rows}, columns: {columns}, full: {full:?}, \
             numbers: [\"{}\", \"{}\", \"{}\"], inputs: \"{}\", left: {}, table: [{}, {}], picture: [{}, {}, {}], colours: [\"{NEGATIVE}\", \"{POSITIVE}\", \"{TEST}\"]}}",
            words.play,
            (0..n).map(|i| self.batch.labels.class(i)).collect::<Vec<_>>(),
            table(self.scores),
            table(self.probabilities[0]),
            table(self.by_score),
            table(self.probabilities[1]),
            words.surprise,
            words.product,
            words.sum,
            (words.of_output)(&self.weights.name, "#0"),
            floats(&old),
            floats(&slopes),
            floats(&new),
            base64(&inputs),
            BESIDE[0],
            TABLE.x,
            TABLE.w,
            area.x,
            area.y,
            cell,
        );
        let said = format!("{{stage}} {} {{slope}}. {}", words.numbers[1], described);
        Ok(Interactive { figure: card.figure(960.0, 560.0), sliders, script: include_str!("slow_step.js"), data, said })
    }

    fn classes(&self) -> usize {
        self.scores.len() / self.batch.images.len()
    }

    /// −ln of the probability of the right class.
    fn surprise(&self, i: usize) -> f32 {
        let classes = self.classes();
        -self.probabilities[0].iter().nth(i * classes + self.batch.labels.class(i)).map_or(f32::NAN, |p| p.ln())
    }

    /// Whether each slope is the sum over the digits of pixel times slope of a score, as in a layer that reads the pixels and
    /// gives the scores.
    fn is_sum_over_pixels(&self, slopes: &[Vec<f32>], size: usize) -> bool {
        let n = self.batch.images.len();
        let classes = self.classes();
        if slopes.len() != classes || self.batch.images.image(0).len() != size {
            return false;
        }
        let by_score: Vec<f32> = self.by_score.iter().copied().collect();
        let (mut apart, mut largest) = (0.0_f32, 0.0_f32);
        for (class, slopes) in slopes.iter().enumerate() {
            for (pixel, slope) in slopes.iter().enumerate() {
                let ink = |i: usize| f32::from(self.batch.images.image(i)[pixel]) / 255.0;
                let sum: f32 = (0..n).map(|i| ink(i) * by_score[i * classes + class]).sum();
                (apart, largest) = (apart.max((sum - slope).abs()), largest.max(slope.abs()));
            }
        }
        apart <= 1e-3 * largest
    }

    /// The digits with their labels, and a row of numbers for each.
    fn table(&self, svg: &mut Svg, classes: usize) -> Result<(), Error> {
        for class in 0..classes {
            svg.text(TABLE.x + (class as f32 + 0.5) * TABLE.w - 1.0, 112.0, NOTE.centred(), &class.to_string());
            svg.name(&format!("h{class}"));
        }
        for i in 0..self.batch.images.len() {
            let (y, label) = (TABLE.y + i as f32 * TABLE.h, self.batch.labels.class(i));
            svg.text(24.0, y + 22.0, TITLE.fill(TEST), &label.to_string());
            let digit = Area::new(50.0, y, 32.0, 32.0);
            svg.paint(digit, INK, 28, &small(&self.batch.images, i, 28), false)?;
            svg.frame(digit, AXIS);
            for class in 0..classes {
                let p = self.probabilities[0].iter().nth(i * classes + class).copied().unwrap_or(f32::NAN);
                let cell = Area::new(TABLE.x + class as f32 * TABLE.w, y, TABLE.w - 2.0, TABLE.h - 3.0);
                svg.put(format_args!(
                    "<rect data-name=\"c{i}_{class}\" {cell} fill=\"{TEST}\" fill-opacity=\"{:.2}\"/>",
                    0.5 * p
                ));
                svg.text(cell.x + cell.w / 2.0, y + 21.0, TICK.fill(INK).centred(), &svg.language.decimal(p, 2));
                svg.name(&format!("t{i}_{class}"));
                if class == label {
                    svg.put(format_args!("<rect {cell} fill=\"none\" stroke=\"{TEST}\" stroke-width=\"2\"/>"));
                }
            }
        }
        Ok(())
    }
}

/// So many that a loss has four digits.
fn decimals(loss: f32) -> usize {
    if loss >= 1000.0 {
        0
    } else if loss >= 100.0 {
        1
    } else if loss >= 10.0 {
        2
    } else {
        3
    }
}
