/**
 * The labels of the day on which a paper was issued, an invoice above all. The one list for describing, for the templates
 * of extraction, and for what extraction knows beside a schema's labels. Case, accents and marks do not matter.
 */

/** Those of any paper. */
export const ISSUE_DATE_LABELS = [
  "date of issue",
  "issue date",
  "ausstellungsdatum",
  "belegdatum",
  "date d'émission",
  "fecha de emisión",
  "data di emissione",
  "data emissione",
  "datum van afgifte",
  "tarikh dikeluarkan",
];

/** Those that the template of invoices shows. */
export const INVOICE_DATE_LABELS = [
  "invoice date",
  "rechnungsdatum",
  "date de facture",
  "date facture",
  "fecha de factura",
  "fecha factura",
  "data fattura",
  "factuurdatum",
  "tarikh invois",
];

/** What else invoices and credit notes write: more than a schema, which has sixty labels a field, should hold. */
export const MORE_INVOICE_DATE_LABELS = [
  "date of invoice",
  "date issued",
  "issued on",
  "document date",
  "billing date",
  "bill date",
  "bill dt",
  "date tax point",
  "tax point date",
  "credit note date",
  "datum der rechnung",
  "datum rechnung",
  "rechnung datum",
  "rg datum",
  "re datum",
  "redatum",
  "gutschriftsdatum",
  "gutschriftdatum",
  "ausgestellt am",
  "fakturadatum",
  "dokumentdatum",
  "date facturation",
  "date de facturation",
  "date d'avoir",
  "date avoir",
  "émise le",
  "émis le",
  "facturée le",
  "fecha expedición",
  "fecha de expedición",
  "fecha emisión",
  "fecha del documento",
  "emitida el",
  "data documento",
  "data del documento",
  "data della fattura",
  "data wystawienia",
  "data da fatura",
  "data de emissão",
  "data emissão",
  "data da emissão",
  "datum factuur",
  "factuur datum",
];
