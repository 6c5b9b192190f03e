import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Target } from "../target.ts";
import { type Recorder, type Respond, startRecorder } from "./recorder.ts";
import { waitFor } from "../../../testing/waiting.ts";

type Row = {
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string>;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
};

const ROLES = ["anon", "authenticated", "service_role"];

/** What code that uses pg_net may rely on, here and on a real Supabase. Leaves no request and no answer behind. */
export function pgNetContract(target: () => Target): void {
  let sql: pg.Client;
  let server: Recorder;
  let base: string;
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let slowEnded = Infinity;
  const sentIds: string[] = [];
  /** The ids of requests that several tests look at. */
  const sent = { teapot: "", redirect: "", late: "", refused: "", cut: "" };

  const respond: Respond = async ({ path }, response) => {
    if (path === "/never") return;
    if (path === "/cut") return void response.destroy();
    if (path === "/redirect") return void response.writeHead(302, { Location: "/redirected" }).end();
    if (path === "/slow") {
      await released;
      slowEnded = performance.now();
    }
    response
      .writeHead(path === "/teapot" ? 418 : 200, { "Content-Type": "text/plain; charset=utf-8", "X-Seen": path })
      .end(`seen ${path} ✓`);
  };

  beforeAll(async () => {
    server = await startRecorder(respond, target().address);
    base = `http://${target().host}:${server.port}`;
    sql = await connect();
    await sql.query("create extension if not exists pg_net with schema extensions");

    // One batch for many tests, since the worker pauses for a second behind each.
    await sql.query("begin");
    await send(
      `select net.http_post($1, body => '{"name":"Ünal"}', params => '{"q":"a b/ü~*!()-._&=?","1":"x"}', headers => '{"X-Key":"k","Content-Type":"application/json"}') as id`,
      [`${base}/post`],
    );
    await send(`select net.http_delete($1, body => '{"id":1}') as id`, [`${base}/delete`]);
    sent.teapot = await get(`${base}/teapot`);
    sent.redirect = await post(`${base}/redirect`);
    sent.late = await get(`${base}/never`, 200);
    sent.refused = await get(`http://${target().host}:1/`);
    sent.cut = await get(`${base}/cut`);
    for (const role of ROLES) {
      await sql.query(`set local role ${role}`);
      await post(`${base}/as-${role}`);
    }
    await sql.query("commit");
  });
  afterAll(async () => {
    await sql.query("delete from net.http_request_queue where id = any ($1)", [sentIds]);
    await sql.query("delete from net._http_response where id = any ($1)", [sentIds]);
    await sql.end();
    await server.close();
  });

  /** Sends, and remembers the ids, so that nothing stays. */
  async function send(query: string, values: unknown[] = [], client = sql): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(query, values);
    sentIds.push(...rows.map(({ id }) => id));
    return rows.map(({ id }) => id);
  }
  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: target().url });
    await client.connect();
    return client;
  }
  async function value<Value>(query: string, values: unknown[] = []): Promise<Value> {
    const { rows } = await sql.query<{ value: Value }>(query, values);
    return rows[0]!.value;
  }
  const get = async (url: string, timeout = 5000): Promise<string> =>
    (await send("select net.http_get($1, timeout_milliseconds => $2) as id", [url, timeout]))[0]!;
  const post = async (url: string): Promise<string> => (await send("select net.http_post($1) as id", [url]))[0]!;
  const answer = (id: string): Promise<Row> =>
    waitFor(
      async () => {
        const { rows } = await sql.query<Row>("select * from net._http_response where id = $1", [id]);
        expect(rows).toHaveLength(1);
        return rows[0]!;
      },
      { interval: 30 },
    );

  it("sends a post with its body, parameters and headers", async () => {
    const arrival = await waitFor(() => {
      const posted = server.arrivals.find(({ path }) => path.startsWith("/post?"));
      expect(posted).toBeDefined();
      return posted!;
    });
    expect(arrival.method).toBe("POST");
    // Whether the digits of an escape are large or small depends on the libcurl that pg_net was built with.
    expect(arrival.path.toLowerCase()).toBe("/post?1=x&q=a%20b%2f%c3%bc~%2a%21%28%29-._%26%3d%3f");
    expect(JSON.parse(arrival.body)).toEqual({ name: "Ünal" });
    expect(arrival.headers).toMatchObject({ "x-key": "k", "content-type": "application/json" });
    expect(arrival.headers["user-agent"]).toMatch(/^pg_net\/\d/);
  });

  it("sends nothing of a transaction that is rolled back", async () => {
    await sql.query("begin");
    await post(`${base}/rolled-back`);
    await sql.query("rollback");
    await post(`${base}/after-rollback`);
    await server.arrival("/after-rollback");
    expect(server.arrivals.map(({ path }) => path)).not.toContain("/rolled-back");
  });

  it("sends only after the commit", async () => {
    const other = await connect();
    try {
      await other.query("begin");
      await send("select net.http_post($1) as id", [`${base}/open`], other);
      await post(`${base}/committed`);
      await server.arrival("/committed");
      expect(server.arrivals.map(({ path }) => path)).not.toContain("/open");
      await other.query("commit");
      await server.arrival("/open");
    } finally {
      await other.end();
    }
  });

  it("keeps the answer", async () => {
    expect(await answer(sent.teapot)).toMatchObject({
      status_code: 418,
      content_type: "text/plain; charset=utf-8",
      content: "seen /teapot ✓",
      timed_out: false,
      error_msg: null,
      headers: { "X-Seen": "/teapot" },
    });
    const collected = await value<string>("select net._http_collect_response($1)::text as value", [sent.teapot]);
    expect(collected).toMatch(/^\(SUCCESS,ok,/);
  });

  it("sends a delete, with a body too", async () => {
    expect(await server.arrival("/delete")).toMatchObject({ method: "DELETE", body: '{"id": 1}' });
  });

  it("follows a redirect as a get", async () => {
    expect((await server.arrival("/redirected")).method).toBe("GET");
    expect(await answer(sent.redirect)).toMatchObject({ status_code: 200, content: "seen /redirected ✓" });
  });

  it("records a timeout, a refused connection and a cut one", async () => {
    const timeout = await answer(sent.late);
    expect(timeout).toMatchObject({ status_code: null, timed_out: true });
    expect(timeout.error_msg).toMatch(/^Timeout of 200 ms reached\. Total time: 2\d\d\.\d+ ms \(DNS time: /);
    expect(await answer(sent.refused)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: expect.stringMatching(/connect to server/),
    });
    expect(await answer(sent.cut)).toMatchObject({ error_msg: "Server returned nothing (no headers, no data)" });
    expect(await value("select (net._http_collect_response($1)).status as value", [sent.refused])).toBe("ERROR");
  });

  it("waits for the slowest of a batch, with its answers and with the next batch", async () => {
    await sql.query("begin");
    const fast = await get(`${base}/fast`);
    await get(`${base}/slow`, 20_000);
    await sql.query("commit");
    await Promise.all([server.arrival("/fast"), server.arrival("/slow")]);
    await get(`${base}/next`);
    expect((await sql.query("select from net._http_response where id = $1", [fast])).rowCount).toBe(0);
    release();
    await answer(fast);
    expect((await server.arrival("/next")).at).toBeGreaterThan(slowEnded);
  });

  it("refuses a url without scheme or host at once", async () => {
    await expect(get("localhost:8000")).rejects.toThrow("Unsupported URL scheme");
    await expect(get("/functions/v1/ocr")).rejects.toThrow('invalid URL "/functions/v1/ocr"');
    await expect(sql.query("select net.http_get(null)")).rejects.toThrow('null value in column "url"');
  });

  it.each(ROLES)("lets %s send", async (role) => {
    await server.arrival(`/as-${role}`);
  });

  it("sends each of 500 requests once", async () => {
    const ids = await send("select net.http_post($1 || '/many/' || n) as id from generate_series(1, 500) as n", [base]);
    const arrived = (): string[] => server.arrivals.map(({ path }) => path).filter((path) => path.startsWith("/many/"));
    await waitFor(() => expect(arrived()).toHaveLength(500), { interval: 50 });
    expect(new Set(arrived()).size).toBe(500);
    // The worker writes the answers of a batch when all of it has ended.
    await waitFor(
      async () =>
        expect(await value("select count(*)::int as value from net._http_response where id = any ($1)", [ids])).toBe(
          500,
        ),
      { interval: 50 },
    );
    await sql.query("select net.check_worker_is_up()");
  });
}
