// Webhooks in the database: which events become messages, in which order they are sent, and what becomes of those that do not arrive.
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { beforeEach, describe, expect, it } from "vitest";
import { CLOSED_ADDRESSES_MIGRATION, withClosedAddresses } from "../../scripts/closed-addresses-in-sql.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { closedRanges, isPublic } from "../../supabase/functions/webhooks/address.ts";
import { applySchema } from "../../testing/database/extractions.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { waitUntil } from "../../testing/waiting.ts";
import {
  BROKEN,
  claim,
  claimInvocation,
  complete,
  events,
  expire,
  failNext,
  held,
  INVOICE,
  readDocument,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let webhook: Record<string, any>;
withDatabase((made) => ({ database, user } = made));

const EVERY =
  "{document.uploaded,document.read,document.completed,document.extracted,document.edited,document.failed,document.deleted,document.trashed,document.restored}";
const make = async (types = "{document.completed}", owner = user, url = "https://example.com/hook") =>
  (await database.asUser(owner, "select public.create_webhook($1, $2) as made", [url, types]))[0]!.made;
beforeEach(async () => {
  webhook = await make();
});

const SENT = { status: 200, body: "ok", ms: 12, error: null };
const REFUSED = {
  status: 500,
  body: "no",
  ms: 12,
  error: { code: "status_refused", message: "The receiver answered 500.", final: false, retry_after_ms: null },
};
const GONE = { ...REFUSED, status: 410, error: { ...REFUSED.error, code: "gone", final: true } };

/** The newest invocation of the function that is good. */
async function take(): Promise<Claim> {
  const invocations = (await database.invocations())
    .filter((invocation) => invocation.function === "webhooks")
    .reverse();
  for (const invocation of invocations) {
    const claimed = await claimInvocation(database, invocation);
    if (claimed) return claimed;
  }
  throw new Error("There is no invocation of webhooks.");
}
const begin = async (claimed: Claim) => await database.rpc("begin_delivery", held(claimed));
const end = (claimed: Claim, delivery_id: number, result: object, take_next = false) =>
  database.rpc("end_delivery", { ...held(claimed), delivery_id, result, take_next });

/** One attempt of whatever is due. @returns the message */
async function attempt(result: object = SENT): Promise<Record<string, any>> {
  const claimed = await take();
  const { delivery } = await begin(claimed);
  await end(claimed, delivery.id, result);
  return { ...delivery, ...JSON.parse(delivery.body), job_id: claimed.job_id };
}
/** Lets the wait of every job be over, and gives them out. */
async function later(): Promise<void> {
  await database.sql("update public.webhook_endpoints set paused_until = paused_until - interval '1 day'");
  for (const { id } of await database.sql("select id from private.jobs where stage = 'webhooks' and state = 'queued'"))
    await expire(database, id);
  await sweep(database);
}
const deliveries = (): Promise<Record<string, any>[]> =>
  database.sql("select * from public.webhook_deliveries order by id");
const types = async (): Promise<string[]> => (await deliveries()).map(({ event_type }) => event_type);
const endpoint = async (): Promise<Record<string, any>> =>
  (await database.sql("select * from public.webhook_endpoints where id = $1", [webhook.id]))[0]!;

describe("a webhook", () => {
  it("is made with a secret that is shown once, and stands in Vault", async () => {
    expect(webhook).toMatchObject({ enabled: true, events: ["document.completed"], url: "https://example.com/hook" });
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await database.asUser(user, "select * from public.webhook_endpoints")).toEqual([
      expect.not.objectContaining({ secret: expect.anything() }),
    ]);
    const [kept] = await database.sql("select array_agg(decrypted_secret) as secrets from vault.decrypted_secrets");
    expect(kept!.secrets).toContain(webhook.secret);
  });

  it.each([
    ["no https", "http://example.com", "{document.read}"],
    ["this machine", "https://localhost/hook", "{document.read}"],
    ["this machine by its number", "http://127.0.0.1:8080/", "{document.read}"],
    ["a password in the address", "https://a:b@example.com", "{document.read}"],
    ["an unknown event", "https://example.com", "{document.eaten}"],
    ["no event", "https://example.com", "{}"],
    ["no address", null, "{document.read}"],
  ])("is refused with %s", async (_, url, wanted) => {
    await expect(make(wanted, user, url as string)).rejects.toMatchObject({ hint: "invalid_request", code: "PT400" });
  });

  it.each([
    ...["169.254.169.254", "[::1]", "10.0.0.1", "2130706433", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "0", "0."],
    ...["192.168.1.1:8443", "10.0.0.1.", "[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[fd00::1]:443", "[64:ff9b::a00:1]"],
    ...["168.63.129.16", "0xa9.0xfe.0xa9.0xfe", "2852039166", "①⓪.0.0.1", "１０.0.0.1", "10。0。0。1", "0XA.0.0.1"],
    ...[
      "017700000001",
      "127.0.0.2",
      "localhost.",
      "LOCALHOST",
      "a.localhost",
      "100.64.0.1",
      "224.0.0.1",
      "[::]",
      "[4000::1]",
    ],
    ...[
      "256.1.1.1",
      "1.2.3.4.5",
      "09.1.1.1",
      "0x100000000",
      "4294967296",
      "1.16777216",
      "[::1",
      "[x]",
      "1..2",
      "%31%30.0.0.1",
    ],
  ])("does not go to %s", async (host) => {
    await expect(make("{document.read}", user, `https://${host}/hook`)).rejects.toMatchObject({
      hint: "invalid_request",
      code: "PT400",
    });
    await expect(
      database.asUser(user, `update public.webhook_endpoints set url = 'https://${host}?x'`),
    ).rejects.toMatchObject({ hint: "invalid_request" });
  });

  it.each([
    ...["8.8.8.8", "134744072", "[2606:4700::1111]:8443", "10.example.com", "10.0.0.1.example.com", "bücher.example"],
    ...["0x7f.example.com", "xn--bcher-kva.example.", "a-1.b2", "1a", "fe80.de"],
  ])("goes to %s", async (host) => {
    await expect(make("{document.read}", user, `https://${host}/10.0.0.1?a=[::1]`)).resolves.toMatchObject({
      enabled: true,
    });
  });

  it("leads where an attempt would go: the database and the function have one list", async () => {
    const migration = await readFile(CLOSED_ADDRESSES_MIGRATION, "utf8");
    expect(withClosedAddresses(migration)).toBe(migration);
    const edges = closedRanges().flatMap((range) => {
      const [address, bits] = ipaddr.parseCIDR(range);
      const bytes = address.toByteArray();
      // The first and the last address of a range, and what stands before and after it.
      const moved = (by: number, fill: number) => {
        const whole = bytes.map((byte, index) => byte | (fill & (0xff >> Math.min(8, Math.max(0, bits - index * 8)))));
        for (let index = whole.length - 1, carry = by; index >= 0 && carry !== 0; index -= 1) {
          const sum = whole[index]! + carry;
          whole[index] = sum & 0xff;
          carry = sum >> 8;
        }
        return whole;
      };
      return [moved(0, 0), moved(-1, 0), moved(0, 0xff), moved(1, 0xff)].map((one) =>
        ipaddr.fromByteArray(one).toString(),
      );
    });
    const asked = [...edges, ...fc.sample(fc.ipV4(), 500), ...fc.sample(fc.ipV6(), 500)];
    const found = await database.sql(
      "select address, private.is_public_address(address::inet) as public from unnest($1::text[]) as address",
      [asked],
    );
    expect(found).toEqual(asked.map((address) => ({ address, public: isPublic(address) })));
  });

  it("reads the address of a host as a URL does", async () => {
    const number = fc.oneof(
      fc.nat(300),
      fc.nat(2 ** 32),
      fc.constantFrom(0, 255, 256, 65535, 65536, 16777215, 16777216),
    );
    const part = fc.tuple(number, fc.constantFrom(8, 10, 16)).map(([value, base]) => {
      const digits = value.toString(base);
      return base === 8 ? `0${digits}` : base === 16 ? `0x${digits}` : digits;
    });
    const hosts = fc.sample(fc.array(part, { minLength: 1, maxLength: 5 }), 1000).map((parts) => parts.join("."));
    const found = await database.sql(
      "select asked, host(private.address_of_host(asked)) as address from unnest($1::text[]) as asked",
      [hosts],
    );
    const read = (host: string) => (URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : null);
    expect(found).toEqual(hosts.map((asked) => ({ asked, address: read(asked) })));
  });

  it("may go to this machine, and by http, only when the project says so", async () => {
    await database.sql("update private.settings set loopback_webhooks = true");
    await expect(make("{document.read}", user, "http://127.0.0.1:8080/hook")).resolves.toMatchObject({ enabled: true });
    await expect(make("{document.read}", user, "http://2130706433:8080")).resolves.toMatchObject({ enabled: true });
    await expect(make("{document.read}", user, "https://[::1]")).resolves.toMatchObject({ enabled: true });
    await expect(make("{document.read}", user, "https://10.0.0.1")).rejects.toMatchObject({ hint: "invalid_request" });
    await expect(make("{document.read}", user, "http://127.0.0.1.example.com/")).rejects.toMatchObject({
      hint: "invalid_request",
    });
  });

  it("is one of 20 at most", async () => {
    await database.sql("update private.settings set webhooks_per_user = 1");
    await expect(make()).rejects.toMatchObject({ hint: "not_allowed_now" });
  });

  it("is changed and deleted by its owner alone, and its secret leaves Vault with it", async () => {
    const other = await database.user();
    await database.asUser(other, "update public.webhook_endpoints set enabled = false");
    await database.asUser(other, "delete from public.webhook_endpoints");
    expect(await endpoint()).toMatchObject({ enabled: true });
    await expect(
      database.asUser(user, "update public.webhook_endpoints set url = 'https://127.0.0.1'"),
    ).rejects.toMatchObject({ hint: "invalid_request" });
    await database.asUser(user, "delete from public.webhook_endpoints");
    expect(await database.sql("select from vault.secrets where name is null")).toEqual([]);
  });

  it("goes with its owner's account", async () => {
    await complete(database, user);
    await database.asUser(user, "select public.erase_account()");
    expect(await deliveries()).toEqual([]);
    expect(await database.sql("select from vault.secrets where name is null")).toEqual([]);
  });

  it("signs with two secrets for a day after a rotation, and with one after that", async () => {
    await complete(database, user);
    const rotate = async () =>
      (await database.asUser(user, "select public.rotate_webhook_secret($1) as rotated", [webhook.id]))[0]!.rotated;
    await rotate();
    const { secret } = await rotate();
    const claimed = await take();
    const { delivery } = await begin(claimed);
    expect(delivery.secrets).toHaveLength(2);
    expect(delivery.secrets[0]).toBe(secret);
    expect(delivery.secrets).not.toContain(webhook.secret);
    await database.sql("update private.webhook_secrets set expires_at = expires_at - interval '2 days'");
    expect((await begin(claimed)).delivery.secrets).toEqual([secret]);
    await database.sql("select private.prune_webhooks()");
    expect(await database.sql("select from vault.secrets where name is null")).toHaveLength(1);
  });
});

describe("an event", () => {
  it("becomes a message with ids and metadata, and never the text", async () => {
    const id = await complete(database, user, `${INVOICE}\nxylophone`);
    const sent = await attempt();
    expect(sent).toMatchObject({
      url: "https://example.com/hook",
      secrets: [webhook.secret],
      loopback: false,
      type: "document.completed",
      data: { document: { id, status: "completed", display_name: "Invoice - Acme - 2026-03-15.pdf", amount: 120 } },
    });
    expect(sent.data.document.tags).toEqual(["invoice", "acme"]);
    expect(sent.message_id).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(sent.body).not.toMatch(/xylophone|storage_path|15 March/);
    expect(await deliveries()).toMatchObject([
      { state: "delivered", attempts: 1, response_status: 200, response_body: "ok", error: null, document_id: id },
    ]);
  });

  it("becomes one for each webhook that wants it, and none of another user's", async () => {
    await make(EVERY);
    const other = await database.user();
    await make(EVERY, other);
    const id = await complete(database, user);
    await database.asUser(user, "update public.documents set summary = 'Mine.' where id = $1", [id]);
    expect(await types()).toEqual([
      "document.uploaded",
      "document.read",
      "document.completed",
      "document.completed",
      "document.edited",
    ]);
    expect((await deliveries()).every(({ user_id }) => user_id === user)).toBe(true);
    expect((await deliveries()).at(-1)!.payload.data).toMatchObject({
      fields: ["summary"],
      document: { summary: "Mine." },
    });
  });

  it("tells of a failure with its code, and of a new description that failed nothing", async () => {
    await make("{document.failed}");
    const id = await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    expect((await deliveries()).at(-1)).toMatchObject({
      event_type: "document.failed",
      payload: { data: { document: { id, status: "failed", error: { code: "broken_file" } } } },
    });
    await complete(database, user);
    const { document } = await claimAgain();
    expect(await statusOf(database, document!.id)).toBe("completed");
    expect(await types()).toEqual(["document.failed", "document.completed"]);
  });

  /** A new description of the completed document, which fails for good. */
  async function claimAgain(): Promise<Claim> {
    const [row] = await database.sql("select id from public.documents where status = 'completed'");
    await database.rpc("regenerate_metadata", { document_id: row!.id });
    await database.sql("update private.jobs set payload = payload - 'watched' where stage = 'metadata'");
    const [job] = await database.sql("select id from private.jobs where stage = 'metadata' and state = 'dispatched'");
    await expire(database, job!.id);
    await sweep(database);
    const claimed = await claim(database, "metadata");
    await database.rpc("fail_job", { ...held(claimed), error: BROKEN });
    return claimed;
  }

  it("tells the values of an extraction without the words they stand in", async () => {
    await make("{document.extracted}");
    const id = await complete(database, user);
    await applySchema(database, user, "forty");
    await database.sql(
      `select private.record_event(documents, 'extract', 'completed', 'Extracted.', jsonb_build_object('extractions',
        (select jsonb_agg(id) from public.extractions))) from public.documents where id = $1`,
      [id],
    );
    expect((await deliveries()).at(-1)!.payload.data.extractions).toEqual([
      expect.objectContaining({
        schema: "forty",
        status: "completed",
        more_values: 0,
        values: [{ path: "a", row: 0, value: "forty", proof: "person" }],
      }),
    ]);
  });

  it("of a deletion has the id alone, and takes the metadata out of the messages before it", async () => {
    await make("{document.completed,document.deleted}");
    const id = await complete(database, user);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await types()).toEqual(["document.completed", "document.completed", "document.deleted"]);
    const all = await deliveries();
    expect(JSON.stringify(all)).not.toContain("Acme");
    expect(all[0]!.payload.data.document).toEqual({ id, deleted: true });
    expect(all[2]!.payload.data.document).toEqual({ id });
    expect(await database.sql("select from public.document_events where document_id = $1", [id])).toEqual([]);
  });

  it("makes nothing for users without webhooks, or whose webhook is disabled", async () => {
    await database.asUser(user, "update public.webhook_endpoints set enabled = false");
    await complete(database, user);
    expect(await deliveries()).toEqual([]);
    expect(await database.sql("select from private.jobs where stage = 'webhooks'")).toEqual([]);
  });
});

describe("the messages about a document", () => {
  it("are sent one after another, in the order of the events", async () => {
    await database.asUser(user, "update public.webhook_endpoints set events = $1", [EVERY]);
    await complete(database, user);
    const order: string[] = [];
    for (let count = 0; count < 3; count += 1) order.push((await attempt()).type);
    expect(order).toEqual(["document.uploaded", "document.read", "document.completed"]);
    expect(await database.sql("select state from private.jobs where stage = 'webhooks'")).toEqual([{ state: "done" }]);
  });

  it("wait for the first of them that does not arrive, with its id, and those of another document do not", async () => {
    await database.asUser(
      user,
      "update public.webhook_endpoints set events = '{document.uploaded,document.completed}'",
    );
    await complete(database, user);
    const failed = await attempt(REFUSED);
    await readDocument(database, user);
    const other = await attempt();
    expect(other.data.document.id).not.toBe(failed.data.document.id);
    await later();
    expect(await attempt()).toMatchObject({ message_id: failed.message_id, body: failed.body });
    expect((await attempt()).type).toBe("document.completed");
  });

  it("hand the worker's slot on to another line", async () => {
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'webhooks'");
    await complete(database, user);
    await complete(database, user);
    const claimed = await take();
    const { delivery } = await begin(claimed);
    const { next } = await end(claimed, delivery.id, SENT, true);
    expect((await begin(next)).delivery.id).not.toBe(delivery.id);
  });

  it("survive their worker: the next one sends the same message again", async () => {
    await complete(database, user);
    const lost = await take();
    const { delivery } = await begin(lost);
    await expire(database, lost.job_id);
    await sweep(database);
    await later();
    const again = await attempt();
    expect(again.message_id).toBe(delivery.message_id);
    await expect(end(lost, delivery.id, SENT)).rejects.toMatchObject({ hint: "lease_lost" });
  });

  it("are not lost when one is made while the last one is sent", async () => {
    const id = await complete(database, user);
    const claimed = await take();
    const { delivery } = await begin(claimed);
    await database.asUser(user, "update public.webhook_endpoints set events = $1", [EVERY]);
    await database.asUser(user, "update public.documents set summary = 'Mine.' where id = $1", [id]);
    await end(claimed, delivery.id, SENT);
    expect((await attempt()).type).toBe("document.edited");
  });
});

describe("a receiver that fails", () => {
  it("is tried again with growing waits, and not before the time that it asked for", async () => {
    await complete(database, user);
    await attempt({ ...REFUSED, error: { ...REFUSED.error, retry_after_ms: 120_000 } });
    const [job] = await database.sql(
      "select state, attempts, run_after > now() + interval '110 seconds' as waits from private.jobs where stage = 'webhooks'",
    );
    expect(job).toEqual({ state: "queued", attempts: 1, waits: true });
    expect(await deliveries()).toMatchObject([
      { state: "waiting", attempts: 1, response_status: 500, error: { code: "status_refused" } },
    ]);
    expect((await deliveries())[0]!.error).not.toHaveProperty("final");
  });

  it("rests after five failures in a row, whatever the document, and works on after a success", async () => {
    for (let count = 0; count < 5; count += 1) {
      await complete(database, user);
      await attempt(REFUSED);
    }
    expect(await endpoint()).toMatchObject({ failures: 5, enabled: true, paused_until: expect.any(Date) });
    await complete(database, user);
    const claimed = await take();
    expect(await begin(claimed)).toEqual({ next: null });
    const [waiting] = await database.sql("select state, attempts from private.jobs where id = $1", [claimed.job_id]);
    expect(waiting).toEqual({ state: "queued", attempts: 0 });
    await later();
    await attempt();
    expect(await endpoint()).toMatchObject({ failures: 0, failing_since: null, paused_until: null });
  });

  it("for a day is disabled, which its owner sees, and what waits is sent when it is enabled again", async () => {
    const id = await complete(database, user);
    await attempt(REFUSED);
    await database.sql(
      "update public.webhook_deliveries set first_attempt_at = first_attempt_at - interval '25 hours'; update public.webhook_endpoints set enabled_at = enabled_at - interval '2 days'",
    );
    await later();
    await attempt(REFUSED);
    expect(await endpoint()).toMatchObject({
      enabled: false,
      disabled_at: expect.any(Date),
      disabled_reason: { code: "status_refused", message: "The receiver answered 500." },
    });
    expect((await events(database, id)).at(-1)).toBe("webhooks failed");
    const [notice] = await database.sql("select message from public.document_events order by id desc limit 1");
    expect(notice!.message).toBe("The webhook to example.com was disabled: The receiver answered 500.");
    expect(await statusOf(database, id)).toBe("completed");
    await later();
    await expect(take()).rejects.toThrow("no invocation");

    await database.asUser(user, "update public.webhook_endpoints set enabled = true");
    expect(await endpoint()).toMatchObject({ failures: 0, disabled_reason: null, disabled_at: null });
    await database.sql("select private.queue_webhooks()");
    // A new day begins.
    await attempt(REFUSED);
    expect(await endpoint()).toMatchObject({ enabled: true });
    await later();
    await attempt();
    expect(await deliveries()).toMatchObject([{ state: "delivered", attempts: 4 }]);
  });

  it("and says that it wants no more is disabled at once", async () => {
    await complete(database, user);
    await attempt(GONE);
    expect(await endpoint()).toMatchObject({ enabled: false, disabled_reason: { code: "gone" } });
    expect(await database.sql("select state from private.jobs where stage = 'webhooks'")).toEqual([{ state: "done" }]);
  });
});

describe("its owner", () => {
  it("sends a test, which is tried once, also while the webhook is disabled, and counts nowhere", async () => {
    await database.asUser(user, "update public.webhook_endpoints set enabled = false");
    const [row] = await database.asUser(user, "select public.test_webhook($1) as made", [webhook.id]);
    expect(await attempt(GONE)).toMatchObject({ id: row!.made.delivery_id, type: "webhook.test" });
    expect(await deliveries()).toMatchObject([{ state: "failed", error: { code: "gone" }, document_id: null }]);
    expect(await endpoint()).toMatchObject({ failures: 0, disabled_reason: null });
  });

  it("sends a message again that was delivered, with the same id", async () => {
    await complete(database, user);
    const sent = await attempt();
    await database.asUser(user, "select public.redeliver_webhook($1)", [sent.id]);
    expect(await attempt()).toMatchObject({ message_id: sent.message_id, body: sent.body });
    expect(await deliveries()).toMatchObject([{ state: "delivered", attempts: 2 }]);
  });

  it("tries one at once that waits", async () => {
    await complete(database, user);
    const failed = await attempt(REFUSED);
    await database.asUser(user, "select public.redeliver_webhook($1)", [failed.id]);
    expect((await attempt()).id).toBe(failed.id);
  });

  it("skips one that never arrives, so that the next is sent", async () => {
    await database.asUser(
      user,
      "update public.webhook_endpoints set events = '{document.uploaded,document.completed}'",
    );
    await complete(database, user);
    const stuck = await attempt(REFUSED);
    await database.asUser(user, "select public.skip_webhook_delivery($1)", [stuck.id]);
    await expect(database.asUser(user, "select public.skip_webhook_delivery($1)", [stuck.id])).rejects.toMatchObject({
      hint: "not_allowed_now",
    });
    await later();
    expect((await attempt()).type).toBe("document.completed");
  });

  it("is the only one who may, and not while the webhook is disabled", async () => {
    await complete(database, user);
    const { id } = await attempt();
    const other = await database.user();
    for (const call of ["redeliver_webhook", "skip_webhook_delivery"])
      await expect(database.asUser(other, `select public.${call}($1)`, [id])).rejects.toMatchObject({
        hint: "not_found",
      });
    await expect(database.asUser(other, "select public.test_webhook($1)", [webhook.id])).rejects.toMatchObject({
      hint: "not_found",
    });
    await database.asUser(user, "update public.webhook_endpoints set enabled = false");
    await expect(database.asUser(user, "select public.redeliver_webhook($1)", [id])).rejects.toMatchObject({
      hint: "not_allowed_now",
    });
  });

  it("finds messages for 30 days", async () => {
    await complete(database, user);
    await database.sql("update public.webhook_deliveries set created_at = created_at - interval '31 days'");
    await database.sql("select private.prune_webhooks()");
    expect(await deliveries()).toEqual([]);
  });
});

it("a webhook that is deleted while a message of it is made fails no upload", async () => {
  await database.asUser(user, "update public.webhook_endpoints set events = $1", [EVERY]);
  const connection = await database.connection("superuser");
  await connection.query("begin");
  await connection.query("delete from public.webhook_endpoints where id = $1", [webhook.id]);
  const uploaded = upload(database, user);
  await waitUntil(
    async () =>
      (await database.sql("select from pg_catalog.pg_stat_activity where wait_event_type = 'Lock'")).length > 0,
  );
  await connection.query("commit");
  await uploaded;
  expect(await deliveries()).toEqual([]);
});

it("webhooks that are deleted while their messages are made and sent hold nobody up", async () => {
  await database.asUser(user, "update public.webhook_endpoints set events = $1", [EVERY]);
  const ids = [await complete(database, user), await complete(database, user)];
  const claims = [await take(), await take()];
  const begun = await Promise.all(claims.map(begin));
  await Promise.all([
    ...claims.map((claimed, at) => end(claimed, begun[at].delivery.id, SENT)),
    ...ids.map((id) => database.asUser(user, "delete from public.documents where id = $1", [id])),
    upload(database, user),
    database.asUser(user, "delete from public.webhook_endpoints where id = $1", [webhook.id]),
  ]);
  expect(await deliveries()).toEqual([]);
});
