function update([at]) {
  data.counts.forEach((_, k) => part('film' + k).setAttribute('display', k === at ? 'inline' : 'none'));
  text('step', data.step + data.counts[at]);
  return [data.steps[at]];
}
