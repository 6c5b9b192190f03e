import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { addFinishedJobs, burst, type Burst, peerBurst, useTrivialFunction } from "./burst.ts";
import { chainCost } from "./chain-cost.ts";
import { machine, ratio, say, table } from "./figures.ts";
import { BACK_TO_BACK, idleLatency, invocationLatency, peerLatency, SPACED } from "./idle.ts";
import { type Peer, startGraphileWorker, startPgBoss } from "./peers.ts";
import { wholeChain } from "./whole-chain.ts";
import { type BenchStack, peerDatabase, temporaryStack } from "./temporary-stack.ts";

const trivial = fileURLToPath(new URL("./functions/trivial", import.meta.url));
const PARTS = ["whole", "idle", "burst", "cost"];

/** How many of everything; a quick run shows that all works, and its figures say little. */
const FULL = {
  whole: 40,
  rounds: 50,
  spaced: 100,
  boss: 60,
  jobs: 2000,
  bossJobs: 400,
  finished: 1_000_000,
  chains: 20,
};
const QUICK = { whole: 8, rounds: 20, spaced: 10, boss: 6, jobs: 300, bossJobs: 60, finished: 50_000, chains: 3 };

/**
 * `npm run bench -- chain [--json] [--quick] [--only whole,idle,burst,cost] [--finished <jobs>]`: the chain against
 * graphile-worker and pg-boss.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      only: { type: "string" },
      finished: { type: "string" },
    },
  });
  const sizes = {
    ...(values.quick ? QUICK : FULL),
    ...(values.finished === undefined ? {} : { finished: Number(values.finished) }),
  };
  const parts = values.only?.split(",") ?? PARTS;
  const figures: Record<string, unknown> = { machine: machine() };

  if (parts.includes("whole")) figures.upload_to_completed = await wholeChain(sizes.whole);
  if (parts.includes("idle") || parts.includes("burst")) {
    const stack = await temporaryStack({ moreFunctions: [trivial] });
    try {
      if (parts.includes("idle")) figures.idle = await idle(stack, sizes);
      if (parts.includes("burst")) figures.burst = await bursts(stack, sizes);
    } finally {
      await stack.stop();
    }
  }
  if (parts.includes("cost")) {
    say("cost of a chain …");
    figures.cost = await chainCost(sizes.chains);
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}

async function idle(stack: BenchStack, sizes: typeof FULL) {
  say("idle: ours, spaced by 1 to 2 s …");
  const spaced = await idleLatency(stack, sizes.spaced, SPACED);
  say("idle: ours, back to back …");
  const backToBack = await idleLatency(stack, sizes.rounds, BACK_TO_BACK);
  say("idle: our invocation alone, spaced …");
  const invocation = await invocationLatency(stack, Math.ceil(sizes.spaced / 4), SPACED);
  say(JSON.stringify({ spaced, backToBack, invocation }));
  const graphile = await withPeer(stack, "graphile", startGraphileWorker, async (peer) => ({
    spaced: await peerLatency(peer, sizes.spaced, () => SPACED() / 4),
    back_to_back: await peerLatency(peer, sizes.rounds, BACK_TO_BACK),
  }));
  const boss = await withPeer(stack, "boss", startPgBoss, async (peer) => ({
    spaced: await peerLatency(peer, sizes.boss, () => Math.random() * 500),
  }));
  return {
    docket: { spaced, back_to_back: backToBack, invocation_arrives: invocation },
    graphile_worker: graphile,
    pg_boss: boss,
    p50_ratio: {
      to_graphile_worker: ratio(spaced.p50_ms, graphile.spaced.p50_ms),
      to_pg_boss: ratio(spaced.p50_ms, boss.spaced.p50_ms),
    },
  };
}

async function bursts(stack: BenchStack, sizes: typeof FULL) {
  await useTrivialFunction(stack);
  say("burst: warm-up …");
  await burst(stack, 50, "together");
  const ours = async (): Promise<Record<"together" | "single", Burst>> => {
    say("burst: ours …");
    return { together: await burst(stack, sizes.jobs, "together"), single: await burst(stack, sizes.jobs, "single") };
  };
  const docket = await ours();
  say(JSON.stringify(docket));
  const graphile = await withPeer(stack, "graphile_burst", startGraphileWorker, async (peer) => {
    await peerBurst(peer, 50, "together");
    return {
      together: await peerBurst(peer, sizes.jobs, "together"),
      single: await peerBurst(peer, sizes.jobs, "single"),
    };
  });
  const boss = await withPeer(stack, "boss_burst", startPgBoss, async (peer) => ({
    together: await peerBurst(peer, sizes.bossJobs, "together"),
  }));
  if (sizes.finished > 0) {
    say(`burst: adding ${sizes.finished} finished jobs …`);
    await addFinishedJobs(stack, sizes.finished);
  }
  const afterMany = sizes.finished > 0 ? await ours() : undefined;
  return {
    docket,
    ...(afterMany ? { [`docket_with_${sizes.finished}_finished_jobs`]: afterMany } : {}),
    graphile_worker: graphile,
    pg_boss: boss,
    speed_ratio: {
      together_to_graphile_worker: ratio(docket.together.jobs_per_s, graphile.together.jobs_per_s),
      single_to_graphile_worker: ratio(docket.single.jobs_per_s, graphile.single.jobs_per_s),
      together_to_pg_boss: ratio(docket.together.jobs_per_s, boss.together.jobs_per_s),
      ...(afterMany
        ? {
            together_with_many_finished_to_without: ratio(afterMany.together.jobs_per_s, docket.together.jobs_per_s),
            single_with_many_finished_to_without: ratio(afterMany.single.jobs_per_s, docket.single.jobs_per_s),
          }
        : {}),
    },
  };
}

async function withPeer<Result>(
  stack: BenchStack,
  name: string,
  start: (url: string) => Promise<Peer>,
  run: (peer: Peer) => Promise<Result>,
): Promise<Result> {
  say(`${name} …`);
  const peer = await start(await peerDatabase(stack, name));
  try {
    return await run(peer);
  } finally {
    await peer.stop();
  }
}
