// Of each image: the ink at the two pixels, the score of the moving class with both weights at 0, the log of the sum of the
// other exponentials, and the score of the right class, or null where that is the moving one.
function look(at) {
  let loss = 0, slopes = [0, 0];
  for (const [a, b, score, others, right] of data.images) {
    const now = score + a * at[0] + b * at[1];
    const all = Math.max(now, others) + Math.log1p(Math.exp(-Math.abs(now - others)));
    const slope = Math.exp(now - all) - (right === null ? 1 : 0);
    loss += all - (right === null ? now : right);
    slopes = [slopes[0] + slope * a, slopes[1] + slope * b];
  }
  const scale = 100 / data.images.length;
  return { loss: loss * scale, slopes: slopes.map((slope) => slope * scale) };
}

function update([power]) {
  const rate = 10 ** power;
  const [x, y, side, reach, steps, first, second] = data.place;
  const place = (at) => [x + side * (at[0] / reach + 1) / 2, y + side * (1 - at[1] / reach) / 2].map((v) => v.toFixed(1));
  let at = [first, second], seen = look(at), climbs = false;
  const start = seen.loss;
  let line = 'M' + place(at).join(' ');
  for (let step = 1; step <= steps; step++) {
    at = at.map((v, k) => Math.max(-1e3, Math.min(1e3, v - rate * seen.slopes[k])));
    const before = seen.loss;
    seen = look(at);
    climbs = climbs || seen.loss > before + 0.05;
    const [cx, cy] = place(at);
    line += 'L' + cx + ' ' + cy;
    part('dot' + step).setAttribute('cx', cx);
    part('dot' + step).setAttribute('cy', cy);
  }
  part('path').setAttribute('d', line);
  const slow = seen.loss - data.least > 0.2 * (start - data.least);
  text('rate', data.name + ' ' + number(rate, rate < 0.1 ? 3 : 2));
  text('verdict', data.verdicts[climbs ? 0 : slow ? 1 : 2]);
  text('from', data.after + number(start, 1) + ' → ');
  text('to', number(seen.loss, 1));
  return [rate];
}
