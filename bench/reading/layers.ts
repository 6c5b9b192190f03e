import { PDFDocument } from "@cantoo/pdf-lib";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { agreement } from "../../supabase/functions/ocr/agreement.ts";
import { openPdf } from "../../supabase/functions/ocr/pdf.ts";
import { ratio, round } from "../figures.ts";
import { pdfsOf, pdftotext } from "./data.ts";

const PAGES = 50;
const ROUNDS = 5;

/** Text layers of born-digital documents: speed on 50 pages of them, and words, against pdftotext. */
export async function textLayers(data: string): Promise<object> {
  const files = await pdfsOf(data, ({ kind }) => /invoice/.test(kind));
  const words: Record<string, number | string> = {};
  for (const file of files) {
    const theirs = await pdftotext(file);
    const ours = await textOf(new Uint8Array(await readFile(file)));
    words[path.basename(file)] = theirs === undefined ? "pdftotext is not installed" : (agreement(ours, theirs) ?? 1);
  }
  const scores = Object.values(words).filter((score) => typeof score === "number");
  return {
    ...(await speed(files)),
    word_f1: {
      lowest: Math.min(...scores),
      mean: round(scores.reduce((sum, score) => sum + score, 0) / scores.length),
      ...words,
    },
  };
}

async function speed(files: string[]): Promise<object> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-bench-"));
  try {
    const bytes = await joined(files, PAGES);
    const file = path.join(folder, "pages.pdf");
    await writeFile(file, bytes);
    const [ours, theirs]: [number[], number[]] = [[], []];
    await textOf(bytes);
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await seconds(() => textOf(bytes)));
      theirs.push(await seconds(() => pdftotext(file)));
    }
    const [best, peer] = [PAGES / Math.min(...ours), PAGES / Math.min(...theirs)];
    return {
      pages: PAGES,
      pages_per_second_warm: round(best),
      pdftotext_pages_per_second_cold: round(peer),
      ratio: ratio(best, peer),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Pages of the files, from the first on and round again, as one PDF. */
async function joined(files: string[], count: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const sources = await Promise.all(
    files.map(async (file) => PDFDocument.load(await readFile(file), { password: "", updateMetadata: false })),
  );
  while (pdf.getPageCount() < count) {
    for (const source of sources) {
      for (const page of await pdf.copyPages(source, source.getPageIndices()))
        if (pdf.getPageCount() < count) pdf.addPage(page);
    }
  }
  return pdf.save();
}

async function textOf(bytes: Uint8Array): Promise<string> {
  const document = await openPdf({ bytes, mime_type: "application/pdf", filename: "a.pdf" });
  const texts: string[] = [];
  for (let page = 1; page <= document.pageCount; page += 1)
    texts.push((await document.textOf(page)) ?? document.doubtfulTextOf?.(page) ?? "");
  await document[Symbol.asyncDispose]();
  return texts.join("\n\n");
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
