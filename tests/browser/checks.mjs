// What the tests in a browser have in common.
export const slack = Number(process.env.SLACK ?? 1); // how many times slower a busy machine may be
let checks = 0;

export function check(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
  checks += 1;
  console.log(`ok: ${what}`);
}

export const passed = () => checks;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, holds, seconds = 60) {
  for (const end = Date.now() + seconds * slack * 1000; Date.now() < end; await sleep(30)) {
    const value = await holds();
    if (value) return value;
  }
  throw new Error(`waited ${seconds * slack} s in vain: ${what}`);
}
