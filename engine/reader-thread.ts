/**
 * The inside of a reader thread: one job at a time, from a file to a page of text. Rendering and recognising both run
 * here, so that neither ever blocks the HTTP thread, and terminating the thread stops either of them at once.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import { withoutAnimation } from "./gif.ts";
import { fileKind } from "./image-size.ts";
import type { Job, JobResult, ReaderData, ReaderMessage } from "./job.ts";
import { type Orientation, withOrientation } from "./orientation.ts";
import { PdfRenderer } from "./pdf.ts";
import { createRecogniser, type Recogniser } from "./tesseract.ts";

if (!parentPort) throw new Error("reader-thread.ts runs as a worker thread; start the engine with engine/main.ts.");
const port = parentPort;
const { languagePath } = workerData as ReaderData;
const pdf = new PdfRenderer();
let current: { languages: string; recogniser: Recogniser } | undefined;

const send = (message: ReaderMessage): void => port.postMessage(message);

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
    return await pdf.countPages(job.file);
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
    const { pnm, ...rendered } = await pdf.render(job.file, job.pageNumber, job.maxPixels);
    image = pnm;
    shape = rendered;
  } else {
    const onItsSide = job.orientation >= 5;
    image = upright(job.file.bytes, job.orientation);
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
function failure(thrown: unknown): ReaderMessage {
  if (thrown instanceof PipelineError) return { type: "failed", error: thrown.toJSON(), exhausted: false };
  const trapped = thrown instanceof WebAssembly.RuntimeError || /RuntimeError|Aborted/.test(String(thrown));
  const { code, message } = new PipelineError(trapped ? "broken_file" : "internal_error");
  return { type: "failed", error: { code, message }, detail: String(thrown), exhausted: true };
}

port.on("message", (job: Job) => {
  perform(job).then((result) => send({ type: "done", result }), (thrown) => send(failure(thrown)));
});
send({ type: "ready" });
