import { readFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../scripts/checkout.ts";
import { databaseClock } from "./clock.ts";
import { percentile, round, say } from "./figures.ts";
import { SPACED } from "./idle.ts";
import { type BenchStack, pause, temporaryStack, until } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

/** From sending a file to its `completed`, beside what the stages themselves took of it by their own logs; milliseconds. */
export type WholeChain = {
  rounds: number;
  /** Upload to `completed`. */
  p50_ms: number;
  p95_ms: number;
  /** Upload to the answer 202. */
  accepted_p50_ms: number;
  /** What receiving, reading and describing took, added up. */
  own_work_p50_ms: number;
  reading_p50_ms: number;
  /** All but the reading. */
  beside_reading_p50_ms: number;
};

const WARM_UP = 5;

/** Files that come one by one to a stack that is idle: a text PDF of one page, and a photo that the OCR engine reads. */
export async function wholeChain(rounds: number): Promise<{ text_pdf: WholeChain; photo: WholeChain }> {
  const lines: { source: string; line: string }[] = [];
  const stack = await temporaryStack({ engine: true, onLog: (source, line) => void lines.push({ source, line }) });
  try {
    const token = await signUp(stack);
    say("whole chain: a text PDF of one page …");
    const text_pdf = await series(stack, lines, token, "download-3.pdf", rounds);
    say("whole chain: a photo …");
    const photo = await series(stack, lines, token, "IMG_2041.jpg", Math.ceil(rounds / 4));
    return { text_pdf, photo };
  } finally {
    await stack.stop();
  }
}

async function series(
  stack: BenchStack,
  lines: { source: string; line: string }[],
  token: string,
  sample: string,
  rounds: number,
): Promise<WholeChain> {
  const bytes = await readFile(path.join(ROOT, "samples", sample));
  const toHere = await databaseClock(stack.db);
  const seen: { total: number; accepted: number; own: number; reading: number }[] = [];
  for (let index = 0; index < rounds + WARM_UP; index += 1) {
    await pause(SPACED());
    lines.length = 0;
    const form = new FormData();
    // Other bytes each time, as the same ones are the same document.
    form.append("file", new Blob([bytes, `\n%${crypto.randomUUID()}\n`]), `${index}-${sample}`);
    const sent = performance.now();
    const response = await fetch(`${stack.url}/functions/v1/upload`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: form,
    });
    const { document_id } = (await response.json()) as { document_id: string };
    if (response.status !== 202) throw new Error(`The upload was refused with ${response.status}.`);
    const accepted = performance.now() - sent;
    const completed = await completion(stack, document_id);
    const own = (step: string, stage: string) => workOf(lines, document_id, step, stage);
    await until(async () => own("job.ended", "metadata") !== undefined, 5);
    const reading = own("job.ended", "ocr")!;
    seen.push({
      total: toHere(completed) - sent,
      accepted,
      reading,
      own: own("upload.accepted", "upload")! + reading + own("job.ended", "metadata")!,
    });
  }
  const measured = seen.slice(WARM_UP);
  const p = (rank: number, value: (one: (typeof seen)[number]) => number) =>
    round(percentile(measured.map(value), rank));
  return {
    rounds,
    p50_ms: p(50, ({ total }) => total),
    p95_ms: p(95, ({ total }) => total),
    accepted_p50_ms: p(50, ({ accepted }) => accepted),
    own_work_p50_ms: p(50, ({ own }) => own),
    reading_p50_ms: p(50, ({ reading }) => reading),
    beside_reading_p50_ms: p(50, ({ total, reading }) => total - reading),
  };
}

/** When the document was completed, in seconds by Postgres's clock. Looks seldom at first: the machine is the chain's. */
async function completion({ db }: BenchStack, id: string): Promise<number> {
  let at: number | undefined;
  await until(async () => {
    const { rows } = await db.query<{ at: number; status: string }>(
      "select status, extract(epoch from updated_at)::float8 as at from public.documents where id = $1",
      [id],
    );
    if (rows[0]!.status === "failed") throw new Error(`Document ${id} failed.`);
    if (rows[0]!.status === "completed") at = rows[0]!.at;
    return at !== undefined;
  }, 15);
  return at!;
}

/** The milliseconds that a function's log names for a step of a document. */
function workOf(lines: { line: string }[], document: string, step: string, stage: string): number | undefined {
  for (const { line } of lines) {
    if (!line.includes(document)) continue;
    const entry = JSON.parse(line) as { step?: string; stage?: string; document?: string; ms?: number };
    if (entry.step === step && entry.stage === stage && entry.document === document) return entry.ms;
  }
  return undefined;
}
