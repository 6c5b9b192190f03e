import { expect } from "vitest";
import { Metadata, type DescribeStep } from "../../../supabase/functions/_shared/metadata.ts";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";

/** Describes pages of text, and holds what every description must hold: a valid shape, and evidence that stands in the text. */
export async function describePages(
  pages: string[],
  filename = "scan_0001.pdf",
  mimeType = "application/pdf",
): Promise<{ metadata: Metadata; steps: DescribeStep[] }> {
  const steps: DescribeStep[] = [];
  const input = {
    filename,
    mime_type: mimeType,
    page_count: pages.length,
    pages: pages.map((text, index) => ({ page_number: index + 1, text })),
  };
  const description = await describeLocally(input, (step) => steps.push(step));

  expect(description).toMatchObject({
    engine: "local",
    model: null,
    prompt_version: null,
    input_tokens: 0,
    output_tokens: 0,
  });
  const metadata = Metadata.parse(description.metadata);
  for (const { page, quote } of Object.values(metadata.evidence)) {
    if (page === null) continue;
    const text = (pages[page - 1] ?? "").replace(/\s+/gu, " ");
    expect(text).toContain(quote);
  }
  if (metadata.correspondent !== null) expect(metadata.evidence).toHaveProperty("correspondent");
  if (metadata.document_date !== null) expect(metadata.evidence).toHaveProperty("document_date");
  expect(metadata.tags[0]).toBe(metadata.document_type);
  expect(metadata.display_name).not.toMatch(/[\p{Cc}\p{Cf}/\\]/u);
  return { metadata, steps };
}
