// What all figures with sliders have in common; `update` stands above and changes the named parts of `page`.
function part(name) {
  return page.querySelector('[data-name="' + name + '"]');
}

function text(name, value) {
  part(name).textContent = value;
}

function bar(name, x, width) {
  part(name).setAttribute('x', x.toFixed(1));
  part(name).setAttribute('width', width.toFixed(1));
}

function set(name, attributes) {
  Object.entries(attributes).forEach(([key, value]) => part(name).setAttribute(key, value));
}

// A point of a plane in pixels.
function place([left, top, width, height, x0, x1, y0, y1], x, y) {
  return [left + width * (x - x0) / (x1 - x0), top + height * (y1 - y) / (y1 - y0)].map((v) => Number(v.toFixed(1)));
}

// A piece of the tangent, so many pixels long.
function tangent(plane, x, y, slope, length) {
  const [, , width, height, x0, x1, y0, y1] = plane, [cx, cy] = place(plane, x, y);
  const dx = width / (x1 - x0), dy = -slope * height / (y1 - y0), half = length / 2 / Math.hypot(dx, dy);
  const [ax, ay, bx, by] = [cx - half * dx, cy - half * dy, cx + half * dx, cy + half * dy].map((v) => v.toFixed(1));
  return 'M' + ax + ' ' + ay + 'L' + bx + ' ' + by;
}

// A number as the figures write it: with a real minus, and none before a zero.
function number(x, decimals) {
  const size = Math.abs(x);
  const digits = size < 1e7 ? size.toFixed(decimals) : size.toExponential(1).replace('+', '');
  return (x < 0 && Number(digits) !== 0 ? '−' : '') + digits;
}

const image = root.querySelector('img');
const [kind, picture] = image.src.split(/,(.*)/s); // as it is, or packed in base64
const bytes = kind.endsWith('base64') && Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
const svg = bytes ? new TextDecoder().decode(bytes) : decodeURIComponent(picture);
const page = new DOMParser().parseFromString(svg, 'image/svg+xml');
const form = root.querySelector('form');
const inputs = Array.from(form.querySelectorAll('input'));

function redraw() {
  const values = inputs.map((input) => Number(input.value));
  const shown = update(values) || values;
  inputs.forEach((input, i) => { input.nextElementSibling.textContent = number(shown[i], data.decimals); });
  image.alt = said.replace(/{(\w+)}/g, (_, name) => part(name).textContent);
  page.querySelector('title').textContent = image.alt;
  image.src = 'data:image/svg+xml,' + encodeURIComponent(new XMLSerializer().serializeToString(page));
}

// The first slider's places one after the other, two and a half seconds each.
if (data.play) {
  const [play, pause, back] = data.play, [first] = inputs;
  const row = form.insertBefore(document.createElement('div'), form.firstChild);
  row.innerHTML = '<button type="button"></button><button type="button">◀ ' + back + '</button>';
  const [start, before] = row.children;
  let timer;
  const go = (to) => { first.value = to; redraw(); };
  const rest = () => { timer = clearInterval(timer); start.textContent = '▶ ' + play; };
  const tick = () => {
    if (Number(first.value) < Number(first.max) && root.isConnected) go(Number(first.value) + 1);
    if (first.value === first.max || !root.isConnected) rest();
  };
  start.onclick = () => {
    if (timer) return rest();
    if (first.value === first.max) go(0); else tick();
    timer = setInterval(tick, 2500);
    start.textContent = '❚❚ ' + pause;
  };
  before.onclick = () => { rest(); go(Number(first.value) - 1); };
  first.addEventListener('input', rest);
  rest();
}

if (typeof pick === 'function') {
  image.style.cursor = 'crosshair';
  image.onclick = ({ offsetX, offsetY }) => {
    const scale = page.documentElement.getAttribute('width') / image.clientWidth;
    Object.entries(pick(offsetX * scale, offsetY * scale)).forEach(([i, value]) => { inputs[i].value = value; });
    redraw();
  };
}

// JupyterLab takes the arrow keys for itself before they reach a slider: here they are kept from it.
function keep(event) {
  if (!root.isConnected) window.removeEventListener('keydown', keep, true);
  else if (form.contains(event.target)) event.stopPropagation();
}

window.addEventListener('keydown', keep, true);
form.oninput = redraw;
form.onsubmit = () => false;
form.hidden = false;
redraw();
