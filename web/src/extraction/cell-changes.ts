import type { Found, Value } from "./model.ts";

/** A value that is another one than before; undefined where there was or is none. */
export type CellChange = {
  path: string;
  row: number;
  before: Value | undefined;
  after: Value | undefined;
};

/** What an extraction has otherwise than before, as the page shows it: values, and proposals where there is no value. */
export function changesOf(before: Found, after: Found, extractionId: string): CellChange[] {
  const [old, now] = [before, after].map((found) => cellsOf(found, extractionId));
  return [...new Set([...old!.keys(), ...now!.keys()])].flatMap((key) => {
    const [was, is] = [old!.get(key), now!.get(key)];
    if (written(was?.value) === written(is?.value)) return [];
    const { path, row } = (was ?? is)!;
    return [{ path, row, before: was?.value, after: is?.value }];
  });
}

type Cell = { path: string; row: number; value: Value };

function cellsOf({ values, proposals }: Found, extractionId: string): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  // A value stands in place of what was proposed.
  for (const { extraction_id, path, row_number: row, value } of [...proposals, ...values])
    if (extraction_id === extractionId) cells.set(`${path} ${row}`, { path, row, value });
  return cells;
}

/** The same for the same value, in whatever order its parts are. */
const written = (value: Value | undefined): string =>
  value !== null && typeof value === "object"
    ? `${value.amount} ${value.currency ?? ""}`
    : JSON.stringify(value ?? null);
