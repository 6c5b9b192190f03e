// Documents for programs: every operation of the function api and of the others, with an API token and with an access token.
import { readFile } from "node:fs/promises";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorAnswer } from "../../supabase/functions/_shared/contract/answers.ts";
import { API_OPERATIONS, type Operation, OPERATIONS } from "../../supabase/functions/_shared/contract/operations.ts";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { eventsOf, FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";

let stack: TemporaryStack;
let user: User;
let stranger: User;
let document: string;
let theirs: string;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  [user, stranger] = [await signUp(stack), await signUp(stack)];
  [{ id: document }, { id: theirs }] = await Promise.all([
    user.process(`${SAMPLES}download-3.pdf`),
    stranger.process(`${SAMPLES}brief.pdf`),
  ]);
}, 120_000);
afterAll(() => stack?.stop());

const ALL = ["documents:read", "documents:write", "upload"];
async function tokenOf(owner: User, scopes: string[] = ALL): Promise<{ id: string; token: string }> {
  const { data, error } = await owner.supabase.rpc("create_api_token", { name: "test", scopes });
  if (error) throw new Error(error.message);
  return data;
}
const request = (method: string, path: string, token?: string, body?: BodyInit | object) =>
  fetch(`${stack.url}/functions/v1${path}`, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && !(body instanceof FormData) && { "Content-Type": "application/json" }),
    },
    ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
const runOf = async (id: string) =>
  (await stack.sql(`select id from public.metadata_runs where document_id = '${id}'`))[0]!.id;

/** What each operation is called with: a document, and what goes beside it. */
async function callOf(operation: Operation, id: string): Promise<[path: string, body?: FormData | object]> {
  const form = new FormData();
  form.append("file", new Blob([await readFile(`${FIXTURES}mail.eml`)]), "mail.eml");
  const failed = (
    await stack.sql(`select id from public.documents where status = 'failed' and user_id = '${user.id}'`)
  )[0];
  const bodies: Record<string, FormData | object> = {
    uploadFile: form,
    retryDocument: { document_id: failed?.id ?? id },
    describeDocument: { document_id: id },
    editDocument: { summary: `Edited ${crypto.randomUUID()}.` },
    addTags: { tags: [crypto.randomUUID()] },
    undoRun: { run_id: Number(await runOf(id)), fields: ["document_type"] },
    unlockFields: { fields: ["summary"] },
  };
  return [operation.path.replace("{document_id}", id), bodies[operation.id]];
}

describe("the OpenAPI document", () => {
  it("is served to everybody, valid, and has every operation once", async () => {
    const response = await request("GET", "/api/openapi.json");
    const served = (await response.json()) as any;
    expect(response.status).toBe(200);
    expect(await new Validator().validate(served)).toEqual({ valid: true });
    expect(served.servers).toEqual([{ url: `${stack.url}/functions/v1` }]);
    const ids = Object.values(served.paths).flatMap((path: any) => Object.values(path).map((o: any) => o.operationId));
    expect(ids.sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });
});

describe("every operation", () => {
  // Deleting comes last.
  const ordered = [...OPERATIONS].sort((a, b) => Number(a.id === "deleteDocument") - Number(b.id === "deleteDocument"));

  it("answers by its schema, with an API token that has its scope alone", async () => {
    const encrypted = await user.process(`${FIXTURES}encrypted.pdf`);
    expect(encrypted.status).toBe("failed");
    for (const operation of ordered) {
      const { token } = await tokenOf(user, [operation.scope]);
      const [path, body] = await callOf(operation, document);
      const response = await request(operation.method, path, token, body);
      if (operation.streams) {
        const events = await eventsOf(response);
        for (const event of events) expect(operation.answer.safeParse(event).error, operation.id).toBeUndefined();
        expect(events.at(-1)).toMatchObject({ complete: true });
        continue;
      }
      const answer = await response.json();
      expect([operation.id, response.status, answer]).toEqual([operation.id, operation.status, answer]);
      expect(operation.answer.safeParse(answer).error, `${operation.id}: ${JSON.stringify(answer)}`).toBeUndefined();
    }
    document = (await user.process(`${SAMPLES}download-3.pdf`)).id;
  }, 60_000);

  it.each(API_OPERATIONS.map((operation) => [operation.id, operation] as const))(
    "%s refuses no token, a forged, a revoked, an expired and an under-scoped one by name",
    async (_, operation) => {
      const [path, body] = await callOf(operation, document);
      const codeWith = async (token?: string) => {
        const response = await request(operation.method, path, token, body);
        return [response.status, ErrorAnswer.parse(await response.json()).code];
      };
      expect(await codeWith()).toEqual([401, "unauthorized"]);
      expect(await codeWith(`dkt_${"0".repeat(48)}`)).toEqual([401, "token_unknown"]);
      const other = await tokenOf(
        user,
        ALL.filter((scope) => scope !== operation.scope),
      );
      expect(await codeWith(other.token)).toEqual([403, "scope_missing"]);
      const made = await tokenOf(user);
      await user.supabase.rpc("revoke_api_token", { token_id: made.id });
      expect(await codeWith(made.token)).toEqual([401, "token_revoked"]);
      const old = await tokenOf(user);
      await stack.sql(
        `update public.api_tokens set created_at = now() - interval '2 days', expires_at = now() where id = '${old.id}'`,
      );
      expect(await codeWith(old.token)).toEqual([401, "token_expired"]);
    },
  );

  it("shows and changes nothing of another's, by a token or an access token", async () => {
    const made = await tokenOf(user);
    const rows = () => stack.sql(`select * from public.documents where id = '${theirs}'`);
    const before = await rows();
    for (const operation of OPERATIONS.filter(({ id }) => id !== "uploadFile")) {
      for (const token of [made.token, user.token]) {
        const [path, body] = await callOf(operation, theirs);
        const others = body && "document_id" in body ? { ...body, document_id: theirs } : body;
        const response = await request(operation.method, path, token, others);
        const text = await response.text();
        if (path.includes(theirs) || others !== body)
          expect([operation.id, response.status]).toEqual([operation.id, 404]);
        expect(text).not.toContain(theirs);
      }
    }
    expect(await rows()).toEqual(before);
  });

  it("refuses unknown fields and parameters by their names", async () => {
    for (const operation of OPERATIONS) {
      const [path, body] = await callOf(operation, document);
      const asJson = operation.form ? {} : body;
      const response = asJson
        ? await request(operation.method, path, user.token, { ...asJson, bogus_field: 1 })
        : await request(operation.method, `${path}?bogus_field=1`, user.token);
      const answer = ErrorAnswer.parse(await response.json());
      expect([operation.id, response.status, answer.code]).toEqual([operation.id, 400, "invalid_request"]);
      expect(answer.message).toContain("bogus_field");
    }
  });

  it("answers with an access token as with an API token", async () => {
    const { token } = await tokenOf(user);
    for (const path of [
      "/api/documents",
      `/api/documents/${document}`,
      `/api/documents/${document}/values`,
      "/api/tags",
    ]) {
      const [one, other] = await Promise.all([token, user.token].map((t) => request("GET", path, t)));
      expect(await one!.json()).toEqual(await other!.json());
    }
  });
});

it("lists page by page, and refuses a cursor that is none", async () => {
  const { token } = await tokenOf(user, ["documents:read"]);
  const seen: string[] = [];
  for (let after = ""; ; ) {
    const response = await request("GET", `/api/documents?page_size=1&sort=name${after && `&after=${after}`}`, token);
    const { documents, next } = (await response.json()) as { documents: { id: string }[]; next: string | null };
    seen.push(...documents.map(({ id }) => id));
    if (!next) break;
    after = next;
  }
  const all = await stack.sql(`select id from public.documents where user_id = '${user.id}'`);
  expect(seen.sort()).toEqual(all.map(({ id }) => id).sort());
  for (const after of ["x", "bnVsbA", "%00"]) {
    const response = await request("GET", `/api/documents?after=${after}`, token);
    expect([after, response.status]).toEqual([after, 400]);
  }
});

it("filters by amount and currency, corrects both, and adds up", async () => {
  const { token } = await tokenOf(user);
  const json = async (...args: Parameters<typeof request>) => (await (await request(...args)).json()) as any;
  const edited = await json("PATCH", `/api/documents/${document}`, token, { amount: 41.5, currency: "EUR" });
  expect(edited).toMatchObject({ amount: 41.5, currency: "EUR", locked_fields: expect.arrayContaining(["amount"]) });
  const found = async (query: string) => (await json("GET", `/api/documents?${query}`, token)).documents;
  expect(await found("amount_from=41&amount_to=42&currencies=EUR&sort=-amount")).toMatchObject([{ id: document }]);
  expect(await found("amount_from=42&currencies=EUR")).toEqual([]);
  const { sums } = await json("GET", "/api/sums?currencies=EUR&group_by=correspondent&documents_each=3", token);
  expect(sums).toMatchObject([{ documents: 1, total: 41.5, amounts: [{ document_id: document, quote: null }] }]);
  const wrong = await request("PATCH", `/api/documents/${document}`, token, { currency: "EURO" });
  expect(wrong.status).toBe(400);
});

it("gives a file by a link", async () => {
  const { token } = await tokenOf(user, ["documents:read"]);
  const { signed_url } = (await (await request("GET", `/api/documents/${document}/file`, token)).json()) as any;
  const bytes = new Uint8Array(await (await fetch(signed_url)).arrayBuffer());
  expect(bytes).toEqual(new Uint8Array(await readFile(`${SAMPLES}download-3.pdf`)));
});

it.each([
  ["GET", "/api/nothing", 404, "not_found"],
  ["GET", "/api", 404, "not_found"],
  ["POST", "/api/usage", 405, "method_not_allowed"],
  ["PUT", "/api/usage", 405, "method_not_allowed"],
  ["GET", "/api/documents/not-an-id", 400, "invalid_request"],
  ["GET", "/api/documents?page_size=0", 400, "invalid_request"],
  ["GET", "/api/documents?page_size=1&page_size=2", 400, "invalid_request"],
  ["GET", "/api/documents?sort=nothing", 400, "invalid_request"],
  ["GET", "/api/documents?date_from=2026-02-30", 400, "invalid_request"],
  ["GET", "/api/documents?amount_from=much", 400, "invalid_request"],
  ["GET", "/api/sums?group_by=user_id", 400, "invalid_request"],
  ["GET", "/api/sums?documents_each=51", 400, "invalid_request"],
])("%s %s is %i %s", async (method, path, status, code) => {
  const response = await request(method, path, user.token);
  expect([response.status, await response.json()]).toMatchObject([status, { code }]);
});

it("says which rule an edit breaks", async () => {
  const response = await request("PATCH", `/api/documents/${document}`, user.token, { display_name: " " });
  expect([response.status, await response.json()]).toMatchObject([400, { code: "invalid_request" }]);
});
