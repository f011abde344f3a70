//! The computation graph as boxes and arrows, for [`graph`](crate::graph()).
use crate::language::Language;
use crate::picture::{
    AXIS, Area, BANDS, Card, EDGE, Figure, Font, HEIGHT, INK, Item, Layers, MISREAD, MUTED, N, NOTE, PAPER, Svg, TEST,
    TRAINING, TRAINING_RANGE,
};
use crate::words;
use std::fmt::Write as _;

/// Of more boxes there is no picture.
pub const MOST_BOXES: usize = 60;
/// So many pixels of a name, an op or a shape are shown.
const LONGEST: f32 = 180.0;
/// A picture is no narrower, and beside each other are no more boxes than fit into one of 960 pixels.
const WIDTHS: [f32; 2] = [420.0, 912.0];
const MARGIN: f32 = 24.0;
/// Of an arrow.
const HEAD: f32 = 8.0;
/// Between two texts of a box.
const GAP: f32 = 7.0;
const NAME: Font = Font::new(13, 700, INK);
const TEXT: Font = NAME.weight(400);

/// What a box stands for, in the order of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Placeholder,
    Variable,
    Operation,
    /// An operation that `minimize` has added.
    Gradient,
    Loss,
    /// What is asked for, if it is no loss.
    Result,
}
const KINDS: [Kind; 6] = [Kind::Placeholder, Kind::Variable, Kind::Operation, Kind::Gradient, Kind::Loss, Kind::Result];

/// A box of the drawing, after those that its arrows come from.
pub struct GraphBox {
    pub kind: Kind,
    /// Empty without a name of its own.
    pub name: String,
    pub op: String,
    pub shape: String,
    /// 0 for the network, 1 for what `minimize` has added.
    pub part: usize,
}

impl GraphBox {
    /// The texts of the box from left to right.
    fn texts(&self) -> impl Iterator<Item = (Font, String)> {
        let (fill, op) = (self.kind.colours()[2], if self.name.trim().is_empty() { NAME } else { TEXT });
        let texts = [(NAME, self.name.trim()), (op, &self.op), (TEXT.size(12), &self.shape)];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        texts.map(move |(font, text)| (font.fill(fill), shortened(font, text)))
    }

    fn width(&self) -> f32 {
        let room = if self.kind == Kind::Operation || self.kind == Kind::Gradient { 14.0 } else { 26.0 };
        self.texts().map(|(font, text)| font.width(&text) + GAP).sum::<f32>() + room
    }
}

/// A text without its end, if it is too long for a box.
fn shortened(font: Font, text: &str) -> String {
    let mut text = text.to_string();
    if font.width(&text) > LONGEST {
        while font.width(&text) > LONGEST - 14.0 {
            text.pop();
        }
        text.push('…');
    }
    text
}

impl Kind {
    /// Of the box, its edge and its text.
    fn colours(self) -> [&'static str; 3] {
        match self {
            Kind::Placeholder => [BANDS[0], TEST, INK],
            Kind::Variable => [TRAINING_RANGE, TRAINING, INK],
            Kind::Operation => [PAPER, MUTED, INK],
            Kind::Gradient => [MISREAD, EDGE, INK],
            Kind::Loss | Kind::Result => [INK, INK, PAPER],
        }
    }

    fn draw(self, svg: &mut Svg, area: Area) {
        let ([fill, edge, _], [x, w, h]) = (self.colours(), [area.x, area.w, area.h].map(N));
        match self {
            Kind::Variable => {
                let [half, straight] = [h.0 / 2.0, w.0 - 18.0].map(N);
                svg.put(format_args!(
                    "<path d=\"M{x} {}l9-{half}h{straight}l9 {half}-9 {half}h-{straight}z\" fill=\"{fill}\" stroke=\"{edge}\"/>",
                    N(area.y + half.0)
                ));
            }
            _ => {
                let round = if self == Kind::Placeholder { h.0 / 2.0 } else { 4.0 };
                svg.put(format_args!("<rect {area} rx=\"{}\" fill=\"{fill}\" stroke=\"{edge}\"/>", N(round)));
            }
        }
        if matches!(self, Kind::Loss | Kind::Result) {
            let inner = Area::new(area.x + 3.0, area.y + 3.0, area.w - 6.0, area.h - 6.0);
            svg.put(format_args!("<rect {inner} rx=\"2\" fill=\"none\" stroke=\"{PAPER}\"/>"));
        }
    }
}

/// The boxes with an arrow from `from` to `to` for each pair, or a sentence if they are too many; `note` stands below the
/// title, and `caption` says what the picture shows.
pub fn graph_figure(
    language: Language,
    boxes: &[GraphBox],
    arrows: &[(usize, usize)],
    note: &str,
    caption: String,
) -> Figure {
    let words: &words::Graph = language.words();
    if boxes.len() > MOST_BOXES {
        let [first, second] = (words.too_large)(boxes.len(), MOST_BOXES);
        let mut card = Card::with_heading(language, words.title, &first);
        card.svg.text(MARGIN, 85.0, NOTE, &second);
        card.describe(format!("{caption} {first} {second}"));
        return card.figure(NOTE.width(&first).max(NOTE.width(&second)) + 2.0 * MARGIN, 110.0);
    }
    let items: Vec<Item> = boxes.iter().map(|b| Item { width: b.width().ceil(), part: b.part }).collect();
    let layers = Layers::new(&items, arrows, WIDTHS[1]);
    let width = [layers.width, NOTE.width(note), WIDTHS[0] - 2.0 * MARGIN].into_iter().fold(0.0, f32::max);
    let mut card = Card::with_heading(language, words.title, note);
    card.describe(caption);
    let svg = &mut card.svg;

    let (mut x, mut y) = (MARGIN, 80.0);
    for (kind, name) in KINDS.into_iter().zip(words.key).filter(|(kind, _)| boxes.iter().any(|b| b.kind == *kind)) {
        let long = 34.0 + NOTE.width(name);
        if x + long > MARGIN + width {
            (x, y) = (MARGIN, y + 24.0);
        }
        kind.draw(svg, Area::new(x + 0.5, y + 0.5, 28.0, 16.0));
        svg.text(x + 35.0, y + 13.0, NOTE, name);
        x += long + 16.0;
    }
    let several = layers.parts.len() > 1;
    let (left, top) = (MARGIN + (width - layers.width) / 2.0, if several { y + 26.0 } else { y });

    if let [_, second] = layers.parts[..] {
        svg.line((MARGIN, top + second), (MARGIN + width, top + second), AXIS, "4 4");
    }
    for (i, from) in boxes.iter().enumerate() {
        let mut path = String::new();
        for piece in layers.pieces.iter().filter(|piece| piece.source == i) {
            let ([x1, x2], [y1, y2]) = ([piece.from.0, piece.to.0].map(|x| N(x + left)), [piece.from.1, piece.to.1]);
            let y2 = if piece.head { y2 - HEAD } else { y2 };
            let [start, middle, end] = [y1, (y1 + y2) / 2.0, y2].map(|y| N(y + top));
            let _ = write!(path, "M{x1} {start}C{x1} {middle} {x2} {middle} {x2} {end}");
            if !piece.head {
                let _ = write!(path, "v{HEIGHT}");
            }
        }
        let colour = from.kind.colours()[1];
        svg.put(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.3\"/>"));
    }
    for (part, title) in layers.parts.iter().zip([words.network, words.added_by_minimize]).filter(|_| several) {
        svg.text_over(MARGIN, top + part + 20.0, NOTE.weight(600), PAPER, title);
    }
    for (i, (b, area)) in boxes.iter().zip(&layers.boxes).enumerate() {
        let area = Area { x: area.x + left, y: area.y + top, ..*area };
        if arrows.iter().any(|&(_, to)| to == i) {
            let [x, y] = [area.x + area.w / 2.0 - HEAD / 2.0, area.y - HEAD].map(N);
            let colour = b.kind.colours()[1];
            svg.put(format_args!("<path d=\"M{x} {y}h{HEAD}l{} {HEAD}z\" fill=\"{colour}\"/>", -HEAD / 2.0));
        }
        b.kind.draw(svg, area);
        let texts: Vec<_> = b.texts().collect();
        let gaps = [0.0].into_iter().chain(std::iter::repeat(GAP));
        let pieces: Vec<_> = texts.iter().zip(gaps).map(|((font, text), gap)| (gap, font.centred(), &**text)).collect();
        svg.line_of_text(area.x + area.w / 2.0, area.y + 18.5, &pieces);
    }
    card.figure(width + 2.0 * MARGIN, top + layers.height + MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_as_wide_as_its_texts_and_long_ones_are_cut_short() {
        let text = |n: usize| "mW".repeat(n);
        for (name, op, shape) in [("", "mul", ""), ("h1", "relu", "[?, 7]"), (&*text(50), &*text(50), &*text(50))] {
            for kind in KINDS {
                let b = GraphBox { kind, name: name.into(), op: op.into(), shape: shape.into(), part: 0 };
                let texts: Vec<_> = b.texts().map(|(font, text)| font.width(&text)).collect();
                let long = texts.iter().sum::<f32>() + GAP * (texts.len() - 1) as f32;
                assert!(texts.iter().all(|&text| text <= LONGEST) && b.width() >= long + 16.0, "{long}: {texts:?}");
                assert_eq!(b.texts().any(|(_, text)| text.ends_with('…')), name.len() > 2);
            }
        }
    }
}
