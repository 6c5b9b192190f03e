import { parseArgs } from "node:util";
import { machine, say, table } from "./figures.ts";
import { hardFiles } from "./reading/hard.ts";
import { textLayers } from "./reading/layers.ts";
import { longDocuments } from "./reading/long.ts";
import { SCAN_PARTS, scans } from "./reading/scans.ts";

const PARTS: Record<string, (data: string, receipts: number) => Promise<object>> = {
  layers: textLayers,
  hard: hardFiles,
  long: longDocuments,
  ...Object.fromEntries(
    SCAN_PARTS.map((part) => [part, (data: string, receipts: number) => scans({ data, parts: [part], receipts })]),
  ),
};

/**
 * `npm run bench -- reading [--json] [--data DIR] [--only PART,…] [--receipts N]`: reading what people have. PART is
 * layers, hard or long, or one of the OCR engine's: clean, disturbed, languages, receipts, memory. DIR holds
 * `manifest.json` ([{file, kind}]) and the files that it names.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      data: { type: "string", default: "../shared/data" },
      only: { type: "string" },
      receipts: { type: "string" },
    },
  });
  const parts = values.only?.split(",") ?? Object.keys(PARTS);
  const figures: Record<string, object> = { machine: machine() };
  for (const part of parts) {
    const measure = PARTS[part];
    if (!measure) {
      console.error(`--only takes ${Object.keys(PARTS).join(", ")}.`);
      process.exit(2);
    }
    say(`reading: ${part} …`);
    figures[part] = await measure(values.data, Number(values.receipts ?? Infinity));
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}
