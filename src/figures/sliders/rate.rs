//! The surface of the loss with a slider for the learning rate.
use super::interactive::{Interactive, Slider};
use crate::figures::loss_surface::{self, Surface};
use crate::{Error, language::Language, mnist::Batch, words};
use ndarray::ArrayD;

/// [`loss_surface`](crate::visu::loss_surface()) for one batch, with a slider for the learning rate, from 0.01 to 3.
///
/// `weights` is `[784, 10]` and `biases` `[10]`, as a session gives them. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// As [`loss_surface`](crate::visu::loss_surface()).
pub fn rate_slider(
    weights: &ArrayD<f32>,
    biases: &ArrayD<f32>,
    batch: &Batch,
    language: &str,
) -> Result<Interactive, Error> {
    let rate = 0.3_f32;
    let figure = loss_surface::loss_surface(weights, biases, &[(batch, rate)], language)?;
    let spoken = Language::parse(language)?;
    let words: &words::LossSurface = spoken.words();
    let surface = Surface::new(weights, biases, batch)?;
    let data = format!(
        "{{decimals: 2, name: {:?}, verdicts: {:?}, after: {:?}, outside: {:?}, map: {}, profile: {}, steps: {}, start: {:?}, \
         least: {}, images: [{}]}}",
        words.rate,
        words.verdicts,
        (words.after_steps)(loss_surface::STEPS),
        words.outside,
        loss_surface::map(0).json(),
        loss_surface::profile(std::slice::from_ref(&surface)).json(),
        loss_surface::STEPS,
        loss_surface::START,
        surface.loss(surface.minimum()),
        surface.json()
    );
    let said = format!("{}. {{rate}}: {{verdict}}, {{from}}{{to}}. {{outside}}", words.title);
    let slider = Slider { label: words.slider.into(), range: [-2.0, 0.5], step: 0.02, value: rate.log10() };
    Ok(Interactive { figure, sliders: vec![slider], script: include_str!("rate.js"), data, said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mnist::read_data_sets;

    #[test]
    fn the_script_knows_each_image_and_finds_each_part() -> Result<(), Error> {
        let batch = read_data_sets("MNISTdata")?.train.take(50);
        let (weights, biases) = (ArrayD::zeros(vec![784, 10]), ArrayD::zeros(vec![10]));
        let figure = rate_slider(&weights, &biases, &batch, "en")?;
        assert_eq!(figure.data.matches("],[").count(), 49);
        for name in ["rate", "verdict", "from", "to", "path", "arrows", "profile0", "outside", "dot1", "dot12"] {
            assert!(figure.figure().svg().contains(&format!(" data-name=\"{name}\"")), "{name}");
        }
        Ok(())
    }
}
