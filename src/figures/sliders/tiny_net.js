function update([x1, x2, target]) {
  const x = [x1, x2];
  const h = data.hidden.map(([a, b]) => Math.max(0, a * x1 + b * x2));
  const y = data.output[0] * h[0] + data.output[1] * h[1];
  const back = 2 * (y - target);
  const on = h.map((value) => (value > 0 ? 1 : 0));
  const show = (name, value) => text(name, number(value, 2));
  x.forEach((value, i) => show('x' + i, value));
  h.forEach((value, j) => {
    show('h' + j, value);
    show('b' + j, back * data.output[j]);
    show('g' + j, back * value);
    x.forEach((input, i) => show('g' + i + j, back * data.output[j] * on[j] * input));
  });
  show('y', y);
  show('by', back);
  show('loss', (y - target) ** 2);
  text('target', data.target + ' ' + number(target, 2));
  const factors = [number(back, 2), number(data.output[0], 1), on[0], number(x1, 2)];
  factors.push(number(back * data.output[0] * on[0] * x1, 2));
  text('chain', factors.reduce((sentence, value, i) => sentence.replace('#' + i, value), data.chain));
}
