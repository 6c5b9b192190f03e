/**
 * `[rank, ...phrases]`, in key form: the higher, the surer that the amount beside it is what the whole paper is about.
 * Sums after rounding come before sums with tax, these before sums that are due (an advance may be taken off), these
 * before a bare "total".
 */
export const TOTAL_LABELS: readonly (readonly [number, ...string[]])[] = [
  [10, "rounded total", "round d total", "total rounded", "total after rounding", "final total", "grand total", "nett total", "total after adj", "total after adjustment", "total payable", "total amount payable",
    "total to pay", "total a pagar", "net a payer", "zu zahlender betrag", "jumlah perlu dibayar", "jumlah besar"],
  [9, "total incl", "total inclusive", "total including", "total with gst", "total inc", "total gst incl", "total sales inclusive", "total sales incl", "total sales inc", "total amount incl", "total ttc", "total factura", "importe total", "bruttosumme",
    "gesamtbetrag", "gesamtsumme", "rechnungsbetrag", "rechnungssumme brutto", "endbetrag", "bruttobetrag", "summe inkl", "gesamt brutto", "summe brutto", "montant ttc", "montant total",
    "totale fattura", "totale documento", "factuur totaal", "totaal incl", "totaal inclusief", "total com iva", "jumlah keseluruhan", "invoice total", "total invoice"],
  [8, "amount due", "total due", "total amount due", "balance due", "amount payable", "due payable", "please pay", "zahlbetrag", "zu zahlen", "offener betrag", "somme a payer", "montant a payer",
    "importe a pagar", "totale da pagare", "te betalen", "a pagar", "jumlah perlu bayar"],
  [7, "total", "total amount", "total sales", "total rm", "gesamt", "summe", "totale", "totaal", "jumlah", "jumlah rm", "total general", "total facture"],
  [6, "net total"],
  [4, "subtotal", "sub total", "zwischensumme", "sous total"],
];

/** Beside these words a "total" is a part or a count, not the sum. */
export const NOT_THE_TOTAL: readonly string[] = [
  "total gst", "gst total", "total tax", "tax total", "vat total", "total vat", "total qty", "total quantity", "total item", "total items", "total saving", "total savings", "total discount",
  "total rounding", "total excl", "total excluding", "total exclusive", "total net", "total ht", "total sales excluding", "total sales excl", "excluding", "excl", "exclusive", "before tax", "total taxes", "total tva", "total iva", "ust gesamt", "summe netto", "netto",
  "nettobetrag", "ohne ust", "zzgl", "total neto", "base imponible", "imponibile", "totaal excl", "total points", "supplies", "taxable", "zuschlage", "abschlage", "anzahlungen", "total paid", "total hours", "total weight", "gst payable",
];

/** Other lines of a sum: they hold their place when labels and amounts stand in two columns. */
export const OTHER_SUM_LABELS: readonly string[] = [
  "disc", "discount", "tax", "gst", "vat", "sst", "service charge", "serv charge", "rounding", "round adj", "rounding adj", "rounding adjustment", "adj", "cash", "change", "change due", "tender", "tendered", "paid", "payment", "credit", "card", "visa", "master",
  "balance", "deposit", "coupon", "mwst", "ust", "umsatzsteuer", "rabatt", "skonto", "gegeben", "ruckgeld", "bar", "tva", "remise", "especes", "iva", "descuento", "efectivo", "cambio", "tunai", "baki", "cukai", "diskaun", "pelarasan", "btw", "sconto",
];

/** Under these headings tax is summed up, not the paper. */
export const TAX_SUMMARY: readonly string[] = ["gst summary", "tax summary", "gst analysis", "vat summary", "vat analysis", "sst summary", "steueraufschlusselung", "umsatzsteueraufschlusselung", "tax code"];

/** What was handed over and what came back: handed over less back is the total. */
export const CASH_LABELS: readonly string[] = ["cash", "tender", "tendered", "gegeben", "especes", "efectivo", "tunai", "payment"];
export const CHANGE_LABELS: readonly string[] = ["change", "change due", "ruckgeld", "rendu", "cambio", "baki"];

/** Signs and codes as ISO 4217. `$` alone is the US dollar only where nothing names another. */
export const CURRENCIES: Record<string, string> = {
  "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "US$": "USD", "USD": "USD", "$": "USD", "A$": "AUD", "AUD": "AUD", "C$": "CAD", "CAD": "CAD", "S$": "SGD", "SGD": "SGD",
  "NZD": "NZD", "HK$": "HKD", "HKD": "HKD", "RM": "MYR", "MYR": "MYR", "₹": "INR", "INR": "INR", "RS": "INR", "RS.": "INR", "CHF": "CHF", "FR.": "CHF", "¥": "JPY", "JPY": "JPY", "CNY": "CNY", "RMB": "CNY", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
  "PLN": "PLN", "ZŁ": "PLN", "CZK": "CZK", "HUF": "HUF", "R$": "BRL", "BRL": "BRL", "MXN": "MXN", "ZAR": "ZAR", "THB": "THB", "฿": "THB", "IDR": "IDR", "RP": "IDR", "TRY": "TRY", "₺": "TRY", "₽": "RUB", "RUB": "RUB", "₩": "KRW", "KRW": "KRW", "EURO": "EUR",
};
