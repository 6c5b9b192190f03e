import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { WebSocketServer } from "ws";
import type { Keys } from "../keys.ts";
import { type Postgres, SUPERUSER } from "../postgres.ts";
import type { Change } from "./change.ts";
import { Connection, type Opening } from "./connection.ts";
import { broadcastOverHttp } from "./endpoint.ts";
import { Feed } from "./feed.ts";
import { MESSAGES_PUBLICATION, messageOf, pruneMessages } from "./messages.ts";
import { SessionError, openSession } from "./session.ts";
import { Topics } from "./topic.ts";
import { followWal } from "./wal.ts";
import type { World } from "./world.ts";

/** A Realtime server without a port of its own: a gateway hands it what is for it. */
export type Realtime = {
  /** Takes the WebSocket upgrade of `…/websocket?apikey=…&vsn=…`; answers 400 or 403 to one that it does not take. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes `POST …/api/broadcast` and `POST …/api/broadcast/<topic>/events/<event>`. */
  fetch(request: Request): Promise<Response>;
  /** Closes every connection, to Postgres too. */
  stop(): Promise<void>;
};

export type RealtimeOptions = { postgres: Pick<Postgres, "url">; keys: Keys; onLog?: (line: string) => void };

const MOST_FRAME_BYTES = 5_000_000;
const PROBE_MS = 30_000;
const PRUNE_MS = 3_600_000;
/** How long a policy may think about one row before it counts as failed. */
const QUERY_TIMEOUT_MS = 5_000;
const CLOSING_MS = 500;

/**
 * Realtime for the embedded stack: postgres_changes from the WAL under row level security, broadcast, presence and
 * private channels, for the unmodified supabase-js. Stands in for supabase/realtime v2.9x and follows its wire format,
 * words and rules. Different on purpose: one node and one tenant without rate limits; no replay of broadcasts; a join is
 * answered only when its subscriptions are live, so nothing is lost after SUBSCRIBED; generated columns are not in a
 * record, because pgoutput does not tell them. As upstream, a large value that an update left alone (TOAST) is missing in
 * its record unless the table has `replica identity full`, and what is committed while Postgres is down to us is lost.
 *
 * @returns when changes arrive
 */
export async function startRealtime({ postgres, keys, onLog }: RealtimeOptions): Promise<Realtime> {
  const url = postgres.url(SUPERUSER);
  const log = onLog ?? (() => {});
  const pool = new pg.Pool({
    connectionString: url,
    max: 6,
    statement_timeout: QUERY_TIMEOUT_MS,
    application_name: "realtime",
  });
  pool.on("error", (error) => log(`realtime: ${error.message}`));
  // The pool listens to idle clients only; one that breaks while it is on loan tells its next query.
  pool.on("connect", (client) => client.on("error", () => {}));
  const feed = new Feed(pool);
  const topics = new Topics();
  const world: World = { keys, pool, topics, feed, log };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES });
  const connections = new Set<Connection>();

  function onChange(change: Change): Promise<void> | void {
    const message = messageOf(change);
    if (message) topics.broadcast(message.topic, message.isPrivate, message.broadcast);
    else return feed.publish(change);
  }

  const wal = await followWal({
    url,
    publications: ["supabase_realtime", MESSAGES_PUBLICATION],
    onChange,
    onLive: () => feed.tellLive(),
    onLost: () => (feed.live = false),
    onLog: log,
  }).catch(async (error) => {
    await pool.end();
    throw error;
  });

  const prune = (): void =>
    void pruneMessages(pool).catch((error: Error) => log(`realtime: old messages were not deleted: ${error.message}`));
  prune();
  const pruning = setInterval(prune, PRUNE_MS);
  const probing = setInterval(() => connections.forEach((connection) => connection.probe()), PROBE_MS);
  let stopped = false;

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const opening = openingOf(request);
    if (!opening) return refuse(socket, "400 Bad Request");
    try {
      await openSession(keys, undefined, opening.apikey);
    } catch (error) {
      if (error instanceof SessionError) return refuse(socket, "403 Forbidden");
      throw error;
    }
    if (stopped) return refuse(socket, "503 Service Unavailable");
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(world, webSocket, opening);
      connections.add(connection);
      webSocket.once("close", () => connections.delete(connection));
    });
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      accept(request, socket, head).catch((error: Error) => {
        log(`realtime: ${error.message}`);
        socket.destroy();
      });
    },
    fetch: (request) => broadcastOverHttp(world, request),
    async stop() {
      stopped = true;
      clearInterval(pruning);
      clearInterval(probing);
      const closed = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const connection of connections) connection.close();
      await Promise.race([Promise.all(closed), sleep(CLOSING_MS, undefined, { ref: false })]);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await wal.stop();
      await pool.end();
    },
  };
}

function openingOf(request: IncomingMessage): Opening | undefined {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  const version = searchParams.get("vsn") ?? "1.0.0";
  if (version !== "1.0.0" && version !== "2.0.0") return undefined;
  const header = request.headers["x-api-key"];
  const apikey = (typeof header === "string" ? header : undefined) ?? searchParams.get("apikey") ?? undefined;
  return { version, apikey, headers: request.headers };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
