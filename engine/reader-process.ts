/**
 * The inside of a reader process: one job at a time, from a file to a page of text. Rendering and recognizing both run
 * here, so that neither ever blocks the HTTP process.
 */
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { FromReader, Job, JobResult, ReaderOptions, ToReader } from "./job.ts";
import { readPicture } from "./page-reading.ts";
import { type Decoded, decodePicture, pagesOf, WORKING_PIXELS } from "./picture/decode.ts";
import { fileKind, type FileKind } from "../supabase/functions/_shared/pictures/image-size.ts";
import { PdfRenderer } from "./picture/pdf.ts";
import type { Recognize } from "./recognizer.ts";
import { textOf } from "./recognizer.ts";
import { startTesseract, type Tesseract } from "./tesseract.ts";

const { languageFiles, ppocr: hasPpocr } = JSON.parse(process.argv[2] ?? "{}") as ReaderOptions;
const PDF_DPI = 250; // reads as 300 does, to the letter on a letter of 34 lines, and takes an eighth less CPU; 6 points are 10 pixels high then
const renderer = new PdfRenderer();
let file: Uint8Array = new Uint8Array(0);
let kind: FileKind | null = null;
/** The language that this file turned out to be in: its next page is likely in the same. */
let found: string | undefined;
let tesseract: { languages: string; started: Tesseract } | undefined;
let ppocr: Promise<Recognize> | undefined;

const send = (message: FromReader): void => {
  process.send?.(message);
};

/** One at a time: a model is some 30 MB, and a change of language is rare. */
async function tesseractFor(languages: string): Promise<Recognize> {
  if (tesseract?.languages !== languages) {
    await tesseract?.started.close();
    tesseract = undefined;
    tesseract = { languages, started: await startTesseract(languages.split("+"), languageFiles) };
  }
  return tesseract.started.recognize;
}

async function startPpocrOnce(): Promise<Recognize> {
  ppocr ??= import("./ppocr/ppocr.ts").then(({ startPpocr }) => startPpocr());
  return ppocr;
}

async function perform(job: Job): Promise<JobResult> {
  if (job.kind === "count_pages") {
    send({ type: "begun" });
    return kind === "pdf" ? await renderer.countPages() : await pagesOf(file, kind!);
  }
  const languages = job.detect ? (found ?? job.languages) : job.languages;
  await tesseractFor(languages);
  send({ type: "begun" });
  const started = performance.now();
  const { picture, width, height, dpi } = await pictureOf(job);
  const read = await readPicture(
    picture,
    dpi,
    { tesseract: tesseractFor, ppocr: hasPpocr ? startPpocrOnce : null },
    { languages, detect: job.detect, installed: Object.keys(languageFiles) },
  );
  found = read.languages;
  const shape = read.quarters % 2 === 0 ? { width, height } : { width: height, height: width };
  return {
    page_number: job.pageNumber,
    engine: read.engine,
    language: read.languages,
    text: textOf(read.lines),
    confidence: read.confidence,
    words: read.lines.flatMap((line) => line.words.map((word) => read.straight.toPage(word, shape))),
    ...shape,
    rotation: read.quarters * 90,
    ms: Math.round(performance.now() - started),
  };
}

async function pictureOf({
  pageNumber,
  maxPixels,
}: Exclude<Job, { kind: "count_pages" }>): Promise<Decoded & { dpi?: number }> {
  if (kind !== "pdf") return await decodePicture(file, kind!, pageNumber, maxPixels);
  const { dpi, ...picture } = await renderer.render(pageNumber, {
    dpi: PDF_DPI,
    maxPixels: Math.min(maxPixels, WORKING_PIXELS),
  });
  return { picture, width: picture.width, height: picture.height, dpi };
}

/**
 * A trap in pdfium or in a decoder comes from the file and would come again, so it is the file that is called broken; the
 * WebAssembly memory is not to be trusted afterwards.
 */
function failure(thrown: unknown): Omit<Extract<FromReader, { type: "failed" }>, "memory"> {
  if (thrown instanceof PipelineError) {
    const detail = thrown.cause === undefined ? {} : { detail: String(thrown.cause) };
    return { type: "failed", error: thrown.toJSON(), ...detail, exhausted: trapped(thrown.cause) };
  }
  const { code, message } = new PipelineError(trapped(thrown) ? "broken_file" : "internal_error");
  return { type: "failed", error: { code, message }, detail: String(thrown), exhausted: true };
}

const trapped = (thrown: unknown): boolean =>
  thrown instanceof WebAssembly.RuntimeError || /RuntimeError|Aborted/.test(String(thrown));

process.on("message", (message: ToReader) => {
  if (message.type === "file") {
    file = message.bytes;
    kind = fileKind(file);
    found = undefined;
    if (kind === "pdf") renderer.open(file);
    return;
  }
  const memory = (): number => process.memoryUsage.rss();
  perform(message.job).then(
    (result) => send({ type: "done", result, memory: memory() }),
    (thrown) => send({ ...failure(thrown), memory: memory() }),
  );
});
process.on("disconnect", () => process.exit(0)); // the engine is gone, however it went
send({ type: "ready" });
