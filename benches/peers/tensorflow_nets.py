"""The nets in TensorFlow, each step one graph (`tf.function`), with the optimizer's own fused kernels."""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import common
import tensorflow as tf
from common import BATCH, EPSILON, FILTERS, PKEEP


def normalised(z, offset):
    mean, variance = tf.nn.moments(z, list(range(len(z.shape) - 1)))
    return tf.nn.batch_normalization(z, mean, variance, offset, None, EPSILON)


def model(net, x, w, b, pkeep):
    """Scores of the images; weights w and biases b in the order of the layers."""
    drop = lambda h: tf.nn.dropout(h, 1 - pkeep) if pkeep < 1 else h
    if net == "dense":
        for wi, bi in zip(w[:-1], b[:-1]):
            x = drop(tf.nn.relu(x @ wi + bi))
        return x @ w[-1] + b[-1]
    put = normalised if net == "batchnorm" else tf.nn.bias_add
    for (_, stride, _), wi, bi in zip(FILTERS, w, b):
        x = tf.nn.relu(put(tf.nn.conv2d(x, wi, stride, "SAME"), bi))
    h = drop(tf.nn.relu(put(tf.reshape(x, [-1, w[3].shape[0]]) @ w[3], b[3])))
    return h @ w[4] + b[4]


def cross_entropy(logits, y_):
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y_, logits)) * 100.0


def build(net):
    if net == "product":
        a, b = (tf.constant(common.weights(1024, 1024)) for _ in range(2))
        product = tf.function(tf.matmul)
        return lambda: product(a, b)
    shape = net.removeprefix("eval_")
    w, b = ([tf.Variable(v) for v in values] for values in common.parameters(shape))
    image = [28, 28, 1] if shape in common.CHANNELS else [784]

    if net == "eval_conv":
        images, labels = common.test_set(image)

        @tf.function
        def evaluate(x, y_):
            logits = model(shape, x, w, b, 1)
            right = tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1))
            return tf.reduce_mean(tf.cast(right, tf.float32)), cross_entropy(logits, y_)

        return lambda: [value.numpy() for value in evaluate(common.as_floats(images), labels)]

    batches = common.Batches(image)
    if net == "softmax":

        @tf.function(input_signature=[tf.TensorSpec([BATCH, 784]), tf.TensorSpec([BATCH, 10])])
        def descend(x, y_):
            with tf.GradientTape() as tape:
                y = tf.nn.softmax(x @ w[0] + b[0])
                loss = -tf.reduce_mean(y_ * tf.math.log(y)) * 1000.0
            for variable, gradient in zip(w + b, tape.gradient(loss, w + b)):
                tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=0.003, delta=gradient)

        return lambda: descend(*batches())

    moments = [[tf.Variable(tf.zeros_like(v)) for v in w + b] for _ in range(2)]
    powers = [tf.Variable(0.9), tf.Variable(0.999)]

    @tf.function
    def adam(x, y_, lr):
        with tf.GradientTape() as tape:
            loss = cross_entropy(model(net, x, w, b, PKEEP), y_)
        for variable, m, v, gradient in zip(w + b, *moments, tape.gradient(loss, w + b)):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1],
                lr=lr, beta1=0.9, beta2=0.999, epsilon=1e-8, grad=gradient,
            )  # fmt: skip
        powers[0].assign(powers[0] * 0.9)
        powers[1].assign(powers[1] * 0.999)

    done = 0

    def step():
        nonlocal done
        x, y_ = batches()
        adam(x, y_, tf.constant(common.rate(done)))
        done += 1

    return step


tf.config.threading.set_intra_op_parallelism_threads(2)
tf.config.threading.set_inter_op_parallelism_threads(2)
common.serve(f"TensorFlow {tf.__version__}", build)
