//! A notebook from inside: showing rich content in it, the files beside it, the relay of its kernel.
use std::env;
use std::path::PathBuf;

/// The folder beside the notebook. (It is not hidden: JupyterLab does not serve hidden folders.)
pub(crate) const FOLDER: &str = "digitos_live";

/// Whether this process runs the cells of a notebook.
pub(crate) fn is_here() -> bool {
    env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The folder by whose files a cell and the kernel's relay (`src/launcher/kernel/relay.py`) talk, if there is a relay.
pub(crate) fn relay() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("DIGITOS_RELAY")?);
    folder.join("cell").exists().then_some(folder)
}

/// Tells a result to the program that runs the notebook, if the environment variable `DIGITOS_RESULTS` says that it
/// wants them: each name with its value in JSON.
pub(crate) fn tell_result(values: &[(&str, String)]) {
    if env::var_os("DIGITOS_RESULTS").is_some() {
        show(RESULT, &object(values));
    }
}

const RESULT: &str = "application/vnd.digitos.result";

fn object(values: &[(&str, String)]) -> String {
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{}:{value}", json_text(name))).collect();
    format!("{{{}}}", values.join(","))
}

/// A number in JSON, which knows neither NaN nor infinity.
pub(crate) fn json_number(x: Option<f32>) -> String {
    x.filter(|x| x.is_finite()).map_or("null".into(), |x| x.to_string())
}

pub(crate) fn json_text(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Shows `text`, of the MIME type `kind`, as output of the running cell.
pub(crate) fn show(kind: &str, text: &str) {
    println!("{}", content(kind, text));
}

/// The lines by which the kernel evcxr tells rich content from what a program prints.
fn content(kind: &str, text: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {kind}\n{text}\nEVCXR_END_CONTENT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_an_object_in_json() {
        let text = object(&[
            ("ra\"te", json_text("1\n\\2 «ñ»")),
            ("accuracy", json_number(Some(0.5))),
            ("loss", json_number(Some(f32::NAN))),
        ]);
        assert_eq!(text, r#"{"ra\"te":"1\u000a\\2 «ñ»","accuracy":0.5,"loss":null}"#);
    }

    #[test]
    fn content_stands_between_two_lines_that_the_kernel_knows() {
        let expected = "EVCXR_BEGIN_CONTENT text/html\n<p>\n\n</p>\nEVCXR_END_CONTENT";
        assert_eq!(super::content("text/html", "<p>\n\n</p>"), expected);
    }
}
