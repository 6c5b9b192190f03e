import { randomUUID } from "node:crypto";
import type { RealtimeChannel } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, type ContractUser, handIn, makeUser } from "./project.ts";
import { waitFor } from "../../testing/waiting.ts";

/** What code that uses Realtime may rely on. Uses Docket's own tables, and erases the users that it makes. */
export function realtimeContract(api: () => Api): void {
  const users: ContractUser[] = [];
  beforeAll(async () => {
    for (const _ of ["one", "two"]) users.push(await makeUser(api()));
  });
  afterAll(async () => {
    for (const user of users) await user.erase();
  });

  const joined = (channel: RealtimeChannel): Promise<RealtimeChannel> =>
    new Promise((resolve, reject) => {
      channel.subscribe((status, error) => {
        if (status === "SUBSCRIBED") resolve(channel);
        if (status === "CHANNEL_ERROR" || status === "TIMED_OUT") reject(error ?? new Error(status));
      });
    });

  it("tells a user of changes in their own rows, and nobody else", async () => {
    const seen: string[][] = [[], []];
    const ready = [false, false];
    for (const [index, user] of users.entries()) {
      await user.supabase.realtime.setAuth(user.token);
      await joined(
        user.supabase
          .channel(`contract-${randomUUID()}`)
          .on("postgres_changes", { event: "*", schema: "public", table: "documents" }, ({ new: row }) =>
            seen[index]!.push((row as { user_id: string }).user_id),
          )
          // A subscription is listening only when the server says so; joining the channel alone is not enough.
          .on("system", {}, ({ status, extension }) => {
            if (status === "ok" && extension === "postgres_changes") ready[index] = true;
          }),
      );
    }
    await waitFor(() => expect(ready).toEqual([true, true]), { interval: 100 });
    for (const user of users) await handIn(api(), user, "contract.txt", `Contract of ${user.id}`);
    await waitFor(() => expect(seen.every(({ length }) => length > 0)).toBe(true), { interval: 100 });
    expect(seen.map((rows) => [...new Set(rows)])).toEqual(users.map(({ id }) => [id]));
  });

  it("passes a broadcast to others in the channel, and not back to its sender", async () => {
    const name = `contract-${randomUUID()}`;
    const heard: [string[], string[]] = [[], []];
    const channels = await Promise.all(
      users.map(({ supabase }, index) =>
        joined(
          supabase.channel(name).on("broadcast", { event: "said" }, ({ payload }) => heard[index]!.push(payload.word)),
        ),
      ),
    );
    await channels[0]!.send({ type: "broadcast", event: "said", payload: { word: "hello" } });
    await channels[1]!.send({ type: "broadcast", event: "said", payload: { word: "hello to you" } });
    await waitFor(() => expect(heard).toEqual([["hello to you"], ["hello"]]));
  });
}
