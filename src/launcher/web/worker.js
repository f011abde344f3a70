// Runs a lesson beside the page: a module of WebAssembly whose memory is the state of the lesson, and the small part of an
// operating system (WASI) that it asks for: a clock, printed lines, and files that are kept here.

const [RESTS, BEGINS, OVER] = [0, 1, 2]; // what `go` returns; all else is a failure
const LIVE = /^\/digitos_live\/.*\.(svg|json)$/;

let module, instance, memory;
let states = []; // before each cell, as pages of the memory
let pages = []; // those of the state that was copied or restored last
let position = 0; // the cell that is next
let running = false, paused = false, stepping = false, stopping = false;
let answered = ''; // what has been answered, and how often it was wrong
let held; // the state in which a training was stopped, if nothing was run since
let errors = ''; // what the running cell has written to stderr

// ---- the system

const files = new Map(), folders = new Set(['/']), opened = new Map();
const [OK, BADF, EXIST, INVAL, ISDIR, NOENT, NOTDIR] = [0, 8, 20, 28, 31, 44, 54];
const [FOLDER, FILE, TERMINAL] = [3, 4, 2];
const view = () => new DataView(memory.buffer);
const bytesAt = (at, length) => new Uint8Array(memory.buffer, at >>> 0, length);
const textAt = (at, length) => new TextDecoder().decode(bytesAt(at, length).slice()); // memory that is shared must be copied
const pathAt = (at, length) => {
  const parts = textAt(at, length).split('/').filter((part) => part && part !== '.');
  const path = [];
  for (const part of parts) part === '..' ? path.pop() : path.push(part);
  return '/' + path.join('/');
};
const folderOf = (path) => path.slice(0, path.lastIndexOf('/')) || '/';

// That it is a lesson which runs, and how large a helper's stack is.
const ENVIRONMENT = ['EVCXR_IS_RUNTIME=1\0', 'RUST_MIN_STACK=262144\0'];

class Exit extends Error {}

function stat(at, kind, size) {
  bytesAt(at, 64).fill(0);
  view().setBigUint64(at + 8, 1n, true);
  view().setUint8(at + 16, kind);
  view().setBigUint64(at + 24, 1n, true);
  view().setBigUint64(at + 32, BigInt(size), true);
  for (const time of [40, 48, 56]) view().setBigUint64(at + time, BigInt(Date.now()) * 1000000n, true);
  return OK;
}

// Each of a list of buffers, until one is not filled.
function buffers(list, count, done, each) {
  let total = 0;
  for (let i = 0; i < count; i++) {
    const [at, length] = [view().getUint32(list + 8 * i, true), view().getUint32(list + 8 * i + 4, true)];
    const took = each(bytesAt(at, length));
    total += took;
    if (took < length) break;
  }
  view().setUint32(done, total, true);
  return OK;
}

const calls = {
  random_get: (at, length) => { bytesAt(at, length).fill(7); return OK; }, // every run is the same
  environ_sizes_get(count, size) {
    view().setUint32(count, ENVIRONMENT.length, true);
    view().setUint32(size, ENVIRONMENT.join('').length, true);
    return OK;
  },
  environ_get(list, at) {
    ENVIRONMENT.forEach((entry, i) => {
      view().setUint32(list + 4 * i, at, true);
      bytesAt(at, entry.length).set(new TextEncoder().encode(entry));
      at += entry.length;
    });
    return OK;
  },
  clock_time_get(clock, _, at) {
    const now = clock === 0 ? Date.now() : performance.now();
    view().setBigUint64(at, BigInt(Math.round(now * 1e6)), true);
    return OK;
  },
  poll_oneoff(_, events, count, done) {
    bytesAt(events, 32 * count).fill(0);
    view().setUint32(done, count, true);
    return OK;
  },
  sched_yield: () => OK,
  proc_exit() { throw new Exit(); },
  fd_prestat_get(fd, at) {
    if (fd !== 3) return BADF;
    view().setUint32(at, 0, true);
    view().setUint32(at + 4, 1, true);
    return OK;
  },
  fd_prestat_dir_name(_, at) { bytesAt(at, 1)[0] = 47; return OK; },
  fd_fdstat_get(fd, at) {
    bytesAt(at, 24).fill(0);
    view().setUint8(at, fd < 3 ? TERMINAL : fd === 3 || opened.get(fd)?.folder ? FOLDER : FILE);
    view().setBigUint64(at + 8, 0xffffffffffffffffn, true);
    view().setBigUint64(at + 16, 0xffffffffffffffffn, true);
    return OK;
  },
  fd_filestat_get(fd, at) {
    if (fd < 3) return stat(at, TERMINAL, 0);
    const file = opened.get(fd);
    return file && !file.folder ? stat(at, FILE, files.get(file.path)?.length ?? 0) : stat(at, FOLDER, 0);
  },
  fd_close: (fd) => (opened.delete(fd) ? OK : BADF),
  fd_sync: () => OK,
  fd_seek(fd, offset, from, at) {
    const file = opened.get(fd);
    if (!file) return BADF;
    const start = [0, file.place, files.get(file.path).length][from];
    file.place = Math.max(0, start + Number(offset));
    view().setBigUint64(at, BigInt(file.place), true);
    return OK;
  },
  fd_read(fd, list, count, done) {
    const file = opened.get(fd);
    if (fd === 0) { view().setUint32(done, 0, true); return OK; }
    if (!file || file.folder) return file ? ISDIR : BADF;
    return buffers(list, count, done, (room) => {
      const part = files.get(file.path).subarray(file.place, file.place + room.length);
      room.set(part);
      file.place += part.length;
      return part.length;
    });
  },
  fd_write(fd, list, count, done) {
    const file = opened.get(fd);
    if (fd > 2 && !file) return BADF;
    return buffers(list, count, done, (bytes) => {
      if (fd <= 2) printed(fd, bytes);
      else write(file, bytes);
      return bytes.length;
    });
  },
  fd_readdir(fd, at, length, cookie, done) {
    const folder = fd === 3 ? '/' : opened.get(fd)?.path;
    const inside = [...folders, ...files.keys()].filter((path) => path !== '/' && folderOf(path) === folder).sort();
    let used = 0;
    for (let i = Number(cookie); i < inside.length; i++) {
      const name = new TextEncoder().encode(inside[i].slice(inside[i].lastIndexOf('/') + 1));
      const entry = new Uint8Array(24 + name.length), data = new DataView(entry.buffer);
      data.setBigUint64(0, BigInt(i + 1), true);
      data.setBigUint64(8, BigInt(i + 1), true); // an entry without a number counts as removed
      data.setUint32(16, name.length, true);
      data.setUint8(20, folders.has(inside[i]) ? FOLDER : FILE);
      entry.set(name, 24);
      const part = entry.subarray(0, length - used);
      bytesAt(at + used, part.length).set(part);
      used += part.length;
      if (used === length) break;
    }
    view().setUint32(done, used, true);
    return OK;
  },
  path_create_directory(_, at, length) {
    const path = pathAt(at, length);
    if (folders.has(path) || files.has(path)) return EXIST;
    if (!folders.has(folderOf(path))) return NOENT;
    folders.add(path);
    return OK;
  },
  path_filestat_get(_, flags, at, length, result) {
    const path = pathAt(at, length);
    if (folders.has(path)) return stat(result, FOLDER, 0);
    return files.has(path) ? stat(result, FILE, files.get(path).length) : NOENT;
  },
  path_readlink: () => INVAL,
  path_open(_, lookup, at, length, how, rights, inherited, flags, result) {
    const path = pathAt(at, length), [create, folder, only, empty] = [how & 1, how & 2, how & 4, how & 8];
    const there = files.has(path), isFolder = folders.has(path);
    if (only && (there || isFolder)) return EXIST;
    if (folder && there) return NOTDIR;
    if (!there && !isFolder) {
      if (!create || folder || !folders.has(folderOf(path))) return NOENT;
      files.set(path, new Uint8Array());
    }
    if (isFolder && create) return ISDIR;
    if (empty) files.set(path, new Uint8Array());
    let fd = 4;
    while (opened.has(fd)) fd++;
    opened.set(fd, { path, folder: isFolder, place: 0, append: flags & 1 });
    view().setUint32(result, fd, true);
    return OK;
  },
  path_rename(_, at, length, to, atNew, lengthNew) {
    const [from, path] = [pathAt(at, length), pathAt(atNew, lengthNew)];
    if (!files.has(from)) return NOENT;
    files.set(path, files.get(from));
    files.delete(from);
    if (LIVE.test(path)) postFile(path);
    return OK;
  },
  path_unlink_file(_, at, length) {
    const path = pathAt(at, length);
    return files.delete(path) || path === STOP && isCalled() ? OK : NOENT;
  },
};

// Addresses above 2 GB arrive as negative numbers.
const unsigned = (call) => (...all) => call(...all.map((value) => (typeof value === 'number' ? value >>> 0 : value)));
const system = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, unsigned(call)]));

function write(file, bytes) {
  const old = files.get(file.path), place = file.append ? old.length : file.place;
  const now = new Uint8Array(Math.max(old.length, place + bytes.length));
  now.set(old);
  now.set(bytes, place);
  files.set(file.path, now);
  file.place = place + bytes.length;
}

// ---- what is printed: lines, and between two of them what is shown

let line = '', shown, lines = '', posted = 0;
const decoders = [null, new TextDecoder(), new TextDecoder()];

function printed(fd, bytes) {
  const text = decoders[fd].decode(bytes.slice(), { stream: true });
  if (fd === 2) {
    errors += text;
    return;
  }
  const all = (line + text).split('\n');
  line = all.pop();
  for (const whole of all) {
    const begin = whole.match(/^EVCXR_BEGIN_CONTENT (.*)$/);
    if (begin) shown = { kind: 'rich', mime: begin[1], lines: [] };
    else if (shown && whole === 'EVCXR_END_CONTENT') {
      flush();
      post({ kind: 'rich', cell: position, mime: shown.mime, text: shown.lines.join('\n') });
      shown = undefined;
    } else if (shown) shown.lines.push(whole);
    else lines += whole + '\n';
  }
  if (performance.now() - posted > 50) flush();
}

// Lines are sent together: a loop may print thousands.
function flush() {
  if (lines) post({ kind: 'text', cell: position, text: lines });
  lines = '';
  posted = performance.now();
}

const post = (message) => postMessage(message);
const postFile = (path) => post({ kind: 'file', path: path.slice(1), text: new TextDecoder().decode(files.get(path)) });

// ---- the state of the lesson

const PAGE = 65536, EMPTY = new Int32Array(PAGE / 4);

function create(size = 0) {
  opened.clear();
  [line, shown, errors] = ['', undefined, ''];
  dismiss();
  if (helperCount) memory = new WebAssembly.Memory({ initial: Math.max(size, FEWEST_PAGES), maximum: MOST_PAGES, shared: true });
  instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: system, env: { memory }, wasi: { 'thread-spawn': hire } });
  memory = instance.exports.memory;
  if (size * PAGE > memory.buffer.byteLength) memory.grow(size - memory.buffer.byteLength / PAGE);
}

// ---- helpers: workers that share the memory. They are no part of the state, so each state that is gone back to gets new ones.

const FEWEST_PAGES = FEWEST_PAGES_OF_MODULE, MOST_PAGES = MOST_PAGES_OF_MODULE;
let helperCount = 0, helpers = [], hiring = false;

function helper() {
  onmessage = ({ data: { module, memory, number, start } }) => {
    const system = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 52]));
    Object.assign(system, {
      clock_time_get(clock, _, at) {
        new DataView(memory.buffer).setBigUint64(at >>> 0, BigInt(Math.round(performance.now() * 1e6)), true);
        return 0;
      },
      sched_yield: () => 0,
    });
    const wasi = { 'thread-spawn': () => -6 };
    const instance = new WebAssembly.Instance(module, { env: { memory }, wasi_snapshot_preview1: system, wasi });
    instance.exports.wasi_thread_start(number, start);
  };
}

// Called by the module: only these threads can be had.
function hire(start) {
  if (!hiring) return -6;
  const worker = new Worker(URL.createObjectURL(new Blob([`(${helper})()`], { type: 'text/javascript' })));
  worker.onerror = (event) => post({ kind: 'broken', text: event.message });
  const number = helpers.push(worker);
  worker.postMessage({ module, memory, number, start });
  return number;
}

function lend() {
  hiring = true;
  if (helperCount) instance.exports.lend(helperCount);
  hiring = false;
}

function dismiss() {
  helpers.forEach((worker) => worker.terminate());
  helpers = [];
}

// A copy of the memory that shares with the last one what has not changed.
function copied() {
  const now = new Int32Array(memory.buffer), size = PAGE / 4, copy = new Array(now.length / size);
  for (let page = 0; page < copy.length; page++) {
    const start = page * size, old = pages[page] ?? EMPTY;
    let i = 0;
    while (i < size && old[i] === now[start + i]) i++;
    copy[page] = i === size ? old : now.slice(start, start + size);
  }
  return copy;
}

async function stateNow() {
  while (helperCount && !instance.exports.helpers_rest()) await wait(1);
  pages = copied();
  return { cell: position, pages, files: new Map(files), folders: new Set(folders) };
}

async function keep(cell) {
  position = cell;
  states[cell] = await stateNow();
  states.length = cell + 1;
}

// The memory of a module never shrinks, so a state from before gets a module with a memory of its own.
function goBack(state) {
  create(state.pages.length);
  const now = new Int32Array(memory.buffer);
  state.pages.forEach((page, number) => now.set(page, number * PAGE / 4));
  lend();
  pages = state.pages;
  replace(files, state.files);
  replace(folders, state.folders);
  restoreWritten();
  position = state.cell;
  states.length = position + 1;
  // a panel shows what it showed then
  for (const path of files.keys()) if (LIVE.test(path)) postFile(path);
}

// What the page has written is no part of a state: it stays.
const written = new Map();

function restoreWritten() {
  if (written.size) folders.add('/digitos_live');
  written.forEach((bytes, path) => files.set(path, bytes));
}

function replace(all, others) {
  all.clear();
  others.forEach((value, key) => (all instanceof Map ? all.set(key, value) : all.add(value)));
}

function change(changes) {
  instance.exports.unchange();
  for (const [cell, mark, text] of changes) instance.exports.change(cell, mark, ...put(text));
  instance.exports.answered_before(...put(answered));
}

// Puts a text into the module; returns its place and length.
function put(text) {
  const bytes = new TextEncoder().encode(text), at = instance.exports.room(bytes.length);
  bytesAt(at, bytes.length).set(bytes);
  return [at, bytes.length];
}

// A text of the module, which ends with a zero byte.
function said(at) {
  const bytes = new Uint8Array(memory.buffer);
  return textAt(at >>> 0, bytes.indexOf(0, at >>> 0) - (at >>> 0));
}

// The answers to the exercises outlast a state that is left.
function noteAnswers() {
  answered = said(instance.exports.answered());
}

// ---- running

const channel = new MessageChannel();
const breath = () => new Promise((done) => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
const wait = (time) => new Promise((done) => setTimeout(done, time));

// Lets messages of the page come in, and those work who wait beside the loop, such as the reader of a drawing; waits as long as
// the page wants a pause.
async function rest() {
  flush();
  await breath();
  instance.exports.beside();
  while (paused && !stopping) {
    await wait(60);
    instance.exports.beside();
  }
}

async function run({ from, to, changes, goesOn, ...page }) {
  answered = page.answered;
  bell = leadsSomewhere(page.bell) ? page.bell : undefined;
  if (goesOn && held?.cell === from) goBack(held);
  else if (from !== position || instance === undefined) goBack(states[from]);
  else goesOn = false;
  [running, paused, stepping, stopping, held] = [true, false, false, false, undefined];
  if (goesOn) await told('go');
  while (position <= to && running) {
    const cell = position, start = performance.now();
    post({ kind: 'begin', cell, goesOn });
    errors = '';
    let state;
    try {
      if (!goesOn) change(changes);
      while ((state = instance.exports.go(stepping)) === RESTS) {
        if (stepping) [paused, stepping] = [true, false];
        await rest();
        if (stopping && !held) {
          const path = panel();
          if (!path) break;
          await told('pause'); // its clock stands still until it goes on
          held = { ...await stateNow(), panel: path.slice(1) };
          give('stop');
        }
      }
    } catch (error) {
      state = undefined;
      if (!(error instanceof Exit || error instanceof WebAssembly.RuntimeError)) errors += '\n' + error;
      errors ||= String(error.message);
    }
    goesOn = false;
    if (state === BEGINS || state === OVER) {
      if (line) printed(1, new TextEncoder().encode('\n'));
      flush();
      const seconds = (performance.now() - start) / 1000;
      noteAnswers();
      if (state === BEGINS) await keep(cell + 1);
      else position = cell + 1;
      post({ kind: 'done', cell, seconds, errors: errors.trim(), memory: memory.buffer.byteLength, panel: held?.panel, answered });
      await rest();
      if (stopping) running = false;
    } else {
      // back to the state before the cell; nothing is lost
      const text = errors.trim();
      flush();
      held = undefined;
      goBack(states[cell]);
      running = false;
      post({ kind: stopping && !text ? 'stopped' : 'failed', cell, text });
    }
  }
  running = false;
  post({ kind: 'idle', position });
}

// The status file of the panel that is moving.
function panel() {
  return [...files.keys()].filter((path) => path.startsWith('/digitos_live/') && path.endsWith('.json'))
    .find((path) => JSON.parse(new TextDecoder().decode(files.get(path))).busy);
}

// A loop that cannot rest, such as an experiment's, takes away this file if there is a stop. While it runs no message comes in, but
// the page can take back an address (`bell`) that had led somewhere; a page that comes from no server has none that does.
const STOP = '/digitos_live/stop';
let bell;

function leadsSomewhere(address) {
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  try { request.send(); } catch { return false; }
  return true;
}

function isCalled() {
  if (!bell || leadsSomewhere(bell)) return false;
  bell = undefined;
  return true;
}

// Leaves it an order.
function give(order) {
  const busy = panel();
  if (busy) files.set(busy.replace(/json$/, 'txt'), new TextEncoder().encode(order));
}

// The same, and waits a moment until it is taken.
async function told(order) {
  give(order);
  for (let i = 0; i < 25 && [...files.keys()].some((path) => path.endsWith('.txt')); i++) {
    await wait(20);
    instance.exports.beside();
  }
}

async function unpacked(name, base64) {
  try {
    const packed = await (await fetch('data:application/octet-stream;base64,' + base64)).blob();
    return new Uint8Array(await new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch {
    throw new Error(name); // it does not unpack
  }
}

const takes = {
  async load(message) {
    module = await WebAssembly.compile(await unpacked('wasm', message.module));
    for (const [name, parts] of Object.entries(message.files)) {
      const path = '/' + name;
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.add(path.slice(0, end));
      files.set(path, await unpacked(name, parts));
    }
    helperCount = message.helpers;
    create();
    instance.exports._initialize();
    lend();
    instance.exports.start(message.language);
    instance.exports.go();
    await keep(0);
    post({ kind: 'ready' });
  },
  run,
  certificate({ name, answered }) {
    instance.exports.answered_before(...put(answered));
    post({ kind: 'certificate', html: said(instance.exports.certificate(...put(name))) });
  },
  pause() {
    paused = true;
    give('pause');
  },
  go() {
    give('go');
    if (instance && running) instance.exports.beside();
    paused = stepping = false;
  },
  // the loop is held, so that it comes to the next of its passes
  step() {
    if (paused) [paused, stepping] = [false, true];
  },
  stop() {
    takes.go();
    stopping = true;
  },
  // what is drawn on a canvas, or how a panel's picture is wanted; who reads it answers at once, unless a cell is running
  async write({ path, text }) {
    written.set('/' + path, new TextEncoder().encode(text));
    restoreWritten();
    for (let i = 0; i < 3 && instance && !running; i++) {
      instance.exports.beside();
      await wait(100);
    }
  },
};

onmessage = async ({ data }) => {
  try {
    await takes[data.kind](data);
  } catch (error) {
    post({ kind: 'broken', text: String(error?.message ?? error) });
  }
};
