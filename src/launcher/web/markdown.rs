//! The texts of a notebook as HTML.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html::push_html};

use super::code;
use crate::launcher::slides::escaped;

/// A heading of a page, for its table of contents.
pub struct Heading {
    pub level: usize,
    /// The same in both languages.
    pub id: String,
    pub html: String,
}

/// Turns the texts of one notebook into HTML, one cell after the other.
pub struct Texts {
    mathml: LatexToMathML,
    pub headings: Vec<Heading>,
    /// The pictures, by their names in `notebooks/images`.
    pub images: Vec<String>,
}

impl Texts {
    pub fn new() -> Result<Self, String> {
        let mathml = LatexToMathML::new(MathCoreConfig::default()).map_err(|(error, ..)| error.to_string())?;
        Ok(Self { mathml, headings: Vec::new(), images: Vec::new() })
    }

    /// The HTML of a cell.
    ///
    /// # Errors
    ///
    /// A sentence about a formula or a picture that cannot be shown.
    pub fn html(&mut self, text: &str) -> Result<String, String> {
        let mut events: Vec<Event> = Vec::new();
        let mut open = Vec::new(); // what is not yet closed: where its events begin
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_MATH) {
            match event {
                Event::InlineMath(formula) => {
                    let math = self.math(&formula, MathDisplay::Inline)?;
                    // Browsers do not break the line in a formula: on a phone, a long one scrolls.
                    let html = if formula.len() > 30 { format!("<span class=\"long\">{math}</span>") } else { math };
                    events.push(Event::InlineHtml(html.into()));
                }
                Event::DisplayMath(formula) => {
                    let math = self.math(&formula, MathDisplay::Block)?;
                    events.push(Event::InlineHtml(format!("<span class=\"formula\">{math}</span>").into()));
                }
                Event::Start(Tag::CodeBlock(_) | Tag::Heading { .. }) => open.push(events.len()),
                Event::End(TagEnd::Heading(level)) => {
                    let mut html = String::new();
                    push_html(&mut html, events.drain(open.pop().unwrap_or_default()..));
                    let (level, id) = (level as usize, format!("s{}", self.headings.len()));
                    events.push(Event::Html(format!("<h{level} id=\"{id}\">{html}</h{level}>\n").into()));
                    self.headings.push(Heading { level, id, html });
                }
                Event::End(TagEnd::CodeBlock) => {
                    let text: String = events
                        .drain(open.pop().unwrap_or_default()..)
                        .filter_map(|event| if let Event::Text(text) = event { Some(text) } else { None })
                        .map(|text| text.to_string())
                        .collect();
                    events.push(Event::Html(block(&text).into()));
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let dest_url = dest_url.replace(".ipynb", ".html").into();
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let (_, name) = dest_url.rsplit_once("images/").ok_or_else(|| {
                        format!("the picture {dest_url} is not in notebooks/images, from where pictures are copied")
                    })?;
                    self.images.push(name.into());
                    open.push(events.len());
                }
                Event::End(TagEnd::Image) => {
                    let alt = plain(events.drain(open.pop().unwrap_or_default()..));
                    let name = self.images.last().map_or("", String::as_str);
                    let image = format!(
                        "<span class=\"rich\"><img class=\"digitos\" alt=\"{}\" src=\"../images/{name}\"></span>",
                        quoted(&alt)
                    );
                    events.push(Event::InlineHtml(image.into()));
                }
                Event::Start(Tag::Table(columns)) => {
                    events.push(Event::Html("<div class=\"table\">".into()));
                    events.push(Event::Start(Tag::Table(columns)));
                }
                Event::End(TagEnd::Table) => {
                    events.push(Event::End(TagEnd::Table));
                    events.push(Event::Html("</div>\n".into()));
                }
                event => events.push(event),
            }
        }
        let mut html = String::new();
        push_html(&mut html, events.into_iter());
        Ok(html)
    }

    fn math(&self, formula: &str, display: MathDisplay) -> Result<String, String> {
        self.mathml
            .convert_with_local_counter(formula.trim(), display)
            .map_err(|error| format!("the formula {} cannot be shown: {error}", formula.trim()))
    }
}

/// The first two sentences of a text's first paragraph that is not made of links alone, without those that only
/// introduce a list.
pub fn summary(text: &str) -> String {
    let is_prose = |paragraph: &&str| !paragraph.starts_with(['#', '[', '<', '|']);
    let paragraph = text.split("\n\n").find(is_prose).unwrap_or_default();
    let text = plain(Parser::new(paragraph));
    let sentences = text.split_inclusive(". ").take(2).filter(|sentence| !sentence.ends_with(':'));
    sentences.collect::<String>().trim_end().into()
}

fn plain<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    let text = |event| match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        Event::SoftBreak | Event::HardBreak => " ".into(),
        _ => String::new(),
    };
    events.map(text).collect()
}

/// A block of code, or a mermaid diagram.
fn block(text: &str) -> String {
    match text.strip_prefix("flowchart").and_then(flow) {
        Some(list) => list,
        None => format!("<pre class=\"example\"><code>{}</code></pre>\n", code::highlighted(text.trim_end())),
    }
}

/// A mermaid diagram whose boxes follow one another, as a list; `None` if it has another form. The class `round` says
/// that the last box leads back to the first.
fn flow(diagram: &str) -> Option<String> {
    let mut boxes: Vec<(&str, &str)> = Vec::new(); // name and text
    let mut round = false;
    for line in diagram.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let (from, to) = line.split_once(" --> ")?;
        let [from, to] = [from, to].map(|end| end.trim().split_once('[').unwrap_or((end.trim(), "")));
        if boxes.is_empty() {
            boxes.push(from);
        }
        let follows = boxes.last().is_some_and(|last| last.0 == from.0);
        if !follows || round {
            return None;
        }
        round = boxes[0].0 == to.0;
        if !round {
            boxes.push(to);
        }
    }
    let item = |(_, text): &(&str, &str)| format!("<li><span>{}</span></li>", text.trim_matches(['"', ']']));
    let items: String = boxes.iter().map(item).collect();
    let class = if round { "flow round" } else { "flow" };
    Some(format!("<ol class=\"{class}\">{items}</ol>\n"))
}

/// A text for an attribute.
pub fn quoted(text: &str) -> String {
    escaped(text).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        Texts::new().and_then(|mut texts| texts.html(text)).expect("a text")
    }

    #[test]
    fn links_lead_to_pages_and_pictures_to_their_copies() {
        let text = "[a](../en/1_softmax.ipynb#exam) ![a *\"b\"*](../../notebooks/images/x-es.svg)";
        let expected = "<p><a href=\"../en/1_softmax.html#exam\">a</a> <span class=\"rich\"><img class=\"digitos\" alt=\"a &quot;b&quot;\" \
            src=\"../images/x-es.svg\"></span></p>\n";
        assert_eq!(html(text), expected);
        let error = Texts::new().and_then(|mut texts| texts.html("![a](x.png)"));
        assert!(error.is_err_and(|sentence| sentence.contains("x.png")));
    }

    #[test]
    fn headings_have_ids_and_are_remembered() {
        let mut texts = Texts::new().expect("texts");
        assert_eq!(
            texts.html("# a\n\n## *b* & c").expect("a text"),
            "<h1 id=\"s0\">a</h1>\n<h2 id=\"s1\"><em>b</em> &amp; c</h2>\n"
        );
        assert_eq!((texts.headings[1].level, &*texts.headings[1].html), (2, "<em>b</em> &amp; c"));
    }

    #[test]
    fn a_formula_that_cannot_be_shown_is_told() {
        assert!(html("$$ \\frac{1}{n} $$").contains("<mfrac>"));
        let error = Texts::new().and_then(|mut texts| texts.html("$\\fraction{1}$"));
        assert!(error.is_err_and(|sentence| sentence.contains("the formula \\fraction{1} cannot be shown")));
    }

    #[test]
    fn a_diagram_becomes_a_list_if_its_boxes_follow_one_another() {
        let diagram =
            |last: &str| html(&format!("```mermaid\nflowchart LR\n    A[\"a b\"] --> B[\"c<br>d\"]\n    {last}\n```"));
        assert_eq!(
            diagram("B --> A"),
            "<ol class=\"flow round\"><li><span>a b</span></li><li><span>c<br>d</span></li></ol>\n"
        );
        assert!(diagram("B --> C[\"e\"]").starts_with("<ol class=\"flow\">"));
        assert!(diagram("A --> C[\"e\"]").starts_with("<pre"), "what is no chain stays text");
    }

    #[test]
    fn a_summary_is_the_first_prose() {
        let text = "# T\n\n[En](en.ipynb) · [x](y)\n\nA *b* of 99.2 %. In [c](d) `e`. And so on.\n\n- f";
        assert_eq!(summary(text), "A b of 99.2 %. In c e.");
        assert_eq!(summary("# T\n\nA b. Two stops:\n\n- f"), "A b.");
    }
}
