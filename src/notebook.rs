//! A notebook from inside: showing rich content in it, the files beside it, the relay of its kernel.
use std::env;
use std::path::PathBuf;

/// The folder beside the notebook. (It is not hidden: JupyterLab does not serve hidden folders.)
pub(crate) const FOLDER: &str = "digitos_live";

/// Whether this process runs the cells of a notebook.
pub(crate) fn is_here() -> bool {
    env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The folder by whose files a cell and the kernel's relay (`src/launcher/relay.py`) talk, if there is a relay.
pub(crate) fn relay() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("DIGITOS_RELAY")?);
    folder.join("cell").exists().then_some(folder)
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
    #[test]
    fn content_stands_between_two_lines_that_the_kernel_knows() {
        let expected = "EVCXR_BEGIN_CONTENT text/html\n<p>\n\n</p>\nEVCXR_END_CONTENT";
        assert_eq!(super::content("text/html", "<p>\n\n</p>"), expected);
    }
}
