import type { Row } from "./table.ts";

/** A JSON list, a line a row, with the evidence of each value. */
export async function* jsonOf(pages: AsyncIterable<Row[]>): AsyncGenerator<string, void> {
  let before = "[\n";
  for await (const rows of pages) {
    for (const row of rows) {
      yield before + JSON.stringify(row);
      before = ",\n";
    }
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
