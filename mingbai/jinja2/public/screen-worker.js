/* Keeps the screen for when the network drops: a new answer wins, the kept one helps out. Nothing else is kept;
   what is over is taken out of what is kept by the screen itself, on its day. */
"use strict";
const KEPT = "screen-{{ community.slug }}";
const SHOWN = ["{{ url("screen", community.slug) }}", "{{ static("mingbai/site.css") }}", "{{ static("mingbai/screen.css") }}", "{{ static("mingbai/screen.js") }}"];
const PATIENCE = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHOWN)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.search || !SHOWN.includes(url.pathname)) return;
  event.respondWith(answer(url.pathname));
});

/* Styles and scripts of an older release go. */
async function tidy() {
  const cache = await caches.open(KEPT);
  for (const request of await cache.keys()) {
    if (!SHOWN.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
}

async function answer(path) {
  const cache = await caches.open(KEPT);
  try {
    const fresh = await fetch(path, { signal: AbortSignal.timeout(PATIENCE) });
    if (fresh.ok) await cache.put(path, fresh.clone());
    else if (fresh.status < 500) await cache.delete(path);
    if (fresh.status < 500) return fresh;
  } catch { /* no network */ }
  return (await cache.match(path)) ?? Response.error();
}
