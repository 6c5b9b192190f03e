import path from "node:path";
import { parseArgs } from "node:util";
import { chooseDescribe } from "../supabase/functions/metadata/describer.ts";
import type { DescribeInput } from "../supabase/functions/_shared/metadata.ts";
import { machine, say, table } from "./figures.ts";
import { measureHosted } from "./metadata/hosted.ts";
import { confidenceFiguresOf, judgedOf, judgedOfMixed, type Judged } from "./metadata/confidence.ts";
import { createReadings, type Reading } from "./metadata/readings.ts";
import { describeAll, figuresOf, type Described } from "./metadata/run.ts";
import { madeInvoices } from "./metadata/made-invoices.ts";
import { describeMixed, loadMixed, type DescribedMixed, type MixedSample } from "./metadata/mixed.ts";
import { mixedFiguresOf } from "./metadata/mixed-score.ts";
import { loadPapers } from "./metadata/papers.ts";
import { type JudgedTag, tagFiguresOf } from "./metadata/tag-quality.ts";
import { loadSamples, type Half, type Sample, type SampleFile } from "./metadata/samples.ts";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * `npm run bench -- metadata [--json] [--engine local|claude] [--data DIR] [--split seen|held-out|all] [--errors]
 * [--reread] [--papers]`: what share of the descriptions is right, over the receipts and invoices of a folder with a
 * manifest.json. Receipts are described twice: from their true text, and from our own reading of the picture (kept in
 * .docket/, so only the first run reads). E-invoices too: with what their XML says, and from their pages alone, as if
 * they were plain invoices. Beside them, invoices that are made up in five languages, and papers that are like
 * invoices; the everyday documents of `mixed/`, and those made up in `metadata/papers/`. With `--papers` these alone,
 * which takes seconds and no data. The errors are shown of the half that the rules were written on, never of the other.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      engine: { type: "string", default: "local" },
      data: { type: "string", default: path.join(ROOT, "../shared/data") },
      split: { type: "string", default: "all" },
      errors: { type: "boolean" },
      reread: { type: "boolean" },
      papers: { type: "boolean" },
    },
  });
  if (!["local", "claude"].includes(values.engine)) throw new Error("--engine is local or claude.");
  if (!["seen", "held-out", "all"].includes(values.split)) throw new Error("--split is seen, held-out or all.");
  const apiKey = values.engine === "claude" ? process.env["ANTHROPIC_API_KEY"] : undefined;
  if (values.engine === "claude" && !apiKey) throw new Error("--engine claude needs ANTHROPIC_API_KEY.");
  const describe = chooseDescribe({
    anthropicApiKey: apiKey,
    anthropicBaseUrl: process.env["ANTHROPIC_BASE_URL"],
    claudeModel: process.env["CLAUDE_MODEL"],
  });

  const wanted = ({ half }: { half: Half }): boolean => values.split === "all" || half === values.split;
  const loaded = values.papers ? { samples: [], leftOut: [] } : await loadSamples(values.data);
  const samples = loaded.samples.filter(wanted);
  const mixed = values.papers ? [] : (await loadMixed(values.data)).filter(wanted);
  const readings = createReadings(path.join(ROOT, ".docket/bench/readings"), values.reread ?? false);
  const inputs: { sample: Sample; from: string; input: DescribeInput }[] = [];
  const mixedInputs: { sample: MixedSample; input: DescribeInput }[] = [];
  const failed: Record<string, string> = {};
  try {
    for (const [index, sample] of mixed.entries()) {
      if (index % 10 === 0) say(`metadata: reading ${index + 1} of ${mixed.length} mixed documents …`);
      try {
        mixedInputs.push({ sample, input: inputOf(sample, await readings.read(sample)) });
      } catch (thrown) {
        failed[sample.file] = thrown instanceof Error ? thrown.message : String(thrown);
      }
    }
    for (const [index, sample] of samples.entries()) {
      if (index % 10 === 0) say(`metadata: reading ${index + 1} of ${samples.length} …`);
      let input: DescribeInput;
      try {
        input = inputOf(sample, await readings.read(sample));
      } catch (thrown) {
        failed[sample.file] = thrown instanceof Error ? thrown.message : String(thrown);
        continue;
      }
      if (sample.text !== null) {
        inputs.push({
          sample,
          from: `${sample.group}, true text`,
          input: { ...input, page_count: 1, pages: [{ page_number: 1, text: sample.text }] },
        });
      }
      if (input.einvoice)
        inputs.push({ sample, from: `${sample.group}, without the XML`, input: { ...input, einvoice: null } });
      inputs.push({ sample, from: sample.text === null ? sample.group : `${sample.group}, own reading`, input });
    }
  } finally {
    await readings.stop();
  }

  for (const { sample, pages } of values.papers ? [] : madeInvoices()) {
    if (values.split === "all" || sample.half === values.split)
      inputs.push({
        sample,
        from: sample.group,
        input: { filename: path.basename(sample.file), mime_type: sample.mimeType, page_count: pages.length, pages },
      });
  }

  const described: Described[] = [];
  const judged: Record<Half, Judged[]> = { seen: [], "held-out": [] };
  const tags: Record<Half, JudgedTag[][]> = { seen: [], "held-out": [] };
  const halves: Record<string, Record<string, unknown>> = {};
  for (const half of ["seen", "held-out"] as const) {
    for (const from of [...new Set(inputs.map((input) => input.from))].sort()) {
      const run = await describeAll(
        describe,
        inputs.filter((input) => input.from === from && input.sample.half === half),
      );
      described.push(...run);
      judged[half].push(...run.flatMap(judgedOf));
      tags[half].push(...run.map((each) => each.tags));
      if (run.length > 0) (halves[half.replace("-", "_")] ??= {})[from] = figuresOf(run);
    }
  }
  for (const half of ["seen", "held-out"] as const) {
    const run = await describeMixed(
      describe,
      mixedInputs.filter(({ sample }) => sample.half === half),
    );
    if (run.length > 0)
      (halves[half.replace("-", "_")] ??= {})["mixed"] = mixedFiguresOf(run.map(({ score }) => score));
    const papers = await describeMixed(describe, wanted({ half }) ? await paperInputs(half) : []);
    if (papers.length > 0)
      (halves[half.replace("-", "_")] ??= {})["made papers of all kinds"] = mixedFiguresOf(
        papers.map(({ score }) => score),
      );
    judged[half].push(...[...run, ...papers].flatMap(judgedOfMixed));
    tags[half].push(...[...run, ...papers].map((each) => each.tags));
    if (judged[half].length > 0)
      Object.assign((halves[half.replace("-", "_")] ??= {}), {
        confidence: confidenceFiguresOf(judged[half]),
        tags: tagFiguresOf(tags[half]),
      });
    if (values.errors && half === "seen") for (const each of [...run, ...papers]) reportMixed(each);
  }
  if (values.errors) for (const each of described) if (each.sample.half === "seen") report(each);
  const texts = inputs.flatMap(({ input }) => input.pages.map(({ text }) => text));
  const figures = {
    machine: machine(),
    engine: values.engine,
    ...halves,
    left_out: [...loaded.leftOut, ...Object.entries(failed).map(([file, reason]) => `${file}: ${reason}`)],
    ...(values.engine === "local" && !values.papers ? { twenty_pages_in_a_function: await measureHosted(texts) } : {}),
  };
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}

const paperInputs = async (half: Half): Promise<{ sample: MixedSample; input: DescribeInput }[]> =>
  (await loadPapers(half)).map(({ sample, pages }) => ({
    sample,
    input: inputOf({ ...sample, file: sample.truth.file }, { pages, einvoice: null }),
  }));

const inputOf = (
  sample: SampleFile,
  { pages, einvoice }: Pick<DescribeInput, "pages"> & Pick<Reading, "einvoice">,
): DescribeInput => ({
  filename: path.basename(sample.file).replace(/^[a-z0-9]+-/i, sample.group === "mixed" ? "" : "$&"),
  mime_type: sample.mimeType,
  page_count: pages.length,
  pages,
  einvoice,
});

/** What is wrong with the description of a mixed document. */
function reportMixed({ sample, metadata, score, tags }: DescribedMixed): void {
  const { truth } = sample;
  const wrong = [
    score.type !== "right" && `type: ${metadata.document_type} for ${truth.types.join(" or ")}`,
    score.correspondent !== "right" && `sender: ${metadata.correspondent} for ${truth.correspondents.join(" or ")}`,
    score.date !== "right" && `date: ${metadata.document_date} for ${truth.dates.join(" or ")}`,
    score.amount !== "right" && `amount: ${JSON.stringify(metadata.amount)} for ${JSON.stringify(truth.amount)}`,
    score.language !== "right" && `language: ${metadata.language} for ${truth.language}`,
    score.name !== "good" && `name ${score.name}: ${metadata.display_name} for ${truth.title_any.join(" or ")}`,
    ...wrongTags(tags),
  ].filter((text) => typeof text === "string");
  if (wrong.length > 0)
    console.error(`${sample.file}\n  ${wrong.join("\n  ")}\n  summary: ${metadata.summary}\n  tags: ${metadata.tags}`);
}

const wrongTags = (tags: JudgedTag[]): string[] =>
  tags.flatMap(({ tag, fault }) => (fault === null ? [] : [`tag ${fault}: ${tag}`]));

/** What is wrong with a description, for those who write rules. */
function report({ sample, from, score, metadata, tags }: Described): void {
  const { correspondent, document_date, document_type, summary, display_name } = metadata;
  const wrong = [
    score.company === false && `company: ${correspondent} for ${sample.truth.company}`,
    score.date === false && `date: ${document_date} for ${sample.truth.date}`,
    score.total === false && `total: "${summary}" for ${sample.truth.total}`,
    !score.type && `type: ${document_type} for ${sample.truth.type}`,
    !score.name && `name: ${display_name}`,
    score.proven < score.values && `evidence: ${score.proven} of ${score.values}: ${JSON.stringify(metadata.evidence)}`,
    ...wrongTags(tags),
  ].filter((text) => typeof text === "string");
  if (wrong.length > 0) console.error(`${sample.file} (${from})\n  ${wrong.join("\n  ")}`);
}
