// How a part of a page talks to the kernel: by files beside the notebook, through the server's own interface. The empty link of
// `root` holds the address of one of them, beside the notebook at first, which JupyterLab makes one of its own (…/files/…) after
// this script has started. The page of a lesson that runs without Jupyter has a `digitosHost`, which holds the files.
const host = window.digitosHost;
const link = root.querySelector('a');
const isServed = () => host || link.href.includes('/files/');
const own = (ending) => new URL(link.href).pathname.match(/([^/]*)\.[^./]*$/)[1] + '.' + ending;
const hosted = (name) => link.getAttribute('href').replace(/[^/]*$/, name);

function address(name) {
  const url = new URL(link.href);
  url.pathname = url.pathname.replace(/[^/]*$/, name);
  return url;
}

async function get(name) {
  if (host) return host.read(hosted(name));
  const answer = await fetch(address(name), { cache: 'no-store' });
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

// Writes a file; returns whether it has arrived.
async function put(name, content) {
  if (host) return host.write(hosted(name), content), true;
  const url = address(name);
  url.pathname = url.pathname.replace('/files/', '/api/contents/');
  url.search = '';
  const token = document.cookie.match(/(?:^|; *)_xsrf=([^;]*)/);
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'X-XSRFToken': token ? decodeURIComponent(token[1]) : '' },
    body: JSON.stringify({ type: 'file', format: 'text', content }),
  }).catch((error) => error);
  if (!answer.ok) say(words.unsent + (answer.status || answer.message));
  return answer.ok;
}

// Writes what is wanted now: one after the other, and only the last of those that wait.
function lastOf(write) {
  let sending = false, waits = false;
  return async () => {
    waits = true;
    if (sending) return;
    for (sending = true; waits; ) {
      waits = false;
      await write();
    }
    sending = false;
  };
}

// JupyterLab takes keys for itself before they reach a part of its page: while something of `root` has the focus, they are kept
// from it. `key` says whether it has taken one.
function ownKeys(key) {
  const take = (event) => {
    if (!root.contains(event.target)) return;
    event.stopPropagation();
    if (key(event)) event.preventDefault();
  };
  root.dataset.lmSuppressShortcuts = 'true';
  root.addEventListener('focusin', () => window.addEventListener('keydown', take, true));
  root.addEventListener('focusout', () => window.removeEventListener('keydown', take, true));
}

