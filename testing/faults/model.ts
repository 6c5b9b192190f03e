import { type FakeAnswer, type FakeRequest, startFakeClaude } from "../fakes/claude.ts";
import { modelStep } from "../fakes/claude/model.ts";
import { MARK } from "./sample.ts";

/** Ways in which the model lets its caller down. */
export const MODEL_FAULTS = [
  "rate limited",
  "overloaded",
  "overloaded in the stream",
  "server error",
  "hangs",
  "hangs in the stream",
  "late",
  "cut",
  "unfinished",
  "garbage",
  "garbage in the stream",
  "says nothing of use",
  "refuses",
] as const;
export type ModelFault = (typeof MODEL_FAULTS)[number];

/** Longer than a lease of a run, so that the caller has lost its job when the answer comes. */
const LATE_MS = 12_000;

const ANSWERS: Record<Exclude<ModelFault, "late">, FakeAnswer> = {
  "rate limited": { kind: "error", status: 429, retryAfter: "1" },
  overloaded: { kind: "error", status: 529 },
  "overloaded in the stream": { kind: "error_event", type: "overloaded_error" },
  "server error": { kind: "error", status: 500 },
  hangs: { kind: "hang" },
  "hangs in the stream": { kind: "hang", after: "start" },
  cut: { kind: "cut" },
  unfinished: { kind: "unfinished" },
  garbage: { kind: "garbage" },
  "garbage in the stream": { kind: "garbage", in: "event" },
  "says nothing of use": { kind: "ok", content: [{ type: "text", text: "I would rather talk about the weather." }] },
  refuses: { kind: "refusal" },
};

/** The fake of the Messages API, with a memory of what it did for which document. */
export type Model = {
  url: string;
  /** The next requests are answered so. */
  fail(fault: ModelFault, requests: number): void;
  /** From now on the model is well-mannered. */
  calm(): void;
  /** Resolves when the answers that were late are out. */
  lateAnswers(): Promise<void>;
  /** Marks of the documents that it refused. */
  refused: Set<string>;
  /** Requests by the mark of their document. */
  calls(): Map<string, number>;
  close(): Promise<void>;
};

export async function startModel(): Promise<Model> {
  const fake = await startFakeClaude();
  const refused = new Set<string>();
  const late = new Set<Promise<unknown>>();
  let calm = false;

  async function answer(fault: ModelFault, request: FakeRequest): Promise<FakeAnswer> {
    if (calm) return modelStep(request.body);
    if (fault === "late") {
      const wait = new Promise((resolve) => setTimeout(resolve, LATE_MS));
      late.add(wait);
      await wait;
      late.delete(wait);
      return modelStep(request.body);
    }
    const mark = fault === "refuses" && markIn(request.body);
    if (mark) refused.add(mark);
    return ANSWERS[fault];
  }

  return {
    url: fake.url,
    refused,
    fail: (fault, requests) =>
      fake.script(...Array.from({ length: requests }, () => (request: FakeRequest) => answer(fault, request))),
    calm: () => void (calm = true),
    async lateAnswers() {
      await Promise.all(late);
    },
    calls() {
      const calls = new Map<string, number>();
      for (const { body } of fake.requests) {
        // Of a caller that was killed before all of its request was out.
        if (body === undefined) continue;
        const mark = markIn(body) ?? "unknown";
        calls.set(mark, (calls.get(mark) ?? 0) + 1);
      }
      return calls;
    },
    close: fake.close,
  };
}

/** The mark of the document that a request is about: in the name that it tells, or in the picture that it shows. */
function markIn(body: any): string | undefined {
  const content = body?.messages?.[0]?.content;
  if (!Array.isArray(content)) return MARK.exec(JSON.stringify(body ?? null))?.[0];
  for (const { text, source } of content) {
    const found = MARK.exec(source ? Buffer.from(source.data, "base64").toString("latin1") : (text ?? ""));
    if (found) return found[0];
  }
  return undefined;
}
