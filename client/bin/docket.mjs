#!/usr/bin/env node
// Runs the built command line; in a checkout, where there is none, builds it when a source is newer than the last build.
import { existsSync, readdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = path.join(root, "dist", "cli.mjs");
const sources = path.join(root, "src");

const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? newest(place) : statSync(place).mtimeMs;
    }),
  );

if (existsSync(sources) && !(existsSync(built) && statSync(built).mtimeMs > newest(sources))) {
  const { build } = await import("esbuild");
  // Two that start at once build twice, and neither reads half a file.
  const part = `${built}.${process.pid}`;
  await build({
    entryPoints: [path.join(sources, "cli", "main.ts")],
    outfile: part,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "error",
    external: ["@supabase/supabase-js"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  renameSync(part, built);
}
await import(pathToFileURL(built).href);
