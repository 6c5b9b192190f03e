import { parseArgs } from "node:util";
import { machine, table } from "./figures.ts";
import { SCAN_PARTS, scans } from "./reading/scans.ts";

/** `npm run bench -- reading-scans [--json] [--data DIR] [--only PART,…] [--receipts N]`: the engine alone, on pictures. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: "boolean" }, data: { type: "string", default: "../shared/data" }, only: { type: "string" }, receipts: { type: "string" } },
  });
  const parts = values.only?.split(",");
  if (parts?.some((part) => !SCAN_PARTS.includes(part))) {
    console.error(`--only takes ${SCAN_PARTS.join(", ")}.`);
    process.exit(2);
  }
  const figures = { machine: machine(), ...(await scans({ data: values.data, parts, receipts: values.receipts === undefined ? undefined : Number(values.receipts) })) };
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}
