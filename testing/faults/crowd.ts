import type { Sample } from "./sample.ts";
import type { Sender } from "./sender.ts";
import type { Watch } from "./watch.ts";

/** Documents that are sent before any has ended: so many at least, and this share of all. */
const BULK = 12;
const BULK_SHARE = 0.2;
/** Longer than a run takes. */
const SEND_LIMIT_MS = 900_000;

/** What the senders saw. `lost` and `doubles` are sentences. */
export type Sent = { accepted: Map<Sample, string>; lost: string[]; doubles: string[] };

/** Sends every file, some of them twice: at first a bulk, then one for each that ends, so that there is always a queue. */
export async function sendAll(samples: Sample[], senders: Sender[], watch: Watch): Promise<Sent> {
  const accepted = new Map<Sample, string>();
  const lost: string[] = [];
  const doubles: string[] = [];
  const bulk = Math.max(BULK, samples.length * BULK_SHARE);

  async function send(sample: Sample): Promise<void> {
    const sender = senders[sample.user]!;
    try {
      const both =
        sample.sentAgain === "at once"
          ? await Promise.all([sender.send(sample), sender.send(sample)])
          : [await sender.send(sample)];
      if (sample.sentAgain === "later") both.push(await sender.send(sample));
      accepted.set(sample, both[0]!);
      if (new Set(both).size > 1)
        doubles.push(`${sample.name}, sent twice, became two documents: ${both.join(" and ")}.`);
    } catch (error) {
      lost.push((error as Error).message);
    }
  }
  await Promise.all(
    samples.map(async (sample, index) => {
      await watch.untilEnded(index - bulk, SEND_LIMIT_MS);
      await send(sample);
    }),
  );
  return { accepted, lost, doubles };
}
