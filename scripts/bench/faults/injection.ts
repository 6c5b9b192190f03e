import type { Stack } from "../../stack/stack.ts";
import type { Worker } from "../../stack/worker.ts";
import type { Database } from "./database.ts";
import { createKicks, type Kicks } from "./kicks.ts";
import type { Model } from "./model.ts";
import { type Fault, nameOf, type Scheduled } from "./schedule.ts";

/** Makes a schedule's faults happen to a stack. */
export type Injection = {
  /** Resolves when every fault has begun and ended, and everything is whole again. */
  run(schedule: Scheduled[]): Promise<void>;
  /** How often each fault happened, by its name. */
  counts: Record<string, number>;
  kicks: Kicks["counts"];
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createInjection(stack: Stack, database: Database, model: Model): Injection {
  const kicks = createKicks(database);
  const counts: Record<string, number> = {};
  /** Faults of one kind wait for each other: Postgres crashes once at a time. */
  const last = new Map<string, Promise<void>>();

  const workers: Record<string, Worker | undefined> = { ...stack.functions, engine: stack.engine, "auth and rest": stack.authAndRest };

  async function happen(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case "kill": {
        const worker = workers[fault.process];
        // One that is just being started is waited for, so that a schedule kills as often as it says.
        await worker!.url();
        return void process.kill(worker!.pid!, "SIGKILL");
      }
      case "crash":
        await stack.postgres.stop("immediate");
        await pause(fault.downMs);
        return stack.postgres.start();
      case "lose kicks":
        return kicks.lose();
      case "hold kicks":
        return kicks.hold(fault.ms);
      case "multiply kicks":
        return kicks.multiply(fault.ms, fault.copies);
      case "model":
        return model.fail(fault.answer, fault.requests);
      case "refuse storage":
        await database.sql("set lock_timeout = '500ms'; alter table if exists storage.objects rename to objects_refused; reset lock_timeout");
        await pause(fault.ms);
        return void (await database.sql("alter table if exists storage.objects_refused rename to objects"));
    }
  }

  return {
    counts,
    kicks: kicks.counts,
    async run(schedule) {
      const all: Promise<void>[] = [];
      for (const { afterMs, fault } of schedule) {
        await pause(afterMs);
        const name = nameOf(fault);
        counts[name] = (counts[name] ?? 0) + 1;
        const ended = (last.get(fault.kind) ?? Promise.resolve()).then(() => happen(fault));
        // Whether it failed is told at the end; until then nobody listens.
        ended.catch(() => {});
        last.set(fault.kind, ended.catch(() => {}));
        all.push(ended);
      }
      await Promise.all(all);
    },
  };
}
