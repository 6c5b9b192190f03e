import { expect, test } from "vitest";
import { makePdf } from "../../../testing/fixtures/pdf.ts";
import type { Einvoice } from "../../../supabase/functions/_shared/einvoice.ts";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import type { Claim } from "../../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { sha256 } from "../../../supabase/functions/_shared/bytes.ts";
import { createReading, type ReadingParts } from "../../../supabase/functions/ocr/reading.ts";
import { crossIndustryInvoice } from "./xml.ts";

/** Reads a PDF of one page with the given files inside, and gives what its reading was completed with. */
async function readWith(
  files: Record<string, string>,
  attempt = 1,
): Promise<{ einvoice: Einvoice | null; steps: string[] }> {
  const bytes = await makePdf("2026-03-15T00:00:00Z", {}, (pdf) => {
    pdf.text("Rechnung R-2026-17 vom 15.03.2026");
    for (const [name, content] of Object.entries(files))
      pdf.file(Buffer.from(content), { name, creationDate: new Date(0), modifiedDate: new Date(0) });
  });
  const completed: { einvoice: Einvoice | null }[] = [];
  const steps: string[] = [];
  const pipeline = {
    savePages: async () => {},
    completeReading: async (_claim: Claim, result: { einvoice: Einvoice | null }) => {
      completed.push(result);
      return { next: null };
    },
  } as unknown as Pipeline;
  const parts: ReadingParts = {
    pipeline,
    files: { load: async () => bytes } as unknown as ReadingParts["files"],
    recognizers: () => () => Promise.reject(new Error("The page has a text layer.")),
    limits: { maxPages: 10, runPages: 10, runMs: 60_000, maxUploadBytes: 1 },
  };
  const document = {
    id: "1",
    user_id: "1",
    filename: "a.pdf",
    storage_path: "1/1",
    mime_type: "application/pdf",
    byte_size: bytes.length,
    content_sha256: await sha256(bytes),
    page_count: null,
  };
  const claim: Claim = { job_id: "1", lease: "1", stage: "ocr", attempt, payload: {}, document, pages_read: [] };
  const log = createLog("info", (line) => steps.push((JSON.parse(line) as { step: string }).step));
  await createReading(parts)({ claim, log, signal: new AbortController().signal, takeNext: () => false });
  expect(completed).toHaveLength(1);
  return { einvoice: completed[0]!.einvoice, steps };
}

test("keeps what the XML inside a PDF says with the text", async () => {
  expect((await readWith({ "factur-x.xml": crossIndustryInvoice() })).einvoice).toMatchObject({
    seller: "Nordlicht Bürobedarf GmbH",
    grand_total: 1190,
  });
});

test("completes the reading without it where the XML is broken, and logs that", async () => {
  expect(await readWith({ "factur-x.xml": "<broken" })).toEqual({
    einvoice: null,
    steps: ["ocr.einvoice_ignored", "ocr.completed"],
  });
});

test("completes the reading of a PDF without attachments", async () => {
  expect(await readWith({})).toEqual({ einvoice: null, steps: ["ocr.completed"] });
});

test("leaves attachments alone in a third attempt: one of them may have ended the first two", async () => {
  expect((await readWith({ "factur-x.xml": crossIndustryInvoice() }, 3)).einvoice).toBeNull();
});
