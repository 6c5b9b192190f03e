// Takes files from the phone's share sheet, and nothing else. It answers no other request, so the page is always the one that the server
// has: an old copy cannot live on in a browser.

/** Where shared files wait for the page (web/src/upload/shared.ts). */
const CACHE = "shared-files";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const page = new URL(self.registration.scope);
  if (method === "POST" && new URL(url).pathname === `${page.pathname}share`)
    event.respondWith(take(event.request).then(() => Response.redirect(page.href, 303)));
});

async function take(request) {
  const form = await request.formData();
  const cache = await caches.open(CACHE);
  for (const file of form.getAll("files")) {
    if (!(file instanceof File) || file.size === 0) continue;
    const headers = { "content-type": file.type, "x-file-name": encodeURIComponent(file.name) };
    await cache.put(`./share/${crypto.randomUUID()}`, new Response(file, { headers }));
  }
}
