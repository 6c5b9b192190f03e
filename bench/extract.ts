import path from "node:path";
import { parseArgs } from "node:util";
import type { ExtractPage, FoundValue } from "../supabase/functions/_shared/extraction/values.ts";
import { TEMPLATES } from "../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../supabase/functions/extract/local/extract.ts";
import { lieAll } from "../testing/database/liar.ts";
import type { Database } from "../testing/database/migrated.ts";
import { LAYOUTS, madeInvoices } from "../testing/fixtures/invoices-of-layouts.ts";
import type { MadePaper } from "../testing/fixtures/made-paper.ts";
import { madeReceipts, RECEIPT_LAYOUTS } from "../testing/fixtures/receipts-of-layouts.ts";
import { madeStatements, STATEMENT_LAYOUTS } from "../testing/fixtures/statements-of-layouts.ts";
import { realFigures } from "./extraction/real.ts";
import { readPictures } from "./extraction/pictures.ts";
import { createReadings } from "./metadata/readings.ts";
import { einvoiceFigures } from "./extraction/einvoices.ts";
import { learningFigures } from "./extraction/learning.ts";
import { tableFigures } from "./extraction/tables.ts";
import { withServer } from "./extraction/server.ts";
import { type Figures, figuresOf, same, type Scored } from "./extraction/score.ts";
import { machine, say } from "./figures.ts";

const ROOT = path.join(import.meta.dirname, "..");
/** What was read is kept, so only the first run reads. */
const READINGS = path.join(ROOT, ".docket/bench/readings");

/**
 * `npm run bench -- extract [--json] [--only made,pictures,real,learning,einvoices,liar,tables] [--count 1000]
 * [--pictures 14] [--layouts 50] [--einvoices FOLDER] [--data FOLDER] [--errors]`.
 * `made`: invoices, receipts and statements that are made in forty layouts each, in seven languages, a third of them with a
 * misread digit in the total or the last balance, extracted by rules. The layouts alternate between the half that rules are
 * written on and the other, whose errors are never shown.
 * `pictures`: so many of each kind printed, scanned or photographed, and read as the ocr function reads them, by tesseract.
 * `real`: the receipts and the everyday documents of a folder with a manifest, as `bench -- metadata` takes it.
 * `learning`: fifty unseen layouts before and after their first paper was corrected.
 * `einvoices`: the e-invoices of a folder, by their pages alone, with their XML as the truth.
 * `liar`: what the database writes of a model that lies about every fifth value.
 * `tables`: pages of a table of `--documents` documents with twenty fields, with and without filters; only by name.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      count: { type: "string", default: "1000" },
      layouts: { type: "string", default: "50" },
      only: { type: "string" },
      errors: { type: "boolean" },
      einvoices: { type: "string" },
      pictures: { type: "string", default: "14" },
      data: { type: "string", default: path.join(ROOT, "../shared/data") },
      documents: { type: "string", default: "100000" },
    },
  });
  // On a machine that does something else as well, a page may take long.
  process.env["OCR_PAGE_TIMEOUT_MS"] ??= "300000";
  const parts: Record<string, () => Promise<unknown>> = {
    made: async () => madeFigures(Number(values.count), values.errors === true),
    pictures: async () => await pictureFigures(Number(values.pictures), values.errors === true),
    real: async () => await realFigures(values.data, READINGS, values.errors === true),
    learning: async () =>
      await withServer((database) => learningFigures(database, Number(values.layouts), values.errors === true)),
    einvoices: async () =>
      values.einvoices
        ? await einvoiceFigures(values.einvoices, values.errors === true)
        : "not measured: give a folder of PDFs with --einvoices",
    tables: async () => await withServer(async (database) => await tableFigures(database, Number(values.documents))),
    liar: async () => await withServer(async (database) => await liarFigures(database, Number(values.count))),
  };
  const wanted = values.only?.split(",") ?? Object.keys(parts).filter((part) => part !== "tables");
  const figures: Record<string, unknown> = { machine: machine() };
  for (const part of wanted) {
    const run = parts[part];
    if (!run) throw new Error(`There is no part ${part}: ${Object.keys(parts).join(", ")}.`);
    say(`extract: ${part} …`);
    figures[part] = await run();
  }
  console.log(JSON.stringify(figures, null, 2));
}

/** A model that lies about every fifth value of documents that were read well. */
async function liarFigures(database: Database, count: number): Promise<object> {
  const documents = madeInvoices(count).filter(({ noisy }) => !noisy);
  const { written, ...told } = await lieAll(database, await database.user(), documents);
  for (const lie of written) console.error(lie);
  return { documents: documents.length, ...told, lies_written: written.length };
}

type Kind = { make(count: number): MadePaper[]; documentType: string; isTuned(layout: string): boolean };

/** Every other layout. */
const everyOther = (layouts: string[]) => (layout: string) => layouts.indexOf(layout) % 2 === 0;
/** Every other layout, so that each head, table and end is in both halves. */
const chequered = (layouts: string[]) => (layout: string) => {
  const nth = layouts.indexOf(layout);
  return (nth + Math.floor(nth / 2) + Math.floor(nth / 10)) % 2 === 0;
};
const KINDS: Record<string, Kind> = {
  invoices: { make: madeInvoices, documentType: "invoice", isTuned: everyOther(LAYOUTS) },
  receipts: { make: madeReceipts, documentType: "receipt", isTuned: chequered(RECEIPT_LAYOUTS) },
  statements: { make: madeStatements, documentType: "bank-statement", isTuned: chequered(STATEMENT_LAYOUTS) },
};

/** Papers of each kind in forty layouts: the half that rules were written on, and the other. */
const madeFigures = (count: number, errors: boolean): object =>
  Object.fromEntries(
    Object.entries(KINDS).map(([name, kind]) => {
      const papers = kind.make(count).map((truth) => ({ truth, pages: [{ page_number: 1, text: truth.text }] }));
      return [name, halvesOf(name, kind, papers, errors)];
    }),
  );

/** As many pictures of each kind, of papers in which no digit is wrong: what is misread, tesseract misread. */
async function pictureFigures(count: number, errors: boolean): Promise<object> {
  const readings = createReadings(READINGS, false);
  const figures: Record<string, object> = {};
  try {
    for (const [name, kind] of Object.entries(KINDS)) {
      // Spread over the layouts, which alternate between the halves by ones, twos and tens.
      const papers = kind.make(3 * LAYOUTS.length).filter(({ noisy }) => !noisy);
      const chosen = Array.from(
        { length: Math.min(count, papers.length) },
        (_, nth) => papers[Math.floor((nth * papers.length) / Math.min(count, papers.length))]!,
      );
      const read = await readPictures(chosen, readings, (done) => say(`extract: ${done} of ${chosen.length} ${name}`));
      figures[name] = halvesOf(name, kind, read, errors);
    }
  } finally {
    await readings.stop();
  }
  return figures;
}

function halvesOf(
  name: string,
  { documentType, isTuned }: Kind,
  papers: { truth: MadePaper; pages: ExtractPage[] }[],
  errors: boolean,
): object {
  const started = process.cpuUsage();
  const scored: Scored[] = papers.map(({ truth, pages }) => ({
    truth,
    ...extractLocally({
      pages,
      fields: TEMPLATES[truth.template]!.fields,
      language: truth.language,
      document_type: documentType,
    }),
  }));
  const used = process.cpuUsage(started);
  const half = (tuned: boolean): Figures => figuresOf(scored.filter(({ truth }) => isTuned(truth.layout) === tuned));
  if (errors) for (const one of scored.filter(({ truth }) => isTuned(truth.layout))) sayErrors(name, one);
  return {
    cpu_ms_per_document: Math.round((used.user + used.system) / 100 / scored.length) / 10,
    tuned: half(true),
    untouched: half(false),
  };
}

/** What of a paper of the tuned half was not found, and what was found wrong. */
function sayErrors(kind: string, { truth, values, proposals }: Scored): void {
  const valueAt = (path: string, row: number): FoundValue | undefined =>
    values.find((one) => one.path === path && (!path.includes(".") || one.row === row));
  const list = values.find(({ path }) => path.includes("."))?.path.split(".")[0] ?? "lines";
  const expected = [
    ...Object.entries(truth.header).map(([path, value]) => ({ path, row: 0, value })),
    ...truth.lines.flatMap((line, row) =>
      Object.entries(line).map(([column, value]) => ({ path: `${list}.${column}`, row, value })),
    ),
  ];
  const lacking = expected.filter(({ path, row }) => !valueAt(path, row)).map(({ path, row }) => `${path} ${row}`);
  const wrong = expected.filter(({ path, row, value }) => {
    const found = valueAt(path, row);
    return found && !same(found.value, value);
  });
  const extra = values.filter((one) => !expected.some(({ path, row }) => path === one.path && row === one.row));
  if (lacking.length + wrong.length + extra.length > 0)
    console.error(
      kind,
      truth.layout,
      truth.language,
      truth.noisy ? "noisy" : "",
      "lacks:",
      lacking.join(", "),
      "wrong:",
      JSON.stringify(wrong.map((one) => [one.path, one.row, one.value, valueAt(one.path, one.row)?.value])),
      "extra:",
      JSON.stringify(extra.map(({ path, row, quote }) => [path, row, quote])),
      JSON.stringify(proposals.slice(0, 2)),
    );
}
