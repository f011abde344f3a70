// Keeps the site, so that after the first visit it works without a connection. Scripts tell their content by their names and
// are taken as they were kept; pages are asked for anew where there is a connection.
const CACHE = 'digitos-VERSION_OF_SITE';

addEventListener('install', () => skipWaiting());

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith('digitos-') && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
})()));

// A page that has loaded what it needs says which build its browser takes; the rest of the site follows.
addEventListener('message', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  for (const file of [...FILES.all, ...event.data.builds.flatMap((build) => FILES[build] ?? [])]) {
    if (!await cache.match(file)) await cache.add(file).catch(() => {});
  }
})()));

// With these headers, which not every server sends, a page may share memory with its workers, so that several threads train.
function isolated(answer) {
  const headers = new Headers(answer.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method !== 'GET' || new URL(url).origin !== location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE), isAsset = url.includes('/assets/');
    const kept = await cache.match(event.request, { ignoreSearch: !isAsset });
    if (kept && isAsset) return isolated(kept);
    let answer;
    try {
      answer = await fetch(event.request);
    } catch (error) {
      if (kept) return isolated(kept);
      throw error;
    }
    if (answer.status !== 200) return answer;
    event.waitUntil(cache.put(event.request, answer.clone()).catch(() => {})); // there may be no room, or it breaks off
    return isolated(answer);
  })());
});
