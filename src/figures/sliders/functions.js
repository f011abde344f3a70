const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const functions = {
  'exp': [Math.exp, Math.exp],
  '-log': [(p) => -Math.log(p), (p) => -1 / p],
  'sigmoid': [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
  'relu': [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
  'tanh': [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
};

function update([x]) {
  const [y, slope] = functions[data.name].map((f) => f(x));
  const [cx, cy] = place(data.plane, x, y), [left, top, width, height] = data.plane;
  set('dot', { cx, cy });
  set('guides', { d: 'M' + cx + ' ' + (top + height) + 'V' + cy + 'H' + left });
  set('tangent', { d: tangent(data.plane, x, y, slope, 130) });
  const right = data.falling ? cx > left + width - 130 : cx > left + 130;
  set('at', { x: cx + (right ? -14 : 14), y: cy - 14, 'text-anchor': right ? 'end' : 'start' });
  text('at', '(' + number(x, 3) + ', ' + number(y, 3) + ')');
  text('x', number(x, 3));
  text('y', number(y, 3));
  text('slope', number(slope, 3));
}
