import { expect, test } from "vitest";
import { INVOICE } from "../../../supabase/functions/_shared/extraction/templates/bills.ts";
import type { ScalarField } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { labelsOf } from "../../../supabase/functions/extract/local/labels.ts";
import { MORE_LABELS } from "../../../supabase/functions/extract/local/more-labels.ts";
import { findDocumentDate } from "../../../supabase/functions/metadata/local/dates/dates.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";

function dateOf(
  text: string,
  language: string | null = "en",
  type: Parameters<typeof findDocumentDate>[1] = "invoice",
): string | null {
  return findDocumentDate(linesOf([{ page_number: 1, text }]), type, language)?.value ?? null;
}

test.each([
  ["2026-03-15", "Date: 2026-03-15", "en"],
  ["2026-03-15", "Invoice date 15 March 2026", "en"],
  ["2026-03-15", "Invoice date March 15th, 2026", "en"],
  ["2014-08-03", "Invoice Date: August 3 , 2014", "en"],
  ["2026-03-15", "Köln, den 15. März 2026", "de"],
  ["2026-03-05", "Datum 05.03.2026", "de"],
  ["2026-07-02", "Paris, le 2 juillet 2026", "fr"],
  ["2026-05-01", "Paris, le 1er mai 2026", "fr"],
  ["2026-03-05", "Madrid, 5 de marzo de 2026", "es"],
  ["2018-06-04", "04 JUN 2018 18:28", "en"],
  ["2026-08-31", "Tarikh: 31 Ogos 2026", "ms"],
  ["2026-03-15", "发票 2026年3月15日", "zh"],
  ["2018-05-18", "DATE 18/05/18", "en"],
])("reads %s in %j", (iso, text, language) => {
  expect(dateOf(text, language)).toBe(iso);
});

test.each([
  "Date : 25/12/20188:13:39 PM",
  "Date 25/12/2018:08:13",
  "DATE25/12/2018",
  "Date: 2S/12/2018",
  "Date: 25/I2/2O18",
  "Date: 25/12/201B",
  "Date: 25-12-I8",
  "Date: 25/12/Z0I8",
  "Date: 25,12,2018",
  "Date: 25- 12 -2018",
  "Date: 25.12-2018",
  "Date: 25/122018",
  "Date: 2512/2018",
  "Date: 25122018",
  "Tarikh 25122018",
  "Date: 2O18-12-25",
  "25 Dec 2O18",
  "2S Dec 2018",
  "25 DEC 20188:13",
])("reads a date through the slips of a picture: %s", (text) => {
  expect(dateOf(text)).toBe("2018-12-25");
});

test.each([
  "Order 25122018",
  "Phone 25 12 20 18",
  "Ref SO/12/2018B",
  "Lot 2512/20189",
  "Code OO/OO/2018",
  "Sum 25,12 2018",
  "Items 1,10",
  "Date: SO/BO/2O18",
  "Tel 25/122018-55",
  "Date: OO/12/2018",
  "Lot 12/12/B5x",
  "No 12345/12/2018",
])("takes no other number for such a date: %s", (text) => {
  expect(dateOf(text)).toBeNull();
});

test("takes the invoice date before the due date, in whatever order they stand", () => {
  expect(dateOf("Due date: 30.04.2026\nInvoice date: 31.03.2026")).toBe("2026-03-31");
  expect(dateOf("Fälligkeit 30.04.2026\nLeistungsdatum 01.03.2026\nRechnungsdatum\n31.03.2026", "de")).toBe(
    "2026-03-31",
  );
});

test("says null where only other dates stand", () => {
  expect(dateOf("Due date: 30 April 2026\nDate of birth: 1 May 1980\nDelivery date: 2 March 2026")).toBeNull();
});

test("reads the order of day and month from an unmistakable date or from the country", () => {
  expect(dateOf("Invoice date 03/04/2026\nDue date 13/04/2026")).toBe("2026-04-03");
  expect(dateOf("Invoice date 03/04/2026\nDue date 04/13/2026")).toBe("2026-03-04");
  expect(dateOf("Acme Inc, Austin, USA\nInvoice date 03/04/2026")).toBe("2026-03-04");
  expect(dateOf("Acme Sdn Bhd\nInvoice date 03/04/2026")).toBe("2026-04-03");
});

test("says null rather than guess which number is the month", () => {
  expect(dateOf("Invoice date 03/04/2026")).toBeNull();
});

test("never completes a date that lacks its day, month or year", () => {
  for (const text of [
    "Date: March 2026",
    "Date: 15 March",
    "Date: 15.03.",
    "Tuesday",
    "tomorrow",
    "Invoice 2026",
    "Date: 31.02.2026",
    "Version 1.2.3",
    "Tel 03-5525 0588",
    "IP 10.12.20.26",
  ])
    expect(dateOf(text)).toBeNull();
});

test("does not take a date within a report's sentences for the report's own", () => {
  expect(
    dateOf(
      "A Study of Rivers\nThe great flood of the valley began on 3 May 1998 and lasted for eleven days in all.",
      "en",
      "report",
    ),
  ).toBeNull();
});

test("takes the date below its heading where a row of headings stands above a row of values", () => {
  expect(dateOf("Kundennummer Lieferdatum Rechnungsdatum\nK17 01.03.2026 05.03.2026", "de")).toBe("2026-03-05");
});

test("believes the word right before a date, not one further away", () => {
  expect(dateOf("Order Time 10:52:09 Date: 08/05/18\nTotal RM 9.00", "en", "receipt")).toBe("2018-05-08");
});

test("reads the label of a date in its own column", () => {
  expect(dateOf("Bill to  Date: 15/05/2026\nMiss Clara Sample", "en")).toBe("2026-05-15");
  expect(dateOf("Due date  Date  15/05/2026", "en")).toBe("2026-05-15");
});

test.each([
  ["Invoice date 17 March 2026", "Brindle Lane Architects LLP  Invoice date  17 March 2026"],
  ["Invoice date: 17 March 2026", "Brindle Lane Architects LLP  Invoice date: 17 March 2026  Page 1"],
  ["02/21/2026", "02/21/2026  2:07 PM"],
  ["Invoice date 17 March 2026, by post", "Invoice date 17 March 2026, by post"],
])("quotes %j of %j: the date with its label, and no other column", (quote, text) => {
  expect(findDocumentDate(linesOf([{ page_number: 1, text: `${text}\n12/31/2025` }]), "invoice", "en")?.quote).toBe(
    quote,
  );
});

test.each([
  ["a decision that a certificate rests on", "certificate", "de", "Beschluss der Konferenz vom 26. Juni 2025"],
  ["what a policy was last reviewed on", "form", "en", "Data policy reviewed 3 March 2024"],
  ["the next meeting", "minutes", "fr", "Prochaine assemblée : 4 juin 2026."],
  ["a day with a name of its own", "tax", "en", "Mortgage origination date  06/15/2018"],
  ["the end of a card", "insurance", "en", "EXPIRATION DATE 08/15/2025"],
  ["a licence that was issued before", "certificate", "en", "License issued: June 2, 2025"],
  [
    "the bills that are paid",
    "invoice",
    "de",
    "Rechnung 118 vom 14.01.2025  910,00\nRechnung 204 vom 29.01.2025  150,00",
  ],
] as const)("takes no day of something else: %s", (_what, type, language, text) => {
  expect(dateOf(text, language, type)).toBeNull();
});

test.each([
  [
    "2025-06-05",
    "fr",
    "L'an deux mille vingt-cinq, le jeudi 5 juin 2025 à 18 heures, les copropriétaires se sont réunis.",
  ],
  ["2025-04-10", "es", "En Sevilla, siendo las 19:00 horas del día 10 de abril de 2025, se reúnen los socios."],
  ["2025-01-30", "it", "L'anno 2025, il giorno 30 gennaio 2025 alle ore 21:00, si è riunita l'assemblea."],
])("reads the day of a meeting where its record begins: %s", (iso, language, text) => {
  expect(dateOf(text, language, "minutes")).toBe(iso);
});

test("reads the label of what the paper is called, and the years of the Thai calendar", () => {
  expect(dateOf("Extracción: 02/09/2025  Fecha informe: 03/09/2025", "es", "report")).toBe("2025-09-03");
  expect(dateOf("Date 05/11/2567")).toBe("2024-11-05");
});

test("says how sure it is: of a labelled day more than of one without a label", () => {
  const confidence = (text: string) =>
    findDocumentDate(linesOf([{ page_number: 1, text }]), "invoice", "en")?.confidence ?? 0;
  expect(confidence("Invoice date: 15 March 2026")).toBeGreaterThan(confidence("15 March 2026"));
  expect(confidence("15 March 2026")).toBeGreaterThan(0.7);
});

const INVOICE_LABELS = labelsOf("invoice_date", INVOICE.properties["invoice_date"] as ScalarField);
const FURTHER_LABELS = MORE_LABELS.find(([first]) => first === "invoice date")!;

test.each([...new Set([...INVOICE_LABELS, ...FURTHER_LABELS])])(
  "knows each label by which extraction finds the day of an invoice: %s",
  (label) => {
    expect(dateOf(`Rechnung 4711\nPaid on 02/01/2024\n${label}: 18/03/2024`, "de")).toBe("2024-03-18");
    expect(dateOf(`Invoice 4711\n${label}: 18/03/2024\nPaid on 28/04/2024`, "de")).toBe("2024-03-18");
  },
);

/** Labels and values of a head that is set in different ways. `due` is never the day of the paper. */
const [day, due] = ["18.03.2024", "17.04.2024"];
test.each([
  ["a colon in a column of its own", `Due date  :  ${due}\nInvoice date  :  ${day}`],
  ["below headings of which one is unknown", `Number  Billed upon  Due date  Customer\n4711  ${day}  ${due}  881203`],
  ["below its heading, beside the address", `Acme Ltd  Invoice date  Due date\n60 Canal Walk  ${day}  ${due}`],
  ["below headings without columns", `Numero fattura Data fattura Scadenza\n4711 ${day} ${due}`],
  ["left of its label", `4711  Invoice number\n${due}  Due date\n${day}  Invoice date`],
  [
    "in a column that was read behind that of the labels",
    `Invoice\nNumber\nDate of issue\nDue date\n4711\n${day}\n${due}`,
  ],
  ["the same, with colons", `Facture\nNuméro de facture :\nÉchéance :\nDate de facture :\n\n4711\n${due}\n${day}`],
  ["behind the place, above a plain date of something else", `Acme AG  Hannover, ${day}\nÜbergabe:\nDatum: 01.03.2024`],
  [
    "behind the name of a bill that is a long word",
    `Versicherungsbeitragsrechnung Nr. 47 vom ${day}\nDatum: 01.03.2024`,
  ],
  ["beside that of a delivery", `Acme AG  ${day}\nLieferschein 123 vom 02.03.2024`],
])("finds the day of an invoice %s", (_where, head) => {
  expect(dateOf(`${head}\nTotal EUR 240,00`, "de")).toBe("2024-03-18");
});

test.each([
  ["more days than headings of days", `Number Billed upon Due date\n4711 ${day} ${due}`],
  ["as many labels as days are not there", `Invoice number\nDate\nDue date\n4711\n${day}\n${due}\n02.05.2024`],
  ["fewer days than headings of days", `Number  Order date  Invoice date  Customer\n4711  ${day}  881203`],
])("leaves the day of an invoice out where it cannot be told: %s", (_why, head) => {
  expect(dateOf(`Acme Ltd\n1 Quay\nLeeds\n\n${head}\nTotal EUR 240,00`, "de")).toBeNull();
});
