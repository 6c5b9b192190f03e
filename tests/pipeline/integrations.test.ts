// Every example of docs/integrations.md runs as it stands there.
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../supabase/functions/_shared/contract/operations.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = await readFile(path.join(ROOT, "docs/integrations.md"), "utf8");

function exampleIn(heading: string, language: string): string {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(heading));
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section ?? "")![1]!;
}

let stack: LentStack;
let user: User;
let document: string;
let env: Record<string, string>;
let folder: string;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  document = (await user.process(`${SAMPLES}download-3.pdf`)).id;
  const { data } = await user.supabase.rpc("create_api_token", {
    name: "integrations",
    scopes: ["documents:read", "upload"],
  });
  folder = await mkdtemp(path.join(tmpdir(), `docket-test-${process.env.DOCKET_TEST_RUN}-`));
  env = {
    PATH: process.env.PATH!,
    API: stack.url,
    DKT: data.token,
    DOC: document,
    XDG_CONFIG_HOME: folder,
    DOCKET_KEY: stack.keys.publishableKey,
    DOCKET_PASSWORD: "correct horse",
  };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await stack?.stop();
});

const run = async (command: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd: ROOT, env })).stdout;

it("the calls with curl", async () => {
  const code = exampleIn("With curl", "sh");
  const said = await run("bash", "-c", `set -e; curl() { command curl -sS --fail-with-body "$@"; echo; }\n${code}`);
  const answers = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { document_id: document, duplicate: true },
    { id: document, status: "completed" },
    expect.arrayContaining([expect.objectContaining({ field: "amount", value: 965.76, page: 1 })]),
    { documents: [{ id: document }] },
    { filename: expect.stringContaining("Quillmark") },
  ]);
});

it("the program in TypeScript", async () => {
  const client = path.join(ROOT, "client/src/index.ts");
  const code = exampleIn("In TypeScript", "ts").replace('"@docket/client"', JSON.stringify(client));
  const program = path.join(folder, "program.mts");
  await writeFile(
    program,
    `import { openAsBlob } from "node:fs";
    const file = new File([await openAsBlob("samples/download-3.pdf")], "download-3.pdf");
    ${code}
    console.log(JSON.stringify([document_id, document.status, values.length > 0, documents.length, (await original.arrayBuffer()).byteLength > 0]));`,
  );
  const tsx = path.join(ROOT, "node_modules/tsx/dist/cli.mjs");
  expect(JSON.parse(await run(process.execPath, tsx, program))).toEqual([document, "completed", true, 1, true]);
});

describe("the program in Python", () => {
  const code = exampleIn("In Python", "python");
  it("calls what there is", () => {
    const paths = [...code.matchAll(/f"\{(API|one)\}(\/[^"]+)"/g)].map(([, base, rest]) =>
      (base === "one" ? `/api/documents/{document_id}${rest}` : rest!).replace(/\{sent[^}]*\}/, "{document_id}"),
    );
    expect(paths).toHaveLength(5);
    for (const called of paths) expect(OPERATIONS.map(({ path: known }) => known)).toContain(called);
  });

  // Where there is a Python with requests, as on most machines.
  if (spawnSync("python3", ["-c", "import requests"]).status === 0)
    it("runs", async () => {
      const says = "print(document['status'], len(values) > 0, found[0]['id'], link.startswith('http'))";
      expect(await run("python3", "-c", `${code}\n${says}`)).toBe(`completed True ${document} True\n`);
    });
});

it("the nodes of n8n", async () => {
  const { nodes, connections } = JSON.parse(exampleIn("In n8n", "json")) as {
    nodes: { name: string; parameters: Record<string, any> }[];
    connections: Record<string, { main: { node: string }[][] }>;
  };
  const answers = new Map<string, any>();
  for (const { name, parameters } of nodes) {
    const url = String(parameters.url)
      .replace(/^=/, "")
      .replace("https://<project>.supabase.co", stack.url)
      .replace(/\{\{ \$\('([^']+)'\)\.item\.json\.(\w+) \}\}/g, (_, node, field) => answers.get(node)[field]);
    const form = new FormData();
    for (const field of parameters.bodyParameters?.parameters ?? [])
      form.append(field.name, new Blob([await readFile(`${SAMPLES}download-3.pdf`)]), "download-3.pdf");
    const response = await fetch(url, {
      method: parameters.method,
      headers: { Authorization: `Bearer ${env.DKT}` },
      ...(parameters.sendBody && { body: form }),
    });
    expect([name, response.ok]).toEqual([name, true]);
    answers.set(name, await response.json());
  }
  expect([...answers.values()]).toMatchObject([
    { document_id: document },
    { status: "completed" },
    expect.arrayContaining([expect.objectContaining({ field: "amount" })]),
  ]);
  for (const [from, { main }] of Object.entries(connections))
    for (const name of [from, ...main.flat().map(({ node }) => node)]) expect([...answers.keys()]).toContain(name);
});

it("signing in on the command line", async () => {
  const email = (await stack.sql(`select email from auth.users where id = '${user.id}'`))[0]!.email as string;
  const code = exampleIn("The command line", "sh").replace("ada@example.com", email);
  expect(await run("bash", "-c", code)).toContain(`Signed in at ${stack.url}`);
});
