// Runs a test that was compiled for WASI: cargo's runner for the target wasm32-wasip1. (Node's own WASI crashes when its
// garbage is collected.) The test sees the data sets and the trajectories, and nothing else of the disk.
import { readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(path.join(root, 'target/wasi-npm/'));
const { ConsoleStdout, Directory, Fd, File, PreopenDirectory, WASI } = require('@bjorn3/browser_wasi_shim');

function contents(folder) {
  const entries = readdirSync(folder).map((name) => path.join(folder, name));
  return new Map(entries.map((entry) => [path.basename(entry),
    statSync(entry).isDirectory() ? new Directory(contents(entry)) : new File(readFileSync(entry))]));
}

class Stdin extends Fd {
  fd_read(size) {
    const data = new Uint8Array(size);
    return { ret: 0, data: data.subarray(0, readSync(0, data)) };
  }
}

const [program, ...args] = process.argv.slice(2);
const seen = new Map([
  ['MNISTdata', new Directory(contents(path.join(root, 'MNISTdata')))],
  ['tests', new Directory(new Map([['golden', new Directory(contents(path.join(root, 'tests/golden')))]]))],
  ['target', new Directory(new Map())],
]);
const files = [new Stdin(), ConsoleStdout.lineBuffered(console.log), ConsoleStdout.lineBuffered(console.error),
  new PreopenDirectory('.', seen), new PreopenDirectory(root, seen)];
const wasi = new WASI([program, ...args], Object.entries(process.env).map(([name, value]) => `${name}=${value}`), files, { debug: false });
const module = new WebAssembly.Module(readFileSync(program));
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance);
if (process.env.MEMORY) console.error(`${instance.exports.memory.buffer.byteLength / 1e6} MB`);
