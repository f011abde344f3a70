//! A canvas in the notebook to draw digits on.
use super::prepare::prepare;
use super::reader::{Network, Reader};
use super::strokes::{CANVAS, DRAWING, Drawing, KEPT, prepared};
use super::{cut, ink::Inked, ink::Paper, own::pixels, page, steps};
use crate::figures::answer_bars;
use crate::language::Language;
use crate::live::{Files, LivePanel, Shared, find};
use crate::lock::unpoisoned;
use crate::mnist::{DataSet, Images};
use crate::picture::Figure;
use crate::{Error, Fed, Session, Tensor, notebook};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::{env, fmt, fs};

/// A canvas in the notebook, to draw digits on with a mouse, a pen, a finger or the keyboard.
///
/// The drawing on the canvas can be [read](Self::image) by a network, at once if the canvas [knows](Self::reads) it. What was kept
/// there with a label is a [data set](Self::digits), which all notebooks of the folder share.
///
/// ```no_run
/// use digitos::prelude::*;
/// # let x = placeholder([NONE, 28, 28, 1]);
/// # let y = softmax(matmul(reshape(x, [-1, 784]), variable(zeros([784, 10]))));
/// # let mut sess = Session::new();
/// # sess.initialize(y)?;
/// let pad = draw("en")?;
/// pad.reads(&sess, y, feed! { x => pad.image()? })?; // its ten bars move while you draw
///
/// // another cell, after drawing
/// pad.guess(&sess, y, feed! { x => pad.image()? })?; // the same bars as a figure
/// pad.preparation()?; // how the drawing became an image of 28 × 28 pixels
/// # Ok::<(), digitos::Error>(())
/// ```
pub struct DrawingPad {
    language: Language,
    files: Files,
    shared: Arc<Shared>,
    network: Arc<Mutex<Option<Network>>>,
    /// Of the reader, once there is one.
    threads: Mutex<Option<Vec<JoinHandle<()>>>>,
}

/// Shows a canvas below the cell, in Spanish (`"es"`) or English (`"en"`), and returns what is drawn on it: a [`DrawingPad`].
///
/// # Errors
///
/// [`Error::Picture`] for another language, outside of a notebook, or if the folder of the notebook cannot be written to.
pub fn draw(language: &str) -> Result<DrawingPad, Error> {
    if !notebook::is_here() {
        let text =
            "draw(…) shows a canvas in a notebook, and this is none: read_picture(…) reads a drawing from a file";
        return Err(Error::Picture(text.into()));
    }
    let pad = DrawingPad::in_folder(language, &env::current_dir().unwrap_or_default())?;
    notebook::show("text/html", &pad.html());
    Ok(pad)
}

impl DrawingPad {
    pub(super) fn in_folder(language: &str, folder: &Path) -> Result<DrawingPad, Error> {
        let (language, files) = (Language::parse(language)?, Files::new(folder));
        // until a network reads
        files.prepare().and_then(|()| files.write("json", "{\"shares\":[]}\n")).map_err(|error| {
            let folder = files.folder().display();
            Error::Picture(format!("draw(…): {folder} cannot be written to ({error}), and a drawing comes through it"))
        })?;
        Ok(DrawingPad { language, files, shared: Arc::default(), network: Arc::default(), threads: Mutex::default() })
    }

    pub(super) fn html(&self) -> String {
        page::html(&self.files, self.language)
    }

    #[cfg(test)]
    pub(super) fn file(&self, ending: &str) -> std::path::PathBuf {
        self.files.path(ending)
    }

    /// What is on the canvas now, prepared as MNIST's images were, as a batch of one. Of an empty canvas, an image without ink.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if the file of the drawing is damaged.
    pub fn image(&self) -> Result<Images, Error> {
        Ok(prepared(&[&self.drawing()?]))
    }

    fn drawing(&self) -> Result<Drawing, Error> {
        let path = self.files.path(DRAWING);
        Drawing::parse(&content(&path, "0")?).ok_or_else(|| damaged(&path, 1))
    }

    /// The drawings that were kept, each with its label, in the order in which they were kept.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if none was kept, or if their file is damaged.
    pub fn digits(&self) -> Result<DataSet, Error> {
        let path = self.files.folder().join(KEPT);
        let text = content(&path, "")?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let parsed = lines.map(|(i, line)| {
            Drawing::parse(line).filter(|drawing| drawing.number < 10).ok_or_else(|| damaged(&path, i + 1))
        });
        let drawings = parsed.collect::<Result<Vec<_>, _>>()?;
        if drawings.is_empty() {
            let text = "digits(): no drawing was kept yet: draw a digit on the canvas, say which one it is, and press the button \
                        that keeps it";
            return Err(Error::Data(text.into()));
        }
        let labels: Vec<u8> = drawings.iter().map(|drawing| drawing.number as u8).collect();
        DataSet::new(pixels(&prepared(&drawings.iter().collect::<Vec<_>>())), &labels)
    }

    /// How the drawing on the canvas was prepared, in ten steps.
    ///
    /// # Errors
    ///
    /// [`Error::Picture`] if the canvas is empty, [`Error::Data`] if the file of the drawing is damaged.
    pub fn preparation(&self) -> Result<Figure, Error> {
        let ink = self.drawing()?.ink();
        let piece = cut::whole(&ink)
            .ok_or_else(|| Error::Picture("preparation(): the canvas is empty: draw a digit".into()))?;
        let picture = ink.mapv(|ink| 255.0 * (1.0 - ink));
        let inked = Inked { picture, paper: Paper::plain(255.0), is_light: false, ink };
        steps::figure(&inked, &[(piece.frame, prepare(&piece))], 0, self.language)
    }

    /// What a network says to the image that it is fed, as a figure: the image and ten bars. `y` is `softmax(…)`.
    ///
    /// # Errors
    ///
    /// As [`Session::run`], and [`Error::Picture`] if no image is fed or `y` does not give ten probabilities for it.
    pub fn guess<const N: usize>(
        &self,
        sess: &Session,
        y: impl Into<Tensor>,
        feed: [Fed<'_>; N],
    ) -> Result<Figure, Error> {
        self.answer(sess, y.into(), &feed)
    }

    fn answer(&self, sess: &Session, y: Tensor, feed: &[Fed<'_>]) -> Result<Figure, Error> {
        let images: Option<&Images> = find(feed.iter().map(|fed| fed.value));
        let images = images.ok_or_else(|| {
            Error::Picture("there is no image to read: feed! { x => pad.image()? } was expected".into())
        })?;
        let answers = Session::new().threads(1).run_with(sess.copy_variables(&y)?, 0, y, feed)?;
        answer_bars(images, 0, &answers, self.language.code())
    }

    /// From now on the canvas shows what a network says to each drawing, as soon as a stroke ends: with the weights that `sess` has
    /// now. After more training, call it again; or see [`follows`](Self::follows).
    ///
    /// `y` is `softmax(…)`; in `feed!`, `x => pad.image()?` says where the image goes, and other placeholders have the values that
    /// they are to have.
    ///
    /// # Errors
    ///
    /// As [`guess`](Self::guess).
    pub fn reads<const N: usize>(&self, sess: &Session, y: impl Into<Tensor>, feed: [Fed<'_>; N]) -> Result<(), Error> {
        let y = y.into();
        self.answer(sess, y, &feed)?;
        let network = Network::new(y, sess.copy_variables(&y)?, &feed)
            .map_err(|what| Error::Picture(format!("reads(…): {what}")))?;
        *unpoisoned(self.network.lock()) = Some(network);
        unpoisoned(self.threads.lock()).get_or_insert_with(|| {
            let session = Session::new().threads(1);
            let reader = Reader { files: self.files.clone(), network: self.network.clone(), session, seen: None };
            self.shared.begin("reads", reader).into_iter().collect()
        });
        Ok(())
    }

    /// From now on the canvas shows what the network says while it learns: with the weights of each picture of the panel.
    /// [`reads`](Self::reads) comes first.
    pub fn follows(&self, panel: &LivePanel) {
        if let Some(network) = &mut *unpoisoned(self.network.lock()) {
            network.panel = panel.followed();
        }
    }
}

/// What a file holds, or `missing` if there is none.
fn content(path: &Path, missing: &str) -> Result<String, Error> {
    fs::read_to_string(path).or_else(|error| match error.kind() {
        ErrorKind::NotFound => Ok(missing.into()),
        _ => Err(Error::Data(format!("{} cannot be read: {error}", path.display()))),
    })
}

fn damaged(path: &Path, line: usize) -> Error {
    Error::Data(format!(
        "line {line} of {} is no drawing: remove the line, or the file, and draw again",
        path.display()
    ))
}

impl Drop for DrawingPad {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wake();
        for thread in unpoisoned(self.threads.lock()).take().into_iter().flatten() {
            let _ = thread.join();
        }
        self.files.remove();
    }
}

impl fmt::Debug for DrawingPad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DrawingPad ({CANVAS} × {CANVAS})")
    }
}
