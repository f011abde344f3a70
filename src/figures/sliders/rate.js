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

// Arrowheads in the middle of the longer steps.
function arrows(points) {
  return points.slice(1).map(([x, y], i) => {
    const dx = x - points[i][0], dy = y - points[i][1], length = Math.hypot(dx, dy);
    if (length <= 24) return '';
    const ux = 6 * dx / length, uy = 6 * dy / length;
    return 'M' + (x - dx / 2 + ux) + ' ' + (y - dy / 2 + uy) + 'l' + (-2 * ux - uy) + ' ' + (ux - 2 * uy) + 'l' + 2 * uy + ' ' + -2 * ux + 'z';
  }).join('');
}

function update([power]) {
  const rate = 10 ** power, reach = data.map[5];
  let at = data.start, seen = look(at), climbs = false, leaves = false;
  const start = seen.loss, points = [place(data.map, ...at)], losses = [place(data.profile, 0, start)];
  for (let step = 1; step <= data.steps; step++) {
    at = at.map((v, k) => Math.max(-1e3, Math.min(1e3, v - rate * seen.slopes[k])));
    const before = seen.loss;
    seen = look(at);
    climbs = climbs || seen.loss > before + 0.05;
    leaves = leaves || at.some((v) => Math.abs(v) > reach);
    points.push(place(data.map, ...at));
    losses.push(place(data.profile, step, seen.loss));
    set('dot' + step, { cx: points[step][0], cy: points[step][1] });
  }
  const line = (points) => 'M' + points.map((point) => point.join(' ')).join('L');
  set('path', { d: line(points) });
  set('arrows', { d: arrows(points) });
  set('profile0', { d: line(losses) });
  const slow = seen.loss - data.least > 0.2 * (start - data.least);
  text('rate', data.name + ' ' + number(rate, rate < 0.1 ? 3 : 2));
  text('verdict', data.verdicts[climbs ? 0 : slow ? 1 : 2]);
  text('from', data.after + number(start, 1) + ' → ');
  text('to', number(seen.loss, 1));
  text('outside', leaves ? data.outside : '');
  return [rate];
}
