// Documents for agents, with the client of the Model Context Protocol's own SDK.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";

let stack: LentStack;
let user: User;
let stranger: User;
let document: string;
let theirs: string;
const open: Client[] = [];
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  [user, stranger] = [await signUp(stack), await signUp(stack)];
  [{ id: document }, { id: theirs }] = await Promise.all([
    user.process(`${SAMPLES}download-3.pdf`),
    stranger.process(`${SAMPLES}brief.pdf`),
  ]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(() => stack?.stop());

async function tokenOf(scopes: string[]): Promise<{ id: string; token: string }> {
  const { data, error } = await user.supabase.rpc("create_api_token", { name: "agent", scopes });
  if (error) throw new Error(error.message);
  return data;
}
async function connected(token: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${stack.url}/functions/v1/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  });
  await client.connect(transport as never);
  open.push(client);
  return client;
}
async function call(client: Client, name: string, args: object = {}): Promise<{ text: string; isError: boolean }> {
  const result = await client.callTool({ name, arguments: args as Record<string, unknown> });
  const [first] = result.content as { type: string; text: string }[];
  return { text: first!.text, isError: result.isError === true };
}
/** What is within the fence, and what is around it. */
function unfenced(text: string): { data: string; around: string } {
  const [, name, data] = /<(document-data-[0-9a-f]{8})>\n([\s\S]*)\n<\/\1>/.exec(text) ?? [];
  expect(text.split(`</${name}>`)).toHaveLength(2);
  return { data: data!, around: text.replace(data!, "").replaceAll(name!, "NAME") };
}
const dataOf = (text: string) => JSON.parse(unfenced(text).data);

describe("an agent with an API token", () => {
  it("searches, reads values with page and quote, and reads pages", async () => {
    const client = await connected((await tokenOf(["documents:read"])).token);
    const found = dataOf((await call(client, "search_documents", { query: "quillmark" })).text);
    expect(found.documents).toMatchObject([{ id: document, document_type: "invoice" }]);
    const got = dataOf((await call(client, "get_document", { document_id: document })).text);
    expect(got.values).toContainEqual(
      expect.objectContaining({
        field: "document_date",
        value: "2026-03-17",
        page: 1,
        quote: expect.stringContaining("17 March 2026"),
        verified: true,
      }),
    );
    const read = await call(client, "read_pages", { document_id: document, format: "markdown" });
    expect(unfenced(read.text).data).toMatch(/^## Page 1 of 1\n\nQuillmark Paper & Print Ltd/);
    expect(dataOf((await call(client, "list_tags")).text)).toContainEqual(expect.objectContaining({ tag: "invoice" }));
  });

  it("adds up amounts, each with the document, page and quote that prove it", async () => {
    const client = await connected((await tokenOf(["documents:read"])).token);
    const summed = async (args: object) => dataOf((await call(client, "sum_amounts", args)).text);
    const expected = { currency: "GBP", documents: 1, total: 965.76 };
    const { sums } = await summed({ query: "quillmark", group_by: "month" });
    expect(sums).toMatchObject([
      { ...expected, group_value: "2026-03", amounts: [{ document_id: document, page: 1 }] },
    ]);
    expect(sums[0].amounts[0].quote).toContain("965.76");
    expect((await summed({ amount_from: 966 })).sums).toEqual([]);
    expect((await summed({ currencies: ["GBP"], amount_to: 1000.5 })).sums).toMatchObject([expected]);
    expect(await call(client, "sum_amounts", { group_by: "user_id" })).toMatchObject({ isError: true });
  });

  it("reads documents as resources", async () => {
    const client = await connected((await tokenOf(["documents:read"])).token);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([`docket://documents/${document}`]);
    const { contents } = await client.readResource({ uri: resources[0]!.uri });
    expect(unfenced((contents[0] as { text: string }).text).data).toContain("Quillmark");
    await expect(client.readResource({ uri: `docket://documents/${theirs}` })).rejects.toMatchObject({ code: -32002 });
    await expect(client.readResource({ uri: "docket://documents/1" })).rejects.toMatchObject({ code: -32002 });
  });

  it("edits with documents:write, and is shown no tool for it without", async () => {
    const reader = await connected((await tokenOf(["documents:read"])).token);
    const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);
    expect(await names(reader)).toEqual([
      "search_documents",
      "get_document",
      "read_pages",
      "sum_amounts",
      "list_schemas",
      "schema_rows",
      "schema_sums",
      "list_tags",
    ]);
    const writer = await connected((await tokenOf(["documents:read", "documents:write"])).token);
    expect(await names(writer)).toEqual([...(await names(reader)), "add_tags", "correct_field"]);
    expect(dataOf((await call(writer, "add_tags", { document_id: document, tags: ["office"] })).text).tags).toContain(
      "office",
    );
    const corrected = await call(writer, "correct_field", { document_id: document, field: "language", value: "de" });
    expect(dataOf(corrected.text).language).toBe("de");
    const amount = await call(writer, "correct_field", { document_id: document, field: "amount", value: 965.76 });
    expect(dataOf(amount.text)).toMatchObject({ amount: 965.76, currency: "GBP" });
    const wrong = await call(writer, "correct_field", { document_id: document, field: "language", value: "german" });
    expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining("invalid_request") });
    await expect(call(reader, "add_tags", { document_id: document, tags: ["x"] })).rejects.toThrow("scope_missing");
  });

  it("sees nothing of another's", async () => {
    const client = await connected((await tokenOf(["documents:read", "documents:write"])).token);
    for (const [name, args] of [
      ["get_document", {}],
      ["read_pages", {}],
      ["add_tags", { tags: ["x"] }],
      ["correct_field", { field: "summary", value: "x" }],
    ] as const)
      expect(await call(client, name, { document_id: theirs, ...args })).toEqual({
        isError: true,
        text: "not_found: There is no such document, or it is not yours.",
      });
  });

  it("is refused with a token that was revoked, also between two calls", async () => {
    const made = await tokenOf(["documents:read"]);
    const client = await connected(made.token);
    await call(client, "list_tags");
    await user.supabase.rpc("revoke_api_token", { token_id: made.id });
    await expect(call(client, "list_tags")).rejects.toThrow("token_revoked");
    await expect(connected(made.token)).rejects.toThrow("token_revoked");
  });

  it("is told of wrong arguments by the protocol", async () => {
    const client = await connected((await tokenOf(["documents:read"])).token);
    for (const args of [{ document_id: "1" }, { document_id: document, bogus: 1 }, {}])
      expect(await call(client, "get_document", args)).toMatchObject({ isError: true });
    await expect(call(client, "no_such_tool")).rejects.toMatchObject({ code: -32602 });
  });
});

it("serves a signed-in user's access token too", async () => {
  const client = await connected(user.token);
  expect((await client.listTools()).tools).toHaveLength(10);
  expect(dataOf((await call(client, "search_documents")).text).documents).toHaveLength(1);
});

describe("the protocol", () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${stack.url}/functions/v1/mcp`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: {
        Authorization: `Bearer ${user.token}`,
        Accept: "application/json, text/event-stream",
        "Content-Type": "application/json",
        ...headers,
      },
    });
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

  it.each([
    ["no JSON", "{", {}, 400, -32700],
    ["no message", { hello: 1 }, {}, 400, -32600],
    ["a batch", [ping, ping], {}, 400, -32600],
    ["an unknown version", ping, { "mcp-protocol-version": "1999-01-01" }, 400, -32000],
    ["a client that takes no JSON", ping, { Accept: "text/html" }, 406, -32000],
    ["another type", ping, { "Content-Type": "text/plain" }, 415, -32000],
    ["an id that is an object", { ...ping, id: {} }, {}, 400, -32600],
    ["an unknown method", { ...ping, method: "nothing" }, {}, 200, -32601],
  ])("answers %s with its own error", async (_, body, headers, status, code) => {
    const response = await post(body, headers as unknown as Record<string, string>);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  });

  it.each([
    ["a call of an unknown tool", { ...ping, method: "tools/call", params: { name: "nothing" } }],
    ["wrong arguments", { ...ping, method: "tools/call", params: { name: "read_pages", arguments: { x: 1 } } }],
    ["a call that is none", { ...ping, id: {}, method: "tools/call" }],
    ["a call that wants no answer", { jsonrpc: "2.0", method: "tools/call", params: { name: "list_tags" } }],
    ["no message", { hello: 1 }],
    ["no JSON", "{"],
    ["a batch", [ping]],
    ["too much", { ...ping, id: "x".repeat(100_000) }],
  ])("says nothing of %s to whoever has no good token", async (_, body) => {
    const revoked = await tokenOf(["documents:read"]);
    await user.supabase.rpc("revoke_api_token", { token_id: revoked.id });
    const { token } = await tokenOf(["upload"]);
    for (const [given, status, code] of [
      [revoked.token, 401, "token_revoked"],
      [token, 403, "scope_missing"],
    ] as const) {
      const response = await post(body, { Authorization: `Bearer ${given}` });
      expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    }
  });

  it("says a huge id back, and refuses a huge body", async () => {
    const id = "x".repeat(50_000);
    expect(await (await post({ ...ping, id })).json()).toMatchObject({ id, result: {} });
    expect((await post({ ...ping, id: "x".repeat(100_000) })).status).toBe(413);
  });

  it("takes POST alone, from known callers", async () => {
    const url = `${stack.url}/functions/v1/mcp`;
    expect((await fetch(url, { headers: { Authorization: `Bearer ${user.token}` } })).status).toBe(405);
    const anonymous = await fetch(url, { method: "POST", body: "{}" });
    expect([anonymous.status, anonymous.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });
});
