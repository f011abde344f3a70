//! The marks of a class as a table for a spreadsheet and as a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::slides::escaped;
use super::paper::{Lesson, Mark, Outcome, Paper, Trouble};

const STYLE: &str = include_str!("report.css");

/// The words of the page, which is in the language of the notebooks.
struct Words {
    language: &'static str,
    title: &'static str,
    counts: fn(usize, usize) -> String,
    mistakes: &'static str,
    exercise: &'static str,
    mistake: &'static str,
    no_mistakes: &'static str,
    pupil: &'static str,
    right: &'static str,
    answers: &'static str,
    answer: &'static str,
    /// What each sign means, in the order of [`SIGNS`].
    key: [&'static str; 4],
    late: fn(usize, u64) -> String,
    broken_off: &'static str,
}

const SPANISH: Words = Words {
    language: "es",
    title: "Los ejercicios de la clase",
    counts: |papers, pupils| format!("{papers} cuadernos de {pupils} personas"),
    mistakes: "Los errores más frecuentes",
    exercise: "ejercicio",
    mistake: "lo que dice la lección de ese error",
    no_mistakes: "Ningún error de los que las lecciones conocen.",
    pupil: "quién",
    right: "bien",
    answers: "Respuestas que no están bien",
    answer: "respuesta",
    key: ["bien", "mal", "sin responder", "no se llegó a comprobar"],
    late: |cell, seconds| format!("se acabó el tiempo ({seconds} s) en la celda {cell}"),
    broken_off: "el cuaderno no llegó al final: su proceso murió (quizá por falta de memoria)",
};

const ENGLISH: Words = Words {
    language: "en",
    title: "The class's exercises",
    counts: |papers, pupils| format!("{papers} notebooks by {pupils} people"),
    mistakes: "The commonest mistakes",
    exercise: "exercise",
    mistake: "what the lesson says about it",
    no_mistakes: "None of the mistakes that the lessons know.",
    pupil: "who",
    right: "right",
    answers: "Answers that are not right",
    answer: "answer",
    key: ["right", "wrong", "no answer", "its check was not run"],
    late: |cell, seconds| format!("the time was over ({seconds} s) in cell {cell}"),
    broken_off: "the notebook did not reach its end: its process died (perhaps for lack of memory)",
};

const SIGNS: [(Outcome, &str, &str); 4] = [
    (Outcome::Right, "✓", "right"),
    (Outcome::Wrong, "✗", "wrong"),
    (Outcome::NoAnswer, "–", "no answer"),
    (Outcome::NotChecked, "…", "not checked"),
];

fn sign(outcome: Outcome) -> usize {
    SIGNS.iter().position(|(other, ..)| *other == outcome).unwrap_or(0)
}

impl Paper {
    fn right(&self) -> usize {
        self.marks.iter().filter(|mark| mark.outcome == Outcome::Right).count()
    }

    fn trouble(&self, words: &Words, seconds: u64) -> Option<String> {
        Some(match self.trouble.as_ref()? {
            Trouble::Unreadable(reason) => reason.clone(),
            Trouble::Late(cell) => (words.late)(*cell, seconds),
            Trouble::BrokenOff => words.broken_off.into(),
        })
    }
}

/// One notebook in a line of the terminal.
pub fn line(paper: &Paper, seconds: u64) -> String {
    let trouble = paper.trouble(&ENGLISH, seconds).map_or(String::new(), |trouble| format!("; {trouble}"));
    format!("{}: {} of {} right in {:.0} s{trouble}", paper.file, paper.right(), paper.marks.len(), paper.seconds)
}

/// A line for each pupil and exercise.
pub fn csv(papers: &[Paper]) -> String {
    let mut table = "pupil,notebook,lesson,exercise,mark,answer,mistake,tries,seconds\n".to_string();
    for paper in papers {
        let about = [&paper.pupil, &paper.file, &paper.lesson].map(|text| field(text)).join(",");
        for mark in &paper.marks {
            let (_, _, outcome) = SIGNS[sign(mark.outcome)];
            let texts = [&mark.exercise, outcome, &mark.answer, &mark.foreseen.join("; ")].map(field).join(",");
            let _ = writeln!(table, "{about},{texts},{},{:.1}", mark.tries, mark.seconds);
        }
        if let Some(trouble) = paper.trouble(&ENGLISH, 0).filter(|_| paper.marks.is_empty()) {
            let _ = writeln!(table, "{about},,not checked,,{},0,0", field(&trouble));
        }
    }
    table
}

/// Quoted, and never a formula for a spreadsheet: a pupil wrote it.
fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err();
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, text.replace('"', "\"\""))
}

/// The page that a teacher opens: mistakes first, then a table for each lesson, then the answers.
pub fn page(papers: &[Paper], lessons: &[Lesson], seconds: u64) -> String {
    let english = papers.iter().filter(|paper| paper.language == "en").count();
    let words = if 2 * english > papers.len() { ENGLISH } else { SPANISH };
    let pupils: BTreeSet<_> = papers.iter().map(|paper| &paper.pupil).collect();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n",
        words.language,
        (words.counts)(papers.len(), pupils.len()),
        title = words.title,
    );
    page += &mistakes(papers, &words);
    let known = lessons.iter().map(|lesson| (lesson.name.as_str(), lesson.language));
    let named = papers.iter().map(|paper| (paper.lesson.as_str(), paper.language));
    let mut shown = BTreeSet::new();
    for (name, language) in known.chain(named).filter(|lesson| shown.insert(*lesson)) {
        let of_it: Vec<_> =
            papers.iter().filter(|paper| (paper.lesson.as_str(), paper.language) == (name, language)).collect();
        if !of_it.is_empty() {
            page += &table(name, &of_it, &words, seconds);
        }
    }
    page + "</main>\n"
}

fn mistakes(papers: &[Paper], words: &Words) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for mark in papers.iter().flat_map(|paper| &paper.marks) {
        for mistake in &mark.foreseen {
            *counts.entry((&mark.exercise, mistake)).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut text = format!("<h2>{}</h2>\n", words.mistakes);
    if counts.is_empty() {
        return text + "<p>" + words.no_mistakes + "</p>\n";
    }
    let _ = writeln!(text, "<table>\n<tr><th></th><th>{}</th><th>{}</th></tr>", words.exercise, words.mistake);
    for ((exercise, mistake), count) in counts.into_iter().take(10) {
        let _ = writeln!(
            text,
            "<tr><td class=\"count\">{count}×</td><td>{}</td><td class=\"text\">{}</td></tr>",
            escaped(exercise),
            escaped(mistake)
        );
    }
    text + "</table>\n"
}

fn table(lesson: &str, papers: &[&Paper], words: &Words, seconds: u64) -> String {
    let mut exercises: Vec<&str> = Vec::new();
    for mark in papers.iter().flat_map(|paper| &paper.marks) {
        if !exercises.contains(&mark.exercise.as_str()) {
            exercises.push(&mark.exercise);
        }
    }
    let heads: String = exercises.iter().map(|name| format!("<th><span>{}</span></th>", escaped(name))).collect();
    let mut text = format!(
        "<h2>{}</h2>\n<div class=\"wide\"><table class=\"marks\">\n<tr><th>{}</th>{heads}<th>{}</th></tr>\n",
        escaped(lesson),
        words.pupil,
        words.right
    );
    for paper in papers {
        let _ = write!(text, "<tr><th scope=\"row\">{}</th>", escaped(&paper.pupil));
        for name in &exercises {
            let outcome = paper.marks.iter().find(|mark| mark.exercise == *name).map(|mark| mark.outcome);
            let index = sign(outcome.unwrap_or(Outcome::NotChecked));
            let (_, mark, class) = SIGNS[index];
            let _ =
                write!(text, "<td class=\"{}\" title=\"{}\">{mark}</td>", class.replace(' ', "-"), words.key[index]);
        }
        let _ = writeln!(text, "<td class=\"count\">{}/{}</td></tr>", paper.right(), exercises.len());
    }
    let key =
        SIGNS.iter().zip(words.key).map(|((_, mark, _), meaning)| format!("{mark} {meaning}")).collect::<Vec<_>>();
    let _ = writeln!(text, "</table></div>\n<p class=\"key\">{}</p>", key.join(" · "));
    text += &notes(papers, words, seconds);
    text
}

/// What a teacher may want to read: what kept a notebook from its end, and the answers that are wrong.
fn notes(papers: &[&Paper], words: &Words, seconds: u64) -> String {
    let mut text = String::new();
    for paper in papers {
        if let Some(trouble) = paper.trouble(words, seconds) {
            let _ = writeln!(text, "<p class=\"trouble\"><b>{}</b>: {}.</p>", escaped(&paper.file), escaped(&trouble));
        }
    }
    let wrong = |mark: &&Mark| mark.outcome == Outcome::Wrong;
    if !papers.iter().any(|paper| paper.marks.iter().any(|mark| wrong(&mark))) {
        return text;
    }
    let _ = writeln!(
        text,
        "<details><summary>{}</summary>\n<table>\n<tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>",
        words.answers, words.pupil, words.exercise, words.answer, words.mistake
    );
    for paper in papers {
        for mark in paper.marks.iter().filter(wrong) {
            let _ = writeln!(
                text,
                "<tr><td>{}</td><td>{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td></tr>",
                escaped(&paper.pupil),
                escaped(&mark.exercise),
                escaped(&mark.answer),
                escaped(&mark.foreseen.join(" "))
            );
        }
    }
    text + "</table>\n</details>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pupil_wrote_is_text_in_the_table_and_on_the_page() {
        assert_eq!(field("say \"no\", please"), "\"say \"\"no\"\", please\"");
        assert_eq!(field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(field("-0.5"), "\"-0.5\"");
        assert_eq!(escaped("<script>&"), "&lt;script>&amp;");
    }

    #[test]
    fn the_commonest_mistake_stands_on_top() {
        let mark = |mistake: &str| Mark {
            exercise: "neuron".into(),
            outcome: Outcome::Wrong,
            answer: "3".into(),
            foreseen: vec![mistake.into()],
            tries: 1,
            seconds: 0.1,
        };
        let paper = |pupil: &str, mistake| Paper {
            pupil: pupil.into(),
            file: format!("{pupil}/1_softmax.ipynb"),
            lesson: "1_softmax".into(),
            language: "en",
            marks: vec![mark(mistake)],
            trouble: None,
            seconds: 1.0,
        };
        let papers = [paper("Ada", "signs"), paper("Alan", "bias"), paper("Grace", "bias")];
        let page = page(&papers, &[], 60);
        assert!(page.find("2×").unwrap() < page.find("1×").unwrap(), "{page}");
        assert_eq!(csv(&papers).lines().count(), 4);
    }
}
