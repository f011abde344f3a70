use super::digits::Digits;
use super::frame::{Frame, State};
use super::history::{CAPACITY, History, Point, Values};
use super::{Panel, curves, test_digits};
use crate::mnist::{Batch, DataSet};
use crate::picture::tests::well_formed;
use crate::picture::{ANSWER, BANDS, EDGE, MISREAD, TEST, TRAINING_RANGE};
use std::collections::BTreeSet;

/// Images of one shape, of which `pixels` holds all, with their labels.
pub fn set([h, w, c]: [usize; 3], pixels: &[u8], labels: &[u8]) -> Batch {
    let images = ndarray::Array4::from_shape_vec([labels.len(), h, w, c], pixels.to_vec()).unwrap();
    (*DataSet::new(images, labels).unwrap()).clone()
}

/// `n` blank digits with the labels 0, 1, 2 …; those for which `wrong` holds are taken for the next one.
pub fn digits(n: usize, wrong: impl Fn(usize) -> bool) -> Digits {
    let labels: Vec<u8> = (0..n.max(1)).map(|i| (i % 10) as u8).collect();
    let answers = (0..n).map(|i| (i + usize::from(wrong(i))) % 10);
    let set = set([28, 28, 1], &vec![0; labels.len() * 784], &labels);
    Digits::new(&set.images.take(n), &set.labels.take(n), answers).unwrap()
}

/// A run of `steps` steps whose loss falls and whose weights grow.
pub fn run(steps: usize) -> History {
    let mut history = History::new();
    for step in 0..=steps {
        let t = step as f32 / 100.0;
        history.training(step, 1.0 - 0.8 / (1.0 + t), 250.0 / (1.0 + t));
        if step % 10 == 0 {
            history.test(step, 0.99 - 0.8 / (1.0 + t), 260.0 / (1.0 + t));
            history.spread(Values::Weights, step, &[[-0.2 - t, 0.0], [0.1, 0.2 + t]]);
            history.spread(Values::Biases, step, &[[0.0f32; 10]]);
        }
    }
    history
}

pub fn panel(frame: &Frame) -> String {
    let figure = Panel::new("es").unwrap().draw(frame).unwrap();
    well_formed(figure.svg());
    figure.svg().into()
}

/// The texts of a figure, in drawing order.
fn texts(svg: &str) -> Vec<String> {
    let end_of_tag = |piece: &str| piece.split_once('>').map(|(_, text)| text.to_owned());
    let pieces = svg.split("<text ").skip(1).map(|text| text.split_once("</text>").unwrap().0);
    pieces
        .map(|text| text.split('<').filter_map(end_of_tag).chain([]).collect::<Vec<_>>().join(" "))
        .map(|t| t.trim().into())
        .collect()
}

pub fn says(svg: &str, text: &str) -> bool {
    svg.contains(&format!(">{text}<"))
}

/// The number after `key` in `text`.
fn number(text: &str, key: &str) -> f32 {
    let rest = text.split_once(key).unwrap_or_else(|| panic!("no {key} in {text}")).1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(rest.len());
    rest[..end].parse().unwrap()
}

#[test]
fn a_long_history_is_thinned_evenly() {
    let mut history = History::new();
    for step in 0..100_003 {
        history.training(step, 0.5, None);
        let points = history.training.points();
        assert!(points.len() <= CAPACITY && points[0].0 == 0 && points[points.len() - 1].0 == step);
    }
    let steps: Vec<usize> = history.training.points().iter().map(|(step, _)| *step).collect();
    assert!(steps.len() > CAPACITY / 2);
    let distances: BTreeSet<usize> = steps[..steps.len() - 1].windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(distances, BTreeSet::from([32]));
}

#[test]
fn a_history_that_begins_again_forgets() {
    let mut history = run(100);
    history.training(101, f32::NAN, 1.0);
    assert_eq!((history.not_finite(), history.last_step()), (Some(101), 101));
    history.training(50, 0.5, 1.0);
    assert_eq!((history.not_finite(), history.last_step(), history.test.points().len()), (None, 50, 5));
    history.training(0, 0.1, 2.0);
    assert_eq!((history.last_step(), history.training.points().len(), history.test.points().len()), (0, 1, 0));
}

#[test]
fn the_best_accuracy_has_its_step() {
    let mut history = History::new();
    assert_eq!(history.best(), None);
    for (step, accuracy) in [(0, 0.1), (10, 0.95), (20, 0.97), (30, 0.97), (40, 0.96)] {
        history.test(step, accuracy, None);
    }
    assert_eq!(history.best(), Some((20, 0.97)));
}

#[test]
fn the_best_accuracy_is_a_number_and_is_not_forgotten() {
    let mut history = History::new();
    history.test(0, f32::NAN, None);
    assert_eq!(history.best(), None);
    for (step, accuracy) in [(10, 0.95), (20, f32::NAN), (30, f32::INFINITY), (40, 0.9)] {
        history.test(step, accuracy, None);
    }
    assert_eq!((history.best(), history.not_finite()), (Some((10, 0.95)), Some(0)));
    (50..100_000).for_each(|step| history.test(step, 0.5, None));
    assert_eq!(history.best(), Some((10, 0.95)), "though the points of a long run are thinned");
    history.test(10, 0.93, None);
    assert_eq!(history.best(), Some((10, 0.93)), "training began again before it");
    history.test(10, 0.2, None);
    assert_eq!(history.best(), Some((10, 0.2)), "measured again at the same step");
}

#[test]
fn two_notes_of_one_step_are_joined() {
    let mut history = History::new();
    history.test(5, 0.9, None);
    history.test(5, None, 0.3);
    history.training(5, None, 0.4);
    history.training(5, 0.8, None);
    let point = |accuracy, loss| (5, Point { accuracy: Some(accuracy), loss: Some(loss) });
    assert_eq!((history.test.points(), history.training.points()), (&[point(0.9, 0.3)][..], &[point(0.8, 0.4)][..]));
    assert_eq!(history.best(), Some((5, 0.9)));
    history.test(5, 0.7, f32::NAN);
    assert_eq!((history.best(), history.not_finite()), (Some((5, 0.7)), Some(5)), "the last note of a value counts");
    history.test(5, None, 0.2);
    assert_eq!((history.test.points(), history.not_finite()), (&[point(0.7, 0.2)][..], None));
    assert_eq!(history.training.points(), [point(0.8, 0.4)], "the other list has its own note of this step");
}

#[test]
fn each_list_has_its_own_order_of_steps() {
    let mut history = History::new();
    (0..=100).for_each(|step| history.training(step, None, 1.0));
    (0..=100).step_by(50).for_each(|step| history.test(step, 0.5, None));
    assert_eq!((history.training.points().len(), history.test.points().len()), (101, 3), "the one after the other");
    history.test(50, None, 2.0);
    assert_eq!((history.last_step(), history.training.points().len(), history.test.points().len()), (50, 50, 2));
    history.test(usize::MAX, 0.6, None);
    history.test(usize::MAX, None, 3.0);
    assert_eq!((history.last_step(), history.until(usize::MAX).best()), (usize::MAX, Some((usize::MAX, 0.6))));
}

#[test]
fn weights_that_are_finite_again_are_no_longer_marked() {
    let mut history = History::new();
    history.spread(Values::Weights, 0, &[[0.1]]);
    history.spread(Values::Weights, 7, &[[f32::NAN]]);
    assert_eq!((history.not_finite(), history.last_step()), (Some(7), 7));
    history.spread(Values::Weights, 7, &[[0.2]]);
    assert_eq!((history.not_finite(), history.spreads(Values::Weights).points().len()), (None, 2));
    history.spread(Values::Weights, 7, &[[f32::INFINITY]]);
    assert_eq!((history.not_finite(), history.spreads(Values::Weights).points().len()), (Some(7), 1));
}

#[test]
fn an_accuracy_that_is_no_share_has_no_place_on_the_axis() {
    let mut history = History::new();
    (0..3).for_each(|step| history.test(step, 91.2, 300.0));
    let svg = panel(&Frame::new(&history));
    assert!(says(&svg, "9120.0\u{A0}%"), "as it was given");
    assert_eq!(svg.matches("r=\"5\"").count(), 2, "the end of the curve of loss, and the pill");
}

#[test]
fn the_misread_training_digits_are_on_red_and_come_first() {
    let history = run(3);
    let batch = digits(100, |i| [3, 17, 55].contains(&i));
    let svg = panel(&Frame { training: Some(&batch), ..Frame::new(&history) });
    assert!(says(&svg, "3 fallos de 100"));
    assert!(svg.contains(&format!("d=\"M24 147h99v22h-99z\" fill=\"{MISREAD}\"")), "three cells of 33 × 22");
    assert!(svg.contains(&format!("d=\"M24 169H123V147\" fill=\"none\" stroke=\"{EDGE}\"")));
    let all = texts(&svg);
    let at = all.iter().position(|text| text.ends_with("qué dice la red")).unwrap();
    assert_eq!(all[at + 1..at + 7], ["3", "4", "5", "6", "7", "8"], "label and answer, by label");

    let small = digits(37, |i| i < 12);
    let svg = panel(&Frame { training: Some(&small), ..Frame::new(&history) });
    assert!(says(&svg, "12 fallos de 37"));
    assert!(svg.contains(&format!("d=\"M24 147h330v22h-330zM24 169h66v22h-66z\" fill=\"{MISREAD}\"")));
    let large = digits(250, |i| i >= 249);
    let svg = panel(&Frame { training: Some(&large), ..Frame::new(&history) });
    assert!(says(&svg, "1 fallo de 250") && svg.contains("M24 147h33v22h-33z"));
}

#[test]
fn the_red_part_of_the_test_digits_stands_on_the_scale() {
    let history = run(3);
    let test = digits(10_000, |i| i < 752);
    let mut errors = None;
    let layout = test_digits::layout(&test, &mut errors);
    assert_eq!(layout, test_digits::Layout { range: 10.0, misread: 752, right: 248, per_cell: 1.0 });
    let svg = panel(&Frame { test: Some(&test), ..Frame::new(&history) });
    assert!(says(&svg, "arriba, los 752 fallos; debajo, 248 de los 9248 aciertos"));
    assert!(says(&svg, "La línea marca la precisión; la escala empieza en 90\u{A0}%."));
    assert!(says(&svg, "9248 de 10\u{202F}000 bien reconocidos"));
    assert!(svg.contains("M416 297h20v10h-20z"), "the 16th row of 50 cells of 10 is red up to its second");
    assert!((number(&svg, "H407L416 ") - (147.0 + 200.0 * 0.752)).abs() < 0.1, "the flag");
    assert!(svg.contains("<rect x=\"926\" y=\"147\" width=\"10\" height=\"15\""), "of all of them, 7.52 % are red");
    assert!(says(&svg, "94") && !says(&svg, "92"), "a tick within 15 px of the flag is hidden");
    let svg = panel(&Frame { test: Some(&digits(10_000, |i| i < 700)), ..Frame::new(&history) });
    assert!(says(&svg, "94") && says(&svg, "92"));

    let layout = |n, wrong: usize| test_digits::layout(&digits(n, |i| i < wrong), &mut None);
    assert_eq!(layout(10_000, 2222), test_digits::Layout { range: 50.0, misread: 444, right: 556, per_cell: 5.0 });
    assert_eq!(layout(330, 26), test_digits::Layout { range: 100.0, misread: 26, right: 304, per_cell: 1.0 });
    let few = digits(330, |i| i < 26);
    let svg = panel(&Frame { test: Some(&few), ..Frame::new(&history) });
    assert!(says(&svg, "arriba, los 26 fallos; debajo, los 304 aciertos"));
    assert!(svg.contains("M416 147h466.2v17.9h-466.2z"), "29 columns");
    assert!(says(&panel(&Frame::new(&history)), "No hay dígitos de prueba que mostrar."));
    for n in [1, 2, 39, 999, 1000, 1001] {
        panel(&Frame {
            test: Some(&digits(n, |_| false)),
            training: Some(&digits(n, |_| true)),
            ..Frame::new(&history)
        });
    }
}

#[test]
fn digits_are_chosen_evenly() {
    let test = digits(1000, |i| i < 100);
    assert_eq!(test.choose(10, 2), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 105]);
    assert_eq!(test.choose(2000, 0).len(), 100);
    let set = set([28, 28, 1], &[0; 2 * 784], &[1, 2]);
    let error = Digits::new(&set.images, &set.labels, [1]).unwrap_err();
    assert!(error.to_string().contains("2 images, 2 labels, 1 answers"), "{error}");
}

#[test]
fn images_of_any_size_become_small() {
    let small = |shape: [usize; 3], pixels: &[u8], size| {
        let set = set(shape, pixels, &[0]);
        Digits::new(&set.images, &set.labels, [0]).unwrap().small(0, size)
    };
    let mut mnist = vec![0; 784];
    mnist[2 * 28 + 3] = 200;
    assert_eq!(small([28, 28, 1], &mnist, 28), mnist);
    assert_eq!(small([28, 28, 1], &mnist, 24)[1], 200, "the margin of two pixels is gone");
    assert_eq!(small([28, 28, 1], &mnist, 12)[0], 50, "and so it is at half the size");
    assert_eq!(small([1, 1, 1], &[90], 4), [90; 16]);
    assert_eq!(
        small([2, 4, 1], &[100; 8], 4),
        [[0; 4], [100; 4], [100; 4], [0; 4]].concat(),
        "wide: its aspect is kept"
    );
    assert_eq!(small([4, 4, 1], &[[0, 100, 0, 100]; 4].concat(), 2), [50; 4], "areas are averaged");
    assert_eq!(small([1, 1, 3], &[255, 0, 0], 1), [76], "luminance");
}

#[test]
fn training_is_binned_by_equal_counts() {
    let line: Vec<(f32, f32)> = (0..7600).map(|i| (i as f32, (i % 100) as f32)).collect();
    let bins = curves::bins(&line);
    assert_eq!(bins.len(), 85, "76, the first three quartered");
    assert_eq!(bins[84], curves::Bin { step: 7549.5, mean: 49.5, low: 9.9, high: 89.1 });
    assert_eq!(bins[0].step, 12.0);
    assert_eq!(curves::latest(&[(0.0, 1.0), (95.0, 2.0), (100.0, 4.0)]), Some((100.0, 3.0)));
    assert_eq!(curves::latest(&[(0.0, 1.0), (1.0, f32::NAN)]), Some((0.0, 1.0)));
    let mut gap = line.clone();
    gap[7000..7300].iter_mut().for_each(|point| point.1 = f32::NAN);
    assert_eq!(curves::bins(&gap).iter().filter(|bin| bin.mean.is_nan()).count(), 3);
    assert_eq!(curves::latest(&[(99.0, 3e38), (100.0, 3e38)]), Some((100.0, 3e38)), "a mean beyond the sum of f32");
}

#[test]
fn curves_run_where_their_values_are() {
    let mut history = History::new();
    for (step, accuracy) in [(0, 0.0), (10, 0.5), (20, 1.0)] {
        history.test(step, accuracy, 250.0 - 200.0 * accuracy);
    }
    let svg = panel(&Frame::new(&history));
    let line = svg.split("<polyline").skip(1).find(|line| line.contains(TEST)).unwrap();
    assert!(line.contains("points=\"0,4680 1520,4290 3040,3900 \""), "ten times the plot, five plots above: {line}");
    assert!(line.contains("stroke-width=\"26\""));
    assert!(!svg.contains(TRAINING_RANGE) || !svg.split_once("</style>").unwrap().1.contains(TRAINING_RANGE));
    let all = texts(&svg).join("|");
    assert!(all.contains("prueba|100.0\u{A0}%") && all.contains("prueba|50.0"), "{all}");

    let svg = panel(&Frame::new(&run(5000)));
    assert!(texts(&svg).contains(&"↑ 260.0 en el paso 0".to_owned()));
    let points = svg.split("points=\"").skip(1).map(|p| p.split_once('"').unwrap().0.split(' ').count() - 1);
    assert!(points.max().unwrap() <= 2 * 160, "bands of 160 points, curves of 320");
}

#[test]
fn bands_lie_between_their_percentiles() {
    let mut history = History::new();
    let values: Vec<f32> = (0..=200).map(|i| i as f32 / 100.0 - 1.0).collect();
    for step in [0, 20] {
        history.spread(Values::Weights, step, &[&values]);
    }
    let svg = panel(&Frame::new(&history));
    // The plot is 780 high on its canvas and begins at 3900: 1 is at the top, −1 at the bottom.
    for (colour, low, high) in [(0, 4680, 3900), (1, 4661, 3920), (2, 4583, 3998), (3, 4388, 4193)] {
        let band = svg.split("<polygon").skip(1).find(|band| band.contains(BANDS[colour])).unwrap();
        let outline = format!("0,{low} 3040,{low} 3040,{high} 0,{high} ");
        assert!(band.contains(&outline), "{outline} in {band}");
    }
    assert!(says(&svg, "201 valores; los tonos abarcan"));
    assert!(texts(&svg).join("|").contains("máximo|1.00|mínimo|\u{2212}1.00"));
}

#[test]
fn each_layer_has_its_bands_and_the_axis_begins_where_the_numbers_do() {
    let mut history = History::new();
    for step in [0, 20] {
        history.spread(Values::Activations, step, &[&[0.0f32, 0.7][..], &[0.2, 0.4, 1.0]]);
    }
    let svg = panel(&Frame::new(&history));
    let said = texts(&svg).join("|");
    assert!(said.contains("25\u{A0}%|capa 1|1|0.5|0|capa 2|"), "{said}");
    assert!(says(&svg, "0–20 pasos") && !says(&svg, "máximo"));
    // Each plot is 640 high on its canvas and begins at 3200; the second layer does not reach down to 0.
    let outlines: Vec<&str> = svg.split("<polygon").skip(1).filter(|band| band.contains(BANDS[0])).collect();
    assert!(outlines[0].contains("0,3840 1960,3840 1960,3392 0,3392 ") && outlines[1].contains("0,3712 1960,3712"));

    history.spread(Values::Activations, 21, &[&[-0.1f32][..], &[1.0; 9], &[f32::NAN]]);
    assert_eq!(
        history.spreads(Values::Activations).points().len(),
        2,
        "a layer without a spread leaves none to the others"
    );
    history.spread(Values::Activations, 21, &[[-0.1f32]; 9]);
    let svg = panel(&Frame::new(&history));
    assert!(says(&svg, "\u{2212}1") && says(&svg, "capa 9") && !says(&svg, "capa 3"), "six of nine, with the last");
}

#[test]
fn a_value_that_is_no_number_is_said_and_marked() {
    let mut history = run(100);
    history.training(101, 0.2, f32::NAN);
    history.spread(Values::Weights, 101, &[[f32::INFINITY]]);
    let svg = panel(&Frame { state: State::Interrupted, ..Frame::new(&history) });
    assert!(says(&svg, "NaN en el paso 101") && says(&svg, "Interrumpido"));
    assert!(svg.contains(&format!("font-size=\"32\" fill=\"{ANSWER}\">NaN<")), "the loss in the head");
    let x = 64.0 + 304.0 * 101.0 / 200.0;
    let marks: Vec<f32> =
        svg.split("<path d=\"").filter(|p| p.contains("stroke-dasharray=\"4 3\"")).map(|p| number(p, "M")).collect();
    assert_eq!(marks.len(), 4, "in each chart");
    assert!((marks[0] - x).abs() < 0.1, "{marks:?}");
}

#[test]
fn nothing_stops_a_panel() {
    for values in [vec![], vec![0.0], vec![3e38, -3e38], vec![1e-38], vec![f32::NAN], vec![f32::NEG_INFINITY, 1.0]] {
        let mut history = History::new();
        for step in [0, 1, 7_000_000] {
            let loss = values.first().copied();
            history.training(step, loss, loss);
            history.test(step, loss, loss);
            history.spread(Values::Weights, step, &[&values]);
            history.spread(Values::Biases, step, &[&values]);
        }
        let all = Frame {
            total_steps: Some(0),
            epoch: loss_or_nan(&values),
            steps_per_second: Some(f32::INFINITY),
            ..Frame::new(&history)
        };
        panel(&all);
    }
    panel(&Frame {
        training: Some(&digits(0, |_| true)),
        test: Some(&digits(0, |_| true)),
        ..Frame::new(&History::new())
    });
}

fn loss_or_nan(values: &[f32]) -> Option<f32> {
    values.first().copied().or(Some(f32::NAN))
}

#[test]
fn every_state_has_its_pill() {
    let history = run(20);
    for (state, word) in [
        (State::Waiting, "Waiting"),
        (State::Training, "Training"),
        (State::Finished, "Finished"),
        (State::Paused, "Paused"),
        (State::Stopped, "Stopped"),
        (State::Interrupted, "Interrupted"),
    ] {
        let frame = Frame {
            state,
            total_steps: Some(40),
            epoch: Some(0.033),
            steps_per_second: Some(2613.0),
            ..Frame::new(&history)
        };
        let figure = Panel::new("en").unwrap().draw(&frame).unwrap();
        well_formed(figure.svg());
        assert!(says(figure.svg(), word) && says(figure.svg(), "of 40 · epoch 0.03"));
        let calm = matches!(state, State::Paused | State::Stopped | State::Interrupted);
        assert!(says(figure.svg(), if calm { "All values are kept" } else { "2,600 steps per second" }));
        assert!(figure.svg().contains("x=\"24\" y=\"95\" width=\"456\""), "half of the bar");
    }
}

#[test]
fn a_frame_can_be_drawn_on_another_thread() {
    let (history, batch, mut panel) = (run(20), digits(100, |i| i == 5), Panel::new("en").unwrap());
    let thread = std::thread::spawn(move || panel.draw(&Frame { training: Some(&batch), ..Frame::new(&history) }));
    assert!(says(thread.join().unwrap().unwrap().svg(), "1 of 100 misread"));
}

#[test]
fn without_a_run_before_a_panel_is_drawn_as_it_always_was() {
    let mut crc = flate2::Crc::new();
    crc.update(panel(&Frame::new(&run(500))).as_bytes());
    assert_eq!(
        crc.sum(),
        1_450_502_974,
        "committed notebooks hold such pictures: if they are meant to change, execute them again"
    );
}

#[test]
fn a_turned_knob_is_a_line_with_its_values_in_the_chart_of_the_loss() {
    let mut history = run(500);
    history.change(100, "rate", 0.003, 0.001);
    history.change(103, "rate", 0.001, 0.0003);
    history.change(300, "rate", 0.0003, 0.003);
    history.change(301, "rate", 0.003, 0.0003);
    let svg = panel(&Frame::new(&history));
    assert!(says(&svg, "0.003 → 0.0003"), "turned twice at once is turned once");
    assert_eq!(svg.matches("stroke-dasharray=\"2 2\"").count(), 2, "in two charts; what is turned back leaves nothing");
    assert_eq!(svg.matches(" → ").count(), 1);
    history.change(400, "share", 1.0, 0.5);
    let svg = panel(&Frame::new(&history));
    assert!(says(&svg, "share 1 → 0.5") && says(&svg, "rate 0.003 → 0.0003"), "with several, each has its name");
    history.training(90, 0.5, 100.0);
    assert!(!panel(&Frame::new(&history)).contains(" → "), "a run that begins again there forgets them");
}

#[test]
fn the_learning_rate_is_drawn_if_it_is_not_constant() {
    let rate = |at: &dyn Fn(usize) -> f32| {
        let mut history = run(500);
        (0..=500).for_each(|step| history.rate(step, at(step)));
        panel(&Frame::new(&history))
    };
    assert_eq!(rate(&|_| 0.003), panel(&Frame::new(&run(500))), "byte for byte as without it");
    assert!(says(&rate(&|step| 0.0001 + 0.003 * (-(step as f32) / 200.0).exp()), "tasa 0.0031 → 0.00035"));
    assert_eq!(rate(&|_| f32::NAN), panel(&Frame::new(&run(500))));
}

/// The text that stands in the chart's first row says where the curve came from; the rate leaves it that row.
#[test]
fn the_rate_is_not_written_over_what_is_above_the_chart() {
    let mut history = History::new();
    for step in 0..=500 {
        history.training(step, 0.9, if step == 0 { 3000.0 } else { 20.0 });
        history.rate(step, 0.003 - 0.000_005 * step as f32);
    }
    let svg = panel(&Frame::new(&history));
    let height = |text: &str| {
        let (before, _) = svg.split_once(text).expect("the text is drawn");
        let (_, y) = before.rsplit_once(" y=\"").expect("its place");
        y.split('"').next().expect("a number").parse::<f32>().expect("a number")
    };
    assert!((height(">tasa ") - height(">↑ ")).abs() > 12.0, "{} and {}", height(">tasa "), height(">↑ "));
}

#[test]
fn a_logarithmic_axis_shows_all_positive_losses_between_round_numbers() {
    let log = |history: &History| panel(&Frame { log_loss: true, ..Frame::new(history) });
    let svg = log(&run(500));
    assert!(["500", "100", "20"].iter().all(|tick| says(&svg, tick)), "from 260 to 42");
    let mut history = History::new();
    for (step, loss) in [3.0, 0.0, -1.0, f32::NAN, 0.02].into_iter().enumerate() {
        history.training(step, None, loss);
    }
    assert!(["5", "1", "0.1"].iter().all(|tick| says(&log(&history), tick)));
    assert_eq!(log(&History::new()), panel(&Frame::new(&History::new())), "there is nothing to be positive");
}

#[test]
fn one_panel_alone_is_as_large_as_all_together() {
    let (history, batch) = (run(500), digits(100, |i| i == 5));
    let frame = Frame { training: Some(&batch), test: Some(&batch), ..Frame::new(&history) };
    for (number, title) in
        (1..).zip(["Dígitos de entrenamiento", "Dígitos de prueba", "Precisión", "Entropía cruzada", "Pesos", "Sesgos"])
    {
        let figure = Panel::new("es").unwrap().draw_one(&frame, number).unwrap();
        well_formed(figure.svg());
        assert!(says(figure.svg(), title), "{number}: {title}");
        let size =
            |name: &str| figure.svg().split_once(name).unwrap().1.split('"').nth(1).unwrap().parse::<f32>().unwrap();
        assert!((size("width=") / size("height=") - 1.5).abs() < 0.01);
    }
}
