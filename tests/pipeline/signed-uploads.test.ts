// Files that their owners announce and send straight to Storage, past the function: what they may be, and when.
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const MEGABYTE = 1024 * 1024;
const PDF = "application/pdf";
const LETTER = `${SAMPLES}Doc1.pdf`;

let stack: LentStack;
let user: User;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

type Announced = {
  document_id: string;
  path: string;
  token: string;
  signed_url: string;
  status: string;
  duplicate: boolean;
};
type About = { filename?: string; byte_size?: number; mime_type?: string; sha256?: string };

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const pdfOf = (bytes: number): Buffer => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(bytes - 9)]);

async function announce(bytes: Uint8Array, about: About = {}): Promise<Announced> {
  const file = { filename: "a.pdf", byte_size: bytes.byteLength, mime_type: PDF, sha256: hash(bytes), ...about };
  const response = await user.callJson("upload", file);
  expect(response.status, await response.clone().text()).toBe(200);
  return response.json() as Promise<Announced>;
}

/** Puts bytes of a length that is not told, as a stream has it. */
const putChunked = (url: string, bytes: Uint8Array, type = PDF): Promise<Response> =>
  fetch(url, {
    method: "PUT",
    headers: { "Content-Type": type },
    body: new Blob([new Uint8Array(bytes)]).stream(),
    duplex: "half",
  } as RequestInit);

const send = ({ path, token }: Announced, bytes: Uint8Array, type = PDF) =>
  user.supabase.storage
    .from("documents")
    .uploadToSignedUrl(path, token, new Blob([new Uint8Array(bytes)], { type }), { contentType: type });

const storedBytes = async ({ path }: Announced): Promise<Uint8Array | undefined> => {
  const { data } = await user.supabase.storage.from("documents").download(path);
  return data ? new Uint8Array(await data.arrayBuffer()) : undefined;
};
const erased = (announced: Announced): Promise<unknown> =>
  waitUntil(async () => (await storedBytes(announced)) === undefined);

it("are read like any other, sent by supabase-js with the path and the token", async () => {
  const bytes = await readFile(LETTER);
  const announced = await announce(bytes);
  expect(announced).toMatchObject({
    status: "uploading",
    duplicate: false,
    path: `${user.id}/${announced.document_id}`,
  });
  expect(announced.signed_url.startsWith(`${stack.url}/storage/v1/object/upload/sign/documents/`)).toBe(true);
  expect((await send(announced, bytes)).error).toBeNull();
  expect(await user.until(announced.document_id, "completed", "failed")).toMatchObject({ status: "completed" });

  // The URL is good for two hours, and the file of a completed document stays what it is.
  const answer = await send(announced, pdfOf(bytes.byteLength));
  expect(answer.error).toMatchObject({ statusCode: "409" });
  expect((await putChunked(announced.signed_url, pdfOf(bytes.byteLength))).status).toBe(400);
  expect(hash((await storedBytes(announced))!)).toBe(hash(bytes));
});

it("are invited to the address that their sender used, whatever they say of it", async () => {
  const bytes = pdfOf(1000);
  const { port } = new URL(stack.url);
  const response = await fetch(`http://localhost:${port}/functions/v1/upload`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${user.token}`,
      "Content-Type": "application/json",
      "X-Forwarded-Host": "evil.test",
      "X-Forwarded-Port": "1",
    },
    body: JSON.stringify({ filename: "a.pdf", byte_size: 1000, mime_type: PDF, sha256: hash(bytes) }),
  });
  const { signed_url } = (await response.json()) as Announced;
  expect(new URL(signed_url).origin).toBe(`http://localhost:${port}`);
  expect((await putChunked(signed_url, bytes)).status).toBe(200);
});

it.each([
  [
    "larger than the bucket takes, in chunks",
    { byte_size: 1, mime_type: "text/csv" },
    30 * MEGABYTE,
    "text/csv",
    "file_too_large",
  ],
  [
    "a PDF of 19 MiB that was announced as a byte of CSV",
    { byte_size: 1, mime_type: "text/csv" },
    19 * MEGABYTE,
    "text/csv",
    "file_differs",
  ],
  ["of another type than was announced", { mime_type: "text/csv" }, 1000, PDF, "file_differs"],
  ["one byte longer than was announced", { byte_size: 999 }, 1000, PDF, "file_differs"],
])("are rejected and erased when they are %s", async (_, about, size, type, code) => {
  const bytes = pdfOf(size);
  const announced = await announce(bytes, about);
  expect((await putChunked(announced.signed_url, bytes, type)).status).toBe(200);
  expect(await user.document(announced.document_id)).toMatchObject({
    status: "failed",
    error: { stage: "upload", code },
  });
  await erased(announced);
});

it("are rejected and erased when reading finds other bytes, and the right ones may come then", async () => {
  const right = await readFile(`${SAMPLES}brief.pdf`);
  const wrong = Buffer.concat([right.subarray(0, -1), Buffer.from("x")]);
  const announced = await announce(right);
  expect((await send(announced, wrong)).error).toBeNull();
  expect(await user.until(announced.document_id, "completed", "failed")).toMatchObject({
    status: "failed",
    error: { stage: "ocr", code: "file_differs" },
  });
  await erased(announced);
  const again = await waitUntil(
    async () => {
      const response = await user.upload(`${SAMPLES}brief.pdf`);
      return response.status === 202 && ((await response.json()) as Announced);
    },
    { interval: 200 },
  );
  expect(again).toMatchObject({ document_id: announced.document_id, duplicate: false });
  expect(await user.until(announced.document_id, "completed", "failed")).toMatchObject({ status: "completed" });
});

it("are rejected when reading finds another type in the bytes that were announced", async () => {
  const bytes = await readFile(`${SAMPLES}scan0001.pdf`);
  const announced = await announce(bytes, { mime_type: "text/csv", filename: "a.csv" });
  expect((await send(announced, bytes, "text/csv")).error).toBeNull();
  expect(await user.until(announced.document_id, "completed", "failed")).toMatchObject({
    status: "failed",
    error: { code: "file_differs", message: expect.stringContaining(PDF) },
  });
});

it("are refused when they come after their time, or after their document", async () => {
  const late = pdfOf(1000);
  const announced = await announce(late);
  await stack.sql("alter table public.documents disable trigger documents_touch_updated_at");
  await stack.sql(
    `update public.documents set updated_at = now() - interval '11 minutes' where id = '${announced.document_id}'`,
  );
  await stack.sql("alter table public.documents enable trigger documents_touch_updated_at");
  await stack.sql("select private.sweep_jobs()");
  expect(await user.document(announced.document_id)).toMatchObject({ error: { code: "upload_interrupted" } });
  const refused = { statusCode: "403", message: expect.stringContaining("announce") };
  expect((await send(announced, late)).error).toMatchObject(refused);
  expect((await send(announced, late)).error).toMatchObject(refused);

  const gone = await announce(pdfOf(1001));
  await user.supabase.from("documents").delete().eq("id", gone.document_id);
  expect((await send(gone, pdfOf(1001))).error).toMatchObject(refused);
  for (const one of [announced, gone]) expect(await storedBytes(one)).toBeUndefined();
});

it("are one, however many are sent at once", async () => {
  const bytes = pdfOf(200_000);
  const announced = await announce(bytes);
  const answers = await Promise.all(Array.from({ length: 6 }, () => putChunked(announced.signed_url, bytes)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(hash((await storedBytes(announced))!)).toBe(hash(bytes));
});
