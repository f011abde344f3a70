//! The nets in burn, on its ndarray backend. (A program like the Python ones beside it: `common.py` says how it talks to
//! `compare.py`. Batch norm is burn's own, which trains a gain as well.)
use burn::backend::{Autodiff, NdArray, ndarray::NdArrayDevice};
use burn::module::{AutodiffModule, Module};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, Optimizer, SgdConfig};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::backend::Backend;
use burn::tensor::{Distribution, Tensor, TensorData};
use digitos::mnist::{Batch, DataSets, read_data_sets};
use std::collections::HashMap;
use std::io::stdin;
use std::time::Instant;

type Plain = NdArray<f32>;
type Training = Autodiff<Plain>;
const CPU: NdArrayDevice = NdArrayDevice::Cpu;
/// Side of the filter, stride, zeros before and behind that SAME adds.
const FILTERS: [(usize, usize, (usize, usize)); 3] = [(6, 1, (2, 3)), (5, 2, (1, 2)), (4, 2, (1, 1))];
const PKEEP: f64 = 0.75;

#[derive(Module, Debug)]
struct Model<B: Backend> {
    filters: Vec<Conv2d<B>>,
    /// After each filter and the first dense layer, in the net that has it.
    norms: Vec<BatchNorm<B>>,
    layers: Vec<Linear<B>>,
    dropout: Dropout,
}

impl<B: Backend<Device = NdArrayDevice>> Model<B> {
    fn new(net: &str) -> Self {
        let channels = if net == "batchnorm" { [1, 24, 48, 64] } else { [1, 6, 12, 24] };
        let (filters, sizes) = match net {
            "softmax" => (vec![], vec![784, 10]),
            "dense" => (vec![], vec![784, 200, 100, 60, 30, 10]),
            _ => {
                let filter = |i: usize| {
                    let (side, stride, _) = FILTERS[i];
                    let config = Conv2dConfig::new([channels[i], channels[i + 1]], [side, side]);
                    config.with_stride([stride, stride]).with_bias(net != "batchnorm").init(&CPU)
                };
                ((0..3).map(filter).collect(), vec![49 * channels[3], 200, 10])
            }
        };
        let norms = if net == "batchnorm" { vec![24, 48, 64, 200] } else { vec![] };
        Model {
            filters,
            norms: norms.into_iter().map(|n| BatchNormConfig::new(n).init(&CPU)).collect(),
            layers: sizes.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(&CPU)).collect(),
            dropout: DropoutConfig::new(1.0 - PKEEP).init(),
        }
    }

    fn normalised<const D: usize>(&self, i: usize, z: Tensor<B, D>) -> Tensor<B, D> {
        self.norms.get(i).map_or(z.clone(), |norm| norm.forward(z))
    }

    /// The scores of images, `[n, 1, 28, 28]`.
    fn forward(&self, images: Tensor<B, 4>) -> Tensor<B, 2> {
        let mut h = images;
        for (i, filter) in self.filters.iter().enumerate() {
            let (before, behind) = FILTERS[i].2;
            h = filter.forward(h.pad((before, behind, before, behind), 0.0));
            h = relu(self.normalised(i, h));
        }
        let mut h: Tensor<B, 2> = h.flatten(1, 3);
        let last = self.layers.len() - 1;
        for layer in &self.layers[..last] {
            h = self.dropout.forward(relu(self.normalised(3, layer.forward(h))));
        }
        self.layers[last].forward(h)
    }

    /// Images and labels as tensors, and the cross entropy as the lessons scale it.
    fn loss(&self, batch: &Batch) -> (Tensor<B, 1>, Tensor<B, 2>, Tensor<B, 2>) {
        let n = batch.images.len();
        let (pixels, _) = batch.images.to_array().into_raw_vec_and_offset();
        let (labels, _) = batch.labels.to_array().into_raw_vec_and_offset();
        let y_ = Tensor::from_data(TensorData::new(labels, [n, 10]), &CPU);
        let logits = self.forward(Tensor::from_data(TensorData::new(pixels, [n, 1, 28, 28]), &CPU));
        let loss = -(y_.clone() * log_softmax(logits.clone(), 1)).mean() * 1000.0;
        (loss, logits, y_)
    }
}

/// A step of training; burn's optimizers take a model and give a new one.
fn training<O: Optimizer<Model<Training>, Training> + 'static>(
    net: &str,
    mut mnist: DataSets,
    mut optimizer: O,
) -> Step {
    let (mut model, sgd) = (Some(Model::<Training>::new(net)), net == "softmax");
    let mut done = 0;
    Box::new(move || {
        let batch = mnist.train.next_batch(100).expect("a hundred images");
        let now = model.take().expect("put back");
        let gradients = GradientsParams::from_grads(now.loss(&batch).0.backward(), &now);
        let rate = if sgd { 0.003 } else { 0.0001 + 0.003 * (-f64::from(done) / 2000.0).exp() };
        model = Some(optimizer.step(rate, now, gradients));
        done += 1;
    })
}

type Step = Box<dyn FnMut()>;

fn build(net: &str, mnist: DataSets) -> Step {
    match net {
        "product" => {
            let [a, b] = [(); 2].map(|()| Tensor::<Plain, 2>::random([1024, 1024], Distribution::Default, &CPU));
            Box::new(move || drop(a.clone().matmul(b.clone())))
        }
        "eval_conv" => {
            let (model, mut test) = (Model::<Training>::new("conv").valid(), mnist.test);
            let all = test.next_batch(10_000).expect("all of them");
            Box::new(move || {
                let (loss, logits, y_) = model.loss(&all);
                let right = logits.argmax(1).equal(y_.argmax(1)).float().mean();
                (right.into_scalar(), loss.into_scalar());
            })
        }
        "softmax" => training(net, mnist, SgdConfig::new().init()),
        _ => training(net, mnist, AdamConfig::new().with_epsilon(1e-8).init()),
    }
}

fn main() {
    println!("burn 0.20 (ndarray)");
    let mnist = read_data_sets("MNISTdata").expect("the data set");
    let mut steps = HashMap::<String, Step>::new();
    for line in stdin().lines().map_while(Result::ok) {
        let (net, count) = line.split_once(' ').expect("NAME STEPS");
        let count = count.parse::<u32>().expect("a number of steps");
        let step = steps.entry(net.into()).or_insert_with(|| build(net, mnist.clone()));
        // the other programs have had the caches: one step is not counted
        step();
        let start = Instant::now();
        (0..count).for_each(|_| step());
        println!("{}", start.elapsed().as_secs_f64() * 1e6 / f64::from(count));
    }
}
