import { readable } from "../_shared/readable.ts";
import { Bounds } from "./formats/bounds.ts";
import { xmlParser } from "./formats/xml.ts";
import { type Attachment, EINVOICE_NAMES } from "./pdf/attachments.ts";
import type { Einvoice, EinvoiceDetails } from "../_shared/einvoice.ts";
import { parseEinvoiceDetails } from "./einvoice-details.ts";

/** An invoice of thousands of lines has less. */
const MOST_BYTES = 5_000_000;
/** Steps of work for all of them: an invoice of ten thousand lines takes half. */
const MOST_STEPS = 1_000_000;
/** XML files that are tried; an e-invoice has one. */
const MOST_FILES = 5;

/** What an e-invoice says, with its sums and lines. */
export type FoundEinvoice = Einvoice & { details: EinvoiceDetails };

/**
 * The e-invoice among the files of a PDF, or null where there is none. The standards name the file, not all software does:
 * any XML file counts whose content is an invoice. What is broken is skipped, and `onIgnored` is told.
 *
 * Sources: UN/CEFACT Cross Industry Invoice D16B (Factur-X, ZUGFeRD 2), CrossIndustryDocument (ZUGFeRD 1), OASIS UBL 2.1.
 */
export function findEinvoice(
  attachments: Attachment[],
  onIgnored: (reason: "too_large" | "not_well_formed") => void,
  bounds = new Bounds({ steps: MOST_STEPS }),
): FoundEinvoice | null {
  const known = ({ name }: Attachment) => EINVOICE_NAMES.includes(name.toLowerCase());
  const files = attachments
    .filter(({ name }) => /\.xml$/i.test(name))
    .sort((a, b) => Number(known(b)) - Number(known(a)));
  for (const { bytes } of files.slice(0, MOST_FILES)) {
    if (bytes.length > MOST_BYTES) {
      onIgnored("too_large");
      continue;
    }
    try {
      const xml = textOf(bytes);
      const einvoice = parseEinvoice(xml, bounds);
      if (einvoice) return { ...einvoice, details: parseEinvoiceDetails(xml, bounds) };
    } catch {
      onIgnored("not_well_formed");
    }
  }
  return null;
}

/**
 * Reads an invoice from XML; null where the XML is something else. A file with a DTD is refused, so that no entity is ever
 * expanded; the standards allow none.
 * @throws Error when it is not well-formed, or takes more work than `bounds` allow
 */
export function parseEinvoice(xml: string, bounds = new Bounds({ steps: MOST_STEPS })): Einvoice | null {
  const root = treeOf(xml, bounds);
  const { name } = root;
  if (name === "CrossIndustryInvoice" || name === "CrossIndustryDocument") return crossIndustry(root);
  if (name === "Invoice" || name === "CreditNote") return ubl(root);
  return null;
}

/** An element that is read, and of its children the first of each name that is. */
type XmlElement = { name: string; text: string; children: XmlElement[] };

/** The names that are read, in all three standards. What else an invoice holds, such as its lines, is never in memory. */
const READ_NAMES = new Set([
  ...["ExchangedDocument", "HeaderExchangedDocument", "TypeCode", "ID", "IssueDateTime", "DateTimeString", "DateTime"],
  ...["SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"],
  ...["ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement", "SellerTradeParty", "Name"],
  ...["SpecifiedLegalOrganization", "TradingBusinessName"],
  ...["ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement", "InvoiceCurrencyCode"],
  ...["SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"],
  ...["GrandTotalAmount", "AccountingSupplierParty", "Party", "PartyLegalEntity", "RegistrationName", "PartyName"],
  ...["LegalMonetaryTotal", "InvoiceTypeCode", "CreditNoteTypeCode", "IssueDate", "DocumentCurrencyCode"],
  ...["TaxInclusiveAmount", "PayableAmount"],
]);
/** An invoice has some 30 of them. */
const MOST_ELEMENTS = 500;
const MOST_CHARACTERS = 10_000;

/** The root with what is read of it. @throws Error when the XML is not well-formed */
function treeOf(xml: string, bounds: Bounds): XmlElement {
  const document: XmlElement = { name: "", text: "", children: [] };
  const open: XmlElement[] = [document];
  let kept = 0;
  let skipped = 0;
  let atEnd = false;
  const parser = xmlParser(
    {
      open(name) {
        const parent = open.at(-1)!;
        const isRoot = open.length === 1;
        const known = parent.children.some((child) => child.name === name);
        if (skipped > 0 || (!isRoot && (!READ_NAMES.has(name) || known)) || kept >= MOST_ELEMENTS) {
          skipped += 1;
          return;
        }
        kept += 1;
        const element = { name, text: "", children: [] };
        parent.children.push(element);
        open.push(element);
      },
      close() {
        if (atEnd) throw new Error("An element is not closed.");
        if (skipped > 0) skipped -= 1;
        else open.pop();
      },
      text(text) {
        const element = open.at(-1)!;
        if (skipped === 0 && element.text.length < MOST_CHARACTERS) element.text += text;
      },
      instruction(name) {
        if (name.startsWith("!")) throw new Error("The file has a DTD.");
      },
    },
    bounds,
  );
  parser.write(xml);
  // The parser closes then what the file leaves open.
  atEnd = true;
  parser.end();
  const [root] = document.children;
  if (!root) throw new Error("The file has no element.");
  return root;
}

function crossIndustry(root: XmlElement): Einvoice {
  const header = child(root, "ExchangedDocument", "HeaderExchangedDocument");
  const trade = child(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction");
  const seller = child(
    child(trade, "ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement"),
    "SellerTradeParty",
  );
  const settlement = child(trade, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement");
  const sums = child(
    settlement,
    "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
  );
  return {
    type_code: textIn(child(header, "TypeCode"), 10),
    number: textIn(child(header, "ID"), 100),
    seller:
      textIn(child(seller, "Name"), 200) ??
      textIn(child(child(seller, "SpecifiedLegalOrganization"), "TradingBusinessName"), 200),
    issue_date: dateIn(child(child(header, "IssueDateTime"), "DateTimeString", "DateTime")),
    currency: currencyIn(child(settlement, "InvoiceCurrencyCode")),
    grand_total: numberIn(child(sums, "GrandTotalAmount")),
  };
}

function ubl(root: XmlElement): Einvoice {
  const party = child(child(root, "AccountingSupplierParty"), "Party");
  const sums = child(root, "LegalMonetaryTotal");
  return {
    type_code:
      textIn(child(root, "InvoiceTypeCode", "CreditNoteTypeCode"), 10) ?? (root.name === "CreditNote" ? "381" : null),
    number: textIn(child(root, "ID"), 100),
    seller:
      textIn(child(child(party, "PartyLegalEntity"), "RegistrationName"), 200) ??
      textIn(child(child(party, "PartyName"), "Name"), 200),
    issue_date: dateIn(child(root, "IssueDate")),
    currency: currencyIn(child(root, "DocumentCurrencyCode")),
    grand_total: numberIn(child(sums, "TaxInclusiveAmount")) ?? numberIn(child(sums, "PayableAmount")),
  };
}

/** The text of the file in the encoding that it declares, if its bytes are that; else UTF-8, or windows-1252. */
function textOf(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const marked =
    bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : null;
  const declared = /^[^<]*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(head)?.[1];
  for (const charset of [marked, declared, "utf-8"]) {
    try {
      if (charset) return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      // Not in that one, or there is none of that name.
    }
  }
  return new TextDecoder("windows-1252").decode(bytes);
}

/** The first child of one of the names, whatever prefix its namespace has. */
const child = (parent: XmlElement | null, ...names: string[]): XmlElement | null =>
  parent?.children.find(({ name }) => names.includes(name)) ?? null;

function textIn(element: XmlElement | null, length: number): string | null {
  const text = readable(element?.text ?? "")
    .replace(/\s+/gu, " ")
    .trim();
  return text === "" ? null : text.slice(0, length);
}

function currencyIn(element: XmlElement | null): string | null {
  const text = textIn(element, 4);
  return text && /^[A-Z]{3}$/.test(text) ? text : null;
}

/** 1234.50 alone: a number in another form could be read wrongly. */
function numberIn(element: XmlElement | null): number | null {
  const text = textIn(element, 40);
  return text && /^[-+]?\d{1,15}(?:\.\d{1,10})?$/.test(text) ? Number(text) : null;
}

/** `20260315` (format 102), or a date of ISO 8601 with or without a time. */
function dateIn(element: XmlElement | null): string | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|T|[Z+-]|\d{4})/.exec(textIn(element, 40) ?? "");
  if (!parts) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null;
}
