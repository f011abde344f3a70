function update(scores) {
  const exponentials = scores.map(Math.exp);
  const sum = exponentials.reduce((a, b) => a + b);
  const reach = Math.max(1, ...scores.map(Math.abs));
  const largest = Math.max(...exponentials);
  const short = (x) => number(x, x < 1 ? 3 : x < 10 ? 2 : x < 1000 ? 1 : 0);
  scores.forEach((score, c) => {
    const length = 44 * score / reach, share = exponentials[c] / sum;
    bar('s' + c, 262 + Math.min(length, 0), Math.abs(length));
    bar('e' + c, 410, 84 * exponentials[c] / largest);
    bar('p' + c, 592, 74 * share);
    text('S' + c, number(score, 1));
    text('E' + c, short(exponentials[c]));
    text('P' + c, share < 0.001 ? '< 0.1' + data.percent : number(100 * Math.min(share, 0.999), 1) + data.percent);
  });
  text('sum', short(sum));
  const order = scores.map((score, c) => [Number(score.toFixed(1)), c]).sort((a, b) => b[0] - a[0]);
  const [[first], [second, rival]] = order, lead = first - second, times = Math.exp(lead);
  const takenAway = second < 0 ? '(' + number(second, 1) + ')' : number(second, 1);
  const [ahead, more, than] = data.lead;
  text('lead', number(first, 1) + ' − ' + takenAway + ' = ' + number(lead, 1) + ' ' + ahead);
  text('power', number(lead, 1));
  text('times', ' ≈ ' + number(times, times < 1000 ? 1 : 0) + ' ' + more);
  text('rival', than + ' ' + rival);
}
