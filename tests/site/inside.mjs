// A look inside a net, in headless Chromium: the numbers that `examples/look_inside.rs` prints are found in its page by the keyboard
// alone, and by clicks. `tests/site/run` installs what it needs and runs it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, passed, until } from '../browser/checks.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const npm = createRequire(path.join(root, 'target/site-npm/'));
const { chromium } = npm('playwright-core');
const axe = readFileSync(npm.resolve('axe-core/axe.min.js'), 'utf8');
const folder = path.join(root, 'target/inside');
mkdirSync(folder, { recursive: true });
const said = execFileSync('cargo', ['run', '--quiet', '--release', '--example', 'look_inside', '--', folder], { cwd: root, encoding: 'utf8' });
const numbers = said.trim().split('\n').slice(0, -1).map((line) => {
  const [place, value] = line.split(': ');
  return { place, value, at: Object.fromEntries(place.split(', ').map((word) => word.split(' ')).map(([name, number]) => [name, number])) };
});
const file = path.join(folder, 'look_inside.html');
const twice = path.join(folder, 'twice.html');
const html = readFileSync(file, 'utf8'), [, figure] = html.match(/<h1>.*?<\/h1>(.*)<\/main>/s);
writeFileSync(twice, html.replace('</main>', () => figure + '</main>'));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const errors = [];
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(pathToFileURL(name).href);
  return page;
}
/// The texts of a picture by their names; those of `k` if there are several pictures.
const texts = (page, k = 0) => page.evaluate((k) => {
  const [kind, picture] = document.querySelectorAll('.digitos-sliders img')[k].src.split(/,(.*)/s);
  const bytes = kind.endsWith('base64') && Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
  const svg = new DOMParser().parseFromString(bytes ? new TextDecoder().decode(bytes) : decodeURIComponent(picture), 'image/svg+xml');
  return Object.fromEntries(Array.from(svg.querySelectorAll('text[data-name]'), (text) => [text.dataset.name, text.textContent]));
}, k);
const last = (all) => [4, 3, 2, 1, 0].map((k) => all['value' + k]).find((value) => value !== '').replace('−', '-');

const still = await open(file, { javaScriptEnabled: false });
check(await still.locator('.digitos-sliders form').isHidden(), 'without scripts there are no sliders');
const [, source] = html.match(/src="data:image\/svg\+xml;base64,([^"]*)"/);
const drawn = Object.fromEntries(Array.from(Buffer.from(source, 'base64').toString().matchAll(/<text data-name="(\w+)"[^>]*>([^<]*)</g), ([, name, text]) => [name, text]));
check(drawn.what.startsWith('h1, map') && last(drawn) !== undefined, 'but the picture has the largest number of the first layer');

const page = await open(file);
const now = await texts(page);
const unlike = Object.keys(drawn).filter((name) => drawn[name] !== now[name]);
check(unlike.length === 0, `the script writes what the library wrote ${unlike.map((name) => `${name}: ${drawn[name]} / ${now[name]}`)}`);

// ---- the keyboard

const sliders = page.locator('.digitos-sliders input');
const layers = ['h1', 'pool', 'h2', 'h3', 'scores'];
async function slide(which, to) {
  await sliders.nth(which).focus();
  await page.keyboard.press('Home');
  const start = Number(await sliders.nth(which).inputValue());
  for (let k = start; k < to; k++) await page.keyboard.press('ArrowRight');
}
for (const { place, value, at } of numbers) {
  const layer = layers.findIndex((name) => name in at || place.includes(name));
  await slide(0, Number(at.digit));
  await slide(1, layer + 1);
  await slide(2, Number(at.map ?? at.neuron ?? at.class));
  if (at.row) {
    await slide(3, Number(at.row));
    await slide(4, Number(at.column));
  }
  const found = last(await texts(page));
  check(Math.abs(Number(found) - Number(value)) <= 0.00011 * Math.max(1, Math.abs(value)), `by the keyboard, ${place} is ${found} (${value})`);
  const live = await page.locator('[role=status]').textContent();
  check(live.replaceAll('−', '-').endsWith(found), `and a reader hears it: ${live}`);
}

// ---- clicks

const image = page.locator('.digitos-sliders img');
async function click(x, y) {
  const box = await image.boundingBox();
  await page.mouse.click(box.x + x * box.width / 960, box.y + y * box.width / 960);
  return texts(page);
}
let seen = await click(150, 130);
check(/^h1, map 1:/.test(seen.what), `a click on the first map picks it: ${seen.what}`);
seen = await click(24 + 150 * 10.5 / 28, 488 + 150 * 4.5 / 28);
check(seen.what === 'h1, map 1: the number in row 5, column 11', `one in the large map picks its number: ${seen.what}`);
seen = await click(800, 249);
check(seen.what === 'scores: the score of class 9', `one on the last bar its class: ${seen.what}`);
await page.screenshot({ path: path.join(folder, 'clicked.png') });

// ---- two figures on a page, and what axe says

const pair = await open(twice);
await pair.locator('.digitos-sliders input').nth(1).focus();
await pair.keyboard.press('ArrowRight');
check((await texts(pair, 0)).what.startsWith('pool') && (await texts(pair, 1)).what.startsWith('h1'), 'two figures on a page leave each other alone');
for (const colorScheme of ['light', 'dark']) {
  const shown = await open(file, { colorScheme });
  await shown.evaluate(axe);
  const found = await shown.evaluate(async () => (await window.axe.run(document)).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`));
  check(found.length === 0, `axe finds nothing wrong (${colorScheme}) ${found.join('\n')}`);
}
await until('no script has failed', () => errors.length === 0);
check(errors.length === 0, `no script has failed ${errors.join('\n')}`);
console.log(`${passed()} checks passed`);
await browser.close();
