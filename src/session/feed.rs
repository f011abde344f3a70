//! Checks what a run is fed against what it needs.
use crate::engine::{Compute, Fed, Tensor, show};
use crate::error::ensure;

/// Checks what is fed against what is needed, and returns the number of images, 0 if none are fed. What is not needed may be
/// fed too; its images count like the others.
pub(super) fn count_images(placeholders: &[Tensor], counted: bool, feed: &[Fed<'_>]) -> Result<usize, String> {
    let mut images: Option<(usize, &str)> = None;
    for (i, &Fed { placeholder, name, value }) in feed.iter().enumerate() {
        let is_first = feed[..i].iter().all(|before| before.placeholder != placeholder);
        ensure!(is_first, "`{name}` is fed twice; one of the two values must go.");
        let can_be_fed = matches!(placeholder.0.compute, Compute::Placeholder);
        ensure!(can_be_fed, "`{name}` is {placeholder}, not a placeholder: only placeholders can be fed.");
        let wanted = placeholder.shape();
        let n = value.fits(wanted).map_err(|found| {
            let (wanted, found) = (show(wanted), show(&found));
            format!("`{name}` needs numbers of shape {wanted}, but what is fed to it has shape {found}.")
        })?;
        let Some(n) = n else { continue };
        ensure!(n > 0, "`{name}` is fed an empty batch; at least one image is needed.");
        let (m, other) = *images.get_or_insert((n, name));
        ensure!(m == n, "`{other}` is fed {m} images, but `{name}` {n}; both must be of the same batch.");
    }
    if let Some(t) = placeholders.iter().find(|t| feed.iter().all(|fed| fed.placeholder != **t)) {
        let mut others = feed.iter().filter(|fed| !placeholders.contains(&fed.placeholder));
        let alike = others.clone().find(|fed| fed.placeholder.shape() == t.shape());
        return Err(match alike.or(others.next()) {
            Some(Fed { name, .. }) => format!(
                "what is fetched needs another {t} than `{name}`, which is fed: was the cell of `{name}` run again \
                 without the ones below it? Then run those again too; or add the one that is missing to feed!."
            ),
            None => format!("what is fetched needs {t}, which is not fed; add it to feed! {{ … => … }}."),
        });
    }
    ensure!(
        images.is_some() || !counted,
        "what is fetched depends on how many images there are, and none are fed; feed the placeholder of the images, even if \
         nothing else is needed of them."
    );
    Ok(images.map_or(0, |(n, _)| n))
}
