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
  for (const file of [...FILES.all, ...(FILES[event.data.build] ?? [])]) {
    if (!await cache.match(file)) await cache.add(file).catch(() => {});
  }
  event.source?.postMessage({ offline: true });
})()));

addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method !== 'GET' || new URL(url).origin !== location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE), isAsset = url.includes('/assets/');
    const kept = await cache.match(event.request, { ignoreSearch: !isAsset });
    if (kept && isAsset) return kept;
    try {
      const answer = await fetch(event.request);
      if (answer.ok && answer.status === 200) await cache.put(event.request, answer.clone());
      return answer;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  })());
});
