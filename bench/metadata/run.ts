import type { Describe, DescribeInput, Metadata } from "../../supabase/functions/_shared/metadata.ts";
import { percentile, round } from "../figures.ts";
import type { Sample } from "./samples.ts";
import { scoreOf, type Score } from "./score.ts";
import { judgeTags, type JudgedTag } from "./tag-quality.ts";

/** A description and what it cost; times in milliseconds. `newTags`: how many no document before had. */
export type Described = {
  sample: Sample;
  from: string;
  metadata: Metadata;
  score: Score;
  newTags: number;
  tags: JudgedTag[];
  ms: number;
  cpuMs: number;
  tokens: number;
  costMicroUsd: number | null;
};

/** After so many documents a vocabulary is there. */
const FIRST = 10;

/** Describes one document after the other, as those of one user: each is given the tags of those before it. */
export async function describeAll(
  describe: Describe,
  inputs: { sample: Sample; from: string; input: DescribeInput }[],
): Promise<Described[]> {
  const counts = new Map<string, number>();
  const described: Described[] = [];
  for (const { sample, from, input } of inputs) {
    const known_tags = [...counts]
      .map(([tag, documents]) => ({ tag, documents }))
      .sort((a, b) => b.documents - a.documents);
    const started = performance.now();
    const cpu = process.cpuUsage();
    const { metadata, input_tokens, output_tokens, ...rest } = await describe({ ...input, known_tags }, () => {});
    const used = process.cpuUsage(cpu);
    const ms = performance.now() - started;
    const tags = judgeTags(metadata, { pages: input.pages, trueText: sample.text, before: new Set(counts.keys()) });
    const newTags = metadata.tags.filter((tag) => !counts.has(tag)).length;
    for (const tag of metadata.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    const cost = (rest as { cost_micro_usd?: number }).cost_micro_usd;
    described.push({
      sample,
      from,
      metadata,
      newTags,
      tags,
      ms,
      cpuMs: (used.user + used.system) / 1000,
      tokens: input_tokens + output_tokens,
      costMicroUsd: cost ?? (rest.engine === "local" ? 0 : null),
      score: scoreOf(metadata, sample.truth, input),
    });
  }
  return described;
}

/** The figures of a run; shares are percentages of the documents whose truth is known. */
export function figuresOf(run: Described[]): Record<string, number | string | null> {
  const share = (values: (boolean | null)[]): string => {
    const known = values.filter((value) => value !== null);
    return known.length === 0
      ? "none"
      : `${round((100 * known.filter(Boolean).length) / known.length)}% (${known.filter(Boolean).length}/${known.length})`;
  };
  const mean = (values: number[]): number =>
    round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
  const sum = (values: number[]): number => values.reduce((one, other) => one + other, 0);
  const costs = run.map(({ costMicroUsd }) => costMicroUsd);
  return {
    documents: run.length,
    company: share(run.map(({ score }) => score.company)),
    date: share(run.map(({ score }) => score.date)),
    total: share(run.map(({ score }) => score.total)),
    type: share(run.map(({ score }) => score.type)),
    name_well_formed: share(run.map(({ score }) => score.name)),
    values_proven: `${round((100 * sum(run.map(({ score }) => score.proven))) / Math.max(1, sum(run.map(({ score }) => score.values))))}%`,
    tags: mean(run.map(({ metadata }) => metadata.tags.length)),
    new_tags_after_ten: run.length > FIRST ? mean(run.slice(FIRST).map(({ newTags }) => newTags)) : null,
    summary_characters: mean(run.map(({ metadata }) => metadata.summary.length)),
    ms_p50: round(
      percentile(
        run.map(({ ms }) => ms),
        50,
      ),
    ),
    cpu_ms: mean(run.map(({ cpuMs }) => cpuMs)),
    tokens: mean(run.map(({ tokens }) => tokens)),
    cost_micro_usd: costs.includes(null) ? null : mean(costs.filter((cost) => cost !== null)),
  };
}
