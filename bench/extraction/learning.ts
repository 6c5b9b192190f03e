import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { parseFields } from "../../supabase/functions/_shared/extraction/schema.ts";
import { correct, described, extractWaiting, writtenOf } from "../../testing/database/extracting.ts";
import type { Database } from "../../testing/database/migrated.ts";
import { same, share } from "./score.ts";
import { type UnseenPaper, unseenLayouts } from "./unseen.ts";

/** How many papers of a layout follow the one that is corrected. */
const FOLLOWING = 2;

type Learned = { header_coverage: number; silent_errors: number; lines_right: number };
export type LearningFigures = {
  layouts: number;
  documents: number;
  corrections: number;
  before: Learned;
  after: Learned;
  wrong_after: Record<string, number>;
};

/** Fifty unseen layouts, by a user who corrects what is wrong on the first paper of each, and by one who corrects nothing. */
export async function learningFigures(database: Database, most: number, errors: boolean): Promise<LearningFigures> {
  const template = TEMPLATES.invoice!.fields;
  const fields = parseFields({
    ...template,
    properties: { ...template.properties, customer: { type: "string", labels: ["customer", "bill to"] } },
  });
  const owner = async (): Promise<string> => {
    const user = await database.user();
    await database.asUser(
      user,
      "insert into public.extraction_schemas (name, fields, document_types) values ('Bills', $1, '{invoice}')",
      [JSON.stringify(fields)],
    );
    return user;
  };
  const extracted = async (
    user: string,
    { text }: UnseenPaper,
  ): Promise<{ id: string; found: Record<string, any> }> => {
    const id = await described(database, user, { pages: [{ page_number: 1, text }] });
    await extractWaiting(database);
    return { id, found: await writtenOf(database, id) };
  };

  const layouts = unseenLayouts(1 + FOLLOWING).slice(0, most);
  const [learning, other] = [await owner(), await owner()];
  let corrections = 0;
  for (const [first] of layouts) {
    const { id, found } = await extracted(learning, first!);
    for (const [path, value] of Object.entries(first!.header)) {
      if (same(found[path], value)) continue;
      corrections += 1;
      await correct(database, learning, id, path, value);
    }
    for (const [column, value] of Object.entries(first!.lines[0]!)) {
      if (same(found[`items.${column}`]?.[0], value)) continue;
      corrections += 1;
      await correct(database, learning, id, `items.${column}`, value);
    }
  }
  const following = layouts.flatMap(([, ...papers]) => papers);
  const wrong: Record<string, number> = {};
  const figuresOf = async (user: string, tell: boolean): Promise<Learned> => {
    let [asked, right, written, bad, lines, linesRight] = [0, 0, 0, 0, 0, 0];
    for (const paper of following) {
      const { found } = await extracted(user, paper);
      for (const [path, value] of Object.entries(paper.header)) {
        asked += 1;
        if (path in found) written += 1;
        if (same(found[path], value)) right += 1;
        else {
          if (path in found) bad += 1;
          if (tell) wrong[path] = (wrong[path] ?? 0) + 1;
          if (tell && errors) console.error(paper.layout, path, JSON.stringify(value), JSON.stringify(found[path]));
        }
      }
      lines += paper.lines.length;
      const wrongLines = paper.lines.filter(
        (line, row) => !Object.entries(line).every(([column, value]) => same(found[`items.${column}`]?.[row], value)),
      );
      linesRight += paper.lines.length - wrongLines.length;
      if (tell && errors && wrongLines.length > 0)
        console.error(paper.layout, JSON.stringify(wrongLines), JSON.stringify(found["items.quantity"]));
    }
    return {
      header_coverage: share(right, asked),
      silent_errors: share(bad, written),
      lines_right: share(linesRight, lines),
    };
  };
  const before = await figuresOf(other, false);
  const after = await figuresOf(learning, true);
  return { layouts: layouts.length, documents: following.length, corrections, before, after, wrong_after: wrong };
}
