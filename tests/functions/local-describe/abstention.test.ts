import { expect, test } from "vitest";
import { describePages } from "./description.ts";

test("keeps the person's own file name where the page names neither a sender nor a title", async () => {
  const { metadata } = await describePages(["12 34\n| ~ 8x [] =\nzzkrt"], "garden_plan-spring.png", "image/png");
  expect(metadata.display_name).toBe("Garden plan spring.png");
  expect(metadata).toMatchObject({ document_type: "other", correspondent: null, document_date: null });
});

test("falls back to type, amount and date where the file's name was made by a machine", async () => {
  const { metadata } = await describePages(["Invoice\nInvoice date: 3 May 2025\nTotal EUR 40.00"], "IMG_2041.pdf");
  expect(metadata.display_name).toBe("Invoice - EUR 40.00 - 2025-05-03.pdf");
});

test("takes a label, the box of a form or a town for nobody's name", async () => {
  const { metadata } = await describePages([
    "Lender Loan Number  Agency File No.\n\nHousehold Energy Grant Application\n\nApplicant\nPineville, Oregon 97210",
  ]);
  expect(metadata.document_type).not.toBe("letter");
  expect(metadata.correspondent).toBeNull();
});

test("claims no type from a word within a sentence or before a number", async () => {
  const { metadata } = await describePages([
    "The hike takes 40 minutes and ends at the lake.\nContract No: 4711\nWe met the guide, who had a report on the snow to read to us all.",
  ]);
  expect(metadata.document_type).toBe("other");
});

test("names a form after its heading, without the scraps of the boxes beside it", async () => {
  const { metadata } = await describePages(
    ["DO NOT FOLD\n\n[TT DENTAL INSURANCE CLAIM FORM Pq [TT]\n\n1. MEMBER NAME (Last, First)"],
    "x1.png",
    "image/png",
  );
  expect(metadata.document_type).toBe("form");
  expect(metadata.display_name).toBe("Form - Dental Insurance Claim Form.png");
});

test("dates a decision by its own date, not by one in a sentence, and never by a birth date", async () => {
  const { metadata } = await describePages([
    "Board of Appeals\nDecision\n\nDate:  March 9, 2021\n\nThe request for proposals was issued on May 2, 2020, and the bids were to be opened in the same month.",
  ]);
  expect(metadata.document_date).toBe("2021-03-09");
  const { metadata: form } = await describePages([
    "Membership Application Form\n\nDate of Birth\n(mm/dd/yyyy)\n09/21/1970\n\nSignature",
  ]);
  expect(form.document_date).toBeNull();
});

test("does not date a credit note by the invoice that it corrects, nor a statement by its period", async () => {
  const { metadata } = await describePages([
    "Moorland Paper Ltd\nCredit Note 12\nfor invoice 88 of 2 June 2025\nDate: 20 June 2025\nTotal -GBP 90.00",
  ]);
  expect(metadata).toMatchObject({ document_type: "credit-note", document_date: "2025-06-20" });
  const { metadata: statement } = await describePages([
    "Alder Bank\nAccount Statement\n01/05/2025 - 31/05/2025\nOpening balance 10.00\nClosing balance 20.00",
  ]);
  expect(statement.document_date).toBeNull();
});

test("describes a mail by its head", async () => {
  const { metadata } = await describePages(
    [
      "From: Ines Roth <ines@example.org>\nTo: Tom Hale <tom@example.org>\nDate: 2025-06-04 08:12 UTC\nSubject: Fwd: Figures for the annual accounts\n\nTom, the invoice follows next week.",
    ],
    "mail.eml",
    "message/rfc822",
  );
  expect(metadata).toMatchObject({ document_type: "letter", correspondent: "Ines Roth", document_date: "2025-06-04" });
  expect(metadata.display_name).not.toContain("Fwd");
});

test("claims no sender for a table of payees", async () => {
  const { metadata } = await describePages(
    ["Day  Payee  Amount\n2026-11-04  Bakery Holm Ltd  -12.40\n2026-11-05  Holm Garage Ltd  -80.00"],
    "spending 2026.csv",
    "text/csv",
  );
  expect(metadata).toMatchObject({ correspondent: null, document_date: null, display_name: "Spending 2026.csv" });
});

test("keeps a person's file name rather than a heading that may be anything, where the type is unknown", async () => {
  const text = "Quiet old mill walk\n\nThe tide turns at four and the birds come in over the mud flats.";
  const { metadata: named } = await describePages([text], "notes for the walk.pdf");
  expect(named.display_name).toBe("Notes for the walk.pdf");
  const { metadata: scanned } = await describePages([text], "scan_0007.pdf");
  expect(scanned.display_name).toMatch(/quiet old mill walk/i);
});

test("takes no subtotal for a total that was named but not read", async () => {
  const { metadata } = await describePages(
    ["CORNER GRILL\n12 Bay Road\nCashier 2  14:05\nSOUP  4.50\nFISH  12.50\nSub-Total  17.00\nTotal UAT\n:\nThank you"],
    "IMG_1.png",
    "image/png",
  );
  expect(metadata.document_type).toBe("receipt");
  expect(metadata.amount).toBeNull();
});

test("takes the dash before the sum of a photographed receipt for no minus, unless it gives money back", async () => {
  const receipt =
    "PIZZA CORNER SDN BHD\n3 Jalan Satu\nCashier 1  19:20\nMARGHERITA  6.70\nTOTAL RM -6.70\nCASH  10.00\nCHANGE  3.30";
  const { metadata } = await describePages([receipt], "IMG_2.png", "image/png");
  expect(metadata.amount?.value).toBe(6.7);
  const refund = "PIZZA CORNER SDN BHD\n3 Jalan Satu\nCashier 1  19:20\nREFUND\nMARGHERITA  -6.70\nTOTAL RM -6.70";
  const { metadata: back } = await describePages([refund], "IMG_3.png", "image/png");
  expect(back.amount?.value).toBe(-6.7);
});

test("reads a bill's sender at its foot, with street and town, and takes no town with its state", async () => {
  const bill = (foot: string) =>
    `INVOICE  No. 118\nDate  3 March 2026\nBilled to: Ridge Tools Ltd, 60 Canal Walk, Derby DE1 1AA\nHosting  2  40.00  80.00\nTotal  GBP 80.00\nThank you.\n\n${foot}`;
  const sender = async (foot: string) => (await describePages([bill(foot)])).metadata.correspondent;
  expect(await sender("Larkspur Studio  21 Mill Lane  Leeds LS1 4AB")).toBe("Larkspur Studio");
  expect(await sender("New Haven, CT 06510  203 555 0118")).not.toBe("New Haven");
});

test("names the body at the head of a letter, and not whoever signs for it", async () => {
  const { metadata } = await describePages([
    "Gemeente Oudewater\nAfdeling Burgerzaken\n\nDe heer M. de Vries\nKerklaan 20\n3421 AB Oudewater\n\nDatum  14 januari 2025\nOnderwerp  Uw paspoort verloopt\n\nGeachte heer De Vries,\n\nUw paspoort is geldig tot 22 april 2025. Maak voor 8 april 2025 een afspraak.\n\nMet vriendelijke groet,\nL. Bakker",
  ]);
  expect(metadata).toMatchObject({ correspondent: "Gemeente Oudewater", document_date: "2025-01-14" });
  for (const caption of ["onderwerp", "kenmerk", "heer", "datum"]) expect(metadata.tags).not.toContain(caption);
});

test.each([
  [
    "CHF",
    47.5,
    "Total CHF             47.50\nTotal EUR             51.10\nBezahlt EUR           60.00\nRetour CHF             8.20",
  ],
  ["PLN", 47.5, "SUMA PLN 47,50\nDo zapłaty w EUR 11,12\nKurs 4,27\nKarta EUR 11,12"],
])("takes the total in the paper's own currency: %s", async (currency, value, sums) => {
  const { metadata } = await describePages([
    `Kiosk am Steg\n8212 Neuhausen\n13.09.2025 12:52  Bon 44\nReceipt\n${sums}`,
  ]);
  expect(metadata.amount).toEqual({ value, currency });
});

test("reads the head of a mail that somebody printed", async () => {
  const outlook = [
    "Von: Karin Holm <karin@holm.example>",
    "Gesendet: Donnerstag, 5. Juni 2025 10:11",
    "An: Jens Vogt",
    "Betreff: Schlüssel für das Vereinsheim",
    "",
    "Hallo Jens, der Schlüssel liegt im Büro.",
  ];
  expect((await describePages([outlook.join("\n")])).metadata).toMatchObject({
    document_type: "letter",
    correspondent: "Karin Holm",
    document_date: "2025-06-05",
    display_name: "Letter - Karin Holm - Schlüssel für das… - 2025-06-05.pdf".replace(" für das…", ""),
  });
  const gmail = [
    "Gmail                                   Oona Fair <oona@mail.example>",
    "Your order is on its way",
    "1 message",
    "Bramblecart <hello@bramblecart.example>             4 December 2025 at 06:12",
    "To: Oona Fair <oona@mail.example>",
    "Hi Oona, your driver will be with you between 9am and 10am.",
  ];
  expect((await describePages([gmail.join("\n")])).metadata).toMatchObject({
    correspondent: "Bramblecart",
    document_date: "2025-12-04",
  });
});

test("takes no invoice for a mail, though it says from whom and to whom", async () => {
  const invoice = ["From: Acme Ltd", "To: Bob Ray", "Date: 3 May 2025", "Invoice No 12", "Total 20.00 EUR"];
  expect((await describePages([invoice.join("\n")])).metadata.document_type).toBe("invoice");
});

test("takes no menu for a receipt", async () => {
  const menu = [
    "TRATTORIA LINA",
    "Antipasti",
    "Bruschetta 6,50",
    "Tagliere 14,00",
    "Primi",
    "Gnocchi 11,50",
    "Coperto 2,50",
  ];
  expect((await describePages([menu.join("\n")], "IMG_2231.png", "image/png")).metadata.document_type).toBe("other");
});
