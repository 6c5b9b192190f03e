// What agents, visitors, mail providers and the database call, as the OpenAPI document tells it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { ErrorAnswer } from "../../supabase/functions/_shared/contract/answers.ts";
import { ALL_OPERATIONS, OPERATIONS } from "../../supabase/functions/_shared/contract/operations.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { eventsOf, SAMPLES, signUp, type User } from "../../testing/user.ts";

let stack: LentStack;
let user: User;
let document: string;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  document = (await user.process(`${SAMPLES}download-3.pdf`)).id;
});
afterAll(() => stack?.stop());

const JSON_TYPE = { "Content-Type": "application/json" };
const open = ALL_OPERATIONS.filter((operation) => !OPERATIONS.some(({ id }) => id === operation.id));
const MAIL = "From: a@acme.example\r\nSubject: An invoice\r\nMessage-ID: <1@acme.example>\r\n\r\nTo pay: 12.00 EUR";
/** What each is called with: path, body, headers. */
let calls: Record<string, [path: string, body?: string | FormData, headers?: Record<string, string>]>;

beforeAll(async () => {
  const made = async (name: string, args: object): Promise<any> => {
    const { data, error } = await user.supabase.rpc(name, args);
    if (error) throw new Error(error.message);
    return data;
  };
  const share = `/share/${(await made("create_share_link", { document_id: document, with_text: true })).token}`;
  const collect = `/collect/${(await made("create_upload_link", { title: "Receipts" })).token}`;
  const address = `${(await made("create_inbox_address", { name: "Bills" })).local_part}@in.example.com`;
  const form = (fields: Record<string, string>): FormData => {
    const filled = new FormData();
    for (const [name, value] of Object.entries(fields)) filled.append(name, value);
    return filled;
  };
  const { token } = await made("create_api_token", { name: "agent", scopes: ["documents:read"] });
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const file = { filename: "a.txt", byte_size: 3, mime_type: "text/plain", sha256: "a".repeat(64) };
  const accepts = { Accept: "application/json, text/event-stream" };
  calls = {
    callMcp: ["/mcp", JSON.stringify(ping), { ...JSON_TYPE, ...accepts, Authorization: `Bearer ${token}` }],
    lookAtShareLink: [share, undefined, { Accept: "application/json" }],
    openShareLink: [share, "{}", JSON_TYPE],
    lookAtUploadLink: [collect, undefined, { Accept: "application/json" }],
    handInFile: [collect, JSON.stringify(file), JSON_TYPE],
    receiveMail: [`/inbound/${encodeURIComponent(address)}`, MAIL, { "Content-Type": "message/rfc822" }],
    receiveMailFromPostmark: [
      "/inbound/postmark",
      JSON.stringify({ OriginalRecipient: address, RawEmail: MAIL.replace("<1@", "<2@") }),
      JSON_TYPE,
    ],
    receiveMailFromMailgun: ["/inbound/mailgun", form({ recipient: address, "body-mime": MAIL.replace("<1@", "<3@") })],
    receiveMailFromSendGrid: [
      "/inbound/sendgrid",
      form({ envelope: JSON.stringify({ to: [address], from: "a@acme.example" }), email: MAIL.replace("<1@", "<4@") }),
    ],
  };
  const invocation = JSON.stringify({ job_id: crypto.randomUUID(), token: crypto.randomUUID() });
  for (const { id, path } of open) if (id.startsWith("invoke")) calls[id] = [path, invocation, JSON_TYPE];
});
const send = (method: string, [path, body, headers]: (typeof calls)[string]) =>
  fetch(`${stack.url}/functions/v1${path}`, { method, ...(headers && { headers }), ...(body && { body }) });

// Amazon's messages are signed with a key of Amazon's: tests/functions/inbound has them.
it.each(open.filter(({ id }) => id !== "receiveMailFromAmazonSNS").map((one) => [one.id, one] as const))(
  "%s answers by its schema",
  async (id, { method, path, status, answer, takes }) => {
    const call = calls[id]!;
    const segments = (of: string): number => of.split("/").length;
    expect(segments(call[0])).toBe(segments(path));
    if (takes && call[2]) expect(call[2]["Content-Type"]).toBe(takes.type);
    const response = await send(method, call);
    const said = await response.json();
    expect([response.status, said]).toEqual([status, said]);
    expect(answer.safeParse(said).error, JSON.stringify(said)).toBeUndefined();
  },
);

it.each(open.filter(({ body }) => body).map((one) => [one.id, one] as const))(
  "%s refuses an unknown field, and says it by its schema",
  async (id, { method, refusal }) => {
    const [path, body, headers] = calls[id]!;
    const wrong = JSON.stringify({ ...JSON.parse(body as string), bogus_field: 1 });
    const response = await send(method, [path, wrong, headers]);
    const said = await response.json();
    // Without a job nobody says what is wrong: the token is all the authority there is.
    expect(response.status).toBe(id.startsWith("invoke") ? 401 : 400);
    expect((refusal ?? ErrorAnswer).safeParse(said).error, JSON.stringify(said)).toBeUndefined();
  },
);

it("answers a message without an id with nothing", async () => {
  const [path, , headers] = calls.callMcp!;
  const note = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
  const accepted = await send("POST", [path, note, headers]);
  expect([accepted.status, await accepted.text()]).toEqual([202, ""]);
});

it("applies a schema at the path that suggests one, and tells it by its schema", async () => {
  const { or } = OPERATIONS.find(({ id }) => id === "suggestSchema")!;
  const { data: schema } = await user.supabase
    .from("extraction_schemas")
    .insert({ name: "Totals", fields: { type: "object", properties: { total: { type: "object", format: "money" } } } })
    .select("id")
    .single();
  const events = await eventsOf(
    await send("POST", [
      "/extract",
      JSON.stringify({ document_id: document, schema_id: schema!.id }),
      { ...JSON_TYPE, Authorization: `Bearer ${user.token}` },
    ]),
  );
  for (const event of events) expect(or!.answer!.safeParse(event).error).toBeUndefined();
  expect(events.at(-1)).toMatchObject({ complete: true, extraction: { schema_id: schema!.id } });
});
