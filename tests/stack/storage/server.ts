import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { type SupabaseClient, type WebSocketLikeConstructor, createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import pg from "pg";
import { WebSocket } from "ws";
import type { Keys } from "../../../stack/keys.ts";
import { type Storage, startStorage } from "../../../stack/storage/storage.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";

export const ALICE = "0a11ce00-0000-4000-8000-000000000001";
export const BOB = "0b0b0000-0000-4000-8000-000000000002";

/** Storage behind a small HTTP server, on a database of its own, for the unmodified supabase-js client. */
export type TestStorage = {
  url: string;
  keys: Keys;
  database: TemporaryDatabase;
  /** A superuser's view of the database. */
  sql: pg.Pool;
  alice: SupabaseClient;
  bob: SupabaseClient;
  anon: SupabaseClient;
  service: SupabaseClient;
  aliceToken: string;
  log: string[];
  /** The names of the files on disk. */
  files(): Promise<string[]>;
  /** Stops Storage and starts it again on the same folder, as a new process would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Each user may do everything in the folder that is named like their id, and nothing else. */
export const OWNER_FOLDER_POLICIES = ["select", "insert", "update", "delete"].map((command) => {
  const own = "(bucket_id = 'documents' and (storage.foldername(name))[1] = (select auth.uid())::text)";
  const clause = command === "insert" ? `with check ${own}` : `using ${own}`;
  return `create policy "users can ${command} their own files" on storage.objects for ${command} to authenticated ${clause}`;
});

/** The one server of this test run; its tests share it, each with names of its own. */
export let stack: TestStorage;

export async function startServer(): Promise<void> {
  stack = await startTestStorage();
}

async function startTestStorage(): Promise<TestStorage> {
  const database = await temporaryDatabase();
  const { keys, postgres } = database;
  const sql = new pg.Pool({ connectionString: postgres.url("supabase_admin"), max: 2 });
  sql.on("error", () => {});
  const migration = new pg.Client({ connectionString: postgres.url("postgres") });
  await migration.connect();
  await migration.query("insert into storage.buckets (id, name) values ('documents', 'documents')");
  for (const policy of OWNER_FOLDER_POLICIES) await migration.query(policy);
  await migration.end();

  const log: string[] = [];
  const folder = path.join(database.folder, "files");
  const start = (): Promise<Storage> =>
    startStorage({ postgres, keys, folder, fileSizeLimit: 1024 * 1024, onLog: (line) => log.push(line) });
  let storage = await start();
  const server = createServer((request, response) => void bridge(storage, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const aliceToken = await userToken(keys, ALICE);
  return {
    url,
    keys,
    database,
    sql,
    log,
    aliceToken,
    alice: clientOf(url, keys.publishableKey, aliceToken),
    bob: clientOf(url, keys.publishableKey, await userToken(keys, BOB)),
    anon: clientOf(url, keys.publishableKey),
    service: clientOf(url, keys.secretKey),
    files: async () => (await readdir(folder)).sort(),
    async restart() {
      await storage.stop();
      storage = await start();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await storage.stop();
      await sql.end();
      await database.stop();
    },
  };
}

export function userToken(keys: Keys, user: string, expires: string = "1h"): Promise<string> {
  return new SignJWT({ sub: user, role: "authenticated", aud: "authenticated" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(keys.jwtSecret));
}

function clientOf(url: string, key: string, token?: string): SupabaseClient {
  return createClient(url, key, {
    // The client wants a WebSocket, which Node 20 has not, even where nobody subscribes.
    realtime: { transport: WebSocket as unknown as WebSocketLikeConstructor },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(token && { accessToken: async () => token }),
  });
}

async function bridge(storage: Storage, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = incoming.method ?? "GET";
  const body =
    method === "GET" || method === "HEAD" ? undefined : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const response = await storage.fetch(
    new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method,
      headers,
      body,
      duplex: "half",
    } as RequestInit),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing).catch(() => {});
  else outgoing.end();
}
