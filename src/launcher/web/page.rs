//! The pages: a lesson with its outputs, and the list of lessons.

use std::fmt::Write as _;
use std::io::Read as _;
use std::num::NonZero;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Crc;
use flate2::read::ZlibDecoder;
use serde_json::Value;

use super::code::{self, Mark};
use super::markdown::{Heading, Texts, quoted, summary};
use crate::launcher::notebook::{Notebook, joined, source};
use crate::launcher::slides::escaped;

/// The colours of the dark theme, which the reader chooses in the page or in the system.
const DARK: &str = "color-scheme: dark; \
    --paper: #14171B; --tint: #1C2126; --frame: #2B3138; --axis: #59636D; --edge: #84909B; --ink: #E9ECEF; --muted: #A7B0B9; \
    --blue: #6DB6F2; --on-blue: #0C1B29; --ochre: #E3A143; --ochre-pale: #453518; --red: #FFB5A8; --red-pale: #6E2C25; \
    --green: #5CC9B1; --purple: #CD9CE6; --focus: #6DB6F2;";

/// The style of all pages.
pub fn style() -> String {
    include_str!("page.css").replace("DARK", DARK)
}

/// What a page does before anything has run: the theme, and links that keep the place.
const SCRIPT: &str = include_str!("frame.js");

pub struct Lesson {
    pub language: &'static str,
    /// The name of its file.
    pub stem: String,
    pub notebook: Notebook,
}

pub struct Page {
    pub html: String,
    /// The pictures it shows, by their names in `notebooks/images`.
    pub images: Vec<String>,
}

/// What the pages say in one language beside the lessons' own texts.
struct Words {
    language: &'static str,
    name: &'static str,
    skip: &'static str,
    contents: &'static str,
    lessons: &'static str,
    previous: &'static str,
    next: &'static str,
    theme: &'static str,
    code: &'static str,
    about: &'static str,
    /// Why a page has smaller numbers: what they are, those of the notebook, and how many seconds the lesson takes.
    shorter: fn(&str, &str, &str) -> String,
}

const WORDS: [Words; 2] = [
    Words {
        language: "es",
        name: "Español",
        skip: "Ir a la lección",
        contents: "Contenido",
        lessons: "Las lecciones",
        previous: "Anterior",
        next: "Siguiente",
        theme: "Cambiar entre claro y oscuro",
        code: "El código",
        about: "Construye una red neuronal que lee dígitos escritos a mano, y mira cómo aprende.",
        shorter: |here, there, seconds| {
            format!(
                "La página calcula más despacio que el cuaderno, y por eso entrena durante menos pasos: {here}. Toda la lección tarda así unos \
                 {seconds}. El cuaderno tiene {there}; de él son los resultados que ves antes de ejecutar nada."
            )
        },
    },
    Words {
        language: "en",
        name: "English",
        skip: "Go to the lesson",
        contents: "Contents",
        lessons: "The lessons",
        previous: "Previous",
        next: "Next",
        theme: "Switch between light and dark",
        code: "The code",
        about: "Build a neural network that reads handwritten digits, and watch how it learns.",
        shorter: |here, there, seconds| {
            format!(
                "The page computes more slowly than the notebook, so it trains for fewer steps: {here}. The whole lesson then takes \
                 about {seconds}. The notebook has {there}; the results that you see before you run anything come from it."
            )
        },
    },
];

fn words(language: &str) -> Result<&'static Words, String> {
    let known = WORDS.iter().find(|words| words.language == language);
    known.ok_or_else(|| format!("the pages have no words in the language {language}"))
}

/// The page of a lesson. `marks` are those of each code cell that is not empty, and `scripts` ends the page.
///
/// # Errors
///
/// A sentence about what of the notebook cannot be shown.
pub fn lesson(lessons: &[Lesson], index: usize, marks: &[Vec<Mark>], scripts: &str) -> Result<Page, String> {
    let this = &lessons[index];
    let name = format!("notebooks/{}/{}.ipynb", this.language, this.stem);
    let words = words(this.language)?;
    let other = other_edition(&this.notebook).ok_or_else(|| {
        format!("{name} has no link to another language in its first cell, such as ../en/1_softmax.ipynb")
    })?;
    let other_words = self::words(other.split('/').nth(1).unwrap_or_default())?;
    let mut texts = Texts::new()?;
    let mut cells = String::new();
    let mut count = 0;
    for cell in this.notebook.cells() {
        let id = quoted(cell["id"].as_str().unwrap_or_default());
        let text = source(cell);
        if cell["cell_type"] == "markdown" {
            let html = texts.html(&text).map_err(|error| format!("{name}, cell {id}: {error}"))?;
            let _ = write!(cells, "<section class=\"cell text\" id=\"{id}\">\n{html}</section>\n");
        } else if cell["cell_type"] == "code" && !text.trim().is_empty() {
            if count == 0 {
                cells += "<div id=\"panel-of-numbers\"></div>\n";
            }
            let marks = marks.get(count).map_or(&[][..], Vec::as_slice);
            let tags: Vec<&str> =
                cell["metadata"]["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let mut code = format!("<pre class=\"source\"><code>{}</code></pre>\n", code::html(&text, marks));
            if cell["metadata"]["jupyter"]["source_hidden"] == true {
                code = format!("<details class=\"folded\"><summary>{}</summary>\n{code}</details>\n", words.code);
            }
            if let Some(note) = shorter(words, &cell["metadata"]["page"]) {
                let _ = writeln!(code, "<p class=\"shorter\">{note}</p>");
            }
            let _ = write!(
                cells,
                "<section class=\"cell code\" id=\"{id}\" data-cell=\"{count}\" data-tags=\"{}\">\n{code}\
                 <div class=\"output\" data-committed>{}</div>\n</section>\n",
                quoted(&tags.join(" ")),
                outputs(cell, &text)
            );
            count += 1;
        }
    }
    let is_numbered = |lesson: &&Lesson| lesson.stem.starts_with(|c: char| c.is_ascii_digit());
    let neighbour = |index: Option<usize>, class: &str, word: &str| {
        let lesson = index.and_then(|index| lessons.get(index)).filter(is_numbered).filter(|_| is_numbered(&this));
        let link = |lesson: &Lesson| {
            let title = escaped(&lesson.notebook.title());
            format!(
                "<a class=\"{class}\" rel=\"{class}\" href=\"{}.html\"><span>{word}</span> {title}</a>\n",
                lesson.stem
            )
        };
        lesson.map(link).unwrap_or_default()
    };
    let title = this.notebook.title();
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\" data-lesson=\"{stem}\" data-other=\"{other}\">\n<head>\n{head}</head>\n<body>\n\
         <a class=\"skip\" href=\"#lesson\">{skip}</a>\n\
         <header class=\"bar\">\n<a class=\"home\" href=\"../index.html\" aria-label=\"digitos: {all}\">digitos</a>\n\
         <div id=\"toolbar\"></div>\n<div id=\"status\" role=\"status\"></div>\n\
         <a class=\"other\" lang=\"{other_language}\" hreflang=\"{other_language}\" href=\"{other}\">{other_name}</a>\n{theme}</header>\n\
         <div class=\"frame\">\n<nav class=\"contents\" aria-label=\"{contents}\">\n<details><summary>{contents}</summary>\n{list}</details>\n</nav>\n\
         <main id=\"lesson\" tabindex=\"-1\">\n{cells}</main>\n</div>\n\
         <footer>\n<nav class=\"neighbours\" aria-label=\"{all}\">\n{previous}<a href=\"../index.html\">{all}</a>\n{next}</nav>\n</footer>\n{scripts}</body>\n</html>\n",
        language = this.language,
        stem = quoted(&this.stem),
        head = head(&title, &summary(&first_text(&this.notebook)), "../"),
        skip = words.skip,
        all = words.lessons,
        other_language = other_words.language,
        other_name = other_words.name,
        theme = theme_button(words),
        contents = words.contents,
        list = contents(&texts.headings),
        previous = neighbour(index.checked_sub(1), "prev", words.previous),
        next = neighbour(Some(index + 1), "next", words.next),
    );
    Ok(Page { html, images: texts.images })
}

/// The sentence about numbers that are smaller than the notebook's.
fn shorter(words: &Words, page: &Value) -> Option<String> {
    let listed = |numbers: &Value| {
        let numbers = numbers.as_object()?.iter();
        Some(numbers.map(|(name, value)| format!("<code>{name} = {value}</code>")).collect::<Vec<_>>().join(", "))
    };
    let seconds = page["seconds"].as_u64()?;
    let time = if seconds < 100 { format!("{seconds} s") } else { format!("{} min", (seconds + 30) / 60) };
    Some((words.shorter)(&listed(&page["numbers"])?, &listed(&page["notebook"])?, &time))
}

/// The page that leads to all lessons, in all languages.
pub fn index(editions: &[Vec<Lesson>]) -> Result<String, String> {
    let mut sections = String::new();
    for lessons in editions {
        let language = lessons.first().map_or("", |lesson| lesson.language);
        let words = words(language)?;
        let _ = write!(
            sections,
            "<section class=\"edition\" lang=\"{language}\" aria-labelledby=\"{language}\">\n<h2 id=\"{language}\">{}</h2>\n<p>{}</p>\n<ol>\n",
            words.name, words.about
        );
        for Lesson { stem, notebook, .. } in lessons {
            let _ = writeln!(
                sections,
                "<li><a href=\"{language}/{stem}.html\">{}</a>\n<p>{}</p></li>",
                escaped(&notebook.title()),
                escaped(&summary(&first_text(notebook)))
            );
        }
        sections += "</ol>\n</section>\n";
    }
    let words = &WORDS[0];
    Ok(format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n{}</head>\n<body class=\"index\">\n\
         <header class=\"bar\">{}</header>\n<main>\n<h1>digitos</h1>\n{sections}</main>\n</body>\n</html>\n",
        words.language,
        head("digitos", words.about, ""),
        theme_button(words)
    ))
}

fn head(title: &str, description: &str, root: &str) -> String {
    let title = if title == "digitos" { title.into() } else { format!("{title} · digitos") };
    format!(
        "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<meta name=\"description\" content=\"{}\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{root}page.css\">\n<script>\n{SCRIPT}</script>\n",
        escaped(&title),
        quoted(description)
    )
}

fn theme_button(words: &Words) -> String {
    format!("<button type=\"button\" id=\"theme\" hidden title=\"{0}\" aria-label=\"{0}\">◐</button>\n", words.theme)
}

/// The headings below the title, each a link; those of the third level inside the one above them.
fn contents(headings: &[Heading]) -> String {
    let mut list = String::from("<ol>\n");
    let mut depth = 2;
    for heading in headings.iter().filter(|heading| (2..=3).contains(&heading.level)) {
        let link = format!("<a href=\"#{}\">{}</a>", heading.id, heading.html);
        list += &match (depth, heading.level) {
            (2, 3) => format!("<ol><li>{link}</li>\n"),
            (3, 2) => format!("</ol></li>\n<li>{link}\n"),
            (2, _) => format!("<li>{link}\n"),
            _ => format!("<li>{link}</li>\n"),
        };
        depth = heading.level;
    }
    list + if depth == 3 { "</ol></li>\n</ol>\n" } else { "</ol>\n" }
}

fn first_text(notebook: &Notebook) -> String {
    notebook.cells().first().map(source).unwrap_or_default()
}

/// The address of the page in the other language, as its first cell names the notebook.
fn other_edition(notebook: &Notebook) -> Option<String> {
    let text = first_text(notebook);
    let (_, link) = text.split_once("](../")?;
    let (path, _) = link.split_once(".ipynb")?;
    Some(format!("../{path}.html"))
}

/// The saved outputs of a cell. Of the kernel's answers to lines that the page leaves out nothing is shown.
fn outputs(cell: &Value, source: &str) -> String {
    let is_for_kernel = source.lines().any(|line| line.starts_with(':'));
    if !cell["metadata"]["page"]["instead"].is_null() {
        return String::new(); // they are those of other code
    }
    let output = |output: &Value| {
        let data = &output["data"];
        let rich = |html: &str| format!("<div class=\"rich\">{html}</div>");
        let stream = |text: &str| format!("<pre class=\"stream\">{}</pre>", escaped(text.trim_end()));
        if output["output_type"] == "stream" {
            stream(&joined(&output["text"]))
        } else if !data["text/html"].is_null() {
            rich(&lighter(&joined(&data["text/html"])).replace(".ipynb\"", ".html\""))
        } else if is_for_kernel {
            String::new()
        } else {
            stream(&joined(&data["text/plain"]))
        }
    };
    cell["outputs"].as_array().into_iter().flatten().map(output).collect()
}

/// The same with its pictures as text, which is sent in fewer bytes, and the digits in them packed anew: a panel packs in a hurry.
fn lighter(html: &str) -> String {
    let digits = "data:image/png;base64,";
    let packed = |png: Vec<u8>| Some(format!("{digits}{}", BASE64_STANDARD.encode(smaller(&png)?)));
    replaced(html, "data:image/svg+xml;base64,", |svg| {
        let svg = String::from_utf8(svg).ok()?;
        Some(format!("data:image/svg+xml,{}", address(&replaced(svg.trim(), digits, packed))))
    })
}

/// `text` with what `change` makes of each address that begins with `start` and ends with a quotation mark.
fn replaced(text: &str, start: &str, change: impl Fn(Vec<u8>) -> Option<String>) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, address)) = rest.split_once(start) {
        let (encoded, after) = address.split_at(address.find('"').unwrap_or(address.len()));
        let changed = BASE64_STANDARD.decode(encoded).ok().and_then(&change);
        done += &format!("{before}{}", changed.unwrap_or_else(|| format!("{start}{encoded}")));
        rest = after;
    }
    done + rest
}

/// The same PNG with its rows packed as small as they get, or nothing if they lie in several parts.
fn smaller(png: &[u8]) -> Option<Vec<u8>> {
    let number = |at| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?) as usize);
    let (end, mut rows, mut data) = (41 + number(33)?, Vec::new(), b"IDAT".to_vec());
    (png.get(37..41)? == data && png.len() == end + 16).then_some(())?;
    ZlibDecoder::new(&png[41..end]).read_to_end(&mut rows).ok()?;
    // more rounds gain a thousandth
    let options = zopfli::Options { iteration_count: const { NonZero::new(3).unwrap() }, ..Default::default() };
    zopfli::compress(options, zopfli::Format::Zlib, &rows[..], &mut data).ok()?;
    let (length, mut check) = (data.len() as u32 - 4, Crc::new());
    check.update(&data);
    Some([&png[..33], &length.to_be_bytes(), &data, &check.sum().to_be_bytes(), &png[end + 4..]].concat())
}

/// A text as a part of an address.
fn address(text: &str) -> String {
    let mut address = String::new();
    for c in text.chars() {
        match c {
            '%' | '#' | '"' | '<' | '>' | '&' | '\n' | ':' => _ = write!(address, "%{:02X}", c as u32),
            c => address.push(c),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of lesson 1's pictures: the same pixels in fewer bytes.
    #[test]
    fn digits_are_packed_anew() {
        let html = include_str!("../../../notebooks/es/1_softmax.ipynb").replace("\\\"", "\"");
        let pixels = |png: &[u8]| {
            let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
            let mut pixels = vec![0; reader.output_buffer_size().expect("its size")];
            reader.next_frame(&mut pixels).expect("its pixels");
            pixels
        };
        let bytes = std::cell::Cell::new((0, 0));
        replaced(&html, "data:image/svg+xml;base64,", |svg| {
            let svg = String::from_utf8(svg).expect("text");
            Some(replaced(&svg, "data:image/png;base64,", |png| {
                let packed = smaller(&png).expect("a PNG of this crate");
                assert_eq!(pixels(&packed), pixels(&png));
                let (before, after) = bytes.get();
                bytes.set((before + png.len(), after + packed.len()));
                None
            }))
        });
        let (before, after) = bytes.get();
        assert!(before > 100_000 && after * 100 < before * 90, "{after} of {before} bytes");
        assert_eq!(smaller(b"no picture"), None);
    }
}
