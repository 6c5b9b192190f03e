/**
 * What the page may load and reach: its own files, and the API at `api` (the page's own origin on the embedded stack).
 * pdf.js decodes some images in WebAssembly, which 'wasm-unsafe-eval' allows and nothing else. No inline script or style.
 *
 * @param api the project's URL when it is another origin, as in a static deployment
 */
export function contentSecurityPolicy(api?: string): string {
  const reached =
    api === undefined ? "'self'" : `'self' ${new URL(api).origin} ${new URL(api).origin.replace(/^http/, "ws")}`;
  const image = api === undefined ? "'self'" : `'self' ${new URL(api).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `img-src ${image} blob: data:`,
    `connect-src ${reached}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join("; ");
}
