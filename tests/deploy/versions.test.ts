// A function runs with the packages of its deno.json when deployed, and with those of node_modules here. They are the same.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { importsOf, reachOf, readLock } from "./function-folder.ts";

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
/** The overrides of package.json: about 150 MB that @supabase/lite's App never imports. */
const SKIPPED = [
  "@electric-sql/pglite",
  "@sentry/node",
  "@supabase/pg-delta",
  "chokidar",
  "libpg-query",
  "nodemailer",
  "pgsql-parser",
  "typescript",
];
const lock = await readLock();
type Manifest = {
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};
const readManifest = async (folder: string) =>
  JSON.parse(await readFile(path.join(ROOT, folder, "package.json"), "utf8")) as Manifest;
const root = await readManifest(".");
const workspaces = root.workspaces ?? [];
const functions = await readManifest("supabase");

describe.each(FUNCTIONS)("%s/deno.json", (name) => {
  it("pins each package to the version that is installed here", async () => {
    for (const [bare, target] of Object.entries(await importsOf(name))) {
      const version = /^npm:(.+)@([^@]+)$/.exec(target);
      expect(version?.[1], target).toBe(bare);
      expect(version?.[2], target).toMatch(EXACT);
      expect(functions.dependencies?.[bare], `${bare} in supabase/package.json`).toBe(version?.[2]);
      expect(lock.packages[`node_modules/${bare}`]?.version, `${bare} in package-lock.json`).toBe(version?.[2]);
    }
  });

  it("names what its files import, and nothing else", async () => {
    const { packages } = await reachOf(name);
    expect(Object.keys(await importsOf(name)).sort()).toEqual(packages);
  });
});

it("every package.json pins its packages exactly, and all of them in the same version", async () => {
  const versions = new Map<string, string>();
  for (const manifest of await Promise.all([".", ...workspaces].map(readManifest))) {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version, name).toMatch(EXACT);
      expect(version, name).toBe(versions.get(name) ?? version);
      versions.set(name, version);
    }
  }
  expect(versions.size).toBeGreaterThan(50);
});

it("package-lock.json names no registry and no path of any machine", () => {
  expect(workspaces.length).toBeGreaterThan(0);
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (folder === "" || workspaces.includes(folder)) continue;
    // A workspace has its own copy of a package that another one needs in another version.
    expect(workspaces.map((name) => `${name}/`).concat("")).toContain(folder.slice(0, folder.indexOf("node_modules/")));
    // A workspace is linked by its folder here.
    if ("link" in entry) expect(workspaces, folder).toContain("resolved" in entry && entry.resolved);
    else expect(entry, folder).not.toHaveProperty("resolved");
  }
});

it("package-lock.json has Deno for each platform", () => {
  expect(Object.keys(lock.packages).filter((folder) => folder.startsWith("node_modules/@deno/"))).toHaveLength(6);
});

it("package-lock.json has nothing that pdf.js would draw with in Node", () => {
  const canvas = Object.entries(lock.packages).filter(([folder]) => folder.includes("node_modules/@napi-rs/canvas"));
  expect(canvas.filter(([, { name }]) => name !== "@favware/skip-dependency")).toEqual([]);
});

it("an empty package stands for what the embedded stack does not use of its packages", () => {
  const skipped = Object.entries(lock.packages).filter(([, { name }]) => name === "@favware/skip-dependency");
  expect(skipped.map(([folder]) => folder.replace(/^.*node_modules\//, "")).sort()).toEqual(SKIPPED);
});

it(".npmrc, where there is one, names no registry, no key and no path of any machine", async () => {
  const npmrc = await readFile(path.join(ROOT, ".npmrc"), "utf8").catch(() => "");
  expect(npmrc).not.toMatch(/registry\s*=|_auth|=\s*["']?[/~]|:\/\//);
});
