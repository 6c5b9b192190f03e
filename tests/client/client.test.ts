// The typed client against the stack: by API token, and as a signed-in user.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDocket, type Docket, DocketError, type Document } from "../../client/src/index.ts";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { SIGNED_FROM_BYTES } from "../../client/src/upload.ts";
import { denoBinary } from "../../stack/functions.ts";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const INDEX = fileURLToPath(new URL("../../client/src/index.ts", import.meta.url));

let stack: TemporaryStack;
let user: User;
let person: Docket;
let docket: Docket;
let token: string;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  person = createDocket({ url: stack.url, supabase: user.supabase });
  ({ token } = await person.tokens.create("client", ["documents:read", "documents:write", "upload"]));
  docket = createDocket({ url: `${stack.url}/`, token });
});
afterAll(async () => {
  await user?.leave();
  await stack?.stop();
});
const fileOf = async (path: string): Promise<File> => new File([await readFile(path)], path.split("/").at(-1)!);

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("a program with an API token", () => {
  it("uploads, waits, finds, reads and corrects a document", async () => {
    const progress: number[] = [];
    const uploaded = await docket.upload(await fileOf(`${SAMPLES}download-3.pdf`), {
      onProgress: (sent) => progress.push(sent),
    });
    expect(uploaded).toMatchObject({ filename: "download-3.pdf", duplicate: false });
    expect(progress).toEqual([0, 3219]);
    const statuses: string[] = [];
    const document = await docket.wait(uploaded.document_id, { onStatus: (status) => statuses.push(status) });
    expect([document.status, statuses.at(-1)]).toEqual(["completed", "completed"]);
    const { id } = document;
    expect((await docket.search("quillmark")).documents.map((found) => found.id)).toEqual([id]);
    expect(await docket.text(id)).toContain("Quillmark Paper & Print Ltd");
    expect(await docket.values(id)).toContainEqual(expect.objectContaining({ field: "correspondent", page: 1 }));
    expect((await docket.events(id))[0]).toMatchObject({ stage: "upload", kind: "completed" });
    expect((await docket.edit(id, { summary: "Paper." })).summary).toBe("Paper.");
    expect((await docket.addTags(id, ["office"])).tags).toContain("office");
    expect(await docket.unlock(id, ["summary"])).toEqual(["tags"]);
    expect((await docket.tags()).map(({ tag }) => tag)).toContain("office");
    expect((await docket.usage()).documents.used).toBe(1);
    expect(new Uint8Array(await (await docket.download(id)).arrayBuffer())).toEqual(
      new Uint8Array(await readFile(`${SAMPLES}download-3.pdf`)),
    );
    expect((await docket.history(id)).runs[0]).toMatchObject({ engine: "local", applied: expect.any(Array) });
    expect((await docket.account()).tags).toContainEqual(expect.objectContaining({ tag: "office" }));
    const files = await allOf(docket.archive());
    expect(files.map(({ name }) => name.replace(/ \(\w{8}\)/, ""))).toEqual([
      "README.txt",
      "account.json",
      expect.stringMatching(/^metadata\/.*Quillmark.*\.pdf\.json$/),
      expect.stringMatching(/^texts\/.*\.pdf\.txt$/),
      expect.stringMatching(/^documents\/.*\.pdf$/),
    ]);
    const [copy] = await allOf(docket.export());
    expect(copy!.document.id).toBe(id);
    expect((await docket.upload(await fileOf(`${SAMPLES}download-3.pdf`))).duplicate).toBe(true);
  });

  it("holds a document, which cannot be deleted then, keeps it until a day, and releases it", async () => {
    const id = (await docket.list()).documents[0]!.id;
    expect(await docket.hold(id)).toEqual({ document_id: id, held: true, keep_until: null });
    await expect(docket.delete(id)).rejects.toMatchObject({ code: "document_held", status: 409 });
    expect(await docket.retain(id, { held: false, keep_until: "2099-12-31" })).toMatchObject({ held: false });
    await expect(docket.delete(id)).rejects.toMatchObject({ code: "document_held", status: 409 });
    expect(await docket.retention(id)).toEqual({ document_id: id, held: false, keep_until: "2099-12-31" });
    expect(await docket.release(id)).toEqual({ document_id: id, held: false, keep_until: null });
    await expect(docket.retain(id, {})).rejects.toMatchObject({ code: "invalid_request", status: 400 });
  });

  it("follows a description to its end", async () => {
    const id = (await docket.list()).documents[0]!.id;
    const events = await allOf(docket.regenerate(id));
    expect(events.at(-1)).toMatchObject({ complete: true, document: { id } });
  });

  it("applies a schema to a document with a sentence, and follows it to its end", async () => {
    const id = (await docket.list()).documents[0]!.id;
    const { name, document_types, fields } = TEMPLATES.invoice!;
    const { data } = await user.supabase
      .from("extraction_schemas")
      .insert({ name, document_types, fields })
      .select("id")
      .single();
    const instruction = "The total includes the deposit.";
    const events = await allOf(docket.extract(id, data!.id, { instruction }));
    expect(events.at(-1)).toMatchObject({
      complete: true,
      extraction: { document_id: id, schema_id: data!.id, engine: "local", instruction },
    });
    await expect(allOf(docket.extract(id, crypto.randomUUID()))).rejects.toMatchObject({ code: "not_found" });
    await user.supabase.from("extraction_schemas").delete().eq("id", data!.id);
  });

  it("retries a failed document", async () => {
    const { document_id } = await docket.upload(await fileOf(`${FIXTURES}encrypted.pdf`));
    expect(await docket.wait(document_id)).toMatchObject({ status: "failed", error: { code: "encrypted_pdf" } });
    await docket.retry(document_id, { password: "wrong" });
    expect(await docket.wait(document_id)).toMatchObject({ status: "failed", error: { code: "wrong_password" } });
    await docket.delete(document_id);
    await expect(docket.get(document_id)).rejects.toMatchObject({ code: "not_found", status: 404 });
  });

  it("sends a large file past the function", async () => {
    const bytes = Buffer.concat([await readFile(`${SAMPLES}brief.pdf`), Buffer.alloc(SIGNED_FROM_BYTES, "%\n")]);
    const { document_id } = await docket.upload(new File([bytes], "large.pdf"));
    expect(await docket.wait(document_id)).toMatchObject({ byte_size: bytes.length, status: "completed" });
  });

  it("lists all documents, page by page", async () => {
    const all = await allOf(docket.all({ page_size: 1 }));
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
  });

  it("is told by code what is refused", async () => {
    await expect(docket.edit(crypto.randomUUID(), { summary: "x" })).rejects.toThrow(DocketError);
    await expect(docket.list({ sort: "nothing" })).rejects.toMatchObject({ code: "invalid_request", status: 400 });
    const unknown = createDocket({ url: stack.url, token: "dkt_" });
    await expect(unknown.list()).rejects.toMatchObject({ code: "token_unknown", status: 401 });
    const away = createDocket({ url: "http://127.0.0.1:9", token });
    await expect(away.delete(crypto.randomUUID())).rejects.toMatchObject({ code: "unreachable", status: 0 });
    expect(() => docket.watch({ onDocument() {} })).toThrow("signed-in");
  });

  it("asks for another token when one is refused, and gives up when that one is refused too", async () => {
    const refused: (string | undefined)[] = [];
    const renewing = createDocket({
      url: stack.url,
      token: (old) => {
        refused.push(old);
        return old ? token : "dkt_old";
      },
    });
    expect((await renewing.usage()).month).toBeDefined();
    expect(refused).toEqual([undefined, "dkt_old"]);
    const hopeless = createDocket({ url: stack.url, token: (old) => (old ? "dkt_new" : "dkt_old") });
    await expect(hopeless.usage()).rejects.toMatchObject({ code: "token_unknown" });
    const nobody = createDocket({ url: stack.url, token: () => null });
    await expect(nobody.usage()).rejects.toMatchObject({ code: "unauthorized", status: 401 });
  });

  it("tries again what was answered by nobody", async () => {
    let calls = 0;
    const patient = createDocket({
      url: stack.url,
      token,
      fetch: (...args) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new TypeError("fetch failed")) : fetch(...args);
      },
    });
    expect((await patient.usage()).month).toBeDefined();
    expect(calls).toBe(2);
  });
});

describe("automation by a program", () => {
  let automating: Docket;
  beforeAll(async () => {
    const made = await person.tokens.create("automation", ["automation", "documents:read", "upload"]);
    automating = createDocket({ url: stack.url, token: made.token });
  });

  it("makes, orders, tries, applies and takes back rules", async () => {
    const uploaded = await automating.upload(await fileOf(`${SAMPLES}brief.pdf`));
    const document = await automating.wait(uploaded.document_id);
    const { rules } = automating;
    const first = await rules.create({ name: "First", actions: { add_tags: ["first"] } });
    const second = await rules.create({ name: "Second", actions: { add_tags: ["second"] } });
    expect((await rules.reorder([second.id, first.id])).map(({ name }) => name)).toEqual(["Second", "First"]);
    const replaced = await rules.replace(first.id, { name: "Off", actions: { add_tags: ["off"] }, enabled: false });
    expect(replaced).toMatchObject({ name: "Off", enabled: false });
    const changes = await allOf(rules.allOfDryRun([{ actions: { add_tags: ["tried"] } }]));
    expect(changes.map((one) => one.document_id)).toContain(document.id);
    const run = await rules.apply();
    await waitUntil(async () => (await rules.run(run.id)).state === "done", { interval: 200 });
    expect((await automating.get(document.id)).tags).toEqual(expect.arrayContaining(["second"]));
    expect((await rules.undo(run.id)).state).toBe("undoing");
    await waitUntil(async () => (await rules.run(run.id)).state === "undone", { interval: 200 });
    expect((await automating.get(document.id)).tags).toEqual(document.tags);
    expect((await rules.runs())[0]!.id).toBe(run.id);
    for (const { id } of await rules.list()) await rules.delete(id);
    await expect(rules.get(first.id)).rejects.toMatchObject({ code: "not_found", status: 404 });
    await expect(docket.rules.list()).rejects.toMatchObject({ code: "scope_missing" });
  });

  it("makes webhooks, addresses and links, shows their secrets once, and ends them", async () => {
    const { webhooks, inboxAddresses, uploadLinks, shareLinks } = automating;
    const webhook = await webhooks.create({ url: "https://docket.invalid", events: ["document.completed"] });
    expect(webhook.secret).toMatch(/^whsec_/);
    expect(await webhooks.list()).not.toContainEqual(expect.objectContaining({ secret: expect.anything() }));
    expect((await webhooks.rotateSecret(webhook.id)).secret).not.toBe(webhook.secret);
    const { delivery_id } = await webhooks.test(webhook.id);
    expect((await webhooks.deliveries(webhook.id)).deliveries.map(({ id }) => id)).toEqual([delivery_id]);
    expect(await webhooks.edit(webhook.id, { enabled: false })).toMatchObject({ enabled: false });
    await expect(webhooks.redeliver(delivery_id)).rejects.toMatchObject({ code: "not_allowed_now" });
    await webhooks.delete(webhook.id);

    const address = await inboxAddresses.create({ name: "Bills", allowed_senders: ["acme.example"] });
    expect(address.local_part).toMatch(/^inbox-/);
    expect(await inboxAddresses.refused(address.id)).toEqual([]);
    expect((await inboxAddresses.revoke(address.id)).revoked_at).not.toBeNull();

    const { id } = (await automating.list()).documents[0]!;
    const shared = await shareLinks.create(id, { most_openings: 1 });
    const opening = { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } };
    expect((await fetch(shared.url, opening)).status).toBe(200);
    expect(await shareLinks.list(id)).toMatchObject([{ openings: 1 }]);
    expect((await shareLinks.revoke(shared.id)).revoked_at).not.toBeNull();
    expect((await fetch(shared.url, opening)).status).toBe(404);

    const wanted = await uploadLinks.create({ title: "Receipts", most_files: 2, tags: ["receipt"] });
    expect(await (await fetch(wanted.url, { headers: { Accept: "application/json" } })).json()).toMatchObject({
      title: "Receipts",
    });
    expect((await uploadLinks.revoke(wanted.id)).revoked_at).not.toBeNull();
    expect(await uploadLinks.list()).toHaveLength(1);
  });
});

describe("a signed-in user", () => {
  it("makes, lists and revokes tokens", async () => {
    const made = await person.tokens.create("script", ["documents:read"]);
    expect((await person.tokens.list()).find(({ id }) => id === made.id)).toMatchObject({ revoked_at: null });
    const other = createDocket({ url: stack.url, token: made.token });
    await other.list();
    await person.tokens.revoke(made.id);
    await expect(other.list()).rejects.toMatchObject({ code: "token_revoked" });
    await expect(person.tokens.create("", [])).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("watches changes, and is told what is there when the watching begins", async () => {
    const seen = new Map<string, Document>();
    let connected = false;
    const end = person.watch({
      onDocument: (document) => seen.set(document.id, document),
      onConnection: (is) => (connected = is),
    });
    await waitUntil(() => connected && seen.size >= 2);
    const { document_id } = await person.upload(await fileOf(`${FIXTURES}minutes.docx`));
    await waitUntil(() => seen.get(document_id)?.status === "completed");
    end();
  });
});

it("runs in Deno", async () => {
  const script = `import { createDocket } from ${JSON.stringify(INDEX)};
    const docket = createDocket({ url: ${JSON.stringify(stack.url)}, token: ${JSON.stringify(token)} });
    console.log((await docket.list()).documents.length);`;
  const { stdout } = await promisify(execFile)(denoBinary(), [
    "eval",
    "--no-lock",
    "--no-remote",
    "--node-modules-dir=manual",
    script,
  ]);
  expect(Number(stdout)).toBeGreaterThan(1);
});

it("adds at most 15 KB to a page", async () => {
  const { outputFiles } = await build({
    entryPoints: [INDEX],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(15_000);
});
