// A canvas whose strokes go to the kernel as a file; what a network says to them comes back as another one.
const SIDE = 280, PEN = 20, STEP = 10; // as in strokes.rs; an arrow key moves the pen by a step
let strokes = [], number = 0, kept = [], label, pen = [SIDE / 2, SIDE / 2], isDown = false, finger;

const make = (parent, name, attributes) => Object.assign(parent.appendChild(document.createElement(name)), attributes);
root.querySelector('p').hidden = true;
const desk = make(root, 'div', { className: 'desk' });
const left = make(desk, 'div'), right = make(desk, 'div');
const canvas = make(make(left, 'div', { className: 'sheet' }), 'canvas', { width: 2 * SIDE, height: 2 * SIDE, tabIndex: 0, ariaLabel: words.canvas });
canvas.setAttribute('role', 'application');
const tools = make(left, 'div', { className: 'row' });
const undo = make(tools, 'button', { type: 'button', textContent: '↶ ' + words.undo, onclick: () => change(strokes.slice(0, -1)) });
const clear = make(tools, 'button', { type: 'button', textContent: words.clear, onclick: () => change([]) });
const said = make(right, 'div', { className: 'desk' });
const seen = make(said, 'canvas', { className: 'seen', width: 28, height: 28, hidden: true });
const bars = make(said, 'div', { className: 'bars', hidden: true, role: 'img' });
const note = make(right, 'p', { className: 'note', textContent: words.reads });
note.setAttribute('role', 'status');
const picker = make(root, 'div', { className: 'row', role: 'radiogroup', ariaLabel: words.thisIs });
make(picker, 'span', { textContent: words.thisIs });
const digits = Array.from({ length: 10 }, (_, digit) => {
  const button = make(picker, 'button', { type: 'button', textContent: digit, onclick: () => choose(digit) });
  button.setAttribute('role', 'radio');
  return button;
});
const keep = make(picker, 'button', { type: 'button', className: 'keep', textContent: words.keep, onclick: keepDrawing });
const shelf = make(root, 'div', { className: 'row' });
make(root, 'p', { className: 'note', textContent: words.keys });

const rows = Array.from({ length: 10 }, (_, digit) => [
  make(bars, 'span', { textContent: digit }), make(bars, 'div'), make(bars, 'span'),
]);

// ---- drawing

function paint(target, all, scale, withPen) {
  const context = target.getContext('2d'), dark = root.classList.contains('dark');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, SIDE, SIDE);
  Object.assign(context, { lineWidth: PEN, lineCap: 'round', lineJoin: 'round', strokeStyle: dark ? '#E9ECEF' : '#1B2026' });
  for (const stroke of all) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    stroke.forEach((point) => context.lineTo(...point));
    context.stroke();
  }
  if (!withPen) return;
  context.beginPath();
  context.arc(...pen, PEN / 2, 0, 7);
  Object.assign(context, { lineWidth: 2, strokeStyle: '#A5180E', fillStyle: '#A5180E' });
  isDown ? context.fill() : context.stroke();
}

function redraw() {
  paint(canvas, strokes, 2, document.activeElement === canvas && canvas.matches(':focus-visible'));
  undo.ariaDisabled = clear.ariaDisabled = String(!strokes.length);
  keep.ariaDisabled = String(!strokes.length || label === undefined);
  digits.forEach((button, digit) => {
    button.ariaChecked = String(digit === label);
    button.tabIndex = digit === (label ?? 0) ? 0 : -1;
  });
}

function change(now) {
  [strokes, isDown] = [now, false];
  redraw();
  send();
}

const inside = (x) => Math.round(Math.min(SIDE, Math.max(0, x)));

function point(event) {
  const box = canvas.getBoundingClientRect();
  return [inside((event.clientX - box.left) * SIDE / box.width), inside((event.clientY - box.top) * SIDE / box.height)];
}

canvas.onpointerdown = (event) => {
  if (!event.isPrimary || event.button || finger !== undefined) return;
  finger = event.pointerId;
  canvas.setPointerCapture(finger);
  strokes.push([point(event)]);
  redraw();
};
canvas.onpointermove = (event) => {
  if (event.pointerId !== finger) return;
  const stroke = strokes[strokes.length - 1];
  const all = event.getCoalescedEvents?.() ?? [];
  for (const part of all.length ? all : [event]) {
    const [x, y] = point(part), [x0, y0] = stroke[stroke.length - 1];
    if (x !== x0 || y !== y0) stroke.push([x, y]);
  }
  redraw();
};
canvas.onpointerup = canvas.onpointercancel = (event) => {
  if (event.pointerId !== finger) return;
  finger = undefined;
  send();
};

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return event.key === 'z' && strokes.length && (change(strokes.slice(0, -1)), true);
  const move = MOVES[event.key];
  if (event.target !== canvas) {
    if (!move || !digits.includes(event.target)) return false;
    choose(((label ?? -1) + move[0] + move[1] + 10) % 10);
    digits[label].focus();
    return true;
  }
  if (move) {
    const step = event.shiftKey ? 2 : STEP;
    pen = pen.map((x, axis) => inside(x + move[axis] * step));
    if (isDown) strokes[strokes.length - 1].push(pen);
    redraw();
    if (isDown) send();
  } else if (event.key === ' ') {
    isDown = !isDown && strokes.push([pen]) > 0;
    redraw();
    send();
  } else if (event.key === 'Backspace') change(strokes.slice(0, -1));
  else if (event.key === 'Delete') change([]);
  else if (event.key === 'Enter') keepDrawing();
  else if (/^[0-9]$/.test(event.key)) choose(Number(event.key));
  else return false;
  return true;
}

ownKeys(key);
for (const change of ['focusin', 'focusout']) root.addEventListener(change, redraw);

// ---- what is kept

function choose(digit) {
  label = digit;
  redraw();
}

async function keepDrawing() {
  if (!strokes.length || label === undefined) return;
  const line = label + ' ' + text(strokes);
  if (await keepAll((all) => [...all, line])) change([]);
}

// Another page may have kept drawings, too: what is there now is read first.
async function keepAll(changed) {
  const before = await get(words.keptName).catch((error) => (error.message === '404' ? '' : say(words.unsent + error.message)));
  if (before === undefined) return false; // what is there would be lost
  const now = changed(lines(before));
  const isSent = await put(words.keptName, now.map((line) => line + '\n').join(''));
  if (isSent) show(now);
  return isSent;
}

const lines = (text) => text.split('\n').filter((line) => line.trim());
const text = (all) => all.map((stroke) => stroke.flat().join(',')).join(';');
const parsed = (line) => line.split(' ')[1]?.split(';').filter(Boolean).map((stroke) => {
  const numbers = stroke.split(',').map(Number);
  return numbers.flatMap((x, i) => (i % 2 ? [] : [[x, numbers[i + 1]]]));
}) ?? [];

function show(now) {
  kept = now;
  shelf.replaceChildren();
  if (kept.length) make(shelf, 'span', { textContent: words.kept.replace('#', kept.length) });
  kept.forEach((line) => {
    const digit = line[0], title = words.remove.replace('#', digit);
    const button = make(shelf, 'button', { type: 'button', className: 'kept', title, ariaLabel: title });
    button.onclick = () => keepAll((all) => all.filter((other, i) => i !== all.indexOf(line)));
    paint(make(button, 'canvas', { width: 80, height: 80 }), parsed(line), 80 / SIDE);
    button.append(digit);
  });
}

// ---- to the kernel and back

function say(text) {
  note.textContent = text;
}

const sendLast = lastOf(async () => {
  if (await put(own('drawing'), number + ' ' + text(strokes))) hurry = 40;
  look();
});

function send() {
  number += 1;
  sendLast();
}

// What the network says. After a change the answer is expected at once; else it changes only while a network learns.
let timer, hurry = 0, reads = false, told;
async function look() {
  clearTimeout(timer);
  if (!root.isConnected) return;
  dress();
  let pace = 300;
  try {
    const text = await get(own('json')), answer = JSON.parse(text);
    reads = answer.shares.length > 0;
    if (reads && text !== told) {
      tell(answer);
      pace = 150; // while it learns, as often as its panel
    }
    told = text;
    if (!reads || answer.number === number) hurry = 0;
  } catch {
    reads = false; // the kernel has ended
  }
  clearTimeout(timer);
  if (hurry > 0) hurry -= 1;
  timer = setTimeout(look, hurry ? 12 : reads ? pace : 1000);
}

function tell({ pixels, shares }) {
  const best = shares.indexOf(Math.max(...shares)), image = new ImageData(28, 28), dark = root.classList.contains('dark');
  pixels.forEach((ink, i) => image.data.set([...(dark ? [233, 236, 239] : [27, 32, 38]), ink], 4 * i));
  seen.getContext('2d').putImageData(image, 0, 0);
  rows.forEach(([digit, bar, share], i) => {
    bar.style.width = 250 * shares[i] + 'px';
    share.textContent = shares[i] === null ? 'NaN' : (100 * shares[i]).toFixed(1) + words.percent;
    for (const part of [digit, bar, share]) part.classList.toggle('best', i === best);
  });
  bars.ariaLabel = rows.map(([digit, , share]) => digit.textContent + ': ' + share.textContent).join(', ');
  seen.hidden = bars.hidden = false;
  note.textContent = pixels.some(Boolean) ? '' : words.empty;
}

// In the colours of the page, which may change.
function dress() {
  const dark = document.body.dataset.jpThemeLight === 'false';
  if (root.classList.contains('dark') === dark) return;
  root.classList.toggle('dark', dark);
  told = undefined;
  redraw();
  show(kept);
}

// A page that was loaded again finds its drawing.
async function begin(patience) {
  dress();
  redraw();
  if (!isServed()) {
    if (patience) return setTimeout(begin, 100, patience - 1);
    note.textContent = words.offline;
    return;
  }
  show(lines(await get(words.keptName).catch(() => '')));
  const line = await get(own('drawing')).catch(() => '');
  if (line && !strokes.length) {
    number = Number(line.split(' ')[0]);
    strokes = parsed(line);
    redraw();
  }
  look();
}
begin(50);
