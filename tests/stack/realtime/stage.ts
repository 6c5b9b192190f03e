import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RealtimeChannel, type SupabaseClient, createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import pg from "pg";
import { WebSocket } from "ws";
import { type Realtime, startRealtime } from "../../../stack/realtime/realtime.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";
import { waitUntil } from "../../../testing/waiting.ts";

/** A real Postgres, Realtime on it, and a web server that does nothing but pass on what is for Realtime. */
export type Stage = {
  database: TemporaryDatabase;
  realtime: Realtime;
  url: string;
  /** The lines that Realtime logged. */
  log: string[];
  /** Runs SQL as `postgres`, as a migration does. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** An access token of a user, valid for an hour unless told otherwise. */
  token(user: string, seconds?: number): Promise<string>;
  /** The client of a user, or of nobody. `session.token` can be changed, as a refresh does. */
  client(token?: string): Client;
  socket(query?: string): WebSocket;
  stop(): Promise<void>;
};

export type Client = SupabaseClient & { session: { token: string | null } };

export const ALICE = "00000000-0000-4000-8000-00000000000a";
export const BOB = "00000000-0000-4000-8000-00000000000b";

/** The table of the tests: each user sees their own notes; nobody else is granted anything. */
export const NOTES = `
  create table public.notes (
    id bigint generated always as identity primary key,
    user_id uuid not null,
    status text not null default 'new',
    rank int,
    data jsonb
  );
  alter table public.notes enable row level security;
  grant select on public.notes to authenticated, anon;
  create policy "users can read their own notes" on public.notes for select to authenticated using (user_id = (select auth.uid()));
  alter publication supabase_realtime add table public.notes;`;

export async function stage(setup = NOTES): Promise<Stage> {
  const database = await temporaryDatabase();
  const pool = new pg.Pool({ connectionString: database.postgres.url("postgres"), max: 2 });
  pool.on("error", () => {});
  const log: string[] = [];
  const realtime = await pool
    .query(setup)
    .then(() => startRealtime({ ...database, onLog: (line) => log.push(line) }))
    .catch(async (error) => {
      await pool.end();
      await database.stop();
      throw error;
    });
  const clients: SupabaseClient[] = [];

  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const answer = await realtime.fetch(
      new Request(`http://localhost${request.url}`, {
        method: request.method,
        headers: request.headers as Record<string, string>,
        body: request.method === "POST" ? Buffer.concat(chunks) : undefined,
      }),
    );
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  server.on("upgrade", (request, socket, head) => realtime.handleUpgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    database,
    realtime,
    url,
    log,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    token: (user, seconds = 3600) =>
      new SignJWT({ role: "authenticated", sub: user })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(new TextEncoder().encode(database.keys.jwtSecret)),
    client(token) {
      const session = { token: token ?? null };
      const client = createClient(url, database.keys.publishableKey, {
        accessToken: async () => session.token,
        realtime: { transport: WebSocket as never, reconnectAfterMs: () => 50 },
      });
      clients.push(client);
      return Object.assign(client, { session });
    },
    socket: (query = `apikey=${database.keys.publishableKey}&vsn=2.0.0`) =>
      new WebSocket(`${url.replace("http", "ws")}/realtime/v1/websocket?${query}`),
    async stop() {
      await Promise.all(clients.map((client) => client.realtime.disconnect()));
      await realtime.stop();
      server.closeAllConnections();
      server.close();
      await pool.end();
      await database.stop();
    },
  };
}

/** What a channel said to the callback of `subscribe` and in `system` messages, in order. */
export type Heard = {
  channel: RealtimeChannel;
  statuses: string[];
  errors: string[];
  system: { status: string; message: string; extension: string }[];
};

/** Subscribes a channel and waits until it is joined, or refused. */
export async function subscribed(channel: RealtimeChannel): Promise<Heard> {
  // As the documentation says: without it, a client whose token comes from a callback joins as nobody at first.
  await channel.socket.setAuth();
  const heard: Heard = { channel, statuses: [], errors: [], system: [] };
  channel.on("system", {}, (message) => heard.system.push(message));
  channel.subscribe((status, error) => {
    heard.statuses.push(status);
    if (error) heard.errors.push(error.message);
  });
  await until(() => heard.statuses.length > 0);
  return heard;
}

/** Waits for a condition, looking every few milliseconds. */
export const until = (condition: () => unknown): Promise<unknown> => waitUntil(condition, { interval: 5 });

export type NotesChange = {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: string[] | null;
  commit_timestamp: string;
};

/** Listens for changes of `notes`; `changes` fills as they come. */
export async function listen(
  client: Client,
  filter: Record<string, string> = {},
  name = "notes",
): Promise<Heard & { changes: NotesChange[] }> {
  const changes: NotesChange[] = [];
  const channel = client
    .channel(name)
    .on(
      "postgres_changes" as never,
      { event: "*", schema: "public", table: "notes", ...filter },
      (change: NotesChange) => changes.push(change),
    );
  return { changes, ...(await subscribed(channel)) };
}
