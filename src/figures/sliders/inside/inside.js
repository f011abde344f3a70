const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
// Integers of three bytes; as floats they lack their last eight bits.
function threes(all, shift) {
  return Uint32Array.from({ length: all.length / 3 }, (_, i) => (all[3 * i] | all[3 * i + 1] << 8 | all[3 * i + 2] << 16) << shift);
}
const floatsOf = (bytes) => new Float32Array(threes(bytes, 8).buffer);
const floats = (text) => floatsOf(bytesOf(text));
// A bit for each number, whether it is another than the one `step` before it (or, at the beginning, than 0), then those that are.
function spared(text, numbers, step, numbersOf) {
  const all = bytesOf(text), given = numbersOf(all.subarray(Math.ceil(numbers.length / 8)));
  let next = 0;
  for (let i = 0; i < numbers.length; i++) numbers[i] = all[i >> 3] >> (i & 7) & 1 ? given[next++] : numbers[i - step] ?? 0;
  return numbers;
}
const product = (all) => all.reduce((a, b) => a * b);
const stages = data.stages.map((stage) => ({
  ...stage,
  values: stage.values.map((text) => spared(text, new Float32Array(product(stage.shape)), stage.shape[2], floatsOf)),
  scale: floats(stage.scale),
  shift: floats(stage.shift),
  filter: stage.filter && floats(stage.filter),
  terms: stage.terms && stage.terms.map(([places, weights, sums]) => ({ places: threes(bytesOf(places), 0), weights: floats(weights), sums: floats(sums) })),
}));
const end = stages.length - 1, pixels = product(stages[0].shape.slice(0, 2));
const speaks = data.speaks.map((text) => spared(text, new Uint8Array(pixels * stages[end].shape[2]), 1, (bytes) => bytes));
const [LEAST, MOST] = data.colours;
const isMap = ({ shape: [rows, columns] }) => rows * columns > 1;
const fill = (text, ...all) => text.replace(/#(\d)/g, (_, i) => all[i]);
const short = (x) => number(x, Math.abs(x) >= 99.5 ? 0 : Math.abs(x) >= 9.95 ? 1 : 2);
const four = (x) => number(x, Math.abs(x) >= 999.5 ? 1 : Math.abs(x) >= 99.95 ? 2 : Math.abs(x) >= 9.995 ? 3 : 4);
const largest = (all) => all.reduce((best, v, i) => v > all[best] ? i : best, 0);
const sign = (x) => x < 0 ? LEAST : MOST;
const total = (all) => all.reduce((a, b) => a + b, 0);

// One map, or all neurons, with so many numbers in a row.
function mapOf(values, [rows, columns, maps], map) {
  if (rows * columns > 1) return [columns, Array.from({ length: rows * columns }, (_, i) => values[i * maps + map])];
  const wide = Math.ceil(Math.sqrt(maps));
  return [wide, Array.from({ length: wide * Math.ceil(maps / wide) }, (_, i) => i < maps ? values[i] : 0)];
}

function padded(wide, values) {
  const side = Math.max(wide, values.length / wide);
  return [side, Array.from({ length: side * side }, (_, i) => i % side < wide ? values[Math.floor(i / side) * wide + i % side] ?? 0 : 0)];
}

// Puts numbers into a picture: its masks are grey pictures, whose white pixels let a colour through.
function paint(name, wide, values, full) {
  part(name).querySelectorAll('image').forEach((image, k) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [wide, values.length / wide];
    const context = canvas.getContext('2d'), greys = context.createImageData(canvas.width, canvas.height);
    values.forEach((v, i) => {
      const grey = 255 * Math.min(1, Math.max(0, (k ? -v : v) / full));
      greys.data.set([grey, grey, grey, 255], 4 * i);
    });
    context.putImageData(greys, 0, 0);
    image.setAttribute('href', canvas.toDataURL());
  });
}

// Where a map, a neuron or a class stands among the pictures of its stage.
function cell(s, map) {
  const [x, y, w, h] = data.areas[s], [rows, columns, maps] = stages[s].shape, wide = data.wide[s];
  if (s === end) return [x, y + h / maps * map, w, h / maps];
  const pitch = Math.min(w, h) / wide, side = pitch - (rows * columns > 1 && maps > 1 ? 3 : 0), longest = Math.max(rows, columns);
  return [x + pitch * (map % wide), y + pitch * Math.floor(map / wide), side * columns / longest, side * rows / longest];
}

function frame(name, [x, y, width, height], by) {
  set(name, { x: x - by, y: y - by, width: Math.max(0, width + 2 * by), height: Math.max(0, height + 2 * by) });
}

const show = (name, seen) => set(name, { visibility: seen ? 'visible' : 'hidden' });

// What is under the window: row and column in it, the number (null in the border) and the weight.
function cells(s, digit, map, row, column, channel) {
  const { axes, from: [height, width, channels], filter, shape } = stages[s], numbers = stages[s - 1].values[digit], all = [];
  if (!axes) return all;
  const [[down, by, above], [across, sideways, left]] = axes;
  for (let i = 0; i < down; i++) {
    for (let j = 0; j < across; j++) {
      const y = row * by + i - above, x = column * sideways + j - left, inside = y >= 0 && y < height && x >= 0 && x < width;
      const weight = filter ? filter[((i * across + j) * channels + channel) * shape[2] + map] : 1;
      all.push({ i, j, y, x, inside, number: inside ? numbers[(y * width + x) * channels + channel] : 0, weight });
    }
  }
  return all;
}

// The part of each channel that is read in the sum, or the sum as one part.
function parts(s, digit, map, row, column) {
  const { kind, from, terms, values, shape } = stages[s];
  const under = (channel) => cells(s, digit, map, row, column, channel);
  if (kind === 'filter') return Array.from({ length: from[2] }, (_, c) => total(under(c).map((cell) => cell.number * cell.weight)));
  const numbers = under(map).filter((cell) => cell.inside).map((cell) => cell.number);
  if (kind === 'pool') return [stages[s].largest ? Math.max(...numbers) : total(numbers) / numbers.length];
  return [kind === 'dense' ? terms[digit].sums[map] : values[digit][(row * shape[1] + column) * shape[2] + map]];
}

function finish({ scale, shift, activation }, sum, map) {
  const moved = scale[map] * sum + shift[map], [name, slope] = activation ?? [''];
  const active = name === 'relu' ? Math.max(0, moved) : name === 'leaky_relu' ? (moved < 0 ? slope * moved : moved)
    : name === 'sigmoid' ? 1 / (1 + Math.exp(-moved)) : name === 'tanh' ? Math.tanh(moved) : moved;
  return [moved, active];
}

// The steps from the products to the number.
function lines(s, digit, map, row, column, channel, sums, terms) {
  const stage = stages[s], sum = total(sums), [moved, active] = finish(stage, sum, map), [scale, shift] = [stage.scale[map], stage.shift[map]];
  const value = stage.values[digit][(row * stage.shape[1] + column) * stage.shape[2] + map];
  const all = stage.kind === 'filter' && sums.length === 1 ? [[data.lines[2], sum]]
    : stage.kind === 'filter' ? [[fill(data.lines[0], channel + 1), sums[channel]], [fill(data.lines[1], sums.length), sum]]
    : stage.kind === 'dense' ? [[fill(data.lines[3], terms.length), total(terms.map((term) => term.product))], [fill(data.lines[4], stages[s - 1].count), sum]]
      : stage.kind === 'pool' ? [[data.pools[stage.largest ? 0 : 1], sum]] : [[fill(data.shown, stage.name), value]];
  if (scale !== 1 || shift !== 0) all.push([fill(data.moves[scale === 1 ? 0 : 1], four(scale), shift < 0 ? '−' : '+', four(Math.abs(shift))), moved]);
  if (stage.activation) all.push([stage.activation[0] + '(' + four(moved) + ')', active]);
  if (stage.drops) all.push(['dropout', value]);
  return all;
}

let before = null, picked = false, live = null;

function limit(k, least, most, value, seen) {
  Object.assign(inputs[k], { min: least, max: most, value });
  inputs[k].parentElement.style.display = seen ? '' : 'none';
}

function update(given) {
  let [digit, s, map, row, column, channel] = given.map((v) => v - 1);
  s += 1;
  const stage = stages[s], [rows, columns, maps] = stage.shape, values = stage.values[digit], reads = stages[s - 1];
  map = Math.min(map + (s === end && before && before[1] === end ? 1 : 0), maps - 1);
  const isNew = before && (before[0] !== digit || before[1] !== s);
  if (isNew && picked === false) map = s === end ? largest(data.probabilities[digit]) : largest(values) % maps;
  else if (picked !== false) map = picked;
  if (before && (isNew || before[2] !== map)) {
    const at = largest(mapOf(values, stage.shape, map)[1]);
    [row, column] = isMap(stage) ? [Math.floor(at / columns), at % columns] : [0, 0];
  }
  [row, column] = [Math.min(row, rows - 1), Math.min(column, columns - 1)];
  const sums = parts(s, digit, map, row, column);
  if (before && (isNew || before[2] !== map)) channel = largest(sums.map(Math.abs));
  channel = stage.kind === 'pool' ? map : Math.min(channel, stage.from[2] - 1);
  if (before && before[0] !== digit) repaint(digit);
  [before, picked] = [[digit, s, map], false];

  limit(0, 1, stages[0].values.length, digit + 1, stages[0].values.length > 1);
  limit(1, 1, end, s, end > 1);
  limit(2, s === end ? 0 : 1, s === end ? maps - 1 : maps, s === end ? map : map + 1, maps > 1);
  limit(3, 1, rows, row + 1, isMap(stage));
  limit(4, 1, columns, column + 1, isMap(stage));
  limit(5, 1, stage.from[2], channel + 1, stage.kind === 'filter' && stage.from[2] > 1);
  inputs[1].setAttribute('aria-valuetext', s + ': ' + stage.name);
  inputs[2].previousElementSibling.textContent = data.third[s === end ? 2 : isMap(stage) ? 0 : 1];

  const all = stage.terms ? stage.terms[digit] : null, count = all ? all.places.length / maps : 0;
  const terms = Array.from({ length: count }, (_, k) => {
    const i = all.places[map * count + k], weight = all.weights[map * count + k], value = reads.values[digit][i];
    return { i, weight, value, product: weight * value };
  });
  text('what', fill(data.what[s === end ? 2 : isMap(stage) ? 0 : 1], stage.name, s === end ? map : map + 1, row + 1, column + 1));
  frame('pick', cell(s, map), 1);
  drawPictures(s, digit, map, row, column, channel, terms);
  drawTables(s, digit, map, row, column, channel);
  drawTerms(stage, terms);
  drawParts(stage, sums, channel);
  const steps = lines(s, digit, map, row, column, channel, sums, terms);
  for (let k = 0; k < 5; k++) {
    text('line' + k, steps[k] ? steps[k][0] : '');
    text('value' + k, steps[k] ? four(steps[k][1]) : '');
  }
  if (!live) {
    live = form.appendChild(document.createElement('p'));
    live.setAttribute('role', 'status');
    live.style.cssText = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';
  }
  live.textContent = part('what').textContent + '. ' + steps.map(([label, value]) => label + ' = ' + four(value)).join('; ');
  return [digit + 1, s, s === end ? map : map + 1, row + 1, column + 1, channel + 1];
}

// All small pictures, of another digit.
function repaint(digit) {
  stages.forEach((stage, s) => {
    if (s === end) return;
    for (let map = 0; map < (isMap(stage) ? stage.shape[2] : 1); map++) paint('m' + s + '_' + map, ...mapOf(stage.values[digit], stage.shape, map), stage.full);
  });
  data.probabilities[digit].forEach((p, k) => {
    set('p' + k, { width: (96 * p).toFixed(1) });
    text('q' + k, data.shares[digit][k]);
  });
  text('answer', data.answers[digit]);
}

function drawPictures(s, digit, map, row, column, channel, terms) {
  const stage = stages[s], reads = stages[s - 1], [, width] = stages[0].shape, size = width * stages[0].shape[0];
  const term = terms[0]?.i, from = term === undefined ? channel : term % stage.from[2];
  const shown = [mapOf(reads.values[digit], stage.from, Math.min(from, stage.from[2] - 1)),
    s < end ? mapOf(stage.values[digit], stage.shape, map) : [width, Array.from(speaks[digit].subarray(map * size, map * size + size), (v) => v - 128)]];
  const full = [reads.full, s < end ? stage.full : Math.max(1, ...shown[1][1].map(Math.abs))];
  text('title0', fill(data.reads, reads.name));
  [0, 1].forEach((k) => text('note' + k, s < end ? '' : data.note[k]));
  text('title1', s < end ? fill(data.gives, stage.name) : fill(data.speaksFor, map));
  shown.forEach(([wide, values], k) => {
    const [side, square] = padded(wide, values), [left, top, length] = data.pictures[k], scale = length / side;
    paint('picture' + k, side, square, full[k]);
    let mark = [0, 0, 0, 0];
    if (k === 0 && stage.axes) {
      const inside = cells(s, digit, map, row, column, 0).filter((cell) => cell.inside);
      const ends = (key) => [Math.min(...inside.map((cell) => cell[key])), Math.max(...inside.map((cell) => cell[key]))];
      const [[x0, x1], [y0, y1]] = [ends('x'), ends('y')];
      mark = [x0, y0, x1 - x0 + 1, y1 - y0 + 1];
    } else if (k === 0 && term !== undefined) {
      const at = isMap(reads) ? Math.floor(term / stage.from[2]) : term;
      mark = [at % wide, Math.floor(at / wide), 1, 1];
    } else if (k === 1 && s < end) {
      mark = isMap(stage) ? [column, row, 1, 1] : [map % wide, Math.floor(map / wide), 1, 1];
    }
    frame('mark' + k, [left + mark[0] * scale, top + mark[1] * scale, mark[2] * scale, mark[3] * scale], 0);
  });
}

function drawTables(s, digit, map, row, column, channel) {
  const under = cells(s, digit, map, row, column, channel), isFilter = stages[s].kind === 'filter';
  [(c) => c.number, (c) => c.weight, (c) => c.number * c.weight].forEach((of, k) => {
    const own = Math.max(1e-9, ...under.map((c) => Math.abs(of(c)))), full = k ? own : stages[s - 1].full;
    show('table' + k, k ? isFilter : under.length > 0);
    for (let i = 0; i < data.kernel * data.kernel; i++) {
      const found = under.find((c) => c.i * data.kernel + c.j === i), value = found ? of(found) : 0;
      set('r' + k + '_' + i, { fill: sign(value), 'fill-opacity': found ? (0.06 + 0.5 * Math.min(1, Math.abs(value) / full)).toFixed(2) : 0 });
      if (part('n' + k + '_' + i)) text('n' + k + '_' + i, found ? short(value) : '');
    }
  });
}

function drawTerms(stage, terms) {
  const most = Math.max(1e-9, ...terms.map((term) => Math.abs(term.product))), [middle, length] = data.bars;
  show('terms', terms.length > 0);
  for (let k = 0; part('t' + k); k++) {
    const term = terms[k], [rows, columns, maps] = stage.from, at = term && Math.floor(term.i / maps);
    text('from' + k, term ? fill(data.from[rows * columns === 1 ? 2 : maps > 1 ? 1 : 0], term.i % maps + 1, Math.floor(at / columns) + 1, at % columns + 1) : '');
    text('number' + k, term ? four(term.value) : '');
    text('weight' + k, term ? '× ' + four(term.weight) : '');
    text('product' + k, term ? '= ' + four(term.product) : '');
    const long = term ? length * Math.abs(term.product) / most : 0;
    bar('t' + k, term && term.product < 0 ? middle - long : middle, long);
    set('t' + k, { fill: sign(term ? term.product : 0) });
  }
}

function drawParts({ kind }, sums, channel) {
  const [left, top, width, height] = data.parts, pitch = width / sums.length, most = Math.max(1e-9, ...sums.map(Math.abs));
  show('parts', kind === 'filter' && sums.length > 1);
  for (let k = 0; k < data.most; k++) {
    const sum = kind === 'filter' ? sums[k] ?? 0 : 0, high = Math.abs(sum) / most * height / 2;
    set('b' + k, {
      x: (left + pitch * k).toFixed(1), y: (top + height / 2 - (sum < 0 ? 0 : high)).toFixed(1), width: Math.min(40, Math.max(1, pitch - 2)).toFixed(1),
      height: high.toFixed(1), fill: sign(sum), 'fill-opacity': k === channel ? 1 : 0.5,
    });
  }
  text('channel', fill(data.channel, channel + 1));
}

// A click picks a map, a neuron or a class above, a number of the map that is given, or a map that is read.
function pick(x, y) {
  const within = ([left, top, width, height]) => x >= left && x < left + width && y >= top && y < top + height;
  for (let s = 1; s <= end; s++) {
    for (let map = 0; map < stages[s].shape[2]; map++) {
      if (!within(cell(s, map))) continue;
      picked = map;
      return { 1: s };
    }
  }
  const [, s] = before, stage = stages[s], [rows, columns, maps] = stage.shape, [left, top, length] = data.pictures[1];
  if (s < end && within(data.pictures[1])) {
    const wide = isMap(stage) ? columns : data.wide[s], side = Math.max(wide, isMap(stage) ? rows : Math.ceil(maps / wide));
    const [column, row] = [x - left, y - top].map((v) => Math.floor(v * side / length));
    if (!isMap(stage) && column < wide && row * wide + column < maps) picked = row * wide + column;
    return isMap(stage) && row < rows && column < columns ? { 3: row + 1, 4: column + 1 } : {};
  }
  if (stage.kind === 'filter' && within(data.parts)) return { 5: Math.floor((x - data.parts[0]) / data.parts[2] * stage.from[2]) + 1 };
  return {};
}
