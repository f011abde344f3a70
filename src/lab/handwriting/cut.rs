//! Cuts the digits of a picture apart.
use ndarray::Array2;

/// Full ink somewhere in a stroke; what is fainter all over, such as the edge of a shadow, is none.
const STRONG: f32 = 0.5;
/// A stroke that is shorter than this part of the tallest is a speck.
const SPECK: f32 = 0.12;
/// A stroke as tall as this part of the tallest may be a digit of its own.
const TALL: f32 = 0.6;
/// Two strokes belong together if they overlap by this part of the narrower one, from left to right.
const OVERLAP: f32 = 1.0 / 3.0;
/// A line may be broken for this part of the tallest stroke.
const BREAK: f32 = 0.04;
/// Smaller digits, in pixels, are none.
const SMALLEST: usize = 8;
/// More are no digits but the grain of a table or a printed page.
const MOST: usize = 500;

/// Rows and columns: the first, and the one behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub top: usize,
    pub left: usize,
    pub bottom: usize,
    pub right: usize,
}

impl Frame {
    pub fn size(&self) -> [usize; 2] {
        [self.bottom - self.top, self.right - self.left]
    }

    pub fn longest(&self) -> usize {
        self.size()[0].max(self.size()[1])
    }

    fn with(&self, other: &Frame) -> Frame {
        Frame {
            top: self.top.min(other.top),
            left: self.left.min(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.max(other.right),
        }
    }
}

/// How much two stretches overlap; if it is negative, how far they are apart.
fn overlap(a: [usize; 2], b: [usize; 2]) -> f32 {
    a[1].min(b[1]) as f32 - a[0].max(b[0]) as f32
}

/// A digit of a picture: its frame, and the ink in it that is its own.
pub struct Piece {
    pub frame: Frame,
    pub ink: Array2<f32>,
}

/// Strokes of connected ink.
struct Stroke {
    frame: Frame,
    pixels: Vec<(usize, usize)>,
}

/// All ink as one digit; none, if there is no ink.
pub fn whole(ink: &Array2<f32>) -> Option<Piece> {
    joined(ink, &strokes(ink).iter().collect::<Vec<_>>())
}

/// The digits of a picture, from left to right, row by row. The error is the end of a sentence that begins with its name.
///
/// Ink that is connected is a stroke. Strokes belong to one digit if the one stands above the other, as the bar of a 5 that does
/// not touch it, or if only a narrow break is between them.
pub fn digits(ink: &Array2<f32>) -> Result<Vec<Piece>, String> {
    let mut strokes = strokes(ink);
    strokes.retain(|stroke| stroke.pixels.iter().any(|&at| ink[at] >= STRONG));
    let tallest = strokes.iter().map(|stroke| stroke.frame.longest()).max().unwrap_or(0);
    if tallest < SMALLEST.max(ink.nrows().max(ink.ncols()) / 80) {
        return Err("shows no digit, only specks: write the digits larger, or cut out the part where they are".into());
    }
    strokes.retain(|stroke| stroke.frame.longest() as f32 >= SPECK * tallest as f32);
    if strokes.len() > MOST {
        return Err(format!(
            "shows {} strokes, and at most {MOST} were expected: photograph plain paper, without a pattern, and nothing \
             but digits",
            strokes.len()
        ));
    }
    let mut groups: Vec<(Frame, Vec<&Stroke>)> = strokes.iter().map(|stroke| (stroke.frame, vec![stroke])).collect();
    while let Some((i, k)) = pairs(groups.len()).find(|&(i, k)| belong(&groups[i].0, &groups[k].0, tallest as f32)) {
        let (frame, strokes) = groups.remove(k);
        groups[i].0 = groups[i].0.with(&frame);
        groups[i].1.extend(strokes);
    }
    groups.retain(|(frame, _)| frame.longest() as f32 >= 0.25 * tallest as f32);
    let rows = rows(groups.iter().map(|group| group.0).collect());
    let of = |frame: &Frame| groups.iter().find(|group| group.0 == *frame).and_then(|group| joined(ink, &group.1));
    Ok(rows.iter().flatten().filter_map(of).collect())
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |k| (i, k)))
}

/// Whether strokes with these frames are one digit.
fn belong(a: &Frame, b: &Frame, tallest: f32) -> bool {
    let across = overlap([a.left, a.right], [b.left, b.right]);
    let down = overlap([a.top, a.bottom], [b.top, b.bottom]);
    if across.min(down) >= -BREAK * tallest && across.max(down) > 0.0 && across < 0.0 {
        return true; // a break in a line that goes on
    }
    let [(height_a, width_a), (height_b, width_b)] =
        [a, b].map(|frame| (frame.size()[0] as f32, frame.size()[1] as f32));
    let are_tall = height_a.min(height_b) >= TALL * tallest;
    if are_tall && down < 0.0 {
        return false; // in two rows
    }
    // a tall stroke that leans over its neighbour is still a digit of its own
    let width = if are_tall { width_a.max(width_b) } else { width_a.min(width_b) };
    across >= OVERLAP * width && down > -0.5 * tallest
}

/// Frames in rows from top to bottom, each from left to right.
fn rows(mut frames: Vec<Frame>) -> Vec<Vec<Frame>> {
    frames.sort_by_key(|frame| frame.top + frame.bottom);
    let mut rows: Vec<Vec<Frame>> = Vec::new();
    for frame in frames {
        match rows.last_mut().filter(|row| frame.top + frame.bottom < 2 * row[0].bottom) {
            Some(row) => row.push(frame),
            None => rows.push(vec![frame]),
        }
    }
    rows.iter_mut().for_each(|row| row.sort_by_key(|frame| frame.left + frame.right));
    rows
}

fn joined(ink: &Array2<f32>, strokes: &[&Stroke]) -> Option<Piece> {
    let frame = strokes.iter().map(|stroke| stroke.frame).reduce(|a, b| a.with(&b))?;
    let mut own = Array2::zeros(frame.size());
    for &(y, x) in strokes.iter().flat_map(|stroke| &stroke.pixels) {
        own[[y - frame.top, x - frame.left]] = ink[[y, x]];
    }
    Some(Piece { frame, ink: own })
}

/// Pixels with ink that touch, also at a corner.
fn strokes(ink: &Array2<f32>) -> Vec<Stroke> {
    let (height, width) = ink.dim();
    let mut seen = ink.mapv(|ink| ink == 0.0);
    let mut strokes = Vec::new();
    for (start, _) in ink.indexed_iter().filter(|(_, ink)| **ink > 0.0) {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut pixels = vec![start];
        let mut frame = Frame { top: start.0, left: start.1, bottom: start.0 + 1, right: start.1 + 1 };
        let mut next = 0;
        while let Some(&(y, x)) = pixels.get(next) {
            next += 1;
            frame = frame.with(&Frame { top: y, left: x, bottom: y + 1, right: x + 1 });
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    if !std::mem::replace(&mut seen[[y, x]], true) {
                        pixels.push((y, x));
                    }
                }
            }
        }
        strokes.push(Stroke { frame, pixels });
    }
    strokes
}
