// Runs every example of docs/api.md, and the curl call of docs/mcp.md, as written.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { type DocumentRow, FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";

// supabase-js wants one on Node 20.
Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const [PAGE, MCP_PAGE] = (await Promise.all(
  ["docs/api.md", "docs/mcp.md"].map((page) => readFile(path.join(ROOT, page), "utf8")),
)) as [string, string];

/** The examples in one language, in order; what ends the document or the account comes after the others. */
function examplesIn(language: string, page = PAGE): { line: number; code: string }[] {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => ({
    line: page.slice(0, match.index).split("\n").length + 1,
    code: match[1]!,
  }));
  const ends = ({ code }: { code: string }): number =>
    code.includes("erase_account") ? 2 : /-X DELETE|from\("documents"\)\.delete/.test(code) ? 1 : 0;
  return found.sort((a, b) => ends(a) - ends(b));
}

let stack: LentStack;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
});
afterAll(() => stack?.stop());

/** A user who has a described document and a failed one. */
async function prepared(): Promise<{ user: User; document: DocumentRow; failed: DocumentRow }> {
  const user = await signUp(stack);
  const [document, failed] = await Promise.all([
    user.process(`${SAMPLES}download-3.pdf`),
    user.process(`${FIXTURES}encrypted.pdf`),
  ]);
  expect([document.status, failed.status]).toEqual(["completed", "failed"]);
  return { user, document, failed };
}

describe("with curl", () => {
  let env: Record<string, string>;
  let folder: string;
  beforeAll(async () => {
    const { user, document } = await prepared();
    const { data } = await user.supabase.rpc("create_api_token", {
      name: "examples",
      scopes: ["documents:read", "documents:write", "upload", "automation"],
    });
    folder = await mkdtemp(path.join(tmpdir(), `docket-test-${process.env.DOCKET_TEST_RUN}-`));
    env = {
      PATH: process.env.PATH!,
      TMPDIR: folder,
      API: stack.url,
      KEY: stack.keys.publishableKey,
      TOKEN: user.token,
      DKT: data.token,
      DOC: document.id,
      STORAGE_PATH: document.storage_path,
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // The examples are as they stand; only a refusal ends curl with an error here.
  const CURL = `set -e; curl() { command curl -sS --fail-with-body "$@"; }\n`;

  const run = async (code: string): Promise<string> => {
    const { stdout } = await promisify(execFile)("bash", ["-c", CURL + code], { cwd: ROOT, env }).catch(
      (error: { stdout: string; stderr: string }) => {
        throw new Error(`${code}\n${error.stderr}${error.stdout}`);
      },
    );
    return stdout;
  };

  // Before the others, of which the last one erases the account.
  it("calls a tool of the MCP server by hand", async () => {
    const byHand = examplesIn("sh", MCP_PAGE).find(({ code }) => code.startsWith("curl"));
    const { result } = JSON.parse(await run(byHand!.code));
    expect(result.isError).toBeFalsy();
    expect(result.content[0].text).toMatch(/quillmark/i);
  });

  it.each(examplesIn("sh").map(({ line, code }) => [line, code] as const))("line %i", async (_, code) => {
    expect(await run(code)).not.toContain('data: {"error"');
  });
});

describe("with supabase-js", () => {
  let names: Record<string, unknown>;
  let failed: DocumentRow;
  const refused: string[] = [];
  beforeAll(async () => {
    const made = await prepared();
    failed = made.failed;
    const recording: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      // An account that was erased has no session that could end.
      if (!response.ok && !String(input).includes("/auth/v1/logout"))
        refused.push(`${response.status} ${new URL(String(input)).pathname} ${await response.clone().text()}`);
      return response;
    };
    const { data: session } = await made.user.supabase.auth.getSession();
    const supabase = createClient(stack.url, stack.keys.publishableKey, {
      auth: { persistSession: false, storageKey: "examples" },
      global: { fetch: recording },
      realtime: { transport: WebSocket as never },
    });
    await supabase.auth.setSession(session.session!);
    const bytes = await readFile(`${SAMPLES}brief.pdf`);
    const { sha256 } = await import("../../supabase/functions/_shared/bytes.ts");
    const [{ id: run }] = (await stack.sql(
      `select id from public.metadata_runs where document_id = '${made.document.id}'`,
    )) as [{ id: string }];
    names = {
      supabase,
      url: stack.url,
      publishableKey: stack.keys.publishableKey,
      email: `examples-${Date.now()}@docket.test`,
      password: "correct horse",
      file: new File([bytes], "brief.pdf", { type: "application/pdf" }),
      sha256: await sha256(bytes),
      id: made.document.id,
      run: { id: Number(run) },
      storagePath: made.document.storage_path,
      displayName: made.document.display_name,
      ...Object.fromEntries(["forget", "show", "tell", "say"].map((name) => [name, () => {}])),
    };
  });
  afterAll(async () => {
    const supabase = names.supabase as SupabaseClient;
    await supabase.removeAllChannels();
    await supabase.realtime.disconnect();
  });

  it.each(examplesIn("ts").map(({ line, code }) => [line, code] as const))("line %i", async (_, code) => {
    const plain = code.replace(/^import (\{.*\}) from (".*");/, "const $1 = await import($2);");
    const declared = /const supabase = /.test(code) ? [] : ["supabase"];
    const given: Record<string, unknown> = { ...names, id: /invoke\("ocr"/.test(code) ? failed.id : names.id };
    // Signing up takes the session of whoever is signed in.
    if (code.includes("auth.signUp"))
      given.supabase = createClient(stack.url, stack.keys.publishableKey, {
        auth: { persistSession: false, storageKey: "examples-of-signing-up" },
      });
    const parameters = [...declared, ...Object.keys(given).filter((name) => name !== "supabase")];
    const body = (await transform(`async function example() {${plain}\n}`, { loader: "ts" })).code;
    const run = new Function("load", ...parameters, `${body.replaceAll("import(", "load(")} return example();`);
    refused.length = 0;
    await run((name: string) => import(name), ...parameters.map((name) => given[name]));
    expect(refused).toEqual([]);
  });
});
