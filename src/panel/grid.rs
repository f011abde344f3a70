//! A grid of digits, the misread ones first and on a red ground.
use super::digits::Digits;
use crate::Error;
use crate::picture::{ANSWER, AXIS, Area, EDGE, Font, GRID, INK, MISREAD, N, PAPER, Svg, TICK};
use crate::words;
use std::fmt::Write;

/// Where a grid stands, how many columns it has, and the size of a cell and of the picture in its middle.
pub struct Grid {
    pub frame: Area,
    pub columns: usize,
    pub cell: (f32, f32),
    pub picture: f32,
    /// The side of a picture in pixels.
    pub pixels: usize,
}

impl Grid {
    fn corner(&self, i: usize) -> (f32, f32) {
        (self.frame.x + (i % self.columns) as f32 * self.cell.0, self.frame.y + (i / self.columns) as f32 * self.cell.1)
    }

    /// Draws the digits with the numbers `shown`, the first `misread` of them on a red ground, within the frame. If the cells
    /// have a margin, there are lines between them, and the misread digits have their answers.
    pub fn draw(&self, svg: &mut Svg, digits: &Digits, shown: &[usize], misread: usize) -> Result<(), Error> {
        let spaced = self.picture < self.cell.0;
        self.red(svg, misread);
        if spaced {
            self.rules(svg, misread, shown.len());
        }
        let mosaic = |length: f32| (length / self.picture * self.pixels as f32).round() as usize;
        let (wide, high) = (mosaic(self.cell.0), mosaic(self.cell.1));
        let (left, top) = ((wide - self.pixels) / 2, (high - self.pixels) / 2);
        let (stride, rows) = (wide * self.columns, shown.len().div_ceil(self.columns));
        let mut mosaic = vec![0; stride * high * rows];
        for (cell, &i) in shown.iter().enumerate() {
            let at = (cell / self.columns * high + top) * stride + cell % self.columns * wide + left;
            for (y, row) in digits.small(i, self.pixels).chunks(self.pixels).enumerate() {
                mosaic[at + y * stride..][..self.pixels].copy_from_slice(row);
            }
        }
        let area = Area { w: self.columns as f32 * self.cell.0, h: rows as f32 * self.cell.1, ..self.frame };
        svg.paint(area, INK, stride, &mosaic, false)?;
        if spaced {
            self.answers(svg, digits, &shown[..misread]);
        }
        svg.frame(self.frame, AXIS);
        self.edge(svg, misread);
        Ok(())
    }

    /// The red ground under the first cells, row by row.
    fn red(&self, svg: &mut Svg, misread: usize) {
        let mut path = String::new();
        for start in (0..misread).step_by(self.columns) {
            let ((x, y), (w, h)) = (self.corner(start), self.cell);
            let (x, y, w, h) = (N(x), N(y), N(w * self.columns.min(misread - start) as f32), N(h));
            let _ = write!(path, "M{x} {y}h{w}v{h}h-{w}z");
        }
        svg.put(format_args!("<path d=\"{path}\" fill=\"{MISREAD}\" shape-rendering=\"crispEdges\"/>"));
    }

    /// Lines between the cells.
    fn rules(&self, svg: &mut Svg, misread: usize, cells: usize) {
        for (range, colour) in [(misread..cells, GRID), (0..misread, PAPER)] {
            let mut path = String::new();
            for i in range {
                let ((x, y), (w, h)) = (self.corner(i), self.cell);
                let _ = write!(path, "M{} {}v{h}h-{w}", N(x + w), N(y));
            }
            if !path.is_empty() {
                svg.put(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\"/>"));
            }
        }
    }

    /// The line between the misread digits and the others; it makes a step where a row is not full.
    fn edge(&self, svg: &mut Svg, misread: usize) {
        if misread == 0 {
            return;
        }
        let (full, rest) = (misread / self.columns, misread % self.columns);
        let x = |columns: usize| N(self.frame.x + columns as f32 * self.cell.0);
        let y = |rows: usize| N(self.frame.y + rows as f32 * self.cell.1);
        let (step, right, y, below) = (x(rest), x(self.columns), y(full), y(full + 1));
        let left = N(self.frame.x);
        let start = if rest > 0 { format!("{left} {below}H{step}V{y}") } else { format!("{left} {y}") };
        let end = if full > 0 { format!("H{right}") } else { String::new() };
        svg.put(format_args!("<path d=\"M{start}{end}\" fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"2\"/>"));
    }

    /// In the corners of each misread digit: what it is, and what the network takes it for.
    fn answers(&self, svg: &mut Svg, digits: &Digits, misread: &[usize]) {
        let (label, answer) = (Font::new(12, 600, INK), Font::new(12, 700, ANSWER).right());
        for (cell, &i) in misread.iter().enumerate() {
            let ((x, y), (w, h)) = (self.corner(cell), self.cell);
            svg.text_over(x + 2.0, y + h - 3.0, label, MISREAD, &digits.label(i).to_string());
            svg.text_over(x + w - 2.0, y + h - 3.0, answer, MISREAD, &digits.answer(i).to_string());
        }
    }
}

/// A line that explains the two numbers in the cell of a misread digit.
pub fn explain(svg: &mut Svg, x: f32, y: f32) {
    let [left, right] = svg.language.words::<words::Panel>().corners;
    let pieces = [(0.0, TICK.fill(INK).weight(700), left), (14.0, TICK.fill(ANSWER).weight(700), right)];
    svg.line_of_text(x, y, &pieces);
}
