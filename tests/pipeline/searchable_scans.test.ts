// Scans as what people do with them: a PDF to search in, and Markdown, by the calls and by the command line.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";

const BIN = fileURLToPath(new URL("../../client/bin/docket.mjs", import.meta.url));

let stack: LentStack;
let user: User;
let home: Awaited<ReturnType<typeof temporaryFolder>>;
let token: string;
beforeAll(async () => {
  stack = await lentStack();
  home = await temporaryFolder();
  user = await signUp(stack);
  const { data } = await user.supabase.rpc("create_api_token", { name: "test", scopes: ["documents:read"] });
  token = data.token;
});
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await stack?.stop();
});

const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

function docket(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const env = { PATH: process.env.PATH!, XDG_CONFIG_HOME: home.path, DOCKET_URL: stack.url, DOCKET_TOKEN: token };
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (data) => (stderr += data));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

it.each(["IMG_2041.jpg", "scan0001.pdf"])("gives %s as a PDF that has its words", async (name) => {
  const { id } = await user.process(`${SAMPLES}${name}`);
  const [page] = await stack.sql(
    `select text, markdown, picture from public.document_pages where document_id = '${id}' and page_number = 1`,
  );
  expect(page).toMatchObject({ picture: { width: expect.any(Number), height: expect.any(Number) } });
  expect(words(page!.markdown ?? page!.text)).toEqual(words(page!.text));
  const file = path.join(home.path, "searchable.pdf");
  expect(await docket("get", id, "--pdf", "--output", file)).toEqual({ code: 0, stderr: "" });
  const pdf = await getDocumentProxy(new Uint8Array(await readFile(file)), { verbosity: 0 });
  const { text } = await extractText(pdf, { mergePages: false });
  expect(words(text[0]!).sort()).toEqual(expect.arrayContaining(words(page!.text).slice(0, 20)));
  await pdf.destroy();
});

it("says of a document that is no scan that it is none", async () => {
  const sent = await user.process(fileURLToPath(new URL("../fixtures/minutes.docx", import.meta.url)));
  const response = await fetch(`${stack.url}/functions/v1/api/documents/${sent.id}/pdf`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect([response.status, await response.json()]).toEqual([
    415,
    expect.objectContaining({ code: "unsupported_type" }),
  ]);
});
