import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { CHANNELS } from "../../database/wall/lines.ts";
import { FIXTURES, watch } from "../../../testing/user.ts";
import { documents, owner, stack, stranger } from "./stage.ts";
import { waitUntil } from "../../../testing/waiting.ts";

const anonymous = (key: string): SupabaseClient =>
  createClient(stack.url, key, { auth: { persistSession: false }, realtime: { transport: WebSocket as never } });

/** What a client hears of the published tables; a subscription that is refused hears nothing. */
async function listen(client: SupabaseClient): Promise<{ heard: Record<string, unknown>[]; leave(): Promise<void> }> {
  const heard: Record<string, unknown>[] = [];
  for (const name of CHANNELS) {
    const [schema, table] = name.split(".") as [string, string];
    await new Promise<void>((resolve) => {
      client
        .channel(`all of ${table}`)
        .on("postgres_changes", { event: "*", schema, table }, (change) =>
          heard.push({ table, event: change.eventType, new: change.new, old: change.old }),
        )
        .subscribe((status) => status !== "CLOSED" && resolve());
    });
  }
  return {
    heard,
    async leave() {
      await client.removeAllChannels();
      await client.realtime.disconnect();
    },
  };
}

describe("the changes of documents, to everybody but the owner", () => {
  it("are not heard; of a deletion no more than the id", async () => {
    const callers = {
      stranger: stranger.supabase,
      publishable: anonymous(stack.keys.publishableKey),
      legacy: anonymous(stack.keys.anonKey),
    };
    const own = await stranger.process(`${FIXTURES}blank.pdf`);
    const listeners = Object.fromEntries(
      await Promise.all(Object.entries(callers).map(async ([name, client]) => [name, await listen(client)] as const)),
    );
    const mine = await watch(owner, "documents");

    await owner.supabase
      .from("documents")
      .update({ tags: ["mine"] })
      .eq("id", documents[0].id);
    const doomed = await owner.process(`${FIXTURES}encrypted.pdf`);
    await owner.supabase.from("documents").delete().eq("id", doomed.id);
    await waitUntil(() => mine.rows.some((row) => String(row.tags) === "mine"));
    // Changes come in order, so what the stranger would have heard came before this.
    await stranger.supabase
      .from("documents")
      .update({ tags: ["after"] })
      .eq("id", own.id);
    await waitUntil(() =>
      listeners.stranger!.heard.some(({ new: row }) => String((row as { tags?: string[] }).tags) === "after"),
    );
    await waitUntil(() =>
      Object.values(listeners).every(
        ({ heard }) => heard.length === 0 || heard.some(({ event }) => event === "DELETE"),
      ),
    );

    for (const { leave } of Object.values(listeners)) await leave();
    for (const [caller, { heard }] of Object.entries(listeners)) {
      for (const change of heard) {
        if (change.event === "DELETE")
          expect(Object.keys(change.old as object), caller).toEqual(caller === "stranger" ? ["id"] : []);
        // Who may not read a table at all hears that something changed, and nothing of it, as from upstream (walrus: "Error 401").
        else
          expect(change.new, caller).toEqual(
            caller === "stranger" ? expect.objectContaining({ user_id: stranger.id }) : {},
          );
      }
      expect(JSON.stringify(heard), caller).not.toContain(documents[0].id);
    }
    await owner.supabase.removeChannel(mine.channel);
    await owner.supabase.realtime.disconnect();
  });
});

describe("private channels", () => {
  it("are closed to everybody, whatever their name", async () => {
    for (const client of [stranger.supabase, anonymous(stack.keys.publishableKey), anonymous(stack.keys.anonKey)]) {
      await client.realtime.setAuth();
      for (const topic of [owner.id, `documents:${documents[0].id}`]) {
        const status = await new Promise<string>((resolve) => {
          const channel: RealtimeChannel = client.channel(topic, { config: { private: true } });
          channel.subscribe((status) => status !== "CLOSED" && resolve(status));
        });
        expect(status).toBe("CHANNEL_ERROR");
      }
      await client.removeAllChannels();
      await client.realtime.disconnect();
    }
  });
});
