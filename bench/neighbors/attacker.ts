// A process of its own for the attacker, so that it does not share an event loop with the stack that it attacks.
import type { Stack } from "../../stack/stack.ts";
import { createRandom } from "../../testing/random.ts";
import { type Attack, makeAttacks } from "./attacks.ts";
import { makeHostileFiles } from "./files.ts";

/** Where the attack goes, and as whom. `attacks`: a folder with more hostile files. */
export type Order = {
  stack: Pick<Stack, "url" | "keys">;
  id: string;
  token: string;
  seed: number;
  attacks?: string | undefined;
};
/**
 * How often everything was tried, and the statuses that came back, by the attack. The CPU seconds are the attacker's own,
 * which an attacker elsewhere would not take from this machine.
 */
export type Attacked = { rounds: number; cpu_seconds: number; answers: Record<string, Record<string, number>> };
/** First `ready`, when all files are made; then, after `stop`, what was done. */
export type Message = { ready: true } | { attacked: Attacked };

/** Attacks that go on at the same time. */
const LANES = 3;

const stopped = new AbortController();

process.on("message", async (message: Order | "start" | "stop") => {
  if (message === "stop") return stopped.abort();
  if (message === "start") return;
  const random = createRandom(message.seed);
  const files = await makeHostileFiles(random, message.attacks);
  const me = { id: message.id, token: message.token, stack: message.stack };
  const attacks = makeAttacks(me, files, random, stopped.signal);
  const started = new Promise((resolve) => process.on("message", (next) => next === "start" && resolve(undefined)));
  process.send!({ ready: true } satisfies Message);
  await started;
  const before = process.cpuUsage();
  const tried = await attack(() => random.shuffle(attacks));
  const { user, system } = process.cpuUsage(before);
  const attacked = { ...tried, cpu_seconds: Math.round((user + system) / 1e5) / 10 };
  // Requests that trickle are still open: their ends are the process's end.
  process.send!({ attacked } satisfies Message, () => process.exit(0));
});
process.on("disconnect", () => process.exit(0));

/** Goes through all attacks again and again, several at a time, until it is stopped. */
async function attack(shuffled: () => Attack[]): Promise<Omit<Attacked, "cpu_seconds">> {
  const answers: Attacked["answers"] = {};
  let rounds = 0;
  let waiting = shuffled();
  async function lane(): Promise<void> {
    while (!stopped.signal.aborted) {
      const next = waiting.pop();
      if (!next) {
        rounds += 1;
        waiting = shuffled();
        continue;
      }
      const counts = (answers[next.name] ??= {});
      for (const status of await next.run()) counts[status || "no answer"] = (counts[status || "no answer"] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  return { rounds, answers };
}
