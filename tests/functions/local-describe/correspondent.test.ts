import { expect, test } from "vitest";
import { findCorrespondent } from "../../../supabase/functions/metadata/local/sender/correspondent.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";

function senderOf(lines: string[], type: Parameters<typeof findCorrespondent>[1] = "invoice"): string | null {
  return findCorrespondent(linesOf([{ page_number: 1, text: lines.join("\n") }]), type)?.value ?? null;
}

test("finds the issuer by its label, beside it or below it", () => {
  expect(senderOf(["Invoice", "Seller: Blue River Trading Ltd", "Buyer: Green Hill Stores Ltd"])).toBe(
    "Blue River Trading Ltd",
  );
  expect(
    senderOf(["Rechnung", "Verkäufer:", "Nummer: 549910", "Name: Nordlicht Handel GmbH", "Käufer:", "Südstern AG"]),
  ).toBe("Nordlicht Handel GmbH");
});

test("does not take the recipient for the sender", () => {
  expect(
    senderOf([
      "Bill to:",
      "Green Hill Stores Ltd",
      "1 Low Road",
      "Leeds",
      "Invoice",
      "Blue River Trading Ltd",
      "VAT No 123",
    ]),
  ).toBe("Blue River Trading Ltd");
  expect(senderOf(["Invoice", "Bill to:", "Green Hill Stores Ltd", "1 Low Road"])).toBeNull();
});

test("cuts the name out of a letterhead line", () => {
  expect(
    senderOf([
      "Nordlicht Handel GmbH · Hafenweg 3 · 20457 Hamburg",
      "Frau Eva Muster",
      "Gasse 1",
      "10115 Berlin",
      "Rechnung",
    ]),
  ).toBe("Nordlicht Handel GmbH");
  expect(senderOf(["SUNRISE BAKERIES (KL) SDN BHD (000000 X)", "LOT 3, JALAN SATU"], "receipt")).toBe(
    "Sunrise Bakeries (KL) Sdn Bhd",
  );
});

test("puts a name together that is set one word a line, and quotes all of it", () => {
  const lines = linesOf([{ page_number: 1, text: "THE\nBREAD\nHOUSE\nBAKERY\n117, JALAN DUA" }]);
  expect(findCorrespondent(lines, "receipt")).toMatchObject({
    value: "The Bread House Bakery",
    page: 1,
    quote: "THE BREAD HOUSE BAKERY",
  });
});

test("finds who signs a letter that has no letterhead", () => {
  expect(
    senderOf(
      [
        "Mr Robert Sample",
        "1 Low Road",
        "Leeds",
        "Dear Mr Sample,",
        "I write to you about the old bridge.",
        "Yours sincerely,",
        "Jane Miller",
      ],
      "letter",
    ),
  ).toBe("Jane Miller");
});

test("names nobody rather than a heading, an address or a sentence", () => {
  expect(
    senderOf(["Tax Invoice", "12 High Street", "Date: 1 May 2026", "Thank you for your order.", "Page 1 of 2"]),
  ).toBeNull();
  expect(senderOf(["White Point", "Gamma"], "other")).toBeNull();
});

test("finds the issuer in an imprint below the sums, and not a name that is only a legal form or an address", () => {
  expect(
    senderOf(["Facture n° 12", "Client : Mme Petit", "Total TTC 10,00 €", "Lumineo SARL - RCS Paris 123 456 789"]),
  ).toBe("Lumineo SARL");
  expect(
    senderOf([
      "Facture n° 12",
      "Total TTC 10,00 €",
      "NETTOYEURS",
      "Siège social : 16 rue du Lac - 92100 BOULOGNE",
      "Sarl au capital de 10 000 €",
    ]),
  ).toBe("Nettoyeurs");
});

test("joins a legal form that was set on the line below the name", () => {
  expect(senderOf(["SYARIKAT BUNGA RAYA", "SDN BHD (00000-X)", "NO 1, JALAN SATU"], "receipt")).toBe(
    "Syarikat Bunga Raya Sdn Bhd",
  );
});

test("names the brand whose address and name stand in the text where no company does", () => {
  expect(
    senderOf([
      "Invoice 12",
      "Thank you for riding with Velomoto today",
      "help@velomoto.com",
      "pay to someone@gmail.com",
    ]),
  ).toBe("Velomoto");
});

test("takes the first of two addresses at the head of a bill for the issuer's", () => {
  const bill = [
    "Larkspur Studio",
    "21 Mill Lane",
    "Leeds LS1 4AB",
    "",
    "Ridge Tools Ltd",
    "60 Canal Walk",
    "Derby DE1 1AA",
    "",
    "Invoice #7 - 1 May 2026",
    "Web design  100.00",
  ];
  expect(senderOf(bill)).toBe("Larkspur Studio");
  // Alone at the head it is the recipient's as well as the issuer's, and the imprint tells.
  expect(
    senderOf([
      "Ridge Tools",
      "60 Canal Walk",
      "Derby DE1 1AA",
      "Invoice #7",
      "Web design  100.00",
      "Larkspur Studio Ltd",
      "Registered office: 21 Mill Lane, Leeds",
    ]),
  ).toBe("Larkspur Studio Ltd");
});

test("reads columns that stand side by side each for itself", () => {
  expect(
    senderOf([
      "Larkspur Studio  Tax Invoice",
      "21 Mill Lane  No. 12",
      "Leeds LS1 4AB  1 May 2026",
      "Bill to",
      "Ridge Tools Ltd",
      "60 Canal Walk",
    ]),
  ).toBe("Larkspur Studio");
  expect(
    senderOf([
      "INVOICE",
      "Seller  Bill to",
      "Larkspur Studio Ltd  Ridge Tools Ltd",
      "21 Mill Lane  60 Canal Walk",
      "Leeds LS1 4AB  Derby DE1 1AA",
    ]),
  ).toBe("Larkspur Studio Ltd");
  expect(
    senderOf([
      "Amazing Web Services Invoice",
      "Account number: 12",
      "ATTN: Ridge Tools Limited  TOTAL 4.11",
      "All charges in USD  Service Provider:",
      "for details  Amazing Web Services, Inc.",
    ]),
  ).toBe("Amazing Web Services, Inc.");
});

test("finds the issuer below the sums by the numbers under its address", () => {
  expect(
    senderOf([
      "FACTURE",
      "Facturé à",
      "Mme Claire Exemple",
      "17 allée des Ormes",
      "37000 Tours",
      "Total TTC 12,00",
      "Énergie du Ponant SA",
      "1 place de la Porte",
      "29200 Brest",
      "N° TVA 000000000 · www.energie-ponant.example",
    ]),
  ).toBe("Énergie du Ponant SA");
});

test("names no scraps that the edge of a receipt was read as", () => {
  expect(senderOf(["Le fal", "SVC. FRviDe", "THREE FRIENDS", "BISTRO & CAFE", "109, JALAN SATU"], "receipt")).toBe(
    "Three Friends",
  );
  expect(senderOf(["KFC", "12, JALAN SATU"], "receipt")).toBe("KFC");
  expect(senderOf(["McGregor", "12 Low Road", "Tel 555 0142"], "receipt")).toBe("McGregor");
});

test("quotes the name where its label stands in a column of its own", () => {
  const lines = linesOf([
    { page_number: 1, text: "Rechnung\nVerkäufer:\nName:  Nordlicht Handel GmbH\nKäufer:\nSüdstern AG" },
  ]);
  expect(findCorrespondent(lines, "invoice")).toMatchObject({
    value: "Nordlicht Handel GmbH",
    quote: "Name: Nordlicht Handel GmbH",
  });
});
