// Lets the cells of a lesson run in its page. The book is there already; this adds what moves.
'use strict';

const WORDS = {
  es: {
    run: 'Ejecutar', runAll: 'Ejecutar todo', runAbove: 'Ejecutar lo de arriba', pause: 'Pausa', go: 'Seguir', stop: 'Detener',
    loading: 'Cargando los dígitos y la biblioteca', ready: 'Preparado.', running: 'Ejecutando la celda', done: 'Celda terminada en',
    seconds: 's', stopped: 'Detenido: todo queda como antes de ejecutar esta celda.', failed: 'La celda no ha terminado.',
    stale: 'desactualizada: se ejecutó con otros números', notRun: 'Aún no se ha ejecutado.', again: 'Intentarlo de nuevo',
    missing: (file) => `No se ha podido cargar ${file}: comprueba la conexión, o que la carpeta esté completa.`,
    broken: (text) => `El archivo está dañado o incompleto (${text}).`,
    noWasm: 'Este navegador no puede ejecutar la lección (le falta WebAssembly con SIMD, o Web Workers): puedes leerla con sus resultados. Con un navegador actual se ejecuta.',
    numbers: 'Los números de la lección', forget: 'Olvidar mis números y respuestas', sure: '¿Olvidar tus números, tus respuestas y tus dibujos de esta lección?', link: 'Copiar el enlace con mis números', copied: 'Enlace copiado.', forgotten: 'Vuelven a estar los números de la lección, y tus respuestas y dibujos se han borrado.',
    own: (text) => `el de la lección es ${text}`, number: 'número', lines: 'texto de varias líneas', answer: 'tu respuesta', answerHere: 'escribe aquí',
    foreign: 'El enlace cambia números que esta lección no tiene; esos no se han tenido en cuenta.',
    notebook: 'Esta celda se cambia con palabras, no solo con números: hazlo en el cuaderno de Jupyter (`cargo run --release`).',
    stuck: 'La celda no responde. Si pulsas otra vez Detener, se termina, y la lección empieza de nuevo desde arriba.',
    lost: 'Terminada. La próxima vez que ejecutes una celda, la lección empieza desde arriba.',
    stopping: 'Deteniendo…', onwards: 'Seguir desde donde estaba', held: 'Con Seguir continúa desde ahí.', halted: 'Detenido.',
    memory: 'No hay memoria para tanto: prueba con un número menor.', paused: 'En pausa.', cell: 'celda',
    cut: '… (no se muestran más líneas)',
    certificate: 'Tu certificado', name: 'Tu nombre', make: 'Hacer el certificado', none: 'El certificado dice qué ejercicios de esta lección tienes bien, y todavía no has respondido a ninguno.',
  },
  en: {
    run: 'Run', runAll: 'Run all', runAbove: 'Run all above', pause: 'Pause', go: 'Go on', stop: 'Stop',
    loading: 'Loading the digits and the library', ready: 'Ready.', running: 'Running cell', done: 'Cell done in',
    seconds: 's', stopped: 'Stopped: everything is as it was before the cell.', failed: 'The cell did not finish.',
    stale: 'out of date: it ran with other numbers', notRun: 'Not run yet.', again: 'Try again',
    missing: (file) => `${file} could not be loaded: check the connection, or whether the folder is complete.`,
    broken: (text) => `The file is damaged or incomplete (${text}).`,
    noWasm: 'This browser cannot run the lesson (it lacks WebAssembly with SIMD, or web workers): you can read it with its results. A current browser runs it.',
    numbers: 'The numbers of the lesson', forget: 'Forget my numbers and answers', sure: 'Forget your numbers, your answers and your drawings of this lesson?', link: 'Copy the link with my numbers', copied: 'Link copied.', forgotten: 'The numbers of the lesson are back, and your answers and drawings are gone.',
    own: (text) => `the lesson has ${text}`, number: 'number', lines: 'text of several lines', answer: 'your answer', answerHere: 'type it here',
    foreign: 'The link changes numbers that this lesson does not have; those were left out.',
    notebook: 'This cell is changed in words, not in numbers alone: do it in the Jupyter notebook (`cargo run --release -- en`).',
    stuck: 'The cell does not answer. Press Stop again to end it; the lesson then begins again at the top.',
    lost: 'Ended. The next time you run a cell, the lesson begins at the top.',
    stopping: 'Stopping…', onwards: 'Go on from where it was', held: 'Go on continues from there.', halted: 'Stopped.',
    memory: 'There is not enough memory for that: try a smaller number.', paused: 'Paused.', cell: 'cell',
    cut: '… (no more lines are shown)',
    certificate: 'Your certificate', name: 'Your name', make: 'Make the certificate', none: 'The certificate says which exercises of this lesson you have right, and you have not answered any yet.',
  },
};
const language = document.documentElement.lang;
const words = WORDS[language];
const status = document.getElementById('status');
const sections = [...document.querySelectorAll('section.cell.code')];
const storageKey = `digitos:${language}/${document.documentElement.dataset.lesson}`;
const say = (text) => { if (status.textContent !== text) status.textContent = text; };

function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

// ---- numbers and answers that can be changed

const changes = new Map(); // "cell.mark" → text
const fields = new Map(); // "cell.mark" → its inputs
const keyOf = (cell, mark) => `${cell}.${mark}`;
const markOf = (key) => { const [cell, mark] = key.split('.').map(Number); return LESSON.cells[cell].marks[mark]; };

function change(key, text, from) {
  const { text: own, kind } = markOf(key), now = kind === 'lines' ? text : text.trim();
  if (now === own || now === '') changes.delete(key);
  else changes.set(key, now);
  for (const field of fields.get(key) ?? []) field.show(changes.get(key) ?? own, field.input === from);
  remember(key);
  mark();
}

// The next number up or down, in its last digit.
function stepped(text, by) {
  const plain = text.replaceAll('_', '');
  const [whole, power] = plain.toLowerCase().split('e');
  if (!/^-?[0-9]*\.?[0-9]*$/.test(whole) || whole === '') return text;
  const decimals = (whole.split('.')[1] ?? '').length;
  const unit = !whole.includes('.') && Math.abs(whole) >= 100 ? 10 ** (Math.floor(Math.log10(Math.abs(whole))) - 1) : 1;
  const now = Math.max(0, Number(whole) + by * unit * 10 ** -decimals).toFixed(decimals);
  return power === undefined ? now : `${now}e${power}`;
}

function numberField(key) {
  const { text: own, kind, name } = markOf(key), blank = kind === 'blank';
  if (kind === 'lines') return linesField(key);
  const input = element('input', { type: 'text', className: blank ? 'answer' : 'number', spellcheck: false, autocomplete: 'off' });
  input.setAttribute('aria-label', blank ? words.answer : `${name ?? words.number}, ${words.own(own)}`);
  input.maxLength = blank ? 500 : 40;
  if (blank) input.placeholder = words.answerHere;
  else input.inputMode = 'decimal';
  const show = (text, keepText) => {
    if (!keepText) input.value = blank && text === own ? '' : text;
    input.style.width = `${Math.max(blank ? words.answerHere.length : 2, input.value.length) + 1}ch`;
    input.classList.toggle('changed', text !== own);
    if (!blank) input.title = words.own(own);
  };
  input.oninput = () => change(key, input.value, input);
  input.onchange = () => show(changes.get(key) ?? own);
  input.onkeydown = (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by && !blank) {
      event.preventDefault();
      change(key, stepped(input.value, by));
    } else if (event.key === 'Escape') {
      change(key, own);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(Number(key.split('.')[0]));
    }
  };
  const field = { input, show };
  fields.set(key, [...(fields.get(key) ?? []), field]);
  show(changes.get(key) ?? own);
  return input;
}

// A text of several lines, such as a drawing.
function linesField(key) {
  const own = markOf(key).text;
  const input = element('textarea', { className: 'lines', spellcheck: false, rows: own.split('\n').length });
  input.cols = Math.max(...own.split('\n').map((line) => line.length)) + 1;
  input.setAttribute('aria-label', words.lines);
  input.maxLength = 5000;
  const show = (text, keepText) => {
    if (!keepText) input.value = text;
    input.classList.toggle('changed', text !== own);
  };
  input.oninput = () => change(key, input.value, input);
  input.onkeydown = (event) => { if (event.key === 'Escape') change(key, own); };
  fields.set(key, [...(fields.get(key) ?? []), { input, show }]);
  show(changes.get(key) ?? own);
  return input;
}

// A slider from a tenth of the lesson's number to ten times as much; in the middle is the lesson's own.
function slider(key) {
  const own = Number(markOf(key).text.replaceAll('_', '')), whole = !markOf(key).text.includes('.') && !/e/i.test(markOf(key).text);
  const input = element('input', { type: 'range', min: -1, max: 1, step: 0.02 });
  input.setAttribute('aria-label', markOf(key).name);
  input.oninput = () => {
    const value = own * 10 ** Number(input.value);
    const digits = Number(value.toPrecision(2));
    change(key, Number(input.value) === 0 ? markOf(key).text : whole ? String(Math.max(1, Math.round(digits))) : String(digits), input);
  };
  const show = (text, keepText) => {
    const value = Number(text.replaceAll('_', ''));
    if (!keepText && value > 0) input.value = Math.log10(value / own);
    input.setAttribute('aria-valuetext', text);
  };
  fields.set(key, [...(fields.get(key) ?? []), { input, show }]);
  show(changes.get(key) ?? markOf(key).text);
  return input;
}

// ---- what is kept, and what a link carries

const idOf = (cell) => sections[cell].id;

// Each change is written by itself, so that two tabs do not undo each other's.
function remember(key) {
  try {
    const kept = keptChanges(), [cell, mark] = key.split('.'), id = idOf(cell);
    if (changes.has(key)) (kept[id] ??= {})[mark] = { own: markOf(key).text, now: changes.get(key) };
    else delete kept[id]?.[mark];
    localStorage.setItem(storageKey, JSON.stringify(kept));
  } catch { /* a page without storage forgets when it is closed */ }
}

function forget() {
  if (!confirm(words.sure)) return;
  const all = [...changes.keys()];
  changes.clear();
  for (const key of all) for (const field of fields.get(key) ?? []) field.show(markOf(key).text);
  noteAnswers('');
  try {
    for (const ending of ['', ':drawing', ':drawings']) localStorage.removeItem(storageKey + ending);
  } catch { /* as above */ }
  history.replaceState(null, '', location.pathname + location.search);
  mark();
  say(words.forgotten);
}

// Which exercises are done, and how often they were missed: as the library writes it.
let answered = '';

function noteAnswers(now) {
  if (now === answered) return;
  answered = now;
  try { localStorage.setItem(`${storageKey}:done`, answered); } catch { /* as above */ }
}

function keptChanges() {
  const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
  return kept && typeof kept === 'object' ? kept : {};
}

// What comes from elsewhere is one line, so that it cannot be taken for lines of the system.
const oneLine = (text) => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

// Takes what was kept, unless the lesson has another number in that place by now.
function recall() {
  try {
    answered = localStorage.getItem(`${storageKey}:done`) ?? '';
    const kept = keptChanges();
    sections.forEach((section, cell) => {
      for (const [mark, change] of Object.entries(kept[section.id] ?? {})) {
        const own = LESSON.cells[cell].marks[mark], now = typeof change?.now === 'string' ? change.now.slice(0, own?.kind === 'lines' ? 5000 : 500) : '';
        if (now && own?.text === change.own) changes.set(keyOf(cell, mark), own.kind === 'lines' ? now : oneLine(now));
      }
    });
  } catch { /* as above */ }
}

// A link brings its numbers and, for all others, the lesson's own; answers stay. The address then is that of the lesson
// again, so that what is changed from now on outlasts a reload.
function followLink() {
  const text = location.hash.slice(1);
  if (!text.includes('=')) return;
  const before = [...changes.keys()].filter((key) => markOf(key).kind === 'number');
  before.forEach((key) => changes.delete(key));
  let foreign = false;
  for (const [place, value] of new URLSearchParams(text)) {
    const [id, mark] = place.split(/\.(?=[0-9]+$)/), now = oneLine(value);
    const cell = sections.findIndex((section) => section.id === id);
    const own = LESSON.cells[cell]?.marks[mark];
    if (own?.kind !== 'number' || now === '' || now.length > 40) foreign = true;
    else if (now !== own.text) changes.set(keyOf(cell, mark), now);
  }
  for (const key of new Set([...before, ...changes.keys()])) {
    remember(key);
    for (const field of fields.get(key) ?? []) field.show(changes.get(key) ?? markOf(key).text);
  }
  history.replaceState(null, '', location.pathname + location.search);
  if (foreign) say(words.foreign);
}

function link() {
  const numbers = new URLSearchParams();
  for (const [key, now] of changes) {
    const [cell, mark] = key.split('.');
    if (markOf(key).kind === 'number') numbers.append(`${idOf(cell)}.${mark}`, now);
  }
  return location.href.split('#')[0] + (numbers.size ? `#${numbers}` : '');
}

// ---- which outputs are of now

const ran = []; // the changes with which a cell was run last
let position = 0; // how many cells the worker has done
const changesOf = (cell, all = changes) => JSON.stringify([...all].filter(([key]) => Number(key.split('.')[0]) === cell).sort());

// The first cell whose outputs are not those of the numbers that stand there now.
function fresh() {
  let cell = 0;
  while (cell < position && ran[cell] === changesOf(cell)) cell++;
  return cell;
}

function mark() {
  const until = fresh();
  sections.forEach((section, cell) => {
    const stale = ran[cell] !== undefined && cell >= until && cell !== current;
    section.classList.toggle('stale', stale);
    section.classList.toggle('done', ran[cell] !== undefined && cell < until);
    notes[cell].textContent = stale ? words.stale : '';
    prompts[cell].textContent = `[${cell === current ? '*' : counts[cell] ?? ' '}]`;
  });
  buttons();
}

// ---- running

let worker, current, started = false, paused = false, stopped = 0;
let sent = new Map(); // the changes that the worker has
let held; // the cell whose training was stopped and can go on, and the panel that showed it
let loaded = false, runs = 0, bell;
const notes = [], prompts = [];
const counts = []; // the number of each cell's last run, as a notebook counts its runs
let count = 0;
const live = new Map(); // the files of the panels
const sources = document.currentScript.src;

// What was drawn is kept like the numbers, and goes to each worker that begins anew.
const DRAWN = /\.(drawings?)$/;
const drawnKey = (path) => `${storageKey}:${path.match(DRAWN)[1]}`;

window.digitosHost = {
  read(path) {
    const drawn = !live.has(path) && DRAWN.test(path) && localStorage.getItem(drawnKey(path));
    if (drawn) this.write(path, drawn);
    if (!live.has(path)) throw new Error('404');
    return path.endsWith('.json') ? statusFor(path, live.get(path)) : live.get(path);
  },
  order: (order) => ({ pause, go, stop, step })[order](),
  write(path, text) {
    live.set(path, text);
    try {
      if (DRAWN.test(path)) localStorage.setItem(drawnKey(path), text);
    } catch { /* as above */ }
    worker?.postMessage({ kind: 'write', path, text });
  },
};

function run(to, from = Math.min(to, fresh()), goesOn = false) {
  if (current !== undefined || to < 0) return;
  [stopped, paused, held, sent] = [0, false, undefined, new Map(changes)];
  begin(from);
  const list = [...sent].map(([key, text]) => [...key.split('.').map(Number), text]);
  const mine = ++runs;
  URL.revokeObjectURL(bell);
  bell = URL.createObjectURL(new Blob());
  prepared().then(
    () => { if (mine === runs) worker.postMessage({ kind: 'run', from, to, changes: list, goesOn, answered, bell }); },
    (text) => { if (mine === runs) trouble(text, () => run(to)); },
  );
}

// Goes on with a training that was stopped, if all above is as it was then.
function goOn() {
  if (canGoOn()) run(held.cell, held.cell, true);
}

const canGoOn = () => held !== undefined && current === undefined && fresh() > held.cell;

function begin(cell) {
  current = cell;
  sections.forEach((section, other) => section.classList.toggle('running', other === cell));
  mark();
}

// Once a lesson runs, what it has not reached yet is not given away.
function hideCommitted() {
  if (started) return;
  started = true;
  sections.forEach((section) => {
    const output = section.querySelector('.output');
    output.replaceChildren(element('p', { className: 'not-run', textContent: words.notRun }));
    output.removeAttribute('data-committed');
  });
}

function trouble(text, again) {
  const cell = current ?? 0;
  end();
  problem(cell, text, again);
}

function problem(cell, text, again) {
  const output = sections[cell].querySelector('.output');
  const sentence = element('p', { className: 'problem', role: 'alert', textContent: text });
  if (again) sentence.append(' ', element('button', { type: 'button', textContent: words.again, onclick: () => { sentence.remove(); sections[cell].classList.remove('failed'); again(); } }));
  output.append(sentence);
  sections[cell].classList.add('failed');
  say(words.failed);
}

function end() {
  [current, paused] = [undefined, false];
  sections.forEach((section) => section.classList.remove('running'));
  mark();
}

function pause() {
  if (current === undefined || !loaded) return;
  paused = true;
  worker?.postMessage({ kind: 'pause' });
  say(words.paused);
  buttons();
}

function go() {
  if (current === undefined) return goOn();
  paused = false;
  worker?.postMessage({ kind: 'go' });
  say(runningCell());
  buttons();
}

function step() {
  if (current !== undefined && paused) worker?.postMessage({ kind: 'step' });
}

// The first time, the cell ends where it can. One that does not answer is ended together with the worker.
function stop() {
  const now = performance.now();
  if (current === undefined || stopped && now - stopped < 1000) return; // the second half of a double click
  if (!loaded) {
    runs++;
    end();
    say(words.halted);
  } else if (!stopped) {
    [paused, stopped] = [false, now];
    worker.postMessage({ kind: 'stop' });
    URL.revokeObjectURL(bell); // a cell that takes no messages looks for it
    say(words.stopping);
    setTimeout(() => { if (stopped === now && current !== undefined) say(words.stuck); }, 3000);
  } else {
    const cell = current;
    forgetWorker();
    end();
    problem(cell, words.lost);
  }
}

function forgetWorker() {
  worker?.terminate();
  [worker, ready, loaded, position, held, count] = [undefined, undefined, false, 0, undefined, 0];
  ran.length = counts.length = 0;
  for (const [path, text] of live) {
    if (path.endsWith('.json')) live.set(path, JSON.stringify({ ...JSON.parse(text), busy: false, sentence: '' }));
  }
}

const runningCell = () => `${words.running} ${current + 1}/${sections.length}`;
const isOfMemory = (text) => /memory allocation|out of memory|cannot enlarge|memory\.grow|cannot allocate/i.test(text);

const takes = {
  begin({ cell, goesOn }) {
    hideCommitted();
    begin(cell);
    sections[cell].classList.remove('failed');
    const output = sections[cell].querySelector('.output');
    for (const panel of output.querySelectorAll('.digitos-live a')) {
      for (const ending of ['svg', 'json']) live.delete(panel.getAttribute('href').replace(/svg$/, ending));
    }
    if (!goesOn) output.replaceChildren();
    ran[cell] = changesOf(cell, sent);
    say(runningCell());
  },
  text({ cell, text }) {
    if (advice) text = text.replace(advice, `${firstSentence(advice)} ${words.held}`);
    const output = sections[cell].querySelector('.output');
    let stream = output.lastElementChild;
    if (!stream?.matches('pre.stream')) output.append(stream = element('pre', { className: 'stream', tabIndex: 0 }));
    const most = 200_000;
    if (stream.textContent.length < most) stream.append(stream.textContent.length + text.length < most ? text : `${text.slice(0, most)}\n${words.cut}`);
  },
  rich({ cell, mime, text }) {
    if (mime !== 'text/html' && mime !== 'image/svg+xml') return;
    const rich = element('div', { className: 'rich' });
    if (mime === 'text/html') rich.innerHTML = text.replaceAll('.ipynb"', '.html"'); // other lessons are pages here
    else rich.append(element('img', { className: 'digitos', alt: text.match(/<title>([^<]*)/)?.[1] ?? '', src: `data:image/svg+xml,${encodeURIComponent(text)}` }));
    sections[cell].querySelector('.output').append(rich);
    // scripts that are put in as text do not run
    for (const script of rich.querySelectorAll('script')) script.replaceWith(element('script', { textContent: script.textContent }));
  },
  file({ path, text }) {
    live.set(path, text);
    advice = stopped && path.endsWith('.json') ? JSON.parse(text).sentence : undefined;
  },
  done({ cell, seconds, errors, panel, answered: now }) {
    noteAnswers(now);
    position = cell + 1;
    if (errors) takes.text({ cell, text: errors + '\n' });
    held = panel && { cell, panel };
    counts[cell] = ++count;
    say(held ? `${words.halted} ${words.held}` : `${words.done} ${seconds.toLocaleString(language, { maximumFractionDigits: seconds < 10 ? 1 : 0 })} ${words.seconds}`);
    mark();
  },
  failed({ cell, text }) {
    position = cell;
    ran[cell] = counts[cell] = undefined;
    problem(cell, isOfMemory(text) ? words.memory : text);
  },
  stopped({ cell }) {
    position = cell;
    ran[cell] = counts[cell] = undefined;
    takes.text({ cell, text: words.stopped + '\n' });
    say(words.stopped);
  },
  certificate({ html }) {
    document.querySelector('#certificate .rich').innerHTML = html;
  },
  idle: end,
  ready() {
    say(words.ready);
    // what was drawn before the worker was made
    for (const [path, text] of live) if (/\.drawings?$/.test(path)) worker.postMessage({ kind: 'write', path, text });
  },
  // The worker itself has failed while it ran.
  broken({ text }) {
    forgetWorker();
    trouble(isOfMemory(text) ? words.memory : text);
  },
};

const firstSentence = (text) => `${text.split('. ')[0].replace(/\.$/, '')}.`;
let advice; // what the panel has said on how to go on, which is printed as well

// What the panel says when its loop has ended holds for a notebook, where a cell that is run again goes on.
function statusFor(path, text) {
  const status = JSON.parse(text);
  if (status.busy || !status.sentence) return text;
  const sentence = firstSentence(status.sentence);
  const canGo = canGoOn() && path === held.panel;
  return JSON.stringify(canGo ? { ...status, busy: true, paused: true, beat: Date.now(), sentence: `${sentence} ${words.held}` } : { ...status, sentence });
}

// ---- what is loaded: the module of the lesson and the data, as scripts, so that a folder without a server will do

const RELAXED = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11];
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const can = (bytes) => typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(bytes));
const build = !can(RELAXED) ? 'simd' : self.crossOriginIsolated && navigator.hardwareConcurrency > 1 ? 'threads' : 'relaxed';
const helpers = build === 'threads' ? Math.min(navigator.hardwareConcurrency, 8) - 1 : 0;
const able = can(SIMD) && typeof Worker === 'function' && typeof DecompressionStream === 'function';

const parts = new Map();
window.digitosPart = (name, text) => parts.set(name, text);

// Loads the parts of a file; `length` is that of all their text, so that one that was cut is noticed.
async function load({ parts: urls, length }, progress) {
  const texts = [];
  for (const url of urls) {
    if (!parts.has(url)) await loadScript(url);
    if (!parts.has(url)) throw words.broken(url);
    texts.push(parts.get(url));
    progress();
  }
  urls.forEach((url) => parts.delete(url));
  const text = texts.join('');
  if (text.length !== length) throw words.broken(urls[0]);
  return text;
}

let attempts = 0;
class Missing extends Error {}

function loadScript(url) {
  return new Promise((done, failed) => {
    // what was cut on its way must not come from the browser's memory the next time
    const src = new URL(url, sources).href + (attempts && location.protocol !== 'file:' ? `?${attempts}` : '');
    const script = element('script', { src });
    script.onload = () => { script.remove(); done(); };
    script.onerror = () => { script.remove(); failed(new Missing(words.missing(url))); };
    document.head.append(script);
  });
}

let ready;

function prepared() {
  return ready ??= prepare().catch(async (error) => {
    forgetWorker();
    attempts++;
    if (!(error instanceof Missing)) await forgetFiles();
    throw typeof error === 'string' ? error : String(error?.message ?? error);
  });
}

const filesOfLesson = () => [LESSON.modules[build], ...Object.values(LESSON.data)];

async function prepare() {
  say(words.loading);
  const all = filesOfLesson();
  const bar = element('progress', { max: all.flatMap((file) => file.parts).length, value: 0 });
  bar.setAttribute('aria-label', words.loading);
  document.getElementById('toolbar').append(bar);
  try {
    const [module, ...data] = await Promise.all(all.map((file) => load(file, () => bar.value++)));
    const files = Object.fromEntries(Object.keys(LESSON.data).map((name, i) => [name, data[i]]));
    worker ??= new Worker(URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' })));
    await new Promise((done, failed) => {
      worker.onmessage = ({ data: message }) => {
        if (message.kind === 'broken' && !loaded) return failed(isOfMemory(message.text) ? words.memory : words.broken(message.text));
        takes[message.kind](message);
        if (message.kind === 'ready') done();
      };
      worker.onerror = (event) => failed(event.message);
      worker.postMessage({ kind: 'load', module, files, language: LESSON.language, helpers });
    });
    worker.onerror = (event) => takes.broken({ text: event.message });
    loaded = true;
    for (const [path, text] of live) if (DRAWN.test(path)) worker.postMessage({ kind: 'write', path, text });
    keepOffline();
  } finally {
    bar.remove();
  }
}

// After the first visit the site works without a connection.
async function keepOffline() {
  if (!location.protocol.startsWith('http')) return;
  try {
    await navigator.serviceWorker.register(new URL('../sw.js', sources), { scope: new URL('../', sources).pathname });
    (await navigator.serviceWorker.ready).active.postMessage({ builds: can(RELAXED) ? ['relaxed', 'threads'] : ['simd'] });
  } catch { /* a browser that keeps nothing works with a connection */ }
}

// What was kept for visits without a connection may be what is broken.
async function forgetFiles() {
  parts.clear();
  try {
    for (const name of await caches.keys()) {
      const cache = name.startsWith('digitos-') && (await caches.open(name));
      if (cache) await Promise.all(filesOfLesson().flatMap((file) => file.parts).map((part) => cache.delete(new URL(part, sources), { ignoreSearch: true })));
    }
  } catch { /* nothing is kept */ }
}

// ---- the page

const toolbar = document.getElementById('toolbar');
const button = (text, onclick, className) => element('button', { type: 'button', textContent: text, onclick, className });
const runAll = button(`▶▶ ${words.runAll}`, () => run(sections.length - 1), 'run-all');
const hold = button('', () => (paused || current === undefined ? go() : pause()), 'hold');
const halt = button(`■ ${words.stop}`, stop, 'stop');

// A button that is disabled loses the focus, so they only say that they are.
function buttons() {
  const busy = current !== undefined, canGo = paused || canGoOn();
  hold.textContent = canGo ? `▶ ${words.go}` : `❚❚ ${words.pause}`;
  hold.ariaDisabled = String(!busy && !canGo);
  halt.ariaDisabled = String(!busy);
  runAll.ariaDisabled = String(busy);
  sections.forEach((section, cell) => {
    section.querySelectorAll('.tools button').forEach((other) => { other.ariaDisabled = String(busy); });
    section.querySelector('.onwards').hidden = !canGoOn() || held.cell !== cell;
  });
}

// A form at the end of a lesson that has exercises.
function certificate() {
  const name = element('input', { type: 'text', required: true, maxLength: 40, autocomplete: 'name' });
  const form = element('form', {}, element('label', {}, `${words.name} `, name), element('button', { textContent: words.make }));
  const made = element('div', { className: 'rich', role: 'status' });
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (current !== undefined) return;
    if (!answered) made.textContent = words.none;
    else await prepared().then(() => worker.postMessage({ kind: 'certificate', name: name.value, answered }), (text) => { made.textContent = text; });
  };
  return element('section', { id: 'certificate' }, element('h2', { textContent: words.certificate }), form, made);
}

function setUp() {
  if (!able) {
    say(words.noWasm);
    return;
  }
  recall();
  followLink();
  toolbar.append(runAll, hold, halt);
  sections.forEach((section, cell) => {
    const { marks, notebook } = LESSON.cells[cell];
    section.querySelectorAll('span.number, span.blank, span.lines').forEach((span) => {
      if (!notebook || span.className !== 'blank') span.replaceChildren(numberField(keyOf(cell, Number(span.dataset.index))));
    });
    const note = element('span', { className: 'note' });
    notes.push(note);
    prompts.push(element('span', { className: 'prompt', ariaHidden: 'true' }));
    const start = button(`▶ ${words.run}`, () => run(cell), 'run');
    start.setAttribute('aria-label', `${words.run}: ${words.cell} ${cell + 1}`);
    const tools = element('div', { className: 'tools' }, prompts[cell], start);
    if (cell > 0) tools.append(button(words.runAbove, () => run(cell - 1), 'above'));
    tools.append(button(`▶ ${words.onwards}`, goOn, 'onwards'), note);
    if (notebook) tools.append(element('p', { className: 'in-notebook' }, ...words.notebook.split('`').map((part, i) => (i % 2 ? element('code', {}, part) : part))));
    section.prepend(tools); // a cell that is folded can be run too
    section.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.shiftKey || event.ctrlKey)) return;
      event.preventDefault();
      event.stopPropagation();
      run(cell);
      if (event.shiftKey) sections[cell + 1]?.querySelector('.tools .run').focus();
    }, true);
  });
  const panel = document.getElementById('panel-of-numbers');
  const named = LESSON.cells.flatMap(({ marks }, cell) => marks.map((mark, i) => [mark, keyOf(cell, i)])).filter(([mark]) => mark.name);
  if (panel && named.length) {
    panel.append(element('h2', { textContent: words.numbers }));
    for (const [mark, key] of named) {
      const label = element('label', {}, element('span', { textContent: mark.name }), numberField(key));
      const row = element('div', { className: 'row' }, label);
      if (Number(mark.text.replaceAll('_', '')) > 0) row.append(slider(key));
      panel.append(row);
    }
    panel.append(element('p', { className: 'links' },
      button(words.link, async () => {
        const address = link();
        history.replaceState(null, '', address);
        await navigator.clipboard?.writeText(address).catch(() => {});
        say(words.copied);
      }),
      button(words.forget, forget)));
  }
  if (document.querySelector('[data-tags~=exercise]')) document.getElementById('lesson').append(certificate());
  document.documentElement.classList.add('live');
  addEventListener('hashchange', () => { followLink(); mark(); });
  mark();
}

setUp();
