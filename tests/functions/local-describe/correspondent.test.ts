import { expect, test } from "vitest";
import { findCorrespondent } from "../../../supabase/functions/metadata/local/correspondent.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text.ts";

function senderOf(lines: string[], type: Parameters<typeof findCorrespondent>[1] = "invoice"): string | null {
  return findCorrespondent(linesOf([{ page_number: 1, text: lines.join("\n") }]), type)?.value ?? null;
}

test("finds the issuer by its label, beside it or below it", () => {
  expect(senderOf(["Invoice", "Seller: Blue River Trading Ltd", "Buyer: Green Hill Stores Ltd"])).toBe("Blue River Trading Ltd");
  expect(senderOf(["Rechnung", "Verkäufer:", "Nummer: 549910", "Name: Nordlicht Handel GmbH", "Käufer:", "Südstern AG"])).toBe("Nordlicht Handel GmbH");
});

test("does not take the recipient for the sender", () => {
  expect(senderOf(["Bill to:", "Green Hill Stores Ltd", "1 Low Road", "Leeds", "Invoice", "Blue River Trading Ltd", "VAT No 123"])).toBe("Blue River Trading Ltd");
  expect(senderOf(["Invoice", "Bill to:", "Green Hill Stores Ltd", "1 Low Road"])).toBeNull();
});

test("cuts the name out of a letterhead line", () => {
  expect(senderOf(["Nordlicht Handel GmbH · Hafenweg 3 · 20457 Hamburg", "Frau Eva Muster", "Gasse 1", "10115 Berlin", "Rechnung"])).toBe("Nordlicht Handel GmbH");
  expect(senderOf(["SUNRISE BAKERIES (KL) SDN BHD (000000 X)", "LOT 3, JALAN SATU"], "receipt")).toBe("Sunrise Bakeries (KL) Sdn Bhd");
});

test("puts a name together that is set one word a line", () => {
  expect(senderOf(["THE", "BREAD", "HOUSE", "BAKERY", "117, JALAN DUA"], "receipt")).toBe("The Bread House Bakery");
});

test("finds who signs a letter that has no letterhead", () => {
  expect(senderOf(["Mr Robert Sample", "1 Low Road", "Leeds", "Dear Mr Sample,", "I write to you about the old bridge.", "Yours sincerely,", "Jane Miller"], "letter")).toBe("Jane Miller");
});

test("names nobody rather than a heading, an address or a sentence", () => {
  expect(senderOf(["Tax Invoice", "12 High Street", "Date: 1 May 2026", "Thank you for your order.", "Page 1 of 2"])).toBeNull();
  expect(senderOf(["White Point", "Gamma"], "other")).toBeNull();
});
