"""What the peers share: the digits, the nets' shapes, and the conversation with compare.py.

A peer reads lines `NAME STEPS` and answers each with the microseconds of one of STEPS steps of the net NAME, copying the
batches included; `product N` is the product of two square matrices of 1024 by 1024."""
import gzip
import pathlib
import sys
import time

import numpy as np

BATCH = 100
DENSE = [784, 200, 100, 60, 30, 10]
# side of the filter, stride, zeros in front and behind that SAME adds
FILTERS = [(6, 1, (2, 3)), (5, 2, (1, 2)), (4, 2, (1, 1))]
CHANNELS = {"conv": [1, 6, 12, 24], "batchnorm": [1, 24, 48, 64]}
PKEEP = 0.75
EPSILON = 1e-5


def read(name, skip):
    path = pathlib.Path(__file__).parents[2] / "MNISTdata" / f"{name}.gz"
    return np.frombuffer(gzip.open(path).read(), np.uint8)[skip:]


def one_hot(classes):
    return np.eye(10, dtype=np.float32)[classes]


def as_floats(pixels):
    return pixels.astype(np.float32) * np.float32(1 / 255)


class Batches:
    """Batches of 100 in a new order every epoch: pixels between 0 and 1 as float32, and one-hot labels."""

    def __init__(self, image):
        self.images = read("train-images-idx3-ubyte", 16).reshape(60000, *image)
        self.labels = one_hot(read("train-labels-idx1-ubyte", 8))
        self.rng = np.random.default_rng(0)
        self.next, self.order = 0, self.rng.permutation(60000)

    def __call__(self):
        if self.next == 60000:
            self.next, self.order = 0, self.rng.permutation(60000)
        chosen = self.order[self.next : self.next + BATCH]
        self.next += BATCH
        return as_floats(self.images[chosen]), self.labels[chosen]


def test_set(image):
    return read("t10k-images-idx3-ubyte", 16).reshape(10000, *image), one_hot(read("t10k-labels-idx1-ubyte", 8))


def rate(step):
    return np.float32(0.0001 + 0.003 * np.exp(-step / 2000))


def weights(*shape):
    """Normal, with a spread that suits ReLU."""
    spread = np.sqrt(2 / np.prod(shape[:-1]))
    return (np.random.default_rng(len(shape)).standard_normal(shape) * spread).astype(np.float32)


def parameters(net):
    """The weights of a net, then biases (or offsets) of every layer, as in `cargo bench --bench training_step`."""
    if net == "softmax":
        shapes = [(784, 10)]
    elif net == "dense":
        shapes = list(zip(DENSE, DENSE[1:]))
    else:
        channels = CHANNELS[net]
        shapes = [(side, side, *pair) for (side, _, _), pair in zip(FILTERS, zip(channels, channels[1:]))]
        shapes += [(7 * 7 * channels[-1], 200), (200, 10)]
    start = 0.0 if net == "softmax" else 0.1
    return [weights(*shape) for shape in shapes], [np.full(shape[-1], start, np.float32) for shape in shapes]


def serve(version, build):
    """Answers compare.py; `build(net)` gives a function that makes one step and has finished it when it returns."""
    print(version, flush=True)
    steps = {}
    for line in sys.stdin:
        net, count = line.split()
        if net not in steps:
            steps[net] = build(net)
        # the other programs have had the caches: one step is not counted
        steps[net]()
        start = time.perf_counter()
        for _ in range(int(count)):
            steps[net]()
        print((time.perf_counter() - start) / int(count) * 1e6, flush=True)
