//! A chart: curves and bands over numbered steps, drawn with plotters, and the labels around them.
use super::font::{Font, NOTE, TICK};
use super::palette::{ANSWER, AXIS, EDGE, GRID, PAPER};
use super::svg::{Area, N, Svg};
use crate::Error;
use crate::words;
use plotters::{coord::types::RangedCoordf32, prelude::*};

/// Where a chart stands and what its axes span: steps from 0 to `end`, values from `bottom` to `top`, evenly or by their logarithms.
#[derive(Clone, Copy)]
pub struct Chart {
    pub area: Area,
    pub end: f32,
    pub bottom: f32,
    pub top: f32,
    pub log: bool,
}

/// What plotters draws into a chart.
pub enum Mark {
    /// (step, value) of each point, width, colour.
    Line(Vec<(f32, f32)>, f32, &'static str),
    /// (step, value) of each point, radius, colour.
    Dots(Vec<(f32, f32)>, f32, &'static str),
    /// The surface between two edges: (step, low, high), colour.
    Band(Vec<(f32, f32, f32)>, &'static str),
}

/// A name and a value beside the end of a curve.
pub struct Label {
    pub end: (f32, f32),
    pub name: &'static str,
    pub value: String,
    /// Of the name and of the value.
    pub fonts: (Font, Font),
}

/// plotters' SVG backend draws whole pixels only, so its canvas is this many times as large as the plot.
const FINE: f32 = 10.0;
/// Half the width of the thickest curve, in pixels: a curve along the edge of the plot sticks out by this much.
const RIM: f32 = 1.3;
/// How far the canvas extends above the plot, and below it, in heights of the plot.
const OVERHANG: f32 = 5.0;
/// From one label of a logarithmic axis to the next, in pixels.
const TICK_PITCH: f32 = 15.0;
/// From one label to the next, in pixels.
const LABEL_PITCH: f32 = 33.0;

impl Chart {
    pub fn x(&self, step: f32) -> f32 {
        self.area.x + self.area.w * step / self.end
    }

    pub fn y(&self, value: f32) -> f32 {
        let [value, bottom, top] = [value, self.bottom, self.top].map(|value| self.scaled(value));
        let share = (value - bottom) / (top - bottom);
        self.area.bottom() - self.area.h * share.clamp(0.0, 1.0)
    }

    /// A value by which heights are even; all below the smallest positive numbers are one.
    fn scaled(&self, value: f32) -> f32 {
        if self.log { value.max(f32::MIN_POSITIVE).log10() } else { value }
    }

    /// The values at the top, in the middle and at the bottom, as `written` writes them.
    pub fn ticks(&self, written: &dyn Fn(f32) -> String) -> [String; 3] {
        [written(self.top), written((self.top + self.bottom) / 2.0), written(self.bottom)]
    }

    /// Lines at the top, in the middle and at the bottom, with the labels of the values unless they are empty, and ticks along
    /// the steps. On a logarithmic axis, at the powers of ten in place of the middle.
    pub fn axes(&self, svg: &mut Svg, labels: [String; 3]) {
        let Area { x, y, w, h } = self.area;
        for (i, label) in labels.iter().enumerate().filter(|(i, _)| *i != 1 || !self.log) {
            let y = y + h * i as f32 / 2.0;
            svg.line((x, y), (x + w, y), if i == 2 { AXIS } else { GRID }, "");
            if !label.is_empty() {
                svg.text(x - 8.0, y + 4.0, TICK.right(), label);
            }
        }
        let mut last = self.area.bottom();
        for power in if self.log { -37..38 } else { 0..0 } {
            let value = 10f32.powi(power);
            let y = self.y(value);
            if last - y > TICK_PITCH && y - self.area.y > TICK_PITCH {
                svg.line((x, y), (x + w, y), GRID, "");
                svg.text(x - 8.0, y + 4.0, TICK.right(), &svg.language.tick(value));
                last = y;
            }
        }
        for i in 0..3 {
            let x = x + w * i as f32 / 2.0;
            svg.line((x, y + h), (x, y + h + 5.0), AXIS, "");
        }
    }

    /// The numbers under the axis of steps.
    pub fn steps(&self, svg: &mut Svg) {
        let language = svg.language;
        let y = self.area.bottom() + 20.0;
        for i in 0..3 {
            let step = (self.end * i as f32 / 2.0) as usize;
            svg.text(self.area.x + self.area.w * i as f32 / 2.0, y, TICK.centred(), &language.count(step));
        }
        let digits = language.count(self.end as usize).chars().count() as f32;
        let gap = (digits * 3.5 + 10.0).max(28.0);
        svg.text(self.area.right() + gap, y, TICK, language.words::<words::Terms>().steps);
    }

    /// Draws on a canvas that extends far above and below the plot, and shows the part inside the plot, so that a curve
    /// that leaves the plot keeps its slope up to the edge.
    pub fn draw(&self, svg: &mut Svg, marks: &[Mark]) -> Result<(), Error> {
        let Area { x, y, w, h } = self.area;
        let mut picture = String::new();
        let size = ((w * FINE) as u32, (h * (1.0 + 2.0 * OVERHANG) * FINE) as u32);
        let canvas = SVGBackend::with_string(&mut picture, size).into_drawing_area();
        self.plot(&canvas, marks).map_err(|e| Error::Picture(format!("a chart could not be drawn: {e}")))?;
        drop(canvas);
        let (wide, high) = (w + 2.0 * RIM, h + 2.0 * RIM);
        let place = Area::new(x - RIM, y - RIM, wide, high);
        let fine = |length: f32| N(length * FINE);
        let (left, top, wide, high) = (fine(-RIM), fine(h * OVERHANG - RIM), fine(wide), fine(high));
        svg.put(format_args!(
            "<svg {place} viewBox=\"{left} {top} {wide} {high}\" stroke-linejoin=\"round\">{}</svg>",
            picture.replacen("<svg ", "<svg overflow=\"visible\" ", 1)
        ));
        Ok(())
    }

    fn plot<B: DrawingBackend>(
        &self,
        canvas: &DrawingArea<B, plotters::coord::Shift>,
        marks: &[Mark],
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        let [bottom, top] = [self.bottom, self.top].map(|value| self.scaled(value));
        let reach = OVERHANG * (top - bottom);
        let (bottom, top) = (bottom - reach, top + reach);
        let inside = |points: &[(f32, f32)]| -> Vec<_> {
            points.iter().map(|&(x, y)| (x, self.scaled(y).clamp(bottom, top))).collect()
        };
        let (wide, high) = canvas.dim_in_pixel();
        let place = (0..wide as i32, high as i32..0);
        let plot = canvas.apply_coord_spec(Cartesian2d::<RangedCoordf32, RangedCoordf32>::new(
            0f32..self.end,
            bottom..top,
            place,
        ));
        for mark in marks {
            match mark {
                Mark::Line(points, width, colour) => {
                    let style = ShapeStyle::from(&rgb(colour)).stroke_width((width * FINE) as u32);
                    plot.draw(&PathElement::new(inside(points), style))?;
                }
                Mark::Dots(points, radius, colour) => {
                    let (size, style) = ((radius * FINE) as u32, rgb(colour).filled());
                    for point in inside(points) {
                        plot.draw(&Circle::new(point, size, style))?;
                    }
                }
                Mark::Band(edges, colour) => {
                    let mut outline: Vec<_> = edges.iter().map(|&(x, low, _)| (x, low)).collect();
                    outline.extend(edges.iter().rev().map(|&(x, _, high)| (x, high)));
                    plot.draw(&Polygon::new(inside(&outline), rgb(colour).filled()))?;
                }
            }
        }
        canvas.present()
    }

    /// A dot at the end of a curve.
    pub fn end_dot(&self, svg: &mut Svg, (step, value): (f32, f32), colour: &str) {
        let (x, y) = (N(self.x(step)), N(self.y(value)));
        svg.put(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\" stroke=\"{PAPER}\" stroke-width=\"2\"/>"
        ));
    }

    /// Up to two labels to the right of the plot, the upper one first, with dotted lines from the ends of their curves.
    pub fn labels(&self, svg: &mut Svg, labels: &[Label]) {
        let (first, last) = (self.area.y + 10.0, self.area.bottom() - 10.0);
        let mut heights: Vec<f32> = labels.iter().map(|label| self.y(label.end.1).clamp(first, last)).collect();
        if let [upper, lower] = &mut heights[..] {
            let half = LABEL_PITCH / 2.0;
            if *lower - *upper < LABEL_PITCH {
                let middle = ((*upper + *lower) / 2.0).clamp(first + half, last - half);
                (*upper, *lower) = (middle - half, middle + half);
            }
        }
        for (label, height) in labels.iter().zip(heights) {
            let (x, y) = (self.area.right() + 14.0, height);
            let from = (self.x(label.end.0) + 8.0, self.y(label.end.1));
            if x - from.0 > 12.0 {
                svg.line(from, (x - 4.0, y), AXIS, "1 3");
            }
            svg.text(x, y - 4.0, label.fonts.0, label.name);
            svg.text(x, y + 12.0, label.fonts.1, &label.value);
        }
    }

    /// A vertical line at the step at which a value was NaN or infinite, labelled with that value.
    pub fn mark_not_finite(&self, svg: &mut Svg, found: Option<(usize, f32)>) {
        let Some((step, value)) = found else { return };
        let x = self.x(step as f32);
        svg.line((x, self.area.y), (x, self.area.bottom()), EDGE, "4 3");
        let (x, anchor) = if x + 40.0 < self.area.right() { (x + 6.0, NOTE) } else { (x - 6.0, NOTE.right()) };
        let (font, value) = (anchor.fill(ANSWER).weight(700), svg.language.decimal(value, 0));
        svg.text_over(x, self.area.y + 13.0, font, PAPER, &value);
    }
}

/// At most `most` of the items, evenly chosen, with the first and the last.
pub fn thin<T: Copy>(items: &[T], most: usize) -> Vec<T> {
    if items.len() <= most {
        return items.to_vec();
    }
    (0..most).map(|i| items[i * (items.len() - 1) / (most - 1)]).collect()
}

fn rgb(hex: &str) -> RGBColor {
    let bits = u32::from_str_radix(&hex[1..], 16).unwrap_or(0);
    RGBColor((bits >> 16) as u8, (bits >> 8) as u8, bits as u8)
}
