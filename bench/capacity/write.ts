// Writes the tables of docs/capacity.md again: npx tsx bench/capacity/write.ts
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/checkout.ts";
import { withTables } from "./tables.ts";

const page = path.join(ROOT, "docs/capacity.md");
writeFileSync(page, withTables(readFileSync(page, "utf8")));
