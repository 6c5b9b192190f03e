// No pattern of the functions or the engine may backtrack: a text of some kilobytes would stop everybody's worker.
// recheck proves a pattern linear (by an automaton), or attacks it and counts the steps of a backtracking matcher.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parseAst } from "rolldown/parseAst";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../scripts/checkout.ts";

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "macos", win32: "windows" };
// Its program for this machine, which npm brought, takes a fifth of the time. Where there is none, the same in JavaScript; never Java.
process.env.RECHECK_BACKEND = isInstalled(`recheck-${SYSTEMS[process.platform]}-${process.arch}`) ? "native" : "pure";
const { check } = await import("recheck");

function isInstalled(name: string): boolean {
  try {
    return Boolean(createRequire(createRequire(import.meta.url).resolve("recheck")).resolve(`${name}/package.json`));
  } catch {
    return false;
  }
}

type Verdict = { status: string; complexity?: { summary: string } };
type Pattern = { file: string; source: string; flags: string };

/** By the characters that a matcher reads, not by the time that it takes: a busy machine would be taken for a slow pattern. */
const COUNTED = { timeout: 250_000, randomSeed: 1, attackTimeout: null, incubationTimeout: null };

/** What cannot be proven, and why it is bounded all the same. */
const BOUNDED: Record<string, string> = {
  "\\s*[([]\\s?(?:co\\.?|reg|no|roc|company)?[^()[\\]]*\\d{3}[^()[\\]]*(?:[)\\]]|$).*$":
    "a line of at most 300 characters (MAX_NAME_LINE)",
  ",\\s(?=[^,]*\\d).*$": "a line of at most 300 characters (MAX_NAME_LINE)",
  "\\b(?:tel|fax|phone|gst|vat|reg|co\\. no)\\b.*$": "a line of at most 300 characters (MAX_NAME_LINE)",
  "\\s(?:au capital|r\\.?c\\.?s\\.?|siret|siren|siège social|hrb|hra|amtsgericht|registered (?:in|office)|company (?:no|number)|ust-?id|abn|kvk|nif|cif|p\\.? ?iva)(?![\\p{L}]).*$":
    "a line of at most 300 characters (MAX_NAME_LINE)",
  "\\s[●•·|⋅∙■▪*–—+]\\s?|\\s-\\s(?=\\S*\\d)|\\s{2,}|\\s?[<☎✉]": "a line of at most 300 characters (MAX_NAME_LINE)",
  "\\b[a-z][a-z0-9+.-]{1,20}:\\/\\/\\S*": "every repetition before the end is bounded",
  "^([\\p{L} ']{1,25}?)\\s?(?::\\s?|\\s(?=\\p{Lu}))(.+)$":
    "begins at the beginning, and its repetitions but the last are bounded",
};

/** Patterns that are put together within a function, so that they are known only then; each of them of escaped words or of constants. */
const MADE_LATER: Record<string, number> = {
  "supabase/functions/_shared/prices.ts": 1, // a model's name of our list
  "supabase/functions/metadata/claude/search.ts": 2, // escaped words of a query of at most 200 characters
  "supabase/functions/metadata/local/sender/company-name.ts": 1, // escaped legal forms of our list
  "supabase/functions/metadata/local/sender/parties.ts": 1, // JOINER_BETWEEN with other flags
};

const files = execFileSync("git", ["ls-files", "supabase/functions/*.ts", "engine/*.ts"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && !file.endsWith(".d.ts"));

const literals: Pattern[] = [];
const constructed: Record<string, number> = {};
for (const file of files) {
  walk(parseAst(readFileSync(path.join(ROOT, file), "utf8"), { lang: "ts" }), (node) => {
    if (node.type === "Literal" && node.regex)
      literals.push({ file, source: node.regex.pattern, flags: node.regex.flags });
    if ((node.type === "NewExpression" || node.type === "CallExpression") && node.callee?.name === "RegExp")
      constructed[file] = (constructed[file] ?? 0) + 1;
  });
}

/** Those that a module makes of strings as it is loaded. */
const made: Pattern[] = [];
const before = globalThis.RegExp;
for (const file of Object.keys(constructed)) {
  globalThis.RegExp = new Proxy(before, {
    construct(target, [source, flags = ""]: [string, string?]) {
      // The module that made it, which another may have loaded
      const file = new Error().stack
        ?.split("\n")
        .map((line) => files.find((one) => line.includes(one)))
        .find(Boolean);
      if (file) made.push({ file, source, flags });
      return new target(source, flags);
    },
  });
  await import(path.join(ROOT, file)).finally(() => (globalThis.RegExp = before));
}
afterAll(() => {
  globalThis.RegExp = before;
});

const unique = [
  ...new Map([...literals, ...made].map((pattern) => [`${pattern.source}/${pattern.flags}`, pattern])).values(),
];

it("finds the patterns", () => {
  expect(literals.length).toBeGreaterThan(250);
  expect(made.length).toBeGreaterThan(10);
});

it("knows every pattern that is made within a function", () => {
  const later = Object.fromEntries(
    Object.entries(constructed)
      .map(([file, count]) => [file, count - made.filter((pattern) => pattern.file === file).length] as const)
      .filter(([, count]) => count > 0),
  );
  expect(later).toEqual(MADE_LATER);
});

describe("takes time that grows with its text, and no faster:", () => {
  it.each(unique.filter(({ source }) => !(source in BOUNDED) && !isWithinReach(source) && hasLoop(source)))(
    "$source",
    async ({ source, flags, file }) => {
      const { status, complexity } = (await check(source, flags, COUNTED)) as Verdict;
      expect(status, `${file}: ${complexity?.summary ?? "not known"}`).toBe("safe");
    },
  );
});

/** Whether a pattern repeats anything without a bound. One that does not takes the same time at each place of a text. */
function hasLoop(source: string): boolean {
  const bare = source.replace(/\\[pP]\{[^}]*\}|\\./g, "x").replace(/\[[^\]]*\]/g, "x");
  return /[*+]|\{\d+,\}/.test(bare);
}

/** JOINER_AFTER_MARK and BEFORE of parties.ts, whose words are tables: they look at 900 characters (REACH). */
function isWithinReach(source: string): boolean {
  return source.startsWith('[),;»”"\\n]\\s*(?:and|') || source.startsWith("^(?:[\\s:–-]|\\(?[1a]\\)|1\\.|");
}

it("has no exception for a pattern that is gone", () => {
  expect(Object.keys(BOUNDED).filter((source) => !unique.some((pattern) => pattern.source === source))).toEqual([]);
});

type Node = { type?: string; regex?: { pattern: string; flags: string }; callee?: { name?: string } } & Record<
  string,
  unknown
>;

function walk(value: unknown, look: (node: Node) => void): void {
  if (Array.isArray(value)) for (const inner of value) walk(inner, look);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return;
  look(value as Node);
  for (const [key, inner] of Object.entries(value)) if (key !== "regex") walk(inner, look);
}
