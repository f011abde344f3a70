"""The nets in JAX, each step one compiled function that updates its variables in place."""
import functools

import common
import jax
import jax.numpy as jnp
from common import EPSILON, FILTERS, PKEEP


def normalised(z, offset):
    axes = tuple(range(z.ndim - 1))
    mean, variance = z.mean(axes), z.var(axes)
    return (z - mean) * jax.lax.rsqrt(variance + EPSILON) + offset


def model(net, x, w, b, pkeep, key):
    """Scores of the images; weights w and biases b in the order of the layers."""
    keys = iter(jax.random.split(key, len(w)))
    drop = lambda h: jnp.where(jax.random.bernoulli(next(keys), pkeep, h.shape), h / pkeep, 0) if pkeep < 1 else h
    if net == "dense":
        for wi, bi in zip(w[:-1], b[:-1]):
            x = drop(jax.nn.relu(x @ wi + bi))
        return x @ w[-1] + b[-1]
    put = normalised if net == "batchnorm" else jnp.add
    for (_, stride, _), wi, bi in zip(FILTERS, w, b):
        z = jax.lax.conv_general_dilated(x, wi, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = jax.nn.relu(put(z, bi))
    h = drop(jax.nn.relu(put(x.reshape(x.shape[0], -1) @ w[3], b[3])))
    return h @ w[4] + b[4]


def cross_entropy(logits, y_):
    return -(y_ * jax.nn.log_softmax(logits)).sum(1).mean() * 100


def build(net):
    if net == "product":
        a, b = (jnp.asarray(common.weights(1024, 1024)) for _ in range(2))
        product = jax.jit(jnp.matmul)
        return lambda: product(a, b).block_until_ready()
    shape = net.removeprefix("eval_")
    variables = [[jnp.asarray(v) for v in values] for values in common.parameters(shape)]
    image = [28, 28, 1] if shape in common.CHANNELS else [784]
    key = jax.random.key(0)

    if net == "eval_conv":
        images, labels = common.test_set(image)

        @jax.jit
        def evaluate(variables, x, y_):
            logits = model(shape, x, *variables, 1, key)
            return (logits.argmax(1) == y_.argmax(1)).mean(), cross_entropy(logits, y_)

        return lambda: [float(value) for value in evaluate(variables, common.as_floats(images), labels)]

    batches = common.Batches(image)
    if net == "softmax":

        def loss(variables, x, y_):
            (w,), (b,) = variables
            return -(y_ * jax.nn.log_softmax(x @ w + b)).mean() * 1000

        @functools.partial(jax.jit, donate_argnums=0)
        def descend(variables, x, y_):
            return jax.tree.map(lambda v, g: v - 0.003 * g, variables, jax.grad(loss)(variables, x, y_))

        def step():
            nonlocal variables
            variables = jax.block_until_ready(descend(variables, *batches()))

        return step

    def loss(variables, x, y_, key):
        return cross_entropy(model(net, x, *variables, PKEEP, key), y_)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def adam(variables, m, v, x, y_, lr, i):
        g = jax.grad(loss)(variables, x, y_, jax.random.fold_in(key, i))
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        lr = lr * jnp.sqrt(1 - 0.999 ** (i + 1)) / (1 - 0.9 ** (i + 1))
        return jax.tree.map(lambda p, m, v: p - lr * m / (jnp.sqrt(v) + 1e-8), variables, m, v), m, v

    m, v = (jax.tree.map(jnp.zeros_like, variables) for _ in range(2))
    done = 0

    def step():
        nonlocal variables, m, v, done
        x, y_ = batches()
        variables, m, v = jax.block_until_ready(adam(variables, m, v, x, y_, common.rate(done), done))
        done += 1

    return step


common.serve(f"JAX {jax.__version__}", build)
