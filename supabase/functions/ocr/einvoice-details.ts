import type { EinvoiceDetails } from "../_shared/einvoice.ts";
import { readable } from "../_shared/readable.ts";
import type { Bounds } from "./formats/bounds.ts";
import { xmlParser } from "./formats/xml.ts";

/** Lines that are kept; an invoice with more has none of them, so that none looks complete. */
const MOST_EINVOICE_LINES = 2_000;
const MOST_CHARACTERS = 2_000;

const LINES = new Set(["IncludedSupplyChainTradeLineItem", "InvoiceLine", "CreditNoteLine"]);
type Line = EinvoiceDetails["lines"][number];

/** What is read of a line: the element, and the one around it where there are several of the name. */
const OF_A_LINE: Record<string, [keyof Line, around?: string][]> = {
  Name: [
    ["description", "SpecifiedTradeProduct"],
    ["description", "Item"],
  ],
  BilledQuantity: [["quantity"]],
  InvoicedQuantity: [["quantity"]],
  CreditedQuantity: [["quantity"]],
  ChargeAmount: [["unit_price", "NetPriceProductTradePrice"]],
  PriceAmount: [["unit_price", "Price"]],
  LineTotalAmount: [
    ["total", "SpecifiedTradeSettlementLineMonetarySummation"],
    ["total", "SpecifiedTradeSettlementMonetarySummation"],
  ],
  LineExtensionAmount: [
    ["total", "InvoiceLine"],
    ["total", "CreditNoteLine"],
  ],
};
const NET: Record<string, string[]> = {
  TaxBasisTotalAmount: ["SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"],
  TaxExclusiveAmount: ["LegalMonetaryTotal"],
};
const TAX: Record<string, string[]> = {
  TaxTotalAmount: ["SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"],
  TaxAmount: ["TaxTotal"],
};

/**
 * The sums, the due date and the lines of an e-invoice whose header was read: Cross Industry Invoice, ZUGFeRD 1 and UBL, as in einvoice.ts. What
 * stands there twice and differs, such as the due dates of instalments, is left out.
 * @throws Error when the XML takes more work than `bounds` allow
 */
export function parseEinvoiceDetails(xml: string, bounds: Bounds): EinvoiceDetails {
  const found: EinvoiceDetails = { due_date: null, net: null, tax: null, lines: [] };
  const dates = new Set<string>();
  const path: string[] = [];
  let line: Line | null = null;
  let perOne = true;
  let lines = 0;
  let text = "";
  const parser = xmlParser(
    {
      open(name) {
        path.push(name);
        text = "";
        if (!LINES.has(name)) return;
        lines += 1;
        line = { description: null, quantity: null, unit_price: null, total: null };
        perOne = true;
      },
      text(piece) {
        if (text.length < MOST_CHARACTERS) text += piece;
      },
      close() {
        const name = path.pop() ?? "";
        const around = path.at(-1) ?? "";
        if (line && LINES.has(name)) {
          // A price for a hundred is none for one.
          if (!perOne) line.unit_price = null;
          if (lines <= MOST_EINVOICE_LINES) found.lines.push(line);
          line = null;
        } else if (line) {
          const [key] = OF_A_LINE[name]?.find(([, parent]) => parent === undefined || parent === around) ?? [];
          if (key === "description") line.description ??= wordsOf(text);
          else if (key) line[key] ??= figureOf(text);
          else if (name === "BasisQuantity" || name === "BaseQuantity") perOne &&= figureOf(text) === 1;
        } else if (NET[name]?.includes(around)) found.net ??= figureOf(text);
        else if (TAX[name]?.includes(around)) found.tax ??= figureOf(text);
        else if ((name === "DueDate" && path.length === 1) || path.at(-1) === "DueDateDateTime") {
          const day = dayOf(text);
          if (day) dates.add(day);
        }
        text = "";
      },
    },
    bounds,
  );
  parser.write(xml);
  parser.end();
  return {
    ...found,
    due_date: dates.size === 1 ? [...dates][0]! : null,
    lines: lines <= MOST_EINVOICE_LINES ? found.lines : [],
  };
}

function wordsOf(text: string): string | null {
  const words = readable(text).replace(/\s+/gu, " ").trim().slice(0, 300);
  return words === "" ? null : words;
}

function figureOf(text: string): number | null {
  const figure = text.trim();
  return /^[-+]?\d{1,15}(?:\.\d{1,10})?$/.test(figure) ? Number(figure) : null;
}

function dayOf(text: string): string | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null;
}
