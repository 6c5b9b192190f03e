import { expect, test } from "vitest";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { describePages } from "./description.ts";

test.each([
  ["no page", []],
  ["empty pages", ["", " \n\t "]],
  ["marks alone", ["— · —\n***"]],
])("names a document with %s blank", async (_, pages) => {
  const { metadata } = await describePages(pages, "scan.PDF");
  expect(metadata).toEqual({
    display_name: "Blank Document.pdf",
    tags: ["other"],
    summary: "No text was found in this document.",
    document_type: "other",
    amount: null,
    correspondent: null,
    document_date: null,
    language: null,
    evidence: {},
  });
});

test("claims nothing about a few words that say nothing", async () => {
  const { metadata } = await describePages(["hello 12 34"], "note.txt", "text/plain");
  expect(metadata).toMatchObject({ document_type: "other", correspondent: null, document_date: null });
});

test("stops when the work is called off", async () => {
  const input = {
    filename: "a.pdf",
    mime_type: "application/pdf",
    page_count: 1,
    pages: [{ page_number: 1, text: "Invoice" }],
  };
  await expect(describeLocally(input, () => {}, AbortSignal.abort())).rejects.toThrow();
});
