import { parseArgs } from "node:util";
import { TEMPLATES } from "../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../supabase/functions/extract/local/extract.ts";
import { lieAll } from "../testing/database/liar.ts";
import type { Database } from "../testing/database/migrated.ts";
import { LAYOUTS, madeInvoices } from "../testing/fixtures/invoices-of-layouts.ts";
import { einvoiceFigures } from "./extraction/einvoices.ts";
import { learningFigures } from "./extraction/learning.ts";
import { withServer } from "./extraction/server.ts";
import { type Figures, figuresOf, type Scored } from "./extraction/score.ts";
import { machine, say } from "./figures.ts";

/**
 * `npm run bench -- extract [--json] [--only made,learning,einvoices,liar] [--count 1000] [--layouts 50]
 * [--einvoices FOLDER] [--errors]`. `made`: invoices that are made in forty layouts and five languages, a third of them with
 * a misread digit in the total, extracted by rules. The layouts alternate between the half that rules are written on and the
 * other, whose errors are never shown.
 * `learning`: fifty unseen layouts before and after their first paper was corrected.
 * `einvoices`: the e-invoices of a folder, by their pages alone, with their XML as the truth.
 * `liar`: what the database writes of a model that lies about every fifth value.
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
    },
  });
  const parts: Record<string, () => Promise<unknown>> = {
    made: async () => madeFigures(Number(values.count), values.errors === true),
    learning: async () =>
      await withServer((database) => learningFigures(database, Number(values.layouts), values.errors === true)),
    einvoices: async () =>
      values.einvoices
        ? await einvoiceFigures(values.einvoices, values.errors === true)
        : "not measured: give a folder of PDFs with --einvoices",
    liar: async () => await withServer(async (database) => await liarFigures(database, Number(values.count))),
  };
  const wanted = values.only?.split(",") ?? Object.keys(parts);
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

/** Invoices in forty layouts: the half that rules were written on, and the other. */
function madeFigures(count: number, errors: boolean): object {
  const fields = TEMPLATES.invoice!.fields;
  const started = process.cpuUsage();
  const scored: Scored[] = madeInvoices(count).map((truth) => ({
    truth,
    ...extractLocally({
      pages: [{ page_number: 1, text: truth.text }],
      fields,
      language: truth.language,
      document_type: "invoice",
    }),
  }));
  const used = process.cpuUsage(started);
  const cpu_ms = Math.round((used.user + used.system) / 100 / scored.length) / 10;
  const half = (tuned: boolean): Figures =>
    figuresOf(scored.filter(({ truth }) => (LAYOUTS.indexOf(truth.layout) % 2 === 0) === tuned));
  const figures = { cpu_ms_per_document: cpu_ms, tuned: half(true), untouched: half(false) };
  if (errors)
    for (const { truth, values: found, proposals } of scored
      .filter(({ truth }) => LAYOUTS.indexOf(truth.layout) % 2 === 0)
      .slice(0, 400)) {
      const lacking = Object.keys(truth.header).filter((path) => !found.some((one) => one.path === path));
      if (lacking.length > 0)
        console.error(
          truth.layout,
          truth.language,
          truth.noisy ? "noisy" : "",
          lacking.join(" "),
          JSON.stringify(proposals.slice(0, 2)),
        );
    }
  return figures;
}
