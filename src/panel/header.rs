//! The top of the panel: step, accuracy and loss in large numbers, and what training is doing.
use super::curves::{last_finite, line};
use super::digits::Digits;
use super::frame::{Frame, State};
use crate::language::Language;
use crate::picture::{ANSWER, AXIS, Area, Font, GRID, INK, MUTED, NOTE, PAPER, Svg, TEST, TITLE, TRAINING};
use crate::words;

pub fn draw(svg: &mut Svg, frame: &Frame) {
    step(svg, frame);
    accuracy(svg, frame);
    loss(svg, frame);
    pill(svg, frame.state);
    note(svg, frame);
    if let Some(total) = frame.total_steps {
        let done = if total == 0 { 1.0 } else { (frame.last_step() as f32 / total as f32).min(1.0) };
        svg.rect(Area::new(24.0, 95.0, 912.0, 3.0), GRID);
        svg.rect(Area::new(24.0, 95.0, 912.0 * done, 3.0), INK);
    }
}

/// A large number; long ones are smaller.
fn big(svg: &mut Svg, x: f32, text: &str, fill: &'static str) {
    let size = if text.chars().count() > 7 { 36 } else { 46 };
    svg.put(format_args!("<g letter-spacing=\"-1\">"));
    svg.text(x - 1.0, 66.0, Font::new(size, 700, fill), text);
    svg.put(format_args!("</g>"));
}

fn step(svg: &mut Svg, frame: &Frame) {
    let (language, words) = (svg.language, svg.language.words::<words::Panel>());
    svg.text(24.0, 25.0, NOTE, words.step);
    big(svg, 24.0, &language.count(frame.last_step()), INK);
    let total = frame.total_steps.map(|n| (words.of_steps)(&language.count(n)));
    let epoch = frame.epoch.map(|epoch| (words.epoch)(&language.decimal(epoch, if epoch < 1.0 { 2 } else { 1 })));
    let parts: Vec<String> = total.into_iter().chain(epoch).collect();
    svg.text(24.0, 86.0, NOTE, &parts.join(" · "));
}

/// The panel in a sentence with the numbers that it shows.
pub fn caption(frame: &Frame, language: Language) -> String {
    let (words, terms): (&words::Panel, &words::Terms) = (language.words(), language.words());
    let mut text = (words.caption)(&language.count(frame.last_step()));
    if let Some(total) = frame.total_steps {
        text += &format!(" {}", (words.of_steps)(&language.count(total)));
    }
    if let (label, Some(accuracy), ..) = last_accuracy(frame, language) {
        text += &format!(". {label}: {}", language.percent(accuracy));
    }
    if let Some((loss, note)) = last_loss(frame, language) {
        text += &format!(". {}: {} {note}", terms.cross_entropy, language.loss(loss));
    }
    text
}

/// What it is, its value and colour, and the digits it was measured on.
fn last_accuracy<'a>(
    frame: &Frame<'a>,
    language: Language,
) -> (&'static str, Option<f32>, &'static str, Option<&'a Digits>) {
    let words: &words::Panel = language.words();
    let last = |series| last_finite(&line(series, |point| point.accuracy)).map(|(_, accuracy)| accuracy);
    match frame.test.map(Digits::accuracy).or(last(&frame.history.test)) {
        None => (words.training_accuracy, last(&frame.history.training), TRAINING, frame.training),
        test => (words.test_accuracy, test, TEST, frame.test),
    }
}

fn accuracy(svg: &mut Svg, frame: &Frame) {
    let (language, words) = (svg.language, svg.language.words::<words::Panel>());
    let (label, value, colour, digits) = last_accuracy(frame, language);
    svg.text(252.0, 25.0, NOTE, label);
    if let Some(value) = value {
        big(svg, 252.0, &language.percent(value), colour);
    }
    if let Some(digits) = digits {
        let (right, all) = (language.count(digits.len() - digits.misread()), language.count(digits.len()));
        svg.text(252.0, 86.0, NOTE, &(words.read_correctly)(&right, &all));
    }
}

/// Its value, and the digits it was measured on.
fn last_loss(frame: &Frame, language: Language) -> Option<(f32, &'static str)> {
    let words: &words::Panel = language.words();
    let last = |series, note| line(series, |point| point.loss).pop().map(|(_, loss)| (loss, note));
    let test = last(&frame.history.test, words.on_test);
    let training = last(&frame.history.training, words.on_training);
    // A loss that is NaN or infinite comes first: it is what matters most.
    training.filter(|(loss, _)| !loss.is_finite()).or(test).or(training)
}

fn loss(svg: &mut Svg, frame: &Frame) {
    let language = svg.language;
    svg.text(548.0, 25.0, NOTE, language.words::<words::Terms>().cross_entropy);
    if let Some((loss, note)) = last_loss(frame, language) {
        svg.text(548.0, 66.0, Font::new(32, 400, if loss.is_finite() { INK } else { ANSWER }), &language.loss(loss));
        svg.text(548.0, 86.0, NOTE, note);
    }
}

/// What training is doing, with a symbol, in a frame with round ends.
fn pill(svg: &mut Svg, state: State) {
    let words: &words::Panel = svg.language.words();
    let place = Area::new(790.5, 12.5, 145.0, 33.0);
    let (word, filled) = match state {
        State::Waiting => (words.waiting, false),
        State::Training => (words.running, false),
        State::Finished => (words.finished, false),
        State::Paused => (words.paused, true),
        State::Stopped => (words.stopped, true),
        State::Interrupted => (words.interrupted, true),
    };
    let (ground, ink, rim) = if filled { (INK, PAPER, INK) } else { (PAPER, INK, AXIS) };
    svg.put(format_args!("<rect {place} rx=\"16.5\" fill=\"{ground}\" stroke=\"{rim}\"/>"));
    match state {
        State::Waiting => svg.put(format_args!(
            "<circle cx=\"814\" cy=\"29\" r=\"4.5\" fill=\"none\" stroke=\"{MUTED}\" stroke-width=\"1.5\"/>"
        )),
        State::Training => svg.put(format_args!("<circle cx=\"814\" cy=\"29\" r=\"5\" fill=\"{TEST}\"/>")),
        State::Finished => svg.put(format_args!(
            "<path d=\"M808 29.5l4 4.5 8-10\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"2.2\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
        )),
        State::Paused => {
            svg.rect(Area::new(809.0, 23.0, 4.0, 12.0), ink);
            svg.rect(Area::new(815.0, 23.0, 4.0, 12.0), ink);
        }
        State::Stopped => svg.rect(Area::new(809.0, 24.0, 10.0, 10.0), ink),
        State::Interrupted => svg.text(814.0, 34.0, TITLE.fill(ink).weight(700).centred(), "!"),
    }
    svg.text(828.0, 34.0, TITLE.fill(ink), word);
}

/// The line under the pill.
fn note(svg: &mut Svg, frame: &Frame) {
    let (language, words) = (svg.language, svg.language.words::<words::Panel>());
    let text = match (frame.history.first_not_finite(), frame.state, frame.steps_per_second) {
        (Some((step, value)), ..) => {
            (language.words::<words::Terms>().at_step)(&language.decimal(value, 0), &language.count(step))
        }
        (_, State::Paused | State::Stopped | State::Interrupted, _) => words.values_are_kept.into(),
        (_, _, Some(speed)) if speed.is_finite() => (words.steps_per_second)(&language.speed(speed)),
        _ => return,
    };
    svg.text(936.0, 86.0, NOTE.right(), &text);
}
