import {
  type ArrayField,
  type Field,
  type Fields,
  isArray,
  kindOf,
  type ScalarField,
} from "../../_shared/extraction/schema.ts";
import { TEMPLATES } from "../../_shared/extraction/templates/index.ts";
import type { Value } from "../../_shared/extraction/values.ts";
import type { Einvoice, EinvoiceDetails } from "../../_shared/einvoice.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { labelsOf } from "./labels.ts";
import type { Candidate } from "./candidate.ts";
import type { TableRow } from "./tables.ts";

/** The fields of the template for invoices that the XML of one has. */
const HEADER = ["invoice_number", "due_date", "net", "tax"] as const;
const COLUMNS = ["description", "quantity", "unit_price", "total"] as const;

/** What the XML says of a schema's fields that no rule finds: a field is known by the labels that it shares with the template for invoices. */
export function einvoiceValues(
  scalars: Map<string, ScalarField>,
  einvoice: Einvoice,
  details: EinvoiceDetails | null,
): Candidate[] {
  const known = TEMPLATES.invoice!.fields.properties;
  return [...scalars].flatMap(([path, field]) => {
    if ("rule" in field && field.rule) return [];
    const name = likest(path, field, HEADER, known);
    if (!name) return [];
    const said = name === "invoice_number" ? einvoice.number : details?.[name];
    return said == null
      ? []
      : [
          {
            path,
            value: saidAs(field, said, einvoice),
            page: null,
            quote: String(said),
            box: null,
            confidence: 1,
            score: 100,
          },
        ];
  });
}

/** The lines of the XML as rows of a schema's table; null where it has none, or the table is of something else. */
export function einvoiceRows(
  name: string,
  array: ArrayField,
  einvoice: Einvoice,
  details: EinvoiceDetails | null,
): TableRow[] | null {
  const items = (TEMPLATES.invoice!.fields as Fields).properties.items;
  if (!details || details.lines.length === 0 || !items || !isArray(items)) return null;
  const columns = Object.entries(array.items.properties).flatMap(([column, field]) => {
    const said = likest(column, field, COLUMNS, items.items.properties);
    return said ? [{ path: `${name}.${column}`, field, said }] : [];
  });
  if (columns.length < 2) return null;
  return details.lines.map((line) => ({
    page: null,
    sure: true,
    quote: Object.values(line)
      .filter((one) => one !== null)
      .join(" ")
      .slice(0, 290),
    cells: columns.flatMap(({ path, field, said }) => {
      const value = line[said];
      return value === null ? [] : [{ path, readings: [saidAs(field, value, einvoice)], box: null, confidence: 1 }];
    }),
  }));
}

function saidAs(field: ScalarField, said: string | number, { currency }: Einvoice): Value {
  return kindOf(field) === "money" ? { amount: Number(said), currency } : said;
}

/** The field of the template that another one shares its name or most labels with, if it is of the same kind. */
function likest<Name extends string>(
  name: string,
  field: ScalarField,
  names: readonly Name[],
  known: Record<string, Field>,
): Name | null {
  const keys = (path: string, one: ScalarField): string[] => labelsOf(path, one).map((label) => keyOf(label).trim());
  const own = keys(name, field);
  let best: { name: Name; shared: number } | null = null;
  for (const one of names) {
    const other = known[one];
    if (!other || isArray(other) || kindOf(other) !== kindOf(field)) continue;
    const others = new Set(keys(one, other));
    const shared = own.filter((key) => others.has(key)).length + (name === one ? 10 : 0);
    if (shared > (best?.shared ?? 0)) best = { name: one, shared };
  }
  return best?.name ?? null;
}
