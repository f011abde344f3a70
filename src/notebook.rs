//! Showing rich content in a notebook.

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
