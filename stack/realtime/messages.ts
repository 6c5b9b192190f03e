import type pg from "pg";
import type { Change } from "./change.ts";
import type { Broadcast } from "./topic.ts";

/** The publication of `realtime.messages` (platform/40_realtime.sql). */
export const MESSAGES_PUBLICATION = "supabase_realtime_messages_publication";

/** A broadcast that was sent from SQL, and to whom; undefined for a change of another table. */
export function messageOf({
  schema,
  table,
  record,
}: Change): { topic: string; isPrivate: boolean; broadcast: Broadcast } | undefined {
  if (schema !== "realtime" || table !== "messages" || !record) return undefined;
  const { topic, event, payload, id, private: isPrivate } = record;
  if (!topic || !event || !payload || !id) return undefined;
  return { topic, isPrivate: isPrivate === "t", broadcast: { event, payload: JSON.parse(payload), id } };
}

/** Deletes messages older than three days, as long as upstream keeps them. */
export async function pruneMessages(pool: pg.Pool): Promise<void> {
  await pool.query("delete from realtime.messages where inserted_at < now() - interval '3 days'");
}
