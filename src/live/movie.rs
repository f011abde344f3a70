//! A run as a film: its pictures are drawn once more from what was recorded, and made pixels of.
use super::*;
use std::path::Path;
use std::sync::Arc;

/// What the two grids showed at one time; the curves are in the history.
#[derive(Debug, Clone)]
pub struct Still {
    pub step: usize,
    pub epoch: Option<f32>,
    pub training: Option<Arc<Digits>>,
    pub test: Option<Arc<Digits>>,
}

/// The stills of a run, evenly chosen if there would be too many.
#[derive(Debug, Clone, Default)]
pub struct Film {
    pub stills: Vec<Still>,
    stride: usize,
    seen: usize,
}

const MOST_STILLS: usize = 128;

impl Film {
    pub fn add(&mut self, still: Still) {
        self.stills.retain(|earlier| earlier.step < still.step);
        if self.stills.len() == MOST_STILLS {
            let mut stays = false;
            self.stills.retain(|_| {
                stays = !stays;
                stays
            });
            self.stride = 2 * self.stride.max(1);
        }
        if self.seen.is_multiple_of(self.stride.max(1)) {
            self.stills.push(still);
        }
        self.seen += 1;
    }
}

/// Writes the film as a GIF; the last picture stays for a while.
#[cfg(feature = "movie")]
pub fn save(path: &Path, pictures: impl Iterator<Item = Result<Figure, Error>>) -> Result<(), Error> {
    use gif::{Encoder, Frame, Repeat};
    use resvg::{tiny_skia, usvg};

    let failed = |e: &dyn std::fmt::Display| Error::Picture(format!("the movie {} failed: {e}", path.display()));
    let mut options = usvg::Options::default();
    options.fontdb_mut().load_system_fonts();
    if options.fontdb.is_empty() {
        return Err(failed(&"there are no fonts on this computer; install some, Liberation Sans for instance"));
    }
    let (mut gif, mut pictures) = (None, pictures.peekable());
    while let Some(picture) = pictures.next() {
        let tree = usvg::Tree::from_str(picture?.svg(), &options).map_err(|e| failed(&e))?;
        let (wide, high) = (tree.size().width() as u16, tree.size().height() as u16);
        let mut pixels = tiny_skia::Pixmap::new(wide.into(), high.into()).ok_or_else(|| failed(&"it has no size"))?;
        pixels.fill(tiny_skia::Color::WHITE);
        resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
        let gif = match &mut gif {
            Some(gif) => gif,
            none => {
                let mut new = Encoder::new(Vec::new(), wide, high, &[]).map_err(|e| failed(&e))?;
                new.set_repeat(Repeat::Infinite).map_err(|e| failed(&e))?;
                none.insert(new)
            }
        };
        let mut frame = Frame::from_rgba_speed(wide, high, pixels.data_mut(), 10);
        let hundredths = if pictures.peek().is_some() { 20 } else { 400 };
        frame.delay = hundredths;
        gif.write_frame(&frame).map_err(|e| failed(&e))?;
    }
    let film = gif.map_or(Ok(Vec::new()), Encoder::into_inner).map_err(|e| failed(&e))?;
    crate::whole_file::write(path, film).map_err(|e| failed(&e))
}

#[cfg(not(feature = "movie"))]
pub fn save(path: &Path, _: impl Iterator<Item = Result<Figure, Error>>) -> Result<(), Error> {
    Err(Error::Picture(format!(
        "the movie {} needs a part of the library that takes a minute to compile: write \
         features = [\"movie\"] into the line that begins with :dep, restart the kernel, and run the cells again",
        path.display()
    )))
}
