import { moreWords } from "./more-words.ts";

/**
 * `[rank, ...phrases]`, in key form: the higher, the surer that the amount beside it is what the whole paper is about.
 * Sums after rounding come before sums with tax, these before sums that are due (an advance may be taken off), these
 * before a bare "total".
 */
export const TOTAL_LABELS: readonly (readonly [number, ...string[]])[] = [
  [10, ...moreWords("toPay")],
  [9, ...moreWords("totals")],
  [7, ...moreWords("total")],
  [4, ...moreWords("subtotal")],
  [10, "rounded total", "round d total", "total rounded", "total after rounding", "final total", "grand total", "nett total", "total after adj", "total after adjustment", "total payable", "total amount payable",
    "total to pay", "to pay", "total amt payable", "amt payable", "net payable", "nett payable", "total a payer", "total a pagar", "summe zu zahlen", "total zu bezahlen", "total zu zahlen", "what you owe", "amount you owe", "total you owe", "pay this amount", "total to be paid", "totaal te voldoen", "total a liquidar", "totaal te betalen", "net a payer", "zu zahlender betrag", "jumlah perlu dibayar", "jumlah besar"],
  // What is left to pay of a year's costs, beside the payments in advance.
  [10, "nachzahlung", "nachzahlungsbetrag", "nachforderung", "nachzuzahlender betrag", "conguaglio a debito", "bij te betalen", "bijbetalen", "niedoplata", "kwota niedoplaty", "nedoplatek", "nedoplatek k uhrade", "nedoplatok", "nedoplatok na uhradu", "efterbetaling", "efterbetalning", "hatralek", "fizetendo hatralek"],
  [9, "total incl", "total inclusive", "total including", "total with gst", "total inc", "total gst incl", "total sales inclusive", "total sales incl", "total sales inc", "total amount incl", "total ttc", "facture ttc", "total factura", "importe total", "bruttosumme",
    "gesamtbetrag", "gesamtsumme", "angebotssumme", "angebotssumme brutto", "auftragssumme", "endsumme", "gesamtpreis brutto", "order total", "total de la commande", "total commande", "total pedido", "totale ordine", "valor total da nota", "rechnungsbetrag", "rechnungssumme brutto", "endbetrag", "bruttobetrag", "summe inkl", "gesamt brutto", "summe brutto", "montant ttc", "montant total",
    "totale fattura", "totale documento", "factuur totaal", "totaal incl", "totaal inclusief", "total com iva", "jumlah keseluruhan", "invoice total", "total invoice", "total amt incl", "total amt inc", "total amount inc", "total inclusive of gst", "total incl of gst", "total incl gst", "total with tax", "total including tax", "total inc gst", "total inc vat", "total incl vat", "total including vat", "takeout total", "take out total", "eat in total", "dine in total", "bill total", "total bill", "sales total", "total sale", "gesamtbetrag brutto", "summe eur", "betrag eur", "importe total eur", "total euros", "totale complessivo", "totale euro", "totaalbedrag", "valor total", "total geral"],
  // What an insurance costs, with its tax.
  [9, "gesamtbeitrag", "gesamtpramie", "bruttobeitrag", "bruttopramie", "beitrag brutto", "pramie brutto", "zahlbeitrag", "total premium", "gross premium", "prime totale", "prime ttc", "cotisation totale", "premio totale", "premio lordo", "prima total", "totale premie", "skladka razem", "pojistne celkem"],
  [8, "zu bezahlen", "zu bezahlender betrag", "reste a payer", "solde a payer", "reste a votre charge", "te voldoen", "importo da pagare", "valor a pagar", "amount due", "amt due", "amount to pay", "total due", "total amount due", "balance due", "amount payable", "due payable", "please pay", "zahlbetrag", "zu zahlen", "offener betrag", "somme a payer", "montant a payer",
    "importe a pagar", "totale da pagare", "te betalen", "a pagar", "jumlah perlu bayar", "baki perlu dibayar", "sila bayar"],
  [7, "total", "total amount", "total amt", "total price", "amount total", "total sales", "total rm", "gesamt", "summe", "totale", "totaal", "jumlah", "jumlah rm", "total general", "total facture"],
  [6, "net total", "nett amount", "net amount", "nett amt", "net amt", "nett"],
  [5, "total payment", "gross total", "gross amount"],
  [4, "subtotal", "sub total", "zwischensumme", "sous total", "jumlah kecil", "subjumlah", "subtotaal", "subtotale"],
];

/** Beside these words a "total" is a part or a count, not the sum. */
export const NOT_THE_TOTAL: readonly string[] = [
  ...moreWords("notTheTotal"),
  "total gst", "gst total", "total tax", "tax total", "vat total", "total vat", "total qty", "total quantity", "total item", "total items", "total saving", "total savings", "total discount",
  "total rounding", "total excl", "total excluding", "total exclusive", "total net", "total ht", "total sales excluding", "total sales excl", "excluding", "excl", "exclusive", "before tax", "total taxes", "total tva", "total iva", "ust gesamt", "summe netto", "netto",
  "nettobetrag", "ohne ust", "zzgl", "total neto", "base imponible", "imponibile", "totaal excl", "total points", "supplies", "taxable", "zuschlage", "abschlage", "anzahlungen", "total paid", "total hours", "total weight", "gst payable", "total disc", "total pax", "total no", "total number", "total change", "total cash", "total before", "net amount before", "amount excl", "total exclude", "total exc", "total unit", "total units", "total pcs", "total pieces", "jumlah sebelum cukai", "sebelum cukai", "jumlah cukai", "total outstanding", "total redeemed", "total earned", "total limit", "total credit limit", "credit limit", "total credit line", "limite total", "limite de credito", "limite de credit", "kreditlimit", "verfugungsrahmen", "kreditrahmen", "plafond", "fido", "bestedingslimiet", "limit kredytowy",
];

/** What was paid in advance for a year, and what of it comes back: then no sum of costs is to be paid. */
export const ADVANCES: readonly string[] = ["vorauszahlungen", "*vorauszahlungen", "abschlage", "abschlagszahlungen", "payments on account", "acomptes", "provisions versees", "pagos a cuenta", "acconti", "voorschotten", "zaliczki", "zalohy", "aconto", "akonto", "indbetalt aconto", "eloleg", "avansuri"];
export const CREDIT_BALANCES: readonly string[] = ["guthaben", "ihr guthaben", "zu ihren gunsten", "erstattungsbetrag", "in credit", "credit balance", "trop percu", "solde en votre faveur", "saldo a favor", "saldo a suo favore", "a vostro credito", "terug te ontvangen", "teruggave", "nadplata", "preplatek", "preplatok", "til gode", "til gode hos os", "overskydende", "tillgodo", "att fa tillbaka", "tulfizetes"];

/** Other lines of a sum: they hold their place when labels and amounts stand in two columns. */
export const OTHER_SUM_LABELS: readonly string[] = [
  ...moreWords("otherSums"),
  "disc", "discount", "tax", "gst", "vat", "sst", "service charge", "serv charge", "rounding", "round adj", "rounding adj", "rounding adjustment", "adj", "cash", "change", "change due", "tender", "tendered", "paid", "payment", "credit", "card", "visa", "master",
  "balance", "deposit", "coupon", "mwst", "ust", "umsatzsteuer", "rabatt", "skonto", "gegeben", "ruckgeld", "bar", "tva", "remise", "especes", "iva", "descuento", "efectivo", "cambio", "tunai", "baki", "cukai", "diskaun", "pelarasan", "btw", "sconto",
];

/** Under these headings tax is summed up, not the paper. */
export const TAX_SUMMARY: readonly string[] = ["gst summary", "tax summary", "gst analysis", "vat summary", "vat analysis", "sst summary", "steueraufschlusselung", "umsatzsteueraufschlusselung", "tax code"];

/** What was handed over and what came back: handed over less back is the total. */
export const CASH_LABELS: readonly string[] = ["cash", "tender", "tendered", "gegeben", "especes", "efectivo", "tunai", "payment"];
export const CHANGE_LABELS: readonly string[] = ["change", "change due", "ruckgeld", "rendu", "cambio", "baki"];

/** What a card paid is the total. */
export const CARD_LABELS: readonly string[] = ["visa", "visa card", "master", "mastercard", "master card", "credit card", "debit card", "card", "amex", "maestro", "girocard", "ec karte", "kartenzahlung", "carte bancaire", "cb", "tarjeta", "kad kredit", "bancontact", "pin", "carta"];

/** What is added below a subtotal. */
export const CHARGE_LABELS: readonly string[] = ["gst", "sst", "vat", "tax", "sales tax", "service charge", "serv charge", "service tax", "svc chg", "svr chrg", "tip", "mwst", "ust", "umsatzsteuer", "tva", "iva", "btw", "cukai", "caj perkhidmatan"];

/** Signs and codes as ISO 4217, in upper case. `$`, `¥` and `kr` are of more than one country. */
export const CURRENCIES: Record<string, string> = {
  "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "US$": "USD", "USD": "USD", "$": "USD", "A$": "AUD", "AUD": "AUD", "C$": "CAD", "CAD": "CAD", "S$": "SGD", "SGD": "SGD",
  "NZD": "NZD", "HK$": "HKD", "HKD": "HKD", "RM": "MYR", "MYR": "MYR", "₹": "INR", "INR": "INR", "RS": "INR", "RS.": "INR", "CHF": "CHF", "FR.": "CHF", "¥": "JPY", "JPY": "JPY", "CNY": "CNY", "RMB": "CNY", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
  "PLN": "PLN", "ZŁ": "PLN", "CZK": "CZK", "HUF": "HUF", "R$": "BRL", "BRL": "BRL", "MXN": "MXN", "ZAR": "ZAR", "THB": "THB", "฿": "THB", "IDR": "IDR", "RP": "IDR", "TRY": "TRY", "₺": "TRY", "₽": "RUB", "RUB": "RUB", "₩": "KRW", "KRW": "KRW", "EURO": "EUR",
  "KČ": "CZK", "FT": "HUF", "KR": "SEK", "KR.": "SEK", "TL": "TRY", "РУБ": "RUB", "РУБ.": "RUB", "ГРН": "UAH", "ГРН.": "UAH", "₴": "UAH", "UAH": "UAH", "LEI": "RON", "RON": "RON", "BGN": "BGN", "ISK": "ISK", "₪": "ILS", "ILS": "ILS", "NIS": "ILS",
  "￥": "JPY", "円": "JPY", "日本円": "JPY", "元": "CNY", "人民币": "CNY", "人民幣": "CNY", "원": "KRW", "NT$": "TWD", "TWD": "TWD", "MX$": "MXN", "SAR": "SAR", "AED": "AED", "EGP": "EGP", "QAR": "QAR", "MAD": "MAD", "KWD": "KWD", "BHD": "BHD", "OMR": "OMR", "JOD": "JOD", "TND": "TND",
  "ر.س": "SAR", "ريال": "SAR", "د.إ": "AED", "درهم": "AED", "ج.م": "EGP", "جنيه": "EGP",
};

/** Amounts in these have three decimals: KWD 12.500 is twelve and a half. */
export const THREE_DECIMALS: readonly string[] = ["KWD", "BHD", "OMR", "JOD", "TND"];

/** Beside these a space parts the thousands of whole amounts as well: SEK 12 345. */
export const SPACED: readonly string[] = ["SEK", "NOK", "DKK", "KR", "KR.", "CZK", "PLN", "HUF", "RUB", "UAH"];

/** What tells until when to pay, beside the words that extraction looks for. In key form. */
export const PAY_UNTIL_LABELS: readonly string[] = [
  "please pay by", "pay this amount by", "payable by", "pay before", "to be paid by", "must be paid by", "payment is due", "zahlbar innert", "zahlbar innerhalb", "zu zahlen bis", "zu bezahlen bis", "zahlen sie bis", "bezahlen sie bis", "betrag bis zum", "zahlungsfrist", "fallig", "a payer avant", "a regler avant", "payable avant", "payable jusqu au", "delai de paiement", "prelevement le", "sera preleve le", "fecha limite de pago", "fecha de cargo", "pagar hasta", "vence el",
  "entro il", "da pagare entro", "pagamento entro", "betalen voor", "te betalen op", "betaal voor", "betaaltermijn", "data limite de pagamento", "data de vencimento", "vencimento", "pagar ate", "pagamento ate", "forfallodatum", "forfallodag", "betala senast", "betalas senast", "sista betalningsdag", "forfaldsdato", "betales senest", "til betaling senest", "betalingsfrist", "sidste rettidige betalingsdag", "forfallsdato", "forfall", "betales innen", "datum splatnosti", "splatnost", "splatne do", "zaplatit do", "zaplatte do", "uhradit do", "uhrady do",
  "termin platnosci", "platne do", "zaplac do", "erapaiva", "fizetesi hatarido", "scadenta", "data scadentei", "termen de plata", "son odeme tarihi", "vade tarihi",
];

/** Labels of what a credit note gives back, in key form. */
export const CREDIT_LABELS: readonly (readonly [number, ...string[]])[] = [
  [9,
    "gutschriftsbetrag", "gutschriftbetrag", "erstattungsbetrag", "credit total", "total credit", "credit amount",
    "refund total", "refund amount", "amount refunded", "total refund", "montant de l avoir", "total avoir", "net a deduire", "importe a abonar", "total abono", "importo da rimborsare", "kwota do zwrotu", "att aterbetala", "att aterfa", "belopp att aterfa", "att fa tillbaka", "til gode", "tilgodebelop", "belob til gode", "hyvitettava",
    "hyvityksen maara", "castka k vraceni", "suma na vratenie", "visszateritendo"],
];

/** What was paid before the bill came. In key form. */
export const DEPOSITS: readonly string[] = [
  "deposit", "deposit paid", "deposit received", "advance", "advance payment", "prepaid", "prepayment",
  "retainer", "*anzahlung", "anzahlung", "vorauszahlung", "abschlag", "acompte", "acompte verse", "arrhes",
  "anticipo", "senal", "entrega a cuenta", "acconto", "caparra", "adiantamento", "sinal", "aanbetaling", "aanbetaald", "angezahlt",
  "voorschot", "zaliczka", "zaloha", "forskott", "forskud", "forskudd", "ennakkomaksu", "eloleg", "avans",
  "kapora", "on odeme", "προκαταβολη", "аванс", "предоплата", "内金", "前金", "定金", "预付款", "선금", "계약금", "دفعة مقدمة",
  "מקדמה",
];
