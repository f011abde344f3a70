// The lessons' site in a real browser: headless Chromium, on a small server and on the folder itself.
// `tests/site/run` installs what this needs and starts it; pictures of what it saw go to target/site/pictures.
import { createReadStream, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, passed, slack, sleep, until } from '../browser/checks.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const npm = createRequire(path.join(root, 'target/site-npm/'));
const { chromium } = npm('playwright-core');
const axe = readFileSync(npm.resolve('axe-core/axe.min.js'), 'utf8');
const site = process.env.SITE ?? path.join(root, 'target/web');
const shots = path.join(root, 'target/site/pictures');
const folder = pathToFileURL(site).href;

// ---- the server: it can cut and refuse files

const KINDS = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png' };
const faults = {}; // part of a path → 'cut', 'refuse' or 'rot'
let isolated = false;

const server = createServer((request, response) => {
  const name = decodeURI(request.url.split('?')[0]).replace(/\/$/, '/index.html');
  const file = path.join(site, path.normalize(name));
  const fault = Object.entries(faults).find(([part]) => name.includes(part))?.[1];
  const there = file.startsWith(site) && statSync(file, { throwIfNoEntry: false })?.isFile();
  if (!there || fault === 'refuse') {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('Content-Type', KINDS[file.split('.').pop()] ?? 'application/octet-stream');
  response.setHeader('Cache-Control', 'no-cache');
  if (isolated) {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  }
  if (!fault) {
    createReadStream(file).pipe(response);
    return;
  }
  const text = readFileSync(file, 'latin1');
  if (fault === 'cut') {
    response.setHeader('Content-Length', text.length);
    response.write(text.slice(0, text.length / 2), 'latin1', () => response.destroy());
  } else if (fault === 'short') {
    response.end(text.slice(0, text.length / 2) + '");\n', 'latin1'); // a script all the same
  } else {
    const half = text.length >> 1; // one letter is another
    response.end(text.slice(0, half) + (text[half] === 'A' ? 'B' : 'A') + text.slice(half + 1), 'latin1');
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const http = `http://127.0.0.1:${server.address().port}`;

// ---- a lesson in a page

/// What the page is watched with: pictures of the panel, long tasks, the worker's memory.
function watch() {
  window.seen = { pictures: 0, tasks: [], memory: 0, done: {} };
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((task) => [task.startTime, task.duration]))).observe({ type: 'longtask', buffered: true });
  if (window.Worker) {
    window.Worker = class extends Worker {
      constructor(...all) {
        super(...all);
        this.addEventListener('message', ({ data }) => {
          if (data.kind === 'begin') seen.begun = performance.now();
          if (data.kind === 'done') seen.done[data.cell] = [seen.begun, performance.now()];
          seen.memory = Math.max(seen.memory, data.memory ?? 0);
        });
      }
    };
  }
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes) => {
      seen.pictures += changes.filter(({ target }) => target.matches('.digitos-live img')).length;
    }).observe(document.documentElement, { subtree: true, attributeFilter: ['src'] });
  });
}

let browser;
const open = new Set(); // the contexts of the part that is running

async function context(options = {}, script) {
  const made = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: 'es-ES', ...options });
  open.add(made);
  await made.addInitScript(watch);
  if (script) await made.addInitScript(script);
  return made;
}

class Lesson {
  /// In a context of its own, if none is given. `noise` is what the console may say.
  static async open(base, name, { within, hash = '', noise = /^$/, script, ...options } = {}) {
    const lesson = new Lesson();
    lesson.context = within ?? (await context(options, script));
    lesson.page = await lesson.context.newPage();
    lesson.complaints = [];
    const complain = (text) => { if (!noise.test(text)) lesson.complaints.push(text); };
    lesson.page.on('console', (message) => complain(`${message.type()}: ${message.text()}`));
    lesson.page.on('dialog', (dialog) => dialog.accept());
    lesson.page.on('pageerror', (error) => complain(`error: ${error.message}`));
    lesson.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(base) && !/^(blob|data):/.test(url)) complain(`request: ${url}`);
    });
    lesson.started = Date.now();
    await lesson.page.goto(`${base}/${name}.html${hash}`);
    return lesson;
  }

  section(id) { return this.page.locator(`section[id="${id}"]`); }

  idle() { return this.page.evaluate(() => !document.querySelector('.cell.running') && document.querySelector('.run-all')?.ariaDisabled === 'false'); }

  async ended(seconds = 120) {
    await until('the cell ends', () => this.idle(), seconds);
  }

  async start(id) { await this.section(id).locator('button.run').click(); }

  async run(id, seconds) {
    await this.start(id);
    await this.ended(seconds);
  }

  async runAll(seconds = 120) {
    await this.page.locator('.run-all').click();
    await this.ended(seconds);
    const failed = await this.page.locator('.problem').allInnerTexts();
    if (failed.length) throw new Error(`a cell has failed: ${failed.join(' | ')}`);
  }

  text(id) { return this.section(id).locator('.output').innerText(); }

  status() { return this.page.locator('#status').innerText(); }

  field(id, mark) { return this.section(id).locator(`[data-index="${mark}"] input`); }

  async write(id, mark, text) {
    await this.unfold(id);
    await this.field(id, mark).fill(text);
  }

  unfold(id) { return this.section(id).evaluate((section) => section.querySelectorAll('details').forEach((details) => { details.open = true; })); }

  panel(name) { return this.page.locator('.digitos-live').last().getByRole('button', { name }); }

  toolbar(kind) { return this.page.locator(`#toolbar .${kind}`); }

  seen() { return this.page.evaluate(() => window.seen); }

  /// The training has begun, and has taken some steps.
  async training(pictures = 6) {
    const before = (await this.seen()).pictures;
    await until('the panel moves', async () => (await this.seen()).pictures >= before + pictures);
  }

  /// All that the cells show, without what tells the time.
  outputs() {
    return this.page.evaluate(() => [...document.querySelectorAll('.cell.code')].map((section) => {
      const copy = section.querySelector('.output').cloneNode(true);
      copy.querySelectorAll('.digitos-live').forEach((panel) => panel.remove());
      const text = copy.innerText.replace(/; [^;\n]* (pasos|steps)\/s.*/g, '');
      return { id: section.id, text, html: [...copy.querySelectorAll('.rich')].map((rich) => rich.innerHTML).join('\n') };
    }));
  }

  shot(name, options = {}) { return this.page.screenshot({ path: path.join(shots, `${name}.png`), ...options }); }

  async axe(what) {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(async () => (await window.axe.run(document)).violations
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`));
    check(found.length === 0, `axe finds nothing wrong with ${what} ${found.join('\n')}`);
  }

  async theme(name) {
    await this.page.evaluate((theme) => {
      if ((document.body.dataset.jpThemeLight === 'false') !== (theme === 'dark')) document.getElementById('theme').click();
    }, name);
    if (await this.page.locator('.digitos-live').count()) await sleep(1300); // a panel at rest looks once a second
  }

  quiet() { check(this.complaints.length === 0, `nothing in the console, no other host ${this.complaints.slice(0, 5).join('\n')}`); }

  async close() {
    this.quiet();
    await this.page.close();
  }
}

function same(one, other) {
  return one.filter((cell, i) => cell.text !== other[i].text || cell.html !== other[i].html)
    .map((cell) => cell.id).join(', ');
}

/// The processor time of each thread that works for a page, in the system's ticks.
async function workers() {
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const tasks = processInfo.map(({ id }) => `/proc/${id}/task`).flatMap((folder) => readdirSync(folder).map((thread) => `${folder}/${thread}/stat`));
  const stats = tasks.map((task) => readFileSync(task, 'utf8')).filter((stat) => stat.includes('(DedicatedWorker'));
  return Object.fromEntries(stats.map((stat) => [stat.split(' ')[0], Number(stat.split(') ')[1].split(' ')[11])]));
}

/// The accuracy that the committed notebook has printed, and what a cell of it is called.
function committed(name) {
  const notebook = JSON.parse(readFileSync(path.join(root, 'notebooks', `${name}.ipynb`), 'utf8'));
  const cell = notebook.cells.find((cell) => cell.metadata.tags?.includes('result'));
  return cell.outputs.flatMap((output) => output.text ?? []).join('').trim();
}

// ---- the parts

const parts = {
  async 'lesson 1, cell by cell'() {
    const lesson = await Lesson.open(http, 'es/1_softmax');
    await lesson.shot('idle', { fullPage: true });
    await lesson.axe('lesson 1 before it runs');
    await lesson.theme('dark');
    await lesson.axe('the same in the dark');
    await lesson.shot('idle-dark');
    await lesson.theme('light');
    const ids = await lesson.page.locator('section.cell.code').evaluateAll((all) => all.map((section) => section.id));
    for (const id of ids.slice(0, ids.indexOf('loop'))) await lesson.run(id);
    await lesson.start('loop');
    await lesson.training();
    await lesson.shot('training');
    await lesson.ended();
    for (const id of ids.slice(ids.indexOf('loop') + 1)) await lesson.run(id);
    const result = await lesson.text('result');
    check(result.trim() === committed('es/1_softmax'), `cell by cell, lesson 1 comes to the notebook's result: ${result}`);
    check(await lesson.page.locator('.problem').count() === 0, 'no cell has failed');
    check(await lesson.page.locator('.cell.done').count() === ids.length, 'each cell is marked as done');
    await until('the pictures are drawn', () => lesson.page.evaluate(() => [...document.querySelectorAll('.rich img')].every((image) => image.complete)));
    await lesson.axe('lesson 1 after it has run');
    await lesson.theme('dark');
    await lesson.axe('the same in the dark');
    await lesson.shot('done-dark', { fullPage: true });
    await lesson.theme('light');
    await lesson.shot('done', { fullPage: true });
    const pdf = await lesson.page.pdf({ path: path.join(shots, 'lesson.pdf'), format: 'A4' });
    check(pdf.length > 100_000, `it prints: ${pdf.length} bytes of PDF`);
    await lesson.close();
  },

  async 'how fast it begins and moves'() {
    const lesson = await Lesson.open(folder, 'en/1_softmax', { locale: 'en-GB' });
    await lesson.start('loop');
    await until('a second picture', async () => (await lesson.seen()).pictures >= 2);
    const seconds = (Date.now() - lesson.started) / 1000;
    const loop = Number(await lesson.section('loop').getAttribute('data-cell'));
    await browser.startTracing(lesson.page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] });
    await sleep(4000);
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    await lesson.ended();
    const { done, tasks, pictures } = await lesson.seen();
    const [begin, end] = done[loop], rate = pictures / ((end - begin) / 1000);
    const long = tasks.filter(([start]) => start >= begin && start < end).map(([, duration]) => duration);
    // time of the processor, which does not depend on what else the machine does
    const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}.${tid}`);
    const work = traceEvents.filter(({ pid, tid, tdur, name }) => tdur && /RunTask/.test(name) && threads.includes(`${pid}.${tid}`)).map(({ tdur }) => tdur / 1000);
    work.sort((a, b) => b - a);
    const quantile = (share) => work[Math.floor(share * work.length)].toFixed(1);
    console.log(`from opening the page to the first moving picture ${seconds.toFixed(1)} s; training ${((end - begin) / 1000).toFixed(1)} s with ${rate.toFixed(1)} pictures a second; ${work.length} tasks of the page, the longest ${quantile(0)} ms of the processor, one in a hundred ${quantile(0.01)}; ${long.length} took more than 50 ms by the clock, the longest ${Math.round(Math.max(0, ...long))}`);
    check(seconds <= 10 * slack, 'the first moving picture comes within ten seconds');
    check(rate >= 3 / slack, 'the panel moves');
    check(work.length > 20 && work[0] < 50, 'the page stays responsive while it trains');
    const result = (await lesson.run('result'), await lesson.text('result'));
    check(result.trim() === committed('en/1_softmax'), `in the other language, from a folder: ${result}`);
    await lesson.close();
  },

  async 'exercises'() {
    const lesson = await Lesson.open(folder, 'es/1_softmax', { hash: '#parameters.0=100' });
    const answers = {
      zeros: ['0.5', '1135/9020'],
      'neuron-answer': ['7,25', '0.5 * (8 - 4)'],
      'facts-answer': ['[true, true, true]', 'true, false, true'],
      'parameters-answer': ['5', '784*10 + 10'],
      questions: ['aaaaaaaaaa', '"' + 'x'.repeat(10) + '"'],
    };
    await lesson.page.locator('#certificate input').fill('Ada');
    await lesson.page.locator('#certificate input').press('Enter');
    check(/todavía no has respondido/.test(await lesson.page.locator('#certificate .rich').innerText()), 'without an answer there is no certificate');
    await lesson.run('rivals');
    for (const [id, [wrong, right]] of Object.entries(answers)) {
      await lesson.run(id);
      check(!/[✓✗]/.test(await lesson.text(id)), `${id}: a blank is no answer`);
      await lesson.write(id, 0, wrong);
      await lesson.field(id, 0).press('Enter');
      await lesson.ended();
      check((await lesson.text(id)).includes('✗'), `${id}: ${wrong} is wrong`);
      const once = await lesson.text(id);
      await lesson.run(id);
      if (id !== 'questions') check(await lesson.text(id) !== once, `${id}: the second time it helps more`);
      await lesson.write(id, 0, right);
      await lesson.field(id, 0).press('Enter');
      await lesson.ended();
      if (id !== 'questions') check((await lesson.text(id)).includes('✓'), `${id}: ${right} is right`);
    }
    const certificate = lesson.page.locator('#certificate');
    await certificate.locator('input').fill('Ada <b>');
    await certificate.locator('button').click();
    const made = await until('the certificate', () => certificate.locator('img').getAttribute('alt', { timeout: 5000 }).catch(() => ''), 10);
    check(/Ada <b>.*1a: \d de \d+/s.test(made), `a certificate for the end of the lesson: ${made}`);
    await certificate.scrollIntoViewIfNeeded();
    await lesson.shot('certificate');
    await lesson.page.reload();
    await lesson.run('questions');
    check(/Lección 1a: \d de \d/.test(await lesson.text('questions')), `what is right stays right when the page is loaded again: ${await lesson.text('questions')}`);
    for (const tampered of ['<img src=x onerror=alert(1)>', '__proto__', '1e999', '(((((((((', '/'.repeat(1000), '[1, [2, [3]]]', '"', 'ñ€𝟙', '1/0', '--1']) {
      await lesson.write('zeros', 0, tampered);
      await lesson.run('zeros');
      const output = await lesson.section('zeros').locator('.output').innerHTML();
      check(!/panicked|unreachable|<img/.test(output) && (output.includes('✗') || !/\w/.test(tampered)), `an answer is only a text: ${tampered.slice(0, 30)}`);
    }
    await lesson.close();
  },

  async 'a number is changed'() {
    const lesson = await Lesson.open(http, 'es/1_softmax', { hash: '#parameters.0=400' });
    await lesson.runAll();
    check(/400 de 400/.test(await lesson.text('loop')), 'a link brings its number');
    const field = lesson.field('parameters', 0);
    await field.focus();
    await field.press('ArrowUp');
    check(await field.inputValue() === '410', 'an arrow key takes the next number');
    check(await lesson.page.locator('.cell.stale').count() > 20, 'what was run with other numbers is marked');
    await lesson.shot('stale', { fullPage: true });
    await lesson.axe('outputs that are out of date');
    await field.press('Escape');
    check(await field.inputValue() === '5000', 'Escape brings the lesson\'s number back');
    await lesson.write('parameters', 0, '400');
    check(await lesson.page.locator('.cell.stale').count() === 0, 'with the numbers of the run, nothing is out of date');
    await lesson.write('parameters', 0, '300');
    await lesson.write('memory', 2, '200'); // steps with a hundred digits
    check(await lesson.page.locator('#panel-of-numbers input[type=text]').first().inputValue() === '300', 'the same number above');
    await lesson.run('parameters');
    await lesson.run('loop');
    check(/300 de 300|paso +300/.test(await lesson.text('loop')), 'the loop has the new number');
    await lesson.runAll();
    const [hash] = await lesson.page.evaluate(() => [new URL(link()).hash]);
    const fresh = await Lesson.open(http, 'es/1_softmax', { hash });
    await fresh.runAll();
    const [one, other] = [await lesson.outputs(), await fresh.outputs()];
    check(same(one, other) === '', `run again or run afresh from a link, the outputs are the same ${same(one, other)}`);
    // and back
    await lesson.write('parameters', 0, '');
    await lesson.page.locator('#panel-of-numbers .links button').last().click();
    check(await lesson.field('parameters', 0).inputValue() === '5000', 'Forget brings all numbers back');
    await lesson.close();
    await fresh.close();
  },

  async 'Stop and go on'() {
    const hash = '#parameters.0=1500';
    const whole = await Lesson.open(http, 'es/1_softmax', { hash });
    await whole.run('loop');
    await whole.run('confusion');
    const lesson = await Lesson.open(http, 'es/1_softmax', { hash });
    await lesson.start('loop');
    await lesson.training(15);
    await lesson.toolbar('hold').click();
    await until('the pause', async () => (await lesson.panel('Seguir').count()) === 1, 5);
    check((await lesson.toolbar('hold').innerText()).includes('Seguir'), 'Pause becomes Go on');
    const paused = (await lesson.seen()).pictures;
    await lesson.shot('paused');
    await sleep(1500);
    check((await lesson.seen()).pictures - paused <= 2, 'a pause is a pause');
    await lesson.panel('Seguir').click();
    await lesson.training(3);
    await lesson.panel('Detener').click();
    await lesson.ended(10);
    check(/Detenido en el paso \d+. Con Seguir/.test(await lesson.text('loop')) && !/1500 de 1500/.test(await lesson.text('loop')), 'the panel\'s button ends the training');
    await until('the panel can go on', async () => (await lesson.panel('Seguir').count()) === 1, 5);
    const says = () => lesson.page.locator('.digitos-live [role=status]').innerText();
    await until('the panel says how it goes on', async () => /continúa desde ahí/.test(await says()), 5);
    check(await lesson.section('loop').locator('.onwards').isVisible(), 'so does the cell');
    await lesson.shot('stopped');
    await lesson.run('panel');
    check(await lesson.section('loop').locator('.onwards').isHidden(), 'below it, other cells take the stopped network');
    await lesson.start('loop');
    await lesson.training(10);
    await lesson.toolbar('stop').dblclick();
    await lesson.ended(10);
    check(await lesson.page.locator('.problem').count() === 0, 'a double click is one Stop');
    await lesson.toolbar('hold').click();
    await lesson.training(3);
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    await lesson.panel('Seguir').click();
    await lesson.training(3);
    await lesson.panel('Detener').click();
    await lesson.ended(10);
    await lesson.section('loop').locator('.onwards').click();
    await lesson.ended();
    check(/1500 de 1500/.test(await lesson.text('loop')), 'three times stopped and gone on, it comes to the end');
    await lesson.run('confusion');
    const parts = (cells) => cells.filter(({ id }) => ['panel', 'result', 'confusion'].includes(id));
    const [one, other] = [parts(await lesson.outputs()), parts(await whole.outputs())];
    check(same(one, other) === '', `the result is that of a training without a stop ${same(one, other)}`);
    await whole.close();
    await lesson.close();
  },

  async 'a cell that does not end'() {
    const lesson = await Lesson.open(http, 'es/1_softmax', { hash: '#parameters.0=10000000' });
    await lesson.start('loop');
    await lesson.training(10);
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    const early = (await lesson.seen()).memory;
    await lesson.toolbar('hold').click();
    await sleep(5000);
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    const late = (await lesson.seen()).memory;
    check(late - early < 4e6, `ten million steps take no more memory: ${(early / 1e6).toFixed()} MB, then ${(late / 1e6).toFixed()}`);
    await lesson.write('memory', 2, '10000000');
    await lesson.start('memory');
    await until('it works', async () => (await lesson.section('memory').getAttribute('class')).includes('running'));
    await sleep(500);
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    check(/como antes/.test(await lesson.text('memory')), 'a loop without a panel ends as if the cell had not run');
    await lesson.field('memory', 2).press('Escape');
    await lesson.close();

    const deaf = () => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (message) { if (message.kind !== 'stop') postMessage.call(this, message); };
    };
    const stuck = await Lesson.open(http, 'es/1_softmax', { hash: '#parameters.0=10000000', script: deaf });
    await stuck.start('loop');
    await stuck.training(3);
    await stuck.toolbar('stop').click();
    await until('it is said', async () => /no responde/.test(await stuck.status()), 10);
    await stuck.toolbar('stop').click();
    await until('the end', () => stuck.idle(), 3);
    check(/desde arriba/.test(await stuck.text('loop')), 'what does not answer is ended by the second Stop');
    await sleep(1300);
    check(!/noticias/.test(await stuck.page.locator('.digitos-live').innerText()), 'its panel rests');
    await stuck.section('loop').scrollIntoViewIfNeeded();
    await stuck.shot('lost');
    await stuck.write('parameters', 0, '20');
    await stuck.run('loop');
    check(/20 de 20/.test(await stuck.text('loop')), 'then the lesson begins again at the top');
    await stuck.close();
  },

  async 'numbers that are none'() {
    const lesson = await Lesson.open(folder, 'es/1_softmax');
    const fails = async (id, mark, text, expected, at = id) => {
      await lesson.write(id, mark, text);
      await lesson.start(at);
      await sleep(50);
      await lesson.ended();
      const found = await lesson.section(at).locator('.problem').innerText({ timeout: 2000 }).catch(() => 'nothing');
      check(expected.test(found) && !/panicked|unreachable|RuntimeError|\.rs:/.test(found), `${text}: ${found}`);
      await lesson.field(id, mark).press('Escape');
    };
    const whole = /no vale aquí: hace falta un número entero entre 0 y 4294967295/;
    for (const text of ['abc', '1.5', '0,5', '-1', '1e3', '5.000', '99999999999999', '<b>']) await fails('parameters', 0, text, whole);
    await lesson.shot('failed');
    await fails('program', 13, '0,5', /lleva coma.*escribe 0\.5/);
    for (const text of ['NaN', 'inf', '1e999', 'x']) await fails('program', 13, text, /hace falta un número, como 0\.5/);
    await fails('program', 0, '-1.5', /entero|número/);
    await lesson.write('parameters', 0, '100');
    await lesson.run('rivals');
    await fails('memory', 0, '0', /^La biblioteca no ha podido.*en inglés.*this set is empty.*Corrige los números/s);
    await lesson.shot('refused');
    await fails('memory', 3, '1000000000', /this set holds 100 examples/);
    await fails('memory', 3, '1000000000000', whole);
    await lesson.run('confusion');
    check(await lesson.page.locator('.problem').count() === 0, 'after all that, the lesson runs');
    await lesson.close();
  },

  async 'reload, Forget and links'() {
    const lesson = await Lesson.open(http, 'es/1_softmax');
    await lesson.write('parameters', 0, '70');
    await lesson.write('zeros', 0, '0.126');
    const drawing = await lesson.field('own', 0).count() ? null : lesson.section('own').locator('textarea');
    await drawing.fill((await drawing.inputValue()).replaceAll('#', '.').replace('....', '.##.'));
    await lesson.page.reload();
    const kept = async (number, answer) => (await lesson.field('parameters', 0).inputValue()) === number && (await lesson.field('zeros', 0).inputValue()) === answer;
    check(await kept('70', '0.126'), 'numbers and answers outlast a reload');
    check((await drawing.inputValue()).includes('.##.') && !(await drawing.inputValue()).includes('###'), 'so does a drawing');
    await lesson.run('own');
    check(/Lee un \d/.test(await lesson.text('own')), 'the drawing is read');
    await lesson.shot('own');
    await lesson.page.locator('#panel-of-numbers .links button').first().click();
    await until('the link', () => lesson.page.url().includes('#parameters.0=70'));
    check(!lesson.page.url().includes('zeros'), 'a link has the numbers and not the answers');
    await lesson.page.locator('#panel-of-numbers .links button').last().click();
    check(await kept('5000', ''), 'Forget forgets');
    await lesson.page.reload();
    check(await kept('5000', ''), 'for good');
    await lesson.write('zeros', 0, '0.5');
    await lesson.write('parameters', 1, '3');
    await lesson.page.goto(`${http}/es/1_softmax.html#parameters.0=900`);
    await until('the link is followed', async () => kept('900', '0.5'));
    check(await lesson.field('parameters', 1).inputValue() === '0', 'a link brings its numbers and the lesson\'s others, and leaves the answers');
    await lesson.write('parameters', 0, '800');
    await lesson.page.reload();
    check(await kept('800', '0.5'), 'what is changed then outlasts a reload');

    const long = 'x'.repeat(50_000);
    const hash = `#nope.0=1&parameters.9=3&__proto__.0=1&parameters.=1&zeros.0=7&parameters.1=${long}&${long}=1&%E0%A4%A&parameters.0=<script>alert(1)</script>`;
    const tampered = await Lesson.open(http, 'es/1_softmax', { hash });
    check(/no tiene/.test(await tampered.status()), 'a link with what the lesson does not have says so');
    await tampered.shot('tampered');
    check(await tampered.field('zeros', 0).inputValue() === '' && await tampered.field('parameters', 1).inputValue() === '0', 'nothing else of it is taken');
    await tampered.run('parameters');
    check(/no vale aquí/.test(await tampered.text('parameters')), 'a script in it is a number that is none');
    await tampered.close();
    await lesson.close();

    const within = await context();
    const [left, right] = [await Lesson.open(http, 'es/1_softmax', { within }), await Lesson.open(http, 'es/1_softmax', { within })];
    await left.write('zeros', 0, '0.126');
    await right.write('parameters', 0, '40');
    await Promise.all([left.run('zeros'), right.run('loop')]);
    check(/✓/.test(await left.text('zeros')) && /40 de 40/.test(await right.text('loop')), 'two tabs run beside each other');
    for (const tab of [left, right]) {
      await tab.page.reload();
      check(await tab.field('zeros', 0).inputValue() === '0.126' && await tab.field('parameters', 0).inputValue() === '40', 'neither undoes what the other has kept');
      await tab.close();
    }
  },

  async 'without a connection'() {
    const lesson = await Lesson.open(http, 'es/1_softmax', { noise: /net::ERR_INTERNET_DISCONNECTED/ });
    await lesson.run('setup');
    const files = JSON.parse(readFileSync(path.join(site, 'sw.js'), 'utf8').match(/const FILES = (.*);/)[1]);
    const count = files.all.length + files.relaxed.length + files.threads.length;
    const kept = () => lesson.page.evaluate(async () => {
      const names = await caches.keys();
      return names.length ? (await (await caches.open(names[0])).keys()).length : 0;
    });
    await until('all is kept', async () => (await kept()) >= count);
    await lesson.context.setOffline(true);
    await lesson.page.reload();
    await lesson.write('parameters', 0, '30');
    await lesson.run('loop');
    check(/30 de 30/.test(await lesson.text('loop')), 'after the first visit the lesson runs without a connection');
    for (const other of ['en/1c_inside.html', 'index.html', '']) {
      await lesson.page.goto(`${http}/${other}`);
      check(await lesson.page.locator('h1').count() === 1, `so there is ${other || 'the list of lessons'}`);
    }
    await lesson.context.setOffline(false);
    await lesson.close();
  },

  async 'the panel by its keys, and a knob'() {
    const of = (lesson) => {
      const panel = lesson.page.locator('.digitos-live').last();
      return {
        panel,
        svg: () => panel.locator('img').evaluate(async (image) => (await fetch(image.src)).text()).catch(() => ''),
        step: async () => Number((await panel.getByRole('status').innerText()).replace(/\D/g, '')),
        press: (key) => lesson.page.keyboard.press(key),
      };
    };
    const lesson = await Lesson.open(http, 'es/1_softmax', { hash: '#parameters.0=1000000' });
    await lesson.start('loop');
    await lesson.training();
    const { panel, svg, step, press } = of(lesson);
    await panel.getByRole('button', { name: 'Pausar' }).focus();
    await lesson.axe('a panel and its line of keys');
    for (const [key, width] of [['4', 480], ['2', 600], ['0', 960]]) {
      await press(key);
      await until(`the picture of ${key}`, async () => (await svg()).includes(`viewBox="0 0 ${width} `), 10);
    }
    await press(' ');
    await until('the pause', async () => /La celda espera/.test(await panel.getByRole('status').innerText()), 10);
    const before = await step();
    for (let i = 1; i <= 3; i++) {
      await press('.');
      await until('the next step', async () => (await step()) > before + i - 1, 10);
      await sleep(300);
      check((await step()) === before + i, `a point makes one step: ${before + i}`);
    }
    const even = await svg();
    await press('l');
    await until('the logarithmic axis', async () => ![even, ''].includes(await svg()), 10);
    await press(' ');
    await until('it goes on', async () => !(await panel.getByRole('status').innerText()), 10);
    await lesson.toolbar('stop').click();
    await lesson.ended(20);
    const log = await svg();
    await panel.getByRole('button', { name: 'eje log' }).click();
    await until('the other axis after the end', async () => ![log, ''].includes(await svg()), 10);
    await press('4');
    await until('the last picture, drawn again', async () => (await svg()).includes('viewBox="0 0 480 '), 10);
    check(true, 'after the end, too, the axis changes');
    await lesson.theme('dark');
    await lesson.axe('a panel in the dark');
    await lesson.close();

    for (const name of readdirSync(path.join(root, 'notebooks/es')).map((file) => file.replace('.ipynb', ''))) {
      const { cells } = JSON.parse(readFileSync(path.join(root, 'notebooks/es', `${name}.ipynb`), 'utf8'));
      if (!cells.some(({ source }) => source.join('').includes('.knob('))) continue;
      const loop = cells.find(({ source }) => /\.steps\(&sess/.test(source.join(''))).id;
      const turning = await Lesson.open(http, `es/${name}`, { hash: '#parameters.0=1000000' });
      await turning.start(loop);
      await turning.training();
      const { panel, svg, press } = of(turning), slider = panel.getByRole('slider').first();
      await slider.focus();
      const start = await slider.getAttribute('aria-valuetext');
      for (let i = 0; i < 10; i++) await press('ArrowLeft');
      const now = await slider.getAttribute('aria-valuetext');
      check(Math.abs(start / now - 10) < 0.01, `${name}: ten steps of the slider are a factor of ten, ${start} and ${now}`);
      await until('the line in the curves', async () => (await svg()).includes(`${start} → ${now}`), 10);
      await turning.axe('a panel with a knob');
      await turning.shot('knob');
      await turning.toolbar('stop').click();
      await turning.ended(20);
      for (let i = 0; i < 20; i++) await press('ArrowRight');
      const after = await slider.getAttribute('aria-valuetext');
      await turning.toolbar('hold').click();
      await turning.training();
      await until('the second line', async () => (await svg()).includes(`→ ${after}<`), 10);
      check(true, 'a knob turned while the training is stopped is turned when it goes on');
      await turning.toolbar('stop').click();
      await turning.ended(20);
      await turning.close();
    }
  },

  async 'files that are missing or damaged'() {
    const all = [
      ['train-images-idx3', 'refuse', /No se ha podido cargar/], ['lesson_1-', 'refuse', /No se ha podido cargar/],
      ['train-images-idx3', 'cut', /No se ha podido cargar|dañado/], ['lesson_1-', 'short', /dañado/], ['train-images-idx3', 'rot', /dañado/],
    ];
    for (const [file, fault, said] of all) {
      faults[file] = fault;
      const lesson = await Lesson.open(http, 'es/1_softmax', { noise: /404|net::ERR|SyntaxError|Unexpected end/ });
      await lesson.run('setup');
      const problem = lesson.section('setup').locator('.problem');
      check(await problem.count() === 1 && said.test(await problem.innerText()), `${file} ${fault}: ${await problem.first().innerText()}`);
      check(await lesson.page.locator('[data-committed]').count() > 20, 'the book stays readable');
      await lesson.shot(`missing-${fault}`);
      delete faults[file];
      await problem.getByRole('button').click();
      await lesson.ended();
      check(/Todo listo/.test(await lesson.text('setup')) && await problem.count() === 0, 'with the whole file, another attempt succeeds');
      await lesson.page.reload();
      await lesson.run('setup');
      check(/Todo listo/.test(await lesson.text('setup')), 'and the next visit too');
      await lesson.close();
      await lesson.context.close();
    }
    let arrive;
    const arrives = new Promise((done) => { arrive = done; });
    const within = await context();
    await within.route(/train-images/, async (route) => { await arrives; await route.continue(); }); // the page asks for it at once
    const slow = await Lesson.open(http, 'es/1_softmax', { within });
    await slow.start('setup');
    await slow.shot('loading');
    await slow.toolbar('stop').click();
    check(await slow.idle() && /Detenido/.test(await slow.status()), 'Stop while it loads');
    arrive();
    await slow.run('setup');
    check(/Todo listo/.test(await slow.text('setup')), 'and it can be run then');
    await slow.close();
  },

  async 'browsers that lack something'() {
    const lacks = {
      'vector instructions': () => { WebAssembly.validate = () => false; },
      WebAssembly: () => { delete window.WebAssembly; },
      workers: () => { delete window.Worker; },
      DecompressionStream: () => { delete window.DecompressionStream; },
    };
    for (const [what, script] of Object.entries(lacks)) {
      const lesson = await Lesson.open(http, 'es/1_softmax', { script });
      check(/^Este navegador no puede ejecutar la lección/.test(await lesson.status()), `without ${what} it says why`);
      check(await lesson.page.locator('[data-committed] img').count() > 5 && await lesson.page.locator('button.run').count() === 0, 'the book is there');
      if (what === 'workers') await lesson.shot('unable');
      await lesson.close();
    }
    const simd = await Lesson.open(http, 'es/1_softmax', {
      hash: '#parameters.0=300',
      script: () => { const validate = WebAssembly.validate; WebAssembly.validate = (bytes) => bytes.length < 36 && validate(bytes); },
    });
    await simd.run('loop');
    const loaded = await simd.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).join());
    check(/lesson_1-simd/.test(loaded) && !/relaxed/.test(loaded), 'without relaxed SIMD the other build is taken');
    await simd.close();
    const bare = await Lesson.open(http, 'es/1_softmax', {
      script: () => {
        for (const name of ['localStorage', 'sessionStorage', 'caches']) Object.defineProperty(window, name, { get() { throw new Error('forbidden'); } });
        Object.defineProperty(Navigator.prototype, 'serviceWorker', { get() { throw new Error('forbidden'); } });
      },
    });
    await bare.write('parameters', 0, '30');
    await bare.run('loop');
    check(/30 de 30/.test(await bare.text('loop')), 'without any storage it runs');
    await bare.close();
  },

  async 'threads where a page is isolated'() {
    const builds = (lesson) => lesson.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.match(/lesson_1-([a-z]+)-/)?.[1]).filter(Boolean));
    const alone = await Lesson.open(http, 'es/1_softmax');
    await alone.runAll();
    check((await builds(alone)).every((build) => build === 'relaxed') && !(await alone.page.evaluate(() => crossOriginIsolated)), 'without the headers, the module without threads is loaded');
    isolated = true;
    const lesson = await Lesson.open(http, 'es/1_softmax');
    check(await lesson.page.evaluate(() => crossOriginIsolated && navigator.hardwareConcurrency > 1), 'the page is isolated, and there are processors to share');
    await lesson.runAll();
    const loaded = await builds(lesson);
    check(loaded.length > 0 && loaded.every((build) => build === 'threads'), 'with them, the one with threads');
    check((await lesson.text('result')).trim() === committed('es/1_softmax'), `together they come to the notebook's result: ${await lesson.text('result')}`);
    const all = await lesson.outputs(), one = await alone.outputs();
    check(same(all, one) === '', `all that the cells show is what one thread gives ${same(all, one)}`);
    const before = await workers();
    await lesson.write('parameters', 0, '1000000'); // longer than this looks at it
    await lesson.start('loop');
    await lesson.training();
    const working = async () => Object.entries(await workers()).filter(([thread, ticks]) => ticks > (before[thread] ?? 0)).length;
    await until('two threads of the page work', async () => (await working()) > 1, 20);
    check(await working() > 1, `${await working()} threads of the page have worked`);
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    check(/Detenido en el paso \d+/.test(await lesson.text('loop')), 'Stop ends the training');
    await lesson.toolbar('hold').click();
    await lesson.training();
    await lesson.toolbar('stop').click();
    await lesson.ended(10);
    check(/Detenido en el paso \d+/.test(await lesson.text('loop')), 'it can go on and be stopped again');
    await lesson.write('parameters', 0, '5000');
    await lesson.runAll();
    const again = await lesson.outputs();
    check(same(all, again) === '', `run again from before, everything is the same ${same(all, again)}`);
    await lesson.close();
    await alone.close();
    isolated = false;
  },

  async 'small screens, the other pages, and keys'() {
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
    const fits = (lesson) => lesson.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && innerWidth <= 361);
    for (const name of ['index', 'es/errores', 'en/errors', 'es/1_softmax', 'es/3_convolucion']) {
      const lesson = await Lesson.open(http, name, phone);
      check(await fits(lesson), `${name} is not wider than a phone`);
      await lesson.shot(`phone-${name.replace('/', '-')}`);
      if (!name.includes('_')) {
        await lesson.axe(name);
        await lesson.theme('dark');
        await lesson.axe(`${name} in the dark`);
      } else if (name.includes('1_')) {
        await lesson.write('parameters', 0, '300');
        await lesson.runAll();
        check(await fits(lesson), 'nor is it when it has run');
        await lesson.section('loop').scrollIntoViewIfNeeded();
        await lesson.shot('phone-done');
        await lesson.axe('lesson 1 on a phone');
      }
      await lesson.close();
      await lesson.context.close();
    }
    const keys = await Lesson.open(http, 'es/1_softmax', { hash: '#parameters.0=30' });
    await keys.section('setup').locator('.run').focus();
    for (let i = 0; i < 4; i++) {
      await keys.page.keyboard.press('Shift+Enter');
      await keys.ended();
    }
    const focused = await keys.page.evaluate(() => document.activeElement.closest('.cell')?.id);
    check(focused === 'loop', `Shift + Enter goes from cell to cell: it is in ${focused}`);
    await keys.page.keyboard.press('Enter');
    await keys.ended();
    check(/30 de 30/.test(await keys.text('loop')), 'Enter on a button is a click');
    check(await keys.page.evaluate(() => document.activeElement.classList.contains('run')), 'the focus stays where it was');
    await keys.close();
  },

  async 'the lab: digits that are drawn'() {
    const strokes = {
      7: [[[0.3, 0.3], [0.5, 0.27], [0.68, 0.28], [0.6, 0.5], [0.5, 0.75]]],
      1: [[[0.52, 0.22], [0.5, 0.5], [0.49, 0.78]]],
      0: [[[0.52, 0.25], [0.36, 0.36], [0.33, 0.6], [0.47, 0.76], [0.63, 0.66], [0.66, 0.42], [0.52, 0.25]]],
    };
    for (const [where, name] of [[folder, 'en/5_lab'], [http, 'es/5_laboratorio']]) {
      const lesson = await Lesson.open(where, name);
      await lesson.start('draw');
      await lesson.ended(60);
      const pad = lesson.section('draw'), canvas = pad.locator('canvas').first();
      const bars = () => pad.locator('.bars').evaluate((all) => [...all.querySelectorAll('span')].map((span) => span.textContent));
      const highest = async () => {
        const texts = await bars().catch(() => []);
        const rows = texts.flatMap((text, i) => (i % 2 ? [[parseFloat(text), Number(texts[i - 1])]] : []));
        return rows.sort((a, b) => b[0] - a[0])[0]?.[1];
      };
      const draw = async (lines) => {
        await canvas.scrollIntoViewIfNeeded();
        const box = await canvas.boundingBox();
        const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
        for (const [first, ...rest] of lines) {
          await lesson.page.mouse.move(...at(first));
          await lesson.page.mouse.down();
          for (const point of rest) await lesson.page.mouse.move(...at(point), { steps: 6 });
          await lesson.page.mouse.up();
        }
      };
      for (const [digit, lines] of Object.entries(strokes)) {
        await draw(lines);
        await until(`a ${digit}`, async () => (await highest()) === Number(digit), 10);
        check(true, `${name}: a ${digit} that is drawn is read as a ${digit}`);
        await pad.locator('button').nth(await pad.locator('button').evaluateAll((all) => all.findIndex((button) => /^(Clear|Borrar)$/.test(button.textContent)))).click();
      }
      if (where === http) await lesson.axe(`${name}, drawn on`);
      await canvas.focus();
      for (const key of [' ', 'ArrowDown', 'ArrowDown', ' ', '1', 'Enter', ' ', 'ArrowRight', 'ArrowRight', ' ']) await lesson.page.keyboard.press(key);
      await until('it is kept', async () => (await pad.locator('.kept').count()) === 1, 10);
      const ink = () => canvas.evaluate((drawn) => drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height).data.some((part) => part > 0));
      await lesson.page.reload();
      await lesson.start('draw');
      await lesson.ended(60);
      await until('both are there', async () => (await pad.locator('.kept').count()) === 1 && (await ink()), 10);
      check(true, `${name}: what was drawn and kept is there when the page is loaded again`);
      await lesson.shot(`lab-${name.split('/')[0]}`);

      // the bars follow a network that learns, and what is drawn meanwhile is read
      await pad.evaluate((pad) => {
        window.renewed = 0;
        new MutationObserver((changes) => { window.renewed += changes.length; }).observe(pad.querySelector('.bars'), { attributeFilter: ['aria-label'] });
      });
      const isRead = async () => (await pad.locator('[role=status]').textContent()) === ''; // else it says that there is no ink
      const before = (await lesson.seen()).pictures;
      await lesson.start('learns');
      await lesson.training();
      await canvas.focus();
      await lesson.page.keyboard.press('Delete');
      await until('the empty canvas is read', async () => !(await isRead()), 3);
      await draw(strokes[1]);
      const start = Date.now();
      await until('the new drawing is read', isRead, 3);
      const waited = Date.now() - start;
      check(!(await lesson.idle()), `${name}: what is drawn while a cell trains is read ${waited} ms later`);
      await lesson.shot(`lab-learns-${name.split('/')[0]}`);
      await lesson.ended();
      const [renewed, pictures] = [await lesson.page.evaluate(() => window.renewed), (await lesson.seen()).pictures - before];
      check(renewed >= pictures / 2, `${name}: while the panel drew ${pictures} pictures, the bars were renewed ${renewed} times`);
      await until('a 1', async () => (await highest()) === 1, 10);
      await lesson.close();
      await lesson.context.close();
    }
  },

  async 'the lab: an experiment that is stopped'() {
    // in a folder without a server, a cell that takes no messages cannot be called
    for (const [name, alone] of [['en/5_lab', true], ['es/5_laboratorio', false]]) {
      isolated = !alone;
      const lesson = await Lesson.open(http, name, { hash: '#parameters.0=500' });
      await lesson.start('runs');
      const told = /(\d+) (of|de) 15 (runs done|entrenamientos hechos)/;
      await until('it has begun', () => lesson.section('runs').evaluate((section) => section.classList.contains('running')), 180);
      await until('some runs are done', async () => told.test(await lesson.text('runs')), 180);
      const start = Date.now();
      await lesson.toolbar('stop').click();
      await lesson.ended(3);
      const [, kept] = (await lesson.text('runs')).match(/(\d+) (?:of|de) 15 (?:runs were begun|entrenamientos, y)/) ?? [];
      check(Number(kept) > 0 && Number(kept) < 15, `${name}${alone ? '' : ', isolated'}: Stop ends the experiment after ${Date.now() - start} ms, with ${kept} of 15 runs`);
      check(await lesson.section('runs').locator('.rich img').count() === 1, 'the curves of what was made are drawn');
      await lesson.run('table');
      const table = await lesson.text('table');
      check(/(stopped at step|detenido en el paso) \d+/.test(table) && (table.match(/0\.00[135]/g) ?? []).length >= 3, 'the table, of runs that were saved and read again, has each rate, and says which run was stopped');
      check(await lesson.page.locator('.problem').count() === 0, 'no cell has failed');
      await lesson.shot(`lab-stopped-${name.split('/')[0]}`, { fullPage: true });
      if (alone) {
        await lesson.run('runs', 180);
        check(/15 (runs|entrenamientos) (in|en)/.test(await lesson.text('runs')), 'run again, it goes to its end');
      }
      await lesson.close();
      await lesson.context.close();
      isolated = false;
    }
  },

  async 'the other lessons'() {
    const lessons = (language) => readdirSync(path.join(site, language)).filter((file) => /^\d.*html$/.test(file)).sort()
      .map((file) => `${language}/${file.replace('.html', '')}`);
    const [spanish, english] = [lessons('es'), lessons('en')];
    const short = spanish.map((name, i) => (i % 2 ? name : english[i])).slice(1)
      .map((name) => [name, name.includes('/4_') ? '#parameters.0=10&parameters.1=4' : '#parameters.0=20']);
    const each = async ([name, hash]) => {
      const start = Date.now(), lesson = await Lesson.open(folder, name, { hash });
      await lesson.runAll(300);
      const { memory } = await lesson.seen(), count = await lesson.page.locator('.cell.done').count();
      check(count === await lesson.page.locator('.cell.code').count(), `${name}: ${count} cells, ${((Date.now() - start) / 1000).toFixed()} s, ${(memory / 1e6).toFixed()} MB`);
      check(memory < 300e6, 'it takes less than 300 MB');
      await lesson.shot(name.replace('/', '-'), { fullPage: true });
      await lesson.close();
      await lesson.context.close();
    };
    const queue = [...short].reverse();
    await Promise.all([0, 1].map(async () => { while (queue.length) await each(queue.shift()); }));
  },
};

browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const asked = process.argv.slice(2);
if (!asked.length) rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });
try {
  for (const [name, part] of Object.entries(parts)) {
    if (asked.length && !asked.some((word) => name.includes(word))) continue;
    const start = Date.now();
    console.log(`--- ${name}`);
    await part();
    await Promise.all([...open].map((made) => made.close()));
    open.clear();
    console.log(`--- ${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
  console.log(`${passed()} passed, 0 failed`);
} catch (error) {
  const pages = browser.contexts().flatMap((made) => made.pages());
  await Promise.all(pages.map((page, i) => page.screenshot({ path: path.join(shots, `failed-${i}.png`) }).catch(() => {})));
  console.error(error);
  console.log(`${passed()} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
