import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import { ROOT } from "../checkout.ts";

/**
 * The settings of the functions that are to be set as secrets of the project: those of .env.example that have a value in the file
 * .env, or in the environment. An OCR engine on this machine is none for a hosted function, so its address is left out.
 */
export async function functionSecrets(env: Record<string, string | undefined>): Promise<Record<string, string>> {
  const example = await readFile(path.join(ROOT, ".env.example"), "utf8");
  const names = [...example.matchAll(/^# ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!);
  const file = parseEnv(await readFile(path.join(ROOT, ".env"), "utf8").catch(() => ""));
  const values = names
    .map((name) => [name, env[name] || file[name]] as const)
    .filter(([, value]) => value && !isLocal(value));
  return Object.fromEntries(values) as Record<string, string>;
}

const isLocal = (value: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(value);
