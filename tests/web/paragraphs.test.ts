import { expect, it } from "vitest";
import { inParagraphs } from "../../web/src/document/paragraphs.ts";

const PROSE = [
  "The tenant shall pay the rent in advance on the first day of every",
  "month by standing order to the account that the landlord has named,",
  "without any deduction.",
].join("\n");

it("joins the lines of a paragraph, and keeps the length", () => {
  const joined = inParagraphs(PROSE);
  expect(joined).not.toContain("\n");
  expect(joined).toHaveLength(PROSE.length);
});

it.each([
  ["an address", "Quillmark Paper & Print Ltd\n12 Mill Lane\nBath BA1 2AB"],
  [
    "a table",
    "Plotter ink, cyan, 700 ml                  2      41.20      82.40\nPlotter ink, magenta, 700 ml               2      41.20      82.40",
  ],
  [
    "a list",
    "- The first of the things that everybody has to bring along to it\n- The second of the things that everybody has to bring along there",
  ],
  [
    "two paragraphs",
    "The tenant shall pay the rent in advance on the first day of every\n\nThe landlord shall keep the roof of the house free of any damage.",
  ],
])("leaves %s as it is", (_what, text) => {
  expect(inParagraphs(text)).toBe(text);
});
