//! How the speed of training changes with the size of the batch (1 to 10,000 images) and with the width of a layer
//! (10 to 2,000 neurons): a table, and with `--draw` the pictures `notebooks/images/growth-{es,en}.svg`.
//!
//! Cost must grow no faster than the arithmetic: where the size doubles, the steps per second halve at worst.
//!
//! `cargo bench --bench growth [-- --draw]`
use digitos::prelude::*;
use plotters::prelude::*;
use std::error::Error;
use std::time::Instant;

const BATCHES: [usize; 13] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const WIDTHS: [usize; 8] = [10, 20, 50, 100, 200, 500, 1000, 2000];

/// A measurement: the size, and the steps per second.
type Curve = Vec<(f64, f64)>;

fn layer(h: Tensor, outputs: usize) -> Tensor {
    matmul(h, variable(truncated_normal([h.shape()[1], outputs], 0.05))) + variable(constant(0.1, [outputs]))
}

fn filter(x: Tensor, size: usize, outputs: usize, stride: usize) -> Tensor {
    let w = variable(truncated_normal([size, size, x.shape()[3], outputs], 0.1));
    relu(conv2d(x, w, [1, stride, stride, 1], SAME) + variable(constant(0.1, [outputs])))
}

/// Steps of Adam per second, for a net that `scores` builds from the images: the fastest of nine runs, as whatever else the
/// machine does can only slow one down.
fn steps_per_second(mnist: &DataSets, batch: usize, scores: impl Fn(Tensor) -> Tensor) -> f64 {
    let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
    let loss = reduce_mean(softmax_cross_entropy_with_logits(scores(x), y_));
    let step = AdamOptimizer::new(0.001).minimize(loss);
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let mut train = mnist.train.clone();
    let mut run = |steps: u32| {
        let start = Instant::now();
        for _ in 0..steps {
            let batch = train.next_batch(batch).unwrap();
            sess.run(step, feed! { x => batch.images, y_ => batch.labels }).unwrap();
        }
        f64::from(steps) / start.elapsed().as_secs_f64()
    };
    run(1);
    // about a tenth of a second each
    let steps = (run(2) / 10.0).ceil() as u32;
    (0..9).map(|_| run(steps)).fold(0.0, f64::max)
}

fn measure(name: &str, sizes: &[usize], speed: impl Fn(usize) -> f64) -> Curve {
    let curve: Curve = sizes.iter().map(|&size| (size as f64, speed(size))).collect();
    for (i, (size, speed)) in curve.iter().enumerate() {
        let grown = i.checked_sub(1).map_or(String::new(), |before| {
            let (size_before, speed_before) = curve[before];
            format!("  size x {:.1}, cost x {:.2}", size / size_before, speed_before / speed)
        });
        println!("{name} {size:6} {speed:10.1} steps/s{grown}");
    }
    curve
}

fn draw(language: &str, batches: &[(&str, Curve)], widths: &Curve) -> Result<(), Box<dyn Error>> {
    let spanish = language == "es";
    let word = |es: &'static str, en: &'static str| if spanish { es } else { en };
    let file = format!("notebooks/images/growth-{language}.svg");
    let root = SVGBackend::new(&file, (960, 380)).into_drawing_area();
    root.fill(&WHITE)?;
    let (ink, muted) = (RGBColor(27, 32, 38), RGBColor(90, 100, 110));
    let colours = [RGBColor(11, 92, 160), RGBColor(169, 99, 0), RGBColor(90, 100, 110)];
    let width = [("784 → n → 10", widths.clone())];
    let halves = [
        (word("Tamaño del lote", "Size of the batch"), word("imágenes", "images"), batches),
        (
            word("Anchura de una capa, lotes de 100", "Width of a layer, batches of 100"),
            word("neuronas", "neurons"),
            &width,
        ),
    ];
    for ((title, unit, curves), half) in halves.into_iter().zip(root.split_evenly((1, 2))) {
        let all = || curves.iter().flat_map(|(_, curve)| curve);
        let sizes = all().map(|p| p.0).fold(f64::MAX, f64::min)..all().map(|p| p.0).fold(0.0, f64::max);
        let speeds = 0.7 * all().map(|p| p.1).fold(f64::MAX, f64::min)..2.5 * all().map(|p| p.1).fold(0.0, f64::max);
        let top = speeds.end;
        let mut chart = ChartBuilder::on(&half)
            .margin(16)
            .margin_right(24)
            .caption(title, ("Liberation Sans, Arial, sans-serif", 17).into_font().color(&ink))
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(sizes.clone().log_scale(), speeds.log_scale())?;
        let label = ("Liberation Sans, Arial, sans-serif", 13).into_font().color(&muted);
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(muted)
            .label_style(label.clone())
            .x_desc(unit)
            .y_desc(word("pasos por segundo", "steps per second"))
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_label_formatter(&|y| format!("{y}"))
            .draw()?;
        for ((name, curve), colour) in curves.iter().zip(colours) {
            let &(last, speed) = curve.last().ok_or("no measurement")?;
            // what it would be if nothing but the arithmetic took time
            let ideal = curve.iter().map(|&(size, _)| (size, speed * last / size)).filter(|p| p.1 < top);
            chart.draw_series(DashedLineSeries::new(ideal, 3, 4, colour.mix(0.6).stroke_width(1)))?;
            chart.draw_series(LineSeries::new(curve.iter().copied(), colour.stroke_width(2)))?;
            chart.draw_series(curve.iter().map(|&point| Circle::new(point, 3, colour.filled())))?;
            let font = ("Liberation Sans, Arial, sans-serif", 13).into_font().color(&colour);
            chart.draw_series([EmptyElement::at(curve[0]) + Text::new(name.to_string(), (6, -20), font)])?;
        }
    }
    root.present()?;
    println!("{file}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mnist = read_data_sets("MNISTdata")?;
    let flat = |x| reshape(x, [-1, 784]);
    let dense = |x| layer(relu(layer(relu(layer(flat(x), 200)), 100)), 10);
    let conv = |x| {
        let h = filter(filter(filter(x, 6, 6, 1), 5, 12, 2), 4, 24, 2);
        layer(relu(layer(reshape(h, [-1, 7 * 7 * 24]), 200)), 10)
    };
    let batches = [
        (
            "784 → 10",
            measure("batch, 784-10            ", &BATCHES, |n| steps_per_second(&mnist, n, |x| layer(flat(x), 10))),
        ),
        (
            "784 → 200 → 100 → 10",
            measure("batch, 784-200-100-10    ", &BATCHES, |n| steps_per_second(&mnist, n, dense)),
        ),
        (
            "6 · 12 · 24 + 200 → 10",
            measure("batch, 6-12-24 + 200-10  ", &BATCHES, |n| steps_per_second(&mnist, n, conv)),
        ),
    ];
    let widths = measure("width, 784-n-10, of 100  ", &WIDTHS, |n| {
        steps_per_second(&mnist, 100, |x| layer(relu(layer(flat(x), n)), 10))
    });
    if std::env::args().any(|argument| argument == "--draw") {
        for language in ["es", "en"] {
            draw(language, &batches, &widths)?;
        }
    }
    Ok(())
}
