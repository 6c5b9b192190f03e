import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import {
  type Describe,
  type DescribeInput,
  DOCUMENT_TYPES,
  type Metadata,
} from "../../supabase/functions/_shared/metadata.ts";
import { type MixedScore, mixedScoreOf } from "./mixed-score.ts";
import { type JudgedTag, judgeTags } from "./tag-quality.ts";
import { halfOf, mimeTypeOf, type SampleFile } from "./samples.ts";

/**
 * What counts as right for a document of any kind. `types`, `correspondents` and `dates` list the acceptable values, best
 * first; null among them, or an empty list, means that giving none is right. `title_any` are words of which a good name has
 * at least one; `bad` are words that a good name has none of.
 */
export const MixedTruth = z.object({
  file: z.string(),
  source: z.string(),
  language: z.string(),
  languages_also: z.array(z.string()).default([]),
  types: z.array(z.enum(DOCUMENT_TYPES)).min(1),
  correspondents: z.array(z.string().nullable()),
  dates: z.array(z.string().nullable()),
  amount: z.object({ value: z.number(), currency: z.string().nullable() }).nullable(),
  amounts_also: z.array(z.number()).default([]),
  amount_optional: z.boolean().default(false),
  title_any: z.array(z.string()),
  bad: z.array(z.string()),
});
export type MixedTruth = z.infer<typeof MixedTruth>;

export type MixedSample = SampleFile & { truth: MixedTruth };

/** The everyday documents of `mixed/manifest.json` in a folder; none where it has no such file. */
export async function loadMixed(folder: string): Promise<MixedSample[]> {
  const manifest = await readFile(path.join(folder, "mixed/manifest.json"), "utf8").catch(() => "[]");
  const truths = z.array(MixedTruth).parse(JSON.parse(manifest));
  return Promise.all(
    truths.map(async (truth) => ({
      file: `mixed/${truth.file}`,
      group: "mixed",
      half: halfOf(truth.file),
      bytes: new Uint8Array(await readFile(path.join(folder, "mixed", truth.file))),
      mimeType: mimeTypeOf(truth.file),
      truth,
    })),
  );
}

export type DescribedMixed = { sample: MixedSample; metadata: Metadata; score: MixedScore; tags: JudgedTag[] };

/** Describes one document after the other, each with the tags of those before it. */
export async function describeMixed(
  describe: Describe,
  inputs: { sample: MixedSample; input: DescribeInput }[],
): Promise<DescribedMixed[]> {
  const counts = new Map<string, number>();
  const described: DescribedMixed[] = [];
  for (const { sample, input } of inputs) {
    const known_tags = [...counts].map(([tag, documents]) => ({ tag, documents }));
    const { metadata } = await describe({ ...input, known_tags }, () => {});
    const tags = judgeTags(metadata, { pages: input.pages, trueText: null, before: new Set(counts.keys()) });
    for (const tag of metadata.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    described.push({ sample, metadata, score: mixedScoreOf(metadata, sample.truth), tags });
  }
  return described;
}
