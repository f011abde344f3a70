//! A finished picture: how it is shown and saved.
use super::palette::{FRAME, PAPER, dark_style};
use super::{png::base64, svg::escape};
use crate::{Error, notebook, whole_file};
use std::{fmt, path::Path};

/// A picture, as the text of an SVG file.
///
/// As the last expression of a notebook cell it shows itself; [`save`](Figure::save) writes it to a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Figure {
    svg: String,
    caption: String,
    /// Whether it is higher than a printed page.
    is_tall: bool,
}

/// A page of A4 has about as many pixels from top to bottom.
const PAGE: u32 = 1000;

impl Figure {
    /// A card of `width` × `height` pixels with a thin frame; `caption` says in words what it shows.
    pub(super) fn new(width: u32, height: u32, caption: &str, body: &str) -> Figure {
        let caption = escape(caption);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"digitos\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif\">\
             <title>{caption}</title>{}<rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{PAPER}\" \
             stroke=\"{FRAME}\"/>\n{body}</svg>\n",
            dark_style(),
            width - 1,
            height - 1,
        );
        Figure { svg, caption, is_tall: height > PAGE }
    }

    /// The text of the SVG file.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// Writes the picture to an SVG file.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if the file cannot be written; one that was there before is then left as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        whole_file::write(path, &self.svg)
            .map_err(|e| Error::Picture(format!("the picture could not be written to {}: {e}", path.display())))
    }

    /// The picture as an element of a web page.
    ///
    /// An image in a `data:` address is what every viewer of a saved notebook shows: JupyterLab hides an
    /// `image/svg+xml` output of a notebook that is not trusted yet, and GitHub and nbviewer put inline SVG into
    /// their page, where their sanitisers and style sheets damage it. Where the viewer says that its theme is dark,
    /// the picture becomes dark too. On paper a tall one is made to fit its page.
    pub fn html(&self) -> String {
        format!(
            "<style>img.digitos{{color-scheme:light;max-width:100%;height:auto}}\
             body[data-jp-theme-light=\"false\"] img.digitos,body.vscode-dark img.digitos{{color-scheme:dark}}{}</style>\
             <img class=\"digitos\" alt=\"{}\" src=\"data:image/svg+xml;base64,{}\">",
            if self.is_tall { "@media print{img.digitos{max-height:96vh;width:auto}}" } else { "" },
            self.caption,
            base64(self.svg.as_bytes())
        )
    }

    /// Shows the picture in a notebook: its kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        notebook::show("text/html", &self.html());
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Figure ({}, {} bytes of SVG)", self.caption, self.svg.len())
    }
}
