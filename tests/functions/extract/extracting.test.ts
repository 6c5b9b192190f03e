// Which pages of a document are looked at, and what is said of the others.
import { expect, it } from "vitest";
import type { Claim } from "../../../supabase/functions/_shared/answers.ts";
import type { ExtractPage } from "../../../supabase/functions/_shared/extraction/values.ts";
import type { Pipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { createExtracting, MOST_EXTRACTED_LINES } from "../../../supabase/functions/extract/extracting.ts";
import type { ExtractInput } from "../../../supabase/functions/extract/extractor.ts";

/** What the engine is given of a document whose pages have so many lines, and from which page on it is said to be unread. */
async function lookedAt(lines: number[]) {
  const pages: ExtractPage[] = lines.map((count, at) => ({
    page_number: at + 1,
    text: Array.from({ length: count }, (_, line) => `line ${line + 1}`).join("\n"),
  }));
  let given: ExtractInput | undefined;
  let saved: { unread_from?: number | undefined } | undefined;
  const pipeline = {
    beginExtractions: async () => ({
      extractions: [
        {
          id: "1",
          name: "Any",
          description: null,
          fields: { type: "object", properties: { total: { type: "number" } } },
          instruction: null,
          learned: [],
        },
      ],
      document: null,
    }),
    pagesToExtract: async (_: Claim, from: number, to: number) => pages.slice(from - 1, to),
    saveExtraction: async (_: Claim, _id: string, result: typeof saved) => {
      saved = result;
      return { gone: true };
    },
    completeJob: async () => ({ next: null }),
  } as unknown as Pipeline; // the calls of one run
  const log = { info() {}, debug() {}, error() {}, with: () => log } as never;
  await createExtracting({
    pipeline,
    extract: async (input) => {
      given = input;
      return {
        values: [],
        proposals: [],
        checks: [],
        learned: [],
        engine: "local",
        model: null,
        prompt_version: null,
        input_tokens: 0,
        output_tokens: 0,
      };
    },
  })()({
    claim: {
      document: { id: "1", filename: "a.pdf" },
      pages_read: pages.map(({ page_number }) => page_number),
    } as unknown as Claim,
    log,
    signal: new AbortController().signal,
    takeNext: () => false,
  });
  return {
    lines: given!.pages.map(({ text }) => text.split("\n").length),
    told: given!.unread_from,
    saved: saved!.unread_from,
  };
}

it("looks at all pages of most documents", async () => {
  expect(await lookedAt([60, 40, 1])).toEqual({ lines: [60, 40, 1], told: undefined, saved: undefined });
});

it("stops before the page that is too much, and says which it is", async () => {
  const half = MOST_EXTRACTED_LINES / 2;
  expect(await lookedAt([half, half, 1, 1])).toEqual({ lines: [half, half], told: 3, saved: 3 });
  expect(await lookedAt([half, half + 1, 1])).toEqual({ lines: [half], told: 2, saved: 2 });
});

it("looks at the beginning of a first page that alone is too much", async () => {
  expect(await lookedAt([MOST_EXTRACTED_LINES + 1])).toEqual({ lines: [MOST_EXTRACTED_LINES], told: 1, saved: 1 });
});
