//! What students read about their answers: one text file for each language, with the same sections and keys.
use crate::language::Language;

/// The languages of the texts.
pub const LANGUAGES: [Language; 2] = [Language::Spanish, Language::English];

pub(super) fn file(language: Language) -> &'static str {
    match language {
        Language::Spanish => include_str!("es.txt"),
        Language::English => include_str!("en.txt"),
    }
}

/// The section, key and text of each line `key = text`; a section begins with its name in brackets, a comment with `#`.
pub fn texts(language: Language) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mut section = "";
    file(language).lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        }
        let (key, text) = line.split_once(" = ")?;
        Some((section, key, text))
    })
}

pub fn text(language: Language, section: &str, key: &str) -> Option<&'static str> {
    texts(language).find(|found| (found.0, found.1) == (section, key)).map(|found| found.2)
}

/// A sentence that does not belong to one exercise, with what stands in braces replaced.
pub fn sentence(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let sentence = text(language, "sentences", key).unwrap_or(key).to_string();
    values.iter().fold(sentence, |all, (name, value)| all.replace(&format!("{{{name}}}"), value))
}
