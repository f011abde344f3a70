function update([w1, w2, w3, bias]) {
  let score = bias;
  [w1, w2, w3].forEach((weight, i) => {
    const input = data.inputs[i];
    score += input * weight;
    part('line' + i).setAttribute('stroke', weight < 0 ? data.negative : data.positive);
    part('line' + i).setAttribute('stroke-width', 1 + 2 * Math.abs(weight));
    text('product' + i, number(input, 1) + ' × ' + number(weight, 1) + ' = ' + number(input * weight, 2));
  });
  const share = 1 / (1 + Math.exp(-score));
  text('score', number(score, 2));
  text('bias', data.bias + ' ' + number(bias, 1));
  text('share', number(share, 3));
  bar('bar', 524, 176 * share);
}
