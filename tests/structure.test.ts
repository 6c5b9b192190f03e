// How the parts of the project may depend on each other, and what a cast must say.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAst } from "vite";
import { expect, it } from "vitest";
import { ROOT } from "../scripts/checkout.ts";
import { PATIENCE_MS, TEST_MS } from "../testing/waiting.ts";

type Import = { from: string; to: string; atRun: boolean };

const FOLDERS = ["supabase/functions", "engine", "web", "stack", "bench", "testing", "scripts", "tests"];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => `${folder}/${file}`),
);
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const imports = files.flatMap(importsOf);

/** What each part may import beside itself. Whatever stands below it, and nothing above. */
const MAY_IMPORT: Record<string, string[]> = {
  "supabase/functions/_shared": [],
  "supabase/functions/upload": ["supabase/functions/_shared"],
  "supabase/functions/ocr": ["supabase/functions/_shared"],
  "supabase/functions/metadata": ["supabase/functions/_shared"],
  "supabase/functions/ocr-alone": ["supabase/functions/_shared", "supabase/functions/ocr"],
  "supabase/functions/metadata-alone": ["supabase/functions/_shared", "supabase/functions/metadata"],
  "supabase/functions/extract-alone": ["supabase/functions/_shared", "supabase/functions/extract"],
  "supabase/functions/thumbnail-alone": ["supabase/functions/_shared", "supabase/functions/thumbnail"],
  engine: ["supabase/functions/_shared"],
  web: ["supabase/functions/_shared"],
  stack: ["web"],
};

it.each(Object.entries(MAY_IMPORT))("%s imports itself and %j, nothing else", (part, below) => {
  const others = imports.filter(({ from, to }) => partOf(from) === part && ![part, ...below].includes(partOf(to)));
  expect(others.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it("benchmarks and what tests share import no test, and only the benchmarks' own tests import a benchmark", () => {
  const upward = imports.filter(
    ({ from, to }) =>
      (/^(bench|testing|scripts|stack)\//.test(from) && /^tests\//.test(to)) ||
      (/^(?:testing|stack|scripts|tests\/(?!bench\/))/.test(from) && /^bench\//.test(to)),
  );
  expect(upward.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it("no file needs itself to run: what is imported at run time has no cycle", () => {
  const graph = new Map(files.map((file) => [file, [] as string[]]));
  for (const { from, to, atRun } of imports) if (atRun) graph.get(from)?.push(to);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, above: string[]): void => {
    if (above.includes(file)) cycles.push([...above.slice(above.indexOf(file)), file].join(" > "));
    if (above.includes(file) || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...above, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

it("tests wait by testing/waiting.ts: vitest's own second is too short on a busy machine", () => {
  const hasty = files.filter((file) => file !== "testing/waiting.ts" && /\bvi\.wait(?:For|Until)\b/.test(textOf(file)));
  expect(hasty).toEqual([]);
});

it("no test has a limit of its own below that of all, and no condition: a machine may be slow", () => {
  const number = (text: string) => Number(text.replaceAll("_", ""));
  const hasty = files
    .filter((file) => file.startsWith("tests/"))
    .flatMap((file) =>
      [
        ...[...textOf(file).matchAll(/\}, (\d+_000)\);/g)].filter(([, limit]) => number(limit!) < TEST_MS),
        ...[...textOf(file).matchAll(/\{\s*timeout: ([\d_]+)/g)].filter(([, limit]) => number(limit!) < PATIENCE_MS),
      ].map(([found]) => `${file}: ${found}`),
    );
  expect(hasty).toEqual([]);
});

it("SQL keeps to 120 columns, as Biome has it for all other code, but for texts that stand on one line", () => {
  const migrations = readdirSync(path.join(ROOT, "supabase/migrations"));
  const wide = migrations.flatMap((file) =>
    textOf(`supabase/migrations/${file}`)
      .split("\n")
      .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
      .filter(({ line }) => line.length > 120 && !/'[^']{60}/.test(line)),
  );
  expect(wide.map(({ place }) => place)).toEqual([]);
});

it("finds imports of each kind", () => {
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.some(({ from, to }) => from.endsWith("ocr/document.ts") && to.endsWith("ocr/pdf.ts"))).toBe(true);
});

it("a cast to any, never or unknown has its reason beside it", () => {
  const bare = files
    .filter((file) => !/^(tests|testing|bench)\/|database\.types\.ts$/.test(file))
    .flatMap((file) => {
      const lines = textOf(file).split("\n");
      return lines.flatMap((line, at) => {
        if (/^\s*(\/\/|\*|\/\*)/.test(line) || !/\bas (any|never|unknown as)\b|(: |<|, )any\b[>;,)]/.test(line))
          return [];
        return line.includes("//") || /\/\/|\*\//.test(lines[at - 1] ?? "")
          ? []
          : [`${file}:${at + 1}: ${line.trim()}`];
      });
    });
  expect(bare).toEqual([]);
});

/** What names the functions' address beside the client, by its reason: files, and folders of which some file does. */
const BESIDE_THE_CLIENT: Record<string, string[]> = {
  "is the stack itself, or tells it where the functions are": [
    "stack/gateway.ts",
    "stack/stack.ts",
    "scripts/deploy.ts",
    "scripts/dev-web.ts",
    "testing/database/migrated.ts",
    "bench/idle.ts",
    "bench/rules.ts",
    "tests/database/dispatch.test.ts",
    "tests/deploy/migrations.test.ts",
    "tests/deploy/deploy.test.ts",
    "tests/web/hosting.test.ts",
  ],
  "holds back what the page sends, to see what it does meanwhile": [
    "scripts/screenshots.ts",
    "tests/web/account.test.ts",
    "tests/web/connection.test.ts",
    "tests/web/phone.test.ts",
    "tests/web/session.test.ts",
    "tests/web/uploads.test.ts",
  ],
  "is a visitor or a provider, who has no client": [
    "tests/web/automation.test.ts",
    "tests/web/visitors.test.ts",
    "tests/functions/inbound/documented.test.ts",
  ],
  "speaks MCP, with the SDK's client": ["bench/doors/reads.ts"],
  "measures the call itself, or sends what the client would not": [
    "bench/reading/long.ts",
    "bench/upload.ts",
    "bench/whole-chain.ts",
    "bench/neighbors/attacks.ts",
    "bench/neighbors/requests.ts",
  ],
  "tests the calls themselves: their statuses, bad ones and those that break off": [
    "testing/faults/sender.ts",
    "testing/user.ts",
    "tests/contract/",
    "tests/pipeline/",
    "tests/functions/links.test.ts",
    "tests/stack/hosts.test.ts",
    "tests/stack/html.test.ts",
    "tests/stack/pg-net/contract.ts",
    "tests/web/connections.test.ts",
  ],
};

it("nothing but the client speaks HTTP to the functions", () => {
  const speaking = files.filter(
    (file) =>
      !file.startsWith("supabase/functions/") &&
      file !== "tests/structure.test.ts" &&
      /functions\/v1|\bfunctions\.invoke\(/.test(textOf(file)),
  );
  const excepted = Object.values(BESIDE_THE_CLIENT).flat();
  const covers = (exception: string, file: string) =>
    exception.endsWith("/") ? file.startsWith(exception) : file === exception;
  expect(speaking.filter((file) => !excepted.some((exception) => covers(exception, file)))).toEqual([]);
  // Who needs no exception any more is no exception.
  expect(excepted.filter((exception) => !speaking.some((file) => covers(exception, file)))).toEqual([]);
});

function partOf(file: string): string {
  return file.split("/", file.startsWith("supabase/") ? 3 : 1).join("/");
}

/** The imports of a file that are files of the project. Types are gone at run time, and `import()` waits until it is called. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (typeof node !== "object" || node === null || Array.isArray(node)) return;
    const { type, source, importKind, exportKind } = node as {
      type?: string;
      source?: { value?: unknown } | null;
      importKind?: string;
      exportKind?: string;
    };
    if (/^(Import|Export)/.test(type ?? "") && typeof source?.value === "string" && source.value.startsWith(".")) {
      const to = path.posix.join(path.posix.dirname(file), source.value.replace(/\?.*$/, ""));
      const atRun = importKind !== "type" && exportKind !== "type" && type !== "ImportExpression";
      if (/\.tsx?$/.test(to)) found.push({ from: file, to, atRun });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseAst(textOf(file), { lang: file.endsWith("x") ? "tsx" : "ts" }, file));
  return found;
}
