function update([filled]) {
  const last = filled - 1, row = Math.floor(last / data.columns), column = last % data.columns;
  data.product.forEach((value, k) => {
    text('c' + k, k < filled ? value : '');
    set('c' + k, { 'font-weight': k === last ? 700 : 400 });
  });
  const x = data.x + data.wide * column, y = data.y + data.high * row;
  set('row', { y });
  set('column', { x });
  set('cell', { x, y });
  text('meets', data.meets.replace('123', row).replace('456', column));
  text('value', data.product[last]);
  text('score', data.product[last] + ' + ' + data.plus[column] + ' ≈ ' + data.scores[last]);
}
