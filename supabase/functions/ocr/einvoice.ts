import { parseXml, XmlElement } from "@rgrove/parse-xml";
import type { Attachment } from "./pdf/attachments.ts";
import type { Einvoice } from "../_shared/einvoice.ts";

/** An invoice of thousands of lines has less. */
const MOST_BYTES = 5_000_000;
/** XML files that are tried; an e-invoice has one. */
const MOST_FILES = 5;

/** Names that the standards give to the invoice; ZUGFeRD 1 and 2, Factur-X, XRechnung. */
const KNOWN_NAMES = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/**
 * The e-invoice among the files of a PDF, or null where there is none. The standards name the file, not all software does:
 * any XML file counts whose content is an invoice. What is broken is skipped, and `onIgnored` is told.
 *
 * Sources: UN/CEFACT Cross Industry Invoice D16B (Factur-X, ZUGFeRD 2), CrossIndustryDocument (ZUGFeRD 1), OASIS UBL 2.1.
 */
export function findEinvoice(
  attachments: Attachment[],
  onIgnored: (reason: "too_large" | "not_well_formed") => void,
): Einvoice | null {
  const known = ({ name }: Attachment) => KNOWN_NAMES.includes(name.toLowerCase());
  const files = attachments
    .filter(({ name }) => /\.xml$/i.test(name))
    .sort((a, b) => Number(known(b)) - Number(known(a)));
  for (const { bytes } of files.slice(0, MOST_FILES)) {
    if (bytes.length > MOST_BYTES) {
      onIgnored("too_large");
      continue;
    }
    try {
      const einvoice = parseEinvoice(textOf(bytes));
      if (einvoice) return einvoice;
    } catch {
      onIgnored("not_well_formed");
    }
  }
  return null;
}

/**
 * Reads an invoice from XML; null where the XML is something else. Entities that a DTD declares are not expanded: the
 * parser takes them for an error.
 * @throws Error when it is not well-formed
 */
export function parseEinvoice(xml: string): Einvoice | null {
  // The text is decoded already, so what its declaration says of the encoding means nothing any more.
  const root = parseXml(xml.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?/, "")).root;
  if (!root) return null;
  const name = localName(root);
  if (name === "CrossIndustryInvoice" || name === "CrossIndustryDocument") return crossIndustry(root);
  if (name === "Invoice" || name === "CreditNote") return ubl(root);
  return null;
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
      textIn(child(root, "InvoiceTypeCode", "CreditNoteTypeCode"), 10) ??
      (localName(root) === "CreditNote" ? "381" : null),
    number: textIn(child(root, "ID"), 100),
    seller:
      textIn(child(child(party, "PartyLegalEntity"), "RegistrationName"), 200) ??
      textIn(child(child(party, "PartyName"), "Name"), 200),
    issue_date: dateIn(child(root, "IssueDate")),
    currency: currencyIn(child(root, "DocumentCurrencyCode")),
    grand_total: numberIn(child(sums, "TaxInclusiveAmount")) ?? numberIn(child(sums, "PayableAmount")),
  };
}

/** The text of the file in the encoding that it declares; UTF-8 where it declares none that exists. */
function textOf(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const marked =
    bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : null;
  const declared = /^[^<]*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(head)?.[1];
  try {
    return new TextDecoder(marked ?? declared ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const localName = (element: XmlElement): string => element.name.slice(element.name.indexOf(":") + 1);

/** The first child of one of the names, whatever prefix its namespace has. */
function child(parent: XmlElement | null, ...names: string[]): XmlElement | null {
  return (
    parent?.children.find(
      (node): node is XmlElement => node instanceof XmlElement && names.includes(localName(node)),
    ) ?? null
  );
}

function textIn(element: XmlElement | null, length: number): string | null {
  const text = element?.text.replace(/\s+/gu, " ").trim() ?? "";
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
