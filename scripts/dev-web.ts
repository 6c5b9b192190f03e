import { parseArgs } from "node:util";
import path from "node:path";
import { createServer } from "vite";
import { ROOT, runningStack } from "./checkout.ts";

/** `npm run dev:web`: the page with hot reload, against the stack of this folder that runs already (or `--api URL`). */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { api: { type: "string" }, port: { type: "string" } } });
  const target = values.api ?? (await runningStack())?.url;
  if (!target) {
    console.error(
      "No stack runs in this folder. Start one in another terminal (npm start), or name one: npm run dev:web -- --api URL",
    );
    process.exit(1);
  }
  const through = { target, changeOrigin: true };
  const server = await createServer({
    configFile: path.join(ROOT, "web", "vite.config.ts"),
    server: {
      host: "127.0.0.1",
      port: Number(values.port ?? 5173),
      proxy: {
        "/auth/v1": through,
        "/rest/v1": through,
        "/storage/v1": through,
        "/functions/v1": through,
        "/config.json": through,
        "/realtime/v1": { ...through, ws: true },
      },
    },
  });
  await server.listen();
  console.log(`The page, with hot reload:  ${server.resolvedUrls?.local[0]}   (its API: ${target})`);
}
