import { type ErrorCode, PipelineError } from "../_shared/errors.ts";
import type { ModelBudget } from "../_shared/model-use.ts";
import type { Page, ReadPages, StoredFile } from "../_shared/pages.ts";
import type { OpenedDocument } from "./document.ts";
import { markdownOf } from "./markdown.ts";
import { linesOfWords, marksOfPage } from "./structure.ts";
import { withTypedValues } from "./typed-on-scan.ts";

/** What is wrong with one page, and says nothing of the others. */
const OF_A_PAGE: ErrorCode[] = [
  "broken_file",
  "unpacked_too_large",
  "too_complex",
  "image_too_large",
  "file_too_large",
  "unsupported_type",
  "no_ocr_engine",
  "no_language_model",
  "illegible_page",
  "xfa_form",
  "model_refused",
  "monthly_limit_reached",
];
/** What may pass, or may be the page's own fault: after these attempts it is the page's. */
const OF_A_PAGE_IN_THE_END: ErrorCode[] = ["ocr_timeout", "model_gave_nothing"];
const PATIENT_ATTEMPTS = 3;

/** How sure one is of a text layer that was not to be trusted, when nothing else read the page. */
const DOUBTFUL = 0.3;

/** Whether an error is the page's own, so that the document goes on without it; else the whole attempt fails. */
export function isOfThePage(thrown: unknown, attempt: number): boolean {
  if (!(thrown instanceof PipelineError)) return false;
  return OF_A_PAGE.includes(thrown.code) || (attempt >= PATIENT_ATTEMPTS && OF_A_PAGE_IN_THE_END.includes(thrown.code));
}

/** A page that could not be read, as it is recorded. */
export function unreadable(page_number: number, thrown: unknown): Page {
  return {
    page_number,
    text: "",
    engine: null,
    confidence: null,
    words: null,
    error: PipelineError.from(thrown).toJSON(),
  };
}

/**
 * Recognizes pages; one by one when they fail together, so that one page takes no other with it. Where a page cannot be recognized,
 * or nothing is found on it, what the file itself holds of it is better than nothing.
 *
 * @throws PipelineError what is not the fault of a page
 */
export async function recognizeEach(
  recognize: ReadPages,
  run: {
    file: StoredFile;
    document: OpenedDocument;
    pages: number[];
    signal: AbortSignal;
    attempt: number;
    budget: ModelBudget;
  },
): Promise<Page[]> {
  const { file, document, pages, signal, attempt, budget } = run;
  try {
    return (await recognize(file, pages, signal, budget)).map((page) =>
      page.text.trim() === ""
        ? (doubtful(document, page.page_number) ?? page)
        : withMarkdown(
            page,
            withTypedValues(page, page.picture ?? undefined, document.typedOf?.(page.page_number) ?? []),
          ),
    );
  } catch (thrown) {
    // What was cut off says nothing of the page.
    if (signal.aborted || !isOfThePage(thrown, attempt)) throw thrown;
    const [page_number = 0] = pages;
    if (pages.length === 1) return [doubtful(document, page_number) ?? unreadable(page_number, thrown)];
    const single: Page[] = [];
    for (const page of pages) single.push(...(await recognizeEach(recognize, { ...run, pages: [page] })));
    return single;
  }
}

/** A recognized page with its Markdown, by the places of the words as they were recognized. */
function withMarkdown({ text, words }: Page, page: Page): Page {
  const lines = linesOfWords(text, words ?? []);
  const marks = lines.length > 0 ? marksOfPage(page.text, lines, "picture") : undefined;
  return { ...page, markdown: markdownOf(page.text, marks) };
}

function doubtful(document: OpenedDocument, page_number: number): Page | undefined {
  const text = document.doubtfulTextOf?.(page_number) ?? "";
  return text.trim() === ""
    ? undefined
    : {
        page_number,
        text,
        markdown: markdownOf(text),
        engine: document.engineOf?.(page_number) ?? document.engine,
        confidence: DOUBTFUL,
        words: null,
      };
}
