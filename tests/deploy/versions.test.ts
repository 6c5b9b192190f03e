// A function runs with the packages of its deno.json when deployed, and with those of node_modules here. They are the same.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { importsOf, reachOf, readLock } from "./function-folder.ts";

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const lock = await readLock();
const manifest = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;

describe.each(FUNCTIONS)("%s/deno.json", (name) => {
  it("pins each package to the version that is installed here", async () => {
    for (const [bare, target] of Object.entries(await importsOf(name))) {
      const version = /^npm:(.+)@([^@]+)$/.exec(target);
      expect(version?.[1], target).toBe(bare);
      expect(version?.[2], target).toMatch(EXACT);
      expect(manifest.dependencies[bare], `${bare} in package.json`).toBe(version?.[2]);
      expect(lock.packages[`node_modules/${bare}`]?.version, `${bare} in package-lock.json`).toBe(version?.[2]);
    }
  });

  it("names what its files import, and nothing else", async () => {
    await using denoFolder = await temporaryFolder();
    const { packages } = await reachOf(name, denoFolder.path);
    expect(Object.keys(await importsOf(name)).sort()).toEqual(packages);
  });
});

it("package.json pins every package exactly", () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect(version, name).toMatch(EXACT);
  }
});

it("package-lock.json names no registry and no path of any machine", () => {
  for (const [folder, entry] of Object.entries(lock.packages)) {
    expect(folder).toMatch(/^(node_modules\/.+)?$/);
    expect(entry, folder).not.toHaveProperty("resolved");
    expect(entry, folder).not.toHaveProperty("link");
  }
});

it("package-lock.json has Deno for each platform, and nothing that pdf.js would draw with in Node", () => {
  const packages = Object.keys(lock.packages).map((folder) => folder.replace(/^node_modules\//, ""));
  expect(packages.filter((name) => name.startsWith("@deno/"))).toHaveLength(6);
  expect(packages.filter((name) => name.startsWith("@napi-rs/canvas"))).toEqual([]);
});

it(".npmrc, where there is one, names no registry, no key and no path of any machine", async () => {
  const npmrc = await readFile(path.join(ROOT, ".npmrc"), "utf8").catch(() => "");
  expect(npmrc).not.toMatch(/registry\s*=|_auth|=\s*["']?[/~]|:\/\//);
});
