"""Seconds that TensorFlow takes for the 5,001 steps of the first lesson: batches of 100 copied from uint8, softmax 784→10, gradient descent.

Usage: tensorflow_softmax.py MNIST_DIR [STEPS]"""
import gzip
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf


def read(name, skip):
    return np.frombuffer(gzip.open(os.path.join(sys.argv[1], name + ".gz")).read(), np.uint8)[skip:]


images = read("train-images-idx3-ubyte", 16).reshape(-1, 784)
labels = np.eye(10, dtype=np.float32)[read("train-labels-idx1-ubyte", 8)]
w = tf.Variable(tf.random.truncated_normal([784, 10], stddev=0.1))
b = tf.Variable(tf.zeros([10]))


@tf.function
def step(x, y_):
    with tf.GradientTape() as tape:
        y = tf.nn.softmax(x @ w + b)
        loss = -tf.reduce_mean(y_ * tf.math.log(y)) * 1000.0
    for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
        variable.assign_sub(0.003 * gradient)


rng = np.random.default_rng(0)
order = rng.permutation(60000)


def train(steps):
    for i in range(steps):
        chosen = order[i * 100 % 60000 :][:100]
        step(images[chosen].astype(np.float32) / np.float32(255), labels[chosen])


steps = int(sys.argv[2]) if len(sys.argv) > 2 else 5001
train(100)
times = []
for _ in range(3):
    start = time.perf_counter()
    train(steps)
    times.append(time.perf_counter() - start)
print(f"tensorflow {tf.__version__}: {steps} steps in {sorted(times)[1]:.2f} s, {sorted(times)[1] / steps * 1e6:.0f} µs a step")
