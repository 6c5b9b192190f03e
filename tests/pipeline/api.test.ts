// Documents for programs: every operation of the function api and of the others, with an API token and with an access token.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Validator } from "@seriousme/openapi-schema-validator";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorAnswer } from "../../supabase/functions/_shared/contract/answers.ts";
import {
  ALL_OPERATIONS,
  API_OPERATIONS,
  type Operation,
  OPERATIONS,
} from "../../supabase/functions/_shared/contract/operations.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { eventsOf, FIXTURES, SAMPLES, signUp, type User } from "../../testing/user.ts";
import { atRest } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
let stranger: User;
let document: string;
let theirs: string;
let schema: string;
let theirSchema: string;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  [user, stranger] = [await signUp(stack), await signUp(stack)];
  [{ id: document }, { id: theirs }] = await Promise.all([
    user.process(`${SAMPLES}download-3.pdf`),
    stranger.process(`${SAMPLES}brief.pdf`),
  ]);
  [schema, theirSchema] = [await schemaOf(user), await schemaOf(stranger)];
});
afterAll(() => stack?.stop());

const ALL = ["documents:read", "documents:write", "upload", "automation"];
async function tokenOf(owner: User, scopes: string[] = ALL): Promise<{ id: string; token: string }> {
  const { data, error } = await owner.supabase.rpc("create_api_token", { name: "test", scopes });
  if (error) throw new Error(error.message);
  return data;
}
const underScoped = new Map<string, Promise<{ token: string }>>();
/** A token that has all scopes but this one. A user may have only so many tokens. */
async function tokenWithout(scope: string): Promise<string> {
  if (!underScoped.has(scope))
    underScoped.set(
      scope,
      tokenOf(
        user,
        ALL.filter((one) => one !== scope),
      ),
    );
  return (await underScoped.get(scope)!).token;
}
async function schemaOf(owner: User): Promise<string> {
  const fields = {
    type: "object",
    properties: {
      number: { type: "string" },
      total: { type: "object", format: "money" },
      items: { type: "array", items: { type: "object", properties: { price: { type: "number" } } } },
    },
  };
  const { data, error } = await owner.supabase
    .from("extraction_schemas")
    .insert({ name: "Invoices: 2026", fields })
    .select("id")
    .single();
  if (error) throw new Error(error.message);
  return data.id;
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

type Things = Record<
  "rule_id" | "rule_run_id" | "webhook_id" | "delivery_id" | "address_id" | "upload_link_id" | "share_link_id",
  string
>;
const things = new Map<User, Promise<Things>>();
/** What a user has beside documents. */
const thingsOf = (owner: User): Promise<Things> => {
  if (!things.has(owner)) things.set(owner, makeThings(owner));
  return things.get(owner)!;
};
async function makeThings(owner: User): Promise<Things> {
  const made = async (name: string, args: object): Promise<string> => {
    const { data, error } = await owner.supabase.rpc(name, args);
    if (error) throw new Error(error.message);
    return data.id;
  };
  const one = async (sql: string): Promise<string> => String((await stack.sql(sql))[0]!.id);
  const webhook_id = await made("create_webhook", { url: "https://docket.invalid", events: ["document.failed"] });
  return {
    webhook_id,
    delivery_id: await one(
      `insert into public.webhook_deliveries (endpoint_id, user_id, line, event_type, payload) values ('${webhook_id}', '${owner.id}', gen_random_uuid(), 'webhook.test', '{}') returning id`,
    ),
    rule_id: await one(
      `insert into public.rules (user_id, name, actions) values ('${owner.id}', gen_random_uuid(), '{"add_tags": ["a"]}') returning id`,
    ),
    rule_run_id: await one(`insert into public.rule_runs (user_id, state) values ('${owner.id}', 'done') returning id`),
    address_id: await made("create_inbox_address", { name: "Invoices" }),
    upload_link_id: await made("create_upload_link", { title: "Receipts" }),
    share_link_id: await made("create_share_link", { document_id: owner === user ? document : theirs }),
  };
}

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
    suggestSchema: { suggest_from: [id] },
    editDocument: { summary: `Edited ${crypto.randomUUID()}.` },
    addTags: { tags: [crypto.randomUUID()] },
    undoRun: { run_id: Number(await runOf(id)), fields: ["document_type"] },
    unlockFields: { fields: ["summary"] },
    changeRetention: { keep_until: null },
    createRule: { name: crypto.randomUUID(), conditions: { tags: ["x"] }, actions: { add_tags: ["y"] } },
    replaceRule: { name: crypto.randomUUID(), actions: { name: "{date}" }, enabled: false },
    reorderRules: {
      rule_ids: (await stack.sql(`select id from public.rules where user_id = '${user.id}' order by id`)).map(
        (r) => r.id,
      ),
    },
    dryRunRules: { rules: [{ actions: { add_tags: ["tried"] } }], page_size: 1 },
    applyRules: {},
    createWebhook: { url: "https://docket.invalid/made", events: ["document.completed"] },
    editWebhook: { description: "Edited.", events: ["document.read"] },
    createInboxAddress: { name: "Bills", allowed_senders: ["acme.example"], tags: ["bill"] },
    createUploadLink: { title: "Papers", most_files: 3 },
    createShareLink: { with_text: true, most_openings: 2, password: "correct horse" },
  };
  // One rule run is under way at a time, and a message is skipped while it waits.
  if (operation.id.endsWith("RuleRun") || operation.id === "applyRules")
    await stack.sql(`update public.rule_runs set state = 'done' where user_id = '${user.id}'`);
  if (operation.id === "skipDelivery") await stack.sql("update public.webhook_deliveries set state = 'waiting'");
  const { upload_link_id, share_link_id, ...others } = await thingsOf(id === theirs ? stranger : user);
  const ids: Record<string, string> = {
    ...others,
    document_id: id,
    schema_id: id === theirs ? theirSchema : schema,
    link_id: operation.id.includes("UploadLink") ? upload_link_id : share_link_id,
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
  return [operation.id === "exportRows" ? `${path}?format=csv` : path, bodies[operation.id]];
}

describe("the OpenAPI document", () => {
  it("is served to everybody, valid, and has every operation once", async () => {
    const response = await request("GET", "/api/openapi.json");
    const served = (await response.json()) as any;
    expect(response.status).toBe(200);
    expect(await new Validator().validate(served)).toEqual({ valid: true });
    expect(served.servers).toEqual([{ url: `${stack.url}/functions/v1` }]);
    const ids = Object.values(served.paths).flatMap((path: any) => Object.values(path).map((o: any) => o.operationId));
    expect(ids.sort()).toEqual(ALL_OPERATIONS.map(({ id }) => id).sort());
  });

  it("has every function of the project", async () => {
    const served = (await (await request("GET", "/api/openapi.json")).json()) as any;
    const entries = await readdir(fileURLToPath(new URL("../../supabase/functions", import.meta.url)), {
      withFileTypes: true,
    });
    const functions = entries.filter((one) => one.isDirectory() && !one.name.startsWith("_")).map(({ name }) => name);
    const named = new Set(Object.keys(served.paths).map((path) => path.split("/")[1]!));
    expect([...named].sort()).toEqual(functions.sort());
  });

  it("has both calls of a path that takes two", async () => {
    const { paths } = (await (await request("GET", "/api/openapi.json")).json()) as any;
    const { requestBody, responses } = paths["/extract"].post;
    expect(requestBody.content["application/json"].schema.anyOf).toMatchObject([
      { required: ["suggest_from"] },
      { required: ["document_id", "schema_id"] },
    ]);
    expect(Object.keys(responses["200"].content)).toEqual(["application/json", "text/event-stream"]);
  });
});

describe("every operation", () => {
  // Deleting comes last, and the document after what belongs to it.
  const place = ({ id, method }: Operation) => Number(method === "DELETE") + Number(id === "deleteDocument");
  const ordered = [...OPERATIONS].sort((a, b) => place(a) - place(b));

  it("answers by its schema, with an API token that has its scope alone", async () => {
    const encrypted = await user.process(`${FIXTURES}encrypted.pdf`);
    expect(encrypted.status).toBe("failed");
    const scoped: Record<string, string> = {};
    for (const operation of ordered) {
      scoped[operation.scope] ??= (await tokenOf(user, [operation.scope])).token;
      const [path, body] = await callOf(operation, document);
      const response = await request(operation.method, path, scoped[operation.scope], body);
      if (operation.streams) {
        const events = await eventsOf(response);
        for (const event of events) expect(operation.answer.safeParse(event).error, operation.id).toBeUndefined();
        expect(events.at(-1)).toMatchObject({ complete: true });
        continue;
      }
      if (operation.files) {
        expect([response.status, operation.files]).toEqual([
          operation.status,
          expect.arrayContaining([response.headers.get("content-type")!.split(";")[0]]),
        ]);
        await response.body?.cancel();
        continue;
      }
      const answer = await response.json();
      expect([operation.id, response.status, answer]).toEqual([operation.id, operation.status, answer]);
      expect(operation.answer.safeParse(answer).error, `${operation.id}: ${JSON.stringify(answer)}`).toBeUndefined();
    }
    document = (await user.process(`${SAMPLES}download-3.pdf`)).id;
    things.clear();
  });

  it.each(API_OPERATIONS.map((operation) => [operation.id, operation] as const))(
    "%s refuses no token, a forged, a revoked, an expired and an under-scoped one by name",
    async (_, operation) => {
      const [path, body] = await callOf(operation, document);
      const bogus = `${path}${path.includes("?") ? "&" : "?"}bogus_field=1`;
      const codeWith = async (token?: string) => {
        const [code, codeOfWrongOne] = await Promise.all(
          [path, bogus].map(async (asked) => {
            const response = await request(operation.method, asked, token, body);
            return [response.status, ErrorAnswer.parse(await response.json()).code];
          }),
        );
        // Whatever else is wrong with a request: the token comes first.
        expect(codeOfWrongOne).toEqual(code);
        return code;
      };
      expect(await codeWith()).toEqual([401, "unauthorized"]);
      expect(await codeWith(`dkt_${"0".repeat(48)}`)).toEqual([401, "token_unknown"]);
      expect(await codeWith(await tokenWithout(operation.scope))).toEqual([403, "scope_missing"]);
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
    await atRest(stack, theirs);
    const before = await rows();
    for (const operation of OPERATIONS.filter(({ id }) => id !== "uploadFile")) {
      for (const token of [made.token, user.token]) {
        const [path, body] = await callOf(operation, theirs);
        const others = body && "document_id" in body ? { ...body, document_id: theirs } : body;
        const response = await request(operation.method, path, token, others);
        const text = await response.text();
        if (operation.path.includes("{") || others !== body)
          expect([operation.id, response.status]).toEqual([operation.id, 404]);
        const { delivery_id: _, ...ids } = await thingsOf(stranger);
        for (const id of [theirs, theirSchema, ...Object.values(ids)]) expect(text).not.toContain(id);
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
        : await request(operation.method, `${path}${path.includes("?") ? "&" : "?"}bogus_field=1`, user.token);
      const answer = ErrorAnswer.parse(await response.json());
      expect([operation.id, response.status, answer.code]).toEqual([operation.id, 400, "invalid_request"]);
      expect(answer.message).toContain("bogus_field");
    }
  });

  it("refuses unknown conditions and actions by their names", async () => {
    const wrong = { conditions: { sender: ["Acme"], tags: ["a"] }, actions: { delete: true, add_tags: ["a"] } };
    for (const [path, body] of [
      ["/api/rules", { name: "Wrong", ...wrong }],
      ["/api/rules/dry-run", { rules: [wrong] }],
    ] as const) {
      const response = await request("POST", path, user.token, body);
      const answer = ErrorAnswer.parse(await response.json());
      expect([response.status, answer.code]).toEqual([400, "invalid_request"]);
      for (const name of ["sender", "delete"]) expect(answer.message).toContain(`"${name}"`);
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

describe("the table of a schema", () => {
  const get = async (path: string) => request("GET", `/api/schemas/${schema}/${path}`, (await tokenOf(user)).token);
  const json = async (path: string) => (await (await get(path)).json()) as any;

  beforeAll(async () => {
    for (const [n, number] of ["=1+1", 'N "2"', "@SUM(A1)\u0001"].entries()) {
      const [copy] = (await stack.sql(
        `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
        select user_id, filename, id || '-${n}', mime_type, byte_size, encode(sha256('${n}'), 'hex'), 'completed', 'Copy ${n}' from public.documents where id = '${document}' returning id`,
      )) as [{ id: string }];
      await stack.sql(`delete from public.extractions where document_id = '${copy.id}'`);
      await stack.sql(`with made as (
          insert into public.extractions (document_id, schema_id, user_id, schema_version, status, created_at)
          values ('${copy.id}', '${schema}', '${user.id}', 1, 'completed', now() - ${n} * interval '1 hour') returning *)
        insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page, quote, proof)
        select made.id, cells.path, line, user_id, document_id, schema_id, cells.value, 1, 'Total', 'quote' from made, (values
          ('number', 0, to_jsonb(${number.includes("\u0001") ? `'@SUM(A1)' || chr(1)` : `'${number}'`}::text)),
          ('total', 0, jsonb_build_object('amount', ${n - 1}.5, 'currency', 'EUR')),
          ('items.price', 0, to_jsonb(${n})), ('items.price', 1, to_jsonb(${n} + 0.25))) as cells (path, line, value)`);
    }
  });

  it("comes in pages, filtered and in an order, with the proof of each value", async () => {
    const first = await json("rows?sort=-total&page_size=2&evidence=true");
    expect(first.rows.map(({ values }: any) => values.total.amount)).toEqual([1.5, 0.5]);
    expect(first.rows[0].evidence.total).toEqual({ proof: "quote", page: 1, quote: "Total", note: null });
    const second = await json(`rows?sort=-total&page_size=2&after=${first.next}`);
    expect(second).toMatchObject({ rows: [{ values: { total: { amount: -1.5 } } }], next: null });
    const where = (...conditions: string[]) => conditions.map((one) => `where=${encodeURIComponent(one)}`).join("&");
    expect((await json(`rows?${where("total>=0 EUR", "number~n")}`)).rows).toMatchObject([{ name: "Copy 1" }]);
    expect((await json(`rows?${where("!number")}`)).rows).toEqual([]);
    expect((await json(`rows?line_items=items&${where("items.price=2.25")}`)).rows).toMatchObject([{ row_number: 1 }]);
    expect(await json(`sums?${where("total<1")}`)).toEqual([
      { path: "items.price", currency: null, count: 4, sum: 2.5 },
      { path: "total", currency: "EUR", count: 2, sum: -1 },
    ]);
  });

  it("is a file for spreadsheets, in which no text is a formula", async () => {
    const csv = await get("export?format=csv&sort=number");
    expect(csv.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''Invoices%3A%202026.csv");
    const bytes = new Uint8Array(await csv.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(bytes).split("\r\n");
    expect(lines[0]).toBe('"document_id","name","status","number","total","total_currency"');
    const cells = lines.slice(1, -1).map((line) => line.slice(line.indexOf(",") + 1));
    expect(cells.sort()).toEqual([
      `"Copy 0","completed","'=1+1",-1.5,"EUR"`,
      `"Copy 1","completed","N ""2""",0.5,"EUR"`,
      `"Copy 2","completed","'@SUM(A1)\u0001",1.5,"EUR"`,
    ]);
    const lined = await (await get("export?format=csv&line_items=items")).text();
    expect(lined.split("\r\n")[0]).toContain('"items.row"');
    expect(lined.split("\r\n")).toHaveLength(8);
  });

  it("is a workbook with numbers as numbers and texts as texts", async () => {
    const file = await get("export?format=xlsx");
    const parts = unzipSync(new Uint8Array(await file.arrayBuffer()));
    const sheet = new TextDecoder().decode(parts["xl/worksheets/sheet1.xml"]);
    const texts = new TextDecoder().decode(parts["xl/sharedStrings.xml"] ?? new Uint8Array());
    expect(sheet).toContain("<v>-1.5</v>");
    expect(sheet).not.toContain("<f>");
    expect(sheet + texts).toContain("=1+1");
    expect(sheet + texts).toContain('N "2"');
    expect(sheet + texts).not.toContain("\u0001");
  });

  it("is JSON with the evidence", async () => {
    const rows = await json("export?format=json&where=total%3C0");
    expect(rows).toMatchObject([{ name: "Copy 0", values: { number: "=1+1" }, evidence: { number: { page: 1 } } }]);
    expect(await json("export?format=json&where=total%3E100")).toEqual([]);
  });

  it.each([
    ["rows?where=total", 200],
    ["rows?where=total%3E%3Dmuch", 400],
    ["rows?where=iban%3D1", 400],
    ["rows?where=%20or%20true", 400],
    ["rows?evidence=perhaps", 400],
    ["rows?sort=iban", 400],
    ["rows?line_items=total", 400],
    ["rows?after=bnVsbA", 400],
    ["export?format=pdf", 400],
    ["export?format=csv&where=iban%3D1", 400],
    ["export", 400],
  ])("%s is %i", async (path, status) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    if (status === 400) expect(await response.json()).toMatchObject({ code: "invalid_request" });
  });
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
