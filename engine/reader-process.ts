/**
 * The inside of a reader process: one job at a time, from a file to a page of text. Rendering and recognising both run
 * here, so that neither ever blocks the HTTP process.
 */
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import { withoutAnimation } from "./gif.ts";
import { fileKind } from "./image-size.ts";
import type { FromReader, Job, JobResult, ReaderOptions, ToReader } from "./job.ts";
import { type Orientation, withOrientation } from "./orientation.ts";
import { PdfRenderer } from "./pdf.ts";
import { createRecogniser, type Recogniser } from "./tesseract.ts";

const { languagePath } = JSON.parse(process.argv[2] ?? "{}") as ReaderOptions;
const pdf = new PdfRenderer();
let file: Uint8Array = new Uint8Array(0);
let current: { languages: string; recogniser: Recogniser } | undefined;

const send = (message: FromReader): void => { process.send?.(message); };

async function recogniserFor(languages: string): Promise<Recogniser> {
  if (current?.languages !== languages) {
    await current?.recogniser.close();
    current = { languages, recogniser: await createRecogniser(languages, languagePath) };
  }
  return current.recogniser;
}

async function perform(job: Job): Promise<JobResult> {
  if (job.kind === "count_pages") {
    send({ type: "begun" });
    return await pdf.countPages();
  }
  const recogniser = await recogniserFor(job.languages);
  send({ type: "begun" });
  return await readPage(job, recogniser);
}

async function readPage(job: Exclude<Job, { kind: "count_pages" }>, recogniser: Recogniser): Promise<JobResult> {
  const started = performance.now();
  let image: Uint8Array;
  let shape: { width: number; height: number; dpi?: number };
  if (job.kind === "read_pdf_page") {
    const { pnm, ...rendered } = await pdf.render(job.pageNumber, job.maxPixels);
    image = pnm;
    shape = rendered;
  } else {
    const onItsSide = job.orientation >= 5;
    image = upright(file, job.orientation);
    shape = { width: onItsSide ? job.height : job.width, height: onItsSide ? job.width : job.height };
  }
  const { version, ...reading } = await recogniser.recognise(image, shape);
  return {
    version,
    page: {
      page_number: job.kind === "read_pdf_page" ? job.pageNumber : 1,
      ...reading,
      width: shape.width,
      height: shape.height,
      ms: Math.round(performance.now() - started),
    },
  };
}

/** The bytes as the recogniser must get them to see one upright picture. */
function upright(bytes: Uint8Array, orientation: Orientation): Uint8Array {
  if (fileKind(bytes) === "gif") return withoutAnimation(bytes);
  return orientation === 1 ? bytes : withOrientation(bytes, orientation);
}

/**
 * A trap in pdfium or in tesseract's decoder comes from the file and would come again, so it is the file that is
 * called broken; the WebAssembly memory is not to be trusted afterwards.
 */
function failure(thrown: unknown): Omit<Extract<FromReader, { type: "failed" }>, "memory"> {
  if (thrown instanceof PipelineError) return { type: "failed", error: thrown.toJSON(), exhausted: false };
  const trapped = thrown instanceof WebAssembly.RuntimeError || /RuntimeError|Aborted/.test(String(thrown));
  const { code, message } = new PipelineError(trapped ? "broken_file" : "internal_error");
  return { type: "failed", error: { code, message }, detail: String(thrown), exhausted: true };
}

process.on("message", (message: ToReader) => {
  if (message.type === "file") {
    file = message.bytes;
    return pdf.open(file);
  }
  const memory = (): number => process.memoryUsage.rss();
  perform(message.job).then((result) => send({ type: "done", result, memory: memory() }), (thrown) => send({ ...failure(thrown), memory: memory() }));
});
process.on("disconnect", () => process.exit(0)); // the engine is gone, however it went
send({ type: "ready" });
