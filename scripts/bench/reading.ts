import { parseArgs } from "node:util";
import { machine, say, table } from "./figures.ts";
import { hardFiles } from "./reading/hard.ts";
import { textLayers } from "./reading/layers.ts";
import { longDocuments } from "./reading/long.ts";

const PARTS: Record<string, (data: string) => Promise<object>> = {
  layers: textLayers,
  hard: hardFiles,
  long: longDocuments,
  scans: async (data) => {
    // A module of the OCR engine's benchmark; a checkout without it has the other parts all the same.
    const path = "./reading/scans.ts";
    const scans = (await import(path).catch(() => undefined)) as { scans(options: { data: string }): Promise<object> } | undefined;
    return scans ? scans.scans({ data }) : { left_out: "scripts/bench/reading/scans.ts is not there" };
  },
};

/**
 * `npm run bench -- reading [--json] [--data DIR] [--only layers|hard|long|scans]`: reading what people have. DIR holds
 * `manifest.json` ([{file, kind}]) and the files that it names.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args, options: { json: { type: "boolean" }, data: { type: "string", default: "../shared/data" }, only: { type: "string" } },
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
    figures[part] = await measure(values.data);
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}
