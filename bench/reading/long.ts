import { PDFDocument } from "@cantoo/pdf-lib";
import { readFile } from "node:fs/promises";
import { line, makePdf } from "../../testing/fixtures/pdf.ts";
import { ROOT } from "../../scripts/checkout.ts";
import { round, say } from "../figures.ts";
import { type BenchStack, temporaryStack, until } from "../temporary-stack.ts";
import { signUp } from "../user.ts";

const TEXT_PAGES = 1_000;
const SCANNED_PAGES = Number(process.env.BENCH_SCANNED_PAGES ?? 100);
const LIMIT_MS = 30 * 60_000;
const MEGABYTE = 1024 * 1024;

/**
 * A long document of each kind through the whole pipeline, from the upload to the last page read; the functions and the
 * engine as `npm start` runs them.
 */
export async function longDocuments(): Promise<object> {
  // The stack's own engine, unless OCR_ENGINE_URL names another.
  const stack = await temporaryStack({
    engine: true,
    env: process.env.OCR_ENGINE_URL ? { OCR_ENGINE_URL: process.env.OCR_ENGINE_URL } : {},
  });
  try {
    const text = await through(stack, await textPdf(TEXT_PAGES));
    const scan = await through(stack, await scannedPdf(SCANNED_PAGES));
    return { text, scan };
  } finally {
    await stack.stop();
  }
}

async function through(stack: BenchStack, bytes: Uint8Array): Promise<object> {
  const form = new FormData();
  form.append("file", new Blob([bytes as BlobPart]), "long.pdf");
  const started = performance.now();
  const response = await fetch(`${stack.url}/functions/v1/upload`, {
    method: "POST",
    body: form,
    headers: { Authorization: `Bearer ${await signUp(stack)}` },
  });
  const { document_id } = (await response.json()) as { document_id: string };
  if (!response.ok) throw new Error(`The upload was refused: ${response.status}`);
  let peak = 0;
  let row = { status: "", read: 0, page_count: 0, runs: 0 };
  await until(
    async () => {
      peak = Math.max(peak, await memoryOf(stack.functions.ocr?.pid));
      row = (
        await stack.db.query(
          `select status, page_count, (select count(*)::integer from public.document_pages where document_id = $1 and error is null) as read,
        (select count(*)::integer from public.document_events where document_id = $1 and stage = 'ocr' and kind = 'started') as runs
       from public.documents where id = $1`,
          [document_id],
        )
      ).rows[0];
      say(`reading: ${row.read} pages`);
      return !["uploading", "processing"].includes(row.status);
    },
    250,
    LIMIT_MS,
  );
  const seconds = (performance.now() - started) / 1000;
  return {
    status: row.status,
    bytes: bytes.length,
    pages: row.page_count,
    read: row.read,
    runs: row.runs,
    seconds: round(seconds),
    pages_per_second: round(row.read / seconds),
    function_peak_mb: Math.round(peak / MEGABYTE),
  };
}

/** Most memory that a process has held, in bytes. From /proc: elsewhere 0, which says that it was not measured. */
async function memoryOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** Pages as full as those of a book. */
function textPdf(pages: number): Promise<Uint8Array> {
  const sentence =
    "the committee met in the hall on the first Monday of the month and spoke about fences, water and seeds";
  return makePdf("2026-03-01T00:00:00Z", { autoFirstPage: false }, (pdf) => {
    for (let page = 1; page <= pages; page += 1) {
      pdf.addPage().fontSize(10);
      line(pdf, `Minutes, page ${page} of ${pages}`, 72, 50);
      for (let row = 0; row < 45; row += 1) line(pdf, `${page}.${row} ${sentence}`, 72, 80 + row * 15);
    }
  });
}

/** The scanned sample, again and again. */
async function scannedPdf(pages: number): Promise<Uint8Array> {
  const source = await PDFDocument.load(await readFile(`${ROOT}/samples/scan0001.pdf`));
  const pdf = await PDFDocument.create();
  const [first] = source.getPageIndices();
  for (const page of await pdf.copyPages(
    source,
    Array.from({ length: pages }, () => first ?? 0),
  ))
    pdf.addPage(page);
  return pdf.save();
}
