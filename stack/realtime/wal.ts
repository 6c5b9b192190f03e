import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from "pg-logical-replication";
import { type Change, changeOf } from "./change.ts";

/** The stream of committed changes. */
export type Wal = { stop(): Promise<void> };

export type WalOptions = {
  /** A connection string of a role with REPLICATION. */
  url: string;
  publications: string[];
  /** Gets each change in the order of commits; the stream waits while the promise is open. */
  onChange(change: Change): Promise<void> | void;
  /** The stream is live: at the start, and again after each loss. What was committed in between is not told. */
  onLive(): void;
  onLost(): void;
  onLog(line: string): void;
};

const RETRY_MS = { first: 100, most: 2_000 };

/**
 * Follows the write-ahead log by logical replication (pgoutput, protocol version 1: whole transactions, after commit).
 * The slot is temporary, so Postgres drops it with the connection and never keeps WAL for a stack that is gone.
 * When the connection is lost, it is opened again, with a fresh slot, until `stop()`.
 *
 * @returns once the stream is live
 * @throws when the first attempt fails
 */
export async function followWal(options: WalOptions): Promise<Wal> {
  const stopping = new AbortController();
  let service: LogicalReplicationService | undefined;

  /** Opens one connection; the promise ends when the connection does. */
  async function follow(onLive: () => void): Promise<void> {
    const opened = new LogicalReplicationService(
      { connectionString: options.url, application_name: "realtime" },
      { acknowledge: { auto: false, timeoutSeconds: 10 }, flowControl: { enabled: true } },
    );
    service = opened;
    let transaction = { committedAt: new Date(), xid: 0 };
    opened.on("error", (error) => options.onLog(`realtime: replication: ${error.message}`));
    // A stop that came while the connection was being opened could not close it yet.
    opened.on("start", async () => (stopping.signal.aborted ? void (await opened.destroy()) : onLive()));
    opened.on("data", (_lsn, message: Pgoutput.Message) => {
      // Microseconds since 1970.
      if (message.tag === "begin")
        transaction = { committedAt: new Date(Number(message.commitTime) / 1000), xid: message.xid };
      const change = changeOf(message, transaction);
      if (change) return options.onChange(change);
    });
    try {
      await opened.subscribe(
        new TextPgoutput({ protoVersion: 1, publicationNames: options.publications }),
        `realtime_${randomUUID().replaceAll("-", "")}`,
      );
    } finally {
      options.onLost();
      await opened.destroy();
    }
  }

  async function followOn(first: Promise<void>): Promise<void> {
    let delay = RETRY_MS.first;
    let attempt = first;
    while (!stopping.signal.aborted) {
      const failure = await attempt.then(
        () => "the connection ended",
        (error: Error) => error.message,
      );
      if (stopping.signal.aborted) return;
      options.onLog(`realtime: replication is lost (${failure}); trying again`);
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {});
      delay = Math.min(delay * 2, RETRY_MS.most);
      if (stopping.signal.aborted) return;
      attempt = follow(() => {
        delay = RETRY_MS.first;
        options.onLive();
      });
    }
  }

  let first = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    first = follow(() => {
      options.onLive();
      resolve();
    });
    first.then(() => reject(new Error("Postgres closed the replication connection.")), reject);
  });
  const following = followOn(first);

  return {
    async stop() {
      stopping.abort();
      await service?.destroy();
      await following;
    },
  };
}

/** pgoutput with a slot of its own and with values left as Postgres writes them: their types are known only in Postgres. */
class TextPgoutput extends PgoutputPlugin {
  override async start(client: Client, slot: string, lsn: string): Promise<unknown> {
    await client.query(`CREATE_REPLICATION_SLOT "${slot}" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
    return super.start(client, slot, lsn);
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer);
    // The parser keeps this very object and reads the rows that follow by it.
    if (message.tag === "relation") for (const column of message.columns) column.parser = (text: string) => text;
    return message;
  }
}
