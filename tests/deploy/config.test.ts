// The CLI says nothing of a key in config.toml that it does not know: a misspelt one would just have no effect.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { projectCopy } from "./supabase-cli.ts";

const config = await readFile(path.join(ROOT, "supabase", "config.toml"), "utf8");

/** The settings of a TOML file as `section.key`, with those that are commented out, and what stands behind the `=`. */
function settingsOf(toml: string): Map<string, string> {
  let section = "";
  const settings = new Map<string, string>();
  for (const line of toml.split("\n")) {
    const heading = /^(?:# ?)?\[([\w.-]+)\]$/.exec(line)?.[1];
    if (heading) section = `${heading}.`;
    const [, key, value] = /^(?:# ?)?(\w+) = (.+)$/.exec(line) ?? [];
    if (key && value) settings.set(section + key, value);
  }
  return settings;
}

/** Names that are ours in place of the ones in the CLI's examples. */
const generic = (setting: string): string =>
  setting
    .replace(/^(functions|storage\.buckets)\.[\w-]+\./, "$1.<name>.")
    // The example's provider is Apple; all have the same settings.
    .replace(/^auth\.external\.(?:github|google)\./, "auth.external.apple.")
    .replace(/^db\.vault\.\w+$/, "db.vault.<name>");

it("has only settings that the CLI knows", async () => {
  await using project = await projectCopy();
  await project.supabase("init", "--force");
  await project.supabase("functions", "new", "example");
  const known = new Set(
    [...settingsOf(await readFile(path.join(project.folder, "supabase", "config.toml"), "utf8")).keys()].map(generic),
  );
  expect([...settingsOf(config).keys()].map(generic).filter((setting) => !known.has(setting))).toEqual([]);
});

it("has nothing that the CLI warns of, also when the CLI's own stack of native processes is on", async () => {
  await using project = await projectCopy();
  const file = path.join(project.folder, "supabase", "config.toml");
  const nobody = "--remote=postgresql://postgres@127.0.0.1:1/postgres?sslmode=disable";
  for (const more of ["", "\n[experimental]\nstack = true\n"]) {
    await writeFile(file, config + more);
    const { stderr } = await project.supabase("db", "push", nobody).catch((error: { stderr: string }) => error);
    expect(stderr).toMatch(/failed to connect to postgres/);
    expect(stderr).not.toMatch(/WARN|deprecated|invalid|unknown/i);
  }
});

it("shows the Data API what is granted, and nothing else", () => {
  const settings = settingsOf(config);
  expect(settings.get("api.schemas")).toBe('["public"]');
  expect(settings.get("api.auto_expose_new_tables")).toBe("false");
  expect(settings.get("storage.buckets.documents.public")).toBe("false");
});

it("lets every function check its callers itself, since Postgres is one of them", () => {
  const settings = settingsOf(config);
  for (const name of FUNCTIONS) {
    expect(settings.get(`functions.${name}.verify_jwt`)).toBe("false");
    expect(settings.get(`functions.${name}.entrypoint`)).toBe(`"./functions/${name}/index.ts"`);
    expect(settings.get(`functions.${name}.import_map`)).toBe(`"./functions/${name}/deno.json"`);
  }
});
