//! What the preparation promises, tried with MNIST's own digits.
use super::*;
use crate::mnist::{DataSet, Images, read_data_sets};
use crate::picture::tests::well_formed;
use crate::prelude::*;
use ndarray::{Array2, Array4, ArrayD};

/// An image, each pixel a square of `times` × `times`, as dark ink at a place of a white picture.
fn draw(picture: &mut Array2<u8>, image: &[u8], [top, left]: [usize; 2], times: usize) {
    for (i, &ink) in image.iter().enumerate() {
        let [top, left] = [top + i / 28 * times, left + i % 28 * times];
        picture.slice_mut(ndarray::s![top..top + times, left..left + times]).fill(255 - ink);
    }
}

fn white(height: usize, width: usize) -> Array2<u8> {
    Array2::from_elem((height, width), 255)
}

/// Digit `i` of a set, large, at another place each time, and every second time light on dark.
fn drawn(set: &DataSet, i: usize, times: usize, margin: usize) -> Array2<u8> {
    let mut picture = white(28 * times + margin, 28 * times + margin);
    draw(&mut picture, set.images.image(i), [7 * i % (margin + 1), 13 * i % (margin + 1)], times);
    if i.is_multiple_of(2) { picture } else { 255 - picture }
}

/// The mean difference of two images, of 255 levels.
fn difference(a: &[u8], b: &[u8]) -> f32 {
    a.iter().zip(b).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>() / a.len() as f32
}

fn set_of(images: &[Images], like: &DataSet) -> DataSet {
    let pixels = Array4::from_shape_fn((images.len(), 28, 28, 1), |(i, y, x, _)| images[i].image(0)[28 * y + x]);
    let labels: Vec<u8> = (0..images.len()).map(|i| like.labels.class(i) as u8).collect();
    DataSet::new(pixels, &labels).unwrap()
}

#[test]
fn mnists_own_digits_drawn_large_come_back_as_they_were_and_are_read_as_well() {
    let n: usize = std::env::var("DIGITS").map_or(300, |n| n.parse().unwrap());
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    let some = mnist.test.take(n);
    let found: Vec<Handwriting> = (0..n).map(|i| Handwriting::of(&drawn(&some, i, 8, 60)).unwrap()).collect();
    let cut: Vec<usize> = (0..n).filter(|&i| found[i].images.len() > 1).collect();
    assert!(cut.len() <= n / 200, "cut into several: {cut:?}");
    let mut far: Vec<f32> = (0..n).map(|i| difference(found[i].images.image(0), some.images.image(i))).collect();
    far.sort_by(f32::total_cmp);
    println!(
        "difference: mean {}, 95 % {}, most {}",
        far.iter().sum::<f32>() / n as f32,
        far[n * 95 / 100],
        far[n - 1]
    );
    assert!(far.iter().sum::<f32>() / (n as f32) < 0.5 && far[n * 95 / 100] < 1.0);

    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let (w, b) = (variable(zeros([784, 10])), variable(zeros([10])));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let right = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let step = GradientDescentOptimizer::new(0.003).minimize(-reduce_mean(y_ * log(y)) * 1000.0);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    for _ in 0..1500 {
        let batch = mnist.train.next_batch(100).unwrap();
        sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
    }
    let mut accuracy = |set: &DataSet| sess.run(right, feed! { x => set.images, y_ => set.labels }).unwrap();
    let before = accuracy(&some);
    let after = accuracy(&set_of(&found.iter().map(|found| found.images.clone()).collect::<Vec<_>>(), &some));
    println!("accuracy: {before}, drawn large {after}");
    assert!((before - after).abs() <= 0.01);

    // the same as in tests/browser/live.mjs
    let strokes = [
        (1, "150,42,148,60,147,83,145,110,142,141,139,170,137,198,136,226,135,240"),
        (
            7,
            "72,66,90,63,115,61,142,60,168,60,190,62,201,66,196,82,186,103,174,128,162,155,151,181,141,206,134,229,130,242",
        ),
        (
            0,
            "148,50,126,54,106,68,92,92,84,122,82,154,88,186,102,212,122,228,146,232,170,224,188,204,198,176,202,144,198,112,188,84,172,62,152,51,140,50",
        ),
    ];
    for (digit, strokes) in strokes {
        let (folder, pad) = pad(&digit.to_string());
        std::fs::write(pad.file("drawing"), format!("1 {strokes}")).unwrap();
        let (answer, shares) = sess.run((argmax(y, 1), y), feed! { x => pad.image().unwrap() }).unwrap();
        assert_eq!(answer[0], digit, "{shares}");
        look(&pad.guess(&sess, y, feed! { x => pad.image().unwrap() }).unwrap(), &format!("guess-{digit}"));
        drop(pad);
        std::fs::remove_dir_all(folder).unwrap();
    }

    let mut accuracy = |set: &DataSet| sess.run(right, feed! { x => set.images, y_ => set.labels }).unwrap();
    let small: Vec<Handwriting> = (0..n).map(|i| Handwriting::of(&drawn(&some, i, 4, 112)).unwrap()).collect();
    let prepared = accuracy(&set_of(&small.iter().map(|found| found.images.clone()).collect::<Vec<_>>(), &some));
    let raw = accuracy(&set_of(&small.iter().map(Handwriting::unprepared).collect::<Vec<_>>(), &some));
    println!("small, anywhere: prepared {prepared}, unprepared {raw}");
    assert!((before - prepared).abs() <= 0.01 && raw < 0.4, "what the preparation is good for");
}

#[test]
fn digits_in_rows_are_cut_apart_in_the_order_of_reading() {
    let test = read_data_sets("MNISTdata").unwrap().test;
    let mut page = white(700, 900);
    for i in 0..10 {
        // the rows are neither straight nor equally long
        draw(&mut page, test.images.image(i), [40 + 250 * (i / 6) + 9 * (i % 3), 20 + 140 * (i % 6)], 5);
    }
    let found = Handwriting::of(&page).unwrap();
    assert_eq!(found.images.len(), 10);
    for i in 0..10 {
        assert!(difference(found.images.image(i), test.images.image(i)) < 1.0, "digit {i}");
    }
    let labels: Vec<u8> = (0..10).map(|i| test.labels.class(i) as u8).collect();
    let set = found.labelled(&labels).unwrap();
    assert_eq!((set.len(), set.labels.class(3)), (10, test.labels.class(3)));
    let text = found.labelled([3, 1, 4]).unwrap_err().to_string();
    assert!(text.starts_with("labelled([3, 1, 4]): there are 3 labels, but 10 digits were found"), "{text}");
    assert!(found.labelled([12; 10]).unwrap_err().to_string().contains("label 0"), "a label above 9");
}

/// Lines between points, with a round pen.
fn lines(picture: &mut Array2<u8>, points: &[[f32; 2]], pen: f32, brightness: u8) {
    for ((y, x), pixel) in picture.indexed_iter_mut() {
        let near = points.windows(2).any(|ends| {
            let [[ax, ay], [bx, by]] = [ends[0], ends[1]];
            let (dx, dy, px, py) = (bx - ax, by - ay, x as f32 - ax, y as f32 - ay);
            let along = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (px - along * dx).hypot(py - along * dy) <= pen / 2.0
        });
        if near {
            *pixel = brightness;
        }
    }
}

#[test]
fn a_bar_that_does_not_touch_its_5_stays_with_it_and_specks_are_dropped() {
    let mut page = white(200, 420);
    lines(&mut page, &[[60.0, 50.0], [60.0, 95.0], [95.0, 100.0], [95.0, 150.0], [55.0, 160.0]], 12.0, 0);
    lines(&mut page, &[[75.0, 32.0], [115.0, 30.0]], 12.0, 0);
    lines(&mut page, &[[180.0, 30.0], [230.0, 30.0], [200.0, 160.0]], 12.0, 0); // a 7
    lines(&mut page, &[[236.0, 75.0], [236.0, 165.0]], 12.0, 0); // a 1 below its bar
    lines(&mut page, &[[320.0, 60.0], [323.0, 63.0]], 6.0, 0); // a speck
    let found = Handwriting::of(&page).unwrap();
    assert_eq!(found.images.len(), 3);
    let heights: Vec<usize> =
        (0..3).map(|i| found.images.image(i).chunks(28).filter(|row| row.iter().any(|&ink| ink > 0)).count()).collect();
    assert_eq!(heights, [20, 20, 20], "the bar belongs to the 5");
}

/// The same numbers for the same place.
fn noise(at: (usize, usize)) -> f32 {
    let bits = (at.0 as u32).wrapping_mul(0x9E37_79B9) ^ (at.1 as u32).wrapping_mul(0x85EB_CA6B);
    let bits = (bits ^ bits >> 15).wrapping_mul(0x2C1B_3C6D);
    let bits = (bits ^ bits >> 12).wrapping_mul(0x297A_2D39) ^ bits >> 15;
    (0..4).map(|i| (bits >> (8 * i) & 255) as f32).sum::<f32>() / 510.0 - 1.0
}

#[test]
fn pencil_on_unevenly_lit_paper_with_noise_is_found_as_on_clean_paper() {
    let seven = [[60.0, 60.0], [150.0, 65.0], [100.0, 200.0]];
    let mut clean = white(260, 220);
    lines(&mut clean, &seven, 5.0, 0);
    let expected = Handwriting::of(&clean).unwrap();
    for contrast in [60.0, 120.0] {
        // from 220 at the upper left to 110 at the lower right, and a lamp in the middle
        let photograph = Array2::from_shape_fn(clean.dim(), |(y, x)| {
            let (v, u) = (y as f32 / 260.0, x as f32 / 220.0);
            let lamp = 25.0 * (1.0 - (2.0 * v - 1.0).powi(2) - (2.0 * u - 1.0).powi(2));
            let ink = if clean[[y, x]] == 0 { contrast } else { 0.0 };
            (200.0 - 70.0 * u - 40.0 * v + lamp - ink + 8.0 * noise((y, x))).clamp(0.0, 255.0) as u8
        });
        for photograph in [photograph.clone(), 255 - photograph] {
            let found = Handwriting::of(&photograph).unwrap();
            assert_eq!(found.images.len(), 1, "contrast {contrast}");
            let far = difference(found.images.image(0), expected.images.image(0));
            assert!(far < 8.0, "contrast {contrast}: {far}");
        }
    }
    let ink: usize = expected.images.image(0).iter().map(|&ink| usize::from(ink > 128)).sum();
    assert!((40..110).contains(&ink), "a line of a pencil is made as wide as MNIST's: {ink} pixels");
}

#[test]
fn the_preparation_is_shown_in_ten_steps() {
    let mut page = white(240, 400);
    lines(&mut page, &[[60.0, 60.0], [150.0, 65.0], [100.0, 200.0]], 4.0, 70);
    lines(&mut page, &[[300.0, 40.0], [300.0, 200.0]], 20.0, 70);
    let found = Handwriting::of(&page).unwrap();
    for (i, language, said) in [(0, "es", "largo, y ahora es el 10"), (1, "en", "wide enough as they are")] {
        let figure = found.preparation(i, language).unwrap();
        well_formed(figure.svg());
        assert!(figure.svg().contains(said));
        look(&figure, &format!("preparation-{language}"));
    }
    assert!(found.preparation(2, "en").unwrap_err().to_string().contains("there are 2 digits"));
}

/// Writes a picture into the folder LOOK, if there is one, for somebody to look at.
fn look(figure: &Figure, name: &str) {
    if let Ok(folder) = std::env::var("LOOK") {
        figure.save(format!("{folder}/{name}.svg")).unwrap();
    }
}

#[test]
fn a_picture_without_a_digit_is_refused_with_a_sentence() {
    let noisy = Array2::from_shape_fn((300, 400), |at| (128.0 + 20.0 * noise(at)) as u8);
    let mut speck = white(300, 400);
    speck[[100, 100]] = 0;
    for (picture, sentence) in [
        (white(50, 50), "the picture shows no ink"),
        (Array2::zeros((50, 50)), "the picture shows no ink"),
        (Array2::zeros((1, 1)), "the picture shows no ink"),
        (Array2::zeros((0, 0)), "the picture shows no ink"),
        (noisy, "the picture shows no"),
        (speck, "the picture shows no digit, only specks"),
    ] {
        let text = Handwriting::of(&picture).unwrap_err().to_string();
        assert!(text.starts_with(sentence), "{text}");
    }
    let chess = Array2::from_shape_fn((1900, 1900), |(y, x)| if y / 30 % 2 == 1 && x / 30 % 2 == 1 { 0 } else { 255 });
    assert!(Handwriting::of(&chess).unwrap_err().to_string().contains("and at most 500 were expected"));
}

#[test]
fn files_that_are_no_pictures_are_named_and_pipes_do_not_block() {
    let folder = std::env::temp_dir().join(format!("digitos-handwriting-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let refusal = |name: &str| read_picture(folder.join(name)).unwrap_err().to_string();
    assert!(refusal("mine.png").contains("mine.png is not there: put the picture, as a PNG file, into the folder"));
    std::fs::write(folder.join("other.PNG"), "text").unwrap();
    assert!(refusal("mine.png").ends_with("holds `other.PNG`"), "{}", refusal("mine.png"));
    assert!(refusal("other.PNG").contains("is a text, and a PNG was expected"));
    assert!(refusal("").contains("it is a folder, and a file was expected"));
    #[cfg(unix)]
    {
        assert!(std::process::Command::new("mkfifo").arg(folder.join("pipe.png")).status().unwrap().success());
        assert!(refusal("pipe.png").contains("it is a pipe or a device, and a file was expected"));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn own_digits_are_a_data_set_and_join_mnists() {
    let folder = std::env::temp_dir().join(format!("digitos-own-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    for (name, digits) in [("sevens.png", &[0, 17, 26][..]), ("two.png", &[1])] {
        let mut page = white(160, 160 * digits.len());
        for (k, &i) in digits.iter().enumerate() {
            draw(&mut page, mnist.test.images.image(i), [10, 160 * k], 5);
        }
        std::fs::write(folder.join(name), png::tests::grey(&page)).unwrap();
    }
    let mine = own_digits([(folder.join("sevens.png"), 7), (folder.join("two.png"), 2)]).unwrap();
    let labels: Vec<usize> = (0..mine.len()).map(|i| mine.labels.class(i)).collect();
    assert_eq!(labels, [7, 7, 7, 2]);
    assert!(difference(mine.images.image(3), mnist.test.images.image(1)) < 1.0);
    mnist.train = mnist.train.take(100).then(&mine).unwrap();
    assert_eq!((mnist.train.len(), mnist.train.labels.class(103)), (104, 2));
    assert_eq!(mnist.train.images.image(103), mine.images.image(3));
    assert_eq!(mnist.train.next_batch(104).unwrap().images.chosen_from(), 104);
    let text = own_digits([(folder.join("two.png"), 12)]).unwrap_err().to_string();
    assert_eq!(text, "label 0 is 12, where a digit from 0 to 9 was expected");
    let none: [(&str, u8); 0] = [];
    assert!(own_digits(none).unwrap_err().to_string().starts_with("own_digits([])"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// A pad in a folder of its own, and a network of the first lesson that knows nothing yet.
fn pad(name: &str) -> (std::path::PathBuf, DrawingPad) {
    let folder = std::env::temp_dir().join(format!("digitos-pad-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let pad = DrawingPad::in_folder("en", &folder).unwrap();
    (folder, pad)
}

const ONE: &str = "160,50,150,130,140,230";
const SEVEN: &str = "70,60,140,58,200,60,170,130,120,230;110,140,180,140";

#[test]
fn what_is_drawn_comes_as_an_image_and_what_is_kept_as_a_data_set() {
    let (folder, pad) = pad("kept");
    assert!(pad.image().unwrap().image(0).iter().all(|&ink| ink == 0), "an empty canvas");
    assert!(pad.preparation().unwrap_err().to_string().contains("the canvas is empty"));
    assert!(pad.digits().unwrap_err().to_string().starts_with("digits(): no drawing was kept yet"));
    std::fs::write(pad.file("drawing"), format!("12 {SEVEN}")).unwrap();
    let image = pad.image().unwrap();
    let rows = image.image(0).chunks(28).filter(|row| row.iter().any(|&ink| ink > 0)).count();
    let ink: u32 = image.image(0).iter().map(|&ink| u32::from(ink)).sum();
    assert_eq!((image.len(), rows), (1, 20));
    assert!((60..160).contains(&(ink / 255)), "about as much ink as MNIST's have, 100: {}", ink / 255);
    look(&pad.preparation().unwrap(), "pad");
    let kept = folder.join("digitos_live/kept.drawings");
    std::fs::write(&kept, format!("1 {ONE}\n7 {SEVEN}\n\n")).unwrap();
    let set = pad.digits().unwrap();
    assert_eq!((set.len(), set.labels.class(0), set.labels.class(1)), (2, 1, 7));
    assert_eq!(set.images.image(1), image.image(0));
    for (line, text) in [("3 1,2,3", "odd"), ("3 1,2;900,4", "outside"), ("12 1,2", "no digit"), ("x 1,2", "no number")]
    {
        std::fs::write(&kept, format!("1 {ONE}\n{line}\n")).unwrap();
        let error = pad.digits().unwrap_err().to_string();
        assert!(error.starts_with("line 2 of") && error.contains("is no drawing"), "{text}: {error}");
    }
    std::fs::write(&kept, b"1 \xff\n").unwrap();
    let error = pad.digits().unwrap_err().to_string();
    assert!(error.contains("kept.drawings cannot be read"), "a damaged file is not taken for none: {error}");
    drop(pad);
    assert!(kept.exists(), "what was kept stays");
    assert_eq!(std::fs::read_dir(folder.join("digitos_live")).unwrap().count(), 2, "beside it, only .gitignore");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_network_answers_each_new_drawing_and_follows_a_panel_that_trains() {
    let (folder, pad) = pad("reads");
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let (w, b) = (variable(zeros([784, 10])), variable(zeros([10])));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
    let loss = -reduce_mean(y_ * log(y)) * 1000.0;
    let step = GradientDescentOptimizer::new(0.003).minimize(loss);
    let mut sess = Session::new().threads(1);
    let unready = pad.reads(&sess, y, feed! { x => pad.image().unwrap() }).unwrap_err().to_string();
    assert!(unready.contains("has no value yet"), "{unready}");
    sess.initialize(step).unwrap();
    let wrong = pad.reads(&sess, y, feed! { x => ArrayD::<f32>::zeros(vec![1, 28, 28, 1]) }).unwrap_err().to_string();
    assert!(wrong.contains("feed! { x => pad.image()? } was expected"), "{wrong}");
    pad.reads(&sess, y, feed! { x => pad.image().unwrap() }).unwrap();
    let answer = |number: usize, share: &str| {
        let start = std::time::Instant::now();
        loop {
            let json = std::fs::read_to_string(pad.file("json")).unwrap_or_default();
            if json.starts_with(&format!("{{\"number\":{number},")) && json.contains(share) {
                return json;
            }
            assert!(start.elapsed().as_secs() < 30, "{number}: {json}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    answer(0, "\"shares\":[0.1");
    for number in 1..4 {
        std::fs::write(pad.file("drawing"), format!("{number} {ONE}")).unwrap();
        let start = std::time::Instant::now();
        answer(number, "\"shares\":[0.1");
        println!("answered after {:?}", start.elapsed());
    }
    let mut mnist = read_data_sets("MNISTdata").unwrap();
    let mut panel = LivePanel::new("en", y, loss).unwrap();
    pad.follows(&panel);
    for _ in panel.steps(&sess, 100) {
        let batch = mnist.train.next_batch(100).unwrap();
        panel.training(&sess, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
    }
    std::fs::write(pad.file("drawing"), format!("9 {ONE}")).unwrap();
    assert!(!answer(9, "").contains("\"shares\":[0.1,"), "it has learnt");
    let figure = pad.guess(&sess, y, feed! { x => pad.image().unwrap() }).unwrap();
    well_formed(figure.svg());
    // a net that gives NaN as soon as there is ink
    let pixels = reshape(x, [-1, 784]);
    let y = softmax(matmul(pixels, w) + reshape(sqrt(-reduce_max_axes(pixels, [1])), [-1, 1]));
    std::fs::write(pad.file("drawing"), "10").unwrap();
    pad.reads(&sess, y, feed! { x => pad.image().unwrap() }).unwrap();
    std::fs::write(pad.file("drawing"), format!("11 {ONE}")).unwrap();
    answer(11, "\"shares\":[null,null,");
    look(&figure, "guess");
    drop(pad);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_canvas_is_shown_in_a_notebook_alone() {
    assert!(super::draw("en").unwrap_err().to_string().contains("shows a canvas in a notebook, and this is none"));
    let (folder, pad) = pad("page");
    let html = pad.html();
    assert!(html.contains("touch-action:none") && html.contains("keep:\"Keep\"") && html.contains(".drawing\"></a>"));
    drop(pad);
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file in the way").unwrap();
    assert!(DrawingPad::in_folder("es", &folder).unwrap_err().to_string().contains("cannot be written to"));
    std::fs::remove_file(folder).unwrap();
}
