import type { Result, SeenEvent } from "./client.ts";

/** A step of a document for the terminal. */
export function stepLine(file: string, event: SeenEvent): string {
  const what = "status" in event ? `→ ${event.status}` : `  ${event.message}`;
  return `  ${file.padEnd(34)} ${String(event.ms).padStart(6)} ms  ${what}`;
}

/** What is known of a document, for people. */
export function resultLines(result: Result): string[] {
  if (result.status !== "completed") return [`  ✗ ${result.file}: ${result.error?.code ?? result.status}`, `    ${result.error?.message ?? ""}`];
  return [`  ✓ ${result.display_name}`, `    ${result.tags.map((tag) => `#${tag}`).join(" ")}`, `    ${result.summary}`];
}

/** Medians over the documents whose steps were seen: upload to 202, upload to text, text to metadata, in milliseconds. */
export function medians(results: Result[]): { accepted: number; text: number; metadata: number } | undefined {
  const seen = results.map(({ ms }) => ms).filter((ms) => ms.accepted !== null && ms.ocr_complete !== null && ms.completed !== null);
  if (seen.length === 0) return undefined;
  return {
    accepted: median(seen.map((ms) => ms.accepted!)),
    text: median(seen.map((ms) => ms.ocr_complete!)),
    metadata: median(seen.map((ms) => ms.completed! - ms.ocr_complete!)),
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Math.round((sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2);
}
