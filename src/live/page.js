// Looks some times a second whether there is a new picture. `root` is the panel's element of the page. Where scripts are not run, as
// in a saved notebook, there is only the sentence of the page.
const image = root.appendChild(document.createElement('img'));
image.style.display = 'none';
let shown, beat, training, isSaved = Boolean(host), heard = Date.now(), missed = 0, status = {};

const row = root.appendChild(document.createElement('div'));
row.className = 'row';
row.style.display = 'none'; // until there is somebody who takes orders
row.innerHTML = '<button type="button"></button>'.repeat(4) + '<span role="status"></span>';
const [hold, stop, single, log, sentence] = row.children;
stop.textContent = '■ ' + words.stop;
single.textContent = words.step;
log.textContent = words.log;
hold.onclick = () => status.busy && send(status.paused ? 'go' : 'pause');
stop.onclick = () => status.busy && send('stop');
single.onclick = () => status.paused && send('step');
log.onclick = () => change(() => { view[0] = 1 - view[0]; });
image.onclick = () => hold.focus();

const sliders = root.appendChild(document.createElement('div'));
sliders.className = 'row';
const help = root.appendChild(document.createElement('p'));
help.className = 'keys';
help.textContent = words.keys;

// ---- how the picture is wanted, and where the knobs stand: what was changed here just now is newer than what the kernel says
let view = [0, 0], knobs = [], changed = -Infinity;
const isFresh = () => Date.now() - changed < 2000;
const sendView = lastOf(() => put(own('view'), [...view, ...knobs.map((knob) => knob.value)].join(' ') + '\n'));

function change(now) {
  changed = Date.now();
  now();
  buttons();
  sendView();
  soon();
}

// A slider that moves evenly, or, if its range is wide, from one round number to the next, ten for each power of ten.
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

function knob({ name, low, high }) {
  const label = sliders.appendChild(document.createElement('label'));
  label.innerHTML = '<span></span><input type="range"><b></b>';
  const [title, input, output] = label.children;
  const isWide = low > 0 && high / low > 30;
  const placeOf = (value) => Math.round(isWide ? 10 * Math.log10(value) : (100 * (value - low)) / (high - low));
  const [first, last] = [low, high].map(placeOf);
  Object.assign(input, { min: first, max: last, ariaLabel: name });
  title.textContent = name;
  const between = (place) => isWide ? ROUND[((place % 10) + 10) % 10] + 'e' + Math.floor(place / 10)
    : (low + ((high - low) * place) / 100).toPrecision(3);
  const made = {
    show(value) {
      made.value = value;
      output.textContent = input.ariaValueText = value;
    },
    put(value) {
      made.show(value);
      input.value = placeOf(value);
    },
  };
  input.oninput = () => {
    const place = Number(input.value);
    change(() => made.show(place === first ? low : place === last ? high : Number(between(place))));
  };
  return made;
}

let drawn;
function showView() {
  const names = JSON.stringify(status.knobs.map(({ name, low, high }) => [name, low, high]));
  if (names !== drawn) {
    drawn = names;
    sliders.replaceChildren();
    knobs = status.knobs.map(knob);
    root.classList.toggle('turns', knobs.length > 0);
  } else if (isFresh()) {
    return;
  }
  view = status.view;
  status.knobs.forEach(({ value }, i) => knobs[i].put(value));
}

ownKeys(({ key, target, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return false;
  if (/^[0-6]$/.test(key)) change(() => { view[1] = Number(key); });
  else if (key === 'l') log.click();
  else if (key === '.') single.click();
  else if (key === ' ' && target.type !== 'button') hold.click();
  else return false;
  return true;
});
buttons();

// A button that is disabled loses the focus, and the keys meant for it would reach JupyterLab.
function buttons() {
  hold.ariaDisabled = stop.ariaDisabled = String(!status.busy);
  single.ariaDisabled = String(!status.paused);
  log.ariaPressed = String(view[0] === 1);
  hold.className = status.paused ? 'go' : '';
  hold.textContent = status.paused ? '▶ ' + words.go : '❚❚ ' + words.pause;
}

function say(text) {
  if (sentence.textContent !== text) sentence.textContent = text;
}

// The page of a lesson takes orders itself.
function send(order) {
  host ? host.order(order) : put(own('txt'), order);
}

// A page that is loaded again before its notebook was saved would have no panel: the keys that save it are pressed.
function save() {
  isSaved = true;
  const isMac = navigator.platform.startsWith('Mac');
  const keys = { key: 's', code: 'KeyS', keyCode: 83, ctrlKey: !isMac, metaKey: isMac, bubbles: true, cancelable: true };
  root.parentElement.dispatchEvent(new KeyboardEvent('keydown', keys));
}

// A cell that is run again makes a new panel, and a page that is reloaded then still has the old one. The name of a
// panel's files begins with the number of its kernel's process.
async function newest() {
  const [folder, name] = address(own('json')).pathname.match(/^(.*)\/(.*)$/).slice(1);
  const url = new URL(folder.replace('/files/', '/api/contents/'), link.href);
  const { content } = await (await fetch(url, { cache: 'no-store' })).json();
  const kernel = name.split('-')[0] + '-';
  const names = content.map((file) => file.name).filter((other) => other.startsWith(kernel) && other.endsWith('.json'));
  if (names.length) link.href = new URL(folder + '/' + names.sort().pop().replace(/json$/, 'svg'), link.href);
}

async function refresh() {
  if (!isServed()) return;
  row.style.display = '';
  const dark = document.body.dataset.jpThemeLight === 'false';
  root.classList.toggle('dark', dark);
  try {
    status = JSON.parse(await get(own('json')));
    missed = 0;
  } catch (error) {
    // The last picture stays. A file that was deleted comes back by itself while training is going on.
    status.busy = false;
    buttons();
    if (++missed > 2) say(error.message === '404' ? words.gone : words.offline);
    if (!host && missed === 2 && error.message === '404') await newest();
    return;
  }
  showView();
  // Shift + Enter in the training cell has scrolled past the panel.
  if (status.busy && training === false) root.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  training = status.busy;
  if (training && !isSaved) save();
  if (status.beat !== beat) {
    beat = status.beat;
    heard = Date.now();
  }
  const silence = Math.round((Date.now() - heard) / 1000);
  if (status.busy && silence >= 5) {
    status.busy = false;
    say(words.silent.replace('#', silence));
  } else {
    say(status.sentence);
  }
  buttons();
  if (status.frame === shown) return;
  const svg = await get(own('svg'));
  const picture = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  const before = image.src;
  image.src = picture;
  await image.decode();
  image.style.display = '';
  image.alt = new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('title')?.textContent ?? words.alternative;
  root.querySelector('p').hidden = true;
  if (before.startsWith('blob:')) URL.revokeObjectURL(before);
  shown = status.frame;
}

// A cell that is run again takes this panel out of the page for ever, so the timer ends with it. One that is scrolled out
// of sight may be taken out for a while: when it is seen again, the timer starts again. (The observer does not keep `root`.)
let ticking = true, patience = 60, timer;
const sight = new IntersectionObserver((entries) => {
  if (!ticking && entries.some((entry) => entry.isIntersecting)) tick();
});

function rest() {
  ticking = false;
  shown = undefined;
  if (image.src) URL.revokeObjectURL(image.src);
  sight.unobserve(root);
  sight.observe(root);
}

async function tick() {
  ticking = true;
  const start = performance.now();
  if (root.isConnected) {
    patience = 0;
    await refresh().catch(() => {});
  } else if (--patience < 0) {
    return rest(); // it has been in the page, or was never put there
  }
  // a slow page is left some time in between
  soon(Math.max(50, (status.busy || isFresh() ? 150 : 1000) - (performance.now() - start)));
}

function soon(time = 150) {
  clearTimeout(timer);
  timer = setTimeout(tick, time);
}

tick();
