function cell(name, k, value, strength, colour) {
  part(name + k).setAttribute('fill', colour);
  part(name + k).setAttribute('fill-opacity', strength.toFixed(2));
  part(name + '-' + k).setAttribute('fill', data.colours[strength > 0.5 ? 3 : 0]);
  text(name + '-' + k, number(value, 2));
}

function move(name, place) {
  Object.entries(place).forEach(([key, value]) => part(name).setAttribute(key, value));
}

function update([at]) {
  const [rows, columns, high, wide] = data.shape, [digit, written, top] = data.corners, side = data.pixel;
  const row = Math.floor(at / columns), column = at % columns;
  const above = Math.floor((high - 1) / 2), left = Math.floor((wide - 1) / 2);
  let sum = 0;
  data.weights.forEach((weight, k) => {
    const r = row + Math.floor(k / wide) - above, c = column + k % wide - left;
    const inside = r >= 0 && c >= 0 && r < rows && c < columns;
    const ink = inside ? data.ink[r * columns + c] / 255 : 0, product = ink * weight;
    sum += product;
    cell('ink', k, ink, ink, data.colours[0]);
    cell('product', k, product, Math.abs(product) / data.heaviest, data.colours[product < 0 ? 2 : 1]);
  });
  const x = written + column * side, y = top + row * side;
  move('seen', { x: digit + (column - left) * side, y: top + (row - above) * side });
  move('here', { x, y });
  move('rest', { x: x + side, y, width: (columns - column - 1) * side });
  move('below', { y: y + side, height: (rows - row - 1) * side });
  text('sum', number(sum, 2));
  text('place', data.place[0] + row + data.place[1] + column + data.place[2]);
}
