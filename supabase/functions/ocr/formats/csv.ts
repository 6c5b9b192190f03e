import { PipelineError } from "../../_shared/errors.ts";
import { decodeText } from "./charset.ts";
import { PageText } from "./page-text.ts";

const DELIMITERS = [",", ";", "\t", "|"];
/** Characters that the guess of the delimiter looks at. */
const SAMPLE_CHARACTERS = 10_000;

/** A table in text form (RFC 4180, and what people make of it): a row is a line. The delimiter is found in the text. */
export async function readCsv(bytes: Uint8Array): Promise<{ pages: string[] }> {
  const [{ parse }, text] = await Promise.all([import("csv-parse"), decodeText(bytes)]);
  const pages = new PageText();
  try {
    const rows: AsyncIterable<string[]> = parse(text, { delimiter: delimiterOf(text), relax_column_count: true, relax_quotes: true });
    for await (const row of rows) pages.row(row);
  } catch (thrown) {
    if (thrown instanceof PipelineError) throw thrown;
    // Quotes that never close: the lines are text all the same.
    const plain = new PageText();
    plain.line(text);
    return { pages: plain.pages() };
  }
  return { pages: pages.pages() };
}

/** The sign that comes as often in each of the first lines; quoted text does not count. */
function delimiterOf(text: string): string {
  const lines = text.slice(0, SAMPLE_CHARACTERS).replace(/"[^"]*"/g, "").split("\n").filter(Boolean).slice(0, 20);
  const score = (delimiter: string): number => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    return Math.min(...counts) * 1000 + counts.reduce((sum, count) => sum + count, 0) / counts.length;
  };
  return lines.length === 0 ? "," : DELIMITERS.toSorted((a, b) => score(b) - score(a))[0]!;
}
