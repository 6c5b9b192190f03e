import { INVOICE_DATE_LABELS, ISSUE_DATE_LABELS, MORE_INVOICE_DATE_LABELS } from "../../../_shared/date-labels.ts";
import { keyOf } from "../text/text.ts";
import { everydayDates, PRINTED_LABELS } from "./everyday-words.ts";
import { moreWords } from "./more-words.ts";
import { monthNames } from "./months.ts";

const MONTH_OF = new Map(
  monthNames().flatMap((names, index) => names.map((name) => [keyOf(name).trim(), index + 1] as const)),
);

/** Month 1 to 12 of a name or an abbreviation in key form ("mar", "sept", "juil"), or null. */
export function monthOf(name: string): number | null {
  return MONTH_OF.get(name) ?? null;
}

/** Labels of the date that a document bears, in key form. */
export const DOCUMENT_DATE_LABELS: readonly string[] = [
  ...[...INVOICE_DATE_LABELS, ...MORE_INVOICE_DATE_LABELS, ...ISSUE_DATE_LABELS].map((label) => keyOf(label).trim()),
  "receipt date", "bizdate", "biz date", "issued", "issued at",
  "statement date", "letter date", "date of letter", "quote date", "quotation date", "doc date", "report date", "date of report", "pay date", "dated", "published",
  "transaction date", "sale date", "date of sale", "date of purchase", "tax date",
  "angebotsdatum", "briefdatum", "auszugsdatum", "erstellt am", "stand",
  "invoice", "*rechnung", "kontoauszug vom", "bescheid vom", "protokoll vom",
  "fait le", "facture du", "date du devis", "facture",
  "factura",
  "emissao", "fecha informe", "date filed", "today s date", "current date", "print date", "run date", "snapshot date", "valuation date", "position date", "holdings as of", "avisdatum", "druckdatum", "schreibdatum", "bescheiddatum", "ausgabedatum", "advice date", "remittance date", "letter completed", "date of the notice", "notice date", "awarded at", "awarded on", "given at", "given on", "datum der vereinbarung", "contract date", "date of contract", "made as of", "entered into as of", "dated as of", "effective as of", "entered into on", "entered into this", "made on", "data del contratto", "fecha del contrato", "date du contrat", "vertragsdatum", "contractdatum", "data umowy", "الموافق",
  "tarikh resit",
  ...moreWords("dated"),
  ...everydayDates("dated"),
];

/** Labels of other dates: never the document's own. */
export const OTHER_DATE_LABELS: readonly string[] = [
  "due", "due date", "payment due", "due by", "pay by", "payable by", "pay before", "deadline", "until", "till", "valid until", "valid till", "valid to", "valid from", "expiry", "expiry date",
  "expires", "exp date", "delivery date", "date of delivery", "delivered", "ship date", "shipping date", "service date", "check in", "check out", "check in date", "check out date", "arrival", "departure", "period", "billing period",
  "statement period", "from", "to", "date of birth", "birth date", "dob", "born", "next", "start date", "end date", "effective date", "renewal date", "remit until", "payment date", "order", "version", "last updated", "since",
  "fallig", "fallig am", "falligkeit", "falligkeitsdatum", "zahlbar bis", "bis zum", "bis", "gultig bis", "leistungsdatum", "lieferdatum", "leistungszeitraum", "lieferzeitraum",
  "abrechnungszeitraum", "zeitraum", "zeitraum vom", "geburtsdatum", "geboren am", "geb", "bestellung", "lieferung", "ablaufdatum", "vertragsbeginn", "vertragsende",
  "echeance", "date d echeance", "date limite", "a payer avant", "payable avant", "date de livraison", "livraison", "periode", "periode du", "au", "ne le", "nee le", "date de naissance", "jusqu au", "prelevement", "a partir du", "virement", "valable",
  "vencimiento", "fecha de vencimiento", "vence", "fecha de entrega", "fecha de nacimiento", "nacido", "periodo", "hasta", "valido hasta", "desde", "caducidad", "pedido",
  "tarikh luput", "tarikh akhir", "tarikh lahir", "tarikh tamat", "hingga", "sebelum", "scadenza", "data di nascita", "nato il", "vervaldatum", "geboortedatum", "vencimento", "data de nascimento",
  ...moreWords("otherDates"),
  ...everydayDates("otherDates"),
];

/** The date of an order: its own for an order, another one for every other paper. */
export const ORDER_DATE_LABELS: readonly string[] = ["order placed", "placed on", "ordered on", "purchased on", "booking date", "booked on", "date of booking", "reservation date", "buchung vom", "gebucht am", "buchungsdatum", "fecha de reserva", "date de reservation", "data prenotazione", "boekingsdatum", "order date", "date of order", "bestelldatum", "bestellung vom", "date de commande", "fecha de pedido", "tarikh pesanan", "data ordine", "besteldatum"];

/** Words that merely say that a date follows. */
export const PLAIN_DATE_LABELS: readonly string[] = [
  "date", "dt", "datum", "data", "fecha", "tarikh", "vom", "den", "le", "du", "am",
  ...moreWords("plainDates"),
  ...PRINTED_LABELS,
];

/** What tells that numbers are written month first, and what tells that they are not, in English. */
export const MONTH_FIRST_HINTS: readonly string[] = ["usa", "united states", "us dollars", "usd", "ein", "zip", "zip code", "sales tax", "inc", "llc", "ssn", "checking", "routing number", "state tax", "toll free"];
export const DAY_FIRST_HINTS: readonly string[] = [
  "gst", "vat", "vat no", "rm", "sdn", "bhd", "ltd", "plc", "pty", "limited", "pvt", "rs", "inr", "gbp", "eur", "aud", "sgd", "myr", "gmbh", "uk", "united kingdom", "malaysia", "singapore", "india", "australia", "new zealand", "ireland", "south africa", "hong kong", "postcode", "london",
  "jalan", "jln", "taman", "tmn", "selangor", "johor", "kuala lumpur", "penang", "pulau pinang", "melaka", "perak", "com my", "com sg", "com au", "co uk", "co in", "abn", "gstin", "sst",
];
