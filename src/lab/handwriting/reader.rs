//! The helper that reads what is drawn while it is drawn: with a session of its own, and a copy of the variables as they were
//! when it was made, or as they are in a panel that trains.
use super::strokes::{DRAWING, Drawing, prepared};
use crate::live::{Files, Helper, KeptFeed, Progress, Rest, Shared, Turn, find};
use crate::lock::unpoisoned;
use crate::mnist::Images;
use crate::notebook::json_number;
use crate::session::Variables;
use crate::{Error, Fed, Session, Tensor};
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

/// How often it looks whether the drawing has changed.
const WATCH: Duration = Duration::from_millis(8);

/// A network that reads: what it answers, and what it is fed besides the drawing.
pub struct Network {
    pub answers: Tensor,
    pub images: Tensor,
    pub feed: Vec<KeptFeed>,
    pub variables: Option<Variables>,
    /// A panel whose training it follows.
    pub panel: Weak<Shared>,
}

impl Network {
    /// A network whose images are fed to the placeholder that is fed images here. The error is the end of a sentence.
    pub fn new(answers: Tensor, variables: Variables, feed: &[Fed<'_>]) -> Result<Network, String> {
        let is_image = |fed: &&Fed<'_>| find::<Images>([fed.value].into_iter()).is_some();
        let images =
            feed.iter().find(is_image).ok_or("feed! { x => pad.image()? } was expected, with the image in it")?;
        let others = feed.iter().filter(|fed| fed.placeholder != images.placeholder).map(KeptFeed::new).collect();
        let (images, panel) = (images.placeholder, Weak::new());
        Ok(Network { answers, images, feed: others, variables: Some(variables), panel })
    }

    /// The newest variables of its panel.
    fn follow(&mut self) {
        let Some(panel) = self.panel.upgrade() else { return };
        self.variables = panel.lock().newest.take().or(self.variables.take());
    }

    /// The ten numbers for an image; `None` takes the variables of the last time.
    pub fn answer(&mut self, session: &mut Session, image: &Images) -> Result<Vec<f32>, Error> {
        let others = self.feed.iter().map(KeptFeed::fed);
        let feed: Vec<Fed<'_>> = others.chain([Fed::new(self.images, "x", image)]).collect();
        let variables = self.variables.take().unwrap_or_default();
        let answers = session.run_with(variables, 0, self.answers, &feed)?;
        Ok(answers.iter().copied().collect())
    }
}

pub struct Reader {
    pub files: Files,
    pub network: Arc<Mutex<Option<Network>>>,
    pub session: Session,
    /// The drawing that was read last, its number, and its image.
    pub seen: Option<(String, u64, Images)>,
}

impl Reader {
    fn look(&mut self) -> Option<()> {
        let mut network = unpoisoned(self.network.lock());
        let network = network.as_mut()?;
        network.follow();
        let text = fs::read_to_string(self.files.path(DRAWING)).unwrap_or_default();
        if self.seen.as_ref().is_none_or(|(seen, ..)| *seen != text) {
            let drawing = Drawing::parse(if text.is_empty() { "0" } else { &text })?;
            self.seen = Some((text, drawing.number, prepared(&[&drawing])));
        } else if network.variables.is_none() {
            return None;
        }
        let (_, number, image) = self.seen.as_ref()?;
        let shares = network.answer(&mut self.session, image).ok()?;
        let json = format!(
            "{{\"number\":{number},\"pixels\":{:?},\"shares\":[{}]}}\n",
            image.image(0),
            shares.iter().map(|share| json_number(Some(*share))).collect::<Vec<_>>().join(",")
        );
        self.files.write("json", &json).ok()
    }
}

impl Helper for Reader {
    fn turn<'a>(&mut self, shared: &'a Shared, progress: MutexGuard<'a, Progress>) -> Turn<'a> {
        drop(progress);
        self.look();
        (shared.lock(), Rest::For(WATCH))
    }
}
