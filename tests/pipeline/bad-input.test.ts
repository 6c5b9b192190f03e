// What a caller gets who sends the wrong thing, and what stays behind: nothing.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SignJWT } from "jose";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { FIXTURES, signUp, type User } from "../../testing/user.ts";
import { atRest } from "../../testing/waiting.ts";

const MAX_BYTES = 300_000;
let stack: TemporaryStack;
let user: User;

beforeAll(async () => {
  stack = await temporaryStack({ MAX_UPLOAD_BYTES: String(MAX_BYTES), MAX_PAGES: "100" });
  user = await signUp(stack);
});
afterAll(async () => {
  await user?.leave();
  await stack?.stop();
});

const fixture = (name: string) => readFile(FIXTURES + name);
const answerOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; message: string }),
});
const form = (...files: [string, Uint8Array][]) => {
  const body = new FormData();
  for (const [name, bytes] of files) body.append("file", new Blob([new Uint8Array(bytes)]), name);
  return body;
};

async function nothingIsLeft(): Promise<void> {
  const { count } = await user.supabase.from("documents").select("*", { count: "exact", head: true });
  expect(count).toBe(0);
}

describe("a caller who is not signed in", () => {
  const tokens: [string, () => Promise<string | undefined>][] = [
    ["no token", async () => undefined],
    ["a token that is none", async () => "abc"],
    ["a forged token", async () => await signed("another secret of thirty-two bytes", "5 minutes")],
    ["an expired token", async () => await signed(stack.keys.jwtSecret, "-5 minutes")],
    ["the publishable key", async () => stack.keys.publishableKey],
  ];
  const signed = (secret: string, lifetime: string) =>
    new SignJWT({ role: "authenticated", aud: "authenticated" })
      .setSubject(user.id)
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(new TextEncoder().encode(secret));

  it.each(tokens)("with %s gets 401 from every function", async (_, make) => {
    const token = await make();
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    const document = JSON.stringify({ document_id: crypto.randomUUID() });
    const calls: [string, BodyInit, Record<string, string>][] = [
      ["upload", form(["a.png", await fixture("one-word.png")]), {}],
      ["ocr", document, { "Content-Type": "application/json" }],
      ["metadata", document, { "Content-Type": "application/json" }],
    ];
    for (const [name, body, type] of calls) {
      const response = await fetch(`${stack.url}/functions/v1/${name}`, {
        method: "POST",
        body,
        headers: { ...headers, ...type },
      });
      expect(await answerOf(response)).toMatchObject({
        status: 401,
        code: "unauthorized",
        message: expect.stringContaining("Sign in"),
      });
    }
  });
});

describe("an upload", () => {
  it("without a file gets 400", async () => {
    expect(await answerOf(await user.call("upload", form()))).toMatchObject({ status: 400, code: "no_file" });
    const text = new FormData();
    text.append("file", "just a string");
    expect(await answerOf(await user.call("upload", text))).toMatchObject({ status: 400, code: "no_file" });
    expect(await answerOf(await user.call("upload", "raw bytes", { "Content-Type": "application/pdf" }))).toMatchObject(
      { status: 400, code: "no_file" },
    );
    await nothingIsLeft();
  });

  it("of two files gets 400", async () => {
    const png = await fixture("one-word.png");
    expect(await answerOf(await user.call("upload", form(["a.png", png], ["b.png", png])))).toMatchObject({
      status: 400,
      code: "several_files",
    });
    await nothingIsLeft();
  });

  it("of an empty file gets 400", async () => {
    expect(await answerOf(await user.upload(`${FIXTURES}empty.bin`))).toMatchObject({
      status: 400,
      code: "empty_file",
    });
    await nothingIsLeft();
  });

  it("that is cut off or no multipart gets 400", async () => {
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7 and then';
    for (const [body, boundary] of [
      [head, "b"],
      ["no multipart", "b"],
      [head, ""],
    ] as const) {
      const response = await user.call("upload", body, { "Content-Type": `multipart/form-data; boundary=${boundary}` });
      expect(await answerOf(response)).toMatchObject({ status: 400, message: expect.stringMatching(/[Ss]end/) });
    }
    await nothingIsLeft();
  });

  it("of a file that is too large gets 413 with the limit", async () => {
    for (const size of [MAX_BYTES + 1, MAX_BYTES * 3]) {
      const response = await user.upload("big.pdf", new Uint8Array(size).fill(37));
      expect(await answerOf(response)).toMatchObject({
        status: 413,
        code: "file_too_large",
        message: expect.stringContaining(String(MAX_BYTES)),
      });
    }
    await nothingIsLeft();
  });

  it.each(["drawing.svg"])("of %s, a type that is not read, gets 415 naming the ones that are", async (name) => {
    expect(await answerOf(await user.upload(FIXTURES + name))).toMatchObject({
      status: 415,
      code: "unsupported_type",
      message: expect.stringMatching(/PDF.*JPEG.*PNG/),
    });
    await nothingIsLeft();
  });

  it("is judged by its bytes, whatever its name", async () => {
    const document = await user.process(`${FIXTURES}really-a-pdf.txt`);
    expect(document).toMatchObject({ status: "completed", mime_type: "application/pdf", filename: "really-a-pdf.txt" });
  });

  it("keeps only what is safe of a hostile name", async () => {
    const response = await user.call(
      "upload",
      form([`../../etc/\u202Egnp.evil${"x".repeat(400)}.png`, await fixture("one-word.png")]),
    );
    const { filename } = (await response.json()) as { filename: string };
    expect(filename).not.toMatch(/[/\\\u202E]/);
    expect(filename.length).toBeLessThanOrEqual(255);
    expect(filename).toMatch(/\.png$/);
  });
});

describe("a document", () => {
  it.each([
    ["encrypted.pdf", "encrypted_pdf"],
    ["broken.pdf", "broken_file"],
    ["garbage-with-pdf-header.pdf", "broken_file"],
    ["many-pages.pdf", "too_many_pages"],
  ])("from %s ends failed with the code %s and a sentence for a person, and its file stays", async (name, code) => {
    const document = await user.process(FIXTURES + name);
    expect(document).toMatchObject({
      status: "failed",
      error: { stage: "ocr", code, message: expect.stringMatching(/^[A-Z].*\.$/) },
    });
    expect(document.error?.message).not.toMatch(/\bat |node_modules|Error:/);
    const { data } = await user.supabase.storage.from("documents").download(document.storage_path);
    expect(data?.size).toBe((await fixture(name)).byteLength);
  });

  it("that is blank completes, and says so", async () => {
    const document = await user.process(`${FIXTURES}blank.pdf`);
    expect(document).toMatchObject({
      status: "completed",
      document_type: "other",
      document_date: null,
      correspondent: null,
    });
    // The name that its person gave it, tidied.
    expect(document.display_name).toBe("Blank.pdf");
  });
});

describe("a call", () => {
  it("with a body that is not what it takes gets 400 that says what is wrong", async () => {
    for (const name of ["ocr", "metadata"]) {
      expect(await answerOf(await user.call(name, "{", { "Content-Type": "application/json" }))).toMatchObject({
        status: 400,
        code: "invalid_request",
      });
      expect(await answerOf(await user.callJson(name, { document_id: "1" }))).toMatchObject({
        status: 400,
        code: "invalid_request",
        message: expect.stringContaining("document_id"),
      });
      expect(await answerOf(await user.callJson(name, {}))).toMatchObject({ status: 400, code: "invalid_request" });
    }
  });

  it("about a document that does not exist gets 404", async () => {
    for (const name of ["ocr", "metadata"]) {
      expect(await answerOf(await user.callJson(name, { document_id: crypto.randomUUID() }))).toMatchObject({
        status: 404,
        code: "not_found",
      });
    }
  });

  it("with another method gets 405, and a preflight what browsers need", async () => {
    for (const name of ["upload", "ocr", "metadata"]) {
      const url = `${stack.url}/functions/v1/${name}`;
      expect((await fetch(url)).status).toBe(405);
      const preflight = await fetch(url, {
        method: "OPTIONS",
        headers: { Origin: "https://example.com", "Access-Control-Request-Method": "POST" },
      });
      expect(preflight.ok).toBe(true);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    }
    expect((await fetch(`${stack.url}/functions/v1/nothing`)).status).toBe(404);
  });

  it("with a forged invocation gets its 202 and changes nothing", async () => {
    await atRest(stack);
    const { data: before } = await user.supabase.from("documents").select("id, status, updated_at").order("id");
    for (const name of ["upload", "ocr", "metadata"]) {
      const response = await fetch(`${stack.url}/functions/v1/${name}`, {
        method: "POST",
        body: JSON.stringify({ job_id: crypto.randomUUID(), token: crypto.randomUUID() }),
        headers: { "Content-Type": "application/json" },
      });
      expect(response.status).toBe(202);
    }
    const { data: after } = await user.supabase.from("documents").select("id, status, updated_at").order("id");
    expect(after).toEqual(before);
  });
});
