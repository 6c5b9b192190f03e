import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { contentSecurityPolicy } from "../web/content-security-policy.ts";

/** The web page as the gateway serves it. */
export type Page = {
  /** The folder of its built files. */
  folder: string;
  /** An account that its sign-in offers. */
  demo?: { email: string; password: string };
};

const HEADERS = {
  "content-security-policy": `${contentSecurityPolicy()}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/**
 * Serves the built page: its files, `config.json` with what it needs to know, and sends a browser that
 * goes anywhere else to the page. Files under assets/ have a hash in their name and may be kept for ever.
 */
export function createPage(
  { folder, demo }: Page,
  publishableKey: string,
): { fetch(request: Request): Promise<Response> } {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
  });
  app.get("/config.json", (context) =>
    context.json({ url: "/", publishable_key: publishableKey, demo: demo ?? null }, 200, {
      "cache-control": "no-store",
    }),
  );
  app.use(
    "*",
    serveStatic({
      root: folder,
      onFound: (file, context) =>
        context.header(
          "cache-control",
          /[\\/]assets[\\/]/.test(file) ? "public, max-age=31536000, immutable" : "no-cache",
        ),
    }),
  );
  app.get("*", async (context) => {
    if (!context.req.header("accept")?.includes("text/html"))
      return context.json({ message: "There is no such file." }, 404);
    return context.redirect(`/${new URL(context.req.url).search}`);
  });
  return { fetch: async (request) => app.fetch(request) };
}
