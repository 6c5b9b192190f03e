import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { Failure, plainly } from "./failure.ts";

/** What the functions' container of the self-hosted stack is given beside what it has. */
const OVERRIDE = `# Written by: npm run deploy:self-hosted. Start with: docker compose -f docker-compose.yml -f docker-compose.docket.yml up -d
services:
  functions:
    environment:
      # Docket's functions check their callers themselves: Postgres is one of them, with a one-time token instead of a JWT.
      VERIFY_JWT: "false"
      # From .env, where they have a value there; an empty one would not be the same as none.
SETTINGS`;

/**
 * `npm run deploy:self-hosted -- DIR`: copies the functions into a self-hosted Supabase (the folder with its docker-compose.yml).
 * The edge runtime there reads no deno.json of a function, so names of packages become npm: addresses on the way.
 */
export const main = ([folder]: string[]): Promise<void> => plainly(() => copyFunctions(folder));

/** @throws Failure when the folder is none of a self-hosted Supabase */
export async function copyFunctions(folder: string | undefined): Promise<void> {
  if (!folder) throw new Failure("Name the folder of the self-hosted Supabase: npm run deploy:self-hosted -- DIR");
  const compose = path.join(folder, "docker-compose.yml");
  if (!(await stat(compose).catch(() => undefined))?.isFile())
    throw new Failure(`${compose} is not there. Name the folder 'docker' of supabase/supabase.`);

  const source = path.join(ROOT, "supabase", "functions");
  const target = path.join(folder, "volumes", "functions");
  const addresses = await packageAddresses(source);
  for (const name of [...FUNCTIONS, "_shared"]) {
    await rm(path.join(target, name), { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await cp(path.join(source, name), path.join(target, name), {
      recursive: true,
      filter: (file) => !file.endsWith("deno.json"),
    });
    for (const file of await readdir(path.join(target, name), { recursive: true })) {
      const copied = path.join(target, name, file);
      if (file.endsWith(".ts")) await writeFile(copied, withAddresses(await readFile(copied, "utf8"), addresses));
    }
  }
  const settings = [
    ...(await readFile(path.join(ROOT, ".env.example"), "utf8")).matchAll(/^# ?([A-Z][A-Z0-9_]+)=/gm),
  ].map(([, name]) => `      ${name}:\n`);
  await writeFile(path.join(folder, "docker-compose.docket.yml"), OVERRIDE.replace("SETTINGS", settings.join("")));
  console.log(
    `Copied ${FUNCTIONS.join(", ")} to ${target}, and wrote docker-compose.docket.yml. docs/deploy/self-hosted.md says what comes next.`,
  );
}

/** `npm:name@version` of each package that a deno.json maps; the functions agree on the versions (tests/deploy checks). */
async function packageAddresses(source: string): Promise<Map<string, string>> {
  const addresses = new Map<string, string>();
  for (const name of FUNCTIONS) {
    const { imports } = JSON.parse(await readFile(path.join(source, name, "deno.json"), "utf8")) as {
      imports: Record<string, string>;
    };
    for (const [bare, address] of Object.entries(imports)) addresses.set(bare, address);
  }
  return addresses;
}

/**
 * A module's source with the names of packages replaced, also before a path within one, in static and dynamic imports
 * and where a package's files are looked for.
 */
export function withAddresses(source: string, addresses: Map<string, string>): string {
  return source.replace(
    /(\bfrom\s*|\bimport(?:\.meta\.resolve)?\s*\(?\s*)(["'])([^"'.][^"']*)\2/g,
    (whole, before: string, quote: string, name: string) => {
      const bare = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
      const address = addresses.get(bare);
      return address ? `${before}${quote}${address}${name.slice(bare.length)}${quote}` : whole;
    },
  );
}
