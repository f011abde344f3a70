//! What is fed, held against what is needed.
use crate::engine::feed::Fed;
use crate::engine::shape::show;
use crate::engine::tensor::{Compute, Tensor};
use crate::error::Error;

/// Checks what is fed against what is needed, and says how many images there are. What is not needed may be fed too;
/// its images count like the others.
pub(super) fn count_images(placeholders: &[Tensor], counted: bool, feed: &[Fed<'_>]) -> Result<usize, Error> {
    let mut images: Option<(usize, &str)> = None;
    for (i, fed) in feed.iter().enumerate() {
        let wanted = fed.placeholder.shape();
        if feed[..i].iter().any(|before| before.placeholder == fed.placeholder) {
            return Err(Error::Feed(format!("`{}` is fed twice; one of the two values must go.", fed.name)));
        }
        if !matches!(fed.placeholder.0.compute, Compute::Placeholder) {
            return Err(Error::Feed(format!(
                "`{}` is {}, not a placeholder: only placeholders can be fed.",
                fed.name, fed.placeholder
            )));
        }
        match fed.value.fits(wanted) {
            Err(found) => {
                return Err(Error::Feed(format!(
                    "`{}` needs numbers of shape {}, but what is fed to it has shape {}.",
                    fed.name,
                    show(wanted),
                    show(&found)
                )));
            }
            Ok(Some(0)) => {
                return Err(Error::Feed(format!(
                    "`{}` is fed an empty batch; at least one image is needed.",
                    fed.name
                )));
            }
            Ok(Some(n)) => match images {
                Some((m, other)) if m != n => {
                    return Err(Error::Feed(format!(
                        "`{other}` is fed {m} images, but `{}` {n}; both must be of the same batch.",
                        fed.name
                    )));
                }
                _ => images = Some((n, fed.name)),
            },
            Ok(None) => {}
        }
    }
    if let Some(t) = placeholders.iter().find(|t| !feed.iter().any(|fed| fed.placeholder == **t)) {
        let mut others = feed.iter().filter(|fed| !placeholders.contains(&fed.placeholder));
        let alike = others.clone().find(|fed| fed.placeholder.shape() == t.shape());
        return Err(Error::Feed(match alike.or(others.next()) {
            Some(Fed { name, .. }) => format!(
                "what is fetched needs another {t} than `{name}`, which is fed: was the cell of `{name}` run again \
                 without the ones below it? Then run those again too; or add the one that is missing to feed!."
            ),
            None => format!("what is fetched needs {t}, which is not fed; add it to feed! {{ … => … }}."),
        }));
    }
    match images {
        Some((n, _)) => Ok(n),
        None if counted => Err(Error::Feed(
            "what is fetched depends on how many images there are, and none are fed; feed the placeholder of the images, \
             even if nothing else is needed of them."
                .into(),
        )),
        None => Ok(0),
    }
}
