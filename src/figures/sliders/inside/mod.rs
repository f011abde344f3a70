//! A look inside a network: the way of a digit through its layers, and the sum that makes the number that is picked.
mod data;
mod detail;
mod layout;
mod stage;

pub use layout::Inside;
pub use stage::{Neuron, Rule, Stage, TERMS};

use super::interactive::{Interactive, Slider};
use crate::figures::signed::{full_colour, grey, signed};
use crate::picture::{AXIS, Area, Card, EDGE, Font, INK, NOTE, Svg, TEST, TICK};
use crate::{Error, language::Language, words};
use detail::Shown;
use layout::filled;

const MOST_CLASSES: usize = 10;
const MOST_LAYERS: usize = 12;
/// A page with more numbers than this would take megabytes.
const MOST_NUMBERS: usize = 1_000_000;

impl Inside {
    /// The figure with its sliders. Where scripts are not run it shows the largest number of the first layer.
    pub fn draw(&self, language: Language) -> Result<Interactive, Error> {
        let words: &words::Inside = language.words();
        self.check()?;
        let mut card = Card::with_heading(language, words.title, "");
        let svg = &mut card.svg;
        let full: Vec<f32> = self.stages.iter().map(|stage| full_colour(&mut stage.values.iter().flatten())).collect();
        let answer = self.answer(0, language);
        svg.text(24.0, 66.0, NOTE.size(15).fill(INK), &answer);
        svg.name("answer");
        let notes = [(&self.unknown, words.unknown), (&self.joins, words.joins)];
        let notes = notes.iter().filter(|(ops, _)| !ops.is_empty());
        let note: Vec<String> = notes.map(|(ops, text)| filled(text, &[&ops.join(", ")])).collect();
        svg.text(936.0, 40.0, TICK.right(), &note.join(" "));
        for (s, stage) in self.stages.iter().enumerate() {
            let area = self.area(s);
            let narrow = area.w < 104.0 && s > 0;
            svg.text(area.x, 92.0, TICK.weight(700).fill(INK), &shortened(&stage.name, TICK.weight(700), area.w));
            svg.text(area.x, 109.0, TICK, &if narrow { String::new() } else { size(stage, words) });
            self.block(svg, s, full[s])?;
        }
        let first = 1;
        let place = self.stages[first].largest(0);
        let channel = self.best_channel(first, place);
        let shown = Shown { inside: self, full: &full, stage: first, place, channel };
        shown.draw(svg, language)?;
        let pick = self.cell(first, place.map);
        svg.put(format_args!(
            "<rect data-name=\"pick\" {} fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"2\"/>",
            Area::new(pick.x - 1.0, pick.y - 1.0, pick.w + 2.0, pick.h + 2.0)
        ));
        card.describe(format!("{}: {answer}", words.title));

        let stage = &self.stages[first];
        let integers = |k: usize, most: usize, value: usize| Slider {
            label: words.sliders[k].into(),
            range: [1.0, most as f32],
            step: 1.0,
            value: value as f32,
        };
        let sliders = vec![
            integers(0, self.labels.len(), 1),
            integers(1, self.stages.len() - 1, 1),
            integers(2, stage.shape[2], place.map + 1),
            integers(3, stage.shape[0], place.row + 1),
            integers(4, stage.shape[1], place.column + 1),
            integers(5, stage.from[2], channel + 1),
        ];
        let said = "{answer} {what} {line0} {value0} {line1} {value1} {line2} {value2} {line3} {value3}".into();
        let data = self.data(&full, language).replace("</", "<\\/");
        Ok(Interactive { figure: card.figure(960.0, 652.0), sliders, script: include_str!("inside.js"), data, said })
    }

    fn check(&self) -> Result<(), Error> {
        let refused = |text: String| Err(Error::Picture(format!("look_inside: {text}")));
        let (classes, layers) = (self.probabilities[0].len(), self.stages.len() - 1);
        if classes > MOST_CLASSES {
            return refused(format!("the net has {classes} classes, and at most {MOST_CLASSES} were expected"));
        }
        if layers > MOST_LAYERS {
            return refused(format!(
                "the net has {layers} layers, and at most {MOST_LAYERS} have room beside each other"
            ));
        }
        let numbers: usize = self.stages.iter().map(|stage| stage.values.len() * stage.size() + stage.weights()).sum();
        if numbers > MOST_NUMBERS {
            return refused(format!(
                "the page would hold {numbers} numbers, and at most {MOST_NUMBERS} were expected: feed fewer digits, or make \
                 the net smaller"
            ));
        }
        Ok(())
    }

    /// The pictures of a stage, or the bars of the probabilities.
    fn block(&self, svg: &mut Svg, s: usize, full: f32) -> Result<(), Error> {
        let stage = &self.stages[s];
        if s + 1 == self.stages.len() {
            for (class, &p) in self.probabilities[0].iter().enumerate() {
                let Area { x, y, h, .. } = self.cell(s, class);
                svg.text(x + 4.0, y + h - 2.0, TICK.fill(INK), &class.to_string());
                svg.rect(Area::new(x + 20.0, y + 2.0, 96.0 * p, h - 4.0), TEST);
                svg.name(&format!("p{class}"));
                svg.text(x + 172.0, y + h - 2.0, TICK.fill(INK).right(), &svg.language.percent(p));
                svg.name(&format!("q{class}"));
            }
            return Ok(());
        }
        for map in 0..if stage.is_map() { stage.shape[2] } else { 1 } {
            let (wide, values) = Stage::picture(&stage.values[0], stage.shape, map);
            let mut area = self.cell(s, map);
            if !stage.is_map() {
                area = Area { w: area.w * wide as f32, h: area.h * (values.len() / wide) as f32, ..area };
            }
            svg.put(format_args!("<g data-name=\"m{s}_{map}\">"));
            if s == 0 {
                svg.paint(area, INK, wide, &values.iter().map(|&v| grey(v, full)).collect::<Vec<_>>(), true)?;
                svg.frame(area, AXIS);
            } else {
                signed(svg, area, wide, &values, full)?;
            }
            svg.put(format_args!("</g>"));
        }
        Ok(())
    }
}

/// A text that is cut off where its room ends.
fn shortened(text: &str, font: Font, room: f32) -> String {
    if font.width(text) <= room {
        return text.into();
    }
    let mut start: String = text.into();
    while !start.is_empty() && font.width(&start) + 9.0 > room {
        start.pop();
    }
    start + "…"
}

/// How many numbers a stage has, in its shape.
fn size(stage: &Stage, words: &words::Inside) -> String {
    let numbers = stage.shape.map(|n| n.to_string());
    let text = words.sizes[if !stage.is_map() { 2 } else { usize::from(stage.shape[2] > 1) }];
    filled(text, &numbers.each_ref().map(|n| &**n))
}
