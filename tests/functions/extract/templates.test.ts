// Papers of every template in six languages, with other days, numbers and sums beside the right ones.
import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import { TEMPLATE_PAPERS, type TemplatePaper } from "../../../testing/fixtures/papers-of-templates.ts";

/** What is written of a paper's own fields, without the name of whom it is from. */
function written({ template, document_type, language, text }: TemplatePaper): Record<string, unknown> {
  const { fields } = TEMPLATES[template]!;
  const { values } = extractLocally({ pages: [{ page_number: 1, text }], fields, language, document_type });
  const isSender = (path: string): boolean => {
    const field = fields.properties[path]!;
    return "rule" in field && field.rule === "sender";
  };
  const own = values.filter(({ path }) => !path.includes("."));
  for (const { path, value } of own) if (isSender(path)) expect(value).toBe(text.split("\n")[0]);
  return Object.fromEntries(own.filter(({ path }) => !isSender(path)).map(({ path, value }) => [path, value]));
}

const titled = TEMPLATE_PAPERS.map((paper, nth) => ({ ...paper, title: `${paper.template} ${paper.language} ${nth}` }));

describe("of a paper with values that may be taken for the right ones", () => {
  it.each(titled)("nothing is written that is wrong: $title", (paper) => {
    const found = written(paper);
    for (const [path, value] of Object.entries(found)) expect({ [path]: value }).toEqual({ [path]: paper.truth[path] });
  });

  it("most of what it says is written", () => {
    const asked = TEMPLATE_PAPERS.flatMap(({ truth }) => Object.keys(truth)).length;
    const found = TEMPLATE_PAPERS.flatMap((paper) => Object.keys(written(paper))).length;
    expect(found / asked).toBeGreaterThan(0.95);
  });

  it("stands for every template and six languages", () => {
    expect(new Set(TEMPLATE_PAPERS.map(({ template }) => template))).toEqual(new Set(Object.keys(TEMPLATES)));
    expect(new Set(TEMPLATE_PAPERS.map(({ language }) => language)).size).toBe(6);
  });
});
