const bytes64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const [olds, slopes, news] = data.numbers.map((text) => new Float32Array(bytes64(text).buffer));
const ink = bytes64(data.inputs), size = data.rows * data.columns;
const [SCORES, BEFORE, BY_SCORE, AFTER] = [0, 1, 2, 3];
// The table of each stage; at first there is none.
const tables = [null, SCORES, BEFORE, BEFORE, BY_SCORE, BY_SCORE, AFTER];
const short = (x) => number(x, Math.abs(x) >= 100 ? 0 : Math.abs(x) >= 9.95 ? 1 : 2);

// A grey picture whose white pixels let the colour through.
function mask(values, full, sign) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [data.columns, data.rows];
  const context = canvas.getContext('2d'), greys = context.createImageData(data.columns, data.rows);
  values.forEach((v, i) => {
    const grey = 255 * Math.min(1, Math.max(0, sign * v / full));
    greys.data.set([grey, grey, grey, 255], 4 * i);
  });
  context.putImageData(greys, 0, 0);
  return canvas.toDataURL();
}

function update([stage, output, row, column]) {
  const which = tables[stage], table = which === null ? null : data.tables[which], at = output * size + row * data.columns + column;
  const signed = which === SCORES || which === BY_SCORE;
  const most = signed ? Math.max(...table.map(Math.abs), 1e-9) : 1;
  const products = stage === 4 && ink.length > 0, surprise = stage === 3 || stage === 6;
  let sum = 0, beside = [];
  for (let i = 0; i < data.n; i++) {
    for (let c = 0; c < data.classes; c++) {
      const value = table ? table[i * data.classes + c] : 0;
      const colour = !signed ? data.colours[2] : data.colours[value < 0 ? 0 : 1];
      set('c' + i + '_' + c, { fill: colour, 'fill-opacity': (0.5 * Math.abs(value) / most).toFixed(2) });
      text('t' + i + '_' + c, table ? short(value) : '');
    }
    const pixel = products ? ink[i * size + row * data.columns + column] / 255 : 0;
    beside.push(products ? pixel * table[i * data.classes + output] : surprise ? -Math.log(table[i * data.classes + data.labels[i]]) : 0);
    text('b' + i, products ? number(pixel, 2) + ' × ' + short(table[i * data.classes + output]) : surprise ? number(beside[i], 2) : '');
    sum += beside[i];
  }
  for (let c = 0; c < data.classes; c++) set('h' + c, { 'font-weight': ink.length && c === output ? 700 : 400 });
  const longest = Math.max(1, ...beside);
  beside.forEach((value, i) => bar('bar' + i, data.left, surprise ? 70 * value / longest : 0));
  text('beside', products ? data.product : surprise ? data.surprise : '');
  text('sum', products ? data.sum.replace('#0', number(sum, 3)) : '');
  text('stage', data.stages[stage]);

  const kind = stage < 4 ? 0 : stage < 6 ? 1 : 2;
  const shown = [olds, slopes, news][kind].subarray(output * size, (output + 1) * size);
  const images = page.querySelectorAll('mask image'), last = images.length - 1;
  images[last - 1].setAttribute('href', mask(shown, data.full[kind % 2], 1));
  images[last].setAttribute('href', mask(shown, data.full[kind % 2], -1));
  text('what', data.what[kind]);
  text('whose', data.whose.replace('#0', output));
  const [x, y, cell] = data.picture;
  set('pick', { x: x + column * cell - 1, y: y + row * cell - 1 });
  text('old', number(olds[at], 5));
  text('slope', stage < 4 ? '' : number(slopes[at], 5));
  text('move', stage < 5 ? '' : number(news[at] - olds[at], 5));
  text('new', stage < 5 ? '' : number(news[at], 5));
  [0, 1, 2].forEach((k) => ['loss', 'L'].forEach((name) => {
    set(name + k, { visibility: (k === 0 ? stage > 2 : stage > 5) ? 'visible' : 'hidden' });
  }));
}

// A click on a pixel picks its weight, and one on a column of the table its class.
function pick(x, y) {
  const [left, top, cell] = data.picture, column = Math.floor((x - left) / cell), row = Math.floor((y - top) / cell);
  if (row >= 0 && row < data.rows && column >= 0 && column < data.columns) return { 2: row, 3: column };
  const [from, width] = data.table, output = Math.floor((x - from) / width);
  return ink.length && output >= 0 && output < data.classes ? { 1: output } : {};
}
