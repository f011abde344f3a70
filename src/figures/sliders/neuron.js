function update([w1, w2, w3, bias]) {
  let score = bias;
  [w1, w2, w3].forEach((weight, i) => {
    const input = data.inputs[i], product = input * weight;
    score += product;
    set('line' + i, { stroke: data.colours[Math.sign(product) + 1], 'stroke-width': 1 + 4 * Math.abs(product) });
    text('product' + i, number(input, 1) + ' × ' + number(weight, 1) + ' = ' + number(product, 2));
  });
  const share = 1 / (1 + Math.exp(-score));
  text('score', number(score, 2));
  text('bias', data.bias + ' ' + number(bias, 1));
  text('share', number(share, 3));
  const [cx, cy] = place(data.plane, score, share), [left, top, , height] = data.plane;
  set('dot', { cx, cy });
  set('guides', { d: 'M' + cx + ' ' + (top + height) + 'V' + cy + 'H' + left });
}
