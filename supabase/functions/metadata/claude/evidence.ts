import type { DescribeInput, Metadata } from "../../_shared/metadata.ts";

/**
 * The evidence whose quote stands on the page that it names, compared without regard to case, to white space (a line
 * break is one too) and to ligatures and other compatibility forms. A quote that is not found is dropped: evidence that
 * cannot be shown is worse than none.
 */
export function foundEvidence(evidence: Metadata["evidence"], pages: DescribeInput["pages"]): Metadata["evidence"] {
  const texts = new Map(pages.map((page) => [page.page_number, fold(page.text)]));
  return Object.fromEntries(
    Object.entries(evidence).filter(([, value]) => {
      const quote = value ? fold(value.quote) : "";
      return quote !== "" && value!.page !== null && texts.get(value!.page)?.includes(quote);
    }),
  );
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}
