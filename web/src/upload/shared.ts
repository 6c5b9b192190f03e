/** Where the service worker (web/public/service-worker.js) leaves what came from the phone's share sheet. */
const CACHE = "shared-files";

/**
 * Registers the service worker where the page is an app of its own, which alone has a share sheet: a browser's tab needs none.
 * The app may be shared to before it was ever opened, so it is registered when it is installed, too.
 */
export function takeShares(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const register = () => void navigator.serviceWorker.register("./service-worker.js").catch(() => {});
  if (matchMedia("(display-mode: standalone)").matches) register();
  else addEventListener("appinstalled", register, { once: true });
}

/** The files that were shared since the last look; then they are nobody's any more. */
export async function sharedFiles(): Promise<File[]> {
  // A page that came by plain http has no caches, and no share sheet.
  if (!("caches" in globalThis) || !(await caches.has(CACHE))) return [];
  const cache = await caches.open(CACHE);
  const files: File[] = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    // Another tab was faster.
    if (!response || !(await cache.delete(request))) continue;
    const name = decodeURIComponent(response.headers.get("x-file-name") ?? "shared");
    files.push(new File([await response.blob()], name, { type: response.headers.get("content-type") ?? "" }));
  }
  return files;
}

/** Before signing out: what waits is not for who comes next. */
export const forgetShared = async (): Promise<void> => {
  if ("caches" in globalThis) await caches.delete(CACHE);
};
