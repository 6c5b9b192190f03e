import type { Stack } from "../../stack/stack.ts";
import type { Worker } from "../../stack/worker.ts";
import type { Database } from "./database.ts";
import type { Invocations } from "./invocations.ts";
import type { Model } from "./model.ts";
import { type Fault, nameOf, type Scheduled } from "./schedule.ts";
import { pause, type Watch } from "./watch.ts";

/** Makes a schedule's faults happen to a stack. */
export type Injection = {
  /** Each fault at its time. Resolves when all have begun and ended, and everything is whole again. */
  run(schedule: Scheduled[], watch: Watch, documents: number): Promise<void>;
  /** How often each fault happened, by its name. */
  counts: Record<string, number>;
};

/** A schedule goes on after this long, should the documents not: the fault that holds them up may be one that only time mends. */
const MOST_WAIT_MS = 2_000;

export function createInjection({
  stack,
  database,
  model,
  invocations,
}: {
  stack: Stack;
  database: Database;
  model: Model;
  invocations: Invocations;
}): Injection {
  const counts: Record<string, number> = {};
  /** Faults of one kind wait for each other: Postgres crashes once at a time. */
  const last = new Map<string, Promise<void>>();

  const workers: Record<string, Worker | undefined> = {
    ...stack.functions,
    engine: stack.engine,
    "auth and rest": stack.authAndRest,
  };

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
      case "lose invocations":
        return invocations.lose(fault.next);
      case "hold invocations":
        return invocations.hold(fault.next, fault.ms);
      case "multiply invocations":
        return invocations.multiply(fault.next, fault.copies);
      case "model":
        return model.fail(fault.answer, fault.requests);
      case "refuse storage":
        await database.sql(
          "set lock_timeout = '500ms'; alter table if exists storage.objects rename to objects_refused; reset lock_timeout",
        );
        await pause(fault.ms);
        return void (await database.sql("alter table if exists storage.objects_refused rename to objects"));
    }
  }

  return {
    counts,
    async run(schedule, watch, documents) {
      const all: Promise<void>[] = [];
      for (const { at, fault } of schedule) {
        await watch.untilEnded(at * documents, MOST_WAIT_MS);
        const name = nameOf(fault);
        counts[name] = (counts[name] ?? 0) + 1;
        const ended = (last.get(fault.kind) ?? Promise.resolve()).then(() => happen(fault));
        // Whether it failed is told at the end; until then nobody listens.
        ended.catch(() => {});
        last.set(
          fault.kind,
          ended.catch(() => {}),
        );
        all.push(ended);
      }
      await Promise.all(all);
      model.calm();
      await invocations.calm();
    },
  };
}
