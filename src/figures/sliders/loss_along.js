function update([i]) {
  const [[now, before], [value, after]] = [data.points[data.base], data.points[i]];
  const [[ax, ay], [bx, by]] = [place(data.plane, now, before), place(data.plane, value, after)];
  const nudge = value - now;
  set('dot', { cx: bx, cy: by });
  set('legs', { d: 'M' + ax + ' ' + ay + 'H' + bx + 'V' + by });
  set('secant', { d: 'M' + ax + ' ' + ay + 'L' + bx + ' ' + by });
  text('nudge', number(nudge, 2));
  text('after', number(after, 2));
  text('quotient', nudge === 0 ? '–' : number((after - before) / nudge, 2));
  return [nudge];
}
