import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import type { FoundValue, Value } from "../../supabase/functions/_shared/extraction/values.ts";
import { extractLocally } from "../../supabase/functions/extract/local/extract.ts";
import { parseValues } from "../../supabase/functions/extract/local/parse.ts";
import { hasLegalForm, withoutLegalForm } from "../../supabase/functions/metadata/local/sender/company-name.ts";
import { moneyIn } from "../../supabase/functions/metadata/local/amounts/money.ts";
import { keyOf } from "../../supabase/functions/metadata/local/text/text.ts";
import { isoOf, writtenDates } from "../../supabase/functions/metadata/local/dates/written-dates.ts";
import { createReadings, type Reading } from "../metadata/readings.ts";
import { same, share } from "./score.ts";

type Field = { asked: number; right: number; wrong: number };
/**
 * `fields`: for each, how many papers have it, and how often the written value is right or wrong. `lines_f1` counts lines whose
 * number, price and sum are right. Of the silent errors some are none to a reader of the paper: `named_otherwise` are names with
 * a legal form that the XML leaves out, or the other way, `not_on_paper` are values of the XML that no page says.
 */
type EinvoiceFigures = {
  documents: number;
  header_coverage: number;
  silent_errors: number;
  silent_errors_to_a_reader: number;
  written: number;
  wrong: number;
  named_otherwise: number;
  not_on_paper: number;
  silent_errors_without_proof: number;
  lines_f1: number;
  fields: Record<string, Field>;
};

/** What a value is called in the XML, which the engine is not shown. */
function truthOf({ einvoice }: Reading): { header: Record<string, Value>; lines: Record<string, Value>[] } | null {
  if (!einvoice?.details) return null;
  const { details, currency } = einvoice;
  const money = (amount: number | null): Value | null => (amount === null ? null : { amount, currency });
  const known = (values: Record<string, Value | null>): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  return {
    header: known({
      invoice_number: einvoice.number,
      invoice_date: einvoice.issue_date,
      due_date: details.due_date,
      seller: einvoice.seller,
      net: money(details.net),
      tax: money(details.tax),
      total: money(einvoice.grand_total),
    }),
    lines: details.lines.map(({ quantity, unit_price, total }) =>
      known({ quantity, unit_price: money(unit_price), total: money(total) }),
    ),
  };
}

/** Samples of libraries have the XML of one invoice in the pages of another. */
const saysNumber = ({ pages, einvoice }: Reading): boolean =>
  einvoice?.number != null && keyOf(pages.map(({ text }) => text).join("\n")).includes(keyOf(einvoice.number));

/** Where the XML names no currency, the paper may. */
const isTrue = (found: Value, truth: Value): boolean =>
  typeof found === "object" && typeof truth === "object" && truth.currency === null
    ? same({ ...found, currency: null }, truth)
    : same(found, truth);

/**
 * The e-invoices of a folder, extracted from what their pages say: the XML inside them is the truth, and hidden from the engine.
 * Files whose hash is even are the half that rules may be written on; `errors` shows what is wrong with those alone.
 */
export async function einvoiceFigures(folder: string, errors: boolean): Promise<Record<string, EinvoiceFigures>> {
  const kept = await mkdtemp(path.join(tmpdir(), "docket-einvoices-"));
  const readings = createReadings(kept, true);
  const halves: Record<string, Paper[]> = { tuned: [], untouched: [] };
  try {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".pdf")).sort()) {
      const bytes = new Uint8Array(await readFile(path.join(folder, file)));
      const reading = await readings
        .read({ file, group: "einvoices", half: "seen", bytes, mimeType: "application/pdf" })
        .catch((error: unknown) => void console.error(`${file}: ${String(error)}`));
      const truth = reading && truthOf(reading);
      if (!truth) continue;
      if (!saysNumber(reading)) {
        console.error(`${file}: its pages are another invoice than its XML`);
        continue;
      }
      const even = Number.parseInt(createHash("sha256").update(bytes).digest("hex")[0]!, 16) % 2 === 0;
      const found = extractLocally({
        pages: reading.pages,
        fields: TEMPLATES.invoice!.fields,
        language: null,
        document_type: "invoice",
      });
      const paper = { file, truth, says: saysOf(reading), ...found };
      halves[even ? "tuned" : "untouched"]!.push(paper);
      if (errors && even) complain(paper);
    }
  } finally {
    await readings.stop();
    await rm(kept, { recursive: true, force: true });
  }
  return Object.fromEntries(Object.entries(halves).map(([half, papers]) => [half, scored(papers)]));
}

function saysOf({ pages }: Reading): Paper["says"] {
  const text = pages.map((page) => page.text).join("\n");
  const numbers = parseValues({ type: "number" }, text, { dayFirst: null, currency: null });
  return {
    words: keyOf(text).replaceAll(" ", ""),
    amounts: new Set([...numbers.map(({ value }) => value as number), ...moneyIn(text).map(({ amount }) => amount)]),
    days: new Set([true, false].flatMap((dayFirst) => writtenDates(text, dayFirst).map(isoOf))),
  };
}

/** Whether a page says a value at all: what none says an engine cannot find. */
function isOnPaper({ says }: Paper, value: Value): boolean {
  if (typeof value === "object") return says.amounts.has(value.amount);
  if (typeof value === "number") return says.amounts.has(value);
  return says.days.has(String(value)) || says.words.includes(keyOf(String(value)).replaceAll(" ", ""));
}

const isNamedOtherwise = (found: Value, truth: Value): boolean =>
  typeof found === "string" &&
  typeof truth === "string" &&
  (hasLegalForm(found, keyOf(found)) || hasLegalForm(truth, keyOf(truth))) &&
  keyOf(withoutLegalForm(found)).trim() === keyOf(withoutLegalForm(truth)).trim();

type Paper = {
  file: string;
  /** Its text without anything but letters and digits, and its amounts and days. */
  says: { words: string; amounts: Set<number>; days: Set<string> };
  truth: NonNullable<ReturnType<typeof truthOf>>;
  values: FoundValue[];
  proposals: Omit<FoundValue, "proof">[];
};

function trueValue({ truth }: Paper, { path, row }: { path: string; row: number }): Value | undefined {
  return path.includes(".") ? truth.lines[row]?.[path.split(".")[1]!] : truth.header[path];
}

function scored(papers: Paper[]): EinvoiceFigures {
  const fields: Record<string, Field> = {};
  let [written, wrong, all, allWrong, linesRight, linesFound, linesThere] = [0, 0, 0, 0, 0, 0, 0];
  let [otherwise, notOnPaper] = [0, 0];
  for (const paper of papers) {
    for (const [name, value] of Object.entries(paper.truth.header)) {
      const field = (fields[name] ??= { asked: 0, right: 0, wrong: 0 });
      const found = paper.values.find((one) => one.path === name);
      field.asked += 1;
      if (found) field[isTrue(found.value, value) ? "right" : "wrong"] += 1;
    }
    // What the XML does not say is neither right nor wrong.
    const judged = (values: Pick<FoundValue, "path" | "row" | "value">[]): boolean[] =>
      values.flatMap((one) => {
        const value = trueValue(paper, one);
        return value === undefined ? [] : [isTrue(one.value, value)];
      });
    for (const one of paper.values) {
      const value = trueValue(paper, one);
      if (value === undefined || isTrue(one.value, value)) continue;
      if (isNamedOtherwise(one.value, value)) otherwise += 1;
      else if (!isOnPaper(paper, value)) notOnPaper += 1;
    }
    const proven = judged(paper.values);
    const both = judged([...paper.values, ...paper.proposals]);
    written += proven.length;
    wrong += proven.filter((right) => !right).length;
    all += both.length;
    allWrong += both.filter((right) => !right).length;
    const rows = new Set(paper.values.filter(({ path }) => path.includes(".")).map(({ row }) => row));
    linesFound += rows.size;
    linesThere += paper.truth.lines.length;
    for (const row of rows) {
      const line = Object.entries(paper.truth.lines[row] ?? {});
      const isRight = ([column, value]: [string, Value]): boolean =>
        paper.values.some((one) => one.row === row && one.path === `items.${column}` && isTrue(one.value, value));
      if (line.length > 0 && line.every(isRight)) linesRight += 1;
    }
  }
  const sum = (kind: keyof Field): number => Object.values(fields).reduce((total, field) => total + field[kind], 0);
  return {
    documents: papers.length,
    header_coverage: share(sum("right"), sum("asked")),
    silent_errors: share(wrong, written),
    silent_errors_to_a_reader: share(wrong - otherwise - notOnPaper, written),
    written,
    wrong,
    named_otherwise: otherwise,
    not_on_paper: notOnPaper,
    silent_errors_without_proof: share(allWrong, all),
    lines_f1: share(2 * linesRight, linesFound + linesThere),
    fields,
  };
}

function complain(paper: Paper): void {
  for (const [name, value] of Object.entries(paper.truth.header)) {
    const found = paper.values.find((one) => one.path === name);
    if (!found || !isTrue(found.value, value))
      console.error(paper.file, name, JSON.stringify(value), "found", JSON.stringify(found?.value), found?.quote ?? "");
  }
  const lines = paper.values.filter((one) => one.path.startsWith("items."));
  for (const one of lines) {
    const value = trueValue(paper, one);
    if (value !== undefined && !isTrue(one.value, value))
      console.error(paper.file, one.path, one.row, JSON.stringify(value), JSON.stringify(one.value));
  }
  console.error(paper.file, "lines", new Set(lines.map(({ row }) => row)).size, "of", paper.truth.lines.length);
}
