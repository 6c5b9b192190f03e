import { describe, expect, it } from "vitest";
import { withExtension } from "../../../supabase/functions/metadata/claude/display-name.ts";
import { foundEvidence } from "../../../supabase/functions/metadata/claude/evidence.ts";
import { pageText } from "../../../supabase/functions/metadata/claude/page-text.ts";

const page = (page_number: number, text: string) => ({ page_number, text });

describe("the text that read_ocr answers", () => {
  it("holds the pages asked for, each between its marks, and no others", () => {
    const answer = pageText([page(1, "one"), page(2, "two"), page(3, "three")], 2, 3, 100, "m");
    expect(answer.split("\n").slice(1)).toEqual(["[m page 2 begins]", "two", "[m page 2 ends]", "[m page 3 begins]", "three", "[m page 3 ends]"]);
  });

  it("names the pages that no longer fit, and how to read on", () => {
    const answer = pageText([1, 2, 3, 4].map((number) => page(number, "x".repeat(40))), 1, 4, 100, "m");
    expect(answer).toContain("[m page 2 ends]");
    expect(answer).not.toContain("[m page 3");
    expect(answer).toContain("Left out, because an answer holds 100 characters: pages 3-4. Call read_ocr with from_page 3 to read on.");
  });

  it("says so when one page alone is too long and is cut", () => {
    const answer = pageText([page(1, `${"x".repeat(99)}😀${"y".repeat(50)}`)], 1, 1, 100, "m");
    expect(answer).toContain("Page 1 is cut: its first 100 of 151 characters are shown, and the rest cannot be read.");
    expect(answer).not.toMatch(/\p{Surrogate}/u);
  });

  it("shows a long page alone when others come before it", () => {
    const answer = pageText([page(1, "short"), page(2, "x".repeat(200))], 1, 2, 100, "m");
    expect(answer).toContain("Left out, because an answer holds 100 characters: page 2.");
  });

  it("names pages that have no text, are missing, or lie beyond the end", () => {
    const answer = pageText([page(1, " "), page(3, "three")], 1, 9, 100, "m");
    expect(answer).toContain("[m page 1 begins]\n(this page has no text)");
    expect(answer).toContain("There is no text for page 2.");
    expect(answer).toContain("The last page with text is page 3.");
    expect(pageText([page(1, "one")], 5, 6)).toBe("There is no text for these pages. The pages with text are 1.");
    expect(pageText([], 1, 1)).toContain("The pages with text are none");
  });

  it("stays short whatever range is asked for", () => {
    expect(pageText([page(1, "one")], 1, Number.MAX_SAFE_INTEGER).length).toBeLessThan(500);
  });

  it("uses other marks in every answer", () => {
    const pages = [page(1, "one")];
    expect(pageText(pages, 1, 1)).not.toBe(pageText(pages, 1, 1));
  });
});

describe("evidence", () => {
  const pages = [page(1, "Acme\n  Corp  Ltd\nTotal: 120,00 €\nOﬃce"), page(2, "Beta")];
  const kept = (quote: string, number = 1) => "correspondent" in foundEvidence({ correspondent: { page: number, quote } }, pages);

  it("is kept when its quote stands on its page", () => expect(kept("Total: 120,00 €")).toBe(true));
  it("is kept across line breaks, white space and case", () => expect(kept(" acme corp\tLTD ")).toBe(true));
  it("is kept across ligatures", () => expect(kept("Office")).toBe(true));
  it("is dropped when its quote stands on another page", () => expect(kept("Beta", 1)).toBe(false));
  it("is dropped when its quote stands nowhere", () => expect(kept("Total: 130,00 €")).toBe(false));
  it("is dropped when its page is not there", () => expect(kept("Acme", 7)).toBe(false));
  it("is dropped when its quote is only white space", () => expect(kept(" \n ")).toBe(false));
});

describe("a display name", () => {
  it.each([
    ["Invoice - Acme.pdf", "scan.pdf", "Invoice - Acme.pdf"],
    ["Invoice - Acme.PDF", "scan.pdf", "Invoice - Acme.PDF"],
    ["Invoice - Acme", "SCAN.PDF", "Invoice - Acme.pdf"],
    ["Receipt - Shop.pdf", "photo.jpg", "Receipt - Shop.jpg"],
    ["Report - Release 1.2", "r.docx", "Report - Release 1.2.docx"],
    ["Letter - Acme Inc.", "l.txt", "Letter - Acme Inc..txt"],
    ["Letter - Acme", "no extension", "Letter - Acme"],
    [".pdf", "photo.jpg", ".pdf.jpg"],
  ])("%s of the file %s is %s", (name, filename, expected) => expect(withExtension(name, filename)).toBe(expected));

  it("gives way to the extension when it is too long", () => {
    const name = withExtension(`Report - ${"a".repeat(51)}`, "r.pdf");
    expect(name).toHaveLength(60);
    expect(name.endsWith("a.pdf")).toBe(true);
  });
});
