// docs/limits.md says what the code does: each number beside the name of the constant, variable or column that holds it.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../scripts/checkout.ts";

const UNITS: Record<string, number> = { MiB: 1024 * 1024 };

/** The rows of docs/limits.md that name something: its name, and the number in bytes, pages and so on. */
const table = await readFile(path.join(ROOT, "docs/limits.md"), "utf8");
const rows = table.split("\n").flatMap((row) => {
  const cells = row.split("|").map((cell) => cell.trim());
  const [, number, unit = ""] = /^([\d,.]+)(?: (MiB))?/.exec(cells[2] ?? "") ?? [];
  const name = /`([A-Z_]{5,}|private\.settings\.\w+)`/.exec(cells.at(-2) ?? "")?.[1];
  return number && name ? [{ name, number: Number(number.replaceAll(",", "")) * (UNITS[unit] ?? 1) }] : [];
});

const code = (
  await Promise.all(
    [
      ...(await filesIn("supabase/functions/ocr")),
      ...(await filesIn("supabase/functions/metadata")),
      ...(await filesIn("supabase/functions/extract/claude")),
      "supabase/functions/extract/extracting.ts",
      "supabase/functions/extract/suggest/claude.ts",
      "supabase/functions/api/export/xlsx.ts",
      "supabase/functions/api/handler.ts",
      "supabase/functions/api/searchable/searchable.ts",
      ...(await filesIn("supabase/functions/webhooks")),
      ...(await filesIn("supabase/functions/thumbnail")),
      "supabase/functions/_shared/pictures/fax.ts",
      ...(await filesIn("supabase/functions/inbound")),
      "supabase/functions/_shared/env.ts",
      "supabase/functions/_shared/model-budget.ts",
      "supabase/functions/_shared/memory-budget.ts",
      "supabase/functions/_shared/request-body.ts",
      "supabase/functions/_shared/worker-budget.ts",
    ].map((file) => readFile(path.join(ROOT, file), "utf8")),
  )
).join("\n");
const settings = (
  await Promise.all(
    [
      "20261124100900_settings.sql",
      "20261124100910_user_limits.sql",
      "20261124101470_model_budget.sql",
      "20261124102150_api_tokens.sql",
      "20261124102200_erasure.sql",
      "20261124102700_webhooks.sql",
      "20261124102580_links.sql",
      "20261124102590_upload_links.sql",
      "20261124102730_rules.sql",
      "20261124102760_due_dates.sql",
      "20261124102595_inbox_addresses.sql",
      "20261124102810_share_links.sql",
      "20261124102710_webhook_deliveries.sql",
    ].map((file) => readFile(path.join(ROOT, "supabase/migrations", file), "utf8")),
  )
).join("\n");

it("finds the rows", () => {
  expect(rows.length).toBeGreaterThan(18);
});

it.each(rows)("$name is $number", ({ name, number }) => {
  const column = name.replace("private.settings.", "");
  const written = name.startsWith("private.")
    ? new RegExp(`${column} \\w+(?: not null)? default '?([\\d.]+)`).exec(settings)?.[1]
    : (new RegExp(`get\\("${name}"\\) \\?\\? ([\\d_ *]+)`).exec(code) ??
        new RegExp(`const ${name} = ([\\d._ *()/]+);`).exec(code))?.[1];
  expect(written, `${name} is nowhere set to a number`).toBeDefined();
  expect(product(written ?? "")).toBe(number);
});

/** The value of "20 * 1024 * 1024" or "(5 * 1024 * 1024 * 3) / 4". */
function product(expression: string): number {
  const [factors = "", divisor = "1"] = expression.replace(/[()_\s]/g, "").split("/");
  return factors.split("*").reduce((value, factor) => value * Number(factor), 1) / Number(divisor);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.name.endsWith(".ts"))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}
