//! A graph as boxes in rows: every arrow leads downwards, and nothing lies on top of a box.
use super::svg::Area;
use std::collections::HashMap;

/// Of a box.
pub const HEIGHT: f32 = 28.0;
/// From one row to the next.
const PITCH: f32 = 56.0;
/// Above the first row of each part.
const PART: f32 = 34.0;
/// Between two boxes of a row, and beside an arrow that passes through a row.
const GAPS: [f32; 2] = [16.0, 10.0];
const SWEEPS: usize = 24;

/// A box to be placed. No arrow leads from a part to an earlier one.
pub struct Item {
    pub width: f32,
    pub part: usize,
}

/// An arrow from one row to the next, or a piece of one that passes through the row `to`, if it has no `head`.
pub struct Piece {
    pub from: (f32, f32),
    pub to: (f32, f32),
    /// The box where the arrow begins.
    pub source: usize,
    pub head: bool,
}

/// Where everything is, in pixels from the top left corner of the drawing.
pub struct Layers {
    pub boxes: Vec<Area>,
    pub pieces: Vec<Piece>,
    /// The top of each part.
    pub parts: Vec<f32>,
    pub width: f32,
    pub height: f32,
}

/// A box, or the place where an arrow passes through a row.
struct Point {
    width: f32,
    row: usize,
    source: usize,
    x: f32,
    /// Joined with it, in the rows above and below.
    near: [Vec<usize>; 2],
}

impl Layers {
    /// Places the `items`, each of which stands after those that its arrows come from. Boxes beyond the width `widest` go
    /// into further rows.
    pub fn new(items: &[Item], arrows: &[(usize, usize)], widest: f32) -> Layers {
        let rows = rows(items, arrows, widest);
        let (mut points, pieces) = points(items, arrows, &rows);
        let mut order = vec![Vec::new(); rows.iter().max().map_or(0, |last| last + 1)];
        (0..points.len()).for_each(|i| order[points[i].row].push(i));
        untangle(&points, &mut order);
        straighten(&mut points, &order, &pieces);

        let left = points.iter().map(|p| p.x - p.width / 2.0).fold(f32::MAX, f32::min);
        points.iter_mut().for_each(|p| p.x -= left);
        let part = |row: usize| items.iter().zip(&rows).filter(|(_, r)| **r <= row).map(|(item, _)| item.part).max();
        let top = |row: usize| row as f32 * PITCH + part(row).map_or(0.0, |part| (part + 1) as f32 * PART);
        let place = |p: &Point| Area::new(p.x - p.width / 2.0, top(p.row), p.width, HEIGHT);
        let piece = |&(from, to): &(usize, usize)| Piece {
            from: (points[from].x, top(points[from].row) + HEIGHT),
            to: (points[to].x, top(points[to].row)),
            source: points[from].source,
            head: to < items.len(),
        };
        let last = items.iter().map(|item| item.part).max().unwrap_or(0);
        let rows_of = |part| items.iter().zip(&rows).filter(move |(item, _)| item.part == part).map(|(_, row)| *row);
        let parts = (0..=last).map(|part| rows_of(part).min().map_or(0.0, |row| top(row) - PART));
        Layers {
            boxes: points[..items.len()].iter().map(place).collect(),
            pieces: pieces.iter().map(piece).collect(),
            parts: parts.collect(),
            width: points.iter().map(|p| p.x + p.width / 2.0).fold(0.0, f32::max),
            height: order.len().checked_sub(1).map_or(0.0, |last| top(last) + HEIGHT),
        }
    }
}

/// The row of each item: below those that its arrows come from, and no higher than it must be.
fn rows(items: &[Item], arrows: &[(usize, usize)], widest: f32) -> Vec<usize> {
    let mut rows = vec![0; items.len()];
    let within = |i: usize, j: usize| items[i].part == items[j].part;
    let below = |rows: &[usize], i: usize, least: usize| {
        let inputs = arrows.iter().filter(|&&(from, to)| to == i && within(from, i));
        inputs.map(|&(from, _)| rows[from] + 1).fold(least, usize::max)
    };
    let mut first = 0;
    for part in 0..=items.iter().map(|item| item.part).max().unwrap_or(0) {
        let mut members: Vec<usize> = (0..items.len()).filter(|&i| items[i].part == part).collect();
        for &i in &members {
            rows[i] = below(&rows, i, first);
        }
        // further down, if that makes its arrows shorter
        for &i in members.iter().rev() {
            let inputs = arrows.iter().filter(|&&(_, to)| to == i).count();
            let readers = arrows.iter().filter(|&&(from, to)| from == i && within(i, to)).map(|&(_, to)| rows[to]);
            if inputs <= readers.clone().count() {
                rows[i] = readers.min().map_or(rows[i], |reader| reader - 1);
            }
        }
        members.sort_by_key(|&i| rows[i]);
        let mut used: HashMap<usize, f32> = HashMap::new();
        for &i in &members {
            rows[i] = below(&rows, i, rows[i]);
            while used.get(&rows[i]).is_some_and(|used| used + items[i].width > widest) {
                rows[i] += 1;
            }
            *used.entry(rows[i]).or_default() += items[i].width + GAPS[0];
        }
        first = members.iter().map(|&i| rows[i] + 1).max().unwrap_or(first);
    }
    rows
}

/// The items, then the points where arrows pass through rows, one a row for all arrows of an item; and which are joined.
fn points(items: &[Item], arrows: &[(usize, usize)], rows: &[usize]) -> (Vec<Point>, Vec<(usize, usize)>) {
    let point = |width, row, source| Point { width, row, source, x: 0.0, near: Default::default() };
    let mut points: Vec<Point> = (0..items.len()).map(|i| point(items[i].width, rows[i], i)).collect();
    let mut pieces = Vec::new();
    for source in 0..items.len() {
        let mut above = source;
        let mut ends: Vec<usize> = arrows.iter().filter(|arrow| arrow.0 == source).map(|arrow| arrow.1).collect();
        ends.sort_by_key(|&end| rows[end]);
        for end in ends {
            while points[above].row + 1 < rows[end] {
                points.push(point(0.0, points[above].row + 1, source));
                pieces.push((above, points.len() - 1));
                above = points.len() - 1;
            }
            pieces.push((above, end));
        }
    }
    for &(from, to) in &pieces {
        points[from].near[1].push(to);
        points[to].near[0].push(from);
    }
    (points, pieces)
}

/// How much it matters that a piece is straight: most between two operations.
const WEIGHTS: [f32; 4] = [8.0, 4.0, 2.0, 1.0];

fn weight(points: &[Point], from: usize, to: usize) -> f32 {
    let [from, to] = [from, to].map(|i| &points[i]);
    WEIGHTS[match (from.width > 0.0, to.width > 0.0) {
        (true, true) if !from.near[0].is_empty() => 0,
        (false, false) => 1,
        (true, true) => 3,
        _ => 2,
    }]
}

/// Changes the order in each row until few arrows cross.
fn untangle(points: &[Point], order: &mut Vec<Vec<usize>>) {
    let places = |order: &[Vec<usize>]| {
        let mut places = vec![0; points.len()];
        order.iter().for_each(|row| row.iter().enumerate().for_each(|(place, &i)| places[i] = place));
        places
    };
    // how many arrows cross above and below a row
    let crossings = |row: &[usize], places: &[usize]| -> usize {
        let ends = |side: usize| row.iter().flat_map(move |&i| points[i].near[side].iter().map(move |&j| (i, j)));
        let cross = |a: (usize, usize), b: (usize, usize)| places[a.0] < places[b.0] && places[a.1] > places[b.1];
        (0..2).map(|side| ends(side).map(|a| ends(side).filter(|&b| cross(a, b)).count()).sum::<usize>()).sum()
    };
    let in_all = |order: &[Vec<usize>]| order.iter().map(|row| crossings(row, &places(order))).sum::<usize>();
    let mut best = (in_all(order), order.clone());
    for sweep in 0..SWEEPS {
        for step in 0..order.len() {
            let (row, side) = if sweep % 2 == 0 { (step, 0) } else { (order.len() - 1 - step, 1) };
            let mut places = places(order);
            let mean = |i: usize| match &points[i].near[side][..] {
                [] => places[i] as f32,
                near => near.iter().map(|&j| places[j] as f32).sum::<f32>() / near.len() as f32,
            };
            let mut sorted: Vec<(f32, usize)> = order[row].iter().map(|&i| (mean(i), i)).collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            order[row] = sorted.into_iter().map(|(_, i)| i).collect();
            order[row].iter().enumerate().for_each(|(place, &i)| places[i] = place);
            for left in 1..order[row].len() {
                let [a, b] = [order[row][left - 1], order[row][left]];
                let before = crossings(&[a, b], &places);
                places.swap(a, b);
                match crossings(&[a, b], &places) < before {
                    true => order[row].swap(left - 1, left),
                    false => places.swap(a, b),
                }
            }
        }
        let crossed = in_all(order);
        if crossed < best.0 {
            best = (crossed, order.clone());
        }
    }
    *order = best.1;
}

/// Gives the points their x, as narrow as the order in the rows allows, and as many arrows straight as can be.
fn straighten(points: &mut [Point], order: &[Vec<usize>], pieces: &[(usize, usize)]) {
    let gap = |a: &Point, b: &Point| (a.width + b.width) / 2.0 + GAPS[usize::from(a.width.min(b.width) == 0.0)];
    let beside = order.iter().flat_map(|row| row.windows(2).map(|pair| (pair[0], pair[1])));
    let beside: Vec<_> = beside.map(|(a, b)| (a, b, gap(&points[a], &points[b]))).collect();
    // The smallest x of each block of points, unless blocks are left and right of each other at once.
    let leftmost = |block: &[usize]| {
        let mut x = vec![0.0_f32; points.len()];
        for _ in 0..=points.len() {
            let before = x.clone();
            beside.iter().for_each(|&(a, b, gap)| x[block[b]] = x[block[b]].max(x[block[a]] + gap));
            if x == before {
                return Some(x);
            }
        }
        None
    };
    let joined = || pieces.iter().map(|&(from, to)| (from, to, weight(points, from, to)));
    let mut block: Vec<usize> = (0..points.len()).collect();
    for most in WEIGHTS {
        for (from, to, _) in joined().filter(|piece| piece.2 == most) {
            let (one, other) = (block[from], block[to]);
            let united: Vec<usize> = block.iter().map(|&b| if b == other { one } else { b }).collect();
            if leftmost(&united).is_some() {
                block = united;
            }
        }
    }
    let mut x = leftmost(&block).expect("no circle of blocks");
    for sweep in 0..SWEEPS {
        let mut blocks: Vec<usize> = (0..points.len()).filter(|&i| block[i] == i).collect();
        blocks.sort_by(|&a, &b| if sweep % 2 == 0 { x[b].total_cmp(&x[a]) } else { x[a].total_cmp(&x[b]) });
        for this in blocks {
            let lower = beside.iter().filter(|(_, b, _)| block[*b] == this).map(|(a, _, gap)| x[block[*a]] + gap);
            let upper = beside.iter().filter(|(a, ..)| block[*a] == this).map(|(_, b, gap)| x[block[*b]] - gap);
            let (mut sum, mut weights) = (0.0, 0.0);
            for (from, to, weight) in joined().filter(|&(from, to, _)| block[from] != block[to]) {
                for (_, other) in [(from, to), (to, from)].into_iter().filter(|&(one, _)| block[one] == this) {
                    (sum, weights) = (sum + weight * x[block[other]], weights + weight);
                }
            }
            if weights > 0.0 {
                x[this] = (sum / weights).min(upper.fold(f32::MAX, f32::min)).max(lower.fold(f32::MIN, f32::max));
            }
        }
    }
    points.iter_mut().zip(block).for_each(|(point, block)| point.x = x[block]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every arrow can be followed downwards to its end, and nothing lies on top of a box.
    fn check(items: &[Item], arrows: &[(usize, usize)]) -> Layers {
        let layers = Layers::new(items, arrows, 900.0);
        let bottom = |area: &Area| (area.x + area.w / 2.0, area.bottom());
        for &(from, to) in arrows {
            assert!(layers.boxes[from].bottom() < layers.boxes[to].y, "{from} → {to} does not lead downwards");
            let mut ways = vec![bottom(&layers.boxes[from])];
            let mut met = false;
            while let Some(here) = ways.pop() {
                for piece in layers.pieces.iter().filter(|p| p.source == from && p.from == here) {
                    assert!(piece.to.1 > here.1);
                    met |= piece.head && piece.to == (bottom(&layers.boxes[to]).0, layers.boxes[to].y);
                    ways.extend((!piece.head).then_some((piece.to.0, piece.to.1 + HEIGHT)));
                }
            }
            assert!(met, "{from} → {to} does not arrive");
        }
        for (i, a) in layers.boxes.iter().enumerate() {
            assert!(a.x >= 0.0 && a.y >= 0.0 && a.right() <= layers.width + 0.1 && a.bottom() <= layers.height);
            let apart = |b: &Area| a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
            assert!(layers.boxes[i + 1..].iter().all(apart), "box {i} covers another");
            for piece in &layers.pieces {
                let curve = piece.from.1 >= a.bottom() || piece.to.1 <= a.y;
                let line = piece.head || piece.to.1 != a.y || piece.to.0 <= a.x - 5.0 || piece.to.0 >= a.right() + 5.0;
                assert!(curve && line, "an arrow of {} runs through box {i}", piece.source);
            }
        }
        layers
    }

    #[test]
    fn nothing_lies_on_a_box_whatever_the_graph() {
        let mut seed = 1_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for trial in 0..60 {
            let (n, inputs, parts) = (1 + trial, 1 + random(4), 1 + random(2));
            let items: Vec<Item> =
                (0..n).map(|i| Item { width: 30.0 + random(250) as f32, part: parts * i / n }).collect();
            let mut arrows: Vec<_> =
                (1..n).flat_map(|to| (0..random(inputs + 1)).map(|_| (random(to), to)).collect::<Vec<_>>()).collect();
            arrows.sort_unstable();
            arrows.dedup();
            check(&items, &arrows);
        }
    }

    #[test]
    fn a_chain_is_a_straight_line_and_many_boxes_become_several_rows() {
        let boxes = |n| (0..n).map(|_| Item { width: 200.0, part: 0 }).collect::<Vec<_>>();
        let chain = check(&boxes(9), &(1..9).map(|i| (i - 1, i)).collect::<Vec<_>>());
        assert!(chain.pieces.iter().all(|piece| piece.from.0 == piece.to.0) && chain.width == 200.0);
        // a skip beside a chain: the chain stays straight
        let skip = check(&boxes(6), &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 5)]);
        assert!(skip.boxes.iter().all(|area| area.x == skip.boxes[0].x), "{:?}", skip.boxes);
        let star = check(&boxes(59), &(0..58).map(|i| (i, 58)).collect::<Vec<_>>());
        assert!(star.boxes.iter().filter(|area| area.y == star.boxes[0].y).count() <= 4);
        assert_eq!(check(&[], &[]).width, 0.0);
    }
}
