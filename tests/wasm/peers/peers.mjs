// Microseconds of processor time per training step, batches of 100, one thread: medians of rounds in which the programs take
// turns. In favour of the others, their batch lies in a tensor already, and their nets have no dropout.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const root = path.resolve(import.meta.dirname, '../../..');
const require = createRequire(path.join(root, 'target/peers-npm/'));
const ROUNDS = 5;
const LAYERS = { softmax: [784, 10], dense: [784, 200, 100, 60, 30, 10] };
const FILTERS = [[6, 1, 1, 6], [5, 2, 6, 12], [4, 2, 12, 24]];
const PEERS = { digitos: ['softmax', 'dense', 'conv'], 'jax-js': ['softmax', 'dense', 'conv'],
  'TensorFlow.js': ['softmax', 'dense'] }; // whose WebAssembly has no gradient of a convolution

const numbers = (shape, scale) => Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => (Math.random() - 0.5) * scale);
const labels = () => Float32Array.from({ length: 1000 }, (_, i) => (i % 10 === Math.floor(i / 10) % 10 ? 1 : 0));
const shapes = (net) => net === 'conv'
  ? [...FILTERS.map(([size, , from, to]) => [size, size, from, to]), [1176, 200], [200, 10]]
  : LAYERS[net].slice(1).map((outputs, i) => [LAYERS[net][i], outputs]);
const image = (net) => (net === 'conv' ? [100, 28, 28, 1] : [100, 784]);

async function tensorflow() {
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm').setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  return (net) => {
    const w = shapes(net).map((shape) => tf.variable(tf.tensor(numbers(shape, 0.2), shape)));
    const b = shapes(net).map((shape) => tf.variable(tf.fill([shape.at(-1)], 0.1)));
    const [x, y] = [tf.tensor(numbers(image(net), 1), image(net)), tf.tensor(labels(), [100, 10])];
    const loss = () => {
      let h = x;
      w.forEach((w, i) => {
        h = tf.add(tf.matMul(h, w), b[i]);
        if (i < shapes(net).length - 1) h = tf.relu(h);
      });
      const log = tf.sub(h, tf.logSumExp(h, 1, true));
      return tf.mul(tf.mean(tf.sum(tf.mul(y, log), 1)), -100);
    };
    const optimizer = net === 'softmax' ? tf.train.sgd(0.003) : tf.train.adam(0.003);
    return async () => {
      optimizer.minimize(loss);
      await w[0].data();
    };
  };
}

async function jax() {
  const { numpy: np, nn, lax, jit, grad, tree, init, defaultDevice, blockUntilReady } = require('@jax-js/jax');
  await init('wasm');
  defaultDevice('wasm');
  return (net) => {
    const array = (data, shape) => np.array(data).reshape(shape);
    let w = shapes(net).map((shape) => array(numbers(shape, 0.2), shape));
    const b = shapes(net).map((shape) => array(new Float32Array(shape.at(-1)).fill(0.1), [shape.at(-1)]));
    if (net === 'conv') w = w.map((w) => (w.ndim === 4 ? np.transpose(w, [3, 2, 0, 1]) : w));
    const [x, y] = [array(numbers(image(net), 1), net === 'conv' ? [100, 1, 28, 28] : [100, 784]), array(labels(), [100, 10])];
    const loss = ([w, b], x, y) => {
      let h = x;
      w.forEach((w, i) => {
        if (w.ndim === 4) h = lax.convGeneralDilated(h, w, [FILTERS[i][1], FILTERS[i][1]], 'SAME').add(b[i].reshape([1, -1, 1, 1]));
        else h = np.matmul(h.ndim === 4 ? h.reshape([100, -1]) : h, w).add(b[i]);
        if (i < shapes(net).length - 1) h = nn.relu(h);
      });
      return y.mul(nn.logSoftmax(h, 1)).sum().mul(-1);
    };
    const gradient = grad(loss);
    const [m0, v0] = [0, 0].map(() => [w, b].map((list) => list.map((t) => np.zeros(t.shape))));
    let state = [[w, b], m0, v0];
    const zip = (f, ...trees) => trees[0].map((list, i) => list.map((_, j) => f(...trees.map((t) => t[i][j]))));
    const update = jit((variables, m, v, x, y) => {
      const g = gradient(tree.ref(variables), x, y);
      if (net === 'softmax') return [zip((p, g) => p.sub(g.mul(0.003)), variables, g), m, v];
      const m2 = zip((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(g));
      const v2 = zip((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, g);
      const next = zip((p, m, v) => p.sub(m.mul(0.003).div(np.sqrt(v).add(1e-8))), variables, tree.ref(m2), tree.ref(v2));
      return [next, m2, v2];
    });
    return async () => {
      state = update(...state, x.ref, y.ref);
      await blockUntilReady(state);
    };
  };
}

async function serve(name) {
  const build = await (name === 'jax-js' ? jax() : tensorflow());
  const nets = {};
  console.log(name);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [net, steps] = line.split(' ');
    nets[net] ??= build(net);
    for (let i = 0; i <= +steps; i++) await nets[net]();
    console.log('done');
  }
}

class Program {
  constructor(name, module) {
    const args = name === 'digitos'
      ? ['--experimental-wasm-relaxed-simd', path.join(root, 'tests/wasm/run.mjs'), module, '--serve']
      : [import.meta.filename ?? process.argv[1], '--serve', name];
    const env = { ...process.env, THREADS: '1' };
    this.process = spawn('node', ['--no-warnings', ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.times = {};
  }

  // Microseconds of all threads so far.
  processor() {
    const tasks = `/proc/${this.process.pid}/task`;
    return readdirSync(tasks).reduce((sum, task) => sum + +readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0], 0) / 1000;
  }

  async ask(net, steps) {
    this.process.stdin.write(`${net} ${steps}\n`);
    if ((await this.lines.next()).done) throw new Error('the program has ended');
  }

  // A step that does not count, then the median of rounds that take a third of a second each, or a step.
  async warmUp(net) {
    await this.ask(net, 0);
    const start = this.processor();
    await this.ask(net, 2);
    return Math.max(1, Math.min(1000, Math.round(1e6 / (this.processor() - start))));
  }

  async time(net, steps) {
    const start = this.processor();
    await this.ask(net, steps - 1);
    (this.times[net] ??= []).push((this.processor() - start) / steps);
  }
}

if (process.argv[2] === '--serve') await serve(process.argv[3]);
else {
  const [module, ...wanted] = process.argv.slice(2);
  console.log(`| net | ${Object.keys(PEERS).join(' | ')} |\n|${' --: |'.repeat(Object.keys(PEERS).length + 1)}`);
  for (const net of ['softmax', 'dense', 'conv'].filter((net) => !wanted.length || wanted.includes(net))) {
    const programs = Object.keys(PEERS).map((name) => (PEERS[name].includes(net) ? new Program(name, module) : null));
    const steps = [];
    for (const program of programs) {
      if (program) await program.lines.next();
      steps.push(await program?.warmUp(net));
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, program] of programs.entries()) {
        if (program) await program.time(net, steps[i]);
      }
    }
    const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
    const cells = programs.map((program) => (program ? Math.round(median(program.times[net])).toLocaleString('en') : '–'));
    console.log(`| \`${net}\` | ${cells.join(' | ')} |`);
    programs.forEach((program) => program?.process.stdin.end());
  }
}
