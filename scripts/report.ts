import type { Result, SeenEvent } from "./client.ts";

/** A step of a document for the terminal. */
export function stepLine(file: string, event: SeenEvent): string {
  const what = "status" in event ? `→ ${event.status}` : `  ${event.message}`;
  return `  ${file.padEnd(34)} ${String(event.ms).padStart(6)} ms  ${what}`;
}

/** What is known of a document, for people. */
export function resultLines(result: Result): string[] {
  if (result.status !== "completed")
    return [`  ✗ ${result.file}: ${result.error?.code ?? result.status}`, `    ${result.error?.message ?? ""}`];
  return [
    `  ✓ ${result.display_name}`,
    `    ${result.tags.map((tag) => `#${tag}`).join(" ")}`,
    `    ${result.summary}`,
  ];
}

/**
 * How many completed, and the medians over the documents whose steps were seen: upload to 202, upload to text, text to
 * metadata, in milliseconds.
 *
 * @param what what the results are of, such as "sample documents "; empty, or with a space behind it
 */
export function summaryLines(results: Result[], what = ""): string[] {
  const completed = results.filter((result) => result.status === "completed").length;
  const count = `${completed} of ${results.length} ${what}completed.`;
  const seen = results
    .map(({ ms }) => ms)
    .filter((ms) => ms.accepted !== null && ms.ocr_complete !== null && ms.completed !== null);
  if (seen.length === 0) return [count];
  const accepted = median(seen.map((ms) => ms.accepted!));
  const text = median(seen.map((ms) => ms.ocr_complete!));
  const metadata = median(seen.map((ms) => ms.completed! - ms.ocr_complete!));
  return [count, `Medians: upload to 202 ${accepted} ms, upload to text ${text} ms, text to metadata ${metadata} ms.`];
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Math.round((sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2);
}
