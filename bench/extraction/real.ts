import path from "node:path";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import type { FoundValue } from "../../supabase/functions/_shared/extraction/values.ts";
import { extractLocally } from "../../supabase/functions/extract/local/extract.ts";
import { chooseDescribe } from "../../supabase/functions/metadata/describer.ts";
import { say } from "../figures.ts";
import { loadMixed } from "../metadata/mixed.ts";
import { sameName } from "../metadata/mixed-score.ts";
import { createReadings } from "../metadata/readings.ts";
import { loadSamples, type SampleFile } from "../metadata/samples.ts";
import { share } from "./score.ts";

/** What a field may say. Empty: nothing is right there. Undefined: nothing is known, so nothing is counted. */
type Truth = { sender?: string[]; date?: string[]; total?: { amounts: number[]; currency: string | null } };
type Real = { sample: SampleFile; template: string; document_type: string; truth: Truth };

type Counted = { asked: number; right: number; wrong: number };
/**
 * `silent_errors`: the share of written values that is wrong; `..._without_proof`: the same with all proposals taken.
 * `fields`: right and wrong, of how many papers that have the field.
 */
type RealFigures = {
  documents: number;
  header_coverage: number;
  silent_errors: number;
  written: number;
  wrong: number;
  silent_errors_without_proof: number;
  fields: Record<string, Counted>;
};

/** Which template is for which type of document. */
const TEMPLATE_OF = new Map(
  ["invoice", "receipt", "bank_statement"].flatMap((name) =>
    TEMPLATES[name]!.document_types.map((type) => [type as string, name] as const),
  ),
);

/**
 * The receipts of a folder's manifest and the invoices, receipts and statements of its `mixed/`, read as the ocr function
 * reads them and described by rules first, as in production. Counted is what the truth has: who sent it, when, and,
 * but for statements, how much.
 * The halves are those of `bench -- metadata`, whose rules find senders and dates here, too.
 */
export async function realFigures(folder: string, kept: string, errors: boolean): Promise<object> {
  const groups = { receipts: await receiptsOf(folder), mixed: await mixedOf(folder) };
  if (groups.receipts.length + groups.mixed.length === 0) return { not_measured: `no manifest.json in ${folder}` };
  const describe = chooseDescribe({ anthropicApiKey: undefined });
  const readings = createReadings(kept, false);
  const figures: Record<string, object> = {};
  try {
    for (const [group, documents] of Object.entries(groups)) {
      const judged: Record<string, Judged[]> = { tuned: [], untouched: [] };
      for (const [nth, document] of documents.entries()) {
        const { sample, template, document_type } = document;
        say(`extract: ${group}, ${nth + 1} of ${documents.length}`);
        const { pages, einvoice } = await readings.read(sample);
        const filename = path.basename(sample.file);
        const { metadata } = await describe(
          { filename, mime_type: sample.mimeType, page_count: pages.length, pages, einvoice },
          () => {},
        );
        const { fields } = TEMPLATES[template]!;
        const found = extractLocally({ pages, fields, document_type, language: metadata.language });
        const one = judge(document, found);
        judged[sample.half === "seen" ? "tuned" : "untouched"]!.push(one);
        if (errors && sample.half === "seen") complain(document, one);
      }
      figures[group] = Object.fromEntries(Object.entries(judged).map(([half, all]) => [half, counted(all)]));
    }
  } finally {
    await readings.stop();
  }
  return figures;
}

async function receiptsOf(folder: string): Promise<Real[]> {
  const { samples } = await loadSamples(folder).catch(() => ({ samples: [] }));
  return samples
    .filter(({ truth }) => truth.type === "receipt")
    .map((sample) => ({
      sample,
      template: "receipt",
      document_type: "receipt",
      truth: {
        ...(sample.truth.company !== null && { sender: [sample.truth.company] }),
        ...(sample.truth.date !== null && { date: [sample.truth.date] }),
        ...(sample.truth.total !== null && { total: { amounts: [sample.truth.total], currency: null } }),
      },
    }));
}

const mixedOf = async (folder: string): Promise<Real[]> =>
  (await loadMixed(folder)).flatMap((sample) => {
    const { types, correspondents, dates, amount, amounts_also } = sample.truth;
    const document_type = types[0]!;
    const template = TEMPLATE_OF.get(document_type);
    const known = (values: (string | null)[]): string[] => values.filter((value) => value !== null);
    const truth = {
      sender: known(correspondents),
      date: known(dates),
      total: { amounts: amount ? [amount.value, ...amounts_also] : [], currency: amount?.currency ?? null },
    };
    return template ? [{ sample, template, document_type, truth }] : [];
  });

type Verdict = { field: string; found: FoundValue | undefined; isAsked: boolean; isRight: boolean };
type Judged = { verdicts: Verdict[]; proposals: { isRight: boolean }[] };

/** The field of a template that follows a rule. */
const fieldOf = (template: string, rule: keyof Truth): string | undefined =>
  Object.entries(TEMPLATES[template]!.fields.properties).find(
    ([, field]) => "rule" in field && field.rule === rule,
  )?.[0];

function judge({ template, truth }: Real, { values, proposals }: ReturnType<typeof extractLocally>): Judged {
  const rules = (["sender", "date", "total"] as const).filter(
    (rule) => truth[rule] !== undefined && fieldOf(template, rule) !== undefined,
  );
  const isRight = (rule: keyof Truth, value: FoundValue["value"]): boolean => {
    if (typeof value === "object") {
      const { amounts, currency } = truth.total!;
      return (
        amounts.some((amount) => Math.abs(amount - value.amount) < 0.005) &&
        (currency === null || value.currency === null || value.currency === currency)
      );
    }
    const text = String(value);
    return rule === "sender" ? truth.sender!.some((name) => sameName(text, name)) : truth.date!.includes(text);
  };
  return {
    verdicts: rules.map((rule) => {
      const field = fieldOf(template, rule)!;
      const found = values.find(({ path }) => path === field);
      const isAsked = rule === "total" ? truth.total!.amounts.length > 0 : truth[rule]!.length > 0;
      return { field, found, isAsked, isRight: found !== undefined && isRight(rule, found.value) };
    }),
    proposals: rules.flatMap((rule) =>
      proposals
        .filter(({ path }) => path === fieldOf(template, rule))
        .map(({ value }) => ({ isRight: isRight(rule, value) })),
    ),
  };
}

function counted(documents: Judged[]): RealFigures {
  const fields: Record<string, Counted> = {};
  let [written, wrong, all, allWrong] = [0, 0, 0, 0];
  for (const { verdicts, proposals } of documents) {
    for (const { field, found, isAsked, isRight } of verdicts) {
      const one = (fields[field] ??= { asked: 0, right: 0, wrong: 0 });
      if (isAsked) one.asked += 1;
      if (!found) continue;
      written += 1;
      if (isRight) one.right += 1;
      else {
        one.wrong += 1;
        wrong += 1;
      }
    }
    all += proposals.length;
    allWrong += proposals.filter(({ isRight }) => !isRight).length;
  }
  const sum = (kind: keyof Counted): number => Object.values(fields).reduce((total, one) => total + one[kind], 0);
  return {
    documents: documents.length,
    header_coverage: share(sum("right"), sum("asked")),
    silent_errors: share(wrong, written),
    written,
    wrong,
    silent_errors_without_proof: share(wrong + allWrong, written + all),
    fields,
  };
}

function complain({ sample, truth }: Real, { verdicts }: Judged): void {
  for (const { field, found, isAsked, isRight } of verdicts)
    if (found ? !isRight : isAsked)
      console.error(
        sample.file,
        field,
        found ? `WRONG ${JSON.stringify(found.value)}: ${found.quote}` : "lacks",
        JSON.stringify(truth),
      );
}
