// The live panel in a real browser: JupyterLab on live.ipynb, headless Chromium, a training cell that is busy.
// `bash tests/browser/run` installs what this needs and starts it; pictures of what it saw go to target/browser/pictures.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { check, passed, sleep, until } from './checks.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { chromium } = createRequire(path.join(root, 'target/browser-npm/'))('playwright-core');
const work = path.join(root, 'target/browser'); // two folders below the root, as a lesson is
const shots = path.join(work, 'pictures');

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function jupyter() {
  const port = await freePort();
  const options = ['--allow-root', '--no-browser', '--ip=127.0.0.1', `--port=${port}`, '--IdentityProvider.token=test',
    '--ServerApp.port_retries=0', '--LabApp.expose_app_in_browser=True', `--ServerApp.root_dir=${root}`];
  const python = process.env.JUPYTER_PYTHON ?? 'python3';
  const server = spawn(python, ['-m', 'jupyterlab', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (text) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  await until('JupyterLab answers', async () => {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended:\n${log}`);
    return fetch(`${url}/api?token=test`).then((answer) => answer.ok, () => false);
  });
  return { server, url };
}

/// One notebook in one page of the browser.
class Notebook {
  constructor(page, url, name) {
    Object.assign(this, { page, url, name });
  }

  async open() {
    await this.page.addInitScript(() => {
      const { setTimeout } = window;
      window.timers = 0;
      window.setTimeout = (run, ...rest) => {
        if (run.name === 'tick') window.timers += 1;
        return setTimeout(run, ...rest);
      };
    });
    await this.page.goto(`${this.url}/lab/tree/${encodeURI(this.name)}?token=test&reset`);
    await this.page.locator('.jp-Notebook .jp-CodeCell').first().waitFor({ timeout: 60_000 });
    // JupyterLab sometimes never hears of a kernel that it starts beside a busy one; a person would load the page again
    await until('the kernel is there', () => this.idle()).catch(async (error) => {
      console.log(`note: ${error.message}; the page is loaded again`);
      await this.page.reload();
      await this.page.locator('.jp-Notebook .jp-CodeCell').first().waitFor({ timeout: 60_000 });
      await until('the kernel is there', () => this.idle());
    });
  }

  idle() {
    return this.page.evaluate(() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle')
      .catch(() => false); // while the page is being loaded
  }

  cell(i) {
    return this.page.locator('.jp-Notebook .jp-CodeCell').nth(i);
  }

  /// Starts a cell and does not wait for it.
  async start(i) {
    await this.cell(i).locator('.jp-InputArea-prompt').click();
    await this.page.evaluate(() => void window.jupyterapp.commands.execute('notebook:run-cell'));
  }

  async busy(i) {
    return (await this.cell(i).locator('.jp-InputArea-prompt').innerText()).includes('*');
  }

  async run(i, seconds = 300) {
    await this.start(i);
    await sleep(100);
    await until(`cell ${i} ends`, async () => !(await this.busy(i)), seconds);
    const failed = this.cell(i).locator('[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]');
    if (await failed.count()) throw new Error(`cell ${i}: ${await failed.innerText()}`);
  }

  output(i) {
    return this.cell(i).locator('.jp-OutputArea').innerText();
  }

  panel() {
    return this.page.locator('.digitos-live');
  }

  button(name) {
    return this.panel().getByRole('button', { name });
  }

  async sentence() {
    return this.panel().getByRole('status').innerText();
  }

  async picture() {
    return (await this.panel().locator('img').getAttribute('src')) ?? '';
  }

  /// How often the picture changes within some seconds.
  changes(seconds) {
    return this.panel().locator('img').evaluate(async (image, ms) => {
      let changes = 0;
      const observer = new MutationObserver(() => changes++);
      observer.observe(image, { attributeFilter: ['src'] });
      await new Promise((done) => setTimeout(done, ms));
      observer.disconnect();
      return changes;
    }, seconds * 1000);
  }

  /// How often a panel of the page looks for a picture within some seconds.
  async timers(seconds) {
    const before = await this.page.evaluate(() => window.timers);
    await sleep(seconds * 1000);
    return (await this.page.evaluate(() => window.timers)) - before;
  }

  async shot(name) {
    await this.panel().scrollIntoViewIfNeeded();
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }

  save() {
    return this.page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  }

  theme(name) {
    return this.page.evaluate((theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), name);
  }
}

const [SHOW, TRAIN, KEPT, FIGURE, SLIDERS, GRAPH, DRAW, DRAWN] = [3, 4, 5, 6, 7, 8, 9, 10];

async function lesson(browser, url) {
  const page = await (await browser.newContext({ viewport: { width: 1300, height: 1150 } })).newPage();
  const notebook = new Notebook(page, url, 'target/browser/live.ipynb');
  await notebook.open();
  for (let i = 0; i <= SHOW; i++) await notebook.run(i);
  await until('an empty picture', async () => (await notebook.picture()).startsWith('blob:'));
  check(await notebook.button('Detener').isDisabled(), 'there is nothing to stop yet');
  await notebook.shot('waiting');

  for (let i = 0; i < 3; i++) await notebook.run(SHOW);
  await until('the picture of the last', async () => (await notebook.picture()).startsWith('blob:'));
  await sleep(1500);
  const timers = await notebook.timers(3);
  check(timers <= 4, `a cell that is run again leaves no timer: ${timers} in 3 s`);

  await notebook.start(TRAIN);
  const seconds = 6;
  const changes = await notebook.changes(seconds);
  check(await notebook.busy(TRAIN), 'the training cell is still busy');
  check(changes >= 3 * seconds, `the picture changed ${changes} times in ${seconds} s`);
  await notebook.shot('training');
  await notebook.theme('JupyterLab Dark');
  await sleep(1500);
  await notebook.shot('dark');

  await notebook.button('Pausar').click();
  await until('the pause', async () => (await notebook.sentence()).includes('La celda espera en el paso'), 5);
  const paused = await notebook.sentence();
  await notebook.shot('paused-dark');
  await notebook.theme('JupyterLab Light');
  await sleep(6000);
  check((await notebook.sentence()) === paused, 'a pause lasts, and the page hears that the kernel is alive');
  await notebook.shot('paused');
  await notebook.button('Seguir').click();
  await until('it goes on', async () => (await notebook.sentence()) === '', 5);

  await page.reload();
  await notebook.panel().waitFor({ timeout: 60_000 });
  await until('the picture after a reload', async () => (await notebook.picture()).startsWith('blob:'));
  const again = await notebook.changes(2);
  check(again >= 4, `the panel goes on after the page was loaded again: ${again} pictures in 2 s`);

  renameSync(path.join(work, 'digitos_live'), path.join(work, 'gone')); // the kernel writes there meanwhile
  rmSync(path.join(work, 'gone'), { recursive: true });
  const before = await notebook.picture();
  await until('another picture', async () => (await notebook.picture()) !== before, 5);
  check(true, 'the panel recovers when its folder is deleted');

  await notebook.button('Detener').click();
  await until('the stop', async () => (await notebook.sentence()).includes('Detenido en el paso'), 5);
  check(await notebook.button('Detener').isDisabled(), 'Stop ends the training');
  await notebook.shot('stopped');
  await notebook.page.reload();
  await notebook.open();
  await notebook.run(KEPT);
  check((await notebook.output(KEPT)).includes('kept: 7840 weights'), 'the variables are there after Stop');
  await notebook.run(FIGURE);
  await notebook.cell(FIGURE).locator('img.digitos').scrollIntoViewIfNeeded();
  await sleep(500);
  await page.screenshot({ path: path.join(shots, 'figure.png') });

  await figures(notebook);
  await drawing(notebook);

  const step = Number((await notebook.sentence()).replace(/[^0-9]/g, ''));
  await notebook.start(TRAIN);
  await until('a line', async () => /paso/.test(await notebook.output(TRAIN)), 20);
  const first = (await notebook.output(TRAIN)).match(/paso\s+([0-9\u202F]+) de/)[1].replace(/\D/g, '');
  check(Number(first) === step + 1, `the training cell run again goes on from step ${step}`);

  await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
  await until('the stop', async () => (await notebook.sentence()).includes('Detenido en el paso'), 10);
  await until('the end of its cell', async () => !(await notebook.busy(TRAIN)), 10);
  check(!/SIGKILL|perd/.test(await notebook.output(TRAIN)), 'the ■ of the toolbar stops the training as the button of the panel does');
  await notebook.run(KEPT);
  check((await notebook.output(KEPT)).includes('kept: 7840 weights'), 'the variables are there after the ■ of the toolbar');
  await notebook.start(TRAIN);
  await until('it goes on', async () => (await notebook.sentence()) === '', 10);
  return notebook;
}

/// What else answers a hand, or is drawn.
async function figures(notebook) {
  const { page } = notebook;
  await notebook.run(SLIDERS);
  const cell = notebook.cell(SLIDERS);
  const score = () => cell.locator('img.digitos').evaluate((image) => decodeURIComponent(image.src).match(/data-name="score"[^>]*>([^<]*)/)?.[1]);
  const slider = cell.getByLabel('peso 1');
  await slider.scrollIntoViewIfNeeded();
  check((await score()) === '2.00', 'a figure with sliders begins with the numbers of the exercise');
  await slider.focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
  await until('the picture follows the keys', async () => (await score()) === '1.00', 5);
  const focused = await slider.evaluate((input) => input === document.activeElement);
  check(focused && (await slider.inputValue()) === '1', 'the arrow keys move the slider, and not the notebook');
  await page.screenshot({ path: path.join(shots, 'sliders.png') });

  await notebook.run(GRAPH);
  const graph = notebook.cell(GRAPH).locator('img.digitos');
  await graph.scrollIntoViewIfNeeded();
  const drawn = await graph.evaluate((image) => image.complete && image.naturalWidth > 400 && /minimize/.test(image.alt));
  check(drawn && (await graph.count()) === 1, 'the graph is one picture, and says what it shows');
  await page.screenshot({ path: path.join(shots, 'graph.png') });
}

/// As a hand draws them: where the pen was every few milliseconds.
const STROKES = {
  1: [[[150, 42], [148, 60], [147, 83], [145, 110], [142, 141], [139, 170], [137, 198], [136, 226], [135, 240]]],
  7: [[[72, 66], [90, 63], [115, 61], [142, 60], [168, 60], [190, 62], [201, 66], [196, 82], [186, 103], [174, 128],
    [162, 155], [151, 181], [141, 206], [134, 229], [130, 242]]],
  0: [[[148, 50], [126, 54], [106, 68], [92, 92], [84, 122], [82, 154], [88, 186], [102, 212], [122, 228], [146, 232],
    [170, 224], [188, 204], [198, 176], [202, 144], [198, 112], [188, 84], [172, 62], [152, 51], [140, 50]]],
};

/// Draws on the canvas of the lab with the mouse and with the keys, and hears what the network says.
async function drawing(notebook) {
  const { page } = notebook;
  await notebook.run(DRAW);
  const pad = notebook.cell(DRAW).locator('.digitos-pad'), sheet = pad.locator('.sheet canvas'), bars = pad.locator('.bars');
  await until('the network reads', () => bars.isVisible(), 5);
  check(/no está entre sus diez respuestas/.test(await pad.getByRole('status').innerText()), 'what it says to an empty page is no answer');
  await sheet.scrollIntoViewIfNeeded();
  const best = () => bars.locator('span.best').first().innerText();
  // from the end of a stroke to the bars of that drawing
  await bars.evaluate((bars) => {
    window.waits = [];
    let lifted;
    bars.closest('.digitos-pad').querySelector('.sheet canvas').addEventListener('pointerup', () => { lifted = performance.now(); });
    new MutationObserver(() => {
      if (lifted) window.waits.push(performance.now() - lifted);
      lifted = undefined;
    }).observe(bars, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  for (const [digit, strokes] of Object.entries(STROKES)) {
    const box = await sheet.boundingBox();
    for (const points of strokes) {
      const [x, y] = points[0];
      await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.down();
      for (const [x, y] of points) await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.up();
    }
    await until(`it reads the ${digit}`, async () => (await best()) === digit, 5);
    await page.screenshot({ path: path.join(shots, `drawn-${digit}.png`) });
    await pad.getByRole('radio', { name: digit }).click();
    await pad.getByRole('button', { name: 'Guardar' }).click();
    await until('an empty canvas', async () => /no está entre/.test(await pad.getByRole('status').innerText()), 5);
  }
  const waits = await page.evaluate(() => window.waits);
  console.log(`note: the bars follow a stroke after ${waits.map((ms) => Math.round(ms)).join(', ')} ms`);

  await sheet.focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await until('a line drawn with the keys', async () => !/no está entre/.test(await pad.getByRole('status').innerText()), 5);
  check(await sheet.evaluate((sheet) => sheet === document.activeElement), 'the keys of the canvas do not reach JupyterLab');
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await until('four drawings', async () => (await pad.locator('button.kept').count()) === 4, 5);
  await notebook.run(DRAWN);
  const said = await notebook.output(DRAWN);
  check(/kept: \[\d, \d, \d, 1\], empty canvas: true/.test(said), `what was kept is a data set: ${said.split('\n')[0]}`);
  await notebook.save();
  await page.reload();
  await pad.waitFor({ timeout: 60_000 });
  await until('the kept ones after a reload', async () => (await pad.locator('button.kept').count()) === 4, 20);
  check(true, 'a page that is loaded again finds the drawings');
  await until('the kernel and the panel', async () => (await notebook.idle()) && (await notebook.picture()).startsWith('blob:'));
}

/// Another notebook beside it, with a panel of its own, and a tab that is closed in the middle.
async function second(browser, url) {
  const page = await (await browser.newContext({ viewport: { width: 1300, height: 1150 } })).newPage();
  const notebook = new Notebook(page, url, 'target/browser/second.ipynb');
  await notebook.open();
  for (let i = 0; i <= SHOW; i++) await notebook.run(i);
  await notebook.start(TRAIN);
  await until('its own picture', async () => (await notebook.changes(1)) > 0);
  check(!/Detener/.test(await notebook.sentence()), 'a second notebook has a panel of its own');
  await notebook.save();
  await page.close();
  const status = () => {
    const folder = path.join(work, 'digitos_live');
    return readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => readFileSync(path.join(folder, file), 'utf8')).join();
  };
  const before = status();
  await sleep(2000);
  check(status() !== before, 'training goes on when the tab is closed');
}

/// A knob is turned with the arrow keys while the network trains; then single steps, and pictures alone, all with keys.
async function knobs(browser, url) {
  const { cells, ...rest } = JSON.parse(readFileSync(path.join(root, 'tests/browser/live.ipynb'), 'utf8'));
  const changed = (cell) => cell.source.join('')
    .replace('let train_step = GradientDescentOptimizer::new(0.003)', 'let rate = placeholder(());\nlet train_step = GradientDescentOptimizer::new(rate)')
    .replace('panel.show();', 'let knob = panel.knob("tasa", 0.003, 0.0001..=0.1)?;\npanel.show();')
    .replace(/(sess.run\(train_step.*batch.labels) /, '$1, rate => knob ')
    .replace(/let weights =[^]*/, 'println!("fed: {}", knob.value());');
  const made = cells.slice(0, FIGURE + 1).map((cell) => ({ ...cell, source: changed(cell) }));
  writeFileSync(path.join(work, 'knobs.ipynb'), JSON.stringify({ cells: made, ...rest }));
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  const notebook = new Notebook(page, url, 'target/browser/knobs.ipynb');
  await notebook.open();
  for (let i = 0; i <= SHOW; i++) await notebook.run(i);
  const slider = notebook.panel().getByRole('slider', { name: 'tasa' });
  await slider.waitFor({ timeout: 20_000 });
  await notebook.start(TRAIN);
  await until('it trains', async () => (await notebook.changes(1)) > 2);
  const [panel, view] = await Promise.all([notebook.panel().boundingBox(), page.locator('.jp-NotebookPanel-notebook').first().boundingBox()]);
  check(panel.height <= view.height, `a panel with a slider is ${Math.round(panel.height)} px high, and the page shows ${Math.round(view.height)}`);
  const svg = () => notebook.panel().locator('img').evaluate(async (image) => (await fetch(image.src)).text()).catch(() => '');
  const step = async () => Number((await notebook.sentence()).replace(/[^0-9]/g, ''));
  const press = (key) => page.keyboard.press(key);

  await slider.focus();
  for (let i = 0; i < 10; i++) await press('ArrowLeft');
  check((await slider.getAttribute('aria-valuetext')) === '0.0003', 'ten steps of the slider are a factor of ten');
  await until('the line in the curves', async () => (await svg()).includes('0.003 → 0.0003'), 10);
  await notebook.shot('knob');
  await press('l');
  await until('the logarithmic axis', async () => /aria-pressed="true"/.test(await notebook.panel().innerHTML()) && (await svg()).includes('>500<'), 10);
  for (const [key, width] of [['4', 480], ['1', 480], ['2', 600], ['6', 480], ['0', 960]]) {
    await press(key);
    await until(`the picture of ${key}`, async () => (await svg()).includes(`viewBox="0 0 ${width} `), 10);
    await notebook.shot(`alone-${key}`);
  }
  await press(' ');
  await until('the pause', async () => (await notebook.sentence()).includes('La celda espera'), 5);
  const before = await step();
  for (let i = 1; i <= 3; i++) {
    await press('.');
    await until('the next step', async () => (await step()) > before, 5);
    await until('exactly one', async () => (await step()) === before + i, 5);
  }
  await until('its picture', async () => (await svg()).includes(`>${(before + 3).toLocaleString('es').replace(/\D/g, '\u202F')}<`), 5);
  await notebook.shot('single-step');
  await press(' ');
  await until('it goes on', async () => (await notebook.sentence()) === '', 5);
  check(await slider.evaluate((input) => input === document.activeElement), 'keys make single steps, and the slider keeps the focus');
  await notebook.button('Detener').click();
  await until('the stop', async () => (await notebook.sentence()).includes('Detenido en el paso'), 10);
  await press('4');
  await until('the loss alone', async () => (await svg()).includes('viewBox="0 0 480 '), 10);
  await press('0');
  await press('l');
  await until('the last picture, drawn again', async () => />Detenido</.test(await svg()) && /aria-pressed="false"/.test(await notebook.panel().innerHTML()), 10);
  check((await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.widgets.length)) === made.length, 'no key has reached the notebook');
  await notebook.run(KEPT);
  check((await notebook.output(KEPT)).includes('fed: 0.0003'), 'the cells have what the slider says');
  await notebook.run(FIGURE);
  const kept = await notebook.cell(FIGURE).locator('img.digitos').evaluate(async (image) => (await fetch(image.src)).text());
  check(kept.includes('0.003 → 0.0003'), 'the line is in the figure that is kept');
  await page.close();
}

/// *Run All* with a mistake in the middle.
async function mistake(browser, url) {
  const sources = ['println!("before");', 'let wrong: usize = "7";', 'println!("behind");', 'let n: usize = "seven".parse()?;', 'println!("behind");'];
  const page = await (await browser.newContext({ viewport: { width: 1300, height: 1150 } })).newPage();
  const notebook = new Notebook(page, url, 'target/browser/mistake.ipynb');
  const { cells, ...rest } = JSON.parse(readFileSync(path.join(root, 'tests/browser/live.ipynb'), 'utf8'));
  const made = sources.map((source, i) => ({ cell_type: 'code', execution_count: null, id: `cell-${i}`, metadata: {}, outputs: [], source }));
  writeFileSync(path.join(work, 'mistake.ipynb'), JSON.stringify({ cells: made, ...rest }));
  await notebook.open();
  const all = async (failing, sentence) => {
    await page.evaluate(() => void window.jupyterapp.commands.execute('notebook:run-all-cells'));
    await until('the mistake', async () => (await notebook.output(failing)).includes(sentence), 120);
    await until('the end', async () => !(await Promise.all(sources.map((_, i) => notebook.busy(i)))).includes(true), 20);
    await sleep(1000);
    check((await notebook.output(0)).includes('before') && !(await notebook.output(failing + 1)).includes('behind'), `Run All stops at: ${sentence}`);
  };
  await all(1, 'mismatched types');
  await page.screenshot({ path: path.join(shots, 'mistake.png') });
  await notebook.cell(1).locator('.cm-content').fill('println!("right");');
  await all(3, 'invalid digit found in string');
  check((await notebook.output(2)).includes('behind'), 'what stands before the second mistake is run');
  await page.close();
}

/// The first lesson in a fresh copy, on a small screen, with nothing but Shift + Enter.
async function student(browser, url) {
  const copy = 'lessons/browser/en/1_softmax.ipynb';
  rmSync(path.join(root, 'lessons/browser'), { recursive: true, force: true });
  execFileSync('cargo', ['run', '--quiet', '--release', '--', 'fresh', '1', '--name', 'browser'], { cwd: root });
  const { cells } = JSON.parse(readFileSync(path.join(root, copy), 'utf8'));
  check(cells.every((cell) => !cell.outputs?.length), 'a fresh copy shows no answer');
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  const notebook = new Notebook(page, url, copy);
  await notebook.open();
  const active = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.content.activeCellIndex);
  await page.locator('.jp-Notebook .jp-MarkdownCell').first().click();
  const loop = cells.findIndex((cell) => cell.id === 'loop');
  for (let i = 0; i < loop; i++) {
    await page.keyboard.press('Shift+Enter');
    await until(`the step from cell ${i}`, async () => (await active()) === i + 1);
    if (cells[i].cell_type === 'code') await until(`cell ${i} ends`, async () => (await sleep(200)) || notebook.idle(), 300);
  }
  await until('the panel', async () => (await notebook.picture()).startsWith('blob:'));
  await page.keyboard.press('Shift+Enter');
  await until('the slow motion', async () => (await notebook.sentence()).includes('slow motion'), 20);
  await sleep(500);
  const changes = await notebook.changes(5);
  check(changes >= 3, `the panel shows ${changes} steps in 5 s`);
  const [panel, view] = await Promise.all([notebook.panel().boundingBox(), page.locator('.jp-NotebookPanel-notebook').first().boundingBox()]);
  await page.screenshot({ path: path.join(shots, 'student.png') });
  const [top, bottom] = [panel.y - view.y, view.y + view.height - panel.y - panel.height].map(Math.round);
  check(top >= -2 && bottom >= -2, `the whole panel is on a screen of 1366 × 768: ${top} px above it, ${bottom} below`);
  const stop = notebook.button('Stop');
  await stop.focus();
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  const left = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.content.widgets.length);
  check((await left()) === cells.length, 'keys on the panel do not reach the notebook');
  await until('the end', async () => (await notebook.sentence()).startsWith('Finished'), 60);
  check(await stop.evaluate((button) => button === document.activeElement), 'the end of the training leaves the focus where it was');
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  check((await left()) === cells.length, 'nor do they when the training is over');
  await page.close();
}

/// The process of the cells is killed in the middle of the training.
async function killed(notebook) {
  if ((await notebook.sentence()) !== '') await notebook.start(TRAIN);
  await until('it trains', async () => (await notebook.sentence()) === '', 20);
  const id = await notebook.panel().getAttribute('id'); // digitos-, the process, -, the time
  process.kill(parseInt(id.split('-')[1], 16), 'SIGKILL');
  await until('what was lost', async () => (await notebook.output(TRAIN)).includes('se han perdido todas las variables'), 20);
  check((await notebook.output(TRAIN)).includes('sess.load_last(…)?'), 'a lost process is said, and how its last state comes back');
  const word = await until('no news', async () => (await notebook.sentence()).match(/Sin noticias.*/)?.[0], 20);
  check(word, `a kernel that is gone is said: ${word}`);
  await notebook.shot('silent');
}

rmSync(work, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });
for (const name of ['live', 'second']) cpSync(path.join(root, 'tests/browser/live.ipynb'), path.join(work, `${name}.ipynb`));
const { server, url } = await jupyter();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const others = { knobs, second, mistake, student }, asked = process.argv.slice(2);
  const notebook = asked.length ? undefined : await lesson(browser, url);
  for (const name of asked.length ? asked : Object.keys(others)) await others[name](browser, url);
  if (notebook) await killed(notebook);
  console.log(`${passed()} passed, 0 failed`);
} catch (error) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  await Promise.all(pages.map((page, i) => page.screenshot({ path: path.join(shots, `failed-${i}.png`) })));
  console.error(error);
  console.log(`${passed()} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
}
