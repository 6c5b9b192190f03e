import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { isBase } from "./fits.ts";
import type { Row } from "./grid.ts";
import { labelsOf } from "./labels.ts";
import { parseValues, type Reading } from "./parse.ts";
import { LEAST_SCORE } from "./ruled.ts";
import { type Candidate, sameValue } from "./candidate.ts";

/** A field that asks for the sum without tax has one of these labels. */
const ASKED = new Set(["net amount", "net total", "total net", "nettobetrag", "total ht", "base imponible"]);

/**
 * What a rate of tax is of, where a paper names one such sum: "7 % MwSt. von 120,00  8,40". No label says that it is the sum without tax,
 * so that an equation has to bear it out.
 */
export function basesOfTax(rows: Row[], fields: Map<string, ScalarField>, reading: Reading): Candidate[] {
  const asked = [...fields].filter(
    ([path, field]) =>
      kindOf(field) === "money" && labelsOf(path, field).some((label) => ASKED.has(keyOf(label).trim())),
  );
  return asked.flatMap(([path, field]) => {
    const found = rows.flatMap((row) =>
      row.cells.flatMap((cell, nth) => {
        // The sum may stand in the next cell.
        const target = isBase(cell.text) ? row.cells[nth + 1] : cell;
        const [value] = target
          ? parseValues(field, target.text, reading).filter(
              ({ start }) => target !== cell || isBase(cell.text.slice(0, start)),
            )
          : [];
        if (!target || !value) return [];
        const score = LEAST_SCORE - 1;
        const { box, confidence } = target;
        return [{ path, value: value.value, page: row.page, quote: row.text.slice(0, 290), box, confidence, score }];
      }),
    );
    return found.every(({ value }) => sameValue(value, found[0]!.value)) ? found.slice(0, 1) : [];
  });
}
