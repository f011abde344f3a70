//! The nets in candle. (A program like the Python ones beside it: `common.py` says how it talks to `compare.py`.)
use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD, loss::cross_entropy, ops};
use digitos::mnist::{DataSets, Images, Labels, read_data_sets};
use std::collections::HashMap;
use std::io::stdin;
use std::time::Instant;

const CPU: Device = Device::Cpu;
const DENSE: [usize; 6] = [784, 200, 100, 60, 30, 10];
/// Side of the filter, stride, zeros before and behind that SAME adds.
const FILTERS: [(usize, usize, (usize, usize)); 3] = [(6, 1, (2, 3)), (5, 2, (1, 2)), (4, 2, (1, 1))];
const PKEEP: f64 = 0.75;

/// Scores of the images from weights w and biases b (offsets, for batch norm), in the order of the layers.
struct Model {
    net: String,
    w: Vec<Var>,
    b: Vec<Var>,
}

impl Model {
    fn new(net: &str) -> Result<Self> {
        let channels = if net == "batchnorm" { [1, 24, 48, 64] } else { [1, 6, 12, 24] };
        let mut shapes: Vec<Vec<usize>> = match net {
            "softmax" => vec![vec![784, 10]],
            "dense" => DENSE.windows(2).map(<[usize]>::to_vec).collect(),
            _ => (0..3).map(|i| vec![channels[i + 1], channels[i], FILTERS[i].0, FILTERS[i].0]).collect(),
        };
        let convolutional = shapes[0].len() == 4;
        if convolutional {
            shapes.extend([vec![49 * channels[3], 200], vec![200, 10]]);
        }
        let start = if net == "softmax" { 0f32 } else { 0.1 };
        let (mut w, mut b) = (Vec::new(), Vec::new());
        for shape in shapes {
            let (inputs, outputs) = match shape[..] {
                [outputs, channels, side, _] => (channels * side * side, outputs),
                _ => (shape[0], shape[1]),
            };
            w.push(Var::randn(0f32, (2.0 / inputs as f32).sqrt(), shape, &CPU)?);
            b.push(Var::from_tensor(&Tensor::full(start, outputs, &CPU)?)?);
        }
        Ok(Model { net: net.into(), w, b })
    }

    fn variables(&self) -> Vec<Var> {
        [&self.w[..], &self.b].concat()
    }

    fn forward(&self, x: &Tensor, training: bool) -> Result<Tensor> {
        let (w, b) = (&self.w, &self.b);
        let drop = |h: Tensor| if training { ops::dropout(&h, 1.0 - PKEEP as f32) } else { Ok(h) };
        let last = w.len() - 1;
        let mut h = x.clone();
        if let "softmax" | "dense" = self.net.as_str() {
            for i in 0..last {
                h = drop(h.matmul(&w[i])?.broadcast_add(&b[i])?.relu()?)?;
            }
        } else {
            for (i, (_, stride, (before, behind))) in FILTERS.into_iter().enumerate() {
                h = h.pad_with_zeros(2, before, behind)?.pad_with_zeros(3, before, behind)?;
                h = h.conv2d(&w[i], 0, stride, 1, 1)?;
                h = self.shifted(h, &b[i].reshape((1, (), 1, 1))?)?.relu()?;
            }
            h = drop(self.shifted(h.flatten_from(1)?.matmul(&w[3])?, &b[3].reshape((1, ()))?)?.relu()?)?;
        }
        h.matmul(&w[last])?.broadcast_add(&b[last])
    }

    /// z + b, after batch normalisation where the net has it.
    fn shifted(&self, z: Tensor, b: &Tensor) -> Result<Tensor> {
        if self.net != "batchnorm" {
            return z.broadcast_add(b);
        }
        let mean = |x: &Tensor| if x.rank() == 4 { x.mean_keepdim((0, 2, 3)) } else { x.mean_keepdim(0) };
        let centred = z.broadcast_sub(&mean(&z)?)?;
        let deviation = (mean(&centred.sqr()?)? + 1e-5)?.sqrt()?;
        centred.broadcast_div(&deviation)?.broadcast_add(b)
    }
}

fn images(images: &Images, flat: bool) -> Result<Tensor> {
    let (pixels, _) = images.to_array().into_raw_vec_and_offset();
    if flat { Tensor::from_vec(pixels, ((), 784), &CPU) } else { Tensor::from_vec(pixels, ((), 1, 28, 28), &CPU) }
}

fn classes(labels: &Labels) -> Result<Tensor> {
    Tensor::from_vec((0..labels.len()).map(|i| labels.class(i) as u32).collect(), labels.len(), &CPU)
}

type Step = Box<dyn FnMut() -> Result<()>>;

fn build(net: &str, mut mnist: DataSets) -> Result<Step> {
    if net == "product" {
        let [a, b] = [Tensor::randn(0f32, 1.0, (1024, 1024), &CPU)?, Tensor::randn(0f32, 1.0, (1024, 1024), &CPU)?];
        return Ok(Box::new(move || a.matmul(&b).map(drop)));
    }
    if net == "eval_conv" {
        let model = Model::new("conv")?;
        return Ok(Box::new(move || {
            let y_ = classes(&mnist.test.labels)?;
            let logits = model.forward(&images(&mnist.test.images, false)?, false)?;
            let right = logits.argmax(D::Minus1)?.eq(&y_)?.to_dtype(DType::F32)?.mean_all()?;
            right.to_scalar::<f32>()?;
            (cross_entropy(&logits, &y_)? * 100.0)?.to_scalar::<f32>().map(drop)
        }));
    }
    let (model, flat) = (Model::new(net)?, matches!(net, "softmax" | "dense"));
    if net == "softmax" {
        let mut optimizer = SGD::new(model.variables(), 0.003)?;
        return Ok(Box::new(move || {
            let batch = mnist.train.next_batch(100).expect("a hundred images");
            let logits = model.forward(&images(&batch.images, flat)?, true)?;
            // the mean over all ten numbers of an image, as the lesson has it
            optimizer.backward_step(&(cross_entropy(&logits, &classes(&batch.labels)?)? * 100.0)?)
        }));
    }
    let mut optimizer = AdamW::new(model.variables(), ParamsAdamW { weight_decay: 0.0, ..Default::default() })?;
    let mut done = 0;
    Ok(Box::new(move || {
        let batch = mnist.train.next_batch(100).expect("a hundred images");
        let logits = model.forward(&images(&batch.images, flat)?, true)?;
        optimizer.set_learning_rate(0.0001 + 0.003 * (-f64::from(done) / 2000.0).exp());
        done += 1;
        optimizer.backward_step(&(cross_entropy(&logits, &classes(&batch.labels)?)? * 100.0)?)
    }))
}

fn main() -> Result<()> {
    println!("candle 0.11");
    let mnist = read_data_sets("MNISTdata").expect("the data set");
    let mut steps = HashMap::<String, Step>::new();
    for line in stdin().lines().map_while(std::result::Result::ok) {
        let (net, count) = line.split_once(' ').expect("NAME STEPS");
        if !steps.contains_key(net) {
            steps.insert(net.into(), build(net, mnist.clone())?);
        }
        let (step, count) = (steps.get_mut(net).expect("built"), count.parse::<u32>().expect("a number of steps"));
        // the other programs have had the caches: one step is not counted
        step()?;
        let start = Instant::now();
        for _ in 0..count {
            step()?;
        }
        println!("{}", start.elapsed().as_secs_f64() * 1e6 / f64::from(count));
    }
    Ok(())
}
