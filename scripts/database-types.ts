import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./checkout.ts";

const run = promisify(execFile);

const HEADER = "// The public schema as supabase-js sees it. Made from the migrations by: npm run gen:types\n\n";

/**
 * The TypeScript types of a migrated database's public schema: what `supabase gen types` prints, laid out by Biome. It needs no
 * Docker. As an invoker of the Data API sees it: what is granted to nobody is there all the same.
 */
export async function databaseTypes(connectionString: string): Promise<string> {
  // The CLI keeps files in the home and the project folder; here both are a folder that goes away.
  const folder = await mkdtemp(path.join(tmpdir(), "docket-cli-"));
  try {
    const cli = path.join(ROOT, "node_modules", "supabase", "dist", "supabase.js");
    // Without this the CLI wants TLS, also on this machine.
    const remote = `--remote=${connectionString}?sslmode=disable`;
    const { stdout } = await run(process.execPath, [cli, "gen", "types", "--schema", "public", remote], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...QUIET },
    });
    return HEADER + (await laidOut(stdout));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the CLI would tell others, and what it would ask them: with these it connects to the database alone. */
export const QUIET = { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", SUPABASE_NO_UPDATE_NOTIFIER: "1" };

async function laidOut(source: string): Promise<string> {
  const biome = path.join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
  const formatting = run(process.execPath, [biome, "format", "--stdin-file-path=database.types.ts"], { cwd: ROOT });
  formatting.child.stdin?.end(source);
  return (await formatting).stdout;
}
