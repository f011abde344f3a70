//! The weights of a layer as they form: a slider goes through the steps.
use super::interactive::{Interactive, Slider};
use crate::figures::checks::finite;
use crate::figures::signed::{full_colour, legend, signed};
use crate::picture::{Area, Card, HEADING, TITLE};
use crate::{Error, language::Language, words};
use ndarray::{Array2, ArrayD};

const MOST_STEPS: usize = 30;
const MOST_NEURONS: usize = 20;
/// Between two pictures, in pixels of the pictures.
const GAP: usize = 2;

/// Weights `[height * width, neurons]` at several steps, each a picture for each neuron, with a slider for the step. Blue is
/// above 0, orange below, and all steps share one scale. The text is in Spanish (`"es"`) or English (`"en"`).
///
/// # Errors
///
/// [`Error::Picture`] unless there are 1 to 30 steps, and for weights of another shape, of more than 20 neurons, or not finite.
pub fn weight_film(
    steps: &[(usize, ArrayD<f32>)],
    [height, width]: [usize; 2],
    language: &str,
) -> Result<Interactive, Error> {
    let spoken = Language::parse(language)?;
    let words: &words::WeightFilm = spoken.words();
    let (Some((last, weights)), true) = (steps.last(), steps.len() <= MOST_STEPS) else {
        return Err(Error::Picture(format!("a film has 1 to {MOST_STEPS} steps; there are {}", steps.len())));
    };
    let (pixels, neurons) = (height.saturating_mul(width), weights.shape().get(1).copied().unwrap_or(0));
    for (step, weights) in steps {
        if weights.shape() != [pixels, neurons] || weights.is_empty() || neurons > MOST_NEURONS {
            return Err(Error::Picture(format!(
                "the weights of step {step} have the shape {:?}; pictures of {height} × {width} pixels need [{pixels}, \
                 neurons], 1 to {MOST_NEURONS} of them, the same at every step",
                weights.shape()
            )));
        }
        finite("the weights", weights)?;
    }
    let full = full_colour(&mut steps.iter().flat_map(|(_, weights)| weights.iter()));
    let counts: Vec<String> = steps.iter().map(|(step, _)| spoken.count(*step)).collect();
    let mut card = Card::blank(spoken, format!("{}: {}", words.title, (words.step)(&spoken.count(*last))));
    let svg = &mut card.svg;
    svg.text(24.0, 40.0, HEADING, words.title);
    svg.text(936.0, 40.0, HEADING.right(), &(words.step)(&spoken.count(*last)));
    svg.name("step");
    legend(svg, 54.0, full, spoken.words::<words::WeightImages>().meaning);
    let all = neurons * (width + GAP) - GAP;
    let pixel = (912.0 / all as f32).min(6.0);
    let area = Area::new(24.0, 106.0, all as f32 * pixel, height as f32 * pixel);
    for neuron in 0..neurons {
        let middle = area.x + pixel * ((width + GAP) * neuron) as f32 + pixel * width as f32 / 2.0;
        svg.text(middle, area.y - 8.0, TITLE.weight(400).centred(), &neuron.to_string());
    }
    for (k, (_, weights)) in steps.iter().enumerate() {
        let row = Array2::from_shape_fn((height, all), |(y, x)| match (x / (width + GAP), x % (width + GAP)) {
            (neuron, x) if x < width => weights[[y * width + x, neuron]],
            _ => 0.0,
        });
        let display = if k + 1 == steps.len() { "inline" } else { "none" };
        svg.put(format_args!("<g display=\"{display}\">"));
        svg.name(&format!("film{k}"));
        signed(svg, area, all, &row.into_iter().collect::<Vec<_>>(), full)?;
        svg.put(format_args!("</g>"));
    }
    let numbers: Vec<usize> = steps.iter().map(|(step, _)| *step).collect();
    let data = format!("{{decimals: 0, steps: {numbers:?}, counts: {counts:?}, step: {:?}}}", (words.step)(""));
    let range = [0.0, (steps.len() - 1) as f32];
    let slider = Slider { label: words.slider.into(), range, step: 1.0, value: range[1] };
    let figure = card.figure(960.0, area.bottom() + 24.0);
    Ok(Interactive {
        figure,
        sliders: vec![slider],
        script: include_str!("film.js"),
        data,
        said: format!("{}: {{step}}", words.title),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_film_stands_at_its_last_step() {
        let weights = |w: f32| ArrayD::from_elem(vec![6, 10], w);
        let film = weight_film(&[(0, weights(-0.1)), (1000, weights(0.2))], [2, 3], "en").unwrap();
        let svg = film.figure().svg();
        assert!(svg.contains(">step 1,000<") && svg.contains("<g data-name=\"film0\" display=\"none\">"));
        assert_eq!((svg.matches("<g ").count(), svg.matches("</g>").count()), (2, 2));
        assert!(film.html().contains("max=\"1\" step=\"1\" value=\"1\"") && film.data.contains("\"1,000\""));
        for (steps, sentence) in [
            (vec![], "1 to 30 steps; there are 0"),
            (vec![(7, ArrayD::zeros(vec![6, 21]))], "step 7 have the shape [6, 21]"),
            (vec![(7, ArrayD::zeros(vec![0]))], "step 7 have the shape [0]"),
            (vec![(7, ArrayD::zeros(vec![]))], "step 7 have the shape []"),
            (vec![(0, weights(f32::NAN))], "NaN at [0, 0]"),
        ] {
            let error = weight_film(&steps, [2, 3], "es").unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
