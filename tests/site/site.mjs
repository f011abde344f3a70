// The lessons' site in a real browser: headless Chromium, on a small server and on the folder itself.
// `tests/site/run` installs what this needs and starts it; pictures of what it saw go to target/site/pictures.
import { createReadStream, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const npm = createRequire(path.join(root, 'target/site-npm/'));
const { chromium } = npm('playwright-core');
const axe = readFileSync(npm.resolve('axe-core/axe.min.js'), 'utf8');
const site = path.join(root, 'target/web');
const shots = path.join(root, 'target/site/pictures');
const folder = pathToFileURL(site).href;
let checks = 0;

function check(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
  checks += 1;
  console.log(`ok: ${what}`);
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function until(what, holds, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(30)) {
    const value = await holds();
    if (value) return value;
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

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

  async write(id, mark, text) { await this.field(id, mark).fill(text); }

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

  theme(name) { return this.page.evaluate((theme) => { if ((document.body.dataset.jpThemeLight === 'false') !== (theme === 'dark')) document.getElementById('theme').click(); }, name); }

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
    await lesson.ended();
    const { done, tasks, pictures } = await lesson.seen();
    const [begin, end] = done[loop], rate = pictures / ((end - begin) / 1000);
    const long = tasks.filter(([start]) => start >= begin && start < end).map(([, duration]) => duration).sort((a, b) => b - a);
    console.log(`from opening the page to the first moving picture ${seconds.toFixed(1)} s; training ${((end - begin) / 1000).toFixed(1)} s with ${rate.toFixed(1)} pictures a second; tasks above 50 ms: ${long.length}, the longest ${Math.round(long[0] ?? 0)} ms`);
    check(seconds <= 10 * slack, 'the first moving picture comes within ten seconds');
    check(rate >= 5 / slack, 'the panel shows five pictures a second');
    check(long.filter((duration) => duration > 50 * slack).length <= (slack > 1 ? 3 : 0), 'the page stays responsive while it trains');
    const result = (await lesson.run('result'), await lesson.text('result'));
    check(result.trim() === committed('en/1_softmax'), `in the other language, from a folder: ${result}`);
    await lesson.close();
  },

  async 'exercises'() {
    const lesson = await Lesson.open(folder, 'es/1_softmax');
    const answers = {
      zeros: ['0.1135', '1135/9020'],
      'neuron-answer': ['1,5', '0.5 * (8 - 4)'],
      'facts-answer': ['[true, true, true]', 'true, false, true'],
      'parameters-answer': ['7840', '784*10 + 10'],
      questions: ['aaaaaaaaaa', '"' + 'x'.repeat(10) + '"'],
    };
    await lesson.run('rivals');
    for (const [id, [wrong, right]] of Object.entries(answers)) {
      await lesson.run(id);
      check(!/[✓✗]/.test(await lesson.text(id)), `${id}: a blank is no answer`);
      await lesson.write(id, 0, wrong);
      await lesson.field(id, 0).press('Enter');
      await lesson.ended();
      check((await lesson.text(id)).includes('✗'), `${id}: ${wrong} is wrong`);
      await lesson.write(id, 0, right);
      await lesson.field(id, 0).press('Enter');
      await lesson.ended();
      if (id !== 'questions') check((await lesson.text(id)).includes('✓'), `${id}: ${right} is right`);
    }
    for (const tampered of ['<img src=x onerror=alert(1)>', '__proto__', '1e999', '(((((((((', '/'.repeat(1000), '[1, [2, [3]]]', '"', 'ñ€𝟙', '1/0', '--1']) {
      await lesson.write('zeros', 0, tampered);
      await lesson.run('zeros');
      const output = await lesson.section('zeros').locator('.output').innerHTML();
      check(!/panicked|unreachable|<img/.test(output) && output.includes('✗'), `an answer is only a text: ${tampered.slice(0, 30)}`);
    }
    await lesson.close();
  },

  async 'a number is changed'() {
    const lesson = await Lesson.open(http, 'es/1_softmax');
    await lesson.runAll();
    const field = lesson.field('parameters', 0);
    await field.focus();
    await field.press('ArrowUp');
    check(await field.inputValue() === '5100', 'an arrow key takes the next number');
    check(await lesson.page.locator('.cell.stale').count() > 20, 'what was run with other numbers is marked');
    await lesson.shot('stale', { fullPage: true });
    await lesson.axe('outputs that are out of date');
    await field.press('Escape');
    check(await field.inputValue() === '5000' && await lesson.page.locator('.cell.stale').count() === 0, 'Escape brings the lesson\'s number back');
    await lesson.write('parameters', 0, '300');
    await lesson.write('memory', 1, '200'); // pasos de las cien
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
};
const slack = Number(process.env.SLACK ?? 1);

rmSync(path.join(root, 'target/site'), { recursive: true, force: true });
mkdirSync(shots, { recursive: true });
browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const asked = process.argv.slice(2);
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
  console.log(`${checks} passed, 0 failed`);
} catch (error) {
  const pages = browser.contexts().flatMap((made) => made.pages());
  await Promise.all(pages.map((page, i) => page.screenshot({ path: path.join(shots, `failed-${i}.png`) }).catch(() => {})));
  console.error(error);
  console.log(`${checks} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
