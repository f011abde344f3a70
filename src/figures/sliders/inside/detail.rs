//! The number that is picked, and the sum that makes it. The script changes the parts by their names.
use super::layout::{Inside, NEXT, PARTS, PICTURES, TABLE, TERM_BARS, TERM_ROW, filled};
use super::stage::{Place, Rule, Stage, TERMS};
use crate::figures::signed::signed;
use crate::picture::{ANSWER, AXIS, Area, INK, NEGATIVE, NOTE, POSITIVE, Svg, TICK, TITLE};
use crate::{Error, language::Language, words};

/// In smaller cells than this no number can be read.
const READABLE: f32 = 27.0;
const LINES: [f32; 2] = [548.0, 936.0];
/// What the figure shows when it stands still.
pub struct Shown<'a> {
    pub inside: &'a Inside,
    /// By stage: the magnitude in full colour.
    pub full: &'a [f32],
    pub stage: usize,
    pub place: Place,
    pub channel: usize,
}

impl Shown<'_> {
    pub fn draw(&self, svg: &mut Svg, language: Language) -> Result<(), Error> {
        let words: &words::Inside = language.words();
        let (stage, before) = (&self.inside.stages[self.stage], &self.inside.stages[self.stage - 1]);
        svg.text(24.0, 280.0, TITLE, &self.what(words));
        svg.name("what");
        self.pictures(svg, words)?;
        self.tables(svg, words);
        self.terms(svg, words);
        let parts = stage.parts(before, self.place);
        let is_sum = matches!(stage.rule, Rule::Filter(..)) && parts.len() > 1;
        group(svg, "parts", is_sum);
        svg.text(PARTS.x, 540.0, TICK, words.parts);
        let most = self.inside.most_channels();
        let (pitch, largest) = (PARTS.w / parts.len() as f32, parts.iter().fold(1e-9, |a: f32, b| a.max(b.abs())));
        for i in 0..most {
            let part = parts.get(i).filter(|_| is_sum).copied().unwrap_or(0.0);
            let h = (part / largest).abs() * PARTS.h / 2.0;
            let middle = PARTS.y + PARTS.h / 2.0;
            let area = Area::new(
                PARTS.x + pitch * i as f32,
                if part < 0.0 { middle } else { middle - h },
                (pitch - 2.0).clamp(1.0, 40.0),
                h,
            );
            let (colour, opacity) =
                (if part < 0.0 { NEGATIVE } else { POSITIVE }, if i == self.channel { 1.0 } else { 0.5 });
            svg.put(format_args!("<rect data-name=\"b{i}\" {area} fill=\"{colour}\" fill-opacity=\"{opacity}\"/>"));
        }
        let middle = PARTS.y + PARTS.h / 2.0;
        svg.line((PARTS.x, middle), (PARTS.right(), middle), AXIS, "");
        svg.text(PARTS.x, PARTS.bottom() + 16.0, TICK, &self.channel_name(words));
        svg.name("channel");
        svg.put(format_args!("</g>"));
        let is_last = self.stage + 1 == self.inside.stages.len();
        for (k, note) in words.note.into_iter().enumerate() {
            svg.text(PARTS.x, 620.0 + 17.0 * k as f32, TICK, if is_last { note } else { "" });
            svg.name(&format!("note{k}"));
        }
        for (k, (label, value)) in self.lines(&parts, words, language).into_iter().enumerate() {
            let y = 548.0 + 22.0 * k as f32;
            svg.text(LINES[0], y, NOTE.size(15), &label);
            svg.name(&format!("line{k}"));
            svg.text(LINES[1], y, NOTE.size(15).fill(INK).weight(700).right(), &value);
            svg.name(&format!("value{k}"));
        }
        Ok(())
    }

    fn what(&self, words: &words::Inside) -> String {
        let stage = &self.inside.stages[self.stage];
        let Place { map, row, column, .. } = self.place;
        let is_last = self.stage + 1 == self.inside.stages.len();
        let number = (if is_last { map } else { map + 1 }).to_string();
        let text = words.what[if is_last { 2 } else { usize::from(!stage.is_map()) }];
        filled(text, &[&stage.name, &number, &(row + 1).to_string(), &(column + 1).to_string()])
    }

    fn channel_name(&self, words: &words::Inside) -> String {
        filled(words.channel, &[&(self.channel + 1).to_string()])
    }

    fn pictures(&self, svg: &mut Svg, words: &words::Inside) -> Result<(), Error> {
        let (stage, before) = (&self.inside.stages[self.stage], &self.inside.stages[self.stage - 1]);
        let is_last = self.stage + 1 == self.inside.stages.len();
        let Place { digit, map, row, column } = self.place;
        let term = match &stage.rule {
            Rule::Dense(neurons) => neurons[digit][map].terms.first().map(|(i, _)| *i),
            _ => None,
        };
        let channel = term.map_or(self.channel, |i| i % stage.from[2]);
        let shown = [
            Stage::picture(&before.values[digit], stage.from, channel),
            match is_last {
                true => (self.inside.stages[0].shape[1], self.inside.speaks[digit][map].clone()),
                false => Stage::picture(&stage.values[digit], stage.shape, map),
            },
        ];
        let own = shown[1].1.iter().fold(1e-9, |a: f32, b| a.max(b.abs()));
        let full = [self.full[self.stage - 1], if is_last { own } else { self.full[self.stage] }];
        let class = filled(words.speaks, &[&map.to_string()]);
        let titles =
            [filled(words.reads, &[&before.name]), if is_last { class } else { filled(words.gives, &[&stage.name]) }];
        for k in 0..2 {
            let (wide, values) = &shown[k];
            let (side, values) = padded(*wide, values);
            svg.text(24.0, PICTURES[k].y - 8.0, TICK, &titles[k]);
            svg.name(&format!("title{k}"));
            svg.put(format_args!("<g data-name=\"picture{k}\">"));
            signed(svg, PICTURES[k], side, &values, full[k])?;
            svg.put(format_args!("</g>"));
            let scale = PICTURES[k].w / side as f32;
            let (x, y, w, h) = match (k, stage.window(), term) {
                (0, Some(window), _) => {
                    let along = |axis: crate::engine::Axis, position: usize| {
                        let (taps, first) = axis.inside(position);
                        (first as f32, taps.len() as f32)
                    };
                    let ((y, h), (x, w)) = (along(window.down, row), along(window.across, column));
                    (x, y, w, h)
                }
                (0, None, Some(i)) => {
                    let at = if before.is_map() { i / stage.from[2] } else { i };
                    ((at % wide) as f32, (at / wide) as f32, 1.0, 1.0)
                }
                (1, ..) if stage.is_map() => (column as f32, row as f32, 1.0, 1.0),
                (1, ..) if !is_last => ((map % wide) as f32, (map / wide) as f32, 1.0, 1.0),
                _ => (0.0, 0.0, 0.0, 0.0),
            };
            let mark = Area::new(PICTURES[k].x + x * scale, PICTURES[k].y + y * scale, w * scale, h * scale);
            svg.put(format_args!(
                "<rect data-name=\"mark{k}\" {mark} fill=\"none\" stroke=\"{ANSWER}\" stroke-width=\"2\"/>"
            ));
        }
        Ok(())
    }

    /// The numbers under the window, the weights and their products.
    fn tables(&self, svg: &mut Svg, words: &words::Inside) {
        let (stage, before) = (&self.inside.stages[self.stage], &self.inside.stages[self.stage - 1]);
        let cells = stage.cells(before, self.place, self.channel);
        let (most, side) = (self.inside.most_kernel(), self.inside.cell_side());
        let is_filter = matches!(stage.rule, Rule::Filter(..));
        let full = [self.full[self.stage - 1], 1.0, 1.0];
        let numbers = |k: usize, i: usize| {
            let cell = cells.iter().find(|cell| cell.at[0] * most + cell.at[1] == i)?;
            let number = cell.number.unwrap_or(0.0);
            Some([number, cell.weight, number * cell.weight][k])
        };
        for k in 0..3 {
            group(svg, &format!("table{k}"), if k == 0 { !cells.is_empty() } else { is_filter });
            let x = TABLE.x + NEXT * k as f32;
            svg.text(x, TABLE.y - 8.0, TICK, words.tables[k]);
            if k > 0 {
                svg.text(x - 25.0, TABLE.y + side * 1.5 + 6.0, TITLE.size(18), ["×", "="][k - 1]);
            }
            let own = (0..most * most).filter_map(|i| numbers(k, i)).fold(1e-9, |a: f32, b| a.max(b.abs()));
            let full = if k == 0 { full[0] } else { own };
            for i in 0..most * most {
                let number = numbers(k, i);
                let area =
                    Area::new(x + side * (i % most) as f32, TABLE.y + side * (i / most) as f32, side - 1.0, side - 1.0);
                let (v, colour) =
                    (number.unwrap_or(0.0), if number.unwrap_or(0.0) < 0.0 { NEGATIVE } else { POSITIVE });
                let opacity = if number.is_some() { 0.06 + 0.5 * (v / full).abs().min(1.0) } else { 0.0 };
                svg.put(format_args!(
                    "<rect data-name=\"r{k}_{i}\" {area} fill=\"{colour}\" fill-opacity=\"{opacity:.2}\"/>"
                ));
                if side >= READABLE {
                    let text = number.map_or(String::new(), |v| short(svg.language, v));
                    svg.text(
                        area.x + area.w / 2.0,
                        area.y + area.h / 2.0 + 4.5,
                        TICK.size(12).fill(INK).centred(),
                        &text,
                    );
                    svg.name(&format!("n{k}_{i}"));
                }
            }
            svg.put(format_args!("</g>"));
        }
    }

    /// The largest terms of a dense sum.
    fn terms(&self, svg: &mut Svg, words: &words::Inside) {
        let (stage, before) = (&self.inside.stages[self.stage], &self.inside.stages[self.stage - 1]);
        let Place { digit, map, .. } = self.place;
        let terms = match &stage.rule {
            Rule::Dense(neurons) => &neurons[digit][map].terms[..],
            _ => &[],
        };
        group(svg, "terms", !terms.is_empty());
        for (x, text, font) in [
            (216.0, words.terms[0], TICK),
            (460.0, words.terms[1], TICK.right()),
            (550.0, words.terms[2], TICK.right()),
            (650.0, words.terms[3], TICK.right()),
        ] {
            svg.text(x, 304.0, font, text);
        }
        let products: Vec<f32> = terms.iter().map(|(i, weight)| before.values[digit][*i] * weight).collect();
        let largest = products.iter().fold(1e-9, |a: f32, b| a.max(b.abs()));
        for k in 0..TERMS {
            let y = TERM_ROW[0] + TERM_ROW[1] * k as f32;
            let product = products.get(k).copied().unwrap_or(0.0);
            let texts = terms.get(k).map_or([const { String::new() }; 4], |&(i, weight)| {
                let numbers = [before.values[digit][i], weight, product].map(|v| four(svg.language, v));
                let [value, weight, product] = numbers;
                [from(stage, i, words), value, format!("× {weight}"), format!("= {product}")]
            });
            for ((x, font), (text, name)) in [
                (216.0, NOTE.fill(INK)),
                (460.0, NOTE.fill(INK).right()),
                (550.0, NOTE.fill(INK).right()),
                (650.0, NOTE.fill(INK).weight(700).right()),
            ]
            .into_iter()
            .zip(texts.iter().zip(["from", "number", "weight", "product"]))
            {
                svg.text(x, y, font, text);
                svg.name(&format!("{name}{k}"));
            }
            let length = TERM_BARS[1] * (product / largest).abs();
            let x = if product < 0.0 { TERM_BARS[0] - length } else { TERM_BARS[0] };
            svg.rect(Area::new(x, y - 11.0, length, 13.0), if product < 0.0 { NEGATIVE } else { POSITIVE });
            svg.name(&format!("t{k}"));
        }
        let [first, row] = TERM_ROW;
        svg.line((TERM_BARS[0], first - 14.0), (TERM_BARS[0], first + row * TERMS as f32 - 14.0), AXIS, "");
        svg.put(format_args!("</g>"));
    }

    /// From the products to the number: what each step is called, and what it gives.
    fn lines(&self, parts: &[f32], words: &words::Inside, language: Language) -> Vec<(String, String)> {
        let stage = &self.inside.stages[self.stage];
        let before = &self.inside.stages[self.stage - 1];
        let Place { digit, map, .. } = self.place;
        let sum: f32 = parts.iter().sum();
        let [moved, active] = stage.finish(sum, map);
        let value = stage.value(self.place);
        let four = |v: f32| four(language, v);
        let mut lines = match &stage.rule {
            Rule::Filter(..) if parts.len() == 1 => vec![(words.lines[2].into(), four(sum))],
            Rule::Filter(..) => vec![
                (filled(words.lines[0], &[&(self.channel + 1).to_string()]), four(parts[self.channel])),
                (filled(words.lines[1], &[&parts.len().to_string()]), four(sum)),
            ],
            Rule::Dense(neurons) => {
                let terms = &neurons[digit][map].terms;
                let shown = terms.iter().map(|(i, weight)| before.values[digit][*i] * weight).sum();
                let counts = [terms.len(), before.size()].map(|n| language.count(n));
                vec![
                    (filled(words.lines[3], &[&counts[0]]), four(shown)),
                    (filled(words.lines[4], &[&counts[1]]), four(sum)),
                ]
            }
            Rule::Pool(_, largest) => vec![(words.pools[usize::from(!largest)].into(), four(sum))],
            Rule::Digit | Rule::Unknown => vec![(filled(words.shown, &[&stage.name]), four(value))],
        };
        let (scale, shift) = (stage.scale[map], stage.shift[map]);
        if (scale, shift) != (1.0, 0.0) {
            let sign = if shift < 0.0 { "−" } else { "+" };
            let text = words.moves[usize::from(scale != 1.0)];
            lines.push((filled(text, &[&four(scale), sign, &four(shift.abs())]), four(moved)));
        }
        if let Some((name, _)) = stage.activation {
            lines.push((format!("{name}({})", four(moved)), four(active)));
        }
        if stage.drops {
            lines.push(("dropout".into(), four(value)));
        }
        lines.resize(5, Default::default());
        lines
    }
}

/// Where a number of the stage before is.
fn from(stage: &Stage, i: usize, words: &words::Inside) -> String {
    let [rows, columns, maps] = stage.from;
    let at = i / maps;
    let numbers = [i % maps + 1, at / columns + 1, at % columns + 1].map(|n| n.to_string());
    let text = words.from[if rows * columns == 1 { 2 } else { usize::from(maps > 1) }];
    filled(text, &numbers.each_ref().map(|n| &**n))
}

/// A picture as a square, with nothing right of it or below.
fn padded(wide: usize, values: &[f32]) -> (usize, Vec<f32>) {
    let side = wide.max(values.len() / wide);
    let at = |i: usize| if i % side < wide { values.get(i / side * wide + i % side).copied() } else { None };
    (side, (0..side * side).map(|i| at(i).unwrap_or(0.0)).collect())
}

fn group(svg: &mut Svg, name: &str, seen: bool) {
    let visibility = if seen { "visible" } else { "hidden" };
    svg.put(format_args!("<g data-name=\"{name}\" visibility=\"{visibility}\">"));
}

/// A number in a small cell.
fn short(language: Language, x: f32) -> String {
    language.decimal(
        x,
        if x.abs() >= 99.5 {
            0
        } else if x.abs() >= 9.95 {
            1
        } else {
            2
        },
    )
}

/// A number with about four digits that count.
pub fn four(language: Language, x: f32) -> String {
    language.decimal(
        x,
        if x.abs() >= 999.5 {
            1
        } else if x.abs() >= 99.95 {
            2
        } else if x.abs() >= 9.995 {
            3
        } else {
            4
        },
    )
}
