//! A plane with a number axis along each side: for graphs of functions.
use super::font::TICK;
use super::palette::{AXIS, GRID, INK, PAPER};
use super::svg::{Area, N, Svg};
use std::fmt::Write;

/// Where a plane stands, and the first and last number of its axes.
#[derive(Clone, Copy)]
pub struct Plane {
    pub area: Area,
    pub x: [f32; 2],
    pub y: [f32; 2],
}

impl Plane {
    /// A point in pixels. One far outside stays near enough for its numbers to be short.
    pub fn place(&self, [x, y]: [f32; 2]) -> (f32, f32) {
        let along = |v: f32, [from, to]: [f32; 2]| ((v - from) / (to - from)).clamp(-9.0, 9.0);
        (self.area.x + self.area.w * along(x, self.x), self.area.bottom() - self.area.h * along(y, self.y))
    }

    /// Lines across the plane and numbers beside them, at these places.
    pub fn axes(&self, svg: &mut Svg, xs: &[f32], ys: &[f32]) {
        let (language, [left, bottom]) = (svg.language, [self.x[0], self.y[0]]);
        let colour = |v: f32, first: f32| if v == 0.0 || v == first { AXIS } else { GRID };
        for &y in ys {
            let at = self.place([left, y]);
            svg.line(at, (self.area.right(), at.1), colour(y, bottom), "");
            svg.text(at.0 - 8.0, at.1 + 4.5, TICK.size(14).right(), &language.tick(y));
        }
        for &x in xs {
            let at = self.place([x, bottom]);
            svg.line(at, (at.0, self.area.y), colour(x, left), "");
            svg.text(at.0, at.1 + 20.0, TICK.size(14).centred(), &language.tick(x));
        }
    }

    /// A curve through these points; what is outside the plane is cut off.
    pub fn curve(&self, svg: &mut Svg, points: &[[f32; 2]], colour: &str, dashes: &str) {
        let line = self.path(points);
        self.clipped(
            svg,
            &format!(
                "<path d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\" stroke-dasharray=\"{dashes}\"/>"
            ),
        );
    }

    /// The `d` of a path through these points.
    pub fn path(&self, points: &[[f32; 2]]) -> String {
        let mut line = String::new();
        for point in points {
            let (x, y) = self.place(*point);
            let _ = write!(line, "{}{} {}", if line.is_empty() { 'M' } else { 'L' }, N(x), N(y));
        }
        line
    }

    /// An element of which only the part in the plane is seen, or within 2 pixels of it.
    pub fn clipped(&self, svg: &mut Svg, element: &str) {
        let Area { x, y, w, h } = self.area;
        let seen = Area::new(x - 2.0, y - 2.0, w + 4.0, h + 4.0);
        let (left, top, wide, high) = (N(seen.x), N(seen.y), N(seen.w), N(seen.h));
        svg.put(format_args!("<svg {seen} viewBox=\"{left} {top} {wide} {high}\">{element}</svg>"));
    }

    /// The `d` of a piece of the tangent, `length` pixels long, at a point.
    pub fn tangent(&self, at: [f32; 2], slope: f32, length: f32) -> String {
        let (x, y) = self.place(at);
        let dx = self.area.w / (self.x[1] - self.x[0]);
        let dy = -slope * self.area.h / (self.y[1] - self.y[0]);
        let part = length / 2.0 / dx.hypot(dy).max(f32::MIN_POSITIVE);
        let (x1, y1, x2, y2) = (N(x - part * dx), N(y - part * dy), N(x + part * dx), N(y + part * dy));
        format!("M{x1} {y1}L{x2} {y2}")
    }

    /// The length of the tangent at a point, at most `most` pixels, with which both its ends lie between bottom and top.
    pub fn inside(&self, at: [f32; 2], slope: f32, most: f32) -> f32 {
        let (y, dy) = (self.place(at).1, (slope * self.area.h / (self.y[1] - self.y[0])).abs());
        let room = (y - self.area.y).min(self.area.bottom() - y).max(0.0);
        most.min(2.0 * room * (self.area.w / (self.x[1] - self.x[0])).hypot(dy) / dy.max(f32::MIN_POSITIVE))
    }

    /// A dot at a point, with a name for scripts.
    pub fn dot(&self, svg: &mut Svg, at: [f32; 2], colour: &str, name: &str) {
        let (x, y) = self.place(at);
        svg.put(format_args!(
            "<circle data-name=\"{name}\" cx=\"{}\" cy=\"{}\" r=\"6\" fill=\"{colour}\" stroke=\"{PAPER}\" stroke-width=\"2\"/>",
            N(x),
            N(y)
        ));
    }

    /// The names of the axes: below the end of the one and above the other.
    pub fn names(&self, svg: &mut Svg, x: &str, y: &str) {
        svg.text(self.area.right(), self.area.bottom() + 42.0, TICK.size(14).fill(INK).right(), x);
        svg.text(self.area.x - 8.0, self.area.y - 14.0, TICK.size(14).fill(INK), y);
    }

    /// For a script, which has the function `place`.
    pub fn json(&self) -> String {
        let Area { x, y, w, h } = self.area;
        format!("{:?}", [x, y, w, h, self.x[0], self.x[1], self.y[0], self.y[1]])
    }
}

/// About `n` round numbers from one end to the other.
pub fn ticks([from, to]: [f32; 2], n: f32) -> Vec<f32> {
    let step = super::axes::round_up(f64::from(((to - from) / n).max(1e-6)) * (1.0 - 1e-6), &super::axes::ROUND);
    let (first, last) = ((f64::from(from) / step - 1e-6).ceil() as i64, (f64::from(to) / step + 1e-6).floor() as i64);
    (first..=last.min(first + 20)).map(|k| (k as f64 * step) as f32).collect()
}
