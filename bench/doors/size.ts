import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "../../scripts/checkout.ts";

/** What @docket/client adds to a page that has supabase-js, as a bundler makes it. */
export async function clientSize(): Promise<{ minified_bytes: number; gzip_bytes: number }> {
  const { outputFiles } = await build({
    entryPoints: [path.join(ROOT, "client/src/index.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["@supabase/supabase-js"],
  });
  const [bundle] = outputFiles;
  return { minified_bytes: bundle!.contents.length, gzip_bytes: gzipSync(bundle!.contents, { level: 9 }).length };
}
