//! The computation graph as a picture, in the language of mermaid.
use crate::Error;
use crate::engine::shape::show;
use crate::engine::tensor::{Compute, Tensor, topological_order};
use crate::language::Language;
use crate::notebook;
use crate::session::{Fetch, tensors};
use std::collections::HashMap;
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
    mermaid: String,
    operations: usize,
}

/// The graph of everything that `fetch` needs: placeholders blue, variables ochre, and, behind a step, red what
/// `minimize` has added. A graph of more than forty nodes is drawn
/// with its landmarks only: products, filters, activations, what has a name, and its end.
///
/// As the last expression of a cell it is drawn by JupyterLab; printed, it is the text that GitHub, mermaid.live and many
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
    let operations = nodes.iter().filter(|node| is_operation(**node)).count();
    let loss = nodes.iter().find(|node| matches!(node.0.compute, Compute::Assign { .. })).map(|step| step.inputs()[0]);
    let forward = topological_order(loss.as_ref().map_or(&ends, std::slice::from_ref));
    let large = nodes.len() > MOST_NODES;
    let drawn = |node: Tensor| match &node.0.compute {
        Compute::Array(_) | Compute::Fill(_) | Compute::BatchSize => false,
        Compute::Variable { remembers, .. } => remembers.is_none() && (!large || node.shape().len() > 1),
        _ => !large || !is_operation(node) || node.0.landmark || node.has_name() || ends.contains(&node),
    };

    let mut out = format!("flowchart TB\n{STYLES}");
    let mut count = 0;
    // by the address of a node: the boxes that it depends on, itself if it is drawn
    let mut sources: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut edges = Vec::new();
    let (network, added): (Vec<Tensor>, Vec<Tensor>) = nodes.iter().partition(|node| forward.contains(node));
    let words = &language.words().graph;
    let titles = [words.network, words.added_by_minimize];
    for (part, (title, nodes)) in titles.into_iter().zip([network, added]).enumerate() {
        if nodes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "subgraph part{part}[\"{title}\"]");
        for node in nodes {
            let before = node.inputs().iter().flat_map(|input| sources.get(&input.address()).into_iter().flatten());
            let mut from: Vec<usize> = before.copied().collect();
            from.sort_unstable();
            from.dedup();
            if drawn(node) {
                edges.extend(from.iter().map(|&from| (from, count)));
                let (open, close, class) = match node.0.compute {
                    Compute::Placeholder => ("([", "])", "data"),
                    Compute::Variable { .. } => ("[(", ")]", "variable"),
                    _ if part == 1 => ("[", "]", "gradient"),
                    _ => ("[", "]", "op"),
                };
                let _ = writeln!(out, "n{count}{open}\"{}\"{close}:::{class}", label(node));
                from = vec![count];
                count += 1;
            }
            sources.insert(node.address(), from);
        }
        out += "end\n";
    }
    for (from, to) in edges {
        let _ = writeln!(out, "n{from} --> n{to}");
    }
    Ok(Graph { mermaid: out, operations })
}

impl Graph {
    /// How many operations there are, those that are not drawn included.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// Shows the graph in a notebook: its kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        for kind in ["text/vnd.mermaid", "text/plain"] {
            notebook::show(kind, &self.mermaid);
        }
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

/// Name, op, the constants among the inputs, and shape.
fn label(node: Tensor) -> String {
    let (name, op) = (node.name(), node.0.op);
    let mut what = if name == op { op.to_string() } else { format!("{}<br/>{op}", escaped(&name)) };
    for input in node.inputs() {
        if let Some([value]) = input.known_numbers() {
            let _ = write!(what, " {value}");
        }
    }
    if !node.shape().is_empty() {
        let _ = write!(what, "<br/>{}", show(node.shape()));
    }
    what
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
}
