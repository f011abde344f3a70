//! Writing a run as a film: its pictures are drawn again from the history and the stills, and rendered as pixels.
use crate::Error;
use crate::picture::Figure;
use std::path::Path;

/// Writes pictures as a GIF, a fifth of a second each and the last one for four seconds.
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
        "the movie {} needs the feature `movie` of digitos, which takes a minute to compile: in a notebook, write \
         features = [\"movie\"] into the line that begins with :dep, restart the kernel, and run the cells again; in a \
         program, write it into the line of digitos in Cargo.toml",
        path.display()
    )))
}
