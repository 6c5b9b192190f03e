import type { Claim } from "../../_shared/answers.ts";
import { computing } from "../../_shared/computing.ts";
import type { Clues, LearnedHint } from "../../_shared/learned.ts";
import type { Description, Metadata, TextPage } from "../../_shared/metadata.ts";
import type { Pipeline } from "../../_shared/pipeline.ts";

type Reading = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** What a correction of a document could teach, and what earlier ones taught of its sender. The tables are loaded with the first document. */
export async function recall(
  claim: Claim,
  pages: TextPage[],
  pipeline: Pipeline,
  reading: Reading,
): Promise<{ clues: Clues; learned: LearnedHint | null }> {
  const clues = await inTurn(async () => (await import("./clues.ts")).cluesOf(pages));
  const asked = claim.has_learned && clues.marks.length > 0;
  return {
    clues,
    learned: asked ? await reading(() => pipeline.learnedHintOf(claim.document!.id, clues.marks)) : null,
  };
}

/** The hint, and the fields of a description that are as it says, by whichever engine. */
export async function followed(
  hint: LearnedHint,
  metadata: Metadata,
  pages: TextPage[],
): Promise<NonNullable<Description["learned"]>> {
  return await inTurn(async () => {
    const [{ taughtFields }, { linesOf }] = await Promise.all([import("./hint.ts"), import("../local/text/text.ts")]);
    return { hint_id: hint.id, fields: taughtFields(metadata, hint, linesOf(pages)) };
  });
}

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  using _computing = computing();
  return await work();
}
