import pg from "pg";
import type { Keys } from "../keys.ts";
import type { Channel } from "./channel.ts";
import type { Feed } from "./feed.ts";
import type { Frame, UserBroadcast } from "./frame.ts";
import type { Topics } from "./topic.ts";

/** What all channels share. */
export type World = { keys: Keys; pool: pg.Pool; topics: Topics; feed: Feed; log(line: string): void };

/** The connection that a channel belongs to. */
export type Line = {
  readonly apikey: string | undefined;
  readonly headers: Record<string, unknown>;
  send(frame: Frame): void;
  sendBroadcast(topic: string, broadcast: UserBroadcast): void;
  /** The channel is over. */
  forget(channel: Channel): void;
};

/** An error for the log. Of what Postgres says only the code: its messages quote values, which are people's own. */
export const forLog = (error: unknown): string =>
  error instanceof pg.DatabaseError
    ? `Postgres answered with error ${error.code}`
    : error instanceof Error
      ? error.message
      : String(error);
