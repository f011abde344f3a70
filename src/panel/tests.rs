use super::*;
use crate::mnist::{Batch, DataSet};
use std::collections::BTreeSet;

/// Images of one shape, of which `pixels` holds all, with their labels.
fn set([h, w, c]: [usize; 3], pixels: &[u8], labels: &[u8]) -> Batch {
    let images = ndarray::Array4::from_shape_vec([labels.len(), h, w, c], pixels.to_vec()).unwrap();
    (*DataSet::new(images, labels).unwrap()).clone()
}

/// `n` blank digits with the labels 0, 1, 2 …; those for which `wrong` holds are taken for the next one.
fn digits(n: usize, wrong: impl Fn(usize) -> bool) -> Digits {
    let labels: Vec<u8> = (0..n.max(1)).map(|i| (i % 10) as u8).collect();
    let answers = (0..n).map(|i| (i + usize::from(wrong(i))) % 10);
    let set = set([28, 28, 1], &vec![0; labels.len() * 784], &labels);
    Digits::new(&set.images.take(n), &set.labels.take(n), answers).unwrap()
}

/// A run of `steps` steps whose loss falls and whose weights grow.
fn run(steps: usize) -> History {
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

fn panel(frame: &Frame) -> String {
    let figure = Panel::new("es").unwrap().draw(frame).unwrap();
    well_formed(figure.svg());
    figure.svg().into()
}

/// Every tag is closed, nothing is infinite or no number, and every colour has a dark counterpart.
pub(super) fn well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) => assert_eq!(open.pop(), Some(name)),
            (false, false) => open.push(name),
            _ => (),
        }
        let numbers = tag.split("base64,").next().unwrap();
        assert!(!["NaN", "inf", "width=\"-", "height=\"-"].iter().any(|bad| numbers.contains(bad)), "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    let style = palette::dark_style();
    for attribute in
        svg.split(['\n', ' ']).filter(|word| word.starts_with("fill=\"#") || word.starts_with("stroke=\"#"))
    {
        let rule = &attribute[..attribute.rfind('"').unwrap() + 1];
        assert!(style.contains(&format!("[{rule}]")), "{rule} has no dark colour");
    }
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

fn says(svg: &str, text: &str) -> bool {
    svg.contains(&format!(">{text}<"))
}

/// The number after `key` in `text`.
fn number(text: &str, key: &str) -> f32 {
    let rest = text.split_once(key).unwrap_or_else(|| panic!("no {key} in {text}")).1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(rest.len());
    rest[..end].parse().unwrap()
}

#[test]
fn numbers_are_written_in_their_language() {
    let (es, en) = (Language::Spanish, Language::English);
    assert_eq!(
        [es.count(9248), es.count(10_000), es.count(1_234_567)],
        ["9248", "10\u{202F}000", "1\u{202F}234\u{202F}567"]
    );
    assert_eq!([en.count(999), en.count(9248), en.count(10_000)], ["999", "9,248", "10,000"]);
    assert_eq!([es.percent(0.9248), en.percent(0.9248)], ["92.5\u{A0}%", "92.5%"]);
    assert_eq!([en.percent(1.0), en.percent(0.99996)], ["100.0%", "99.9%"]);
    assert_eq!(
        [en.loss(2814.6), en.loss(281.46), en.loss(2.814), en.loss(0.2814)],
        ["2,815", "281.5", "2.81", "0.281"]
    );
    assert_eq!([en.decimal(-0.891, 2), en.decimal(-0.001, 2)], ["\u{2212}0.89", "0.00"]);
    assert_eq!([f32::NAN, f32::NEG_INFINITY, 3e38].map(|x| es.loss(x)), ["NaN", "\u{2212}∞", "3.0e38"]);
    assert_eq!([0.15, -1.5, 20.0, 2e-7].map(|x| es.tick(x)), ["0.15", "\u{2212}1.5", "20", "2e\u{2212}7"]);
    assert_eq!(
        [en.beside(0.1234, 0.2), en.beside(0.01234, 0.02), en.beside(1e-7, 2e-7)],
        ["0.12", "0.012", "1.0e\u{2212}7"]
    );
}

#[test]
fn only_two_languages_exist() {
    let Err(error) = Panel::new("fr") else { panic!("there is no French panel") };
    assert!(matches!(error, Error::Picture(_)) && error.to_string().contains("\"fr\""), "{error}");
    assert!(accuracy_curves(&run(3), "").is_err() && loss_curves(&run(3), "ES").is_err());
}

#[test]
fn axes_end_at_round_numbers() {
    assert_eq!([0, 20, 21, 501, 5000, 5001].map(axes::steps), [20.0, 20.0, 50.0, 1000.0, 5000.0, 10_000.0]);
    assert_eq!([281.5, 79.7, 0.031].map(|v| axes::loss(&[v])), [300.0, 100.0, 0.05].map(|top| (0.0, top)));
    assert_eq!([&[-1.2][..], &[-70.0, 3.0], &[]].map(axes::loss), [(-2.0, 0.0), (-100.0, 3.0), (0.0, 1.0)]);
    assert_eq!([0.11, 0.15, 1.14, 1.95, 0.0].map(axes::magnitude), [0.15, 0.15, 1.5, 2.0, 1.0]);
    assert_eq!([0.991, 0.96, 0.905, 0.82, 0.4].map(|v| axes::accuracy(&[v, f32::NAN])), [0.98, 0.95, 0.8, 0.8, 0.0]);
}

#[test]
fn an_axis_widens_at_once_and_narrows_after_three_frames() {
    let mut axis = axes::Held::default();
    let wishes = [10.0, 20.0, 10.0, 10.0, 20.0, 10.0, 10.0, 5.0, 5.0];
    assert_eq!(wishes.map(|wish| axis.settle(wish)), [10.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 5.0, 5.0]);
}

#[test]
fn the_scale_of_test_digits_does_not_flicker() {
    let range = |errors, before| axes::error_range(errors, 10_000, before);
    assert_eq!([7.5, 9.1, 18.5, 60.0].map(|errors| range(errors, None)), [10.0, 20.0, 50.0, 100.0]);
    assert_eq!(range(9.5, Some(10.0)), 10.0, "still fits");
    assert_eq!(range(9.5, Some(20.0)), 20.0, "too near to narrow");
    assert_eq!(range(10.1, Some(10.0)), 20.0);
    assert_eq!(range(8.9, Some(20.0)), 10.0);
    assert_eq!(axes::error_range(1.0, 5000, None), 20.0, "a cell stands for one digit at least");
    assert_eq!(axes::error_range(1.0, 1500, None), 100.0);
}

#[test]
fn a_spread_holds_the_percentiles() {
    let values = (0..=200).map(|i| (i * 77 % 201) as f32 - 100.0).collect();
    let spread = spread::Spread::of(values).unwrap();
    assert_eq!(spread.levels, [-100.0, -95.0, -75.0, -25.0, 25.0, 75.0, 95.0, 100.0]);
    assert_eq!(spread.band(3), (-25.0, 25.0));
    assert_eq!(spread::Spread::of(vec![1.0, 3.0]).unwrap().levels[1], 1.05, "between two values");
    assert!(spread::Spread::of(vec![]).is_none() && spread::Spread::of(vec![0.0, f32::INFINITY]).is_none());
}

#[test]
fn a_long_history_is_thinned_evenly() {
    let mut history = History::new();
    for step in 0..100_003 {
        history.training(step, 0.5, None);
        let points = history.training.points();
        assert!(points.len() <= history::CAPACITY && points[0].0 == 0 && points[points.len() - 1].0 == step);
    }
    let steps: Vec<usize> = history.training.points().iter().map(|(step, _)| *step).collect();
    assert!(steps.len() > history::CAPACITY / 2);
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
fn a_loss_below_zero_is_drawn_below_zero() {
    let mut history = History::new();
    (0..=100).for_each(|step| history.training(step, None, -0.5 * step as f32));
    let svg = loss_curves(&history, "en").unwrap().svg().to_owned();
    assert!(says(&svg, "0") && says(&svg, "\u{2212}25") && says(&svg, "\u{2212}50"));
    assert!(panel(&Frame::new(&history)).contains("\u{2212}50"));
}

#[test]
fn huge_values_have_a_mean_and_percentiles() {
    assert_eq!(spread::at_share(&[-3e38, 3e38], 0.5), 0.0);
    assert_eq!(curves::latest(&[(99.0, 3e38), (100.0, 3e38)]), Some((100.0, 3e38)));
    assert_eq!(Language::English.percent(3e38), "3.0e40%");
}

#[test]
fn the_misread_training_digits_are_on_red_and_come_first() {
    let history = run(3);
    let batch = digits(100, |i| [3, 17, 55].contains(&i));
    let svg = panel(&Frame { training: Some(&batch), ..Frame::new(&history) });
    assert!(says(&svg, "3 fallos de 100"));
    assert!(svg.contains(&format!("d=\"M24 188h99v32.5h-99z\" fill=\"{MISREAD}\"")), "three cells of 33 × 32.5");
    assert!(svg.contains(&format!("d=\"M24 220.5H123V188\" fill=\"none\" stroke=\"{EDGE}\"")));
    let all = texts(&svg);
    let at = all.iter().position(|text| text.ends_with("respuesta de la red")).unwrap();
    assert_eq!(all[at + 1..at + 7], ["3", "4", "5", "6", "7", "8"], "label and answer, by label");

    let small = digits(37, |i| i < 12);
    let svg = panel(&Frame { training: Some(&small), ..Frame::new(&history) });
    assert!(says(&svg, "12 fallos de 37"));
    assert!(svg.contains(&format!("d=\"M24 188h330v32.5h-330zM24 220.5h66v32.5h-66z\" fill=\"{MISREAD}\"")));
    let large = digits(250, |i| i >= 249);
    let svg = panel(&Frame { training: Some(&large), ..Frame::new(&history) });
    assert!(says(&svg, "1 fallo de 250") && svg.contains("M24 188h33v32.5h-33z"));
}

#[test]
fn the_red_part_of_the_test_digits_stands_on_the_scale() {
    let history = run(3);
    let test = digits(10_000, |i| i < 752);
    let mut errors = None;
    let plan = test_digits::plan(&test, &mut errors);
    assert_eq!(plan, test_digits::Plan { range: 10.0, misread: 752, right: 248, per_cell: 1.0 });
    let svg = panel(&Frame { test: Some(&test), ..Frame::new(&history) });
    assert!(says(&svg, "arriba, los 752 fallos; debajo, 248 de los 9248 aciertos"));
    assert!(says(&svg, "La línea marca la precisión; la escala empieza en 90\u{A0}%."));
    assert!(says(&svg, "9248 de 10\u{202F}000 bien reconocidos"));
    assert!(svg.contains("M416 422h416v13h-416z"), "the 19th row of 40 cells of 13 is red up to its 32nd");
    assert!((number(&svg, "H407L416 ") - (188.0 + 325.0 * 0.752)).abs() < 0.1, "the flag");
    assert!(says(&svg, "94") && says(&svg, "92"));
    let svg = panel(&Frame { test: Some(&digits(10_000, |i| i < 780)), ..Frame::new(&history) });
    assert!(says(&svg, "94") && !says(&svg, "92"), "a tick within 15 px of the flag is hidden");

    let plan = |n, wrong: usize| test_digits::plan(&digits(n, |i| i < wrong), &mut None);
    assert_eq!(plan(10_000, 2222), test_digits::Plan { range: 50.0, misread: 444, right: 556, per_cell: 5.0 });
    assert_eq!(plan(330, 26), test_digits::Plan { range: 100.0, misread: 26, right: 304, per_cell: 1.0 });
    let few = digits(330, |i| i < 26);
    let svg = panel(&Frame { test: Some(&few), ..Frame::new(&history) });
    assert!(says(&svg, "arriba, los 26 fallos; debajo, los 304 aciertos"));
    assert!(svg.contains("M416 188h520v21.7h-520zM416 209.7h43.3v21.7h-43.3z"), "24 columns");
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
fn a_png_holds_the_digits() {
    use std::io::Read;
    let png = png::grey(3, &[0, 255, 17, 34, 128, 8]).unwrap();
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..29], [0, 0, 0, 3, 0, 0, 0, 2, 4, 0, 0, 0, 0], "3 × 2, 4 bits, grey");
    let length = u32::from_be_bytes(png[33..37].try_into().unwrap()) as usize;
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut rows).unwrap();
    assert_eq!(rows, [0, 0x0F, 0x10, 0, 0x28, 0x00]);
    assert_eq!(png[png.len() - 12..], *b"\0\0\0\0IEND\xAE\x42\x60\x82", "with its checksum");
    assert_eq!(
        ["", "f", "fo", "foo", "foob"].map(|text| png::base64(text.as_bytes())),
        ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
    );
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
}

#[test]
fn curves_run_where_their_values_are() {
    let mut history = History::new();
    for (step, accuracy) in [(0, 0.0), (10, 0.5), (20, 1.0)] {
        history.test(step, accuracy, 250.0 - 200.0 * accuracy);
    }
    let svg = panel(&Frame::new(&history));
    let line = svg.split("<polyline").skip(1).find(|line| line.contains(TEST)).unwrap();
    assert!(line.contains("points=\"0,6360 1520,5830 3040,5300 \""), "ten times the plot, five plots above: {line}");
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
    // The plot is 1060 high on its canvas and begins at 5300: 1 is at the top, −1 at the bottom.
    for (colour, low, high) in [(0, 6360, 5300), (1, 6334, 5327), (2, 6228, 5433), (3, 5963, 5698)] {
        let band = svg.split("<polygon").skip(1).find(|band| band.contains(BANDS[colour])).unwrap();
        let outline = format!("0,{low} 3040,{low} 3040,{high} 0,{high} ");
        assert!(band.contains(&outline), "{outline} in {band}");
    }
    assert!(says(&svg, "201 valores; cada tono encierra el"));
    assert!(texts(&svg).join("|").contains("máximo|1.00|mínimo|\u{2212}1.00"));
    history.spread(Values::Activations, 20, &[[0.5f32]]);
    assert!(says(&panel(&Frame::new(&history)), "Activaciones"));
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
        assert!(figure.svg().contains("x=\"24\" y=\"124\" width=\"456\""), "half of the bar");
    }
}

#[test]
fn figures_stand_alone() {
    let history = run(500);
    for figure in [accuracy_curves(&history, "es").unwrap(), loss_curves(&history, "en").unwrap()] {
        well_formed(figure.svg());
        assert!(
            figure.html().contains("<img class=\"digitos\" alt=\"")
                && figure.html().contains("src=\"data:image/svg+xml;base64,PHN2Zy")
        );
    }
    let set = set([28, 28, 1], &[0; 784_000], &[3; 1000]);
    let answers = ndarray::Array1::from_iter((0..1000).map(|i| 3 + usize::from(i < 200)));
    let figure = misread_digits(&set.images, &set.labels, &answers, "en").unwrap();
    well_formed(figure.svg());
    assert!(
        says(figure.svg(), "200 of 1,000 digits misread")
            && says(figure.svg(), "here, 80 of them and 40 read correctly")
    );
    let error = figure.save("/nowhere/at/all.svg").unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all.svg"), "{error}");
}

#[test]
fn weights_become_pictures() {
    use ndarray::ArrayD;
    let mut weights = ArrayD::<f32>::zeros(vec![6, 12]);
    weights[[0, 0]] = 0.5;
    weights[[5, 0]] = -0.5;
    let figure = weight_images(&[("a < b", &weights)], [2, 3], "es").unwrap();
    well_formed(figure.svg());
    assert!(says(figure.svg(), "a &lt; b") && says(figure.svg(), "11"));
    assert_eq!(figure.svg().matches("<mask ").count(), 24, "a positive and a negative part of each class");
    let error = weight_images(&[("w", &weights)], [28, 28], "es").unwrap_err().to_string();
    assert_eq!(error, "the weights \"w\" have the shape [6, 12]; pictures of 28 × 28 pixels need [784, classes]");
}

#[test]
fn a_frame_can_be_drawn_on_another_thread() {
    let (history, batch, mut panel) = (run(20), digits(100, |i| i == 5), Panel::new("en").unwrap());
    let thread = std::thread::spawn(move || panel.draw(&Frame { training: Some(&batch), ..Frame::new(&history) }));
    assert!(says(thread.join().unwrap().unwrap().svg(), "1 of 100 misread"));
}
