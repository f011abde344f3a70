//! The computation graph as a picture, and as text in the language of mermaid.
use crate::Error;
use crate::engine::shape::show;
use crate::engine::tensor::{Compute, Tensor, topological_order};
use crate::figures::{GraphBox, Kind, graph_figure};
use crate::language::Language;
use crate::picture::Figure;
use crate::session::{Fetch, tensors};
use crate::words;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};

/// A graph with more nodes than this is drawn without the small ones.
const MOST_NODES: usize = 40;

/// Fixed pairs of fill and text colour, legible on a light page and on a dark one.
const STYLES: &str = "\
    classDef data fill:#DCEAF7,stroke:#0B5CA0,color:#1B2026\n\
    classDef variable fill:#F5E3C6,stroke:#A96300,color:#1B2026\n\
    classDef op fill:#F3F5F7,stroke:#5A646E,color:#1B2026\n\
    classDef gradient fill:#F8C9BE,stroke:#A5180E,color:#1B2026\n";

/// The graph that computes what a fetch asks for, as [`graph`] draws it.
#[derive(Clone, PartialEq, Eq)]
pub struct Graph {
    figure: Figure,
    mermaid: String,
    operations: usize,
}

/// The graph of everything that `fetch` needs, from top to bottom: placeholders blue, variables ochre, the loss dark, and,
/// behind a step, red what `minimize` has added. A graph of more than forty nodes is drawn with its landmarks only: products,
/// filters, activations, what has a name, its loss and its end; of what `minimize` has added, without the arrows that a longer way
/// replaces. If even these are more than sixty, a sentence takes the place of the picture.
///
/// As the last expression of a cell it shows its picture; printed, it is the text that GitHub, mermaid.live and many
/// others draw. The titles are in Spanish (`"es"`) or English (`"en"`).
///
/// ```
/// use digitos::prelude::*;
/// let x = placeholder([NONE, 4]).named("x");
/// let w = variable(zeros([4, 3])).named("w");
/// let loss = reduce_mean(square(matmul(x, w)));
/// let before = graph(loss, "en")?;
/// let after = graph(GradientDescentOptimizer::new(0.1).minimize(loss), "en")?;
/// assert!(before.to_string().contains("matmul") && after.operations() > before.operations());
/// assert!(before.figure().svg().contains("matmul"));
/// # Ok::<(), digitos::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Picture`] for another language.
pub fn graph(fetch: impl Fetch, language: &str) -> Result<Graph, Error> {
    let language = Language::parse(language)?;
    let ends = tensors(&fetch);
    let nodes = topological_order(&ends);
    // what a step minimizes, or an end that a step could minimize
    let minimized = |end: Tensor| match end.0.compute {
        Compute::Assign { .. } => Some(end.inputs()[0]).filter(|loss| is_loss(*loss)),
        _ => Some(end).filter(|end| is_loss(*end)),
    };
    let losses: Vec<Tensor> = ends.iter().filter_map(|&end| minimized(end)).collect();
    let forward = topological_order(&ends.iter().map(|&end| minimized(end).unwrap_or(end)).collect::<Vec<_>>());
    let large = nodes.len() > MOST_NODES;
    let drawn = |node: Tensor| match &node.0.compute {
        Compute::Array(_) | Compute::Fill(_) | Compute::BatchSize => false,
        Compute::Variable { remembers, .. } => remembers.is_none() && (!large || node.shape().len() > 1),
        _ => {
            let end = ends.contains(&node) || losses.contains(&node);
            !large || !is_operation(node) || node.0.landmark || node.has_name() || end
        }
    };

    let (mut boxes, mut arrows) = (Vec::new(), Vec::new());
    // by box: all that it depends on
    let mut above: Vec<HashSet<usize>> = Vec::new();
    // by the address of a node: the boxes that it depends on, itself if it is drawn
    let mut sources: HashMap<usize, Vec<usize>> = HashMap::new();
    let (network, added): (Vec<Tensor>, Vec<Tensor>) = nodes.iter().partition(|node| forward.contains(node));
    for &node in network.iter().chain(&added) {
        let before = node.inputs().iter().flat_map(|input| sources.get(&input.address()).into_iter().flatten());
        let mut from: Vec<usize> = before.copied().collect();
        from.sort_unstable();
        from.dedup();
        if drawn(node) {
            if large && added.contains(&node) {
                let ways = from.clone();
                from.retain(|from| !ways.iter().any(|way| above[*way].contains(from)));
            }
            above.push(from.iter().flat_map(|&from| above[from].iter().copied().chain([from])).collect::<HashSet<_>>());
            arrows.extend(from.iter().map(|&from| (from, boxes.len())));
            let kind = match node.0.compute {
                _ if losses.contains(&node) => Kind::Loss,
                Compute::Placeholder => Kind::Placeholder,
                Compute::Variable { .. } => Kind::Variable,
                _ if added.contains(&node) => Kind::Gradient,
                _ if ends.contains(&node) => Kind::Result,
                _ => Kind::Operation,
            };
            from = vec![boxes.len()];
            boxes.push(boxed(node, kind, usize::from(added.contains(&node))));
        }
        sources.insert(node.address(), from);
    }

    let words: &words::Graph = language.words();
    let count = |what: fn(Tensor) -> bool| nodes.iter().filter(|node| what(**node)).count();
    let is_trained = |node: Tensor| node.is_variable() && node.memory().is_none();
    let operations = count(is_operation);
    let shown = boxes.iter().filter(|b| !matches!(b.kind, Kind::Placeholder | Kind::Variable)).count();
    let parameters = nodes.iter().filter(|node| is_trained(**node)).map(|node| node.size()).sum();
    let counts = [
        count(|node| matches!(node.0.compute, Compute::Placeholder)),
        count(is_trained),
        parameters,
        operations,
        added.iter().filter(|node| is_operation(**node)).count(),
    ];
    let listed = |kinds: &[Kind]| {
        let boxes = boxes.iter().filter(|b| kinds.contains(&b.kind));
        boxes.map(|b| [&*b.name, &b.op, &b.shape].join(" ").trim().to_string()).collect::<Vec<_>>().join(", ")
    };
    let [fed, result] = [listed(&[Kind::Placeholder]), listed(&[Kind::Loss, Kind::Result])];
    let counted = counts.map(|n| language.count(n));
    let caption = (words.described)(counted.each_ref().map(|n| &**n), [&fed, &result]);
    let note = match shown < operations {
        true => (words.landmarks)(&language.count(shown), &language.count(operations)),
        false => words.note.into(),
    };
    let figure = graph_figure(language, &boxes, &arrows, &note, caption);
    Ok(Graph { figure, mermaid: mermaid(&boxes, &arrows, [words.network, words.added_by_minimize]), operations })
}

impl Graph {
    /// How many operations there are, those that are not drawn included.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// The picture, to be saved or shown elsewhere.
    pub fn figure(&self) -> &Figure {
        &self.figure
    }

    /// Shows the picture in a notebook: its kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        self.figure.evcxr_display();
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mermaid)
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Graph ({} operations)", self.operations)
    }
}

fn is_operation(node: Tensor) -> bool {
    !matches!(
        node.0.compute,
        Compute::Placeholder | Compute::Variable { .. } | Compute::Array(_) | Compute::Fill(_) | Compute::BatchSize
    )
}

/// Whether it is a number that has a gradient by a variable.
fn is_loss(end: Tensor) -> bool {
    let mut moved = HashSet::new();
    for node in topological_order(&[end]) {
        let is_trained = node.is_variable() && node.memory().is_none();
        if is_trained || (!node.0.is_flat && node.inputs().iter().any(|input| moved.contains(&input.address()))) {
            moved.insert(node.address());
        }
    }
    end.shape().is_empty() && is_operation(end) && moved.contains(&end.address())
}

/// Name, op with the constants among the inputs, and shape.
fn boxed(node: Tensor, kind: Kind, part: usize) -> GraphBox {
    let mut op = node.0.op.to_string();
    for input in node.inputs() {
        if let Some([value]) = input.known_numbers() {
            let _ = write!(op, " {value}");
        }
    }
    let name = if node.name() == node.0.op { String::new() } else { node.name() };
    let shape = if node.shape().is_empty() { String::new() } else { show(node.shape()) };
    GraphBox { kind, name, op, shape, part }
}

fn mermaid(boxes: &[GraphBox], arrows: &[(usize, usize)], titles: [&str; 2]) -> String {
    let mut out = format!("flowchart TB\n{STYLES}");
    for (part, title) in titles.into_iter().enumerate().filter(|(part, _)| boxes.iter().any(|b| b.part == *part)) {
        let _ = writeln!(out, "subgraph part{part}[\"{title}\"]");
        for (i, b) in boxes.iter().enumerate().filter(|(_, b)| b.part == part) {
            let (open, close, class) = match b.kind {
                Kind::Placeholder => ("([", "])", "data"),
                Kind::Variable => ("[(", ")]", "variable"),
                Kind::Gradient => ("[", "]", "gradient"),
                _ => ("[", "]", "op"),
            };
            let lines = [escaped(&b.name), b.op.clone(), b.shape.clone()];
            let label: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
            let _ = writeln!(out, "n{i}{open}\"{}\"{close}:::{class}", label.join("<br/>"));
        }
        out += "end\n";
    }
    for (from, to) in arrows {
        let _ = writeln!(out, "n{from} --> n{to}");
    }
    out
}

/// A name as mermaid shows it letter by letter: what has a meaning in its language as an entity, control characters as spaces.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for c in name.trim().chars() {
        match c {
            '"' | '#' | '%' | '&' | ':' | ';' | '<' | '>' | '\\' | '`' => _ = write!(text, "#{};", u32::from(c)),
            '\n' => text += "<br/>",
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::tests::well_formed;
    use crate::prelude::*;

    #[test]
    fn minimize_adds_its_operations_in_a_part_of_their_own() {
        let (x, y_) = (placeholder([NONE, 6]).named("x"), placeholder([NONE, 3]));
        let (w, b) = (variable(zeros([6, 3])).named("w"), variable(zeros([3])));
        let loss = -reduce_mean(y_ * log(softmax(matmul(x, w) + b))) * 1000.0;
        let before = graph(loss, "es").unwrap();
        let after = graph(GradientDescentOptimizer::new(0.1).minimize(loss), "es").unwrap();
        assert!(
            before.to_string().contains("x<br/>placeholder<br/>[?, 6]\"])") && !before.mermaid.contains("minimize")
        );
        assert!(after.mermaid.contains("subgraph part1[\"añadido por minimize\"]"));
        assert!(after.operations() > before.operations() + 3, "{before:?} {after:?}");
        let known = |text: &str| text.split(['-', '>', ' ']).filter(|word| word.starts_with('n')).count();
        for edge in after.mermaid.lines().filter(|line| line.contains(" --> ")) {
            assert_eq!(known(edge), 2, "{edge}");
        }
    }

    #[test]
    fn a_name_is_shown_letter_by_letter() {
        let drawn = |name: &str| graph(placeholder([2]).named(name), "en").unwrap().to_string();
        let label = |name: &str| {
            let text = drawn(name);
            let line = text.lines().find(|line| line.starts_with("n0")).expect("a node").to_string();
            line.strip_prefix("n0([\"").and_then(|rest| rest.strip_suffix("\"]):::data")).expect("a label").to_string()
        };
        assert_eq!(label("h1 (größer, ½)"), "h1 (größer, ½)<br/>placeholder<br/>[2]");
        assert_eq!(label("a < b & c > \"d\""), "a #60; b #38; c #62; #34;d#34;<br/>placeholder<br/>[2]");
        assert_eq!(label("#35; `x` %%{init}%%"), "#35;35#59; #96;x#96; #37;#37;{init}#37;#37;<br/>placeholder<br/>[2]");
        assert_eq!(label("two\r\nlines\tand\u{1b} more\n"), "two <br/>lines and  more<br/>placeholder<br/>[2]");
        assert_eq!(drawn("two\nlines").lines().count(), drawn("one line").lines().count());
    }

    #[test]
    fn a_deep_net_is_drawn_with_its_landmarks() {
        let [is_test, step] = [(); 2].map(placeholder);
        let mut h = placeholder([NONE, 8, 8, 1]);
        for channels in [4, 4, 4, 4] {
            let filter = variable(zeros([3, 3, h.shape()[3], channels]));
            let (normalised, _) =
                batch_norm(conv2d(h, filter, [1, 1, 1, 1], SAME), is_test, step, variable(zeros([channels])));
            h = relu(normalised);
        }
        let drawn = graph(h, "en").unwrap();
        let boxes = |graph: &Graph| graph.mermaid.lines().filter(|line| line.contains(":::")).count();
        assert!(drawn.operations() > 60 && boxes(&drawn) <= 4 * 4 + 3, "{} of {drawn:?}", boxes(&drawn));
        for op in ["conv2d", "batch_norm", "relu"] {
            assert_eq!(drawn.mermaid.matches(&format!("\"{op}")).count(), 4, "{op}");
        }
        for (op, layer) in
            [("dropout", dropout(h, 0.5)), ("concat", concat(h, h, 3)), ("max_pool", max_pool(h, [2, 2], [2, 2], SAME))]
        {
            let deeper = graph(square(exp(layer)), "en").unwrap();
            assert_eq!(deeper.mermaid.matches(&format!("\"{op}<")).count(), 1, "{op} in {deeper}");
            assert!(!deeper.mermaid.contains("\"exp"), "{deeper}");
        }
        // its end is drawn, whatever it is
        assert_eq!(boxes(&graph(square(h), "en").unwrap()), boxes(&drawn) + 1);
    }

    /// How many boxes the picture has, those of the key left out.
    fn boxes(graph: &Graph) -> usize {
        let round = graph.figure.svg().matches(" height=\"28\" rx=").count();
        round + graph.figure.svg().matches("l9-14h").count()
    }

    #[test]
    fn the_picture_has_a_box_for_each_node_and_says_what_is_in_it() {
        let (x, y_) = (placeholder([NONE, 6]).named("x"), placeholder([NONE, 3]));
        let (w, b) = (variable(zeros([6, 3])).named("w"), variable(zeros([3])));
        let y = softmax(matmul(x, w) + b);
        let loss = -reduce_mean(y_ * log(y)) * 1000.0;
        let step = GradientDescentOptimizer::new(0.1).minimize(loss);
        for (drawn, parts) in [(graph(loss, "en").unwrap(), 1), (graph(step, "en").unwrap(), 2)] {
            assert_eq!(boxes(&drawn), drawn.mermaid.matches(":::").count());
            let svg = drawn.figure.svg();
            well_formed(svg);
            assert_eq!(svg.matches(">added by minimize<").count(), parts - 1);
            assert_eq!([">x<", ">w<", ">mul 1000<", ">loss<"].map(|text| svg.matches(text).count()), [1; 4]);
            let said = "Placeholders: 2. Variables: 2, with 21 parameters. Operations: ";
            assert!(
                svg.contains(said)
                    && svg.contains("From placeholder [?, 3], x placeholder [?, 6] to mul 1000.</title>")
            );
        }
        // what is no loss: probabilities, a share that no variable moves smoothly, the averages of a step
        let share = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
        let (_, averages) = batch_norm(matmul(x, w), placeholder(()), placeholder(()), b);
        for drawn in [graph(y, "en"), graph(share, "en"), graph(averages, "en"), graph((share, y), "en")] {
            let svg = drawn.unwrap().figure.svg().to_string();
            assert!(svg.contains(">result<") && !svg.contains(">loss<") && !svg.contains("minimize"), "{svg}");
        }
        let both = graph((step, share), "en").unwrap();
        assert!(both.mermaid.split("subgraph part1").next().unwrap().contains("argmax"), "{both}");
    }

    #[test]
    fn sixty_boxes_are_drawn_and_more_are_a_sentence() {
        let named = |n: usize| {
            let mut h = placeholder([2]).named("a < b & \"c\"\nd");
            (1..n).for_each(|i| h = square(h).named(&format!("h{i}")));
            graph(h, "en").unwrap()
        };
        for n in [1, 2, 60] {
            let drawn = named(n);
            well_formed(drawn.figure.svg());
            assert_eq!(boxes(&drawn), n);
            assert!(drawn.figure.svg().contains(">a &lt; b &amp; &quot;c&quot; d<"));
        }
        let large = named(61);
        well_formed(large.figure.svg());
        assert_eq!(boxes(&large), 0);
        assert!(large.figure.svg().contains("It has 61 boxes; at most 60 are drawn."));
        assert_eq!(large.mermaid.matches(":::").count(), 61);
        assert_eq!(boxes(&graph(zeros([2]), "es").unwrap()), 0);
    }

    #[test]
    fn a_large_step_is_drawn_without_shortcuts() {
        let mut h = placeholder([NONE, 8]);
        for _ in 0..5 {
            h = relu(matmul(h, variable(zeros([8, 8]))) + variable(zeros([8])));
        }
        let drawn = graph(AdamOptimizer::new(0.01).minimize(reduce_mean(h)), "es").unwrap();
        let arrows = drawn.mermaid.matches(" --> ").count();
        assert!(boxes(&drawn) < 60 && arrows < 2 * boxes(&drawn), "{} boxes, {arrows} arrows", boxes(&drawn));
        assert!(drawn.figure.svg().contains(">error<"), "the loss is drawn, though it is no landmark");
    }
}
