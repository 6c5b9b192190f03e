import type { FoundValue, Proposal, Value } from "../../supabase/functions/_shared/extraction/values.ts";
import { keyOf } from "../../supabase/functions/metadata/local/text/text.ts";
import type { MadePaper } from "../../testing/fixtures/made-paper.ts";

/** What was counted over some documents. `f1` of line items: a line counts when all of its values are right. */
export type Figures = {
  documents: number;
  header_coverage: number;
  silent_errors: number;
  silent_errors_without_proof: number;
  line_items_f1: number;
  misread_totals: number;
  repaired: number;
  repaired_wrongly: number;
};

export type Scored = { truth: MadePaper; values: FoundValue[]; proposals: Proposal[] };

/** Whether a value is the true one to a reader. */
export const same = (one: Value | undefined, other: Value | undefined): boolean => {
  if (one === undefined || other === undefined) return false;
  if (typeof one === "object" && typeof other === "object")
    return Math.abs(one.amount - other.amount) < 0.005 && one.currency === other.currency;
  return typeof one === "string" && typeof other === "string" ? keyOf(one) === keyOf(other) : one === other;
};

/** A share of a whole, to a hundredth of a percent. */
export const share = (part: number, whole: number): number => Math.round((10_000 * part) / Math.max(1, whole)) / 10_000;

export function figuresOf(scored: Scored[]): Figures {
  let [asked, right, written, wrong, all, allWrong, misread, repaired, badly] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [linesRight, linesFound, linesThere] = [0, 0, 0];
  for (const { truth, values, proposals } of scored) {
    const truthOf = ({ path, row }: { path: string; row: number }): Value | undefined =>
      path.includes(".") ? truth.lines[row]?.[path.split(".")[1]!] : truth.header[path];
    asked += Object.keys(truth.header).length;
    for (const value of values) {
      written += 1;
      if (!same(value.value, truthOf(value))) wrong += 1;
      else if (!value.path.includes(".")) right += 1;
    }
    for (const value of [...values, ...proposals]) {
      all += 1;
      if (!same(value.value, truthOf(value))) allWrong += 1;
    }
    if (truth.noisy) misread += 1;
    for (const value of values.filter(({ proof }) => proof === "equation")) {
      if (same(value.value, truthOf(value))) repaired += 1;
      else badly += 1;
    }
    const rows = new Set(values.filter(({ path }) => path.includes(".")).map(({ row }) => row));
    linesFound += rows.size;
    linesThere += truth.lines.length;
    for (const row of rows)
      if (
        truth.lines[row] &&
        Object.entries(truth.lines[row]).every(([column, value]) =>
          same(values.find((one) => one.row === row && one.path.endsWith(`.${column}`))?.value, value),
        )
      )
        linesRight += 1;
  }
  return {
    documents: scored.length,
    header_coverage: share(right, asked),
    silent_errors: share(wrong, written),
    silent_errors_without_proof: share(allWrong, all),
    line_items_f1: share(2 * linesRight, linesFound + linesThere),
    misread_totals: misread,
    repaired,
    repaired_wrongly: badly,
  };
}
